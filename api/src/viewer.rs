//! Who is asking, and the only door to the database.
//!
//! A viewer always adds the policy of the table; so inside `api`, holding a row proves that the viewer may
//! see it. Nothing here hands out a connection.

mod action;
pub(crate) mod approval;
pub mod audit;
pub(crate) mod beside;
mod calendar;
pub(crate) mod certificate;
pub mod check;
pub(crate) mod coverage;
mod database;
mod document;
mod door;
pub mod erasure;
mod group;
pub(crate) mod group_notice;
pub mod held;
pub mod idempotency;
mod identify;
pub mod job;
pub(crate) mod joined;
mod meeting;
mod member;
pub(crate) mod minutes;
pub mod notice;
pub mod page;
pub(crate) mod qualification;
mod replay;
pub mod retention;
mod roles;
pub mod seat;
mod seat_end;
mod standing;
pub(crate) mod statistics;
mod together;
pub(crate) mod trained;
mod visit_notice;

pub use check::Disagreement;
pub use database::Database;
pub(crate) use door::rounded;
pub use door::{Access, Permitted};
pub use identify::{Caller, Refused};

use crate::{
    error::{Error, Result},
    language::Language,
    policy::group::Standing,
};
use audit::Trail;
use chrono::{DateTime, NaiveDate, Utc};
use database::Db;
use entity::{
    id::{OrganisationId, PersonId},
    kind::{OrganisationKind, Role},
};
use std::sync::{Arc, Mutex, PoisonError};

/// The organisation that a request acts for, and in what capacity.
#[derive(Clone, Debug)]
pub struct Acting {
    /// The organisation.
    pub organisation: OrganisationId,
    /// What kind of organisation it is.
    pub kind: OrganisationKind,
    /// Its county; none for a national organisation.
    pub county_code: Option<String>,
    /// What the person or service may do for it.
    pub role: Role,
    /// The person; none for a service.
    pub person: Option<PersonId>,
    /// Whether somebody of the organisation must approve before its members sign up.
    pub approves: bool,
    /// The issuer of the token: who may name further people of the organisation.
    pub issuer: String,
    /// The client program that the token names.
    pub client: Option<String>,
}

/// What a request carries besides its viewer's identity.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Identifies the request in logs, in the answer's header and in the audit log.
    pub request_id: String,
    /// The language that the person reads.
    pub language: Language,
    /// The instant that everything in the request happens at.
    pub now: DateTime<Utc>,
}

/// Who is asking, and the only door to the database.
#[derive(Clone)]
pub struct Viewer {
    db: Db,
    acting: Option<Arc<Acting>>,
    context: Arc<RequestContext>,
    trail: Arc<Trail>,
    /// The groups that the viewer is in or keeps, once a statement of this request has found them. A transaction begins
    /// without, and ends what is known: what it changes must count at once.
    standing: Arc<Mutex<Option<Arc<Standing>>>>,
}

impl Viewer {
    /// Whom the viewer acts for; none for an anonymous viewer.
    #[must_use]
    pub fn acting(&self) -> Option<&Acting> {
        self.acting.as_deref()
    }

    /// Whom the viewer acts for, or the error for somebody who is not signed in.
    pub fn signed_in(&self) -> Result<&Acting> {
        self.acting().ok_or(Error::Unauthenticated)
    }

    /// The organisation that the viewer acts for, if it has at least that role there.
    #[must_use]
    pub fn organisation(&self, at_least: Role) -> Option<OrganisationId> {
        self.acting()
            .filter(|acting| acting.role >= at_least)
            .map(|acting| acting.organisation)
    }

    /// Whether the viewer has at least that role in that organisation.
    #[must_use]
    pub fn has_role(&self, at_least: Role, organisation: OrganisationId) -> bool {
        self.organisation(at_least) == Some(organisation)
    }

    /// The person who asks; none for an anonymous viewer or a service.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.acting().and_then(|acting| acting.person)
    }

    /// The instant that everything in this request happens at.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.context.now
    }

    /// The day on which everything in this request happens, in Sweden.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now()
            .with_timezone(&chrono_tz::Europe::Stockholm)
            .date_naive()
    }

    /// The language that the person reads.
    #[must_use]
    pub fn language(&self) -> Language {
        self.context.language
    }

    /// From now on, this request reads one picture of the database: it is known to do nothing but read.
    pub fn reads_one_picture(&self) {
        if let Db::Request(request) = &self.db {
            request.reads_one_picture();
        }
    }

    /// Ends the picture, so that the request's connection is free again: before anything is waited for that is not
    /// the database.
    pub async fn end_picture(&self) {
        if let Db::Request(request) = &self.db {
            request.end_picture().await;
        }
    }

    /// The groups that the viewer is in or keeps, if this request has found them.
    pub(crate) fn standing(&self) -> Option<Arc<Standing>> {
        let known = self.standing.lock();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_standing(&self, standing: Option<Standing>) {
        let mut known = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        *known = standing.map(Arc::new);
    }

    /// The same viewer with an empty audit trail, for a request that starts now.
    fn with(db: Db, acting: Option<Acting>, context: RequestContext) -> Self {
        Self {
            db,
            acting: acting.map(Arc::new),
            context: Arc::new(context),
            trail: Arc::default(),
            standing: Arc::default(),
        }
    }
}
