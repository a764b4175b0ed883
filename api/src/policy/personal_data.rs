//! Retention rules, their log and the log of erasures: an organisation's administrators, for their own.

use super::{
    Policy, nobody,
    organisation::{is_own, own},
};
use crate::viewer::Viewer;
use entity::{erasure, kind::Role, retention_action, retention_rule};
use sea_orm::Condition;

impl Policy for retention_rule::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(
            retention_rule::Column::OrganisationId,
            Role::Administrator,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        Self::visible(viewer)
    }

    fn creatable(viewer: &Viewer, new: &retention_rule::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Administrator, viewer)
    }
}

impl Policy for retention_action::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(
            retention_action::Column::OrganisationId,
            Role::Administrator,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &retention_action::ActiveModel) -> bool {
        // By the retention job only.
        false
    }
}

impl Policy for erasure::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(erasure::Column::OrganisationId, Role::Administrator, viewer)
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &erasure::ActiveModel) -> bool {
        // Only together with the erasure itself.
        false
    }
}
