//! Finding organisations.

use super::{Organisation, OrganisationById, OrganisationByNumber};
use crate::{
    error::{Error, Result},
    graphql::{
        at_hand::Quick,
        connection::{Nodes, connect, cost},
        context::{load_by_key, loaders},
    },
    language::Text,
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    id::OrganisationId, kind::OrganisationKind, organisation,
    organisation_number::OrganisationNumber, search_text::like_pattern,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

/// Which organisations. All that is said must hold.
#[derive(InputObject, Default)]
pub struct OrganisationFilter {
    /// Of one of these kinds.
    kinds: Option<Vec<OrganisationKind>>,
    /// Of this county: two digits as text, `07`.
    county: Option<String>,
    /// Whose present or a former name holds this text, whatever the accents and capitals:
    /// `kommunforbundet skane` finds Kommunförbundet Skåne.
    text: Option<String>,
}

impl OrganisationFilter {
    fn apply(self, mut query: Select<organisation::Entity>) -> Select<organisation::Entity> {
        use organisation::Column as O;
        if let Some(kinds) = self.kinds {
            query = query.filter(O::Kind.is_in(kinds));
        }
        if let Some(county) = self.county {
            query = query.filter(O::CountyCode.eq(county));
        }
        if let Some(text) = self.text {
            let pattern = LikeExpr::new(like_pattern(&text)).escape('\\');
            query = query.filter(Expr::col((organisation::Entity, O::SearchText)).like(pattern));
        }
        query
    }
}

/// Where to begin with organisations.
#[derive(Default)]
pub struct OrganisationQuery;

#[Object]
impl OrganisationQuery {
    /// An organisation by its id or by its organisation number: give one of the two. Public. Null if there is
    /// none; `BAD_USER_INPUT` for both or neither, or a number that cannot be one.
    async fn organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: Option<OrganisationId>,
        #[graphql(desc = "Ten digits, with or without hyphen or a leading 16.")]
        organisation_number: Option<OrganisationNumber>,
    ) -> Result<Option<Organisation>> {
        let row = match (id, organisation_number) {
            (Some(id), None) => loaders(ctx).load_one(OrganisationById(id)).await?,
            (None, Some(number)) => loaders(ctx).load_one(OrganisationByNumber(number)).await?,
            _ => {
                return Err(Error::BadInput(Text::fixed(
                    "Ange id eller organisationNumber, ett av dem.",
                    "Give id or organisationNumber, one of the two.",
                )));
            }
        };
        Ok(row.map(Organisation))
    }

    /// The directory of organisations, in Swedish alphabetical order. Public.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organisations; all, if nothing is said.")] filter: Option<
            OrganisationFilter,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Organisation>> {
        let query = filter
            .unwrap_or_default()
            .apply(organisation::Entity::find());
        let order = Ordering {
            name: "organisation",
            key: Expr::col((organisation::Entity, organisation::Column::SortName)),
            kind: KeyKind::Text,
            id: organisation::Column::Id,
            descending: false,
        };
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, query, &order, &arguments, Organisation).await
    }

    /// For the router of a federation: an organisation by its id.
    #[graphql(entity)]
    async fn organisation_entity_by_id(
        &self,
        ctx: &Context<'_>,
        id: String,
    ) -> Option<Result<Quick<Organisation>>> {
        let found = load_by_key(ctx, &id, OrganisationById).await;
        let quick = |row| Quick(Organisation(row));
        found.map(|row| row.map(quick)).transpose()
    }

    /// For the router of a federation: an organisation by its organisation number.
    #[graphql(entity)]
    async fn organisation_entity_by_number(
        &self,
        ctx: &Context<'_>,
        organisation_number: String,
    ) -> Option<Result<Organisation>> {
        let found = load_by_key(ctx, &organisation_number, OrganisationByNumber).await;
        found.map(|row| row.map(Organisation)).transpose()
    }
}
