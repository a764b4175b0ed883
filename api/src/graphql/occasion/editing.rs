//! Making, changing and cancelling occasions.

use super::{OccasionById, TrainingOccasion};
use crate::{
    domain::{
        occasion::{TimeBlock, is_plausible, validate_time_blocks},
        seats::Capacity,
    },
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        text::{Checked, check_text, refuse_null},
        training::check_url,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};
use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;
use entity::{
    id::{OccasionId, TrainingId},
    kind::{AuditAction, OccasionStatus, TrainingStatus},
    time_block, training, training_occasion,
};
use sea_orm::{EntityTrait, Set, Unchanged};

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
    name: Option<String>,
    /// The address, up to 500 characters.
    address: Option<String>,
    /// The link, for what is given online: an address that begins with https:// or http://.
    url: Option<String>,
}

/// A new occasion of a training.
#[derive(InputObject)]
pub struct CreateOccasionInput {
    /// The training.
    training_id: TrainingId,
    /// When: 1 to 60 blocks, in order, that do not overlap.
    time_blocks: Vec<TimeBlockInput>,
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
    /// When: replaces all blocks. Once people have signed up, what is to come cannot be moved into the past
    /// (`INVALID_TIMES`), nor what has ended at all (`OCCASION_PAST`). Null is `INVALID_VALUE`.
    time_blocks: MaybeUndefined<Vec<TimeBlockInput>>,
    /// The IANA name of the zone to show times in; null is `INVALID_VALUE`.
    time_zone: MaybeUndefined<String>,
    /// Where: replaces all of it.
    venue: MaybeUndefined<VenueInput>,
    /// How many seats there are: never fewer than are taken or guaranteed. More seats let those who wait move up.
    /// Null is `INVALID_VALUE`.
    capacity: MaybeUndefined<i32>,
    /// When sign-up opens; null: at once.
    sign_up_opens_at: MaybeUndefined<DateTime<Utc>>,
    /// When sign-up closes; null: when the occasion starts.
    sign_up_closes_at: MaybeUndefined<DateTime<Utc>>,
}

/// The occasion to cancel.
#[derive(InputObject)]
pub struct CancelOccasionInput {
    /// The occasion.
    occasion_id: OccasionId,
    /// Why, for those who had signed up, 1 to 200 characters.
    reason: String,
}

/// An occasion that was made or changed.
#[derive(SimpleObject)]
pub struct OccasionPayload {
    /// The occasion; null when nothing was changed.
    occasion: Option<TrainingOccasion>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

impl OccasionPayload {
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
    ) -> Result<OccasionPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let once = &Once::new("createOccasion", input.idempotency_key.as_ref(), input);
        let outcome = viewer
            .transaction(
                |viewer| async move { once.make(&viewer, create(&viewer, input, once)).await },
            )
            .await?;
        OccasionPayload::of(ctx, outcome).await
    }

    /// Changes an occasion. For coordinators of the organisers; `FORBIDDEN` for others who see it. User errors:
    /// `NOT_FOUND`, `CONFLICT`, `OCCASION_CANCELLED`, `OCCASION_PAST`,
    /// `CAPACITY_TOO_SMALL`, `INVALID_TIMES`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn update_occasion(
        &self,
        ctx: &Context<'_>,
        input: UpdateOccasionInput,
    ) -> Result<OccasionPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        OccasionPayload::of(ctx, outcome).await
    }

    /// Cancels an occasion: every sign-up ends, and it stays readable with the reason. For coordinators of the
    /// organisers; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `OCCASION_CANCELLED` if it is
    /// already, `OCCASION_PAST` if it has begun, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn cancel_occasion(
        &self,
        ctx: &Context<'_>,
        input: CancelOccasionInput,
    ) -> Result<OccasionPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { cancel(&viewer, input).await })
            .await?;
        OccasionPayload::of(ctx, outcome).await
    }
}

