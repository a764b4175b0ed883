//! The running application: who may ask, and the schema that answers.
//!
//! `http` knows no more of the schema than these functions, so nothing else compiles it again.

use crate::{
    calendar,
    certificate::{Certificates, Organiser, profile},
    clock::Clock,
    document_store::{Content, Written},
    domain::{calendar_secret::Secret, certificate::Code},
    error::Error,
    graphql::{
        ApiSchema, SignUps,
        document::{keep, permitted},
        loader::Loaders,
        schema,
    },
    guard::{Limits, MayIntrospect},
    identity::{Bearer, Claims, Refusal, Verifier},
    language::{Language, Text},
    list,
    metrics::Metrics,
    viewer::{Caller, Database, RequestContext, Viewer, certificate::Checked, page::CursorSeal},
};
use async_graphql::{ErrorExtensions, Request, Response, ServerError};
use axum::http::HeaderMap;
use entity::{
    document,
    id::{DocumentId, OrganisationId},
    kind::Role,
    organisation,
};
use sea_orm::EntityTrait;
use serde_json::Value;
use std::sync::Arc;

pub use crate::list::{File, List, Wanted, table::Separator};
pub(crate) use crate::{
    document_store::{DocumentStore, Upload},
    domain::document::{FileType, LOOKED_AT, attachment},
    graphql::{
        document::{DOCUMENTS, Description, path},
        user_error::{UserError, UserErrorCode},
    },
};
pub(crate) use entity::document::Model as DocumentRow;

/// The scope that gives a service the powers of a coordinator; without it a service is a member.
pub const COORDINATE: &str = "samverkan:coordinate";

/// Somebody who has been let in.
pub struct Admitted {
    viewer: Viewer,
    may_introspect: bool,
    /// What a rate limit is kept by: the issuer and subject of the token; none for an anonymous viewer.
    pub principal: Option<String>,
    /// The acting organisation's id, for the log.
    pub organisation: Option<String>,
}

impl Admitted {
    /// What the caller was found in is not used further, so that nobody who is slow to ask holds a connection.
    pub async fn waits(&self) {
        self.viewer.end_picture().await;
    }
}

/// A calendar that a secret has opened.
pub(crate) struct OpenCalendar {
    viewer: Viewer,
    /// What a rate limit is kept by.
    pub(crate) principal: String,
    /// The person's organisation, for the log.
    pub(crate) organisation: Option<String>,
}

/// Why a caller was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The token is not accepted: 401.
    Unauthenticated,
    /// The token is good, but its bearer has no place here: 403.
    Forbidden,
    /// The database does not answer in time: 503.
    Unavailable,
}

/// What the application is made of.
pub struct Parts {
    /// The database.
    pub database: Database,
    /// Verifies tokens.
    pub verifier: Verifier,
    /// Tells the time.
    pub clock: Clock,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// The limits of one request.
    pub limits: Limits,
    /// The certificates: their keys and addresses.
    pub certificates: Arc<Certificates>,
    /// The files of documents.
    pub documents: Documents,
    /// How many sign-ups for one occasion share a transaction at most.
    pub sign_ups_together: usize,
    /// Whether everybody may read the schema from the running server: in the demonstration only.
    pub open_introspection: bool,
}

/// The files of documents.
#[derive(Clone)]
pub struct Documents {
    /// Where they lie.
    pub store: Arc<DocumentStore>,
    /// How many bytes one may have.
    pub most_bytes: u64,
}

/// The application.
pub struct App {
    schema: ApiSchema,
    seal: Arc<CursorSeal>,
    sign_ups: Arc<SignUps>,
    parts: Parts,
}

impl App {
    /// The application over a migrated database.
    pub async fn new(parts: Parts) -> Result<Self, Error> {
        let secret = parts.database.installation_secret("cursor").await?;
        Ok(Self {
            schema: schema(&parts.limits),
            sign_ups: Arc::new(SignUps::new(parts.sign_ups_together)),
            seal: Arc::new(CursorSeal::new(&secret)?),
            parts,
        })
    }

    /// What a request that starts now carries.
    #[must_use]
    pub fn context(&self, request_id: String, language: Language) -> RequestContext {
        RequestContext {
            request_id,
            language,
            now: self.parts.clock.now(),
        }
    }

