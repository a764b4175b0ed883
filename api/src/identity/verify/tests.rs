use super::*;
use crate::config::Config;
use crate::identity::bad_tokens::world::{
    AUDIENCE, BY_CLAIM, GOTEBORG, LISTED, MALMO, ORG_AFFILIATION, ORG_NUMBER, SINGLE, SKANE,
    STOCKHOLM, Signer, World, header, payload,
};
use crate::identity::bad_tokens::{bad_tokens, good_token};
use crate::identity::{Refusal, self_test};
use chrono::TimeDelta;
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

const NOW: i64 = 1_780_000_000;

struct Setup {
    world: World,
    issuers: Issuers,
    key_sets: BTreeMap<String, Arc<KeySet>>,
}

static SETUP: LazyLock<Setup> = LazyLock::new(|| {
    self_test().unwrap();
    let world = World::default();
    let file = std::env::temp_dir().join(format!("samverkan-verify-{}.toml", std::process::id()));
    std::fs::write(&file, World::tables()).unwrap();
    let environment = [
        ("SAMVERKAN_DATABASE_URL", "sqlite:///tmp/a.sqlite"),
        ("SAMVERKAN_AUDIENCE", AUDIENCE),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(Some(&file), environment).unwrap();
    std::fs::remove_file(file).unwrap();
    let key_sets = [SINGLE, BY_CLAIM, LISTED]
        .into_iter()
        .zip(world.key_sets())
        .map(|(issuer, (_, set))| {
            let (keys, _) = KeySet::parse(set.as_bytes()).unwrap();
            (issuer.to_owned(), Arc::new(keys))
        })
        .collect();
    Setup {
        issuers: config.issuers.into_iter().map(|row| row.issuer).collect(),
        key_sets,
        world,
    }
});

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn check_at(token: &str, now: DateTime<Utc>) -> Result<Claims, Rejection> {
    let keys = |issuer: &Issuer| Arc::clone(&SETUP.key_sets[&issuer.url]);
    verify(token, &SETUP.issuers, keys, now)
}

fn check(token: &str) -> Result<Claims, Rejection> {
    check_at(token, at(NOW))
}

fn single(changes: &[(&str, Value)]) -> Result<Claims, Rejection> {
    check(&good_token(
        &SETUP.world,
        SINGLE,
        Signer::Es256,
        NOW,
        changes,
    ))
}

fn by_claim(changes: &[(&str, Value)]) -> Result<Claims, Rejection> {
    check(&good_token(
        &SETUP.world,
        BY_CLAIM,
        Signer::ByClaim,
        NOW,
        changes,
    ))
}

#[test]
fn every_bad_token_is_refused_for_its_own_reason() {
    let table = bad_tokens(&SETUP.world, NOW);

    let mut wrong = Vec::new();
    for bad in &table {
        let answer = check(&bad.token).map_err(Rejection::as_str);
        if answer != Err(bad.reason) {
            wrong.push(format!(
                "{}: {answer:?} instead of {}",
                bad.name, bad.reason
            ));
        }
    }

    assert!(
        table.len() >= 60,
        "only {} kinds of bad tokens",
        table.len()
    );
    assert!(wrong.is_empty(), "mend these:\n{}", wrong.join("\n"));
}

#[test]
fn every_reason_that_a_token_can_give_has_a_bad_token() {
    let table = bad_tokens(&SETUP.world, NOW);
    let covered: HashSet<&str> = table.iter().map(|bad| bad.reason).collect();
    let names: HashSet<&str> = table.iter().map(|bad| bad.name).collect();
    // These five are about the request's header; `bearer` tests them.
    let of_the_header = |reason: &Rejection| {
        matches!(
            reason,
            Rejection::AuthorizationRepeated
                | Rejection::AuthorizationTooLong
                | Rejection::AuthorizationUnreadable
                | Rejection::SchemeNotBearer
                | Rejection::TokenMissing
        )
    };

    let missing: Vec<_> = Rejection::ALL
        .iter()
        .filter(|reason| !of_the_header(reason) && !covered.contains(reason.as_str()))
        .collect();

    assert!(missing.is_empty(), "add bad tokens for {missing:?}");
    assert_eq!(names.len(), table.len(), "two bad tokens have one name");
}

#[test]
fn only_a_missing_or_ambiguous_organisation_is_told_from_the_rest() {
    for bad in bad_tokens(&SETUP.world, NOW) {
        let refusal = check(&bad.token).unwrap_err().refusal();
        let expected = match bad.status() {
            403 => Refusal::Forbidden,
            _ => Refusal::Unauthenticated,
        };
        assert_eq!(refusal, expected, "{}", bad.name);
    }
}

#[test]
fn a_good_token_of_each_algorithm_is_accepted() {
    for signer in [Signer::Rs256, Signer::Ps256, Signer::Es256, Signer::EdDsa] {
        let claims = check(&good_token(&SETUP.world, SINGLE, signer, NOW, &[])).unwrap();

        assert_eq!(
            claims,
            Claims {
                issuer: SINGLE.to_owned(),
                subject: "anna".to_owned(),
                organisation: GOTEBORG.to_owned(),
                client_id: Some("staff-portal".to_owned()),
                scopes: ["read", "write"].map(str::to_owned).into(),
                bearer: Bearer::Person,
                may_introspect: false,
                expires_at: at(NOW + 600),
            }
        );
    }
}

#[test]
fn the_type_is_read_as_a_media_type_and_strange_header_members_are_ignored() {
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        let mut header = header(Signer::Es256);
        header.insert("typ".to_owned(), typ.into());
        header.insert("jwk".to_owned(), SETUP.world.attacker_jwk());
        header.insert("jku".to_owned(), "https://evil.example".into());
        let header = Value::Object(header).to_string();
        let payload = Value::Object(payload(SINGLE, NOW)).to_string();

        let token = SETUP.world.token(&header, &payload, Signer::Es256);

        assert!(check(&token).is_ok(), "{typ}");
    }
}

