//! What a viewer may know of the seats of many occasions at once, without the rows behind it.

use crate::{
    domain::seats,
    error::Result,
    policy::Policy,
    viewer::{Viewer, rounded},
};
use chrono::{DateTime, Utc};
use entity::{
    id::{OccasionId, OrganisationId, PartyId, SignUpId},
    kind::{MovementCause, SeatReason, SignUpStatus},
    organisation, seat_movement, seat_quota, sign_up, training_occasion,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query, SelectStatement},
};
use std::collections::{BTreeSet, HashMap};

/// What the quotas of an occasion leave to one organisation.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
pub struct Standing {
    /// How many seats are kept for other organisations until their release.
    kept_for_others: i64,
    /// How many seats the organisation may take before it meets its own maximum; none without a maximum.
    left_of_maximum: Option<i32>,
}

impl Standing {
    /// How many seats the organisation could take now.
    #[must_use]
    pub fn free(self, occasion: &training_occasion::Model) -> i32 {
        let left = i64::from(occasion.capacity) - i64::from(occasion.taken) - self.kept_for_others;
        let left = i32::try_from(left).unwrap_or(0);
        left.clamp(
            0,
            self.left_of_maximum.unwrap_or(i32::MAX).clamp(0, i32::MAX),
        )
    }
}

#[derive(FromQueryResult)]
struct Row {
    occasion_id: OccasionId,
    #[sea_orm(nested)]
    standing: Standing,
}

#[derive(FromQueryResult)]
struct Place {
    id: SignUpId,
    position: i64,
}

/// Somebody in line, without a name.
#[derive(FromQueryResult)]
struct LineRow {
    id: SignUpId,
    occasion_id: OccasionId,
    organisation_id: OrganisationId,
    party_id: Option<PartyId>,
    number: i32,
}

/// What stands before somebody who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceInLine {
    /// How many wait before it.
    pub before: usize,
    /// How many of those are of the same organisation.
    pub before_of_own_organisation: usize,
    /// How many seats its party takes together.
    pub seats: usize,
    /// Who was let past while it waited, by reason.
    pub passed_over: Vec<PassedOver>,
}

/// That seats came free which those in line could not use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Why.
    pub reason: SeatReason,
    /// Whether it was this sign-up; otherwise somebody before it.
    pub itself: bool,
    /// How many times somebody was let past for that reason.
    pub times: usize,
    /// When last.
    pub last_at: DateTime<Utc>,
}

impl PlaceInLine {
    fn of(row: &sign_up::Model, line: &[LineRow], passed: &[seat_movement::Model]) -> Self {
        let party = |party: Option<PartyId>, id: SignUpId| party.map_or(id.uuid(), PartyId::uuid);
        let own_party = party(row.party_id, row.id);
        let here = || {
            line.iter()
                .filter(|other| other.occasion_id == row.occasion_id)
        };
        let together = || here().filter(|other| party(other.party_id, other.id) == own_party);
        // A party stands where its first member does.
        let place = together()
            .map(|other| other.number)
            .min()
            .unwrap_or(row.number);
        let before: Vec<&LineRow> = here()
            .filter(|other| other.number < place && party(other.party_id, other.id) != own_party)
            .collect();
        let ahead: BTreeSet<SignUpId> = before.iter().map(|other| other.id).collect();
        let mut passed_over: Vec<PassedOver> = Vec::new();
        let concerning = passed.iter().filter(|movement| {
            movement.occasion_id == row.occasion_id && movement.number > row.number
        });
        for movement in concerning {
            let itself = movement.sign_up_id == row.id;
            let Some(reason) = movement
                .reason
                .filter(|_| itself || ahead.contains(&movement.sign_up_id))
            else {
                continue;
            };
            let same = |seen: &&mut PassedOver| seen.reason == reason && seen.itself == itself;
            match passed_over.iter_mut().find(same) {
                Some(seen) => {
                    seen.times += 1;
                    seen.last_at = movement.at;
                }
                None => passed_over.push(PassedOver {
                    reason,
                    itself,
                    times: 1,
                    last_at: movement.at,
                }),
            }
        }
        let of_own = before
            .iter()
            .filter(|other| other.organisation_id == row.organisation_id);
        Self {
            before_of_own_organisation: of_own.count(),
            before: before.len(),
            seats: together().count(),
            passed_over,
        }
    }
}

impl Viewer {
    /// How the viewer's organisation stands at each of the occasions; those without any quota are absent.
    pub async fn standings(
        &self,
        occasions: &[OccasionId],
    ) -> Result<HashMap<OccasionId, Standing>> {
        if self.acting().is_none() {
            return Ok(HashMap::new());
        }
        // The occasions that are asked about are picked inside, or the rule would be worked out for all there are.
        let seen = crate::policy::select::<training_occasion::Entity>(
            training_occasion::Column::Id,
            Condition::all()
                .add(training_occasion::Column::Id.is_in(rounded(occasions.iter().copied())))
                .add(training_occasion::Entity::visible(self)),
        );
        let statement = self.standings_of(seen);
        let rows = self.db.reader().query_all(&statement).await?;
        let rows = rows.iter().map(|row| {
            let row = Row::from_query_result(row, "")?;
            Ok((row.occasion_id, row.standing))
        });
        rows.collect()
    }

