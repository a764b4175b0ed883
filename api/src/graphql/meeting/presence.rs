//! Who will not come, who is called instead, who was there.

mod calling;
mod recording;

pub use calling::{AbsenceMutation, SubstitutionMutation};
pub use recording::MeetingAttendanceMutation;
pub(in crate::graphql) use recording::has_been_held;

use super::{Meeting, MeetingById, MeetingPowersIn};
use crate::{
    domain::substitution::quorum,
    error::{Error, Result},
    graphql::{
        connection::{Nodes, connect},
        context::{loaders, viewer},
        loader::{Loaders, load_many, load_one},
        organisation::{Organisation, OrganisationById},
        person::{Person, PersonById},
        seat::{Seat, SeatById},
    },
    viewer::{
        page::{KeyKind, Ordering, PageArguments},
        rounded,
    },
};
use async_graphql::{Context, Enum, ID, Object, SimpleObject, dataloader::Loader};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::{
    group, group_seat,
    id::{GroupId, MeetingId, SubstitutionId},
    kind::{MeetingAttendanceStatus, SeatCapacity, SubstitutionStatus},
    meeting, meeting_absence, meeting_attendance, meeting_substitution,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};
use std::collections::{BTreeSet, HashMap};

load_one!(
    /// A call for a substitute by its id.
    SubstitutionById(SubstitutionId) => meeting_substitution.Id (|row| Some(row.id))
);
load_many!(
    /// Who has announced not to come to a meeting.
    AbsencesOf(MeetingId) => meeting_absence.MeetingId (meeting_id), order AnnouncedAt, Id
);
load_many!(
    /// Who has been called in for a meeting.
    SubstitutionsOf(MeetingId) => meeting_substitution.MeetingId (meeting_id), order CalledAt, Id
);
load_many!(
    /// Who was at a meeting.
    AttendanceOf(MeetingId) => meeting_attendance.MeetingId (meeting_id), order RecordedAt, Id
);

/// The day on which a meeting is held, where it is held: who holds a seat then sits there.
pub(in crate::graphql) fn day_of(starts_at: DateTime<Utc>, zone: &str) -> NaiveDate {
    let zone: Tz = zone.parse().unwrap_or(chrono_tz::Europe::Stockholm);
    starts_at.with_timezone(&zone).date_naive()
}

/// All seats of a group that the viewer sees, ended ones too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct AllSeatsOf(GroupId);

impl Loader<AllSeatsOf> for Loaders {
    type Value = Vec<group_seat::Model>;
    type Error = Error;

    async fn load(&self, keys: &[AllSeatsOf]) -> Result<HashMap<AllSeatsOf, Self::Value>> {
        let ids = rounded(keys.iter().map(|key| key.0));
        let query = group_seat::Entity::find().filter(group_seat::Column::GroupId.is_in(ids));
        let mut found: HashMap<AllSeatsOf, Self::Value> = HashMap::new();
        for row in self.viewer.all(query).await? {
            found.entry(AllSeatsOf(row.group_id)).or_default().push(row);
        }
        Ok(found)
    }
}

/// That whoever holds a seat has announced not to come to a meeting.
pub struct MeetingAbsence(pub meeting_absence::Model);

/// That whoever holds a seat has announced not to come to a meeting. Seen by whoever may read the meeting's papers,
/// by the person, and by the coordinators of the person's organisation.
#[Object]
impl MeetingAbsence {
    /// The seat.
    async fn seat(&self, ctx: &Context<'_>) -> Result<Option<Seat>> {
        let key = SeatById(self.0.seat_id);
        Ok(loaders(ctx).load_one(key).await?.map(Seat::alone))
    }

    /// Who will not come.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// When that was announced.
    async fn announced_at(&self) -> DateTime<Utc> {
        self.0.announced_at
    }
}

/// That a substitute is called in for a seat at one meeting.
pub struct Substitution(pub meeting_substitution::Model);

