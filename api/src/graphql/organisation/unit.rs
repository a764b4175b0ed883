//! Units: the parts of an organisation, as a tree, with who manages them and what became of them.

mod import;
mod manager;
mod reorganising;

pub use import::UnitImportMutation;
pub use manager::ManagerMutation;
pub(crate) use manager::manager_on;
pub use reorganising::ReorganisingMutation;

use super::{Organisation, OrganisationById};
use crate::{
    error::{Error, Result},
    graphql::{
        appointment::{Appointment, AppointmentFilter, appointments_in},
        connection::{Nodes, cost},
        context::{loaders, viewer},
        loader::{load_many, load_one},
        person::Person,
        place::{Municipality, MunicipalityByCode},
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    guard::list_complexity,
    viewer::{Viewer, coverage::Touched, page::PageArguments},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::NaiveDate;
use entity::{
    id::{OrganisationId, UnitId},
    kind::{Role, UnitKind},
    organisation_unit,
    partial_date::PartialDate,
    search_text::swedish_sort_key,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

load_one!(
    /// A unit by its id.
    UnitById(UnitId) => organisation_unit.Id (|row| Some(row.id))
);

load_many!(
    /// Which units took over from one.
    SuccessorsOf(UnitId) => unit_succession.PredecessorId (predecessor_id), order OnDay, SuccessorId
);
load_many!(
    /// From which units one took over.
    PredecessorsOf(UnitId) => unit_succession.SuccessorId (successor_id), order OnDay, PredecessorId
);

/// A unit of an organisation.
pub struct OrganisationUnit(pub organisation_unit::Model);

/// A part of an organisation: an administration, an operation, a workplace. Units form a tree. Public.
#[Object]
impl OrganisationUnit {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What kind of unit it is.
    async fn kind(&self) -> UnitKind {
        self.0.kind
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Since when it exists, as precisely as the source has it; null where it is not known.
    async fn valid_from(&self) -> Option<PartialDate> {
        self.0.valid_from
    }

    /// Until when it existed; null while it does.
    async fn valid_to(&self) -> Option<PartialDate> {
        self.0.valid_to
    }

    /// The organisation that it is a part of.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The unit above it; null at the top.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<OrganisationUnit>> {
        let Some(parent) = self.0.parent_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(UnitById(parent))
            .await?
            .map(OrganisationUnit))
    }

    /// The municipality that it lies in; null where that is not known.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>> {
        let Some(code) = self.0.municipality_code.clone() else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(MunicipalityByCode(code)).await?;
        Ok(row.map(Municipality))
    }

    /// The first day on which it no longer counts, because it was divided or put together with others; null while it
    /// does.
    async fn until(&self) -> Option<NaiveDate> {
        self.0.until_day
    }

    /// The units that took over from it.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn successors(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationUnit>> {
        let rows = loaders(ctx).load_one(SuccessorsOf(self.0.id)).await?;
        let ids = rows.unwrap_or_default().into_iter();
        of_ids(ctx, ids.map(|row| row.successor_id).collect()).await
    }

    /// The units that it took over from.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn predecessors(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationUnit>> {
        let rows = loaders(ctx).load_one(PredecessorsOf(self.0.id)).await?;
        let ids = rows.unwrap_or_default().into_iter();
        of_ids(ctx, ids.map(|row| row.predecessor_id).collect()).await
    }

    /// Who manages it today, and so confirms its appointments. Only for the organisation itself; null for others, and
    /// where nobody is named. Reading the name is written to the audit log.
    async fn manager(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        manager_on(ctx, self.0.id, viewer(ctx).today()).await
    }

    /// Its appointments that you may see, oldest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn appointments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which appointments; all, if nothing is said.")] filter: Option<
            AppointmentFilter,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Appointment>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        appointments_in(ctx, self.0.id, filter, arguments).await
    }
}

/// The units with these ids, in their order.
async fn of_ids(ctx: &Context<'_>, ids: Vec<UnitId>) -> Result<Vec<OrganisationUnit>> {
    let rows = loaders(ctx)
        .load_many(ids.iter().copied().map(UnitById))
        .await?;
    let found = ids.iter().filter_map(|id| rows.get(&UnitById(*id)));
    Ok(found.cloned().map(OrganisationUnit).collect())
}

/// One unit to make.
#[derive(InputObject)]
pub struct UnitInput {
    /// Its name, 1 to 200 characters.
    name: String,
    /// What kind of unit it is.
    kind: UnitKind,
    /// The unit above it, of your own organisation; none at the top.
    parent_id: Option<UnitId>,
    /// Since when it exists.
    valid_from: Option<PartialDate>,
    /// The municipality that it lies in: four digits as text, `0780`.
    municipality: Option<String>,
}

