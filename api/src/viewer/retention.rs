//! The retention job: what an organisation's own rules say has been kept long enough loses the person, or is
//! removed. Without a rule nothing is touched.

use super::{
    Viewer,
    erasure::{Erased, tell},
    held::{HELD, Held, Who},
};
use crate::{
    domain::retention::due_until,
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry, certificate, completion, erasure,
    id::{
        CertificateId, CompletionId, OrganisationId, PersonId, RetentionActionId, RetentionRunId,
        SignUpId, SignUpRequestId,
    },
    kind::{ErasureCause, NoticeKind, RetentionKind},
    membership, notice, organisation, participant_need, person, requested_need, retention_action,
    retention_rule, retention_run, seat_holder, sign_up, sign_up_request, training_occasion,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{
        Alias, CaseStatement, Expr, ExprTrait, OnConflict, Query, SelectStatement, UpdateStatement,
    },
};
use uuid::Uuid;

/// How many records one transaction takes.
const BATCH: u64 = 200;

/// What one rule of one organisation reaches now, or has reached in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its name, for the operator.
    pub name: String,
    /// What is kept.
    pub kind: RetentionKind,
    /// For how many months.
    pub months: i32,
    /// How many records have been kept for that long.
    pub records: u64,
}

/// A rule, and what it reaches now: all that ended then or before.
#[derive(Clone, Debug)]
struct Rule {
    row: retention_rule::Model,
    until: DateTime<Utc>,
}

impl Viewer {
    /// What a run would do now, rule by rule; it changes nothing.
    pub async fn retention_due(&self) -> Result<Vec<Reached>> {
        let mut due = Vec::new();
        for rule in self.rules().await? {
            let reader = self.db.reader();
            let records = match rule.row.kind {
                RetentionKind::Participation => {
                    named_sign_ups(&rule).count(&reader).await?
                        + named_requests(&rule).count(&reader).await?
                }
                RetentionKind::Completion => named_completions(&rule).count(&reader).await?,
                RetentionKind::Membership => {
                    ended_memberships(&rule).count(&reader).await?
                        + left_guests(&rule).count(&reader).await?
                }
                RetentionKind::AuditLog => old_entries(&rule).count(&reader).await?,
            };
            due.push((rule.row, records));
        }
        self.with_names(due).await
    }

    /// Does what the rules say, and writes into the log what that was. The daily run of a day is done once,
    /// however many processes begin it: none if another has.
    pub async fn retention(&self, day: Option<String>) -> Result<Option<Vec<Reached>>> {
        let Some(run) = self.begin_run(day).await? else {
            return Ok(None);
        };
        let mut done = Vec::new();
        for rule in self.rules().await? {
            let rule = &rule;
            let mut records = 0;
            loop {
                let batch = match rule.row.kind {
                    RetentionKind::Participation => {
                        self.transaction(|viewer| async move { viewer.cut(run, rule).await })
                            .await?
                    }
                    RetentionKind::Completion => {
                        self.transaction(
                            |viewer| async move { viewer.cut_completions(run, rule).await },
                        )
                        .await?
                    }
                    RetentionKind::Membership => self.erase_next(run, rule).await?,
                    RetentionKind::AuditLog => {
                        self.transaction(|viewer| async move { viewer.remove_old(run, rule).await })
                            .await?
                    }
                };
                if batch == 0 {
                    break;
                }
                records += batch;
            }
            done.push((rule.row.clone(), records));
        }
        retention_run::Entity::update_many()
            .col_expr(retention_run::Column::FinishedAt, Expr::value(self.now()))
            .filter(retention_run::Column::Id.eq(run))
            .exec(&self.db.writer())
            .await?;
        Ok(Some(self.with_names(done).await?))
    }

    /// The day that the daily run is of.
    #[must_use]
    pub fn retention_day(&self) -> String {
        self.now().date_naive().to_string()
    }

    async fn begin_run(&self, day: Option<String>) -> Result<Option<RetentionRunId>> {
        use retention_run::Column as R;
        if let Some(day) = &day {
            let found = retention_run::Entity::find().filter(R::Day.eq(day));
            if found.one(&self.db.reader()).await?.is_some() {
                return Ok(None);
            }
        }
        let row = retention_run::Model {
            id: RetentionRunId::new(),
            day,
            started_at: self.now(),
            finished_at: None,
        };
        let id = row.id;
        let begun = retention_run::Entity::insert(row.into_active_model().reset_all())
            .on_conflict(OnConflict::column(R::Day).do_nothing().to_owned())
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok((begun == 1).then_some(id))
    }

