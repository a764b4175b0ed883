//! The audit log: read by the administrators of the organisation that acted, written by the viewer only.

use super::{Policy, nobody, organisation::own};
use crate::viewer::Viewer;
use entity::{audit_entry, kind::Role};
use sea_orm::Condition;

impl Policy for audit_entry::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(
            audit_entry::Column::OrganisationId,
            Role::Administrator,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &audit_entry::ActiveModel) -> bool {
        false
    }
}
