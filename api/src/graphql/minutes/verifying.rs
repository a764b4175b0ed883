//! Two who were there verify what others wrote; at the second verification it is sealed.

use super::{
    MinutesOutcome, SubmitMinutesPayload, VerifyMinutesPayload,
    writing::{desk, latest, to_change},
};
use crate::{
    domain::minutes::{SealedDecision, seal},
    error::{Error, Result},
    graphql::{
        context::viewer,
        decision::reference,
        meeting::{lines_to_keep, locked_away, quorum_of, refusal},
        user_error::{UserError, UserErrorCode},
    },
    policy::select,
    viewer::{Access, Viewer, group_notice::Recipient, minutes::canonical_form},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    decision, decision_seal,
    id::{MeetingId, MinutesId, MinutesVerifierId, PersonId},
    kind::{GroupNoticeKind, MeetingAttendanceStatus, MinutesStatus},
    meeting_attendance, meeting_minutes, minutes_review, minutes_verifier, minutes_version,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Set, Unchanged};
use std::collections::BTreeSet;

/// Minutes that are to be verified.
#[derive(InputObject)]
pub struct SubmitMinutesInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// The version of the text that you read; another is `CONFLICT`.
    version: i32,
    /// The two who verify it: they were at the meeting and wrote nothing of any edition.
    verifier_ids: Vec<PersonId>,
}

/// Minutes that you verify.
#[derive(InputObject)]
pub struct VerifyMinutesInput {
    /// The edition.
    minutes_id: MinutesId,
    /// The version of the text that you read; another is `CONFLICT`.
    version: i32,
}

/// Verifying minutes.
#[derive(Default)]
pub struct VerifyMutation;

#[Object]
impl VerifyMutation {
    /// Puts minutes up for verification by two who were there, and keeps who was there as it is read now; both are told. Sent
    /// again with others it names those instead. For whoever keeps the group's papers; `FORBIDDEN` for others who
    /// see the meeting. User errors: `NOT_FOUND`, `CONFLICT`, `MINUTES_VERIFIED`, `INVALID_VALUE` for anything but two
    /// people, `VERIFIER_NOT_PRESENT`, `VERIFIER_WROTE`, `NOT_QUORATE` where decisions have been entered and too few seats
    /// were used for one.
    async fn submit_minutes(
        &self,
        ctx: &Context<'_>,
        input: SubmitMinutesInput,
    ) -> Result<SubmitMinutesPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let people: BTreeSet<_> = input.verifier_ids.iter().map(|id| id.uuid()).collect();
        if people.len() != 2 || input.verifier_ids.len() != 2 {
            let errors = refusal(UserErrorCode::InvalidValue, "verifierIds");
            return Ok(MinutesOutcome::of(ctx, Err(errors)).await?.into());
        }
        // Before any name is read for the lines: whoever is refused leaves no trace of having read one.
        let meeting = input.meeting_id;
        let quorum = quorum_of(ctx, meeting).await?;
        let could_decide = quorum.is_none_or(|quorum| quorum.reached);
        let permitted = viewer
            .transaction(|viewer| async move {
                match desk(&viewer, meeting).await? {
                    Ok(_) => decisions_for(&viewer, meeting, could_decide).await,
                    Err(errors) => Ok(Err(errors)),
                }
            })
            .await?;
        if let Err(errors) = permitted {
            return Ok(MinutesOutcome::of(ctx, Err(errors)).await?.into());
        }
        let lines = lines_to_keep(ctx, meeting).await?;
        let (input, lines) = (&input, &lines);
        let outcome = viewer
            .transaction(|viewer| async move { submit(&viewer, input, lines, could_decide).await })
            .await?;
        Ok(MinutesOutcome::of(ctx, outcome).await?.into())
    }

    /// Verifies minutes that you have been named for. When both have, the text, who was there, and who verified it when
    /// are sealed, and never change again; the members are told. Sent again it changes nothing. `FORBIDDEN` for others who
    /// see the minutes. User errors: `NOT_FOUND`, `CONFLICT`, `VERIFIER_WROTE`.
    async fn verify_minutes(
        &self,
        ctx: &Context<'_>,
        input: VerifyMinutesInput,
    ) -> Result<VerifyMinutesPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { verify(&viewer, input).await })
            .await?;
        Ok(MinutesOutcome::of(ctx, outcome).await?.into())
    }
}

/// Somebody's attendance with the line that the minutes keep.
type Line = (meeting_attendance::Model, String);

