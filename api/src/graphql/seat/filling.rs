//! Who sits on a seat: what the organisation does whose seat it is.

use super::{Seat, keeping::SeatOutcome};
use crate::{
    error::{Error, Result},
    graphql::{
        context::viewer,
        idempotency::Once,
        payload::payloads,
        text::{Checked, check_text, is_possible_day},
        user_error::{UserError, UserErrorCode},
    },
    policy::{person::is_member, select},
    viewer::{Access, Permitted, Viewer, audit::Concern, group_notice::Recipient},
};
use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    confidential::Confidential,
    group, group_seat,
    id::{OrganisationId, PersonId, SeatHolderId, SeatId},
    kind::{AuditAction, GroupNoticeKind},
    membership,
    partial_date::PartialDate,
    person,
    search_text::{fold, swedish_sort_key},
    seat_holder, seat_mandate,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, sea_query::IntoCondition};

/// Somebody of an organisation without an agreement, whom its own coordinators cannot register.
#[derive(InputObject)]
pub struct NewSeatHolderInput {
    /// Given name and family name, 1 to 200 characters.
    name: String,
    /// Whether the person has protected identity (skyddad identitet): counted, and named nowhere.
    #[graphql(default)]
    protected_identity: bool,
}

/// Who is to sit on a seat.
#[derive(InputObject)]
pub struct AppointToSeatInput {
    /// The seat.
    seat_id: SeatId,
    /// The person: somebody who belongs to your organisation now; on a seat of an organisation without an agreement,
    /// somebody who has held a seat of that organisation. Give this or `newPerson`.
    person_id: Option<PersonId>,
    /// Somebody who is not registered, on a seat of an organisation without an agreement.
    new_person: Option<NewSeatHolderInput>,
    /// The first day; today if nothing is said.
    from_day: Option<NaiveDate>,
    /// The first day on which the person no longer sits there; null: until further notice.
    until_day: Option<NaiveDate>,
    /// Since when, as roughly as it is known, for somebody who sat there before this was entered.
    since: Option<PartialDate>,
    /// By which decision, as your organisation refers to it, up to 200 characters.
    decision: Option<String>,
    /// Whether the name is shown to everybody who sees the group.
    #[graphql(default)]
    name_published: bool,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Who is to sit on a seat instead of whoever does.
#[derive(InputObject)]
pub struct ReplaceSeatHolderInput {
    /// The seat.
    seat_id: SeatId,
    /// The person, as for `appointToSeat`. Give this or `newPerson`.
    person_id: Option<PersonId>,
    /// Somebody who is not registered, on a seat of an organisation without an agreement.
    new_person: Option<NewSeatHolderInput>,
    /// The first day of the new holder, and the first without the old one; today if nothing is said.
    from_day: Option<NaiveDate>,
    /// By which decision, as your organisation refers to it, up to 200 characters.
    decision: Option<String>,
    /// Whether the name is shown to everybody who sees the group.
    #[graphql(default)]
    name_published: bool,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Whose time on a seat is to end.
#[derive(InputObject)]
pub struct EndSeatHolderInput {
    /// That the person holds the seat.
    seat_holder_id: SeatHolderId,
    /// The first day on which the person no longer sits there; today if nothing is said.
    until_day: Option<NaiveDate>,
}

payloads! {
    SeatOutcome {
        /// The seat; null when nothing was changed.
        seat: Seat
    }:
    /// The seat with its holder.
    AppointToSeatPayload,
    /// The seat with its new holder.
    ReplaceSeatHolderPayload,
    /// The seat as it is now.
    EndSeatHolderPayload,
}

/// What is asked of a seat, whether it is vacant or changes hands.
struct Wanted<'i> {
    person: Option<PersonId>,
    new_person: Option<&'i NewSeatHolderInput>,
    from_day: NaiveDate,
    until_day: Option<NaiveDate>,
    since: Option<PartialDate>,
    decision: Option<&'i str>,
    name_published: bool,
}

/// What can be done about who sits on a seat.
#[derive(Default)]
pub struct SeatHolderMutation;

#[Object]
impl SeatHolderMutation {
    /// Gives a vacant seat to somebody. Only the seat's own organisation does: its coordinators; where it has no
    /// agreement, the coordinators of those who convene the group. `FORBIDDEN` for others who see the seat. Written to
    /// the audit log, and the person is told. User errors: `NOT_FOUND` for the seat or the person, `SEAT_TAKEN` if
    /// somebody holds it on one of those days, `SEAT_ENDED`, `GROUP_CLOSED`, `INVALID_VALUE`, `INVALID_TIMES`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn appoint_to_seat(
        &self,
        ctx: &Context<'_>,
        input: AppointToSeatInput,
    ) -> Result<AppointToSeatPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("appointToSeat", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        if !errors.is_empty() {
            return Ok(SeatOutcome::of(ctx, Err(errors)).await?.into());
        }
        let wanted = &Wanted {
            person: input.person_id,
            new_person: input.new_person.as_ref(),
            from_day: input.from_day.unwrap_or_else(|| viewer.today()),
            until_day: input.until_day,
            since: input.since,
            decision: input.decision.as_deref(),
            name_published: input.name_published,
        };
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, appoint(&viewer, input.seat_id, wanted))
                    .await
            })
            .await?;
        Ok(SeatOutcome::of(ctx, outcome).await?.into())
    }

    /// Gives a seat to somebody else from a day on: until the day before, whoever holds it sits there and reads the
    /// group's papers; from that day only the new one. For those who may give the seat away; `FORBIDDEN` for others who
    /// see it. Written to the audit log, and both are told. User errors: as `appointToSeat`; `SEAT_TAKEN` if somebody
    /// has the seat from a later day on.
    async fn replace_seat_holder(
        &self,
        ctx: &Context<'_>,
        input: ReplaceSeatHolderInput,
    ) -> Result<ReplaceSeatHolderPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("replaceSeatHolder", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        if !errors.is_empty() {
            return Ok(SeatOutcome::of(ctx, Err(errors)).await?.into());
        }
        let wanted = &Wanted {
            person: input.person_id,
            new_person: input.new_person.as_ref(),
            from_day: input.from_day.unwrap_or_else(|| viewer.today()),
            until_day: None,
            since: None,
            decision: input.decision.as_deref(),
            name_published: input.name_published,
        };
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, replace(&viewer, input.seat_id, wanted))
                    .await
            })
            .await?;
        Ok(SeatOutcome::of(ctx, outcome).await?.into())
    }

    /// Ends somebody's time on a seat, or sets an earlier day for its end: from that day the person no longer sits there
    /// and no longer reads the group's papers. The seat is vacant then. Also in a closed group. For those who may give
    /// the seat away; `FORBIDDEN` for others who see who sits there. Written to the audit log, and the person is told.
    /// User errors: `NOT_FOUND`, `INVALID_TIMES` for a day before the first or after the one that is set.
    async fn end_seat_holder(
        &self,
        ctx: &Context<'_>,
        input: EndSeatHolderInput,
    ) -> Result<EndSeatHolderPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { end(&viewer, input).await })
            .await?;
        Ok(SeatOutcome::of(ctx, outcome).await?.into())
    }
}

