//! What is done about actions without anybody asking: a narrow door each.

use super::{Permitted, Viewer, group_notice::Recipient};
use crate::error::Result;
use chrono::{Days, TimeDelta};
use entity::{
    agenda_item, group_action,
    id::AgendaItemId,
    kind::{AgendaItemKind, AgendaItemStatus, GroupNoticeKind},
    meeting,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

/// How many days before an action is due its organisation is reminded.
const BEFORE: Days = Days::new(7);

/// How long it is left alone after that.
const LEFT_ALONE: TimeDelta = TimeDelta::days(14);

/// How many actions one round looks at.
const ROUND: u64 = 500;

/// The item that brings open actions to an agenda, in the language of the agendas.
const FOLLOW_UP: &str = "Uppföljning av åtgärder";

impl Viewer {
    /// Reminds organisations of what they are to do: a week before it is due, and every other week from then on, as long as
    /// it is open.
    pub(super) async fn remind_of_actions(&self) -> Result<usize> {
        use group_action::Column as A;
        let soon = self.today() + BEFORE;
        let not_lately = Condition::any()
            .add(A::RemindedAt.is_null())
            .add(A::RemindedAt.lte(self.now() - LEFT_ALONE));
        let rows = group_action::Entity::find()
            .filter(A::EndedAt.is_null())
            .filter(A::DueOn.lte(soon))
            .filter(not_lately)
            .order_by_asc(A::DueOn)
            .order_by_asc(A::Id)
            .limit(ROUND)
            .lock_exclusive()
            .all(&self.db.writer())
            .await?;
        for row in &rows {
            let who = Recipient::coordinators(row.organisation_id);
            let subject = Some(row.id.to_string());
            self.tell_group(GroupNoticeKind::ActionDue, row.group_id, subject, [who])
                .await?;
        }
        let ids = rows.iter().map(|row| row.id);
        let reminded = group_action::ActiveModel {
            reminded_at: Set(Some(self.now())),
            ..Default::default()
        };
        if !rows.is_empty() {
            group_action::Entity::update_many()
                .set(reminded)
                .filter(A::Id.is_in(ids))
                .exec(&self.db.writer())
                .await?;
        }
        Ok(rows.len())
    }

    /// Puts the follow-up of open actions on the agenda of a meeting that the viewer calls, if there are any and it does not
    /// stand there yet. Who calls meetings need not be able to read papers, so nothing of them is told.
    pub(crate) async fn follow_actions_up(&self, row: &Permitted<meeting::Model>) -> Result<()> {
        use agenda_item::Column as I;
        use group_action::Column as A;
        let open = group_action::Entity::find()
            .filter(A::GroupId.eq(row.group_id))
            .filter(A::EndedAt.is_null())
            .count(&self.db.writer())
            .await?;
        let standing = [AgendaItemStatus::Proposed, AgendaItemStatus::Accepted];
        let items = agenda_item::Entity::find()
            .filter(I::MeetingId.eq(row.id))
            .filter(I::Status.is_in(standing))
            .all(&self.db.writer())
            .await?;
        if open == 0
            || items
                .iter()
                .any(|item| item.kind == AgendaItemKind::FollowUp)
        {
            return Ok(());
        }
        let top = items.iter().filter(|item| item.parent_id.is_none());
        let new = agenda_item::ActiveModel {
            id: Set(AgendaItemId::new()),
            group_id: Set(row.group_id),
            meeting_id: Set(Some(row.id)),
            parent_id: Set(None),
            position: Set(top.map(|item| item.position + 1).max().unwrap_or(0)),
            kind: Set(AgendaItemKind::FollowUp),
            status: Set(AgendaItemStatus::Accepted),
            title: Set(FOLLOW_UP.to_owned()),
            description: Set(String::new()),
            proposed_by_organisation_id: Set(self.signed_in()?.organisation),
            proposed_by: Set(None),
            decline_reason: Set(None),
            moved_from_id: Set(None),
            created_at: Set(self.now()),
            updated_at: Set(self.now()),
            version: Set(1),
        };
        agenda_item::Entity::insert(new)
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(())
    }
}
