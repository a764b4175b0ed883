//! Personal data: the export of all that is held about a person, erasure, and for how long what is kept.

mod deciding;
mod document;
mod groups;
mod initiatives;
mod issues;
mod meetings;
mod roles;

pub use deciding::PersonalDataMutation;

use super::{
    connection::{Nodes, connect, cost},
    context::{loaders, viewer},
    loader::load_one,
    organisation::{Organisation, OrganisationById},
};
use crate::{
    error::{Error, Result},
    guard::list_complexity,
    viewer::{
        held::Span,
        page::{KeyKind, Ordering, PageArguments},
    },
};
use async_graphql::{Context, Json, Object};
use chrono::{DateTime, Utc};
use entity::{
    erasure,
    id::{ErasureId, PersonId},
    kind::{ErasureCause, RetentionKind, Role},
    retention_action, retention_rule,
};
use sea_orm::{EntityTrait, QueryOrder, sea_query::Expr};

/// What an export costs: it reads more than a page does.
const EXPORT_COST: usize = 200;

load_one!(
    /// An erasure by its id.
    ErasureById(ErasureId) => erasure.Id (|row| Some(row.id))
);

/// For how long your organisation keeps one kind of record about people.
pub struct RetentionRule(retention_rule::Model);

/// For how long an organisation keeps one kind of record about people. Seen by its administrators. Without a rule
/// for a kind, nothing of that kind is touched.
#[Object]
impl RetentionRule {
    /// What is kept, and what its time is counted from.
    async fn kind(&self) -> RetentionKind {
        self.0.kind
    }

    /// For how many whole months.
    async fn months(&self) -> i32 {
        self.0.months
    }

    /// The retention decision that it rests on, by its number.
    async fn decision(&self) -> Option<&str> {
        self.0.decision.as_deref()
    }

    /// When it was set.
    async fn set_at(&self) -> DateTime<Utc> {
        self.0.set_at
    }
}

/// What the retention job did.
pub struct RetentionAction(retention_action::Model);

/// What a run of the retention job did for your organisation by one of its rules. Seen by its administrators.
#[Object]
impl RetentionAction {
    /// The kind of record.
    async fn kind(&self) -> RetentionKind {
        self.0.kind
    }

    /// For how many months the rule kept them.
    async fn months(&self) -> i32 {
        self.0.months
    }

    /// How many records lost the person, or were removed.
    async fn records(&self) -> i32 {
        self.0.records
    }

    /// When the run was.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// That somebody was erased.
pub struct Erasure(erasure::Model);

/// That your organisation erased what it held about somebody: when, on whose decision, and what it took. It names
/// nobody. Seen by the organisation's administrators.
#[Object]
impl Erasure {
    /// The id that stood for the person until then.
    async fn person_id(&self) -> PersonId {
        self.0.person_id
    }

    /// On whose decision.
    async fn cause(&self) -> ErasureCause {
        self.0.cause
    }

    /// The decision that it rests on, by its number.
    async fn decision(&self) -> Option<&str> {
        self.0.decision.as_deref()
    }

    /// The request, as the audit log names it, which tells who asked.
    async fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// How many sign-ups for occasions to come were withdrawn by it.
    async fn sign_ups_withdrawn(&self) -> i32 {
        self.0.sign_ups_withdrawn
    }

    /// How many participants' needs were erased by it.
    async fn needs_erased(&self) -> i32 {
        self.0.needs_erased
    }
}

/// All that is held about a person.
pub struct PersonalData {
    pub(super) person: PersonId,
    pub(super) at: DateTime<Utc>,
    pub(super) document: serde_json::Value,
}

/// All that is held about a person: to the person, what the organisation that the request acts for holds, and that
/// other organisations read or changed it; to an administrator, what the own organisation holds.
#[Object]
impl PersonalData {
    /// The person.
    async fn person_id(&self) -> PersonId {
        self.person
    }

