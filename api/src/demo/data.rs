//! The data of the demonstration: five counties with their organisations, people and trainings.
//!
//! What the sources tell is kept as they tell it; everything else is invented and says so, in
//! `data/README.md` and where a reader of the catalogue would wonder. It never holds a real person.

mod attendance;
mod calendar;
mod catalogue;
mod directory;
mod groups;
mod initiatives;
mod issues;
mod meetings;
mod occasions;
mod organisations;
mod people;
mod personas;
mod records;
mod roles;
mod seating;
mod sign_ups;
mod table;
#[cfg(test)]
mod tests;
mod visits;

pub use personas::{PERSONAS, Persona};

use calendar::Calendar;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr};

/// Fills a migrated, empty database. The same `now` gives the same data, ids apart.
pub async fn fill(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), DbErr> {
    let calendar = Calendar::of(now);
    let organisations = organisations::fill(connection, &calendar).await?;
    let units = directory::fill(connection, &calendar, &organisations).await?;
    let people = people::fill(connection, &calendar, &organisations, &units).await?;
    let known = groups::Known {
        organisations: &organisations,
        units: &units,
        people: &people,
    };
    let groups = groups::fill(connection, &calendar, &known).await?;
    let items = meetings::fill(connection, &calendar, &known, &groups).await?;
    issues::fill(connection, &calendar, &known, &groups, &items).await?;
    initiatives::fill(connection, &calendar, &known, &groups).await?;
    visits::fill(connection, &calendar, &known).await?;
    let trainings = catalogue::fill(connection, &calendar, &organisations).await?;
    let occasions = occasions::read_all(&calendar, &trainings, &organisations)?;
    let books = sign_ups::replay(&calendar, occasions, &people)?;
    let records = attendance::record(&books, &people)?;
    seating::write(
        connection,
        books.into_iter().map(|(_, book)| book).collect(),
    )
    .await?;
    records.write(connection).await?;
    attendance::fill_mandatory(connection, &calendar, &organisations, &trainings).await?;
    let known = roles::Known {
        calendar: &calendar,
        organisations: &organisations,
        units: &units,
        people: &people,
        trainings: &trainings,
    };
    roles::fill(connection, &known).await
}
