//! Minutes: their editions, every text that was saved, who verifies, and the seal.

mod verifying;
mod writing;

pub use verifying::VerifyMutation;
pub use writing::MinutesMutation;
pub(super) use writing::{back_to_draft, desk};

use super::{
    context::{loaders, viewer},
    extract::{ExtractsOf, MinutesExtract},
    loader::{load_editable, load_many, load_one},
    meeting::{Meeting, MeetingById},
    organisation::{Organisation, OrganisationById},
    payload::payloads,
    person::{Person, PersonById},
    user_error::UserError,
};
use crate::{
    error::Result,
    guard::list_complexity,
    viewer::minutes::{canonical_form, decisions_in, seal_holds},
};
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{
    id::{MeetingId, MinutesId},
    kind::MinutesStatus,
    meeting_minutes, minutes_review, minutes_verifier, minutes_version,
};

load_one!(
    /// An edition of minutes by its id.
    MinutesById(MinutesId) => meeting_minutes.Id (|row| Some(row.id))
);
load_editable!(
    /// The minutes that the viewer may verify.
    VerifiableMinutes(MinutesId) => minutes_review.Id (id)
);
load_many!(
    /// The editions of a meeting's minutes.
    MinutesOf(MeetingId) => meeting_minutes.MeetingId (meeting_id), order Edition
);
load_many!(
    /// The texts that were saved of an edition.
    VersionsOf(MinutesId) => minutes_version.MinutesId (minutes_id), order Number
);
load_many!(
    /// Who verifies an edition.
    VerifiersOf(MinutesId) => minutes_verifier.MinutesId (minutes_id), order NamedAt, Id
);

/// A text of minutes as somebody saved it.
pub struct MinutesVersion(minutes_version::Model);

/// A text of minutes as somebody saved it; none is ever changed or lost. Seen by those who keep the group's papers and by
/// the two who verify the edition; its author sees it too.
#[Object]
impl MinutesVersion {
    /// Its number within the edition, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// The text, plain.
    async fn text(&self) -> &str {
        &self.0.body
    }

    /// Who wrote it; null if you may not see the person, and for a service.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(author) = self.0.author_id else {
            return Ok(None);
        };
        Ok(loaders(ctx).load_one(PersonById(author)).await?.map(Person))
    }

    /// For which organisation it was written.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// When it was saved.
    async fn written_at(&self) -> DateTime<Utc> {
        self.0.written_at
    }
}

/// A decision as minutes hold it: it stays as it was, whatever is decided later. Seen by whoever sees the minutes, or an
/// extract of them that holds it.
#[derive(SimpleObject)]
pub struct MinutedDecision {
    /// Year and number within the group: `2026:3`.
    reference: String,
    /// What it is about.
    title: String,
    /// What was decided, in plain text.
    text: String,
}

/// Decisions that minutes, or an extract of them, have kept.
pub(super) fn minuted(kept: Option<&str>) -> Result<Vec<MinutedDecision>> {
    let decisions = decisions_in(kept)?.unwrap_or_default().into_iter();
    let each = decisions.map(|one| MinutedDecision {
        reference: one.number,
        title: one.title,
        text: one.text,
    });
    Ok(each.collect())
}

/// Somebody who verifies minutes.
pub struct MinutesVerifier(minutes_verifier::Model);

/// Somebody who was at the meeting and verifies its minutes (justerare). Seen by whoever sees the minutes.
#[Object]
impl MinutesVerifier {
    /// How the minutes name the verifier: `Anna Ek (Alvesta kommun)`. Part of what is sealed.
    async fn line(&self) -> &str {
        &self.0.line
    }

    /// The person; null if you may not see the person.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// For which organisation the person was there.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// When the person verified the minutes; null before that.
    async fn verified_at(&self) -> Option<DateTime<Utc>> {
        self.0.verified_at
    }
}

/// An edition of a meeting's minutes.
pub struct Minutes(pub meeting_minutes::Model);

impl Minutes {
    fn as_reviewed(&self) -> minutes_review::Model {
        let row = &self.0;
        minutes_review::Model {
            id: row.id,
            meeting_id: row.meeting_id,
            group_id: row.group_id,
            edition: row.edition,
            held_at: row.held_at,
            status: row.status,
            body: row.body.clone(),
            version: row.version,
            attendance: row.attendance.clone(),
            decisions: row.decisions.clone(),
            seal: row.seal.clone(),
            sealed_at: row.sealed_at,
            updated_at: row.updated_at,
        }
    }

    async fn verified_by(&self, ctx: &Context<'_>) -> Result<Vec<minutes_verifier::Model>> {
        let rows = loaders(ctx).load_one(VerifiersOf(self.0.id)).await?;
        Ok(rows.unwrap_or_default())
    }

    fn is_sealed(&self) -> bool {
        self.0.status == MinutesStatus::Verified
    }
}

/// An edition of a meeting's minutes (protokoll). What is being written is for those who keep the group's papers and for the two
/// who verify it; what has been verified is for the group's members and never changes: a correction is a further edition.
#[Object]
impl Minutes {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The meeting.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<Meeting>> {
        let key = MeetingById(self.0.meeting_id);
        Ok(loaders(ctx).load_one(key).await?.map(Meeting))
    }

    /// Which edition, from 1. The one with the highest number that is verified is in force.
    async fn edition(&self) -> i32 {
        self.0.edition
    }

