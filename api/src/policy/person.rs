//! Persons and memberships: an organisation's coordinators see its own people; others see a person only
//! together with a sign-up, a seat in a group, a membership of one, an appointment or an initiative that they may see.

use super::{
    Policy,
    approval::people_who_ask,
    group::members_by_role,
    nobody,
    organisation::{is_own, oneself, own},
    select,
};
use crate::viewer::Viewer;
use chrono::{DateTime, Utc};
use entity::{
    appointee, group_member, group_person, initiative_contact, kind::Role, membership, person,
    seat_holder, sign_up, unit_manager,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait,
    sea_query::{Expr, ExprTrait},
};

/// The memberships that last at an instant.
pub(crate) fn is_member(now: DateTime<Utc>) -> Condition {
    use membership::Column as M;
    Condition::all().add(M::ActiveFrom.lte(now)).add(
        Condition::any()
            .add(M::ActiveUntil.is_null())
            .add(M::ActiveUntil.gt(now)),
    )
}

/// The persons about whom a table has a row that a condition picks.
///
/// Asked of the one person each time: a region has more appointments, and a county more seats, than one wants to list at
/// every request.
fn named_in<E: EntityTrait>(column: E::Column, which: Condition) -> Expr {
    let of_the_person =
        Expr::col((E::default(), column)).equals((person::Entity, person::Column::Id));
    person::Column::Id.in_subquery(select::<E>(
        column,
        Condition::all().add(of_the_person).add(which),
    ))
}

impl Policy for person::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use person::Column as P;
        // Who sits on a seat, and who is appointed to a role, where that may be seen.
        let on_seats = named_in::<seat_holder::Entity>(
            seat_holder::Column::PersonId,
            seat_holder::Entity::visible(viewer),
        );
        let appointed = named_in::<appointee::Entity>(
            appointee::Column::PersonId,
            appointee::Entity::visible(viewer),
        );
        let contact = named_in::<initiative_contact::Entity>(
            initiative_contact::Column::PersonId,
            initiative_contact::Entity::visible(viewer),
        );
        if viewer.acting().is_none() {
            return nobody().add(on_seats).add(appointed).add(contact);
        }
        let colleagues = own(
            membership::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        );
        Condition::any()
            .add_option(viewer.person().map(|person| P::Id.eq(person)))
            .add(P::Id.in_subquery(select::<membership::Entity>(
                membership::Column::PersonId,
                Condition::all().add(colleagues),
            )))
            .add(P::Id.in_subquery(select::<sign_up::Entity>(
                sign_up::Column::PersonId,
                Condition::all().add(sign_up::Entity::visible(viewer)),
            )))
            .add(P::Id.in_subquery(people_who_ask(viewer)))
            .add(on_seats)
            .add(appointed)
            .add(contact)
            .add(P::Id.in_subquery(select::<unit_manager::Entity>(
                unit_manager::Column::PersonId,
                unit_manager::Entity::visible(viewer),
            )))
            .add(named_in::<group_member::Entity>(
                group_member::Column::PersonId,
                group_member::Entity::visible(viewer),
            ))
            // Whoever is in a network by the same role.
            .add(named_in::<group_person::Entity>(
                group_person::Column::PersonId,
                members_by_role(viewer),
            ))
    }

    fn editable(viewer: &Viewer) -> Condition {
        let colleagues = own(
            membership::Column::OrganisationId,
            Role::Administrator,
            viewer,
        );
        Condition::all().add(person::Column::Id.in_subquery(select::<membership::Entity>(
            membership::Column::PersonId,
            Condition::all().add(colleagues),
        )))
    }

    fn creatable(viewer: &Viewer, _: &person::ActiveModel) -> bool {
        viewer.organisation(Role::Coordinator).is_some()
    }
}

impl Policy for membership::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        Condition::any()
            .add(own(
                membership::Column::OrganisationId,
                Role::Coordinator,
                viewer,
            ))
            .add(oneself(
                membership::Column::PersonId,
                membership::Column::OrganisationId,
                viewer,
            ))
            // Whoever approves sees the colleague who asks.
            .add(
                Condition::all()
                    .add(own(
                        membership::Column::OrganisationId,
                        Role::Member,
                        viewer,
                    ))
                    .add(membership::Column::PersonId.in_subquery(people_who_ask(viewer))),
            )
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            membership::Column::OrganisationId,
            Role::Administrator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &membership::ActiveModel) -> bool {
        // A coordinator enters colleagues; only an administrator gives somebody more than that.
        let enough = match new.role.try_as_ref() {
            Some(Role::Member) => Role::Coordinator,
            _ => Role::Administrator,
        };
        is_own(&new.organisation_id, enough, viewer)
    }
}
