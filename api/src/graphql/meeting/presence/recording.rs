//! Entering who was at a meeting, and the line that minutes write of it.

use super::{
    LineLanguage,
    calling::{holders_on, seats_on},
    day_of,
};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        meeting::{
            credit::follow,
            editing::{MeetingOutcome, RecordMeetingAttendancePayload, locked_away, refusal},
        },
        organisation::OrganisationById,
        person::{Person, PersonById},
        seat::SeatById,
        user_error::{UserError, UserErrorCode},
    },
    policy::group::in_it_today,
    viewer::{Access, Permitted, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    group_person, group_seat,
    id::{MeetingAttendanceId, MeetingId, OrganisationId, PersonId, SeatId},
    kind::{
        AuditAction, MeetingAttendanceStatus, MeetingStatus, MembershipSource, SeatCapacity,
        SubstitutionStatus,
    },
    meeting, meeting_attendance, meeting_desk, meeting_substitution, seat_holder,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged};
use std::collections::BTreeSet;

/// That somebody was, or was not, there.
#[derive(InputObject)]
pub struct MeetingAttendanceEntryInput {
    /// The person: who holds the seat on the day of the meeting, or is in the group without one.
    person_id: PersonId,
    /// The person's own seat; null for whoever has joined or is in the group by a role.
    seat_id: Option<SeatId>,
    /// Whether the person was there.
    status: MeetingAttendanceStatus,
    /// For a substitute who was there: the ordinary seat that the person served on. Null: the one that the person was
    /// called in for and accepted, or none.
    served_for_seat_id: Option<SeatId>,
}

/// Who was at a meeting.
#[derive(InputObject)]
pub struct RecordMeetingAttendanceInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// Who was there and who was not, each person once, at most 200. Replaces what was recorded of these people; of all
    /// others it stays.
    entries: Vec<MeetingAttendanceEntryInput>,
}

/// What is entered about who was at a meeting.
#[derive(Default)]
pub struct MeetingAttendanceMutation;

#[Object]
impl MeetingAttendanceMutation {
    /// Enters who was at a meeting that has begun; it counts as held from then on. Sent again it replaces. A seat is used
    /// once: by its holder, or by one substitute. For whoever keeps the group's papers; `FORBIDDEN` for others who see
    /// the meeting. What the meeting counts as is completed by whoever was there; minutes that are up for verification become
    /// a draft again. Written to the audit log. User errors: `NOT_FOUND` for the meeting, for a person who did not hold the
    /// seat on that day or is not in the group, and for a seat, `MEETING_CANCELLED`, `MEETING_NOT_BEGUN`, `SEAT_TAKEN` for
    /// a seat that somebody else uses, `DUPLICATE_PARTICIPANT`, `INVALID_VALUE`.
    async fn record_meeting_attendance(
        &self,
        ctx: &Context<'_>,
        input: RecordMeetingAttendanceInput,
    ) -> Result<RecordMeetingAttendancePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let mut errors = Vec::new();
        let mut people = BTreeSet::new();
        for (index, entry) in input.entries.iter().enumerate() {
            if !people.insert(entry.person_id.uuid()) {
                let code = UserErrorCode::DuplicateParticipant;
                errors.push(at(code, index, "personId"));
            }
        }
        if !(1..=200).contains(&input.entries.len()) {
            errors.push(UserError::new(UserErrorCode::InvalidValue, &["entries"]));
        }
        if !errors.is_empty() {
            return Ok(MeetingOutcome::of(ctx, Err(errors)).await?.into());
        }
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { record(&viewer, input).await })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }
}

fn at(code: UserErrorCode, index: usize, field: &str) -> UserError {
    UserError::new(code, &["entries", &index.to_string(), field])
}

const fn was_there(status: MeetingAttendanceStatus) -> bool {
    matches!(
        status,
        MeetingAttendanceStatus::Present | MeetingAttendanceStatus::Partly
    )
}

/// What is known of a meeting's seats and people before attendance is entered.
struct Known {
    seats: Vec<group_seat::Model>,
    holders: Vec<seat_holder::Model>,
    without_seat: Vec<group_person::Model>,
    serving: Vec<meeting_substitution::Model>,
    recorded: Vec<meeting_attendance::Model>,
}

