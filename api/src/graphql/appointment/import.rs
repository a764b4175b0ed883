//! Appointments from a file: looked at row by row, then proposed all of them or none.

mod matching;

use super::{
    Appointment, AppointmentById,
    proposing::{New, enter},
};
use crate::{
    domain::{
        appointment_file::{AppointmentColumn, read_appointments},
        table_file::Mistake,
    },
    error::{Error, Result},
    graphql::{
        completion::ImportOutcome,
        context::{loaders, viewer},
        table_file::told,
        user_error::UserError,
    },
    viewer::{Viewer, audit::Concern, coverage::Touched},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{
    appointee, appointment, appointment_answer,
    id::AppointmentId,
    kind::{AppointmentStatus, AuditAction, Role, SharingLevel},
};
use matching::{Fit, Known};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged};
use std::collections::BTreeSet;

/// A file of appointments.
#[derive(InputObject)]
pub struct ImportAppointmentsInput {
    /// The file's text: a heading and at most 500 rows, with comma or semicolon between the cells. Columns, in any
    /// order: `role` (`roll`: its code or Swedish name), `from` (`från`: a day as `2026-03-31`), and if you like `unit`
    /// (`enhet`: its name or global id), `email` (`e-post`) or `member` (`medlem`: the membership's global id), and
    /// `until` (`till`: the first day after). Other columns are refused, so that nothing is sent that is not needed.
    csv: String,
    /// How far it is shared that your organisation has somebody in these roles; names are not published.
    #[graphql(default_with = "SharingLevel::County")]
    sharing: SharingLevel,
    /// Whether to confirm at once those that you may confirm yourself; the others, and roles of which an organisation
    /// has one holder at a time, are proposed.
    #[graphql(default)]
    confirm: bool,
    /// Whether to tell only what would be done. Look at that first.
    #[graphql(default)]
    preview: bool,
}

/// What becomes of a row of the file.
#[derive(SimpleObject)]
pub struct ImportedAppointment {
    /// Its line in the file; the heading is line 1.
    line: i32,
    /// What becomes of it.
    outcome: ImportOutcome,
    /// The appointment; null in a preview of what is new, and for a row that is refused.
    appointment: Option<Appointment>,
    /// Why it is refused; null otherwise.
    error: Option<UserError>,
}

/// What becomes of a file of appointments.
#[derive(SimpleObject)]
pub struct ImportAppointmentsPayload {
    /// Row by row, in the order of the file; empty for a file that cannot be read.
    rows: Vec<ImportedAppointment>,
    /// How many were proposed; in a preview: would be. 0 if any row is refused.
    entered: i32,
    /// How many of them were confirmed at once; 0 in a preview.
    confirmed: i32,
    /// How many rows were there already.
    already_there: i32,
    /// What you can mend, each with its line in the text; nothing was entered if there is one. `field` is `csv`, the
    /// line, the column.
    user_errors: Vec<UserError>,
}

/// What can be done with files of appointments.
#[derive(Default)]
pub struct AppointmentImportMutation;

#[Object]
impl AppointmentImportMutation {
    /// Proposes people of your own organisation for roles from a file: all rows or none. Sending a file again proposes
    /// nobody twice. With `preview`, tells what would be done and changes nothing. For coordinators; `FORBIDDEN` for
    /// others. Written to the audit log. User errors: `INVALID_VALUE` for what cannot be read and for what more than
    /// one fits; `NOT_FOUND` for a role, a unit or a person; `UNIT_NOT_VALID`.
    async fn import_appointments(
        &self,
        ctx: &Context<'_>,
        input: ImportAppointmentsInput,
    ) -> Result<ImportAppointmentsPayload> {
        use crate::graphql::user_error::UserErrorCode;
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        if input.sharing == SharingLevel::Selected {
            let error = UserError::new(UserErrorCode::InvalidValue, &["sharing"]);
            return payload(ctx, Vec::new(), 0, vec![error], true).await;
        }
        let rows = match read_appointments(&input.csv) {
            Ok(rows) => rows,
            Err(mistakes) => {
                let errors = mistakes.iter().map(told_here).collect();
                return payload(ctx, Vec::new(), 0, errors, true).await;
            }
        };
        let (rows, input) = (&rows, &input);
        let (looked_at, confirmed) = viewer
            .transaction(|viewer| async move {
                let known = Known::of(&viewer, rows).await?;
                let mut looked_at = known.fit_all(&viewer, rows, input.sharing);
                let refused = looked_at.iter().any(|row| row.fit.error().is_some());
                let confirmed = if input.preview || refused {
                    0
                } else {
                    propose(&viewer, &mut looked_at, input.confirm).await?
                };
                Ok((looked_at, confirmed))
            })
            .await?;
        payload(ctx, looked_at, confirmed, Vec::new(), input.preview).await
    }
}

