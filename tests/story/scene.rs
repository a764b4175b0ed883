//! The stage of the story: the occasion, and what somebody sees of it, as lines that can be read.

use crate::harness::{Answer, Server};
use serde_json::{Value, json};

/// How the coordinator in Växjö finds the training.
const CATALOGUE: &str = r#"query($organiser: ID) {
  trainings(
    filter: {
      text: "barnets rattigheter i vardagen", county: "07", organiserId: $organiser, joint: true
      subjectAreas: [CHILD_RIGHTS], formats: [HALF_DAY], statuses: [PUBLISHED], withFreeSeats: true
      targetAudiences: [ALL_STAFF], period: { from: "2026-03", to: "2026-03" }
    }
    orderBy: { field: NEXT_OCCASION }
    first: 20
  ) {
    totalCount
    nodes {
      id title viewerCanEdit
      organisers { name }
      accountableOrganiser { name }
      occasions(upcoming: true, first: 1) { nodes { id startsAt signUpWindow viewerCanSignUp } }
    }
  }
}"#;

/// Everything that one may want to know of an occasion.
const OCCASION: &str = "query($id: ID!) {
  occasion(id: $id) {
    seats { capacity taken free freeForViewer waiting }
    quotas { organisation { name } guaranteed maximum taken }
    signUps(statuses: [CONFIRMED, WAITLISTED], first: 50) {
      totalCount
      nodes {
        id status position reason need
        participant { name email }
        organisation { name }
      }
    }
    participantsByOrganisationKind { kind confirmed waiting }
    training { viewerCanEdit }
  }
}";

/// The occasion of the story, on a server.
pub struct Scene<'s> {
    pub server: &'s Server,
    pub occasion: String,
}

/// What somebody sees of the occasion.
pub struct View(Value);

/// Finds the training by what it is about, and checks that it is the one; gives the next occasion's id.
pub async fn find_main_occasion(server: &Server, persona: &str) -> String {
    let answer = server.by(persona).ask(CATALOGUE, json!({})).await;

    assert_eq!(answer.at("trainings/totalCount"), 1);
    let training = answer.at("trainings/nodes/0");
    assert_eq!(training["title"], "Barnets rättigheter i vardagen");
    let organisers: Vec<_> = list(&training["organisers"], |row| text(&row["name"]));
    assert_eq!(
        organisers,
        ["Region Kronoberg", "Länsstyrelsen i Kronobergs län"]
    );
    assert_eq!(training["accountableOrganiser"]["name"], "Region Kronoberg");
    let occasion = &training["occasions"]["nodes"][0];
    assert_eq!(occasion["startsAt"], "2026-03-31T06:30:00+00:00");
    assert_eq!(occasion["signUpWindow"], "OPEN");
    assert_eq!(occasion["viewerCanSignUp"], true);
    text(&occasion["id"])
}

/// The id of a colleague, found by a part of the name.
pub async fn find_colleague(server: &Server, persona: &str, part: &str, name: &str) -> String {
    let query = "query($text: String!) {
      viewer { organisation { members(text: $text, first: 5) { totalCount nodes { person { id name } } } } }
    }";
    let answer = server.by(persona).ask(query, json!({ "text": part })).await;
    let members = answer.at("viewer/organisation/members");
    assert_eq!(
        members["totalCount"], 1,
        "{part} should find {name} and nobody else"
    );
    let person = &members["nodes"][0]["person"];
    assert_eq!(person["name"], name);
    text(&person["id"])
}

impl Scene<'_> {
    /// What a persona of the demonstration sees.
    pub async fn seen_by(&self, persona: &str) -> View {
        let answer = self.ask(&self.server.by(persona)).await;
        View(answer.at("occasion").clone())
    }

    /// Asks for everything, as somebody.
    pub async fn ask(&self, caller: &crate::harness::Caller<'_>) -> Answer {
        caller.ask(OCCASION, json!({ "id": self.occasion })).await
    }

    /// The id of a colleague's sign-up.
    pub async fn sign_up_of(&self, persona: &str, name: &str) -> String {
        let view = self.seen_by(persona).await;
        let sign_ups = view.0["signUps"]["nodes"].as_array().expect("a list");
        let found = sign_ups
            .iter()
            .find(|row| row["participant"]["name"] == name);
        text(&found.unwrap_or_else(|| panic!("{persona} should see {name}"))["id"])
    }
}

