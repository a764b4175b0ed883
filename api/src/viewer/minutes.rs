//! The seals of minutes, computed again.

use super::Database;
use crate::{
    domain::minutes::{Sealed, SealedDecision, Verifier, seal},
    error::{Error, Result},
};
use entity::{kind::MinutesStatus, minutes_review, minutes_verifier};
use sea_orm::{ColumnTrait, DatabaseExecutor, EntityTrait, QueryFilter, QueryOrder};

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
