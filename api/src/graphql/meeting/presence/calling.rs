//! Announcing absence, calling substitutes, and answering the call.
//!
//! Each works on the meeting's row, held until the transaction ends: of two substitutes who accept at once the second
//! sees that the first serves.

use super::{Substitution, SubstitutionById, day_of};
use crate::{
    domain::substitution::{Substitute, in_order},
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        meeting::editing::{
            AnnounceAbsencePayload, MeetingOutcome, WithdrawAbsencePayload, refusal,
        },
        payload::payloads,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, group_notice::Recipient},
};
use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    group, group_seat,
    id::{GroupId, MeetingAbsenceId, MeetingId, SeatId, SubstitutionId},
    kind::{GroupNoticeKind, MeetingStatus, SeatCapacity, SubstitutionStatus},
    meeting_absence, meeting_desk, meeting_room, meeting_substitution, seat_holder,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};

/// A seat of yours that will be empty at a meeting.
#[derive(InputObject)]
pub struct AnnounceAbsenceInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// The seat that you hold on that day.
    seat_id: SeatId,
}

/// A seat of yours that will not be empty after all.
#[derive(InputObject)]
pub struct WithdrawAbsenceInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// The seat.
    seat_id: SeatId,
}

/// A substitute to call in.
#[expect(
    clippy::struct_field_names,
    reason = "each names another thing by its id"
)]
#[derive(InputObject)]
pub struct CallSubstituteInput {
    /// The meeting.
    meeting_id: MeetingId,
    /// The ordinary seat that is to be filled.
    seat_id: SeatId,
    /// The substitute's seat; somebody holds it on that day.
    substitute_seat_id: SeatId,
}

/// An answer to a call.
#[derive(InputObject)]
pub struct AnswerSubstitutionInput {
    /// The call.
    substitution_id: SubstitutionId,
    /// Whether you serve.
    accept: bool,
}

/// What came of a mutation on a call.
struct SubstitutionOutcome {
    substitution: Option<Substitution>,
    user_errors: Vec<UserError>,
}

payloads! {
    SubstitutionOutcome {
        /// The call; null when nothing was changed.
        substitution: Substitution
    }:
    /// The call that went out.
    CallSubstitutePayload,
    /// The call as it was answered.
    AnswerSubstitutionPayload,
}

impl SubstitutionOutcome {
    async fn of(
        ctx: &Context<'_>,
        outcome: Result<SubstitutionId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                substitution: loaders(ctx)
                    .load_one(SubstitutionById(id))
                    .await?
                    .map(Substitution),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                substitution: None,
                user_errors,
            }),
        }
    }
}

/// What whoever holds a seat says of a meeting.
#[derive(Default)]
pub struct AbsenceMutation;

#[Object]
impl AbsenceMutation {
    /// Says that you will not come to a meeting on a seat that you hold. If the group has a rule for it, the first
    /// substitute is called; whoever declines is followed by the next. Said twice it is said once. For whoever holds the
    /// seat on that day. User errors: `NOT_FOUND` for the meeting, or a seat that you do not hold then, `MEETING_HELD`,
    /// `MEETING_CANCELLED`, `MEETING_PAST`.
    async fn announce_absence(
        &self,
        ctx: &Context<'_>,
        input: AnnounceAbsenceInput,
    ) -> Result<AnnounceAbsencePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { announce(&viewer, input).await })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }

    /// Says that you come after all: whoever was called in for the seat is released and told. For whoever has announced
    /// the absence. User errors: `NOT_FOUND`, `MEETING_HELD`, `MEETING_CANCELLED`, `MEETING_PAST`.
    async fn withdraw_absence(
        &self,
        ctx: &Context<'_>,
        input: WithdrawAbsenceInput,
    ) -> Result<WithdrawAbsencePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { withdraw(&viewer, input).await })
            .await?;
        Ok(MeetingOutcome::of(ctx, outcome).await?.into())
    }
}

/// Calling substitutes, and answering.
#[derive(Default)]
pub struct SubstitutionMutation;

