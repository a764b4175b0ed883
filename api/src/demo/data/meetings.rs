//! The meetings of the demonstration: what has been held, what is to come, what stands on the agendas.

use super::{
    calendar::Calendar,
    groups::{Groups, Known},
    records,
    table::{Index, Words, insert, read, wrong},
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use entity::{
    agenda_item, agenda_item_guest,
    id::{
        AgendaItemGuestId, AgendaItemId, GroupId, MeetingAbsenceId, MeetingAttendanceId, MeetingId,
        MeetingRegistrationId, MeetingSeriesId, SubstitutionId,
    },
    kind::{
        AgendaItemKind, AgendaItemStatus, MeetingAttendanceStatus, MeetingPurpose, MeetingStatus,
        SeriesFrequency, SubstitutionStatus,
    },
    meeting, meeting_absence, meeting_attendance, meeting_purpose, meeting_registration,
    meeting_series, meeting_series_rule, meeting_substitution,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Deserialize;
use std::collections::HashMap;

const MEETINGS: &str = include_str!("meetings.csv");
const ITEMS: &str = include_str!("agenda_items.csv");
const ATTENDANCE: &str = include_str!("meeting_attendance.csv");
const ABSENCES: &str = include_str!("meeting_absences.csv");

/// For how many days the meetings have been planned.
const PLANNED_SINCE: i64 = 100;

/// How many days before a meeting its notice goes out.
const NOTICE: TimeDelta = TimeDelta::days(20);

#[derive(Deserialize)]
struct Row {
    key: String,
    group: String,
    /// The series that it belongs to: of four weeks, from its first meeting on.
    series: Option<String>,
    title: String,
    days: i64,
    clock: String,
    minutes: i64,
    status: MeetingStatus,
    venue_name: Option<String>,
    online_url: Option<String>,
    notice_text: Option<String>,
    purposes: Words<MeetingPurpose>,
    /// The key of an organisation and its registration number, with a colon between them.
    registrations: Words<String>,
}

#[derive(Deserialize)]
struct ItemRow {
    key: String,
    group: String,
    meeting: Option<String>,
    parent: Option<String>,
    kind: AgendaItemKind,
    status: AgendaItemStatus,
    title: String,
    description: String,
    proposed_by: String,
    guests: Words<String>,
    decline_reason: Option<String>,
}

#[derive(Deserialize)]
struct AttendanceRow {
    meeting: String,
    seat: String,
    person: String,
    status: MeetingAttendanceStatus,
    serves_on: Option<String>,
}

#[derive(Deserialize)]
struct AbsenceRow {
    meeting: String,
    seat: String,
    person: String,
    substitute_seat: String,
    substitute: String,
    substitution: SubstitutionStatus,
}

/// Writes all of it, and tells the items by the keys of the file.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
    groups: &Groups,
) -> Result<Index<AgendaItemId>, DbErr> {
    let meetings = write_meetings(connection, calendar, known, groups).await?;
    let items = write_items(connection, calendar, known, groups, &meetings).await?;
    write_presence(connection, known, groups, &meetings).await?;
    records::fill(connection, calendar, known, groups, &meetings).await?;
    Ok(items)
}

async fn write_meetings(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
    groups: &Groups,
) -> Result<Index<meeting::Model>, DbErr> {
    let mut index = Index::new("meeting");
    let mut series_index: Index<MeetingSeriesId> = Index::new("series");
    let (mut all_series, mut rules) = (Vec::new(), Vec::new());
    let (mut meetings, mut purposes, mut registrations) = (Vec::new(), Vec::new(), Vec::new());
    for row in read::<Row>("meetings.csv", MEETINGS)? {
        let clock = NaiveTime::parse_from_str(&row.clock, "%H:%M").map_err(wrong)?;
        let starts_at = calendar.at(row.days, clock)?;
        if let Some(key) = &row.series
            && !series_index.has(key)
        {
            let (new, rule) = four_weekly(&row, clock, starts_at, *groups.groups.get(&row.group)?);
            series_index.add(key.as_str(), new.id)?;
            all_series.push(new);
            rules.push(rule);
        }
        let series = row
            .series
            .as_ref()
            .map(|key| series_index.get(key).copied());
        let is_noticed = row.status != MeetingStatus::Planned;
        let meeting = meeting::Model {
            id: MeetingId::new(),
            group_id: *groups.groups.get(&row.group)?,
            series_id: series.transpose()?,
            title: row.title,
            status: row.status,
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(row.minutes),
            time_zone: super::calendar::ZONE.name().to_owned(),
            venue_name: row.venue_name,
            venue_address: None,
            online_url: row.online_url,
            notice_text: row.notice_text,
            noticed_at: is_noticed.then(|| starts_at - NOTICE),
            cancellation_reason: None,
            created_at: calendar.days(-PLANNED_SINCE),
            updated_at: calendar.days(-PLANNED_SINCE),
            version: 1,
        };
        purposes.extend(row.purposes.0.iter().map(|purpose| meeting_purpose::Model {
            meeting_id: meeting.id,
            purpose: *purpose,
        }));
        for entry in &row.registrations.0 {
            let (organisation, number) = entry
                .split_once(':')
                .ok_or_else(|| wrong(format!("{entry} has no registration number")))?;
            registrations.push(meeting_registration::Model {
                id: MeetingRegistrationId::new(),
                meeting_id: meeting.id,
                organisation_id: known.organisations.get(organisation)?.id,
                registration_number: number.to_owned(),
                registered_at: meeting.created_at,
            });
        }
        index.add(row.key, meeting.clone())?;
        meetings.push(meeting);
    }
    insert::<meeting_series::Entity>(connection, all_series).await?;
    insert::<meeting_series_rule::Entity>(connection, rules).await?;
    insert::<meeting::Entity>(connection, meetings).await?;
    insert::<meeting_purpose::Entity>(connection, purposes).await?;
    insert::<meeting_registration::Entity>(connection, registrations).await?;
    Ok(index)
}

/// A series of which a meeting is the first.
fn four_weekly(
    row: &Row,
    clock: NaiveTime,
    starts_at: DateTime<Utc>,
    group_id: GroupId,
) -> (meeting_series::Model, meeting_series_rule::Model) {
    let first = starts_at.with_timezone(&super::calendar::ZONE).date_naive();
    let series = meeting_series::Model {
        id: MeetingSeriesId::new(),
        group_id,
        title: row.title.clone(),
        time_zone: super::calendar::ZONE.name().to_owned(),
        created_at: starts_at - TimeDelta::days(PLANNED_SINCE),
        version: 1,
    };
    let rule = meeting_series_rule::Model {
        series_id: series.id,
        from_day: first,
        until_day: first + TimeDelta::weeks(8),
        frequency: SeriesFrequency::Weekly,
        every: 4,
        starts_at_time: clock.format("%H:%M").to_string(),
        minutes: i32::try_from(row.minutes).unwrap_or(i32::MAX),
    };
    (series, rule)
}

/// An item stands before those below it in the file.
async fn write_items(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
    groups: &Groups,
    meetings: &Index<meeting::Model>,
) -> Result<Index<AgendaItemId>, DbErr> {
    let mut index = Index::new("agenda item");
    let mut next: HashMap<_, i32> = HashMap::new();
    let (mut items, mut guests) = (Vec::new(), Vec::new());
    for (number, row) in read::<ItemRow>("agenda_items.csv", ITEMS)?
        .into_iter()
        .enumerate()
    {
        let meeting = row.meeting.as_ref().map(|key| meetings.get(key));
        let meeting_id = meeting.transpose()?.map(|row| row.id);
        let parent = row.parent.as_ref().map(|key| index.get(key).copied());
        let parent_id: Option<AgendaItemId> = parent.transpose()?;
        let group_id = *groups.groups.get(&row.group)?;
        let position = next.entry((group_id, meeting_id, parent_id)).or_default();
        let by = known.people.get(&row.proposed_by)?;
        // One after the other: the order in which they were proposed is that of the file.
        let minutes = i64::try_from(number).map_err(wrong)?;
        let created_at = calendar.days(-30) + TimeDelta::minutes(minutes);
        let item = agenda_item::Model {
            id: AgendaItemId::new(),
            group_id,
            meeting_id,
            parent_id,
            position: *position,
            kind: row.kind,
            status: row.status,
            title: row.title,
            description: row.description,
            proposed_by_organisation_id: by.organisation,
            proposed_by: Some(by.person),
            decline_reason: row.decline_reason,
            moved_from_id: None,
            created_at,
            updated_at: created_at,
            version: 1,
        };
        *position += 1;
        for guest in &row.guests.0 {
            guests.push(agenda_item_guest::Model {
                id: AgendaItemGuestId::new(),
                item_id: item.id,
                organisation_id: known.organisations.get(guest)?.id,
            });
        }
        index.add(row.key, item.id)?;
        items.push(item);
    }
    insert::<agenda_item::Entity>(connection, items).await?;
    insert::<agenda_item_guest::Entity>(connection, guests).await?;
    Ok(index)
}

async fn write_presence(
    connection: &impl ConnectionTrait,
    known: &Known<'_>,
    groups: &Groups,
    meetings: &Index<meeting::Model>,
) -> Result<(), DbErr> {
    let (mut absences, mut substitutions, mut attendance) = (Vec::new(), Vec::new(), Vec::new());
    for row in read::<AbsenceRow>("meeting_absences.csv", ABSENCES)? {
        let meeting = meetings.get(&row.meeting)?;
        let announced_at = meeting.starts_at - NOTICE / 2;
        let seat_id = *groups.seats.get(&row.seat)?;
        absences.push(meeting_absence::Model {
            id: MeetingAbsenceId::new(),
            meeting_id: meeting.id,
            seat_id,
            person_id: known.people.get(&row.person)?.person,
            organisation_id: known.people.get(&row.person)?.organisation,
            announced_at,
        });
        let answered = row.substitution != SubstitutionStatus::Called;
        substitutions.push(meeting_substitution::Model {
            id: SubstitutionId::new(),
            meeting_id: meeting.id,
            seat_id,
            substitute_seat_id: *groups.seats.get(&row.substitute_seat)?,
            person_id: known.people.get(&row.substitute)?.person,
            organisation_id: known.people.get(&row.substitute)?.organisation,
            status: row.substitution,
            called_at: announced_at,
            answered_at: answered.then(|| announced_at + TimeDelta::hours(5)),
        });
    }
    for row in read::<AttendanceRow>("meeting_attendance.csv", ATTENDANCE)? {
        let meeting = meetings.get(&row.meeting)?;
        let member = known.people.get(&row.person)?;
        let seat_id = *groups.seats.get(&row.seat)?;
        let serves_on = row
            .serves_on
            .as_ref()
            .map(|key| groups.seats.get(key).copied());
        let was_there = matches!(
            row.status,
            MeetingAttendanceStatus::Present | MeetingAttendanceStatus::Partly
        );
        attendance.push(meeting_attendance::Model {
            id: MeetingAttendanceId::new(),
            meeting_id: meeting.id,
            person_id: member.person,
            organisation_id: member.organisation,
            seat_id: Some(seat_id),
            status: row.status,
            uses_seat_id: serves_on.transpose()?.or(was_there.then_some(seat_id)),
            recorded_at: meeting.ends_at,
        });
    }
    insert::<meeting_absence::Entity>(connection, absences).await?;
    insert::<meeting_substitution::Entity>(connection, substitutions).await?;
    insert::<meeting_attendance::Entity>(connection, attendance).await
}
