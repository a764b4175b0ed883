//! Initiatives: what organisations do together beside groups and trainings.
//!
//! One organisation keeps the entry, others are parties to it. It is seen by both, whatever the sharing, and by whom it
//! is shared with; who is a party no more sees it only as far as it is shared. The keeper's coordinators, and the contact
//! person, change it; a party enters its own activities and takes itself out.

use super::{
    Part, Policy,
    catalogue::shared,
    nobody,
    organisation::{is_own, oneself, own},
    select, where_visible,
};
use crate::viewer::Viewer;
use entity::{
    initiative, initiative_activity, initiative_contact, initiative_organisation, initiative_part,
    initiative_party, initiative_room, initiative_share,
    kind::{Role, SharingLevel},
};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

/// The parties that are parties on the viewer's day.
pub(crate) fn party_today(viewer: &Viewer) -> Condition {
    use initiative_party::Column as P;
    Condition::any()
        .add(P::EndsOn.is_null())
        .add(P::EndsOn.gt(viewer.today()))
}

/// The initiatives that the viewer's organisation is a party to today, if the viewer has at least that role in it.
fn party_to<C: ColumnTrait>(column: C, at_least: Role, viewer: &Viewer) -> Condition {
    use initiative_party::Column as P;
    let parties =
        Condition::all()
            .add(party_today(viewer))
            .add(own(P::OrganisationId, at_least, viewer));
    Condition::all()
        .add(column.in_subquery(select::<initiative_party::Entity>(P::InitiativeId, parties)))
}

/// The initiatives that the viewer may take its organisation out of.
pub(crate) fn leaves<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    party_to(column, Role::Coordinator, viewer)
}

/// The initiatives that the viewer keeps: as a coordinator of the keeper, or as the contact person.
pub(crate) fn keeps<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    use initiative_contact::Column as N;
    let kept = Condition::all().add(own(
        initiative::Column::OrganisationId,
        Role::Coordinator,
        viewer,
    ));
    let contact = Condition::all().add(oneself(N::PersonId, N::OrganisationId, viewer));
    Condition::any()
        .add(column.in_subquery(select::<initiative::Entity>(initiative::Column::Id, kept)))
        .add(column.in_subquery(select::<initiative_contact::Entity>(
            N::InitiativeId,
            contact,
        )))
}

/// The initiatives in which the viewer enters activities of its organisation.
pub(crate) fn works_in<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    Condition::any()
        .add(keeps(column, viewer))
        .add(party_to(column, Role::Coordinator, viewer))
}

impl Policy for initiative::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use initiative::Column as I;
        let selected = Condition::all()
            .add(I::Sharing.eq(SharingLevel::Selected))
            .add(I::Id.in_subquery(select::<initiative_share::Entity>(
                initiative_share::Column::InitiativeId,
                Condition::all().add(own(
                    initiative_share::Column::OrganisationId,
                    Role::Member,
                    viewer,
                )),
            )));
        Condition::any()
            .add(shared(I::Sharing, I::CountyCode, viewer.acting()))
            .add(selected)
            .add(own(I::OrganisationId, Role::Member, viewer))
            .add(party_to(I::Id, Role::Member, viewer))
    }

    fn editable(viewer: &Viewer) -> Condition {
        keeps(initiative::Column::Id, viewer)
    }

    fn creatable(viewer: &Viewer, new: &initiative::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Coordinator, viewer)
    }
}

impl Policy for initiative_room::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        seen(initiative_room::Column::Id, viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        works_in(initiative_room::Column::Id, viewer)
    }

    fn creatable(_: &Viewer, _: &initiative_room::ActiveModel) -> bool {
        false
    }
}

/// Gives the parts of an initiative rules of their own for who sees them and who changes them.
macro_rules! part_of_initiative {
    ($table:ident, $visible:path, $editable:path) => {
        impl Policy for $table::Entity {
            fn visible(viewer: &Viewer) -> Condition {
                $visible($table::Column::InitiativeId, viewer)
            }

            fn editable(viewer: &Viewer) -> Condition {
                $editable($table::Column::InitiativeId, viewer)
            }

            fn creatable(_: &Viewer, _: &$table::ActiveModel) -> bool {
                // Only as a part of an initiative that the viewer has been permitted to edit.
                false
            }
        }

        impl Part for $table::Entity {
            type Whole = initiative::Entity;

            fn of(whole: &initiative::Model) -> Condition {
                Condition::all().add($table::Column::InitiativeId.eq(whole.id))
            }

            fn is_of(new: &$table::ActiveModel, whole: &initiative::Model) -> bool {
                new.initiative_id == ActiveValue::Set(whole.id)
            }
        }
    };
}

part_of_initiative!(initiative_part, seen, keeps);
// With whom else it is shared is the keeper's own business.
part_of_initiative!(initiative_share, keeps, keeps);
// A party takes itself out; the keeper replaces the list as a part.
part_of_initiative!(initiative_party, seen, own_party);
// The keeper's people know who of them answers; others where the name is published.
part_of_initiative!(initiative_contact, contact_seen, keeps);

/// The initiatives that the viewer sees.
fn seen<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    where_visible::<_, initiative::Entity>(column, initiative::Column::Id, viewer)
}

/// The rows by which the viewer's organisation is a party today.
fn own_party(_: initiative_party::Column, viewer: &Viewer) -> Condition {
    let organisation = initiative_party::Column::OrganisationId;
    Condition::all()
        .add(party_today(viewer))
        .add(own(organisation, Role::Coordinator, viewer))
}

fn contact_seen(initiative: initiative_contact::Column, viewer: &Viewer) -> Condition {
    use initiative_contact::Column as N;
    let published = Condition::all()
        .add(N::NamePublished.eq(true))
        .add(seen(initiative, viewer));
    Condition::any()
        .add(own(N::OrganisationId, Role::Member, viewer))
        .add(published)
}

impl Policy for initiative_activity::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        seen(initiative_activity::Column::InitiativeId, viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        use initiative_activity::Column as A;
        Condition::all()
            .add(own(A::OrganisationId, Role::Member, viewer))
            .add(works_in(A::InitiativeId, viewer))
    }

    fn creatable(_: &Viewer, _: &initiative_activity::ActiveModel) -> bool {
        // Only in an initiative that the viewer has been permitted to work in.
        false
    }
}

impl Part for initiative_activity::Entity {
    type Whole = initiative_room::Entity;

    fn of(whole: &initiative_room::Model) -> Condition {
        Condition::all().add(initiative_activity::Column::InitiativeId.eq(whole.id))
    }

    fn is_of(new: &initiative_activity::ActiveModel, whole: &initiative_room::Model) -> bool {
        new.initiative_id == ActiveValue::Set(whole.id)
    }
}

impl Policy for initiative_organisation::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        seen(initiative_organisation::Column::InitiativeId, viewer)
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &initiative_organisation::ActiveModel) -> bool {
        // It is what other tables say.
        false
    }
}