/// The units to make in your own organisation.
#[derive(InputObject)]
pub struct AddUnitsInput {
    /// The units, 1 to 500: all of them are made, or none.
    units: Vec<UnitInput>,
}

/// The units that were made.
#[derive(SimpleObject)]
pub struct AddUnitsPayload {
    /// The organisation with its new units; null when nothing was changed.
    organisation: Option<Organisation>,
    /// How many units were made.
    added: i32,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with units.
#[derive(Default)]
pub struct UnitMutation;

#[Object]
impl UnitMutation {
    /// Makes units of your own organisation: all of them, or none. For administrators; `FORBIDDEN` for others.
    /// User errors: `INVALID_VALUE`, `NOT_FOUND` for a parent or a municipality, `PERSONAL_ID_NOT_ALLOWED`.
    async fn add_units(&self, ctx: &Context<'_>, input: AddUnitsInput) -> Result<AddUnitsPayload> {
        let viewer = viewer(ctx);
        let organisation = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Administrator, organisation) {
            return Err(Error::Forbidden);
        }
        let refused = |user_errors| AddUnitsPayload {
            organisation: None,
            added: 0,
            user_errors,
        };
        let mut errors = check_units(&input.units);
        let parents: Vec<UnitId> = input
            .units
            .iter()
            .filter_map(|unit| unit.parent_id)
            .collect();
        let query = organisation_unit::Entity::find()
            .filter(organisation_unit::Column::Id.is_in(parents))
            .filter(organisation_unit::Column::OrganisationId.eq(organisation));
        let own = viewer.all(query).await?;
        for (index, unit) in input.units.iter().enumerate() {
            if unit
                .parent_id
                .is_some_and(|parent| own.iter().all(|row| row.id != parent))
            {
                errors.push(UserError::at(
                    UserErrorCode::NotFound,
                    "units",
                    index,
                    "parentId",
                ));
            }
        }
        errors.extend(check_places(ctx, &input.units).await?);
        if !errors.is_empty() {
            return Ok(refused(errors));
        }
        let units = input.units.into_iter();
        let rows: Vec<_> = units.map(|unit| unit.into_row(organisation)).collect();
        let added = i32::try_from(rows.len()).unwrap_or(i32::MAX);
        let rows = &rows;
        viewer
            .transaction(|viewer| async move { add(&viewer, rows).await })
            .await?;
        let row = loaders(ctx)
            .load_one(OrganisationById(organisation))
            .await?;
        Ok(AddUnitsPayload {
            organisation: row.map(Organisation),
            added,
            user_errors: Vec::new(),
        })
    }
}

impl UnitInput {
    fn into_row(self, organisation: OrganisationId) -> organisation_unit::Model {
        organisation_unit::Model {
            id: UnitId::new(),
            organisation_id: organisation,
            parent_id: self.parent_id,
            kind: self.kind,
            sort_name: swedish_sort_key(&self.name),
            name: self.name,
            from_day: self.valid_from.map(|from| from.first_day()),
            valid_from: self.valid_from,
            valid_to: None,
            municipality_code: self.municipality,
            until_day: None,
        }
    }
}

/// Makes units of the viewer's own organisation, and counts them.
async fn add(viewer: &Viewer, rows: &[organisation_unit::Model]) -> Result<()> {
    let touched = Touched {
        organisation: viewer.signed_in()?.organisation,
        roles: Vec::new(),
        units: rows.iter().map(|row| row.id).collect(),
    };
    let rows = rows.iter().cloned();
    let rows = rows
        .map(|row| row.into_active_model().reset_all())
        .collect();
    viewer.counted(&touched, viewer.insert_all(rows)).await
}

/// What is wrong with the municipalities.
async fn check_places(ctx: &Context<'_>, units: &[UnitInput]) -> Result<Vec<UserError>> {
    let codes = units.iter().filter_map(|unit| unit.municipality.clone());
    let known = loaders(ctx)
        .load_many(codes.map(MunicipalityByCode))
        .await?;
    let mut errors = Vec::new();
    for (index, unit) in units.iter().enumerate() {
        let Some(code) = &unit.municipality else {
            continue;
        };
        if !known.contains_key(&MunicipalityByCode(code.clone())) {
            let code = UserErrorCode::NotFound;
            errors.push(UserError::at(code, "units", index, "municipality"));
        }
    }
    Ok(errors)
}

fn check_units(units: &[UnitInput]) -> Vec<UserError> {
    if units.is_empty() || units.len() > 500 {
        return vec![UserError::new(UserErrorCode::InvalidValue, &["units"])];
    }
    let mut errors = Vec::new();
    for (index, unit) in units.iter().enumerate() {
        let index = index.to_string();
        check_text(
            Checked::Line,
            &unit.name,
            &["units", &index, "name"],
            &mut errors,
        );
    }
    errors
}
