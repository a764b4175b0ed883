//! The audit log: who read or changed whose data.

use super::{
    connection::{Nodes, connect, cost},
    context::{loaders, viewer},
    organisation::{Organisation, OrganisationById},
};
use crate::{
    error::{Error, Result},
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry,
    id::PersonId,
    kind::{AuditAction, Role},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// An entry of the audit log.
pub struct AuditEntry(audit_entry::Model);

/// Who read or changed whose data, for which organisation, when. Seen by the administrators of the organisation
/// that acted, and, where a person of another organisation was signed up, moved up or taken out, of that one. Persons stand by their ids; ask `node` for those that you may see.
#[Object]
impl AuditEntry {
    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// The request, as its answer's header `X-Request-Id` named it.
    async fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// The organisation that acted; null for what happened by itself, such as a promotion at a release date.
    async fn actor_organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let Some(id) = self.0.actor_organisation_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(OrganisationById(id))
            .await?
            .map(Organisation))
    }

    /// Who acted; null for a service, and for somebody of another organisation.
    async fn actor_id(&self) -> Option<PersonId> {
        self.0.actor_id
    }

    /// The client program that acted, where the token named one.
    async fn actor_client(&self) -> Option<&str> {
        self.0.actor_client.as_deref()
    }

    /// What was done.
    async fn action(&self) -> AuditAction {
        self.0.action
    }

    /// About whom.
    async fn person_id(&self) -> PersonId {
        self.0.person_id
    }

    /// The object that it concerned, by its global id; null if it was the person as such.
    async fn subject_id(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }
}

/// Where to begin with the audit log.
#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// The audit log of your own organisation, latest first. For its administrators; `FORBIDDEN` for others,
    /// `UNAUTHENTICATED` without a token.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only entries about this person.")] person_id: Option<PersonId>,
        #[graphql(desc = "Only entries of these kinds.")] actions: Option<Vec<AuditAction>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<AuditEntry>> {
        use audit_entry::Column as A;
        if viewer(ctx).signed_in()?.role < Role::Administrator {
            return Err(Error::Forbidden);
        }
        let mut query = audit_entry::Entity::find();
        if let Some(person) = person_id {
            query = query.filter(A::PersonId.eq(person));
        }
        if let Some(actions) = actions {
            query = query.filter(A::Action.is_in(actions));
        }
        let order = Ordering {
            name: "audit",
            key: Expr::col((audit_entry::Entity, A::At)),
            kind: KeyKind::Instant,
            id: A::Id,
            descending: true,
        };
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, query, &order, &arguments, AuditEntry).await
    }
}
