//! The book of one occasion's seats, kept in memory: who signs up, leaves, waits and moves up, with a ledger
//! row for each movement. It neither reads nor writes; whoever opens it stores what it has done.

mod line;
mod terms;

pub use terms::{NotedTerms, Terms};

use super::seats::{self, Capacity, KindQuota, NotTaken, Quota, QuotaError, Refusal};
use chrono::{DateTime, Utc};
use entity::{
    id::{OrganisationId, PartyId, PersonId, SignUpId},
    kind::{MovementCause, OrganisationKind, SeatReason, SignUpStatus},
    kind_quota, seat_movement, seat_quota, sign_up, training_occasion,
};
use std::collections::{BTreeMap, BTreeSet};

/// Who does something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; none for a service or a job.
    pub by: Option<PersonId>,
}

/// Whether those who sign up in one go also get their seats in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// Each gets a seat or waits alone.
    Separate,
    /// All get seats, or all wait as one.
    Together,
}

/// The counters and the rows of an occasion do not fit together: a fault of whoever stored them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored seats of the occasion cannot be right")]
pub struct Inconsistent;

impl From<NotTaken> for Inconsistent {
    fn from(_: NotTaken) -> Self {
        Self
    }
}

/// An organisation that has to do with an occasion's seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partner {
    /// The organisation.
    pub organisation: OrganisationId,
    /// What sort of organisation it is.
    pub kind: OrganisationKind,
    /// Whether its agreement has ended: it keeps the seats that it has and gets no more, nothing is kept for it,
    /// and in line it is passed over.
    pub ended: bool,
}

/// What is stored of an occasion's seats, besides the occasion itself.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The quotas of organisations.
    pub quotas: Vec<seat_quota::Model>,
    /// The quotas of kinds of organisations.
    pub kinds: Vec<kind_quota::Model>,
    /// Those who wait and those who are offered a seat, in the order in which they came.
    pub line: Vec<sign_up::Model>,
    /// The organisations that have a quota or stand in line.
    pub partners: Vec<Partner>,
}

/// The seats of one occasion and those who wait for them.
#[derive(Clone, Debug)]
pub struct Book {
    occasion: training_occasion::Model,
    seats: seats::Occasion,
    /// Who waits and cannot take a seat now, and why: taken up elsewhere at the same time, or no longer with the
    /// organisation. Moves up when that has changed.
    kept: BTreeMap<PersonId, SeatReason>,
    waiting: Vec<sign_up::Model>,
    offered: Vec<sign_up::Model>,
    movements: Vec<seat_movement::Model>,
    noted: Vec<NotedTerms>,
    made: Vec<sign_up::Model>,
    /// Sign-ups that were there before and have changed: what they have become.
    changed: BTreeMap<SignUpId, sign_up::Model>,
}

impl Book {
    /// The book of an occasion as it is stored.
    pub fn open(occasion: training_occasion::Model, given: Given) -> Result<Self, Inconsistent> {
        let ended = given.partners.iter().filter(|partner| partner.ended);
        let seats = seats::Occasion {
            capacity: Capacity::try_from(occasion.capacity).map_err(|_| Inconsistent)?,
            quotas: given.quotas.iter().map(quota).collect::<Result<_, _>>()?,
            kinds: given
                .kinds
                .iter()
                .map(quota_of_kind)
                .collect::<Result<_, _>>()?,
            ended: ended.map(|partner| partner.organisation.uuid()).collect(),
            kind_of: BTreeMap::new(),
        };
        let (offered, waiting) = given
            .line
            .into_iter()
            .partition(|row| row.status == SignUpStatus::Offered);
        let mut book = Self {
            occasion,
            seats,
            kept: BTreeMap::new(),
            waiting,
            offered,
            movements: Vec::new(),
            noted: Vec::new(),
            made: Vec::new(),
            changed: BTreeMap::new(),
        };
        for partner in &given.partners {
            book.introduce(partner.organisation, partner.kind);
        }
        Ok(book)
    }

