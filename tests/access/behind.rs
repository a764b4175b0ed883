//! The database from behind: what no viewer may read or change.

use crate::harness::{Backend, Server};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use std::collections::BTreeMap;
use uuid::Uuid;

#[expect(
    clippy::disallowed_methods,
    reason = "tests compare what is stored with what is answered; nothing here comes from a caller"
)]
fn statement(server: &Server, sql: &str) -> Statement {
    Statement::from_string(server.database.get_database_backend(), sql)
}

/// The rows of a statement.
pub async fn query(server: &Server, sql: &str) -> Vec<QueryResult> {
    let found = server.database.query_all_raw(statement(server, sql)).await;
    found.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Runs statements.
pub async fn execute(server: &Server, sql: &str) {
    if sql.is_empty() {
        return;
    }
    let done = server.database.execute_unprepared(sql).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// An id as it stands in a statement.
pub fn literal(server: &Server, id: Uuid) -> String {
    match server.backend {
        Backend::Sqlite => format!("X'{}'", id.simple()),
        Backend::Postgresql => format!("'{id}'::uuid"),
    }
}

/// Everything that is stored, table by table: two moments between which nothing was written are equal.
pub async fn contents(server: &Server) -> BTreeMap<String, String> {
    let sql = match server.backend {
        Backend::Sqlite => {
            "SELECT m.name AS name, group_concat('quote(\"' || p.name || '\")', ' || ''|'' || ') AS cells \
             FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' GROUP BY m.name"
        }
        Backend::Postgresql => {
            "SELECT table_name::text AS name, 't::text' AS cells FROM information_schema.tables \
             WHERE table_schema = 'public'"
        }
    };
    let mut contents = BTreeMap::new();
    for table in query(server, sql).await {
        let name: String = table.try_get("", "name").expect("a name");
        let cells: String = table.try_get("", "cells").expect("cells");
        let sql = format!("SELECT {cells} AS cells FROM \"{name}\" t ORDER BY 1");
        let rows = query(server, &sql).await;
        let rows: Vec<String> = rows
            .iter()
            .map(|row| row.try_get("", "cells").expect("a row"))
            .collect();
        contents.insert(name, rows.join("\n"));
    }
    contents
}

/// As [`contents`], where only what differs is asked: `PostgreSQL` hashes its tables itself, in one statement.
pub async fn fingerprint(server: &Server) -> BTreeMap<String, String> {
    if server.backend == Backend::Sqlite {
        return contents(server).await;
    }
    let tables = "SELECT string_agg(format('SELECT %L AS name, md5(string_agg(t::text, chr(10) ORDER BY t::text)) AS hash \
                  FROM %I t', table_name, table_name), ' UNION ALL ') AS statement FROM information_schema.tables \
                  WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let statement: String = query(server, tables).await[0]
        .try_get("", "statement")
        .expect("a statement");
    let rows = query(server, &statement).await;
    rows.iter()
        .map(|row| {
            let hash: Option<String> = row.try_get("", "hash").expect("a hash");
            let name = row.try_get("", "name").expect("a name");
            (name, hash.unwrap_or_default())
        })
        .collect()
}

/// The tables that differ between two moments.
pub fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let tables = before
        .keys()
        .filter(|table| before[*table] != after[*table]);
    tables.cloned().collect()
}

/// Gives every group and every item a document that bears its id. There is no file to it: nothing here fetches one.
pub async fn plant_documents(server: &Server) {
    let columns = "id, group_id, item_id, title, file_name, media_type, size, sha256, blob, organisation_id, uploaded_at";
    let file = format!(
        "'Underlag', 'underlag.pdf', 'application/pdf', 9, '{}'",
        "0".repeat(64)
    );
    let whose = "(SELECT id FROM organisation ORDER BY id LIMIT 1)";
    execute(
        server,
        &format!(
            "INSERT INTO document ({columns}) SELECT g.id, g.id, NULL, {file}, \
             'group ' || (SELECT count(*) FROM collaboration_group o WHERE o.id <= g.id), {whose}, g.created_at \
             FROM collaboration_group g; \
             INSERT INTO document ({columns}) SELECT i.id, i.group_id, i.id, {file}, \
             'item ' || (SELECT count(*) FROM agenda_item o WHERE o.id <= i.id), {whose}, i.created_at \
             FROM agenda_item i"
        ),
    )
    .await;
}
