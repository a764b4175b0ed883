//! Issuing a certificate: by the holder, or by the organiser that has seen the completion.

use super::{Certificate, certificates};
use crate::{
    certificate::Certificates,
    error::{Error, Result},
    graphql::{
        context::viewer,
        user_error::{UserError, UserErrorCode},
    },
    signing::random_id,
    viewer::{Viewer, audit::Concern, certificate::Origin},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    certificate, completion,
    id::{CertificateId, CompletionId},
    kind::{AuditAction, CompletionSource, RevocationReason, Role},
    training,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

/// What to certify.
#[derive(InputObject)]
pub struct IssueCertificateInput {
    /// The completion.
    completion_id: CompletionId,
}

/// A certificate that was issued.
#[derive(SimpleObject)]
pub struct IssueCertificatePayload {
    /// The certificate: the one that stands already, if there is one; null when nothing was changed.
    certificate: Option<Certificate>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done to get a certificate.
#[derive(Default)]
pub struct IssueMutation;

#[Object]
impl IssueMutation {
    /// Issues a certificate of a completion that follows from attendance: for yourself, or for a participant as a
    /// coordinator of the accountable organiser. Asked again, it answers with the certificate that stands. It shows
    /// initials until its holder wants the name there. `FORBIDDEN` for others who see the completion. Written to the
    /// audit log. User errors: `NOT_FOUND`, `NOT_CERTIFIABLE`, `CERTIFICATES_OFF`.
    async fn issue_certificate(
        &self,
        ctx: &Context<'_>,
        input: IssueCertificateInput,
    ) -> Result<IssueCertificatePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let may_sign = certificates(ctx).are_issued();
        let id = input.completion_id;
        let issued = viewer
            .transaction(|viewer| async move { issue(&viewer, id, may_sign).await })
            .await?;
        Ok(match issued {
            Ok(row) => IssueCertificatePayload {
                certificate: Some(Certificate(row)),
                user_errors: Vec::new(),
            },
            Err(error) => IssueCertificatePayload {
                certificate: None,
                user_errors: vec![error],
            },
        })
    }
}

async fn issue(
    viewer: &Viewer,
    id: CompletionId,
    may_sign: bool,
) -> Result<Result<certificate::Model, UserError>> {
    let refused = |code| Ok(Err(UserError::new(code, &["completionId"])));
    let Some(completion) = viewer.one(completion::Entity::find_by_id(id)).await? else {
        return refused(UserErrorCode::NotFound);
    };
    let origin = viewer.certificate_origin(&completion).await?;
    let oneself = viewer.person() == Some(completion.person_id);
    let issuer = origin.training.accountable_organisation_id;
    if !oneself && !viewer.has_role(Role::Coordinator, issuer) {
        return Err(Error::Forbidden);
    }
    // What an organisation has entered from elsewhere the organiser has not seen, and cannot vouch for.
    let stands =
        completion.source == CompletionSource::Attendance && completion.withdrawn_at.is_none();
    if !stands || origin.is_erased {
        return refused(UserErrorCode::NotCertifiable);
    }
    if let Some(standing) = viewer.one(standing(id)).await? {
        return Ok(Ok(standing));
    }
    if !may_sign {
        return refused(UserErrorCode::CertificatesOff);
    }
    // What the issuer has taken back as a mistake is not the holder's to issue again.
    if !viewer.has_role(Role::Coordinator, issuer) && is_issued_in_error(viewer, id).await? {
        return refused(UserErrorCode::NotCertifiable);
    }
    let row = viewer.insert(new_row(viewer, &completion, origin)?).await?;
    let concern = Concern {
        organisation: row.organisation_id,
        person: row.person_id,
        subject: Some(row.id.to_string()),
    };
    let also = concern.also_for(viewer.signed_in()?.organisation);
    let concerned = also.into_iter().chain([concern]).collect();
    viewer
        .audit(AuditAction::IssueCertificate, concerned)
        .await?;
    Ok(Ok(row))
}

/// Whether a certificate for the completion was taken back because it should not have been issued.
async fn is_issued_in_error(viewer: &Viewer, of: CompletionId) -> Result<bool> {
    let in_error = certificate::Entity::find()
        .filter(certificate::Column::CompletionId.eq(of))
        .filter(certificate::Column::RevocationReason.eq(RevocationReason::IssuedInError));
    Ok(viewer.count(in_error).await? > 0)
}

/// The certificate that stands for a completion.
fn standing(of: CompletionId) -> sea_orm::Select<certificate::Entity> {
    certificate::Entity::find()
        .filter(certificate::Column::CompletionId.eq(of))
        .filter(certificate::Column::RevokedAt.is_null())
}

fn new_row(
    viewer: &Viewer,
    completion: &completion::Model,
    origin: Origin,
) -> Result<certificate::ActiveModel> {
    let criteria = criteria(&origin.training);
    let training = origin.training;
    Ok(certificate::ActiveModel {
        id: Set(CertificateId::new()),
        completion_id: Set(completion.id),
        person_id: Set(completion.person_id),
        organisation_id: Set(completion.organisation_id),
        issuer_organisation_id: Set(training.accountable_organisation_id),
        training_id: Set(training.id),
        code: Set(Certificates::new_code()?.as_str().to_owned()),
        salt: Set(random_id()),
        holder_name: Set(origin.holder_name),
        shows_name: Set(false),
        issuer_name: Set(origin.issuer_name),
        title: Set(training.title),
        description: Set(training.description),
        criteria: Set(criteria),
        completed_on: Set(completion.completed_on),
        valid_until: Set(completion.valid_until),
        issued_at: Set(viewer.now()),
        revoked_at: Set(None),
        revocation_reason: Set(None),
        revocation_note: Set(None),
    })
}

/// What it took to complete the training, in Swedish as the training's own text.
fn criteria(training: &training::Model) -> String {
    match training.completion_share {
        Some(100) | None => "Närvaro vid utbildningens alla pass.".to_owned(),
        Some(share) => format!("Närvaro vid minst {share} procent av utbildningens pass."),
    }
}
