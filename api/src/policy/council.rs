//! Issues that people with a role raise to a council.
//!
//! An issue is between whoever raises it and the council: seen by the two, and by nobody else. The council does not see
//! one that was taken back; the coordinators of the organisation for which it was raised see none.

use super::{
    Part, Policy,
    group::{officer_of, reads_papers},
    organisation::oneself,
    where_visible,
};
use crate::viewer::Viewer;
use entity::{council_issue, council_queue, group_letterbox, kind::CouncilIssueStatus};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

impl Policy for council_issue::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use council_issue::Column as I;
        Condition::any()
            .add(oneself(I::PersonId, I::OrganisationId, viewer))
            .add(
                Condition::all()
                    .add(I::Status.ne(CouncilIssueStatus::Withdrawn))
                    .add(reads_papers(I::GroupId, viewer)),
            )
    }

    fn editable(viewer: &Viewer) -> Condition {
        use council_issue::Column as I;
        // Taking it back; what the council does has a rule of its own.
        oneself(I::PersonId, I::OrganisationId, viewer)
    }

    fn creatable(_: &Viewer, _: &council_issue::ActiveModel) -> bool {
        // Only to a council that the viewer has been permitted to raise issues to.
        false
    }
}

impl Part for council_issue::Entity {
    type Whole = group_letterbox::Entity;

    fn of(whole: &group_letterbox::Model) -> Condition {
        Condition::all().add(council_issue::Column::GroupId.eq(whole.id))
    }

    fn is_of(new: &council_issue::ActiveModel, whole: &group_letterbox::Model) -> bool {
        new.group_id == ActiveValue::Set(whole.id)
            && new.status == ActiveValue::Set(CouncilIssueStatus::Raised)
    }
}

impl Policy for council_queue::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, council_issue::Entity>(
            council_queue::Column::Id,
            council_issue::Column::Id,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        officer_of(council_queue::Column::GroupId, viewer)
    }

    fn creatable(_: &Viewer, _: &council_queue::ActiveModel) -> bool {
        false
    }
}