    /// Tells which kind of organisation somebody who is to be signed up comes from.
    pub fn introduce(&mut self, organisation: OrganisationId, kind: OrganisationKind) {
        self.seats.kind_of.insert(organisation.uuid(), kind);
    }

    /// Tells of an organisation that has had nothing to do with the occasion yet, and whether it may have more.
    pub fn meet(&mut self, partner: &Partner) {
        self.introduce(partner.organisation, partner.kind);
        if partner.ended {
            self.seats.ended.insert(partner.organisation.uuid());
        }
    }

    /// Lets nobody move up who cannot take a seat now, for one of the [reasons for it](SeatReason::of_the_person).
    pub fn keep_in_line(&mut self, kept: BTreeMap<PersonId, SeatReason>) {
        self.kept = kept;
    }

    /// Those who wait, in their order.
    #[must_use]
    pub fn waiting(&self) -> &[sign_up::Model] {
        &self.waiting
    }

    /// How many seats the organisation could take now.
    #[must_use]
    pub fn free_for(&self, organisation: OrganisationId, now: DateTime<Utc>) -> u32 {
        self.seats.free_for(organisation.uuid(), now)
    }

    /// The occasion with its counters as they are now.
    #[must_use]
    pub fn occasion(&self) -> &training_occasion::Model {
        &self.occasion
    }

    /// The quotas to store, with what is taken now.
    #[must_use]
    pub fn quotas(&self) -> &[Quota] {
        &self.seats.quotas
    }

    /// The quotas of kinds to store, each with what is taken now.
    pub fn kinds(&self) -> impl Iterator<Item = (KindQuota, u32)> {
        let kinds = self.seats.kinds.iter();
        kinds.map(|quota| (*quota, self.seats.taken_by_kind(quota.kind)))
    }

    /// The terms that the ledger did not know when the book was opened.
    #[must_use]
    pub fn noted_terms(&self) -> &[NotedTerms] {
        &self.noted
    }

    /// The ledger rows since the book was opened.
    #[must_use]
    pub fn movements(&self) -> &[seat_movement::Model] {
        &self.movements
    }

    /// The sign-ups that were made since the book was opened, as they are now.
    #[must_use]
    pub fn made(&self) -> &[sign_up::Model] {
        &self.made
    }

    /// The sign-ups that were there before and have changed, as they are now.
    pub fn changed(&self) -> impl Iterator<Item = &sign_up::Model> {
        self.changed.values()
    }

    /// The sign-up as it has become since the book was opened.
    #[must_use]
    pub fn current(&self, row: sign_up::Model) -> sign_up::Model {
        let made = self.made.iter().find(|made| made.id == row.id);
        made.or_else(|| self.changed.get(&row.id))
            .cloned()
            .unwrap_or(row)
    }

    /// Gives people of one organisation seats, or places at the end of the line with the reason. A seat can be
    /// held without a name.
    pub fn sign_up(
        &mut self,
        organisation: OrganisationId,
        people: &[Option<PersonId>],
        party: Party,
        act: Act,
    ) -> Vec<SignUpId> {
        self.enter(organisation, people, party, MovementCause::SignUp, act)
    }

    /// The same, whatever the cause.
    pub fn enter(
        &mut self,
        organisation: OrganisationId,
        people: &[Option<PersonId>],
        party: Party,
        cause: MovementCause,
        act: Act,
    ) -> Vec<SignUpId> {
        match party {
            Party::Separate => people
                .iter()
                .flat_map(|person| self.enter_party(organisation, &[*person], None, cause, act))
                .collect(),
            Party::Together => {
                let party = (people.len() > 1).then(PartyId::new);
                self.enter_party(organisation, people, party, cause, act)
            }
        }
    }

