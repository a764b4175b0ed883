//! Minutes.
//!
//! What is being written is for those who keep the group's papers and for the two who are to verify it. What has been
//! verified is a paper of the group: for its members. Nothing of it can be changed by anybody: the rule of editing stops
//! where the seal begins. How a text came about, version by version, stays with those who wrote and verified it.
//!
//! A verifier who leaves the group reads and verifies no more; the secretary names another.

use super::{
    Part, Policy,
    group::{officer_of, reads_papers},
    nobody,
    organisation::oneself,
    select,
};
use crate::viewer::Viewer;
use entity::{
    kind::MinutesStatus, meeting_desk, meeting_minutes, minutes_review, minutes_verifier,
    minutes_version,
};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

/// The editions that the viewer has been named to verify.
fn named_for<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    use minutes_verifier::Column as V;
    let oneself = Condition::all().add(oneself(V::PersonId, V::OrganisationId, viewer));
    Condition::all()
        .add(column.in_subquery(select::<minutes_verifier::Entity>(V::MinutesId, oneself)))
}

/// Those who write a group's minutes, and among its members those who verify the edition.
fn at_work<C: ColumnTrait>(id: C, group: C, viewer: &Viewer) -> Condition {
    let verifier = Condition::all()
        .add(named_for(id, viewer))
        .add(reads_papers(group, viewer));
    Condition::any()
        .add(officer_of(group, viewer))
        .add(verifier)
}

/// The editions that the viewer works at.
fn at_work_on<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    use meeting_minutes::Column as M;
    let which = Condition::all().add(at_work(M::Id, M::GroupId, viewer));
    Condition::all().add(column.in_subquery(select::<meeting_minutes::Entity>(M::Id, which)))
}

/// What holds for reading an edition.
fn readable<C: ColumnTrait>(id: C, group: C, status: C, viewer: &Viewer) -> Condition {
    let verified = Condition::all()
        .add(status.eq(MinutesStatus::Verified))
        .add(reads_papers(group, viewer));
    Condition::any()
        .add(verified)
        .add(at_work(id, group, viewer))
}

impl Policy for meeting_minutes::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use meeting_minutes::Column as M;
        readable(M::Id, M::GroupId, M::Status, viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        use meeting_minutes::Column as M;
        // Nobody changes what has been verified.
        Condition::all()
            .add(M::Status.ne(MinutesStatus::Verified))
            .add(officer_of(M::GroupId, viewer))
    }

    fn creatable(_: &Viewer, _: &meeting_minutes::ActiveModel) -> bool {
        // Only for a meeting whose papers the viewer has been permitted to keep.
        false
    }
}

impl Part for meeting_minutes::Entity {
    type Whole = meeting_desk::Entity;

    fn of(whole: &meeting_desk::Model) -> Condition {
        Condition::all().add(meeting_minutes::Column::MeetingId.eq(whole.id))
    }

    fn is_of(new: &meeting_minutes::ActiveModel, whole: &meeting_desk::Model) -> bool {
        new.meeting_id == ActiveValue::Set(whole.id)
            && new.group_id == ActiveValue::Set(whole.group_id)
            && new.status == ActiveValue::Set(MinutesStatus::Draft)
    }
}

impl Policy for minutes_review::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use minutes_review::Column as M;
        readable(M::Id, M::GroupId, M::Status, viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        use minutes_review::Column as M;
        Condition::all()
            .add(M::Status.eq(MinutesStatus::UnderReview))
            .add(named_for(M::Id, viewer))
            .add(reads_papers(M::GroupId, viewer))
    }

    fn creatable(_: &Viewer, _: &minutes_review::ActiveModel) -> bool {
        false
    }
}

impl Policy for minutes_version::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use minutes_version::Column as V;
        // Whoever wrote a text can have it back, in an export too.
        Condition::any()
            .add(at_work_on(V::MinutesId, viewer))
            .add(oneself(V::AuthorId, V::OrganisationId, viewer))
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &minutes_version::ActiveModel) -> bool {
        false
    }
}

impl Part for minutes_version::Entity {
    type Whole = meeting_minutes::Entity;

    fn of(whole: &meeting_minutes::Model) -> Condition {
        Condition::all().add(minutes_version::Column::MinutesId.eq(whole.id))
    }

    fn is_of(new: &minutes_version::ActiveModel, whole: &meeting_minutes::Model) -> bool {
        new.minutes_id == ActiveValue::Set(whole.id)
    }
}

impl Policy for minutes_verifier::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use minutes_verifier::Column as V;
        let minutes = meeting_minutes::Entity::visible(viewer);
        let minutes = select::<meeting_minutes::Entity>(meeting_minutes::Column::Id, minutes);
        Condition::any()
            .add(V::MinutesId.in_subquery(minutes))
            .add(oneself(V::PersonId, V::OrganisationId, viewer))
            // An administrator exports what the own organisation holds of a person.
            .add(super::organisation::own(
                V::OrganisationId,
                entity::kind::Role::Administrator,
                viewer,
            ))
    }

    fn editable(viewer: &Viewer) -> Condition {
        use minutes_verifier::Column as V;
        // Everybody verifies for oneself, once, what is up for it.
        let review = minutes_review::Entity::editable(viewer);
        let review = select::<minutes_review::Entity>(minutes_review::Column::Id, review);
        Condition::all()
            .add(V::VerifiedAt.is_null())
            .add(oneself(V::PersonId, V::OrganisationId, viewer))
            .add(V::MinutesId.in_subquery(review))
    }

    fn creatable(_: &Viewer, _: &minutes_verifier::ActiveModel) -> bool {
        false
    }
}

impl Part for minutes_verifier::Entity {
    type Whole = meeting_minutes::Entity;

    fn of(whole: &meeting_minutes::Model) -> Condition {
        Condition::all().add(minutes_verifier::Column::MinutesId.eq(whole.id))
    }

    fn is_of(new: &minutes_verifier::ActiveModel, whole: &meeting_minutes::Model) -> bool {
        // Whoever names a verifier does not verify for that one.
        new.minutes_id == ActiveValue::Set(whole.id) && new.verified_at == ActiveValue::Set(None)
    }
}
