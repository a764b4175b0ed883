//! Programmes and trainings: the historic ones of the sources, and a living catalogue around them.

use super::{
    attendance::RULE,
    calendar::Calendar,
    table::{Index, Words, insert, read, wrong},
};
use entity::{
    id::{OrganisationId, ProgrammeId, ReportedCompletionId, TrainingId},
    kind::{SharingLevel, SubjectArea, TargetAudience, TrainingFormat, TrainingStatus},
    organisation,
    partial_date::PartialDate,
    programme_organiser, reported_completion,
    search_text::{fold, swedish_sort_key},
    training, training_audience, training_organiser, training_participant_organisation,
    training_programme, training_share, training_subject,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Deserialize;

const PROGRAMMES: &str = include_str!("programmes.csv");
const TRAININGS: &str = include_str!("trainings.csv");
const REPORTED_COMPLETIONS: &str = include_str!("reported_completions.csv");

/// For how many days a training was prepared before it was published.
const PREPARED: i64 = 15;

/// For how many days the drafts have existed.
const DRAFTED: i64 = 10;

#[derive(Deserialize)]
struct ProgrammeRow {
    key: String,
    number: Option<i32>,
    title: String,
    county: Option<String>,
    period: Option<PartialDate>,
    organisers: Words<String>,
    sharing: SharingLevel,
    description: String,
}

/// The first of the organisers is the accountable one. Of the joint ones, `unconfirmed` have not
/// confirmed, and `sees` see who has signed up.
#[derive(Deserialize)]
struct TrainingRow {
    key: String,
    title: String,
    format: TrainingFormat,
    status: TrainingStatus,
    sharing: SharingLevel,
    county: Option<String>,
    organisers: Words<String>,
    unconfirmed: Words<String>,
    sees: Words<String>,
    programme: Option<String>,
    period: Option<PartialDate>,
    published_days: Option<i64>,
    subjects: Words<SubjectArea>,
    audiences: Words<TargetAudience>,
    shared_with: Words<String>,
    participants: Words<String>,
    qualifies_for: Option<String>,
    url: Option<String>,
    description: String,
}

#[derive(Deserialize)]
struct CompletionRow {
    training: String,
    organisation: String,
    count: Option<i32>,
    as_of: Option<PartialDate>,
    cumulative: bool,
    note: String,
}

/// Everything that is written for a training, the row itself first.
#[derive(Default)]
struct Parts {
    organisers: Vec<training_organiser::Model>,
    subjects: Vec<training_subject::Model>,
    audiences: Vec<training_audience::Model>,
    shares: Vec<training_share::Model>,
    participants: Vec<training_participant_organisation::Model>,
}

/// Writes the catalogue without its occasions, and tells the trainings by the keys of the file.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    organisations: &Index<organisation::Model>,
) -> Result<Index<TrainingId>, DbErr> {
    let programmes = fill_programmes(connection, organisations).await?;
    let mut index = Index::new("training");
    let (mut trainings, mut parts) = (Vec::new(), Parts::default());
    for row in read::<TrainingRow>("trainings.csv", TRAININGS)? {
        let training = training(&row, calendar, organisations, &programmes)?;
        index.add(row.key.as_str(), training.id)?;
        parts.add(&row, &training, organisations)?;
        trainings.push(training);
    }
    insert::<training::Entity>(connection, trainings).await?;
    parts.write(connection).await?;
    let completions = completions(&index, organisations)?;
    insert::<reported_completion::Entity>(connection, completions).await?;
    Ok(index)
}

async fn fill_programmes(
    connection: &impl ConnectionTrait,
    organisations: &Index<organisation::Model>,
) -> Result<Index<ProgrammeId>, DbErr> {
    let mut index = Index::new("programme");
    let (mut programmes, mut organisers) = (Vec::new(), Vec::new());
    for row in read::<ProgrammeRow>("programmes.csv", PROGRAMMES)? {
        let id = ProgrammeId::new();
        index.add(row.key, id)?;
        for organisation in row.organisers.0 {
            organisers.push(programme_organiser::Model {
                programme_id: id,
                organisation_id: organisations.get(&organisation)?.id,
            });
        }
        programmes.push(training_programme::Model {
            id,
            sort_key: swedish_sort_key(&format!("{:04} {}", row.number.unwrap_or(9999), row.title)),
            title: row.title,
            description: row.description,
            number: row.number,
            county_code: row.county,
            period: row.period,
            sharing: row.sharing,
            effects: None,
        });
    }
    insert::<training_programme::Entity>(connection, programmes).await?;
    insert::<programme_organiser::Entity>(connection, organisers).await?;
    Ok(index)
}

