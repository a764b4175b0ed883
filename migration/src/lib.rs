//! The database's history, one file per step, the same for `SQLite` and `PostgreSQL` but where a step says so.
//!
//! The steps are SQL, since that is what an administrator of databases wants to read. Three words stand
//! for what the two databases call differently: `UUID`, `INSTANT`, `SORTED_TEXT`.

mod audit;
mod reference;
mod roles;
mod search;

pub use sea_orm_migration::MigratorTrait;

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// The step whose SQL stands in the file of that name.
macro_rules! step {
    ($name:literal) => {
        Box::new(Step {
            name: $name,
            sql: include_str!(concat!("sql/", $name, ".sql")),
        })
    };
}

/// All steps, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            step!("m0001_reference"),
            Box::new(reference::Data),
            step!("m0002_organisation"),
            step!("m0003_catalogue"),
            step!("m0004_sign_up"),
            step!("m0005_operation"),
            step!("m0006_fair_seats"),
            step!("m0007_attendance"),
            step!("m0008_certificate"),
            step!("m0009_personal_data"),
            step!("m0010_notices"),
            step!("m0010_approval"),
            step!("m0011_indexes"),
            Box::new(search::Indexes),
            step!("m0013_practice"),
            step!("m0014_appointments"),
            Box::new(roles::Data),
            step!("m0015_groups"),
            step!("m0016_meetings"),
            step!("m0017_documents"),
            step!("m0018_council_issues"),
            step!("m0019_needs"),
            step!("m0020_minutes"),
            step!("m0021_decisions"),
            step!("m0022_initiatives"),
            step!("m0023_visits"),
            step!("m0024_bodies"),
            step!("m0025_calendar"),
            step!("m0026_visit_notices"),
            Box::new(audit::Unchecked),
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
