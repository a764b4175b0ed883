//! What every text that a user writes must keep: a length, and no personal identity numbers.

use super::user_error::{UserError, UserErrorCode};
use crate::{domain::personal_id::contains_personal_id, language::Text};
use chrono::NaiveDate;

/// What a text is for, which sets how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// A name or title: 1 to 200 characters.
    Line,
    /// A short remark or address: up to 500 characters.
    Remark,
    /// A description: up to 10,000 characters.
    Description,
    /// Minutes: 1 to 20,000 characters.
    Minutes,
}

impl Checked {
    const fn bounds(self) -> (usize, usize) {
        match self {
            Self::Line => (1, 200),
            Self::Remark => (0, 500),
            Self::Description => (0, 10_000),
            Self::Minutes => (1, 20_000),
        }
    }
}

/// Adds what is wrong with the text to the errors.
pub(crate) fn check_text(kind: Checked, text: &str, field: &[&str], errors: &mut Vec<UserError>) {
    let (least, most) = kind.bounds();
    let length = text.trim().chars().count();
    if length < least || length > most {
        let message = Text::filled(
            format!("Texten ska ha {least} till {most} tecken; den har {length}."),
            format!("The text must have {least} to {most} characters; it has {length}."),
        );
        errors.push(UserError::with_text(
            UserErrorCode::InvalidValue,
            field,
            message,
        ));
    }
    let may_break = kind != Checked::Line;
    if text
        .chars()
        .any(|letter| letter.is_control() && !(may_break && matches!(letter, '\n' | '\r' | '\t')))
    {
        let message = Text::fixed(
            "Texten innehåller styrtecken. Ta bort dem.",
            "The text holds control characters. Take them out.",
        );
        errors.push(UserError::with_text(
            UserErrorCode::InvalidValue,
            field,
            message,
        ));
    }
    if contains_personal_id(text) {
        errors.push(UserError::new(UserErrorCode::PersonalIdNotAllowed, field));
    }
}

/// Adds what is wrong with a reason: a remark that must be given where it is needed, and not where it is not.
pub(crate) fn check_reason(reason: &str, needed: bool, errors: &mut Vec<UserError>) {
    check_text(Checked::Remark, reason, &["reason"], errors);
    if reason.trim().is_empty() == needed {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["reason"]));
    }
}

/// What there must always be is left out to keep it, and cannot be emptied.
pub(crate) fn refuse_null(is_null: bool, field: &str, errors: &mut Vec<UserError>) {
    if is_null {
        let message = Text::fixed(
            "Detta kan inte tömmas. Utelämna fältet för att behålla det som är.",
            "This cannot be emptied. Leave the field out to keep what is there.",
        );
        errors.push(UserError::with_text(
            UserErrorCode::InvalidValue,
            &[field],
            message,
        ));
    }
}

/// Whether a day is neither long ago nor far ahead: years of four digits, which both databases compare alike.
pub(super) fn is_possible_day(day: NaiveDate) -> bool {
    let possible = NaiveDate::from_ymd_opt(1900, 1, 1)..NaiveDate::from_ymd_opt(2200, 1, 1);
    possible.contains(&Some(day))
}
