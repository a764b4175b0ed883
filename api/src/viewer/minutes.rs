//! The seals of minutes, computed again; and what an erasure does with minutes that are up for verification.

use super::{Database, Viewer};
use crate::{
    domain::minutes::{Sealed, SealedDecision, Verifier, seal},
    error::{Error, Result},
    policy::select,
};
use entity::{
    id::{MinutesId, OrganisationId, PersonId},
    kind::MinutesStatus,
    meeting_attendance, meeting_minutes, minutes_review, minutes_verifier,
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseExecutor, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

impl Viewer {
    /// Makes minutes that are up for verification a draft again in which somebody is named, who is to be erased: they name
    /// people by texts of their own, which are read anew when they are put up again.
    pub(super) async fn reopen_minutes_that_name(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<()> {
        use meeting_attendance::Column as A;
        use meeting_minutes::Column as M;
        use minutes_verifier::Column as V;
        let writer = self.db.writer();
        let there = Condition::all()
            .add(A::OrganisationId.eq(organisation))
            .add(A::PersonId.eq(person));
        let verifies = Condition::all()
            .add(V::OrganisationId.eq(organisation))
            .add(V::PersonId.eq(person));
        let named = Condition::any()
            .add(
                M::MeetingId.in_subquery(select::<meeting_attendance::Entity>(A::MeetingId, there)),
            )
            .add(M::Id.in_subquery(select::<minutes_verifier::Entity>(V::MinutesId, verifies)));
        let open: Vec<MinutesId> = meeting_minutes::Entity::find()
            .select_only()
            .column(M::Id)
            .filter(M::Status.eq(MinutesStatus::UnderReview))
            .filter(named)
            .into_tuple()
            .all(&writer)
            .await?;
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
            .filter(M::Status.eq(MinutesStatus::UnderReview))
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
