//! Units: the parts of an organisation, as a tree.

use super::{Organisation, OrganisationById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        loader::load_one,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{
    id::UnitId,
    kind::{Role, UnitKind},
    organisation_unit,
    partial_date::PartialDate,
    search_text::swedish_sort_key,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

load_one!(
    /// A unit by its id.
    UnitById(UnitId) => organisation_unit.Id (|row| Some(row.id))
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
    /// User errors: `INVALID_VALUE`, `NOT_FOUND` for a parent, `PERSONAL_ID_NOT_ALLOWED`.
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
        if !errors.is_empty() {
            return Ok(refused(errors));
        }
        let rows: Vec<_> = input
            .units
            .into_iter()
            .map(|unit| organisation_unit::ActiveModel {
                id: Set(UnitId::new()),
                organisation_id: Set(organisation),
                parent_id: Set(unit.parent_id),
                kind: Set(unit.kind),
                sort_name: Set(swedish_sort_key(&unit.name)),
                name: Set(unit.name),
                valid_from: Set(unit.valid_from),
                valid_to: Set(None),
            })
            .collect();
        let added = i32::try_from(rows.len()).unwrap_or(i32::MAX);
        viewer.insert_all(rows).await?;
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
