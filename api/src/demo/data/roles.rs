//! Roles of the five counties: since when, who is appointed, what is aimed at.

use super::{
    calendar::Calendar,
    people::Member,
    table::{Index, Words, insert, read, wrong},
};
use chrono::NaiveDate;
use entity::{
    appointment, completion,
    confidential::Confidential,
    coverage_aim, coverage_aim_kind,
    id::{
        AppointmentId, CompletionId, CoverageAimId, PersonId, RoleHeadcountId, RoleIntroductionId,
        RoleTrainingId, RoleTypeId, TrainingId, UnitId, UnitManagerId,
    },
    kind::{AppointmentStatus, CompletionSource, CoverageBy, SharingLevel, UnitKind},
    organisation,
    partial_date::PartialDate,
    role_headcount, role_introduction, role_training, role_type, unit_manager,
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use serde::Deserialize;

const INTRODUCTIONS: &str = include_str!("role_introductions.csv");
const TRAININGS: &str = include_str!("role_trainings.csv");
const HEADCOUNTS: &str = include_str!("role_headcounts.csv");
const AIMS: &str = include_str!("coverage_aims.csv");
const MANAGERS: &str = include_str!("unit_managers.csv");
const APPOINTMENTS: &str = include_str!("appointments.csv");

/// For how many days the aims have been entered here.
const ENTERED: i64 = 200;

#[derive(Deserialize)]
struct IntroductionRow {
    role: String,
    organisation: Option<String>,
    county: Option<String>,
    since: Option<PartialDate>,
    note: Option<String>,
}

#[derive(Deserialize)]
struct TrainingRow {
    role: String,
    organisation: Option<String>,
    county: Option<String>,
    training: String,
}

#[derive(Deserialize)]
struct HeadcountRow {
    role: String,
    organisation: String,
    value: Option<i32>,
    note: Option<String>,
    as_of: Option<PartialDate>,
}

#[derive(Deserialize)]
struct AimRow {
    role: String,
    organisation: String,
    for_county: bool,
    by: CoverageBy,
    kinds: Words<UnitKind>,
    target: Option<i32>,
    statement: String,
    sharing: SharingLevel,
}

#[derive(Deserialize)]
struct ManagerRow {
    unit: String,
    person: String,
    since_days: i64,
}

/// Somebody who is appointed, or a function without a name; and perhaps a training that the person completed for it.
#[derive(Deserialize)]
struct AppointmentRow {
    role: String,
    organisation: String,
    unit: Option<String>,
    person: Option<String>,
    from: NaiveDate,
    sharing: SharingLevel,
    name_published: bool,
    address: Option<String>,
    completed: Option<String>,
    completed_on: Option<NaiveDate>,
}

/// What the files refer to by key.
pub(super) struct Known<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) organisations: &'a Index<organisation::Model>,
    pub(super) units: &'a Index<UnitId>,
    pub(super) people: &'a Index<Member>,
    pub(super) trainings: &'a Index<TrainingId>,
}

pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    known: &Known<'_>,
) -> Result<(), DbErr> {
    let mut roles = Index::new("role");
    for row in role_type::Entity::find().all(connection).await? {
        roles.add(row.code, row.id)?;
    }
    fill_reference(connection, known, &roles).await?;
    fill_aims(connection, known, &roles).await?;
    let managers = read::<ManagerRow>("unit_managers.csv", MANAGERS)?;
    let managers: Result<Vec<_>, DbErr> = managers.iter().map(|row| manager(row, known)).collect();
    insert::<unit_manager::Entity>(connection, managers?).await?;
    fill_appointments(connection, known, &roles).await
}

async fn fill_reference(
    connection: &impl ConnectionTrait,
    known: &Known<'_>,
    roles: &Index<RoleTypeId>,
) -> Result<(), DbErr> {
    let organisation = |key: Option<&String>| match key {
        Some(key) => known.organisations.get(key).map(|row| Some(row.id)),
        None => Ok(None),
    };
    let mut introductions = Vec::new();
    for row in read::<IntroductionRow>("role_introductions.csv", INTRODUCTIONS)? {
        introductions.push(role_introduction::Model {
            id: RoleIntroductionId::new(),
            role_type_id: *roles.get(&row.role)?,
            organisation_id: organisation(row.organisation.as_ref())?,
            county_code: row.county,
            since: row.since,
            note: row.note,
        });
    }
    let mut trainings = Vec::new();
    for row in read::<TrainingRow>("role_trainings.csv", TRAININGS)? {
        trainings.push(role_training::Model {
            id: RoleTrainingId::new(),
            role_type_id: *roles.get(&row.role)?,
            training_id: *known.trainings.get(&row.training)?,
            organisation_id: organisation(row.organisation.as_ref())?,
            county_code: row.county,
        });
    }
    let mut headcounts = Vec::new();
    for row in read::<HeadcountRow>("role_headcounts.csv", HEADCOUNTS)? {
        headcounts.push(role_headcount::Model {
            id: RoleHeadcountId::new(),
            role_type_id: *roles.get(&row.role)?,
            organisation_id: known.organisations.get(&row.organisation)?.id,
            value: row.value,
            note: row.note,
            as_of: row.as_of,
        });
    }
    insert::<role_introduction::Entity>(connection, introductions).await?;
    insert::<role_training::Entity>(connection, trainings).await?;
    insert::<role_headcount::Entity>(connection, headcounts).await
}

