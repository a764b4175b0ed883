//! Notices: what somebody is told that happened to a place, or to an occasion with places.

use super::{
    connection::{Nodes, connect},
    context::loaders,
    loader::load_one,
    occasion::{OccasionById, TimeBlock, TrainingOccasion, Venue},
    organisation::{Organisation, OrganisationById},
    person::{Person, PersonById},
    sign_up::{RequestById, SignUp, SignUpById, SignUpRequest},
};
use crate::{
    domain::occasion::read_intervals,
    error::{Error, Result},
    guard::list_complexity,
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    id::{NoticeId, OccasionMoveId},
    kind::{NoticeKind, ReleaseReason},
    notice, occasion_move,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};

load_one!(
    /// A notice by its id.
    NoticeById(NoticeId) => notice.Id (|row| Some(row.id))
);
load_one!(
    /// A change of when and where an occasion is held, by its id.
    MoveById(OccasionMoveId) => occasion_move.Id (|row| Some(row.id))
);

/// Something that happened to a place, or to an occasion with places.
pub struct Notice(pub notice::Model);

/// Something that happened to a place, or to an occasion with places, by somebody else than the participant and the
/// participant's own organisation, or by itself. Seen by the person that it is for, and by the coordinators of the
/// person's organisation. It stays until 90 days after it has been delivered.
#[Object]
impl Notice {
    /// Its global id, the same however often it is delivered.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What it tells.
    async fn kind(&self) -> NoticeKind {
        self.0.kind
    }

    /// The organisation that it is for.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The person that it is for; null when it is for the organisation's coordinators, as about a seat that is held
    /// without a name.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(person) = self.0.person_id else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(PersonById(person)).await?.map(Person))
    }

    /// The occasion that it is about; null if you may no longer see it.
    async fn occasion(&self, ctx: &Context<'_>) -> Result<Option<TrainingOccasion>> {
        let key = OccasionById(self.0.occasion_id);
        Ok(loaders(ctx).load_one(key).await?.map(TrainingOccasion))
    }

    /// The sign-up that it is about, as it is now; null for a request; for `MOVED_TO` the one at `otherOccasion`.
    async fn sign_up(&self, ctx: &Context<'_>) -> Result<Option<SignUp>> {
        let Some(sign_up) = self.0.sign_up_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(SignUpById(sign_up))
            .await?
            .map(SignUp))
    }

    /// The request to be signed up that it is about; null unless it is about one.
    async fn request(&self, ctx: &Context<'_>) -> Result<Option<SignUpRequest>> {
        let Some(request) = self.0.request_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(RequestById(request))
            .await?
            .map(SignUpRequest))
    }

    /// The occasion that the place moved to, or could not move to; null unless the kind is `MOVED_TO` or
    /// `RELEASED`.
    async fn other_occasion(&self, ctx: &Context<'_>) -> Result<Option<TrainingOccasion>> {
        let Some(other) = self.0.other_occasion_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(OccasionById(other))
            .await?
            .map(TrainingOccasion))
    }

    /// When and where the occasion was to be held, and is to be held since; null unless the kind is `MOVED`.
    #[graphql(name = "move")]
    async fn moved(&self, ctx: &Context<'_>) -> Result<Option<OccasionMove>> {
        let Some(moved) = self.0.move_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(MoveById(moved))
            .await?
            .map(OccasionMove))
    }

    /// Whether the person has a confirmed place elsewhere at the new time, and has to give one of them up; with kind
    /// `MOVED` only.
    async fn collides(&self) -> bool {
        self.0.collides
    }

    /// Why the place could not move to the other occasion; null unless the kind is `RELEASED`.
    async fn reason(&self) -> Option<ReleaseReason> {
        self.0.reason
    }

    /// When it happened.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// That an occasion was moved.
pub struct OccasionMove(occasion_move::Model);

/// That an organiser changed when or where an occasion is held. Seen by those who were told.
#[Object]
impl OccasionMove {
    /// When it was moved.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// When it was to be held before, in order; empty if only a period was known.
    #[graphql(
        name = "fromTimeBlocks",
        complexity = "list_complexity(2, child_complexity)"
    )]
    fn blocks_before(&self) -> Result<Vec<TimeBlock>> {
        time_blocks(&self.0.from_times)
    }

    /// When it is to be held since, in order; the same as before where only the place changed.
    #[graphql(
        name = "toTimeBlocks",
        complexity = "list_complexity(2, child_complexity)"
    )]
    fn blocks_since(&self) -> Result<Vec<TimeBlock>> {
        time_blocks(&self.0.to_times)
    }

    /// Where it was to be held before; null if nothing was known.
    #[graphql(name = "fromVenue")]
    async fn venue_before(&self) -> Option<Venue> {
        Venue::of(
            self.0.from_venue_name.as_ref(),
            self.0.from_venue_address.as_ref(),
            self.0.from_online_url.as_ref(),
        )
    }

    /// Where it is to be held since; the same as before where only the times changed.
    #[graphql(name = "toVenue")]
    async fn venue_since(&self) -> Option<Venue> {
        Venue::of(
            self.0.to_venue_name.as_ref(),
            self.0.to_venue_address.as_ref(),
            self.0.to_online_url.as_ref(),
        )
    }
}

fn time_blocks(text: &str) -> Result<Vec<TimeBlock>> {
    let blocks = read_intervals(text)
        .ok_or_else(|| Error::internal("an occasion's move holds what are no intervals"))?;
    Ok(blocks.into_iter().map(TimeBlock::from).collect())
}

/// The notices that a further condition picks, among those that the viewer may see: latest first.
pub(crate) async fn notices(
    ctx: &Context<'_>,
    which: Condition,
    kinds: Option<Vec<NoticeKind>>,
    arguments: &PageArguments,
) -> Result<Nodes<Notice>> {
    use notice::Column as N;
    let mut query = notice::Entity::find().filter(which);
    if let Some(kinds) = kinds {
        query = query.filter(N::Kind.is_in(kinds));
    }
    let order = Ordering {
        name: "notice",
        key: Expr::col((notice::Entity, N::CreatedAt)),
        kind: KeyKind::Instant,
        id: N::Id,
        descending: true,
    };
    connect(ctx, query, &order, arguments, Notice).await
}