/// Which of some people have written a text of any edition of a meeting's minutes.
async fn writers(
    viewer: &Viewer,
    meeting: MeetingId,
    people: &[PersonId],
) -> Result<Vec<PersonId>> {
    use meeting_minutes::Column as M;
    use minutes_version::Column as V;
    let editions = Condition::all().add(M::MeetingId.eq(meeting));
    let editions = select::<meeting_minutes::Entity>(M::Id, editions);
    let query = minutes_version::Entity::find()
        .filter(V::MinutesId.in_subquery(editions))
        .filter(V::AuthorId.is_in(people.iter().copied()));
    let rows = viewer.all(query).await?;
    Ok(rows.into_iter().filter_map(|row| row.author_id).collect())
}

/// The lines of those who are to verify, or why they cannot.
async fn chosen<'l>(
    viewer: &Viewer,
    input: &SubmitMinutesInput,
    lines: &'l [Line],
) -> Result<Result<Vec<&'l Line>, Vec<UserError>>> {
    let wrote = writers(viewer, input.meeting_id, &input.verifier_ids).await?;
    let was_there = |status| {
        matches!(
            status,
            MeetingAttendanceStatus::Present | MeetingAttendanceStatus::Partly
        )
    };
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for (index, person) in input.verifier_ids.iter().enumerate() {
        let mut refuse = |code| {
            let field = ["verifierIds", &index.to_string()];
            errors.push(UserError::new(code, &field));
        };
        let present = lines
            .iter()
            .find(|(row, _)| row.person_id == *person && was_there(row.status));
        match present {
            None => refuse(UserErrorCode::VerifierNotPresent),
            Some(_) if wrote.contains(person) => refuse(UserErrorCode::VerifierWrote),
            Some(line) => found.push(line),
        }
    }
    Ok(if errors.is_empty() {
        Ok(found)
    } else {
        Err(errors)
    })
}

/// Whether who was there is as it was when the lines were written.
async fn still_so(viewer: &Viewer, meeting: MeetingId, lines: &[Line]) -> Result<bool> {
    let query = meeting_attendance::Entity::find()
        .filter(meeting_attendance::Column::MeetingId.eq(meeting));
    let now: BTreeSet<_> = viewer.all(query).await?.iter().map(|row| row.id).collect();
    let then: BTreeSet<_> = lines.iter().map(|(row, _)| row.id).collect();
    Ok(now == then)
}