async fn fill_aims(
    connection: &impl ConnectionTrait,
    known: &Known<'_>,
    roles: &Index<RoleTypeId>,
) -> Result<(), DbErr> {
    let (mut aims, mut kinds) = (Vec::new(), Vec::new());
    for row in read::<AimRow>("coverage_aims.csv", AIMS)? {
        let organisation = known.organisations.get(&row.organisation)?;
        let id = CoverageAimId::new();
        aims.push(coverage_aim::Model {
            id,
            role_type_id: *roles.get(&row.role)?,
            organisation_id: organisation.id,
            county_code: organisation.county_code.clone(),
            for_county: row.for_county,
            counted_by: row.by,
            target: row.target,
            statement: Some(row.statement),
            sharing: row.sharing,
            from_day: None,
            until_day: None,
            set_at: known.calendar.days(-ENTERED),
            set_by: None,
        });
        let of_it = row.kinds.0.into_iter();
        kinds.extend(of_it.map(|unit_kind| coverage_aim_kind::Model {
            aim_id: id,
            unit_kind,
        }));
    }
    insert::<coverage_aim::Entity>(connection, aims).await?;
    insert::<coverage_aim_kind::Entity>(connection, kinds).await
}

fn manager(row: &ManagerRow, known: &Known<'_>) -> Result<unit_manager::Model, DbErr> {
    let person = known.people.get(&row.person)?;
    let recorded_at = known.calendar.days(-row.since_days);
    Ok(unit_manager::Model {
        id: UnitManagerId::new(),
        unit_id: *known.units.get(&row.unit)?,
        organisation_id: person.organisation,
        person_id: person.person,
        from_day: recorded_at.date_naive(),
        until_day: None,
        recorded_at,
        recorded_by: None,
    })
}

async fn fill_appointments(
    connection: &impl ConnectionTrait,
    known: &Known<'_>,
    roles: &Index<RoleTypeId>,
) -> Result<(), DbErr> {
    let (mut appointments, mut completions) = (Vec::new(), Vec::new());
    for row in read::<AppointmentRow>("appointments.csv", APPOINTMENTS)? {
        let person = match &row.person {
            Some(key) => Some(known.people.get(key)?.person),
            None => None,
        };
        completions.extend(completed(&row, person, known)?);
        appointments.push(appointment(row, person, known, roles)?);
    }
    insert::<completion::Entity>(connection, completions).await?;
    insert::<appointment::Entity>(connection, appointments).await
}

fn appointment(
    row: AppointmentRow,
    person: Option<PersonId>,
    known: &Known<'_>,
    roles: &Index<RoleTypeId>,
) -> Result<appointment::Model, DbErr> {
    let organisation = known.organisations.get(&row.organisation)?;
    let unit = row.unit.map(|unit| known.units.get(&unit).copied());
    let entered_at = known.calendar.days(-ENTERED);
    Ok(appointment::Model {
        id: AppointmentId::new(),
        role_type_id: *roles.get(&row.role)?,
        organisation_id: organisation.id,
        county_code: organisation.county_code.clone(),
        unit_id: unit.transpose()?,
        person_id: Confidential::new(person),
        status: AppointmentStatus::Confirmed,
        sharing: row.sharing,
        name_published: row.name_published,
        function_address: row.address,
        decision: Confidential::new(None),
        decline_reason: Confidential::new(None),
        from_day: row.from,
        until_day: None,
        since: None,
        proposed_at: entered_at,
        proposed_by: None,
        confirmed_at: Some(entered_at),
        confirmed_by: None,
    })
}

/// What the person completed before.
fn completed(
    row: &AppointmentRow,
    person: Option<PersonId>,
    known: &Known<'_>,
) -> Result<Option<completion::Model>, DbErr> {
    let Some(training) = &row.completed else {
        return Ok(None);
    };
    let (Some(person_id), Some(completed_on)) = (person, row.completed_on) else {
        return Err(wrong("a completion needs a person and a day"));
    };
    Ok(Some(completion::Model {
        id: CompletionId::new(),
        person_id,
        organisation_id: known.organisations.get(&row.organisation)?.id,
        training_id: *known.trainings.get(training)?,
        occasion_id: None,
        sign_up_id: None,
        meeting_id: None,
        source: CompletionSource::Import,
        completed_on,
        valid_until: None,
        recorded_at: known.calendar.days(-ENTERED),
        recorded_by: None,
        withdrawn_at: None,
        withdrawn_by: None,
    }))
}
