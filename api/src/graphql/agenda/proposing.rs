//! Proposing an item, changing it, and answering the proposal.

use super::{AgendaItem, AgendaItemById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        meeting::{locked_away, refusal},
        payload::payloads,
        text::{Checked, check_reason, check_text, refuse_null},
        user_error::{UserError, UserErrorCode},
    },
    policy::group::officer_of,
    viewer::{Access, Permitted, Viewer, group_notice::Recipient},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use entity::{
    agenda_item, group_room,
    id::{AgendaItemId, GroupId, MeetingId},
    kind::{AgendaItemKind, AgendaItemStatus, GroupNoticeKind, MeetingStatus},
    meeting,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

/// How many items a meeting's agenda, or a group's backlog, has at most.
const MOST_ITEMS: usize = 200;

/// Something to be dealt with by a group that you are in.
#[derive(InputObject)]
pub struct ProposeAgendaItemInput {
    /// The group.
    group_id: GroupId,
    /// The meeting that is to deal with it; null: the next one that has room, so it waits in the backlog.
    meeting_id: Option<MeetingId>,
    /// The item that it is to be a part of; one of the same meeting, or of the backlog.
    parent_id: Option<AgendaItemId>,
    /// For information, for discussion, for decision, or to follow up.
    kind: AgendaItemKind,
    /// Its title, 1 to 200 characters.
    title: String,
    /// What it is about, in plain text, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of an item. What is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateAgendaItemInput {
    /// The item.
    item_id: AgendaItemId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
    /// What is to be done with it; null is `INVALID_VALUE`.
    kind: MaybeUndefined<AgendaItemKind>,
    /// Its title, 1 to 200 characters; null is `INVALID_VALUE`.
    title: MaybeUndefined<String>,
    /// What it is about, in plain text, up to 10,000 characters.
    description: MaybeUndefined<String>,
}

/// The answer to a proposal.
#[derive(InputObject)]
pub struct AnswerAgendaItemInput {
    /// The item.
    item_id: AgendaItemId,
    /// Whether it is taken up.
    accept: bool,
    /// Why it is not, in plain text, 1 to 500 characters; needed to decline, and for nothing else.
    reason: Option<String>,
}

/// What came of a mutation on an item.
pub(super) struct ItemOutcome {
    item: Option<AgendaItem>,
    user_errors: Vec<UserError>,
}

payloads! {
    ItemOutcome {
        /// The item; null when nothing was changed.
        item: AgendaItem
    }:
    /// The item that was proposed.
    ProposeAgendaItemPayload,
    /// The item as it was changed.
    UpdateAgendaItemPayload,
    /// The item as it was answered.
    AnswerAgendaItemPayload,
    /// The item where it stands now.
    MoveAgendaItemPayload,
    /// The item with its guests.
    InviteToAgendaItemPayload,
    /// The item with the guests that are left.
    WithdrawItemInvitationPayload,
}

impl ItemOutcome {
    pub(super) async fn of(
        ctx: &Context<'_>,
        outcome: Result<AgendaItemId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                item: loaders(ctx)
                    .load_one(AgendaItemById(id))
                    .await?
                    .map(AgendaItem::alone),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                item: None,
                user_errors,
            }),
        }
    }
}

/// What a member proposes, and what becomes of it.
#[derive(Default)]
pub struct ProposalMutation;

