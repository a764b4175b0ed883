//! Types of roles: what they are, since when and where, and which trainings they need.

mod training;

pub use training::RoleTrainingMutation;

use super::{
    context::{loaders, viewer},
    loader::{load_many, load_one},
    organisation::{Organisation, OrganisationById},
    place::{County, CountyByCode},
    training::{Training, TrainingById},
};
use crate::{error::Result, guard::list_complexity};
use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use entity::{
    id::{OrganisationId, RoleTypeId},
    partial_date::PartialDate,
    role_headcount, role_introduction, role_training, role_type,
};
use sea_orm::{EntityTrait, QueryOrder};

load_one!(
    /// A type of role by its id.
    RoleTypeById(RoleTypeId) => role_type.Id (|row| Some(row.id))
);
load_one!(
    /// A type of role by its code.
    RoleTypeByCode(String) => role_type.Code (|row| Some(row.code.clone()))
);
load_many!(
    /// Since when there is a role, and where.
    IntroductionsOf(RoleTypeId) => role_introduction.RoleTypeId (role_type_id), order Id
);
load_many!(
    /// Which trainings a role needs, and where.
    TrainingsOfRole(RoleTypeId) => role_training.RoleTypeId (role_type_id), order Id
);
load_many!(
    /// How many have a role, as sources report it.
    HeadcountsOf(RoleTypeId) => role_headcount.RoleTypeId (role_type_id), order Id
);
load_many!(
    /// How many of an organisation have which roles, as sources report it.
    HeadcountsIn(OrganisationId) => role_headcount.OrganisationId (organisation_id), order RoleTypeId, Id
);

/// Since when there is a role, in one organisation or in a county. Public.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RoleIntroduction {
    /// Since when, as precisely as the source has it: `1997`. Null where it is not known.
    since: Option<PartialDate>,
    /// What the source says, where it says more.
    note: Option<String>,
    #[graphql(skip)]
    organisation_id: Option<OrganisationId>,
    #[graphql(skip)]
    county_code: Option<String>,
}

#[ComplexObject]
impl RoleIntroduction {
    /// The organisation that has the role; null where it is about a county.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        organisation(ctx, self.organisation_id).await
    }

    /// The county whose organisations have the role; null where it is about one organisation.
    async fn county(&self, ctx: &Context<'_>) -> Result<Option<County>> {
        county(ctx, self.county_code.clone()).await
    }
}

impl From<role_introduction::Model> for RoleIntroduction {
    fn from(row: role_introduction::Model) -> Self {
        Self {
            since: row.since,
            note: row.note,
            organisation_id: row.organisation_id,
            county_code: row.county_code,
        }
    }
}

/// A training that a role needs.
pub struct RoleTraining(role_training::Model);

/// A training that a role needs. Whoever is appointed counts as trained while one of those that the organisation asks for
/// is completed and valid, and one of those that the county asks for. Seen by whoever sees the training.
#[Object]
impl RoleTraining {
    /// The training.
    async fn training(&self, ctx: &Context<'_>) -> Result<Option<Training>> {
        let key = TrainingById(self.0.training_id);
        Ok(loaders(ctx).load_one(key).await?.map(Training))
    }

    /// The organisation in which the role needs it; null where it is about a county.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        organisation(ctx, self.0.organisation_id).await
    }

    /// The county in whose organisations the role needs it; null where it is about one organisation.
    async fn county(&self, ctx: &Context<'_>) -> Result<Option<County>> {
        county(ctx, self.0.county_code.clone()).await
    }
}

/// How many of an organisation have a role, where a source tells no more than that. Never counted together with
/// appointments. Public.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RoleHeadcount {
    /// How many. Null where the source says that there are some, and not how many: see `note`.
    value: Option<i32>,
    /// What the source says: `ett antal`.
    note: Option<String>,
    /// When that was, as precisely as the source has it.
    as_of: Option<PartialDate>,
    #[graphql(skip)]
    organisation_id: OrganisationId,
    #[graphql(skip)]
    role_type_id: RoleTypeId,
}

#[ComplexObject]
impl RoleHeadcount {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        organisation(ctx, Some(self.organisation_id)).await
    }

    /// The role.
    async fn role_type(&self, ctx: &Context<'_>) -> Result<Option<RoleType>> {
        let key = RoleTypeById(self.role_type_id);
        Ok(loaders(ctx).load_one(key).await?.map(RoleType))
    }
}

