//! SQL statements of what has to do with attendance: so many, however many people there are.

use super::world::{Course, PARTNER, course, file, import, record, try_import, try_record};
use crate::{
    harness::{Answer, Caller, Server, on_both_databases},
    seats::world::{ORGANISER, colleagues, training},
};
use serde_json::{Value, json};

/// How many statements each operation takes at most. Raise a number only for a further kind of thing.
const MOST: [(&str, f64); 7] = [
    ("recordAttendance", 15.0),
    ("recordAttendance, the same again", 9.0),
    ("the list at the door", 7.0),
    ("sign-ups with attendance and completions", 8.0),
    ("importCompletions", 12.0),
    ("members who lack a training", 9.0),
    ("completions that run out", 7.0),
];

#[track_caller]
fn assert_statements(operation: &str, few: f64, many: f64) {
    let most = MOST.iter().find(|(name, _)| *name == operation);
    let (_, most) = most.unwrap_or_else(|| panic!("give {operation} a row in the table"));
    println!("{operation}: {few} for few rows, {many} for many, at most {most}");
    assert!(
        (few - many).abs() < 0.5,
        "{operation}: {few} statements for few rows, {many} for many"
    );
    assert!(
        many <= *most,
        "{operation}: {many} statements, at most {most} are allowed"
    );
}

async fn asked(
    server: &Server,
    caller: &Caller<'_>,
    query: &str,
    variables: Value,
) -> (f64, Answer) {
    let (statements, answer) = server.statements(caller.ask(query, variables)).await;
    answer.data();
    (statements, answer)
}

on_both_databases! {
    async fn recording_forty_takes_as_many_statements_as_recording_one(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let (mut first, mut again, mut corrected) = (Vec::new(), Vec::new(), Vec::new());

        for number in [1, 40] {
            let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 1, number).await;
            server.travel_to(blocks[0]);
            let marks = |grade| places.iter().map(|place| (place.as_str(), grade)).collect::<Vec<_>>();
            for (grade, taken) in [("PRESENT", &mut first), ("PRESENT", &mut again), ("ABSENT", &mut corrected)] {
                let marks = marks(grade);
                let request = try_record(&organiser, &occasion, blocks[0], &marks);
                let (statements, answer) = server.statements(request).await;
                assert_eq!(answer.user_errors("recordAttendance"), [""; 0]);
                taken.push(statements);
            }
            server.travel_to(*crate::harness::START);
        }

        assert_statements("recordAttendance", first[0], first[1]);
        assert_statements("recordAttendance, the same again", again[0], again[1]);
        // Completions are taken back then, which the first time does not do.
        assert_statements("recordAttendance", corrected[0], corrected[1]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_lists_take_as_many_statements_for_forty_as_for_one(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let door = "query($id: ID!) { occasion(id: $id) {
            viewerCanRecordAttendance
            expectedParticipants(first: 50) { nodes { signUpId name attendance { grade } } }
        } }";
        let list = "query($id: ID!) { occasion(id: $id) { signUps(first: 50) { nodes {
            attendance { grade } attendanceChanges(first: 2) { nodes { grade } } completion { completedOn isValid }
        } } } }";
        let (mut at_the_door, mut listed) = (Vec::new(), Vec::new());

        for number in [1, 40] {
            let Course { occasion, blocks, places, .. } = course(&server, &json!({}), 1, number).await;
            server.travel_to(blocks[0]);
            let marks: Vec<_> = places.iter().map(|place| (place.as_str(), "PRESENT")).collect();
            record(&organiser, &occasion, blocks[0], &marks).await;
            let (statements, answer) = asked(&server, &organiser, door, json!({ "id": occasion })).await;
            assert_eq!(answer.at("occasion/expectedParticipants/nodes").as_array().map(Vec::len), Some(number));
            at_the_door.push(statements);
            listed.push(asked(&server, &organiser, list, json!({ "id": occasion })).await.0);
            server.travel_to(*crate::harness::START);
        }

        assert_statements("the list at the door", at_the_door[0], at_the_door[1]);
        assert_statements("sign-ups with attendance and completions", listed[0], listed[1]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn entering_and_lacking_take_as_many_statements_for_forty_as_for_one(backend: Backend) {
        let server = Server::start(backend).await;
        let partner = server.by(PARTNER);
        let (mut entered, mut lacking, mut running_out) = (Vec::new(), Vec::new(), Vec::new());
        let lack = "query($id: ID!) { membersLackingTraining(mandatoryTrainingId: $id, first: 50) {
            totalCount nodes { person { name email } unit { name } }
        } }";
        let run_out = "{ completionsRunningOut(first: 50) { nodes { validUntil person { name } training { title } } } }";

        for number in [1, 40] {
            let training = training(&server, &json!({ "validMonths": 2 })).await;
            let people = colleagues(&server, PARTNER, number).await;
            let input = json!({ "trainingId": training });
            let mandatory = partner.mutate("setMandatoryTraining", input, "mandatoryTraining { id }").await;
            let id = mandatory.at("setMandatoryTraining/mandatoryTraining/id").clone();
            lacking.push(asked(&server, &partner, lack, json!({ "id": id })).await.0);
            let csv = file(&server, &people, &training, "2026-03-01").await;
            let (statements, answer) = server.statements(try_import(&partner, &csv, false)).await;
            assert_eq!(answer.at("importCompletions/entered"), number);
            entered.push(statements);
            running_out.push(asked(&server, &partner, run_out, json!({})).await.0);
            import(&partner, &csv).await;
        }

        assert_statements("importCompletions", entered[0], entered[1]);
        assert_statements("members who lack a training", lacking[0], lacking[1]);
        assert_statements("completions that run out", running_out[0], running_out[1]);
        server.stop().await;
    }
}
