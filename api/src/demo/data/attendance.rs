//! Who was at the occasions of the past, what was completed by it, and what an organisation wants of its staff.

use super::{
    calendar::Calendar,
    people::Member,
    seating::Book,
    table::{Index, insert, read, wrong},
};
use crate::domain::completion::{Rule, day_in, valid_until};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    attendance, attendance_change, completion,
    id::{AttendanceChangeId, CompletionId, MandatoryTrainingId, TrainingId},
    kind::{AttendanceGrade, CompletionSource, PartlyCounts, StaffCategory},
    mandatory_training, mandatory_training_category, organisation, sign_up,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Deserialize;
use std::collections::HashMap;

const ATTENDANCE: &str = include_str!("attendance.csv");
const MANDATORY: &str = include_str!("mandatory_trainings.csv");

/// The rule of every training of the demonstration.
pub(super) const RULE: Rule = Rule {
    share: 100,
    partly: PartlyCounts::Nothing,
};

/// For how long after a block began its attendance is recorded.
const AFTERWARDS: TimeDelta = TimeDelta::minutes(15);

/// How somebody attended every block of an occasion, and who recorded it.
#[derive(Deserialize)]
struct Row {
    occasion: String,
    person: String,
    by: String,
    grade: AttendanceGrade,
}

#[derive(Deserialize)]
struct MandatoryRow {
    organisation: String,
    training: String,
    category: StaffCategory,
    days_ago: i64,
}

/// Everything that follows from the rows.
#[derive(Default)]
pub(super) struct Records {
    marks: Vec<attendance::Model>,
    changes: Vec<attendance_change::Model>,
    completions: Vec<completion::Model>,
}

/// Who attended, for sign-ups that the books hold.
pub(super) fn record(books: &[(String, Book)], people: &Index<Member>) -> Result<Records, DbErr> {
    let mut records = Records::default();
    for row in read::<Row>("attendance.csv", ATTENDANCE)? {
        let (_, book) = books
            .iter()
            .find(|(key, _)| *key == row.occasion)
            .ok_or_else(|| wrong(format!("no occasion row is called {}", row.occasion)))?;
        let place = book
            .seat_of(*people.get(&row.person)?)
            .ok_or_else(|| wrong(format!("{} has no seat at {}", row.person, row.occasion)))?;
        records.add(book, place, *people.get(&row.by)?, row.grade)?;
    }
    Ok(records)
}

impl Records {
    fn add(
        &mut self,
        book: &Book,
        place: &sign_up::Model,
        by: Member,
        grade: AttendanceGrade,
    ) -> Result<(), DbErr> {
        let person = place
            .person_id
            .ok_or_else(|| wrong("a seat without a name was attended"))?;
        let blocks: Vec<DateTime<Utc>> = book.starts().collect();
        for block in &blocks {
            let at = *block + AFTERWARDS;
            self.marks.push(attendance::Model {
                sign_up_id: place.id,
                block_starts_at: *block,
                occasion_id: place.occasion_id,
                person_id: person,
                grade,
                recorded_at: at,
                recorded_by: Some(by.person),
            });
            self.changes.push(attendance_change::Model {
                id: AttendanceChangeId::new(),
                sign_up_id: place.id,
                block_starts_at: *block,
                occasion_id: place.occasion_id,
                person_id: person,
                previous: None,
                grade,
                at,
                actor_id: Some(by.person),
                actor_organisation_id: by.organisation,
            });
        }
        let marks: HashMap<_, _> = blocks.iter().map(|block| (*block, grade)).collect();
        let Some(met) = RULE.met_at(&blocks, &marks) else {
            return Ok(());
        };
        let occasion = book.occasion();
        let completed_on = day_in(&occasion.time_zone, met);
        self.completions.push(completion::Model {
            id: CompletionId::new(),
            person_id: person,
            organisation_id: place.organisation_id,
            training_id: occasion.training_id,
            occasion_id: Some(occasion.id),
            sign_up_id: Some(place.id),
            meeting_id: None,
            source: CompletionSource::Attendance,
            completed_on,
            valid_until: valid_until(completed_on, None),
            recorded_at: met + AFTERWARDS,
            recorded_by: Some(by.person),
            withdrawn_at: None,
            withdrawn_by: None,
        });
        Ok(())
    }

    /// Writes them; their sign-ups are there.
    pub(super) async fn write(self, connection: &impl ConnectionTrait) -> Result<(), DbErr> {
        insert::<attendance::Entity>(connection, self.marks).await?;
        insert::<attendance_change::Entity>(connection, self.changes).await?;
        insert::<completion::Entity>(connection, self.completions).await
    }
}

/// Writes what organisations want of their staff.
pub(super) async fn fill_mandatory(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    organisations: &Index<organisation::Model>,
    trainings: &Index<TrainingId>,
) -> Result<(), DbErr> {
    let (mut mandatory, mut categories) = (Vec::new(), Vec::new());
    for row in read::<MandatoryRow>("mandatory_trainings.csv", MANDATORY)? {
        let id = MandatoryTrainingId::new();
        mandatory.push(mandatory_training::Model {
            id,
            organisation_id: organisations.get(&row.organisation)?.id,
            training_id: *trainings.get(&row.training)?,
            created_at: calendar.days(-row.days_ago),
        });
        categories.push(mandatory_training_category::Model {
            mandatory_training_id: id,
            staff_category: row.category,
        });
    }
    insert::<mandatory_training::Entity>(connection, mandatory).await?;
    insert::<mandatory_training_category::Entity>(connection, categories).await
}
