//! What the tests of attendance set up: a course of so many blocks, with people in it.

use crate::{
    harness::{Answer, Caller, Server},
    seats::world::{block, colleagues, day, instant, occasion_of, sign_up, training},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Whose people take the course.
pub const PARTNER: &str = "vaxjo-coordinator";

/// A course and those who take it.
pub struct Course {
    pub occasion: String,
    /// When its blocks begin: on one day after another, in thirty days.
    pub blocks: Vec<DateTime<Utc>>,
    pub people: Vec<String>,
    /// Their sign-ups, in the same order.
    pub places: Vec<String>,
}

/// A course of so many blocks for so many people of [`PARTNER`]; the training is changed as said.
pub async fn course(server: &Server, changes: &Value, blocks: i64, people: usize) -> Course {
    let training = training(server, changes).await;
    let blocks: Vec<_> = (0..blocks).map(|number| day(30 + number)).collect();
    let times: Vec<Value> = blocks.iter().map(|start| block(*start, 3)).collect();
    let changes = json!({ "timeBlocks": times, "capacity": 50 });
    let occasion = occasion_of(server, &training, &changes).await;
    let people = colleagues(server, PARTNER, people).await;
    let places = sign_up(&server.by(PARTNER), &occasion, &people).await;
    Course {
        occasion,
        blocks,
        people,
        places: places.into_iter().map(|place| place.id).collect(),
    }
}

/// Records marks for a block, whatever comes of it.
pub async fn try_record(
    caller: &Caller<'_>,
    occasion: &str,
    block: DateTime<Utc>,
    marks: &[(&str, &str)],
) -> Answer {
    let marks: Vec<Value> = marks
        .iter()
        .map(|(place, grade)| json!({ "signUpId": place, "grade": grade }))
        .collect();
    let input = json!({ "occasionId": occasion, "blockStartsAt": instant(block), "marks": marks });
    let selection = "attendance { signUpId blockStartsAt grade recordedAt }";
    caller.mutate("recordAttendance", input, selection).await
}

/// Records marks that must be accepted.
pub async fn record(
    caller: &Caller<'_>,
    occasion: &str,
    block: DateTime<Utc>,
    marks: &[(&str, &str)],
) {
    let answer = try_record(caller, occasion, block, marks).await;
    assert_eq!(
        answer.user_errors("recordAttendance"),
        [""; 0],
        "{}",
        answer.text
    );
}

/// The completion of a sign-up, as somebody sees it: its day and its last valid day; none if there is none.
pub async fn completion_of(caller: &Caller<'_>, place: &str) -> Option<(String, Option<String>)> {
    let query = "query($id: ID!) { node(id: $id) { ... on SignUp {
        completion { completedOn validUntil source isValid }
    } } }";
    let answer = caller.ask(query, json!({ "id": place })).await;
    let completion = answer.at("node/completion");
    let text = |field: &str| completion[field].as_str().map(str::to_owned);
    Some((text("completedOn")?, text("validUntil")))
}

/// Who somebody is: the person's global id.
pub async fn person(caller: &Caller<'_>) -> String {
    let answer = caller.query("{ viewer { person { id } } }").await;
    let id = answer.at("viewer/person/id").as_str();
    id.expect("a person").to_owned()
}

/// Gives a colleague the right to check in.
pub async fn grant(caller: &Caller<'_>, occasion: &str, person: &str) -> Answer {
    let input = json!({ "occasionId": occasion, "personId": person });
    caller
        .mutate("grantCheckIn", input, "checkInRight { id revokedAt }")
        .await
}

/// Enters a file that must be accepted.
pub async fn import(caller: &Caller<'_>, csv: &str) -> Answer {
    let answer = try_import(caller, csv, false).await;
    assert_eq!(
        answer.user_errors("importCompletions"),
        [""; 0],
        "{}",
        answer.text
    );
    answer
}

/// Enters or looks at a file, whatever comes of it.
pub async fn try_import(caller: &Caller<'_>, csv: &str, preview: bool) -> Answer {
    let selection = "entered alreadyThere rows {
        line outcome completedOn person { id } training { id }
        completion { id source isValid validUntil } error { code field message }
    }";
    let input = json!({ "csv": csv, "preview": preview });
    caller.mutate("importCompletions", input, selection).await
}

/// The membership by which a person belongs to the caller's organisation.
pub async fn membership(server: &Server, person: &str) -> String {
    use entity::{id::PersonId, membership};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let person: PersonId = person.parse().expect("a person's id");
    let row = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person))
        .one(&server.database)
        .await
        .expect("memberships can be read");
    row.expect("a membership").id.to_string()
}

/// The file that says that these people completed a training on a day.
pub async fn file(server: &Server, people: &[String], training: &str, on: &str) -> String {
    let mut csv = "member,training,completed_on\n".to_owned();
    for person in people {
        let member = membership(server, person).await;
        csv.extend([format!("{member},{training},{on}\n")]);
    }
    csv
}
