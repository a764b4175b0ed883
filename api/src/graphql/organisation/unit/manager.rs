//! Who manages a unit.

use super::{OrganisationUnit, UnitById};
use crate::{
    domain::{coverage::Span, validity::in_force},
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        loader::load_many,
        person::{Person, PersonById},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::{
    id::{PersonId, UnitId, UnitManagerId},
    kind::{AuditAction, Role},
    membership, organisation_unit, unit_manager,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

load_many!(
    /// Who has managed a unit, oldest first.
    ManagersOf(UnitId) => unit_manager.UnitId (unit_id), order FromDay, Id
);

/// Who manages a unit on a day, where the viewer may know it.
pub(crate) async fn manager_on(
    ctx: &Context<'_>,
    unit: UnitId,
    day: NaiveDate,
) -> Result<Option<Person>> {
    let rows = loaders(ctx).load_one(ManagersOf(unit)).await?;
    let manages =
        |row: &unit_manager::Model| Span::new(Some(row.from_day), row.until_day).holds(day);
    let Some(row) = rows.unwrap_or_default().into_iter().rfind(manages) else {
        return Ok(None);
    };
    let row = loaders(ctx).load_one(PersonById(row.person_id)).await?;
    Ok(row.map(Person))
}

/// Who manages which unit.
#[derive(InputObject)]
pub struct SetUnitManagerInput {
    /// The unit, of your own organisation.
    unit_id: UnitId,
    /// The manager, a member of your organisation; none: nobody is named from that day on.
    person_id: Option<PersonId>,
    /// From this day on: today or later.
    from: NaiveDate,
}

/// The unit with its manager.
#[derive(SimpleObject)]
pub struct SetUnitManagerPayload {
    /// The unit; null when nothing was changed.
    unit: Option<OrganisationUnit>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with managers.
#[derive(Default)]
pub struct ManagerMutation;

#[Object]
impl ManagerMutation {
    /// Names who manages a unit of your own organisation from a day on, and so confirms its appointments. Whoever did
    /// so before no longer does. For administrators; `FORBIDDEN` for others. Written to the audit log. User errors:
    /// `NOT_FOUND`, `INVALID_VALUE` for a day that has been.
    async fn set_unit_manager(
        &self,
        ctx: &Context<'_>,
        input: SetUnitManagerInput,
    ) -> Result<SetUnitManagerPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let user_errors = viewer
            .transaction(|viewer| async move { set(&viewer, input).await })
            .await?;
        let unit = if user_errors.is_empty() {
            loaders(ctx).load_one(UnitById(input.unit_id)).await?
        } else {
            None
        };
        Ok(SetUnitManagerPayload {
            unit: unit.map(OrganisationUnit),
            user_errors,
        })
    }
}

async fn set(viewer: &Viewer, input: &SetUnitManagerInput) -> Result<Vec<UserError>> {
    let own = viewer.signed_in()?.organisation;
    let error = |code, field| Ok(vec![UserError::new(code, &[field])]);
    let query = organisation_unit::Entity::find_by_id(input.unit_id);
    let unit = match viewer.edit(query).await? {
        Access::Granted(unit) => unit,
        Access::Refused if viewer.has_role(Role::Administrator, own) => {
            return error(UserErrorCode::NotFound, "unitId");
        }
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return error(UserErrorCode::NotFound, "unitId"),
    };
    if input.from < viewer.today() {
        return error(UserErrorCode::InvalidValue, "from");
    }
    if let Some(person) = input.person_id
        && !belongs(viewer, person).await?
    {
        return error(UserErrorCode::NotFound, "personId");
    }
    end_others(viewer, &unit, input.from).await?;
    let Some(person) = input.person_id else {
        return Ok(Vec::new());
    };
    viewer
        .insert(unit_manager::ActiveModel {
            id: Set(UnitManagerId::new()),
            unit_id: Set(unit.id),
            organisation_id: Set(own),
            person_id: Set(person),
            from_day: Set(input.from),
            until_day: Set(None),
            recorded_at: Set(viewer.now()),
            recorded_by: Set(viewer.person()),
        })
        .await?;
    let concern = Concern {
        subject: Some(unit.id.to_string()),
        ..Concern::person(own, person)
    };
    viewer
        .audit(AuditAction::SetUnitManager, vec![concern])
        .await?;
    Ok(Vec::new())
}

/// Lets whoever manages the unit on that day or later do so until then only.
async fn end_others(
    viewer: &Viewer,
    unit: &Permitted<organisation_unit::Model>,
    from: NaiveDate,
) -> Result<()> {
    use unit_manager::Column as M;
    let query = unit_manager::Entity::find().filter(M::UnitId.eq(unit.id));
    for row in viewer.all(query).await? {
        if row.until_day.is_some_and(|until| until <= from) {
            continue;
        }
        let change = unit_manager::ActiveModel {
            id: Unchanged(row.id),
            until_day: Set(Some(from.max(row.from_day))),
            ..Default::default()
        };
        viewer.update(change).await?;
    }
    Ok(())
}

async fn belongs(viewer: &Viewer, person: PersonId) -> Result<bool> {
    let query = membership::Entity::find()
        .filter(membership::Column::OrganisationId.eq(viewer.signed_in()?.organisation))
        .filter(membership::Column::PersonId.eq(person));
    let row = viewer.one(query).await?;
    Ok(row.is_some_and(|row| in_force(Some(row.active_from), row.active_until, viewer.now())))
}
