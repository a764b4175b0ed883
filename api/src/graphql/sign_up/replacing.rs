//! Taking a place over: a colleague instead of another, or a name on a held seat, without losing the place.

use super::{
    SignUp, SignUpById, UserError,
    eligibility::{is_checked_in, open_training, refusals},
    requirement::explained,
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        text::{Checked, check_text},
        user_error::UserErrorCode,
    },
    viewer::{Access, Viewer, audit::Concern, seat::Entrant},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    id::{PersonId, SignUpId},
    kind::{AuditAction, Role},
    sign_up,
};
use sea_orm::EntityTrait;

/// Who is to take which place.
#[derive(InputObject)]
pub struct ReplaceParticipantInput {
    /// The place: a sign-up of your own organisation, confirmed or waiting.
    sign_up_id: SignUpId,
    /// The colleague who takes it.
    person_id: PersonId,
    /// What the colleague needs on the day, up to 500 characters. What the one before needed is erased.
    need: Option<String>,
}

/// The place with its new participant.
#[derive(SimpleObject)]
pub struct ReplaceParticipantPayload {
    /// The sign-up; null when nothing was changed.
    sign_up: Option<SignUp>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with a place.
#[derive(Default)]
pub struct ReplaceMutation;

#[Object]
impl ReplaceMutation {
    /// Puts a colleague of your own organisation in somebody's place, or a name on a held seat, until sign-up
    /// closes. The seat or the place in line stays as it is. For coordinators of the participant's organisation;
    /// `FORBIDDEN` for others. Written to the audit log. User errors: `NOT_FOUND` for the sign-up or the person,
    /// `SIGN_UP_ENDED`, `SIGN_UP_NOT_OPEN`, `SIGN_UP_CLOSED`, `OCCASION_CANCELLED`, `OCCASION_PAST`,
    /// `TRAINING_NOT_PUBLISHED`, `TARGET_AUDIENCE_MISMATCH`, `ALREADY_SIGNED_UP`, `OVERLAPPING_OCCASION`,
    /// `REQUIREMENT_MISSING`, `ATTENDANCE_RECORDED` for somebody who has been checked in,
    /// `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn replace_participant(
        &self,
        ctx: &Context<'_>,
        input: ReplaceParticipantInput,
    ) -> Result<ReplaceParticipantPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let mut user_errors = Vec::new();
        if let Some(need) = &input.need {
            check_text(Checked::Remark, need, &["need"], &mut user_errors);
        }
        if user_errors.is_empty() {
            let outcome = viewer
                .transaction(|viewer| async move { replace(&viewer, input).await })
                .await?;
            user_errors.extend(outcome.err());
        }
        let sign_up = if user_errors.is_empty() {
            loaders(ctx).load_one(SignUpById(input.sign_up_id)).await?
        } else {
            None
        };
        Ok(ReplaceParticipantPayload {
            sign_up: sign_up.map(SignUp),
            user_errors,
        })
    }
}

async fn replace(
    viewer: &Viewer,
    input: &ReplaceParticipantInput,
) -> Result<Result<(), UserError>> {
    let refused = |code, field| Ok(Err(UserError::new(code, &[field])));
    let Some(seen) = viewer
        .one(sign_up::Entity::find_by_id(input.sign_up_id))
        .await?
    else {
        return refused(UserErrorCode::NotFound, "signUpId");
    };
    if viewer.signed_in()?.organisation != seen.organisation_id {
        // An organiser sees the place, but it is the participant's organisation that fills it.
        return Err(Error::Forbidden);
    }
    let mut book = viewer.seat_book(seen.occasion_id).await?;
    let row = match viewer.edit(sign_up::Entity::find_by_id(seen.id)).await? {
        Access::Granted(row) => book.current(row.into_row()),
        Access::Refused => return refused(UserErrorCode::SignUpEnded, "signUpId"),
        Access::Missing => return refused(UserErrorCode::NotFound, "signUpId"),
    };
    if is_checked_in(viewer, &row).await? {
        return refused(UserErrorCode::AttendanceRecorded, "signUpId");
    }
    let training = match open_training(viewer, book.occasion()).await? {
        Ok(training) => training,
        Err(code) => return refused(code, "signUpId"),
    };
    let against = refusals(viewer, &book, &training, &[input.person_id]).await?;
    if let Some((person, code)) = against.first() {
        let error = (*person, UserError::new(*code, &["personId"]));
        let errors = explained(viewer, book.occasion(), vec![error]).await?;
        return Ok(errors.into_iter().next().map_or(Ok(()), Err));
    }
    let entrant = Entrant {
        person: Some(input.person_id),
        need: input.need.clone(),
    };
    book.replace(&row, entrant).await?;
    let concerned = [Some(input.person_id), row.person_id].into_iter().flatten();
    let concerned = concerned.map(|person| Concern {
        subject: Some(row.id.to_string()),
        ..Concern::person(row.organisation_id, person)
    });
    let concerned: Vec<Concern> = concerned.collect();
    let occasion = book.occasion().id;
    book.close(AuditAction::Replace, concerned).await?;
    viewer.requests_met(occasion, &[input.person_id]).await?;
    Ok(Ok(()))
}
