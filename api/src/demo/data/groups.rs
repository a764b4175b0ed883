//! The groups of the demonstration: who works together, which seats there are, and who sits on them.

use super::{
    calendar::{Calendar, ZONE},
    people::Member,
    table::{Index, Words, insert, read, wrong},
};
use chrono::NaiveDate;
use entity::{
    group, group_convener, group_member, group_purpose, group_responsible_role, group_seat,
    group_subject, group_task,
    id::{GroupId, GroupMemberId, RoleTypeId, SeatHolderId, SeatId, UnitId},
    kind::{
        GroupKind, GroupLevel, GroupPurpose, GroupRole, GroupTaskKind, SeatCapacity, SharingLevel,
        SubjectArea, SubstitutionRule,
    },
    organisation,
    partial_date::PartialDate,
    role_type,
    search_text::{fold, swedish_sort_key},
    seat_holder,
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use serde::Deserialize;
use std::collections::HashMap;

const GROUPS: &str = include_str!("groups.csv");
const TASKS: &str = include_str!("group_tasks.csv");
const SEATS: &str = include_str!("group_seats.csv");
const MEMBERS: &str = include_str!("group_members.csv");

/// For how many days the groups have been known here.
const KNOWN_SINCE: i64 = 365;

#[derive(Deserialize)]
struct Row {
    key: String,
    kind: GroupKind,
    level: GroupLevel,
    name: String,
    description: String,
    county: Option<String>,
    parent: Option<String>,
    conveners: Words<String>,
    purposes: Words<GroupPurpose>,
    subjects: Words<SubjectArea>,
    sharing: SharingLevel,
    meetings_sharing: Option<SharingLevel>,
    decisions_sharing: Option<SharingLevel>,
    role: Option<String>,
    role_organisation: Option<String>,
    responsible_roles: Words<String>,
    substitution: Option<SubstitutionRule>,
    meetings_a_year: Option<i32>,
    several_seats_a_unit: bool,
    /// How many ordinary seats are enough for a decision; none: more than half.
    quorum: Option<i32>,
    valid_from: Option<PartialDate>,
}

#[derive(Deserialize)]
struct TaskRow {
    group: String,
    kind: GroupTaskKind,
    description: String,
    law_cited_as: Option<String>,
}

/// Of several organisations, each has such a seat; the key is the first one's.
#[derive(Deserialize)]
struct SeatRow {
    key: String,
    group: String,
    organisations: Words<String>,
    unit: Option<String>,
    capacity: SeatCapacity,
    role: GroupRole,
    function_name: Option<String>,
    substitute_for: Option<String>,
    list_position: Option<i32>,
    person: Option<String>,
    since_days: Option<i64>,
    name_published: bool,
}

#[derive(Deserialize)]
struct MemberRow {
    group: String,
    person: String,
    joined_days: i64,
}

/// What the rows refer to.
pub(super) struct Known<'k> {
    pub(super) organisations: &'k Index<organisation::Model>,
    pub(super) units: &'k Index<UnitId>,
    pub(super) people: &'k Index<Member>,
}

/// The groups and their seats, by the keys of the files.
pub(super) struct Groups {
    pub(super) groups: Index<GroupId>,
    pub(super) seats: Index<SeatId>,
}

/// Writes all of it, and tells groups and seats by the keys of the files.
pub(super) async fn fill(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
) -> Result<Groups, DbErr> {
    let mut roles = Index::new("role");
    for role in role_type::Entity::find().all(connection).await? {
        roles.add(role.code, role.id)?;
    }
    let groups = write_groups(connection, calendar, known, &roles).await?;
    insert::<group_task::Entity>(connection, tasks(&groups)?).await?;
    let seats = write_seats(connection, calendar, known, &groups).await?;
    let joined = read::<MemberRow>("group_members.csv", MEMBERS)?
        .into_iter()
        .map(|row| {
            let member = known.people.get(&row.person)?;
            Ok(group_member::Model {
                id: GroupMemberId::new(),
                group_id: *groups.get(&row.group)?,
                person_id: member.person,
                organisation_id: member.organisation,
                joined_at: calendar.days(-row.joined_days),
                left_at: None,
            })
        })
        .collect::<Result<Vec<_>, DbErr>>()?;
    insert::<group_member::Entity>(connection, joined).await?;
    Ok(Groups { groups, seats })
}

/// A parent stands before its children in the file.
async fn write_groups(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
    roles: &Index<RoleTypeId>,
) -> Result<Index<GroupId>, DbErr> {
    let mut index = Index::new("group");
    let (mut groups, mut conveners, mut responsible) = (Vec::new(), Vec::new(), Vec::new());
    let (mut purposes, mut subjects) = (Vec::new(), Vec::new());
    for row in read::<Row>("groups.csv", GROUPS)? {
        let group = made(&row, calendar, known, roles, &index)?;
        for key in &row.conveners.0 {
            conveners.push(group_convener::Model {
                group_id: group.id,
                organisation_id: known.organisations.get(key)?.id,
            });
        }
        for code in &row.responsible_roles.0 {
            responsible.push(group_responsible_role::Model {
                group_id: group.id,
                role_type_id: *roles.get(code)?,
            });
        }
        purposes.extend(row.purposes.0.iter().map(|purpose| group_purpose::Model {
            group_id: group.id,
            purpose: *purpose,
        }));
        subjects.extend(row.subjects.0.iter().map(|area| group_subject::Model {
            group_id: group.id,
            subject_area: *area,
        }));
        index.add(row.key.as_str(), group.id)?;
        groups.push(group);
    }
    insert::<group::Entity>(connection, groups).await?;
    insert::<group_convener::Entity>(connection, conveners).await?;
    insert::<group_responsible_role::Entity>(connection, responsible).await?;
    insert::<group_purpose::Entity>(connection, purposes).await?;
    insert::<group_subject::Entity>(connection, subjects).await?;
    Ok(index)
}

