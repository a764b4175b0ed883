//! A date that is only as precise as its source. It never invents a day.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, Months, NaiveDate};
use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// How much of the date is known, from the widest to the narrowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatePrecision {
    /// The year only: `2012`.
    Year,
    /// A school term, that is half a year: `VT 2014`, `HT 2021`.
    Term,
    /// The month: `2011-01`.
    Month,
    /// The day: `2011-01-15`.
    Day,
}

/// A school term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// Spring term (vårtermin, VT): January to June.
    Spring,
    /// Autumn term (hösttermin, HT): July to December.
    Autumn,
}

/// A day, a month, a term or a year: whichever the source gave.
///
/// Ordered by the first day; of two that begin on the same day the wider one comes first.
/// The order of the stored text is another one (`HT 2021` follows `2022`): a table that sorts or
/// filters by time keeps [`first_day`](Self::first_day) in a column beside it.
// The first day is always the first of its period, so the two fields name a period in one way only.
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
#[sea_orm(value_type = "String", column_type = "Text")]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    first_day: NaiveDate,
    precision: DatePrecision,
}

impl PartialDate {
    /// A whole year, 1000 to 9999; none outside that.
    #[must_use]
    pub fn year(year: i32) -> Option<Self> {
        Self::starting(year, 1, 1, DatePrecision::Year)
    }

    /// A school term of a year.
    #[must_use]
    pub fn term(term: Term, year: i32) -> Option<Self> {
        let month = match term {
            Term::Spring => 1,
            Term::Autumn => 7,
        };
        Self::starting(year, month, 1, DatePrecision::Term)
    }

    /// A month, 1 to 12.
    #[must_use]
    pub fn month(year: i32, month: u32) -> Option<Self> {
        Self::starting(year, month, 1, DatePrecision::Month)
    }

    /// A day.
    #[must_use]
    pub fn day(day: NaiveDate) -> Option<Self> {
        Self::starting(day.year(), day.month(), day.day(), DatePrecision::Day)
    }

    fn starting(year: i32, month: u32, day: u32, precision: DatePrecision) -> Option<Self> {
        if !(1000..=9999).contains(&year) {
            return None;
        }
        let first_day = NaiveDate::from_ymd_opt(year, month, day)?;
        Some(Self {
            first_day,
            precision,
        })
    }

    /// How much of the date is known.
    #[must_use]
    pub fn precision(&self) -> DatePrecision {
        self.precision
    }

    /// The first day that it could be.
    #[must_use]
    pub fn first_day(&self) -> NaiveDate {
        self.first_day
    }

    /// The last day that it could be.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        let months = match self.precision {
            DatePrecision::Year => 12,
            DatePrecision::Term => 6,
            DatePrecision::Month => 1,
            DatePrecision::Day => return self.first_day,
        };
        (self.first_day + Months::new(months))
            .pred_opt()
            .unwrap_or(self.first_day)
    }

    /// Whether the date may be meant: it lies between the first and the last day.
    #[must_use]
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.first_day <= date && date <= self.last_day()
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.first_day.year();
        match self.precision {
            DatePrecision::Year => write!(f, "{year:04}"),
            DatePrecision::Term if self.first_day.month() == 1 => write!(f, "VT {year:04}"),
            DatePrecision::Term => write!(f, "HT {year:04}"),
            DatePrecision::Month => write!(f, "{year:04}-{:02}", self.first_day.month()),
            DatePrecision::Day => write!(f, "{}", self.first_day),
        }
    }
}

/// Why a text is not a partial date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartialDateError {
    /// Not written in one of the known forms.
    UnknownForm,
    /// Written as a date, but the calendar has no such day, month or year.
    NotInCalendar,
}

impl fmt::Display for PartialDateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownForm => "write the date as 2012, 2011-01, 2011-01-15, VT 2014 or HT 2021",
            Self::NotInCalendar => {
                "the calendar has no such date; years go from 1000 to 9999, months from 01 to 12"
            }
        })
    }
}

impl Error for PartialDateError {}

impl FromStr for PartialDate {
    type Err = PartialDateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let date = if let Some((term, year)) = split_term(text) {
            Self::term(term, number(year, 4)?)
        } else {
            let parts: Vec<&str> = text.split('-').collect();
            match parts.as_slice() {
                [year] => Self::year(number(year, 4)?),
                [year, month] => Self::month(number(year, 4)?, number(month, 2)?),
                [year, month, day] => {
                    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
                    Self::starting(year, month, day, DatePrecision::Day)
                }
                _ => return Err(PartialDateError::UnknownForm),
            }
        };
        date.ok_or(PartialDateError::NotInCalendar)
    }
}

fn split_term(text: &str) -> Option<(Term, &str)> {
    let (letters, year) = text.split_at_checked(2)?;
    let term = match letters.to_ascii_uppercase().as_str() {
        "VT" => Term::Spring,
        "HT" => Term::Autumn,
        _ => return None,
    };
    Some((term, year.trim_start()))
}

