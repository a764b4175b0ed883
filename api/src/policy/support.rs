//! National support is public; what visitors answer about a page is for the page's owner.

use super::{Policy, everybody, nobody, organisation::own};
use crate::viewer::Viewer;
use entity::{kind::Role, page_feedback, support_resource};
use sea_orm::Condition;

impl Policy for support_resource::Entity {
    fn visible(_: &Viewer) -> Condition {
        everybody()
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &support_resource::ActiveModel) -> bool {
        false
    }
}

impl Policy for page_feedback::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(page_feedback::Column::OrganisationId, Role::Member, viewer)
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &page_feedback::ActiveModel) -> bool {
        // Anybody may answer, also without a token.
        true
    }
}
