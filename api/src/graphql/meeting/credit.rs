//! Meetings that count as a training: whoever was there has completed it.

use super::{
    day_of,
    editing::{MeetingOutcome, SetMeetingCreditPayload, refusal},
};
use crate::{
    domain::completion::{Rule, valid_until},
    error::{Error, Result},
    graphql::{
        context::viewer, loader::load_one, user_error::UserError, user_error::UserErrorCode,
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    id::{CompletionId, MeetingId, OrganisationId, PersonId, TrainingId},
    kind::{
        AttendanceGrade, CompletionSource, MeetingAttendanceStatus, MeetingStatus, TrainingStatus,
    },
    meeting_attendance, meeting_completion, meeting_credit, meeting_desk, training,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Set};
use std::collections::{BTreeMap, BTreeSet};

load_one!(
    /// The training that a meeting counts as.
    CreditOf(MeetingId) => meeting_credit.MeetingId (|row| Some(row.meeting_id))
);

/// A meeting that counts as a training, or no longer does.
#[derive(InputObject)]
pub struct SetMeetingCreditInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// The published training that whoever is there completes; null: none, and what was completed by the meeting is
    /// taken back.
    training_id: Option<TrainingId>,
}

/// What is agreed about meetings that count as trainings.
#[derive(Default)]
pub struct MeetingCreditMutation;

#[Object]
impl MeetingCreditMutation {
    /// Says which training whoever is at a meeting completes by it, before or after it has been held. Completions follow
    /// from the attendance that is recorded, by the training's own rule with the meeting as its one block, and are
    /// corrected with it. For whoever keeps the group's papers and is a coordinator of one of the training's organisers;
    /// `FORBIDDEN` for others who see them. User errors: `NOT_FOUND` for the meeting and the training,
    /// `MEETING_CANCELLED`, `TRAINING_NOT_PUBLISHED`.
    async fn set_meeting_credit(
        &self,
        ctx: &Context<'_>,
        input: SetMeetingCreditInput,
    ) -> Result<SetMeetingCreditPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { set(&viewer, input).await })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }
}

async fn set(
    viewer: &Viewer,
    input: &SetMeetingCreditInput,
) -> Result<Result<MeetingId, Vec<UserError>>> {
    let query = meeting_desk::Entity::find_by_id(input.meeting_id);
    let desk = match viewer.edit(query).await? {
        Access::Granted(desk) => desk,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "meetingId"))),
    };
    if desk.status == MeetingStatus::Cancelled {
        return Ok(Err(refusal(UserErrorCode::MeetingCancelled, "meetingId")));
    }
    let mut rows = Vec::new();
    if let Some(id) = input.training_id {
        match viewer.edit(training::Entity::find_by_id(id)).await? {
            Access::Granted(row) if row.status == TrainingStatus::Published => {}
            Access::Granted(_) => {
                let errors = refusal(UserErrorCode::TrainingNotPublished, "trainingId");
                return Ok(Err(errors));
            }
            Access::Refused => return Err(Error::Forbidden),
            Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "trainingId"))),
        }
        rows.push(meeting_credit::ActiveModel {
            meeting_id: Set(desk.id),
            training_id: Set(id),
            organisation_id: Set(viewer.signed_in()?.organisation),
            agreed_at: Set(viewer.now()),
            agreed_by: Set(viewer.person()),
        });
    }
    viewer
        .replace_parts::<meeting_credit::Entity>(&desk, rows)
        .await?;
    follow(viewer, &desk).await?;
    Ok(Ok(desk.id))
}

/// What somebody is to have completed by a meeting.
struct Completed {
    organisation: OrganisationId,
    training: TrainingId,
    day: NaiveDate,
    valid_until: Option<NaiveDate>,
}

type Wanted = BTreeMap<PersonId, Completed>;

