//! Monotonicity: removing a share, a role, a membership or an agreement never shows more.

use super::{
    behind::execute,
    crawl::{Ask, ask_all, questions},
    relation::{Who, fill_sql},
};
use crate::harness::{Answer, Server, on_both_databases};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Something that is taken away from somebody.
struct Removal {
    what: &'static str,
    sql: &'static str,
    before: Who,
    /// Who asks afterwards, where the token itself is another.
    after: Who,
    /// Whether that somebody must see less afterwards, so that the test is known to see anything.
    less: bool,
}

const fn removal(what: &'static str, sql: &'static str, who: Who, less: bool) -> Removal {
    Removal {
        what,
        sql,
        before: who,
        after: who,
        less,
    }
}

const ALVESTA: Who = Who::Persona("alvesta-coordinator");
const BLEKINGE: Who = Who::Persona("region-blekinge-coordinator");
const JOINT: Who = Who::Persona("lansstyrelsen-kronoberg-coordinator");
const REGION: Who = Who::Persona("region-kronoberg-administrator");

const REMOVALS: [Removal; 16] = [
    removal(
        "a share with Alvesta by name",
        "DELETE FROM training_share WHERE organisation_id = <organisation 2120000639>",
        ALVESTA,
        true,
    ),
    removal(
        "the public's view of everything, down to partners",
        "UPDATE training SET sharing = 'PARTNERS' WHERE sharing = 'PUBLIC'",
        Who::Anonymous,
        true,
    ),
    removal(
        "the partners' view of everything, down to the county",
        "UPDATE training SET sharing = 'COUNTY' WHERE sharing = 'PARTNERS'",
        BLEKINGE,
        true,
    ),
    removal(
        "the county's view of everything, down to those named",
        "UPDATE training SET sharing = 'SELECTED' WHERE sharing = 'COUNTY'",
        ALVESTA,
        true,
    ),
    removal(
        "the view of those named, down to the own organisation",
        "UPDATE training SET sharing = 'ORGANISATION' WHERE sharing = 'SELECTED'",
        ALVESTA,
        true,
    ),
    removal(
        "publication itself",
        "UPDATE training SET status = 'DRAFT'",
        BLEKINGE,
        true,
    ),
    removal(
        "an administrator's role, down to coordinator",
        "UPDATE membership SET role = 'COORDINATOR' WHERE id = <membership ulla.stenhammar>",
        REGION,
        false,
    ),
    removal(
        "a role, down to member",
        "UPDATE membership SET role = 'MEMBER' WHERE id = <membership ulla.stenhammar>",
        REGION,
        true,
    ),
    removal(
        "a membership",
        "UPDATE membership SET active_until = active_from WHERE id = <membership petra.soderlind>",
        ALVESTA,
        true,
    ),
    removal(
        "the agreement of the own organisation",
        "UPDATE organisation SET partner_until = partner_from WHERE id = <organisation 2120000639>",
        ALVESTA,
        true,
    ),
    removal(
        "the agreement of the accountable organiser",
        "UPDATE organisation SET partner_until = partner_from WHERE id = <organisation 2321000065>",
        JOINT,
        false,
    ),
    removal(
        "the agreement that a joint organiser sees participants",
        "UPDATE training_organiser SET sees_participants = false \
         WHERE organisation_id = <organisation 2021990706>",
        JOINT,
        true,
    ),
    removal(
        "being an organiser",
        "DELETE FROM training_organiser WHERE organisation_id = <organisation 2021990706>",
        JOINT,
        true,
    ),
    removal(
        "an organisation's county",
        "UPDATE organisation SET county_code = NULL WHERE id = <organisation 2120000639>",
        ALVESTA,
        true,
    ),
    removal(
        "being a party to initiatives, and the county's view of them",
        "UPDATE initiative_party SET ends_on = '2026-03-02' WHERE organisation_id = <organisation 2120000639>; \
         UPDATE initiative SET sharing = 'ORGANISATION' WHERE sharing = 'COUNTY'",
        ALVESTA,
        true,
    ),
    Removal {
        what: "a service's scope",
        sql: "",
        before: Who::Service("2120000639", &["samverkan:coordinate"]),
        after: Who::Service("2120000639", &[]),
        less: true,
    },
];

type Seen = BTreeSet<(String, String, String)>;