#[Object]
impl ProposalMutation {
    /// Proposes an item for a meeting, or for the group's backlog. Of whoever keeps the agenda it stands there at once; of
    /// other members it waits for an answer. For whoever may read the group's papers; `FORBIDDEN` for others who see the
    /// group. User errors: `NOT_FOUND` for the group, the meeting or the parent, `GROUP_CLOSED`, `MEETING_HELD`,
    /// `MEETING_CANCELLED`, `INVALID_VALUE`, also for more than 200 items, `PERSONAL_ID_NOT_ALLOWED`.
    async fn propose_agenda_item(
        &self,
        ctx: &Context<'_>,
        input: ProposeAgendaItemInput,
    ) -> Result<ProposeAgendaItemPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("proposeAgendaItem", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        check_text(Checked::Line, &input.title, &["title"], &mut errors);
        let description = &input.description;
        check_text(
            Checked::Description,
            description,
            &["description"],
            &mut errors,
        );
        if !errors.is_empty() {
            return Ok(ItemOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, Box::pin(propose(&viewer, input))).await
            })
            .await?;
        Ok(ItemOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes an item. For whoever keeps the agenda; before it is answered also for members of the organisation that
    /// proposed it; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `CONFLICT`, `ITEM_ANSWERED` once it has
    /// been dealt with, `MINUTES_VERIFIED` once the minutes name it, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn update_agenda_item(
        &self,
        ctx: &Context<'_>,
        input: UpdateAgendaItemInput,
    ) -> Result<UpdateAgendaItemPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        refuse_null(input.kind.is_null(), "kind", &mut errors);
        refuse_null(input.title.is_null(), "title", &mut errors);
        if let Some(title) = input.title.value() {
            check_text(Checked::Line, title, &["title"], &mut errors);
        }
        if let Some(text) = input.description.value() {
            check_text(Checked::Description, text, &["description"], &mut errors);
        }
        if !errors.is_empty() {
            return Ok(ItemOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        Ok(ItemOutcome::of(ctx, outcome).await?.into())
    }

    /// Takes a proposal up, or declines it with a reason; who proposed it is told. For whoever keeps the agenda;
    /// `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `ITEM_ANSWERED`, `MINUTES_VERIFIED`, `INVALID_VALUE` for
    /// a missing reason, `PERSONAL_ID_NOT_ALLOWED`.
    async fn answer_agenda_item(
        &self,
        ctx: &Context<'_>,
        input: AnswerAgendaItemInput,
    ) -> Result<AnswerAgendaItemPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        let reason = input.reason.as_deref().map_or("", str::trim);
        check_reason(reason, !input.accept, &mut errors);
        if !errors.is_empty() {
            return Ok(ItemOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { answer(&viewer, input).await })
            .await?;
        Ok(ItemOutcome::of(ctx, outcome).await?.into())
    }
}

/// Whether the viewer keeps the agendas of a group.
pub(in crate::graphql) async fn keeps(viewer: &Viewer, group: GroupId) -> Result<bool> {
    let query =
        group_room::Entity::find_by_id(group).filter(officer_of(group_room::Column::Id, viewer));
    Ok(viewer.one(query).await?.is_some())
}

/// Whether a meeting of the group can still get an item, or why not.
pub(super) async fn takes_items(
    viewer: &Viewer,
    group: GroupId,
    id: MeetingId,
) -> Result<Result<(), Vec<UserError>>> {
    let query = meeting::Entity::find_by_id(id).filter(meeting::Column::GroupId.eq(group));
    let refused = match viewer.one(query).await?.map(|row| row.status) {
        None => UserErrorCode::NotFound,
        Some(MeetingStatus::Held) => UserErrorCode::MeetingHeld,
        Some(MeetingStatus::Cancelled) => UserErrorCode::MeetingCancelled,
        Some(MeetingStatus::Planned | MeetingStatus::Noticed) => return Ok(Ok(())),
    };
    Ok(Err(refusal(refused, "meetingId")))
}

/// The items that stand beside a new one.
pub(super) async fn beside(
    viewer: &Viewer,
    group: GroupId,
    meeting: Option<MeetingId>,
) -> Result<Vec<agenda_item::Model>> {
    use agenda_item::Column as I;
    let here = match meeting {
        Some(meeting) => I::MeetingId.eq(meeting),
        None => I::MeetingId.is_null(),
    };
    let query = agenda_item::Entity::find()
        .filter(I::GroupId.eq(group))
        .filter(I::Status.is_in([AgendaItemStatus::Proposed, AgendaItemStatus::Accepted]))
        .filter(here);
    viewer.all(query).await
}

async fn propose(
    viewer: &Viewer,
    input: &ProposeAgendaItemInput,
) -> Result<Result<AgendaItemId, Vec<UserError>>> {
    let query = group_room::Entity::find_by_id(input.group_id);
    let room = match viewer.edit(query).await? {
        Access::Granted(room) => room,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "groupId"))),
    };
    if room.closed_at.is_some() {
        return Ok(Err(refusal(UserErrorCode::GroupClosed, "groupId")));
    }
    if let Some(meeting) = input.meeting_id
        && let Err(errors) = takes_items(viewer, room.id, meeting).await?
    {
        return Ok(Err(errors));
    }
    let beside = beside(viewer, room.id, input.meeting_id).await?;
    if beside.len() >= MOST_ITEMS {
        return Ok(Err(refusal(UserErrorCode::InvalidValue, "groupId")));
    }
    let known = |parent| beside.iter().any(|row| row.id == parent);
    if input.parent_id.is_some_and(|parent| !known(parent)) {
        return Ok(Err(refusal(UserErrorCode::NotFound, "parentId")));
    }
    let siblings = beside.iter().filter(|row| row.parent_id == input.parent_id);
    let position = siblings.map(|row| row.position + 1).max().unwrap_or(0);
    let made = viewer
        .make_part::<agenda_item::Entity>(&room, proposal(viewer, input, position)?)
        .await?;
    if keeps(viewer, room.id).await? {
        set_status(viewer, &made, AgendaItemStatus::Accepted, None).await?;
    }
    Ok(Ok(made.id))
}