fn made(
    row: &Row,
    calendar: &Calendar,
    known: &Known<'_>,
    roles: &Index<RoleTypeId>,
    above: &Index<GroupId>,
) -> Result<group::Model, DbErr> {
    let parent = row.parent.as_ref().map(|key| above.get(key).copied());
    let role = row.role.as_ref().map(|code| roles.get(code).copied());
    let whose = row.role_organisation.as_ref();
    let whose = whose.map(|key| known.organisations.get(key).map(|row| row.id));
    Ok(group::Model {
        id: GroupId::new(),
        kind: row.kind,
        level: row.level,
        search_text: fold(&format!("{} {}", row.name, row.description)),
        sort_name: swedish_sort_key(&row.name),
        name: row.name.clone(),
        description: row.description.clone(),
        county_code: row.county.clone(),
        parent_id: parent.transpose()?,
        sharing: row.sharing,
        meetings_sharing: row.meetings_sharing,
        decisions_sharing: row.decisions_sharing,
        role_type_id: role.transpose()?,
        role_organisation_id: whose.transpose()?,
        substitution: row.substitution,
        quorum: row.quorum,
        meetings_a_year: row.meetings_a_year,
        several_seats_a_unit: row.several_seats_a_unit,
        valid_from: row.valid_from,
        valid_to: None,
        closing_reason: None,
        created_at: calendar.days(-KNOWN_SINCE),
        updated_at: calendar.days(-KNOWN_SINCE),
        closed_at: None,
        version: 1,
    })
}

fn tasks(groups: &Index<GroupId>) -> Result<Vec<group_task::Model>, DbErr> {
    let mut next: HashMap<GroupId, i32> = HashMap::new();
    let mut tasks = Vec::new();
    for row in read::<TaskRow>("group_tasks.csv", TASKS)? {
        let group_id = *groups.get(&row.group)?;
        let position = next.entry(group_id).or_default();
        tasks.push(group_task::Model {
            group_id,
            position: *position,
            kind: row.kind,
            description: row.description,
            law_cited_as: row.law_cited_as,
        });
        *position += 1;
    }
    Ok(tasks)
}

/// A seat stands before those that are its substitutes.
async fn write_seats(
    connection: &impl ConnectionTrait,
    calendar: &Calendar,
    known: &Known<'_>,
    groups: &Index<GroupId>,
) -> Result<Index<SeatId>, DbErr> {
    let mut index = Index::new("seat");
    let mut next: HashMap<GroupId, i32> = HashMap::new();
    let (mut seats, mut holders) = (Vec::new(), Vec::new());
    for row in read::<SeatRow>("group_seats.csv", SEATS)? {
        let group_id = *groups.get(&row.group)?;
        let unit = row.unit.as_ref().map(|key| known.units.get(key).copied());
        let unit = unit.transpose()?;
        let substituted = row.substitute_for.as_ref();
        let substituted = substituted.map(|key| index.get(key).copied());
        let substituted = substituted.transpose()?;
        for (number, key) in row.organisations.0.iter().enumerate() {
            let position = next.entry(group_id).or_default();
            let seat = group_seat::Model {
                id: SeatId::new(),
                group_id,
                organisation_id: known.organisations.get(key)?.id,
                unit_id: unit,
                capacity: row.capacity,
                role: row.role,
                function_name: row.function_name.clone(),
                substitute_for_id: substituted,
                list_position: row.list_position,
                valid_from: None,
                ends_on: None,
                position: *position,
                sort_key: group_seat::Model::sort_key(row.capacity, *position),
            };
            *position += 1;
            if number == 0 {
                index.add(row.key.as_str(), seat.id)?;
                holders.extend(holder(&row, &seat, calendar, known)?);
            }
            seats.push(seat);
        }
    }
    insert::<group_seat::Entity>(connection, seats).await?;
    insert::<seat_holder::Entity>(connection, holders).await?;
    Ok(index)
}

fn holder(
    row: &SeatRow,
    seat: &group_seat::Model,
    calendar: &Calendar,
    known: &Known<'_>,
) -> Result<Option<seat_holder::Model>, DbErr> {
    let Some(person) = &row.person else {
        return Ok(None);
    };
    let member = known.people.get(person)?;
    if member.organisation != seat.organisation_id {
        return Err(wrong(format!("{person} is not of the seat's organisation")));
    }
    let since = calendar.days(-row.since_days.unwrap_or_default());
    let from_day: NaiveDate = since.with_timezone(&ZONE).date_naive();
    Ok(Some(seat_holder::Model {
        id: SeatHolderId::new(),
        seat_id: seat.id,
        person_id: member.person,
        from_day,
        until_day: None,
        since: None,
        appointed_by_organisation_id: seat.organisation_id,
        appointed_by: None,
        decision: None,
        name_published: row.name_published,
        recorded_at: since,
    }))
}
