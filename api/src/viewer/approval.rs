//! Requests to be signed up: whom one asks, and what ends a request that nobody decided.
//!
//! These concern rows that the viewer may not see: who approves where, and other people's requests.

use super::{Viewer, audit::Concern, notice::New};
use crate::{
    domain::approval::responsible,
    error::{Error, Result},
    policy::select,
};
use entity::{
    confidential::Confidential,
    id::{OccasionId, PersonId, SignUpApproverId, SignUpId, SignUpRequestId, UnitId},
    kind::{AuditAction, NoticeKind, OccasionStatus, Role, SignUpRequestStatus, SignUpStatus},
    membership, organisation_unit, participant_need, requested_need, sign_up, sign_up_approver,
    sign_up_request, training_occasion,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use std::collections::{BTreeMap, HashMap};

/// How many requests one round ends.
const ROUND: u64 = 500;

impl Viewer {
    /// Whether somebody must approve before the viewer's own person is signed up.
    #[must_use]
    pub fn needs_approval(&self) -> bool {
        self.acting().is_some_and(|acting| {
            acting.approves && acting.role < Role::Coordinator && acting.person.is_some()
        })
    }

    /// Whom the viewer's own person asks; none where nobody is left who could approve.
    pub(crate) async fn own_approver(&self) -> Result<Option<SignUpApproverId>> {
        use organisation_unit::Column as U;
        let acting = self.signed_in()?;
        let mut approvers = sign_up_approver::Entity::find()
            .filter(sign_up_approver::Column::OrganisationId.eq(acting.organisation))
            .all(&self.db.reader())
            .await?;
        let both = |row: &sign_up_approver::Model| [row.approver_id, row.deputy_id];
        let here = self
            .who_are_members(acting.organisation, approvers.iter().flat_map(both))
            .await?;
        // Where both have left, those of the next unit above are asked.
        approvers.retain(|row| {
            both(row)
                .iter()
                .any(|person| here.contains(person) && acting.person != Some(*person))
        });
        if approvers.iter().all(|row| row.unit_id.is_none()) {
            return Ok(responsible(&approvers, None, &BTreeMap::new()));
        }
        let unit: Option<Option<UnitId>> = membership::Entity::find()
            .select_only()
            .column(membership::Column::UnitId)
            .filter(membership::Column::OrganisationId.eq(acting.organisation))
            .filter(membership::Column::PersonId.eq(acting.person))
            .into_tuple()
            .one(&self.db.reader())
            .await?;
        let parents: Vec<(UnitId, Option<UnitId>)> = organisation_unit::Entity::find()
            .select_only()
            .columns([U::Id, U::ParentId])
            .filter(U::OrganisationId.eq(acting.organisation))
            .into_tuple()
            .all(&self.db.reader())
            .await?;
        let parents = parents
            .into_iter()
            .filter_map(|(unit, parent)| Some((unit, parent?)));
        Ok(responsible(&approvers, unit.flatten(), &parents.collect()))
    }

    /// Keeps what somebody will need if the place is approved, and tells those who may approve.
    pub(crate) async fn send_request(
        &self,
        request: &sign_up_request::Model,
        need: Option<&String>,
    ) -> Result<()> {
        if let Some(need) = need {
            let row = requested_need::ActiveModel {
                request_id: Set(request.id),
                need: Set(Confidential::new(need.clone())),
            };
            requested_need::Entity::insert(row)
                .exec_without_returning(&self.db.writer())
                .await?;
        }
        let approver = sign_up_approver::Entity::find()
            .filter(sign_up_approver::Column::Id.eq(request.approver_id))
            .one(&self.db.writer())
            .await?
            .ok_or_else(|| Error::internal("a request was sent to nobody"))?;
        let both = [approver.approver_id, approver.deputy_id];
        let here = self
            .who_are_members(request.organisation_id, both.into_iter())
            .await?;
        // Nobody approves the own request, so nobody is asked to; nor is somebody who has left.
        let asked = both
            .into_iter()
            .filter(|person| *person != request.person_id && here.contains(person));
        let kind = NoticeKind::SignUpRequested;
        self.notify(
            asked
                .map(|person| New::request(kind, request, person))
                .collect(),
        )
        .await
    }

    /// The open requests that a sign-up has answered are approved by it, whoever signed the person up: the need
    /// follows, the person is told, and it stands in the audit log.
    pub(crate) async fn requests_met(
        &self,
        occasion: OccasionId,
        people: &[PersonId],
    ) -> Result<()> {
        use sign_up_request::Column as R;
        if !self.signed_in()?.approves {
            return Ok(());
        }
        let organisation = self.signed_in()?.organisation;
        let open = sign_up_request::Entity::find()
            .filter(R::OccasionId.eq(occasion))
            .filter(R::OrganisationId.eq(organisation))
            .filter(R::PersonId.is_in(people.iter().copied()))
            .filter(R::Status.eq(SignUpRequestStatus::Requested))
            .lock_exclusive()
            .all(&self.db.writer())
            .await?;
        if open.is_empty() {
            return Ok(());
        }
        let places = sign_up::Entity::find()
            .filter(sign_up::Column::OccasionId.eq(occasion))
            .filter(sign_up::Column::PersonId.is_in(open.iter().map(|row| row.person_id)))
            .filter(sign_up::Column::Status.is_in(SignUpStatus::STANDING))
            .all(&self.db.writer())
            .await?;
        let places = places.into_iter();
        let places: HashMap<PersonId, SignUpId> = places
            .filter_map(|row| Some((row.person_id?, row.id)))
            .collect();
        let met = open.into_iter().filter_map(|row| {
            let sign_up = *places.get(&row.person_id)?;
            Some((row, sign_up))
        });
        let met: Vec<_> = met.collect();
        let place = Query::select()
            .column(sign_up::Column::Id)
            .from(sign_up::Entity)
            .and_where(sign_up::Column::OccasionId.eq(occasion))
            .and_where(sign_up::Column::Status.is_in(SignUpStatus::STANDING))
            .and_where(
                Expr::col((sign_up::Entity, sign_up::Column::PersonId))
                    .equals((sign_up_request::Entity, R::PersonId)),
            )
            .to_owned();
        sign_up_request::Entity::update_many()
            .col_expr(R::Status, Expr::value(SignUpRequestStatus::Approved))
            .col_expr(R::DecidedAt, Expr::value(self.now()))
            .col_expr(R::DecidedBy, Expr::value(self.person()))
            .col_expr(R::SignUpId, Expr::from(place))
            .filter(R::Id.is_in(met.iter().map(|(row, _)| row.id)))
            .exec(&self.db.writer())
            .await?;
        self.carry_needs(&met).await?;
        let rows: Vec<_> = met.into_iter().map(|(row, _)| row).collect();
        self.tell_and_log(NoticeKind::RequestApproved, AuditAction::Approve, &rows)
            .await
    }

    /// Tells those who asked what was decided, and writes it into the audit log.
    pub(crate) async fn tell_and_log(
        &self,
        kind: NoticeKind,
        action: AuditAction,
        requests: &[sign_up_request::Model],
    ) -> Result<()> {
        let notice = |row: &sign_up_request::Model| New::request(kind, row, row.person_id);
        self.notify(requests.iter().map(notice).collect()).await?;
        let concern = |row: &sign_up_request::Model| Concern {
            subject: Some(row.id.to_string()),
            ..Concern::person(row.organisation_id, row.person_id)
        };
        self.audit(action, requests.iter().map(concern).collect())
            .await
    }

    /// Needs follow from requests to sign-ups, unless something was said there already.
    async fn carry_needs(&self, met: &[(sign_up_request::Model, SignUpId)]) -> Result<()> {
        let ids: Vec<SignUpRequestId> = met.iter().map(|(row, _)| row.id).collect();
        let to: HashMap<SignUpRequestId, SignUpId> = met
            .iter()
            .map(|(row, sign_up)| (row.id, *sign_up))
            .collect();
        let needs = requested_need::Entity::find()
            .filter(requested_need::Column::RequestId.is_in(ids.iter().copied()))
            .all(&self.db.writer())
            .await?;
        let needs = needs.into_iter().filter_map(|row| {
            Some(participant_need::ActiveModel {
                sign_up_id: Set(*to.get(&row.request_id)?),
                need: Set(row.need),
                look_at: Set(participant_need::AT_ONCE),
            })
        });
        let needs: Vec<_> = needs.collect();
        if !needs.is_empty() {
            participant_need::Entity::insert_many(needs)
                .on_conflict(
                    OnConflict::column(participant_need::Column::SignUpId)
                        .do_nothing()
                        .to_owned(),
                )
                .exec_without_returning(&self.db.writer())
                .await?;
        }
        self.forget_requested_needs(&ids).await
    }

    /// Forgets what those needed whose requests have been decided.
    pub(crate) async fn forget_requested_needs(&self, requests: &[SignUpRequestId]) -> Result<()> {
        requested_need::Entity::delete_many()
            .filter(requested_need::Column::RequestId.is_in(requests.iter().copied()))
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }

    /// Ends the open requests of the viewer's own organisation, because nobody needs to approve any more. For those
    /// who set who approves, inside their transaction.
    pub(crate) async fn end_own_requests(&self) -> Result<usize> {
        let own = self.signed_in()?.organisation;
        let own = sign_up_request::Column::OrganisationId.eq(own);
        let mut ended = 0;
        loop {
            let round = self.expire(Condition::all().add(own.clone())).await?;
            if round == 0 {
                return Ok(ended);
            }
            ended += round;
        }
    }

    /// Open requests that were sent to rows that are to go are sent to another one.
    pub(crate) async fn pass_requests_on(
        &self,
        from: &[SignUpApproverId],
        to: SignUpApproverId,
    ) -> Result<()> {
        use sign_up_request::Column as R;
        sign_up_request::Entity::update_many()
            .col_expr(R::ApproverId, Expr::value(to))
            .filter(R::ApproverId.is_in(from.iter().copied()))
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }

    /// Ends the requests that nobody decided in time: sign-up has closed, or the occasion has begun or is cancelled.
    pub(super) async fn expire_requests(&self) -> Result<usize> {
        use training_occasion::Column as O;
        let over = Condition::any()
            .add(O::Status.eq(OccasionStatus::Cancelled))
            .add(O::SignUpClosesAt.lte(self.now()))
            .add(O::StartsAt.lte(self.now()));
        let over = select::<training_occasion::Entity>(O::Id, over);
        let over = Condition::all().add(sign_up_request::Column::OccasionId.in_subquery(over));
        let over = &over;
        self.transaction(|viewer| async move { viewer.expire(over.clone()).await })
            .await
    }

    async fn expire(&self, which: Condition) -> Result<usize> {
        use sign_up_request::Column as R;
        let rows = sign_up_request::Entity::find()
            .filter(which)
            .filter(R::Status.eq(SignUpRequestStatus::Requested))
            .limit(ROUND)
            .lock_exclusive()
            .all(&self.db.writer())
            .await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let ids: Vec<SignUpRequestId> = rows.iter().map(|row| row.id).collect();
        sign_up_request::Entity::update_many()
            .col_expr(R::Status, Expr::value(SignUpRequestStatus::Expired))
            .col_expr(R::DecidedAt, Expr::value(self.now()))
            .filter(R::Id.is_in(ids.iter().copied()))
            .exec(&self.db.writer())
            .await?;
        self.forget_requested_needs(&ids).await?;
        let kind = NoticeKind::RequestExpired;
        let notice = |row: &sign_up_request::Model| New::request(kind, row, row.person_id);
        self.notify(rows.iter().map(notice).collect()).await?;
        Ok(rows.len())
    }
}