    /// Finds out who is asking: the token is verified, and the local status read afresh.
    pub async fn admit(
        &self,
        headers: &HeaderMap,
        context: RequestContext,
    ) -> Result<Admitted, Refused> {
        let claims = match self.parts.verifier.claims(headers, context.now).await {
            Ok(claims) => claims,
            Err(rejection) => {
                tracing::info!(reason = rejection.as_str(), "a token was rejected");
                self.parts.metrics.rejected_token(rejection.as_str());
                return Err(match rejection.refusal() {
                    Refusal::Unauthenticated => Refused::Unauthenticated,
                    Refusal::Forbidden => Refused::Forbidden,
                });
            }
        };
        let Some(claims) = claims else {
            return Ok(Admitted {
                viewer: Viewer::anonymous(&self.parts.database, context),
                may_introspect: self.parts.open_introspection,
                principal: None,
                organisation: None,
            });
        };
        self.admit_bearer(claims, context).await
    }

    async fn admit_bearer(
        &self,
        claims: Claims,
        context: RequestContext,
    ) -> Result<Admitted, Refused> {
        let caller = caller(&claims)?;
        let found = Viewer::identify(&self.parts.database, &caller, context).await;
        let viewer = match found {
            Ok(Ok(viewer)) => viewer,
            Ok(Err(refused)) => {
                tracing::info!(reason = refused.as_str(), "a caller has no place here");
                self.parts.metrics.rejected_token(refused.as_str());
                return Err(Refused::Forbidden);
            }
            Err(error) => {
                tracing::error!(?error, "the local status of a caller could not be read");
                return Err(Refused::Unavailable);
            }
        };
        Ok(Admitted {
            may_introspect: self.parts.open_introspection || claims.may_introspect,
            principal: Some(format!("{} {}", claims.issuer, claims.subject)),
            organisation: viewer
                .acting()
                .map(|acting| acting.organisation.to_string()),
            viewer,
        })
    }

    /// Runs one request for somebody who has been let in.
    pub async fn execute(&self, admitted: Admitted, request: Request) -> Response {
        let viewer = admitted.viewer;
        let language = viewer.language();
        let (loaders, batches) = Loaders::for_request(viewer.clone(), Arc::clone(&self.seal));
        let request = request
            .data(viewer.clone())
            .data(loaders)
            .data(Arc::clone(&self.parts.certificates))
            .data(Arc::clone(&self.parts.documents.store))
            .data(Arc::clone(&self.sign_ups))
            .data(MayIntrospect(admitted.may_introspect));
        let mut response = batches.drive(self.schema.execute(request)).await;
        viewer.end_picture().await;
        // What was disclosed is written before it leaves; if it cannot be, it does not leave.
        if let Err(error) = viewer.write_trail().await {
            tracing::error!(?error, "the audit log could not be written");
            response = Response::from_errors(vec![server_error(Error::Unavailable)]);
        }
        for error in &mut response.errors {
            if let Some(text) = error
                .source::<Text>()
                .map(|text| text.in_language(language).to_owned())
            {
                error.message = text;
            }
        }
        response
    }

    /// What anybody learns of a certificate who holds its code. None if there is none.
    pub(crate) async fn check_certificate(
        &self,
        code: &Code,
        context: RequestContext,
    ) -> Result<Option<Checked>, Error> {
        let viewer = Viewer::anonymous(&self.parts.database, context);
        viewer.check_certificate(code).await
    }

    /// An organisation as an issuer of certificates. None if there is none.
    pub(crate) async fn issuer_profile(
        &self,
        id: OrganisationId,
        context: RequestContext,
    ) -> Result<Option<Value>, Error> {
        let viewer = Viewer::anonymous(&self.parts.database, context);
        let found = viewer.one(organisation::Entity::find_by_id(id)).await?;
        Ok(found.map(|row| {
            let organiser = Organiser {
                id: row.id,
                name: &row.name,
                website: row.website.as_deref(),
            };
            profile(&self.parts.certificates, organiser)
        }))
    }

    /// The certificates: their keys and addresses.
    pub(crate) fn certificates(&self) -> &Certificates {
        &self.parts.certificates
    }

