//! Occasions: when and where a training is given, and its seats.

mod download;
mod editing;
mod quota;
mod rules;

pub use download::Download;
pub use editing::{CancelMutation, OccasionMutation, VenueInput};
pub(super) use editing::{check_venue, check_zone};
pub use quota::{OrganisationKindQuota, QuotaMutation, SeatQuota};
pub(crate) use rules::opening;
pub use rules::{RulesMutation, SeatCounts, SignUpOpening};

use super::{
    at_hand::{AtHand, Quick, object_at_hand, scalar, text},
    attendance::{CheckInRight, CheckInRightsOf, ExpectedAt, ExpectedParticipant, RecordableAt},
    connection::{Nodes, cost},
    context::{load_by_key, loaders, viewer},
    group::ColleaguesIn,
    loader::{Loaders, load_many, load_one, load_pages},
    person::MembershipOf,
    sign_up::{HindranceAt, LackingAt, OwnRequestAt, SignUp, SignUpRequest, SignUpsOf},
    training::{AudiencesOf, OrganisersOf, TargetGroupsOf, Training, TrainingById},
    user_error::UserErrorCode,
};
use crate::guard::list_complexity;
use crate::{
    domain::{
        audience::{self, Participant},
        completion::day_in,
        occasion::{self, Opening, SignUpState, opens_at, sign_up_state},
    },
    error::{Error, Result},
    viewer::{
        Viewer,
        page::{KeyKind, Ordering, PageArguments},
        seat::{Hindrance, Standing},
    },
};
use async_graphql::{
    Context, Enum, ID, Object, SimpleObject, Value,
    dataloader::Loader,
    parser::types::{Field, SelectionSet},
    resolver_utils::enum_value,
};
use chrono::{DateTime, Utc};
use entity::{
    id::{OccasionId, TrainingId},
    kind::{
        OccasionStatus, OrganisationKind, PromotionMode, Role, SignUpStatus, StaffCategory,
        TrainingStatus,
    },
    partial_date::PartialDate,
    training, training_occasion,
};
use sea_orm::{ColumnTrait, Iterable, QueryFilter, sea_query::Expr};
use std::collections::HashMap;

load_one!(
    /// An occasion by its id.
    OccasionById(OccasionId) => training_occasion.Id (|row| Some(row.id))
);
load_many!(
    /// The time blocks of an occasion.
    TimeBlocksOf(OccasionId) => time_block.OccasionId (occasion_id), order Position
);

load_pages!(
    /// A page of a training's occasions, soonest first; only those that have not ended, if so asked.
    OccasionsOf(TrainingId) => training_occasion.TrainingId (training_id),
    order Ordering {
        name: "occasion",
        key: Expr::col((training_occasion::Entity, training_occasion::Column::StartsAt)),
        kind: KeyKind::Instant,
        id: training_occasion::Column::Id,
        descending: false,
    },
    filter |viewer, query, upcoming: bool| if upcoming {
        query.filter(training_occasion::Column::EndsAt.gt(viewer.now()))
    } else {
        query
    }
);

/// How the viewer's organisation stands at an occasion; whether kinds of organisations have quotas there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StandingAt {
    occasion: OccasionId,
    by_kind: bool,
}

impl Loader<StandingAt> for Loaders {
    type Value = Standing;
    type Error = Error;

    async fn load(&self, keys: &[StandingAt]) -> Result<HashMap<StandingAt, Standing>> {
        let ids = |by_kind| -> Vec<OccasionId> {
            let keys = keys.iter().filter(|key| key.by_kind == by_kind);
            keys.map(|key| key.occasion).collect()
        };
        let (plain, shared) = (ids(false), ids(true));
        let mut standings = HashMap::new();
        if !plain.is_empty() {
            standings.extend(self.viewer.standings(&plain).await?);
        }
        if !shared.is_empty() {
            standings.extend(self.viewer.standings_by_kind(&shared).await?);
        }
        let by_kind = |occasion| shared.contains(&occasion);
        Ok(standings
            .into_iter()
            .map(|(occasion, standing)| {
                let by_kind = by_kind(occasion);
                (StandingAt { occasion, by_kind }, standing)
            })
            .collect())
    }
}

