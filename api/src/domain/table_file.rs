//! Reading a file of rows: comma or semicolon, with or without a byte order mark, Swedish headings or English.

use chrono::NaiveDate;

/// The most rows that one file has, besides its heading: what fits into a request with room to spare.
pub const MOST_ROWS: usize = 500;

/// The columns that files of one kind have.
pub trait Heading: Copy + PartialEq + 'static {
    /// The column with this heading, given in lower case and without spaces around it.
    fn of(heading: &str) -> Option<Self>;
    /// Its heading in English, as errors name it.
    fn name(self) -> &'static str;
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake<C> {
    /// Its line, the heading being 1.
    pub line: u64,
    /// Its column, where it is about one.
    pub column: Option<C>,
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
    /// Not a date as `2012`, `2011-01` or `2011-01-15`.
    NotADate,
    /// Not a word of the list that the column takes its words from.
    NotAWord,
}

/// A row's cells.
#[derive(Clone, Debug)]
pub struct Cells<'r, C> {
    /// Its line in the file, the heading being 1.
    pub line: u64,
    columns: &'r [C],
    record: &'r csv::StringRecord,
}

impl<C: Heading> Cells<'_, C> {
    /// What stands in a column; none where nothing does, and where there is no such column.
    #[must_use]
    pub fn get(&self, wanted: C) -> Option<&str> {
        let place = self.columns.iter().position(|column| *column == wanted)?;
        self.record.get(place).filter(|cell| !cell.is_empty())
    }

    /// What must stand in a column.
    pub fn need(&self, wanted: C) -> Result<&str, Mistake<C>> {
        self.get(wanted)
            .ok_or_else(|| self.wrong(wanted, Wrong::NoValue))
    }

    /// A day in a column, if one stands there.
    pub fn day(&self, wanted: C) -> Result<Option<NaiveDate>, Mistake<C>> {
        let Some(day) = self.get(wanted) else {
            return Ok(None);
        };
        // Exactly ten characters: the parser alone would take `2026-3-1` and years of five digits.
        (day.len() == 10)
            .then(|| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok())
            .flatten()
            .map(Some)
            .ok_or_else(|| self.wrong(wanted, Wrong::NotADay))
    }

    /// A mistake in one of the row's cells.
    pub const fn wrong(&self, column: C, what: Wrong) -> Mistake<C> {
        Mistake {
            line: self.line,
            column: Some(column),
            what,
        }
    }
}

/// The file's rows in order, or everything that is wrong with it. Of each list of columns one at least must be there.
pub fn read<C: Heading, R>(
    text: &str,
    needed: &[&[C]],
    row: impl Fn(&Cells<'_, C>) -> Result<R, Mistake<C>>,
) -> Result<Vec<R>, Vec<Mistake<C>>> {
    let (text, delimiter) = normalised(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = columns(&mut reader, needed)?;
    let (mut rows, mut mistakes) = (Vec::new(), Vec::new());
    let of_line = |line, what| Mistake {
        line,
        column: None,
        what,
    };
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                mistakes.push(of_line(line, Wrong::Unreadable));
                continue;
            }
        };
        if record.iter().all(str::is_empty) {
            // Spreadsheets leave empty rows behind.
            continue;
        }
        let line = record.position().map_or(1, csv::Position::line);
        if rows.len() + mistakes.len() == MOST_ROWS {
            mistakes.push(of_line(line, Wrong::TooManyRows));
            break;
        }
        let cells = Cells {
            line,
            columns: &columns,
            record: &record,
        };
        match row(&cells) {
            Ok(row) => rows.push(row),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if rows.is_empty() && mistakes.is_empty() {
        mistakes.push(of_line(1, Wrong::Empty));
    }
    if mistakes.is_empty() {
        Ok(rows)
    } else {
        Err(mistakes)
    }
}

/// The text with one kind of line end and no line without cells, so that lines are counted as an editor counts them;
/// and what stands between its cells.
fn normalised(text: &str) -> (String, u8) {
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
    (lines.join("\n"), delimiter)
}

/// Which column stands where.
fn columns<C: Heading>(
    reader: &mut csv::Reader<&[u8]>,
    needed: &[&[C]],
) -> Result<Vec<C>, Vec<Mistake<C>>> {
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
        match C::of(heading.trim().to_lowercase().as_str()) {
            Some(column) if columns.contains(&column) => {
                mistakes.push(mistake(Some(column), Wrong::ColumnTwice));
            }
            Some(column) => columns.push(column),
            None => mistakes.push(mistake(None, Wrong::UnknownColumn)),
        }
    }
    for one_of in needed {
        if !one_of.iter().any(|column| columns.contains(column)) {
            mistakes.push(mistake(one_of.first().copied(), Wrong::ColumnMissing));
        }
    }
    if mistakes.is_empty() {
        Ok(columns)
    } else {
        Err(mistakes)
    }
}
