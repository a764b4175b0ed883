//! A table as a file for spreadsheets. A pure module, which makes every cell harmless on the way out.
//!
//! What a person has typed must never run: a spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or
//! a line break for a formula, which may fetch pages and send other cells away. Such a cell gets an apostrophe in
//! front, which is the spreadsheets' own sign for "this is text".

use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// What stands between the cells of a text file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// What spreadsheets with Swedish settings expect.
    #[default]
    Semicolon,
    /// What most other programs expect.
    Comma,
    /// What no text holds by chance.
    Tab,
}

impl Separator {
    /// The separator of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "semicolon" => Some(Self::Semicolon),
            "comma" => Some(Self::Comma),
            "tab" => Some(Self::Tab),
            _ => None,
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
        }
    }
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text, perhaps typed by somebody.
    Text(String),
    /// A number of ours.
    Count(u32),
}

/// A table with its headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What the sheet is called.
    pub name: String,
    /// The headings.
    pub headings: Vec<String>,
    /// The rows, each as wide as the headings.
    pub rows: Vec<Vec<Cell>>,
}

/// So that spreadsheets read the text as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Table {
    /// As text: a byte order mark, quotes where needed, lines ended as RFC 4180 has it.
    pub fn csv(&self, separator: Separator) -> Result<Vec<u8>> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(separator.byte())
            .terminator(csv::Terminator::CRLF)
            .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
        writer
            .write_record(self.headings.iter().map(|heading| harmless(heading)))
            .map_err(Error::internal)?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => harmless(text),
                Cell::Count(number) => number.to_string(),
            });
            writer.write_record(cells).map_err(Error::internal)?;
        }
        writer
            .into_inner()
            .map_err(|fault| Error::internal(fault.to_string()))
    }

    /// As a workbook of one sheet, with the headings in view.
    pub fn xlsx(&self, made_at: DateTime<Utc>) -> Result<Vec<u8>> {
        self.workbook(made_at).map_err(Error::internal)
    }

    fn workbook(&self, made_at: DateTime<Utc>) -> Result<Vec<u8>, XlsxError> {
        let made_at = ExcelDateTime::from_timestamp(made_at.timestamp())?;
        let mut workbook = Workbook::new();
        // The library would ask the machine's clock otherwise.
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made_at));
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&self.name))?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0..).zip(&self.headings) {
            sheet.write_string_with_format(0, column, harmless(heading), &bold)?;
        }
        for (line, row) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(row) {
                match cell {
                    // Always as text: the library never looks whether it might be a formula or a link.
                    Cell::Text(text) => sheet.write_string(line, column, harmless(text))?,
                    Cell::Count(number) => sheet.write_number(line, column, *number)?,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        workbook.save_to_buffer()
    }
}

/// The text, with an apostrophe in front where a spreadsheet would take it for a formula.
///
/// What a spreadsheet skips at the beginning is skipped here too, and the wide forms of the signs count as well:
/// spreadsheets with East Asian settings take them for the same.
#[must_use]
pub fn harmless(text: &str) -> String {
    let breaks = text.starts_with(['\t', '\r', '\n']);
    let skipped = |letter: char| {
        letter.is_whitespace() || letter.is_control() || matches!(letter, '\u{feff}' | '\u{200b}')
    };
    let starts = text
        .trim_start_matches(skipped)
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if breaks || starts {
        return format!("'{text}");
    }
    text.to_owned()
}

/// A sheet's name has at most 31 letters, without some signs.
fn sheet_name(name: &str) -> String {
    let allowed =
        |letter: &char| !matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    name.chars().filter(allowed).take(31).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(cell: &str) -> Table {
        Table {
            name: "Deltagare".to_owned(),
            headings: vec!["Namn".to_owned(), "Antal".to_owned()],
            rows: vec![vec![Cell::Text(cell.to_owned()), Cell::Count(3)]],
        }
    }

    fn csv(cell: &str, separator: Separator) -> String {
        String::from_utf8(table(cell).csv(separator).unwrap()).unwrap()
    }

    #[test]
    fn what_would_run_is_made_text() {
        for bad in [
            "=1+1",
            "+46",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\nx",
            " =1",
            "\u{feff}=1",
            "＝1",
        ] {
            assert_eq!(harmless(bad), format!("'{bad}"), "{bad:?}");
        }
    }

    #[test]
    fn what_is_only_text_stays_as_it_is() {
        for good in ["", "Åsa", "Anna-Karin", "a=b", "'citat", "3", "  Bo"] {
            assert_eq!(harmless(good), good, "{good:?}");
        }
    }

    #[test]
    fn a_text_file_begins_with_the_mark_and_has_semicolons() {
        assert_eq!(
            csv("Åsa", Separator::Semicolon),
            "\u{feff}Namn;Antal\r\nÅsa;3\r\n"
        );
        assert_eq!(
            csv("Åsa", Separator::Comma),
            "\u{feff}Namn,Antal\r\nÅsa,3\r\n"
        );
        assert_eq!(
            csv("Åsa", Separator::Tab),
            "\u{feff}Namn\tAntal\r\nÅsa\t3\r\n"
        );
    }

    #[test]
    fn a_cell_cannot_break_out_of_its_quotes() {
        assert_eq!(
            csv("a\";=1\r\n=2", Separator::Semicolon),
            "\u{feff}Namn;Antal\r\n\"a\"\";=1\r\n=2\";3\r\n"
        );
    }

    #[test]
    fn only_the_named_separators_are_known() {
        assert_eq!(Separator::named("comma"), Some(Separator::Comma));
        assert_eq!(Separator::named(","), None);
        assert_eq!(Separator::named(""), None);
    }

    #[test]
    fn the_same_table_makes_the_same_workbook() {
        let at = DateTime::from_timestamp(1_772_438_400, 0).unwrap();

        assert_eq!(table("x").xlsx(at).unwrap(), table("x").xlsx(at).unwrap());
    }

    proptest! {
        #[test]
        fn no_cell_begins_with_what_a_spreadsheet_would_run(text in any::<String>()) {
            let cell = harmless(&text);

            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            prop_assert!(cell == text || cell.strip_prefix('\'') == Some(&*text));
        }

        #[test]
        fn a_text_file_is_read_back_as_it_was_written(text in "\\PC*") {
            let written = table(&text).csv(Separator::Semicolon).unwrap();
            let body = written.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap();

            let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(body);
            let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();

            prop_assert_eq!(rows.len(), 1);
            prop_assert_eq!(&rows[0][0], harmless(&text));
        }
    }
}
