//! Completions: who has completed which training, until when that is valid, and what an organisation wants of its
//! staff.

mod import;
mod mandatory;
mod withdrawing;

pub use import::{ImportMutation, ImportOutcome};
pub(crate) use mandatory::MandatoryTrainingById;
pub use mandatory::{MandatoryMutation, MandatoryQuery, MandatoryTraining};
pub use withdrawing::WithdrawCompletionMutation;

use super::{
    certificate::{Certificate, CertificateOf},
    connection::{Nodes, connect, cost},
    context::{loaders, viewer},
    loader::{load_one, load_pages},
    meeting::{Meeting, MeetingById},
    occasion::{OccasionById, TrainingOccasion},
    organisation::{Organisation, OrganisationById},
    person::{Person, PersonById},
    training::{Training, TrainingById},
};
use crate::{
    domain::completion::{is_valid_on, today, within},
    error::{Error, Result},
    language::Text,
    policy::select,
    viewer::{
        page::{KeyKind, Ordering, PageArguments},
        qualification::valid_on,
    },
};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    completion,
    id::{CompletionId, PersonId, SignUpId},
    kind::{CompletionSource, Role},
    training,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, Select,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};

load_one!(
    /// A completion by its id.
    CompletionById(CompletionId) => completion.Id (|row| Some(row.id))
);
load_one!(
    /// The completion that stands and follows from the attendance of a sign-up.
    CompletionOf(SignUpId) => completion.SignUpId (|row| row.sign_up_id.filter(|_| row.withdrawn_at.is_none()))
);
load_pages!(
    /// A page of a person's completions, latest first.
    CompletionsOf(PersonId) => completion.PersonId (person_id),
    order Ordering {
        name: "completion",
        key: day(completion::Column::CompletedOn),
        kind: KeyKind::Text,
        id: completion::Column::Id,
        descending: true,
    },
    filter |viewer, query, wanted: Wanted| wanted.of(query, today(viewer.now()))
);

/// The furthest that one can look ahead: ten years.
const MOST_DAYS: u32 = 3650;

/// A day as a text, which sorts as days do.
fn day(column: completion::Column) -> Expr {
    Expr::col((completion::Entity, column)).cast_as("text")
}

/// Which of a person's completions are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    /// Only those that are valid today.
    pub(crate) valid: bool,
    /// Only those of trainings that qualify for something.
    pub(crate) qualifying: bool,
}

impl Wanted {
    fn of(
        self,
        mut query: Select<completion::Entity>,
        today: NaiveDate,
    ) -> Select<completion::Entity> {
        if self.valid {
            query = query.filter(valid_on(today));
        }
        if self.qualifying {
            let qualifying = Condition::all().add(training::Column::QualifiesFor.is_not_null());
            let trainings = select::<training::Entity>(training::Column::Id, qualifying);
            query = query.filter(completion::Column::TrainingId.in_subquery(trainings));
        }
        query
    }
}

/// That a person has completed a training.
pub struct Completion(pub completion::Model);

/// That a person has completed a training. You see your own, in the organisation that you took it for; coordinators
/// see those of their own organisation; coordinators of the accountable organiser see those that follow from
/// attendance at its occasions. A row is never removed, only taken back.
#[Object]
impl Completion {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Who completed it; null if you may not see the person.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// The organisation that the person took it for.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The training; null if you may no longer see it.
    async fn training(&self, ctx: &Context<'_>) -> Result<Option<Training>> {
        let key = TrainingById(self.0.training_id);
        Ok(loaders(ctx).load_one(key).await?.map(Training))
    }

    /// The occasion whose attendance it follows from; null for one from elsewhere.
    async fn occasion(&self, ctx: &Context<'_>) -> Result<Option<TrainingOccasion>> {
        let Some(occasion) = self.0.occasion_id else {
            return Ok(None);
        };
        let key = OccasionById(occasion);
        Ok(loaders(ctx).load_one(key).await?.map(TrainingOccasion))
    }

