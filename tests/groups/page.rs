//! The first page of a strategy group: one request, as many statements whatever the size.

use crate::harness::{Caller, Server, on_both_databases};
use entity::{
    agenda_item, decision, group, group_action, group_seat,
    id::{
        ActionId, AgendaItemId, DecisionId, GroupId, MeetingId, OrganisationId, SeatHolderId,
        SeatId,
    },
    kind::{
        ActionStatus, AgendaItemKind, AgendaItemStatus, GroupRole, MeetingStatus, SeatCapacity,
    },
    meeting, organisation, person, seat_holder,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use serde_json::{Value, json};

/// What a strategy group's first page asks for.
const PAGE: &str = "query($id: ID!) { group(id: $id) {
    name kind level
    seats(first: 50) { nodes { capacity role organisation { name } unit { name } holder { fromDay person { name } } } }
    meetings(statuses: [PLANNED, NOTICED], first: 3) { nodes { title startsAt status
        agenda { number title kind children { number title } } } }
    actions(statuses: [ASSIGNED, ACCEPTED], first: 50) { nodes { title dueOn status organisation { name } } }
    decisions(first: 5) { nodes { reference title decidedAt } } } }";

/// How many statements the page takes at most: who is asking, the group, its seats with their organisations, who holds them,
/// the meetings, their agendas, the actions with their organisations, the decisions, the audit log.
const MOST: f64 = 9.0;

/// What a reader may do with each row of a list.
const CAN: &str = "query($id: ID!, $first: Int!) { group(id: $id) {
    actions(first: $first) { nodes { viewerCanAnswer viewerCanEdit } }
    decisions(first: $first) { nodes { viewerCanEdit } }
    agendaItems(first: $first) { nodes { viewerCanEdit } } } }";

/// The same page with purposes and conveners, a statement for each and one for the organisations.
const WHOLE_PAGE: &str = "query($id: ID!) { group(id: $id) {
    name kind level purposes conveners { name }
    seats(first: 50) { nodes { capacity role organisation { name } unit { name } holder { fromDay person { name } } } }
    meetings(statuses: [PLANNED, NOTICED], first: 3) { nodes { title startsAt status
        agenda { number title kind children { number title } } } }
    actions(statuses: [ASSIGNED, ACCEPTED], first: 50) { nodes { title dueOn status organisation { name } } }
    decisions(first: 5) { nodes { reference title decidedAt } } } }";

async fn page(server: &Server, caller: &Caller<'_>, query: &str, group: &str) -> (f64, Value) {
    let (statements, answer) = server
        .statements(caller.ask(query, json!({ "id": group })))
        .await;
    (statements, answer.at("group").clone())
}

async fn insert_all<A>(server: &Server, rows: Vec<A>)
where
    A: ActiveModelTrait + Send,
{
    let rows = rows.into_iter().map(ActiveModelTrait::reset_all);
    <A::Entity as EntityTrait>::insert_many(rows)
        .exec_without_returning(&server.database)
        .await
        .expect("rows can be entered behind the door");
}

/// Sixty seats more, with a holder each.
async fn grow_seats(server: &Server, group: GroupId, organisations: &[organisation::Model]) {
    let people = person::Entity::find().limit(60);
    let people = people.all(&server.database).await.expect("people");
    let now = server.clock.now();
    let (mut seats, mut holders) = (Vec::new(), Vec::new());
    for (number, (organisation, person)) in
        (100..).zip(organisations.iter().zip(people.iter().cycle()))
    {
        let seat = group_seat::Model {
            id: SeatId::new(),
            group_id: group,
            organisation_id: organisation.id,
            unit_id: None,
            capacity: SeatCapacity::Ordinary,
            role: GroupRole::Member,
            function_name: None,
            substitute_for_id: None,
            list_position: None,
            valid_from: None,
            ends_on: None,
            position: number,
            sort_key: group_seat::Model::sort_key(SeatCapacity::Ordinary, number),
        };
        holders.push(
            seat_holder::Model {
                id: SeatHolderId::new(),
                seat_id: seat.id,
                person_id: person.id,
                from_day: now.date_naive(),
                until_day: None,
                since: None,
                appointed_by_organisation_id: organisation.id,
                appointed_by: None,
                decision: None,
                name_published: false,
                recorded_at: now,
            }
            .into_active_model(),
        );
        seats.push(seat.into_active_model());
    }
    insert_all(server, seats).await;
    insert_all(server, holders).await;
}

/// Forty meetings more, with twenty items each.
async fn grow_meetings(server: &Server, group: GroupId, convener: OrganisationId) {
    let now = server.clock.now();
    let (mut meetings, mut items) = (Vec::new(), Vec::new());
    for week in 1..=40 {
        let starts_at = now + chrono::TimeDelta::weeks(week);
        let id = MeetingId::new();
        meetings.push(
            meeting::Model {
                id,
                group_id: group,
                series_id: None,
                title: "Möte".to_owned(),
                status: MeetingStatus::Planned,
                starts_at,
                ends_at: starts_at + chrono::TimeDelta::hours(2),
                time_zone: "Europe/Stockholm".to_owned(),
                venue_name: None,
                venue_address: None,
                online_url: None,
                notice_text: None,
                noticed_at: None,
                cancellation_reason: None,
                created_at: now,
                updated_at: now,
                version: 1,
            }
            .into_active_model(),
        );
        let mut above = None;
        for position in 0..20 {
            let item = agenda_item::Model {
                id: AgendaItemId::new(),
                group_id: group,
                meeting_id: Some(id),
                // Every second one stands below the one before it.
                parent_id: above,
                position,
                kind: AgendaItemKind::Discussion,
                status: AgendaItemStatus::Accepted,
                title: format!("Punkt {position}"),
                description: String::new(),
                proposed_by_organisation_id: convener,
                proposed_by: None,
                decline_reason: None,
                moved_from_id: None,
                created_at: now,
                updated_at: now,
                version: 1,
            };
            above = above.is_none().then_some(item.id);
            items.push(item.into_active_model());
        }
    }
    insert_all(server, meetings).await;
    for chunk in items.chunks(200) {
        insert_all(server, chunk.to_vec()).await;
    }
}

