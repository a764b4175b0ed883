//! Who is asking.

use super::{
    at_hand::Quick,
    attendance::{CheckInRight, own_check_in_rights},
    calendar::{CalendarFeed, own_feeds},
    certificate::Certificate,
    connection::{Nodes, connect, cost, nothing},
    context::{loaders, viewer},
    group::{GroupNotice, group_notices},
    initiative::{Initiative, initiatives_answered_by},
    issue::{CouncilIssue, own_issues},
    meeting::{Meeting, Substitution, WantedMeetings, own_calls, own_meetings},
    notice::{Notice, notices},
    organisation::{Organisation, OrganisationById},
    person::{Membership, MembershipOf, Person, PersonById},
    sign_up::{SignUp, SignUpRequest, Whose, requests},
};
use crate::{
    error::Result,
    guard::list_complexity,
    viewer::page::{KeyKind, Ordering, PageArguments},
};
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{
    certificate, group_notice,
    kind::{
        CouncilIssueStatus, GroupNoticeKind, NoticeKind, Role, SignUpRequestStatus, SignUpStatus,
        SubstitutionStatus,
    },
    notice, sign_up,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};

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

    /// Your calendar feeds, in the order in which they were made; empty for a service.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn calendar_feeds(&self, ctx: &Context<'_>) -> Result<Vec<CalendarFeed>> {
        own_feeds(ctx).await
    }

    /// Your own sign-ups for the organisation that the request acts for, latest first; empty for a service.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn sign_ups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only sign-ups in one of these states.")] statuses: Option<
            Vec<SignUpStatus>,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<SignUp>> {
        use sign_up::Column as S;
        let viewer = viewer(ctx);
        let own = Condition::any().add_option(viewer.person().map(|person| S::PersonId.eq(person)));
        let acting = viewer.signed_in()?.organisation;
        let mut query = sign_up::Entity::find()
            .filter(own)
            .filter(S::OrganisationId.eq(acting));
        if let Some(statuses) = statuses {
            query = query.filter(S::Status.is_in(statuses));
        }
        let order = Ordering {
            name: "own signup",
            key: Expr::col((sign_up::Entity, S::CreatedAt)),
            kind: KeyKind::Instant,
            id: S::Id,
            descending: true,
        };
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, query, &order, &arguments, SignUp).await
    }

    /// The meetings of the groups that you are in, as they come: those that are not over, unless you say from when.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that end after this instant; now if nothing is said.")]
        from: Option<DateTime<Utc>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Quick<Meeting>>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let wanted = WantedMeetings {
            from: Some(from.unwrap_or_else(|| viewer(ctx).now())),
            ..WantedMeetings::default()
        };
        own_meetings(ctx, wanted, &arguments).await
    }

    /// The calls for you to serve as a substitute, latest first; empty for a service.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn substitutions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only calls in one of these states.")] statuses: Option<
            Vec<SubstitutionStatus>,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Substitution>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        own_calls(ctx, statuses, &arguments).await
    }

    /// The issues that you have raised to councils for the organisation that the request acts for, latest first; empty for
    /// a service.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn issues(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only issues in one of these states.")] statuses: Option<
            Vec<CouncilIssueStatus>,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<CouncilIssue>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        own_issues(ctx, statuses, &arguments).await
    }

    /// The initiatives that you answer for in the organisation that the request acts for, by name; empty for a service.
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
        let acting = viewer(ctx).signed_in()?.organisation;
        match viewer(ctx).person() {
            Some(person) => initiatives_answered_by(ctx, person, Some(acting), arguments).await,
            None => Ok(nothing()),
        }
    }

    /// Where you may check in: your standing rights, in the order in which they were given; empty for a service.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn check_in_rights(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<CheckInRight>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        own_check_in_rights(ctx, &arguments).await
    }

    /// Your own certificates of what you completed for the organisation that the request acts for, latest first;
    /// empty for a service.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn certificates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Certificate>> {
        use certificate::Column as C;
        let viewer = viewer(ctx);
        let own = Condition::any().add_option(viewer.person().map(|person| C::PersonId.eq(person)));
        let acting = viewer.signed_in()?.organisation;
        let query = certificate::Entity::find()
            .filter(own)
            .filter(C::OrganisationId.eq(acting));
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let order = super::certificate::latest_first("own certificate");
        connect(ctx, query, &order, &arguments, Certificate).await
    }

    /// Your own requests to be signed up for the organisation that the request acts for, latest first; empty for a
    /// service.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn sign_up_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only requests in one of these states.")] statuses: Option<
            Vec<SignUpRequestStatus>,
        >,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<SignUpRequest>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        requests(ctx, Whose::Own, statuses, &arguments).await
    }

    /// The open requests of colleagues that you may approve or decline, latest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn requests_to_decide(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<SignUpRequest>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        requests(ctx, Whose::ToDecide, None, &arguments).await
    }

    /// Whether somebody must approve before you are signed up: then ask with `requestSignUp` instead of `signUp`.
    async fn needs_approval(&self, ctx: &Context<'_>) -> bool {
        viewer(ctx).needs_approval()
    }

    /// What you are told about your own places for the organisation that the request acts for, latest first; empty
    /// for a service.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only notices of these kinds.")] kinds: Option<Vec<NoticeKind>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Notice>> {
        use notice::Column as N;
        let person = viewer(ctx).person();
        let own = Condition::any().add_option(person.map(|person| N::PersonId.eq(person)));
        let acting = viewer(ctx).signed_in()?.organisation;
        let own = Condition::all().add(own).add(N::OrganisationId.eq(acting));
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        notices(ctx, own, kinds, &arguments).await
    }

    /// What you are told about your groups, for the organisation that the request acts for, latest first; empty for a
    /// service.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn group_notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only notices of these kinds.")] kinds: Option<Vec<GroupNoticeKind>>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<GroupNotice>> {
        use group_notice::Column as N;
        let person = viewer(ctx).person();
        let own = Condition::any().add_option(person.map(|person| N::PersonId.eq(person)));
        let acting = viewer(ctx).signed_in()?.organisation;
        let own = Condition::all().add(own).add(N::OrganisationId.eq(acting));
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        group_notices(ctx, own, kinds, &arguments).await
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
