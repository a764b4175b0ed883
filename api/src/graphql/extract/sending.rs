//! Sending an extract, and confirming its receipt.

use super::{ConfirmExtractPayload, ExtractOutcome, SendExtractPayload};
use crate::{
    domain::{minutes::SealedDecision, validity::in_force},
    error::{Error, Result},
    graphql::{
        context::viewer,
        decision::reference,
        idempotency::Once,
        meeting::{locked_away, refusal},
        minutes::desk,
        user_error::{UserError, UserErrorCode},
    },
    policy::extract::confirms,
    viewer::{Access, Viewer, group_notice::Recipient, minutes::decisions_in},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    decision, extract_recipient, group,
    id::{DecisionId, ExtractId, ExtractRecipientId, GroupId, MinutesId, OrganisationId},
    kind::{GroupNoticeKind, MinutesStatus},
    meeting_minutes, minutes_extract, organisation,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};
use std::collections::BTreeSet;

/// How many recipients one extract has at most.
const MOST_RECIPIENTS: usize = 100;

/// An extract of verified minutes. It holds a passage, decisions, or both.
#[derive(InputObject)]
pub struct SendExtractInput {
    /// The edition of the minutes; it has been verified.
    minutes_id: MinutesId,
    /// A passage of their text, letter by letter; left out: decisions only.
    text: Option<String>,
    /// Decisions that stand in them.
    #[graphql(default)]
    decision_ids: Vec<DecisionId>,
    /// The organisations that it is for.
    #[graphql(default)]
    organisation_ids: Vec<OrganisationId>,
    /// The groups that it is for, such as a board.
    #[graphql(default)]
    group_ids: Vec<GroupId>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// The receipt of an extract.
#[derive(InputObject)]
pub struct ConfirmExtractInput {
    /// The extract.
    extract_id: ExtractId,
}

/// Sending extracts, and confirming their receipt.
#[derive(Default)]
pub struct ExtractMutation;

#[Object]
impl ExtractMutation {
    /// Sends an extract of verified minutes to organisations and to groups: coordinators of the former and members of the
    /// latter are told, and read the extract and nothing else of the minutes. For whoever keeps the group's papers;
    /// `FORBIDDEN` for others who see the minutes. User errors: `NOT_FOUND` for the minutes or a recipient,
    /// `INVALID_STATUS` as long as they are not verified, `NOT_IN_MINUTES` for a passage or a decision that does not stand in
    /// them, `NOT_A_PARTNER` for an organisation without an agreement, `INVALID_VALUE` for nothing to send, nobody to send it
    /// to, or somebody named twice.
    async fn send_extract(
        &self,
        ctx: &Context<'_>,
        input: SendExtractInput,
    ) -> Result<SendExtractPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("sendExtract", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        check(input, &mut errors);
        if !errors.is_empty() {
            return Ok(ExtractOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, Box::pin(send(&viewer, input))).await
            })
            .await?;
        Ok(ExtractOutcome::of(ctx, outcome).await?.into())
    }

    /// Confirms that you have received an extract, for your organisation or for the group that it is for. Sent again it
    /// changes nothing. For coordinators of the organisation, and those who keep the group's papers; `FORBIDDEN` for others
    /// who see it. User errors: `NOT_FOUND`.
    async fn confirm_extract(
        &self,
        ctx: &Context<'_>,
        input: ConfirmExtractInput,
    ) -> Result<ConfirmExtractPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let extract = input.extract_id;
        let outcome = viewer
            .transaction(|viewer| async move { confirm(&viewer, extract).await })
            .await?;
        Ok(ExtractOutcome::of(ctx, outcome).await?.into())
    }
}

/// Whether there is something to send, and somebody to send it to.
fn check(input: &SendExtractInput, errors: &mut Vec<UserError>) {
    let invalid = |field| UserError::new(UserErrorCode::InvalidValue, &[field]);
    let text = input.text.as_deref().map_or("", str::trim);
    if text.is_empty() && (input.text.is_some() || input.decision_ids.is_empty()) {
        errors.push(invalid("text"));
    }
    let organisations: BTreeSet<_> = input.organisation_ids.iter().collect();
    let groups: BTreeSet<_> = input.group_ids.iter().collect();
    let recipients = organisations.len() + groups.len();
    let named = input.organisation_ids.len() + input.group_ids.len();
    if recipients == 0 || recipients > MOST_RECIPIENTS || named != recipients {
        errors.push(invalid("organisationIds"));
    }
}