/// What is about the asker or the page rather than about a thing. What is missing in what one sees is the asker's too:
/// who sees less misses more, and learns nothing by it that the wanted list did not say.
fn is_about_asker(name: &str) -> bool {
    name.starts_with("viewer")
        || matches!(
            name,
            "freeForViewer" | "pageInfo" | "cursor" | "missingSubjectAreas"
        )
}

/// Everything that an answer shows: which object, which field of it, and which further object there.
fn collect(value: &Value, thing: &str, path: &str, seen: &mut Seen) {
    match value {
        Value::Null => {}
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect(item, thing, path, seen)),
        Value::Object(members) => {
            let mut below = (thing, path.to_owned());
            if let Some(id) = members.get("id").and_then(Value::as_str) {
                seen.insert((thing.to_owned(), path.to_owned(), id.to_owned()));
                below = (id, String::new());
            }
            for (name, member) in members.iter().filter(|(name, _)| !is_about_asker(name)) {
                collect(member, below.0, &format!("{}/{name}", below.1), seen);
            }
        }
        _ => {
            seen.insert((thing.to_owned(), path.to_owned(), String::new()));
        }
    }
}

fn all_seen(asks: &[Ask], answers: &[Answer]) -> Seen {
    let mut seen = Seen::new();
    for (ask, answer) in asks.iter().zip(answers) {
        let data = answer.body["data"].as_object();
        for member in data.into_iter().flat_map(|data| data.values()) {
            // Lists at the top are cut into pages: what they hold is known by `node`, whichever page shows it.
            let root = if ask.name.starts_with("Query") {
                &ask.name
            } else {
                "by id"
            };
            collect(member, root, "", &mut seen);
        }
    }
    seen.retain(|(thing, _, id)| !(id.is_empty() && thing.starts_with("Query")));
    // Which page shows an object says nothing; that it is shown at all does.
    seen.into_iter()
        .map(|(thing, path, id)| match thing.as_str() {
            "by id" => ("top".to_owned(), String::new(), id),
            top if top.starts_with("Query") => ("top".to_owned(), String::new(), id),
            // Lists that are cut: without a group, or an initiative, that is seen no more, the next one stands on the page.
            _ if !id.is_empty()
                && ["/representations/", "/initiatives/"]
                    .iter()
                    .any(|list| path.starts_with(list)) =>
            {
                ("top".to_owned(), String::new(), id)
            }
            _ => (thing, path.replace("/edges/node", "/nodes"), id),
        })
        .collect()
}

on_both_databases! {
    async fn taking_something_away_never_shows_more(backend: Backend) {
        let mut faults = Vec::new();
        let start = Server::start(backend).await;
        let asks = questions(&start).await;
        // Every object by its id, and the lists at the top: what is seen anywhere is seen there. The log of
        // who read what grows by being asked; whose it is stands in the matrix.
        let asks: Vec<Ask> = asks
            .into_iter()
            .filter(|ask| {
                let is_whole = ask.name.strip_prefix("Query.").is_none_or(|rest| !rest.contains('.'));
                is_whole && !ask.name.contains(").") && ask.name != "Query.auditLog"
            })
            .collect();
        // Every copy of the world is the same, ids and all: who asks twice is asked once.
        let mut befores: BTreeMap<String, Seen> = BTreeMap::new();

        for removal in REMOVALS {
            let asker = format!("{:?}", removal.before);
            if !befores.contains_key(&asker) {
                let answers = ask_all(&removal.before.caller(&start), &asks).await;
                befores.insert(asker.clone(), all_seen(&asks, &answers));
            }
            let before = &befores[&asker];
            let server = Server::start(backend).await;
            execute(&server, &fill_sql(removal.sql)).await;
            let after = ask_all(&removal.after.caller(&server), &asks).await;
            let after = all_seen(&asks, &after);

            let more: Vec<_> = after.difference(before).take(10).collect();
            if !more.is_empty() {
                faults.push(format!("without {}, more is seen: {more:?}", removal.what));
            }
            if removal.less && before.difference(&after).next().is_none() {
                faults.push(format!("without {}, as much is seen as before", removal.what));
            }
            server.stop().await;
        }

        assert!(faults.is_empty(), "{}", faults.join("\n"));
        start.stop().await;
    }
}
