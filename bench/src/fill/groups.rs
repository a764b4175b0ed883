//! Groups with their seats, meetings, actions and decisions; and a region with many units, of which most have somebody.

use super::{VIEWERS, World};
use crate::{Result, bulk::Bulk, progress::Progress, while_doing};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use entity::{
    agenda_item, appointment,
    confidential::Confidential,
    decision, group, group_action, group_convener, group_seat,
    id::{
        ActionId, AgendaItemId, AppointmentId, DecisionId, GroupId, MeetingId, OrganisationId,
        RoleTypeId, SeatHolderId, SeatId, UnitId,
    },
    kind::{
        ActionStatus, AgendaItemKind, AgendaItemStatus, AppointmentStatus, GroupKind, GroupLevel,
        GroupRole, MeetingStatus, SeatCapacity, SharingLevel, SubstitutionRule, UnitKind,
    },
    meeting, organisation_unit, role_type,
    search_text::{fold, swedish_sort_key},
    seat_holder,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// The role whose coverage is measured.
pub const ROLE: &str = "CHILD_RIGHTS_REPRESENTATIVE";

/// How many items an agenda has, every second one below the one before it.
const ITEMS: usize = 6;
/// How many actions a group has given out: every fourth is open.
const ACTIONS: usize = 40;
/// How many decisions a group has made.
const DECISIONS: usize = 40;
/// How many of a group's meetings are to come.
const TO_COME: usize = 6;

/// Writes all of it.
pub(super) async fn fill(bulk: &mut Bulk, world: &World, role: RoleTypeId) -> Result<()> {
    let size = world.plan.size;
    let mut progress = Progress::of("groups", size.groups);
    for number in 0..size.groups {
        write_group(bulk, world, number).await?;
        progress.add(1);
    }
    progress.end();
    write_region(bulk, world, role).await
}

/// Who sits on a group's seat: first the viewers that look at this group, then anybody.
fn sitter(world: &World, group: usize, seat: usize) -> usize {
    let size = world.plan.size;
    let viewer = group + seat * size.groups;
    if viewer < VIEWERS.min(size.people) {
        return viewer;
    }
    let mut dice = world.plan.dice("sitter", group * 1_000 + seat);
    VIEWERS.min(size.people - 1) + dice.below(size.people - VIEWERS.min(size.people - 1))
}

async fn write_group(bulk: &mut Bulk, world: &World, number: usize) -> Result<()> {
    let (plan, size) = (world.plan, world.plan.size);
    let mut dice = plan.dice("group", number);
    let begun = plan.now - TimeDelta::days(900);
    let county = world.county_of(number);
    let name = format!("Strategigrupp {number}");
    let row = group::Model {
        id: GroupId::from_uuid(dice.id(begun)),
        kind: GroupKind::StrategyGroup,
        level: GroupLevel::County,
        search_text: fold(&name),
        sort_name: swedish_sort_key(&name),
        name,
        description: String::new(),
        county_code: Some(world.counties[county].row.code.clone()),
        parent_id: None,
        sharing: SharingLevel::Partners,
        meetings_sharing: None,
        decisions_sharing: Some(SharingLevel::County),
        role_type_id: None,
        role_organisation_id: None,
        substitution: Some(SubstitutionRule::Organisation),
        quorum: None,
        meetings_a_year: None,
        several_seats_a_unit: false,
        valid_from: None,
        valid_to: None,
        closing_reason: None,
        created_at: begun,
        updated_at: begun,
        closed_at: None,
        version: 1,
    };
    let group_id = row.id;
    let convener = world.organisations[world.organisation_in(county, &mut dice)];
    bulk.write::<group::Entity>([row]).await?;
    let row = group_convener::Model {
        group_id,
        organisation_id: convener,
    };
    bulk.write::<group_convener::Entity>([row]).await?;

    let (mut seats, mut holders) = (Vec::new(), Vec::new());
    for place in 0..size.seats / size.groups {
        let person = sitter(world, number, place);
        let organisation_id = world.organisations[person % size.organisations];
        let position = i32::try_from(place).map_err(while_doing("a place"))?;
        let seat = group_seat::Model {
            id: SeatId::from_uuid(dice.id(begun)),
            group_id,
            organisation_id,
            unit_id: None,
            capacity: SeatCapacity::Ordinary,
            role: GroupRole::Member,
            function_name: None,
            substitute_for_id: None,
            list_position: None,
            valid_from: None,
            ends_on: None,
            position,
            sort_key: group_seat::Model::sort_key(SeatCapacity::Ordinary, position),
        };
        holders.push(seat_holder::Model {
            id: SeatHolderId::from_uuid(dice.id(begun)),
            seat_id: seat.id,
            person_id: world.people[person],
            from_day: begun.date_naive(),
            until_day: None,
            since: None,
            appointed_by_organisation_id: organisation_id,
            appointed_by: None,
            decision: None,
            name_published: false,
            recorded_at: begun,
        });
        seats.push(seat);
    }
    bulk.write::<group_seat::Entity>(seats).await?;
    bulk.write::<seat_holder::Entity>(holders).await?;

    let number_of_meetings = size.meetings / size.groups;
    let (mut meetings, mut items) = (Vec::new(), Vec::new());
    for place in 0..number_of_meetings {
        let weeks = i64::try_from(place + TO_COME).map_err(while_doing("a week"))?
            - i64::try_from(number_of_meetings).map_err(while_doing("a week"))?;
        let starts_at = plan.now + TimeDelta::weeks(weeks) + TimeDelta::days(1);
        let row = held_at(&mut dice, group_id, starts_at, starts_at > plan.now);
        agenda(&mut dice, &row, convener, &mut items)?;
        meetings.push(row);
    }
    let last = meetings.iter().rev().find(|row| row.starts_at < plan.now);
    let last = last.unwrap_or(&meetings[0]).clone();
    bulk.write::<meeting::Entity>(meetings).await?;
    bulk.write::<agenda_item::Entity>(items).await?;
    let actions: Vec<_> = (0..ACTIONS)
        .map(|place| action(world, &mut dice, &last, place))
        .collect();
    let decisions = (0..DECISIONS).map(|place| decided(&mut dice, &last, place));
    let decisions = decisions.collect::<Result<Vec<_>>>()?;
    bulk.write::<decision::Entity>(decisions).await?;
    bulk.write::<group_action::Entity>(actions).await
}

fn held_at(
    dice: &mut crate::dice::Dice,
    group_id: GroupId,
    starts_at: DateTime<Utc>,
    to_come: bool,
) -> meeting::Model {
    let created_at = starts_at - TimeDelta::days(100);
    meeting::Model {
        id: MeetingId::from_uuid(dice.id(created_at)),
        group_id,
        series_id: None,
        title: "Strategigruppens möte".to_owned(),
        status: if to_come {
            MeetingStatus::Planned
        } else {
            MeetingStatus::Held
        },
        starts_at,
        ends_at: starts_at + TimeDelta::hours(2),
        time_zone: "Europe/Stockholm".to_owned(),
        venue_name: None,
        venue_address: None,
        online_url: None,
        notice_text: None,
        noticed_at: None,
        cancellation_reason: None,
        created_at,
        updated_at: created_at,
        version: 1,
    }
}

fn agenda(
    dice: &mut crate::dice::Dice,
    meeting: &meeting::Model,
    convener: OrganisationId,
    items: &mut Vec<agenda_item::Model>,
) -> Result<()> {
    let mut above: Option<AgendaItemId> = None;
    for place in 0..ITEMS {
        let item = agenda_item::Model {
            id: AgendaItemId::from_uuid(dice.id(meeting.created_at)),
            group_id: meeting.group_id,
            meeting_id: Some(meeting.id),
            parent_id: above,
            position: i32::try_from(place).map_err(while_doing("a position"))?,
            kind: AgendaItemKind::Discussion,
            status: AgendaItemStatus::Accepted,
            title: format!("Punkt {place}"),
            description: String::new(),
            proposed_by_organisation_id: convener,
            proposed_by: None,
            decline_reason: None,
            moved_from_id: None,
            created_at: meeting.created_at,
            updated_at: meeting.created_at,
            version: 1,
        };
        above = above.is_none().then_some(item.id);
        items.push(item);
    }
    Ok(())
}

fn action(
    world: &World,
    dice: &mut crate::dice::Dice,
    agreed: &meeting::Model,
    place: usize,
) -> group_action::Model {
    let open = place.is_multiple_of(4);
    let owner = world.organisations[dice.below(world.plan.size.organisations)];
    group_action::Model {
        id: ActionId::from_uuid(dice.id(agreed.ends_at)),
        group_id: agreed.group_id,
        meeting_id: Some(agreed.id),
        decision_id: None,
        organisation_id: owner,
        title: format!("Åtgärd {place}"),
        description: String::new(),
        due_on: Some((agreed.ends_at + TimeDelta::days(60)).date_naive()),
        status: if open {
            ActionStatus::Accepted
        } else {
            ActionStatus::Done
        },
        reason: None,
        assigned_at: agreed.ends_at,
        answered_at: Some(agreed.ends_at),
        ended_at: (!open).then_some(agreed.ends_at),
        reminded_at: None,
        updated_at: agreed.ends_at,
        version: 1,
    }
}

fn decided(
    dice: &mut crate::dice::Dice,
    at: &meeting::Model,
    place: usize,
) -> Result<decision::Model> {
    let title = format!("Beslut {place}");
    Ok(decision::Model {
        id: DecisionId::from_uuid(dice.id(at.ends_at)),
        group_id: at.group_id,
        meeting_id: at.id,
        item_id: None,
        year: at.starts_at.year(),
        number: i32::try_from(place + 1).map_err(while_doing("a number"))?,
        search_text: fold(&title),
        title,
        body: String::new(),
        decided_at: at.starts_at,
        verified_at: Some(at.ends_at),
        created_at: at.ends_at,
        updated_at: at.ends_at,
        version: 1,
    })
}

/// The role whose coverage is measured; read before anything is written.
pub(super) async fn role(url: &str) -> Result<RoleTypeId> {
    let failed = while_doing("the roles cannot be read");
    let database = crate::bulk::openly(url).await?;
    let role = role_type::Entity::find()
        .filter(role_type::Column::Code.eq(ROLE))
        .one(&database)
        .await
        .map_err(&failed)?
        .ok_or_else(|| api::run::Fault::new("there is no role whose coverage can be measured"))?;
    database.close().await.map_err(&failed)?;
    Ok(role.id)
}

/// Further units of the first region, and appointments for six of ten.
async fn write_region(bulk: &mut Bulk, world: &World, role: RoleTypeId) -> Result<()> {
    let size = world.plan.size;
    let mut progress = Progress::of("units of a region", size.region_units);
    let (mut units, mut appointments) = (Vec::new(), Vec::new());
    for number in 0..size.region_units {
        let unit = unit(world, number);
        if number % 10 < 6 {
            appointments.push(appointed(world, number, unit.id, role));
        }
        units.push(unit);
    }
    bulk.write::<organisation_unit::Entity>(units).await?;
    bulk.write::<appointment::Entity>(appointments).await?;
    progress.add(size.region_units);
    progress.end();
    Ok(())
}

fn unit(world: &World, number: usize) -> organisation_unit::Model {
    let mut dice = world.plan.dice("unit of the region", number);
    let name = format!("Mottagning {number}");
    organisation_unit::Model {
        id: UnitId::from_uuid(dice.id(world.plan.now - TimeDelta::days(950))),
        organisation_id: world.organisations[0],
        parent_id: None,
        kind: UnitKind::HealthCare,
        sort_name: swedish_sort_key(&name),
        name,
        valid_from: None,
        valid_to: None,
        municipality_code: None,
        from_day: None,
        until_day: None,
    }
}

fn appointed(world: &World, number: usize, unit: UnitId, role: RoleTypeId) -> appointment::Model {
    let mut dice = world.plan.dice("appointment", number);
    let at = world.plan.now - TimeDelta::days(dice.between(10, 900));
    appointment::Model {
        id: AppointmentId::from_uuid(dice.id(at)),
        role_type_id: role,
        organisation_id: world.organisations[0],
        county_code: Some(world.counties[0].row.code.clone()),
        unit_id: Some(unit),
        person_id: Confidential::new(Some(world.person(0, number))),
        status: AppointmentStatus::Confirmed,
        sharing: SharingLevel::County,
        name_published: false,
        function_address: None,
        decision: Confidential::new(None),
        decline_reason: Confidential::new(None),
        from_day: at.date_naive(),
        until_day: None,
        since: None,
        proposed_at: at,
        proposed_by: None,
        confirmed_at: Some(at),
        confirmed_by: None,
    }
}
