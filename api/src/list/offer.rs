//! Which lists of an occasion somebody may take out.

use super::List;
use crate::viewer::Viewer;
use entity::{kind::Role, training};

/// The lists of an occasion of that training, which the viewer is known to see. Coordinators get the lists of the
/// participants that they see; what participants need concerns the accountable organiser only.
#[must_use]
pub fn offered(viewer: &Viewer, training: &training::Model) -> Vec<List> {
    let Some(organisation) = viewer.organisation(Role::Coordinator) else {
        return Vec::new();
    };
    let accountable = training.accountable_organisation_id == organisation;
    List::ALL
        .into_iter()
        .filter(|list| accountable || *list != List::NeedsCsv)
        .collect()
}
