//! Who is asking.

use super::{
    context::{loaders, viewer},
    organisation::{Organisation, OrganisationById},
    person::{Membership, MembershipOf, Person, PersonById},
};
use crate::error::Result;
use async_graphql::{Context, Object};
use entity::kind::Role;

/// Who is asking: the person or service, and the organisation that the request acts for.
pub struct Asking;

/// Who is asking: the person or service, and the organisation that the request acts for.
#[Object(name = "Viewer")]
impl Asking {
    /// The organisation that the request acts for.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let Some(acting) = viewer(ctx).acting() else {
            return Ok(None);
        };
        let key = OrganisationById(acting.organisation);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// What you may do for it.
    async fn role(&self, ctx: &Context<'_>) -> Option<Role> {
        viewer(ctx).acting().map(|acting| acting.role)
    }

    /// You; null for a service.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(person) = viewer(ctx).person() else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(PersonById(person)).await?.map(Person))
    }

    /// By what you belong to the organisation; null for a service.
    async fn membership(&self, ctx: &Context<'_>) -> Result<Option<Membership>> {
        let Some(person) = viewer(ctx).person() else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(MembershipOf(person))
            .await?
            .map(Membership))
    }
}

/// Where to begin with oneself.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who is asking. Null without a token.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Asking> {
        viewer(ctx).acting().map(|_| Asking)
    }
}