/// A stretch of time of an occasion. Seen with the occasion.
#[derive(SimpleObject)]
pub struct TimeBlock {
    /// When it starts, in UTC; show it in the occasion's `timeZone`.
    starts_at: DateTime<Utc>,
    /// When it ends, in UTC.
    ends_at: DateTime<Utc>,
}

impl From<occasion::TimeBlock> for TimeBlock {
    fn from((starts_at, ends_at): occasion::TimeBlock) -> Self {
        Self { starts_at, ends_at }
    }
}

/// Where an occasion is held. Seen with the occasion.
#[derive(SimpleObject)]
pub struct Venue {
    /// The name of the place.
    name: Option<String>,
    /// The address.
    address: Option<String>,
    /// The link, for what is given online.
    url: Option<String>,
}

impl Venue {
    /// None where nothing is known.
    pub(super) fn of(
        name: Option<&String>,
        address: Option<&String>,
        url: Option<&String>,
    ) -> Option<Self> {
        (name.is_some() || address.is_some() || url.is_some()).then(|| Self {
            name: name.cloned(),
            address: address.cloned(),
            url: url.cloned(),
        })
    }
}

impl Venue {
    fn at_hand(&self, selection: &SelectionSet) -> Option<Value> {
        object_at_hand(selection, |field| {
            Some(text(match field.name.node.as_str() {
                "name" => self.name.as_ref(),
                "address" => self.address.as_ref(),
                "url" => self.url.as_ref(),
                _ => return None,
            }))
        })
    }
}

/// The seats of an occasion, as whoever may see the occasion may know them.
#[derive(SimpleObject)]
pub struct Seats {
    /// How many seats there are.
    capacity: i32,
    /// How many seats are taken.
    taken: i32,
    /// How many seats nobody has taken; some may be kept for certain organisations.
    free: i32,
    /// How many seats your organisation could take now, by its quota and what is kept for others. Null if you
    /// are not signed in.
    free_for_viewer: Option<i32>,
    /// How many wait for a seat.
    waiting: i32,
}

impl Seats {
    /// The seats of an occasion, and how many of them the viewer's organisation could take.
    pub(super) const fn of(row: &training_occasion::Model, free_for_viewer: Option<i32>) -> Self {
        Self {
            capacity: row.capacity,
            taken: row.taken,
            free: row.capacity - row.taken,
            free_for_viewer,
            waiting: row.waiting,
        }
    }
}

impl AtHand for Seats {
    fn at_hand(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "capacity" => self.capacity.into(),
            "taken" => self.taken.into(),
            "free" => self.free.into(),
            "freeForViewer" => self.free_for_viewer.map_or(Value::Null, Value::from),
            "waiting" => self.waiting.into(),
            _ => return None,
        })
    }
}

/// How many participants come from one kind of organisation.
#[derive(SimpleObject, Clone)]
pub struct OrganisationKindCount {
    /// The kind of organisation.
    kind: OrganisationKind,
    /// How many have a seat, or are offered one.
    confirmed: i32,
    /// How many wait.
    waiting: i32,
}

/// Whether sign-up is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SignUpWindow {
    /// It has not opened yet: see `signUpOpensAt`.
    NotYetOpen,
    /// It is open.
    Open,
    /// It has closed: see `signUpClosesAt`.
    Closed,
    /// The occasion is cancelled.
    Cancelled,
    /// The occasion has begun or is over.
    Past,
}

/// An occasion.
#[derive(Clone)]
pub struct TrainingOccasion(pub training_occasion::Model);

/// The window of an occasion, as the domain has it.
pub(crate) fn window(row: &training_occasion::Model, now: DateTime<Utc>) -> SignUpState {
    sign_up_state(
        now,
        row.sign_up_opens_at,
        row.sign_up_closes_at,
        row.starts_at,
        row.status,
    )
}

