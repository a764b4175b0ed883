//! The number that identifies a Swedish organisation. It never holds a personal identity number.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// A Swedish organisation number (organisationsnummer) whose check digit holds.
///
/// It is read with or without a hyphen or a leading 16, shown as `232100-0065`, and stored and
/// sent as ten digits.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    DeriveValueType,
)]
#[sea_orm(
    value_type = "String",
    column_type = "Text",
    to_str = "OrganisationNumber::digits"
)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationNumber(u64);

impl OrganisationNumber {
    /// The ten digits without a hyphen: the form that is stored and sent.
    #[must_use]
    pub fn digits(&self) -> String {
        format!("{:010}", self.0)
    }
}

impl fmt::Display for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}-{:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

/// Why a text is not an organisation number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganisationNumberError {
    /// Not ten digits, after a leading 16 and the hyphen before the last four are taken away.
    NotTenDigits,
    /// The third digit is 0 or 1, as in the identity number of a person.
    ThirdDigitBelowTwo,
    /// The last digit does not follow from the nine before it.
    WrongCheckDigit,
}

impl fmt::Display for OrganisationNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotTenDigits => {
                "an organisation number has ten digits, such as 232100-0065 or 2321000065"
            }
            Self::ThirdDigitBelowTwo => {
                "the third digit of an organisation number is at least 2; \
                 a personal identity number is not accepted"
            }
            Self::WrongCheckDigit => {
                "the check digit of the organisation number is wrong; look for a mistyped digit"
            }
        })
    }
}

impl Error for OrganisationNumberError {}

impl FromStr for OrganisationNumber {
    type Err = OrganisationNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = ten_digits(text.trim()).ok_or(OrganisationNumberError::NotTenDigits)?;
        if digits.as_bytes()[2] < b'2' {
            return Err(OrganisationNumberError::ThirdDigitBelowTwo);
        }
        if !luhn_holds(&digits) {
            return Err(OrganisationNumberError::WrongCheckDigit);
        }
        digits
            .parse()
            .map(Self)
            .map_err(|_| OrganisationNumberError::NotTenDigits)
    }
}

fn ten_digits(text: &str) -> Option<String> {
    let joined = match text.rsplit_once('-') {
        Some((front, last)) if last.len() == 4 => format!("{front}{last}"),
        Some(_) => return None,
        None => text.to_owned(),
    };
    if !joined.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match joined.len() {
        10 => Some(joined),
        12 => joined.strip_prefix("16").map(str::to_owned),
        _ => None,
    }
}

/// Whether the last digit is the right check digit (Luhn, modulus 10) for those before it.
///
/// False for an empty text and for one with anything but digits.
#[must_use]
pub fn luhn_holds(digits: &str) -> bool {
    let sum = digits
        .bytes()
        .rev()
        .enumerate()
        .try_fold(0, |sum, (place, byte)| {
            let digit = u32::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
            let weighed = if place % 2 == 1 { digit * 2 } else { digit };
            Some(sum + weighed / 10 + weighed % 10)
        });
    !digits.is_empty() && sum.is_some_and(|sum: u32| sum.is_multiple_of(10))
}

impl TryFrom<String> for OrganisationNumber {
    type Error = OrganisationNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<OrganisationNumber> for String {
    fn from(number: OrganisationNumber) -> Self {
        number.digits()
    }
}

/// A Swedish organisation number, answered as ten digits without a hyphen: `"2321000065"`.
///
/// Input is accepted in every common form: `"2321000065"`, `"232100-0065"`, `"162321000065"` and
/// `"16232100-0065"`. To show it, put a hyphen before the last four digits.
///
/// Refused: anything but ten digits; a third digit of 0 or 1 (that is how the identity number of a
/// person looks, and those are never accepted); a check digit that does not hold, which nearly
/// always means a mistyped digit.
#[Scalar]
impl ScalarType for OrganisationNumber {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(text.parse()?),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.digits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::sea_query::ValueType;

