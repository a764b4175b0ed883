//! Indexes that find a piece of text anywhere in another. Only `PostgreSQL` has them, and only with its extension
//! `pg_trgm`, which comes with it but may be missing or not allowed: then a search reads the table, as on `SQLite`.

use super::no_way_back;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

const INDEXES: &str = include_str!("sql/m0011_search.sql");

/// The step that makes them.
pub(super) struct Indexes;

impl MigrationName for Indexes {
    fn name(&self) -> &'static str {
        "m0011_search"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Indexes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            let connection = manager.get_connection();
            connection.execute_unprepared(INDEXES).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(no_way_back())
    }
}
