//! When a training is completed, until when that is valid, and whether requirements go round in a circle.

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use chrono_tz::{Europe::Stockholm, Tz};
use entity::kind::{AttendanceGrade, PartlyCounts};
use std::collections::{BTreeSet, HashMap};

/// When attendance makes a training completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// How large a share of the blocks must be attended, in per cent, 1 to 100.
    pub share: u8,
    /// What a block counts for that was attended partly.
    pub partly: PartlyCounts,
}

/// A whole block, in the halves that attendance is counted in.
const WHOLE: u64 = 2;

impl Rule {
    /// The rule of a training; none where attendance completes nothing.
    #[must_use]
    pub fn of(share: Option<i32>, partly: PartlyCounts) -> Option<Self> {
        Some(Self {
            share: u8::try_from(share?).ok()?,
            partly,
        })
    }

    /// What a mark counts for, in halves of a block.
    const fn halves(self, grade: AttendanceGrade) -> u64 {
        match (grade, self.partly) {
            (AttendanceGrade::Present, _) | (AttendanceGrade::Partly, PartlyCounts::Whole) => WHOLE,
            (AttendanceGrade::Partly, PartlyCounts::Half) => 1,
            (AttendanceGrade::Partly, PartlyCounts::Nothing)
            | (AttendanceGrade::AbsentWithNotice | AttendanceGrade::Absent, _) => 0,
        }
    }

    /// The block with which the rule was met; none while it is not.
    ///
    /// Blocks are known by their starts and stand in order. What is attended after the rule was met changes nothing,
    /// so that a completion does not move when more is attended.
    #[must_use]
    pub fn met_at(
        self,
        blocks: &[DateTime<Utc>],
        marks: &HashMap<DateTime<Utc>, AttendanceGrade>,
    ) -> Option<DateTime<Utc>> {
        let all = u64::try_from(blocks.len()).ok()? * WHOLE;
        let needed = all * u64::from(self.share);
        let mut attended = 0;
        for block in blocks {
            attended += marks.get(block).map_or(0, |grade| self.halves(*grade));
            if attended > 0 && attended * 100 >= needed {
                return Some(*block);
            }
        }
        None
    }
}

/// The day of an instant in a zone; in Swedish time for a name that is no zone.
#[must_use]
pub fn day_in(zone: &str, at: DateTime<Utc>) -> NaiveDate {
    let zone: Tz = zone.parse().unwrap_or(Stockholm);
    at.with_timezone(&zone).date_naive()
}

/// The day that it is now, in Swedish time: what validity is reckoned by where there is no occasion.
#[must_use]
pub fn today(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&Stockholm).date_naive()
}

/// The last day on which a completion is valid: the same day so many months later, or the last of a shorter month.
/// None: for good.
#[must_use]
pub fn valid_until(completed_on: NaiveDate, months: Option<i32>) -> Option<NaiveDate> {
    let months = u32::try_from(months?).ok()?;
    completed_on.checked_add_months(Months::new(months))
}

/// Whether a completion is valid on a day: from the day of completion to the last valid day, both included.
#[must_use]
pub fn is_valid_on(
    completed_on: NaiveDate,
    valid_until: Option<NaiveDate>,
    day: NaiveDate,
) -> bool {
    completed_on <= day && valid_until.is_none_or(|until| until >= day)
}

/// The last of the days that are within so many days from today.
#[must_use]
pub fn within(today: NaiveDate, days: u32) -> NaiveDate {
    today
        .checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}

/// Whether a training would require itself, through however many others. `requirements` are pairs of a training and
/// what it requires.
#[must_use]
pub fn requires_itself<T: Copy + Ord>(training: T, wanted: &[T], requirements: &[(T, T)]) -> bool {
    let mut seen = BTreeSet::new();
    let mut left: Vec<T> = wanted.to_vec();
    while let Some(one) = left.pop() {
        if one == training {
            return true;
        }
        if seen.insert(one) {
            let next = requirements.iter().filter(|(from, _)| *from == one);
            left.extend(next.map(|(_, to)| *to));
        }
    }
    false
}

#[cfg(test)]
mod tests;