    async fn rules(&self) -> Result<Vec<Rule>> {
        use retention_rule::Column as R;
        let rows = retention_rule::Entity::find()
            .order_by_asc(R::OrganisationId)
            .order_by_asc(R::Kind)
            .all(&self.db.reader())
            .await?;
        let rule = |row: retention_rule::Model| {
            due_until(row.months, self.now()).map(|until| Rule { row, until })
        };
        Ok(rows.into_iter().filter_map(rule).collect())
    }

    async fn with_names(&self, rows: Vec<(retention_rule::Model, u64)>) -> Result<Vec<Reached>> {
        let ids = rows.iter().map(|(rule, _)| rule.organisation_id);
        let names: Vec<(OrganisationId, String)> = organisation::Entity::find()
            .select_only()
            .columns([organisation::Column::Id, organisation::Column::Name])
            .filter(organisation::Column::Id.is_in(ids))
            .into_tuple()
            .all(&self.db.reader())
            .await?;
        let names: std::collections::HashMap<_, _> = names.into_iter().collect();
        let reached = |(rule, records): (retention_rule::Model, u64)| Reached {
            name: names
                .get(&rule.organisation_id)
                .cloned()
                .unwrap_or_default(),
            organisation: rule.organisation_id,
            kind: rule.kind,
            months: rule.months,
            records,
        };
        Ok(rows.into_iter().map(reached).collect())
    }

    /// Cuts the link between sign-ups and people. Each sign-up gets a person of its own, so that nobody can tell
    /// which of them were the same; its id is the sign-up's, which needs no table that would tell the way back.
    async fn cut(&self, run: RetentionRunId, rule: &Rule) -> Result<u64> {
        let rows = named_sign_ups(rule)
            .order_by_asc(sign_up::Column::Id)
            .limit(BATCH)
            .all(&self.db.writer())
            .await?;
        let ids: Vec<SignUpId> = rows.iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return self.cut_requests(run, rule).await;
        }
        let stand_ins: Vec<PersonId> = ids.iter().map(|id| stand_in(id.uuid())).collect();
        self.make_pseudonyms(&stand_ins).await?;
        let asked: Vec<(SignUpRequestId, SignUpId)> = sign_up_request::Entity::find()
            .select_only()
            .columns([
                sign_up_request::Column::Id,
                sign_up_request::Column::SignUpId,
            ])
            .filter(sign_up_request::Column::SignUpId.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        let asked: Vec<(SignUpRequestId, PersonId)> = asked
            .into_iter()
            .map(|(request, sign_up)| (request, stand_in(sign_up.uuid())))
            .collect();
        self.cut_notices_of_requests(&asked).await?;
        let placed = ids.iter().map(|id| (id.to_string(), stand_in(id.uuid())));
        let asked = asked.iter().map(|(id, person)| (id.to_string(), *person));
        self.cut_log(placed.chain(asked).collect()).await?;
        self.cut_sign_ups(&ids).await?;
        self.note(run, rule, ids.len() as u64).await?;
        Ok(ids.len() as u64)
    }

    /// Cuts the link between people and what they asked for without getting a place, in the same way.
    async fn cut_requests(&self, run: RetentionRunId, rule: &Rule) -> Result<u64> {
        use sign_up_request::Column as R;
        let ids: Vec<SignUpRequestId> = named_requests(rule)
            .select_only()
            .column(R::Id)
            .order_by_asc(R::Id)
            .limit(BATCH)
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let stands_in = |id: &SignUpRequestId| stand_in(id.uuid());
        self.make_pseudonyms(&ids.iter().map(stands_in).collect::<Vec<_>>())
            .await?;
        self.cut_log(
            ids.iter()
                .map(|id| (id.to_string(), stands_in(id)))
                .collect(),
        )
        .await?;
        requested_need::Entity::delete_many()
            .filter(requested_need::Column::RequestId.is_in(ids.iter().copied()))
            .exec(&self.db.writer())
            .await?;
        let asked: Vec<_> = ids.iter().map(|id| (*id, stands_in(id))).collect();
        self.cut_notices_of_requests(&asked).await?;
        // What was said in declining may name somebody.
        sign_up_request::Entity::update_many()
            .col_expr(R::PersonId, Expr::col(R::Id))
            .col_expr(R::Reason, Expr::value(Option::<String>::None))
            .filter(R::Id.is_in(ids.iter().copied()))
            .exec(&self.db.writer())
            .await?;
        self.note(run, rule, ids.len() as u64).await?;
        Ok(ids.len() as u64)
    }

