//! Trainings: what is taught, by whom, for whom.

mod beside;
mod catalogue;
mod editing;
mod lifecycle;
mod reporting;

pub use catalogue::TrainingQuery;
pub use editing::TrainingMutation;
pub(super) use editing::check_url;
pub use lifecycle::LifecycleMutation;
pub use reporting::ReportingMutation;

use super::{
    at_hand::{AtHand, Quick, scalar, text},
    connection::{Nodes, cost},
    context::{loaders, viewer},
    group::{Group, GroupById},
    loader::{Loaders, load_many, load_one},
    occasion::{OccasionsOf, TrainingOccasion},
    organisation::{Organisation, OrganisationById},
    place::{County, CountyByCode},
    programme::{ProgrammeById, TrainingProgramme},
};
use crate::guard::list_complexity;
use crate::{
    error::{Error, Result},
    viewer::{page::PageArguments, rounded},
};
use async_graphql::{
    Context, ID, Object, SimpleObject, Value, dataloader::Loader, parser::types::Field,
    resolver_utils::enum_value,
};
use chrono::{DateTime, Utc};
use entity::{
    id::{OrganisationId, ProgrammeId, TrainingId},
    kind::{
        PartlyCounts, Role, SharingLevel, SubjectArea, TargetAudience, TrainingFormat,
        TrainingStatus,
    },
    organisation,
    partial_date::PartialDate,
    training, training_organiser,
};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use std::collections::HashMap;

load_one!(
    /// A training by its id.
    TrainingById(TrainingId) => training.Id (|row| Some(row.id))
);
load_many!(
    /// The trainings of a programme.
    TrainingsOfProgramme(Option<ProgrammeId>) => training.ProgrammeId (programme_id), order SortTitle, Id
);
load_many!(
    /// Who gives a training.
    OrganisersOf(TrainingId) => training_organiser.TrainingId (training_id), order OrganisationId
);

/// The organisations that give a training.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct OrganisationsGiving(TrainingId);

impl Loader<OrganisationsGiving> for Loaders {
    type Value = Vec<organisation::Model>;
    type Error = Error;

    /// One statement for what every page of the catalogue shows, instead of one for the organisers and one for the
    /// organisations that they are.
    async fn load(
        &self,
        keys: &[OrganisationsGiving],
    ) -> Result<HashMap<OrganisationsGiving, Self::Value>> {
        use training_organiser::Column as G;
        let organisation: RelationDef =
            training_organiser::Entity::belongs_to(organisation::Entity)
                .from(G::OrganisationId)
                .to(organisation::Column::Id)
                .into();
        let query = training_organiser::Entity::find()
            .join(JoinType::InnerJoin, organisation)
            .filter(G::TrainingId.is_in(rounded(keys.iter().map(|key| key.0))))
            .order_by_asc(G::OrganisationId);
        let mut lists: HashMap<OrganisationsGiving, Self::Value> = HashMap::new();
        for (row, organisation) in self.viewer.all_with(query, organisation::Entity).await? {
            let list = lists.entry(OrganisationsGiving(row.training_id));
            list.or_default().push(organisation);
        }
        Ok(lists)
    }
}

load_many!(
    /// What a training is about.
    SubjectsOf(TrainingId) => training_subject.TrainingId (training_id), order SubjectArea
);
load_many!(
    /// For whom a training is.
    AudiencesOf(TrainingId) => training_audience.TrainingId (training_id), order Audience
);
load_many!(
    /// The groups whose members a training is for.
    TargetGroupsOf(TrainingId) => training_target_group.TrainingId (training_id), order GroupId
);
load_many!(
    /// With whom a training is shared by name.
    SharesOf(TrainingId) => training_share.TrainingId (training_id), order OrganisationId
);
load_many!(
    /// Whose people took part in a training.
    ParticipantOrganisationsOf(TrainingId) => training_participant_organisation.TrainingId (training_id), order OrganisationId
);
load_many!(
    /// What a training requires.
    RequirementsOf(TrainingId) => training_requirement.TrainingId (training_id), order RequiredTrainingId
);
load_many!(
    /// What organisations have reported of a training.
    ReportedCompletionsOf(TrainingId) => reported_completion.TrainingId (training_id), order Id
);

/// A training in the joint catalogue.
#[derive(Clone)]
pub struct Training(pub training::Model);

/// An organiser of a training and what it has agreed to. Seen with the training.
#[derive(SimpleObject)]
pub struct TrainingOrganiser {
    /// The organisation; null if it is no longer registered.
    organisation: Option<Organisation>,
    /// When it confirmed that it takes part; null while it has not.
    confirmed_at: Option<DateTime<Utc>>,
    /// Whether it is the accountable one: the controller of the list of participants.
    accountable: bool,
    /// Whether its coordinators see the participants, as the organisers agreed.
    sees_participants: bool,
}