/// A row with what was found out about it.
struct Looked {
    line: u64,
    fit: Fit,
}

/// Proposes what is new, and confirms of it what the viewer may. Returns how many were confirmed.
async fn propose(viewer: &Viewer, rows: &mut [Looked], confirm: bool) -> Result<i32> {
    let mut new: Vec<New> = Vec::new();
    let mut at: Vec<usize> = Vec::new();
    for (index, row) in rows.iter_mut().enumerate() {
        if let Some(one) = row.fit.take_new() {
            new.push(one);
            at.push(index);
        }
    }
    let touched = Touched {
        organisation: viewer.signed_in()?.organisation,
        roles: new.iter().map(|one| one.role.id).collect(),
        units: new.iter().filter_map(|one| one.unit).collect(),
    };
    let several: Vec<bool> = new.iter().map(|one| !one.role.one_at_a_time).collect();
    let ids = enter(viewer, new).await?;
    for (index, id) in at.iter().zip(&ids) {
        if let Some(row) = rows.get_mut(*index) {
            row.fit = Fit::Entered(*id);
        }
    }
    let ready = ids.iter().zip(several).filter(|(_, several)| *several);
    let ready: Vec<AppointmentId> = ready.map(|(id, _)| *id).collect();
    if !confirm || ready.is_empty() {
        return Ok(0);
    }
    viewer.counted(&touched, answer(viewer, &ready)).await
}

/// Confirms those of the proposals that the viewer may confirm.
async fn answer(viewer: &Viewer, ids: &[AppointmentId]) -> Result<i32> {
    let mut confirmed = BTreeSet::new();
    for id in ids {
        let change = appointment_answer::ActiveModel {
            id: Unchanged(*id),
            status: Set(AppointmentStatus::Confirmed),
            confirmed_at: Set(Some(viewer.now())),
            confirmed_by: Set(viewer.person()),
            ..Default::default()
        };
        if viewer.update(change).await?.is_some() {
            confirmed.insert(*id);
        }
    }
    let these = Condition::all().add(appointment::Column::Id.is_in(confirmed.iter().copied()));
    viewer.qualify(these).await?;
    let query =
        appointee::Entity::find().filter(appointee::Column::Id.is_in(confirmed.iter().copied()));
    let appointed = viewer.all(query).await?.into_iter();
    let concerns = appointed.filter_map(|row| {
        Some(Concern {
            subject: Some(row.id.to_string()),
            ..Concern::person(row.organisation_id, row.person_id?)
        })
    });
    viewer
        .audit(AuditAction::ConfirmAppointment, concerns.collect())
        .await?;
    Ok(i32::try_from(confirmed.len()).unwrap_or(i32::MAX))
}

async fn payload(
    ctx: &Context<'_>,
    looked_at: Vec<Looked>,
    confirmed: i32,
    mut user_errors: Vec<UserError>,
    preview: bool,
) -> Result<ImportAppointmentsPayload> {
    let ids = looked_at.iter().filter_map(|row| row.fit.appointment());
    let found = loaders(ctx).load_many(ids.map(AppointmentById)).await?;
    let (mut entered, mut already_there, mut rows) = (0, 0, Vec::new());
    for row in looked_at {
        let outcome = row.fit.outcome();
        match outcome {
            ImportOutcome::Entered => entered += 1,
            ImportOutcome::AlreadyThere => already_there += 1,
            ImportOutcome::Refused => user_errors.extend(row.fit.error().cloned()),
        }
        let id = row.fit.appointment();
        rows.push(ImportedAppointment {
            line: i32::try_from(row.line).unwrap_or(i32::MAX),
            outcome,
            appointment: id
                .and_then(|id| found.get(&AppointmentById(id)).cloned())
                .map(Appointment),
            error: row.fit.error().cloned(),
        });
    }
    Ok(ImportAppointmentsPayload {
        rows,
        entered: if user_errors.is_empty() { entered } else { 0 },
        confirmed: if preview { 0 } else { confirmed },
        already_there,
        user_errors,
    })
}

fn told_here(mistake: &Mistake<AppointmentColumn>) -> UserError {
    let columns = (
        "roll, enhet, e-post eller medlem, från och till",
        "role, unit, email or member, from and until",
    );
    told(mistake, columns)
}