/// Why nobody can sign up now; none if the occasion takes sign-ups, perhaps of some only ([`has_opened`]).
pub(crate) fn refusal_of_occasion(
    training: &training::Model,
    occasion: &training_occasion::Model,
    now: DateTime<Utc>,
) -> Option<UserErrorCode> {
    if training.status != TrainingStatus::Published {
        return Some(UserErrorCode::TrainingNotPublished);
    }
    match window(occasion, now) {
        SignUpState::Open => None,
        // For some it may have opened: who that is, is asked person by person.
        SignUpState::NotYetOpen if occasion.opens_stepwise => None,
        SignUpState::NotYetOpen => Some(UserErrorCode::SignUpNotOpen),
        SignUpState::Closed => Some(UserErrorCode::SignUpClosed),
        SignUpState::Cancelled => Some(UserErrorCode::OccasionCancelled),
        SignUpState::Past => Some(UserErrorCode::OccasionPast),
    }
}

/// Whether sign-up has opened for a person of the viewer's organisation, or for a seat without a name.
pub(crate) fn has_opened(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
    openings: &[Opening],
    person: Option<&Participant>,
) -> bool {
    viewer.acting().is_some_and(|acting| {
        let for_all = occasion.sign_up_opens_at;
        let opens_at = opens_at(for_all, openings, acting.kind, person);
        opens_at.is_none_or(|opens_at| opens_at <= viewer.now())
    })
}

/// Somebody of the viewer's organisation, as target audiences see the person.
pub(crate) fn participant(
    viewer: &Viewer,
    training: &training::Model,
    category: StaffCategory,
) -> Option<Participant> {
    let acting = viewer.acting()?;
    Some(Participant {
        organisation_kind: acting.kind,
        same_county: acting.county_code.is_some() && acting.county_code == training.county_code,
        category,
    })
}

/// Whether the viewer, or for a coordinator anybody of its organisation, is today in one of the groups that a training
/// is for; none where it is for no group in particular.
async fn own_in_groups(ctx: &Context<'_>, training: &training::Model) -> Result<Option<bool>> {
    if !training.for_groups {
        return Ok(None);
    }
    let groups = loaders(ctx).load_one(TargetGroupsOf(training.id)).await?;
    let groups = groups.unwrap_or_default().into_iter();
    let keys = groups.map(|row| ColleaguesIn(row.group_id));
    let found = loaders(ctx).load_many(keys).await?;
    let viewer = viewer(ctx);
    let mut colleagues = found.into_values().flatten();
    Ok(Some(if viewer.organisation(Role::Coordinator).is_some() {
        colleagues.next().is_some()
    } else {
        colleagues.any(|person| viewer.person() == Some(person))
    }))
}

impl TrainingOccasion {
    async fn refusal(&self, ctx: &Context<'_>) -> Result<Option<UserErrorCode>> {
        let viewer = viewer(ctx);
        if viewer.acting().is_none() {
            return Ok(Some(UserErrorCode::NotSignedIn));
        }
        let key = TrainingById(self.0.training_id);
        let Some(training) = loaders(ctx).load_one(key).await? else {
            return Ok(Some(UserErrorCode::NotFound));
        };
        if let Some(refusal) = refusal_of_occasion(&training, &self.0, viewer.now()) {
            return Ok(Some(refusal));
        }
        let audiences = loaders(ctx)
            .load_one(AudiencesOf(training.id))
            .await?
            .unwrap_or_default();
        let audiences: Vec<_> = audiences.into_iter().map(|row| row.audience).collect();
        let in_group = own_in_groups(ctx, &training).await?;
        let fitting = |category| {
            participant(viewer, &training, category)
                .filter(|somebody| audience::is_for(&audiences, in_group, somebody))
        };
        let categories: Vec<StaffCategory> = if viewer.organisation(Role::Coordinator).is_some() {
            // A coordinator signs colleagues up: it is enough that the organisation could have a fitting one.
            StaffCategory::iter().collect()
        } else {
            let Some(person) = viewer.person() else {
                return Ok(Some(UserErrorCode::NotSignedIn));
            };
            let membership = loaders(ctx).load_one(MembershipOf(person)).await?;
            membership.iter().map(|row| row.staff_category).collect()
        };
        let fitting: Vec<Participant> = categories.into_iter().filter_map(fitting).collect();
        if fitting.is_empty() {
            return Ok(Some(UserErrorCode::TargetAudienceMismatch));
        }
        let openings = rules::openings_of(ctx, &self.0).await?;
        let opened = |person| has_opened(viewer, &self.0, &openings, Some(person));
        if !fitting.iter().any(opened) {
            return Ok(Some(UserErrorCode::SignUpNotOpen));
        }
        if viewer.organisation(Role::Coordinator).is_some() {
            return Ok(None);
        }
        let hindrance = loaders(ctx).load_one(HindranceAt(self.0.id)).await?;
        if let Some(hindrance) = hindrance {
            return Ok(Some(match hindrance {
                Hindrance::AlreadySignedUp => UserErrorCode::AlreadySignedUp,
                Hindrance::Overlapping => UserErrorCode::OverlappingOccasion,
            }));
        }
        let key = LackingAt {
            training: self.0.training_id,
            day: day_in(&self.0.time_zone, self.0.starts_at),
        };
        if loaders(ctx).load_one(key).await?.is_some() {
            return Ok(Some(UserErrorCode::RequirementMissing));
        }
        Ok(viewer
            .needs_approval()
            .then_some(UserErrorCode::ApprovalRequired))
    }
}