#[test]
fn a_plain_jwt_is_accepted_where_the_row_says_so() {
    let mut header = header(Signer::ByClaim);
    header.insert("typ".to_owned(), "JWT".into());
    let header = Value::Object(header).to_string();
    let payload = Value::Object(payload(BY_CLAIM, NOW)).to_string();

    let token = SETUP.world.token(&header, &payload, Signer::ByClaim);

    assert_eq!(check(&token).unwrap().organisation, MALMO);
}

#[test]
fn an_unregistered_issuer_is_refused_before_any_key_is_asked_for() {
    let token = good_token(
        &SETUP.world,
        "https://evil.example",
        Signer::Attacker,
        NOW,
        &[],
    );
    let nobody = |_: &Issuer| panic!("keys were asked for");

    let answer = verify(&token, &SETUP.issuers, nobody, at(NOW));

    assert_eq!(answer, Err(Rejection::IssuerUnknown));
}

#[test]
fn a_token_ends_when_the_leeway_after_its_expiry_has_passed() {
    let token = good_token(&SETUP.world, SINGLE, Signer::Es256, NOW, &[]);
    let end = at(NOW + 600 + LEEWAY_SECONDS);

    assert!(check_at(&token, end - TimeDelta::microseconds(1)).is_ok());
    assert_eq!(check_at(&token, end), Err(Rejection::Expired));
}

#[test]
fn a_token_begins_within_the_leeway_before_its_start() {
    let latest = NOW + LEEWAY_SECONDS;

    assert!(single(&[("nbf", latest.into())]).is_ok());
    assert_eq!(
        single(&[("nbf", (latest + 1).into())]),
        Err(Rejection::NotYetValid)
    );
    assert!(single(&[("iat", latest.into())]).is_ok());
    assert_eq!(
        single(&[("iat", (latest + 1).into())]),
        Err(Rejection::IssuedInFuture)
    );
}

#[test]
fn a_token_may_live_exactly_as_long_as_its_row_allows() {
    assert!(single(&[("exp", (NOW + 3600).into())]).is_ok());
    assert_eq!(
        single(&[("exp", (NOW + 3601).into())]),
        Err(Rejection::LivesTooLong)
    );
}

