//! Roles, and who is appointed to them.
//!
//! That an organisation has somebody in a role is seen as far as the appointment is shared, once it is confirmed; who it
//! is, by the organisation itself and where the name is published. Associations see functions: names only where they are
//! public. A proposal is answered by the unit's manager, and by nobody else where one is named.

use super::{
    Policy,
    catalogue::shared,
    everybody, nobody,
    organisation::{is_own, oneself, own},
    select, where_visible,
};
use crate::viewer::Viewer;
use chrono::NaiveDate;
use entity::{
    appointee, appointment, appointment_answer, appointment_trained,
    kind::{AppointmentStatus, OrganisationKind, Role, SharingLevel},
    role_headcount, role_introduction, role_training, role_type, training, unit_manager,
    unit_succession,
};
use sea_orm::{ColumnTrait, Condition};

/// The appointments that count on a day.
pub(crate) fn active_on(day: NaiveDate) -> Condition {
    use appointment::Column as A;
    Condition::all()
        .add(A::Status.eq(AppointmentStatus::Confirmed))
        .add(A::FromDay.lte(day))
        .add(
            Condition::any()
                .add(A::UntilDay.is_null())
                .add(A::UntilDay.gt(day)),
        )
}

/// Who manages a unit on a day.
pub(crate) fn managing_on(day: NaiveDate) -> Condition {
    use unit_manager::Column as M;
    Condition::all().add(M::FromDay.lte(day)).add(
        Condition::any()
            .add(M::UntilDay.is_null())
            .add(M::UntilDay.gt(day)),
    )
}

/// The units that the viewer manages today.
fn managed<C: ColumnTrait>(unit: C, viewer: &Viewer) -> Condition {
    use unit_manager::Column as M;
    let mine = managing_on(viewer.today()).add(oneself(M::PersonId, M::OrganisationId, viewer));
    Condition::all().add(unit.in_subquery(select::<unit_manager::Entity>(M::UnitId, mine)))
}

/// Units of the viewer's organisation for which nobody is named as manager today; the organisation as a whole.
fn without_manager<C: ColumnTrait>(unit: C, viewer: &Viewer) -> Condition {
    use unit_manager::Column as M;
    let named = managing_on(viewer.today()).add(own(M::OrganisationId, Role::Member, viewer));
    Condition::any()
        .add(unit.is_null())
        .add(unit.not_in_subquery(select::<unit_manager::Entity>(M::UnitId, named)))
}

/// Gives a table of reference its rules: everybody reads it, the operator keeps it.
macro_rules! reference {
    ($table:ident) => {
        impl Policy for $table::Entity {
            fn visible(_: &Viewer) -> Condition {
                everybody()
            }

            fn editable(_: &Viewer) -> Condition {
                nobody()
            }

            fn creatable(_: &Viewer, _: &$table::ActiveModel) -> bool {
                false
            }
        }
    };
}

reference!(role_type);
reference!(role_introduction);
reference!(role_headcount);

impl Policy for role_training::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, training::Entity>(
            role_training::Column::TrainingId,
            training::Column::Id,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            role_training::Column::OrganisationId,
            Role::Coordinator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &role_training::ActiveModel) -> bool {
        let organisation = new.organisation_id.try_as_ref().copied().flatten();
        organisation.is_some_and(|organisation| viewer.has_role(Role::Coordinator, organisation))
    }
}

impl Policy for unit_succession::Entity {
    fn visible(_: &Viewer) -> Condition {
        // Units are public, and so is what became of them.
        everybody()
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(viewer: &Viewer, new: &unit_succession::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Administrator, viewer)
    }
}

impl Policy for unit_manager::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(unit_manager::Column::OrganisationId, Role::Member, viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        own(
            unit_manager::Column::OrganisationId,
            Role::Administrator,
            viewer,
        )
    }

    fn creatable(viewer: &Viewer, new: &unit_manager::ActiveModel) -> bool {
        // Not coordinators: they propose, and would choose who confirms.
        is_own(&new.organisation_id, Role::Administrator, viewer)
    }
}

impl Policy for appointment::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use appointment::Column as A;
        Condition::any()
            .add(own(A::OrganisationId, Role::Member, viewer))
            .add(
                Condition::all()
                    .add(A::Status.eq(AppointmentStatus::Confirmed))
                    .add(shared(A::Sharing, A::CountyCode, viewer.acting())),
            )
    }

    fn editable(viewer: &Viewer) -> Condition {
        use appointment::Column as A;
        Condition::any()
            .add(own(A::OrganisationId, Role::Coordinator, viewer))
            // Whoever has a role may lay it down; the manager may end it.
            .add(oneself(A::PersonId, A::OrganisationId, viewer))
            .add(
                Condition::all()
                    .add(own(A::OrganisationId, Role::Member, viewer))
                    .add(managed(A::UnitId, viewer)),
            )
    }

    fn creatable(viewer: &Viewer, new: &appointment::ActiveModel) -> bool {
        is_own(&new.organisation_id, Role::Coordinator, viewer)
            && new.status.try_as_ref() == Some(&AppointmentStatus::Proposed)
    }
}

/// Where a name that is published reaches the viewer.
fn named_to(viewer: &Viewer) -> Condition {
    use appointee::Column as A;
    let civil_society = [OrganisationKind::Ngo, OrganisationKind::NgoNetwork];
    // Associations are given functions, not people.
    let acting = viewer
        .acting()
        .filter(|acting| !civil_society.contains(&acting.kind));
    if acting.is_some() {
        shared(A::Sharing, A::CountyCode, acting)
    } else {
        Condition::all().add(A::Sharing.eq(SharingLevel::Public))
    }
}

impl Policy for appointee::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use appointee::Column as A;
        Condition::any()
            .add(own(A::OrganisationId, Role::Member, viewer))
            .add(
                Condition::all()
                    .add(A::Status.eq(AppointmentStatus::Confirmed))
                    .add(A::NamePublished.eq(true))
                    .add(named_to(viewer)),
            )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &appointee::ActiveModel) -> bool {
        false
    }
}

impl Policy for appointment_answer::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        own(
            appointment_answer::Column::OrganisationId,
            Role::Member,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        use appointment_answer::Column as A;
        let as_administrator = Condition::all()
            .add(own(A::OrganisationId, Role::Administrator, viewer))
            .add(without_manager(A::UnitId, viewer));
        Condition::all()
            .add(A::Status.eq(AppointmentStatus::Proposed))
            .add(
                Condition::any()
                    .add(managed(A::UnitId, viewer))
                    .add(as_administrator),
            )
    }

    fn creatable(_: &Viewer, _: &appointment_answer::ActiveModel) -> bool {
        false
    }
}

impl Policy for appointment_trained::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, appointment::Entity>(
            appointment_trained::Column::AppointmentId,
            appointment::Column::Id,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        // It follows from completions; `viewer::trained` writes it.
        nobody()
    }

    fn creatable(_: &Viewer, _: &appointment_trained::ActiveModel) -> bool {
        false
    }
}