#[Object]
impl SubstitutionMutation {
    /// Calls a substitute in for an ordinary seat at one meeting, whatever the group's rule; others who have been called
    /// for it stay called, and the first who accepts serves. For whoever keeps the group's papers; `FORBIDDEN` for
    /// others who see the meeting. User errors: `NOT_FOUND`, `MEETING_HELD`, `MEETING_CANCELLED`, `MEETING_PAST`,
    /// `INVALID_VALUE` for a seat that is not ordinary or no substitute's, `SEAT_TAKEN` if somebody serves on it,
    /// `SUBSTITUTE_BUSY` for one who is called or serves at this meeting, or will not come.
    async fn call_substitute(
        &self,
        ctx: &Context<'_>,
        input: CallSubstituteInput,
    ) -> Result<CallSubstitutePayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { call(&viewer, input).await })
            .await?;
        Ok(SubstitutionOutcome::of(ctx, outcome).await?.into())
    }

    /// Accepts or declines a call to serve as a substitute. Of several who have been called for one seat, the first who
    /// accepts serves, and the others are released and told. Whoever declines, also after having accepted, is followed by
    /// the next by the group's rule. For the person who is called; `FORBIDDEN` for others who see it. User errors:
    /// `NOT_FOUND`, `CALL_ANSWERED` if it was declined or released, `SEAT_TAKEN` if somebody else serves on the seat,
    /// `MEETING_HELD`, `MEETING_CANCELLED`, `MEETING_PAST`.
    async fn answer_substitution(
        &self,
        ctx: &Context<'_>,
        input: AnswerSubstitutionInput,
    ) -> Result<AnswerSubstitutionPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { answer(&viewer, input).await })
            .await?;
        Ok(SubstitutionOutcome::of(ctx, outcome).await?.into())
    }
}

type Room = Permitted<meeting_room::Model>;

/// The meeting as its members are in it, held until the transaction ends, as long as it is to come.
async fn room(viewer: &Viewer, id: MeetingId) -> Result<Result<Room, Vec<UserError>>> {
    let row = match viewer.edit(meeting_room::Entity::find_by_id(id)).await? {
        Access::Granted(row) => row,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, "meetingId"))),
    };
    let refused = match row.status {
        MeetingStatus::Held => Some(UserErrorCode::MeetingHeld),
        MeetingStatus::Cancelled => Some(UserErrorCode::MeetingCancelled),
        MeetingStatus::Planned | MeetingStatus::Noticed if row.ends_at <= viewer.now() => {
            Some(UserErrorCode::MeetingPast)
        }
        MeetingStatus::Planned | MeetingStatus::Noticed => None,
    };
    Ok(match refused {
        Some(code) => Err(refusal(code, "meetingId")),
        None => Ok(row),
    })
}

/// Who holds one of these seats on a day.
pub(super) async fn holders_on(
    viewer: &Viewer,
    seats: impl IntoIterator<Item = SeatId>,
    day: NaiveDate,
) -> Result<Vec<seat_holder::Model>> {
    use seat_holder::Column as H;
    let ends_later = Condition::any()
        .add(H::UntilDay.is_null())
        .add(H::UntilDay.gt(day));
    let query = seat_holder::Entity::find()
        .filter(H::SeatId.is_in(seats))
        .filter(H::FromDay.lte(day))
        .filter(ends_later);
    viewer.all(query).await
}

/// The seats of a group that stand on a day.
pub(super) async fn seats_on(
    viewer: &Viewer,
    group: GroupId,
    day: NaiveDate,
) -> Result<Vec<group_seat::Model>> {
    use group_seat::Column as S;
    let stands = Condition::any()
        .add(S::EndsOn.is_null())
        .add(S::EndsOn.gt(day));
    let query = group_seat::Entity::find()
        .filter(S::GroupId.eq(group))
        .filter(stands);
    viewer.all(query).await
}

/// The seat, if the viewer holds it on the meeting's day.
async fn own_seat(viewer: &Viewer, room: &Room, id: SeatId) -> Result<Option<group_seat::Model>> {
    let day = day_of(room.starts_at, &room.time_zone);
    let seats = seats_on(viewer, room.group_id, day).await?;
    let own = viewer.signed_in()?.organisation;
    let seat = seats
        .into_iter()
        .find(|seat| seat.id == id && seat.organisation_id == own);
    let holders = holders_on(viewer, [id], day).await?;
    let mine = holders
        .iter()
        .any(|row| Some(row.person_id) == viewer.person());
    Ok(seat.filter(|_| mine))
}

