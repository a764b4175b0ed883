//! Recording attendance: many participants in one request, all or none of them.

use super::{Attendance, AttendanceOf, following::follow};
use crate::{
    domain::attendance::{can_be_recorded, changes},
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, SubsecRound, Utc};
use entity::{
    attendance, attendance_change, attendance_sheet, expected_participant,
    id::{AttendanceChangeId, OccasionId, PersonId, SignUpId},
    kind::{AttendanceGrade, AuditAction, OccasionStatus},
    time_block,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::{BTreeSet, HashMap};

/// The most participants that one request marks.
const MOST_MARKS: usize = 200;

/// The mark of one participant.
#[derive(InputObject)]
pub struct AttendanceMarkInput {
    /// The participant's sign-up.
    sign_up_id: SignUpId,
    /// The mark.
    grade: AttendanceGrade,
}

/// Who was there for a time block.
#[derive(InputObject)]
pub struct RecordAttendanceInput {
    /// The occasion.
    occasion_id: OccasionId,
    /// The time block, by its start as `timeBlocks` gives it.
    block_starts_at: DateTime<Utc>,
    /// The marks, 1 to 200, each participant once.
    marks: Vec<AttendanceMarkInput>,
}

/// The marks as they are now.
#[derive(SimpleObject)]
pub struct RecordAttendancePayload {
    /// The marks in the order of the request; empty when nothing was recorded.
    attendance: Vec<Attendance>,
    /// What you can mend; nothing was recorded, for nobody, if there is one.
    user_errors: Vec<UserError>,
}

/// Somebody whose mark changes.
pub(super) struct Marked {
    pub(super) participant: expected_participant::Model,
    pub(super) person: PersonId,
    previous: Option<AttendanceGrade>,
    grade: AttendanceGrade,
}

/// What can be done about attendance.
#[derive(Default)]
pub struct AttendanceMutation;

#[Object]
impl AttendanceMutation {
    /// Records who was there for a time block, from an hour before it begins. Recording the same mark again changes
    /// nothing and leaves no trace, so a scan may be sent twice. What follows for completions is written with it:
    /// whoever meets the training's rule has completed it, whoever no longer does has not. For coordinators of the
    /// organisers that see the participants, and for whom they have given the right to check in; `FORBIDDEN` for
    /// others who see the occasion. Changes are written to the audit log. User errors: `NOT_FOUND` for the
    /// occasion, the block or a sign-up without a seat, `ATTENDANCE_TOO_EARLY`, `OCCASION_CANCELLED`,
    /// `DUPLICATE_PARTICIPANT`, `INVALID_VALUE`.
    async fn record_attendance(
        &self,
        ctx: &Context<'_>,
        input: RecordAttendanceInput,
    ) -> Result<RecordAttendancePayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let user_errors = check_input(input);
        let outcome = if user_errors.is_empty() {
            viewer
                .transaction(|viewer| async move { record(&viewer, input).await })
                .await?
        } else {
            Err(user_errors)
        };
        if let Err(user_errors) = outcome {
            return Ok(RecordAttendancePayload {
                attendance: Vec::new(),
                user_errors,
            });
        }
        let block = input.block_starts_at.trunc_subsecs(6);
        let keys = input.marks.iter().map(|mark| AttendanceOf(mark.sign_up_id));
        let mut found = loaders(ctx).load_many(keys).await?;
        let marks = input.marks.iter().filter_map(|mark| {
            let rows = found.remove(&AttendanceOf(mark.sign_up_id))?;
            rows.into_iter().find(|row| row.block_starts_at == block)
        });
        Ok(RecordAttendancePayload {
            attendance: marks.map(Attendance).collect(),
            user_errors: Vec::new(),
        })
    }
}

fn check_input(input: &RecordAttendanceInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    if !(1..=MOST_MARKS).contains(&input.marks.len()) {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["marks"]));
    }
    let mut seen = BTreeSet::new();
    for (index, mark) in input.marks.iter().enumerate() {
        if !seen.insert(mark.sign_up_id) {
            let code = UserErrorCode::DuplicateParticipant;
            errors.push(UserError::at(code, "marks", index, "signUpId"));
        }
    }
    errors
}

/// The sheet of an occasion with the permission to write on it, or what to answer.
pub(super) async fn sheet(
    viewer: &Viewer,
    occasion: OccasionId,
) -> Result<Result<Permitted<attendance_sheet::Model>, UserErrorCode>> {
    let query = attendance_sheet::Entity::find_by_id(occasion);
    Ok(match viewer.edit(query).await? {
        Access::Granted(sheet) if sheet.status == OccasionStatus::Cancelled => {
            Err(UserErrorCode::OccasionCancelled)
        }
        Access::Granted(sheet) => Ok(sheet),
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => Err(UserErrorCode::NotFound),
    })
}