    /// What those were told who asked; those who were asked to approve remain.
    async fn cut_notices_of_requests(&self, asked: &[(SignUpRequestId, PersonId)]) -> Result<()> {
        use notice::Column as N;
        if asked.is_empty() {
            return Ok(());
        }
        let mut stands_in = CaseStatement::new();
        for (request, person) in asked {
            stands_in = stands_in.case(Expr::col(N::RequestId).eq(*request), Expr::value(*person));
        }
        notice::Entity::update_many()
            .col_expr(N::PersonId, Expr::expr(stands_in))
            .filter(N::RequestId.is_in(asked.iter().map(|(request, _)| *request)))
            .filter(N::PersonId.is_not_null())
            .filter(N::Kind.ne(NoticeKind::SignUpRequested))
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }

    /// What the audit logs say of some things, each by its global id with who stands in from now on, whoever was concerned at
    /// the time.
    async fn cut_log(&self, subjects: Vec<(String, PersonId)>) -> Result<()> {
        use audit_entry::Column as A;
        let mut stands_in = CaseStatement::new();
        for (subject, person) in &subjects {
            let this = Expr::col(A::Subject).eq(subject.as_str());
            stands_in = stands_in.case(this, Expr::value(*person));
        }
        let subjects = subjects.into_iter().map(|(subject, _)| subject);
        let oneself = Expr::col(A::ActorId).eq(Expr::col(A::PersonId));
        let actor = CaseStatement::new()
            .case(oneself, Expr::expr(stands_in.clone()))
            .finally(Expr::col(A::ActorId));
        audit_entry::Entity::update_many()
            .col_expr(A::ActorId, Expr::expr(actor))
            .col_expr(A::PersonId, Expr::expr(stands_in))
            .filter(A::Subject.is_in(subjects))
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }

    /// What hangs on the sign-ups: whoever was in the place at the time, and who did it oneself.
    async fn cut_sign_ups(&self, ids: &[SignUpId]) -> Result<()> {
        let writer = self.db.writer();
        participant_need::Entity::delete_many()
            .filter(participant_need::Column::SignUpId.is_in(ids.iter().copied()))
            .exec(&writer)
            .await?;
        let hanging = |who: Who| {
            let of = move |held: &&Held| held.who == who;
            let with = |held: &'static Held| Some((held, held.sign_up?));
            HELD.iter().filter(of).filter_map(with)
        };
        // Those who did it first, while it can still be told that they were the participants.
        for (held, sign_up) in hanging(Who::Actor) {
            let participants = Query::select()
                .column((Alias::new("place"), sign_up::Column::PersonId))
                .from_as(sign_up::Entity, Alias::new("place"))
                .and_where(
                    Expr::col((Alias::new("place"), sign_up::Column::Id))
                        .equals((Alias::new(held.table), Alias::new(sign_up))),
                )
                .to_owned();
            let oneself = Expr::col((Alias::new(held.table), Alias::new(held.column)))
                .eq(Expr::from(participants));
            writer
                .execute(
                    &stand_in_by(held, sign_up, ids)
                        .and_where(oneself)
                        .to_owned(),
                )
                .await?;
        }
        for (held, sign_up) in hanging(Who::Subject) {
            writer.execute(&stand_in_by(held, sign_up, ids)).await?;
        }
        Ok(())
    }

