//! Decisions.
//!
//! What a group has decided is a paper of the group: for its members as soon as it is entered. Others see it as far as the
//! group shares its decisions, and only once it stands: from the first sealing of minutes that hold it, when nobody
//! changes it any more.

use super::{
    Part, Policy,
    group::{decisions_shared, officer_of, reads_papers, seen_by_readers},
    where_visible,
};
use crate::viewer::Viewer;
use entity::{decision, decision_seal, meeting_desk, minutes_review};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

impl Policy for decision::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use decision::Column as D;
        let shared = Condition::all()
            .add(D::VerifiedAt.is_not_null())
            .add(decisions_shared(D::GroupId, viewer));
        Condition::any()
            .add(reads_papers(D::GroupId, viewer))
            .add(shared)
    }

    fn editable(viewer: &Viewer) -> Condition {
        use decision::Column as D;
        // Nobody changes what stands in minutes that have been verified.
        Condition::all()
            .add(D::VerifiedAt.is_null())
            .add(officer_of(D::GroupId, viewer))
    }

    fn creatable(_: &Viewer, _: &decision::ActiveModel) -> bool {
        // Only of a meeting whose papers the viewer has been permitted to keep.
        false
    }
}

seen_by_readers!(decision);

impl Part for decision::Entity {
    type Whole = meeting_desk::Entity;

    fn of(whole: &meeting_desk::Model) -> Condition {
        Condition::all().add(decision::Column::MeetingId.eq(whole.id))
    }

    fn is_of(new: &decision::ActiveModel, whole: &meeting_desk::Model) -> bool {
        new.meeting_id == ActiveValue::Set(whole.id)
            && new.group_id == ActiveValue::Set(whole.group_id)
            && new.verified_at == ActiveValue::Set(None)
    }
}

impl Policy for decision_seal::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, decision::Entity>(
            decision_seal::Column::Id,
            decision::Column::Id,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        super::nobody()
    }

    fn creatable(_: &Viewer, _: &decision_seal::ActiveModel) -> bool {
        false
    }
}

// Whoever seals the minutes of a meeting lets its decisions stand.
impl Part for decision_seal::Entity {
    type Whole = minutes_review::Entity;

    fn of(whole: &minutes_review::Model) -> Condition {
        use decision_seal::Column as D;
        Condition::all()
            .add(D::MeetingId.eq(whole.meeting_id))
            .add(D::VerifiedAt.is_null())
    }

    fn is_of(_: &decision_seal::ActiveModel, _: &minutes_review::Model) -> bool {
        false
    }
}
