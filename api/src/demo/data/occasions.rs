//! Occasions with their times and quotas, as they are before anybody signs up.

use super::{
    calendar::{Calendar, ZONE, bounds},
    seating::Book,
    table::{Index, read, wrong},
};
use crate::domain::seats::Quota;
use chrono::{DateTime, NaiveTime, Utc};
use entity::{
    id::{OccasionId, TrainingId},
    kind::{OccasionStatus, PromotionMode},
    organisation,
    partial_date::PartialDate,
    training_occasion,
};
use sea_orm::DbErr;
use serde::Deserialize;

const OCCASIONS: &str = include_str!("occasions.csv");
const QUOTAS: &str = include_str!("quotas.csv");

/// From when until when.
type Block = (DateTime<Utc>, DateTime<Utc>);

/// An occasion has time blocks (`22 08:30-12:00;29 08:30-12:00`: days from this week's Monday) or, if
/// it is historic, a period. `opens`, `closes` and `cancelled_days` are days from now.
#[derive(Deserialize)]
struct Row {
    key: String,
    training: String,
    blocks: String,
    period: Option<PartialDate>,
    venue_name: Option<String>,
    venue_address: Option<String>,
    online_url: Option<String>,
    capacity: i32,
    opens: Option<i64>,
    closes: Option<i64>,
    status: OccasionStatus,
    cancelled_days: Option<i64>,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct QuotaRow {
    occasion: String,
    organisation: String,
    guaranteed: u32,
    maximum: Option<u32>,
    release_days: i64,
}

/// Reads the occasions: for each an empty book of seats, with the key of the file.
pub(super) fn read_all(
    calendar: &Calendar,
    trainings: &Index<TrainingId>,
    organisations: &Index<organisation::Model>,
) -> Result<Vec<(String, Book)>, DbErr> {
    let quotas = read::<QuotaRow>("quotas.csv", QUOTAS)?;
    let mut books = Vec::new();
    for row in read::<Row>("occasions.csv", OCCASIONS)? {
        let quotas = quotas
            .iter()
            .filter(|quota| quota.occasion == row.key)
            .map(|row| quota(row, calendar, organisations))
            .collect::<Result<Vec<_>, _>>()?;
        let blocks = blocks(&row.blocks, calendar)?;
        let key = row.key.clone();
        let occasion = occasion(row, &blocks, calendar, trainings)?;
        books.push((key, Book::open(occasion, blocks, &quotas)?));
    }
    Ok(books)
}

fn quota(
    row: &QuotaRow,
    calendar: &Calendar,
    organisations: &Index<organisation::Model>,
) -> Result<Quota, DbErr> {
    Ok(Quota {
        organisation: organisations.get(&row.organisation)?.id.uuid(),
        guaranteed: row.guaranteed,
        maximum: row.maximum,
        release_at: Some(calendar.days(row.release_days)),
        taken: 0,
    })
}

fn blocks(cell: &str, calendar: &Calendar) -> Result<Vec<Block>, DbErr> {
    cell.split_terminator(';')
        .map(|block| {
            let (day, times) = block.split_once(' ').ok_or_else(|| wrong(block))?;
            let (start, end) = times.split_once('-').ok_or_else(|| wrong(block))?;
            let day = day.parse().map_err(wrong)?;
            Ok((
                calendar.at(day, clock(start)?)?,
                calendar.at(day, clock(end)?)?,
            ))
        })
        .collect()
}

fn clock(text: &str) -> Result<NaiveTime, DbErr> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(wrong)
}

fn occasion(
    row: Row,
    blocks: &[Block],
    calendar: &Calendar,
    trainings: &Index<TrainingId>,
) -> Result<training_occasion::Model, DbErr> {
    let (starts_at, ends_at) = match (blocks, row.period) {
        ([first, ..], _) => (first.0, blocks.last().unwrap_or(first).1),
        ([], Some(period)) => bounds(period)?,
        ([], None) => return Err(wrong(format!("{} has no time", row.key))),
    };
    Ok(training_occasion::Model {
        id: OccasionId::new(),
        training_id: *trainings.get(&row.training)?,
        status: row.status,
        period: row.period,
        time_zone: ZONE.name().to_owned(),
        starts_at,
        ends_at,
        venue_name: row.venue_name,
        venue_address: row.venue_address,
        online_url: row.online_url,
        capacity: row.capacity,
        taken: 0,
        waiting: 0,
        movements: 0,
        sign_up_opens_at: row.opens.map(|days| calendar.days(days)),
        sign_up_closes_at: row.closes.map(|days| calendar.days(days)),
        cancelled_at: row.cancelled_days.map(|days| calendar.days(days)),
        cancellation_reason: row.reason,
        version: 1,
        promotion: PromotionMode::Direct,
        offer_working_hours: None,
        shares_by_kind: false,
        opens_stepwise: false,
        terms: None,
    })
}