async fn send(
    viewer: &Viewer,
    input: &SendExtractInput,
) -> Result<Result<ExtractId, Vec<UserError>>> {
    let query = meeting_minutes::Entity::find_by_id(input.minutes_id);
    let Some(minutes) = viewer.one(query).await? else {
        return Ok(Err(refusal(UserErrorCode::NotFound, "minutesId")));
    };
    let Ok(desk) = desk(viewer, minutes.meeting_id).await? else {
        return Err(Error::Forbidden);
    };
    if minutes.status != MinutesStatus::Verified {
        return Ok(Err(refusal(UserErrorCode::InvalidStatus, "minutesId")));
    }
    let decisions = match chosen(viewer, &minutes, &input.decision_ids).await? {
        Ok(decisions) => decisions,
        Err(errors) => return Ok(Err(errors)),
    };
    let text = input.text.as_deref().map_or("", str::trim);
    if !minutes.body.contains(text) {
        return Ok(Err(refusal(UserErrorCode::NotInMinutes, "text")));
    }
    if let Some((code, field)) = cannot_receive(viewer, input).await? {
        return Ok(Err(refusal(code, field)));
    }
    let query = group::Entity::find_by_id(minutes.group_id);
    let group = viewer.one(query).await?.ok_or_else(locked_away)?;
    let new = minutes_extract::ActiveModel {
        id: Set(ExtractId::new()),
        minutes_id: Set(minutes.id),
        meeting_id: Set(minutes.meeting_id),
        group_id: Set(minutes.group_id),
        group_name: Set(group.name),
        held_at: Set(minutes.held_at),
        body: Set(text.to_owned()),
        decisions: Set(serde_json::to_string(&decisions).map_err(Error::internal)?),
        organisation_id: Set(viewer.signed_in()?.organisation),
        sent_by: Set(viewer.person()),
        sent_at: Set(viewer.now()),
    };
    let made = viewer
        .make_part::<minutes_extract::Entity>(&desk, new)
        .await?;
    let recipient = |organisation, group| extract_recipient::ActiveModel {
        id: Set(ExtractRecipientId::new()),
        extract_id: Set(made.id),
        organisation_id: Set(organisation),
        group_id: Set(group),
        sent_at: Set(viewer.now()),
        received_at: Set(None),
        received_by: Set(None),
        receiving_organisation_id: Set(None),
    };
    let organisations = input.organisation_ids.iter();
    let mut recipients: Vec<_> = organisations.map(|id| recipient(Some(*id), None)).collect();
    recipients.extend(input.group_ids.iter().map(|id| recipient(None, Some(*id))));
    viewer
        .add_parts::<extract_recipient::Entity>(&made, recipients)
        .await?;
    let subject = made.id.to_string();
    let kind = GroupNoticeKind::ExtractSent;
    let organisations = input.organisation_ids.iter();
    let told = organisations.map(|id| Recipient::coordinators(*id));
    viewer
        .tell_group(kind, minutes.group_id, Some(subject.clone()), told)
        .await?;
    viewer
        .tell_members(kind, &input.group_ids, &subject)
        .await?;
    Ok(Ok(made.id))
}

/// The decisions as they stand in the minutes, or that one of them does not.
async fn chosen(
    viewer: &Viewer,
    minutes: &meeting_minutes::Model,
    ids: &[DecisionId],
) -> Result<Result<Vec<SealedDecision>, Vec<UserError>>> {
    use decision::Column as D;
    let query = decision::Entity::find()
        .filter(D::MeetingId.eq(minutes.meeting_id))
        .filter(D::Id.is_in(ids.iter().copied()));
    let rows = viewer.all(query).await?;
    let standing = decisions_in(minutes.decisions.as_deref())?.unwrap_or_default();
    let mut errors = Vec::new();
    let mut wanted = BTreeSet::new();
    for (index, id) in ids.iter().enumerate() {
        let row = rows.iter().find(|row| row.id == *id).map(reference);
        match row.filter(|number| standing.iter().any(|one| one.number == *number)) {
            Some(number) => {
                wanted.insert(number);
            }
            None => errors.push(UserError::new(
                UserErrorCode::NotInMinutes,
                &["decisionIds", &index.to_string()],
            )),
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let standing = standing.into_iter();
    let kept = standing.filter(|one| wanted.contains(&one.number));
    Ok(Ok(kept.collect()))
}

/// Why one of the recipients cannot get it, if so: it must be there, and an organisation able to confirm.
async fn cannot_receive(
    viewer: &Viewer,
    input: &SendExtractInput,
) -> Result<Option<(UserErrorCode, &'static str)>> {
    let organisations = viewer
        .among::<organisation::Entity, _>(
            organisation::Column::Id,
            input.organisation_ids.iter().copied(),
        )
        .await?;
    if organisations.len() != input.organisation_ids.len() {
        return Ok(Some((UserErrorCode::NotFound, "organisationIds")));
    }
    let is_partner =
        |row: &organisation::Model| in_force(row.partner_from, row.partner_until, viewer.now());
    if !organisations.iter().all(is_partner) {
        return Ok(Some((UserErrorCode::NotAPartner, "organisationIds")));
    }
    let groups = viewer
        .among::<group::Entity, _>(group::Column::Id, input.group_ids.iter().copied())
        .await?;
    Ok((groups.len() != input.group_ids.len()).then_some((UserErrorCode::NotFound, "groupIds")))
}

async fn confirm(viewer: &Viewer, extract: ExtractId) -> Result<Result<ExtractId, Vec<UserError>>> {
    use extract_recipient::Column as R;
    let found = minutes_extract::Entity::find_by_id(extract);
    if viewer.one(found).await?.is_none() {
        return Ok(Err(refusal(UserErrorCode::NotFound, "extractId")));
    }
    let query = extract_recipient::Entity::find()
        .filter(R::ExtractId.eq(extract))
        .filter(confirms(viewer));
    let own = viewer.all(query).await?;
    if own.is_empty() {
        return Err(Error::Forbidden);
    }
    let to_confirm = own.into_iter().filter(|row| row.received_at.is_none());
    for row in to_confirm {
        let row = match viewer
            .edit(extract_recipient::Entity::find_by_id(row.id))
            .await?
        {
            Access::Granted(row) => row,
            // Somebody else of the same organisation has confirmed it at the same time.
            Access::Refused | Access::Missing => continue,
        };
        let change = extract_recipient::ActiveModel {
            id: Unchanged(row.id),
            received_at: Set(Some(viewer.now())),
            received_by: Set(viewer.person()),
            receiving_organisation_id: Set(Some(viewer.signed_in()?.organisation)),
            ..Default::default()
        };
        viewer.update(change).await?.ok_or_else(locked_away)?;
    }
    Ok(Ok(extract))
}
