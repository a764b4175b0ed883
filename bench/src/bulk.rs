//! Rows into a database, many at a time and all in one transaction: `COPY` on `PostgreSQL`, statements with many rows
//! on `SQLite`.

#![expect(
    clippy::disallowed_types,
    reason = "the generator stands outside the product: it sets up what no viewer may"
)]

use crate::{Result, while_doing};
use api::run::Fault;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectOptions, Database, DatabaseConnection,
    DatabaseTransaction, EntityTrait, IdenStatic, IntoActiveModel, Iterable, TransactionTrait,
    Value,
    sqlx::{self, Connection, PgConnection},
};
use std::fmt::Write;

/// A statement of `SQLite` takes at most 32,766 values.
const VALUES_A_STATEMENT: usize = 30_000;

/// A connection that sees everything.
pub async fn openly(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2).sqlx_logging(false);
    Database::connect(options)
        .await
        .map_err(|error| failed_with("the database cannot be reached", &error))
}

/// Where rows go. Nothing is there until [`Bulk::commit`].
pub enum Bulk {
    /// One connection in a transaction.
    Postgresql(Box<PgConnection>),
    /// The pool that the transaction belongs to, and the transaction.
    Sqlite(DatabaseConnection, DatabaseTransaction),
}

impl Bulk {
    /// Begins to write.
    pub async fn begin(url: &str) -> Result<Self> {
        let doing = "the database cannot be reached";
        if url.starts_with("sqlite:") {
            let database = openly(url).await?;
            let transaction = database.begin().await;
            let transaction = transaction.map_err(|error| failed_with(doing, &error))?;
            return Ok(Self::Sqlite(database, transaction));
        }
        let mut connection = PgConnection::connect(url)
            .await
            .map_err(while_doing(doing))?;
        sqlx::query("BEGIN")
            .execute(&mut connection)
            .await
            .map_err(while_doing(doing))?;
        Ok(Self::Postgresql(Box::new(connection)))
    }

    /// Writes rows with all their columns.
    pub async fn write<E>(&mut self, rows: impl IntoIterator<Item = E::Model>) -> Result<()>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E>,
    {
        let rows = rows
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        let table = E::default();
        let doing = format!("rows of {}", table.table_name());
        let failed = while_doing(&doing);
        match self {
            Self::Postgresql(connection) => {
                let (statement, text) = copy::<E>(rows)?;
                let mut copy = connection.copy_in_raw(&statement).await.map_err(&failed)?;
                copy.send(text.into_bytes()).await.map_err(&failed)?;
                copy.finish().await.map_err(&failed)?;
            }
            Self::Sqlite(_, transaction) => {
                let rows: Vec<E::ActiveModel> = rows.collect();
                for piece in rows.chunks(VALUES_A_STATEMENT / E::Column::iter().count()) {
                    E::insert_many(piece.to_vec())
                        .exec_without_returning(transaction)
                        .await
                        .map_err(|error| failed_with(&doing, &error))?;
                }
            }
        }
        Ok(())
    }

    /// Makes everything so, and lets the database learn what it holds.
    pub async fn commit(self) -> Result<()> {
        let doing = "the last step";
        match self {
            Self::Postgresql(mut connection) => {
                for statement in ["COMMIT", "VACUUM ANALYZE"] {
                    sqlx::query(statement)
                        .execute(connection.as_mut())
                        .await
                        .map_err(while_doing(doing))?;
                }
                connection.close().await.map_err(while_doing(doing))
            }
            Self::Sqlite(database, transaction) => {
                use sea_orm::ConnectionTrait;
                let failed = |error| failed_with(doing, &error);
                transaction.commit().await.map_err(failed)?;
                database
                    .execute_unprepared("ANALYZE")
                    .await
                    .map_err(failed)?;
                database.close().await.map_err(failed)
            }
        }
    }
}

fn failed_with(doing: &str, error: &sea_orm::DbErr) -> Fault {
    Fault::while_doing(doing, error)
}

/// The `COPY` statement of a table and the rows in its text format.
fn copy<E>(rows: impl Iterator<Item = E::ActiveModel>) -> Result<(String, String)>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let columns: Vec<String> = E::Column::iter()
        .map(|column| column.as_str().to_owned())
        .collect();
    let table = E::default();
    let statement = format!(
        "COPY {} ({}) FROM STDIN",
        table.table_name(),
        columns.join(", ")
    );
    let mut text = String::new();
    for row in rows {
        for (place, column) in E::Column::iter().enumerate() {
            if place > 0 {
                text.push('\t');
            }
            match row.get(column) {
                ActiveValue::Set(value) | ActiveValue::Unchanged(value) => {
                    write_value(&mut text, value)?;
                }
                ActiveValue::NotSet => text.push_str("\\N"),
            }
        }
        text.push('\n');
    }
    Ok((statement, text))
}

fn write_value(text: &mut String, value: Value) -> Result<()> {
    let written = match value {
        Value::Bool(Some(value)) => write!(text, "{value}"),
        Value::Int(Some(value)) => write!(text, "{value}"),
        Value::BigInt(Some(value)) => write!(text, "{value}"),
        Value::Double(Some(value)) => write!(text, "{value}"),
        Value::Uuid(Some(value)) => write!(text, "{value}"),
        Value::ChronoDate(Some(value)) => write!(text, "{value}"),
        Value::ChronoDateTimeUtc(Some(value)) => write!(text, "{}", value.to_rfc3339()),
        Value::String(Some(value)) => {
            write_escaped(text, &value);
            Ok(())
        }
        Value::Bool(None)
        | Value::Int(None)
        | Value::BigInt(None)
        | Value::Double(None)
        | Value::Uuid(None)
        | Value::ChronoDate(None)
        | Value::ChronoDateTimeUtc(None)
        | Value::String(None) => {
            text.push_str("\\N");
            Ok(())
        }
        other => return Err(Fault::new(format!("teach `bulk` to write {other:?}"))),
    };
    written.map_err(while_doing("a row"))
}

fn write_escaped(text: &mut String, value: &str) {
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: Value) -> String {
        let mut text = String::new();
        write_value(&mut text, value).expect("a value that can be written");
        text
    }

    #[test]
    fn what_would_end_a_cell_or_a_row_is_escaped() {
        let value = Value::String(Some("a\tb\\N\nc".to_owned()));

        assert_eq!(written(value), "a\\tb\\\\N\\nc");
        assert_eq!(written(Value::String(None)), "\\N");
        assert_eq!(written(Value::String(Some(String::new()))), "");
    }
}
