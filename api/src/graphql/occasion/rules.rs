//! How sign-up works at an occasion: who may sign up earlier, and how a seat that comes free passes on.

use super::{OccasionById, TrainingOccasion, participant};
use crate::{
    domain::occasion::{Opening, is_plausible, opens_at},
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        loader::{Loaders, load_many},
        person::MembershipOf,
        training::TrainingById,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Viewer, seat},
};
use async_graphql::{Context, InputObject, Object, SimpleObject, dataloader::Loader};
use chrono::{DateTime, Utc};
use entity::{
    id::OccasionId,
    kind::{OccasionStatus, OrganisationKind, PromotionMode, Role, StaffCategory, TargetAudience},
    sign_up_opening, training_occasion,
};
use sea_orm::{EntityTrait, Iterable, Set, Unchanged};
use std::collections::HashMap;

/// An offer stands for at most this many working hours: ten weeks.
const LONGEST_OFFER: i32 = 400;

load_many!(
    /// The earlier openings of an occasion's sign-up.
    OpeningsOf(OccasionId) => sign_up_opening.OccasionId (occasion_id), order Position
);

/// Where the seats of an occasion are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct SeatCountsOf(OccasionId);

impl Loader<SeatCountsOf> for Loaders {
    type Value = seat::SeatCounts;
    type Error = Error;

    async fn load(&self, keys: &[SeatCountsOf]) -> Result<HashMap<SeatCountsOf, seat::SeatCounts>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let counts = self.viewer.seat_counts(&ids).await?.into_iter();
        Ok(counts
            .map(|(id, counts)| (SeatCountsOf(id), counts))
            .collect())
    }
}

/// Where the seats of an occasion are. `confirmed`, `held`, `offered`, `guaranteed` and `shared` add up to the
/// occasion's `capacity`. Seen with the occasion.
#[derive(SimpleObject)]
pub struct SeatCounts {
    /// Seats that are taken by somebody with a name.
    confirmed: i32,
    /// Seats that are held without a name.
    held: i32,
    /// Seats that are offered to somebody who waited.
    offered: i32,
    /// Free seats that are kept for some organisations until their release.
    guaranteed: i32,
    /// Free seats for every organisation below its maximum.
    shared: i32,
    /// How many wait for a seat.
    waiting: i32,
}

pub(super) async fn seat_counts_of(ctx: &Context<'_>, occasion: OccasionId) -> Result<SeatCounts> {
    let counts = loaders(ctx).load_one(SeatCountsOf(occasion)).await?;
    let counts = counts.unwrap_or_default();
    let int = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    Ok(SeatCounts {
        confirmed: int(counts.confirmed),
        held: int(counts.held),
        offered: int(counts.offered),
        guaranteed: int(counts.guaranteed),
        shared: int(counts.shared),
        waiting: int(counts.waiting),
    })
}

/// An earlier opening of sign-up. It is for those who fit both what is said of the kind of organisation and of the
/// audience. Seen with the occasion.
#[derive(SimpleObject)]
pub struct SignUpOpening {
    /// When sign-up opens for them, in UTC; show it in the occasion's `timeZone`.
    opens_at: DateTime<Utc>,
    /// For organisations of this kind; null: of any.
    organisation_kind: Option<OrganisationKind>,
    /// For people of this audience; null: for any.
    audience: Option<TargetAudience>,
}

pub(super) async fn sign_up_openings_of(
    ctx: &Context<'_>,
    occasion: &training_occasion::Model,
) -> Result<Vec<SignUpOpening>> {
    let openings = openings_of(ctx, occasion).await?.into_iter();
    Ok(openings
        .map(|opening| SignUpOpening {
            opens_at: opening.opens_at,
            organisation_kind: opening.kind,
            audience: opening.audience,
        })
        .collect())
}

pub(super) async fn openings_of(
    ctx: &Context<'_>,
    occasion: &training_occasion::Model,
) -> Result<Vec<Opening>> {
    if !occasion.opens_stepwise {
        return Ok(Vec::new());
    }
    let rows = loaders(ctx).load_one(OpeningsOf(occasion.id)).await?;
    Ok(rows.unwrap_or_default().iter().map(opening).collect())
}

/// An opening as the domain has it.
pub(crate) fn opening(row: &sign_up_opening::Model) -> Opening {
    Opening {
        opens_at: row.opens_at,
        kind: row.organisation_kind,
        audience: row.audience,
    }
}

/// When sign-up opens for the viewer, or for the first of the viewer's colleagues.
pub(super) async fn opens_for_viewer(
    ctx: &Context<'_>,
    occasion: &training_occasion::Model,
) -> Result<Option<DateTime<Utc>>> {
    let viewer = viewer(ctx);
    let Some(acting) = viewer.acting() else {
        return Ok(None);
    };
    let openings = openings_of(ctx, occasion).await?;
    if openings.is_empty() {
        return Ok(occasion.sign_up_opens_at);
    }
    let key = TrainingById(occasion.training_id);
    let Some(training) = loaders(ctx).load_one(key).await? else {
        return Ok(None);
    };
    let categories: Vec<StaffCategory> = match viewer.person() {
        Some(person) if acting.role < Role::Coordinator => {
            let membership = loaders(ctx).load_one(MembershipOf(person)).await?;
            membership.iter().map(|row| row.staff_category).collect()
        }
        _ => StaffCategory::iter().collect(),
    };
    let people = categories
        .into_iter()
        .filter_map(|category| participant(viewer, &training, category));
    let opens = people.map(|person| {
        opens_at(
            occasion.sign_up_opens_at,
            &openings,
            acting.kind,
            Some(&person),
        )
    });
    Ok(opens.min().flatten())
}

