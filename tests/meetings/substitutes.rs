//! Absence, substitutes and attendance: a seat is used once, and seats count, never people.

use super::world::{
    CONVENER, MEMBER, MEMBERS_COORDINATOR, Network, SECRETARY, meeting_on, network, notice, told,
};
use crate::{
    groups::world::{appoint, seat_for},
    harness::{Answer, Caller, Server, on_both_databases},
    notices::world::myself,
    seats::{
        naive,
        world::{colleagues, id},
    },
};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Adds a substitute's seat of Växjö and gives it to somebody.
async fn substitute(server: &Server, world: &Network, person: &str, otherwise: Value) -> String {
    let mut said = json!({ "capacity": "SUBSTITUTE" });
    said.as_object_mut()
        .expect("an object")
        .extend(otherwise.as_object().expect("an object").clone());
    let member = server.by(MEMBER);
    let seat = seat_for(&server.by(CONVENER), &world.group, &member, said).await;
    let answer = appoint(&server.by(MEMBERS_COORDINATOR), &seat, person, json!({})).await;
    assert_eq!(
        answer.at("appointToSeat/userErrors"),
        &json!([]),
        "{}",
        answer.text
    );
    seat
}

async fn absent(caller: &Caller<'_>, meeting: &str, seat: &str) -> Answer {
    let input = json!({ "meetingId": meeting, "seatId": seat });
    caller
        .mutate(
            "announceAbsence",
            input,
            "meeting { substitutions { id status } }",
        )
        .await
}

async fn answer(caller: &Caller<'_>, substitution: &str, accept: bool) -> Answer {
    let input = json!({ "substitutionId": substitution, "accept": accept });
    caller
        .mutate("answerSubstitution", input, "substitution { status }")
        .await
}

/// The calls of a meeting, as seat of the substitute and status.
async fn calls(caller: &Caller<'_>, meeting: &str) -> Vec<(String, String, String)> {
    let query = "query($id: ID!) { meeting(id: $id) { substitutions { id status substituteSeat { id } } } }";
    let answer = caller.ask(query, json!({ "id": meeting })).await;
    let all = answer
        .at("meeting/substitutions")
        .as_array()
        .cloned()
        .expect("calls");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    all.iter()
        .map(|one| {
            (
                text(&one["id"]),
                text(&one["substituteSeat"]["id"]),
                text(&one["status"]),
            )
        })
        .collect()
}

