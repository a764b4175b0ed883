//! The seals of minutes, computed again; and what makes minutes that are up for verification drafts again.

use super::{Database, Permitted, Viewer};
use crate::{
    domain::minutes::{Sealed, SealedDecision, Verifier, seal},
    error::{Error, Result},
    policy::select,
};
use entity::{
    id::{MeetingId, MinutesId, PersonId},
    kind::MinutesStatus,
    meeting_attendance, meeting_desk, meeting_minutes, minutes_review, minutes_verifier,
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseExecutor, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

impl Viewer {
    /// Makes minutes that are up for verification a draft again in which somebody is named, whose name is to change or to
    /// be gone: they name people by texts of their own, which are read anew when they are put up again.
    pub(crate) async fn reopen_minutes_that_name(&self, person: PersonId) -> Result<()> {
        use meeting_attendance::Column as A;
        use meeting_minutes::Column as M;
        use minutes_verifier::Column as V;
        let there = Condition::all().add(A::PersonId.eq(person));
        let verifies = Condition::all().add(V::PersonId.eq(person));
        let there = select::<meeting_attendance::Entity>(A::MeetingId, there);
        let verifies = select::<minutes_verifier::Entity>(V::MinutesId, verifies);
        let named = Condition::any()
            .add(M::MeetingId.in_subquery(there))
            .add(M::Id.in_subquery(verifies));
        self.reopen(named).await
    }

    /// The same for those of a meeting whose attendance changes. Who records attendance need not be able to change minutes.
    pub(crate) async fn reopen_minutes_of(
        &self,
        desk: &Permitted<meeting_desk::Model>,
    ) -> Result<()> {
        let of_it = Condition::all().add(meeting_minutes::Column::MeetingId.eq(desk.id));
        self.reopen(of_it).await
    }

    /// Whether a meeting's minutes have been verified: what stands on its agenda stays as they say it. Told also to somebody
    /// who may not read them, about the own item.
    pub(crate) async fn has_verified_minutes(&self, meeting: Option<MeetingId>) -> Result<bool> {
        use meeting_minutes::Column as M;
        let Some(meeting) = meeting else {
            return Ok(false);
        };
        let verified = meeting_minutes::Entity::find()
            .filter(M::MeetingId.eq(meeting))
            .filter(M::Status.eq(MinutesStatus::Verified));
        Ok(verified.count(&self.db.writer()).await? > 0)
    }

    async fn reopen(&self, which: Condition) -> Result<()> {
        use meeting_minutes::Column as M;
        use minutes_verifier::Column as V;
        let writer = self.db.writer();
        let open: Vec<MinutesId> = meeting_minutes::Entity::find()
            .select_only()
            .column(M::Id)
            .filter(M::Status.eq(MinutesStatus::UnderReview))
            .filter(which)
            .lock_exclusive()
            .into_tuple()
            .all(&writer)
            .await?;
        if open.is_empty() {
            return Ok(());
        }
        minutes_verifier::Entity::delete_many()
            .filter(V::MinutesId.is_in(open.iter().copied()))
            .exec(&writer)
            .await?;
        meeting_minutes::Entity::update_many()
            .col_expr(M::Status, Expr::value(MinutesStatus::Draft))
            .col_expr(M::Attendance, Expr::value(""))
            .col_expr(M::Decisions, Expr::value(Option::<String>::None))
            .col_expr(M::UpdatedAt, Expr::value(self.now()))
            .filter(M::Id.is_in(open))
            .exec(&writer)
            .await?;
        Ok(())
    }
}

/// The decisions that stand in an edition, or in an extract of one.
pub(crate) fn decisions_in(kept: Option<&str>) -> Result<Option<Vec<SealedDecision>>> {
    kept.map(|kept| serde_json::from_str(kept).map_err(Error::internal))
        .transpose()
}

/// The canonical form of an edition that everybody who was named has verified; none before that.
pub(crate) fn canonical_form(
    row: &minutes_review::Model,
    verifiers: &[minutes_verifier::Model],
) -> Result<Option<String>> {
    let by = verifiers.iter().map(|one| {
        one.verified_at.map(|verified_at| Verifier {
            line: one.line.clone(),
            verified_at,
        })
    });
    let Some(by) = by.collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let form = Sealed::new(
        row.meeting_id.to_string(),
        (row.edition, row.version),
        row.held_at,
        row.body.clone(),
        &row.attendance,
        decisions_in(row.decisions.as_deref())?,
        by,
    );
    form.canonical().map(Some).map_err(Error::internal)
}

/// Whether what stands in a verified edition is what was sealed.
pub(crate) fn seal_holds(
    row: &minutes_review::Model,
    verifiers: &[minutes_verifier::Model],
) -> Result<bool> {
    let form = canonical_form(row, verifiers)?;
    let whole = form.is_some_and(|form| row.seal.as_deref() == Some(seal(&form).as_str()));
    Ok(whole && verifiers.len() == 2 && row.status == MinutesStatus::Verified)
}

impl Database {
    /// The sealed minutes whose seal does not hold, for the operator.
    pub(super) async fn check_minutes(connection: &DatabaseExecutor<'_>) -> Result<Vec<String>> {
        let rows = minutes_review::Entity::find()
            .filter(minutes_review::Column::Status.eq(MinutesStatus::Verified))
            .order_by_asc(minutes_review::Column::Id)
            .all(connection)
            .await?;
        let mut broken = Vec::new();
        for chunk in rows.chunks(200) {
            let ids = chunk.iter().map(|row| row.id);
            let verifiers = minutes_verifier::Entity::find()
                .filter(minutes_verifier::Column::MinutesId.is_in(ids))
                .all(connection)
                .await?;
            for row in chunk {
                let of_it = verifiers.iter().filter(|one| one.minutes_id == row.id);
                if !seal_holds(row, &of_it.cloned().collect::<Vec<_>>())? {
                    broken.push(format!("{}: the minutes are not what was sealed", row.id));
                }
            }
        }
        Ok(broken)
    }
}
