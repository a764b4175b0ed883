//! The canonical form of verified minutes, and its seal.

use super::hexadecimal::hexadecimal;
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// What two people have verified. The form is JSON without spaces, its fields in the order in which they stand here,
/// instants in UTC to the second: everybody with the text can compute the seal again. It names people as the minutes
/// do, and never by an id, so that an erasure elsewhere leaves it whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sealed {
    /// Which form this is; another form is another word.
    form: &'static str,
    /// The global id of the meeting.
    pub meeting: String,
    /// Which edition of its minutes.
    pub edition: i32,
    /// When the meeting began.
    #[serde(serialize_with = "to_the_second")]
    pub held_at: DateTime<Utc>,
    /// The number of the version that was verified.
    pub version: i32,
    /// The text.
    pub text: String,
    /// Who was there, a line each.
    pub attendance: Vec<String>,
    /// What was decided, by the numbers; none in minutes from before decisions had numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<Vec<SealedDecision>>,
    /// Who verified it, by their lines.
    pub verifiers: Vec<Verifier>,
}

/// A decision as minutes hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedDecision {
    /// Its year and number within the group: `2026:3`.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// What was decided.
    pub text: String,
}

/// Who verified it, and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verifier {
    /// The line of the person.
    pub line: String,
    /// When.
    #[serde(serialize_with = "to_the_second")]
    pub verified_at: DateTime<Utc>,
}

fn to_the_second<S: serde::Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

impl Sealed {
    /// The form of an edition; the order in which the verifiers are given does not matter.
    #[must_use]
    pub fn new(
        meeting: String,
        (edition, version): (i32, i32),
        held_at: DateTime<Utc>,
        text: String,
        attendance: &str,
        decisions: Option<Vec<SealedDecision>>,
        mut verifiers: Vec<Verifier>,
    ) -> Self {
        verifiers.sort();
        Self {
            form: match decisions {
                None => "samverkan-minutes-1",
                Some(_) => "samverkan-minutes-2",
            },
            meeting,
            edition,
            held_at,
            version,
            text,
            attendance: attendance.lines().map(str::to_owned).collect(),
            decisions,
            verifiers,
        }
    }

    /// The canonical form.
    ///
    /// # Errors
    ///
    /// Never for what can be stored.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// The SHA-256 of a canonical form, in hexadecimal digits.
#[must_use]
pub fn seal(canonical: &str) -> String {
    hexadecimal(digest(&SHA256, canonical.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str, attendance: &str, decisions: Option<Vec<SealedDecision>>) -> Sealed {
        let at = DateTime::UNIX_EPOCH;
        let verifier = |line: &str| Verifier {
            line: line.to_owned(),
            verified_at: at,
        };
        let verifiers = vec![verifier("Bo (B)"), verifier("Ann (A)")];
        Sealed::new(
            "meeting_1".into(),
            (1, 3),
            at,
            text.into(),
            attendance,
            decisions,
            verifiers,
        )
    }

    fn without_decisions(text: &str, attendance: &str) -> Sealed {
        form(text, attendance, None)
    }

    #[test]
    fn the_canonical_form_is_known_to_the_byte() {
        let canonical = without_decisions("§ 1 \"Öppnas\"\n", "Ann (A)\nBo (B)")
            .canonical()
            .expect("a form");

        assert_eq!(
            canonical,
            "{\"form\":\"samverkan-minutes-1\",\"meeting\":\"meeting_1\",\"edition\":1,\
             \"heldAt\":\"1970-01-01T00:00:00Z\",\"version\":3,\"text\":\"§ 1 \\\"Öppnas\\\"\\n\",\
             \"attendance\":[\"Ann (A)\",\"Bo (B)\"],\"verifiers\":[\
             {\"line\":\"Ann (A)\",\"verifiedAt\":\"1970-01-01T00:00:00Z\"},\
             {\"line\":\"Bo (B)\",\"verifiedAt\":\"1970-01-01T00:00:00Z\"}]}"
        );
        // Of the empty text, as the standard (FIPS 180-4) has it.
        assert_eq!(
            seal(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn a_text_cannot_pass_for_attendance() {
        let one = without_decisions("Text\nAnn (A)", "Bo (B)").canonical();
        let other = without_decisions("Text", "Ann (A)\nBo (B)").canonical();

        assert_ne!(seal(&one.expect("a form")), seal(&other.expect("a form")));
    }

    #[test]
    fn decisions_stand_in_a_form_of_their_own_even_where_there_are_none() {
        let decision = SealedDecision {
            number: "2026:3".into(),
            title: "Utbildning".into(),
            text: "Två halvdagar.".into(),
        };
        let canonical = form("Text", "", Some(vec![decision])).canonical();
        let canonical = canonical.expect("a form");
        assert!(
            canonical.starts_with("{\"form\":\"samverkan-minutes-2\","),
            "{canonical}"
        );
        let held = "\"attendance\":[],\"decisions\":[{\"number\":\"2026:3\",\"title\":\"Utbildning\",\
                    \"text\":\"Två halvdagar.\"}],\"verifiers\":[";
        assert!(canonical.contains(held), "{canonical}");

        let none = form("Text", "", Some(Vec::new()))
            .canonical()
            .expect("a form");
        let before = without_decisions("Text", "").canonical().expect("a form");
        assert!(none.contains("\"decisions\":[]"), "{none}");
        assert_ne!(seal(&none), seal(&before));
    }
}
