//! The line: who moves up when a seat comes free, directly or by an offer that runs out.

use super::{Act, Book, Inconsistent, party_of, seat_reason};
use crate::domain::{
    seats::{PartyKey, Promotion, Waiting},
    working_hours,
};
use chrono::{DateTime, Utc};
use entity::{
    kind::{MovementCause, OccasionStatus, PromotionMode, SeatReason, SignUpStatus},
    sign_up,
};
use std::collections::BTreeSet;

impl Book {
    /// Lets those who wait move up, in order, as far as their organisations may use the seats. Nobody moves up
    /// once the occasion has begun, or when it is cancelled.
    pub fn settle(&mut self, act: Act) {
        self.note_terms(act);
        if act.at >= self.occasion.starts_at || self.occasion.status == OccasionStatus::Cancelled {
            return;
        }
        let line = self.queue();
        let mut kept: Vec<(Waiting, SeatReason)> = Vec::new();
        let mut queue: Vec<Waiting> = Vec::new();
        for waiting in &line {
            match self.kept_by(waiting.party) {
                Some(reason) => kept.push((*waiting, reason)),
                None => queue.push(*waiting),
            }
        }
        self.note_kept(&kept, &line, act);
        let promotion = self.seats.promote(&queue, act.at);
        let place = |party| line.iter().position(|waiting| waiting.party == party);
        for (party, reason) in passed_over(&promotion, &kept, place) {
            for mut row in self.members(party) {
                row.reason = Some(reason);
                self.record(&row, MovementCause::PassedOver, (0, 0), act);
                self.remember(row);
            }
        }
        let deadline = self.deadline_of_offers(act.at);
        for party in promotion.promoted {
            for row in self.members(party) {
                self.move_up(row, deadline, act);
            }
        }
    }

    /// Ends the offers that nobody answered in time, and passes them on. Whether there was one.
    pub fn expire_offers(&mut self, act: Act) -> Result<bool, Inconsistent> {
        let expired: Vec<sign_up::Model> = self
            .offered
            .iter()
            .filter(|row| row.offer_expires_at.is_some_and(|at| at <= act.at))
            .cloned()
            .collect();
        self.end_all(&expired, MovementCause::OfferExpired, act)?;
        Ok(!expired.is_empty())
    }

    /// Takes the seats that a party is offered: all of its members answer as one.
    pub fn accept_offer(&mut self, rows: &[sign_up::Model], act: Act) {
        for row in rows {
            let mut row = row.clone();
            self.offered.retain(|offered| offered.id != row.id);
            row.status = SignUpStatus::Confirmed;
            row.confirmed_at = Some(act.at);
            row.offer_expires_at = None;
            self.record(&row, MovementCause::OfferAccepted, (0, 0), act);
            self.remember(row);
        }
    }

    /// The sign-ups that are offered seats together with this one.
    #[must_use]
    pub fn offered_with(&self, row: &sign_up::Model) -> Vec<sign_up::Model> {
        let party = party_of(row);
        let offered = self.offered.iter();
        offered
            .filter(|offered| party_of(offered) == party)
            .cloned()
            .collect()
    }

    fn move_up(&mut self, mut row: sign_up::Model, deadline: Option<DateTime<Utc>>, act: Act) {
        self.waiting.retain(|waiting| waiting.id != row.id);
        row.reason = None;
        row.offer_expires_at = deadline;
        if deadline.is_some() {
            row.status = SignUpStatus::Offered;
            self.offered.push(row.clone());
            self.record(&row, MovementCause::Offer, (1, -1), act);
        } else {
            row.status = SignUpStatus::Confirmed;
            row.confirmed_at = Some(act.at);
            self.record(&row, MovementCause::Promotion, (1, -1), act);
        }
        self.remember(row);
    }

    /// Until when an offer stands that is made now; none where seats are given directly. Never longer than until
    /// the occasion begins.
    fn deadline_of_offers(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let occasion = &self.occasion;
        let hours = match occasion.promotion {
            PromotionMode::Direct => return None,
            PromotionMode::Offer => u32::try_from(occasion.offer_working_hours?).ok()?,
        };
        let zone = occasion
            .time_zone
            .parse()
            .unwrap_or(chrono_tz::Europe::Stockholm);
        Some(working_hours::after(now, hours, zone).min(occasion.starts_at))
    }

    /// Notes once who stays in line although a seat is free, because the person cannot take it.
    fn note_kept(&mut self, kept: &[(Waiting, SeatReason)], line: &[Waiting], act: Act) {
        if kept.is_empty() {
            return;
        }
        let could: BTreeSet<PartyKey> = {
            let promotion = self.seats.clone().promote(line, act.at);
            promotion.promoted.into_iter().collect()
        };
        let could = |(waiting, _): &&(Waiting, SeatReason)| could.contains(&waiting.party);
        for (waiting, reason) in kept.iter().filter(could) {
            for mut row in self.members(waiting.party) {
                if row.reason != Some(*reason) {
                    row.reason = Some(*reason);
                    self.record(&row, MovementCause::KeptInLine, (0, 0), act);
                    self.remember(row);
                }
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

    /// Why a party cannot take seats now, because of one of its people.
    fn kept_by(&self, party: PartyKey) -> Option<SeatReason> {
        let mut members = self.waiting.iter().filter(|row| party_of(row) == party);
        members.find_map(|row| self.kept.get(&row.person_id?).copied())
    }

    fn members(&self, party: PartyKey) -> Vec<sign_up::Model> {
        self.waiting
            .iter()
            .filter(|row| party_of(row) == party)
            .cloned()
            .collect()
    }
}

/// Everybody whom somebody further down passed, and why, in the order of the line.
fn passed_over(
    promotion: &Promotion,
    kept: &[(Waiting, SeatReason)],
    place: impl Fn(PartyKey) -> Option<usize>,
) -> Vec<(PartyKey, SeatReason)> {
    let Some(last) = promotion.promoted.last().and_then(|party| place(*party)) else {
        return Vec::new();
    };
    let refused = promotion.passed_over.iter();
    let mut passed_over: Vec<_> = refused
        .map(|(party, refusal)| (*party, seat_reason(*refusal)))
        .collect();
    let let_past = kept
        .iter()
        .filter(|(waiting, _)| place(waiting.party) < Some(last));
    passed_over.extend(let_past.map(|(waiting, reason)| (waiting.party, *reason)));
    passed_over.sort_by_key(|(party, _)| place(*party));
    passed_over
}
