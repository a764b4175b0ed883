//! Sign-ups, seats and what participants need.
//!
//! Who signed up is seen by the person, by the coordinators of the own organisation, and by the
//! coordinators of the accountable organiser; those of a joint organiser, where the organisers agreed so.

use super::{
    Part, Policy, nobody,
    organisation::{is_own, oneself, own},
    select, where_visible,
};
use crate::viewer::Viewer;
use chrono::Duration;
use entity::{
    id::OrganisationId,
    kind::{Role, SignUpStatus},
    kind_quota, participant_need, seat_quota, seat_terms, sign_up, training, training_occasion,
    training_organiser,
};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait, SelectStatement},
};

/// For how long after the occasion the accountable organiser may read what participants needed.
pub(crate) const NEEDS_KEPT: Duration = Duration::days(30);

/// The occasions whose trainings a condition on the organisers picks.
pub(super) fn occasions_of_organiser(condition: Condition) -> SelectStatement {
    let trainings =
        select::<training_organiser::Entity>(training_organiser::Column::TrainingId, condition);
    select::<training_occasion::Entity>(
        training_occasion::Column::Id,
        Condition::all().add(training_occasion::Column::TrainingId.in_subquery(trainings)),
    )
}

/// The occasions of the trainings that one organisation is accountable for.
pub(super) fn occasions_accountable_to(
    organisation: OrganisationId,
    still: Condition,
) -> SelectStatement {
    let trainings = select::<training::Entity>(
        training::Column::Id,
        Condition::all().add(training::Column::AccountableOrganisationId.eq(organisation)),
    );
    select::<training_occasion::Entity>(
        training_occasion::Column::Id,
        still.add(training_occasion::Column::TrainingId.in_subquery(trainings)),
    )
}

impl Policy for sign_up::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use sign_up::Column as S;
        let of_own_occasions = viewer.organisation(Role::Coordinator).map(|organisation| {
            let mut occasions = occasions_of_organiser(
                Condition::all()
                    .add(training_organiser::Column::OrganisationId.eq(organisation))
                    .add(training_organiser::Column::SeesParticipants.eq(true)),
            );
            // The row's own occasion is looked up. All occasions of a region are thousands, to be read before one page of
            // sign-ups for one of them.
            let occasion = (training_occasion::Entity, training_occasion::Column::Id);
            occasions.and_where(
                Expr::col(occasion).equals((sign_up::Entity, sign_up::Column::OccasionId)),
            );
            S::OccasionId.in_subquery(occasions)
        });
        Condition::any()
            .add(oneself(S::PersonId, S::OrganisationId, viewer))
            .add(own(S::OrganisationId, Role::Coordinator, viewer))
            .add(nobody().add_option(of_own_occasions))
    }

    fn editable(viewer: &Viewer) -> Condition {
        use sign_up::Column as S;
        let accountable = viewer.organisation(Role::Coordinator).map(|organisation| {
            S::OccasionId.in_subquery(occasions_accountable_to(organisation, Condition::all()))
        });
        let standing = S::Status.is_in(SignUpStatus::STANDING);
        Condition::all().add(standing).add(
            Condition::any()
                .add(oneself(S::PersonId, S::OrganisationId, viewer))
                .add(own(S::OrganisationId, Role::Coordinator, viewer))
                .add(nobody().add_option(accountable)),
        )
    }

    fn creatable(viewer: &Viewer, new: &sign_up::ActiveModel) -> bool {
        let oneself = viewer.person().is_some()
            && new.person_id.try_as_ref().copied().flatten() == viewer.person()
            && is_own(&new.organisation_id, Role::Member, viewer);
        // Nobody signs up for another organisation.
        oneself || is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}

impl Policy for participant_need::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use sign_up::Column as S;
        let since = viewer.now() - NEEDS_KEPT;
        let accountable = viewer.organisation(Role::Coordinator).map(|organisation| {
            let recent = Condition::all().add(training_occasion::Column::EndsAt.gte(since));
            S::OccasionId.in_subquery(occasions_accountable_to(organisation, recent))
        });
        let sign_ups = Condition::any()
            .add(oneself(S::PersonId, S::OrganisationId, viewer))
            .add_option(accountable);
        Condition::all().add(participant_need::Column::SignUpId.in_subquery(select::<
            sign_up::Entity,
        >(
            sign_up::Column::Id,
            sign_ups,
        )))
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &participant_need::ActiveModel) -> bool {
        // Only together with its sign-up, by the seat book.
        false
    }
}

/// The occasions that the viewer's organisation gives, whoever the viewer is there.
fn given_by_own<C: ColumnTrait>(column: C, at_least: Role, viewer: &Viewer) -> Condition {
    nobody().add_option(viewer.organisation(at_least).map(|organisation| {
        column.in_subquery(occasions_of_organiser(
            Condition::all().add(training_organiser::Column::OrganisationId.eq(organisation)),
        ))
    }))
}

impl Policy for kind_quota::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use kind_quota::Column as K;
        let own_kind = viewer
            .acting()
            .map(|acting| K::OrganisationKind.eq(acting.kind));
        where_visible::<_, training_occasion::Entity>(
            K::OccasionId,
            training_occasion::Column::Id,
            viewer,
        )
        .add(nobody().add_option(own_kind).add(given_by_own(
            K::OccasionId,
            Role::Member,
            viewer,
        )))
    }

    fn editable(viewer: &Viewer) -> Condition {
        given_by_own(kind_quota::Column::OccasionId, Role::Coordinator, viewer)
    }

    fn creatable(_: &Viewer, _: &kind_quota::ActiveModel) -> bool {
        false
    }
}

impl Part for kind_quota::Entity {
    type Whole = training_occasion::Entity;

    fn of(whole: &training_occasion::Model) -> Condition {
        Condition::all().add(kind_quota::Column::OccasionId.eq(whole.id))
    }

    fn is_of(new: &kind_quota::ActiveModel, whole: &training_occasion::Model) -> bool {
        new.occasion_id == ActiveValue::Set(whole.id)
    }
}

impl Policy for seat_terms::Entity {
    fn visible(_: &Viewer) -> Condition {
        // What everybody is promised: written by the seat book, read by the operator's replay.
        nobody()
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &seat_terms::ActiveModel) -> bool {
        false
    }
}

impl Policy for seat_quota::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use seat_quota::Column as Q;
        where_visible::<_, training_occasion::Entity>(
            Q::OccasionId,
            training_occasion::Column::Id,
            viewer,
        )
        .add(
            Condition::any()
                .add(own(Q::OrganisationId, Role::Member, viewer))
                .add(given_by_own(Q::OccasionId, Role::Member, viewer)),
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        given_by_own(seat_quota::Column::OccasionId, Role::Coordinator, viewer)
    }

    fn creatable(_: &Viewer, _: &seat_quota::ActiveModel) -> bool {
        false
    }
}

impl Part for seat_quota::Entity {
    type Whole = training_occasion::Entity;

    fn of(whole: &training_occasion::Model) -> Condition {
        Condition::all().add(seat_quota::Column::OccasionId.eq(whole.id))
    }

    fn is_of(new: &seat_quota::ActiveModel, whole: &training_occasion::Model) -> bool {
        new.occasion_id == ActiveValue::Set(whole.id)
    }
}
