//! Certificates: whether one holds at an instant, what it shows of its holder's name, and the code that leads to
//! it.

mod code;

pub use code::{Code, LENGTH};

use async_graphql::Enum;
use chrono::{DateTime, Utc};

/// Whether a certificate holds, computed when asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum CertificateStatus {
    /// It holds (giltigt).
    Valid,
    /// It begins to hold later (gäller inte än).
    NotYetValid,
    /// Its time is up; what it says was true (giltighetstiden har gått ut).
    Expired,
    /// It was taken back; what it says is not to be relied upon (återkallat).
    Revoked,
}

/// Whether a certificate has been taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It stands.
    None,
    /// It, or the completion behind it, was taken back.
    Revoked,
}

/// The status at an instant. The first instant belongs to the validity, the last does not: so say `nbf` and `exp`
/// of RFC 7519, by which the certificate is checked offline, and both ways must agree.
#[must_use]
pub fn status(
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    revocation: Revocation,
    now: DateTime<Utc>,
) -> CertificateStatus {
    if revocation == Revocation::Revoked {
        CertificateStatus::Revoked
    } else if now < from {
        CertificateStatus::NotYetValid
    } else if until.is_some_and(|until| until <= now) {
        CertificateStatus::Expired
    } else {
        CertificateStatus::Valid
    }
}

/// What a certificate may show of its holder's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// Nothing: protected identity, or the person's data has been erased.
    Nothing,
    /// Initials: what there is unless the holder says otherwise.
    Initials,
    /// The whole name: the holder has said so.
    Whole,
}

/// What a certificate may show, by the holder's choice and what stands against it now.
#[must_use]
pub fn naming(chosen: bool, protected_identity: bool) -> Naming {
    match (protected_identity, chosen) {
        (true, _) => Naming::Nothing,
        (false, true) => Naming::Whole,
        (false, false) => Naming::Initials,
    }
}

/// The name as far as it may be shown; none if nothing may be, or there is none any more.
#[must_use]
pub fn shown(name: Option<&str>, naming: Naming) -> Option<String> {
    match naming {
        Naming::Nothing => None,
        Naming::Initials => name.map(initials).filter(|text| !text.is_empty()),
        Naming::Whole => name.map(str::to_owned),
    }
}

/// The first letter of each part of a name: `Anna-Karin Öberg` is `A.-K. Ö.`
fn initials(name: &str) -> String {
    let of_part = |part: &str| {
        let letter = part.chars().find(|letter| letter.is_alphabetic())?;
        Some(format!("{}.", letter.to_uppercase()))
    };
    let of_word = |word: &str| {
        let letters: Vec<String> = word.split('-').filter_map(of_part).collect();
        letters.join("-")
    };
    let words: Vec<String> = name
        .split_whitespace()
        .map(of_word)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
    }

    #[test]
    fn the_first_instant_belongs_to_the_validity_and_the_last_does_not() {
        let status = |now| status(at(0), Some(at(10)), Revocation::None, now);

        assert_eq!(
            status(at(0) - TimeDelta::microseconds(1)),
            CertificateStatus::NotYetValid
        );
        assert_eq!(status(at(0)), CertificateStatus::Valid);
        assert_eq!(
            status(at(10) - TimeDelta::microseconds(1)),
            CertificateStatus::Valid
        );
        assert_eq!(status(at(10)), CertificateStatus::Expired);
    }

    #[test]
    fn what_has_no_end_holds_for_ever() {
        let far = at(1_000_000_000);

        assert_eq!(
            status(at(0), None, Revocation::None, far),
            CertificateStatus::Valid
        );
    }

    #[test]
    fn what_was_taken_back_is_so_before_within_and_after_its_time() {
        for now in [-1, 0, 5, 10, 11] {
            assert_eq!(
                status(at(0), Some(at(10)), Revocation::Revoked, at(now)),
                CertificateStatus::Revoked
            );
        }
    }

    #[test]
    fn protected_identity_outranks_the_holders_choice() {
        assert_eq!(naming(true, true), Naming::Nothing);
        assert_eq!(naming(false, true), Naming::Nothing);
        assert_eq!(naming(true, false), Naming::Whole);
        assert_eq!(naming(false, false), Naming::Initials);
    }

    #[test]
    fn initials_are_the_first_letters_of_the_parts() {
        for (name, expected) in [
            ("Anna Andersson", "A. A."),
            ("Anna-Karin Öberg", "A.-K. Ö."),
            ("  eva   de la Gardie ", "E. D. L. G."),
            ("ßimon", "SS."),
            ("Åsa (vikarie) 2", "Å. V."),
            ("", ""),
            ("--- 12", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_that_is_gone_is_not_shown() {
        for naming in [Naming::Nothing, Naming::Initials, Naming::Whole] {
            assert_eq!(shown(None, naming), None);
        }
        assert_eq!(shown(Some("Anna Ek"), Naming::Nothing), None);
        assert_eq!(shown(Some("12"), Naming::Initials), None);
    }

    proptest! {
        #[test]
        fn initials_never_hold_two_letters_of_a_part_in_a_row(name in "[a-zåäö]{2,12}( [a-zåäö]{2,12}){0,3}") {
            let shown = initials(&name);

            prop_assert_eq!(shown.matches('.').count(), name.split(' ').count());
            prop_assert_eq!(shown.chars().filter(|letter| letter.is_alphabetic()).count(), name.split(' ').count());
        }
    }
}