fn check_times(blocks: &[TimeBlockInput], errors: &mut Vec<UserError>) -> Vec<TimeBlock> {
    let blocks: Vec<TimeBlock> = blocks
        .iter()
        // As precisely as both databases keep them, so that what is checked is what is stored.
        .map(|block| {
            (
                block.starts_at.trunc_subsecs(6),
                block.ends_at.trunc_subsecs(6),
            )
        })
        .collect();
    if validate_time_blocks(&blocks).is_err() {
        errors.push(UserError::new(UserErrorCode::InvalidTimes, &["timeBlocks"]));
    }
    blocks
}

/// Where people have signed up, what is over stays where it was, and what is to come is not moved into the past.
///
/// What participants needed is kept for some time after the end, and withdrawal ends with the beginning: moving
/// either across the present would keep what should be gone, or take away what people count on.
fn check_move(
    viewer: &Viewer,
    row: &training_occasion::Model,
    blocks: Option<&[TimeBlock]>,
    errors: &mut Vec<UserError>,
) {
    let Some((first, last)) = blocks.and_then(|blocks| blocks.first().zip(blocks.last())) else {
        return;
    };
    if row.movements == 0 {
        return;
    }
    let now = viewer.now();
    if row.ends_at <= now {
        errors.push(UserError::new(UserErrorCode::OccasionPast, &["timeBlocks"]));
    } else if last.1 <= now || (row.starts_at > now && first.0 <= now) {
        errors.push(UserError::new(UserErrorCode::InvalidTimes, &["timeBlocks"]));
    }
}

fn check_zone(zone: &str, errors: &mut Vec<UserError>) {
    if zone.parse::<Tz>().is_err() {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["timeZone"]));
    }
}

fn check_venue(venue: &VenueInput, errors: &mut Vec<UserError>) {
    if let Some(name) = &venue.name {
        check_text(Checked::Remark, name, &["venue", "name"], errors);
    }
    if let Some(address) = &venue.address {
        check_text(Checked::Remark, address, &["venue", "address"], errors);
    }
    if let Some(url) = &venue.url {
        check_url(url, &["venue", "url"], errors);
    }
}

fn check_capacity(capacity: i32, errors: &mut Vec<UserError>) -> Option<Capacity> {
    let wanted = Capacity::try_from(capacity)
        .ok()
        .filter(|wanted| wanted.seats() <= 100_000);
    if wanted.is_none() {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["capacity"]));
    }
    wanted
}

/// Sign-up opens before it closes.
fn check_window(
    opens: Option<DateTime<Utc>>,
    closes: Option<DateTime<Utc>>,
    errors: &mut Vec<UserError>,
) {
    for (field, at) in [("signUpOpensAt", opens), ("signUpClosesAt", closes)] {
        if at.is_some_and(|at| !is_plausible(at)) {
            errors.push(UserError::new(UserErrorCode::InvalidTimes, &[field]));
        }
    }
    if opens
        .zip(closes)
        .is_some_and(|(opens, closes)| closes <= opens)
    {
        errors.push(UserError::new(
            UserErrorCode::InvalidTimes,
            &["signUpClosesAt"],
        ));
    }
}

/// The bounds of blocks that have been found valid, and so are at least one and in order.
fn bounds(blocks: &[TimeBlock]) -> Result<TimeBlock> {
    match (blocks.first(), blocks.last()) {
        (Some(first), Some(last)) => Ok((first.0, last.1)),
        _ => Err(Error::internal(
            "an occasion without time blocks passed the check",
        )),
    }
}

