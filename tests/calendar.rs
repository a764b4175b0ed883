//! Calendar feeds: what a secret address shows, to whom it belongs, and when it shows nothing more.

use crate::{
    access::behind::contents,
    harness::{Answer, Caller, Server, on_both_databases},
    meetings::world::{
        CONVENER, MEMBER, MEMBERS_COORDINATOR, SECRETARY, item, meeting_on, network,
    },
    notices::world::myself,
    seats::world::{day, id, instant, occasion_of, sign_up, training, withdraw},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

const ACCEPTED: [&str; 0] = [];

/// Asks for a feed.
async fn try_create(caller: &Caller<'_>, name: &str) -> Answer {
    let selection = "feed { id name createdAt expiresAt } url";
    caller
        .mutate("createCalendarFeed", json!({ "name": name }), selection)
        .await
}

/// A feed: its id, and the path of its address.
async fn create(caller: &Caller<'_>) -> (String, String) {
    let answer = try_create(caller, "Telefonen").await;
    let url = id(&answer, "createCalendarFeed/url");
    let url = reqwest::Url::parse(&url).expect("an address");
    (
        id(&answer, "createCalendarFeed/feed/id"),
        url.path().to_owned(),
    )
}

/// Reads an address as a calendar program does: without a token.
async fn read(server: &Server, path: &str) -> Answer {
    Answer::to(server.http.get(server.at(path))).await
}

/// What the calendar calls its events, in order.
async fn titles(server: &Server, path: &str) -> Vec<String> {
    let answer = read(server, path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let unfolded = answer.text.replace("\r\n ", "");
    let titles = unfolded
        .lines()
        .filter_map(|line| line.strip_prefix("SUMMARY:"));
    titles.map(str::to_owned).collect()
}

/// The feeds that somebody is told of.
async fn listed(caller: &Caller<'_>) -> Value {
    let answer = caller.query("{ viewer { calendarFeeds { name } } }").await;
    answer.at("viewer/calendarFeeds").clone()
}

on_both_databases! {
    async fn a_feed_shows_ones_own_meetings_and_seats_and_no_papers(backend: Backend) {
        let server = Server::start(backend).await;
        let group = network(&server, json!({ "name": "Nätverk, barn; unga", "sharing": "COUNTY", "county": "07" })).await.group;
        let meeting = meeting_on(&server.by(CONVENER), &group, 12).await;
        item(&server.by(SECRETARY), &group, "Hemlig punkt", json!({ "meetingId": meeting })).await;
        let course = training(&server, &json!({ "title": "Ett samtal" })).await;
        let occasion = occasion_of(&server, &course, &json!({})).await;
        let member = server.by(MEMBER);
        let seat = sign_up(&member, &occasion, &[myself(&member).await]).await.remove(0);
        let (_, path) = create(&member).await;

        let answer = read(&server, &path).await;

        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert!(!answer.text.contains("Hemlig"), "{}", answer.text);
        assert!(answer.text.starts_with("BEGIN:VCALENDAR\r\n") && answer.text.ends_with("END:VCALENDAR\r\n"));
        for line in answer.text.split("\r\n") {
            assert!(line.len() <= 75 && !line.contains('\n'), "RFC 5545, 3.1: {line}");
        }
        for wanted in ["SUMMARY:Nätverk\\, barn\\; unga: Möte", "DTSTART:20260312T080000Z", "DTEND:20260312T100000Z",
            "LOCATION:Residenset", "URL:https://moten.example/1", "STATUS:CONFIRMED"] {
            assert!(answer.text.replace("\r\n ", "").contains(wanted), "{wanted}: {}", answer.text);
        }
        let start = format!("DTSTART:{}", day(30).format("%Y%m%dT%H%M%SZ"));
        assert!(answer.text.contains(&start), "{start}: {}", answer.text);
        let own = titles(&server, &path).await;
        let new = |wanted: &str| own.iter().filter(|title| *title == wanted).count();
        assert_eq!((new("Nätverk\\, barn\\; unga: Möte"), new("Ett samtal")), (1, 1), "{own:?}");

        // A colleague without a seat in the group sees the meeting's time in the API; it is not in the own calendar.
        let (_, colleagues) = create(&server.by(MEMBERS_COORDINATOR)).await;
        let theirs = titles(&server, &colleagues).await;
        assert!(theirs.iter().all(|title| !title.contains("unga") && title != "Ett samtal"), "{theirs:?}");
        assert_eq!(withdraw(&member, &seat.id).await, ACCEPTED);
        let cancelling = json!({ "meetingId": meeting, "reason": "Snöstorm" });
        let cancelled = server.by(CONVENER).mutate("cancelMeeting", cancelling, "meeting { id }").await;
        assert_eq!(cancelled.user_errors("cancelMeeting"), ACCEPTED);
        let after = read(&server, &path).await;
        assert!(after.text.contains("STATUS:CANCELLED") && !after.text.contains("Ett samtal"), "{}", after.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_meeting_is_gone_from_the_next_reading_once_the_seat_is(backend: Backend) {
        let server = Server::start(backend).await;
        let network = network(&server, json!({})).await;
        meeting_on(&server.by(CONVENER), &network.group, 12).await;
        let (_, path) = create(&server.by(MEMBER)).await;
        let council = async || {
            let titles = titles(&server, &path).await;
            titles.into_iter().filter(|title| title == "Barnrättsrådet: Möte").count()
        };
        assert_eq!(council().await, 1);
        let query = "query($id: ID!) { node(id: $id) { ... on Seat { holder { id } } } }";
        let holder = server.by(MEMBERS_COORDINATOR).ask(query, json!({ "id": network.ordinary })).await;
        let end = json!({ "seatHolderId": holder.at("node/holder/id"), "untilDay": "2026-03-04" });

        let ended = server.by(MEMBERS_COORDINATOR).mutate("endSeatHolder", end, "__typename").await;

        assert_eq!(ended.user_errors("endSeatHolder"), ACCEPTED, "{}", ended.text);
        // Midnight in Sweden is 23:00 UTC in March.
        server.travel_to("2026-03-03T22:59:59Z".parse().expect("an instant"));
        assert_eq!(council().await, 1);
        server.travel_to("2026-03-03T23:00:00Z".parse().expect("an instant"));
        assert_eq!(council().await, 0);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_feed_ends_with_its_year_its_deletion_the_membership_and_the_agreement(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by(MEMBER);
        let (deleted, gone) = create(&member).await;
        let (_, path) = create(&member).await;
        assert_eq!(listed(&member).await, json!([{ "name": "Telefonen" }, { "name": "Telefonen" }]));
        for stranger in [MEMBERS_COORDINATOR, "vaxjo-administrator", SECRETARY] {
            let caller = server.by(stranger);
            assert_eq!(listed(&caller).await, json!([]), "{stranger}");
            let input = json!({ "feedId": deleted });
            let answer = caller.mutate("deleteCalendarFeed", input, "feedId").await;
            assert_eq!(answer.user_errors("deleteCalendarFeed"), ["NOT_FOUND"], "{stranger}");
            let node = caller.ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": deleted })).await;
            assert!(node.at("node").is_null(), "{stranger}");
        }

        let answer = member.mutate("deleteCalendarFeed", json!({ "feedId": deleted }), "feedId").await;
        assert_eq!(answer.at("deleteCalendarFeed/feedId"), &json!(deleted));
        let after = read(&server, &gone).await;
        let never = format!("/calendar/{}.ics", "A".repeat(43));
        let unknown = read(&server, &never).await;
        assert_eq!((after.status, &after.text), (404, &unknown.text), "one that is gone is like one that never was");
        assert_eq!(read(&server, "/calendar/kort.ics").await.text, unknown.text);
        assert_eq!(read(&server, &path.replace(".ics", "")).await.status, 404);
        let sent = server.http.post(server.at(&path));
        assert_eq!(Answer::to(sent).await.status, 405);

        let made: DateTime<Utc> = server.clock.now();
        let year = made + TimeDelta::days(365);
        server.travel_to(year - TimeDelta::microseconds(1));
        assert_eq!(read(&server, &path).await.status, 200);
        server.travel_to(year);
        assert_eq!(read(&server, &path).await.status, 404, "a year");
        server.travel_to(made);
        assert_eq!(read(&server, &path).await.status, 200);

        let administrator = server.by("vaxjo-administrator");
        let query = r#"{ viewer { organisation { members(text: "Oskar Lindgård") { nodes { id } } } } }"#;
        let membership = administrator.query(query).await;
        let end = json!({ "membershipId": membership.at("viewer/organisation/members/nodes/0/id") });
        let ended = administrator.mutate("endMembership", end, "membership { id }").await;
        assert_eq!(ended.user_errors("endMembership"), ACCEPTED, "{}", ended.text);
        server.travel_to(made + TimeDelta::seconds(1));
        assert_eq!(read(&server, &path).await.status, 404, "no member any more");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_address_is_told_once_and_five_are_enough(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by(MEMBER);
        let mut paths = Vec::new();
        for _ in 0..5 {
            paths.push(create(&member).await);
        }
        assert_eq!(try_create(&member, "En till").await.user_errors("createCalendarFeed"), ["INVALID_VALUE"]);
        for name in ["", "19811218-9876"] {
            let refused = try_create(&server.by(SECRETARY), name).await;
            assert_eq!(refused.user_errors("createCalendarFeed").len(), 1, "{}", refused.text);
        }
        let service = server.service("2120000662", &["samverkan:coordinate"]);
        assert_eq!(try_create(&service, "Tjänsten").await.codes(), ["FORBIDDEN"]);
        assert_eq!(try_create(&server.anonymous(), "Ingen").await.codes(), ["UNAUTHENTICATED"]);

        let stored = contents(&server).await;
        let (feed, path) = &paths[0];
        let secret = path.trim_start_matches("/calendar/").trim_end_matches(".ics");
        assert!(secret.len() == 43 && stored.values().all(|rows| !rows.contains(secret)), "kept nowhere");

        // Those that have run out make room.
        server.travel_to(server.clock.now() + TimeDelta::days(365));
        assert_eq!(try_create(&member, "Nästa år").await.user_errors("createCalendarFeed"), ACCEPTED);
        assert_eq!(listed(&member).await, json!([{ "name": "Nästa år" }]));
        let old = member.mutate("deleteCalendarFeed", json!({ "feedId": feed }), "feedId").await;
        assert_eq!(old.user_errors("deleteCalendarFeed"), ["NOT_FOUND"]);
        assert!(instant(server.clock.now()).starts_with("2027"));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_calendar_takes_as_many_statements_for_many_meetings_as_for_one(backend: Backend) {
        let server = Server::start(backend).await;
        let group = network(&server, json!({})).await.group;
        let convener = server.by(CONVENER);
        let member = server.by(MEMBER);
        let (_, path) = create(&member).await;
        let mut counts = Vec::new();
        for days in [12..13, 13..28] {
            for day in days {
                meeting_on(&convener, &group, day).await;
            }
            let (statements, answer) = server.statements(read(&server, &path)).await;
            assert_eq!(answer.status, 200);
            counts.push(statements);
        }
        assert!((counts[0] - counts[1]).abs() < 0.5, "{counts:?}");
        assert!(counts[0] < 6.5, "one for who is asking, and one for each kind of thing: {counts:?}");
        server.stop().await;
    }
}
