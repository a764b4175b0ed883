//! For which organisation a token acts: never one outside its issuer's row.

use crate::identity::organisation::normalise;
use crate::identity::token::Members;
use crate::identity::{Binding, ORG_AFFILIATION, ORG_NUMBER, Rejection};
use serde_json::Value;
use std::collections::BTreeSet;

/// The organisation that the bearer acts for.
pub(super) fn acting(payload: &Members, binding: &Binding) -> Result<String, Rejection> {
    let chosen = match binding {
        Binding::Single(number) => number.clone(),
        Binding::ByClaim { claim, allowed } => {
            let named = named_by(payload, claim)?.unwrap_or_default();
            let mut candidates = named.intersection(allowed);
            match (candidates.next(), candidates.next()) {
                (Some(number), None) => number.clone(),
                (None, _) => return Err(Rejection::OrganisationNone),
                (Some(_), Some(_)) => return Err(Rejection::OrganisationSeveral),
            }
        }
    };
    for claim in [ORG_NUMBER, ORG_AFFILIATION] {
        if named_by(payload, claim)?.is_some_and(|named| !named.contains(&chosen)) {
            return Err(Rejection::OrganisationDisagrees);
        }
    }
    Ok(chosen)
}

/// The organisations that a claim names: a string, or a list of strings. None without the claim.
fn named_by(payload: &Members, claim: &str) -> Result<Option<BTreeSet<String>>, Rejection> {
    let Some(value) = payload.get(claim) else {
        return Ok(None);
    };
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items
        .iter()
        .map(|item| item.as_str().and_then(|text| number_in(text, claim)))
        .collect::<Option<BTreeSet<_>>>()
        .ok_or(Rejection::OrganisationMalformed)
        .map(Some)
}

fn number_in(text: &str, claim: &str) -> Option<String> {
    if claim == ORG_AFFILIATION {
        let (_, number) = text.rsplit_once('@')?;
        normalise(number)
    } else {
        normalise(text)
    }
}
