//! When an occasion takes place, when one can sign up for it, and whether two collide.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use entity::kind::{OccasionStatus, OrganisationKind, TargetAudience};

use super::audience::{self, Participant};

/// An occasion has at most this many time blocks.
pub const MAXIMUM_TIME_BLOCKS: usize = 60;

/// From when until when. The end no longer belongs to it.
pub type TimeBlock = (DateTime<Utc>, DateTime<Utc>);

/// A rule that time blocks break. Blocks are counted from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeBlockError {
    /// An occasion takes place at some time.
    #[error("an occasion has at least one time block")]
    None,
    /// More blocks than an occasion may have.
    #[error("{count} time blocks are too many: an occasion has at most {MAXIMUM_TIME_BLOCKS}")]
    TooMany {
        /// The number of blocks.
        count: usize,
    },
    /// A block lies in a year in which nobody trains anybody.
    #[error("time block {index} lies in another age")]
    Implausible {
        /// The position of the block, from 0.
        index: usize,
    },
    /// A block ends when it starts, or before.
    #[error("time block {index} does not end after its start")]
    EndNotAfterStart {
        /// The block.
        index: usize,
    },
    /// A block starts before the one in front of it.
    #[error("time block {index} starts before the one in front of it")]
    NotInOrder {
        /// The later block in the list.
        index: usize,
    },
    /// A block starts before the one in front of it has ended.
    #[error("time block {index} starts before the one in front of it has ended")]
    Overlapping {
        /// The later block in the list.
        index: usize,
    },
}

/// Whether the blocks can be those of one occasion: 1 to 60 blocks, each ending after its start, in
/// order, none before the one in front of it has ended. The first broken rule is told.
pub fn validate_time_blocks(blocks: &[TimeBlock]) -> Result<(), TimeBlockError> {
    let count = blocks.len();
    if count == 0 {
        return Err(TimeBlockError::None);
    }
    if count > MAXIMUM_TIME_BLOCKS {
        return Err(TimeBlockError::TooMany { count });
    }
    if let Some(index) = blocks
        .iter()
        .position(|(start, end)| !is_plausible(*start) || !is_plausible(*end))
    {
        return Err(TimeBlockError::Implausible { index });
    }
    if let Some(index) = blocks.iter().position(|(start, end)| end <= start) {
        return Err(TimeBlockError::EndNotAfterStart { index });
    }
    for (pair, index) in blocks.windows(2).zip(1..) {
        let [(start_in_front, end_in_front), (start, _)] = [pair[0], pair[1]];
        if start < start_in_front {
            return Err(TimeBlockError::NotInOrder { index });
        }
        if start < end_in_front {
            return Err(TimeBlockError::Overlapping { index });
        }
    }
    Ok(())
}

/// Whether an instant lies in the years that the system is for. Beyond them the databases disagree about what
/// can be stored and what comes first.
#[must_use]
pub fn is_plausible(at: DateTime<Utc>) -> bool {
    (1900..2200).contains(&at.year())
}

/// Whether somebody would have to be in two places at once. What ends when the other starts does
/// not overlap. The blocks may be in any order.
#[must_use]
pub fn overlaps(a: &[TimeBlock], b: &[TimeBlock]) -> bool {
    a.iter().any(|(start, end)| {
        b.iter()
            .any(|(other_start, other_end)| start < other_end && other_start < end)
    })
}

/// Time blocks as a text: intervals as ISO 8601 writes them, in UTC, with a space between two.
#[must_use]
pub fn write_intervals(blocks: &[TimeBlock]) -> String {
    let instant = |at: &DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let interval = |(start, end): &TimeBlock| format!("{}/{}", instant(start), instant(end));
    blocks.iter().map(interval).collect::<Vec<_>>().join(" ")
}

/// The time blocks that [`write_intervals`] wrote; none if it did not write this.
#[must_use]
pub fn read_intervals(text: &str) -> Option<Vec<TimeBlock>> {
    let interval = |text: &str| {
        let (start, end) = text.split_once('/')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    };
    text.split_whitespace().map(interval).collect()
}

/// Whether one can sign up for an occasion, as far as its times and status decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUpState {
    /// It will open.
    NotYetOpen,
    /// One can sign up, or join the waiting list if no seat is free.
    Open,
    /// The last moment to sign up has passed, the occasion has not started.
    Closed,
    /// The occasion does not take place.
    Cancelled,
    /// The occasion has started or is over.
    Past,
}

/// An earlier opening of sign-up, for some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// When it opens for them.
    pub opens_at: DateTime<Utc>,
    /// For organisations of this kind; none: of any.
    pub kind: Option<OrganisationKind>,
    /// For people of this audience; none: for any.
    pub audience: Option<TargetAudience>,
}

