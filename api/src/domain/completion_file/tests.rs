use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn expected(line: u64) -> Row {
    Row {
        line,
        who: Who::Email("maria.lind@vaxjo.example".to_owned()),
        training: "Barnkonventionen, grunder".to_owned(),
        completed_on: day("2026-02-27"),
    }
}

fn wrong(text: &str) -> Vec<(u64, Option<Column>, Wrong)> {
    let mistakes = read(text).expect_err("the file is wrong");
    mistakes
        .into_iter()
        .map(|one| (one.line, one.column, one.what))
        .collect()
}

#[test]
fn comma_and_semicolon_bom_and_swedish_headings_are_read_alike() {
    for text in [
        "email,training,completed_on\nmaria.lind@vaxjo.example,\"Barnkonventionen, grunder\",2026-02-27\n",
        "email;training;completed_on\r\nmaria.lind@vaxjo.example;Barnkonventionen, grunder;2026-02-27\r\n",
        "\u{feff}E-post;Utbildning;Genomförd\nMaria.Lind@vaxjo.example;Barnkonventionen, grunder;2026-02-27",
        " DATUM ;utbildning;epost\n2026-02-27 ; Barnkonventionen, grunder ;maria.lind@VAXJO.example\n;;\n",
    ] {
        assert_eq!(read(text), Ok(vec![expected(2)]), "{text:?}");
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let row = "maria.lind@vaxjo.example;Barnkonventionen, grunder;2026-02-27\n";
    let text = format!("email;training;completed_on\n{row}\n;;\n\n{row}");

    assert_eq!(read(&text), Ok(vec![expected(2), expected(6)]));
}

#[test]
fn the_membership_is_surer_than_the_address() {
    let member = MembershipId::new();
    let text = format!("email,medlem,training,completed_on\nx@y.example,{member},X,2026-02-27");

    let rows = read(&text).unwrap();

    assert_eq!(rows[0].who, Who::Member(member));
}

#[test]
fn every_mistake_is_told_with_its_line_and_column() {
    let heading = "email,member,training,completed_on\n";
    for (rows, mistakes) in [
        (
            ",,X,2026-02-27",
            vec![(2, Some(Column::Email), Wrong::NoValue)],
        ),
        (
            ",person_1,X,2026-02-27",
            vec![(2, Some(Column::Member), Wrong::NotAMember)],
        ),
        (
            "a@b.example,,,2026-02-27",
            vec![(2, Some(Column::Training), Wrong::NoValue)],
        ),
        (
            "a@b.example,,X,27/2 2026\na@b.example,,X,2026-02-27\na@b.example,,X,2026-02-30",
            vec![
                (2, Some(Column::CompletedOn), Wrong::NotADay),
                (4, Some(Column::CompletedOn), Wrong::NotADay),
            ],
        ),
        ("a@b.example,,X", vec![(2, None, Wrong::Unreadable)]),
        (
            "a@b.example,,X,",
            vec![(2, Some(Column::CompletedOn), Wrong::NoValue)],
        ),
        ("", vec![(1, None, Wrong::Empty)]),
    ] {
        assert_eq!(wrong(&format!("{heading}{rows}")), mistakes, "{rows}");
    }
}

#[test]
fn a_wrong_heading_is_told_and_nothing_else() {
    for (text, mistakes) in [
        (
            "",
            vec![
                (1, Some(Column::Email), Wrong::ColumnMissing),
                (1, Some(Column::Training), Wrong::ColumnMissing),
                (1, Some(Column::CompletedOn), Wrong::ColumnMissing),
            ],
        ),
        (
            "email,training,personnummer,datum\n1,2,3,4",
            vec![(1, None, Wrong::UnknownColumn)],
        ),
        (
            "email,epost,training,datum\n1,2,3,4",
            vec![(1, Some(Column::Email), Wrong::ColumnTwice)],
        ),
    ] {
        assert_eq!(wrong(text), mistakes, "{text:?}");
    }
}

#[test]
fn five_hundred_rows_are_read_and_one_more_is_not() {
    let file = |rows: usize| {
        format!(
            "email,training,datum\n{}",
            "a@b.example,X,2026-02-27\n".repeat(rows)
        )
    };

    assert_eq!(read(&file(500)).map(|rows| rows.len()), Ok(500));
    assert_eq!(wrong(&file(501)), [(502, None, Wrong::TooManyRows)]);
}

proptest! {
    #[test]
    fn whatever_is_sent_is_read_or_refused(text in "(email|training|datum|[,;\n\"\u{feff}a-z0-9-]){0,80}") {
        match read(&text) {
            Ok(rows) => prop_assert!(!rows.is_empty() && rows.len() <= MOST_ROWS),
            Err(mistakes) => prop_assert!(!mistakes.is_empty()),
        }
    }
}