/// What whoever keeps a group's papers puts on its agenda, or into its backlog.
pub(in crate::graphql) struct Placing {
    pub(in crate::graphql) group: GroupId,
    pub(in crate::graphql) meeting: Option<MeetingId>,
    pub(in crate::graphql) kind: AgendaItemKind,
    pub(in crate::graphql) title: String,
    pub(in crate::graphql) description: String,
}

/// Makes an item as `proposeAgendaItem` does, from texts that have been checked.
pub(in crate::graphql) async fn put_on_agenda(
    viewer: &Viewer,
    placing: Placing,
) -> Result<Result<AgendaItemId, Vec<UserError>>> {
    let input = ProposeAgendaItemInput {
        group_id: placing.group,
        meeting_id: placing.meeting,
        parent_id: None,
        kind: placing.kind,
        title: placing.title,
        description: placing.description,
        idempotency_key: None,
    };
    propose(viewer, &input).await
}

fn proposal(
    viewer: &Viewer,
    input: &ProposeAgendaItemInput,
    position: i32,
) -> Result<agenda_item::ActiveModel> {
    Ok(agenda_item::ActiveModel {
        id: Set(AgendaItemId::new()),
        group_id: Set(input.group_id),
        meeting_id: Set(input.meeting_id),
        parent_id: Set(input.parent_id),
        position: Set(position),
        kind: Set(input.kind),
        status: Set(AgendaItemStatus::Proposed),
        title: Set(input.title.trim().to_owned()),
        description: Set(input.description.trim().to_owned()),
        proposed_by_organisation_id: Set(viewer.signed_in()?.organisation),
        proposed_by: Set(viewer.person()),
        decline_reason: Set(None),
        moved_from_id: Set(None),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    })
}

