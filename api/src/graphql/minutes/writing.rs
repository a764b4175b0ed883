//! Writing minutes: saved text by text, each kept; begun anew to correct what has been verified.

use super::{
    CorrectMinutesPayload, Minutes, MinutesById, MinutesConflict, MinutesOutcome,
    SaveMinutesPayload,
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        meeting::{locked_away, refusal},
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    id::{MeetingId, MinutesId, MinutesVersionId},
    kind::{MeetingStatus, MinutesStatus},
    meeting_desk, meeting_minutes, minutes_verifier, minutes_version,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, Unchanged,
};

/// A text of a meeting's minutes.
#[derive(InputObject)]
pub struct SaveMinutesInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// The version that you began from; 0 for the first text. If another has been saved since, you get `CONFLICT` with both
    /// texts, and nothing is lost.
    version: i32,
    /// The whole text, plain, 1 to 20,000 characters.
    text: String,
}

/// Verified minutes that are to be corrected.
#[derive(InputObject)]
pub struct CorrectMinutesInput {
    /// The meeting.
    meeting_id: MeetingId,
}

/// Writing minutes.
#[derive(Default)]
pub struct MinutesMutation;

#[Object]
impl MinutesMutation {
    /// Saves a text of a meeting's minutes; every text is kept. One that is up for verification is a draft again by it, and
    /// verifiers are named anew. Sent again with the same text by the same person it changes nothing. For whoever keeps the
    /// group's papers; `FORBIDDEN` for others who see the meeting. User errors: `NOT_FOUND`, `CONFLICT`,
    /// `MEETING_CANCELLED`, `MINUTES_VERIFIED`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn save_minutes(
        &self,
        ctx: &Context<'_>,
        input: SaveMinutesInput,
    ) -> Result<SaveMinutesPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        check_text(Checked::Minutes, &input.text, &["text"], &mut errors);
        if !errors.is_empty() {
            return Ok(SaveMinutesPayload {
                minutes: None,
                conflict: None,
                user_errors: errors,
            });
        }
        let text = &input;
        let saved = viewer
            .transaction(|viewer| async move { save(&viewer, text).await })
            .await?;
        let of = async |id: Option<MinutesId>| match id {
            Some(id) => loaders(ctx).load_one(MinutesById(id)).await,
            None => Ok(None),
        };
        Ok(match saved {
            Saved::As(id) => SaveMinutesPayload {
                minutes: of(Some(id)).await?.map(Minutes),
                conflict: None,
                user_errors: Vec::new(),
            },
            Saved::Conflict(id) => SaveMinutesPayload {
                minutes: None,
                conflict: Some(MinutesConflict {
                    saved: of(id).await?.map(Minutes),
                    submitted_text: input.text,
                }),
                user_errors: refusal(UserErrorCode::Conflict, "version"),
            },
            Saved::Refused(user_errors) => SaveMinutesPayload {
                minutes: None,
                conflict: None,
                user_errors,
            },
        })
    }

    /// Begins a further edition of verified minutes, with their text, which is then written and verified by itself; the
    /// verified one stays as it is. If one has been begun already, that is the answer. For whoever keeps the group's
    /// papers; `FORBIDDEN` for others who see the meeting. User errors: `NOT_FOUND`, `INVALID_STATUS` as long as nothing has
    /// been verified.
    async fn correct_minutes(
        &self,
        ctx: &Context<'_>,
        input: CorrectMinutesInput,
    ) -> Result<CorrectMinutesPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let meeting = input.meeting_id;
        let outcome = viewer
            .transaction(|viewer| async move { correct(&viewer, meeting).await })
            .await?;
        Ok(MinutesOutcome::of(ctx, outcome).await?.into())
    }
}

/// The meeting with the permission to keep its papers; held until the transaction ends, so that of two who write at once
/// one comes first.
pub(in crate::graphql) async fn desk(
    viewer: &Viewer,
    id: MeetingId,
) -> Result<Result<Permitted<meeting_desk::Model>, Vec<UserError>>> {
    match viewer.edit(meeting_desk::Entity::find_by_id(id)).await? {
        Access::Granted(desk) => Ok(Ok(desk)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(refusal(UserErrorCode::NotFound, "meetingId"))),
    }
}

/// The latest edition.
pub(super) async fn latest(
    viewer: &Viewer,
    meeting: MeetingId,
) -> Result<Option<meeting_minutes::Model>> {
    use meeting_minutes::Column as M;
    let query = meeting_minutes::Entity::find()
        .filter(M::MeetingId.eq(meeting))
        .order_by_desc(M::Edition)
        .limit(1);
    viewer.one(query).await
}

/// The same with the permission to change it.
pub(super) async fn to_change(
    viewer: &Viewer,
    id: MinutesId,
) -> Result<Permitted<meeting_minutes::Model>> {
    match viewer.edit(meeting_minutes::Entity::find_by_id(id)).await? {
        Access::Granted(row) => Ok(row),
        Access::Refused | Access::Missing => Err(locked_away()),
    }
}

/// What became of a text.
enum Saved {
    As(MinutesId),
    /// Another text came first; or nothing is saved, where something was said to be.
    Conflict(Option<MinutesId>),
    Refused(Vec<UserError>),
}

