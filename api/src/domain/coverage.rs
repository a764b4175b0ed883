//! Coverage: on which days a place has somebody in a role, and the counters that tell how many places have.
//!
//! A counter is a sum of changes, a change a day. Each change is entered three times: for its year, its month and its
//! day. The number on a day is what the years before it, the months before it in its year, and the days until it in
//! its month have brought: a few dozen entries, whatever the day and however many places there are. So nothing has
//! to happen when a day comes on which somebody begins or leaves.

use chrono::{Datelike, NaiveDate};
use entity::kind::Grain;

/// The day that stands for "always": no validity that a source gives begins before it.
pub const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Days in a row. The first belongs to it, the last does not; without a last day it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The first day after it; none: it goes on.
    pub until: Option<NaiveDate>,
}

impl Span {
    /// From one day to another, as a table has them.
    #[must_use]
    pub fn new(from: Option<NaiveDate>, until: Option<NaiveDate>) -> Self {
        Self {
            from: from.unwrap_or(FIRST_DAY).max(FIRST_DAY),
            until,
        }
    }

    /// The days that belong to both; none where there are none.
    #[must_use]
    pub fn meet(self, other: Self) -> Option<Self> {
        let until = match (self.until, other.until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let both = Self {
            from: self.from.max(other.from),
            until,
        };
        both.until
            .is_none_or(|until| until > both.from)
            .then_some(both)
    }

    /// Whether a day belongs to it.
    #[must_use]
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// The days that belong to one of the spans at least: in order, and apart from each other.
#[must_use]
pub fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| span.until.is_none_or(|until| until > span.from));
    spans.sort();
    let mut apart: Vec<Span> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if last.until.is_none_or(|until| until >= span.from) => {
                last.until = match (last.until, span.until) {
                    (Some(one), Some(other)) => Some(one.max(other)),
                    _ => None,
                };
            }
            _ => apart.push(span),
        }
    }
    apart
}

/// The days that belong to one span of each list, both lists being apart and in order.
#[must_use]
pub fn common(one: &[Span], other: &[Span]) -> Vec<Span> {
    let pairs = one
        .iter()
        .flat_map(|span| other.iter().filter_map(|with| span.meet(*with)));
    united(pairs.collect())
}

/// By how much the number of places changes, and when, through a place that counts on these days.
#[must_use]
pub fn changes(spans: &[Span]) -> Vec<(NaiveDate, i32)> {
    let mut changes = Vec::with_capacity(spans.len() * 2);
    for span in spans {
        changes.push((span.from, 1));
        changes.extend(span.until.map(|until| (until, -1)));
    }
    changes
}

/// Where a change of a day is entered.
#[must_use]
pub fn entries(day: NaiveDate) -> [(Grain, NaiveDate); 3] {
    [
        (Grain::Year, first_of(day, 1)),
        (Grain::Month, first_of(day, day.month())),
        (Grain::Day, day),
    ]
}

/// Which entries make up the number on a day: of each grain, from the first day to before the second.
#[must_use]
pub fn reading(day: NaiveDate) -> [(Grain, NaiveDate, NaiveDate); 3] {
    let (year, month) = (first_of(day, 1), first_of(day, day.month()));
    let after = day.succ_opt().unwrap_or(NaiveDate::MAX);
    [
        (Grain::Year, FIRST_DAY, year),
        (Grain::Month, year, month),
        (Grain::Day, month, after),
    ]
}

fn first_of(day: NaiveDate, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(FIRST_DAY)
}

/// How many of a hundred are covered, rounded down: 100 only where every one is. None where there is nothing to cover.
#[must_use]
pub fn percent(covered: i64, total: i64) -> Option<i32> {
    if total <= 0 {
        return None;
    }
    i32::try_from(covered * 100 / total).ok()
}

#[cfg(test)]
mod tests;
