//! The columns of the matrix: how somebody stands to the training "Barnets rättigheter i vardagen", which
//! Region Kronoberg gives together with the county administrative board; and names for things.

use super::{
    behind::query,
    facts::{Eye, Facts},
};
use crate::harness::{Caller, Server};
use api::demo::data::PERSONAS;
use entity::kind::Role;
use std::fmt::Write;
use uuid::Uuid;

/// The scope that lets a service act as a coordinator.
const COORDINATE: &str = "samverkan:coordinate";

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    Anonymous,
    Persona(&'static str),
    Service(&'static str, &'static [&'static str]),
}

/// One column.
pub struct Relation {
    pub name: &'static str,
    pub who: Who,
    /// Somebody of the same organisation who is not signed up for what the rows try.
    pub colleague: &'static str,
}

const fn relation(name: &'static str, who: Who, colleague: &'static str) -> Relation {
    Relation {
        name,
        who,
        colleague,
    }
}

/// The columns, in their order in the file.
pub const RELATIONS: [Relation; 12] = [
    relation(
        "admin",
        Who::Persona("region-kronoberg-administrator"),
        "karin.lovdahl",
    ),
    relation(
        "coordinator",
        Who::Persona("region-kronoberg-coordinator"),
        "karin.lovdahl",
    ),
    relation(
        "staff",
        Who::Persona("region-kronoberg-member"),
        "karin.lovdahl",
    ),
    relation(
        "joint",
        Who::Persona("lansstyrelsen-kronoberg-coordinator"),
        "ahmed.osman",
    ),
    relation(
        "partner",
        Who::Persona("alvesta-coordinator"),
        "leyla.demirel",
    ),
    relation("member", Who::Persona("alvesta-member"), "leyla.demirel"),
    relation(
        "ngo",
        Who::Persona("barnens-ratt-kronoberg-coordinator"),
        "rosa.fuentes",
    ),
    relation(
        "elsewhere",
        Who::Persona("region-blekinge-coordinator"),
        "samir.haddad",
    ),
    relation("service", Who::Service("2120000639", &[]), "leyla.demirel"),
    relation(
        "system",
        Who::Service("2120000639", &[COORDINATE]),
        "leyla.demirel",
    ),
    relation(
        "ended",
        Who::Persona("ended-agreement-coordinator"),
        "klas.hagelin",
    ),
    relation("anonymous", Who::Anonymous, "leyla.demirel"),
];

impl Who {
    /// The caller.
    pub fn caller(self, server: &Server) -> Caller<'_> {
        match self {
            Self::Anonymous => server.anonymous(),
            Self::Persona(name) => server.by(name),
            Self::Service(number, scopes) => server.service(number, scopes),
        }
    }

    /// What the rules of reading look at.
    pub fn eye(self, facts: &Facts) -> Eye {
        let (number, role, person) = match self {
            Self::Anonymous => return Eye::default(),
            Self::Service(number, scopes) => {
                let role = if scopes.contains(&COORDINATE) {
                    Role::Coordinator
                } else {
                    Role::Member
                };
                (number, role, None)
            }
            Self::Persona(name) => {
                let persona = PERSONAS.iter().find(|persona| persona.name == name);
                let persona = persona.expect("a persona");
                let known = |(subject, _): &&(String, Uuid)| subject == persona.subject;
                let person = facts.subjects.iter().find(known).expect("a person").1;
                (persona.organisation_number, persona.role, Some(person))
            }
        };
        let organisation = facts.organisation(number);
        Eye {
            organisation: Some(organisation.id),
            county: organisation.county.clone(),
            is_civil_society: organisation.is_civil_society,
            role: Some(role),
            person,
        }
    }
}

/// The trainings that rows speak of.
const TRAININGS: [(&str, &str); 9] = [
    ("vardag", "Barnets rättigheter i vardagen"),
    ("vald", "Våld i nära relation – att våga fråga"),
    ("draft", "Samtala med barn i utsatta situationer"),
    ("internal", "Familjeombudens halvdag"),
    ("selected", "Barnkonventionen i klassrummet"),
    ("partners", "Våga fråga – barn och våld"),
    ("public", "Mänskliga rättigheter i praktiken"),
    ("narst", "Barn som närstående – se, lyssna och stödja"),
    ("farilla", "Barn som far illa – upptäcka och agera"),
];

fn title(name: &str) -> &'static str {
    let found = TRAININGS.iter().find(|(short, _)| *short == name);
    found
        .unwrap_or_else(|| panic!("no training is called {name}"))
        .1
}

