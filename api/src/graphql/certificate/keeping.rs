//! What becomes of a certificate: its holder decides on the name, and it can be taken back.

use super::{Certificate, StandingOf};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        payload::payloads,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    certificate,
    id::CertificateId,
    kind::{AuditAction, RevocationReason},
};
use sea_orm::{EntityTrait, Set, Unchanged};

/// What to take back, and why.
#[derive(InputObject)]
pub struct RevokeCertificateInput {
    /// The certificate.
    certificate_id: CertificateId,
    /// Why.
    reason: RevocationReason,
    /// What there is to say about that, up to 500 characters: for the holder and your own organisation, never for
    /// those who only have the code. No personal identity numbers.
    note: Option<String>,
}

/// Whether the name is to be shown.
#[derive(InputObject)]
pub struct ShowNameOnCertificateInput {
    /// Your certificate.
    certificate_id: CertificateId,
    /// Whether whoever has the code sees your whole name; else it is your initials.
    shown: bool,
}

/// What the mutations below answer with.
struct Kept {
    certificate: Option<Certificate>,
    user_errors: Vec<UserError>,
}

impl From<Result<certificate::Model, UserError>> for Kept {
    fn from(done: Result<certificate::Model, UserError>) -> Self {
        match done {
            Ok(row) => Self {
                certificate: Some(Certificate(row)),
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                certificate: None,
                user_errors: vec![error],
            },
        }
    }
}

payloads! {
    Kept {
        /// The certificate as it is now; null when nothing was changed.
        certificate: Certificate
    }:
    /// A certificate that was taken back.
    RevokeCertificatePayload,
    /// A certificate whose holder has decided on the name.
    ShowNameOnCertificatePayload,
}

/// What can be done with a certificate.
#[derive(Default)]
pub struct KeepingMutation;

#[Object]
impl KeepingMutation {
    /// Takes a certificate back, for good: your own, or as a coordinator of the organisation that issued it. Whoever
    /// checks it learns that it is revoked, not why. Another can be issued then, with a code of its own. Written to
    /// the audit log. User errors: `NOT_FOUND`, `CERTIFICATE_REVOKED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn revoke_certificate(
        &self,
        ctx: &Context<'_>,
        input: RevokeCertificateInput,
    ) -> Result<RevokeCertificatePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut user_errors = Vec::new();
        let note = input.note.as_deref().unwrap_or_default();
        check_text(Checked::Remark, note, &["note"], &mut user_errors);
        if !user_errors.is_empty() {
            let kept = Kept {
                certificate: None,
                user_errors,
            };
            return Ok(kept.into());
        }
        let input = &input;
        let done = viewer
            .transaction(|viewer| async move { revoke(&viewer, input).await })
            .await?;
        Ok(Kept::from(done).into())
    }

    /// Decides whether your certificate shows your whole name to whoever has its code, and in the file that you
    /// download from then on. You alone can do this; `FORBIDDEN` for others. User errors: `NOT_FOUND`,
    /// `CERTIFICATE_REVOKED`, `PROTECTED_IDENTITY`.
    async fn show_name_on_certificate(
        &self,
        ctx: &Context<'_>,
        input: ShowNameOnCertificateInput,
    ) -> Result<ShowNameOnCertificatePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let key = StandingOf(input.certificate_id);
        let protected = input.shown
            && loaders(ctx)
                .load_one(key)
                .await?
                .is_some_and(|standing| standing.protected_identity);
        let input = &input;
        let done = viewer
            .transaction(|viewer| async move { show_name(&viewer, input, protected).await })
            .await?;
        Ok(Kept::from(done).into())
    }
}

/// The certificate with the permission to change it, or why there is none.
async fn standing(
    viewer: &Viewer,
    id: CertificateId,
) -> Result<Result<Permitted<certificate::Model>, UserError>> {
    let refused = |code| Ok(Err(UserError::new(code, &["certificateId"])));
    match viewer.edit(certificate::Entity::find_by_id(id)).await? {
        Access::Granted(row) => Ok(Ok(row)),
        Access::Missing => refused(UserErrorCode::NotFound),
        // Who sees a certificate may change it while it stands.
        Access::Refused => refused(UserErrorCode::CertificateRevoked),
    }
}

async fn revoke(
    viewer: &Viewer,
    input: &RevokeCertificateInput,
) -> Result<Result<certificate::Model, UserError>> {
    let row = match standing(viewer, input.certificate_id).await? {
        Ok(row) => row,
        Err(error) => return Ok(Err(error)),
    };
    let note = input.note.as_deref().map(str::trim);
    let change = certificate::ActiveModel {
        id: Unchanged(row.id),
        revoked_at: Set(Some(viewer.now())),
        revocation_reason: Set(Some(input.reason)),
        revocation_note: Set(note.filter(|note| !note.is_empty()).map(str::to_owned)),
        ..Default::default()
    };
    let changed = update(viewer, change).await?;
    let concern = Concern {
        organisation: row.organisation_id,
        person: row.person_id,
        subject: Some(row.id.to_string()),
    };
    let also = concern.also_for(viewer.signed_in()?.organisation);
    let concerned = also.into_iter().chain([concern]).collect();
    viewer
        .audit(AuditAction::RevokeCertificate, concerned)
        .await?;
    Ok(Ok(changed))
}

async fn show_name(
    viewer: &Viewer,
    input: &ShowNameOnCertificateInput,
    protected: bool,
) -> Result<Result<certificate::Model, UserError>> {
    let row = match standing(viewer, input.certificate_id).await? {
        Ok(row) => row,
        Err(error) => return Ok(Err(error)),
    };
    if viewer.person() != Some(row.person_id) {
        return Err(Error::Forbidden);
    }
    if protected {
        let error = UserError::new(UserErrorCode::ProtectedIdentity, &["shown"]);
        return Ok(Err(error));
    }
    let change = certificate::ActiveModel {
        id: Unchanged(row.id),
        shows_name: Set(input.shown),
        ..Default::default()
    };
    update(viewer, change).await.map(Ok)
}

async fn update(viewer: &Viewer, change: certificate::ActiveModel) -> Result<certificate::Model> {
    let row = viewer.update(change).await?;
    row.ok_or_else(|| Error::internal("a certificate was gone while it was being changed"))
}