on_both_databases! {
    async fn absence_calls_the_substitute_and_attendance_reads_who_served_for_whom(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({ "substitution": "ORGANISATION" })).await;
        let (convener, secretary, member, standing_in) = (server.by(CONVENER), server.by(SECRETARY),
            server.by(MEMBER), server.by(MEMBERS_COORDINATOR));
        let person = myself(&standing_in).await;
        let seat = substitute(&server, &world, &person, json!({})).await;
        let meeting = meeting_on(&convener, &world.group, 12).await;
        notice(&convener, &meeting).await;

        let nobodys = absent(&secretary, &meeting, &world.ordinary).await;
        assert_eq!(nobodys.user_errors("announceAbsence"), ["NOT_FOUND"], "not one's own seat");
        absent(&member, &meeting, &world.ordinary).await;
        absent(&member, &meeting, &world.ordinary).await;
        let called = calls(&secretary, &meeting).await;
        assert_eq!(called.len(), 1, "said twice, called once: {called:?}");
        assert_eq!((&called[0].1, called[0].2.as_str()), (&seat, "CALLED"));
        assert!(told(&standing_in).await.contains(&"SUBSTITUTE_CALLED".to_owned()));
        let refused = answer(&secretary, &called[0].0, true).await;
        assert_eq!(refused.codes(), ["FORBIDDEN"], "whoever is called answers");
        let accepted = answer(&standing_in, &called[0].0, true).await;
        assert_eq!(accepted.at("answerSubstitution/substitution/status"), "SERVING", "{}", accepted.text);

        let people = json!([
            { "personId": myself(&secretary).await, "seatId": world.secretary, "status": "PRESENT" },
            { "personId": myself(&member).await, "seatId": world.ordinary, "status": "ABSENT_WITH_NOTICE" },
            { "personId": person, "seatId": seat, "status": "PRESENT" }]);
        let record = json!({ "meetingId": meeting, "entries": people });
        let selection = "meeting { status quorum { ordinarySeats used needed reached } attendance { line servedFor { id } english: line(language: ENGLISH) } }";
        server.travel_to("2026-03-12T07:59:59Z".parse().expect("an instant"));
        let early = secretary.mutate("recordMeetingAttendance", record.clone(), selection).await;
        assert_eq!(early.user_errors("recordMeetingAttendance"), ["MEETING_NOT_BEGUN"]);
        server.travel_to("2026-03-12T08:00:00Z".parse().expect("an instant"));
        assert_eq!(member.mutate("recordMeetingAttendance", record.clone(), selection).await.codes(), ["FORBIDDEN"]);
        let done = secretary.mutate("recordMeetingAttendance", record.clone(), selection).await;
        assert_eq!(done.at("recordMeetingAttendance/meeting/quorum"), &json!({ "ordinarySeats": 2, "used": 2, "needed": 2, "reached": true }), "{}", done.text);
        assert_eq!(done.at("recordMeetingAttendance/meeting/status"), "HELD");
        let lines = done.at("recordMeetingAttendance/meeting/attendance").as_array().cloned().expect("lines");
        let serving: Vec<_> = lines.iter().filter(|line| line["servedFor"]["id"] == json!(world.ordinary)).collect();
        assert_eq!(serving.len(), 1, "{lines:?}");
        let line = serving[0]["line"].as_str().expect("a line");
        assert!(line.ends_with("(Växjö kommun), tjänstgörande ersättare för Växjö kommun"), "{line}");
        let line = serving[0]["english"].as_str().expect("a line");
        assert!(line.ends_with("(Växjö kommun), serving substitute for Växjö kommun"), "{line}");

        // The ordinary holder came after all: the seat is used once.
        let both = json!({ "meetingId": meeting, "entries": [{ "personId": myself(&member).await, "seatId": world.ordinary, "status": "PRESENT" }] });
        let refused = secretary.mutate("recordMeetingAttendance", both, selection).await;
        assert_eq!(refused.user_errors("recordMeetingAttendance"), ["SEAT_TAKEN"]);
        assert_eq!(absent(&member, &meeting, &world.ordinary).await.user_errors("announceAbsence"), ["MEETING_HELD"]);
        let outside = "query($id: ID!) { meeting(id: $id) { attendance { line } quorum { used } } }";
        let seen = convener.ask(outside, json!({ "id": meeting })).await;
        let own = seen.at("meeting/attendance").as_array().cloned().expect("a list");
        assert_eq!((own.len(), seen.at("meeting/quorum")), (1, &Value::Null), "who convenes learns of the own representative: {}", seen.text);
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_declines_is_followed_by_the_next_on_the_list(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({ "substitution": "LIST" })).await;
        let (convener, member) = (server.by(CONVENER), server.by(MEMBER));
        let others = colleagues(&server, MEMBERS_COORDINATOR, 1).await;
        let first = myself(&server.by(MEMBERS_COORDINATOR)).await;
        let second = substitute(&server, &world, &others[0], json!({ "listPosition": 2 })).await;
        let listed = substitute(&server, &world, &first, json!({ "listPosition": 1 })).await;
        let meeting = meeting_on(&convener, &world.group, 12).await;

        absent(&member, &meeting, &world.ordinary).await;
        let called = calls(&member, &meeting).await;
        assert_eq!((called.len(), &called[0].1), (1, &listed), "by the list, not by who came first");
        answer(&server.by(MEMBERS_COORDINATOR), &called[0].0, false).await;

        let called = calls(&member, &meeting).await;
        let status: Vec<(&String, &str)> = called.iter().map(|(_, seat, status)| (seat, status.as_str())).collect();
        assert_eq!(status, [(&listed, "DECLINED"), (&second, "CALLED")]);
        let again = answer(&server.by(MEMBERS_COORDINATOR), &called[0].0, true).await;
        assert_eq!(again.user_errors("answerSubstitution"), ["CALL_ANSWERED"]);

        let back = json!({ "meetingId": meeting, "seatId": world.ordinary });
        let answer = member.mutate("withdrawAbsence", back.clone(), "meeting { absences { announcedAt } }").await;
        assert_eq!(answer.at("withdrawAbsence/meeting/absences"), &json!([]), "{}", answer.text);
        assert_eq!(calls(&member, &meeting).await[1].2, "RELEASED");
        let again = member.mutate("withdrawAbsence", back, "meeting { id }").await;
        assert_eq!(again.user_errors("withdrawAbsence"), ["NOT_FOUND"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn of_two_substitutes_who_are_called_for_one_seat_one_serves(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({})).await;
        let (convener, secretary) = (server.by(CONVENER), server.by(SECRETARY));
        let standing_in = [server.by(MEMBERS_COORDINATOR), server.by("vaxjo-administrator")];
        let mut seats = Vec::new();
        for one in &standing_in {
            seats.push(substitute(&server, &world, &myself(one).await, json!({})).await);
        }

        for day in 10..20 {
            let meeting = meeting_on(&convener, &world.group, day).await;
            let mut called = Vec::new();
            for seat in &seats {
                let input = json!({ "meetingId": meeting, "seatId": world.ordinary, "substituteSeatId": seat });
                let answer = secretary.mutate("callSubstitute", input, "substitution { id }").await;
                called.push(id(&answer, "callSubstitute/substitution/id"));
            }
            let answers = join_all(standing_in.iter().zip(&called).map(|(who, call)| answer(who, call, true))).await;

            let serving = |one: &&Answer| one.at("answerSubstitution/substitution")["status"] == "SERVING";
            assert_eq!(answers.iter().filter(serving).count(), 1, "{:?}", answers.iter().map(|one| &one.text).collect::<Vec<_>>());
            let mut status: Vec<String> = calls(&secretary, &meeting).await.into_iter().map(|call| call.2).collect();
            status.sort();
            assert_eq!(status, ["RELEASED", "SERVING"]);
            let input = json!({ "meetingId": meeting, "seatId": world.ordinary, "substituteSeatId": seats[0] });
            let late = secretary.mutate("callSubstitute", input, "substitution { id }").await;
            assert_eq!(late.user_errors("callSubstitute"), ["SEAT_TAKEN"]);
        }
        naive::assert_fails(&server, 8, 1).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_leaves_a_seat_serves_for_nobody_and_stays_away_from_nothing(backend: Backend) {
        let server = Server::start(backend).await;
        let world = network(&server, json!({ "substitution": "ORGANISATION" })).await;
        let (convener, secretary, member) = (server.by(CONVENER), server.by(SECRETARY), server.by(MEMBER));
        let standing_in = server.by(MEMBERS_COORDINATOR);
        let seat = substitute(&server, &world, &myself(&standing_in).await, json!({})).await;
        let (before, after) = (meeting_on(&convener, &world.group, 10).await, meeting_on(&convener, &world.group, 20).await);
        for meeting in [&before, &after] {
            absent(&member, meeting, &world.ordinary).await;
            let called = calls(&secretary, meeting).await;
            answer(&standing_in, &called[0].0, true).await;
            assert_eq!(calls(&secretary, meeting).await[0].2, "SERVING");
        }

        let holder = "query($id: ID!) { node(id: $id) { ... on Seat { holder { id } } } }";
        let holder = standing_in.ask(holder, json!({ "id": seat })).await;
        let until = json!({ "seatHolderId": holder.at("node/holder/id"), "untilDay": "2026-03-15" });
        let ended = standing_in.mutate("endSeatHolder", until, "seat { id }").await;
        assert_eq!(ended.user_errors("endSeatHolder"), [""; 0], "{}", ended.text);
        let status = async |meeting: &str| calls(&secretary, meeting).await[0].2.clone();
        assert_eq!([status(&before).await, status(&after).await], ["SERVING", "RELEASED"], "until the last day, and no longer");

        let next = colleagues(&server, MEMBERS_COORDINATOR, 1).await.remove(0);
        let replace = json!({ "seatId": world.ordinary, "personId": next, "fromDay": "2026-03-15" });
        let replaced = standing_in.mutate("replaceSeatHolder", replace, "seat { id }").await;
        assert_eq!(replaced.user_errors("replaceSeatHolder"), [""; 0], "{}", replaced.text);
        let absences = async |meeting: &str| {
            let query = "query($id: ID!) { meeting(id: $id) { absences { announcedAt } } }";
            let answer = secretary.ask(query, json!({ "id": meeting })).await;
            answer.at("meeting/absences").as_array().map(Vec::len)
        };
        assert_eq!([absences(&before).await, absences(&after).await], [Some(1), Some(0)], "the new holder has announced nothing");
        server.stop().await;
    }
}