/// Brings what has been completed by a meeting in line with who was there and what the meeting counts as.
pub(super) async fn follow(viewer: &Viewer, desk: &Permitted<meeting_desk::Model>) -> Result<()> {
    use meeting_completion::Column as C;
    let standing = Condition::all().add(C::WithdrawnAt.is_null());
    let standing = viewer
        .parts::<meeting_completion::Entity>(desk, standing)
        .await?;
    let mut wanted = wanted(viewer, desk).await?;
    let mut withdrawn = Vec::new();
    let mut trainings = BTreeSet::new();
    let mut people = BTreeSet::new();
    for row in standing {
        let as_wanted = wanted.get(&row.person_id).is_some_and(|one| {
            one.organisation == row.organisation_id
                && one.training == row.training_id
                && one.day == row.completed_on
        });
        if as_wanted {
            wanted.remove(&row.person_id);
        } else {
            trainings.insert(row.training_id);
            people.insert(row.person_id);
            withdrawn.push(row.id);
        }
    }
    if withdrawn.is_empty() && wanted.is_empty() {
        return Ok(());
    }
    if !withdrawn.is_empty() {
        let change = meeting_completion::ActiveModel {
            withdrawn_at: Set(Some(viewer.now())),
            withdrawn_by: Set(viewer.person()),
            ..Default::default()
        };
        let which = Condition::all().add(C::Id.is_in(withdrawn));
        viewer
            .update_parts::<meeting_completion::Entity>(desk, which, change)
            .await?;
    }
    people.extend(wanted.keys().copied());
    trainings.extend(wanted.values().map(|one| one.training));
    let made = wanted
        .into_iter()
        .map(|(person, one)| new(viewer, desk, person, &one));
    viewer
        .add_parts::<meeting_completion::Entity>(desk, made.collect())
        .await?;
    viewer.completions_changed(&people, &trainings).await
}

async fn wanted(viewer: &Viewer, desk: &Permitted<meeting_desk::Model>) -> Result<Wanted> {
    let Some(training) = viewer.credited(desk).await? else {
        return Ok(Wanted::new());
    };
    let Some(rule) = Rule::of(training.completion_share, training.partly_counts) else {
        return Ok(Wanted::new());
    };
    let day = day_of(desk.starts_at, &desk.time_zone);
    let valid_until = valid_until(day, training.valid_months);
    let attendance = viewer
        .parts::<meeting_attendance::Entity>(desk, Condition::all())
        .await?;
    let completed = |row: &meeting_attendance::Model| {
        let mark = [(desk.starts_at, grade(row.status))].into();
        rule.met_at(&[desk.starts_at], &mark).is_some()
    };
    let completed = attendance.into_iter().filter(completed);
    Ok(completed
        .map(|row| {
            let one = Completed {
                organisation: row.organisation_id,
                training: training.id,
                day,
                valid_until,
            };
            (row.person_id, one)
        })
        .collect())
}

fn new(
    viewer: &Viewer,
    desk: &meeting_desk::Model,
    person: PersonId,
    completed: &Completed,
) -> meeting_completion::ActiveModel {
    meeting_completion::ActiveModel {
        id: Set(CompletionId::new()),
        person_id: Set(person),
        organisation_id: Set(completed.organisation),
        training_id: Set(completed.training),
        meeting_id: Set(Some(desk.id)),
        source: Set(CompletionSource::Meeting),
        completed_on: Set(completed.day),
        valid_until: Set(completed.valid_until),
        recorded_at: Set(viewer.now()),
        recorded_by: Set(viewer.person()),
        withdrawn_at: Set(None),
        withdrawn_by: Set(None),
    }
}

/// What having been at a meeting is, in the words of attendance at trainings.
const fn grade(status: MeetingAttendanceStatus) -> AttendanceGrade {
    match status {
        MeetingAttendanceStatus::Present => AttendanceGrade::Present,
        MeetingAttendanceStatus::Partly => AttendanceGrade::Partly,
        MeetingAttendanceStatus::AbsentWithNotice => AttendanceGrade::AbsentWithNotice,
        MeetingAttendanceStatus::Absent => AttendanceGrade::Absent,
    }
}
