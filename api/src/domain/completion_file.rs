//! Reading a file of completions.

use super::table_file::{Cells, Heading};
pub use super::table_file::{MOST_ROWS, Wrong};
use chrono::NaiveDate;
use entity::id::MembershipId;

/// What is wrong with a file of completions.
pub type Mistake = super::table_file::Mistake<Column>;

/// A column that the file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Who: the address at work.
    Email,
    /// Who: the membership's global id.
    Member,
    /// Which training: its global id or its title.
    Training,
    /// On which day.
    CompletedOn,
}

impl Heading for Column {
    fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Member => "member",
            Self::Training => "training",
            Self::CompletedOn => "completed_on",
        }
    }

    fn of(heading: &str) -> Option<Self> {
        Some(match heading {
            "email" | "e-mail" | "e-post" | "epost" | "e-postadress" => Self::Email,
            "member" | "medlem" | "medlemskap" => Self::Member,
            "training" | "utbildning" => Self::Training,
            "completed_on" | "completed on" | "genomförd" | "genomford" | "datum" => {
                Self::CompletedOn
            }
            _ => return None,
        })
    }
}

/// Which colleague a row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The one colleague with this address, in lower case.
    Email(String),
    /// The colleague with this membership.
    Member(MembershipId),
}

impl Who {
    /// Whom the cells name: the id is surer than the address, where both stand.
    pub fn read<C: Heading>(
        cells: &Cells<'_, C>,
        member: C,
        email: C,
    ) -> Result<Option<Self>, super::table_file::Mistake<C>> {
        Ok(match (cells.get(member), cells.get(email)) {
            (Some(id), _) => {
                let id = id.parse();
                let id = id.map_err(|_| cells.wrong(member, Wrong::NotAMember))?;
                Some(Self::Member(id))
            }
            (None, Some(address)) => Some(Self::Email(address.to_lowercase())),
            (None, None) => None,
        })
    }
}

/// A row that can be read. Whether it can be entered is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, the heading being 1.
    pub line: u64,
    /// Who.
    pub who: Who,
    /// Which training: a global id or a title.
    pub training: String,
    /// On which day.
    pub completed_on: NaiveDate,
}

/// The file's rows in order, or everything that is wrong with it.
pub fn read(text: &str) -> Result<Vec<Row>, Vec<Mistake>> {
    let needed: [&[Column]; 3] = [
        &[Column::Email, Column::Member],
        &[Column::Training],
        &[Column::CompletedOn],
    ];
    super::table_file::read(text, &needed, row)
}

fn row(cells: &Cells<'_, Column>) -> Result<Row, Mistake> {
    let who = Who::read(cells, Column::Member, Column::Email)?
        .ok_or_else(|| cells.wrong(Column::Email, Wrong::NoValue))?;
    let training = cells.need(Column::Training)?.to_owned();
    let completed_on = cells
        .day(Column::CompletedOn)?
        .ok_or_else(|| cells.wrong(Column::CompletedOn, Wrong::NoValue))?;
    Ok(Row {
        line: cells.line,
        who,
        training,
        completed_on,
    })
}

#[cfg(test)]
mod tests;
