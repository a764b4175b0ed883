//! Narrow doors around meetings: who calls them need not read their papers, and who records attendance need not see the
//! training that a meeting counts as.

use super::{Permitted, Viewer};
use crate::{error::Result, policy::select};
use entity::{
    agenda_item,
    id::TrainingId,
    kind::{AgendaItemKind, AgendaItemStatus, PartlyCounts},
    meeting, meeting_credit, meeting_desk, training,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationDef, Set,
};

/// The training that a meeting counts as, and by which rule it is completed: nothing else is read of it.
#[derive(FromQueryResult)]
pub(crate) struct Credited {
    pub(crate) id: TrainingId,
    pub(crate) completion_share: Option<i32>,
    pub(crate) partly_counts: PartlyCounts,
    pub(crate) valid_months: Option<i32>,
}

impl Viewer {
    /// What has not been dealt with waits in the group's backlog, and remembers where it comes from. The follow-up of actions
    /// that came by itself stays behind: it comes by itself to the next meeting, too. Call it in the transaction that
    /// cancels the meeting.
    pub(crate) async fn put_items_back(&self, meeting: &Permitted<meeting::Model>) -> Result<u64> {
        use agenda_item::Column as I;
        let change = agenda_item::ActiveModel {
            meeting_id: Set(None),
            moved_from_id: Set(Some(meeting.id)),
            updated_at: Set(self.now()),
            ..Default::default()
        };
        let open = [AgendaItemStatus::Proposed, AgendaItemStatus::Accepted];
        let above_others = select::<agenda_item::Entity>(
            I::ParentId,
            Condition::all()
                .add(I::MeetingId.eq(meeting.id))
                .add(I::ParentId.is_not_null()),
        );
        let came_by_itself = Condition::all()
            .add(I::Kind.eq(AgendaItemKind::FollowUp))
            .add(I::ProposedBy.is_null())
            .add(I::Id.not_in_subquery(above_others));
        let done = agenda_item::Entity::update_many()
            .set(change)
            .filter(I::MeetingId.eq(meeting.id))
            .filter(I::Status.is_in(open))
            .filter(came_by_itself.not())
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }

    /// The training that a meeting counts as: what an organiser has agreed to holds, whoever records the attendance.
    pub(crate) async fn credited(
        &self,
        desk: &Permitted<meeting_desk::Model>,
    ) -> Result<Option<Credited>> {
        use training::Column as T;
        let credit: RelationDef = training::Entity::belongs_to(meeting_credit::Entity)
            .from(T::Id)
            .to(meeting_credit::Column::TrainingId)
            .into();
        let query = training::Entity::find()
            .select_only()
            .columns([T::Id, T::CompletionShare, T::PartlyCounts, T::ValidMonths])
            .join(JoinType::InnerJoin, credit)
            .filter(meeting_credit::Column::MeetingId.eq(desk.id));
        Ok(query.into_model().one(&self.db.writer()).await?)
    }
}
