//! Whether an occasion can be made or changed as asked.

use super::{TimeBlockInput, VenueInput};
use crate::{
    domain::{
        occasion::{TimeBlock, is_plausible, validate_time_blocks},
        seats::Capacity,
    },
    error::{Error, Result},
    graphql::{
        text::{Checked, check_text},
        training::check_url,
        user_error::{UserError, UserErrorCode},
    },
    viewer::Viewer,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, SubsecRound, TimeZone, Utc};
use chrono_tz::Tz;
use entity::{partial_date::PartialDate, training_occasion};

pub(super) fn check_times(
    blocks: &[TimeBlockInput],
    errors: &mut Vec<UserError>,
) -> Vec<TimeBlock> {
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
pub(super) fn check_move(
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

pub(in crate::graphql) fn check_zone(zone: &str, errors: &mut Vec<UserError>) {
    if zone.parse::<Tz>().is_err() {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["timeZone"]));
    }
}

pub(in crate::graphql) fn check_venue(venue: &VenueInput, errors: &mut Vec<UserError>) {
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

pub(super) fn check_capacity(capacity: i32, errors: &mut Vec<UserError>) -> Option<Capacity> {
    let wanted = Capacity::try_from(capacity)
        .ok()
        .filter(|wanted| wanted.seats() <= 100_000);
    if wanted.is_none() {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["capacity"]));
    }
    wanted
}

/// Sign-up opens before it closes.
pub(super) fn check_window(
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
pub(super) fn bounds(blocks: &[TimeBlock]) -> Result<TimeBlock> {
    match (blocks.first(), blocks.last()) {
        (Some(first), Some(last)) => Ok((first.0, last.1)),
        _ => Err(Error::internal(
            "an occasion without time blocks passed the check",
        )),
    }
}

/// From the first moment of a period to the first moment after it, in a zone that has been found valid.
pub(super) fn bounds_of_period(period: PartialDate, zone: &str) -> Result<TimeBlock> {
    let zone: Tz = zone.parse().map_err(Error::internal)?;
    let midnight = |day: NaiveDate| {
        let local = zone.from_local_datetime(&day.and_time(NaiveTime::MIN));
        let local = local.earliest().map(|at| at.to_utc());
        // Where the clock skips midnight, the day begins with the hour after it.
        local.unwrap_or_else(|| day.and_time(NaiveTime::MIN).and_utc())
    };
    let after = period.last_day() + Days::new(1);
    Ok((midnight(period.first_day()), midnight(after)))
}
