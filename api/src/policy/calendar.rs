//! Calendar feeds: nobody but the person sees that there is one.

use super::{
    Policy,
    organisation::{is_own, oneself},
};
use crate::viewer::Viewer;
use entity::{calendar_feed, kind::Role};
use sea_orm::Condition;

impl Policy for calendar_feed::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use calendar_feed::Column as F;
        oneself(F::PersonId, F::OrganisationId, viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        Self::visible(viewer)
    }

    fn creatable(viewer: &Viewer, new: &calendar_feed::ActiveModel) -> bool {
        viewer.person().is_some()
            && new.person_id.try_as_ref().copied() == viewer.person()
            && is_own(&new.organisation_id, Role::Member, viewer)
    }
}
