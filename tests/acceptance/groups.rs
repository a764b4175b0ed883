//! Groups, their seats and meetings, as the documents of the five counties name them.

use super::look_up::{organisation, text, texts};
use crate::{
    groups::world::{seat_for, seat_given},
    harness::{Answer, Caller, Server, on_both_databases},
    meetings::world::meeting_on,
    minutes::world::{attended, editions, save, submit, verify},
    seats::world::{colleagues, id, occasion_of, refusals, training},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

const KRONOBERG: &str = "2321000065";

/// The group of a name, with a selection of its fields.
pub async fn group(caller: &Caller<'_>, name: &str, selection: &str) -> Value {
    let query = "query($text: String!) { groups(filter: { text: $text }) { nodes { id name } } }";
    let answer = caller.ask(query, json!({ "text": name })).await;
    let nodes = answer.at("groups/nodes").as_array().expect("groups");
    let found = nodes.iter().find(|node| node["name"] == name);
    let id = &found.unwrap_or_else(|| panic!("no {name} in {}", answer.text))["id"];
    let query = format!("query($id: ID!) {{ group(id: $id) {{ {selection} }} }}");
    let answer = caller.ask(&query, json!({ "id": id })).await;
    answer.at("group").clone()
}

/// The capacity in which Region Kronoberg's strategist sits in a group.
async fn capacity_of_the_strategist(server: &Server, name: &str) -> Vec<String> {
    let member = server.by("region-kronoberg-member");
    let seats = "seats(first: 100) { nodes { capacity organisation { organisationNumber } holder { person { name } } } }";
    let found = group(&member, name, seats).await;
    let seats = found["seats"]["nodes"].as_array().expect("seats");
    let hers = seats.iter().filter(|seat| {
        seat["holder"]["person"]["name"] == "Maria Ekendahl"
            && seat["organisation"]["organisationNumber"] == KRONOBERG
    });
    hers.map(|seat| text(&seat["capacity"])).collect()
}

on_both_databases! {
    async fn kr_16_the_decision_makers_of_a_body_are_its_ordinary_members_and_substitutes(backend: Backend) {
        let server = Server::start(backend).await;
        let seats = "id seats(first: 100) { nodes { capacity vacant holder { person { id } } } }";
        let organiser = server.by("region-kronoberg-coordinator");

        let board = group(&organiser, "Region Kronobergs styrelse", seats).await;

        let seats = board["seats"]["nodes"].as_array().expect("seats").clone();
        let capacity = |wanted: &str| seats.iter().filter(|seat| seat["capacity"] == wanted).count();
        assert_eq!((capacity("ORDINARY"), capacity("SUBSTITUTE")), (3, 1));
        let held: Vec<&Value> = seats.iter().filter(|seat| seat["vacant"] == false).collect();
        assert_eq!(held.len(), 1, "{held:?}");
        // A training whose audience is the body: its decision-makers are signed up, others are not.
        let course = training(&server, &json!({ "targetGroupIds": [board["id"]] })).await;
        let occasion = occasion_of(&server, &course, &json!({})).await;
        let others = colleagues(&server, "region-kronoberg-coordinator", 1).await;
        assert_eq!(refusals(&organiser, &occasion, &others).await, ["TARGET_AUDIENCE_MISMATCH"]);
        let sits = [text(&held[0]["holder"]["person"]["id"])];
        assert_eq!(refusals(&organiser, &occasion, &sits).await, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_20_the_region_is_represented_in_six_groups_each_by_seat_person_capacity_and_period(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "id representations(first: 100) { nodes { group { name } capacity holder { fromDay untilDay person { name } } } }";
        let found = organisation(&server.by("region-kronoberg-member"), KRONOBERG, selection).await;

        let seats = found["representations"]["nodes"].as_array().expect("seats");
        let hers: Vec<&Value> = seats.iter().filter(|seat| seat["holder"]["person"]["name"] == "Maria Ekendahl").collect();
        assert_eq!(hers.len(), 6, "{hers:?}");
        for seat in &hers {
            assert!(seat["group"]["name"].is_string() && seat["capacity"].is_string(), "{seat}");
            assert!(seat["holder"]["fromDay"].is_string() && seat["holder"]["untilDay"].is_null(), "{seat}");
        }
        let substitutes = hers.iter().filter(|seat| seat["capacity"] == "SUBSTITUTE").count();
        assert_eq!(substitutes, 2, "exactly two of the six");
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_21_the_national_network_for_human_rights_has_the_strategist_as_ordinary(backend: Backend) {
        let server = Server::start(backend).await;
        let name = "Nationella nätverket för mänskliga rättigheter";

        let found = group(&server.by("region-kronoberg-member"), name, "kind level subjectAreas").await;

        assert_eq!(found, json!({ "kind": "NETWORK", "level": "NATIONAL", "subjectAreas": ["HUMAN_RIGHTS"] }));
        assert_eq!(capacity_of_the_strategist(&server, name).await, ["ORDINARY"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_22_skr_convenes_its_national_network(backend: Backend) {
        let server = Server::start(backend).await;
        let name = "SKR:s nationella nätverk för att stärka barnets rättigheter i Sverige";

        let found = group(&server.by("region-kronoberg-member"), name, "conveners { organisationNumber }").await;

        assert_eq!(found, json!({ "conveners": [{ "organisationNumber": "2220000315" }] }));
        assert_eq!(capacity_of_the_strategist(&server, name).await, ["ORDINARY"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_23_the_county_administrative_board_convenes_a_network_in_the_county(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ groups(filter: { county: \"07\", kinds: [NETWORK], levels: [COUNTY] }) { nodes { name conveners { kind } } } }";

        let answer = server.by("region-kronoberg-member").query(query).await;

        assert_eq!(answer.at("groups/nodes"), &json!([{ "name": "Länsstyrelsens barnrättsnätverk i Kronoberg",
            "conveners": [{ "kind": "COUNTY_ADMINISTRATIVE_BOARD" }] }]));
        assert_eq!(capacity_of_the_strategist(&server, "Länsstyrelsens barnrättsnätverk i Kronoberg").await, ["ORDINARY"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_24_the_group_for_children_is_below_the_medical_committee(backend: Backend) {
        let server = Server::start(backend).await;
        let name = "Medicinska kommitténs barngrupp";

        let found = group(&server.by("region-kronoberg-member"), name, "parent { name kind }").await;

        assert_eq!(found, json!({ "parent": { "name": "Medicinska kommittén", "kind": "COMMITTEE" } }));
        assert_eq!(capacity_of_the_strategist(&server, name).await, ["ORDINARY"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_25_the_strategist_is_a_substitute_in_barnahus(backend: Backend) {
        let server = Server::start(backend).await;
        let name = "Barnahus i Kronobergs län";

        assert_eq!(capacity_of_the_strategist(&server, name).await, ["SUBSTITUTE"]);

        let found = group(&server.by("region-kronoberg-member"), name, "kind substitution").await;
        assert_eq!(found, json!({ "kind": "COLLABORATION_BODY", "substitution": "ORGANISATION" }));
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_26_the_strategist_is_a_substitute_in_kvinnofrid(backend: Backend) {
        let server = Server::start(backend).await;

        assert_eq!(capacity_of_the_strategist(&server, "Kvinnofrid Kronoberg").await, ["SUBSTITUTE"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_27_the_strategist_shares_a_network_with_the_manager_for_violence_in_close_relationships(backend: Backend) {
        let server = Server::start(backend).await;
        let name = "Familjeombudsnätverket";

        let found = group(&server.by("region-kronoberg-coordinator"), name, "responsibleRoles { code nameSv }").await;

        let roles = found["responsibleRoles"].as_array().expect("roles");
        let manager = roles.iter().find(|role| role["code"] == "DEVELOPMENT_MANAGER").expect("the other role");
        assert_eq!(manager["nameSv"], "utvecklingsledare");
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_28_two_roles_are_responsible_for_the_network_of_family_representatives(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "id responsibleRoles { code } viewerCanConvene viewerCanEdit";
        let name = "Familjeombudsnätverket";

        let found = group(&server.by("region-kronoberg-coordinator"), name, selection).await;

        let roles = texts(&found["responsibleRoles"], "code");
        assert_eq!(roles.len(), 2, "{roles:?}");
        for role in ["DEVELOPMENT_MANAGER", "HR_AND_CHILD_RIGHTS_STRATEGIST"] {
            assert!(roles.contains(&role.to_owned()), "{roles:?}");
        }
        let member = group(&server.by("region-kronoberg-member"), name, "viewerCanConvene viewerCanEdit").await;
        assert_eq!(member, json!({ "viewerCanConvene": false, "viewerCanEdit": false }), "others cannot");
        let other = server.by("region-blekinge-coordinator");
        let query = "query($id: ID!) { group(id: $id) { name } }";
        assert_eq!(other.ask(query, json!({ "id": found["id"] })).await.at("group"), &Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn kr_44_the_regions_board_has_the_report_on_its_agenda_and_receives_an_extract(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "kind seats(first: 100) { nodes { id vacant capacity } }
            meetings(first: 1) { nodes { agenda { title } registrations { registrationNumber } } }";
        let name = "Region Kronobergs styrelse";
        let coordinator = server.by("region-kronoberg-coordinator");
        let board = group(&coordinator, name, selection).await;
        assert_eq!(board["kind"], "EXECUTIVE_BOARD");
        assert_eq!(board["meetings"]["nodes"][0]["agenda"], json!([]), "a coordinator is not on the board");

        let seats = board["seats"]["nodes"].as_array().expect("seats");
        let vacant = seats.iter().find(|seat| seat["vacant"] == true && seat["capacity"] == "ORDINARY");
        let member = server.by("region-kronoberg-member");
        let person = member.query("{ viewer { person { id } } }").await;
        let seat = json!({ "seatId": vacant.expect("a vacant seat")["id"], "personId": person.at("viewer/person/id") });
        let answer = coordinator.mutate("appointToSeat", seat, "seat { vacant }").await;
        assert_eq!(answer.at("appointToSeat/seat/vacant"), false, "{}", answer.text);

        let board = group(&member, name, selection).await;
        assert_eq!(board["meetings"]["nodes"][0], json!({
            "agenda": [{ "title": "Årlig återrapport om mänskliga rättigheter och barnets rättigheter" }],
            "registrations": [{ "registrationNumber": "26RGK812" }] }));
        let received = group(&member, name, "extractsReceived { nodes { groupName text recipients { receivedAt } } }").await;
        let extract = &received["extractsReceived"]["nodes"][0];
        assert_eq!(extract["groupName"], "Länsstyrelsens barnrättsnätverk i Kronoberg", "{received}");
        assert_ne!(extract["recipients"][0]["receivedAt"], Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn bl_09_the_council_has_seats_for_units_one_ordinary_each(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "id kind severalSeatsAUnit seats(first: 100) { nodes { capacity unit { id } } }";
        let coordinator = server.by("region-blekinge-coordinator");

        let council = group(&coordinator, "Barnkonventionsrådet", selection).await;

        assert_eq!((&council["kind"], &council["severalSeatsAUnit"]), (&json!("COUNCIL"), &json!(false)));
        let seats = council["seats"]["nodes"].as_array().expect("seats");
        let mut ordinary: Vec<&str> = seats
            .iter()
            .filter(|seat| seat["capacity"] == "ORDINARY")
            .map(|seat| seat["unit"]["id"].as_str().expect("each seat is a unit's"))
            .collect();
        let all = ordinary.len();
        ordinary.sort_unstable();
        ordinary.dedup();
        assert_eq!((all, ordinary.len()), (5, 5));
        let region = organisation(&coordinator, "2321000081", "id").await;
        let second = json!({ "groupId": council["id"], "organisationId": region["id"], "unitId": ordinary[0], "capacity": "ORDINARY" });
        let answer = coordinator.mutate("addSeat", second, "seat { id }").await;
        assert_eq!(answer.user_errors("addSeat"), ["UNIT_HAS_SEAT"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn bl_10_supporting_the_operations_is_a_task_of_the_council(backend: Backend) {
        let server = Server::start(backend).await;

        let council = group(&server.by("region-blekinge-member"), "Barnkonventionsrådet", "tasks { kind description }").await;

        let tasks = texts(&council["tasks"], "description");
        assert_eq!(tasks.first().map(String::as_str), Some("Stödja regionens verksamheter så att barnets rättigheter följs."));
        server.stop().await;
    }
}

on_both_databases! {
    async fn bl_15_every_active_representative_is_in_the_network_by_the_appointment(backend: Backend) {
        let server = Server::start(backend).await;
        let coordinator = server.by("region-blekinge-coordinator");
        let active = "{ appointments(filter: { roleTypes: [\"CHILD_RIGHTS_REPRESENTATIVE\"], activeOn: \"2026-03-02\" }, first: 100) {
            nodes { id organisation { organisationNumber } person { id } } } }";
        let answer = coordinator.query(active).await;
        let rows = answer.at("appointments/nodes").as_array().expect("appointments").clone();
        let of_ours = |row: &Value| row["organisation"]["organisationNumber"] == "2321000081" && row["person"].is_object();
        let own: Vec<Value> = rows.into_iter().filter(of_ours).collect();
        let members = async || {
            let selection = "memberRole { code } members(first: 100) { nodes { person { id } } }";
            let network = group(&coordinator, "Nätverket för barnrättsombud", selection).await;
            assert_eq!(network["memberRole"]["code"], "CHILD_RIGHTS_REPRESENTATIVE");
            let nodes = network["members"]["nodes"].as_array().expect("members").clone();
            let mut people: Vec<String> = nodes.iter().map(|node| text(&node["person"]["id"])).collect();
            people.sort();
            people
        };
        let mut expected: Vec<String> = own.iter().map(|row| text(&row["person"]["id"])).collect();
        expected.sort();
        expected.dedup();
        assert_eq!(members().await, expected);

        let leaves = &own[0];
        let others = own.iter().skip(1).any(|row| row["person"] == leaves["person"]);
        assert!(!others, "a person with one appointment");
        let input = json!({ "appointmentId": leaves["id"], "until": "2026-03-02" });
        let ended = coordinator.mutate("endAppointment", input, "appointment { state }").await;
        assert_eq!(ended.at("endAppointment/appointment/state"), "ENDED", "{}", ended.text);
        expected.retain(|person| leaves["person"]["id"] != **person);
        assert_eq!(members().await, expected, "whose appointment ends is no longer in it");
        server.stop().await;
    }
}

on_both_databases! {
    async fn bl_16_the_network_means_to_meet_three_times_a_year_and_tells_how_often_it_has(backend: Backend) {
        let server = Server::start(backend).await;
        let held = "meetingsAYear
            held: meetings(statuses: [HELD], from: \"2025-03-01T23:00:00Z\", until: \"2026-03-01T23:00:00Z\") { totalCount }
            next: meetings(statuses: [PLANNED, NOTICED], first: 1) { nodes { status startsAt } }";

        let network = group(&server.by("region-blekinge-member"), "Nätverket för barnrättsombud", held).await;

        assert_eq!(network["meetingsAYear"], 3);
        assert_eq!(network["held"]["totalCount"], 1, "of three, one has been held in the year that lies behind");
        assert_eq!(network["next"]["nodes"][0]["status"], "NOTICED");
        assert!(network["next"]["nodes"][0]["startsAt"].is_string());
        // The representative's own calendar program reads them, too.
        let feed = json!({ "name": "Telefonen" });
        let made = server.by("region-blekinge-member").mutate("createCalendarFeed", feed, "url").await;
        let address = reqwest::Url::parse(&id(&made, "createCalendarFeed/url")).expect("an address");
        let calendar = Answer::to(server.http.get(server.at(address.path()))).await;
        assert!(calendar.text.contains("SUMMARY:Nätverket för barnrättsombud: Höstens träff"), "{}", calendar.text);
        server.stop().await;
    }
}

/// That whoever was at a meeting of Blekinge's network has completed the training that it counts as.
async fn assert_a_meeting_can_give_credit(server: &Server) {
    let keeper = server.by("region-blekinge-coordinator");
    let selection =
        "meetings(first: 1) { nodes { id } } members(first: 100) { nodes { person { id } } }";
    let network = group(&keeper, "Nätverket för barnrättsombud", selection).await;
    let meeting = &network["meetings"]["nodes"][0]["id"];
    let person = &network["members"]["nodes"][0]["person"]["id"];
    let course = json!({ "title": "Barns rätt att komma till tals", "format": "HALF_DAY", "sharing": "PARTNERS" });
    let made = keeper
        .mutate("createTraining", course, "training { id }")
        .await;
    let course = id(&made, "createTraining/training/id");
    keeper
        .mutate(
            "publishTraining",
            json!({ "trainingId": course }),
            "training { id }",
        )
        .await;
    let counts = json!({ "meetingId": meeting, "trainingId": course });
    let agreed = keeper
        .mutate("setMeetingCredit", counts, "meeting { credit { title } }")
        .await;
    assert_eq!(
        agreed.at("setMeetingCredit/meeting/credit/title"),
        "Barns rätt att komma till tals",
        "{}",
        agreed.text
    );

    let entries = json!([{ "personId": person, "status": "PRESENT" }]);
    let there = json!({ "meetingId": meeting, "entries": entries });
    let recorded = keeper
        .mutate("recordMeetingAttendance", there, "meeting { id }")
        .await;

    assert_eq!(
        recorded.user_errors("recordMeetingAttendance"),
        [""; 0],
        "{}",
        recorded.text
    );
    let query = "query($id: ID!) { node(id: $id) { ... on Person { completions(first: 50) { nodes { source training { title } } } } } }";
    let answer = keeper.ask(query, json!({ "id": person })).await;
    let credited =
        json!({ "source": "MEETING", "training": { "title": "Barns rätt att komma till tals" } });
    let completions = answer
        .at("node/completions/nodes")
        .as_array()
        .expect("completions");
    assert!(completions.contains(&credited), "{}", answer.text);
}

on_both_databases! {
    async fn bl_17_the_meetings_are_for_further_training_and_networking(backend: Backend) {
        let server = Server::start(backend).await;

        let network = group(&server.by("region-blekinge-member"), "Nätverket för barnrättsombud",
            "purposes meetings(first: 1) { nodes { purposes } }").await;

        assert_eq!(network["purposes"], json!(["FURTHER_TRAINING", "NETWORKING"]));
        assert_eq!(network["meetings"]["nodes"][0]["purposes"], json!(["FURTHER_TRAINING", "NETWORKING"]));
        assert_a_meeting_can_give_credit(&server).await;
        server.stop().await;
    }
}

/// That the steering group says which organisations are in it, and keeps its papers to its members.
async fn assert_organisations_and_papers(server: &Server, name: &str) {
    let selection = "id kind organisations { name } viewerCanReadPapers";

    let found = group(&server.by("region-jonkoping-coordinator"), name, selection).await;

    assert_eq!(found["kind"], "STEERING_GROUP");
    let organisations = texts(&found["organisations"], "name");
    assert_eq!(organisations.len(), 2, "{organisations:?}");
    assert_eq!(found["viewerCanReadPapers"], true);
    let outsider = server.by("region-jonkoping-member");
    let outside = group(&outsider, name, "viewerCanReadPapers").await;
    assert_eq!(outside["viewerCanReadPapers"], false, "only for members");
}

on_both_databases! {
    async fn jk_06_the_steering_group_names_its_organisations_and_keeps_its_minutes(backend: Backend) {
        let server = Server::start(backend).await;
        let name = "Barndialogens övergripande styrgrupp";
        assert_organisations_and_papers(&server, name).await;
        let (chair, board) = ("region-jonkoping-coordinator", "lansstyrelsen-jonkoping-coordinator");
        // Somebody further who can verify: the demonstration's third member has no token.
        let expert = "region-kronoberg-coordinator";
        let keeper = server.by(chair);
        let steering = text(&group(&keeper, name, "id").await["id"]);
        let beside = seat_for(&keeper, &steering, &server.by(expert), json!({})).await;
        seat_given(&server.by(expert), &beside, &server.by(expert)).await;
        let meeting = meeting_on(&keeper, &steering, 12).await;
        server.travel_to("2026-03-12T08:15:00Z".parse().expect("an instant"));
        let mut seats = Vec::new();
        for who in [chair, board, expert] {
            let found = group(&server.by(who), name, "viewerSeats { id }").await;
            seats.push(text(&found["viewerSeats"][0]["id"]));
        }
        let there = [(chair, &seats[0]), (board, &seats[1]), (expert, &seats[2])];
        attended(&server, &keeper, &meeting, &there).await;

        let saved = save(&keeper, &meeting, 0, "§ 1 Länets handlingsplan").await;
        let minutes = id(&saved, "saveMinutes/minutes/id");
        let read = async |who: &str| editions(&server.by(who), &meeting).await["minutes"][0]["text"].clone();
        assert_eq!(read(board).await, Value::Null, "a draft is not for the members yet");
        submit(&server, &keeper, &meeting, 1, &[board, expert]).await;
        for who in [board, expert] {
            let answer = verify(&server.by(who), &minutes, 1).await;
            assert_eq!(answer.user_errors("verifyMinutes"), [""; 0], "{}", answer.text);
        }

        for who in [chair, board, expert] {
            assert_eq!(read(who).await, "§ 1 Länets handlingsplan", "{who}");
        }
        for who in ["region-jonkoping-member", "region-skane-coordinator"] {
            assert_eq!(read(who).await, Value::Null, "{who}");
            let node = "query($id: ID!) { node(id: $id) { __typename } }";
            assert_eq!(server.by(who).ask(node, json!({ "id": minutes })).await.at("node"), &Value::Null, "{who}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_10_since_when_the_forum_exists_is_not_known(backend: Backend) {
        let server = Server::start(backend).await;

        let found = group(&server.anonymous(), "Barndialogen", "validFrom").await;

        assert_eq!(found, json!({ "validFrom": null }), "never guessed");
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_13_barndialogen_is_a_forum_with_a_purpose(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ groups(filter: { county: \"06\", kinds: [FORUM] }) { nodes { name purposes } } }";

        let answer = server.anonymous().query(query).await;

        assert_eq!(answer.at("groups/nodes"), &json!([{ "name": "Barndialogen", "purposes": ["DEVELOPMENT", "NETWORKING"] }]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_14_the_region_13_municipalities_and_others_take_part_in_the_forum(backend: Backend) {
        let server = Server::start(backend).await;

        let found = group(&server.anonymous(), "Barndialogen", "organisations { kind }").await;

        let kinds = texts(&found["organisations"], "kind");
        let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
        assert_eq!((count("REGION"), count("MUNICIPALITY")), (1, 13), "{kinds:?}");
        assert!(kinds.len() > 14, "and others");
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_15_the_goal_of_the_forum_refers_to_the_convention(backend: Backend) {
        let server = Server::start(backend).await;

        let found = group(&server.anonymous(), "Barndialogen", "tasks(kinds: [GOAL]) { description lawCitedAs }").await;

        assert_eq!(found["tasks"], json!([{ "lawCitedAs": "FN:s konvention om barnets rättigheter",
            "description": "På ett nytt sätt förbättra barns hälsa och förstärka barnperspektivet i enlighet med konventionen." }]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_19_an_informal_group_is_joined_and_has_no_seats_and_no_decisions(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by("lansstyrelsen-jonkoping-coordinator");
        let selection = "id kind viewerCanJoin viewerIsMember seats { totalCount }";
        let name = "Barnkonventionens vänner";
        let found = group(&member, name, selection).await;
        let expected = json!({ "id": found["id"], "kind": "INFORMAL", "viewerCanJoin": true, "viewerIsMember": false,
            "seats": { "totalCount": 0 } });
        assert_eq!(found, expected);

        let joined = member.mutate("joinGroup", json!({ "groupId": found["id"] }), "group { viewerIsMember }").await;

        assert_eq!(joined.at("joinGroup/group/viewerIsMember"), true, "{}", joined.text);
        let own = organisation(&member, "2321000057", "id").await;
        let seat = json!({ "groupId": found["id"], "organisationId": own["id"], "capacity": "ORDINARY" });
        let refused = server.by("region-jonkoping-coordinator").mutate("addSeat", seat, "seat { id }").await;
        assert_eq!(refused.user_errors("addSeat"), ["GROUP_WITHOUT_SEATS"]);
        let convener = server.by("region-jonkoping-coordinator");
        let begins = server.clock.now();
        let meeting = json!({ "groupId": found["id"], "title": "Fika", "startsAt": begins.to_rfc3339(),
            "endsAt": (begins + TimeDelta::hours(1)).to_rfc3339() });
        let meeting = convener.mutate("createMeeting", meeting, "meeting { id }").await;
        let decision = json!({ "meetingId": meeting.at("createMeeting/meeting/id"), "title": "Beslut" });
        let decided = convener.mutate("recordDecision", decision, "decision { number }").await;
        assert_eq!(decided.user_errors("recordDecision"), ["NO_DECISIONS"], "{}", decided.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_30_county_wide_strategy_groups_are_found_across_organisations(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ groups(filter: { county: \"06\", kinds: [STRATEGY_GROUP], levels: [COUNTY] }) { nodes { name level } } }";

        let answer = server.by("vaxjo-coordinator").query(query).await;

        assert_eq!(answer.at("groups/nodes"), &json!([{ "name": "Strategigruppen för barn och unga", "level": "COUNTY" }]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_31_health_care_and_the_municipalities_have_seats_in_the_strategy_group(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "seats(first: 100) { nodes { organisation { kind } unit { name } } }";

        let found = group(&server.by("region-jonkoping-coordinator"), "Strategigruppen för barn och unga", selection).await;

        let seats = found["seats"]["nodes"].as_array().expect("seats");
        let municipalities = seats.iter().filter(|seat| seat["organisation"]["kind"] == "MUNICIPALITY").count();
        assert_eq!(municipalities, 13);
        let care = seats.iter().any(|seat| seat["unit"]["name"].as_str().is_some_and(|name| name.contains("vård")));
        assert!(care, "{seats:?}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_32_the_strategy_group_exists_since_2014_and_no_invented_day(backend: Backend) {
        let server = Server::start(backend).await;

        let found = group(&server.by("vaxjo-coordinator"), "Strategigruppen för barn och unga", "validFrom").await;

        assert_eq!(found, json!({ "validFrom": "2014" }));
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_33_the_strategy_group_works_on_without_an_end(backend: Backend) {
        let server = Server::start(backend).await;
        let name = "Strategigruppen för barn och unga";
        let selection = "validTo closedAt tasks(kinds: [ACTIVITY]) { description }";

        let found = group(&server.by("vaxjo-coordinator"), name, selection).await;

        assert_eq!(found["validTo"], Value::Null);
        assert_eq!(found["closedAt"], Value::Null);
        assert_eq!(found["tasks"].as_array().map(Vec::len), Some(1));
        server.travel(TimeDelta::days(3650));
        let later = group(&server.by("vaxjo-coordinator"), name, "closedAt").await;
        assert_eq!(later["closedAt"], Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn sk_04_barnrattsforum_skane_gives_support_and_coordination_since_2011(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "{ groups(filter: { county: \"12\", kinds: [FORUM] }) { nodes { name validFrom purposes } } }";

        let answer = server.anonymous().query(query).await;

        assert_eq!(answer.at("groups/nodes"), &json!([{ "name": "Barnrättsforum Skåne", "validFrom": "2011",
            "purposes": ["COORDINATION", "SUPPORT"] }]));
        server.stop().await;
    }
}
