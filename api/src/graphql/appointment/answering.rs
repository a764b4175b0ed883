//! Confirming and declining what has been proposed: the unit's manager does, and nobody else where one is named.

use super::{
    AppointmentOutcome, ConfirmAppointmentPayload, DeclineAppointmentPayload,
    proposing::overlapping, touched,
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    appointee, appointment, appointment_answer,
    confidential::Confidential,
    id::AppointmentId,
    kind::{AppointmentStatus, AuditAction},
    role_type,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged};

/// Which proposal to confirm.
#[derive(InputObject)]
pub struct ConfirmAppointmentInput {
    /// The proposed appointment.
    appointment_id: AppointmentId,
}

/// Which proposal to decline.
#[derive(InputObject)]
pub struct DeclineAppointmentInput {
    /// The proposed appointment.
    appointment_id: AppointmentId,
    /// Why, up to 500 characters. Stays within your organisation.
    reason: Option<String>,
}

/// What can be answered.
#[derive(Default)]
pub struct AnswerMutation;

#[Object]
impl AnswerMutation {
    /// Confirms a proposed appointment: from its first day on it counts. For the unit's manager; where nobody is named
    /// as its manager, for administrators of the organisation; `FORBIDDEN` for others. Written to the audit log. User
    /// errors: `NOT_FOUND`, `APPOINTMENT_ANSWERED`, `ALREADY_APPOINTED` where an organisation has one holder at a time.
    async fn confirm_appointment(
        &self,
        ctx: &Context<'_>,
        input: ConfirmAppointmentInput,
    ) -> Result<ConfirmAppointmentPayload> {
        let outcome = answer(ctx, input.appointment_id, Answer::Yes).await?;
        Ok(AppointmentOutcome::of(ctx, outcome).await?.into())
    }

    /// Declines a proposed appointment. For whom `confirmAppointment` is for. Written to the audit log. User errors:
    /// `NOT_FOUND`, `APPOINTMENT_ANSWERED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn decline_appointment(
        &self,
        ctx: &Context<'_>,
        input: DeclineAppointmentInput,
    ) -> Result<DeclineAppointmentPayload> {
        let mut errors = Vec::new();
        if let Some(reason) = &input.reason {
            check_text(Checked::Remark, reason, &["reason"], &mut errors);
        }
        let outcome = if errors.is_empty() {
            answer(ctx, input.appointment_id, Answer::No(input.reason)).await?
        } else {
            Err(errors)
        };
        Ok(AppointmentOutcome::of(ctx, outcome).await?.into())
    }
}

/// What the manager says.
#[derive(Clone)]
enum Answer {
    Yes,
    No(Option<String>),
}

type Outcome = std::result::Result<AppointmentId, Vec<UserError>>;

async fn answer(ctx: &Context<'_>, id: AppointmentId, answer: Answer) -> Result<Outcome> {
    let viewer = viewer(ctx);
    viewer.signed_in()?;
    let answer = &answer;
    viewer
        .transaction(|viewer| async move {
            let query = appointment_answer::Entity::find_by_id(id);
            let row = match viewer.edit(query).await? {
                Access::Granted(row) => row,
                Access::Refused => return refused(&viewer, id).await,
                Access::Missing => return Ok(Err(error(UserErrorCode::NotFound))),
            };
            let touched = touched(row.organisation_id, row.role_type_id, row.unit_id);
            viewer.counted(&touched, enter(&viewer, &row, answer)).await
        })
        .await
}

fn error(code: UserErrorCode) -> Vec<UserError> {
    vec![UserError::new(code, &["appointmentId"])]
}

/// What has been answered cannot be answered; what has not, by somebody else.
async fn refused(viewer: &Viewer, id: AppointmentId) -> Result<Outcome> {
    let row = viewer
        .one(appointment_answer::Entity::find_by_id(id))
        .await?;
    if row.is_some_and(|row| row.status != AppointmentStatus::Proposed) {
        return Ok(Err(error(UserErrorCode::AppointmentAnswered)));
    }
    Err(Error::Forbidden)
}

async fn enter(
    viewer: &Viewer,
    row: &Permitted<appointment_answer::Model>,
    answer: &Answer,
) -> Result<Outcome> {
    let (status, reason, action) = match answer {
        Answer::Yes => (
            AppointmentStatus::Confirmed,
            None,
            AuditAction::ConfirmAppointment,
        ),
        Answer::No(reason) => (
            AppointmentStatus::Declined,
            reason.clone(),
            AuditAction::DeclineAppointment,
        ),
    };
    if status == AppointmentStatus::Confirmed && has_another(viewer, row).await? {
        return Ok(Err(error(UserErrorCode::AlreadyAppointed)));
    }
    let change = appointment_answer::ActiveModel {
        id: Unchanged(row.id),
        status: Set(status),
        decline_reason: Set(Confidential::new(reason)),
        confirmed_at: Set(Some(viewer.now())),
        confirmed_by: Set(viewer.person()),
        ..Default::default()
    };
    viewer.update(change).await?;
    if status == AppointmentStatus::Confirmed {
        let this = Condition::all().add(appointment::Column::Id.eq(row.id));
        viewer.qualify(this).await?;
    }
    let appointed = viewer.one(appointee::Entity::find_by_id(row.id)).await?;
    let concern = appointed
        .and_then(|row| row.person_id)
        .map(|person| Concern {
            subject: Some(row.id.to_string()),
            ..Concern::person(row.organisation_id, person)
        });
    viewer.audit(action, concern.into_iter().collect()).await?;
    Ok(Ok(row.id))
}

/// Whether the organisation has a holder already, of a role that one has at a time.
async fn has_another(viewer: &Viewer, row: &appointment_answer::Model) -> Result<bool> {
    use appointment::Column as A;
    let role = viewer
        .one(role_type::Entity::find_by_id(row.role_type_id))
        .await?;
    if !role.is_some_and(|role| role.one_at_a_time) {
        return Ok(false);
    }
    let Some(new) = viewer.one(appointment::Entity::find_by_id(row.id)).await? else {
        return Ok(false);
    };
    let others = appointment::Entity::find()
        .filter(A::OrganisationId.eq(row.organisation_id))
        .filter(A::RoleTypeId.eq(row.role_type_id))
        .filter(A::Id.ne(row.id))
        .filter(A::Status.eq(AppointmentStatus::Confirmed))
        .filter(overlapping(new.from_day, new.until_day));
    Ok(viewer.one(others).await?.is_some())
}
