//! Training programmes (utbildningssatsningar).

mod editing;
mod follow_up;

pub use editing::ProgrammeMutation;
use follow_up::FollowUpsOf;
pub use follow_up::{FollowUpMutation, ProgrammeFollowUp};

use super::{
    connection::{Nodes, connect, cost},
    context::{load_by_key, loaders},
    loader::{load_many, load_one},
    organisation::{Organisation, OrganisationById},
    place::{County, CountyByCode},
    training::{Training, TrainingsOfProgramme},
};
use crate::guard::list_complexity;
use crate::{
    error::Result,
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, ID, Object};
use entity::{
    id::ProgrammeId,
    kind::{FollowUpStatus, SharingLevel},
    partial_date::PartialDate,
    training_programme,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

load_one!(
    /// A programme by its id.
    ProgrammeById(ProgrammeId) => training_programme.Id (|row| Some(row.id))
);
load_many!(
    /// Who gives a programme.
    ProgrammeOrganisersOf(ProgrammeId) => programme_organiser.ProgrammeId (programme_id), order OrganisationId
);

/// A training programme.
pub struct TrainingProgramme(pub training_programme::Model);

/// A training initiative (utbildningssatsning) that groups trainings. Seen as far as it is shared, and by its
/// organisers.
#[Object]
impl TrainingProgramme {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about, in plain text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Its number in a row of programmes; null if it stands alone.
    async fn number(&self) -> Option<i32> {
        self.0.number
    }

    /// The county that it is for; null if for all.
    async fn county(&self, ctx: &Context<'_>) -> Result<Option<County>> {
        let Some(code) = self.0.county_code.clone() else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(CountyByCode(code)).await?.map(County))
    }

    /// When it was given, as precisely as the source has it.
    async fn period(&self) -> Option<PartialDate> {
        self.0.period
    }

    /// How far it is shared.
    async fn sharing(&self) -> SharingLevel {
        self.0.sharing
    }

    /// Who gives it together.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn organisers(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let rows = loaders(ctx)
            .load_one(ProgrammeOrganisersOf(self.0.id))
            .await?
            .unwrap_or_default();
        let keys: Vec<_> = rows
            .iter()
            .map(|row| OrganisationById(row.organisation_id))
            .collect();
        let mut found = loaders(ctx).load_many(keys.clone()).await?;
        Ok(keys
            .iter()
            .filter_map(|key| found.remove(key))
            .map(Organisation)
            .collect())
    }

    /// What it has led to, in the organisers' words; null: nothing has been said yet.
    async fn effects(&self) -> Option<&str> {
        self.0.effects.as_deref()
    }

    /// What organisations that took part report of the work afterwards.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn follow_ups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only reports with one of these states.")] statuses: Option<
            Vec<FollowUpStatus>,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<ProgrammeFollowUp>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        FollowUpsOf::of(ctx, self.0.id, statuses, arguments, ProgrammeFollowUp).await
    }

    /// Its trainings that you may see, by title.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn trainings(&self, ctx: &Context<'_>) -> Result<Vec<Training>> {
        let rows = loaders(ctx)
            .load_one(TrainingsOfProgramme(Some(self.0.id)))
            .await?;
        Ok(rows.unwrap_or_default().into_iter().map(Training).collect())
    }
}

/// Where to begin with programmes.
#[derive(Default)]
pub struct ProgrammeQuery;

#[Object]
impl ProgrammeQuery {
    /// The training programmes that you may see, by number and title.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn training_programmes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those for this county: two digits as text.")] county: Option<String>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<TrainingProgramme>> {
        use training_programme::Column as P;
        let mut query = training_programme::Entity::find();
        if let Some(county) = county {
            query = query.filter(P::CountyCode.eq(county));
        }
        let order = Ordering {
            name: "programme",
            key: Expr::col((training_programme::Entity, P::SortKey)),
            kind: KeyKind::Text,
            id: P::Id,
            descending: false,
        };
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, query, &order, &arguments, TrainingProgramme).await
    }

    /// For the router of a federation: a programme by its key.
    #[graphql(entity)]
    async fn training_programme_entity(
        &self,
        ctx: &Context<'_>,
        id: String,
    ) -> Option<Result<TrainingProgramme>> {
        let found = load_by_key(ctx, &id, ProgrammeById).await;
        found.map(|row| row.map(TrainingProgramme)).transpose()
    }
}