impl Opening {
    /// Whether it opens for that person, or for a seat without a name: that one belongs to no audience.
    fn is_for(&self, kind: OrganisationKind, person: Option<&Participant>) -> bool {
        let belongs = |audience| person.is_some_and(|person| audience::fits(&[audience], person));
        self.kind.is_none_or(|wanted| wanted == kind) && self.audience.is_none_or(belongs)
    }
}

/// When sign-up opens for a person, or for a seat without a name: the earliest opening that is for them, or the
/// one for all. None: it has always been open.
#[must_use]
pub fn opens_at(
    for_all: Option<DateTime<Utc>>,
    openings: &[Opening],
    kind: OrganisationKind,
    person: Option<&Participant>,
) -> Option<DateTime<Utc>> {
    let for_all = for_all?;
    let earlier = openings
        .iter()
        .filter(|opening| opening.is_for(kind, person));
    earlier
        .map(|opening| opening.opens_at)
        .chain([for_all])
        .min()
}

/// Whether one can sign up now.
///
/// Open from `opens_at` on, itself included, until `closes_at`, itself excluded. Without them, open
/// from the beginning and until the start. Nobody signs up for what has started, even if
/// `closes_at` is later.
#[must_use]
pub fn sign_up_state(
    now: DateTime<Utc>,
    opens_at: Option<DateTime<Utc>>,
    closes_at: Option<DateTime<Utc>>,
    starts_at: DateTime<Utc>,
    status: OccasionStatus,
) -> SignUpState {
    match status {
        OccasionStatus::Cancelled => return SignUpState::Cancelled,
        OccasionStatus::Scheduled => {}
    }
    if now >= starts_at {
        return SignUpState::Past;
    }
    if closes_at.is_some_and(|closes_at| now >= closes_at) {
        return SignUpState::Closed;
    }
    if opens_at.is_some_and(|opens_at| now < opens_at) {
        return SignUpState::NotYetOpen;
    }
    SignUpState::Open
}

