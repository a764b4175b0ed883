//! Mutations that a client may send again after a time-out: one effect, one answer.

use super::user_error::{UserError, UserErrorCode};
use crate::{
    error::Result,
    viewer::{
        Viewer,
        idempotency::{Asked, Earlier},
    },
};
use async_graphql::InputType;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{fmt::Display, str::FromStr};

/// What a key stands for: what the same request has made, or why another may not have it. None if it is new.
pub(crate) type Recalled<T> = Option<Result<Vec<T>, Vec<UserError>>>;

/// The key that a client gave a request, and what makes another request the same.
#[derive(Clone)]
pub(crate) struct Once<'i> {
    key: Option<&'i str>,
    fingerprint: String,
}

impl<'i> Once<'i> {
    /// For one mutation with its input; without a key, nothing is remembered.
    pub(crate) fn new<I: InputType>(mutation: &str, key: Option<&'i String>, input: &I) -> Self {
        let request = format!("{mutation} {}", input.to_value());
        Self {
            key: key.map(String::as_str),
            fingerprint: URL_SAFE_NO_PAD.encode(digest(&SHA256, request.as_bytes())),
        }
    }

    /// For a mutation that is about whoever sends it: the same from somebody else is another request.
    pub(crate) fn by_oneself<I: InputType>(
        viewer: &Viewer,
        mutation: &str,
        key: Option<&'i String>,
        input: &I,
    ) -> Self {
        let oneself = viewer.person().map(|person| person.to_string());
        let mutation = format!("{mutation} {}", oneself.unwrap_or_default());
        Self::new(&mutation, key, input)
    }

    /// What is wrong with the key itself.
    pub(crate) fn check(&self, errors: &mut Vec<UserError>) {
        let length = self.key.map_or(1, |key| key.chars().count());
        if !(1..=100).contains(&length) {
            errors.push(UserError::new(
                UserErrorCode::InvalidValue,
                &["idempotencyKey"],
            ));
        }
    }

    /// What the same request did before; none if it is the first.
    ///
    /// Ask inside the transaction that does the work. Of two that run at once the second fails to keep its
    /// result, begins anew, and finds the first's.
    pub(crate) async fn earlier<T: FromStr>(&self, viewer: &Viewer) -> Result<Recalled<T>> {
        let Some(key) = self.key else {
            return Ok(None);
        };
        let earlier = viewer.earlier(key, &self.fingerprint).await?;
        Ok(recalled(earlier))
    }

    /// The same for several requests in one transaction, in one statement.
    pub(crate) async fn earlier_of_each<T: FromStr>(
        requests: &[(&Viewer, &Self)],
    ) -> Result<Vec<Recalled<T>>> {
        let asked: Vec<Asked<'_>> = requests
            .iter()
            .filter_map(|(viewer, once)| once.asked(viewer))
            .collect();
        let mut earlier = Viewer::earlier_of_each(&asked).await?.into_iter();
        let each = requests.iter().map(|(_, once)| {
            let earlier = once.key.and_then(|_| earlier.next());
            earlier.and_then(recalled)
        });
        Ok(each.collect())
    }

    /// Whether this is the same request as another of the same organisation, or bears the other's key; none if it
    /// has nothing to do with it.
    pub(crate) fn repeats(&self, other: &Self) -> Option<Result<(), Vec<UserError>>> {
        (self.key.is_some() && self.key == other.key).then(|| {
            if self.fingerprint == other.fingerprint {
                Ok(())
            } else {
                Err(reused())
            }
        })
    }

    fn asked<'a>(&'a self, viewer: &'a Viewer) -> Option<Asked<'a>> {
        self.key.map(|key| Asked {
            viewer,
            key,
            fingerprint: &self.fingerprint,
        })
    }

    /// Remembers what several requests have done, in one statement.
    pub(crate) async fn keep_each(done: &[(&Viewer, &Self, Vec<String>)]) -> Result<()> {
        let kept = done.iter().filter_map(|(viewer, once, made)| {
            let asked = once.asked(viewer)?;
            Some((asked, made.join(" ")))
        });
        Viewer::keep_each(&kept.collect::<Vec<_>>()).await
    }

    /// Remembers what the request has done.
    pub(crate) async fn keep<T: Display>(&self, viewer: &Viewer, made: &[T]) -> Result<()> {
        let Some(key) = self.key else {
            return Ok(());
        };
        let made: Vec<String> = made.iter().map(ToString::to_string).collect();
        viewer.keep(key, &self.fingerprint, made.join(" ")).await
    }

    /// Does the work that makes one thing, unless the same request has made it before.
    pub(crate) async fn make<T: FromStr + Display>(
        &self,
        viewer: &Viewer,
        work: impl Future<Output = Result<Result<T, Vec<UserError>>>>,
    ) -> Result<Result<T, Vec<UserError>>> {
        match self.earlier(viewer).await? {
            Some(Ok(made)) => {
                if let Some(made) = made.into_iter().next() {
                    return Ok(Ok(made));
                }
            }
            Some(Err(refused)) => return Ok(Err(refused)),
            None => {}
        }
        let outcome = work.await?;
        if let Ok(made) = &outcome {
            self.keep(viewer, std::slice::from_ref(made)).await?;
        }
        Ok(outcome)
    }
}

fn recalled<T: FromStr>(earlier: Earlier) -> Recalled<T> {
    match earlier {
        Earlier::None => None,
        Earlier::Same(kept) => Some(Ok(kept
            .split_whitespace()
            .filter_map(|id| id.parse().ok())
            .collect())),
        Earlier::Other => Some(Err(reused())),
    }
}

fn reused() -> Vec<UserError> {
    let code = UserErrorCode::IdempotencyKeyReused;
    vec![UserError::new(code, &["idempotencyKey"])]
}
