//! Making and changing occasions, moving and cancelling them.

mod cancelling;
mod check;

pub(in crate::graphql) use check::{check_venue, check_zone};
mod moving;
mod store;

pub use cancelling::CancelMutation;

use super::{OccasionById, TrainingOccasion};
use store::{create, update};

use crate::{
    error::Result,
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        payload::payloads,
        user_error::UserError,
    },
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use chrono::{DateTime, Utc};
use entity::{
    id::{OccasionId, TrainingId},
    partial_date::PartialDate,
};

/// A stretch of time.
#[derive(InputObject, Clone)]
pub struct TimeBlockInput {
    /// When it starts, with an offset: `2026-03-02T08:30:00+01:00`.
    starts_at: DateTime<Utc>,
    /// When it ends.
    ends_at: DateTime<Utc>,
}

/// Where an occasion is held.
#[derive(InputObject, Clone)]
pub struct VenueInput {
    /// The name of the place, up to 500 characters.
    pub(in crate::graphql) name: Option<String>,
    /// The address, up to 500 characters.
    pub(in crate::graphql) address: Option<String>,
    /// The link, for what is given online: an address that begins with https:// or http://.
    pub(in crate::graphql) url: Option<String>,
}

/// A new occasion of a training.
#[derive(InputObject)]
pub struct CreateOccasionInput {
    /// The training.
    training_id: TrainingId,
    /// When: 1 to 60 blocks, in order, that do not overlap. None where only the `period` is known.
    #[graphql(default)]
    time_blocks: Vec<TimeBlockInput>,
    /// When, as precisely as it is known, instead of blocks: `HT 2021`. Exact times can be set later.
    period: Option<PartialDate>,
    /// The IANA name of the zone to show times in.
    #[graphql(default = "Europe/Stockholm")]
    time_zone: String,
    /// Where.
    venue: Option<VenueInput>,
    /// How many seats there are, 0 to 100,000.
    capacity: i32,
    /// When sign-up opens; at once, if nothing is said.
    sign_up_opens_at: Option<DateTime<Utc>>,
    /// When sign-up closes; when the occasion starts, if nothing is said.
    sign_up_closes_at: Option<DateTime<Utc>>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of an occasion. What is left out stays as it is; null empties, where there may be nothing.
#[derive(InputObject)]
pub struct UpdateOccasionInput {
    /// The occasion.
    occasion_id: OccasionId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost. Sign-ups do
    /// not change it.
    expected_version: i32,
    /// When: replaces all blocks. Everybody with a place is told from when to when the occasion moved, and keeps the
    /// place. Once people have signed up, what is to come cannot be moved into the past
    /// (`INVALID_TIMES`), nor what has ended at all (`OCCASION_PAST`). Null is `INVALID_VALUE`.
    time_blocks: MaybeUndefined<Vec<TimeBlockInput>>,
    /// The IANA name of the zone to show times in; null is `INVALID_VALUE`.
    time_zone: MaybeUndefined<String>,
    /// Where: replaces all of it. Everybody with a place is told.
    venue: MaybeUndefined<VenueInput>,
    /// How many seats there are: never fewer than are taken or guaranteed. More seats let those who wait move up.
    /// Null is `INVALID_VALUE`.
    capacity: MaybeUndefined<i32>,
    /// When sign-up opens; null: at once.
    sign_up_opens_at: MaybeUndefined<DateTime<Utc>>,
    /// When sign-up closes; null: when the occasion starts.
    sign_up_closes_at: MaybeUndefined<DateTime<Utc>>,
}

/// What came of a mutation on an occasion.
struct OccasionOutcome {
    occasion: Option<TrainingOccasion>,
    user_errors: Vec<UserError>,
}

payloads! {
    OccasionOutcome {
        /// The occasion; null when nothing was changed.
        occasion: TrainingOccasion
    }:
    /// The occasion that was made.
    CreateOccasionPayload,
    /// The occasion as it was changed.
    UpdateOccasionPayload,
}

impl OccasionOutcome {
    async fn of(ctx: &Context<'_>, outcome: Result<OccasionId, Vec<UserError>>) -> Result<Self> {
        match outcome {
            Ok(id) => {
                let row = loaders(ctx).load_one(OccasionById(id)).await?;
                Ok(Self {
                    occasion: row.map(TrainingOccasion),
                    user_errors: Vec::new(),
                })
            }
            Err(user_errors) => Ok(Self {
                occasion: None,
                user_errors,
            }),
        }
    }
}

/// What can be done with occasions.
#[derive(Default)]
pub struct OccasionMutation;

#[Object]
impl OccasionMutation {
    /// Makes an occasion of a training. For coordinators of the organisers; `FORBIDDEN` for others who see the
    /// training. User errors: `NOT_FOUND`, `INVALID_STATUS` for an archived training, `INVALID_TIMES`,
    /// `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn create_occasion(
        &self,
        ctx: &Context<'_>,
        input: CreateOccasionInput,
    ) -> Result<CreateOccasionPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let once = &Once::new("createOccasion", input.idempotency_key.as_ref(), input);
        let outcome = viewer
            .transaction(
                |viewer| async move { once.make(&viewer, create(&viewer, input, once)).await },
            )
            .await?;
        Ok(OccasionOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes an occasion. For coordinators of the organisers; `FORBIDDEN` for others who see it. User errors:
    /// `NOT_FOUND`, `CONFLICT`, `OCCASION_CANCELLED`, `OCCASION_PAST`,
    /// `CAPACITY_TOO_SMALL`, `INVALID_TIMES`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn update_occasion(
        &self,
        ctx: &Context<'_>,
        input: UpdateOccasionInput,
    ) -> Result<UpdateOccasionPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        Ok(OccasionOutcome::of(ctx, outcome).await?.into())
    }
}
