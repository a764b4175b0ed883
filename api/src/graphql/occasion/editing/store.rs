//! Writing occasions.

use super::{
    CreateOccasionInput, UpdateOccasionInput, VenueInput,
    check::{
        bounds, bounds_of_period, check_capacity, check_move, check_times, check_venue,
        check_window, check_zone,
    },
    moving::{blocks_before_a_move, tell_of_move},
};
use crate::{
    domain::{occasion::TimeBlock, seats::Capacity},
    error::{Error, Result},
    graphql::{
        idempotency::Once,
        text::refuse_null,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::MaybeUndefined;
use chrono::{DateTime, Datelike, Utc};
use entity::{
    id::OccasionId,
    kind::{AuditAction, OccasionStatus, PromotionMode, TrainingStatus},
    partial_date::PartialDate,
    time_block, training, training_occasion,
};
use sea_orm::{EntityTrait, Set, Unchanged};

pub(super) async fn create(
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
    let blocks = if input.period.is_none() {
        check_times(&input.time_blocks, &mut errors)
    } else {
        Vec::new()
    };
    let plausible = |period: PartialDate| {
        (1900..2200).contains(&period.first_day().year()) && input.time_blocks.is_empty()
    };
    if !input.period.is_none_or(plausible) {
        errors.push(UserError::new(UserErrorCode::InvalidTimes, &["period"]));
    }
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
    let (starts_at, ends_at) = match input.period {
        Some(period) => bounds_of_period(period, &input.time_zone)?,
        None => bounds(&blocks)?,
    };
    let new = training_occasion::ActiveModel {
        id: Set(OccasionId::new()),
        training_id: Set(permitted.id),
        status: Set(OccasionStatus::Scheduled),
        period: Set(input.period),
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
        promotion: Set(PromotionMode::Direct),
        offer_working_hours: Set(None),
        shares_by_kind: Set(false),
        opens_stepwise: Set(false),
        terms: Set(None),
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

pub(super) async fn update(
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
    let before = blocks_before_a_move(viewer, &permitted, input).await?;
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
    let Some(changed) = viewer.update(change).await? else {
        return Err(Error::internal(
            "an occasion that was locked could not be changed",
        ));
    };
    if let Some(before) = before {
        let after = blocks.unwrap_or_else(|| before.clone());
        tell_of_move(viewer, &permitted, before, &changed, after).await?;
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
    if let Err(too_small) = book.set_capacity(wanted).await? {
        return Ok(Err(vec![UserError::from(too_small)]));
    }
    book.close(AuditAction::Promote, Vec::new()).await?;
    Ok(Ok(()))
}

/// The occasion with the permission to edit it, unless it has been cancelled.
pub(super) async fn editable(
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
