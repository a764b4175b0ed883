//! Organisation numbers as tokens and configuration write them.

use entity::organisation_number::OrganisationNumber;

/// The ten digits of an organisation number in any common form, or none if it is not one; above all
/// not if it could be a person's number.
#[must_use]
pub fn normalise(written: &str) -> Option<String> {
    let number: OrganisationNumber = written.parse().ok()?;
    Some(number.digits())
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
            "2120-001355",
            "192120001355",
            "-2120001355",
            "212000--1355",
            "21200013550",
            "２１２０００１３５５",
            "SE212000135501",
        ] {
            assert_eq!(normalise(written), None, "{written}");
        }
    }
}