async fn record(
    viewer: &Viewer,
    input: &RecordAttendanceInput,
) -> Result<Result<(), Vec<UserError>>> {
    let refused = |code, field| Ok(Err(vec![UserError::new(code, &[field])]));
    // It holds the occasion: of two who mark the same participant at once, the second finds the first's mark.
    let sheet = match sheet(viewer, input.occasion_id).await? {
        Ok(sheet) => sheet,
        Err(code) => return refused(code, "occasionId"),
    };
    let block = input.block_starts_at.trunc_subsecs(6);
    let query = time_block::Entity::find()
        .filter(time_block::Column::OccasionId.eq(sheet.id))
        .order_by_asc(time_block::Column::Position);
    let blocks: Vec<DateTime<Utc>> = viewer
        .all(query)
        .await?
        .into_iter()
        .map(|row| row.starts_at)
        .collect();
    if !blocks.contains(&block) {
        return refused(UserErrorCode::NotFound, "blockStartsAt");
    }
    if !can_be_recorded(block, viewer.now()) {
        return refused(UserErrorCode::AttendanceTooEarly, "blockStartsAt");
    }
    let marks = match marks_of(viewer, &sheet, input).await? {
        Ok(marks) => marks,
        Err(errors) => return Ok(Err(errors)),
    };
    let ids = marks.iter().map(|(row, _, _)| row.id);
    let which = Condition::all().add(attendance::Column::SignUpId.is_in(ids));
    let present = viewer.parts::<attendance::Entity>(&sheet, which).await?;
    let changed = changed(marks, &present, block);
    if changed.is_empty() {
        return Ok(Ok(()));
    }
    write(viewer, &sheet, block, &changed).await?;
    follow(viewer, &sheet, &blocks, present, &changed, block).await?;
    audit(viewer, &changed).await?;
    Ok(Ok(()))
}

type Wanted = (expected_participant::Model, PersonId, AttendanceGrade);

/// The participants whom the marks are about; each has a seat at the occasion.
async fn marks_of(
    viewer: &Viewer,
    sheet: &attendance_sheet::Model,
    input: &RecordAttendanceInput,
) -> Result<Result<Vec<Wanted>, Vec<UserError>>> {
    use expected_participant::Column as P;
    let ids = input.marks.iter().map(|mark| mark.sign_up_id);
    let query = expected_participant::Entity::find()
        .filter(P::OccasionId.eq(sheet.id))
        .filter(P::Id.is_in(ids));
    let mut found: HashMap<SignUpId, _> = viewer
        .all(query)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let (mut marks, mut errors) = (Vec::new(), Vec::new());
    for (index, mark) in input.marks.iter().enumerate() {
        let participant = found.remove(&mark.sign_up_id);
        let person = participant.as_ref().and_then(|row| row.person_id);
        if let Some((participant, person)) = participant.zip(person) {
            marks.push((participant, person, mark.grade));
        } else {
            let code = UserErrorCode::NotFound;
            errors.push(UserError::at(code, "marks", index, "signUpId"));
        }
    }
    Ok(if errors.is_empty() {
        Ok(marks)
    } else {
        Err(errors)
    })
}

/// The marks that are new or another than before.
fn changed(marks: Vec<Wanted>, present: &[attendance::Model], block: DateTime<Utc>) -> Vec<Marked> {
    let mut changed = Vec::new();
    for (participant, person, grade) in marks {
        let previous = present.iter().find(|row| {
            row.sign_up_id == participant.id
                && row.block_starts_at == block
                && row.person_id == person
        });
        let previous = previous.map(|row| row.grade);
        if changes(previous, grade) {
            changed.push(Marked {
                participant,
                person,
                previous,
                grade,
            });
        }
    }
    changed
}

impl Marked {
    /// The mark as it is from now on.
    pub(super) fn mark(&self, viewer: &Viewer, block: DateTime<Utc>) -> attendance::Model {
        attendance::Model {
            sign_up_id: self.participant.id,
            block_starts_at: block,
            occasion_id: self.participant.occasion_id,
            person_id: self.person,
            grade: self.grade,
            recorded_at: viewer.now(),
            recorded_by: viewer.person(),
        }
    }
}

async fn write(
    viewer: &Viewer,
    sheet: &Permitted<attendance_sheet::Model>,
    block: DateTime<Utc>,
    changed: &[Marked],
) -> Result<()> {
    use attendance::Column as A;
    let acting = viewer.signed_in()?.organisation;
    let earlier = Condition::all()
        .add(A::BlockStartsAt.eq(block))
        .add(A::SignUpId.is_in(changed.iter().map(|one| one.participant.id)));
    viewer
        .remove_parts::<attendance::Entity>(sheet, earlier)
        .await?;
    let marks = changed.iter().map(|one| {
        let row = one.mark(viewer, block);
        attendance::ActiveModel {
            sign_up_id: Set(row.sign_up_id),
            block_starts_at: Set(row.block_starts_at),
            occasion_id: Set(row.occasion_id),
            person_id: Set(row.person_id),
            grade: Set(row.grade),
            recorded_at: Set(row.recorded_at),
            recorded_by: Set(row.recorded_by),
        }
    });
    viewer
        .add_parts::<attendance::Entity>(sheet, marks.collect())
        .await?;
    let history = changed.iter().map(|one| attendance_change::ActiveModel {
        id: Set(AttendanceChangeId::new()),
        sign_up_id: Set(one.participant.id),
        block_starts_at: Set(block),
        occasion_id: Set(one.participant.occasion_id),
        person_id: Set(one.person),
        previous: Set(one.previous),
        grade: Set(one.grade),
        at: Set(viewer.now()),
        actor_id: Set(viewer.person()),
        actor_organisation_id: Set(acting),
    });
    viewer
        .add_parts::<attendance_change::Entity>(sheet, history.collect())
        .await
}

/// One entry a person, in the log of the organisation that the person takes part for and in that of whoever acted.
async fn audit(viewer: &Viewer, changed: &[Marked]) -> Result<()> {
    let acting = viewer.signed_in()?.organisation;
    let concerns = changed.iter().flat_map(|one| {
        let concern = Concern {
            organisation: one.participant.organisation_id,
            person: one.person,
            subject: Some(one.participant.id.to_string()),
        };
        let also = concern.also_for(acting);
        [Some(concern), also].into_iter().flatten()
    });
    let concerns = concerns.collect();
    viewer.audit(AuditAction::RecordAttendance, concerns).await
}
