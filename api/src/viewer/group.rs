//! A narrow door around groups: which stands above which, also where somebody sees one and not the other.

use super::Viewer;
use crate::error::Result;
use entity::{group, id::GroupId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

impl Viewer {
    /// The group above a group, so that none comes to stand above itself: compared, and told to nobody.
    pub(crate) async fn group_above(&self, id: GroupId) -> Result<Option<GroupId>> {
        let above: Option<Option<GroupId>> = group::Entity::find()
            .select_only()
            .column(group::Column::ParentId)
            .filter(group::Column::Id.eq(id))
            .into_tuple()
            .one(&self.db.writer())
            .await?;
        Ok(above.flatten())
    }
}
