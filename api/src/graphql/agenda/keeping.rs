//! Keeping an agenda: its order, what moves on to another meeting, who is a guest at an item.

use super::proposing::{
    InviteToAgendaItemPayload, ItemOutcome, MoveAgendaItemPayload, WithdrawItemInvitationPayload,
    beside, keeps, kept, takes_items, unsealed,
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        meeting::{ArrangeAgendaPayload, MeetingOutcome, locked_away, refusal},
        organisation::no_partner,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Permitted, Viewer, group_notice::Recipient},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    agenda_item, agenda_item_guest,
    id::{AgendaItemGuestId, AgendaItemId, MeetingId, OrganisationId},
    kind::{AgendaItemStatus, GroupNoticeKind},
    meeting,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Set, Unchanged};
use std::collections::{BTreeMap, BTreeSet};

/// Where an item stands.
#[derive(InputObject)]
pub struct AgendaPlaceInput {
    /// The item.
    item_id: AgendaItemId,
    /// The item that it is a part of; null: at the top. It stands before this one in the list.
    parent_id: Option<AgendaItemId>,
}

/// The order of an agenda.
#[derive(InputObject)]
pub struct ArrangeAgendaInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// All items that wait for an answer or have been accepted, in their order, each once.
    items: Vec<AgendaPlaceInput>,
}

/// An item to move.
#[derive(InputObject)]
pub struct MoveAgendaItemInput {
    /// The item; those below it go with it.
    item_id: AgendaItemId,
    /// The meeting of the same group that is to deal with it; null: it waits in the backlog.
    meeting_id: Option<MeetingId>,
}

/// A guest at an item.
#[derive(InputObject)]
pub struct InviteToAgendaItemInput {
    /// The item.
    item_id: AgendaItemId,
    /// The organisation that it is opened to.
    organisation_id: OrganisationId,
}

/// A guest that is one no more.
#[derive(InputObject)]
pub struct WithdrawItemInvitationInput {
    /// The item.
    item_id: AgendaItemId,
    /// The organisation.
    organisation_id: OrganisationId,
}

/// What is done about an agenda as a whole.
#[derive(Default)]
pub struct AgendaMutation;

#[Object]
impl AgendaMutation {
    /// Puts the items of an agenda in order, as a tree. For whoever keeps the agenda; `FORBIDDEN` for others who see the
    /// meeting. User errors: `NOT_FOUND`, `MEETING_HELD`, `MEETING_CANCELLED`, `CONFLICT` if an item is missing or is not
    /// on this agenda: read it again, `ITEM_NESTED` for a parent that does not come before.
    async fn arrange_agenda(
        &self,
        ctx: &Context<'_>,
        input: ArrangeAgendaInput,
    ) -> Result<ArrangeAgendaPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { arrange(&viewer, input).await })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }

    /// Moves an item, with those below it, to another meeting of the group or to its backlog. For whoever keeps the
    /// agenda; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `ITEM_ANSWERED` once it has been declined or
    /// dealt with, `MINUTES_VERIFIED` once the minutes say that it stood there, `MEETING_HELD`, `MEETING_CANCELLED`.
    async fn move_agenda_item(
        &self,
        ctx: &Context<'_>,
        input: MoveAgendaItemInput,
    ) -> Result<MoveAgendaItemPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { move_item(&viewer, input).await })
            .await?;
        Ok(ItemOutcome::of(ctx, outcome).await?.into())
    }
}

/// What is done about the guests of an item.
#[derive(Default)]
pub struct GuestMutation;

#[Object]
impl GuestMutation {
    /// Opens an item to an organisation that is not in the group: its coordinators see this item and when and where
    /// the meeting is, and nothing else of it. They are told. For whoever keeps the agenda; `FORBIDDEN` for others
    /// who see it. User errors: `NOT_FOUND` for the item or the organisation,
    /// `ITEM_ANSWERED`, `MINUTES_VERIFIED`, `INVALID_STATUS` before it has been accepted, `ALREADY_INVITED`, `NOT_A_PARTNER`
    /// for an organisation without an agreement.
    async fn invite_to_agenda_item(
        &self,
        ctx: &Context<'_>,
        input: InviteToAgendaItemInput,
    ) -> Result<InviteToAgendaItemPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { invite(&viewer, input).await })
            .await?;
        Ok(ItemOutcome::of(ctx, outcome).await?.into())
    }

    /// Takes an invitation back: from now on the organisation no longer sees the item. For whoever keeps the agenda;
    /// `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `ITEM_ANSWERED`.
    async fn withdraw_item_invitation(
        &self,
        ctx: &Context<'_>,
        input: WithdrawItemInvitationInput,
    ) -> Result<WithdrawItemInvitationPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move {
                let item = match kept(&viewer, input.item_id).await? {
                    Ok(item) => item,
                    Err(errors) => return Ok(Err(errors)),
                };
                let which = Condition::all()
                    .add(agenda_item_guest::Column::OrganisationId.eq(input.organisation_id));
                let removed = viewer
                    .remove_parts::<agenda_item_guest::Entity>(&item, which)
                    .await?;
                Ok(if removed == 0 {
                    Err(refusal(UserErrorCode::NotFound, "organisationId"))
                } else {
                    Ok(item.id)
                })
            })
            .await?;
        Ok(ItemOutcome::of(ctx, outcome).await?.into())
    }
}