    fn enter_party(
        &mut self,
        organisation: OrganisationId,
        people: &[Option<PersonId>],
        party: Option<PartyId>,
        cause: MovementCause,
        act: Act,
    ) -> Vec<SignUpId> {
        self.note_terms(act);
        let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
        let outcome = self.seats.take(organisation.uuid(), count, act.at);
        let reason = outcome.err().map(seat_reason);
        people
            .iter()
            .map(|person| {
                let row = sign_up::Model {
                    id: SignUpId::new(),
                    occasion_id: self.occasion.id,
                    organisation_id: organisation,
                    person_id: *person,
                    party_id: party,
                    status: match reason {
                        None => SignUpStatus::Confirmed,
                        Some(_) => SignUpStatus::Waitlisted,
                    },
                    number: self.occasion.movements + 1,
                    reason,
                    created_at: act.at,
                    created_by: act.by,
                    confirmed_at: reason.is_none().then_some(act.at),
                    ended_at: None,
                    offer_expires_at: None,
                };
                let change = if reason.is_none() { (1, 0) } else { (0, 1) };
                self.record(&row, cause, change, act);
                if reason.is_some() {
                    self.waiting.push(row.clone());
                }
                let id = row.id;
                self.made.push(row);
                id
            })
            .collect()
    }

    /// Takes a sign-up out, whatever the cause; whoever waits moves up.
    pub fn give_back(
        &mut self,
        row: &sign_up::Model,
        cause: MovementCause,
        act: Act,
    ) -> Result<(), Inconsistent> {
        self.give_back_all(std::slice::from_ref(row), cause, act)
    }

    /// Takes sign-ups out that end at the same time; only then whoever waits moves up.
    pub fn give_back_all(
        &mut self,
        rows: &[sign_up::Model],
        cause: MovementCause,
        act: Act,
    ) -> Result<(), Inconsistent> {
        self.end_all(rows, cause, act)?;
        self.settle(act);
        Ok(())
    }

    /// Takes sign-ups out because the occasion is not held, whatever becomes of them; nobody moves up.
    pub fn cancel(
        &mut self,
        rows: &[sign_up::Model],
        cause: MovementCause,
        act: Act,
    ) -> Result<(), Inconsistent> {
        self.end_all(rows, cause, act)
    }

    /// Puts another person of the same organisation in a sign-up's place, or a name on a held seat.
    pub fn replace(&mut self, row: &sign_up::Model, person: PersonId, act: Act) {
        let mut row = row.clone();
        row.person_id = Some(person);
        self.record(&row, MovementCause::Replacement, (0, 0), act);
        self.remember(row);
    }

    /// Changes how many seats there are; never below what is taken or guaranteed.
    pub fn set_capacity(&mut self, wanted: Capacity, act: Act) -> Result<(), QuotaError> {
        self.seats.change_capacity(wanted, act.at)?;
        self.occasion.capacity = i32::try_from(wanted.seats()).unwrap_or(i32::MAX);
        self.settle(act);
        Ok(())
    }

    /// Replaces the agreed quotas; what is taken stays taken.
    pub fn set_quotas(
        &mut self,
        agreed: &[Quota],
        kinds: &[KindQuota],
        act: Act,
    ) -> Result<(), Vec<QuotaError>> {
        let mut wanted = seats::Occasion {
            quotas: agreed.to_vec(),
            kinds: kinds.to_vec(),
            // An agreement may be made again: its guarantee counts like the others.
            ended: BTreeSet::new(),
            ..self.seats.clone()
        };
        for held in &self.seats.quotas {
            let same = |quota: &&mut Quota| quota.organisation == held.organisation;
            match wanted.quotas.iter_mut().find(same) {
                Some(quota) => quota.taken = held.taken,
                None => wanted.quotas.push(Quota {
                    taken: held.taken,
                    ..Quota::open(held.organisation)
                }),
            }
        }
        wanted.validate(act.at)?;
        wanted.ended = std::mem::take(&mut self.seats.ended);
        self.seats = wanted;
        self.occasion.shares_by_kind = !kinds.is_empty();
        self.settle(act);
        Ok(())
    }

    fn end_all(
        &mut self,
        rows: &[sign_up::Model],
        cause: MovementCause,
        act: Act,
    ) -> Result<(), Inconsistent> {
        self.note_terms(act);
        for row in rows {
            let row = self.current(row.clone());
            self.end(&row, cause, act)?;
        }
        Ok(())
    }

