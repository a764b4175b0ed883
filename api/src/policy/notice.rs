//! Notices: read by the person that they are for, and by the coordinators of the person's organisation.
//!
//! Nobody makes or changes one through a door: they are written by what they tell of.

use super::{
    Policy, nobody,
    organisation::{oneself, own},
    select,
};
use crate::viewer::Viewer;
use entity::{kind::Role, notice, occasion_move};
use sea_orm::{ColumnTrait, Condition};

impl Policy for notice::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use notice::Column as N;
        Condition::any()
            .add(oneself(N::PersonId, N::OrganisationId, viewer))
            .add(own(N::OrganisationId, Role::Coordinator, viewer))
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &notice::ActiveModel) -> bool {
        false
    }
}

impl Policy for occasion_move::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        // Where an occasion was to be held before is told to those who were told that it moved.
        let told = select::<notice::Entity>(
            notice::Column::MoveId,
            Condition::all()
                .add(notice::Column::MoveId.is_not_null())
                .add(notice::Entity::visible(viewer)),
        );
        Condition::all().add(occasion_move::Column::Id.in_subquery(told))
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &occasion_move::ActiveModel) -> bool {
        false
    }
}
