//! Reorganisation: units are divided and put together from a day on; what was before that day stays as it was.

use super::{OrganisationUnit, UnitInput, add, check_places, check_units};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, coverage::Touched},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{Months, NaiveDate};
use entity::{
    appointment,
    id::UnitId,
    kind::{AppointmentStatus, Role},
    organisation_unit,
    partial_date::PartialDate,
    unit_manager, unit_succession,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged};

/// How a unit is divided.
#[derive(InputObject)]
pub struct SplitUnitInput {
    /// The unit, of your own organisation.
    unit_id: UnitId,
    /// From this day on: at most a year ago, and ten years ahead.
    on: NaiveDate,
    /// The units that take over, 2 to 100. Their `validFrom` is that day, whatever is said.
    into: Vec<UnitInput>,
}

/// How units are put together.
#[derive(InputObject)]
pub struct MergeUnitsInput {
    /// The units, of your own organisation, 2 to 100.
    unit_ids: Vec<UnitId>,
    /// From this day on: at most a year ago, and ten years ahead.
    on: NaiveDate,
    /// The unit that takes over. Its `validFrom` is that day, whatever is said.
    into: UnitInput,
}

/// The units that took over.
#[derive(SimpleObject)]
pub struct SplitUnitPayload {
    /// The units; empty when nothing was changed.
    units: Vec<OrganisationUnit>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// The unit that took over.
#[derive(SimpleObject)]
pub struct MergeUnitsPayload {
    /// The unit; null when nothing was changed.
    unit: Option<OrganisationUnit>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done about the order of units.
#[derive(Default)]
pub struct ReorganisingMutation;

#[Object]
impl ReorganisingMutation {
    /// Divides a unit of your own organisation from a day on. Its appointments and its manager end on that day; who
    /// goes on in which of the new units is proposed anew. Coverage of the days before counts the old unit. For
    /// administrators; `FORBIDDEN` for others. User errors: `NOT_FOUND`, `INVALID_VALUE`, `UNIT_NOT_VALID`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn split_unit(
        &self,
        ctx: &Context<'_>,
        input: SplitUnitInput,
    ) -> Result<SplitUnitPayload> {
        let some = (2..=100).contains(&input.into.len());
        let outcome =
            reorganise(ctx, "into", some, vec![input.unit_id], input.on, input.into).await?;
        Ok(match outcome {
            Ok(units) => SplitUnitPayload {
                units,
                user_errors: Vec::new(),
            },
            Err(user_errors) => SplitUnitPayload {
                units: Vec::new(),
                user_errors,
            },
        })
    }

    /// Puts units of your own organisation together from a day on. Their appointments and managers end on that day;
    /// who goes on in the new unit is proposed anew. Coverage of the days before counts the old units. For
    /// administrators; `FORBIDDEN` for others. User errors: `NOT_FOUND`, `INVALID_VALUE`, `UNIT_NOT_VALID`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn merge_units(
        &self,
        ctx: &Context<'_>,
        input: MergeUnitsInput,
    ) -> Result<MergeUnitsPayload> {
        let mut units = input.unit_ids;
        let given = units.len();
        units.sort();
        units.dedup();
        let some = (2..=100).contains(&given) && units.len() == given;
        let outcome = reorganise(ctx, "unitIds", some, units, input.on, vec![input.into]).await?;
        Ok(match outcome {
            Ok(units) => MergeUnitsPayload {
                unit: units.into_iter().next(),
                user_errors: Vec::new(),
            },
            Err(user_errors) => MergeUnitsPayload {
                unit: None,
                user_errors,
            },
        })
    }
}

type Outcome<T> = std::result::Result<T, Vec<UserError>>;

async fn reorganise(
    ctx: &Context<'_>,
    list: &str,
    as_many_as_may_be: bool,
    old: Vec<UnitId>,
    on: NaiveDate,
    mut into: Vec<UnitInput>,
) -> Result<Outcome<Vec<OrganisationUnit>>> {
    let viewer = viewer(ctx);
    let own = viewer.signed_in()?.organisation;
    if !viewer.has_role(Role::Administrator, own) {
        return Err(Error::Forbidden);
    }
    let mut errors = check_units(&into);
    errors.extend(check_places(ctx, &into).await?);
    let today = viewer.today();
    if !(today - Months::new(12)..=today + Months::new(120)).contains(&on) {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["on"]));
    }
    if !as_many_as_may_be {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &[list]));
    }
    errors.extend(check_parents(viewer, &into).await?);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    for unit in &mut into {
        unit.valid_from = PartialDate::day(on);
    }
    let new: Vec<_> = into.into_iter().map(|unit| unit.into_row(own)).collect();
    let (old, made) = (&old, &new);
    let outcome = viewer
        .transaction(|viewer| async move { take_over(&viewer, old, on, made).await })
        .await?;
    if let Err(errors) = outcome {
        return Ok(Err(errors));
    }
    let ids: Vec<UnitId> = new.iter().map(|row| row.id).collect();
    Ok(Ok(super::of_ids(ctx, ids).await?))
}

