//! Finding groups.

use super::{Group, GroupById, by_name};
use crate::{
    error::Result,
    graphql::{
        connection::{Nodes, connect, cost},
        context::{load_by_key, loaders, viewer},
    },
    policy::{group::standing, select, where_visible},
    viewer::{Viewer, page::PageArguments},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    group, group_convener, group_purpose, group_seat, group_subject,
    id::{GroupId, OrganisationId},
    kind::{GroupKind, GroupLevel, GroupPurpose, SubjectArea},
    search_text::like_pattern,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, LikeExpr, SelectStatement},
};

/// Which groups. All that is said must hold.
#[derive(InputObject, Default)]
pub struct GroupFilter {
    /// For this county: two digits as text, `06`.
    county: Option<String>,
    /// Of one of these kinds.
    kinds: Option<Vec<GroupKind>>,
    /// At one of these levels.
    levels: Option<Vec<GroupLevel>>,
    /// Convened by this organisation, alone or with others.
    convener_id: Option<OrganisationId>,
    /// In which this organisation has a seat today, or which it convenes.
    organisation_id: Option<OrganisationId>,
    /// The groups directly below this one.
    parent_id: Option<GroupId>,
    /// For at least one of these purposes.
    purposes: Option<Vec<GroupPurpose>>,
    /// About at least one of these subjects.
    subject_areas: Option<Vec<SubjectArea>>,
    /// Whose name or description holds this text, whatever the accents and capitals: `barnrattsnatverk` finds
    /// Barnrättsnätverket.
    text: Option<String>,
    /// Whether closed groups are among them.
    #[graphql(default)]
    include_closed: bool,
}

/// The groups that have a row in another table, as a filter.
fn having(statement: SelectStatement) -> Condition {
    Condition::all().add(group::Column::Id.in_subquery(statement))
}

fn convened_by(organisation: OrganisationId) -> Condition {
    having(select::<group_convener::Entity>(
        group_convener::Column::GroupId,
        Condition::all().add(group_convener::Column::OrganisationId.eq(organisation)),
    ))
}

fn seated_in(organisation: OrganisationId, viewer: &Viewer) -> Condition {
    having(select::<group_seat::Entity>(
        group_seat::Column::GroupId,
        Condition::all()
            .add(group_seat::Column::OrganisationId.eq(organisation))
            .add(standing(viewer)),
    ))
}

impl GroupFilter {
    pub(in crate::graphql) fn condition(self, viewer: &Viewer) -> Condition {
        use group::Column as G;
        let text = self.text.map(|text| {
            let pattern = LikeExpr::new(like_pattern(&text)).escape('\\');
            Expr::col((group::Entity, G::SearchText)).like(pattern)
        });
        let with_organisation = |organisation| {
            Condition::any()
                .add(convened_by(organisation))
                .add(seated_in(organisation, viewer))
        };
        // The children of a group that the viewer may not see do not tell that they are its children.
        let below = |parent: GroupId| {
            where_visible::<_, group::Entity>(G::ParentId, G::Id, viewer)
                .add(G::ParentId.eq(parent))
        };
        let purposes = |purposes: Vec<GroupPurpose>| {
            let wanted = Condition::all().add(group_purpose::Column::Purpose.is_in(purposes));
            having(select::<group_purpose::Entity>(
                group_purpose::Column::GroupId,
                wanted,
            ))
        };
        let subjects = |areas: Vec<SubjectArea>| {
            let wanted = Condition::all().add(group_subject::Column::SubjectArea.is_in(areas));
            having(select::<group_subject::Entity>(
                group_subject::Column::GroupId,
                wanted,
            ))
        };
        Condition::all()
            .add_option(self.county.map(|county| G::CountyCode.eq(county)))
            .add_option(self.kinds.map(|kinds| G::Kind.is_in(kinds)))
            .add_option(self.levels.map(|levels| G::Level.is_in(levels)))
            .add_option(self.convener_id.map(convened_by))
            .add_option(self.organisation_id.map(with_organisation))
            .add_option(self.parent_id.map(below))
            .add_option(self.purposes.map(purposes))
            .add_option(self.subject_areas.map(subjects))
            .add_option(text)
            .add_option((!self.include_closed).then(|| G::ClosedAt.is_null()))
    }
}

/// Where to begin with groups.
#[derive(Default)]
pub struct GroupQuery;

#[Object]
impl GroupQuery {
    /// A group by its id. Null if there is none that you may see.
    async fn group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: GroupId,
    ) -> Result<Option<Group>> {
        Ok(loaders(ctx).load_one(GroupById(id)).await?.map(Group))
    }

    /// The groups that you may see, in Swedish alphabetical order; closed ones only if you ask for them.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which groups; all that are open, if nothing is said.")] filter: Option<
            GroupFilter,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Group>> {
        let which = filter.unwrap_or_default().condition(viewer(ctx));
        let query = group::Entity::find().filter(which);
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, query, &by_name("group"), &arguments, Group).await
    }

    /// For the router of a federation: a group by its key.
    #[graphql(entity)]
    async fn group_entity(&self, ctx: &Context<'_>, id: String) -> Option<Result<Group>> {
        let found = load_by_key(ctx, &id, GroupById).await;
        found.map(|row| row.map(Group)).transpose()
    }
}