/// Sixty actions of as many organisations, and sixty decisions.
async fn grow_records(server: &Server, group: GroupId, organisations: &[organisation::Model]) {
    let now = server.clock.now();
    let meeting = meeting::Entity::find()
        .filter(meeting::Column::GroupId.eq(group))
        .one(&server.database)
        .await
        .expect("meetings can be read")
        .expect("a meeting");
    let (mut actions, mut decisions) = (Vec::new(), Vec::new());
    for (number, organisation) in (1..).zip(organisations) {
        actions.push(
            group_action::Model {
                id: ActionId::new(),
                group_id: group,
                meeting_id: None,
                decision_id: None,
                organisation_id: organisation.id,
                title: format!("Åtgärd {number}"),
                description: String::new(),
                due_on: None,
                status: ActionStatus::Assigned,
                reason: None,
                assigned_at: now,
                answered_at: None,
                ended_at: None,
                reminded_at: None,
                updated_at: now,
                version: 1,
            }
            .into_active_model(),
        );
        decisions.push(
            decision::Model {
                id: DecisionId::new(),
                group_id: group,
                meeting_id: meeting.id,
                item_id: None,
                year: 2026,
                number,
                title: format!("Beslut {number}"),
                body: String::new(),
                decided_at: now,
                verified_at: None,
                created_at: now,
                updated_at: now,
                version: 1,
                search_text: String::new(),
            }
            .into_active_model(),
        );
    }
    insert_all(server, actions).await;
    insert_all(server, decisions).await;
}

async fn grow(server: &Server, group: GroupId) {
    let rows = organisation::Entity::find().limit(60);
    let organisations = rows.all(&server.database).await.expect("organisations");
    grow_seats(server, group, &organisations).await;
    grow_meetings(server, group, organisations[0].id).await;
    grow_records(server, group, &organisations).await;
}

on_both_databases! {
    async fn the_first_page_of_a_group_takes_as_many_statements_whatever_its_size(backend: Backend) {
        let server = Server::start(backend).await;
        let group = group::Entity::find()
            .filter(group::Column::Name.eq("Strategigruppen för barn och unga"))
            .one(&server.database)
            .await
            .expect("groups can be read")
            .expect("the strategy group")
            .id;
        let member = server.by("region-jonkoping-coordinator");
        let key = group.to_string();

        page(&server, &member, PAGE, &key).await;
        let (few, small) = page(&server, &member, PAGE, &key).await;
        grow(&server, group).await;
        let (many, large) = page(&server, &member, PAGE, &key).await;
        let (whole, _) = page(&server, &member, WHOLE_PAGE, &key).await;

        assert_eq!(small["meetings"]["nodes"][0]["agenda"][0]["title"], "Länets handlingsplan");
        assert_eq!(large["meetings"]["nodes"][1]["agenda"].as_array().map(Vec::len), Some(10), "{large}");
        assert_eq!(large["seats"]["nodes"].as_array().map(Vec::len), Some(50), "{large}");
        assert_eq!(large["actions"]["nodes"].as_array().map(Vec::len), Some(50), "{large}");
        assert!(large["actions"]["nodes"][49]["organisation"]["name"].is_string(), "{large}");
        assert_eq!(large["decisions"]["nodes"][0]["reference"], "2026:60", "{large}");
        println!("{few} statements for few rows, {many} for many, {whole} with conveners");
        // Two batches of one kind become one where their answers come at the same time.
        assert!(few.max(many) <= MOST, "{few} statements for few rows, {many} for many, at most {MOST}: load each level at once");
        assert!(whole <= MOST + 3.0, "{whole} statements with conveners and purposes");
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_one_may_do_with_each_row_takes_as_many_statements_whatever_the_number_of_rows(backend: Backend) {
        let server = Server::start(backend).await;
        let group = group::Entity::find()
            .filter(group::Column::Name.eq("Strategigruppen för barn och unga"))
            .one(&server.database)
            .await
            .expect("groups can be read")
            .expect("the strategy group")
            .id;
        grow(&server, group).await;
        let member = server.by("region-jonkoping-coordinator");
        let ask = async |first: i32| server.statements(member.ask(CAN, json!({ "id": group.to_string(), "first": first }))).await;

        ask(2).await;
        let (few, _) = ask(2).await;
        let (many, answer) = ask(50).await;

        assert_eq!(answer.at("group/actions/nodes").as_array().map(Vec::len), Some(50), "{}", answer.text);
        // Who is asking, the group, three lists, and what may be done: the groups' powers once or twice, as the lists come.
        assert!(few.max(many) <= 9.0, "{few} statements for two rows, {many} for fifty");
        server.stop().await;
    }
}
