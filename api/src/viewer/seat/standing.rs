//! What a viewer may know of the seats of many occasions at once, without the rows behind it.

use crate::{error::Result, policy::where_visible, viewer::Viewer};
use entity::{
    id::{OccasionId, SignUpId},
    kind::{Role, SignUpStatus},
    organisation, seat_quota, sign_up, training_occasion,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query},
};
use std::collections::HashMap;

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

impl Viewer {
    /// How the viewer's organisation stands at each of the occasions; those without any quota are absent.
    pub async fn standings(
        &self,
        occasions: &[OccasionId],
    ) -> Result<HashMap<OccasionId, Standing>> {
        use seat_quota::Column as Q;
        let Some(organisation) = self.organisation(Role::Member) else {
            return Ok(HashMap::new());
        };
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
                    .add(Q::OrganisationId.ne(organisation))
                    .add(Expr::col(Q::Guaranteed).gt(Expr::col(Q::Taken)))
                    .add(Q::OrganisationId.not_in_subquery(ended))
                    .add(unreleased),
                Expr::col(Q::Guaranteed).sub(Expr::col(Q::Taken)),
            )
            .finally(0);
        let left = CaseStatement::new().case(
            Q::OrganisationId.eq(organisation),
            Expr::col(Q::Maximum).sub(Expr::col(Q::Taken)),
        );
        let rows = seat_quota::Entity::find()
            .select_only()
            .column(Q::OccasionId)
            .column_as(Expr::expr(kept).sum(), "kept_for_others")
            .column_as(Expr::expr(left).max(), "left_of_maximum")
            .filter(Q::OccasionId.is_in(occasions.iter().copied()))
            .filter(where_visible::<_, training_occasion::Entity>(
                Q::OccasionId,
                training_occasion::Column::Id,
                self,
            ))
            .group_by(Q::OccasionId)
            .into_model::<Row>()
            .all(&self.db.reader())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.occasion_id, row.standing))
            .collect())
    }

    /// The place in line of each of the sign-ups that waits and that the viewer may see: 1 is first.
    pub async fn positions(&self, sign_ups: &[SignUpId]) -> Result<HashMap<SignUpId, i64>> {
        use crate::policy::Policy;
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
            .filter(S::Id.is_in(sign_ups.iter().copied()))
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
