//! When people are taken up elsewhere, whichever organisation signed them up.

use crate::{domain::occasion::TimeBlock, error::Result, viewer::Viewer};
use entity::{
    id::{OccasionId, PersonId},
    kind::SignUpStatus,
    person, sign_up, time_block,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType,
};
use std::collections::HashMap;

impl Viewer {
    /// When each of the people has a confirmed place at another occasion. The people are held until the
    /// transaction ends: two requests for two occasions at one time cannot both find them free.
    pub async fn busy_times(
        &self,
        except: OccasionId,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, Vec<TimeBlock>>> {
        use sign_up::Column as S;
        let writer = self.db.writer();
        person::Entity::find()
            .select_only()
            .column(person::Column::Id)
            .filter(person::Column::Id.is_in(people.iter().copied()))
            // In one order everywhere, so that two requests cannot wait for each other.
            .order_by_asc(person::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple::<PersonId>()
            .all(&writer)
            .await?;
        let places = sign_up::Entity::find()
            .filter(S::PersonId.is_in(people.iter().copied()))
            .filter(S::Status.eq(SignUpStatus::Confirmed))
            .filter(S::OccasionId.ne(except))
            .all(&writer)
            .await?;
        if places.is_empty() {
            return Ok(HashMap::new());
        }
        let occasions = places.iter().map(|place| place.occasion_id);
        let blocks = time_block::Entity::find()
            .filter(time_block::Column::OccasionId.is_in(occasions))
            .all(&writer)
            .await?;
        let mut busy: HashMap<PersonId, Vec<TimeBlock>> = HashMap::new();
        for place in places {
            let own = blocks
                .iter()
                .filter(|block| block.occasion_id == place.occasion_id);
            let Some(person) = place.person_id else {
                continue;
            };
            busy.entry(person)
                .or_default()
                .extend(own.map(|block| (block.starts_at, block.ends_at)));
        }
        Ok(busy)
    }
}