/// That a substitute is called in for a seat at one meeting. Several may be called for one seat; one serves. Seen by
/// whoever may read the meeting's papers, by the person, and by the coordinators of the person's organisation.
#[Object]
impl Substitution {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The meeting.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<Meeting>> {
        let key = MeetingById(self.0.meeting_id);
        Ok(loaders(ctx).load_one(key).await?.map(Meeting))
    }

    /// The ordinary seat that is to be filled.
    async fn seat(&self, ctx: &Context<'_>) -> Result<Option<Seat>> {
        let key = SeatById(self.0.seat_id);
        Ok(loaders(ctx).load_one(key).await?.map(Seat::alone))
    }

    /// The substitute's own seat.
    async fn substitute_seat(&self, ctx: &Context<'_>) -> Result<Option<Seat>> {
        let key = SeatById(self.0.substitute_seat_id);
        Ok(loaders(ctx).load_one(key).await?.map(Seat::alone))
    }

    /// Who is called. Reading somebody else's name is written to the audit log; a person with protected identity has
    /// none outside the own organisation.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// Called, serving, declined or released.
    async fn status(&self) -> SubstitutionStatus {
        self.0.status
    }

    /// When the call went out.
    async fn called_at(&self) -> DateTime<Utc> {
        self.0.called_at
    }

    /// When it was answered, or the substitute released; null before that.
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.answered_at
    }

    /// Whether you can answer it with `answerSubstitution`.
    async fn viewer_can_answer(&self, ctx: &Context<'_>) -> bool {
        let open = matches!(
            self.0.status,
            SubstitutionStatus::Called | SubstitutionStatus::Serving
        );
        open && viewer(ctx).person() == Some(self.0.person_id)
    }
}

/// The calls for the viewer to serve as a substitute, latest first.
pub(in crate::graphql) async fn own_calls(
    ctx: &Context<'_>,
    statuses: Option<Vec<SubstitutionStatus>>,
    arguments: &PageArguments,
) -> Result<Nodes<Substitution>> {
    use meeting_substitution::Column as S;
    let own = Condition::any().add_option(viewer(ctx).person().map(|me| S::PersonId.eq(me)));
    let query = meeting_substitution::Entity::find()
        .filter(own)
        .filter(Condition::all().add_option(statuses.map(|list| S::Status.is_in(list))));
    let order = Ordering {
        name: "own call",
        key: Expr::col((meeting_substitution::Entity, S::CalledAt)),
        kind: KeyKind::Instant,
        id: S::Id,
        descending: true,
    };
    connect(ctx, query, &order, arguments, Substitution).await
}

/// In which language a line is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum LineLanguage {
    /// Swedish.
    Swedish,
    /// English.
    English,
}

/// That somebody was, or was not, at a meeting.
pub struct MeetingAttendance(pub meeting_attendance::Model);

impl MeetingAttendance {
    /// The seat of somebody else that the person serves on.
    fn serves_on(&self) -> Option<entity::id::SeatId> {
        self.0
            .uses_seat_id
            .filter(|uses| self.0.seat_id != Some(*uses))
    }
}

/// That somebody was, or was not, at a meeting. Seen by whoever may read the meeting's papers,
/// by the person, and by the coordinators of the person's organisation.
#[Object]
impl MeetingAttendance {
    /// The person; null if you may no longer see the person. Reading somebody else's name is written to the audit log;
    /// a person with protected identity has none outside the own organisation.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// For which organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// The person's own seat; null for whoever is in the group without one.
    async fn seat(&self, ctx: &Context<'_>) -> Result<Option<Seat>> {
        let Some(seat) = self.0.seat_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(SeatById(seat))
            .await?
            .map(Seat::alone))
    }

    /// Whether the person was there.
    async fn status(&self) -> MeetingAttendanceStatus {
        self.0.status
    }

    /// The ordinary seat that the person, a substitute, served on; null for everybody else.
    async fn served_for(&self, ctx: &Context<'_>) -> Result<Option<Seat>> {
        let Some(seat) = self.serves_on() else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(SeatById(seat))
            .await?
            .map(Seat::alone))
    }

    /// The line as minutes write it: `Anna Ek (Alvesta kommun), tjänstgörande ersättare för Växjö kommun`. Where a
    /// person may not be named, the function or the organisation stands instead.
    async fn line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In which language.", default_with = "LineLanguage::Swedish")]
        language: LineLanguage,
    ) -> Result<String> {
        let readers = recording::Readers::Oneself;
        recording::line(ctx, &self.0, self.serves_on(), language, readers).await
    }
}

