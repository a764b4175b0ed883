//! The narrow door through which somebody is erased: what one organisation holds about a person loses the name.
//!
//! Rows stay, so that counts, ledgers and statistics stay what they were; they refer to a pseudonym from then on.
//! It concerns rows of others (who moves up in line, entries in other organisations' logs), so it reads and
//! writes behind the policies; who may ask is checked before, and nothing of it is given out.

use super::{Viewer, audit::Concern, held::HELD};
use crate::{
    domain::retention::pseudonym,
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry, certificate, completion,
    confidential::Confidential,
    erasure,
    id::{CertificateId, CompletionId, ErasureId, OccasionId, OrganisationId, PersonId, SignUpId},
    kind::{AuditAction, ErasureCause, MovementCause, Role, SignUpRequestStatus, SignUpStatus},
    membership, organisation, participant_need, person, requested_need,
    search_text::{fold, swedish_sort_key},
    seat_holder, sign_up, sign_up_request, training_occasion,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Alias, Expr, LockType, Query},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erased {
    /// Done now.
    Now(erasure::Model),
    /// Done before: nothing was changed.
    Before(erasure::Model),
    /// The organisation has no such member, and never erased one.
    NotAMember,
    /// An organisation keeps at least one administrator.
    LastAdministrator,
}

/// An entry of the log of erasures as the operator keeps it outside the database: one line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
    id: String,
    organisation: String,
    person: String,
    cause: ErasureCause,
    decision: Option<String>,
    request_id: String,
    at: DateTime<Utc>,
}

impl From<&erasure::Model> for Line {
    fn from(row: &erasure::Model) -> Self {
        Self {
            id: row.id.to_string(),
            organisation: row.organisation_id.to_string(),
            person: row.person_id.to_string(),
            cause: row.cause,
            decision: row.decision.clone(),
            request_id: row.request_id.clone(),
            at: row.at,
        }
    }
}

impl Line {
    /// Reads a line.
    pub fn read(line: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(line)
    }

    /// The line as text.
    #[must_use]
    pub fn write(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// What is to be done again; none if an id cannot be one.
    #[must_use]
    pub fn order(&self) -> Option<erasure::Model> {
        Some(erasure::Model {
            id: self.id.parse().ok()?,
            organisation_id: self.organisation.parse().ok()?,
            person_id: self.person.parse().ok()?,
            cause: self.cause,
            decision: self.decision.clone(),
            request_id: self.request_id.clone(),
            at: self.at,
            sign_ups_withdrawn: 0,
            needs_erased: 0,
        })
    }
}

/// Tells the server's log of an erasure that has been committed, so that it is kept outside the database too:
/// as the very line that a replay reads.
pub fn tell(row: &erasure::Model) {
    tracing::info!(erasure = Line::from(row).write(), "erased");
}

impl Viewer {
    /// Erases somebody of the viewer's own organisation, as its administrator. Call it inside a transaction.
    pub async fn erase(&self, person: PersonId, decision: Option<String>) -> Result<Erased> {
        let acting = self.signed_in()?;
        if acting.role < Role::Administrator {
            return Err(Error::Forbidden);
        }
        let organisation = acting.organisation;
        self.carry_out(self.order(organisation, person, ErasureCause::Administrator, decision))
            .await
    }

    /// An entry of the log for an erasure that is about to be done.
    pub(super) fn order(
        &self,
        organisation: OrganisationId,
        person: PersonId,
        cause: ErasureCause,
        decision: Option<String>,
    ) -> erasure::Model {
        erasure::Model {
            id: ErasureId::new(),
            organisation_id: organisation,
            person_id: person,
            cause,
            decision,
            request_id: self.context.request_id.clone(),
            at: self.now(),
            sign_ups_withdrawn: 0,
            needs_erased: 0,
        }
    }

