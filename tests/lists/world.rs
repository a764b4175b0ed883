//! What the tests of lists set up and fetch.

use crate::{
    harness::{Caller, Server},
    seats::world::{input, organisation},
};
use entity::{confidential::Confidential, id::PersonId, person};
use sea_orm::{ActiveModelTrait, Set};
use serde_json::{Value, json};

/// The four lists, by the last part of their address.
pub const LISTS: [&str; 4] = [
    "participants.csv",
    "participants.xlsx",
    "sign-in-sheet.html",
    "needs.csv",
];

/// What the server sends for a list.
pub struct Fetched {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Fetched {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str());
        value.unwrap_or(Ok("")).expect("a readable header")
    }

    /// The content, which must be text that could be had.
    #[track_caller]
    pub fn text(&self) -> String {
        let text = String::from_utf8(self.bytes.clone()).expect("text in UTF-8");
        assert_eq!(self.status, 200, "{text}");
        text
    }

    /// The lines of a CSV file without its mark; the headings first.
    #[track_caller]
    pub fn lines(&self) -> Vec<String> {
        let text = self.text();
        let body = text.strip_prefix('\u{feff}').expect("a byte order mark");
        body.lines().map(str::to_owned).collect()
    }

    /// The code of a refusal.
    #[track_caller]
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.bytes).expect("a refusal in JSON");
        let code = body["errors"][0]["extensions"]["code"].as_str();
        code.expect("a code").to_owned()
    }
}

/// Fetches one list as somebody who reads that language.
pub async fn fetch_as(server: &Server, caller: &Caller<'_>, path: &str, language: &str) -> Fetched {
    let mut request = server
        .http
        .get(server.at(path))
        .header("accept-language", language);
    if let Some(token) = caller.token() {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.expect("an answer");
    Fetched {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        bytes: response.bytes().await.expect("a body").to_vec(),
    }
}

/// Fetches one list of an occasion, in Swedish.
pub async fn fetch(server: &Server, persona: &str, occasion: &str, list: &str) -> Fetched {
    let path = format!("/occasions/{occasion}/{list}");
    fetch_as(server, &server.by(persona), &path, "sv").await
}

/// The demonstration's main occasion.
pub async fn main_occasion(server: &Server) -> String {
    let query = "{ trainings(filter: { text: \"Barnets rättigheter i vardagen\" }) { nodes {
        occasions(first: 1) { nodes { id } }
    } } }";
    let answer = server.by("vaxjo-coordinator").query(query).await;
    let id = answer.at("trainings/nodes/0/occasions/nodes/0/id");
    id.as_str().expect("an id").to_owned()
}

/// A new person of the persona's organisation with that name.
pub async fn person_named(server: &Server, persona: &str, name: &str) -> String {
    let id = crate::seats::world::colleagues(server, persona, 1)
        .await
        .remove(0);
    let key: PersonId = id.parse().expect("an id");
    let change = person::ActiveModel {
        id: Set(key),
        name: Set(Confidential::new(name.to_owned())),
        sort_name: Set(name.to_owned()),
        ..Default::default()
    };
    change
        .update(&server.database)
        .await
        .expect("a person can be renamed");
    id
}

/// Signs new people of the persona's organisation up, each with a need.
pub async fn sign_up_with_needs(server: &Server, persona: &str, occasion: &str, needs: &[&str]) {
    let people = crate::seats::world::colleagues(server, persona, needs.len()).await;
    let mut input = input(occasion, &people);
    for (index, need) in needs.iter().enumerate() {
        input["participants"][index]["need"] = json!(need);
    }
    let answer = server
        .by(persona)
        .mutate("signUp", input, "signUps { id }")
        .await;
    assert_eq!(answer.user_errors("signUp"), [""; 0], "{}", answer.text);
}

/// Of whom the persona's organisation has read since the beginning, by its audit log, with the request's name.
pub async fn reads(server: &Server, persona: &str) -> Vec<(String, PersonId)> {
    use entity::{audit_entry, kind::AuditAction};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let organisation = organisation(server, persona).await;
    let rows = audit_entry::Entity::find()
        .filter(audit_entry::Column::OrganisationId.eq(organisation))
        .filter(audit_entry::Column::Action.eq(AuditAction::Read))
        .all(&server.database)
        .await
        .expect("the log can be read");
    rows.into_iter()
        .map(|row| (row.request_id, row.person_id))
        .collect()
}