impl Known {
    async fn of(
        viewer: &Viewer,
        desk: &Permitted<meeting_desk::Model>,
        people: &[PersonId],
    ) -> Result<Self> {
        use group_person::Column as P;
        use meeting_substitution::Column as S;
        let day = day_of(desk.starts_at, &desk.time_zone);
        let seats = seats_on(viewer, desk.group_id, day).await?;
        let holders = holders_on(viewer, seats.iter().map(|seat| seat.id), day).await?;
        let without_seat = group_person::Entity::find()
            .filter(P::GroupId.eq(desk.group_id))
            .filter(P::PersonId.is_in(people.iter().copied()))
            .filter(P::Source.ne(MembershipSource::Seat))
            .filter(in_it_today(viewer));
        let serving = meeting_substitution::Entity::find()
            .filter(S::MeetingId.eq(desk.id))
            .filter(S::Status.eq(SubstitutionStatus::Serving));
        let others = Condition::all()
            .add(meeting_attendance::Column::PersonId.is_not_in(people.iter().copied()));
        Ok(Self {
            seats,
            holders,
            without_seat: viewer.all(without_seat).await?,
            serving: viewer.all(serving).await?,
            recorded: viewer
                .parts::<meeting_attendance::Entity>(desk, others)
                .await?,
        })
    }

    fn seat(&self, id: SeatId) -> Option<&group_seat::Model> {
        self.seats.iter().find(|seat| seat.id == id)
    }

    /// For which organisation somebody was there, and on which seat of their own.
    fn place(
        &self,
        entry: &MeetingAttendanceEntryInput,
    ) -> Result<(OrganisationId, Option<&group_seat::Model>), &'static str> {
        let Some(seat) = entry.seat_id else {
            let found = self
                .without_seat
                .iter()
                .find(|row| row.person_id == entry.person_id);
            return found
                .map(|row| (row.organisation_id, None))
                .ok_or("personId");
        };
        let seat = self.seat(seat).ok_or("seatId")?;
        let holds =
            |row: &&seat_holder::Model| row.seat_id == seat.id && row.person_id == entry.person_id;
        let held = self.holders.iter().find(holds).ok_or("personId")?;
        debug_assert_eq!(held.seat_id, seat.id);
        Ok((seat.organisation_id, Some(seat)))
    }

    /// The seat that somebody uses.
    fn uses(
        &self,
        entry: &MeetingAttendanceEntryInput,
        own: Option<&group_seat::Model>,
    ) -> Result<Option<SeatId>, UserErrorCode> {
        let substitute =
            own.filter(|seat| seat.capacity == SeatCapacity::Substitute && was_there(entry.status));
        if let Some(served) = entry.served_for_seat_id {
            return match (substitute, self.seat(served)) {
                (_, None) => Err(UserErrorCode::NotFound),
                (Some(_), Some(seat)) if seat.capacity == SeatCapacity::Ordinary => {
                    Ok(Some(seat.id))
                }
                _ => Err(UserErrorCode::InvalidValue),
            };
        }
        if let Some(own) = substitute {
            let called = self
                .serving
                .iter()
                .find(|row| row.substitute_seat_id == own.id);
            return Ok(called.map(|row| row.seat_id));
        }
        let ordinary = own.filter(|seat| seat.capacity == SeatCapacity::Ordinary);
        Ok(ordinary
            .filter(|_| was_there(entry.status))
            .map(|seat| seat.id))
    }
}

/// The rows of what is to be entered, or what is wrong.
fn rows(
    viewer: &Viewer,
    desk: &meeting_desk::Model,
    known: &Known,
    entries: &[MeetingAttendanceEntryInput],
) -> Result<Vec<meeting_attendance::ActiveModel>, Vec<UserError>> {
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    let recorded = known.recorded.iter().filter_map(|row| row.uses_seat_id);
    let mut taken: BTreeSet<_> = recorded.map(SeatId::uuid).collect();
    for (index, entry) in entries.iter().enumerate() {
        let (organisation, own) = match known.place(entry) {
            Ok(place) => place,
            Err(field) => {
                errors.push(at(UserErrorCode::NotFound, index, field));
                continue;
            }
        };
        let uses = match known.uses(entry, own) {
            Ok(uses) => uses,
            Err(code) => {
                errors.push(at(code, index, "servedForSeatId"));
                continue;
            }
        };
        if uses.is_some_and(|seat| !taken.insert(seat.uuid())) {
            errors.push(at(UserErrorCode::SeatTaken, index, "servedForSeatId"));
            continue;
        }
        rows.push(meeting_attendance::ActiveModel {
            id: Set(MeetingAttendanceId::new()),
            meeting_id: Set(desk.id),
            person_id: Set(entry.person_id),
            organisation_id: Set(organisation),
            seat_id: Set(own.map(|seat| seat.id)),
            status: Set(entry.status),
            uses_seat_id: Set(uses),
            recorded_at: Set(viewer.now()),
        });
    }
    if errors.is_empty() {
        Ok(rows)
    } else {
        Err(errors)
    }
}