    /// Cuts the link between completions and people, in the same way.
    async fn cut_completions(&self, run: RetentionRunId, rule: &Rule) -> Result<u64> {
        use completion::Column as C;
        let ids: Vec<CompletionId> = named_completions(rule)
            .select_only()
            .column(C::Id)
            .order_by_asc(C::Id)
            .limit(BATCH)
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let stand_ins = ids.iter().map(|id| PersonId::from_uuid(id.uuid()));
        self.make_pseudonyms(&stand_ins.collect::<Vec<_>>()).await?;
        let theirs =
            Condition::all().add(certificate::Column::CompletionId.is_in(ids.iter().copied()));
        let certificates: Vec<(CertificateId, CompletionId)> = certificate::Entity::find()
            .select_only()
            .columns([certificate::Column::Id, certificate::Column::CompletionId])
            .filter(theirs.clone())
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        let stands_in = |id: CompletionId| stand_in(id.uuid());
        let certified = certificates
            .into_iter()
            .map(|(certificate, completion)| (certificate.to_string(), stands_in(completion)));
        let completed = ids.iter().map(|id| (id.to_string(), stands_in(*id)));
        self.cut_log(completed.chain(certified).collect()).await?;
        self.forget_certificate_holders(theirs.clone()).await?;
        certificate::Entity::update_many()
            .col_expr(
                certificate::Column::PersonId,
                Expr::col(certificate::Column::CompletionId),
            )
            .filter(theirs)
            .exec(&self.db.writer())
            .await?;
        completion::Entity::update_many()
            .col_expr(C::PersonId, Expr::col(C::Id))
            .filter(C::Id.is_in(ids.iter().copied()))
            .exec(&self.db.writer())
            .await?;
        self.note(run, rule, ids.len() as u64).await?;
        Ok(ids.len() as u64)
    }

    /// Erases the next person whose membership ended long enough ago; each in a transaction of its own.
    async fn erase_next(&self, run: RetentionRunId, rule: &Rule) -> Result<u64> {
        let reader = self.db.reader();
        let member = ended_memberships(rule)
            .order_by_asc(membership::Column::Id)
            .one(&reader)
            .await?;
        let next = if let Some(row) = member {
            Some(row.person_id)
        } else {
            let guests = left_guests(rule).order_by_asc(person::Column::Id);
            guests.one(&reader).await?.map(|row| row.id)
        };
        let Some(person) = next else {
            return Ok(0);
        };
        let erased = self
            .transaction(|viewer| async move {
                let order = viewer.order(
                    rule.row.organisation_id,
                    person,
                    ErasureCause::RetentionRule,
                    rule.row.decision.clone(),
                );
                let erased = viewer.carry_out(order).await?;
                if matches!(erased, Erased::Now(_)) {
                    viewer.note(run, rule, 1).await?;
                }
                Ok(erased)
            })
            .await?;
        match erased {
            Erased::Now(row) => {
                tell(&row);
                Ok(1)
            }
            // Another process came first: its run counts it.
            Erased::Before(_) => Ok(0),
            other => Err(Error::internal(format!(
                "a membership that has ended cannot be erased: {other:?}"
            ))),
        }
    }

