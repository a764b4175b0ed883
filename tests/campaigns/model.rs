//! Seats and the line as one would keep them with paper and pencil: slow, and of nothing that the product uses.

use chrono::{DateTime, Utc};
use entity::{
    id::{OrganisationId, SignUpId},
    kind::{MovementCause, SeatReason},
};
use std::collections::BTreeMap;

/// What one organisation was promised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The seats kept for it.
    pub guaranteed: u32,
    /// The most that it may have.
    pub maximum: Option<u32>,
    /// When what it has not used of its guarantee is for everyone.
    pub release_at: Option<DateTime<Utc>>,
}

/// Some who wait for seats together.
#[derive(Clone, Debug)]
pub struct Party {
    /// Their sign-ups.
    pub members: Vec<SignUpId>,
    /// Their organisation.
    pub organisation: OrganisationId,
}

/// One movement without its number: sign-up, cause, seats, waiting, reason.
pub type Line = (SignUpId, MovementCause, i32, i32, Option<SeatReason>);

/// Who sits and who waits.
#[derive(Clone, Debug)]
pub struct Model {
    /// All seats.
    pub capacity: u32,
    /// Who was promised what.
    pub shares: BTreeMap<OrganisationId, Share>,
    /// One entry a seat.
    pub seated: BTreeMap<SignUpId, OrganisationId>,
    /// Those who wait, in order.
    pub line: Vec<Party>,
}

fn count(number: usize) -> u32 {
    u32::try_from(number).expect("a small number")
}

impl Model {
    /// Nobody yet.
    pub fn new(capacity: u32, shares: BTreeMap<OrganisationId, Share>) -> Self {
        Self {
            capacity,
            shares,
            seated: BTreeMap::new(),
            line: Vec::new(),
        }
    }

    /// How many seats an organisation has.
    pub fn taken(&self, organisation: OrganisationId) -> u32 {
        let own = self.seated.values().filter(|owner| **owner == organisation);
        count(own.count())
    }

    /// How many seats are kept for others than this one.
    fn kept_for_others(&self, organisation: OrganisationId, at: DateTime<Utc>) -> u32 {
        let others = self.shares.iter().filter(|(other, share)| {
            **other != organisation && share.release_at.is_none_or(|release| at < release)
        });
        others
            .map(|(other, share)| share.guaranteed.saturating_sub(self.taken(*other)))
            .sum()
    }

    /// Whether an organisation may have so many seats more, or why not.
    fn refusal(
        &self,
        organisation: OrganisationId,
        seats: u32,
        at: DateTime<Utc>,
    ) -> Option<SeatReason> {
        let left = self.capacity.saturating_sub(count(self.seated.len()));
        if seats > left {
            return Some(SeatReason::OccasionFull);
        }
        let maximum = self
            .shares
            .get(&organisation)
            .and_then(|share| share.maximum);
        if maximum.is_some_and(|maximum| self.taken(organisation) + seats > maximum) {
            return Some(SeatReason::QuotaOfOrganisationFull);
        }
        (seats + self.kept_for_others(organisation, at) > left)
            .then_some(SeatReason::SeatsGuaranteedToOthers)
    }

    /// Some who come: seats for all of them, or the end of the line.
    pub fn enter(&mut self, party: Party, at: DateTime<Utc>) -> Vec<Line> {
        let refusal = self.refusal(party.organisation, count(party.members.len()), at);
        let line = |id: &SignUpId| match refusal {
            None => (*id, MovementCause::SignUp, 1, 0, None),
            Some(_) => (*id, MovementCause::SignUp, 0, 1, refusal),
        };
        let lines = party.members.iter().map(line).collect();
        match refusal {
            None => self.seat(&party),
            Some(_) => self.line.push(party),
        }
        lines
    }

    fn seat(&mut self, party: &Party) {
        let seats = party.members.iter().map(|id| (*id, party.organisation));
        self.seated.extend(seats);
    }

    /// Somebody who goes; none if nobody of that name is here.
    pub fn leave(&mut self, id: SignUpId, cause: MovementCause) -> Option<Line> {
        if self.seated.remove(&id).is_some() {
            return Some((id, cause, -1, 0, None));
        }
        let party = self
            .line
            .iter_mut()
            .find(|party| party.members.contains(&id))?;
        party.members.retain(|member| *member != id);
        self.line.retain(|party| !party.members.is_empty());
        Some((id, cause, 0, -1, None))
    }

    /// Lets those who wait move up, in order; tells who was passed over and why, and who moved up.
    pub fn settle(&mut self, at: DateTime<Utc>) -> Vec<Line> {
        let (mut moved, mut passed, mut maybe_passed) = (Vec::new(), Vec::new(), Vec::new());
        for party in self.line.clone() {
            match self.refusal(party.organisation, count(party.members.len()), at) {
                None => {
                    self.seat(&party);
                    passed.append(&mut maybe_passed);
                    moved.push(party);
                }
                Some(reason) => maybe_passed.push((party, reason)),
            }
        }
        self.line.retain(|party| {
            let moved_up = |other: &Party| other.members == party.members;
            !moved.iter().any(moved_up)
        });
        let passed = passed.into_iter().flat_map(|(party, reason)| {
            let over = move |id| (id, MovementCause::PassedOver, 0, 0, Some(reason));
            party.members.into_iter().map(over)
        });
        let moved = moved.into_iter().flat_map(|party| {
            let up = |id| (id, MovementCause::Promotion, 1, -1, None);
            party.members.into_iter().map(up)
        });
        passed.chain(moved).collect()
    }

    /// Whether more is taken than there is, or than an organisation may have.
    pub fn broken(&self) -> Option<String> {
        if count(self.seated.len()) > self.capacity {
            return Some(format!(
                "{} seats are taken of {}",
                self.seated.len(),
                self.capacity
            ));
        }
        let above = self.shares.iter().find(|(organisation, share)| {
            share
                .maximum
                .is_some_and(|maximum| self.taken(**organisation) > maximum)
        });
        above.map(|(organisation, share)| {
            format!(
                "{organisation:?} has {} seats of at most {:?}",
                self.taken(*organisation),
                share.maximum
            )
        })
    }
}