fn training(
    row: &TrainingRow,
    calendar: &Calendar,
    organisations: &Index<organisation::Model>,
    programmes: &Index<ProgrammeId>,
) -> Result<training::Model, DbErr> {
    let accountable = row
        .organisers
        .0
        .first()
        .ok_or_else(|| wrong(format!("{} has no organiser", row.key)))?;
    let programme_id = match &row.programme {
        Some(programme) => Some(*programmes.get(programme)?),
        None => None,
    };
    let published_at = row.published_days.map(|days| calendar.days(-days));
    let created_at = row.published_days.map_or(calendar.days(-DRAFTED), |days| {
        calendar.days(-days - PREPARED)
    });
    Ok(training::Model {
        id: TrainingId::new(),
        title: row.title.clone(),
        description: row.description.clone(),
        format: row.format,
        status: row.status,
        sharing: row.sharing,
        county_code: row.county.clone(),
        accountable_organisation_id: organisations.get(accountable)?.id,
        programme_id,
        qualifies_for: row.qualifies_for.clone(),
        url: row.url.clone(),
        period: row.period,
        completion_share: Some(RULE.share.into()),
        partly_counts: RULE.partly,
        valid_months: None,
        for_groups: false,
        published_at,
        created_at,
        updated_at: published_at.unwrap_or(created_at),
        version: 1,
        search_text: fold(&format!("{} {}", row.title, row.description)),
        sort_title: swedish_sort_key(&row.title),
    })
}

impl Parts {
    fn add(
        &mut self,
        row: &TrainingRow,
        training: &training::Model,
        organisations: &Index<organisation::Model>,
    ) -> Result<(), DbErr> {
        let training_id = training.id;
        let id_of =
            |key: &String| -> Result<OrganisationId, DbErr> { Ok(organisations.get(key)?.id) };
        for (place, key) in row.organisers.0.iter().enumerate() {
            let is_confirmed = !row.unconfirmed.0.contains(key);
            self.organisers.push(training_organiser::Model {
                training_id,
                organisation_id: id_of(key)?,
                confirmed_at: is_confirmed.then_some(training.updated_at),
                sees_participants: place == 0 || row.sees.0.contains(key),
            });
        }
        for subject_area in row.subjects.0.iter().copied() {
            self.subjects.push(training_subject::Model {
                training_id,
                subject_area,
            });
        }
        for audience in row.audiences.0.iter().copied() {
            self.audiences.push(training_audience::Model {
                training_id,
                audience,
            });
        }
        for key in &row.shared_with.0 {
            let organisation_id = id_of(key)?;
            self.shares.push(training_share::Model {
                training_id,
                organisation_id,
            });
        }
        for key in &row.participants.0 {
            let organisation_id = id_of(key)?;
            self.participants
                .push(training_participant_organisation::Model {
                    training_id,
                    organisation_id,
                });
        }
        Ok(())
    }

    async fn write(self, connection: &impl ConnectionTrait) -> Result<(), DbErr> {
        insert::<training_organiser::Entity>(connection, self.organisers).await?;
        insert::<training_subject::Entity>(connection, self.subjects).await?;
        insert::<training_audience::Entity>(connection, self.audiences).await?;
        insert::<training_share::Entity>(connection, self.shares).await?;
        insert::<training_participant_organisation::Entity>(connection, self.participants).await
    }
}

fn completions(
    trainings: &Index<TrainingId>,
    organisations: &Index<organisation::Model>,
) -> Result<Vec<reported_completion::Model>, DbErr> {
    read::<CompletionRow>("reported_completions.csv", REPORTED_COMPLETIONS)?
        .into_iter()
        .map(|row| {
            Ok(reported_completion::Model {
                id: ReportedCompletionId::new(),
                training_id: *trainings.get(&row.training)?,
                organisation_id: organisations.get(&row.organisation)?.id,
                count: row.count,
                as_of: row.as_of,
                cumulative: row.cumulative,
                note: Some(row.note),
            })
        })
        .collect()
}
