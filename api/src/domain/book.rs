//! The book of one occasion's seats, kept in memory: who signs up, leaves, waits and moves up, with a ledger
//! row for each movement. It neither reads nor writes; whoever opens it stores what it has done.

use super::seats::{
    self, Capacity, NotTaken, OrganisationKey, Quota, QuotaError, Refusal, Waiting,
};
use chrono::{DateTime, Utc};
use entity::{
    id::{OrganisationId, PartyId, PersonId, SignUpId},
    kind::{MovementCause, OccasionStatus, SeatReason, SignUpStatus},
    seat_movement, seat_quota, sign_up, training_occasion,
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

/// The seats of one occasion and those who wait for them.
#[derive(Clone, Debug)]
pub struct Book {
    occasion: training_occasion::Model,
    seats: seats::Occasion,
    /// The quotas as they are agreed, also of organisations whose agreement has ended.
    agreed: Vec<Quota>,
    ended: BTreeSet<OrganisationKey>,
    /// Who waits and has a confirmed place elsewhere at the same time: moves up when that has been given back.
    busy: BTreeSet<PersonId>,
    waiting: Vec<sign_up::Model>,
    movements: Vec<seat_movement::Model>,
    made: Vec<sign_up::Model>,
    /// Sign-ups that were there before and have changed: what they have become.
    changed: BTreeMap<SignUpId, sign_up::Model>,
}

impl Book {
    /// The book of an occasion, with its quotas and those who wait, in their order.
    ///
    /// Organisations whose agreement has `ended` keep the seats that they have and get no more: nothing is kept
    /// for them, and in line they are passed over.
    pub fn open(
        occasion: training_occasion::Model,
        quotas: &[seat_quota::Model],
        waiting: Vec<sign_up::Model>,
        ended: &BTreeSet<OrganisationId>,
    ) -> Result<Self, Inconsistent> {
        let agreed: Vec<Quota> = quotas.iter().map(quota).collect::<Result<_, _>>()?;
        let mut seats = seats::Occasion {
            capacity: Capacity::try_from(occasion.capacity).map_err(|_| Inconsistent)?,
            quotas: agreed.clone(),
        };
        let ended: BTreeSet<OrganisationKey> = ended.iter().map(|id| id.uuid()).collect();
        freeze(&mut seats.quotas, &ended);
        Ok(Self {
            seats,
            agreed,
            ended,
            busy: BTreeSet::new(),
            occasion,
            waiting,
            movements: Vec::new(),
            made: Vec::new(),
            changed: BTreeMap::new(),
        })
    }

    /// Lets nobody move up who has a confirmed place elsewhere at the same time.
    pub fn keep_in_line(&mut self, busy: BTreeSet<PersonId>) {
        self.busy = busy;
    }

    /// Those who wait, in their order.
    #[must_use]
    pub fn waiting(&self) -> &[sign_up::Model] {
        &self.waiting
    }

    /// The occasion with its counters as they are now.
    #[must_use]
    pub fn occasion(&self) -> &training_occasion::Model {
        &self.occasion
    }

    /// The quotas to store: as agreed, with what is taken now.
    #[must_use]
    pub fn quotas(&self) -> Vec<Quota> {
        let agreed = |quota: &Quota| {
            let same = |agreed: &&Quota| agreed.organisation == quota.organisation;
            let open = Quota::open(quota.organisation);
            Quota {
                taken: quota.taken,
                ..*self.agreed.iter().find(same).unwrap_or(&open)
            }
        };
        self.seats.quotas.iter().map(agreed).collect()
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
        match party {
            Party::Separate => people
                .iter()
                .flat_map(|person| self.sign_up_party(organisation, &[*person], None, act))
                .collect(),
            Party::Together => {
                let party = (people.len() > 1).then(PartyId::new);
                self.sign_up_party(organisation, people, party, act)
            }
        }
    }

    fn sign_up_party(
        &mut self,
        organisation: OrganisationId,
        people: &[Option<PersonId>],
        party: Option<PartyId>,
        act: Act,
    ) -> Vec<SignUpId> {
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
                };
                let change = if reason.is_none() { (1, 0) } else { (0, 1) };
                self.record(&row, MovementCause::SignUp, change, act);
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

    /// Takes sign-ups out because the occasion is not held; nobody moves up.
    pub fn cancel(&mut self, rows: &[sign_up::Model], act: Act) -> Result<(), Inconsistent> {
        self.end_all(rows, MovementCause::Cancellation, act)
    }

    /// Puts another person of the same organisation in a sign-up's place, or a name on a held seat.
    pub fn replace(&mut self, row: &sign_up::Model, person: PersonId, act: Act) {
        let mut row = row.clone();
        row.person_id = Some(person);
        self.record(&row, MovementCause::Replacement, (0, 0), act);
        self.remember(row);
    }

    /// Changes how many seats there are; never below what is taken or guaranteed.
    pub fn set_capacity(&mut self, wanted: Capacity, act: Act) -> Result<(), Vec<QuotaError>> {
        self.seats.change_capacity(wanted, act.at)?;
        self.occasion.capacity = i32::try_from(wanted.seats()).unwrap_or(i32::MAX);
        self.settle(act);
        Ok(())
    }

    /// Replaces the agreed quotas; what is taken stays taken.
    pub fn set_quotas(&mut self, agreed: &[Quota], act: Act) -> Result<(), Vec<QuotaError>> {
        let mut quotas = agreed.to_vec();
        for held in &self.seats.quotas {
            let same = |quota: &&mut Quota| quota.organisation == held.organisation;
            match quotas.iter_mut().find(same) {
                Some(quota) => quota.taken = held.taken,
                None => quotas.push(Quota {
                    taken: held.taken,
                    ..Quota::open(held.organisation)
                }),
            }
        }
        seats::validate_quotas(self.seats.capacity, &quotas, act.at)?;
        self.agreed.clone_from(&quotas);
        freeze(&mut quotas, &self.ended);
        self.seats.quotas = quotas;
        self.settle(act);
        Ok(())
    }

    /// Lets those who wait move up, in order, as far as their organisations may use the seats. Nobody moves up
    /// once the occasion has begun, or when it is cancelled.
    pub fn settle(&mut self, act: Act) {
        if act.at >= self.occasion.starts_at || self.occasion.status == OccasionStatus::Cancelled {
            return;
        }
        let line = self.queue();
        let (busy, queue): (Vec<Waiting>, Vec<Waiting>) =
            line.iter().partition(|waiting| self.is_busy(waiting.party));
        let promotion = self.seats.promote(&queue, act.at);
        let place = |party| line.iter().position(|waiting| waiting.party == party);
        let Some(last) = promotion.promoted.last().and_then(|party| place(*party)) else {
            return;
        };
        let refused = promotion.passed_over.into_iter();
        let mut passed_over: Vec<_> = refused
            .map(|(party, refusal)| (party, seat_reason(refusal)))
            .collect();
        let let_past = busy
            .iter()
            .filter(|waiting| place(waiting.party) < Some(last));
        passed_over.extend(let_past.map(|waiting| (waiting.party, SeatReason::BusyElsewhere)));
        passed_over.sort_by_key(|(party, _)| place(*party));
        for (party, reason) in passed_over {
            for mut row in self.members(party) {
                row.reason = Some(reason);
                self.record(&row, MovementCause::PassedOver, (0, 0), act);
                self.remember(row);
            }
        }
        for party in promotion.promoted {
            for mut row in self.members(party) {
                self.waiting.retain(|waiting| waiting.id != row.id);
                row.status = SignUpStatus::Confirmed;
                row.reason = None;
                row.confirmed_at = Some(act.at);
                self.record(&row, MovementCause::Promotion, (1, -1), act);
                self.remember(row);
            }
        }
    }

    /// The line: a party stands where its first member does.
    fn queue(&self) -> Vec<Waiting> {
        let mut queue: Vec<Waiting> = Vec::new();
        for row in &self.waiting {
            let party = party_of(row);
            match queue.iter_mut().find(|waiting| waiting.party == party) {
                Some(waiting) => waiting.seats += 1,
                None => queue.push(Waiting {
                    party,
                    organisation: row.organisation_id.uuid(),
                    seats: 1,
                }),
            }
        }
        queue
    }

    fn is_busy(&self, party: seats::PartyKey) -> bool {
        self.waiting
            .iter()
            .filter(|row| party_of(row) == party)
            .any(|row| {
                row.person_id
                    .is_some_and(|person| self.busy.contains(&person))
            })
    }

    fn members(&self, party: seats::PartyKey) -> Vec<sign_up::Model> {
        self.waiting
            .iter()
            .filter(|row| party_of(row) == party)
            .cloned()
            .collect()
    }

    fn end_all(
        &mut self,
        rows: &[sign_up::Model],
        cause: MovementCause,
        act: Act,
    ) -> Result<(), Inconsistent> {
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
            SignUpStatus::Confirmed => {
                self.seats.give_back(row.organisation_id.uuid(), 1)?;
                // The seat goes to others, not to the next of an organisation whose agreement has ended.
                freeze(&mut self.seats.quotas, &self.ended);
                (-1, 0)
            }
            SignUpStatus::Waitlisted => {
                self.waiting.retain(|waiting| waiting.id != row.id);
                (0, -1)
            }
            SignUpStatus::Withdrawn | SignUpStatus::Cancelled => return Ok(()),
        };
        row.status = match cause {
            MovementCause::Withdrawal => SignUpStatus::Withdrawn,
            _ => SignUpStatus::Cancelled,
        };
        row.reason = None;
        row.ended_at = Some(act.at);
        self.record(&row, cause, change, act);
        self.remember(row);
        Ok(())
    }

    /// Keeps a changed sign-up, where it was made if it was made here.
    fn remember(&mut self, row: sign_up::Model) {
        if let Some(waiting) = self.waiting.iter_mut().find(|waiting| waiting.id == row.id) {
            waiting.clone_from(&row);
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
        });
    }
}

