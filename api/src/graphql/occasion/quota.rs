//! Quotas: how an occasion's seats are shared between organisations.

use super::{OccasionById, OrganisationKindCount, TrainingOccasion};
use crate::{
    domain::{
        occasion::is_plausible,
        seats::{KindQuota, Quota},
    },
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        loader::{Loaders, load_many},
        organisation::{Organisation, OrganisationById},
        training::OrganisersOf,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Viewer},
};
use async_graphql::{Context, InputObject, Object, SimpleObject, dataloader::Loader};
use chrono::{DateTime, Utc};
use entity::{
    id::{OccasionId, OrganisationId},
    kind::{AuditAction, OrganisationKind, Role, SignUpStatus},
    kind_quota, organisation, sign_up, training_occasion,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use std::collections::HashMap;

load_many!(
    /// The quotas of an occasion that the viewer may see.
    QuotasOf(OccasionId) => seat_quota.OccasionId (occasion_id), order OrganisationId
);

/// An organisation's share of an occasion's seats: what is agreed, and what it has taken. An organisation that has
/// seats without an agreed quota stands here too, with `guaranteed` 0 and `maximum` null. Seen by the organisation
/// itself and by the organisers.
#[derive(SimpleObject)]
pub struct SeatQuota {
    /// The organisation.
    organisation: Option<Organisation>,
    /// How many seats are kept for it until `releaseAt`.
    guaranteed: i32,
    /// How many seats it may have at most; null for no limit of its own.
    maximum: Option<i32>,
    /// When its unused guarantee is released to all, in UTC; null: never.
    release_at: Option<DateTime<Utc>>,
    /// How many seats it has taken.
    taken: i32,
}

/// The share that all organisations of one kind have together of an occasion's seats. A seat that one of them takes
/// counts for itself and for its kind; what is kept for single organisations of the kind is part of what is kept for
/// the kind. Seen by the organisations of that kind and by the organisers.
#[derive(SimpleObject)]
pub struct OrganisationKindQuota {
    /// The kind of organisation.
    organisation_kind: OrganisationKind,
    /// How many seats are kept for such organisations until `releaseAt`.
    guaranteed: i32,
    /// How many seats they may have together at most; null for no limit.
    maximum: Option<i32>,
    /// When their unused guarantee is released to all, in UTC; null: never.
    release_at: Option<DateTime<Utc>>,
    /// How many seats they have together.
    taken: i32,
}

load_many!(
    /// The quotas of kinds of organisations that the viewer may see.
    KindQuotasOf(OccasionId) => kind_quota.OccasionId (occasion_id), order OrganisationKind
);

pub(super) async fn kind_quotas_of(
    ctx: &Context<'_>,
    occasion: &training_occasion::Model,
) -> Result<Vec<OrganisationKindQuota>> {
    if !occasion.shares_by_kind {
        return Ok(Vec::new());
    }
    let rows = loaders(ctx).load_one(KindQuotasOf(occasion.id)).await?;
    let rows = rows.unwrap_or_default().into_iter();
    Ok(rows
        .map(|row| OrganisationKindQuota {
            organisation_kind: row.organisation_kind,
            guaranteed: row.guaranteed,
            maximum: row.maximum,
            release_at: row.release_at,
            taken: row.taken,
        })
        .collect())
}

pub(super) async fn quotas_of(ctx: &Context<'_>, occasion: OccasionId) -> Result<Vec<SeatQuota>> {
    let rows = loaders(ctx)
        .load_one(QuotasOf(occasion))
        .await?
        .unwrap_or_default();
    let keys = rows.iter().map(|row| OrganisationById(row.organisation_id));
    let found = loaders(ctx).load_many(keys).await?;
    // A counter that is left behind by a withdrawal is no share: nothing is agreed and nothing taken.
    let shares = rows
        .into_iter()
        .filter(|row| row.guaranteed > 0 || row.maximum.is_some() || row.taken > 0);
    Ok(shares
        .map(|row| SeatQuota {
            organisation: found
                .get(&OrganisationById(row.organisation_id))
                .cloned()
                .map(Organisation),
            guaranteed: row.guaranteed,
            maximum: row.maximum,
            release_at: row.release_at,
            taken: row.taken,
        })
        .collect())
}

/// The participants of an occasion, by the kind of their organisation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct KindsAt(OccasionId);

#[derive(FromQueryResult)]
struct KindRow {
    occasion_id: OccasionId,
    kind: OrganisationKind,
    status: SignUpStatus,
    number: i64,
}

impl Loader<KindsAt> for Loaders {
    type Value = Vec<OrganisationKindCount>;
    type Error = Error;

    async fn load(&self, keys: &[KindsAt]) -> Result<HashMap<KindsAt, Self::Value>> {
        use sign_up::Column as S;
        let query = sign_up::Entity::find()
            .select_only()
            .column(S::OccasionId)
            .column(S::Status)
            .column_as(organisation::Column::Kind, "kind")
            .column_as(Expr::col((sign_up::Entity, S::Id)).count(), "number")
            .join(
                JoinType::InnerJoin,
                sign_up::Entity::belongs_to(organisation::Entity)
                    .from(S::OrganisationId)
                    .to(organisation::Column::Id)
                    .into(),
            )
            .filter(S::OccasionId.is_in(keys.iter().map(|key| key.0)))
            .filter(S::Status.is_in(SignUpStatus::STANDING))
            .group_by(S::OccasionId)
            .group_by(S::Status)
            .group_by(organisation::Column::Kind);
        let mut lists: HashMap<KindsAt, Self::Value> = HashMap::new();
        for row in self.viewer.all_as::<_, KindRow>(query).await? {
            let list = lists.entry(KindsAt(row.occasion_id)).or_default();
            let position = list
                .iter()
                .position(|count| count.kind == row.kind)
                .unwrap_or_else(|| {
                    list.push(OrganisationKindCount {
                        kind: row.kind,
                        confirmed: 0,
                        waiting: 0,
                    });
                    list.len() - 1
                });
            let number = i32::try_from(row.number).unwrap_or(i32::MAX);
            match row.status {
                SignUpStatus::Waitlisted => list[position].waiting = number,
                // A seat that is offered is taken until the offer runs out.
                _ => list[position].confirmed += number,
            }
        }
        for list in lists.values_mut() {
            list.sort_by_key(|count| format!("{:?}", count.kind));
        }
        Ok(lists)
    }
}

/// The counts for the coordinators of organisers who see the list of participants.
pub(super) async fn participants_by_kind(
    ctx: &Context<'_>,
    occasion: &training_occasion::Model,
) -> Result<Option<Vec<OrganisationKindCount>>> {
    let Some(organisation) = viewer(ctx).organisation(Role::Coordinator) else {
        return Ok(None);
    };
    let organisers = loaders(ctx)
        .load_one(OrganisersOf(occasion.training_id))
        .await?
        .unwrap_or_default();
    let sees = organisers
        .iter()
        .any(|row| row.organisation_id == organisation && row.sees_participants);
    if !sees {
        return Ok(None);
    }
    let counts = loaders(ctx).load_one(KindsAt(occasion.id)).await?;
    Ok(Some(counts.unwrap_or_default()))
}

/// One organisation's agreed share.
#[derive(InputObject)]
pub struct SeatQuotaInput {
    /// The organisation.
    organisation_id: OrganisationId,
    /// How many seats are kept for it, 0 or more.
    #[graphql(default)]
    guaranteed: i32,
    /// How many seats it may have at most; none for no limit of its own.
    maximum: Option<i32>,
    /// When its unused guarantee is released to all; never, if nothing is said.
    release_at: Option<DateTime<Utc>>,
}

/// The agreed share of all organisations of one kind.
#[derive(InputObject)]
pub struct OrganisationKindQuotaInput {
    /// The kind of organisation.
    organisation_kind: OrganisationKind,
    /// How many seats are kept for such organisations, 0 or more. What is kept for single ones of them is part of
    /// it.
    #[graphql(default)]
    guaranteed: i32,
    /// How many seats they may have together at most; none for no limit.
    maximum: Option<i32>,
    /// When their unused guarantee is released to all; never, if nothing is said.
    release_at: Option<DateTime<Utc>>,
}

/// The quotas of an occasion.
#[derive(InputObject)]
pub struct SetSeatQuotasInput {
    /// The occasion.
    occasion_id: OccasionId,
    /// All agreed quotas, at most 400: organisations that are left out have none afterwards and share what is
    /// not guaranteed. Seats that they have taken stay theirs.
    quotas: Vec<SeatQuotaInput>,
    /// All agreed quotas of kinds of organisations: kinds that are left out have none afterwards.
    #[graphql(default)]
    kind_quotas: Vec<OrganisationKindQuotaInput>,
}

/// The occasion with its new quotas.
#[derive(SimpleObject)]
pub struct SetSeatQuotasPayload {
    /// The occasion; null when nothing was changed.
    occasion: Option<TrainingOccasion>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What can be done with quotas.
#[derive(Default)]
pub struct QuotaMutation;

#[Object]
impl QuotaMutation {
    /// Sets who has which share of the seats. Whoever waits and may use a seat then moves up at once, in order.
    /// For coordinators of the organisers; `FORBIDDEN` for others who see the occasion. User errors:
    /// `NOT_FOUND`, `INVALID_VALUE`, `INVALID_TIMES`, `GUARANTEES_EXCEED_CAPACITY`, `MAXIMUM_TOO_SMALL`,
    /// `OCCASION_CANCELLED`.
    async fn set_seat_quotas(
        &self,
        ctx: &Context<'_>,
        input: SetSeatQuotasInput,
    ) -> Result<SetSeatQuotasPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let mut errors = Vec::new();
        let quotas = quotas_of_input(viewer, input, &mut errors).await?;
        if errors.is_empty() {
            let quotas = &quotas;
            let outcome = viewer
                .transaction(|viewer| async move {
                    set_quotas(&viewer, input.occasion_id, quotas).await
                })
                .await?;
            errors = outcome.err().unwrap_or_default();
        }
        let occasion = if errors.is_empty() {
            loaders(ctx)
                .load_one(OccasionById(input.occasion_id))
                .await?
        } else {
            None
        };
        Ok(SetSeatQuotasPayload {
            occasion: occasion.map(TrainingOccasion),
            user_errors: errors,
        })
    }
}

/// The shares that are to be agreed.
#[derive(Default)]
struct Shares {
    quotas: Vec<Quota>,
    kinds: Vec<KindQuota>,
    /// Of which kind the organisations are that get a quota.
    kind_of: Vec<(OrganisationId, OrganisationKind)>,
}

async fn quotas_of_input(
    viewer: &Viewer,
    input: &SetSeatQuotasInput,
    errors: &mut Vec<UserError>,
) -> Result<Shares> {
    if input.quotas.len() > 400 {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["quotas"]));
        return Ok(Shares::default());
    }
    let ids = input.quotas.iter().map(|quota| quota.organisation_id);
    let known = viewer
        .among::<organisation::Entity, _>(organisation::Column::Id, ids)
        .await?;
    let mut quotas = Vec::new();
    for (index, quota) in input.quotas.iter().enumerate() {
        if known.iter().all(|row| row.id != quota.organisation_id) {
            errors.push(UserError::at(
                UserErrorCode::NotFound,
                "quotas",
                index,
                "organisationId",
            ));
        }
        let agreed = Agreed {
            guaranteed: quota.guaranteed,
            maximum: quota.maximum,
            release_at: quota.release_at,
        };
        if let Some((guaranteed, maximum)) = agreed.check("quotas", index, errors) {
            quotas.push(Quota {
                organisation: quota.organisation_id.uuid(),
                guaranteed,
                maximum,
                release_at: quota.release_at,
                taken: 0,
            });
        }
    }
    Ok(Shares {
        quotas,
        kinds: kinds_of_input(input, errors),
        kind_of: known.iter().map(|row| (row.id, row.kind)).collect(),
    })
}