impl TrainingOccasion {
    fn venue_known(&self) -> Option<Venue> {
        Venue::of(
            self.0.venue_name.as_ref(),
            self.0.venue_address.as_ref(),
            self.0.online_url.as_ref(),
        )
    }
}

impl AtHand for TrainingOccasion {
    fn at_hand(&self, field: &Field) -> Option<Value> {
        let exactly = |at: &DateTime<Utc>| scalar(self.0.period.is_none().then_some(at));
        Some(match field.name.node.as_str() {
            "id" => Value::String(self.0.id.to_string()),
            "status" => enum_value(self.0.status),
            "cancellationReason" => text(self.0.cancellation_reason.as_ref()),
            "startsAt" => exactly(&self.0.starts_at),
            "endsAt" => exactly(&self.0.ends_at),
            "timeZone" => self.0.time_zone.as_str().into(),
            "venue" => match self.venue_known() {
                None => Value::Null,
                Some(venue) => return venue.at_hand(&field.selection_set.node),
            },
            "capacity" => self.0.capacity.into(),
            "signUpOpensAt" => scalar(self.0.sign_up_opens_at.as_ref()),
            "signUpClosesAt" => scalar(self.0.sign_up_closes_at.as_ref()),
            "version" => self.0.version.into(),
            _ => return None,
        })
    }
}

/// When and where a training is given, with its seats. Seen with its training.
#[Object]
impl TrainingOccasion {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The training.
    async fn training(&self, ctx: &Context<'_>) -> Result<Option<Training>> {
        let key = TrainingById(self.0.training_id);
        Ok(loaders(ctx).load_one(key).await?.map(Training))
    }

    /// Whether it takes place. That it is over shows from its times.
    async fn status(&self) -> OccasionStatus {
        self.0.status
    }

    /// Why it was cancelled; null if it was not.
    async fn cancellation_reason(&self) -> Option<&str> {
        self.0.cancellation_reason.as_deref()
    }

    /// When, as precisely as the source has it, for an occasion without exact times: `HT 2021`.
    async fn period(&self) -> Option<PartialDate> {
        self.0.period
    }