async fn save(viewer: &Viewer, input: &SaveMinutesInput) -> Result<Saved> {
    let desk = match desk(viewer, input.meeting_id).await? {
        Ok(desk) => desk,
        Err(errors) => return Ok(Saved::Refused(errors)),
    };
    if desk.status == MeetingStatus::Cancelled {
        let errors = refusal(UserErrorCode::MeetingCancelled, "meetingId");
        return Ok(Saved::Refused(errors));
    }
    let Some(row) = latest(viewer, desk.id).await? else {
        if input.version != 0 {
            return Ok(Saved::Conflict(None));
        }
        return Ok(Saved::As(begin(viewer, &desk, 1, &input.text).await?));
    };
    if row.status == MinutesStatus::Verified {
        let errors = refusal(UserErrorCode::MinutesVerified, "meetingId");
        return Ok(Saved::Refused(errors));
    }
    if row.version != input.version {
        let is_same = row.version == input.version.saturating_add(1) && row.body == input.text;
        if is_same && wrote_last(viewer, &row).await? {
            return Ok(Saved::As(row.id));
        }
        return Ok(Saved::Conflict(Some(row.id)));
    }
    let row = to_change(viewer, row.id).await?;
    add_version(viewer, &row, row.version + 1, &input.text).await?;
    let change = meeting_minutes::ActiveModel {
        body: Set(input.text.clone()),
        version: Set(row.version + 1),
        ..as_draft(viewer, &row).await?
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    Ok(Saved::As(row.id))
}

/// Forgets who was to verify an edition; the change that makes it a draft again.
async fn as_draft(
    viewer: &Viewer,
    row: &Permitted<meeting_minutes::Model>,
) -> Result<meeting_minutes::ActiveModel> {
    viewer
        .remove_parts::<minutes_verifier::Entity>(row, Condition::all())
        .await?;
    Ok(meeting_minutes::ActiveModel {
        id: Unchanged(row.id),
        status: Set(MinutesStatus::Draft),
        attendance: Set(String::new()),
        decisions: Set(None),
        updated_at: Set(viewer.now()),
        ..Default::default()
    })
}

/// Makes minutes that are up for verification a draft again, because something that stands in them changes. Refused once
/// they have been verified. Call it while the meeting's row is held.
pub(in crate::graphql) async fn back_to_draft(
    viewer: &Viewer,
    meeting: MeetingId,
    field: &str,
) -> Result<Result<(), Vec<UserError>>> {
    let Some(row) = latest(viewer, meeting).await? else {
        return Ok(Ok(()));
    };
    match row.status {
        MinutesStatus::Draft => {}
        MinutesStatus::Verified => {
            return Ok(Err(refusal(UserErrorCode::MinutesVerified, field)));
        }
        MinutesStatus::UnderReview => {
            let row = to_change(viewer, row.id).await?;
            let change = as_draft(viewer, &row).await?;
            viewer.update(change).await?.ok_or_else(locked_away)?;
        }
    }
    Ok(Ok(()))
}

/// Whether the current text is the viewer's own.
async fn wrote_last(viewer: &Viewer, row: &meeting_minutes::Model) -> Result<bool> {
    use minutes_version::Column as V;
    let query = minutes_version::Entity::find()
        .filter(V::MinutesId.eq(row.id))
        .filter(V::Number.eq(row.version));
    let written = viewer.one(query).await?;
    Ok(written.is_some_and(|text| text.author_id.is_some() && text.author_id == viewer.person()))
}

async fn begin(
    viewer: &Viewer,
    desk: &Permitted<meeting_desk::Model>,
    edition: i32,
    text: &str,
) -> Result<MinutesId> {
    let new = meeting_minutes::ActiveModel {
        id: Set(MinutesId::new()),
        meeting_id: Set(desk.id),
        group_id: Set(desk.group_id),
        edition: Set(edition),
        held_at: Set(desk.starts_at),
        status: Set(MinutesStatus::Draft),
        body: Set(text.to_owned()),
        version: Set(1),
        attendance: Set(String::new()),
        decisions: Set(None),
        seal: Set(None),
        sealed_at: Set(None),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
    };
    let made = viewer
        .make_part::<meeting_minutes::Entity>(desk, new)
        .await?;
    add_version(viewer, &made, 1, text).await?;
    Ok(made.id)
}

async fn add_version(
    viewer: &Viewer,
    row: &Permitted<meeting_minutes::Model>,
    number: i32,
    text: &str,
) -> Result<()> {
    let version = minutes_version::ActiveModel {
        id: Set(MinutesVersionId::new()),
        minutes_id: Set(row.id),
        number: Set(number),
        body: Set(text.to_owned()),
        organisation_id: Set(viewer.signed_in()?.organisation),
        author_id: Set(viewer.person()),
        written_at: Set(viewer.now()),
    };
    viewer
        .add_parts::<minutes_version::Entity>(row, vec![version])
        .await
}

async fn correct(viewer: &Viewer, meeting: MeetingId) -> Result<Result<MinutesId, Vec<UserError>>> {
    let desk = match desk(viewer, meeting).await? {
        Ok(desk) => desk,
        Err(errors) => return Ok(Err(errors)),
    };
    Ok(match latest(viewer, desk.id).await? {
        Some(row) if row.status == MinutesStatus::Verified => {
            Ok(begin(viewer, &desk, row.edition + 1, &row.body).await?)
        }
        Some(row) if row.edition > 1 => Ok(row.id),
        _ => Err(refusal(UserErrorCode::InvalidStatus, "meetingId")),
    })
}