/// The person whose address at work begins so.
fn person(address: &str) -> String {
    format!("(SELECT id FROM person WHERE email LIKE '{address}@%')")
}

/// The soonest occasion of a training that lies ahead.
fn occasion(name: &str) -> String {
    format!(
        "(SELECT o.id FROM training_occasion o JOIN training t ON t.id = o.training_id \
         WHERE t.title = '{}' AND o.starts_at > '2026-03-02' ORDER BY o.starts_at LIMIT 1)",
        title(name)
    )
}

fn sign_up(at: &str, who: &str) -> String {
    format!(
        "(SELECT id FROM sign_up WHERE occasion_id = {} AND person_id = {})",
        occasion(at),
        person(who)
    )
}

/// The group that rows call so.
fn group(name: &str) -> String {
    let name = match name {
        "lst" => "Länsstyrelsens barnrättsnätverk i Kronoberg",
        "board" => "Region Kronobergs styrelse",
        "family" => "Familjeombudsnätverket",
        "council" => "Barnkonventionsrådet",
        "friends" => "Barnkonventionens vänner",
        _ => panic!("no group is called {name}"),
    };
    format!("(SELECT id FROM collaboration_group WHERE name = '{name}')")
}

/// The meeting that rows call so.
fn meeting(name: &str) -> String {
    let title = match name {
        "last" => "Nätverksträff i höstas",
        "next" => "Nätverksträff om barnrättsbaserade beslutsunderlag",
        "later" => "Nätverksträff i vår",
        "board" => "Regionstyrelsens sammanträde",
        "bl" => "Höstens träff för barnrättsombud",
        "jk" => "Strategigruppens möte",
        _ => panic!("no meeting is called {name}"),
    };
    format!("(SELECT id FROM meeting WHERE title = '{title}' ORDER BY starts_at LIMIT 1)")
}

/// The decision that rows call so: one that has been verified, and one that has not.
fn decision(name: &str) -> String {
    let title = match name {
        "day" => "Gemensam utbildningsdag",
        "contact" => "Kontaktpersoner",
        _ => panic!("no decision is called {name}"),
    };
    format!("(SELECT id FROM decision WHERE title = '{title}')")
}

/// The item of an agenda that rows call so.
fn item(name: &str) -> String {
    let title = match name {
        "open" => "Mötet öppnas",
        "guest" => "Gemensam utbildningsdag med föreningslivet",
        "alvesta" => "Barns röster i budgetarbetet",
        "backlog" => "Gemensam webbsida",
        _ => panic!("no item is called {name}"),
    };
    format!("(SELECT id FROM agenda_item WHERE title = '{title}')")
}

