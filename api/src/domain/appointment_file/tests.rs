use super::*;

#[test]
fn units_are_read_with_swedish_words_and_english() {
    let text = "namn;sort;kommun;sedan\nVårdcentralen;arbetsplats;0780;2012\nTandvården;DENTAL;;\n";

    let rows = read_units(text).expect("the file is in order");

    assert_eq!(rows[0].kind, UnitKind::Workplace);
    assert_eq!(rows[0].municipality.as_deref(), Some("0780"));
    assert_eq!(rows[0].valid_from, "2012".parse().ok());
    assert_eq!((rows[1].line, rows[1].kind), (3, UnitKind::Dental));
}

#[test]
fn every_mistake_in_a_file_of_units_is_told_with_its_line_and_column() {
    let text = "name,kind,valid_from\nA,CASTLE,\n,WORKPLACE,\nB,WORKPLACE,yesterday\n";

    let mistakes = read_units(text).expect_err("three rows are wrong");

    let told: Vec<_> = mistakes
        .iter()
        .map(|one| (one.line, one.column, one.what))
        .collect();
    let wrong = [
        (2, Some(UnitColumn::Kind), Wrong::NotAWord),
        (3, Some(UnitColumn::Name), Wrong::NoValue),
        (4, Some(UnitColumn::ValidFrom), Wrong::NotADate),
    ];
    assert_eq!(told, wrong);
}

#[test]
fn an_appointment_may_name_nobody_and_no_unit_but_always_a_role_and_a_day() {
    let rows = read_appointments("roll;från\nbarnombud;2026-01-01\n").expect("it is in order");
    assert_eq!(
        (&rows[0].who, &rows[0].unit, rows[0].until),
        (&None, &None, None)
    );

    let mistakes = read_appointments(
        "roll;från;till\n;2026-01-01;\nbarnombud;;\nbarnombud;2026-01-01;2026-1-9\n",
    )
    .expect_err("three rows are wrong");

    let told: Vec<_> = mistakes
        .iter()
        .map(|one| (one.line, one.column, one.what))
        .collect();
    let wrong = [
        (2, Some(AppointmentColumn::Role), Wrong::NoValue),
        (3, Some(AppointmentColumn::From), Wrong::NoValue),
        (4, Some(AppointmentColumn::Until), Wrong::NotADay),
    ];
    assert_eq!(told, wrong);
}