/// How many of an organisation's people have completed the training elsewhere, as it reported: a number
/// without names. Numbers of different trainings are never added up: the same person may stand in several.
/// Seen with the training.
#[derive(SimpleObject)]
pub struct ReportedCompletion {
    /// The organisation whose people they are; it reported the number.
    organisation: Option<Organisation>,
    /// How many persons; null where the source gives no number, never guessed.
    count: Option<i32>,
    /// As of when, as precisely as the source has it; null where it is not known.
    as_of: Option<PartialDate>,
    /// Whether the number counts all so far, rather than those of a period.
    cumulative: bool,
    /// What the source says, where that is more than the number.
    note: Option<String>,
}

async fn organisations(
    ctx: &Context<'_>,
    ids: impl Iterator<Item = OrganisationId>,
) -> Result<Vec<Organisation>> {
    let keys: Vec<_> = ids.map(OrganisationById).collect();
    let mut found = loaders(ctx).load_many(keys.clone()).await?;
    Ok(keys
        .iter()
        .filter_map(|key| found.remove(key))
        .map(Organisation)
        .collect())
}

impl Training {
    async fn organiser_rows(&self, ctx: &Context<'_>) -> Result<Vec<training_organiser::Model>> {
        Ok(loaders(ctx)
            .load_one(OrganisersOf(self.0.id))
            .await?
            .unwrap_or_default())
    }
}

impl AtHand for Training {
    fn at_hand(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "id" => Value::String(self.0.id.to_string()),
            "title" => self.0.title.as_str().into(),
            "description" => self.0.description.as_str().into(),
            "format" => enum_value(self.0.format),
            "status" => enum_value(self.0.status),
            "sharing" => enum_value(self.0.sharing),
            "qualifiesFor" => text(self.0.qualifies_for.as_ref()),
            "url" => text(self.0.url.as_ref()),
            "publishedAt" => scalar(self.0.published_at.as_ref()),
            "version" => self.0.version.into(),
            _ => return None,
        })
    }
}

/// A training in the joint catalogue: what is taught. When and where it is given are its occasions. A draft is
/// seen by the coordinators of its organisers; what is published, as far as it is shared and by everybody in
/// the organisations that give it.
#[Object]
impl Training {
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

    /// How it is given.
    async fn format(&self) -> TrainingFormat {
        self.0.format
    }

    /// Where in its life it is.
    async fn status(&self) -> TrainingStatus {
        self.0.status
    }

    /// How far it is shared.
    async fn sharing(&self) -> SharingLevel {
        self.0.sharing
    }

