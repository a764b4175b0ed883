//! What follows from attendance: completions, written in the same transaction as the marks.

use super::recording::Marked;
use crate::{
    domain::completion::{Rule, day_in, valid_until},
    error::Result,
    viewer::{Permitted, Viewer},
};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    attendance, attendance_sheet, completion,
    id::{CompletionId, SignUpId},
    kind::{AttendanceGrade, CompletionSource},
    training,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Set};
use std::collections::HashMap;

/// Brings the completions of those whose marks have changed in line with the training's rule.
pub(super) async fn follow(
    viewer: &Viewer,
    sheet: &Permitted<attendance_sheet::Model>,
    blocks: &[DateTime<Utc>],
    before: Vec<attendance::Model>,
    changed: &[Marked],
    block: DateTime<Utc>,
) -> Result<()> {
    let query = training::Entity::find_by_id(sheet.training_id);
    let Some(training) = viewer.one(query).await? else {
        // Whoever sees the occasion sees its training.
        return Ok(());
    };
    let marks = marks_now(viewer, before, changed, block);
    let which = Condition::all()
        .add(completion::Column::WithdrawnAt.is_null())
        .add(completion::Column::SignUpId.is_in(changed.iter().map(|one| one.participant.id)));
    let standing = viewer.parts::<completion::Entity>(sheet, which).await?;
    let rule = Rule::of(training.completion_share, training.partly_counts);
    let (mut withdrawn, mut made) = (Vec::new(), Vec::new());
    for one in changed {
        let of = |row: &&attendance::Model| {
            row.sign_up_id == one.participant.id && row.person_id == one.person
        };
        let own: HashMap<DateTime<Utc>, AttendanceGrade> = marks
            .iter()
            .filter(of)
            .map(|row| (row.block_starts_at, row.grade))
            .collect();
        let met = rule.and_then(|rule| rule.met_at(blocks, &own));
        let wanted = met.map(|block| day_in(&sheet.time_zone, block));
        let held = standing
            .iter()
            .find(|row| row.sign_up_id == Some(one.participant.id));
        let as_wanted = |row: &completion::Model| {
            row.person_id == one.person && Some(row.completed_on) == wanted
        };
        if held.is_some_and(as_wanted) {
            continue;
        }
        withdrawn.extend(held.map(|row| row.id));
        made.extend(wanted.map(|day| new(viewer, &training, one, day)));
    }
    if withdrawn.is_empty() && made.is_empty() {
        return Ok(());
    }
    withdraw(viewer, sheet, withdrawn).await?;
    viewer.add_parts::<completion::Entity>(sheet, made).await?;
    let people = changed.iter().map(|one| one.person);
    // Whose place has changed hands: the completion that is taken back was somebody else's.
    let people = people.chain(standing.iter().map(|row| row.person_id));
    viewer
        .completions_changed(&people.collect(), &[training.id].into())
        .await
}

/// All marks of those whose marks have changed, as they are from now on.
fn marks_now(
    viewer: &Viewer,
    mut marks: Vec<attendance::Model>,
    changed: &[Marked],
    block: DateTime<Utc>,
) -> Vec<attendance::Model> {
    let is_new = |id: SignUpId| changed.iter().any(|one| one.participant.id == id);
    marks.retain(|row| row.block_starts_at != block || !is_new(row.sign_up_id));
    marks.extend(changed.iter().map(|one| one.mark(viewer, block)));
    marks
}

/// Takes completions back: the rows stay, for certificates that were made of them.
async fn withdraw(
    viewer: &Viewer,
    sheet: &Permitted<attendance_sheet::Model>,
    ids: Vec<CompletionId>,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let change = completion::ActiveModel {
        withdrawn_at: Set(Some(viewer.now())),
        withdrawn_by: Set(viewer.person()),
        ..Default::default()
    };
    let which = Condition::all().add(completion::Column::Id.is_in(ids));
    viewer
        .update_parts::<completion::Entity>(sheet, which, change)
        .await?;
    Ok(())
}

fn new(
    viewer: &Viewer,
    training: &training::Model,
    one: &Marked,
    day: NaiveDate,
) -> completion::ActiveModel {
    completion::ActiveModel {
        id: Set(CompletionId::new()),
        person_id: Set(one.person),
        organisation_id: Set(one.participant.organisation_id),
        training_id: Set(training.id),
        occasion_id: Set(Some(one.participant.occasion_id)),
        sign_up_id: Set(Some(one.participant.id)),
        meeting_id: Set(None),
        source: Set(CompletionSource::Attendance),
        completed_on: Set(day),
        valid_until: Set(valid_until(day, training.valid_months)),
        recorded_at: Set(viewer.now()),
        recorded_by: Set(viewer.person()),
        withdrawn_at: Set(None),
        withdrawn_by: Set(None),
    }
}
