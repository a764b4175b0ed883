//! Reading a file of completions: comma or semicolon, with or without a byte order mark, Swedish headings or English.

use chrono::NaiveDate;
use entity::id::MembershipId;

/// The most rows that one file has, besides its heading: what fits into a request with room to spare.
pub const MOST_ROWS: usize = 500;

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

impl Column {
    /// Its heading in English, as errors name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Member => "member",
            Self::Training => "training",
            Self::CompletedOn => "completed_on",
        }
    }

    /// The column with this heading, whatever its case and the spaces around it.
    fn of(heading: &str) -> Option<Self> {
        Some(match heading.trim().to_lowercase().as_str() {
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

/// Who completed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The one colleague with this address, in lower case.
    Email(String),
    /// The colleague with this membership.
    Member(MembershipId),
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

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Its line, the heading being 1.
    pub line: u64,
    /// Its column, where it is about one.
    pub column: Option<Column>,
    /// What.
    pub what: Wrong,
}

/// What can be wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is nothing below the heading.
    Empty,
    /// More than 500 rows.
    TooManyRows,
    /// A heading that is not known.
    UnknownColumn,
    /// A column stands twice.
    ColumnTwice,
    /// A column is missing.
    ColumnMissing,
    /// The row has more or fewer cells than the heading, or a quotation mark does not end.
    Unreadable,
    /// Nothing stands in the cell.
    NoValue,
    /// Not a membership's id.
    NotAMember,
    /// Not a day as `2026-03-31`.
    NotADay,
}

/// The file's rows in order, or everything that is wrong with it.
pub fn read(text: &str) -> Result<Vec<Row>, Vec<Mistake>> {
    // One kind of line end, so that lines are counted as an editor counts them.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let heading = text.lines().next().unwrap_or_default();
    // A semicolon in the heading decides: that is what spreadsheets write in Swedish.
    let delimiter = if heading.contains(';') { b';' } else { b',' };
    // A line without anything becomes a row of empty cells, which the reader counts too.
    let separator = char::from(delimiter);
    let empty = separator
        .to_string()
        .repeat(heading.matches(separator).count());
    let lines = text.split('\n');
    let lines: Vec<&str> = lines
        .map(|line| if line.trim().is_empty() { &empty } else { line })
        .collect();
    let text = lines.join("\n");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = columns(&mut reader)?;
    let (mut rows, mut mistakes) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                mistakes.push(Mistake {
                    line,
                    column: None,
                    what: Wrong::Unreadable,
                });
                continue;
            }
        };
        if record.iter().all(str::is_empty) {
            // Spreadsheets leave empty rows behind.
            continue;
        }
        if rows.len() + mistakes.len() == MOST_ROWS {
            let line = line_of(&record);
            mistakes.push(Mistake {
                line,
                column: None,
                what: Wrong::TooManyRows,
            });
            break;
        }
        match row(&columns, &record) {
            Ok(row) => rows.push(row),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if rows.is_empty() && mistakes.is_empty() {
        mistakes.push(Mistake {
            line: 1,
            column: None,
            what: Wrong::Empty,
        });
    }
    if mistakes.is_empty() {
        Ok(rows)
    } else {
        Err(mistakes)
    }
}

fn line_of(record: &csv::StringRecord) -> u64 {
    record.position().map_or(1, csv::Position::line)
}

/// Which column stands where.
fn columns(reader: &mut csv::Reader<&[u8]>) -> Result<Vec<Column>, Vec<Mistake>> {
    let mistake = |column, what| Mistake {
        line: 1,
        column,
        what,
    };
    let Ok(headings) = reader.headers() else {
        return Err(vec![mistake(None, Wrong::Unreadable)]);
    };
    let (mut columns, mut mistakes) = (Vec::new(), Vec::new());
    for heading in headings {
        match Column::of(heading) {
            Some(column) if columns.contains(&column) => {
                mistakes.push(mistake(Some(column), Wrong::ColumnTwice));
            }
            Some(column) => columns.push(column),
            None => mistakes.push(mistake(None, Wrong::UnknownColumn)),
        }
    }
    let known = |column| columns.contains(&column);
    if !known(Column::Email) && !known(Column::Member) {
        mistakes.push(mistake(Some(Column::Email), Wrong::ColumnMissing));
    }
    for column in [Column::Training, Column::CompletedOn] {
        if !known(column) {
            mistakes.push(mistake(Some(column), Wrong::ColumnMissing));
        }
    }
    if mistakes.is_empty() {
        Ok(columns)
    } else {
        Err(mistakes)
    }
}

fn row(columns: &[Column], record: &csv::StringRecord) -> Result<Row, Mistake> {
    let line = line_of(record);
    let mistake = |column, what| Mistake {
        line,
        column: Some(column),
        what,
    };
    let cell = |wanted: Column| -> Option<&str> {
        let place = columns.iter().position(|column| *column == wanted)?;
        record.get(place).filter(|cell| !cell.is_empty())
    };
    // The id is surer than the address, where both stand.
    let who = match (cell(Column::Member), cell(Column::Email)) {
        (Some(member), _) => {
            let id = member
                .parse()
                .map_err(|_| mistake(Column::Member, Wrong::NotAMember))?;
            Who::Member(id)
        }
        (None, Some(email)) => Who::Email(email.to_lowercase()),
        (None, None) => return Err(mistake(Column::Email, Wrong::NoValue)),
    };
    let training =
        cell(Column::Training).ok_or_else(|| mistake(Column::Training, Wrong::NoValue))?;
    let day =
        cell(Column::CompletedOn).ok_or_else(|| mistake(Column::CompletedOn, Wrong::NoValue))?;
    // Exactly ten characters: the parser alone would take `2026-3-1` and years of five digits.
    let completed_on = (day.len() == 10)
        .then(|| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok())
        .flatten()
        .ok_or_else(|| mistake(Column::CompletedOn, Wrong::NotADay))?;
    Ok(Row {
        line,
        who,
        training: training.to_owned(),
        completed_on,
    })
}

#[cfg(test)]
mod tests;
