//! The audit log without references that the database checks.

use super::{in_dialect, no_way_back};
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// `PostgreSQL` lets go of them at once, however long the log is.
const POSTGRESQL: &str = include_str!("sql/m0027_audit_postgresql.sql");
/// `SQLite` has to write the table anew.
const SQLITE: &str = include_str!("sql/m0027_audit_sqlite.sql");

/// The step that takes them away.
///
/// A page that names fifteen people writes fifteen rows, and each of them made the database look four references up: a
/// tenth of what the page cost. Nobody deletes a person or an organisation (an erasure replaces the name), and the ids
/// come from rows that the request has just read.
pub(super) struct Unchecked;

impl MigrationName for Unchecked {
    fn name(&self) -> &'static str {
        "m0027_audit"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Unchecked {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => POSTGRESQL,
            _ => SQLITE,
        };
        let connection = manager.get_connection();
        connection
            .execute_unprepared(&in_dialect(sql, backend))
            .await?;
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(no_way_back())
    }

    /// Also on `SQLite`: the log must not be lost between two statements.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