/// Keeps nothing for organisations whose agreement has ended, and lets them take nothing more.
fn freeze(quotas: &mut Vec<Quota>, ended: &BTreeSet<OrganisationKey>) {
    for organisation in ended {
        if quotas
            .iter()
            .all(|quota| quota.organisation != *organisation)
        {
            quotas.push(Quota::open(*organisation));
        }
    }
    for quota in quotas {
        if ended.contains(&quota.organisation) {
            quota.guaranteed = 0;
            quota.maximum = Some(quota.taken);
        }
    }
}

/// What a sign-up waits as: its party, or itself.
fn party_of(row: &sign_up::Model) -> seats::PartyKey {
    row.party_id.map_or(row.id.uuid(), PartyId::uuid)
}

fn quota(row: &seat_quota::Model) -> Result<Quota, Inconsistent> {
    let count = |column: i32| u32::try_from(column).map_err(|_| Inconsistent);
    Ok(Quota {
        organisation: row.organisation_id.uuid(),
        guaranteed: count(row.guaranteed)?,
        maximum: row.maximum.map(count).transpose()?,
        release_at: row.release_at,
        taken: count(row.taken)?,
    })
}

/// The API's name for why there is no seat.
fn seat_reason(refusal: Refusal) -> SeatReason {
    match refusal {
        Refusal::OccasionFull => SeatReason::OccasionFull,
        Refusal::QuotaOfOrganisationFull => SeatReason::QuotaOfOrganisationFull,
        Refusal::SeatsGuaranteedToOthers => SeatReason::SeatsGuaranteedToOthers,
    }
}

#[cfg(test)]
mod tests;