impl From<role_headcount::Model> for RoleHeadcount {
    fn from(row: role_headcount::Model) -> Self {
        Self {
            value: row.value,
            note: row.note,
            as_of: row.as_of,
            organisation_id: row.organisation_id,
            role_type_id: row.role_type_id,
        }
    }
}

async fn organisation(
    ctx: &Context<'_>,
    id: Option<OrganisationId>,
) -> Result<Option<Organisation>> {
    let Some(id) = id else { return Ok(None) };
    Ok(loaders(ctx)
        .load_one(OrganisationById(id))
        .await?
        .map(Organisation))
}

async fn county(ctx: &Context<'_>, code: Option<String>) -> Result<Option<County>> {
    let Some(code) = code else { return Ok(None) };
    Ok(loaders(ctx).load_one(CountyByCode(code)).await?.map(County))
}

/// The numbers that sources report of an organisation.
pub(super) async fn headcounts_in(
    ctx: &Context<'_>,
    organisation: OrganisationId,
) -> Result<Vec<RoleHeadcount>> {
    let rows = loaders(ctx).load_one(HeadcountsIn(organisation)).await?;
    let rows = rows.unwrap_or_default().into_iter();
    Ok(rows.map(RoleHeadcount::from).collect())
}

/// A type of role that people are appointed to.
#[derive(Clone)]
pub struct RoleType(pub role_type::Model);

/// A type of role that people are appointed to, such as child rights strategist (barnrättsstrateg). The same in every
/// organisation; since when there is such a role differs. Public.
#[Object]
impl RoleType {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its code: `CHILD_RIGHTS_STRATEGIST`. Stable.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name in Swedish: `barnrättsstrateg`.
    async fn name_sv(&self) -> &str {
        &self.0.name_sv
    }

    /// Its name in English: `child rights strategist`.
    async fn name_en(&self) -> &str {
        &self.0.name_en
    }

    /// What it is, in Swedish, and what it is not to be confused with.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// How a source spells it, where that differs from the name; null otherwise.
    async fn source_spelling(&self) -> Option<&str> {
        self.0.source_spelling.as_deref()
    }

    /// Whether an organisation has one holder at a time.
    async fn one_at_a_time(&self) -> bool {
        self.0.one_at_a_time
    }

    /// Since when there is such a role, and where.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn introductions(&self, ctx: &Context<'_>) -> Result<Vec<RoleIntroduction>> {
        let rows = loaders(ctx).load_one(IntroductionsOf(self.0.id)).await?;
        let rows = rows.unwrap_or_default().into_iter();
        Ok(rows.map(RoleIntroduction::from).collect())
    }

    /// The trainings one of which it needs, and where.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn trainings(&self, ctx: &Context<'_>) -> Result<Vec<RoleTraining>> {
        let rows = loaders(ctx).load_one(TrainingsOfRole(self.0.id)).await?;
        let rows = rows.unwrap_or_default().into_iter();
        Ok(rows.map(RoleTraining).collect())
    }

    /// How many have it, by organisation, where a source tells no more than that.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn headcounts(&self, ctx: &Context<'_>) -> Result<Vec<RoleHeadcount>> {
        let rows = loaders(ctx).load_one(HeadcountsOf(self.0.id)).await?;
        let rows = rows.unwrap_or_default().into_iter();
        Ok(rows.map(RoleHeadcount::from).collect())
    }
}

/// Where to begin with roles.
#[derive(Default)]
pub struct RoleQuery;

#[Object]
impl RoleQuery {
    /// A type of role by its code. Public. Null if there is none.
    async fn role_type(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its code: `CHILD_RIGHTS_STRATEGIST`.")] code: String,
    ) -> Result<Option<RoleType>> {
        let row = loaders(ctx).load_one(RoleTypeByCode(code)).await?;
        Ok(row.map(RoleType))
    }

    /// All types of roles, in Swedish alphabetical order; a few dozen. Public.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn role_types(&self, ctx: &Context<'_>) -> Result<Vec<RoleType>> {
        let query = role_type::Entity::find()
            .order_by_asc(role_type::Column::SortName)
            .order_by_asc(role_type::Column::Id);
        let rows = viewer(ctx).all(query).await?.into_iter();
        Ok(rows.map(RoleType).collect())
    }
}