    /// What the quotas of the occasions that a subquery picks leave to the viewer's organisation, as a statement.
    pub(in crate::viewer) fn standings_of(&self, occasions: SelectStatement) -> SelectStatement {
        use seat_quota::Column as Q;
        let own = self.acting().map(|acting| acting.organisation);
        // Nothing is kept for an organisation whose agreement has ended.
        let ended = crate::policy::select::<organisation::Entity>(
            organisation::Column::Id,
            Condition::all().add(organisation::Column::PartnerUntil.lte(self.now())),
        );
        let unreleased = Condition::any()
            .add(Q::ReleaseAt.is_null())
            .add(Q::ReleaseAt.gt(self.now()));
        let kept = CaseStatement::new()
            .case(
                Condition::all()
                    .add(Q::OrganisationId.ne(own))
                    .add(Expr::col(Q::Guaranteed).gt(Expr::col(Q::Taken)))
                    .add(Q::OrganisationId.not_in_subquery(ended))
                    .add(unreleased),
                Expr::col(Q::Guaranteed).sub(Expr::col(Q::Taken)),
            )
            .finally(0);
        let left = CaseStatement::new().case(
            Q::OrganisationId.eq(own),
            Expr::col(Q::Maximum).sub(Expr::col(Q::Taken)),
        );
        seat_quota::Entity::find()
            .select_only()
            .column(Q::OccasionId)
            .column_as(Expr::expr(kept).sum(), "kept_for_others")
            .column_as(Expr::expr(left).max(), "left_of_maximum")
            .filter(Q::OccasionId.in_subquery(occasions))
            .group_by(Q::OccasionId)
            .into_query()
    }

    /// The same where kinds of organisations have quotas too.
    pub async fn standings_by_kind(
        &self,
        occasions: &[OccasionId],
    ) -> Result<HashMap<OccasionId, Standing>> {
        let Some(acting) = self.acting() else {
            return Ok(HashMap::new());
        };
        let surveyed = self.survey(occasions).await?;
        let standing = |mut seats: seats::Occasion| {
            let own = acting.organisation.uuid();
            seats.kind_of.insert(own, acting.kind);
            let free = seats.free_for(own, self.now());
            Standing {
                kept_for_others: 0,
                left_of_maximum: Some(i32::try_from(free).unwrap_or(i32::MAX)),
            }
        };
        let surveyed = surveyed.into_iter();
        Ok(surveyed
            .map(|(id, (_, seats))| (id, standing(seats)))
            .collect())
    }

    /// What stands before each of the sign-ups that waits and that the viewer may see, and who was let past: by
    /// reasons and counts, without saying who.
    pub async fn places_in_line(
        &self,
        sign_ups: &[SignUpId],
    ) -> Result<HashMap<SignUpId, PlaceInLine>> {
        use sign_up::Column as S;
        let own = sign_up::Entity::find()
            .filter(S::Id.is_in(sign_ups.iter().copied()))
            .filter(S::Status.eq(SignUpStatus::Waitlisted))
            .filter(sign_up::Entity::visible(self))
            .all(&self.db.reader())
            .await?;
        let occasions: BTreeSet<OccasionId> = own.iter().map(|row| row.occasion_id).collect();
        if occasions.is_empty() {
            return Ok(HashMap::new());
        }
        let line: Vec<LineRow> = sign_up::Entity::find()
            .select_only()
            .columns([
                S::Id,
                S::OccasionId,
                S::OrganisationId,
                S::PartyId,
                S::Number,
            ])
            .filter(S::OccasionId.is_in(occasions.iter().copied()))
            .filter(S::Status.eq(SignUpStatus::Waitlisted))
            .order_by_asc(S::Number)
            .into_model()
            .all(&self.db.reader())
            .await?;
        let passed = seat_movement::Entity::find()
            .filter(seat_movement::Column::OccasionId.is_in(occasions))
            .filter(
                seat_movement::Column::Cause
                    .is_in([MovementCause::PassedOver, MovementCause::KeptInLine]),
            )
            .order_by_asc(seat_movement::Column::Number)
            .all(&self.db.reader())
            .await?;
        let places = own
            .into_iter()
            .map(|row| (row.id, PlaceInLine::of(&row, &line, &passed)));
        Ok(places.collect())
    }

    /// The place in line of each of the sign-ups that waits and that the viewer may see: 1 is first.
    pub async fn positions(&self, sign_ups: &[SignUpId]) -> Result<HashMap<SignUpId, i64>> {
        use sign_up::Column as S;
        let ahead = Alias::new("ahead");
        let position = Query::select()
            .expr(Expr::col((ahead.clone(), S::Id)).count())
            .from_as(sign_up::Entity, ahead.clone())
            .and_where(
                Expr::col((ahead.clone(), S::OccasionId)).equals((sign_up::Entity, S::OccasionId)),
            )
            .and_where(Expr::col((ahead.clone(), S::Status)).eq(SignUpStatus::Waitlisted))
            .and_where(Expr::col((ahead, S::Number)).lte(Expr::col((sign_up::Entity, S::Number))))
            .to_owned();
        let places = sign_up::Entity::find()
            .select_only()
            .column(S::Id)
            .expr_as(Expr::from(position), "position")
            .filter(S::Id.is_in(rounded(sign_ups.iter().copied())))
            .filter(S::Status.eq(SignUpStatus::Waitlisted))
            .filter(sign_up::Entity::visible(self))
            .into_model::<Place>()
            .all(&self.db.reader())
            .await?;
        Ok(places
            .into_iter()
            .map(|place| (place.id, place.position))
            .collect())
    }
}
