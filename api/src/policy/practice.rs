//! What organisations do around trainings: support given, methods, what has become of programmes.

use super::{
    Policy, everybody, nobody,
    organisation::{is_own, own},
    where_visible,
};
use crate::viewer::Viewer;
use entity::{kind::Role, method_practice, programme_follow_up, support_given, training_programme};
use sea_orm::Condition;

impl Policy for support_given::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(support_given::Column::OrganisationId, Role::Member, viewer)
    }

    fn editable(_: &Viewer) -> Condition {
        // What was given was given.
        nobody()
    }

    fn creatable(viewer: &Viewer, new: &support_given::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}

impl Policy for method_practice::Entity {
    fn visible(_: &Viewer) -> Condition {
        // By which methods an organisation works it tells everybody, as it does its contact points.
        everybody()
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            method_practice::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &method_practice::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}

impl Policy for programme_follow_up::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, training_programme::Entity>(
            programme_follow_up::Column::ProgrammeId,
            training_programme::Column::Id,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            programme_follow_up::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &programme_follow_up::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}