fn calls_for(seat: SeatId, statuses: &[SubstitutionStatus]) -> Condition {
    use meeting_substitution::Column as S;
    Condition::all()
        .add(S::SeatId.eq(seat))
        .add(S::Status.is_in(statuses.iter().copied()))
}

const OPEN: [SubstitutionStatus; 2] = [SubstitutionStatus::Called, SubstitutionStatus::Serving];

async fn announce(
    viewer: &Viewer,
    input: &AnnounceAbsenceInput,
) -> Result<Result<MeetingId, Vec<UserError>>> {
    let room = match room(viewer, input.meeting_id).await? {
        Ok(room) => room,
        Err(errors) => return Ok(Err(errors)),
    };
    let (Some(seat), Some(person)) = (
        own_seat(viewer, &room, input.seat_id).await?,
        viewer.person(),
    ) else {
        return Ok(Err(refusal(UserErrorCode::NotFound, "seatId")));
    };
    let same = Condition::all().add(meeting_absence::Column::SeatId.eq(seat.id));
    let said = viewer.parts::<meeting_absence::Entity>(&room, same).await?;
    if !said.is_empty() {
        return Ok(Ok(room.id));
    }
    let absence = meeting_absence::ActiveModel {
        id: Set(MeetingAbsenceId::new()),
        meeting_id: Set(room.id),
        seat_id: Set(seat.id),
        person_id: Set(person),
        organisation_id: Set(seat.organisation_id),
        announced_at: Set(viewer.now()),
    };
    viewer
        .add_parts::<meeting_absence::Entity>(&room, vec![absence])
        .await?;
    match seat.capacity {
        SeatCapacity::Ordinary => call_next(viewer, &room, &seat).await?,
        SeatCapacity::Substitute => give_way(viewer, &room, seat.id).await?,
        SeatCapacity::CoOpted | SeatCapacity::Observer => {}
    }
    Ok(Ok(room.id))
}

/// A substitute who will not come no longer serves: the next one is called.
async fn give_way(viewer: &Viewer, room: &Room, substitute: SeatId) -> Result<()> {
    use meeting_substitution::Column as S;
    let open = Condition::all()
        .add(S::SubstituteSeatId.eq(substitute))
        .add(S::Status.is_in(OPEN));
    let calls = viewer
        .parts::<meeting_substitution::Entity>(room, open.clone())
        .await?;
    put(viewer, room, open, SubstitutionStatus::Declined).await?;
    for call in calls {
        let query = group_seat::Entity::find_by_id(call.seat_id);
        if let Some(seat) = viewer.one(query).await? {
            call_next(viewer, room, &seat).await?;
        }
    }
    Ok(())
}

async fn put(
    viewer: &Viewer,
    room: &Room,
    which: Condition,
    status: SubstitutionStatus,
) -> Result<()> {
    let change = meeting_substitution::ActiveModel {
        status: Set(status),
        answered_at: Set(Some(viewer.now())),
        ..Default::default()
    };
    viewer
        .update_parts::<meeting_substitution::Entity>(room, which, change)
        .await?;
    Ok(())
}

/// The substitutes of a group who hold their seats on the meeting's day.
async fn substitutes(viewer: &Viewer, room: &Room) -> Result<Vec<Substitute>> {
    let day = day_of(room.starts_at, &room.time_zone);
    let seats = seats_on(viewer, room.group_id, day).await?;
    let seats: Vec<_> = seats
        .into_iter()
        .filter(|seat| seat.capacity == SeatCapacity::Substitute)
        .collect();
    let holders = holders_on(viewer, seats.iter().map(|seat| seat.id), day).await?;
    let with_holder = seats.into_iter().filter_map(|seat| {
        let holder = holders.iter().find(|row| row.seat_id == seat.id)?;
        Some(Substitute {
            seat: seat.id,
            person: holder.person_id,
            organisation: seat.organisation_id,
            substitute_for: seat.substitute_for_id,
            list_position: seat.list_position,
            position: seat.position,
        })
    });
    Ok(with_holder.collect())
}

