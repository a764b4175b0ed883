//! A certificate of a completion: what its holder passes on, and anybody with the code can check.

use crate::confidential::Confidential;
use crate::id::{CertificateId, CompletionId, OrganisationId, PersonId, TrainingId};
use crate::kind::RevocationReason;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CertificateId,
    /// What it certifies.
    pub completion_id: CompletionId,
    /// Its holder.
    pub person_id: PersonId,
    /// The organisation that the person took part for.
    pub organisation_id: OrganisationId,
    /// Who stands behind it: the accountable organiser when it was issued.
    pub issuer_organisation_id: OrganisationId,
    /// The training.
    pub training_id: TrainingId,
    /// The code, without hyphens. Whoever has it can check the certificate.
    pub code: String,
    /// What the holder's name is hashed with in the signed file.
    pub salt: String,
    /// The holder's name when it was issued; none for a person with protected identity, and once the person's data
    /// has been erased.
    pub holder_name: Confidential<Option<String>>,
    /// Whether the holder wants the whole name to be shown.
    pub shows_name: bool,
    /// The name of the issuing organisation when it was issued.
    pub issuer_name: String,
    /// The training's title when it was issued.
    pub title: String,
    /// What the training was about when it was issued.
    pub description: String,
    /// What it took to complete it.
    pub criteria: String,
    /// The day on which the training was completed.
    pub completed_on: Date,
    /// The last day on which it holds; null: for good.
    pub valid_until: Option<Date>,
    /// When it was issued.
    pub issued_at: DateTimeUtc,
    /// When it was taken back; null while it stands. It is worth nothing either when the completion was withdrawn.
    pub revoked_at: Option<DateTimeUtc>,
    /// Why it was taken back.
    pub revocation_reason: Option<RevocationReason>,
    /// What there is to say about that, for the holder and the issuing organisation.
    pub revocation_note: Option<String>,
}

crate::placed::placed!(
    id,
    completion_id,
    person_id,
    organisation_id,
    issuer_organisation_id,
    training_id,
    code,
    salt,
    holder_name,
    shows_name,
    issuer_name,
    title,
    description,
    criteria,
    completed_on,
    valid_until,
    issued_at,
    revoked_at,
    revocation_reason,
    revocation_note,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
