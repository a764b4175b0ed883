//! Persons and their memberships.

mod register;

pub use register::MemberMutation;

use super::{
    completion::{Completion, CompletionsOf, Wanted},
    connection::{Nodes, connect, cost},
    context::{loaders, viewer},
    initiative::{Initiative, initiatives_answered_by},
    loader::{Loaders, load_one},
    organisation::{Organisation, OrganisationById, OrganisationUnit, UnitById},
};
use crate::{
    disclosure,
    error::{Error, Result},
    policy::select,
    viewer::{
        joined::Known,
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{Context, ID, Object, dataloader::Loader};
use chrono::{DateTime, Utc};
use entity::{
    id::{MembershipId, OrganisationId, PersonId},
    kind::{Role, StaffCategory},
    membership, person,
    search_text::like_pattern,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, IntoCondition, LikeExpr, Query},
};
use std::collections::HashMap;

/// A person by its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PersonById(pub PersonId);

impl Loader<PersonById> for Loaders {
    type Value = Known;
    type Error = Error;

    /// With whatever says how the viewer stands to each: what may be told of a person depends on it.
    async fn load(&self, keys: &[PersonById]) -> Result<HashMap<PersonById, Known>> {
        let ids = keys.iter().map(|key| key.0);
        let people = self.viewer.people_known(ids).await?;
        let keyed = people
            .into_iter()
            .map(|(id, known)| (PersonById(id), known));
        Ok(keyed.collect())
    }
}

load_one!(
    /// The membership by which a person belongs to the viewer's organisation.
    MembershipOf(PersonId) => membership.PersonId (|row| Some(row.person_id))
);
load_one!(
    /// A membership by its id.
    MembershipById(MembershipId) => membership.Id (|row| Some(row.id))
);

/// Somebody who takes part.
pub struct Person(pub(crate) Known);

impl Person {
    /// The name, as far as the viewer may be told it.
    pub(in crate::graphql) fn shown_name(&self, ctx: &Context<'_>) -> Option<&str> {
        disclosure::name(viewer(ctx), &self.0.row, self.0.relation)
    }
}

/// Somebody who takes part. You see yourself; coordinators see the people of their own organisation, and the
/// participants of occasions that their organisation is accountable for. Reading somebody else's data is
/// written to the audit log.
#[Object]
impl Person {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The name. Null for a person with protected identity outside the own organisation.
    async fn name(&self, ctx: &Context<'_>) -> Option<&str> {
        self.shown_name(ctx)
    }

    /// The address at work. Null outside the own organisation, and for somebody who has been erased.
    async fn email(&self, ctx: &Context<'_>) -> Option<&str> {
        disclosure::email(viewer(ctx), &self.0.row, self.0.relation)
    }

    /// Whether the person has protected identity (skyddad identitet): counted everywhere, named nowhere outside
    /// the own organisation. Null outside the own organisation.
    async fn protected_identity(&self, ctx: &Context<'_>) -> Option<bool> {
        disclosure::protected_identity(viewer(ctx), &self.0.row, self.0.relation)
    }

    /// What the person has completed, as far as you may see it, latest first: your own; your organisation's people's,
    /// for coordinators; what follows from attendance at occasions that your organisation is accountable for.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn completions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that are valid today.", default)] valid: bool,
        #[graphql(desc = "Only those of trainings that qualify for something.", default)]
        qualifying: bool,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Completion>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let wanted = Wanted { valid, qualifying };
        CompletionsOf::of(ctx, self.0.id, wanted, arguments, Completion).await
    }

    /// The initiatives that the person answers for, by name, as far as you may know: those of your own organisation, and
    /// those where the name is published.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn initiatives(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Initiative>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        initiatives_answered_by(ctx, self.0.id, None, arguments).await
    }
}

/// That a person belongs to an organisation.
pub struct Membership(pub membership::Model);

/// That a person belongs to an organisation, in which role. Seen by the person and by the organisation's
/// coordinators and administrators.
#[Object]
impl Membership {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The person; null if you may not see the person.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(loaders(ctx)
            .load_one(PersonById(self.0.person_id))
            .await?
            .map(Person))
    }

    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The unit that the person works in.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<OrganisationUnit>> {
        let Some(unit) = self.0.unit_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(UnitById(unit))
            .await?
            .map(OrganisationUnit))
    }

    /// What the person may do for the organisation.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// What kind of work the person does: what target audiences look at.
    async fn staff_category(&self) -> StaffCategory {
        self.0.staff_category
    }

    /// From when the membership is valid.
    async fn active_from(&self) -> DateTime<Utc> {
        self.0.active_from
    }

    /// Until when; null while it lasts.
    async fn active_until(&self) -> Option<DateTime<Utc>> {
        self.0.active_until
    }
}

/// Memberships in the Swedish order of the people's names.
pub(crate) fn by_name() -> Ordering<membership::Entity> {
    let sort_name = Query::select()
        .column(person::Column::SortName)
        .from(person::Entity)
        .and_where(
            Expr::col((person::Entity, person::Column::Id))
                .equals((membership::Entity, membership::Column::PersonId)),
        )
        .to_owned();
    Ordering {
        name: "member",
        key: Expr::from(sort_name),
        kind: KeyKind::Text,
        id: membership::Column::Id,
        descending: false,
    }
}

/// The people of the viewer's own organisation, by name.
pub(crate) async fn members_of(
    ctx: &Context<'_>,
    organisation: OrganisationId,
    text: Option<String>,
    arguments: &PageArguments,
) -> Result<Nodes<Membership>> {
    use membership::Column as M;
    let mut query = membership::Entity::find().filter(M::OrganisationId.eq(organisation));
    let found_by_name = text.is_some();
    if let Some(text) = text {
        let named = Expr::col((person::Entity, person::Column::SearchName))
            .like(LikeExpr::new(like_pattern(&text)).escape('\\'));
        let people = select::<person::Entity>(person::Column::Id, named.into_condition());
        query = query.filter(M::PersonId.in_subquery(people));
    }
    let viewer = viewer(ctx);
    connect(ctx, query, &by_name(), arguments, |row| {
        if found_by_name {
            // Whoever is found by a name has been named.
            viewer.note_read(row.person_id);
        }
        Membership(row)
    })
    .await
}
