//! Tables of the demonstration: read from CSV, written to the database in handy pieces.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, Iterable};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, IntoDeserializer, value::StrDeserializer},
};
use std::collections::HashMap;

/// A statement of `SQLite` takes at most 32,766 values, one of `PostgreSQL` 65,535.
const VALUES_A_STATEMENT: usize = 30_000;

/// What the demonstration's files call a thing, and the thing.
#[derive(Debug)]
pub(super) struct Index<T> {
    noun: &'static str,
    by_key: HashMap<String, T>,
}

impl<T> Index<T> {
    pub(super) fn new(noun: &'static str) -> Self {
        Self {
            noun,
            by_key: HashMap::new(),
        }
    }

    /// Enters a thing whose key is new.
    pub(super) fn add(&mut self, key: impl Into<String>, value: T) -> Result<(), DbErr> {
        let key = key.into();
        if self.by_key.contains_key(&key) {
            return Err(wrong(format!("two {} rows are called {key}", self.noun)));
        }
        self.by_key.insert(key, value);
        Ok(())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    pub(super) fn get(&self, key: &str) -> Result<&T, DbErr> {
        self.by_key
            .get(key)
            .ok_or_else(|| wrong(format!("no {} row is called {key}", self.noun)))
    }
}

/// What is said when the demonstration's files do not fit together.
pub(super) fn wrong(what: impl std::fmt::Display) -> DbErr {
    DbErr::Custom(format!("the demonstration's data: {what}"))
}

/// Reads a CSV file that was compiled in.
pub(super) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<Vec<T>, DbErr> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(format!("{file}: {error}")))
}

/// Writes rows with all their columns, as few statements as the databases allow.
pub(super) async fn insert<E>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = E::Model>,
) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let rows: Vec<E::ActiveModel> = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all())
        .collect();
    let rows_a_statement = VALUES_A_STATEMENT / E::Column::iter().count();
    for piece in rows.chunks(rows_a_statement) {
        E::insert_many(piece.to_vec())
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

/// Several words in one cell, with spaces between them.
#[derive(Debug)]
pub(super) struct Words<T>(pub(super) Vec<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Words<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cell = String::deserialize(deserializer)?;
        cell.split_whitespace()
            .map(|word| {
                let word: StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
                T::deserialize(word).map_err(D::Error::custom)
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}