/// Calls the next substitute by the group's rule, if there is one whom nobody has called for this seat.
async fn call_next(viewer: &Viewer, room: &Room, seat: &group_seat::Model) -> Result<()> {
    let query = group::Entity::find_by_id(room.group_id);
    let rule = viewer.one(query).await?.and_then(|row| row.substitution);
    let Some(rule) = rule else {
        return Ok(());
    };
    let calls = viewer
        .parts::<meeting_substitution::Entity>(room, Condition::all())
        .await?;
    let serves = |status| status == SubstitutionStatus::Serving;
    if calls
        .iter()
        .any(|call| call.seat_id == seat.id && OPEN.contains(&call.status))
    {
        return Ok(());
    }
    let absent = viewer
        .parts::<meeting_absence::Entity>(room, Condition::all())
        .await?;
    let free = |one: &&Substitute| {
        let asked = calls.iter().any(|call| {
            let busy = serves(call.status) || call.status == SubstitutionStatus::Called;
            call.substitute_seat_id == one.seat && (busy || call.seat_id == seat.id)
        });
        !asked && !absent.iter().any(|row| row.seat_id == one.seat)
    };
    let all = substitutes(viewer, room).await?;
    let next = in_order(rule, seat.id, seat.organisation_id, &all)
        .into_iter()
        .find(free);
    if let Some(next) = next {
        enter_call(viewer, room, seat.id, next).await?;
    }
    Ok(())
}

async fn enter_call(
    viewer: &Viewer,
    room: &Room,
    seat: SeatId,
    substitute: &Substitute,
) -> Result<SubstitutionId> {
    let id = SubstitutionId::new();
    let call = meeting_substitution::ActiveModel {
        id: Set(id),
        meeting_id: Set(room.id),
        seat_id: Set(seat),
        substitute_seat_id: Set(substitute.seat),
        person_id: Set(substitute.person),
        organisation_id: Set(substitute.organisation),
        status: Set(SubstitutionStatus::Called),
        called_at: Set(viewer.now()),
        answered_at: Set(None),
    };
    viewer
        .add_parts::<meeting_substitution::Entity>(room, vec![call])
        .await?;
    let who = Recipient::person(substitute.organisation, substitute.person);
    let kind = GroupNoticeKind::SubstituteCalled;
    viewer
        .tell_group(kind, room.group_id, Some(id.to_string()), [who])
        .await?;
    Ok(id)
}

/// Releases whoever is called or serves on a seat, but for one call, and tells them.
async fn release(
    viewer: &Viewer,
    room: &Room,
    seat: SeatId,
    but: Option<SubstitutionId>,
) -> Result<()> {
    use meeting_substitution::Column as S;
    let which = calls_for(seat, &OPEN).add_option(but.map(|id| S::Id.ne(id)));
    let calls = viewer
        .parts::<meeting_substitution::Entity>(room, which.clone())
        .await?;
    put(viewer, room, which, SubstitutionStatus::Released).await?;
    for call in calls {
        let who = Recipient::person(call.organisation_id, call.person_id);
        let (kind, about) = (GroupNoticeKind::SubstituteReleased, call.id.to_string());
        viewer
            .tell_group(kind, room.group_id, Some(about), [who])
            .await?;
    }
    Ok(())
}

async fn withdraw(
    viewer: &Viewer,
    input: &WithdrawAbsenceInput,
) -> Result<Result<MeetingId, Vec<UserError>>> {
    use meeting_absence::Column as A;
    let room = match room(viewer, input.meeting_id).await? {
        Ok(room) => room,
        Err(errors) => return Ok(Err(errors)),
    };
    let mine = Condition::all()
        .add(A::MeetingId.eq(room.id))
        .add(A::SeatId.eq(input.seat_id));
    if viewer.remove::<meeting_absence::Entity>(mine).await? == 0 {
        return Ok(Err(refusal(UserErrorCode::NotFound, "seatId")));
    }
    release(viewer, &room, input.seat_id, None).await?;
    Ok(Ok(room.id))
}