    /// When exactly, in order; empty if only the period is known.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn time_blocks(&self, ctx: &Context<'_>) -> Result<Vec<TimeBlock>> {
        let rows = loaders(ctx)
            .load_one(TimeBlocksOf(self.0.id))
            .await?
            .unwrap_or_default();
        Ok(rows
            .into_iter()
            .map(|row| TimeBlock::from((row.starts_at, row.ends_at)))
            .collect())
    }

    /// When the first block starts, in UTC; null if only the period is known.
    async fn starts_at(&self) -> Option<DateTime<Utc>> {
        self.0.period.is_none().then_some(self.0.starts_at)
    }

    /// When the last block ends, in UTC; null if only the period is known.
    async fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.0.period.is_none().then_some(self.0.ends_at)
    }

    /// The IANA name of the zone to show times in: `Europe/Stockholm`.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// Where; null if nothing is known.
    async fn venue(&self) -> Option<Venue> {
        self.venue_known()
    }

    /// How many seats there are.
    async fn capacity(&self) -> i32 {
        self.0.capacity
    }

    /// The seats: how many are taken, and how many your organisation could take.
    async fn seats(&self, ctx: &Context<'_>) -> Result<Quick<Seats>> {
        let wanted = ctx.look_ahead().field("freeForViewer").exists();
        let free_for_viewer = if wanted && viewer(ctx).acting().is_some() {
            let key = StandingAt {
                occasion: self.0.id,
                by_kind: self.0.shares_by_kind,
            };
            let standing = loaders(ctx).load_one(key).await?;
            Some(standing.unwrap_or_default().free(&self.0))
        } else {
            None
        };
        Ok(Quick(Seats::of(&self.0, free_for_viewer)))
    }

    /// Where each seat is, and how many wait.
    async fn seat_counts(&self, ctx: &Context<'_>) -> Result<SeatCounts> {
        rules::seat_counts_of(ctx, self.0.id).await
    }

    /// How a seat that comes free reaches the first in line.
    async fn promotion(&self) -> PromotionMode {
        self.0.promotion
    }

    /// For how many working hours an offer stands (Monday to Friday 08:00 to 16:00 in `timeZone`, Swedish public
    /// holidays and eves excepted), at most until the occasion starts; null where seats are given directly.
    async fn offer_working_hours(&self) -> Option<i32> {
        let hours = self.0.offer_working_hours;
        hours.filter(|_| self.0.promotion == PromotionMode::Offer)
    }

    /// Who may sign up earlier than `signUpOpensAt`, in the order of time.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn sign_up_openings(&self, ctx: &Context<'_>) -> Result<Vec<SignUpOpening>> {
        rules::sign_up_openings_of(ctx, &self.0).await
    }

    /// When sign-up opens for you, in UTC: as a coordinator for the first of your colleagues, whoever it is. Null: it
    /// has always been open, or you are not signed in.
    async fn viewer_sign_up_opens_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        rules::opens_for_viewer(ctx, &self.0).await
    }

    /// The shares of all organisations of one kind together, as far as you may see them: those of your own
    /// organisation's kind; all of them for everybody in the organisations that give the training.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn kind_quotas(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationKindQuota>> {
        quota::kind_quotas_of(ctx, &self.0).await
    }

    /// The organisations' shares of the seats, as far as you may see them: your own organisation's; all of them for
    /// everybody in the organisations that give the training.
    #[graphql(complexity = "list_complexity(20, child_complexity)")]
    async fn quotas(&self, ctx: &Context<'_>) -> Result<Vec<SeatQuota>> {
        quota::quotas_of(ctx, self.0.id).await
    }

    /// When sign-up opens, in UTC; null: at once.
    async fn sign_up_opens_at(&self) -> Option<DateTime<Utc>> {
        self.0.sign_up_opens_at
    }

    /// When sign-up closes, in UTC; null: when the occasion starts.
    async fn sign_up_closes_at(&self) -> Option<DateTime<Utc>> {
        self.0.sign_up_closes_at
    }

    /// Whether sign-up is open.
    async fn sign_up_window(&self, ctx: &Context<'_>) -> SignUpWindow {
        match window(&self.0, viewer(ctx).now()) {
            SignUpState::NotYetOpen => SignUpWindow::NotYetOpen,
            SignUpState::Open => SignUpWindow::Open,
            SignUpState::Closed => SignUpWindow::Closed,
            SignUpState::Cancelled => SignUpWindow::Cancelled,
            SignUpState::Past => SignUpWindow::Past,
        }
    }

    /// Whether you could sign somebody up now, for a seat or for the waiting list: as a coordinator some
    /// colleague, as a member yourself.
    async fn viewer_can_sign_up(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.refusal(ctx).await?.is_none())
    }

    /// Why you could not; null if you could. `APPROVAL_REQUIRED`: nothing else is in the way, but somebody of your
    /// organisation must approve; ask with `requestSignUp`.
    async fn viewer_cannot_sign_up_reason(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<UserErrorCode>> {
        self.refusal(ctx).await
    }

    /// Your own request for a place here that waits for a decision; null if there is none.
    async fn viewer_request(&self, ctx: &Context<'_>) -> Result<Option<SignUpRequest>> {
        let row = loaders(ctx).load_one(OwnRequestAt(self.0.id)).await?;
        Ok(row.map(SignUpRequest))
    }

    /// The sign-ups that you may see, in the order in which they were made: your own; your organisation's, for
    /// its coordinators; all, for coordinators of the accountable organiser and of those organisers that have
    /// agreed to share the list.
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
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        SignUpsOf::of(ctx, self.0.id, statuses, arguments, SignUp).await
    }

    /// Whether you may record attendance here: you are a coordinator of an organiser that sees the participants, or
    /// have the right to check in. For which time blocks it can be recorded already shows from their times: from an
    /// hour before.
    async fn viewer_can_record_attendance(&self, ctx: &Context<'_>) -> Result<bool> {
        if self.0.status == OccasionStatus::Cancelled {
            return Ok(false);
        }
        let key = RecordableAt(self.0.id);
        Ok(loaders(ctx).load_one(key).await?.is_some())
    }

    /// Who is expected: those with a seat and a name, in the order in which they signed up. For those who may record
    /// attendance here; empty for everybody else. Reading names is written to the audit log.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn expected_participants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 1 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Nodes<ExpectedParticipant>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        ExpectedAt::of(ctx, self.0.id, (), arguments, ExpectedParticipant).await
    }

    /// Who may check in here besides the coordinators, as far as you may see it: your own organisation's colleagues,
    /// for its coordinators; yourself.
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
        CheckInRightsOf::of(ctx, self.0.id, (), arguments, CheckInRight).await
    }

    /// How many participants come from which kind of organisation. For coordinators of the organisers that see the
    /// list of participants (`organiserAgreements { seesParticipants }`); null for everybody else.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    async fn participants_by_organisation_kind(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<OrganisationKindCount>>> {
        quota::participants_by_kind(ctx, &self.0).await
    }

    /// The lists that you may fetch as files: as a coordinator those of the participants that you see, and as a
    /// coordinator of the accountable organiser also what the participants need. Empty for everybody else. Who is
    /// named in a list is written to the audit log when it is fetched.
    #[graphql(complexity = "list_complexity(4, child_complexity)")]
    async fn downloads(&self, ctx: &Context<'_>) -> Result<Vec<Download>> {
        download::downloads_of(ctx, self).await
    }

    /// Whether you may change it: it is not cancelled, and you are a coordinator of one of the organisers.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<bool> {
        let Some(organisation) = viewer(ctx).organisation(Role::Coordinator) else {
            return Ok(false);
        };
        let organisers = loaders(ctx)
            .load_one(OrganisersOf(self.0.training_id))
            .await?
            .unwrap_or_default();
        let given_by_own = organisers
            .iter()
            .any(|row| row.organisation_id == organisation);
        Ok(given_by_own && self.0.status == OccasionStatus::Scheduled)
    }

    /// Counts the changes. Send it as `expectedVersion` when you change the occasion.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// Where to begin with occasions.
#[derive(Default)]
pub struct OccasionQuery;

#[Object]
impl OccasionQuery {
    /// An occasion by its id. Null if there is none that you may see.
    async fn occasion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: OccasionId,
    ) -> Result<Option<TrainingOccasion>> {
        Ok(loaders(ctx)
            .load_one(OccasionById(id))
            .await?
            .map(TrainingOccasion))
    }

    /// For the router of a federation: an occasion by its key.
    #[graphql(entity)]
    async fn training_occasion_entity(
        &self,
        ctx: &Context<'_>,
        id: String,
    ) -> Option<Result<TrainingOccasion>> {
        let found = load_by_key(ctx, &id, OccasionById).await;
        found.map(|row| row.map(TrainingOccasion)).transpose()
    }
}
