//! What happens to a meeting's items when it is not held: a narrow door, since who calls meetings need not read their
//! papers.

use super::{Permitted, Viewer};
use crate::error::Result;
use entity::{agenda_item, kind::AgendaItemStatus, meeting};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

impl Viewer {
    /// What has not been dealt with waits in the group's backlog, and remembers where it comes from. Call it in the
    /// transaction that cancels the meeting.
    pub(crate) async fn put_items_back(&self, meeting: &Permitted<meeting::Model>) -> Result<u64> {
        use agenda_item::Column as I;
        let change = agenda_item::ActiveModel {
            meeting_id: Set(None),
            moved_from_id: Set(Some(meeting.id)),
            updated_at: Set(self.now()),
            ..Default::default()
        };
        let open = [AgendaItemStatus::Proposed, AgendaItemStatus::Accepted];
        let done = agenda_item::Entity::update_many()
            .set(change)
            .filter(I::MeetingId.eq(meeting.id))
            .filter(I::Status.is_in(open))
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }
}