async fn call(
    viewer: &Viewer,
    input: &CallSubstituteInput,
) -> Result<Result<SubstitutionId, Vec<UserError>>> {
    use meeting_substitution::Column as S;
    let desk = meeting_desk::Entity::find_by_id(input.meeting_id);
    if matches!(viewer.edit(desk).await?, Access::Refused) {
        return Err(Error::Forbidden);
    }
    let room = match room(viewer, input.meeting_id).await? {
        Ok(room) => room,
        Err(errors) => return Ok(Err(errors)),
    };
    let day = day_of(room.starts_at, &room.time_zone);
    let seats = seats_on(viewer, room.group_id, day).await?;
    let capacity = |id| {
        seats
            .iter()
            .find(|seat| seat.id == id)
            .map(|seat| seat.capacity)
    };
    match capacity(input.seat_id) {
        Some(SeatCapacity::Ordinary) => {}
        Some(_) => return Ok(Err(refusal(UserErrorCode::InvalidValue, "seatId"))),
        None => return Ok(Err(refusal(UserErrorCode::NotFound, "seatId"))),
    }
    let all = substitutes(viewer, &room).await?;
    let Some(substitute) = all.iter().find(|one| one.seat == input.substitute_seat_id) else {
        let code = match capacity(input.substitute_seat_id) {
            Some(SeatCapacity::Substitute) | None => UserErrorCode::NotFound,
            Some(_) => UserErrorCode::InvalidValue,
        };
        return Ok(Err(refusal(code, "substituteSeatId")));
    };
    let serving = calls_for(input.seat_id, &[SubstitutionStatus::Serving]);
    let busy = Condition::all()
        .add(S::SubstituteSeatId.eq(substitute.seat))
        .add(S::Status.is_in(OPEN));
    let away = Condition::all().add(meeting_absence::Column::SeatId.eq(substitute.seat));
    let calls = |which| viewer.parts::<meeting_substitution::Entity>(&room, which);
    if !calls(serving).await?.is_empty() {
        return Ok(Err(refusal(UserErrorCode::SeatTaken, "seatId")));
    }
    let away = viewer.parts::<meeting_absence::Entity>(&room, away).await?;
    if !calls(busy).await?.is_empty() || !away.is_empty() {
        let code = UserErrorCode::SubstituteBusy;
        return Ok(Err(refusal(code, "substituteSeatId")));
    }
    let id = enter_call(viewer, &room, input.seat_id, substitute).await?;
    Ok(Ok(id))
}

async fn answer(
    viewer: &Viewer,
    input: &AnswerSubstitutionInput,
) -> Result<Result<SubstitutionId, Vec<UserError>>> {
    let id = input.substitution_id;
    let query = meeting_substitution::Entity::find_by_id(id);
    let Some(seen) = viewer.one(query).await? else {
        return Ok(Err(refusal(UserErrorCode::NotFound, "substitutionId")));
    };
    if viewer.person() != Some(seen.person_id) {
        return Err(Error::Forbidden);
    }
    let room = match room(viewer, seen.meeting_id).await? {
        Ok(room) => room,
        Err(errors) => return Ok(Err(errors)),
    };
    // Read again under the lock: what stood there before may have been answered meanwhile.
    let this = Condition::all().add(meeting_substitution::Column::Id.eq(id));
    let calls = viewer
        .parts::<meeting_substitution::Entity>(&room, this.clone())
        .await?;
    let Some(call) = calls.into_iter().find(|call| OPEN.contains(&call.status)) else {
        return Ok(Err(refusal(UserErrorCode::CallAnswered, "substitutionId")));
    };
    if !input.accept {
        put(viewer, &room, this, SubstitutionStatus::Declined).await?;
        let query = group_seat::Entity::find_by_id(call.seat_id);
        if let Some(seat) = viewer.one(query).await? {
            call_next(viewer, &room, &seat).await?;
        }
        return Ok(Ok(id));
    }
    let serving = calls_for(call.seat_id, &[SubstitutionStatus::Serving]);
    let serving = viewer
        .parts::<meeting_substitution::Entity>(&room, serving)
        .await?;
    if serving.iter().any(|other| other.id != id) {
        return Ok(Err(refusal(UserErrorCode::SeatTaken, "substitutionId")));
    }
    put(viewer, &room, this, SubstitutionStatus::Serving).await?;
    release(viewer, &room, call.seat_id, Some(id)).await?;
    Ok(Ok(id))
}
