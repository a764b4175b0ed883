//! The database's history, one file per step, the same for `SQLite` and `PostgreSQL`.
//!
//! The steps are SQL, since that is what an administrator of databases wants to read. Three words stand
//! for what the two databases call differently: `UUID`, `INSTANT`, `SORTED_TEXT`.

mod reference;

pub use sea_orm_migration::MigratorTrait;

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// All steps, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Step {
                name: "m0001_reference",
                sql: include_str!("sql/m0001_reference.sql"),
            }),
            Box::new(reference::Data),
            Box::new(Step {
                name: "m0002_organisation",
                sql: include_str!("sql/m0002_organisation.sql"),
            }),
            Box::new(Step {
                name: "m0003_catalogue",
                sql: include_str!("sql/m0003_catalogue.sql"),
            }),
            Box::new(Step {
                name: "m0004_sign_up",
                sql: include_str!("sql/m0004_sign_up.sql"),
            }),
            Box::new(Step {
                name: "m0005_operation",
                sql: include_str!("sql/m0005_operation.sql"),
            }),
            Box::new(Step {
                name: "m0007_attendance",
                sql: include_str!("sql/m0007_attendance.sql"),
                name: "m0010_notices",
                sql: include_str!("sql/m0010_notices.sql"),
            }),
        ]
    }
}

/// A step that is a file of SQL.
struct Step {
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = in_dialect(self.sql, manager.get_database_backend());
        manager.get_connection().execute_unprepared(&sql).await?;
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(no_way_back())
    }
}

/// There is no automatic way back, because it would have to guess what to do with the data.
fn no_way_back() -> DbErr {
    DbErr::Migration("there is no step back: restore the backup taken before the upgrade".into())
}

fn in_dialect(sql: &str, backend: DbBackend) -> String {
    let (uuid, instant, sorted_text) = match backend {
        DbBackend::Postgres => ("uuid", "timestamptz", "text COLLATE \"C\""),
        // Instants are text in SQLite: RFC 3339 in UTC, which sorts as time does.
        _ => ("blob", "text", "text"),
    };
    sql.replace("SORTED_TEXT", sorted_text)
        .replace("INSTANT", instant)
        .replace("UUID", uuid)
}
