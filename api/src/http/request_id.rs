//! The name of a request, by which the client, the log and the audit find it again.

use axum::http::HeaderValue;

/// As long as an id from outside may be.
const LONGEST: usize = 64;

/// The id that the client or a gateway gave, if it is fit to stand in a log; else a new one.
pub(super) fn of(given: Option<&HeaderValue>) -> String {
    given
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_well_formed(id))
        .map_or_else(new, str::to_owned)
}

/// Sixteen random bytes; should the system have none, an id that the log can live with.
fn new() -> String {
    let mut bytes = [0; 16];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        return "none".to_owned();
    }
    format!("{:032x}", u128::from_ne_bytes(bytes))
}

fn is_well_formed(id: &str) -> bool {
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(id: &str) -> String {
        of(Some(&HeaderValue::from_str(id).unwrap()))
    }

    #[test]
    fn a_well_formed_id_is_kept() {
        for id in ["a", "0190-ab_C.d", &"x".repeat(64)] {
            assert_eq!(given(id), id);
        }
    }

    #[test]
    fn any_other_is_replaced() {
        for id in ["", "a b", "a\"b", "a{b}", &"x".repeat(65)] {
            let new = given(id);
            assert!(new != id && is_well_formed(&new), "{id:?} gave {new:?}");
        }
    }

    #[test]
    fn each_request_without_one_gets_its_own() {
        assert_ne!(of(None), of(None));
    }
}