    async fn remove_old(&self, run: RetentionRunId, rule: &Rule) -> Result<u64> {
        let ids: Vec<entity::id::AuditEntryId> = old_entries(rule)
            .select_only()
            .column(audit_entry::Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let done = audit_entry::Entity::delete_many()
            .filter(audit_entry::Column::Id.is_in(ids))
            .exec(&self.db.writer())
            .await?;
        self.note(run, rule, done.rows_affected).await?;
        Ok(done.rows_affected)
    }

    /// Writes into the log what a batch did, in its transaction: one row a run and rule.
    async fn note(&self, run: RetentionRunId, rule: &Rule, records: u64) -> Result<()> {
        use retention_action::Column as A;
        let records = i32::try_from(records).map_err(Error::internal)?;
        let more = retention_action::Entity::update_many()
            .col_expr(A::Records, Expr::col(A::Records).add(records))
            .filter(A::RunId.eq(run))
            .filter(A::OrganisationId.eq(rule.row.organisation_id))
            .filter(A::Kind.eq(rule.row.kind))
            .exec(&self.db.writer())
            .await?;
        if more.rows_affected == 1 {
            return Ok(());
        }
        let row = retention_action::Model {
            id: RetentionActionId::new(),
            run_id: run,
            organisation_id: rule.row.organisation_id,
            kind: rule.row.kind,
            months: rule.row.months,
            records,
            at: self.now(),
        };
        retention_action::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(())
    }
}

/// Who stands for the person of a sign-up, a request or a completion from now on: known by its id.
fn stand_in(row: Uuid) -> PersonId {
    PersonId::from_uuid(row)
}

/// Lets a column refer to those who stand in for the participants of these sign-ups.
fn stand_in_by(held: &Held, sign_up: &'static str, ids: &[SignUpId]) -> UpdateStatement {
    Query::update()
        .table(Alias::new(held.table))
        .value(Alias::new(held.column), Expr::col(Alias::new(sign_up)))
        .and_where(Expr::col(Alias::new(held.column)).is_not_null())
        .and_where(Expr::col(Alias::new(sign_up)).is_in(ids.iter().copied()))
        .to_owned()
}

/// The sign-ups of the organisation for occasions that ended long enough ago that still name one of its people.
fn named_sign_ups(rule: &Rule) -> Select<sign_up::Entity> {
    sign_up::Entity::find()
        .filter(sign_up::Column::OrganisationId.eq(rule.row.organisation_id))
        .filter(sign_up::Column::OccasionId.in_subquery(ended_occasions(rule)))
        .filter(sign_up::Column::PersonId.in_subquery(people_of(rule)))
}

/// What the organisation's people asked for, and did not get a place by, for occasions that ended long enough ago.
fn named_requests(rule: &Rule) -> Select<sign_up_request::Entity> {
    use sign_up_request::Column as R;
    sign_up_request::Entity::find()
        .filter(R::OrganisationId.eq(rule.row.organisation_id))
        .filter(R::OccasionId.in_subquery(ended_occasions(rule)))
        .filter(R::SignUpId.is_null())
        .filter(R::PersonId.in_subquery(people_of(rule)))
}

/// The occasions that ended long enough ago.
fn ended_occasions(rule: &Rule) -> SelectStatement {
    crate::policy::select::<training_occasion::Entity>(
        training_occasion::Column::Id,
        Condition::all().add(training_occasion::Column::EndsAt.lte(rule.until)),
    )
}

/// The completions of the organisation's people that ran out, or were had if they are valid for good, long enough
/// ago: whole days in UTC.
fn named_completions(rule: &Rule) -> Select<completion::Entity> {
    use completion::Column as C;
    let day = rule.until.date_naive();
    let ended = Condition::any().add(C::ValidUntil.lt(day)).add(
        Condition::all()
            .add(C::ValidUntil.is_null())
            .add(C::CompletedOn.lt(day)),
    );
    completion::Entity::find()
        .filter(C::OrganisationId.eq(rule.row.organisation_id))
        .filter(ended)
        .filter(C::PersonId.in_subquery(people_of(rule)))
}

/// Whoever is or was a member of the organisation; nobody who only stands in for somebody.
fn people_of(rule: &Rule) -> SelectStatement {
    crate::policy::select::<membership::Entity>(
        membership::Column::PersonId,
        Condition::all().add(membership::Column::OrganisationId.eq(rule.row.organisation_id)),
    )
}

/// The memberships that ended long enough ago, of people who have not been erased.
fn ended_memberships(rule: &Rule) -> Select<membership::Entity> {
    // Who has been erased has no address: that stays so, whichever row stands for the person.
    let named = crate::policy::select::<person::Entity>(
        person::Column::Id,
        Condition::all().add(person::Column::Email.ne("")),
    );
    membership::Entity::find()
        .filter(membership::Column::OrganisationId.eq(rule.row.organisation_id))
        .filter(membership::Column::ActiveUntil.lte(rule.until))
        .filter(membership::Column::PersonId.in_subquery(named))
}

/// Whom the organisation has put on seats by name without anybody having them as members, once the last of the seats was
/// left long enough ago: whole days in UTC.
fn left_guests(rule: &Rule) -> Select<person::Entity> {
    use person::Column as P;
    use seat_holder::Column as H;
    let by_it = || Condition::all().add(H::AppointedByOrganisationId.eq(rule.row.organisation_id));
    let put = crate::policy::select::<seat_holder::Entity>(H::PersonId, by_it());
    let still = Condition::any()
        .add(H::UntilDay.is_null())
        .add(H::UntilDay.gt(rule.until.date_naive()));
    let still = crate::policy::select::<seat_holder::Entity>(H::PersonId, by_it().add(still));
    let members =
        crate::policy::select::<membership::Entity>(membership::Column::PersonId, Condition::all());
    let erased = crate::policy::select::<erasure::Entity>(
        erasure::Column::PersonId,
        Condition::all().add(erasure::Column::OrganisationId.eq(rule.row.organisation_id)),
    );
    person::Entity::find()
        .filter(P::Id.in_subquery(put))
        .filter(P::Id.not_in_subquery(still))
        .filter(P::Id.not_in_subquery(members))
        .filter(P::Id.not_in_subquery(erased))
}

/// The entries of the organisation's log that are old enough.
fn old_entries(rule: &Rule) -> Select<audit_entry::Entity> {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::OrganisationId.eq(rule.row.organisation_id))
        .filter(audit_entry::Column::At.lte(rule.until))
}