/// An earlier opening of sign-up for some.
#[derive(InputObject)]
pub struct SignUpOpeningInput {
    /// When sign-up opens for them, with an offset: `2026-03-02T08:00:00+01:00`. Before the occasion's
    /// `signUpOpensAt`.
    opens_at: DateTime<Utc>,
    /// For organisations of this kind; of any, if nothing is said.
    organisation_kind: Option<OrganisationKind>,
    /// For people of this audience; for any, if nothing is said. One of the two is given.
    audience: Option<TargetAudience>,
}

/// How sign-up works at an occasion.
#[derive(InputObject)]
pub struct SetSignUpRulesInput {
    /// The occasion.
    occasion_id: OccasionId,
    /// How a seat that comes free reaches the first in line.
    promotion: PromotionMode,
    /// For how many working hours an offer stands, 1 to 400; with `OFFER` only.
    offer_working_hours: Option<i32>,
    /// Who may sign up earlier than the occasion's `signUpOpensAt`, at most 20. Replaces what was said before. Seats
    /// held without a name belong to a kind of organisation and to no audience.
    #[graphql(default)]
    openings: Vec<SignUpOpeningInput>,
}

/// The occasion with its new rules.
#[derive(SimpleObject)]
pub struct SetSignUpRulesPayload {
    /// The occasion; null when nothing was changed.
    occasion: Option<TrainingOccasion>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with the rules of sign-up.
#[derive(Default)]
pub struct RulesMutation;

#[Object]
impl RulesMutation {
    /// Sets how sign-up works at an occasion: who may sign up earlier, and whether a seat that comes free is given or
    /// offered to the first in line. Offers that stand keep their deadlines. For coordinators of the organisers;
    /// `FORBIDDEN` for others who see the occasion. User errors: `NOT_FOUND`, `INVALID_VALUE`, `INVALID_TIMES` for an
    /// opening that is not before `signUpOpensAt`, `OCCASION_CANCELLED`.
    async fn set_sign_up_rules(
        &self,
        ctx: &Context<'_>,
        input: SetSignUpRulesInput,
    ) -> Result<SetSignUpRulesPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { set_rules(&viewer, input).await })
            .await?;
        let user_errors = outcome.err().unwrap_or_default();
        let occasion = if user_errors.is_empty() {
            let key = OccasionById(input.occasion_id);
            loaders(ctx).load_one(key).await?
        } else {
            None
        };
        Ok(SetSignUpRulesPayload {
            occasion: occasion.map(TrainingOccasion),
            user_errors,
        })
    }
}

async fn set_rules(
    viewer: &Viewer,
    input: &SetSignUpRulesInput,
) -> Result<Result<(), Vec<UserError>>> {
    let refused = |code| Ok(Err(vec![UserError::new(code, &["occasionId"])]));
    let query = training_occasion::Entity::find_by_id(input.occasion_id);
    let permitted = match viewer.edit(query).await? {
        Access::Granted(row) if row.status == OccasionStatus::Cancelled => {
            return refused(UserErrorCode::OccasionCancelled);
        }
        Access::Granted(permitted) => permitted,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return refused(UserErrorCode::NotFound),
    };
    let errors = check(input, &permitted);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut openings: Vec<&SignUpOpeningInput> = input.openings.iter().collect();
    openings.sort_by_key(|opening| opening.opens_at);
    let rows = openings.into_iter().zip(0..);
    let rows = rows.map(|(opening, position)| sign_up_opening::ActiveModel {
        occasion_id: Set(permitted.id),
        position: Set(position),
        opens_at: Set(opening.opens_at),
        organisation_kind: Set(opening.organisation_kind),
        audience: Set(opening.audience),
    });
    viewer
        .replace_parts::<sign_up_opening::Entity>(&permitted, rows.collect())
        .await?;
    let hours = input.offer_working_hours.or(permitted.offer_working_hours);
    let change = training_occasion::ActiveModel {
        id: Unchanged(permitted.id),
        promotion: Set(input.promotion),
        offer_working_hours: Set(hours),
        opens_stepwise: Set(!input.openings.is_empty()),
        version: Set(permitted.version + 1),
        ..Default::default()
    };
    if viewer.update(change).await?.is_none() {
        return Err(Error::internal(
            "an occasion that was locked could not be changed",
        ));
    }
    Ok(Ok(()))
}

fn check(input: &SetSignUpRulesInput, occasion: &training_occasion::Model) -> Vec<UserError> {
    let mut errors = Vec::new();
    let hours = match (input.promotion, input.offer_working_hours) {
        (PromotionMode::Offer, Some(hours)) => (1..=LONGEST_OFFER).contains(&hours),
        (PromotionMode::Direct, None) => true,
        (PromotionMode::Offer, None) | (PromotionMode::Direct, Some(_)) => false,
    };
    if !hours {
        let field = &["offerWorkingHours"];
        errors.push(UserError::new(UserErrorCode::InvalidValue, field));
    }
    if input.openings.len() > 20 {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["openings"]));
    }
    for (index, opening) in input.openings.iter().enumerate() {
        let mut refuse = |code, field| errors.push(UserError::at(code, "openings", index, field));
        let for_all = occasion.sign_up_opens_at;
        let earlier = for_all.is_some_and(|for_all| opening.opens_at < for_all);
        if !earlier || !is_plausible(opening.opens_at) {
            refuse(UserErrorCode::InvalidTimes, "opensAt");
        }
        if opening.organisation_kind.is_none() && opening.audience.is_none() {
            refuse(UserErrorCode::InvalidValue, "organisationKind");
        }
    }
    errors
}