/// The units above the new ones must be the own organisation's.
async fn check_parents(viewer: &Viewer, into: &[UnitInput]) -> Result<Vec<UserError>> {
    let parents: Vec<UnitId> = into.iter().filter_map(|unit| unit.parent_id).collect();
    let query = organisation_unit::Entity::find()
        .filter(organisation_unit::Column::Id.is_in(parents.iter().copied()))
        .filter(organisation_unit::Column::OrganisationId.eq(viewer.signed_in()?.organisation));
    let own = viewer.all(query).await?;
    let is_own = |parent: &UnitId| own.iter().any(|row| row.id == *parent);
    let error = UserError::new(UserErrorCode::NotFound, &["into", "parentId"]);
    Ok((!parents.iter().all(is_own))
        .then_some(error)
        .into_iter()
        .collect())
}

async fn take_over(
    viewer: &Viewer,
    old: &[UnitId],
    on: NaiveDate,
    new: &[organisation_unit::Model],
) -> Result<Outcome<()>> {
    let own = viewer.signed_in()?.organisation;
    let mut predecessors = Vec::new();
    for id in old {
        let query = organisation_unit::Entity::find_by_id(*id)
            .filter(organisation_unit::Column::OrganisationId.eq(own));
        let Access::Granted(unit) = viewer.edit(query).await? else {
            let error = UserError::new(UserErrorCode::NotFound, &["unitId"]);
            return Ok(Err(vec![error]));
        };
        let begins_later = unit.from_day.is_some_and(|from| from >= on);
        if begins_later || unit.until_day.is_some() {
            let error = UserError::new(UserErrorCode::UnitNotValid, &["unitId"]);
            return Ok(Err(vec![error]));
        }
        predecessors.push(unit);
    }
    let touched = Touched {
        organisation: own,
        roles: Vec::new(),
        units: old.to_vec(),
    };
    viewer
        .counted(&touched, close(viewer, &predecessors, on))
        .await?;
    add(viewer, new).await?;
    let mut rows = Vec::new();
    for predecessor in old {
        rows.extend(new.iter().map(|row| unit_succession::ActiveModel {
            predecessor_id: Set(*predecessor),
            successor_id: Set(row.id),
            organisation_id: Set(own),
            on_day: Set(on),
        }));
    }
    viewer.insert_all(rows).await?;
    Ok(Ok(()))
}

/// Ends units, with what goes on in them.
async fn close(
    viewer: &Viewer,
    units: &[Permitted<organisation_unit::Model>],
    on: NaiveDate,
) -> Result<()> {
    for unit in units {
        let change = organisation_unit::ActiveModel {
            id: Unchanged(unit.id),
            valid_to: Set(on.pred_opt().and_then(PartialDate::day)),
            until_day: Set(Some(on)),
            ..Default::default()
        };
        viewer.update(change).await?;
    }
    let ids = || units.iter().map(|unit| unit.id);
    let going_on = Condition::all()
        .add(appointment::Column::UnitId.is_in(ids()))
        .add(appointment::Column::Status.ne(AppointmentStatus::Declined))
        .add(
            Condition::any()
                .add(appointment::Column::UntilDay.is_null())
                .add(appointment::Column::UntilDay.gt(on)),
        );
    let query = appointment::Entity::find().filter(going_on);
    for row in viewer.all(query).await? {
        let change = appointment::ActiveModel {
            id: Unchanged(row.id),
            until_day: Set(Some(on.max(row.from_day))),
            ..Default::default()
        };
        viewer.update(change).await?;
    }
    let query = unit_manager::Entity::find()
        .filter(unit_manager::Column::UnitId.is_in(ids()))
        .filter(
            Condition::any()
                .add(unit_manager::Column::UntilDay.is_null())
                .add(unit_manager::Column::UntilDay.gt(on)),
        );
    for row in viewer.all(query).await? {
        let change = unit_manager::ActiveModel {
            id: Unchanged(row.id),
            until_day: Set(Some(on.max(row.from_day))),
            ..Default::default()
        };
        viewer.update(change).await?;
    }
    Ok(())
}