    /// The county that it is for; null if for all.
    async fn county(&self, ctx: &Context<'_>) -> Result<Option<County>> {
        let Some(code) = self.0.county_code.clone() else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(CountyByCode(code)).await?.map(County))
    }

    /// The organisations that give it together, the accountable one first.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn organisers(&self, ctx: &Context<'_>) -> Result<Vec<Quick<Organisation>>> {
        let mut rows = loaders(ctx)
            .load_one(OrganisationsGiving(self.0.id))
            .await?
            .unwrap_or_default();
        rows.sort_by_key(|row| row.id != self.0.accountable_organisation_id);
        let quick = |row| Quick(Organisation(row));
        Ok(rows.into_iter().map(quick).collect())
    }

    /// What each organiser has agreed to: who has confirmed, who sees the participants.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn organiser_agreements(&self, ctx: &Context<'_>) -> Result<Vec<TrainingOrganiser>> {
        let mut rows = self.organiser_rows(ctx).await?;
        rows.sort_by_key(|row| row.organisation_id != self.0.accountable_organisation_id);
        let keys = rows.iter().map(|row| OrganisationById(row.organisation_id));
        let found = loaders(ctx).load_many(keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| TrainingOrganiser {
                organisation: found
                    .get(&OrganisationById(row.organisation_id))
                    .cloned()
                    .map(Organisation),
                confirmed_at: row.confirmed_at,
                accountable: row.organisation_id == self.0.accountable_organisation_id,
                sees_participants: row.sees_participants,
            })
            .collect())
    }

    /// The one organiser that is the controller of the list of participants (personuppgiftsansvarig).
    async fn accountable_organiser(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.accountable_organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// What it is about.
    async fn subject_areas(&self, ctx: &Context<'_>) -> Result<Vec<SubjectArea>> {
        let rows = loaders(ctx)
            .load_one(SubjectsOf(self.0.id))
            .await?
            .unwrap_or_default();
        Ok(rows.into_iter().map(|row| row.subject_area).collect())
    }

    /// For whom it is, besides the members of its `targetGroups`. Empty: for everybody who may see it, unless it is
    /// `forGroups`. Signing up anybody else gives `TARGET_AUDIENCE_MISMATCH`.
    async fn target_audiences(&self, ctx: &Context<'_>) -> Result<Vec<TargetAudience>> {
        let rows = loaders(ctx)
            .load_one(AudiencesOf(self.0.id))
            .await?
            .unwrap_or_default();
        Ok(rows.into_iter().map(|row| row.audience).collect())
    }

    /// Whether it is for the members of groups. With target audiences it is for both; without, for the groups' members
    /// alone.
    async fn for_groups(&self) -> bool {
        self.0.for_groups
    }

    /// The groups whose members it is for, such as the decision-makers of a board: whoever holds an ordinary or
    /// substitute seat, has joined, or is a member by role on the day of signing up. Those that you may not see are left
    /// out; `viewerCannotSignUpReason` of an occasion counts them all the same.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn target_groups(&self, ctx: &Context<'_>) -> Result<Vec<Group>> {
        let rows = loaders(ctx).load_one(TargetGroupsOf(self.0.id)).await?;
        let keys = rows.unwrap_or_default().into_iter();
        let keys: Vec<_> = keys.map(|row| GroupById(row.group_id)).collect();
        let mut found = loaders(ctx).load_many(keys.clone()).await?;
        let seen = keys.iter().filter_map(|key| found.remove(key));
        Ok(seen.map(Group).collect())
    }

    /// The organisations that it is shared with by name, for `SELECTED` sharing. Seen by the coordinators of its
    /// organisers; empty for others.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn shared_with(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let rows = loaders(ctx)
            .load_one(SharesOf(self.0.id))
            .await?
            .unwrap_or_default();
        organisations(ctx, rows.iter().map(|row| row.organisation_id)).await
    }

    /// The programme that it belongs to; null if to none, or to one that you may not see.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<TrainingProgramme>> {
        let Some(programme) = self.0.programme_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(ProgrammeById(programme))
            .await?
            .map(TrainingProgramme))
    }

    /// What it qualifies for, in words; null if for nothing.
    async fn qualifies_for(&self) -> Option<&str> {
        self.0.qualifies_for.as_deref()
    }

    /// What whoever signs up must have completed, validly on the day of the occasion: all of these. Those that you may
    /// not see are left out. Signing up anybody else gives `REQUIREMENT_MISSING`.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn requirements(&self, ctx: &Context<'_>) -> Result<Vec<Training>> {
        let rows = loaders(ctx).load_one(RequirementsOf(self.0.id)).await?;
        let keys = rows.unwrap_or_default().into_iter();
        let keys: Vec<_> = keys
            .map(|row| TrainingById(row.required_training_id))
            .collect();
        let mut found = loaders(ctx).load_many(keys.clone()).await?;
        let seen = keys.iter().filter_map(|key| found.remove(key));
        Ok(seen.map(Training).collect())
    }

    /// How large a share of an occasion's time blocks one must attend to complete it, in per cent; null: attendance
    /// completes nothing.
    async fn completion_share(&self) -> Option<i32> {
        self.0.completion_share
    }

    /// What a time block counts for that was attended partly.
    async fn partly_counts(&self) -> PartlyCounts {
        self.0.partly_counts
    }

    /// For how many months a completion is valid; null: for good.
    async fn valid_months(&self) -> Option<i32> {
        self.0.valid_months
    }

    /// Where more can be read.
    async fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// When it was given, as precisely as the source has it; for trainings of the past without occasions.
    async fn period(&self) -> Option<PartialDate> {
        self.0.period
    }

    /// When it was published; null for a draft.
    async fn published_at(&self) -> Option<DateTime<Utc>> {
        self.0.published_at
    }

    /// Counts the changes. Send it as `expectedVersion` when you change the training.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When and where it is given, soonest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn occasions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only occasions that have not ended.", default)] upcoming: bool,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Quick<TrainingOccasion>>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let node = |row| Quick(TrainingOccasion(row));
        OccasionsOf::of(ctx, self.0.id, upcoming, arguments, node).await
    }

    /// The organisations whose people took part, as a source reports it.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn participating_organisations(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let key = ParticipantOrganisationsOf(self.0.id);
        let rows = loaders(ctx).load_one(key).await?.unwrap_or_default();
        organisations(ctx, rows.iter().map(|row| row.organisation_id)).await
    }

    /// How many have completed it elsewhere, organisation by organisation. Never added up: neither here nor
    /// across trainings.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn reported_completions(&self, ctx: &Context<'_>) -> Result<Vec<ReportedCompletion>> {
        let rows = loaders(ctx)
            .load_one(ReportedCompletionsOf(self.0.id))
            .await?
            .unwrap_or_default();
        let keys = rows.iter().map(|row| OrganisationById(row.organisation_id));
        let found = loaders(ctx).load_many(keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| ReportedCompletion {
                organisation: found
                    .get(&OrganisationById(row.organisation_id))
                    .cloned()
                    .map(Organisation),
                count: row.count,
                as_of: row.as_of,
                cumulative: row.cumulative,
                note: row.note,
            })
            .collect())
    }

    /// Whether you may change it: you are a coordinator of one of its organisers.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        let Some(organisation) = viewer(ctx).organisation(Role::Coordinator) else {
            return Ok(false);
        };
        let rows = self.organiser_rows(ctx).await?;
        Ok(rows.iter().any(|row| row.organisation_id == organisation))
    }
}
