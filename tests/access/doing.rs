//! What each relation may do: the chapter "Doing" of the matrix. Who is refused has changed nothing.

use super::{
    behind::{changed, execute, fingerprint, query},
    matrix::{Row, compare, rows, verdict},
    relation::{RELATIONS, Relation, fill, fill_sql},
};
use crate::harness::{Answer, Backend, Server, on_both_databases};
use std::collections::BTreeMap;

const DEEDS: &str = include_str!("doing.md");

/// How a row is tried: statements that make the world fit, and the input of the mutation.
#[derive(Clone)]
struct Deed {
    prepare: String,
    input: String,
}

fn deeds() -> BTreeMap<String, Deed> {
    DEEDS
        .split("\n### ")
        .skip(1)
        .map(|part| {
            let (what, rest) = part.split_once('\n').expect("a heading");
            let block = |language: &str| {
                let (_, after) = rest.split_once(&format!("```{language}\n"))?;
                Some(after.split_once("```")?.0.trim().to_owned())
            };
            let deed = Deed {
                prepare: block("sql").unwrap_or_default(),
                input: block("json").expect("an input"),
            };
            (what.trim().to_owned(), deed)
        })
        .collect()
}

async fn prepared(backend: Backend, deed: &Deed) -> Server {
    let server = Server::start(backend).await;
    execute(&server, &fill_sql(&deed.prepare)).await;
    server
}

/// The input as this relation sends it: `<self>` and `<colleague>` are its own, versions are as they stand.
async fn input_of(server: &Server, relation: &Relation, deed: &Deed) -> serde_json::Value {
    let colleague = format!("<person {}>", relation.colleague);
    let mut input = deed.input.replace("<colleague>", &colleague);
    if input.contains("<self>") {
        let facts = super::facts::Facts::of(server).await;
        // Who is nobody tries to be a colleague.
        let oneself = relation.who.eye(&facts).person;
        let oneself = oneself.map(|person| format!("person_{}", person.simple()));
        input = input.replace("<self>", oneself.as_deref().unwrap_or(&colleague));
    }
    let input = fill(server, &input).await;
    let versions = "SELECT (SELECT version FROM training WHERE id = <training vardag>) AS training, \
                    (SELECT version FROM training_occasion WHERE id = <occasion vardag>) AS occasion";
    let versions = query(server, &fill_sql(versions)).await;
    let version = |column: &str| {
        let version: i32 = versions[0].try_get("", column).expect("a version");
        version.to_string()
    };
    let input = input
        .replace("\"version of the training\"", &version("training"))
        .replace("\"version of the occasion\"", &version("occasion"));
    serde_json::from_str(&input).unwrap_or_else(|error| panic!("{error}: {input}"))
}

/// What came of it, in a word.
fn outcome(answer: &Answer, mutation: &str, is_changed: bool) -> String {
    if answer.status != 200 {
        return answer.status.to_string();
    }
    if !answer.codes().is_empty() {
        return answer.codes().join("+");
    }
    let mut codes = answer.user_errors(mutation);
    codes.sort();
    codes.dedup();
    match (codes.is_empty(), is_changed) {
        (true, true) => "done".to_owned(),
        (true, false) => "no change".to_owned(),
        (false, _) => codes.join("+"),
    }
}

async fn try_row(backend: Backend, row: &Row, deed: &Deed, faults: &mut Vec<String>) {
    let mutation = row.through.strip_prefix("Mutation.").expect("a mutation");
    let mut answers = Vec::new();
    let mut server = prepared(backend, deed).await;
    let mut before = fingerprint(&server).await;
    for relation in &RELATIONS {
        let input = input_of(&server, relation, deed).await;
        let answer = relation
            .who
            .caller(&server)
            .mutate(mutation, input, "__typename")
            .await;
        let tables = changed(&before, &fingerprint(&server).await);
        let outcome = outcome(&answer, mutation, !tables.is_empty());
        if outcome != "done" && !tables.is_empty() {
            faults.push(format!(
                "{}: {} got {outcome}, and yet {tables:?} changed: roll back what is refused",
                row.what, relation.name
            ));
        }
        answers.push(outcome);
        if !tables.is_empty() {
            // Whoever comes next finds the world as it was.
            server.stop().await;
            server = prepared(backend, deed).await;
            before = fingerprint(&server).await;
        }
    }
    compare(row, &answers, faults);
    server.stop().await;
}

on_both_databases! {
    async fn everybody_may_do_what_the_matrix_says_and_a_refusal_changes_nothing(backend: Backend) {
        let deeds = deeds();
        let mut faults = Vec::new();

        for row in rows("Doing") {
            match deeds.get(&row.what) {
                Some(deed) => try_row(backend, &row, deed, &mut faults).await,
                None => faults.push(format!("doing.md does not say how to try \"{}\"", row.what)),
            }
        }

        verdict(&faults);
    }
}

#[test]
fn every_deed_has_a_row_in_the_matrix() {
    let rows = rows("Doing");
    let unused: Vec<String> = deeds()
        .into_keys()
        .filter(|what| rows.iter().all(|row| row.what != *what))
        .collect();

    assert!(
        unused.is_empty(),
        "add rows to the chapter Doing of matrix.md: {unused:?}"
    );
}