    /// Does what the entry says, unless it has been done, and writes it into the log with what it took.
    pub(super) async fn carry_out(&self, mut order: erasure::Model) -> Result<Erased> {
        let (organisation, person) = (order.organisation_id, order.person_id);
        // Held until the transaction ends: of two administrators who erase each other, the second sees what the
        // first did.
        organisation::Entity::find_by_id(organisation)
            .lock(LockType::NoKeyUpdate)
            .one(&self.db.writer())
            .await?;
        if let Some(before) = self.erased_before(organisation, person).await? {
            return Ok(Erased::Before(before));
        }
        let member = self.membership(organisation, person).await?;
        match &member {
            Some(member) if self.is_last_administrator(member).await? => {
                return Ok(Erased::LastAdministrator);
            }
            None if !self.is_its_guest(organisation, person).await? => {
                return Ok(Erased::NotAMember);
            }
            _ => {}
        }
        order.needs_erased = count(self.erase_needs_of(organisation, person).await?)?;
        self.withdraw_requests(organisation, person).await?;
        order.sign_ups_withdrawn = self.withdraw_all(organisation, person).await?;
        let theirs = Condition::all()
            .add(certificate::Column::OrganisationId.eq(organisation))
            .add(certificate::Column::PersonId.eq(person));
        self.forget_certificate_holders(theirs).await?;
        self.end_roles(organisation, person).await?;
        self.end_places_in_groups(organisation, person).await?;
        self.forget_calendar_feeds(organisation, person).await?;
        self.end_contacts(organisation, person).await?;
        self.reopen_minutes_that_name(person).await?;
        self.replace_by_pseudonym(organisation, person).await?;
        if let Some(member) = member {
            self.unlink(&member, order.at).await?;
        }
        // After the rows have got their pseudonym: like the log of erasures, this says who was erased, and not as whom the
        // person goes from now on.
        let concern = Concern::person(organisation, person);
        self.audit(AuditAction::Erase, vec![concern]).await?;
        erasure::Entity::insert(order.clone().into_active_model().reset_all())
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(Erased::Now(order))
    }