async fn create(
    viewer: &Viewer,
    input: &CreateOccasionInput,
    once: &Once<'_>,
) -> Result<Result<OccasionId, Vec<UserError>>> {
    let permitted = match viewer
        .edit(training::Entity::find_by_id(input.training_id))
        .await?
    {
        Access::Granted(permitted) => permitted,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => {
            return Ok(Err(vec![UserError::new(
                UserErrorCode::NotFound,
                &["trainingId"],
            )]));
        }
    };
    let mut errors = Vec::new();
    once.check(&mut errors);
    if permitted.status == TrainingStatus::Archived {
        errors.push(UserError::new(
            UserErrorCode::InvalidStatus,
            &["trainingId"],
        ));
    }
    let blocks = check_times(&input.time_blocks, &mut errors);
    check_zone(&input.time_zone, &mut errors);
    check_capacity(input.capacity, &mut errors);
    check_window(input.sign_up_opens_at, input.sign_up_closes_at, &mut errors);
    let venue = input.venue.clone().unwrap_or(VenueInput {
        name: None,
        address: None,
        url: None,
    });
    check_venue(&venue, &mut errors);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let (starts_at, ends_at) = bounds(&blocks)?;
    let new = training_occasion::ActiveModel {
        id: Set(OccasionId::new()),
        training_id: Set(permitted.id),
        status: Set(OccasionStatus::Scheduled),
        period: Set(None),
        time_zone: Set(input.time_zone.clone()),
        starts_at: Set(starts_at),
        ends_at: Set(ends_at),
        venue_name: Set(venue.name),
        venue_address: Set(venue.address),
        online_url: Set(venue.url),
        capacity: Set(input.capacity),
        taken: Set(0),
        waiting: Set(0),
        movements: Set(0),
        sign_up_opens_at: Set(input.sign_up_opens_at),
        sign_up_closes_at: Set(input.sign_up_closes_at),
        cancelled_at: Set(None),
        cancellation_reason: Set(None),
        version: Set(1),
    };
    let made = viewer
        .make_part::<training_occasion::Entity>(&permitted, new)
        .await?;
    write_blocks(viewer, &made, &blocks).await?;
    Ok(Ok(made.id))
}

async fn write_blocks(
    viewer: &Viewer,
    occasion: &Permitted<training_occasion::Model>,
    blocks: &[TimeBlock],
) -> Result<()> {
    let rows = blocks
        .iter()
        .zip(0..)
        .map(|((starts_at, ends_at), position)| time_block::ActiveModel {
            occasion_id: Set(occasion.id),
            position: Set(position),
            starts_at: Set(*starts_at),
            ends_at: Set(*ends_at),
        });
    viewer
        .replace_parts::<time_block::Entity>(occasion, rows.collect())
        .await
}

async fn update(
    viewer: &Viewer,
    input: &UpdateOccasionInput,
) -> Result<Result<OccasionId, Vec<UserError>>> {
    let permitted = match editable(viewer, input.occasion_id).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    if permitted.version != input.expected_version {
        return Ok(Err(vec![UserError::new(
            UserErrorCode::Conflict,
            &["expectedVersion"],
        )]));
    }
    let mut errors = Vec::new();
    for (null, field) in [
        (input.time_blocks.is_null(), "timeBlocks"),
        (input.time_zone.is_null(), "timeZone"),
        (input.capacity.is_null(), "capacity"),
    ] {
        refuse_null(null, field, &mut errors);
    }
    let blocks = input
        .time_blocks
        .value()
        .map(|blocks| check_times(blocks, &mut errors));
    check_move(viewer, &permitted, blocks.as_deref(), &mut errors);
    if let Some(zone) = input.time_zone.value() {
        check_zone(zone, &mut errors);
    }
    if let MaybeUndefined::Value(venue) = &input.venue {
        check_venue(venue, &mut errors);
    }
    let opens = kept_or(&input.sign_up_opens_at, permitted.sign_up_opens_at);
    let closes = kept_or(&input.sign_up_closes_at, permitted.sign_up_closes_at);
    check_window(opens, closes, &mut errors);
    let capacity = input
        .capacity
        .value()
        .and_then(|capacity| check_capacity(*capacity, &mut errors));
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    if let Some(capacity) = capacity
        && let Err(errors) = change_capacity(viewer, &permitted, capacity).await?
    {
        return Ok(Err(errors));
    }
    let mut change = training_occasion::ActiveModel {
        id: Unchanged(permitted.id),
        version: Set(permitted.version + 1),
        sign_up_opens_at: Set(opens),
        sign_up_closes_at: Set(closes),
        ..Default::default()
    };
    if let Some(zone) = input.time_zone.value() {
        change.time_zone = Set(zone.clone());
    }
    if !input.venue.is_undefined() {
        let venue = input.venue.value();
        change.venue_name = Set(venue.and_then(|venue| venue.name.clone()));
        change.venue_address = Set(venue.and_then(|venue| venue.address.clone()));
        change.online_url = Set(venue.and_then(|venue| venue.url.clone()));
    }
    if let Some(blocks) = &blocks {
        let (starts_at, ends_at) = bounds(blocks)?;
        change.starts_at = Set(starts_at);
        change.ends_at = Set(ends_at);
        // Exact times replace what was only known roughly.
        change.period = Set(None);
        write_blocks(viewer, &permitted, blocks).await?;
    }
    if viewer.update(change).await?.is_none() {
        return Err(Error::internal(
            "an occasion that was locked could not be changed",
        ));
    }
    Ok(Ok(permitted.id))
}

