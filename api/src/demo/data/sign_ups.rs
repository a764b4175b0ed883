//! What has happened to the seats so far: sign-ups and withdrawals, played in the order of time.
//!
//! The main story is the first occasion of "Barnets rättigheter i vardagen", `MAIN` in the files. It
//! has 12 seats, and 10 of them are taken:
//!
//! | organisation            | guaranteed | maximum | taken | waiting |
//! |-------------------------|-----------:|--------:|------:|--------:|
//! | Region Kronoberg        |          2 |       – |     4 |       0 |
//! | Alvesta kommun          |          1 |       4 |     3 |       0 |
//! | Ljungby kommun          |          1 |       2 |     2 |       1 |
//! | Länsstyrelsen           |          – |       – |     1 |       0 |
//! | Växjö kommun            |          2 |       3 |     0 |       0 |
//!
//! The two seats that are left are Växjö's unused guarantee, kept for it until the release in ten
//! days: nobody else can have them. Ljungby's third has met Ljungby's own maximum and waits with
//! `QUOTA_OF_ORGANISATION_FULL`.
//!
//! When Växjö's coordinator signs three colleagues up (Elin Åberg, Yusuf Karimi, Sanna Dahlberg), two
//! get those seats (12 of 12), and the third waits, after Ljungby's, with `OCCASION_FULL`: Växjö is
//! below its maximum of 3, there just is no seat. When Alvesta withdraws somebody, Alvesta still has
//! 2 of its guaranteed 1, so the seat is kept for nobody and goes to the line. Ljungby's, who is
//! first, is passed over (`QUOTA_OF_ORGANISATION_FULL`), and Växjö's third moves up: 12 of 12 again,
//! Växjö has 3 of 3, and Ljungby's is the only one who waits.

use super::{
    calendar::Calendar,
    people::Member,
    seating::{Act, Book},
    table::{Index, read, wrong},
};
use entity::kind::MovementCause;
use sea_orm::DbErr;
use serde::Deserialize;
use std::cmp::Reverse;

const SIGN_UPS: &str = include_str!("sign_ups.csv");

/// Without `by`, people act for themselves.
#[derive(Deserialize)]
struct Row {
    occasion: String,
    hours_ago: i64,
    action: MovementCause,
    person: String,
    by: Option<String>,
    need: Option<String>,
}

/// Plays what has happened, and gives back the books as they are now, by the keys of the file.
pub(super) fn replay(
    calendar: &Calendar,
    mut books: Vec<(String, Book)>,
    people: &Index<Member>,
) -> Result<Vec<(String, Book)>, DbErr> {
    let mut rows = read::<Row>("sign_ups.csv", SIGN_UPS)?;
    rows.sort_by_key(|row| Reverse(row.hours_ago));
    for row in rows {
        let member = *people.get(&row.person)?;
        let by = people.get(row.by.as_ref().unwrap_or(&row.person))?.person;
        let act = Act {
            at: calendar.hours_ago(row.hours_ago),
            by: Some(by),
        };
        let (_, book) = books
            .iter_mut()
            .find(|(key, _)| *key == row.occasion)
            .ok_or_else(|| wrong(format!("no occasion row is called {}", row.occasion)))?;
        match row.action {
            MovementCause::SignUp => book.sign_up(member, row.need, act),
            MovementCause::Withdrawal => book.withdraw(member, act)?,
            other => return Err(wrong(format!("{other:?} is not for people to do"))),
        }
    }
    for (_, book) in &mut books {
        if let Some(at) = book.cancelled_at() {
            book.cancel(Act { at, by: None })?;
        }
    }
    Ok(books)
}