async fn record(
    viewer: &Viewer,
    input: &RecordMeetingAttendanceInput,
) -> Result<Result<MeetingId, Vec<UserError>>> {
    let query = meeting_desk::Entity::find_by_id(input.meeting_id);
    let desk = match viewer.edit(query).await? {
        Access::Granted(desk) => desk,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "meetingId"))),
    };
    if desk.status == MeetingStatus::Cancelled {
        return Ok(Err(refusal(UserErrorCode::MeetingCancelled, "meetingId")));
    }
    if desk.starts_at > viewer.now() {
        return Ok(Err(refusal(UserErrorCode::MeetingNotBegun, "meetingId")));
    }
    let people: Vec<PersonId> = input.entries.iter().map(|entry| entry.person_id).collect();
    let known = Known::of(viewer, &desk, &people).await?;
    let rows = match rows(viewer, &desk, &known, &input.entries) {
        Ok(rows) => rows,
        Err(errors) => return Ok(Err(errors)),
    };
    let about = rows.iter().map(|row| Concern {
        subject: Some(desk.id.to_string()),
        ..Concern::person(
            row.organisation_id.clone().unwrap(),
            row.person_id.clone().unwrap(),
        )
    });
    viewer
        .audit(AuditAction::RecordAttendance, about.collect())
        .await?;
    let replaced = Condition::all().add(meeting_attendance::Column::PersonId.is_in(people));
    viewer
        .remove_parts::<meeting_attendance::Entity>(&desk, replaced)
        .await?;
    viewer
        .add_parts::<meeting_attendance::Entity>(&desk, rows)
        .await?;
    // Quorum, and who may verify, are another matter now.
    viewer.reopen_minutes_of(&desk).await?;
    has_been_held(viewer, &desk).await?;
    follow(viewer, &desk).await?;
    Ok(Ok(desk.id))
}

/// Notes that a meeting has been held, if that is not noted yet: it can no longer be moved or cancelled.
pub(in crate::graphql) async fn has_been_held(
    viewer: &Viewer,
    desk: &meeting_desk::Model,
) -> Result<()> {
    if desk.status != MeetingStatus::Held {
        let held = meeting::ActiveModel {
            id: Unchanged(desk.id),
            status: Set(MeetingStatus::Held),
            updated_at: Set(viewer.now()),
            ..Default::default()
        };
        viewer.update(held).await?.ok_or_else(locked_away)?;
    }
    Ok(())
}

/// Whoever sits on a seat, as minutes write it: the organisation, and the function where one is named.
async fn seat_line(ctx: &Context<'_>, id: SeatId) -> Result<String> {
    let Some(seat) = loaders(ctx).load_one(SeatById(id)).await? else {
        return Ok(String::new());
    };
    let key = OrganisationById(seat.organisation_id);
    let organisation = loaders(ctx).load_one(key).await?;
    let organisation = organisation.map(|row| row.name).unwrap_or_default();
    Ok(match seat.function_name {
        Some(function) => format!("{function}, {organisation}"),
        None => organisation,
    })
}

/// Who reads a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readers {
    /// Whoever asks for it.
    Oneself,
    /// Everybody who reads the minutes, for as long as they are kept.
    Everybody,
}

/// The line that minutes write of somebody who was, or was not, at a meeting.
pub(super) async fn line(
    ctx: &Context<'_>,
    row: &meeting_attendance::Model,
    serves_on: Option<SeatId>,
    language: LineLanguage,
    for_whom: Readers,
) -> Result<String> {
    let key = OrganisationById(row.organisation_id);
    let organisation = loaders(ctx).load_one(key).await?;
    let organisation = organisation.map(|row| row.name).unwrap_or_default();
    let person = loaders(ctx).load_one(PersonById(row.person_id)).await?;
    let person = person.map(Person);
    // What others are to read names nobody whom they may not know, however well the one who writes it may.
    let may_be_named =
        |person: &&Person| for_whom == Readers::Oneself || !person.0.protected_identity;
    let name = match person.as_ref().filter(may_be_named) {
        Some(person) => person.shown_name(ctx),
        None => None,
    };
    let who = match (name, row.seat_id) {
        (Some(name), _) => format!("{name} ({organisation})"),
        (None, Some(seat)) => seat_line(ctx, seat).await?,
        (None, None) => organisation,
    };
    let swedish = language == LineLanguage::Swedish;
    if let Some(seat) = serves_on {
        let whom = seat_line(ctx, seat).await?;
        let serving = if swedish {
            "tjänstgörande ersättare för"
        } else {
            "serving substitute for"
        };
        return Ok(format!("{who}, {serving} {whom}"));
    }
    let remark = match (row.status, swedish) {
        (MeetingAttendanceStatus::Present, _) => return Ok(who),
        (MeetingAttendanceStatus::Partly, true) => "närvarande del av mötet",
        (MeetingAttendanceStatus::Partly, false) => "present for a part",
        (MeetingAttendanceStatus::AbsentWithNotice, true) => "anmält förhinder",
        (MeetingAttendanceStatus::AbsentWithNotice, false) => "absent with notice",
        (MeetingAttendanceStatus::Absent, true) => "frånvarande",
        (MeetingAttendanceStatus::Absent, false) => "absent",
    };
    Ok(format!("{who}, {remark}"))
}
