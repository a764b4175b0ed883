//! Sign-ups: who takes part in what, and in which order those who wait stand.

mod answering;
mod eligibility;
mod entering;
mod leaving;
mod replacing;
mod request;
mod requirement;

pub use answering::OfferMutation;
pub(crate) use entering::SignUps;
pub use entering::{SignUpMode, SignUpMutation};
pub use leaving::WithdrawMutation;
pub use replacing::ReplaceMutation;
pub use request::{
    ApproverMutation, DecisionMutation, RequestMutation, SignUpApprover, SignUpRequest,
    approvers_of,
};
pub(crate) use request::{OwnRequestAt, RequestById, Whose, requests};
pub(crate) use requirement::LackingAt;

use super::{
    attendance::{Attendance, AttendanceChange, AttendanceChangesOf, attendance_of},
    completion::{Completion, CompletionOf},
    connection::{Nodes, cost},
    context::{load_by_key, loaders, viewer},
    loader::{Loaders, load_one, load_pages},
    occasion::{OccasionById, TrainingOccasion},
    organisation::{Organisation, OrganisationById},
    person::{Person, PersonById},
    training::TrainingById,
    user_error::UserError,
};
use crate::{
    disclosure,
    error::{Error, Result},
    guard::list_complexity,
    viewer::{
        page::{KeyKind, Ordering, PageArguments},
        seat::{self, Hindrance},
    },
};
use async_graphql::{Context, ID, Object, SimpleObject, dataloader::Loader};
use chrono::{DateTime, Utc};
use entity::{
    id::{OccasionId, PartyId, SignUpId},
    kind::{Role, SeatReason, SignUpStatus},
    sign_up,
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
use std::collections::HashMap;

load_one!(
    /// A sign-up by its id.
    SignUpById(SignUpId) => sign_up.Id (|row| Some(row.id))
);
load_one!(
    /// What a participant needs.
    NeedOf(SignUpId) => participant_need.SignUpId (|row| Some(row.sign_up_id))
);
load_pages!(
    /// A page of an occasion's sign-ups in the order in which they were made, perhaps in some states.
    SignUpsOf(OccasionId) => sign_up.OccasionId (occasion_id),
    order Ordering {
        name: "signup",
        key: Expr::col((sign_up::Entity, sign_up::Column::CreatedAt)),
        kind: KeyKind::Instant,
        id: sign_up::Column::Id,
        descending: false,
    },
    filter |_viewer, query, statuses: Option<Vec<SignUpStatus>>| match statuses {
        Some(statuses) => query.filter(sign_up::Column::Status.is_in(statuses)),
        None => query,
    }
);

/// What keeps the viewer's own person from a place at an occasion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct HindranceAt(pub OccasionId);

impl Loader<HindranceAt> for Loaders {
    type Value = Hindrance;
    type Error = Error;

    async fn load(&self, keys: &[HindranceAt]) -> Result<HashMap<HindranceAt, Hindrance>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let hindrances = self.viewer.hindrances(&ids).await?;
        Ok(hindrances
            .into_iter()
            .map(|(id, hindrance)| (HindranceAt(id), hindrance))
            .collect())
    }
}

/// The place in line of a sign-up that waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PositionOf(SignUpId);

impl Loader<PositionOf> for Loaders {
    type Value = i32;
    type Error = Error;

    async fn load(&self, keys: &[PositionOf]) -> Result<HashMap<PositionOf, i32>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let positions = self.viewer.positions(&ids).await?;
        Ok(positions
            .into_iter()
            .map(|(id, position)| (PositionOf(id), i32::try_from(position).unwrap_or(i32::MAX)))
            .collect())
    }
}

/// What stands before a sign-up that waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PlaceOf(SignUpId);

impl Loader<PlaceOf> for Loaders {
    type Value = seat::PlaceInLine;
    type Error = Error;

    async fn load(&self, keys: &[PlaceOf]) -> Result<HashMap<PlaceOf, seat::PlaceInLine>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let places = self.viewer.places_in_line(&ids).await?.into_iter();
        Ok(places.map(|(id, place)| (PlaceOf(id), place)).collect())
    }
}

/// What stands before a sign-up that waits. It counts, and names nobody. Seen with the sign-up.
#[derive(SimpleObject)]
pub struct PlaceInLine {
    /// How many wait before it; those of its own party are not counted.
    before: i32,
    /// How many of those belong to the same organisation.
    before_of_own_organisation: i32,
    /// How many seats it waits for: more than one for a party that takes its seats together.
    seats: i32,
    /// Who was let past since it was made, itself or somebody before it, by reason.
    passed_over: Vec<PassedOver>,
}

/// That seats came free which somebody in line could not use. It counts, and names nobody.
#[derive(SimpleObject)]
pub struct PassedOver {
    /// Why.
    reason: SeatReason,
    /// Whether it was this sign-up; otherwise somebody before it.
    itself: bool,
    /// How many times somebody was let past for that reason.
    times: i32,
    /// When last, in UTC.
    last_at: DateTime<Utc>,
}

impl From<seat::PlaceInLine> for PlaceInLine {
    fn from(place: seat::PlaceInLine) -> Self {
        let int = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let passed_over = place.passed_over.into_iter().map(|passed| PassedOver {
            reason: passed.reason,
            itself: passed.itself,
            times: int(passed.times),
            last_at: passed.last_at,
        });
        Self {
            before: int(place.before),
            before_of_own_organisation: int(place.before_of_own_organisation),
            seats: int(place.seats),
            passed_over: passed_over.collect(),
        }
    }
}

/// A person's place at an occasion, or in its waiting list.
#[derive(Clone)]
pub struct SignUp(pub sign_up::Model);