#[test]
fn the_last_second_of_the_year_9999_is_a_time_and_the_next_is_not() {
    let last = 253_402_300_799_i64;

    assert_eq!(
        single(&[("exp", last.into())]),
        Err(Rejection::LivesTooLong)
    );
    assert_eq!(
        single(&[("exp", (last + 1).into())]),
        Err(Rejection::ExpiryMalformed)
    );
}

#[test]
fn names_may_be_exactly_as_long_as_the_limit() {
    assert!(single(&[("sub", "s".repeat(255).into())]).is_ok());
    assert_eq!(
        single(&[("sub", "s".repeat(256).into())]),
        Err(Rejection::SubjectMalformed)
    );
}

#[test]
fn the_audience_may_be_one_of_several() {
    assert!(single(&[("aud", json!(["https://other.example", AUDIENCE]))]).is_ok());
}

#[test]
fn a_single_issuer_may_name_its_own_organisation() {
    let affiliations = json!([format!("anna@{GOTEBORG}"), format!("x@y@{STOCKHOLM}")]);

    assert!(single(&[(ORG_NUMBER, "212000-1355".into())]).is_ok());
    assert!(single(&[(ORG_AFFILIATION, affiliations)]).is_ok());
}

#[test]
fn an_issuer_by_claim_speaks_for_the_one_organisation_of_its_row_that_is_named() {
    for (written, meant) in [
        (json!("212000-1124"), MALMO),
        (json!("162321000255"), SKANE),
        (json!([SKANE, "16232100-0255"]), SKANE),
        (json!([STOCKHOLM, SKANE]), SKANE),
    ] {
        let claims = by_claim(&[(ORG_NUMBER, written.clone())]).unwrap();
        assert_eq!(claims.organisation, meant, "{written}");
    }
    let affiliation = format!("anna@{MALMO}");
    assert!(by_claim(&[(ORG_AFFILIATION, affiliation.into())]).is_ok());
}

#[test]
fn an_affiliation_can_be_the_claim_of_a_row() {
    let binding = crate::identity::Binding::ByClaim {
        claim: ORG_AFFILIATION.to_owned(),
        allowed: [MALMO, SKANE].map(str::to_owned).into(),
    };
    let acting = |value: Value| {
        let payload = json!({ ORG_AFFILIATION: value });
        organisation::acting(payload.as_object().unwrap(), &binding)
    };

    assert_eq!(acting(format!("a@b@{MALMO}").into()).as_deref(), Ok(MALMO));
    assert_eq!(
        acting(format!("a@{STOCKHOLM}").into()),
        Err(Rejection::OrganisationNone)
    );
    assert_eq!(acting(MALMO.into()), Err(Rejection::OrganisationMalformed));
}

#[test]
fn a_client_in_the_services_list_acts_for_its_organisation() {
    let service = ("client_id", json!("training-system"));
    let listed = good_token(
        &SETUP.world,
        LISTED,
        Signer::Listed,
        NOW,
        std::slice::from_ref(&service),
    );

    assert_eq!(single(&[service]).unwrap().bearer, Bearer::Service);
    assert_eq!(check(&listed).unwrap().bearer, Bearer::Service);
}

#[test]
fn a_client_may_be_named_as_authorized_party_or_not_at_all() {
    let party = single(&[("client_id", Value::Null), ("azp", "router".into())]).unwrap();
    let nobody = single(&[("client_id", Value::Null)]).unwrap();

    assert_eq!(party.client_id.as_deref(), Some("router"));
    assert!(party.may_introspect);
    assert_eq!((nobody.client_id, nobody.bearer), (None, Bearer::Person));
}

#[test]
fn a_token_without_scopes_has_none() {
    assert!(single(&[("scope", Value::Null)]).unwrap().scopes.is_empty());
    assert_eq!(
        single(&[("scope", "  read  read ".into())])
            .unwrap()
            .scopes
            .len(),
        1
    );
}

#[test]
fn every_part_of_a_good_token_is_covered_by_its_signature() {
    let token = good_token(&SETUP.world, SINGLE, Signer::EdDsa, NOW, &[]);

    for place in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let spoiled = String::from_utf8(bytes).unwrap();
        assert!(
            check(&spoiled).is_err(),
            "the byte at {place} can be changed"
        );
    }
}
