//! Organisation numbers as tokens and configuration write them.
//!
//! The one seam to the rest of the system: everything in `identity` calls [`normalise`].

/// The ten digits of an organisation number, or none if it is not one: ten digits of which the third
/// is at least 2 (below that it would be a person's number), with a correct check digit. A hyphen
/// before the last four digits and a leading `16` are accepted.
#[must_use]
pub fn normalise(written: &str) -> Option<String> {
    let digits = match written.len() {
        11 | 13 => {
            let (head, tail) = written.split_once('-')?;
            (tail.len() == 4).then(|| format!("{head}{tail}"))?
        }
        _ => written.to_owned(),
    };
    let digits = match digits.len() {
        12 => digits.strip_prefix("16")?,
        _ => &digits,
    };
    let values: Vec<u32> = digits
        .chars()
        .map(|digit| digit.to_digit(10))
        .collect::<Option<_>>()?;
    (values.len() == 10 && values[2] >= 2 && luhn(&values)).then(|| digits.to_owned())
}

fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => digit * 2 / 10 + digit * 2 % 10,
            _ => *digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn the_usual_ways_to_write_one_number_are_the_same() {
        for written in ["2120001355", "212000-1355", "162120001355", "16212000-1355"] {
            assert_eq!(
                normalise(written).as_deref(),
                Some("2120001355"),
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_no_organisation_number_is_refused() {
        for written in [
            "",
            "2120001356",
            "8112189876",
            "212000 1355",
            "21200-01355",
            "2120-001355",
            "19212000-1355",
            "192120001355",
            "-2120001355",
            "212000--1355",
            " 2120001355",
            "21200013550",
            "٢١٢٠٠٠١٣٥٥",
            "２１２０００１３５５",
            "SE212000135501",
        ] {
            assert_eq!(normalise(written), None, "{written}");
        }
    }
}
