//! The code of a certificate: so long that nobody guesses one, and fit to be read from paper.

use std::fmt;

/// How many characters a code has, without the hyphens between its groups.
pub const LENGTH: usize = 28;

/// How many stand together.
const GROUP: usize = 4;

/// Digits and letters without those that look alike (Crockford's base 32): five bits each.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code of 28 characters, 140 bits: guessing one is out of reach at any rate of asking.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code(String);

impl fmt::Debug for Code {
    /// Whoever holds a code can check the certificate, so logs must not hold one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Code {
    /// The code that these random bytes make: the lower five bits of each are used.
    #[must_use]
    pub fn from_random(bytes: [u8; LENGTH]) -> Self {
        let letter = |byte: u8| char::from(ALPHABET[usize::from(byte & 31)]);
        Self(bytes.into_iter().map(letter).collect())
    }

    /// Reads what somebody wrote: capital or small letters, hyphens and spaces anywhere, and O, I and L for the
    /// digits that they look like. None if it cannot be a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Longer than any way of writing a code: nothing to go through letter by letter.
        if text.len() > 4 * LENGTH {
            return None;
        }
        let mut code = String::with_capacity(LENGTH);
        for letter in text.chars().filter(|letter| !matches!(letter, '-' | ' ')) {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let known = u8::try_from(letter).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !known || code.len() == LENGTH {
                return None;
            }
            code.push(letter);
        }
        (code.len() == LENGTH).then_some(Self(code))
    }

    /// The code that is stored so: one that [`Code::as_str`] gave.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The code as it is stored: without hyphens.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    /// The code as people read it: in groups of four.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place.is_multiple_of(GROUP) {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_written_in_groups_of_four() {
        let bytes: [u8; LENGTH] = std::array::from_fn(|place| u8::try_from(place).unwrap());

        let code = Code::from_random(bytes);

        assert_eq!(code.to_string(), "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV");
        assert_eq!(code.as_str().len(), LENGTH);
    }

    #[test]
    fn letters_that_look_like_digits_are_read_as_those() {
        let written = "o123-4567 89ab-cdef-ghjk-mnpq-rstv";
        let alike = "0L23-4567-89AB-CDEF-GHJK-MNPQ-RSTV";

        let code = Code::parse("0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV");

        assert!(code.is_some());
        assert_eq!(Code::parse(written), code);
        assert_eq!(Code::parse(alike), code);
    }

    #[test]
    fn what_cannot_be_a_code_is_refused() {
        for text in [
            "",
            "0123-4567-89AB-CDEF-GHJK-MNPQ-RST",
            "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV0",
            "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTU",
            "0123-4567-89AB-CDEF-GHJK-MNPQ-RST%",
            "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTÅ",
            "../../../../etc/passwd000000",
        ] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
        assert_eq!(Code::parse(&"-".repeat(100_000)), None);
    }

    #[test]
    fn a_log_shows_no_code() {
        let code = Code::from_random([7; LENGTH]);

        assert_eq!(format!("{code:?}"), "Code(…)");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(bytes: [u8; LENGTH]) {
            let code = Code::from_random(bytes);

            prop_assert_eq!(Code::parse(&code.to_string()), Some(code.clone()));
            prop_assert_eq!(Code::parse(&code.to_string().to_lowercase()), Some(code.clone()));
            prop_assert_eq!(Code::parse(code.as_str()), Some(code));
        }

        #[test]
        fn reading_never_breaks(text in "\\PC{0,60}") {
            if let Some(code) = Code::parse(&text) {
                prop_assert_eq!(code.as_str().len(), LENGTH);
            }
        }
    }
}
