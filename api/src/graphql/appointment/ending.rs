//! Ending an appointment: what was stays, for coverage of the past.

use super::{AppointmentOutcome, EndAppointmentPayload, touched};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object};
use chrono::{Months, NaiveDate};
use entity::{
    appointee, appointment,
    id::AppointmentId,
    kind::{AppointmentStatus, AuditAction},
};
use sea_orm::{EntityTrait, Set, Unchanged};

/// Which appointment ends, and when.
#[derive(InputObject)]
pub struct EndAppointmentInput {
    /// The appointment.
    appointment_id: AppointmentId,
    /// The first day on which the person no longer has the role: from a year ago to ten years ahead. A day before the
    /// first takes it back as if it had never been.
    until: NaiveDate,
}

/// What can be ended.
#[derive(Default)]
pub struct EndMutation;

#[Object]
impl EndMutation {
    /// Ends an appointment from a day on. What was before that day stays. A proposal is taken back by it, and is
    /// `DECLINED` then. For the person, the unit's manager and
    /// coordinators of the organisation; `FORBIDDEN` for others. Written to the audit log. User errors: `NOT_FOUND`,
    /// `INVALID_VALUE` for a day that is too far away, or later than the end that it has.
    async fn end_appointment(
        &self,
        ctx: &Context<'_>,
        input: EndAppointmentInput,
    ) -> Result<EndAppointmentPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { end(&viewer, input).await })
            .await?;
        Ok(AppointmentOutcome::of(ctx, outcome).await?.into())
    }
}

type Outcome = std::result::Result<AppointmentId, Vec<UserError>>;

async fn end(viewer: &Viewer, input: &EndAppointmentInput) -> Result<Outcome> {
    let id = input.appointment_id;
    let row = match viewer.edit(appointment::Entity::find_by_id(id)).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => {
            let error = UserError::new(UserErrorCode::NotFound, &["appointmentId"]);
            return Ok(Err(vec![error]));
        }
    };
    let today = viewer.today();
    let near = today - Months::new(12)..=today + Months::new(120);
    let longer = row.until_day.is_some_and(|until| until < input.until);
    if !near.contains(&input.until) || longer || row.status == AppointmentStatus::Declined {
        let error = UserError::new(UserErrorCode::InvalidValue, &["until"]);
        return Ok(Err(vec![error]));
    }
    let until = input.until.max(row.from_day);
    let touched = touched(row.organisation_id, row.role_type_id, row.unit_id);
    viewer.counted(&touched, enter(viewer, &row, until)).await
}

async fn enter(
    viewer: &Viewer,
    row: &Permitted<appointment::Model>,
    until: NaiveDate,
) -> Result<Outcome> {
    let mut change = appointment::ActiveModel {
        id: Unchanged(row.id),
        until_day: Set(Some(until)),
        ..Default::default()
    };
    if row.status == AppointmentStatus::Proposed {
        change.status = Set(AppointmentStatus::Declined);
    }
    viewer.update(change).await?;
    let appointed = viewer.one(appointee::Entity::find_by_id(row.id)).await?;
    let concern = appointed
        .and_then(|row| row.person_id)
        .map(|person| Concern {
            subject: Some(row.id.to_string()),
            ..Concern::person(row.organisation_id, person)
        });
    let concerns = concern.into_iter().collect();
    viewer.audit(AuditAction::EndAppointment, concerns).await?;
    Ok(Ok(row.id))
}
