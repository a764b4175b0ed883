//! Finding initiatives.

use super::{Initiative, party_today};
use crate::{
    error::Result,
    graphql::{
        connection::{Nodes, connect, cost},
        context::viewer,
    },
    policy::select,
    viewer::{
        Viewer,
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    id::OrganisationId,
    initiative, initiative_party,
    kind::{GroupLevel, InitiativeKind, InitiativeStatus},
    search_text::like_pattern,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

/// Which initiatives. All that is said must hold.
#[derive(InputObject, Default)]
pub struct InitiativeFilter {
    /// At one of these levels.
    levels: Option<Vec<GroupLevel>>,
    /// Of one of these kinds.
    kinds: Option<Vec<InitiativeKind>>,
    /// In one of these states.
    statuses: Option<Vec<InitiativeStatus>>,
    /// For this county: two digits as text, `06`.
    county: Option<String>,
    /// With this code: `KRONOBARNSMODELLEN`.
    code: Option<String>,
    /// Kept by this organisation, or with it as a party today.
    organisation_id: Option<OrganisationId>,
    /// Whose name or description holds this text, whatever the accents and capitals.
    text: Option<String>,
}

impl InitiativeFilter {
    fn condition(self, viewer: &Viewer) -> Condition {
        use initiative::Column as I;
        let text = self.text.map(|text| {
            let pattern = LikeExpr::new(like_pattern(&text)).escape('\\');
            Expr::col((initiative::Entity, I::SearchText)).like(pattern)
        });
        let with_organisation = |organisation: OrganisationId| {
            let parties = Condition::all()
                .add(initiative_party::Column::OrganisationId.eq(organisation))
                .add(party_today(viewer));
            Condition::any()
                .add(I::OrganisationId.eq(organisation))
                .add(I::Id.in_subquery(select::<initiative_party::Entity>(
                    initiative_party::Column::InitiativeId,
                    parties,
                )))
        };
        Condition::all()
            .add_option(self.levels.map(|list| I::Level.is_in(list)))
            .add_option(self.kinds.map(|list| I::Kind.is_in(list)))
            .add_option(self.statuses.map(|list| I::Status.is_in(list)))
            .add_option(self.county.map(|county| I::CountyCode.eq(county)))
            .add_option(self.code.map(|code| I::Code.eq(code)))
            .add_option(self.organisation_id.map(with_organisation))
            .add_option(text)
    }
}

/// Where to begin with initiatives.
#[derive(Default)]
pub struct InitiativeQuery;

#[Object]
impl InitiativeQuery {
    /// The initiatives that you may see, in Swedish alphabetical order.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn initiatives(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which initiatives; all, if nothing is said.")] filter: Option<
            InitiativeFilter,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Initiative>> {
        let which = filter.unwrap_or_default().condition(viewer(ctx));
        let query = initiative::Entity::find().filter(which);
        let order = Ordering {
            name: "initiative",
            key: Expr::col((initiative::Entity, initiative::Column::SortName)),
            kind: KeyKind::Text,
            id: initiative::Column::Id,
            descending: false,
        };
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, query, &order, &arguments, Initiative).await
    }
}