fn kept_or(
    wanted: &MaybeUndefined<DateTime<Utc>>,
    kept: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    match wanted {
        MaybeUndefined::Undefined => kept,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(value) => Some(*value),
    }
}

async fn change_capacity(
    viewer: &Viewer,
    occasion: &Permitted<training_occasion::Model>,
    wanted: Capacity,
) -> Result<Result<(), Vec<UserError>>> {
    let mut book = viewer.seat_book_of(occasion).await?;
    if book.set_capacity(wanted).await?.is_err() {
        return Ok(Err(vec![UserError::new(
            UserErrorCode::CapacityTooSmall,
            &["capacity"],
        )]));
    }
    book.close(AuditAction::Promote, Vec::new()).await?;
    Ok(Ok(()))
}

async fn cancel(
    viewer: &Viewer,
    input: &CancelOccasionInput,
) -> Result<Result<OccasionId, Vec<UserError>>> {
    let permitted = match editable(viewer, input.occasion_id).await? {
        Ok(permitted) => permitted,
        Err(errors) => return Ok(Err(errors)),
    };
    let mut errors = Vec::new();
    check_text(Checked::Line, &input.reason, &["reason"], &mut errors);
    if permitted.starts_at <= viewer.now() {
        errors.push(UserError::new(UserErrorCode::OccasionPast, &["occasionId"]));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut book = viewer.seat_book_of(&permitted).await?;
    let mut ended = book.cancel_all().await?;
    let training = viewer
        .one(training::Entity::find_by_id(permitted.training_id))
        .await?;
    let own = viewer.signed_in()?.organisation;
    if training.is_some_and(|row| row.accountable_organisation_id == own) {
        // The accountable organiser sees the participants, and so has them in its own log too.
        let also: Vec<_> = ended
            .iter()
            .filter_map(|concern| concern.also_for(own))
            .collect();
        ended.extend(also);
    }
    book.close(AuditAction::Withdraw, ended).await?;
    let change = training_occasion::ActiveModel {
        id: Unchanged(permitted.id),
        status: Set(OccasionStatus::Cancelled),
        cancelled_at: Set(Some(viewer.now())),
        cancellation_reason: Set(Some(input.reason.trim().to_owned())),
        version: Set(permitted.version + 1),
        ..Default::default()
    };
    if viewer.update(change).await?.is_none() {
        return Err(Error::internal(
            "an occasion that was locked could not be cancelled",
        ));
    }
    Ok(Ok(permitted.id))
}

/// The occasion with the permission to edit it, unless it has been cancelled.
async fn editable(
    viewer: &Viewer,
    id: OccasionId,
) -> Result<Result<Permitted<training_occasion::Model>, Vec<UserError>>> {
    let refused = |code| Ok(Err(vec![UserError::new(code, &["occasionId"])]));
    match viewer
        .edit(training_occasion::Entity::find_by_id(id))
        .await?
    {
        Access::Granted(row) if row.status == OccasionStatus::Cancelled => {
            refused(UserErrorCode::OccasionCancelled)
        }
        Access::Granted(row) => Ok(Ok(row)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => refused(UserErrorCode::NotFound),
    }
}
