//! What is wrong with a file that somebody sent, in words, with the line in the text too.

use super::user_error::{UserError, UserErrorCode};
use crate::{
    domain::table_file::{Heading, Mistake, Wrong},
    language::Text,
};

/// A mistake in the file's form, in words; which columns there are is said where one is not known.
pub(super) fn told<C: Heading>(mistake: &Mistake<C>, columns: (&str, &str)) -> UserError {
    let words = match mistake.what {
        Wrong::UnknownColumn => {
            let swedish = format!("En kolumn är okänd. Ta bort alla utom {}.", columns.0);
            let english = format!("A column is not known. Take out all but {}.", columns.1);
            let (line, code) = (mistake.line, UserErrorCode::InvalidValue);
            return at(code, line, mistake.column, (&swedish, &english));
        }
        Wrong::Empty => ("Filen har inga rader.", "The file has no rows."),
        Wrong::TooManyRows => (
            "Filen har fler än 500 rader. Dela upp den.",
            "The file has more than 500 rows. Divide it.",
        ),
        Wrong::ColumnTwice => ("Kolumnen står två gånger.", "The column stands twice."),
        Wrong::ColumnMissing => ("Kolumnen saknas.", "The column is missing."),
        Wrong::Unreadable => (
            "Raden går inte att läsa: antalet celler stämmer inte med rubriken.",
            "The row cannot be read: its cells are not as many as the headings.",
        ),
        Wrong::NoValue => ("Cellen är tom.", "The cell is empty."),
        Wrong::NotAMember => (
            "Detta är inget id för ett medlemskap.",
            "This is not the id of a membership.",
        ),
        Wrong::NotADay => (
            "Skriv dagen som 2026-03-31.",
            "Write the day as 2026-03-31.",
        ),
        Wrong::NotADate => (
            "Skriv datumet som 2012, 2011-01 eller 2011-01-15.",
            "Write the date as 2012, 2011-01 or 2011-01-15.",
        ),
        Wrong::NotAWord => (
            "Ordet är okänt. Använd orden i API:ets lista.",
            "The word is not known. Use the words of the API's list.",
        ),
    };
    at(
        UserErrorCode::InvalidValue,
        mistake.line,
        mistake.column,
        words,
    )
}

/// What is wrong in a line, with the line in the text too.
pub(super) fn at<C: Heading>(
    code: UserErrorCode,
    line: u64,
    column: Option<C>,
    (swedish, english): (&str, &str),
) -> UserError {
    let line = line.to_string();
    let name = column.map(Heading::name);
    let mut field = vec!["csv", &line];
    field.extend(name);
    let (kolumn, of_column) = name.map_or_else(Default::default, |name| {
        (format!(", kolumn {name}"), format!(", column {name}"))
    });
    let text = Text::filled(
        format!("Rad {line}{kolumn}: {swedish}"),
        format!("Line {line}{of_column}: {english}"),
    );
    UserError::with_text(code, &field, text)
}