    /// The meeting by which it was completed; null where it was completed otherwise, and for one that you may not see.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<Meeting>> {
        let Some(meeting) = self.0.meeting_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(MeetingById(meeting)).await?;
        Ok(row.map(Meeting))
    }

    /// How it is known.
    async fn source(&self) -> CompletionSource {
        self.0.source
    }

    /// The day on which it was completed: that of the block with which the training's rule was met.
    async fn completed_on(&self) -> NaiveDate {
        self.0.completed_on
    }

    /// The last day on which it is valid; null: for good.
    async fn valid_until(&self) -> Option<NaiveDate> {
        self.0.valid_until
    }

    /// Whether it stands and is valid today, in Swedish time.
    async fn is_valid(&self, ctx: &Context<'_>) -> bool {
        let today = today(viewer(ctx).now());
        self.0.withdrawn_at.is_none() && is_valid_on(self.0.completed_on, self.0.valid_until, today)
    }

    /// The certificate of it; null where none has been issued, and where it has been taken back. For the person, and for
    /// coordinators of the organisation that issued it; null for all others.
    async fn certificate(&self, ctx: &Context<'_>) -> Result<Option<Certificate>> {
        let key = CertificateOf(self.0.id);
        Ok(loaders(ctx).load_one(key).await?.map(Certificate))
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }

    /// When it was taken back, because the attendance was corrected or it was entered by mistake; null while it
    /// stands.
    async fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.0.withdrawn_at
    }
}

/// Where to begin with completions.
#[derive(Default)]
pub struct CompletionQuery;

#[Object]
impl CompletionQuery {
    /// The completions of people of your own organisation that run out soon: valid today, for the last time within so
    /// many days, and not yet renewed by a later one. Soonest first. Of those who belong to the organisation now. For
    /// coordinators; `FORBIDDEN` for others, `UNAUTHENTICATED` without a token, `BAD_USER_INPUT` for more days.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn completions_running_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Within so many days from today, 0 to 3,650.", default = 90)] within_days: u32,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<Completion>> {
        use completion::Column as C;
        let viewer = viewer(ctx);
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        if within_days > MOST_DAYS {
            return Err(Error::BadInput(Text::fixed(
                "withinDays ska vara 0 till 3650.",
                "withinDays must be 0 to 3,650.",
            )));
        }
        let today = today(viewer.now());
        let query = completion::Entity::find()
            .filter(C::OrganisationId.eq(own))
            .filter(C::WithdrawnAt.is_null())
            .filter(C::CompletedOn.lte(today))
            .filter(C::ValidUntil.between(today, within(today, within_days)))
            .filter(C::PersonId.in_subquery(mandatory::members_now(viewer)))
            .filter(Expr::exists(renewal()).not());
        let order = Ordering {
            name: "running out",
            key: day(C::ValidUntil),
            kind: KeyKind::Text,
            id: C::Id,
            descending: false,
        };
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        connect(ctx, query, &order, &arguments, Completion).await
    }
}

/// Another completion of the same training by the same person that is valid for longer.
fn renewal() -> SelectStatement {
    use completion::Column as C;
    let later = Alias::new("later");
    let of_later = |column: C| Expr::col((later.clone(), column));
    let of_this = |column: C| Expr::col((completion::Entity, column));
    let for_longer = Condition::any()
        .add(of_later(C::ValidUntil).is_null())
        .add(of_later(C::ValidUntil).gt(of_this(C::ValidUntil)))
        // Of two that are valid for as long, one is told.
        .add(
            of_later(C::ValidUntil)
                .eq(of_this(C::ValidUntil))
                .and(of_later(C::Id).gt(of_this(C::Id))),
        );
    Query::select()
        .expr(Expr::val(1))
        .from_as(completion::Entity, later.clone())
        .and_where(of_later(C::PersonId).eq(of_this(C::PersonId)))
        .and_where(of_later(C::TrainingId).eq(of_this(C::TrainingId)))
        .and_where(of_later(C::WithdrawnAt).is_null())
        .cond_where(for_longer)
        .to_owned()
}
