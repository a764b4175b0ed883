//! The seats of several occasions as the arithmetic sees them, for counts that name nobody.

use crate::{
    domain::{
        book,
        seats::{self, Capacity},
    },
    error::{Error, Result},
    policy::Policy,
    viewer::Viewer,
};
use entity::{
    id::{OccasionId, OrganisationId},
    kind::{OrganisationKind, SignUpStatus},
    kind_quota, organisation, seat_quota, sign_up, training_occasion,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use std::collections::{BTreeSet, HashMap};

/// Where the seats of an occasion are. All but `waiting` add up to its capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatCounts {
    /// Seats with a name.
    pub confirmed: u32,
    /// Seats that are held without a name.
    pub held: u32,
    /// Seats that are offered to somebody who waited.
    pub offered: u32,
    /// Free seats that are kept for some until their release.
    pub guaranteed: u32,
    /// Free seats for everybody below their maximum.
    pub shared: u32,
    /// How many wait.
    pub waiting: u32,
}

#[derive(FromQueryResult)]
struct Seated {
    occasion_id: OccasionId,
    status: SignUpStatus,
    held: bool,
    number: i64,
}

impl Viewer {
    /// Where the seats of each of the occasions are, of those that the viewer may see.
    pub async fn seat_counts(
        &self,
        occasions: &[OccasionId],
    ) -> Result<HashMap<OccasionId, SeatCounts>> {
        use sign_up::Column as S;
        let surveyed = self.survey(occasions).await?;
        let seated = sign_up::Entity::find()
            .select_only()
            .column(S::OccasionId)
            .column(S::Status)
            .column_as(S::PersonId.is_null(), "held")
            .column_as(Expr::col(S::Id).count(), "number")
            .filter(S::OccasionId.is_in(surveyed.keys().copied()))
            .filter(S::Status.is_in(SignUpStatus::SEATED))
            .group_by(S::OccasionId)
            .group_by(S::Status)
            .group_by(S::PersonId.is_null())
            .into_model::<Seated>()
            .all(&self.db.reader())
            .await?;
        let mut counts = HashMap::new();
        for (id, (row, seats)) in surveyed {
            let free = seats.breakdown(self.now());
            let mut count = SeatCounts {
                guaranteed: free.guaranteed_unused,
                shared: free.shared_free,
                waiting: u32::try_from(row.waiting).map_err(Error::internal)?,
                ..SeatCounts::default()
            };
            for group in seated.iter().filter(|group| group.occasion_id == id) {
                let number = u32::try_from(group.number).map_err(Error::internal)?;
                match (group.status, group.held) {
                    (SignUpStatus::Offered, _) => count.offered += number,
                    (_, true) => count.held += number,
                    (_, false) => count.confirmed += number,
                }
            }
            counts.insert(id, count);
        }
        Ok(counts)
    }

    /// The seats of each of the occasions that the viewer may see: a handful of statements, whatever their number.
    pub(super) async fn survey(
        &self,
        occasions: &[OccasionId],
    ) -> Result<HashMap<OccasionId, (training_occasion::Model, seats::Occasion)>> {
        let reader = self.db.reader();
        let rows = training_occasion::Entity::find()
            .filter(training_occasion::Column::Id.is_in(occasions.iter().copied()))
            .filter(training_occasion::Entity::visible(self))
            .all(&reader)
            .await?;
        let ids = || rows.iter().map(|row| row.id);
        let quotas = seat_quota::Entity::find()
            .filter(seat_quota::Column::OccasionId.is_in(ids()))
            .all(&reader)
            .await?;
        let kinds = kind_quota::Entity::find()
            .filter(kind_quota::Column::OccasionId.is_in(ids()))
            .all(&reader)
            .await?;
        let concerned: BTreeSet<OrganisationId> =
            quotas.iter().map(|quota| quota.organisation_id).collect();
        let partners = organisation::Entity::find()
            .filter(organisation::Column::Id.is_in(concerned))
            .all(&reader)
            .await?;
        let mut surveyed = HashMap::new();
        for row in rows {
            let own = quotas.iter().filter(|quota| quota.occasion_id == row.id);
            let shared = kinds.iter().filter(|quota| quota.occasion_id == row.id);
            let seats = seats::Occasion {
                capacity: Capacity::try_from(row.capacity).map_err(Error::internal)?,
                quotas: own
                    .map(|row| book::quota(row).map_err(Error::internal))
                    .collect::<Result<_>>()?,
                kinds: shared
                    .map(|row| book::quota_of_kind(row).map_err(Error::internal))
                    .collect::<Result<_>>()?,
                kind_of: partners.iter().map(kind_of).collect(),
                ended: partners
                    .iter()
                    .filter(|row| row.partner_until.is_some_and(|until| until <= self.now()))
                    .map(|row| row.id.uuid())
                    .collect(),
            };
            surveyed.insert(row.id, (row, seats));
        }
        Ok(surveyed)
    }
}

fn kind_of(row: &organisation::Model) -> (seats::OrganisationKey, OrganisationKind) {
    (row.id.uuid(), row.kind)
}