/// The id of what stands between `<` and `>`, as SQL.
pub fn sql_of(reference: &str) -> String {
    let words: Vec<&str> = reference.split_whitespace().collect();
    match words.as_slice() {
        ["training", name] => format!("(SELECT id FROM training WHERE title = '{}')", title(name)),
        ["occasion", name] => occasion(name),
        // The matrix gives the others the id of the sign-up that they are about.
        [
            "signup" | "notice" | "request" | "checkin" | "completion" | "certificate" | "calendar",
            at,
            who,
        ] => sign_up(at, who),
        // The one that the organisation wants its staff to have.
        ["mandatory", number] => format!(
            "(SELECT m.id FROM mandatory_training m JOIN organisation o ON o.id = m.organisation_id \
             WHERE o.organisation_number = '{number}')"
        ),
        ["person", who] => person(who),
        ["membership", who] => {
            format!(
                "(SELECT id FROM membership WHERE person_id = {})",
                person(who)
            )
        }
        ["organisation", number] => {
            format!("(SELECT id FROM organisation WHERE organisation_number = '{number}')")
        }
        // The matrix gives a document the id of what it belongs to.
        ["group", name] | ["document", "group", name] => group(name),
        ["meeting", name] => meeting(name),
        // Its verified edition, and the correction that is being written.
        ["minutes", name, edition] => format!(
            "(SELECT id FROM meeting_minutes WHERE meeting_id = {} AND edition = {edition})",
            meeting(name)
        ),
        // Of a council's issues the one in that state.
        ["issue", name, status] => format!(
            "(SELECT id FROM council_issue WHERE group_id = {} AND status = '{status}')",
            group(name)
        ),
        // By what no marker replaces.
        ["initiative", "kronobarn"] => {
            "(SELECT id FROM initiative WHERE code = 'KRONOBARNSMODELLEN')".to_owned()
        }
        ["initiative", level] => format!("(SELECT id FROM initiative WHERE level = '{level}')"),
        // Of an initiative, the organisation's.
        ["activity", name, number] => format!(
            "(SELECT a.id FROM initiative_activity a JOIN organisation o ON o.id = a.organisation_id \
             WHERE o.organisation_number = '{number}' AND a.initiative_id = {})",
            sql_of(&format!("initiative {name}"))
        ),
        // The matrix gives the notice the id of the visit that it tells of.
        ["visit" | "visitnotice", status] => {
            format!("(SELECT id FROM outreach_visit WHERE status = '{status}')")
        }
        ["decision", name] => decision(name),
        // What the organisation has been asked to do.
        ["action", number] => format!(
            "(SELECT a.id FROM group_action a JOIN organisation o ON o.id = a.organisation_id \
             WHERE o.organisation_number = '{number}')"
        ),
        ["extract"] => "(SELECT id FROM minutes_extract)".to_owned(),
        ["item", name] | ["document", "item", name] => item(name),
        ["series", name] => format!(
            "(SELECT series_id FROM meeting WHERE id = {})",
            meeting(name)
        ),
        // The one that waits for an answer.
        ["substitution", name] => format!(
            "(SELECT id FROM meeting_substitution WHERE meeting_id = {} AND status = 'CALLED')",
            meeting(name)
        ),
        // The first of the organisation's.
        ["seat", name, number] => format!(
            "(SELECT s.id FROM group_seat s JOIN organisation o ON o.id = s.organisation_id WHERE s.group_id = {} \
             AND o.organisation_number = '{number}' ORDER BY s.sort_key, s.id LIMIT 1)",
            group(name)
        ),
        // The matrix gives the notice the id of the holder whom it tells.
        ["holder" | "groupnotice", name, who] => format!(
            "(SELECT h.id FROM seat_holder h JOIN group_seat s ON s.id = h.seat_id WHERE s.group_id = {} \
             AND h.person_id = {})",
            group(name),
            person(who)
        ),
        // The matrix gives a joining the id of the membership.
        ["joined", who] => sql_of(&format!("membership {who}")),
        ["roletype", code] => format!("(SELECT id FROM role_type WHERE code = '{code}')"),
        ["appointment", who] => format!(
            "(SELECT id FROM appointment WHERE person_id = {})",
            person(who)
        ),
        ["unit", name] => format!("(SELECT id FROM organisation_unit WHERE name = '{name}')"),
        ["programme", number] => {
            format!("(SELECT id FROM training_programme WHERE number = {number})")
        }
        _ => panic!("<{reference}> names nothing; teach `sql_of` what it is"),
    }
}

/// Puts global ids in the place of `<training vardag>`, `<person david.rosenqvist>` and their like.
pub async fn fill(server: &Server, text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let (reference, after) = after.split_once('>').expect("a closing >");
        filled.push_str(before);
        let sql = format!("SELECT {} AS id", sql_of(reference));
        let rows = query(server, &sql).await;
        let id: Option<Uuid> = rows[0].try_get("", "id").expect("an id");
        let id = id.unwrap_or_else(|| panic!("<{reference}> is not there"));
        let kind = reference.split_whitespace().next().expect("a kind");
        write!(filled, "{kind}_{}", id.simple()).expect("a text");
        rest = after;
    }
    filled + rest
}

/// Puts subqueries in the place of references, for statements that prepare a world.
pub fn fill_sql(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let (reference, after) = after.split_once('>').expect("a closing >");
        filled.push_str(before);
        filled.push_str(&sql_of(reference));
        rest = after;
    }
    filled + rest
}
