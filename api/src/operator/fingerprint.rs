//! A hash of each table, so that an operator can tell whether a restored database holds what the backup held.
//!
//! It does not depend on the order of the rows, nor on how the database stores them; it is the same for two
//! databases of one kind that hold the same.

#![expect(
    clippy::disallowed_types,
    reason = "a backup is of everything, whichever organisation it belongs to"
)]

use crate::{config, run::Fault};
use aws_lc_rs::digest::{SHA256, digest};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, Statement, TransactionTrait,
};
use std::fmt::{self, Write};

/// How many rows are fetched at a time.
const BATCH: i64 = 5000;

/// One table's hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableHash {
    /// The table.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
    /// The sum of the SHA-256 of its rows, word by word.
    words: [u64; 4],
}

impl TableHash {
    fn new(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            rows: 0,
            words: [0; 4],
        }
    }

    /// A sum, and no chain: so the order of the rows does not matter, and no table is sorted for it.
    fn add(&mut self, row: &str) {
        let hash = digest(&SHA256, row.as_bytes());
        for (word, bytes) in self.words.iter_mut().zip(hash.as_ref().chunks_exact(8)) {
            let bytes = bytes.try_into().map_or(0, u64::from_be_bytes);
            *word = word.wrapping_add(bytes);
        }
        self.rows += 1;
    }
}

impl fmt::Display for TableHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for word in self.words {
            write!(f, "{word:016x}")?;
        }
        write!(f, "  {} ({} rows)", self.table, self.rows)
    }
}

/// The hash of each table at one moment, as text: a line a table, by name.
pub async fn fingerprint(config: &config::Database) -> Result<String, Fault> {
    let tables = tables(config)
        .await
        .map_err(|error| Fault::while_doing("the database", &error))?;
    let mut said = String::new();
    for table in tables {
        // A String takes every write.
        let _ = writeln!(said, "{table}");
    }
    Ok(said)
}

async fn tables(config: &config::Database) -> Result<Vec<TableHash>, DbErr> {
    let mut options = ConnectOptions::new(config.url.expose());
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await?;
    let backend = database.get_database_backend();
    // One moment, also while others write.
    let transaction = if backend == DbBackend::Postgres {
        let level = Some(IsolationLevel::RepeatableRead);
        database
            .begin_with_config(level, Some(AccessMode::ReadOnly))
            .await?
    } else {
        database.begin().await?
    };
    let hashes = match backend {
        DbBackend::Postgres => of_postgresql(&transaction).await,
        _ => of_sqlite(&transaction).await,
    };
    transaction.rollback().await?;
    database.close().await?;
    hashes
}

fn statement(backend: DbBackend, sql: &str) -> Statement {
    Statement::from_sql_and_values(backend, sql, [])
}

async fn of_postgresql(transaction: &DatabaseTransaction) -> Result<Vec<TableHash>, DbErr> {
    // How values are written as text depends on the session.
    transaction
        .execute_unprepared("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 1")
        .await?;
    let tables = "SELECT table_name::text AS name FROM information_schema.tables \
                  WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' \
                  ORDER BY table_name::text COLLATE \"C\"";
    let mut hashes = Vec::new();
    for table in names(transaction, tables).await? {
        let mut hash = TableHash::new(&table);
        let quoted = quote(&table);
        transaction
            .execute_unprepared(&format!(
                "DECLARE rows_of_table NO SCROLL CURSOR FOR SELECT t::text AS contents FROM {quoted} t"
            ))
            .await?;
        loop {
            let fetch = format!("FETCH {BATCH} FROM rows_of_table");
            let rows = transaction
                .query_all_raw(statement(DbBackend::Postgres, &fetch))
                .await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                hash.add(&row.try_get::<String>("", "contents")?);
            }
        }
        transaction
            .execute_unprepared("CLOSE rows_of_table")
            .await?;
        hashes.push(hash);
    }
    Ok(hashes)
}

async fn of_sqlite(transaction: &DatabaseTransaction) -> Result<Vec<TableHash>, DbErr> {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut hashes = Vec::new();
    for table in names(transaction, tables).await? {
        let columns = Statement::from_sql_and_values(
            DbBackend::Sqlite,
            "SELECT name FROM pragma_table_info($1) ORDER BY cid",
            [table.as_str().into()],
        );
        let columns = transaction.query_all_raw(columns).await?;
        let mut contents = String::new();
        for column in columns {
            let column: String = column.try_get("", "name")?;
            let between = if contents.is_empty() {
                ""
            } else {
                " || ',' || "
            };
            let _ = write!(contents, "{between}quote({})", quote(&column));
        }
        let mut hash = TableHash::new(&table);
        let mut last = i64::MIN;
        loop {
            let page = format!(
                "SELECT rowid AS place, {contents} AS contents FROM {} WHERE rowid > $1 ORDER BY rowid LIMIT {BATCH}",
                quote(&table)
            );
            let page = Statement::from_sql_and_values(DbBackend::Sqlite, page, [last.into()]);
            let rows = transaction.query_all_raw(page).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                last = row.try_get("", "place")?;
                hash.add(&row.try_get::<String>("", "contents")?);
            }
        }
        hashes.push(hash);
    }
    Ok(hashes)
}

async fn names(transaction: &DatabaseTransaction, sql: &str) -> Result<Vec<String>, DbErr> {
    let backend = transaction.get_database_backend();
    let rows = transaction.query_all_raw(statement(backend, sql)).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

/// A name as SQL writes it.
fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(rows: &[&str]) -> TableHash {
        let mut hash = TableHash::new("table");
        for row in rows {
            hash.add(row);
        }
        hash
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter() {
        assert_eq!(hash(&["a", "b", "c"]), hash(&["c", "a", "b"]));
    }

    #[test]
    fn a_row_more_a_row_twice_and_a_row_changed_are_told() {
        let whole = hash(&["a", "b"]);

        assert_ne!(whole, hash(&["a"]));
        assert_ne!(whole, hash(&["a", "b", "b"]));
        assert_ne!(whole, hash(&["a", "c"]));
    }
}
