//! What coordinators are told of visits.

use super::{OutreachVisit, VisitById};
use crate::{
    error::Result,
    graphql::{
        connection::{Nodes, connect},
        context::loaders,
        loader::load_one,
        organisation::{Organisation, OrganisationById},
    },
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    id::{OrganisationId, VisitNoticeId},
    kind::VisitNoticeKind,
    visit_notice,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

load_one!(
    /// A notice of a visit by its id.
    VisitNoticeById(VisitNoticeId) => visit_notice.Id (|row| Some(row.id))
);

/// What an organisation's coordinators are told of a visit.
pub struct VisitNotice(pub visit_notice::Model);

/// What an organisation's coordinators are told of a visit: what the other of its two organisations has done. Seen by the
/// coordinators and administrators of the organisation that it is for. It stays until 90 days after it has been delivered.
#[Object]
impl VisitNotice {
    /// Its global id, the same however often it is delivered.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What it tells.
    async fn kind(&self) -> VisitNoticeKind {
        self.0.kind
    }

    /// The organisation that it is for.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The visit, as it is now.
    async fn visit(&self, ctx: &Context<'_>) -> Result<Option<OutreachVisit>> {
        let key = VisitById(self.0.visit_id);
        Ok(loaders(ctx).load_one(key).await?.map(OutreachVisit))
    }

    /// When it happened.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// What an organisation's coordinators are told of visits, as far as the viewer may see it: latest first.
pub(in crate::graphql) async fn visit_notices(
    ctx: &Context<'_>,
    organisation: OrganisationId,
    kinds: Option<Vec<VisitNoticeKind>>,
    arguments: &PageArguments,
) -> Result<Nodes<VisitNotice>> {
    use visit_notice::Column as N;
    let mut query = visit_notice::Entity::find().filter(N::OrganisationId.eq(organisation));
    if let Some(kinds) = kinds {
        query = query.filter(N::Kind.is_in(kinds));
    }
    let order = Ordering {
        name: "visit notice",
        key: Expr::col((visit_notice::Entity, N::CreatedAt)),
        kind: KeyKind::Instant,
        id: N::Id,
        descending: true,
    };
    connect(ctx, query, &order, arguments, VisitNotice).await
}