async fn submit(
    viewer: &Viewer,
    input: &SubmitMinutesInput,
    lines: &[Line],
    could_decide: bool,
) -> Result<Result<MinutesId, Vec<UserError>>> {
    let desk = match desk(viewer, input.meeting_id).await? {
        Ok(desk) => desk,
        Err(errors) => return Ok(Err(errors)),
    };
    let Some(row) = latest(viewer, desk.id).await? else {
        return Ok(Err(refusal(UserErrorCode::NotFound, "meetingId")));
    };
    if row.status == MinutesStatus::Verified {
        return Ok(Err(refusal(UserErrorCode::MinutesVerified, "meetingId")));
    }
    if row.version != input.version || !still_so(viewer, desk.id, lines).await? {
        return Ok(Err(refusal(UserErrorCode::Conflict, "version")));
    }
    let verifiers = match chosen(viewer, input, lines).await? {
        Ok(verifiers) => verifiers,
        Err(errors) => return Ok(Err(errors)),
    };
    let decisions = match decisions_for(viewer, desk.id, could_decide).await? {
        Ok(decisions) => Some(decisions),
        Err(errors) => return Ok(Err(errors)),
    };
    let row = to_change(viewer, row.id).await?;
    let named = viewer
        .parts::<minutes_verifier::Entity>(&row, Condition::all())
        .await?;
    let named: BTreeSet<_> = named.iter().map(|one| one.person_id).collect();
    let wanted: BTreeSet<_> = verifiers.iter().map(|(line, _)| line.person_id).collect();
    let attendance: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
    let attendance = attendance.join("\n");
    let same = row.status == MinutesStatus::UnderReview && row.attendance == attendance;
    if same && row.decisions == decisions && named == wanted {
        return Ok(Ok(row.id));
    }
    let rows = verifiers
        .iter()
        .map(|(line, text)| minutes_verifier::ActiveModel {
            id: Set(MinutesVerifierId::new()),
            minutes_id: Set(row.id),
            organisation_id: Set(line.organisation_id),
            person_id: Set(line.person_id),
            line: Set(text.clone()),
            named_at: Set(viewer.now()),
            verified_at: Set(None),
        });
    viewer
        .replace_parts::<minutes_verifier::Entity>(&row, rows.collect())
        .await?;
    let change = meeting_minutes::ActiveModel {
        id: Unchanged(row.id),
        status: Set(MinutesStatus::UnderReview),
        held_at: Set(desk.starts_at),
        attendance: Set(attendance),
        decisions: Set(decisions),
        updated_at: Set(viewer.now()),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    let told = verifiers
        .iter()
        .map(|(line, _)| Recipient::person(line.organisation_id, line.person_id));
    let kind = GroupNoticeKind::VerificationAsked;
    viewer
        .tell_group(kind, row.group_id, Some(row.id.to_string()), told)
        .await?;
    Ok(Ok(row.id))
}

/// What a meeting has decided, by number, as minutes keep it; refused where it could decide nothing new.
async fn decisions_for(
    viewer: &Viewer,
    meeting: MeetingId,
    could_decide: bool,
) -> Result<Result<String, Vec<UserError>>> {
    use decision::Column as D;
    let query = decision::Entity::find()
        .filter(D::MeetingId.eq(meeting))
        .order_by_asc(D::Year)
        .order_by_asc(D::Number);
    let decisions = viewer.all(query).await?;
    if !could_decide && decisions.iter().any(|one| one.verified_at.is_none()) {
        return Ok(Err(refusal(UserErrorCode::NotQuorate, "meetingId")));
    }
    let decisions = decisions.iter().map(|row| SealedDecision {
        number: reference(row),
        title: row.title.clone(),
        text: row.body.clone(),
    });
    let decisions: Vec<_> = decisions.collect();
    let kept = serde_json::to_string(&decisions).map_err(Error::internal)?;
    Ok(Ok(kept))
}

async fn own_part(viewer: &Viewer, minutes: MinutesId) -> Result<Option<minutes_verifier::Model>> {
    use minutes_verifier::Column as V;
    let Some(person) = viewer.person() else {
        return Ok(None);
    };
    let query = minutes_verifier::Entity::find()
        .filter(V::MinutesId.eq(minutes))
        .filter(V::PersonId.eq(person))
        .filter(V::OrganisationId.eq(viewer.signed_in()?.organisation));
    viewer.one(query).await
}

async fn verify(
    viewer: &Viewer,
    input: &VerifyMinutesInput,
) -> Result<Result<MinutesId, Vec<UserError>>> {
    let query = minutes_review::Entity::find_by_id(input.minutes_id);
    let row = match viewer.edit(query).await? {
        Access::Granted(row) => row,
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "minutesId"))),
        Access::Refused => {
            let own = own_part(viewer, input.minutes_id).await?;
            let done = own.is_some_and(|own| own.verified_at.is_some());
            return if done {
                Ok(Ok(input.minutes_id))
            } else {
                Err(Error::Forbidden)
            };
        }
    };
    if row.version != input.version {
        return Ok(Err(refusal(UserErrorCode::Conflict, "version")));
    }
    let own = own_part(viewer, row.id).await?.ok_or_else(locked_away)?;
    if own.verified_at.is_some() {
        return Ok(Ok(row.id));
    }
    // The last belt: verifiers are named anew whenever a text is saved.
    let wrote = writers(viewer, row.meeting_id, &[own.person_id]).await?;
    if !wrote.is_empty() {
        return Ok(Err(refusal(UserErrorCode::VerifierWrote, "minutesId")));
    }
    let change = minutes_verifier::ActiveModel {
        id: Unchanged(own.id),
        verified_at: Set(Some(viewer.now())),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    let query =
        minutes_verifier::Entity::find().filter(minutes_verifier::Column::MinutesId.eq(row.id));
    let verifiers = viewer.all(query).await?;
    let Some(form) = canonical_form(&row, &verifiers)? else {
        return Ok(Ok(row.id));
    };
    let sealed = minutes_review::ActiveModel {
        id: Unchanged(row.id),
        status: Set(MinutesStatus::Verified),
        seal: Set(Some(seal(&form))),
        sealed_at: Set(Some(viewer.now())),
        updated_at: Set(viewer.now()),
        ..Default::default()
    };
    viewer.update(sealed).await?.ok_or_else(locked_away)?;
    let stand = decision_seal::ActiveModel {
        verified_at: Set(Some(viewer.now())),
        ..Default::default()
    };
    viewer
        .update_parts::<decision_seal::Entity>(&row, Condition::all(), stand)
        .await?;
    let kind = GroupNoticeKind::MinutesVerified;
    viewer
        .tell_members(kind, &[row.group_id], &row.id.to_string())
        .await?;
    Ok(Ok(row.id))
}