    async fn erased_before(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<Option<erasure::Model>> {
        Ok(erasure::Entity::find()
            .filter(erasure::Column::OrganisationId.eq(organisation))
            .filter(erasure::Column::PersonId.eq(person))
            .one(&self.db.writer())
            .await?)
    }

    /// The membership of somebody who still has a name: whoever has been erased has no address.
    async fn membership(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<Option<membership::Model>> {
        let named = crate::policy::select::<person::Entity>(
            person::Column::Id,
            Condition::all().add(person::Column::Email.ne("")),
        );
        Ok(membership::Entity::find()
            .filter(membership::Column::PersonId.in_subquery(named))
            .filter(membership::Column::OrganisationId.eq(organisation))
            .filter(membership::Column::PersonId.eq(person))
            .one(&self.db.writer())
            .await?)
    }

    /// Whether the organisation has put the person on a seat by name, and nobody has the person as a member.
    async fn is_its_guest(&self, organisation: OrganisationId, person: PersonId) -> Result<bool> {
        use seat_holder::Column as H;
        let writer = self.db.writer();
        let members = membership::Entity::find().filter(membership::Column::PersonId.eq(person));
        if members.count(&writer).await? > 0 {
            return Ok(false);
        }
        let seats = seat_holder::Entity::find()
            .filter(H::PersonId.eq(person))
            .filter(H::AppointedByOrganisationId.eq(organisation))
            .count(&writer)
            .await?;
        Ok(seats > 0)
    }

    /// What the person needed, whichever occasion it was for.
    async fn erase_needs_of(&self, organisation: OrganisationId, person: PersonId) -> Result<u64> {
        let sign_ups = crate::policy::select::<sign_up::Entity>(
            sign_up::Column::Id,
            is_of(organisation, person),
        );
        let done = participant_need::Entity::delete_many()
            .filter(participant_need::Column::SignUpId.in_subquery(sign_ups))
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }

    /// Takes back what the person still asks for, with what the person would have needed; what was said in declining
    /// may name somebody.
    async fn withdraw_requests(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<()> {
        use sign_up_request::Column as R;
        let writer = self.db.writer();
        let own = || {
            Condition::all()
                .add(R::OrganisationId.eq(organisation))
                .add(R::PersonId.eq(person))
        };
        let requests = crate::policy::select::<sign_up_request::Entity>(R::Id, own());
        requested_need::Entity::delete_many()
            .filter(requested_need::Column::RequestId.in_subquery(requests))
            .exec(&writer)
            .await?;
        sign_up_request::Entity::update_many()
            .col_expr(R::Status, Expr::value(SignUpRequestStatus::Withdrawn))
            .col_expr(R::DecidedAt, Expr::value(self.now()))
            .filter(own().add(R::Status.eq(SignUpRequestStatus::Requested)))
            .exec(&writer)
            .await?;
        sign_up_request::Entity::update_many()
            .col_expr(R::Reason, Expr::value(Option::<String>::None))
            .filter(own())
            .exec(&writer)
            .await?;
        Ok(())
    }

    /// Takes the person out of every occasion to come, as a withdrawal: whoever waits moves up.
    async fn withdraw_all(&self, organisation: OrganisationId, person: PersonId) -> Result<i32> {
        let to_come = crate::policy::select::<training_occasion::Entity>(
            training_occasion::Column::Id,
            Condition::all().add(training_occasion::Column::StartsAt.gt(self.now())),
        );
        let standing: Vec<(OccasionId, SignUpId)> = sign_up::Entity::find()
            .select_only()
            .columns([sign_up::Column::OccasionId, sign_up::Column::Id])
            .filter(is_of(organisation, person))
            .filter(sign_up::Column::Status.is_in(SignUpStatus::STANDING))
            .filter(sign_up::Column::OccasionId.in_subquery(to_come))
            // In one order everywhere, so that two erasures cannot wait for each other.
            .order_by_asc(sign_up::Column::OccasionId)
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        let mut withdrawn = 0;
        for (occasion, id) in standing {
            withdrawn += i32::from(self.withdraw_one(occasion, id, person).await?);
        }
        Ok(withdrawn)
    }

    async fn withdraw_one(
        &self,
        occasion: OccasionId,
        id: SignUpId,
        person: PersonId,
    ) -> Result<bool> {
        let mut book = self.seat_book(occasion).await?;
        // Read again now that the occasion is held: somebody may have withdrawn or replaced the person meanwhile.
        let row = sign_up::Entity::find_by_id(id)
            .one(&self.db.writer())
            .await?
            .map(|row| book.current(row))
            .filter(|row| row.person_id == Some(person))
            .filter(|row| SignUpStatus::STANDING.contains(&row.status));
        let Some(row) = row else {
            return Ok(false);
        };
        book.give_back(&row, MovementCause::Withdrawal).await?;
        let concerns = Concern::sign_up(&row).into_iter().collect();
        book.close(AuditAction::Withdraw, concerns).await?;
        Ok(true)
    }

    /// The membership stays, for statistics by unit and kind of work; nobody can sign in by it any more.
    async fn unlink(&self, member: &membership::Model, at: DateTime<Utc>) -> Result<()> {
        use membership::Column as M;
        let until = member.active_until.map_or(at, |until| until.min(at));
        membership::Entity::update_many()
            .col_expr(M::Issuer, Expr::value(Option::<String>::None))
            .col_expr(M::Subject, Expr::value(Option::<String>::None))
            .col_expr(M::ActiveUntil, Expr::value(until.max(member.active_from)))
            .filter(M::Id.eq(member.id))
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }

    /// Puts a pseudonym where the name was: in place, if no other organisation has the person as a member; else
    /// the organisation's rows get a person of their own, and the others keep the name.
    async fn replace_by_pseudonym(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<()> {
        let elsewhere = membership::Entity::find()
            .filter(membership::Column::PersonId.eq(person))
            .filter(membership::Column::OrganisationId.ne(organisation))
            .count(&self.db.writer())
            .await?;
        if elsewhere == 0 {
            return self.rename(person).await;
        }
        let stands_in = PersonId::new();
        self.make_pseudonyms(&[stands_in]).await?;
        self.hand_over(organisation, person, stands_in).await?;
        // What this request has written about places given back would lead from the log of erasures to the pseudonym.
        audit_entry::Entity::update_many()
            .col_expr(
                audit_entry::Column::RequestId,
                Expr::value(stands_in.uuid().simple().to_string()),
            )
            .filter(audit_entry::Column::PersonId.eq(stands_in))
            .filter(audit_entry::Column::RequestId.eq(self.context.request_id.as_str()))
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }

    async fn rename(&self, person: PersonId) -> Result<()> {
        let row = nameless(person);
        row.update(&self.db.writer()).await?;
        Ok(())
    }

    /// New rows that stand for people without naming anybody.
    pub(super) async fn make_pseudonyms(&self, ids: &[PersonId]) -> Result<()> {
        person::Entity::insert_many(ids.iter().copied().map(nameless))
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(())
    }

    /// Lets every row of the organisation that refers to the person refer to another.
    async fn hand_over(
        &self,
        organisation: OrganisationId,
        from: PersonId,
        to: PersonId,
    ) -> Result<()> {
        let writer = self.db.writer();
        let sign_ups: Vec<SignUpId> = sign_up::Entity::find()
            .select_only()
            .column(sign_up::Column::Id)
            .filter(is_of(organisation, from))
            .into_tuple()
            .all(&writer)
            .await?;
        let certificates: Vec<CertificateId> = certificate::Entity::find()
            .select_only()
            .column(certificate::Column::Id)
            .filter(certificate::Column::OrganisationId.eq(organisation))
            .filter(certificate::Column::PersonId.eq(from))
            .into_tuple()
            .all(&writer)
            .await?;
        let completions: Vec<CompletionId> = completion::Entity::find()
            .select_only()
            .column(completion::Column::Id)
            .filter(completion::Column::OrganisationId.eq(organisation))
            .filter(completion::Column::PersonId.eq(from))
            .into_tuple()
            .all(&writer)
            .await?;
        // Also what other organisations' logs say of these sign-ups, completions and certificates.
        let subjects: Vec<String> = sign_ups
            .iter()
            .map(ToString::to_string)
            .chain(certificates.iter().map(ToString::to_string))
            .chain(completions.iter().map(ToString::to_string))
            .collect();
        for column in [audit_entry::Column::PersonId, audit_entry::Column::ActorId] {
            audit_entry::Entity::update_many()
                .col_expr(column, Expr::value(to))
                .filter(column.eq(from))
                .filter(audit_entry::Column::Subject.is_in(subjects.iter().map(String::as_str)))
                .exec(&writer)
                .await?;
        }
        for held in HELD.iter().filter(|held| !held.own_by.is_empty()) {
            let update = Query::update()
                .table(Alias::new(held.table))
                .value(Alias::new(held.column), Expr::value(to))
                .cond_where(held.rows(from, organisation))
                .to_owned();
            writer.execute(&update).await?;
        }
        Ok(())
    }

    /// Does again what the lines of a log of erasures say, oldest first: after a restore from an older backup.
    pub async fn replay_erasures(
        &self,
        lines: &[erasure::Model],
    ) -> Result<BTreeMap<&'static str, usize>> {
        let mut lines: Vec<&erasure::Model> = lines.iter().collect();
        lines.sort_by_key(|line| (line.at, line.id));
        let mut done = BTreeMap::new();
        for line in lines {
            let outcome = self
                .transaction(|viewer| async move { viewer.carry_out(line.clone()).await })
                .await?;
            let word = match outcome {
                Erased::Now(_) => "erased again",
                Erased::Before(_) => "erased already",
                Erased::NotAMember => "not in this database",
                Erased::LastAdministrator => "kept: the organisation's last administrator",
            };
            *done.entry(word).or_default() += 1;
        }
        Ok(done)
    }

    /// The whole log of erasures, oldest first, for the operator.
    pub async fn erasure_log(&self) -> Result<Vec<erasure::Model>> {
        Ok(erasure::Entity::find()
            .order_by_asc(erasure::Column::At)
            .order_by_asc(erasure::Column::Id)
            .all(&self.db.reader())
            .await?)
    }
}

/// The sign-ups of a person for an organisation.
fn is_of(organisation: OrganisationId, person: PersonId) -> Condition {
    Condition::all()
        .add(sign_up::Column::OrganisationId.eq(organisation))
        .add(sign_up::Column::PersonId.eq(person))
}

/// A person's row without a person: the pseudonym, and no address.
fn nameless(id: PersonId) -> person::ActiveModel {
    let name = pseudonym(&id.to_string());
    person::ActiveModel {
        id: Set(id),
        search_name: Set(Confidential::new(fold(&name))),
        sort_name: Set(swedish_sort_key(&name)),
        name: Set(Confidential::new(name)),
        email: Set(Confidential::new(String::new())),
        protected_identity: Set(false),
    }
}

fn count(rows: u64) -> Result<i32> {
    i32::try_from(rows).map_err(Error::internal)
}