fn refusal(code: UserErrorCode, field: &str) -> Vec<UserError> {
    vec![UserError::new(code, &[field])]
}

/// The seat with the permission to fill it, held until the transaction ends: of two who appoint, the second sees what
/// the first did.
async fn mandate(
    viewer: &Viewer,
    id: SeatId,
) -> Result<Result<Permitted<seat_mandate::Model>, Vec<UserError>>> {
    match viewer.edit(seat_mandate::Entity::find_by_id(id)).await? {
        Access::Granted(permitted) => Ok(Ok(permitted)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(refusal(UserErrorCode::NotFound, "seatId"))),
    }
}

/// Those who hold the seat at any time in a period.
async fn holding(
    viewer: &Viewer,
    seat: &Permitted<seat_mandate::Model>,
    from: NaiveDate,
    until: Option<NaiveDate>,
) -> Result<Vec<seat_holder::Model>> {
    use seat_holder::Column as H;
    let ends_later = Condition::any()
        .add(H::UntilDay.is_null())
        .add(H::UntilDay.gt(from));
    let which = Condition::all()
        .add(ends_later)
        .add_option(until.map(|until| H::FromDay.lt(until)));
    let rows = viewer.parts::<seat_holder::Entity>(seat, which).await?;
    // Who was replaced before the first day never sat there.
    let held = |row: &seat_holder::Model| row.until_day != Some(row.from_day);
    Ok(rows.into_iter().filter(held).collect())
}

