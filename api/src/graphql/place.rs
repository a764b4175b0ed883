//! Counties and municipalities.

use super::{
    context::{loaders, viewer},
    loader::{load_many, load_one},
    organisation::{Organisation, OrganisationOfMunicipality, OrganisationsOfCounty},
};
use crate::{error::Result, guard::list_complexity, outline};
use async_graphql::{Context, Object, SimpleObject};
use entity::{county, kind::OrganisationKind, municipality};
use sea_orm::EntityTrait;

load_one!(
    /// A county by its code.
    CountyByCode(String) => county.Code (|row| Some(row.code.clone()))
);
load_one!(
    /// A municipality by its code.
    MunicipalityByCode(String) => municipality.Code (|row| Some(row.code.clone()))
);
load_many!(
    /// The municipalities of a county.
    MunicipalitiesOf(String) => municipality.CountyCode (county_code), order SortName, Code
);

/// A county (län). Public; Source: Statistics Sweden (SCB).
pub struct County(pub county::Model);

/// A county (län): one of 21. Public. Source: Statistics Sweden (SCB).
#[Object]
impl County {
    /// SCB's code: two digits as text, such as `07`. Stable; the key by which partners refer to the county.
    pub(crate) async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name in full: `Kronobergs län`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The name without "län": `Kronoberg`.
    async fn short_name(&self) -> &str {
        &self.0.short_name
    }

    /// The county's seat (residensstad): `Växjö`.
    async fn seat(&self) -> &str {
        &self.0.seat
    }

    /// The code of ISO 3166-2: `SE-G`.
    async fn iso_code(&self) -> &str {
        &self.0.iso_code
    }

    /// Its municipalities, in Swedish alphabetical order; between 1 and 49.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn municipalities(&self, ctx: &Context<'_>) -> Result<Vec<Municipality>> {
        let key = MunicipalitiesOf(self.0.code.clone());
        let rows = loaders(ctx).load_one(key).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Municipality).collect())
    }

    /// The organisations registered for the county, in Swedish alphabetical order, the first 500; for more,
    /// filter, or page through `organisations(filter: {county: …})`.
    #[graphql(complexity = "list_complexity(100, child_complexity)")]
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only organisations of this kind.")] kind: Option<OrganisationKind>,
    ) -> Result<Vec<Organisation>> {
        let key = OrganisationsOfCounty {
            county_code: self.0.code.clone(),
            kind,
        };
        let rows = loaders(ctx).load_one(key).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Organisation).collect())
    }
}

/// The outline of a municipality, to be drawn as SVG. Public. Source: Statistics Sweden (SCB).
#[derive(SimpleObject)]
pub struct Outline {
    /// The path, as the attribute `d` of an SVG path has it; fill it with the rule `evenodd`.
    path: &'static str,
    /// The view box of the map that it is on: `0 0 640 639`.
    view_box: &'static str,
    /// Where a label stands, from the left.
    label_x: f64,
    /// Where a label stands, from the top.
    label_y: f64,
    /// Whom the map is from: show it beside the map.
    attribution: &'static str,
}

/// A municipality (kommun).
pub struct Municipality(pub municipality::Model);

/// A municipality (kommun): one of 290, as a place. Public. Source: Statistics Sweden (SCB).
#[Object]
impl Municipality {
    /// SCB's code: four digits as text, such as `0780`; the first two are the county's. Stable; the key by
    /// which partners refer to the municipality.
    pub(crate) async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name in full: `Växjö kommun`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The name without "kommun": `Växjö`.
    async fn short_name(&self) -> &str {
        &self.0.short_name
    }

    /// The county that it lies in.
    async fn county(&self, ctx: &Context<'_>) -> Result<Option<County>> {
        let key = CountyByCode(self.0.county_code.clone());
        Ok(loaders(ctx).load_one(key).await?.map(County))
    }

    /// Where a label stands on a map: degrees north, WGS 84.
    async fn latitude(&self) -> f64 {
        self.0.latitude
    }

    /// Where a label stands on a map: degrees east, WGS 84.
    async fn longitude(&self) -> f64 {
        self.0.longitude
    }

    /// Its outline on the map of its county, or of Sweden where the county has no map of its own. Municipalities of one
    /// county are on one map. Null where there is none.
    async fn outline(&self) -> Option<Outline> {
        let found = outline::outline(&self.0.code)?;
        Some(Outline {
            path: &found.path,
            view_box: &found.view_box,
            label_x: found.label.0,
            label_y: found.label.1,
            attribution: &found.attribution,
        })
    }

    /// The municipality as an organisation; null if it is not registered here.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationOfMunicipality(self.0.code.clone());
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }
}

/// Where to begin with places.
#[derive(Default)]
pub struct PlaceQuery;

#[Object]
impl PlaceQuery {
    /// All 21 counties, by code. Public.
    #[graphql(complexity = "list_complexity(21, child_complexity)")]
    async fn counties(&self, ctx: &Context<'_>) -> Result<Vec<County>> {
        use sea_orm::QueryOrder;
        let query = county::Entity::find().order_by_asc(county::Column::Code);
        Ok(viewer(ctx)
            .all(query)
            .await?
            .into_iter()
            .map(County)
            .collect())
    }

    /// A county by its code. Public. Null if there is none.
    async fn county(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Two digits as text: `07`, not `7`.")] code: String,
    ) -> Result<Option<County>> {
        Ok(loaders(ctx).load_one(CountyByCode(code)).await?.map(County))
    }

    /// A municipality by its code. Public. Null if there is none.
    async fn municipality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Four digits as text: `0780`.")] code: String,
    ) -> Result<Option<Municipality>> {
        Ok(loaders(ctx)
            .load_one(MunicipalityByCode(code))
            .await?
            .map(Municipality))
    }

    /// For the router of a federation: a county by its key.
    #[graphql(entity)]
    async fn county_entity(&self, ctx: &Context<'_>, code: String) -> Option<Result<County>> {
        let found = loaders(ctx).load_one(CountyByCode(code)).await;
        found.map(|row| row.map(County)).transpose()
    }

    /// For the router of a federation: a municipality by its key.
    #[graphql(entity)]
    async fn municipality_entity(
        &self,
        ctx: &Context<'_>,
        code: String,
    ) -> Option<Result<Municipality>> {
        let found = loaders(ctx).load_one(MunicipalityByCode(code)).await;
        found.map(|row| row.map(Municipality)).transpose()
    }
}