    fn end(
        &mut self,
        row: &sign_up::Model,
        cause: MovementCause,
        act: Act,
    ) -> Result<(), Inconsistent> {
        let mut row = row.clone();
        let change = match row.status {
            SignUpStatus::Confirmed | SignUpStatus::Offered => {
                self.seats.give_back(row.organisation_id.uuid(), 1)?;
                self.offered.retain(|offered| offered.id != row.id);
                (-1, 0)
            }
            SignUpStatus::Waitlisted => {
                self.waiting.retain(|waiting| waiting.id != row.id);
                (0, -1)
            }
            SignUpStatus::Withdrawn | SignUpStatus::Cancelled | SignUpStatus::Expired => {
                return Ok(());
            }
        };
        row.status = match cause {
            MovementCause::Withdrawal | MovementCause::OfferDeclined => SignUpStatus::Withdrawn,
            MovementCause::OfferExpired => SignUpStatus::Expired,
            _ => SignUpStatus::Cancelled,
        };
        row.reason = None;
        row.offer_expires_at = None;
        row.ended_at = Some(act.at);
        self.record(&row, cause, change, act);
        self.remember(row);
        Ok(())
    }

    /// Keeps a changed sign-up, where it was made if it was made here.
    fn remember(&mut self, row: sign_up::Model) {
        let mut line = self.waiting.iter_mut().chain(&mut self.offered);
        if let Some(standing) = line.find(|standing| standing.id == row.id) {
            standing.clone_from(&row);
        }
        match self.made.iter_mut().find(|made| made.id == row.id) {
            Some(made) => *made = row,
            None => {
                self.changed.insert(row.id, row);
            }
        }
    }

    fn record(
        &mut self,
        row: &sign_up::Model,
        cause: MovementCause,
        (seats, waiting): (i32, i32),
        act: Act,
    ) {
        self.occasion.movements += 1;
        self.occasion.taken += seats;
        self.occasion.waiting += waiting;
        self.movements.push(seat_movement::Model {
            occasion_id: self.occasion.id,
            number: self.occasion.movements,
            organisation_id: row.organisation_id,
            sign_up_id: row.id,
            cause,
            seats,
            waiting,
            reason: row.reason,
            at: act.at,
            actor_id: act.by,
            party_id: row.party_id,
            organisation_kind: self.seats.kind_of.get(&row.organisation_id.uuid()).copied(),
        });
    }
}

/// What a sign-up waits as: its party, or itself.
fn party_of(row: &sign_up::Model) -> seats::PartyKey {
    row.party_id.map_or(row.id.uuid(), PartyId::uuid)
}

/// An organisation's quota as it is stored.
pub fn quota(row: &seat_quota::Model) -> Result<Quota, Inconsistent> {
    let count = |column: i32| u32::try_from(column).map_err(|_| Inconsistent);
    Ok(Quota {
        organisation: row.organisation_id.uuid(),
        guaranteed: count(row.guaranteed)?,
        maximum: row.maximum.map(count).transpose()?,
        release_at: row.release_at,
        taken: count(row.taken)?,
    })
}

/// The quota of a kind as it is stored.
pub fn quota_of_kind(row: &kind_quota::Model) -> Result<KindQuota, Inconsistent> {
    let count = |column: i32| u32::try_from(column).map_err(|_| Inconsistent);
    Ok(KindQuota {
        kind: row.organisation_kind,
        guaranteed: count(row.guaranteed)?,
        maximum: row.maximum.map(count).transpose()?,
        release_at: row.release_at,
    })
}

/// The API's name for why there is no seat.
#[must_use]
pub fn seat_reason(refusal: Refusal) -> SeatReason {
    match refusal {
        Refusal::QuotaOfOrganisationKindFull => SeatReason::QuotaOfOrganisationKindFull,
        Refusal::OccasionFull => SeatReason::OccasionFull,
        Refusal::QuotaOfOrganisationFull => SeatReason::QuotaOfOrganisationFull,
        Refusal::SeatsGuaranteedToOthers => SeatReason::SeatsGuaranteedToOthers,
    }
}

#[cfg(test)]
mod tests;