async fn appoint(
    viewer: &Viewer,
    id: SeatId,
    wanted: &Wanted<'_>,
) -> Result<Result<SeatId, Vec<UserError>>> {
    let seat = match mandate(viewer, id).await? {
        Ok(seat) => seat,
        Err(errors) => return Ok(Err(errors)),
    };
    let mut errors = check(viewer, &seat, wanted).await?;
    let until = last_day(&seat, wanted);
    if !holding(viewer, &seat, wanted.from_day, until)
        .await?
        .is_empty()
    {
        errors.push(UserError::new(UserErrorCode::SeatTaken, &["seatId"]));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    give(viewer, &seat, wanted).await
}

async fn replace(
    viewer: &Viewer,
    id: SeatId,
    wanted: &Wanted<'_>,
) -> Result<Result<SeatId, Vec<UserError>>> {
    let seat = match mandate(viewer, id).await? {
        Ok(seat) => seat,
        Err(errors) => return Ok(Err(errors)),
    };
    let mut errors = check(viewer, &seat, wanted).await?;
    let sitting = holding(viewer, &seat, wanted.from_day, last_day(&seat, wanted)).await?;
    if sitting.iter().any(|row| row.from_day > wanted.from_day) {
        errors.push(UserError::new(UserErrorCode::SeatTaken, &["fromDay"]));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    for row in sitting {
        end_at(viewer, &seat, &row, wanted.from_day).await?;
    }
    give(viewer, &seat, wanted).await
}

async fn end(
    viewer: &Viewer,
    input: &EndSeatHolderInput,
) -> Result<Result<SeatId, Vec<UserError>>> {
    let query = seat_holder::Entity::find_by_id(input.seat_holder_id);
    let row = match viewer.edit(query).await? {
        Access::Granted(permitted) => permitted.into_row(),
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => {
            return Ok(Err(refusal(UserErrorCode::NotFound, "seatHolderId")));
        }
    };
    let seat = match mandate(viewer, row.seat_id).await? {
        Ok(seat) => seat,
        Err(errors) => return Ok(Err(errors)),
    };
    let day = input.until_day.unwrap_or_else(|| viewer.today());
    if !is_possible_day(day)
        || day < row.from_day
        || row.until_day.is_some_and(|until| until <= day)
    {
        return Ok(Err(refusal(UserErrorCode::InvalidTimes, "untilDay")));
    }
    end_at(viewer, &seat, &row, day).await?;
    Ok(Ok(seat.id))
}

/// Until when somebody would sit: as asked, and no longer than there is the seat.
fn last_day(seat: &seat_mandate::Model, wanted: &Wanted<'_>) -> Option<NaiveDate> {
    match (wanted.until_day, seat.ends_on) {
        (Some(asked), Some(end)) => Some(asked.min(end)),
        (asked, end) => asked.or(end),
    }
}

async fn check(
    viewer: &Viewer,
    seat: &Permitted<seat_mandate::Model>,
    wanted: &Wanted<'_>,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    let group = viewer.one(group::Entity::find_by_id(seat.group_id)).await?;
    if group.is_none_or(|group| group.closed_at.is_some()) {
        errors.push(UserError::new(UserErrorCode::GroupClosed, &["seatId"]));
    }
    if seat.ends_on.is_some_and(|end| end <= wanted.from_day) {
        errors.push(UserError::new(UserErrorCode::SeatEnded, &["seatId"]));
    }
    if !is_possible_day(wanted.from_day) {
        errors.push(UserError::new(UserErrorCode::InvalidTimes, &["fromDay"]));
    }
    if wanted
        .until_day
        .is_some_and(|until| until <= wanted.from_day || !is_possible_day(until))
    {
        errors.push(UserError::new(UserErrorCode::InvalidTimes, &["untilDay"]));
    }
    if let Some(decision) = wanted.decision {
        check_text(Checked::Line, decision, &["decision"], &mut errors);
    }
    check_person(viewer, seat, wanted, &mut errors).await?;
    Ok(errors)
}

/// Whether the person is one whom the viewer may put there.
async fn check_person(
    viewer: &Viewer,
    seat: &seat_mandate::Model,
    wanted: &Wanted<'_>,
    errors: &mut Vec<UserError>,
) -> Result<()> {
    let own = viewer.signed_in()?.organisation == seat.organisation_id;
    match (wanted.person, wanted.new_person) {
        (Some(person), None) => {
            let known = if own {
                works_here(viewer, seat.organisation_id, person).await?
            } else {
                has_sat(viewer, seat.organisation_id, person).await?
            };
            if !known {
                errors.push(UserError::new(UserErrorCode::NotFound, &["personId"]));
            }
        }
        (None, Some(new)) if !own => {
            check_text(Checked::Line, &new.name, &["newPerson", "name"], errors);
        }
        // The own people are registered with `addMember`.
        (None, Some(_)) => errors.push(UserError::new(UserErrorCode::InvalidValue, &["newPerson"])),
        _ => errors.push(UserError::new(UserErrorCode::InvalidValue, &["personId"])),
    }
    Ok(())
}

async fn works_here(
    viewer: &Viewer,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<bool> {
    use membership::Column as M;
    let query = membership::Entity::find()
        .filter(M::OrganisationId.eq(organisation))
        .filter(M::PersonId.eq(person))
        .filter(is_member(viewer.now()));
    Ok(viewer.one(query).await?.is_some())
}

/// Whether somebody has held a seat of the organisation, as far as the viewer may know.
async fn has_sat(viewer: &Viewer, organisation: OrganisationId, person: PersonId) -> Result<bool> {
    let seats = select::<group_seat::Entity>(
        group_seat::Column::Id,
        group_seat::Column::OrganisationId
            .eq(organisation)
            .into_condition(),
    );
    let query = seat_holder::Entity::find()
        .filter(seat_holder::Column::PersonId.eq(person))
        .filter(seat_holder::Column::SeatId.in_subquery(seats));
    Ok(viewer.one(query).await?.is_some())
}

/// The person to sit there, registered first if that is somebody new.
async fn person_of(viewer: &Viewer, wanted: &Wanted<'_>) -> Result<PersonId> {
    let Some(new) = wanted.new_person else {
        return wanted
            .person
            .ok_or_else(|| Error::internal("nobody is to sit on the seat"));
    };
    let name = new.name.trim();
    let made = viewer
        .insert(person::ActiveModel {
            id: Set(PersonId::new()),
            name: Set(Confidential::new(name.to_owned())),
            // Nobody writes to somebody of an organisation that does not take part.
            email: Set(Confidential::new(String::new())),
            protected_identity: Set(new.protected_identity),
            search_name: Set(Confidential::new(fold(name))),
            sort_name: Set(swedish_sort_key(name)),
        })
        .await?;
    Ok(made.id)
}

async fn give(
    viewer: &Viewer,
    seat: &Permitted<seat_mandate::Model>,
    wanted: &Wanted<'_>,
) -> Result<Result<SeatId, Vec<UserError>>> {
    let person = person_of(viewer, wanted).await?;
    let holder = seat_holder::ActiveModel {
        id: Set(SeatHolderId::new()),
        seat_id: Set(seat.id),
        person_id: Set(person),
        from_day: Set(wanted.from_day),
        until_day: Set(last_day(seat, wanted)),
        since: Set(wanted.since),
        appointed_by_organisation_id: Set(viewer.signed_in()?.organisation),
        appointed_by: Set(viewer.person()),
        decision: Set(wanted.decision.map(|text| text.trim().to_owned())),
        name_published: Set(wanted.name_published),
        recorded_at: Set(viewer.now()),
    };
    viewer
        .make_part::<seat_holder::Entity>(seat, holder)
        .await?;
    let (action, kind) = (AuditAction::AppointToSeat, GroupNoticeKind::SeatGiven);
    leave_word(viewer, seat, person, action, kind).await?;
    Ok(Ok(seat.id))
}

async fn end_at(
    viewer: &Viewer,
    seat: &Permitted<seat_mandate::Model>,
    row: &seat_holder::Model,
    day: NaiveDate,
) -> Result<()> {
    let this = seat_holder::Column::Id.eq(row.id).into_condition();
    let change = seat_holder::ActiveModel {
        until_day: Set(Some(day)),
        ..Default::default()
    };
    viewer
        .update_parts::<seat_holder::Entity>(seat, this, change)
        .await?;
    viewer
        .leave_meetings_of_seat(seat.id, row.person_id, day)
        .await?;
    let (action, kind) = (AuditAction::EndSeatHolder, GroupNoticeKind::SeatEnded);
    leave_word(viewer, seat, row.person_id, action, kind).await
}

/// Writes into the logs of the organisations that it concerns, and tells the person.
async fn leave_word(
    viewer: &Viewer,
    seat: &seat_mandate::Model,
    person: PersonId,
    action: AuditAction,
    kind: GroupNoticeKind,
) -> Result<()> {
    let concern = Concern {
        organisation: seat.organisation_id,
        person,
        subject: Some(seat.id.to_string()),
    };
    let also = concern.also_for(viewer.signed_in()?.organisation);
    let concerns = also.into_iter().chain([concern]).collect();
    viewer.audit(action, concerns).await?;
    let recipient = Recipient::person(seat.organisation_id, person);
    let subject = Some(seat.id.to_string());
    viewer
        .tell_group(kind, seat.group_id, subject, [recipient])
        .await
}