/// A person's place at an occasion, or in its waiting list. You see your own; coordinators see those of their
/// own organisation; coordinators of the accountable organiser see all, and those of other organisers where
/// the organisers have agreed so.
#[Object]
impl SignUp {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The occasion; null if you may no longer see it.
    async fn occasion(&self, ctx: &Context<'_>) -> Result<Option<TrainingOccasion>> {
        let key = OccasionById(self.0.occasion_id);
        Ok(loaders(ctx).load_one(key).await?.map(TrainingOccasion))
    }

    /// Who takes part; null while the seat is held without a name. Reading the name is written to the audit log.
    async fn participant(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(person) = self.0.person_id else {
            return Ok(None);
        };
        let key = PersonById(person);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// The organisation that the person takes part for.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// What sign-ups share that take their seats together or wait as one; null for a sign-up of its own.
    async fn party_id(&self) -> Option<PartyId> {
        self.0.party_id
    }

    /// What has become of it.
    async fn status(&self) -> SignUpStatus {
        self.0.status
    }

    /// The place in line, 1 being first; null unless it waits.
    async fn position(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        if self.0.status != SignUpStatus::Waitlisted {
            return Ok(None);
        }
        loaders(ctx).load_one(PositionOf(self.0.id)).await
    }

    /// What stands before it in line, and who was let past and why; null unless it waits.
    async fn place_in_line(&self, ctx: &Context<'_>) -> Result<Option<PlaceInLine>> {
        if self.0.status != SignUpStatus::Waitlisted {
            return Ok(None);
        }
        let place = loaders(ctx).load_one(PlaceOf(self.0.id)).await?;
        Ok(place.map(PlaceInLine::from))
    }

    /// Until when you may take the seat that is offered, in UTC; null unless it is `OFFERED`. At that instant it is
    /// no longer yours, and passes on to the next in line.
    async fn offer_expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.offer_expires_at
    }

    /// Whether you may answer the offer of a seat now: it is your own, or a colleague's of whom you are a
    /// coordinator.
    async fn viewer_can_answer_offer(&self, ctx: &Context<'_>) -> bool {
        let viewer = viewer(ctx);
        let Some(acting) = viewer.acting() else {
            return false;
        };
        let open = self.0.offer_expires_at.is_some_and(|at| viewer.now() < at);
        let oneself = acting.person.is_some() && acting.person == self.0.person_id;
        open && acting.organisation == self.0.organisation_id
            && (oneself || acting.role >= Role::Coordinator)
    }

    /// Why it waits; null unless it waits.
    async fn reason(&self) -> Option<SeatReason> {
        self.0.reason
    }

    /// What the person needs on the day (diet, access). Seen by the person, and by coordinators of the
    /// accountable organiser until 30 days after the occasion; null for everybody else.
    async fn need(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let row = loaders(ctx).load_one(NeedOf(self.0.id)).await?;
        Ok(row.and_then(|row| disclosure::need(viewer(ctx), &self.0, &row).map(str::to_owned)))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it got its seat; null if it has had none.
    async fn confirmed_at(&self) -> Option<DateTime<Utc>> {
        self.0.confirmed_at
    }

    /// Whether you may withdraw it now: it stands, the occasion has not begun, and it is your own, a colleague's
    /// of whom you are a coordinator, or at an occasion whose accountable organiser you are a coordinator of.
    async fn viewer_can_withdraw(&self, ctx: &Context<'_>) -> Result<bool> {
        let viewer = viewer(ctx);
        let Some(acting) = viewer.acting() else {
            return Ok(false);
        };
        let key = OccasionById(self.0.occasion_id);
        let Some(occasion) = loaders(ctx).load_one(key).await? else {
            return Ok(false);
        };
        if self.0.ended_at.is_some() || occasion.starts_at <= viewer.now() {
            return Ok(false);
        }
        let coordinator = acting.role >= Role::Coordinator;
        if acting.organisation == self.0.organisation_id {
            let oneself = acting.person.is_some() && acting.person == self.0.person_id;
            return Ok(oneself || coordinator);
        }
        let key = TrainingById(occasion.training_id);
        let training = loaders(ctx).load_one(key).await?;
        Ok(coordinator
            && training.is_some_and(|row| row.accountable_organisation_id == acting.organisation))
    }

    /// Whether the participant was there, in the order of the time blocks; blocks without a mark are left out. Of
    /// whoever has the place now.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn attendance(&self, ctx: &Context<'_>) -> Result<Vec<Attendance>> {
        attendance_of(ctx, self.0.id, self.0.person_id).await
    }

    /// How the marks came about, oldest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn attendance_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<AttendanceChange>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        AttendanceChangesOf::of(ctx, self.0.id, (), arguments, AttendanceChange).await
    }

    /// The completion that follows from the attendance; null while the training's rule is not met, and for organisers
    /// that are not the accountable one.
    async fn completion(&self, ctx: &Context<'_>) -> Result<Option<Completion>> {
        let row = loaders(ctx).load_one(CompletionOf(self.0.id)).await?;
        Ok(row.map(Completion))
    }

    /// When it ended; null while it stands.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }
}

/// Where to begin with sign-ups.
#[derive(Default)]
pub struct SignUpQuery;

#[Object]
impl SignUpQuery {
    /// For the router of a federation: a sign-up by its key.
    #[graphql(entity)]
    async fn sign_up_entity(&self, ctx: &Context<'_>, id: String) -> Option<Result<SignUp>> {
        let found = load_by_key(ctx, &id, SignUpById).await;
        found.map(|row| row.map(SignUp)).transpose()
    }
}
