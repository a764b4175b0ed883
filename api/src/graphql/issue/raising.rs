//! Raising an issue to a council, and taking it back.

use super::{IssueOutcome, RaiseIssuePayload, WithdrawIssuePayload};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        idempotency::Once,
        meeting::{locked_away, refusal},
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Viewer},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    council_issue, group_letterbox,
    id::{CouncilIssueId, GroupId, OrganisationId, PersonId, UnitId},
    kind::{CouncilIssueStatus, GroupKind, GroupNoticeKind},
    organisation_unit,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

/// Something that a council should deal with.
#[derive(InputObject)]
pub struct RaiseIssueInput {
    /// The council.
    group_id: GroupId,
    /// Its title, 1 to 200 characters.
    title: String,
    /// What it is about, in plain text, up to 10,000 characters. Nothing about an individual child.
    #[graphql(default)]
    description: String,
    /// The unit of your organisation that it concerns.
    unit_id: Option<UnitId>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// An issue to take back.
#[derive(InputObject)]
pub struct WithdrawIssueInput {
    /// The issue.
    issue_id: CouncilIssueId,
}

/// What those who raise issues do.
#[derive(Default)]
pub struct CouncilIssueMutation;

#[Object]
impl CouncilIssueMutation {
    /// Raises an issue to a council; those who keep its papers are told. For whoever is appointed to a role today, by a
    /// confirmed appointment for whichever unit, in an organisation that convenes the council; `FORBIDDEN` for others who
    /// see it. User errors: `NOT_FOUND` for the group or the unit, `NOT_A_COUNCIL`, `GROUP_CLOSED`, `INVALID_VALUE`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn raise_issue(
        &self,
        ctx: &Context<'_>,
        input: RaiseIssueInput,
    ) -> Result<RaiseIssuePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let key = input.idempotency_key.as_ref();
        let once = &Once::by_oneself(viewer, "raiseIssue", key, input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        check_text(Checked::Line, &input.title, &["title"], &mut errors);
        let (kind, text) = (Checked::Description, &input.description);
        check_text(kind, text, &["description"], &mut errors);
        if !errors.is_empty() {
            return Ok(IssueOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, Box::pin(raise(&viewer, input))).await
            })
            .await?;
        Ok(IssueOutcome::of(ctx, outcome).await?.into())
    }

    /// Takes an issue back that the council has not taken up; the council no longer sees it. For whoever raised it;
    /// `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `ISSUE_ANSWERED`.
    async fn withdraw_issue(
        &self,
        ctx: &Context<'_>,
        input: WithdrawIssueInput,
    ) -> Result<WithdrawIssuePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { withdraw(&viewer, input.issue_id).await })
            .await?;
        Ok(IssueOutcome::of(ctx, outcome).await?.into())
    }
}

async fn is_own_unit(viewer: &Viewer, own: OrganisationId, unit: UnitId) -> Result<bool> {
    let query = organisation_unit::Entity::find_by_id(unit)
        .filter(organisation_unit::Column::OrganisationId.eq(own));
    Ok(viewer.one(query).await?.is_some())
}

async fn raise(
    viewer: &Viewer,
    input: &RaiseIssueInput,
) -> Result<Result<CouncilIssueId, Vec<UserError>>> {
    let query = group_letterbox::Entity::find_by_id(input.group_id);
    let council = match viewer.edit(query).await? {
        Access::Granted(council) => council,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "groupId"))),
    };
    if council.kind != GroupKind::Council {
        return Ok(Err(refusal(UserErrorCode::NotACouncil, "groupId")));
    }
    if council.closed_at.is_some() {
        return Ok(Err(refusal(UserErrorCode::GroupClosed, "groupId")));
    }
    let organisation = viewer.signed_in()?.organisation;
    // Only a person has a role.
    let person = viewer.person().ok_or(Error::Forbidden)?;
    if let Some(unit) = input.unit_id
        && !is_own_unit(viewer, organisation, unit).await?
    {
        return Ok(Err(refusal(UserErrorCode::NotFound, "unitId")));
    }
    let new = issue(viewer, input, organisation, person);
    let made = viewer
        .make_part::<council_issue::Entity>(&council, new)
        .await?;
    let kind = GroupNoticeKind::IssueRaised;
    viewer
        .tell_officers(kind, made.group_id, &made.id.to_string())
        .await?;
    Ok(Ok(made.id))
}

fn issue(
    viewer: &Viewer,
    input: &RaiseIssueInput,
    organisation: OrganisationId,
    person: PersonId,
) -> council_issue::ActiveModel {
    council_issue::ActiveModel {
        id: Set(CouncilIssueId::new()),
        group_id: Set(input.group_id),
        organisation_id: Set(organisation),
        person_id: Set(person),
        unit_id: Set(input.unit_id),
        status: Set(CouncilIssueStatus::Raised),
        title: Set(input.title.trim().to_owned()),
        description: Set(input.description.trim().to_owned()),
        item_id: Set(None),
        answer: Set(None),
        decline_reason: Set(None),
        raised_at: Set(viewer.now()),
        taken_up_at: Set(None),
        closed_at: Set(None),
    }
}

async fn withdraw(
    viewer: &Viewer,
    id: CouncilIssueId,
) -> Result<Result<CouncilIssueId, Vec<UserError>>> {
    let row = match viewer.edit(council_issue::Entity::find_by_id(id)).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "issueId"))),
    };
    match row.status {
        CouncilIssueStatus::Raised => {}
        CouncilIssueStatus::Withdrawn => return Ok(Ok(row.id)),
        _ => return Ok(Err(refusal(UserErrorCode::IssueAnswered, "issueId"))),
    }
    let change = council_issue::ActiveModel {
        id: Unchanged(row.id),
        status: Set(CouncilIssueStatus::Withdrawn),
        closed_at: Set(Some(viewer.now())),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    Ok(Ok(row.id))
}
