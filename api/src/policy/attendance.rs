//! Attendance, and the right to check in.
//!
//! Who was there is recorded by the coordinators of the organisers that see the participants, and by whom they have
//! given the right to check in at the occasion. That person sees the names of the expected and their marks, around
//! the occasion, and nothing else of them.

use super::{
    Part, Policy, nobody,
    organisation::{oneself, own},
    select,
    sign_up::occasions_of_organiser,
    where_visible,
};
use crate::viewer::Viewer;
use chrono::Duration;
use entity::{
    attendance, attendance_change, attendance_sheet, check_in_right, completion,
    expected_participant, expected_person,
    id::OccasionId,
    kind::{CompletionSource, Role, SignUpStatus},
    sign_up, training_occasion, training_organiser,
};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait},
};

/// For how long before the first block and after the last one the right to check in can be used.
pub(crate) const CHECK_IN_AROUND: Duration = Duration::hours(24);

/// The occasions at which the viewer may record attendance, by any of their columns.
fn recordable<C: ColumnTrait>(occasion: C, viewer: &Viewer) -> Condition {
    let seen_by_own = viewer.organisation(Role::Member).map(|organisation| {
        occasion.in_subquery(occasions_of_organiser(
            Condition::all()
                .add(training_organiser::Column::OrganisationId.eq(organisation))
                .add(training_organiser::Column::SeesParticipants.eq(true)),
        ))
    });
    let Some(seen_by_own) = seen_by_own else {
        return nobody();
    };
    if viewer.organisation(Role::Coordinator).is_some() {
        return Condition::all().add(seen_by_own);
    }
    // A right outlives neither the occasion nor the organiser's own sight of the participants.
    Condition::all()
        .add(seen_by_own)
        .add(
            occasion.in_subquery(select::<check_in_right::Entity>(
                check_in_right::Column::OccasionId,
                Condition::all()
                    .add(check_in_right::Column::RevokedAt.is_null())
                    .add(oneself(
                        check_in_right::Column::PersonId,
                        check_in_right::Column::OrganisationId,
                        viewer,
                    )),
            )),
        )
        .add(
            occasion.in_subquery(select::<training_occasion::Entity>(
                training_occasion::Column::Id,
                Condition::all()
                    .add(training_occasion::Column::StartsAt.lte(viewer.now() + CHECK_IN_AROUND))
                    .add(training_occasion::Column::EndsAt.gte(viewer.now() - CHECK_IN_AROUND)),
            )),
        )
}

/// What hangs on a sign-up is seen with it, and by those who record attendance.
fn with_sign_up<C: ColumnTrait>(sign_up: C, occasion: C, viewer: &Viewer) -> Condition {
    // The row's own sign-up is looked up: an alternative is worked out by itself, and all sign-ups of a nation are millions.
    let own = Expr::col((sign_up::Entity, sign_up::Column::Id)).equals(sign_up.as_column_ref());
    let seen = select::<sign_up::Entity>(
        sign_up::Column::Id,
        Condition::all()
            .add(own)
            .add(sign_up::Entity::visible(viewer)),
    );
    Condition::any()
        .add(sign_up.in_subquery(seen))
        .add(recordable(occasion, viewer))
}

impl Policy for attendance_sheet::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, training_occasion::Entity>(
            attendance_sheet::Column::Id,
            training_occasion::Column::Id,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        recordable(attendance_sheet::Column::Id, viewer)
    }

    fn creatable(_: &Viewer, _: &attendance_sheet::ActiveModel) -> bool {
        // An occasion is made with its training.
        false
    }
}

/// Gives what is recorded at an occasion the rules for its parts: written with the permission for the sheet only.
macro_rules! part_of_sheet {
    ($table:ident, $of:expr, $is_of:expr) => {
        impl Part for $table::Entity {
            type Whole = attendance_sheet::Entity;

            fn of(whole: &attendance_sheet::Model) -> Condition {
                let of: fn(OccasionId) -> Condition = $of;
                of(whole.id)
            }

            fn is_of(new: &$table::ActiveModel, whole: &attendance_sheet::Model) -> bool {
                let is_of: fn(&$table::ActiveModel, OccasionId) -> bool = $is_of;
                is_of(new, whole.id)
            }
        }
    };
}

part_of_sheet!(
    attendance,
    |whole| Condition::all().add(attendance::Column::OccasionId.eq(whole)),
    |new, whole| new.occasion_id == ActiveValue::Set(whole)
);
part_of_sheet!(
    attendance_change,
    |whole| Condition::all().add(attendance_change::Column::OccasionId.eq(whole)),
    |new, whole| new.occasion_id == ActiveValue::Set(whole)
);
part_of_sheet!(
    check_in_right,
    |whole| Condition::all().add(check_in_right::Column::OccasionId.eq(whole)),
    |new, whole| new.occasion_id == ActiveValue::Set(whole)
);
part_of_sheet!(
    completion,
    |whole| Condition::all().add(completion::Column::OccasionId.eq(whole)),
    |new, whole| {
        new.occasion_id == ActiveValue::Set(Some(whole))
            && new.source == ActiveValue::Set(CompletionSource::Attendance)
    }
);

impl Policy for attendance::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        with_sign_up(
            attendance::Column::SignUpId,
            attendance::Column::OccasionId,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &attendance::ActiveModel) -> bool {
        false
    }
}

impl Policy for attendance_change::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        // Who checks in sees the marks as they are; how they came about is for those who see the sign-up.
        where_visible::<_, sign_up::Entity>(
            attendance_change::Column::SignUpId,
            sign_up::Column::Id,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &attendance_change::ActiveModel) -> bool {
        false
    }
}

impl Policy for check_in_right::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use check_in_right::Column as R;
        Condition::any()
            .add(own(R::OrganisationId, Role::Coordinator, viewer))
            .add(oneself(R::PersonId, R::OrganisationId, viewer))
    }

    fn editable(viewer: &Viewer) -> Condition {
        use check_in_right::Column as R;
        Condition::all().add(R::RevokedAt.is_null()).add(own(
            R::OrganisationId,
            Role::Coordinator,
            viewer,
        ))
    }

    fn creatable(_: &Viewer, _: &check_in_right::ActiveModel) -> bool {
        false
    }
}

impl Policy for expected_participant::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        Condition::all()
            .add(sign_up::Column::Status.eq(SignUpStatus::Confirmed))
            .add(expected_participant::Column::PersonId.is_not_null())
            .add(recordable(expected_participant::Column::OccasionId, viewer))
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &expected_participant::ActiveModel) -> bool {
        false
    }
}

impl Policy for expected_person::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        Condition::all().add(expected_person::Column::Id.in_subquery(select::<
            expected_participant::Entity,
        >(
            expected_participant::Column::PersonId,
            Condition::all().add(expected_participant::Entity::visible(viewer)),
        )))
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &expected_person::ActiveModel) -> bool {
        false
    }
}
