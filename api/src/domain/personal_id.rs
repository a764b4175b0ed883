//! Finds the identity number of a person in free text, so that the text can be refused. It keeps
//! nothing of what it finds.

use chrono::NaiveDate;
use entity::organisation_number::luhn_holds;

/// Between the date and the last four digits stands nothing or this much, such as `" - "`.
const LONGEST_SEPARATOR: usize = 3;

/// The centuries in which somebody in a register may be born.
const CENTURIES: [&str; 3] = ["18", "19", "20"];

/// Whether the text holds a valid Swedish personal identity number (personnummer) or coordination
/// number (samordningsnummer).
///
/// It has 10 or 12 digits, the last four joined on or set off by a hyphen, a plus or a space; its
/// date exists (for a coordination number, with 60 added to the day) and its check digit holds.
/// Organisation numbers never look like that: their "month" is at least 20.
#[must_use]
pub fn contains_personal_id(text: &str) -> bool {
    let runs = digit_runs(text);
    let in_one = runs.iter().any(|run| is_personal_id(&run.digits));
    in_one
        || runs.windows(2).any(|pair| {
            let (front, last) = (&pair[0].digits, &pair[1].digits);
            pair[1].joined
                && last.len() == 4
                && matches!(front.len(), 6 | 8)
                && is_personal_id(&format!("{front}{last}"))
        })
}

struct DigitRun {
    digits: String,
    /// Only a separator stands between this run and the one in front of it.
    joined: bool,
}

fn digit_runs(text: &str) -> Vec<DigitRun> {
    let mut runs: Vec<DigitRun> = Vec::new();
    let mut gap = String::new();
    let mut in_run = false;
    for letter in text.chars().map(ordinary) {
        if !letter.is_ascii_digit() {
            gap.push(letter);
            in_run = false;
            continue;
        }
        if !in_run {
            runs.push(DigitRun {
                digits: String::new(),
                joined: is_separator(&gap),
            });
            gap.clear();
            in_run = true;
        }
        if let Some(run) = runs.last_mut() {
            run.digits.push(letter);
        }
    }
    runs
}

/// Full-width digits and unbreakable spaces as the ordinary ones.
fn ordinary(letter: char) -> char {
    match letter {
        '\u{ff10}'..='\u{ff19}' => {
            char::from_digit(u32::from(letter) - 0xff10, 10).unwrap_or(letter)
        }
        '\u{a0}' | '\u{202f}' => ' ',
        _ => letter,
    }
}

fn is_separator(gap: &str) -> bool {
    gap.chars().count() <= LONGEST_SEPARATOR
        && gap.chars().all(|letter| {
            matches!(
                letter,
                ' ' | '-' | '+' | '\u{2010}'..='\u{2015}' | '\u{2212}'
            )
        })
}

/// Ten digits, or twelve with the century in front.
fn is_personal_id(digits: &str) -> bool {
    let Some(front) = digits.len().checked_sub(10) else {
        return false;
    };
    let (century, ten) = digits.split_at(front);
    let (date, last_four) = ten.split_at(6);
    !last_four.starts_with("000")
        && luhn_holds(ten)
        && CENTURIES
            .iter()
            .filter(|known| century.is_empty() || century == **known)
            .any(|century| is_date(&format!("{century}{date}")))
}

fn is_date(eight: &str) -> bool {
    let part = |range: std::ops::Range<usize>| eight[range].parse::<u32>().unwrap_or_default();
    let day = match part(6..8) {
        day @ 61.. => day - 60,
        day => day,
    };
    i32::try_from(part(0..4))
        .is_ok_and(|year| NaiveDate::from_ymd_opt(year, part(4..6), day).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_way_of_writing_a_number_is_found() {
        for text in [
            "8112189876",
            "811218-9876",
            "811218+9876",
            "811218 9876",
            "198112189876",
            "19811218-9876",
            "18811218+9876",
            "19811218 9876",
            "811218 - 9876",
            "811218\u{2013}9876",
            "811218\u{a0}9876",
            "\u{ff18}\u{ff11}\u{ff11}\u{ff12}\u{ff11}\u{ff18}-9876",
            "Anmäl Sam (811218-9876), allergisk mot nötter.",
            "pnr811218-9876x",
            "811218-9876²",
            "Ring 0470-123 45, fråga efter 640823-3234!",
            "12 811218-9876 12",
        ] {
            assert!(contains_personal_id(text), "{text}");
        }
    }

    #[test]
    fn a_coordination_number_is_found_by_its_day_plus_sixty() {
        assert!(contains_personal_id("701063-2391"));
        assert!(contains_personal_id("19811278-9873"));
        assert!(contains_personal_id("811291-1238"), "31 December");
        assert!(!contains_personal_id("811292-1237"), "32 December");
        assert!(!contains_personal_id("811191-1239"), "31 November");
        assert!(!contains_personal_id("811260-1235"), "0 December");
    }

    #[test]
    fn a_leap_day_is_a_date_only_in_a_leap_year() {
        assert!(contains_personal_id("20000229-1235"));
        assert!(!contains_personal_id("19000229-1235"));
        assert!(
            contains_personal_id("000229-1235"),
            "the century is not known"
        );
        assert!(!contains_personal_id("010229-1234"));
    }

    #[test]
    fn organisation_numbers_are_left_alone() {
        for text in [
            "232100-0065",
            "2321000065",
            "162321000065",
            "212000-0803",
            "802002-8638",
            "Region Kronoberg (org.nr 222000-0315)",
        ] {
            assert!(!contains_personal_id(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "",
            "811218-9875",
            "811318-1237",
            "811232-1230",
            "811218-0008",
            "17811218-9876",
            "21811218-9876",
            "81121898761",
            "08112189876",
            "1198112189876",
            "811218-98761",
            "1811218-9876",
            "811218/9876",
            "811218\n9876",
            "811218    9876",
            "811218, 9876",
            "070-811 21 89",
            "0455-73 10 00",
            "dnr RS/333/2023",
            "2026-03-02 09:00",
            "20260302-20260303",
            "SE45 5000 0000 0583 9825 7466",
        ] {
            assert!(!contains_personal_id(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_asked(text in any::<String>()) {
            let _ = contains_personal_id(&text);
        }

        #[test]
        fn every_valid_number_is_found_in_any_company(
            (year, month, day) in (1890..2026_i32, 1..=12_u32, 1..=28_u32),
            coordination in any::<bool>(),
            birth_number in 1..1000_u32,
            separator in prop::sample::select(vec!["", "-", "+", " "]),
            (before, after) in ("[^0-9０-９]{0,8}", "[^0-9０-９]{0,8}"),
        ) {
            let day = if coordination { day + 60 } else { day };
            let date = format!("{year}{month:02}{day:02}");
            let nine = format!("{}{birth_number:03}", &date[2..]);
            let check_digit = (0..10)
                .find(|digit| luhn_holds(&format!("{nine}{digit}")))
                .unwrap();

            let long = format!("{before}{date}{separator}{birth_number:03}{check_digit}{after}");
            let short = format!(
                "{before}{}{separator}{birth_number:03}{check_digit}{after}",
                &date[2..]
            );

            prop_assert!(contains_personal_id(&long), "{}", long);
            prop_assert!(contains_personal_id(&short), "{}", short);
        }
    }
}
