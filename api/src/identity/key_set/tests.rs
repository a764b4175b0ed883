use super::*;
use serde_json::json;

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn edwards_key(kid: &str) -> Value {
    json!({ "kid": kid, "kty": "OKP", "crv": "Ed25519", "x": encode(&[7; 32]) })
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Value {
    json!({ "kid": "rsa", "kty": "RSA", "n": encode(modulus), "e": encode(exponent) })
}

fn parse(keys: &Value) -> Result<(KeySet, Vec<String>), KeySetFault> {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
}

/// Why a token that names this key would be refused, beside a good key.
fn refusal(jwk: &Value, algorithm: Algorithm) -> Option<Rejection> {
    let (set, _) = parse(&json!([jwk, edwards_key("good")])).unwrap();
    set.key(jwk["kid"].as_str().unwrap(), algorithm).err()
}

#[test]
fn what_is_no_key_set_is_refused_whole() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":[1]}"#,
        "<html>",
    ] {
        let fault = KeySet::parse(text.as_bytes()).unwrap_err();
        assert_eq!(fault, KeySetFault::NotASet, "{text}");
    }
    let twice = br#"{"keys":[{"kid":"a","kid":"b"}]}"#;
    assert_eq!(
        KeySet::parse(twice).unwrap_err(),
        KeySetFault::DuplicateMember
    );
}

#[test]
fn two_keys_with_one_id_refuse_the_set_even_if_one_would_be_ignored() {
    let unknown = json!({ "kid": "a", "kty": "AKP" });

    for second in [edwards_key("a"), unknown] {
        let fault = parse(&json!([edwards_key("a"), second])).unwrap_err();
        assert_eq!(fault, KeySetFault::DuplicateKeyId);
    }
}

#[test]
fn twenty_keys_are_a_set_and_twenty_one_are_not() {
    let keys: Vec<Value> = (0..21).map(|n| edwards_key(&n.to_string())).collect();

    assert_eq!(parse(&json!(keys[..20])).unwrap().0.usable(), 20);
    assert_eq!(parse(&json!(keys)).unwrap_err(), KeySetFault::TooManyKeys);
}

#[test]
fn a_set_of_exactly_the_largest_size_is_read() {
    let mut text = json!({ "keys": [edwards_key("a")] }).to_string();
    text.push_str(&" ".repeat(MAX_SET_BYTES - text.len()));

    assert!(KeySet::parse(text.as_bytes()).is_ok());
    text.push(' ');
    assert_eq!(
        KeySet::parse(text.as_bytes()).unwrap_err(),
        KeySetFault::TooLarge
    );
}

#[test]
fn a_set_without_a_usable_key_is_refused() {
    let short = rsa_key(&[0xff; 128], &[1, 0, 1]);

    for keys in [
        json!([]),
        json!([short]),
        json!([{ "kid": "a", "kty": "AKP" }]),
    ] {
        assert_eq!(parse(&keys).unwrap_err(), KeySetFault::NoUsableKey);
    }
}

#[test]
fn keys_that_are_unknown_nameless_or_private_are_left_out_with_a_remark() {
    let mut nameless = edwards_key("a");
    nameless["kid"].take();
    let mut private = edwards_key("b");
    private["d"] = "x".into();
    let secret = json!({ "kid": "c", "kty": "oct", "k": "x" });
    let unknown = json!({ "kid": "d", "kty": "OKP", "crv": "Ed448", "x": "x" });

    let (set, remarks) = parse(&json!([
        nameless,
        private,
        secret,
        unknown,
        edwards_key("good")
    ]))
    .unwrap();

    assert_eq!(set.usable(), 1);
    assert_eq!(remarks.len(), 4, "{remarks:?}");
    for kid in ["a", "b", "c", "d"] {
        let refused = set.key(kid, Algorithm::EdDsa).err();
        assert_eq!(refused, Some(Rejection::KeyUnknown), "{kid}");
    }
}

#[test]
fn an_rsa_key_has_from_2048_to_8192_bits() {
    let usual = [1, 0, 1];
    let with_zeros = [&[0; 128], [0xff; 128].as_slice()].concat();
    let one_bit_more = [&[1], [0xff; 1024].as_slice()].concat();

    for (modulus, expected) in [
        (vec![0xff; 256], None),
        (vec![0x80; 256], None),
        (vec![0x7f; 256], Some(Rejection::KeySizeUnsafe)),
        (vec![0xff; 255], Some(Rejection::KeySizeUnsafe)),
        (with_zeros, Some(Rejection::KeySizeUnsafe)),
        (vec![0xff; 1024], None),
        (one_bit_more, Some(Rejection::KeySizeUnsafe)),
        (vec![], Some(Rejection::KeySizeUnsafe)),
    ] {
        let bytes = modulus.len();
        let refused = refusal(&rsa_key(&modulus, &usual), Algorithm::Rs256);
        assert_eq!(refused, expected, "{bytes} bytes");
    }
}

#[test]
fn an_rsa_exponent_is_odd_and_not_tiny() {
    for exponent in [
        vec![],
        vec![1],
        vec![3],
        vec![0, 0, 0, 3],
        vec![1, 0, 0],
        vec![1; 9],
    ] {
        let refused = refusal(&rsa_key(&[0xff; 256], &exponent), Algorithm::Rs256);
        assert_eq!(refused, Some(Rejection::KeyMalformed), "{exponent:?}");
    }
}

#[test]
fn a_key_serves_only_what_it_is_for() {
    let with = |member: &str, value: Value| {
        let mut key = edwards_key("a");
        key[member] = value;
        refusal(&key, Algorithm::EdDsa)
    };

    assert_eq!(with("use", "sig".into()), None);
    assert_eq!(
        with("use", "enc".into()),
        Some(Rejection::KeyNotForSignatures)
    );
    assert_eq!(with("use", 1.into()), Some(Rejection::KeyNotForSignatures));
    assert_eq!(with("key_ops", json!(["verify"])), None);
    assert_eq!(
        with("key_ops", json!(["sign"])),
        Some(Rejection::KeyNotForSignatures)
    );
    assert_eq!(with("alg", "EdDSA".into()), None);
    assert_eq!(
        with("alg", "ES256".into()),
        Some(Rejection::KeyForOtherAlgorithm)
    );
    assert_eq!(
        with("alg", "HS256".into()),
        Some(Rejection::KeyForOtherAlgorithm)
    );
    assert_eq!(with("x", "AQ".into()), Some(Rejection::KeyMalformed));
}

#[test]
fn a_key_of_one_curve_serves_no_algorithm_of_another() {
    let p256 = json!({ "kid": "a", "kty": "EC", "crv": "P-256",
        "x": encode(&[1; 32]), "y": encode(&[1; 32]) });

    for algorithm in Algorithm::ALL {
        let expected = (algorithm != Algorithm::Es256).then_some(Rejection::KeyForOtherAlgorithm);
        assert_eq!(refusal(&p256, algorithm), expected, "{algorithm}");
    }
}