    /// The organisation that the request acts for. Somebody who belongs to several asks each of them.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(viewer(ctx).signed_in()?.organisation);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// When it was put together.
    async fn compiled_at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The document, to be handed over as it is: an object with `person`, `memberships`, `signUps` (with occasion,
    /// training, need and the movements of the seat), `attendance`, `attendanceChanges`, `completions`,
    /// `checkInRights`, `certificates`, `signUpRequests`, `appointments`, `unitsManaged`, `approvesSignUps`, `seatsHeld`, `groupsJoined`,
    /// `groupNotices`, `meetingsAttended`, `absencesAnnounced`, `substitutions`, `notices`, `rowsMadeByThePerson`
    /// (numbers, since the rows are about others), `logAboutThePerson` (who read or changed it: which person of the organisation, to its administrators only) and `logOfThePerson`.
    async fn document(&self) -> Json<&serde_json::Value> {
        Json(&self.document)
    }
}

/// Where to begin with personal data.
#[derive(Default)]
pub struct PersonalDataQuery;

#[Object]
impl PersonalDataQuery {
    /// All that is held about a person, to be handed over. You get your own; administrators get what their
    /// organisation holds about its people and about the participants that it sees, which is written to the
    /// audit log as a `READ`. Null if you may not see the person; `FORBIDDEN` for others than administrators,
    /// `UNAUTHENTICATED` without a token.
    #[graphql(complexity = "EXPORT_COST + child_complexity")]
    async fn personal_data(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person; yourself if nothing is said.")] person_id: Option<PersonId>,
        #[graphql(
            desc = "Of the logs, only what is not older. Needed only where the whole is too large for an answer."
        )]
        log_from: Option<DateTime<Utc>>,
        #[graphql(desc = "Of the logs, only what is older.")] log_until: Option<DateTime<Utc>>,
    ) -> Result<Option<PersonalData>> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let Some(person) = person_id.or(viewer.person()) else {
            return Ok(None);
        };
        viewer.may_export(person)?;
        let span = Span {
            from: log_from,
            until: log_until,
        };
        document::compile(viewer, person, span).await
    }

    /// For how long your own organisation keeps what it holds about people: one rule a kind, none where it has
    /// decided nothing. For its administrators; `FORBIDDEN` for others, `UNAUTHENTICATED` without a token.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn retention_rules(&self, ctx: &Context<'_>) -> Result<Vec<RetentionRule>> {
        administrator(ctx)?;
        let rules = retention_rule::Entity::find().order_by_asc(retention_rule::Column::Kind);
        let rules = viewer(ctx).all(rules).await?;
        Ok(rules.into_iter().map(RetentionRule).collect())
    }

    /// What the retention job has done for your own organisation, latest first. For its administrators;
    /// `FORBIDDEN` for others, `UNAUTHENTICATED` without a token.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn retention_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<RetentionAction>> {
        use retention_action::Column as A;
        administrator(ctx)?;
        let order = Ordering {
            name: "retention",
            key: Expr::col((retention_action::Entity, A::At)),
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
        let query = retention_action::Entity::find();
        connect(ctx, query, &order, &arguments, RetentionAction).await
    }

    /// Whom your own organisation has erased, by ids that stand for nobody any more, latest first. For its
    /// administrators; `FORBIDDEN` for others, `UNAUTHENTICATED` without a token.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn erasure_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Erasure>> {
        use erasure::Column as E;
        administrator(ctx)?;
        let order = Ordering {
            name: "erasure",
            key: Expr::col((erasure::Entity, E::At)),
            kind: KeyKind::Instant,
            id: E::Id,
            descending: true,
        };
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, erasure::Entity::find(), &order, &arguments, Erasure).await
    }
}

/// Refuses whoever is not an administrator of the organisation that the request acts for.
fn administrator(ctx: &Context<'_>) -> Result<()> {
    if viewer(ctx).signed_in()?.role < Role::Administrator {
        return Err(Error::Forbidden);
    }
    Ok(())
}