impl View {
    /// Whether the occasion is not there for the viewer.
    pub fn is_nothing(&self) -> bool {
        self.0.is_null()
    }

    /// `12 seats, 10 taken, 2 free, 0 for me, 1 waiting`.
    pub fn seats(&self) -> String {
        let seats = &self.0["seats"];
        format!(
            "{} seats, {} taken, {} free, {} for me, {} waiting",
            seats["capacity"],
            seats["taken"],
            seats["free"],
            seats["freeForViewer"],
            seats["waiting"]
        )
    }

    /// `Växjö kommun: 0 taken, 2 guaranteed, at most 3`, by name.
    pub fn quotas(&self) -> Vec<String> {
        let mut quotas = list(&self.0["quotas"], |row| {
            format!(
                "{}: {} taken, {} guaranteed, at most {}",
                text(&row["organisation"]["name"]),
                row["taken"],
                row["guaranteed"],
                row["maximum"]
            )
        });
        quotas.sort();
        quotas
    }

    /// `Ola Granberg, Ljungby kommun, WAITLISTED 1 OCCASION_FULL`, in the order of the answer.
    pub fn sign_ups(&self) -> Vec<String> {
        let sign_ups = &self.0["signUps"];
        let lines = list(&sign_ups["nodes"], line);
        assert_eq!(
            sign_ups["totalCount"],
            lines.len(),
            "the count holds what the list holds"
        );
        lines
    }

    /// Who has which address or need, as far as the viewer may see them.
    pub fn details(&self, field: &str) -> Vec<String> {
        let sign_ups = self.0["signUps"]["nodes"].as_array().expect("a list");
        let value = |row: &Value| match field {
            "email" => row["participant"]["email"].as_str().map(str::to_owned),
            other => row[other].as_str().map(str::to_owned),
        };
        sign_ups
            .iter()
            .filter_map(|row| Some(format!("{}: {}", name_of(row), value(row)?)))
            .collect()
    }

    /// `MUNICIPALITY 5 + 1`: who has a seat and who waits, by kind of organisation; none if not shown.
    pub fn kinds(&self) -> Option<Vec<String>> {
        self.0["participantsByOrganisationKind"].as_array()?;
        Some(list(&self.0["participantsByOrganisationKind"], |row| {
            format!(
                "{} {} + {}",
                text(&row["kind"]),
                row["confirmed"],
                row["waiting"]
            )
        }))
    }

    /// Whether the viewer may change the training.
    pub fn can_edit(&self) -> bool {
        self.0["training"]["viewerCanEdit"] == true
    }
}

/// One sign-up as a line.
pub fn line(row: &Value) -> String {
    let place = match row["position"].as_i64() {
        Some(position) => format!(" {position} {}", text(&row["reason"])),
        None => String::new(),
    };
    let organisation = text(&row["organisation"]["name"]);
    let status = text(&row["status"]);
    format!("{}, {organisation}, {status}{place}", name_of(row))
}

fn name_of(row: &Value) -> String {
    row["participant"]["name"]
        .as_str()
        .unwrap_or("(not named)")
        .to_owned()
}

/// A text of an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("expected a text, got {value}"))
        .to_owned()
}

/// Something of each row of a list.
#[track_caller]
pub fn list<T>(rows: &Value, each: impl Fn(&Value) -> T) -> Vec<T> {
    rows.as_array()
        .unwrap_or_else(|| panic!("expected a list, got {rows}"))
        .iter()
        .map(each)
        .collect()
}
