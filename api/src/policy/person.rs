//! Persons and memberships: an organisation's coordinators see its own people; others see a person only
//! together with a sign-up that they may see.

use super::{
    Policy,
    approval::people_who_ask,
    nobody,
    organisation::{is_own, oneself, own},
    select,
};
use crate::viewer::Viewer;
use entity::{kind::Role, membership, person, sign_up};
use sea_orm::{ColumnTrait, Condition};

impl Policy for person::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use person::Column as P;
        if viewer.acting().is_none() {
            return nobody();
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
