//! The pure rules of [`super::verify`], joined with each issuer's key set.

use super::key_source::KeySource;
use super::{Claims, Issuer, Issuers, KeyPlace, Pace, Rejection, bearer_token, token_of, verify};
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::task::JoinSet;

/// An issuer and where its keys are.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The issuer's row.
    pub issuer: Issuer,
    /// Where its key set is found.
    pub keys: KeyPlace,
}

/// Why the verifier could not start.
#[derive(Debug, thiserror::Error)]
#[error("issuer `{issuer}`: the client for its keys cannot be made: {fault}")]
pub struct StartFault {
    issuer: String,
    fault: reqwest::Error,
}

/// Verifies tokens of the registered issuers.
#[derive(Debug)]
pub struct Verifier {
    issuers: Issuers,
    /// By the issuer's address, as in `issuers`: no two issuers share a set.
    sources: HashMap<String, Arc<KeySource>>,
    /// Ends with the verifier.
    _polling: JoinSet<()>,
}

impl Verifier {
    /// Registers the issuers and begins to fetch and poll their keys in the background. Must be
    /// called within a Tokio runtime.
    pub fn start(
        registrations: impl IntoIterator<Item = Registration>,
        pace: Pace,
    ) -> Result<Self, StartFault> {
        let mut issuers = Vec::new();
        let mut sources = HashMap::new();
        let mut polling = JoinSet::new();
        for Registration { issuer, keys } in registrations {
            let source = KeySource::new(&issuer.name, keys, pace).map_err(|fault| StartFault {
                issuer: issuer.name.clone(),
                fault,
            })?;
            let source = Arc::new(source);
            polling.spawn(Arc::clone(&source).poll());
            sources.insert(issuer.url.clone(), source);
            issuers.push(issuer);
        }
        Ok(Self {
            issuers: issuers.into_iter().collect(),
            sources,
            _polling: polling,
        })
    }

    /// Who sends these headers; none is an anonymous caller.
    pub async fn claims(
        &self,
        headers: &HeaderMap,
        now: DateTime<Utc>,
    ) -> Result<Option<Claims>, Rejection> {
        match bearer_token(headers)? {
            None => Ok(None),
            Some(token) => self.claims_of_token(token, now).await.map(Some),
        }
    }

    /// Who sends this `Authorization` text: for the first message of a WebSocket.
    pub async fn claims_of(
        &self,
        authorization: &str,
        now: DateTime<Utc>,
    ) -> Result<Claims, Rejection> {
        self.claims_of_token(token_of(authorization)?, now).await
    }

    /// A key that is not in the set may have been added a moment ago: then the set is fetched, if it
    /// was not within the last minute, and the token verified once more.
    async fn claims_of_token(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, Rejection> {
        let mut asked = None;
        let first = self.attempt(token, now, &mut asked);
        match (first, asked) {
            (Err(Rejection::KeyUnknown), Some(source)) => {
                source.refresh_for_unknown_key().await;
                self.attempt(token, now, &mut None)
            }
            (answer, _) => answer,
        }
    }

    fn attempt(
        &self,
        token: &str,
        now: DateTime<Utc>,
        asked: &mut Option<Arc<KeySource>>,
    ) -> Result<Claims, Rejection> {
        let keys = |issuer: &Issuer| {
            let source = self.sources.get(&issuer.url).map(Arc::clone);
            let set = source.as_ref().map(|source| source.current());
            *asked = source;
            set.unwrap_or_default()
        };
        verify(token, &self.issuers, keys, now)
    }
}