fn number<N: FromStr>(text: &str, length: usize) -> Result<N, PartialDateError> {
    if text.len() != length || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PartialDateError::UnknownForm);
    }
    text.parse().map_err(|_| PartialDateError::UnknownForm)
}

impl TryFrom<String> for PartialDate {
    type Error = PartialDateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

/// A date that is only as precise as its source: a year `"2012"`, a month `"2011-01"`, a day
/// `"2011-01-15"`, or a Swedish school term: `"VT 2014"` (spring term, January to June) or
/// `"HT 2021"` (autumn term, July to December).
///
/// Show it as it is, and do not turn it into a day: what is missing is not known. Input may write
/// a term in lower case and without the space (`"ht2021"`); answers always have the forms above.
///
/// Refused: any other form, such as `"2011-1"` or `"15/1 2011"`, and dates that the calendar does
/// not have, such as `"2011-02-29"`. Years go from 1000 to 9999.
#[Scalar]
impl ScalarType for PartialDate {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(text.parse()?),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::sea_query::ValueType;

    fn partial(text: &str) -> PartialDate {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn each_form_keeps_its_precision_and_spans_its_period() {
        for (written, precision, first, last) in [
            ("2012", DatePrecision::Year, "2012-01-01", "2012-12-31"),
            ("VT 2014", DatePrecision::Term, "2014-01-01", "2014-06-30"),
            ("HT 2021", DatePrecision::Term, "2021-07-01", "2021-12-31"),
            ("2012-02", DatePrecision::Month, "2012-02-01", "2012-02-29"),
            ("2011-12", DatePrecision::Month, "2011-12-01", "2011-12-31"),
            ("2011-01-15", DatePrecision::Day, "2011-01-15", "2011-01-15"),
            ("9999", DatePrecision::Year, "9999-01-01", "9999-12-31"),
        ] {
            let parsed = partial(written);

            assert_eq!(parsed.precision(), precision, "{written}");
            assert_eq!(parsed.first_day(), date(first), "{written}");
            assert_eq!(parsed.last_day(), date(last), "{written}");
            assert_eq!(parsed.to_string(), written);
        }
    }

    #[test]
    fn a_term_may_be_written_loosely_and_is_answered_in_one_form() {
        for written in ["HT2021", "ht 2021", "Ht2021", "  HT  2021 "] {
            assert_eq!(partial(written).to_string(), "HT 2021");
        }
        assert_eq!(partial("vt2014").to_string(), "VT 2014");
    }

    #[test]
    fn other_forms_and_impossible_dates_are_told_apart() {
        use PartialDateError::{NotInCalendar, UnknownForm};

        for (written, reason) in [
            ("", UnknownForm),
            ("HT", UnknownForm),
            ("HT 21", UnknownForm),
            ("ST 2021", UnknownForm),
            ("2021 HT", UnknownForm),
            ("2011-1", UnknownForm),
            ("2011-01-1", UnknownForm),
            ("2011-01-15-01", UnknownForm),
            ("-2011", UnknownForm),
            ("+201", UnknownForm),
            ("15/1 2011", UnknownForm),
            ("år 2011", UnknownForm),
            ("0999", NotInCalendar),
            ("2011-00", NotInCalendar),
            ("2011-13", NotInCalendar),
            ("2011-02-29", NotInCalendar),
        ] {
            assert_eq!(written.parse::<PartialDate>(), Err(reason), "{written:?}");
        }
    }

    #[test]
    fn covering_includes_both_ends_and_nothing_beyond() {
        let spring = partial("VT 2014");

        assert!(!spring.covers(date("2013-12-31")));
        assert!(spring.covers(date("2014-01-01")));
        assert!(spring.covers(date("2014-06-30")));
        assert!(!spring.covers(date("2014-07-01")));
    }

    #[test]
    fn sorting_goes_by_the_first_day_and_puts_the_wider_first() {
        let expected = [
            "2011-12-31",
            "2012",
            "VT 2012",
            "2012-01",
            "2012-01-01",
            "2012-01-02",
            "HT 2012",
            "2012-07",
            "2013",
        ];
        let mut dates: Vec<PartialDate> = expected.into_iter().rev().map(partial).collect();

        dates.sort();

        let sorted: Vec<String> = dates.iter().map(ToString::to_string).collect();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn it_is_stored_and_sent_as_its_canonical_text() {
        let term = partial("ht2021");

        assert_eq!(sea_orm::Value::from(term), "HT 2021".into());
        assert_eq!(
            sea_orm::Value::from(None::<PartialDate>),
            sea_orm::Value::String(None)
        );
        assert_eq!(
            <PartialDate as ValueType>::try_from("HT 2021".into()).unwrap(),
            term
        );
        assert_eq!(ScalarType::to_value(&term), Value::String("HT 2021".into()));
        assert!(<PartialDate as ScalarType>::parse(Value::from(2021)).is_err());
    }
}