fn kinds_of_input(input: &SetSeatQuotasInput, errors: &mut Vec<UserError>) -> Vec<KindQuota> {
    let mut kinds = Vec::new();
    for (index, quota) in input.kind_quotas.iter().enumerate() {
        let agreed = Agreed {
            guaranteed: quota.guaranteed,
            maximum: quota.maximum,
            release_at: quota.release_at,
        };
        if let Some((guaranteed, maximum)) = agreed.check("kindQuotas", index, errors) {
            kinds.push(KindQuota {
                kind: quota.organisation_kind,
                guaranteed,
                maximum,
                release_at: quota.release_at,
            });
        }
    }
    kinds
}

/// What is agreed for one organisation or one kind.
struct Agreed {
    guaranteed: i32,
    maximum: Option<i32>,
    release_at: Option<DateTime<Utc>>,
}

impl Agreed {
    /// The numbers, if they are possible.
    fn check(
        &self,
        list: &str,
        index: usize,
        errors: &mut Vec<UserError>,
    ) -> Option<(u32, Option<u32>)> {
        let mut refuse = |code, field| errors.push(UserError::at(code, list, index, field));
        if self.release_at.is_some_and(|at| !is_plausible(at)) {
            refuse(UserErrorCode::InvalidTimes, "releaseAt");
        }
        let guaranteed = u32::try_from(self.guaranteed);
        let maximum = self.maximum.map(u32::try_from).transpose();
        match (guaranteed, maximum) {
            (Ok(guaranteed), Ok(maximum)) => return Some((guaranteed, maximum)),
            (Err(_), _) => refuse(UserErrorCode::InvalidValue, "guaranteed"),
            (_, Err(_)) => refuse(UserErrorCode::InvalidValue, "maximum"),
        }
        None
    }
}

async fn set_quotas(
    viewer: &Viewer,
    occasion: OccasionId,
    shares: &Shares,
) -> Result<Result<(), Vec<UserError>>> {
    let query = training_occasion::Entity::find_by_id(occasion);
    let permitted = match viewer.edit(query).await? {
        Access::Granted(permitted) => permitted,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => {
            return Ok(Err(vec![UserError::new(
                UserErrorCode::NotFound,
                &["occasionId"],
            )]));
        }
    };
    let mut book = viewer.seat_book_of(&permitted).await?;
    if book.occasion().cancelled_at.is_some() {
        return Ok(Err(vec![UserError::new(
            UserErrorCode::OccasionCancelled,
            &["occasionId"],
        )]));
    }
    book.introduce(&shares.kind_of);
    if let Err(refused) = book.set_quotas(&shares.quotas, &shares.kinds).await? {
        return Ok(Err(refused.into_iter().map(UserError::from).collect()));
    }
    // The book writes those that are agreed now.
    viewer
        .replace_parts::<kind_quota::Entity>(&permitted, Vec::new())
        .await?;
    book.close(AuditAction::Promote, Vec::new()).await?;
    Ok(Ok(()))
}