/// Whether a list of places names all items once, each after the one that it is a part of.
fn check_places(
    present: &[agenda_item::Model],
    places: &[AgendaPlaceInput],
) -> Result<(), Vec<UserError>> {
    let ids = |ids: &mut dyn Iterator<Item = AgendaItemId>| -> BTreeSet<_> {
        ids.map(AgendaItemId::uuid).collect()
    };
    let wanted = ids(&mut places.iter().map(|place| place.item_id));
    let there = ids(&mut present.iter().map(|row| row.id));
    if wanted != there || places.len() != there.len() {
        return Err(refusal(UserErrorCode::Conflict, "items"));
    }
    let mut before = BTreeSet::new();
    for (index, place) in places.iter().enumerate() {
        let known = |parent: AgendaItemId| before.contains(&parent.uuid());
        if place.parent_id.is_some_and(|parent| !known(parent)) {
            let field = ["items", &index.to_string(), "parentId"];
            return Err(vec![UserError::new(UserErrorCode::ItemNested, &field)]);
        }
        before.insert(place.item_id.uuid());
    }
    Ok(())
}

async fn arrange(
    viewer: &Viewer,
    input: &ArrangeAgendaInput,
) -> Result<Result<MeetingId, Vec<UserError>>> {
    let query = meeting::Entity::find_by_id(input.meeting_id);
    let Some(meeting) = viewer.one(query).await? else {
        return Ok(Err(refusal(UserErrorCode::NotFound, "meetingId")));
    };
    if !keeps(viewer, meeting.group_id).await? {
        return Err(Error::Forbidden);
    }
    if let Err(errors) = takes_items(viewer, meeting.group_id, meeting.id).await? {
        return Ok(Err(errors));
    }
    let present = beside(viewer, meeting.group_id, Some(meeting.id)).await?;
    if let Err(errors) = check_places(&present, &input.items) {
        return Ok(Err(errors));
    }
    let mut next: BTreeMap<Option<uuid::Uuid>, i32> = BTreeMap::new();
    for place in &input.items {
        let below = place.parent_id.map(AgendaItemId::uuid);
        let position = next.entry(below).or_default();
        let stands = present.iter().any(|row| {
            row.id == place.item_id && row.parent_id == place.parent_id && row.position == *position
        });
        if !stands {
            let change = agenda_item::ActiveModel {
                id: Unchanged(place.item_id),
                parent_id: Set(place.parent_id),
                position: Set(*position),
                ..Default::default()
            };
            viewer.update(change).await?.ok_or_else(locked_away)?;
        }
        *position += 1;
    }
    Ok(Ok(meeting.id))
}

/// The item and all that stands below it.
fn with_those_below(item: &agenda_item::Model, beside: &[agenda_item::Model]) -> Vec<AgendaItemId> {
    let mut found = vec![item.id];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        let below = beside.iter().filter(|row| row.parent_id == Some(parent));
        found.extend(below.map(|row| row.id));
        at += 1;
    }
    found
}

async fn move_item(
    viewer: &Viewer,
    input: &MoveAgendaItemInput,
) -> Result<Result<AgendaItemId, Vec<UserError>>> {
    let item = match unsealed(viewer, input.item_id).await? {
        Ok(item) => item,
        Err(errors) => return Ok(Err(errors)),
    };
    if let Some(meeting) = input.meeting_id
        && let Err(errors) = takes_items(viewer, item.group_id, meeting).await?
    {
        return Ok(Err(errors));
    }
    if item.meeting_id == input.meeting_id {
        return Ok(Ok(item.id));
    }
    let there = beside(viewer, item.group_id, input.meeting_id).await?;
    let last = there.iter().filter(|row| row.parent_id.is_none());
    let position = last.map(|row| row.position + 1).max().unwrap_or(0);
    let here = beside(viewer, item.group_id, item.meeting_id).await?;
    for id in with_those_below(&item, &here) {
        let mut change = agenda_item::ActiveModel {
            id: Unchanged(id),
            meeting_id: Set(input.meeting_id),
            updated_at: Set(viewer.now()),
            ..Default::default()
        };
        if item.meeting_id.is_some() {
            change.moved_from_id = Set(item.meeting_id);
        }
        if id == item.id {
            change.parent_id = Set(None);
            change.position = Set(position);
            change.version = Set(item.version + 1);
        }
        viewer.update(change).await?.ok_or_else(locked_away)?;
    }
    Ok(Ok(item.id))
}

async fn invite(
    viewer: &Viewer,
    input: &InviteToAgendaItemInput,
) -> Result<Result<AgendaItemId, Vec<UserError>>> {
    let item = match unsealed(viewer, input.item_id).await? {
        Ok(item) => item,
        Err(errors) => return Ok(Err(errors)),
    };
    if item.status != AgendaItemStatus::Accepted {
        return Ok(Err(refusal(UserErrorCode::InvalidStatus, "itemId")));
    }
    let guest = input.organisation_id;
    if let Some(code) = no_partner(viewer, guest).await? {
        return Ok(Err(refusal(code, "organisationId")));
    }
    let same = Condition::all().add(agenda_item_guest::Column::OrganisationId.eq(guest));
    let invited = viewer
        .parts::<agenda_item_guest::Entity>(&item, same)
        .await?;
    if !invited.is_empty() {
        return Ok(Err(refusal(
            UserErrorCode::AlreadyInvited,
            "organisationId",
        )));
    }
    enter_guest(viewer, &item, guest).await?;
    Ok(Ok(item.id))
}

async fn enter_guest(
    viewer: &Viewer,
    item: &Permitted<agenda_item::Model>,
    organisation: OrganisationId,
) -> Result<()> {
    let new = agenda_item_guest::ActiveModel {
        id: Set(AgendaItemGuestId::new()),
        item_id: Set(item.id),
        organisation_id: Set(organisation),
    };
    viewer
        .add_parts::<agenda_item_guest::Entity>(item, vec![new])
        .await?;
    let who = Recipient::coordinators(organisation);
    let kind = GroupNoticeKind::ItemOpened;
    viewer
        .tell_group(kind, item.group_id, Some(item.id.to_string()), [who])
        .await
}
