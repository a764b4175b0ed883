//! Who may come in, and what it costs: the same for every way in that takes a token.

use super::{
    Gateway, answer::Denied, negotiation, rate_limit::Caller, request_id, server::Connection,
};
use crate::{
    app::{Admitted, Refused},
    language::Language,
};
use axum::http::{HeaderMap, HeaderName, Uri, request::Parts};
use std::{sync::Arc, time::Instant};
use tokio::time::timeout_at;

/// The header that names a request, in both directions.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Somebody at the door, with what is known before the token is looked at.
pub(super) struct Visit {
    pub(super) gateway: Arc<Gateway>,
    pub(super) head: Parts,
    /// The request's name.
    pub(super) id: String,
    /// What the person reads.
    pub(super) language: Language,
    pub(super) started: tokio::time::Instant,
    pub(super) connection: Option<Connection>,
}

impl Visit {
    pub(super) fn new(gateway: Arc<Gateway>, head: Parts) -> Self {
        Self {
            id: request_id::of(head.headers.get(REQUEST_ID)),
            language: negotiation::language(&head.headers),
            started: tokio::time::Instant::now(),
            connection: head.extensions.get::<Connection>().cloned(),
            gateway,
            head,
        }
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.head.uri
    }

    /// When the request's time is up.
    pub(super) fn deadline(&self) -> tokio::time::Instant {
        self.started + self.gateway.limits.time
    }

    /// Lets the caller in and takes what any request costs; also tells whom further points are taken from.
    pub(super) async fn admit(&self) -> Result<(Admitted, Caller), Denied> {
        let (admitted, caller) = self.admit_to_read().await?;
        admitted.waits().await;
        Ok((admitted, caller))
    }

    /// The same for a request that reads at once, in the picture of the database in which its caller was found:
    /// [`Admitted::waits`] before anything is waited for that is not the database.
    pub(super) async fn admit_to_read(&self) -> Result<(Admitted, Caller), Denied> {
        let app = &self.gateway.app;
        let context = app.context(self.id.clone(), self.language);
        let found = timeout_at(self.deadline(), app.admit(self.headers(), context))
            .await
            .unwrap_or(Err(Refused::Unavailable));
        let refused = match found {
            Ok(admitted) => {
                let caller = match &admitted.principal {
                    Some(principal) => Caller::Principal(principal.clone()),
                    None => self.address(),
                };
                self.charge_request(&caller)?;
                return Ok((admitted, caller));
            }
            Err(refused) => refused,
        };
        // Whoever guesses at tokens pays by address, since no token names a principal.
        self.charge_address()?;
        Err(match refused {
            Refused::Unauthenticated => Denied::Unauthenticated,
            Refused::Forbidden => Denied::Forbidden,
            Refused::Unavailable => Denied::Unavailable,
        })
    }

    /// Takes further points.
    pub(super) fn charge(&self, caller: &Caller, points: u32) -> Result<(), Denied> {
        self.gateway
            .rate_limiter
            .charge(caller, points, Instant::now())
            .inspect_err(|_| self.gateway.metrics.rate_limited())
            .map_err(Denied::TooOften)
    }

    /// Takes what any request costs from where it comes from.
    pub(super) fn charge_address(&self) -> Result<(), Denied> {
        self.charge_request(&self.address())
    }

    fn charge_request(&self, caller: &Caller) -> Result<(), Denied> {
        self.gateway
            .charge_request(caller)
            .map_err(Denied::TooOften)
    }

    fn address(&self) -> Caller {
        self.gateway
            .anonymous(self.headers(), self.connection.as_ref())
    }
}
