//! Reading files of units and of appointments.

use super::{
    completion_file::Who,
    table_file::{Cells, Heading, Mistake, Wrong},
};
use chrono::NaiveDate;
use entity::{kind::UnitKind, partial_date::PartialDate};
use sea_orm::ActiveEnum;

/// A column of a file of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitColumn {
    /// Its name.
    Name,
    /// Its kind.
    Kind,
    /// The name of the unit above it.
    Parent,
    /// The municipality that it lies in.
    Municipality,
    /// Since when it exists.
    ValidFrom,
}

impl Heading for UnitColumn {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Kind => "kind",
            Self::Parent => "parent",
            Self::Municipality => "municipality",
            Self::ValidFrom => "valid_from",
        }
    }

    fn of(heading: &str) -> Option<Self> {
        Some(match heading {
            "name" | "namn" | "enhet" => Self::Name,
            "kind" | "sort" | "typ" => Self::Kind,
            "parent" | "överordnad" | "overordnad" => Self::Parent,
            "municipality" | "kommun" | "kommunkod" => Self::Municipality,
            "valid_from" | "från" | "fran" | "sedan" => Self::ValidFrom,
            _ => return None,
        })
    }
}

/// A unit that a row tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// Its line in the file, the heading being 1.
    pub line: u64,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: UnitKind,
    /// The name of the unit above it.
    pub parent: Option<String>,
    /// The municipality's code.
    pub municipality: Option<String>,
    /// Since when it exists.
    pub valid_from: Option<PartialDate>,
}

/// The units of a file, or everything that is wrong with it.
pub fn read_units(text: &str) -> Result<Vec<UnitRow>, Vec<Mistake<UnitColumn>>> {
    let needed: [&[UnitColumn]; 2] = [&[UnitColumn::Name], &[UnitColumn::Kind]];
    super::table_file::read(text, &needed, unit)
}

fn unit(cells: &Cells<'_, UnitColumn>) -> Result<UnitRow, Mistake<UnitColumn>> {
    let kind = cells.need(UnitColumn::Kind)?;
    let kind = kind_of(kind).ok_or_else(|| cells.wrong(UnitColumn::Kind, Wrong::NotAWord))?;
    let valid_from = cells.get(UnitColumn::ValidFrom).map(str::parse).transpose();
    Ok(UnitRow {
        line: cells.line,
        name: cells.need(UnitColumn::Name)?.to_owned(),
        kind,
        parent: cells.get(UnitColumn::Parent).map(ToOwned::to_owned),
        municipality: cells.get(UnitColumn::Municipality).map(ToOwned::to_owned),
        valid_from: valid_from.map_err(|_| cells.wrong(UnitColumn::ValidFrom, Wrong::NotADate))?,
    })
}

/// The kind that a word means: as the API writes it, or in Swedish.
fn kind_of(word: &str) -> Option<UnitKind> {
    Some(match word.to_lowercase().as_str() {
        "förvaltning" => UnitKind::Administration,
        "stab" => UnitKind::Staff,
        "avdelning" => UnitKind::Department,
        "enhet" => UnitKind::Unit,
        "verksamhet" => UnitKind::Operation,
        "hälso- och sjukvård" => UnitKind::HealthCare,
        "arbetsplats" => UnitKind::Workplace,
        "tandvård" => UnitKind::Dental,
        "serviceområde" => UnitKind::ServiceArea,
        "samordningsfunktion" => UnitKind::CoordinationFunction,
        _ => return UnitKind::try_from_value(&word.to_uppercase()).ok(),
    })
}

/// A column of a file of appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppointmentColumn {
    /// The role's code or Swedish name.
    Role,
    /// The unit's name or global id.
    Unit,
    /// Who: the address at work.
    Email,
    /// Who: the membership's global id.
    Member,
    /// The first day.
    From,
    /// The first day after.
    Until,
}

impl Heading for AppointmentColumn {
    fn name(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Unit => "unit",
            Self::Email => "email",
            Self::Member => "member",
            Self::From => "from",
            Self::Until => "until",
        }
    }

    fn of(heading: &str) -> Option<Self> {
        Some(match heading {
            "role" | "roll" | "uppdrag" => Self::Role,
            "unit" | "enhet" | "arbetsplats" => Self::Unit,
            "email" | "e-mail" | "e-post" | "epost" | "e-postadress" => Self::Email,
            "member" | "medlem" | "medlemskap" => Self::Member,
            "from" | "från" | "fran" => Self::From,
            "until" | "till" => Self::Until,
            _ => return None,
        })
    }
}

/// An appointment that a row tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointmentRow {
    /// Its line in the file, the heading being 1.
    pub line: u64,
    /// The role: its code or Swedish name.
    pub role: String,
    /// The unit: its name or global id; none: the organisation as a whole.
    pub unit: Option<String>,
    /// Who; none where only the function is to be known.
    pub who: Option<Who>,
    /// The first day.
    pub from: NaiveDate,
    /// The first day after.
    pub until: Option<NaiveDate>,
}

/// The appointments of a file, or everything that is wrong with it.
pub fn read_appointments(
    text: &str,
) -> Result<Vec<AppointmentRow>, Vec<Mistake<AppointmentColumn>>> {
    let needed: [&[AppointmentColumn]; 2] =
        [&[AppointmentColumn::Role], &[AppointmentColumn::From]];
    super::table_file::read(text, &needed, appointment)
}

fn appointment(
    cells: &Cells<'_, AppointmentColumn>,
) -> Result<AppointmentRow, Mistake<AppointmentColumn>> {
    use AppointmentColumn as C;
    Ok(AppointmentRow {
        line: cells.line,
        role: cells.need(C::Role)?.to_owned(),
        unit: cells.get(C::Unit).map(ToOwned::to_owned),
        who: Who::read(cells, C::Member, C::Email)?,
        from: cells
            .day(C::From)?
            .ok_or_else(|| cells.wrong(C::From, Wrong::NoValue))?,
        until: cells.day(C::Until)?,
    })
}

#[cfg(test)]
mod tests;
