//! The seat book: the narrow door through which seats move.
//!
//! A seat concerns organisations that the viewer may know nothing about: their quotas decide what is free,
//! their colleagues stand in the same line. So the book reads and writes all rows of one occasion, and it
//! gives out only what the viewer's own actions changed. What it does is computed by [`Book`], without I/O;
//! every movement goes into the ledger in the same transaction as the counters.

mod busy;
mod combined;
mod notices;
mod standing;
mod store;
mod survey;
mod transfer;

pub use busy::Hindrance;
pub use standing::{PassedOver, PlaceInLine, Standing};
pub use survey::SeatCounts;

use super::{Permitted, Viewer, audit::Concern};
use crate::{
    domain::{
        book::{Act, Book, Given, Partner, Party},
        seats::{Capacity, KindQuota, Quota, QuotaError},
    },
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use entity::{
    id::{OccasionId, OrganisationId, PersonId, SignUpId},
    kind::{AuditAction, MovementCause, OrganisationKind, SignUpStatus},
    kind_quota, organisation, seat_quota, sign_up, training_occasion,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType,
};
use std::collections::BTreeSet;

/// One occasion's seats, held by this transaction until it ends.
pub struct SeatBook<'v> {
    viewer: &'v Viewer,
    act: Act,
    book: Book,
    needs: Vec<(SignUpId, String)>,
    /// Whether it has been looked up who in line cannot take a seat now: asked only when somebody may move up.
    knows_kept: bool,
    /// Whose turn began after how many movements: what follows of a turn stands in that viewer's log.
    turns: Vec<(Viewer, usize)>,
}

/// Somebody to sign up: a person, or nobody yet for a seat that is held; and what the person needs.
pub struct Entrant {
    /// The person.
    pub person: Option<PersonId>,
    /// What the person needs on the day.
    pub need: Option<String>,
}

impl Viewer {
    /// Opens the book of an occasion that the viewer has read, and holds it until the transaction ends.
    /// What has come free meanwhile goes to those who wait before anybody else is served.
    pub async fn seat_book(&self, occasion: OccasionId) -> Result<SeatBook<'_>> {
        let mut book = self.seat_book_for_turns(occasion).await?;
        book.turn(self).await?;
        Ok(book)
    }

    /// Opens the book for several viewers of one transaction, each of whom takes a turn.
    pub(crate) async fn seat_book_for_turns(&self, occasion: OccasionId) -> Result<SeatBook<'_>> {
        let occasion = training_occasion::Entity::find_by_id(occasion)
            .lock(LockType::NoKeyUpdate)
            .one(&self.db.writer())
            .await?
            .ok_or_else(|| {
                Error::internal("a seat book was opened for an occasion that is gone")
            })?;
        self.open_book(occasion).await
    }

    /// Opens the book of an occasion that the viewer has been permitted to edit: it is held already.
    pub async fn seat_book_of(
        &self,
        occasion: &Permitted<training_occasion::Model>,
    ) -> Result<SeatBook<'_>> {
        let mut book = self.open_book((**occasion).clone()).await?;
        book.turn(self).await?;
        Ok(book)
    }

    async fn open_book(&self, occasion: training_occasion::Model) -> Result<SeatBook<'_>> {
        let act = Act {
            at: self.now(),
            by: self.person(),
        };
        let given = self.given(&occasion).await?;
        let book = Book::open(occasion, given).map_err(Error::internal)?;
        Ok(SeatBook {
            viewer: self,
            act,
            book,
            needs: Vec::new(),
            knows_kept: false,
            turns: Vec::new(),
        })
    }

    /// What is stored of an occasion's seats.
    async fn given(&self, occasion: &training_occasion::Model) -> Result<Given> {
        let writer = self.db.writer();
        let quotas = seat_quota::Entity::find()
            .filter(seat_quota::Column::OccasionId.eq(occasion.id))
            .all(&writer)
            .await?;
        let kinds = if occasion.shares_by_kind {
            kind_quota::Entity::find()
                .filter(kind_quota::Column::OccasionId.eq(occasion.id))
                .all(&writer)
                .await?
        } else {
            Vec::new()
        };
        let line = if occasion.waiting == 0 && occasion.offer_working_hours.is_none() {
            Vec::new()
        } else {
            sign_up::Entity::find()
                .filter(sign_up::Column::OccasionId.eq(occasion.id))
                .filter(
                    sign_up::Column::Status
                        .is_in([SignUpStatus::Waitlisted, SignUpStatus::Offered]),
                )
                .order_by_asc(sign_up::Column::Number)
                .all(&writer)
                .await?
        };
        let partners = self.partners(&quotas, &line).await?;
        Ok(Given {
            quotas,
            kinds,
            line,
            partners,
        })
    }

    /// The organisations with a quota or a place in line.
    async fn partners(
        &self,
        quotas: &[seat_quota::Model],
        line: &[sign_up::Model],
    ) -> Result<Vec<Partner>> {
        let quotas = quotas.iter().map(|quota| quota.organisation_id);
        let concerned = quotas.chain(line.iter().map(|row| row.organisation_id));
        let concerned: BTreeSet<OrganisationId> = concerned.collect();
        if concerned.is_empty() {
            return Ok(Vec::new());
        }
        let found: Vec<(OrganisationId, OrganisationKind, Option<DateTime<Utc>>)> =
            organisation::Entity::find()
                .select_only()
                .column(organisation::Column::Id)
                .column(organisation::Column::Kind)
                .column(organisation::Column::PartnerUntil)
                .filter(organisation::Column::Id.is_in(concerned))
                .into_tuple()
                .all(&self.db.writer())
                .await?;
        let now = self.now();
        let partner = |(organisation, kind, until): (_, _, Option<DateTime<Utc>>)| Partner {
            organisation,
            kind,
            ended: until.is_some_and(|until| until <= now),
        };
        Ok(found.into_iter().map(partner).collect())
    }
}