    const REGIONS: [&str; 21] = [
        "232100-0016",
        "232100-0024",
        "232100-0032",
        "232100-0040",
        "232100-0057",
        "232100-0065",
        "232100-0073",
        "212000-0803",
        "232100-0081",
        "232100-0255",
        "232100-0115",
        "232100-0131",
        "232100-0156",
        "232100-0164",
        "232100-0172",
        "232100-0180",
        "232100-0198",
        "232100-0206",
        "232100-0214",
        "232100-0222",
        "232100-0230",
    ];
    const OTHERS: [&str; 4] = ["222000-0315", "202100-3690", "202100-0076", "802002-8638"];

    #[test]
    fn every_known_organisation_is_accepted_and_shown_as_it_was_written() {
        for written in REGIONS.into_iter().chain(OTHERS) {
            let number: OrganisationNumber = written
                .parse()
                .unwrap_or_else(|error| panic!("{written}: {error}"));

            assert_eq!(number.to_string(), written);
            assert_eq!(number.digits(), written.replace('-', ""));
        }
    }

    #[test]
    fn every_way_of_writing_gives_the_same_number() {
        let expected: OrganisationNumber = "2321000065".parse().unwrap();

        for written in [
            "232100-0065",
            "162321000065",
            "16232100-0065",
            " 232100-0065 ",
        ] {
            assert_eq!(written.parse(), Ok(expected), "{written}");
        }
    }

    #[test]
    fn each_mistake_has_its_own_reason() {
        use OrganisationNumberError::{NotTenDigits, ThirdDigitBelowTwo, WrongCheckDigit};

        for (written, reason) in [
            ("", NotTenDigits),
            ("-", NotTenDigits),
            ("232100", NotTenDigits),
            ("23210-00065", NotTenDigits),
            ("2321000-065", NotTenDigits),
            ("23-2100-0065", NotTenDigits),
            ("23210000655", NotTenDigits),
            ("172321000065", NotTenDigits),
            ("232100 0065", NotTenDigits),
            ("+232100-006", NotTenDigits),
            ("åäöåäö-åäöå", NotTenDigits),
            ("121212-1212", ThirdDigitBelowTwo),
            ("232100-0066", WrongCheckDigit),
            ("322100-0065", WrongCheckDigit),
        ] {
            assert_eq!(
                written.parse::<OrganisationNumber>(),
                Err(reason),
                "{written}"
            );
        }
    }

    #[test]
    fn any_single_mistyped_digit_is_found() {
        let right = b"2321000065";

        for place in 0..10 {
            for digit in b'0'..=b'9' {
                let mut typed = *right;
                typed[place] = digit;
                let typed = String::from_utf8_lossy(&typed).into_owned();

                let parsed = typed.parse::<OrganisationNumber>();

                assert_eq!(parsed.is_ok(), digit == right[place], "{typed}");
            }
        }
    }

    #[test]
    fn it_is_stored_and_sent_as_ten_digits() {
        let number: OrganisationNumber = "232100-0065".parse().unwrap();

        assert_eq!(sea_orm::Value::from(number), "2321000065".into());
        assert_eq!(
            sea_orm::Value::from(None::<OrganisationNumber>),
            sea_orm::Value::String(None)
        );
        assert_eq!(
            <OrganisationNumber as ValueType>::try_from("2321000065".into()).unwrap(),
            number
        );
        assert_eq!(
            ScalarType::to_value(&number),
            Value::String("2321000065".into())
        );
        assert!(<OrganisationNumber as ScalarType>::parse(Value::from(2_321_000_065_u64)).is_err());
    }

    #[test]
    fn luhn_refuses_what_is_not_digits() {
        assert!(luhn_holds("0"));
        assert!(luhn_holds("8112189876"));
        assert!(!luhn_holds("8112189875"));
        assert!(!luhn_holds(""));
        assert!(!luhn_holds("8112189-76"));
    }
}
