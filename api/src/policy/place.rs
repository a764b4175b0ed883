//! Counties and municipalities are facts: everybody reads them, nobody changes them here.

use super::{Policy, everybody, nobody};
use crate::viewer::Viewer;
use entity::{county, municipality};
use sea_orm::Condition;

impl Policy for county::Entity {
    fn visible(_: &Viewer) -> Condition {
        everybody()
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &county::ActiveModel) -> bool {
        false
    }
}

impl Policy for municipality::Entity {
    fn visible(_: &Viewer) -> Condition {
        everybody()
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &municipality::ActiveModel) -> bool {
        false
    }
}