/// The instant at which a day begins in a zone, also where the clock is turned at midnight.
#[must_use]
pub fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let begins = zone
        .from_local_datetime(&midnight)
        .earliest()
        // A zone that skips midnight begins the day an hour later.
        .or_else(|| {
            zone.from_local_datetime(&(midnight + TimeDelta::hours(1)))
                .earliest()
        });
    begins.map_or_else(|| midnight.and_utc(), |begins| begins.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn at(hour: i64) -> DateTime<Utc> {
        let midnight: DateTime<Utc> = "2026-03-02T00:00:00Z".parse().unwrap();
        midnight + TimeDelta::hours(hour)
    }

    fn just_before(hour: i64) -> DateTime<Utc> {
        at(hour) - TimeDelta::microseconds(1)
    }

    fn block(start: i64, end: i64) -> TimeBlock {
        (at(start), at(end))
    }

    #[test]
    fn intervals_are_read_as_they_were_written() {
        for blocks in [
            vec![],
            vec![block(9, 12)],
            vec![block(9, 12), (at(12), at(13) + TimeDelta::microseconds(1))],
        ] {
            assert_eq!(read_intervals(&write_intervals(&blocks)), Some(blocks));
        }
        assert_eq!(
            write_intervals(&[block(9, 12)]),
            "2026-03-02T09:00:00Z/2026-03-02T12:00:00Z"
        );
        assert_eq!(read_intervals("2026-03-02T09:00:00Z"), None);
        assert_eq!(read_intervals("yesterday/today"), None);
    }

    #[test]
    fn blocks_that_follow_each_other_are_accepted() {
        assert_eq!(validate_time_blocks(&[block(9, 12)]), Ok(()));
        assert_eq!(
            validate_time_blocks(&[block(9, 12), block(12, 13), block(33, 36)]),
            Ok(())
        );
    }

    #[test]
    fn each_broken_rule_is_told_with_its_block() {
        use TimeBlockError::{EndNotAfterStart, None, NotInOrder, Overlapping};

        for (blocks, error) in [
            (vec![], None),
            (vec![block(9, 9)], EndNotAfterStart { index: 0 }),
            (
                vec![block(8, 9), block(12, 10)],
                EndNotAfterStart { index: 1 },
            ),
            (vec![block(9, 10), block(8, 9)], NotInOrder { index: 1 }),
            (
                vec![block(1, 2), block(3, 6), block(5, 8)],
                Overlapping { index: 2 },
            ),
            (vec![block(9, 10), block(9, 10)], Overlapping { index: 1 }),
        ] {
            assert_eq!(validate_time_blocks(&blocks), Err(error), "{blocks:?}");
        }
    }

    #[test]
    fn sixty_blocks_are_allowed_and_sixty_one_are_not() {
        let blocks: Vec<TimeBlock> = (0..61).map(|day| block(day * 24, day * 24 + 3)).collect();

        assert_eq!(validate_time_blocks(&blocks[..60]), Ok(()));
        assert_eq!(
            validate_time_blocks(&blocks),
            Err(TimeBlockError::TooMany { count: 61 })
        );
    }

    #[test]
    fn occasions_overlap_when_any_two_blocks_share_a_moment() {
        let two_mornings = [block(9, 12), block(33, 36)];

        assert!(overlaps(&two_mornings, &[block(35, 40)]));
        assert!(overlaps(&two_mornings, &[block(10, 11)]), "within");
        assert!(overlaps(&[block(10, 11)], &two_mornings), "around");
        assert!(overlaps(&two_mornings, &two_mornings));
        assert!(overlaps(&two_mornings, &[(just_before(12), at(13))]));
    }

    #[test]
    fn what_ends_when_the_other_starts_does_not_overlap() {
        let two_mornings = [block(9, 12), block(33, 36)];

        assert!(!overlaps(
            &two_mornings,
            &[block(12, 33), block(8, 9), block(36, 37)]
        ));
        assert!(!overlaps(&two_mornings, &[]));
    }

    #[test]
    fn the_sign_up_opens_and_closes_to_the_microsecond() {
        use SignUpState::{Closed, NotYetOpen, Open, Past};

        for (now, state) in [
            (just_before(1), NotYetOpen),
            (at(1), Open),
            (just_before(5), Open),
            (at(5), Closed),
            (just_before(9), Closed),
            (at(9), Past),
            (at(99), Past),
        ] {
            assert_eq!(
                sign_up_state(
                    now,
                    Some(at(1)),
                    Some(at(5)),
                    at(9),
                    OccasionStatus::Scheduled
                ),
                state,
                "{now}"
            );
        }
    }

    #[test]
    fn without_a_window_one_can_sign_up_until_the_start() {
        let state =
            |now, closes_at| sign_up_state(now, None, closes_at, at(9), OccasionStatus::Scheduled);

        assert_eq!(state(at(-999), None), SignUpState::Open);
        assert_eq!(state(just_before(9), None), SignUpState::Open);
        assert_eq!(state(at(9), None), SignUpState::Past);
        assert_eq!(state(at(9), Some(at(12))), SignUpState::Past);
    }

    #[test]
    fn sign_up_opens_earlier_for_those_who_are_named() {
        use entity::kind::StaffCategory;
        let opening = |hour, kind, audience| Opening {
            opens_at: at(hour),
            kind,
            audience,
        };
        let openings = [
            opening(1, None, Some(TargetAudience::HealthCareStaff)),
            opening(2, Some(OrganisationKind::Municipality), None),
        ];
        let opens_for = |kind, category: Option<StaffCategory>| {
            let person = category.map(|category| Participant {
                organisation_kind: kind,
                same_county: true,
                category,
            });
            opens_at(Some(at(3)), &openings, kind, person.as_ref())
        };

        let nurse = Some(StaffCategory::HealthCareStaff);
        let clerk = Some(StaffCategory::Employee);
        assert_eq!(opens_for(OrganisationKind::Region, nurse), Some(at(1)));
        assert_eq!(
            opens_for(OrganisationKind::Municipality, nurse),
            Some(at(1))
        );
        assert_eq!(
            opens_for(OrganisationKind::Municipality, clerk),
            Some(at(2))
        );
        assert_eq!(opens_for(OrganisationKind::Region, clerk), Some(at(3)));
        assert_eq!(
            opens_for(OrganisationKind::Ngo, Some(StaffCategory::Volunteer)),
            Some(at(3))
        );
        assert_eq!(
            opens_for(OrganisationKind::Municipality, None),
            Some(at(2)),
            "a held seat"
        );
        assert_eq!(
            opens_for(OrganisationKind::Region, None),
            Some(at(3)),
            "a held seat"
        );
        assert_eq!(opens_at(None, &openings, OrganisationKind::Ngo, None), None);
    }

    #[test]
    fn a_cancelled_occasion_is_cancelled_at_any_time() {
        for now in [at(0), at(3), at(7), at(10)] {
            assert_eq!(
                sign_up_state(
                    now,
                    Some(at(1)),
                    Some(at(5)),
                    at(9),
                    OccasionStatus::Cancelled
                ),
                SignUpState::Cancelled
            );
        }
    }
}
