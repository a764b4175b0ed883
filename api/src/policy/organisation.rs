//! Organisations: the directory is public; an organisation's own administrators keep its entries.

use super::{Policy, everybody, nobody};
use crate::viewer::Viewer;
use entity::{
    contact_point, id::OrganisationId, kind::Role, organisation, organisation_name,
    organisation_unit,
};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

/// Rows of the organisation that the viewer acts for, if it has at least that role there.
pub(super) fn own<C: ColumnTrait>(column: C, at_least: Role, viewer: &Viewer) -> Condition {
    nobody().add_option(
        viewer
            .organisation(at_least)
            .map(|organisation| column.eq(organisation)),
    )
}

/// Rows about the viewer as a person, in the organisation that the viewer acts for: not those of another
/// organisation that the same person belongs to.
pub(super) fn oneself<C: ColumnTrait>(person: C, organisation: C, viewer: &Viewer) -> Condition {
    let acting = viewer.acting().zip(viewer.person());
    nobody().add_option(acting.map(|(acting, oneself)| {
        Condition::all()
            .add(person.eq(oneself))
            .add(organisation.eq(acting.organisation))
    }))
}

/// Whether a new row belongs to the organisation that the viewer has at least that role in.
pub(super) fn is_own(value: &ActiveValue<OrganisationId>, at_least: Role, viewer: &Viewer) -> bool {
    value
        .try_as_ref()
        .is_some_and(|organisation| viewer.has_role(at_least, *organisation))
}

impl Policy for organisation::Entity {
    fn visible(_: &Viewer) -> Condition {
        everybody()
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(organisation::Column::Id, Role::Administrator, viewer)
    }

    fn creatable(_: &Viewer, _: &organisation::ActiveModel) -> bool {
        // Who takes part is agreed outside the system; the operator enters it.
        false
    }
}

impl Policy for organisation_name::Entity {
    fn visible(_: &Viewer) -> Condition {
        everybody()
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &organisation_name::ActiveModel) -> bool {
        false
    }
}

impl Policy for organisation_unit::Entity {
    fn visible(_: &Viewer) -> Condition {
        everybody()
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            organisation_unit::Column::OrganisationId,
            Role::Administrator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &organisation_unit::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Administrator, viewer)
    }
}

impl Policy for contact_point::Entity {
    fn visible(_: &Viewer) -> Condition {
        everybody()
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            contact_point::Column::OrganisationId,
            Role::Administrator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &contact_point::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Administrator, viewer)
    }
}