    /// Where it is.
    async fn status(&self) -> MinutesStatus {
        self.0.status
    }

    /// The text, plain.
    async fn text(&self) -> &str {
        &self.0.body
    }

    /// The number of the text, from 1: send it back with `saveMinutes`, `submitMinutes` and `verifyMinutes`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Who was there, a line each, in Swedish, as it was read when the minutes were put up for verification: `Bo Alm (Växjö
    /// kommun), tjänstgörande ersättare för Alvesta kommun`. A person with protected identity is not named. Empty while it is
    /// a draft.
    async fn attendance(&self) -> Vec<&str> {
        self.0.attendance.lines().collect()
    }

    /// The decisions that stand in it, by number, as they were read when it was put up for verification. Empty while it is
    /// a draft: see `Meeting.decisions`; and in minutes from before decisions had numbers.
    #[graphql(complexity = "list_complexity(5, child_complexity)")]
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn decisions(&self) -> Result<Vec<MinutedDecision>> {
        minuted(self.0.decisions.as_deref())
    }

    /// The extracts that have been sent of it, oldest first. For members of the group.
    #[graphql(complexity = "list_complexity(3, child_complexity)")]
    async fn extracts(&self, ctx: &Context<'_>) -> Result<Vec<MinutesExtract>> {
        let rows = loaders(ctx).load_one(ExtractsOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(MinutesExtract).collect())
    }

    /// The two who verify it; none while it is a draft.
    #[graphql(complexity = "list_complexity(2, child_complexity)")]
    async fn verifiers(&self, ctx: &Context<'_>) -> Result<Vec<MinutesVerifier>> {
        let rows = self.verified_by(ctx).await?;
        Ok(rows.into_iter().map(MinutesVerifier).collect())
    }

    /// Every text that was saved, oldest first. For those who keep the group's papers and the two who verify it; an author
    /// sees the own ones; for others none.
    #[graphql(complexity = "list_complexity(10, child_complexity)")]
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<MinutesVersion>> {
        let rows = loaders(ctx).load_one(VersionsOf(self.0.id)).await?;
        Ok(rows.into_iter().flatten().map(MinutesVersion).collect())
    }

    /// When the second of the two verified it and it was sealed; null before that.
    async fn sealed_at(&self) -> Option<DateTime<Utc>> {
        self.0.sealed_at
    }

    /// The seal: the SHA-256 of `sealedForm` in 64 hexadecimal digits; null before it is verified.
    async fn seal(&self) -> Option<&str> {
        self.0.seal.as_deref()
    }

    /// What the seal is of, computed now: JSON without spaces that holds the text, who was there, when, the decisions, and who
    /// verified it when. Hash its UTF-8 bytes to check the seal yourself. Null before it is verified.
    async fn sealed_form(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if !self.is_sealed() {
            return Ok(None);
        }
        canonical_form(&self.as_reviewed(), &self.verified_by(ctx).await?)
    }

    /// Whether the seal fits what is stored now; null before it is verified. False says that somebody has changed the
    /// database from behind.
    async fn seal_holds(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        if !self.is_sealed() {
            return Ok(None);
        }
        seal_holds(&self.as_reviewed(), &self.verified_by(ctx).await?).map(Some)
    }

    /// Whether you can verify it now.
    async fn viewer_can_verify(&self, ctx: &Context<'_>) -> Result<bool> {
        let viewer = viewer(ctx);
        let rows = self.verified_by(ctx).await?;
        let waits = |row: &minutes_verifier::Model| {
            row.verified_at.is_none() && Some(row.person_id) == viewer.person()
        };
        if self.0.status != MinutesStatus::UnderReview || !rows.iter().any(waits) {
            return Ok(false);
        }
        let open = loaders(ctx).load_one(VerifiableMinutes(self.0.id)).await?;
        Ok(open.is_some())
    }
}

/// Two texts that were written at once.
#[derive(SimpleObject)]
pub struct MinutesConflict {
    /// What is saved now; null if nothing is.
    saved: Option<Minutes>,
    /// The text that you sent and that was not saved.
    submitted_text: String,
}

/// What came of `saveMinutes`.
#[derive(SimpleObject)]
pub struct SaveMinutesPayload {
    /// The minutes; null when nothing was saved.
    minutes: Option<Minutes>,
    /// With `CONFLICT`: both texts, so that nothing is lost. Null otherwise.
    conflict: Option<MinutesConflict>,
    /// What you can mend; nothing was changed if there is one.
    user_errors: Vec<UserError>,
}

/// What came of a mutation on minutes.
pub(super) struct MinutesOutcome {
    minutes: Option<Minutes>,
    user_errors: Vec<UserError>,
}

payloads! {
    MinutesOutcome {
        /// The minutes; null when nothing was changed.
        minutes: Minutes
    }:
    /// The minutes that are up for verification.
    SubmitMinutesPayload,
    /// The minutes as they were verified.
    VerifyMinutesPayload,
    /// The edition that corrects them.
    CorrectMinutesPayload,
}

impl MinutesOutcome {
    async fn of(ctx: &Context<'_>, outcome: Result<MinutesId, Vec<UserError>>) -> Result<Self> {
        Ok(match outcome {
            Ok(id) => Self {
                minutes: loaders(ctx).load_one(MinutesById(id)).await?.map(Minutes),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self {
                minutes: None,
                user_errors,
            },
        })
    }
}