impl SeatBook<'_> {
    /// The occasion as it stands, locked.
    #[must_use]
    pub fn occasion(&self) -> &training_occasion::Model {
        self.book.occasion()
    }

    /// The sign-up as it has become since the book was opened.
    #[must_use]
    pub fn current(&self, row: sign_up::Model) -> sign_up::Model {
        self.book.current(row)
    }

    /// Those of the persons who already have a place here, confirmed or waiting.
    pub async fn already_signed_up(&self, persons: &[PersonId]) -> Result<Vec<PersonId>> {
        let rows = sign_up::Entity::find()
            .filter(sign_up::Column::OccasionId.eq(self.occasion().id))
            .filter(sign_up::Column::PersonId.is_in(persons.iter().copied()))
            .filter(sign_up::Column::Status.is_in(SignUpStatus::STANDING))
            .all(&self.viewer.db.writer())
            .await?;
        Ok(rows.into_iter().filter_map(|row| row.person_id).collect())
    }

    /// Gives people of one organisation seats, or places at the end of the line with the reason.
    pub fn sign_up(
        &mut self,
        organisation: OrganisationId,
        entrants: Vec<Entrant>,
        party: Party,
    ) -> Vec<SignUpId> {
        let people: Vec<_> = entrants.iter().map(|entrant| entrant.person).collect();
        let ids = self.book.sign_up(organisation, &people, party, self.act);
        let needs = ids.iter().copied().zip(entrants);
        self.needs
            .extend(needs.filter_map(|(id, entrant)| Some((id, entrant.need?))));
        ids
    }

    /// Takes a sign-up out, whatever the cause, and lets those who wait move up.
    pub async fn give_back(&mut self, row: &sign_up::Model, cause: MovementCause) -> Result<()> {
        self.know_kept().await?;
        self.book
            .give_back(row, cause, self.act)
            .map_err(Error::internal)
    }

    /// Takes sign-ups out that end at the same time, and then lets those who wait move up.
    pub(crate) async fn give_back_all(
        &mut self,
        rows: &[sign_up::Model],
        cause: MovementCause,
    ) -> Result<()> {
        self.know_kept().await?;
        self.book
            .give_back_all(rows, cause, self.act)
            .map_err(Error::internal)
    }

    /// Puts another person in a sign-up's place, or a name on a held seat; what the one before needed is
    /// forgotten.
    pub async fn replace(&mut self, row: &sign_up::Model, entrant: Entrant) -> Result<()> {
        self.know_kept().await?;
        if let Some(person) = entrant.person {
            self.book.replace(row, person, self.act);
            // Somebody who was busy elsewhere may have given way to somebody who is not.
            self.book.settle(self.act);
        }
        self.needs.extend(entrant.need.map(|need| (row.id, need)));
        Ok(())
    }

    /// Takes every sign-up out, because the occasion is not held. Who was signed up, for the audit log.
    pub(crate) async fn cancel_all(&mut self) -> Result<Vec<Concern>> {
        let rows = self.standing_sign_ups().await?;
        self.book
            .cancel(&rows, MovementCause::Cancellation, self.act)
            .map_err(Error::internal)?;
        Ok(rows.iter().filter_map(Concern::sign_up).collect())
    }

    /// Every place at the occasion, confirmed or waiting, in the order in which they were made.
    async fn standing_sign_ups(&self) -> Result<Vec<sign_up::Model>> {
        Ok(sign_up::Entity::find()
            .filter(sign_up::Column::OccasionId.eq(self.occasion().id))
            .filter(sign_up::Column::Status.is_in(SignUpStatus::STANDING))
            .order_by_asc(sign_up::Column::Number)
            .all(&self.viewer.db.writer())
            .await?)
    }

    /// Changes how many seats there are; never below what is taken or guaranteed.
    pub async fn set_capacity(&mut self, wanted: Capacity) -> Result<Result<(), QuotaError>> {
        self.know_kept().await?;
        Ok(self.book.set_capacity(wanted, self.act))
    }

    /// Tells of which kind organisations are that have had nothing to do with the occasion yet.
    pub fn introduce(&mut self, organisations: &[(OrganisationId, OrganisationKind)]) {
        for (organisation, kind) in organisations {
            self.book.introduce(*organisation, *kind);
        }
    }

    /// How many seats the organisation could take now.
    #[must_use]
    pub fn free_for(&self, organisation: OrganisationId) -> usize {
        let free = self.book.free_for(organisation, self.act.at);
        usize::try_from(free).unwrap_or(usize::MAX)
    }

    /// Replaces the agreed quotas; what is taken stays taken.
    pub async fn set_quotas(
        &mut self,
        agreed: &[Quota],
        kinds: &[KindQuota],
    ) -> Result<Result<(), Vec<QuotaError>>> {
        self.know_kept().await?;
        Ok(self.book.set_quotas(agreed, kinds, self.act))
    }

    /// The sign-ups that are offered seats together with this one: they answer as one.
    #[must_use]
    pub fn offered_with(&self, row: &sign_up::Model) -> Vec<sign_up::Model> {
        self.book.offered_with(row)
    }

    /// Takes the seats that a party is offered.
    pub fn accept_offer(&mut self, party: &[sign_up::Model]) {
        self.book.accept_offer(party, self.act);
    }

    /// Looks up who in line cannot take a seat now, before anybody moves up.
    async fn know_kept(&mut self) -> Result<()> {
        if !self.knows_kept {
            let occasion = self.book.occasion().id;
            let kept = self
                .viewer
                .kept_in_line(occasion, self.book.waiting())
                .await?;
            self.book.keep_in_line(kept);
            self.knows_kept = true;
        }
        Ok(())
    }

    /// Who was signed up since the book was opened, for the audit log.
    pub(crate) fn entered(&self) -> Vec<Concern> {
        self.book
            .made()
            .iter()
            .filter_map(Concern::sign_up)
            .collect()
    }

    /// Whether anything has happened since the book was opened.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        !self.book.movements().is_empty()
    }

    /// How many sign-ups moved up from the line, or are offered a seat, since the book was opened.
    #[must_use]
    pub fn promotions(&self) -> usize {
        let movements = self.book.movements().iter();
        movements.filter(|row| is_promotion(row.cause)).count()
    }

    /// Writes everything: sign-ups, counters, ledger, notices, and the audit log: what was done about whom, and who
    /// moved up by it.
    pub(crate) async fn close(self, action: AuditAction, concerns: Vec<Concern>) -> Result<()> {
        self.close_turns(action, vec![concerns]).await
    }
}

/// Whether a movement gives a seat to somebody who waited.
fn is_promotion(cause: MovementCause) -> bool {
    matches!(cause, MovementCause::Promotion | MovementCause::Offer)
}
