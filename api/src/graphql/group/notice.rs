//! What members of groups are told.

use super::{Group, GroupById};
use crate::{
    error::Result,
    graphql::{
        connection::{Nodes, connect},
        context::loaders,
        loader::load_one,
        organisation::{Organisation, OrganisationById},
        person::{Person, PersonById},
    },
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{group_notice, id::GroupNoticeId, kind::GroupNoticeKind};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};

load_one!(
    /// A notice of a group by its id.
    GroupNoticeById(GroupNoticeId) => group_notice.Id (|row| Some(row.id))
);

/// What somebody is told of a group.
pub struct GroupNotice(pub group_notice::Model);

/// What somebody is told of a group: a seat, a meeting, minutes, an action. Seen by the person that it is for, and by the
/// coordinators of the person's organisation. It stays until 90 days after it has been delivered.
#[Object]
impl GroupNotice {
    /// Its global id, the same however often it is delivered.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What it tells.
    async fn kind(&self) -> GroupNoticeKind {
        self.0.kind
    }

    /// The organisation that it is for.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The person that it is for; null when it is for the organisation's coordinators.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(person) = self.0.person_id else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(PersonById(person)).await?.map(Person))
    }

    /// The group; null if you no longer see it.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        let key = GroupById(self.0.group_id);
        Ok(loaders(ctx).load_one(key).await?.map(Group))
    }

    /// The global id of what it is about, for `node`: a seat, a meeting, an item; null if it is about the group.
    async fn subject(&self) -> Option<ID> {
        self.0.subject.clone().map(ID)
    }

    /// When it happened.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// The notices of groups that a further condition picks, among those that the viewer may see: latest first.
pub(in crate::graphql) async fn group_notices(
    ctx: &Context<'_>,
    which: Condition,
    kinds: Option<Vec<GroupNoticeKind>>,
    arguments: &PageArguments,
) -> Result<Nodes<GroupNotice>> {
    use group_notice::Column as N;
    let mut query = group_notice::Entity::find().filter(which);
    if let Some(kinds) = kinds {
        query = query.filter(N::Kind.is_in(kinds));
    }
    let order = Ordering {
        name: "group notice",
        key: Expr::col((group_notice::Entity, N::CreatedAt)),
        kind: KeyKind::Instant,
        id: N::Id,
        descending: true,
    };
    connect(ctx, query, &order, arguments, GroupNotice).await
}
