//! Telling those who have a place that their occasion is held at another time or somewhere else.

use super::UpdateOccasionInput;
use crate::{
    domain::occasion::TimeBlock,
    error::Result,
    viewer::{
        Permitted, Viewer,
        notice::{Move, Whereabouts},
    },
};
use entity::{time_block, training_occasion};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// The time blocks as they are, if a change may move the occasion under people who have a place; none otherwise.
pub(super) async fn blocks_before_a_move(
    viewer: &Viewer,
    occasion: &training_occasion::Model,
    input: &UpdateOccasionInput,
) -> Result<Option<Vec<TimeBlock>>> {
    use time_block::Column as B;
    let may_move = input.time_blocks.value().is_some() || !input.venue.is_undefined();
    // Where something was held that is over is nobody's appointment any more.
    if !may_move || occasion.movements == 0 || occasion.ends_at <= viewer.now() {
        return Ok(None);
    }
    let query = time_block::Entity::find()
        .filter(B::OccasionId.eq(occasion.id))
        .order_by_asc(B::Position);
    let rows = viewer.all(query).await?.into_iter();
    Ok(Some(rows.map(|row| (row.starts_at, row.ends_at)).collect()))
}

/// Tells everybody with a place, if the occasion was moved at all.
pub(super) async fn tell_of_move(
    viewer: &Viewer,
    before: &Permitted<training_occasion::Model>,
    blocks_before: Vec<TimeBlock>,
    after: &training_occasion::Model,
    blocks_after: Vec<TimeBlock>,
) -> Result<()> {
    let from = Whereabouts::of(before, blocks_before);
    let to = Whereabouts::of(after, blocks_after);
    if from == to {
        return Ok(());
    }
    viewer.tell_of_move(before, &Move { from, to }).await
}
