//! What must be known of a certificate beyond what the viewer may see: narrow doors for issuing one, for checking
//! one by its code, and for leaving the name out of those of somebody whose data is erased.

use super::{Viewer, database::Db};
use crate::{
    disclosure,
    domain::certificate::{CertificateStatus, Code, Revocation, naming, status},
    domain::occasion::start_of_day,
    error::{Error, Result},
};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    certificate, completion,
    confidential::Confidential,
    id::{CertificateId, OrganisationId},
    organisation, person, training,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationDef, sea_query::Expr,
};
use std::collections::HashMap;

/// What a certificate is made from.
pub(crate) struct Origin {
    pub(crate) training: training::Model,
    /// The name of the accountable organiser.
    pub(crate) issuer_name: String,
    /// The holder's name; none for a person with protected identity.
    pub(crate) holder_name: Confidential<Option<String>>,
    /// Whether the holder's name has been erased: there is nobody left to certify anything of.
    pub(crate) is_erased: bool,
}

/// What about a certificate is decided elsewhere, and may change at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Standing {
    id: CertificateId,
    /// When the completion was withdrawn.
    withdrawn_at: Option<DateTime<Utc>>,
    /// Whether the holder has protected identity.
    pub(crate) protected_identity: bool,
}

impl Standing {
    /// Whether the certificate, or the completion behind it, was taken back.
    pub(crate) fn revocation(&self, row: &certificate::Model) -> Revocation {
        if row.revoked_at.is_some() || self.withdrawn_at.is_some() {
            Revocation::Revoked
        } else {
            Revocation::None
        }
    }
}

/// What anybody learns who holds the code: never a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) status: CertificateStatus,
    pub(crate) title: String,
    pub(crate) issuer: OrganisationId,
    pub(crate) issuer_name: String,
    pub(crate) completed_on: NaiveDate,
    pub(crate) valid_until: Option<NaiveDate>,
    /// The name or the initials, as far as they may be shown.
    pub(crate) holder: Option<String>,
}

/// From when a certificate holds, and until when: whole days in Sweden, the last one included.
pub(crate) fn validity(row: &certificate::Model) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
    let start = |day| start_of_day(day, chrono_tz::Europe::Stockholm);
    let end = row.valid_until.and_then(|day| day.succ_opt()).map(start);
    (start(row.completed_on), end)
}

impl Viewer {
    /// What a certificate of this completion is made from. That the viewer holds the completion proves that it may
    /// see it; whether it may have a certificate is for the caller to ask.
    pub(crate) async fn certificate_origin(&self, of: &completion::Model) -> Result<Origin> {
        let missing = |what| Error::internal(format!("a completion has no {what}"));
        let training = training::Entity::find_by_id(of.training_id)
            .one(&self.db.reader())
            .await?
            .ok_or_else(|| missing("training"))?;
        let issuer = organisation::Entity::find_by_id(training.accountable_organisation_id)
            .one(&self.db.reader())
            .await?
            .ok_or_else(|| missing("organiser"))?;
        let holder = person::Entity::find_by_id(of.person_id)
            .one(&self.db.reader())
            .await?
            .ok_or_else(|| missing("person"))?;
        Ok(Origin {
            training,
            issuer_name: issuer.name,
            holder_name: disclosure::for_certificate(&holder),
            is_erased: holder.email == Confidential::new(String::new()),
        })
    }

    /// How certificates stand that the viewer has read.
    pub(crate) async fn certificate_standings(
        &self,
        of: &[CertificateId],
    ) -> Result<HashMap<CertificateId, Standing>> {
        let rows = standings(&self.db, certificate::Column::Id.is_in(of.iter().copied())).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// What anybody learns who holds the code. None if there is no such certificate.
    pub(crate) async fn check_certificate(&self, code: &Code) -> Result<Option<Checked>> {
        use certificate::Column as C;
        let row = certificate::Entity::find()
            .filter(C::Code.eq(code.as_str()))
            .one(&self.db.reader())
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let standing = standings(&self.db, C::Id.eq(row.id)).await?.pop();
        let standing = standing.ok_or_else(|| Error::internal("a certificate has no holder"))?;
        let revocation = standing.revocation(&row);
        let (from, until) = validity(&row);
        // Of one that was taken back nobody need know whose it was.
        let holder = match revocation {
            Revocation::Revoked => None,
            Revocation::None => {
                let naming = naming(row.shows_name, standing.protected_identity);
                disclosure::shown_on_certificate(&row, naming)
            }
        };
        Ok(Some(Checked {
            status: status(from, until, revocation, self.now()),
            title: row.title,
            issuer: row.issuer_organisation_id,
            issuer_name: row.issuer_name,
            completed_on: row.completed_on,
            valid_until: row.valid_until,
            holder,
        }))
    }

    /// Leaves the name out of those certificates, for good: what erasing a person's data means here. The
    /// certificates stay, and hold; those who keep a signed file from before keep what stands in it. Must run inside
    /// the transaction that erases the rest.
    ///
    /// The salt goes too, so that nothing is left here to compare a name with; and the remark on a revocation, which
    /// somebody wrote freely.
    pub(super) async fn forget_certificate_holders(&self, which: Condition) -> Result<()> {
        use certificate::Column as C;
        certificate::Entity::update_many()
            .col_expr(C::HolderName, Expr::value(None::<String>))
            .col_expr(C::ShowsName, Expr::value(false))
            .col_expr(C::Salt, Expr::value(""))
            .col_expr(C::RevocationNote, Expr::value(None::<String>))
            .filter(which)
            .exec(&self.db.writer())
            .await?;
        Ok(())
    }
}

async fn standings(db: &Db, which: sea_orm::sea_query::SimpleExpr) -> Result<Vec<Standing>> {
    use certificate::Column as C;
    let to_completion: RelationDef = certificate::Entity::belongs_to(completion::Entity)
        .from(C::CompletionId)
        .to(completion::Column::Id)
        .into();
    let to_person: RelationDef = certificate::Entity::belongs_to(person::Entity)
        .from(C::PersonId)
        .to(person::Column::Id)
        .into();
    Ok(certificate::Entity::find()
        .select_only()
        .column(C::Id)
        .column(completion::Column::WithdrawnAt)
        .column(person::Column::ProtectedIdentity)
        .join(JoinType::InnerJoin, to_completion)
        .join(JoinType::InnerJoin, to_person)
        .filter(which)
        .into_model::<Standing>()
        .all(&db.reader())
        .await?)
}