/// Who was at a meeting, in the order in which it was recorded, each with the line that its minutes keep, in Swedish: for
/// everybody who will read them, so a person with protected identity is named by nobody.
pub(in crate::graphql) async fn lines_to_keep(
    ctx: &Context<'_>,
    meeting: MeetingId,
) -> Result<Vec<(meeting_attendance::Model, String)>> {
    let rows = loaders(ctx).load_one(AttendanceOf(meeting)).await?;
    let mut lines = Vec::new();
    for row in rows.into_iter().flatten().map(MeetingAttendance) {
        let readers = recording::Readers::Everybody;
        let language = LineLanguage::Swedish;
        let line = recording::line(ctx, &row.0, row.serves_on(), language, readers).await?;
        lines.push((row.0, line));
    }
    Ok(lines)
}

/// How many ordinary seats were used at a meeting, and whether that is enough. Seats count, never people.
#[derive(SimpleObject)]
pub struct Quorum {
    /// How many ordinary seats there were on that day, vacant ones too.
    ordinary_seats: usize,
    /// How many of them somebody used who was present from beginning to end.
    used: usize,
    /// How many must be used for a decision.
    needed: usize,
    /// Whether that is enough.
    pub(in crate::graphql) reached: bool,
}

/// How many seats were used at a meeting; none where it cannot be told, or not to this viewer.
pub(in crate::graphql) async fn quorum_of(
    ctx: &Context<'_>,
    meeting: MeetingId,
) -> Result<Option<Quorum>> {
    match loaders(ctx).load_one(MeetingById(meeting)).await? {
        Some(row) => Quorum::of(ctx, &row).await,
        None => Ok(None),
    }
}

impl Quorum {
    /// None where it cannot be told, or not to this viewer.
    pub(super) async fn of(ctx: &Context<'_>, row: &meeting::Model) -> Result<Option<Self>> {
        let powers = loaders(ctx).load_one(MeetingPowersIn(row.id)).await?;
        if !powers.is_some_and(|powers| powers.reads) {
            return Ok(None);
        }
        let attendance = loaders(ctx).load_one(AttendanceOf(row.id)).await?;
        let seats = loaders(ctx).load_one(AllSeatsOf(row.group_id)).await?;
        let key = crate::graphql::group::GroupById(row.group_id);
        let group: Option<group::Model> = loaders(ctx).load_one(key).await?;
        let (Some(attendance), Some(group)) = (attendance, group) else {
            return Ok(None);
        };
        let day = day_of(row.starts_at, &row.time_zone);
        let ordinary: BTreeSet<_> = seats
            .iter()
            .flatten()
            .filter(|seat| seat.capacity == SeatCapacity::Ordinary)
            .filter(|seat| seat.ends_on.is_none_or(|ends| ends > day))
            .filter(|seat| seat.valid_from.is_none_or(|from| from.first_day() <= day))
            .map(|seat| seat.id.uuid())
            .collect();
        if ordinary.is_empty() {
            return Ok(None);
        }
        let present = attendance
            .iter()
            .filter(|row| row.status == MeetingAttendanceStatus::Present)
            .filter_map(|row| row.uses_seat_id);
        let used = present
            .filter(|seat| ordinary.contains(&seat.uuid()))
            .count();
        let needed = quorum(group.quorum, ordinary.len());
        Ok(Some(Self {
            ordinary_seats: ordinary.len(),
            used,
            needed,
            reached: used >= needed,
        }))
    }
}