    /// Makes a list for somebody who has been let in; none if there is nothing that it may see.
    pub async fn list(&self, admitted: Admitted, wanted: Wanted) -> Result<Option<File>, Error> {
        let viewer = admitted.viewer;
        let file = list::file(&viewer, wanted).await?;
        // What was disclosed is written before it leaves; if it cannot be, it does not leave.
        if let Err(error) = viewer.write_trail().await {
            tracing::error!(?error, "the audit log could not be written");
            return Err(Error::Unavailable);
        }
        Ok(file)
    }

    /// Whose calendar a secret opens now; none for a secret that opens nothing.
    pub(crate) async fn open_calendar(
        &self,
        secret: &Secret,
        context: RequestContext,
    ) -> Result<Option<OpenCalendar>, Error> {
        let found = Viewer::of_feed(&self.parts.database, secret, context).await?;
        Ok(found.map(|(viewer, feed)| OpenCalendar {
            principal: feed.to_string(),
            organisation: viewer
                .acting()
                .map(|acting| acting.organisation.to_string()),
            viewer,
        }))
    }

    /// The calendar that was opened.
    pub(crate) async fn calendar(&self, open: OpenCalendar) -> Result<File, Error> {
        let file = calendar::file(&open.viewer).await?;
        // It names nobody; if it ever does, that is written before it leaves.
        open.viewer.write_trail().await?;
        Ok(file)
    }

    /// The files of documents.
    pub(crate) fn documents(&self) -> &Documents {
        &self.parts.documents
    }

    /// Whether somebody may put a document where it is meant to be, as of now.
    pub(crate) async fn may_keep(
        &self,
        admitted: &Admitted,
        description: &Description,
    ) -> Result<Result<(), Vec<UserError>>, Error> {
        let place = description.place;
        let asked = admitted.viewer.transaction(|viewer| async move {
            let spot = permitted(&viewer, place).await?;
            Ok(spot.map(drop))
        });
        asked.await
    }

    /// Makes the row of a document whose file is in the store. Its file is not the one that was sent, if the same request has
    /// made the document before.
    pub(crate) async fn keep(
        &self,
        admitted: &Admitted,
        description: &Description,
        kind: &FileType,
        file: &Written,
    ) -> Result<Result<DocumentRow, Vec<UserError>>, Error> {
        let viewer = &admitted.viewer;
        let id = match keep(viewer, description, kind, file).await? {
            Ok(id) => id,
            Err(errors) => return Ok(Err(errors)),
        };
        let row = viewer.one(document::Entity::find_by_id(id)).await?;
        // One that was made before may have been removed.
        Ok(row.ok_or_else(|| vec![UserError::new(UserErrorCode::NotFound, &["place"])]))
    }

    /// A document with its file, for somebody who may read it now; none for anybody else.
    pub(crate) async fn document(
        &self,
        admitted: &Admitted,
        id: DocumentId,
    ) -> Result<Option<(DocumentRow, Content)>, Error> {
        let viewer = &admitted.viewer;
        let find = || viewer.one(document::Entity::find_by_id(id));
        let Some(row) = find().await? else {
            return Ok(None);
        };
        let content = self.parts.documents.store.read(&row.blob).await?;
        match content {
            Some(content) if i64::try_from(content.size) == Ok(row.size) => {
                Ok(Some((row, content)))
            }
            // It may have been removed between the two.
            _ if find().await?.is_none() => Ok(None),
            _ => Err(Error::internal(format!(
                "the file of {id} is not what it was"
            ))),
        }
    }

    /// Whether the database answers and is migrated.
    pub async fn ready(&self) -> bool {
        self.parts.database.ready().await
    }

    /// Ends what holds connections.
    pub async fn close(self) {
        self.parts.database.close().await;
    }
}

fn server_error(error: Error) -> ServerError {
    async_graphql::Error::from(error)
        .extend()
        .into_server_error(async_graphql::Pos::default())
}

/// Who the claims say is calling. A service has the lowest role unless a scope gives more.
fn caller(claims: &Claims) -> Result<Caller, Refused> {
    let service_role = match claims.bearer {
        Bearer::Person => None,
        Bearer::Service if claims.scopes.contains(COORDINATE) => Some(Role::Coordinator),
        Bearer::Service => Some(Role::Member),
    };
    Ok(Caller {
        issuer: claims.issuer.clone(),
        subject: claims.subject.clone(),
        // The verifier has normalised it.
        organisation: claims
            .organisation
            .parse()
            .map_err(|_| Refused::Forbidden)?,
        client: claims.client_id.clone(),
        service_role,
    })
}
