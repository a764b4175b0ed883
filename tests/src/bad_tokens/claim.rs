//! Tokens that are well signed and claim what they should not.

use super::world::{
    AUDIENCE, BY_CLAIM, GOTEBORG, LISTED, MALMO, ORG_AFFILIATION, ORG_NUMBER, SKANE, STOCKHOLM,
    Signer,
};
use super::{Change, Table};
use serde_json::{Value, json};

impl Table<'_> {
    pub(super) fn times(&mut self) {
        let now = self.now;
        let mut time = |reason, name, changes: &[Change<'_>]| self.payload(reason, name, changes);
        time("expiry_missing", "no expiry", &[("exp", Value::Null)]);
        time(
            "expired",
            "a token that ended an hour ago",
            &[("iat", (now - 4200).into()), ("exp", (now - 3600).into())],
        );
        let late = now + 600;
        time(
            "expiry_malformed",
            "an expiry in quotes",
            &[("exp", late.to_string().into())],
        );
        time(
            "expiry_malformed",
            "an expiry with a fraction",
            &[("exp", json!(1.5e9))],
        );
        time(
            "expiry_malformed",
            "an expiry of 1e18",
            &[("exp", json!(1e18))],
        );
        time(
            "expiry_malformed",
            "an expiry in milliseconds",
            &[("exp", (late * 1000).into())],
        );
        time(
            "expiry_malformed",
            "the largest number there is",
            &[("exp", u64::MAX.into())],
        );
        time(
            "expiry_malformed",
            "a negative expiry",
            &[("exp", (-1).into())],
        );
        time(
            "expiry_malformed",
            "a list as expiry",
            &[("exp", json!([late]))],
        );
        time(
            "not_yet_valid",
            "a token for tomorrow",
            &[("nbf", (now + 86_400).into())],
        );
        time(
            "not_before_malformed",
            "a start in quotes",
            &[("nbf", "0".into())],
        );
        time(
            "issued_at_missing",
            "no time of issue",
            &[("iat", Value::Null)],
        );
        time(
            "issued_at_malformed",
            "a time of issue that is true",
            &[("iat", true.into())],
        );
        time(
            "issued_in_future",
            "a token issued tomorrow",
            &[
                ("iat", (now + 86_400).into()),
                ("exp", (now + 86_700).into()),
            ],
        );
        time(
            "expires_before_issued",
            "a token that ends as it begins",
            &[("iat", now.into()), ("exp", now.into())],
        );
        time(
            "lives_too_long",
            "a token for a year",
            &[("exp", (now + 31_536_000).into())],
        );
        time(
            "lives_too_long",
            "a token a second longer than allowed",
            &[("iat", now.into()), ("exp", (now + 3601).into())],
        );
    }

    pub(super) fn audiences(&mut self) {
        let mut aud = |reason, name, value| self.payload(reason, name, &[("aud", value)]);
        aud("audience_missing", "no audience", Value::Null);
        aud(
            "audience_malformed",
            "an audience that is a number",
            7.into(),
        );
        aud(
            "audience_malformed",
            "a list with a number beside our name",
            json!([AUDIENCE, 7]),
        );
        aud("audience_wrong", "an empty list of audiences", json!([]));
        aud(
            "audience_wrong",
            "somebody else's audience",
            "https://other.example".into(),
        );
        aud(
            "audience_wrong",
            "our name with more behind it",
            format!("{AUDIENCE}/x").into(),
        );
        for (claim, name) in [
            ("nonce", "an identity token"),
            ("at_hash", "an identity token of the hybrid flow"),
            ("events", "a logout token"),
        ] {
            self.payload("not_an_access_token", name, &[(claim, json!({ "x": 1 }))]);
        }
    }

    pub(super) fn clients(&mut self) {
        let mut listed = |reason, name, changes: &[Change<'_>]| {
            self.of(LISTED, Signer::Listed, reason, name, changes);
        };
        listed(
            "client_missing",
            "no client where the row lists some",
            &[("client_id", Value::Null)],
        );
        listed(
            "client_not_allowed",
            "an unlisted client",
            &[("client_id", "other".into())],
        );
        listed(
            "client_not_allowed",
            "an unlisted authorized party",
            &[("client_id", Value::Null), ("azp", "other".into())],
        );
        listed(
            "client_ambiguous",
            "two names for the client",
            &[("azp", "training-system".into())],
        );
        listed(
            "client_malformed",
            "a list of clients",
            &[("client_id", json!(["staff-portal"]))],
        );
        let mut any = |name, value: &str| {
            self.payload("client_malformed", name, &[("client_id", value.into())]);
        };
        any("an empty client", "");
        any("a client with a line break", "a\nb");
    }

    pub(super) fn organisations(&mut self) {
        self.payload(
            "organisation_disagrees",
            "a single issuer that names another organisation",
            &[(ORG_NUMBER, STOCKHOLM.into())],
        );
        let away = format!("anna@{STOCKHOLM}");
        self.payload(
            "organisation_disagrees",
            "a single issuer with an affiliation elsewhere",
            &[(ORG_AFFILIATION, away.clone().into())],
        );
        self.payload(
            "organisation_disagrees",
            "a single issuer that names no organisation in a list",
            &[(ORG_NUMBER, json!([]))],
        );
        self.payload(
            "organisation_malformed",
            "a number with a wrong check digit",
            &[(ORG_NUMBER, "2120001356".into())],
        );
        let mut claim = |reason, name, changes: &[Change<'_>]| {
            self.of(BY_CLAIM, Signer::ByClaim, reason, name, changes);
        };
        claim(
            "organisation_none",
            "no organisation",
            &[(ORG_NUMBER, Value::Null)],
        );
        claim(
            "organisation_none",
            "an organisation outside the row",
            &[(ORG_NUMBER, GOTEBORG.into())],
        );
        claim(
            "organisation_none",
            "an empty list of organisations",
            &[(ORG_NUMBER, json!([]))],
        );
        let both = json!([MALMO, SKANE]);
        claim(
            "organisation_several",
            "two organisations of the row",
            &[(ORG_NUMBER, both)],
        );
        claim(
            "organisation_malformed",
            "a number that is not a text",
            &[(ORG_NUMBER, 2_120_001_124_u64.into())],
        );
        claim(
            "organisation_malformed",
            "a personal identity number",
            &[(ORG_NUMBER, "8112189876".into())],
        );
        claim(
            "organisation_malformed",
            "an affiliation without a number",
            &[(ORG_AFFILIATION, "anna".into())],
        );
        claim(
            "organisation_disagrees",
            "a number and an affiliation that disagree",
            &[(ORG_AFFILIATION, away.into())],
        );
        claim(
            "organisation_disagrees",
            "a number and an affiliation of the same row that disagree",
            &[(ORG_AFFILIATION, format!("anna@{SKANE}").into())],
        );
    }

    pub(super) fn bearers(&mut self) {
        self.payload("subject_missing", "no subject", &[("sub", Value::Null)]);
        self.payload(
            "subject_malformed",
            "a subject that is a number",
            &[("sub", 7.into())],
        );
        self.payload(
            "subject_malformed",
            "a blank subject",
            &[("sub", "  ".into())],
        );
        self.payload(
            "subject_malformed",
            "an endless subject",
            &[("sub", "s".repeat(256).into())],
        );
        self.payload(
            "subject_malformed",
            "a subject with a null byte",
            &[("sub", "a\0b".into())],
        );
        self.payload(
            "scope_malformed",
            "a list of scopes",
            &[("scope", json!(["read"]))],
        );
    }
}
