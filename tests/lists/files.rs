//! What the files are: text and workbooks that open everywhere and in which nothing runs.

use super::world::{LISTS, fetch, fetch_as, main_occasion, person_named};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::{ORGANISER, occasion, sign_up},
};
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

/// Names as somebody might enter them to make another's spreadsheet run something.
const NASTY: [&str; 6] = [
    "=HYPERLINK(\"http://evil.example\";\"Klicka\")",
    "+46 70",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "Anna; =1+1",
];

on_both_databases! {
    async fn the_text_file_is_what_a_swedish_spreadsheet_expects(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;

        let file = fetch(&server, ORGANISER, &occasion, LISTS[0]).await;

        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        let name = "attachment; filename=\"deltagare-barnets-rattigheter-i-vardagen-2026-03-31.csv\"";
        assert_eq!(file.header("content-disposition"), name);
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.header("cache-control"), "no-store");
        let lines = file.lines();
        assert_eq!(lines[0], "Namn;Organisation;E-post;Plats;Anmäld");
        assert!(lines[1].starts_with("David Rosenqvist;Region Kronoberg;"), "{lines:?}");
        assert!(lines[11].starts_with("Ola Granberg;Ljungby kommun;;Reservlista;"), "{lines:?}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn headings_are_in_the_language_of_the_reader_and_the_separator_as_wished(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let path = format!("/occasions/{occasion}/participants.csv?separator=comma");

        let file = fetch_as(&server, &server.by(ORGANISER), &path, "en-GB, sv;q=0.5").await;

        let lines = file.lines();
        assert_eq!(lines[0], "Name,Organisation,E-mail,Place,Signed up");
        assert!(lines[1].contains(",Confirmed,"), "{lines:?}");
        assert!(file.header("content-disposition").contains("participants-barnets"));
        server.stop().await;
    }
}

on_both_databases! {
    async fn nothing_that_was_typed_runs_in_a_spreadsheet(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 10).await;
        for name in NASTY {
            let person = person_named(&server, "alvesta-coordinator", name).await;
            sign_up(&server.by("alvesta-coordinator"), &occasion, &[person]).await;
        }

        let text = fetch(&server, ORGANISER, &occasion, LISTS[0]).await.text();
        let book = fetch(&server, ORGANISER, &occasion, LISTS[1]).await;

        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.delimiter(b';').from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        let mut from_text: Vec<String> = rows.iter().map(|row| row[0].to_owned()).collect();
        let mut from_book: Vec<String> = sheet(&book.bytes)[1..].iter().map(|row| row[0].clone()).collect();
        let mut expected: Vec<String> = NASTY[..5].iter().map(|name| format!("'{name}")).collect();
        // This one must only not break out of its cell.
        expected.push(NASTY[5].to_owned());
        for list in [&mut from_text, &mut from_book, &mut expected] {
            list.sort();
        }
        assert_eq!(from_text, expected);
        assert_eq!(from_book, expected);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_workbook_says_the_same_as_the_text_file(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;

        let text = fetch(&server, ORGANISER, &occasion, LISTS[0]).await.lines();
        let book = fetch(&server, ORGANISER, &occasion, LISTS[1]).await;

        let rows: Vec<String> = sheet(&book.bytes).iter().map(|row| row.join(";")).collect();
        assert_eq!(rows, text);
        let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        assert_eq!(book.header("content-type"), media_type);
        assert!(book.header("content-disposition").ends_with(".xlsx\""));
        server.stop().await;
    }
}

/// The cells of a workbook's only sheet, read by another program than the one that wrote them. None is a formula.
fn sheet(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let names = book.sheet_names();
    assert_eq!(names.len(), 1, "{names:?}");
    let formulas = book.worksheet_formula(&names[0]).expect("a sheet");
    assert_eq!(formulas.used_cells().count(), 0, "a cell became a formula");
    let range = book.worksheet_range(&names[0]).expect("a sheet");
    let cell = |cell: &Data| match cell {
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        other => panic!("a cell is no text: {other:?}"),
    };
    range
        .rows()
        .map(|row| row.iter().map(cell).collect())
        .collect()
}