async fn set_status(
    viewer: &Viewer,
    row: &Permitted<agenda_item::Model>,
    status: AgendaItemStatus,
    reason: Option<String>,
) -> Result<()> {
    let change = agenda_item::ActiveModel {
        id: Unchanged(row.id),
        status: Set(status),
        decline_reason: Set(reason),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    Ok(())
}

/// The item with the permission to change it.
pub(super) async fn editable(
    viewer: &Viewer,
    id: AgendaItemId,
) -> Result<Result<Permitted<agenda_item::Model>, Vec<UserError>>> {
    match viewer.edit(agenda_item::Entity::find_by_id(id)).await? {
        Access::Granted(row) => Ok(Ok(row)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(refusal(UserErrorCode::NotFound, "itemId"))),
    }
}

/// The same for whoever keeps the agenda, as long as the item waits or stands on an agenda.
pub(super) async fn kept(
    viewer: &Viewer,
    id: AgendaItemId,
) -> Result<Result<Permitted<agenda_item::Model>, Vec<UserError>>> {
    let row = match editable(viewer, id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if !keeps(viewer, row.group_id).await? {
        return Err(Error::Forbidden);
    }
    Ok(match row.status {
        AgendaItemStatus::Proposed | AgendaItemStatus::Accepted => Ok(row),
        AgendaItemStatus::Declined | AgendaItemStatus::Done => {
            Err(refusal(UserErrorCode::ItemAnswered, "itemId"))
        }
    })
}

/// The same as long as no verified minutes say what stands there.
pub(super) async fn unsealed(
    viewer: &Viewer,
    id: AgendaItemId,
) -> Result<Result<Permitted<agenda_item::Model>, Vec<UserError>>> {
    let row = match kept(viewer, id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if viewer.has_verified_minutes(row.meeting_id).await? {
        return Ok(Err(refusal(UserErrorCode::MinutesVerified, "itemId")));
    }
    Ok(Ok(row))
}

async fn update(
    viewer: &Viewer,
    input: &UpdateAgendaItemInput,
) -> Result<Result<AgendaItemId, Vec<UserError>>> {
    let row = match editable(viewer, input.item_id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if row.version != input.expected_version {
        return Ok(Err(refusal(UserErrorCode::Conflict, "expectedVersion")));
    }
    if row.status == AgendaItemStatus::Done {
        return Ok(Err(refusal(UserErrorCode::ItemAnswered, "itemId")));
    }
    if viewer.has_verified_minutes(row.meeting_id).await? {
        return Ok(Err(refusal(UserErrorCode::MinutesVerified, "itemId")));
    }
    let mut change = agenda_item::ActiveModel {
        id: Unchanged(row.id),
        updated_at: Set(viewer.now()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    if let Some(kind) = input.kind.value() {
        change.kind = Set(*kind);
    }
    if let Some(title) = input.title.value() {
        change.title = Set(title.trim().to_owned());
    }
    if !input.description.is_undefined() {
        let text = input.description.value().map_or("", |text| text.trim());
        change.description = Set(text.to_owned());
    }
    viewer.update(change).await?.ok_or_else(locked_away)?;
    Ok(Ok(row.id))
}

async fn answer(
    viewer: &Viewer,
    input: &AnswerAgendaItemInput,
) -> Result<Result<AgendaItemId, Vec<UserError>>> {
    let row = match unsealed(viewer, input.item_id).await? {
        Ok(row) => row,
        Err(errors) => return Ok(Err(errors)),
    };
    if row.status != AgendaItemStatus::Proposed {
        return Ok(Err(refusal(UserErrorCode::ItemAnswered, "itemId")));
    }
    let (status, reason) = if input.accept {
        (AgendaItemStatus::Accepted, None)
    } else {
        let reason = input.reason.as_deref().map(|text| text.trim().to_owned());
        (AgendaItemStatus::Declined, reason)
    };
    set_status(viewer, &row, status, reason).await?;
    let organisation = row.proposed_by_organisation_id;
    let who = match row.proposed_by {
        Some(person) => Recipient::person(organisation, person),
        None => Recipient::coordinators(organisation),
    };
    let kind = GroupNoticeKind::ItemDecided;
    viewer
        .tell_group(kind, row.group_id, Some(row.id.to_string()), [who])
        .await?;
    Ok(Ok(row.id))
}
