//! Making, changing and ending seats: what those do who keep the group, not what the organisations do that sit on them.

use super::{Seat, SeatById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        group::{changed, editable_and_open},
        idempotency::Once,
        payload::payloads,
        text::{Checked, check_text, is_possible_day, refuse_null},
        user_error::{UserError, UserErrorCode},
    },
    policy::group::standing,
    viewer::{Permitted, Viewer, audit::Concern, group_notice::Recipient},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use chrono::NaiveDate;
use entity::{
    group, group_seat,
    id::{GroupId, OrganisationId, SeatId, UnitId},
    kind::{AuditAction, GroupKind, GroupNoticeKind, GroupRole, SeatCapacity},
    organisation, organisation_unit,
    partial_date::PartialDate,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, sea_query::IntoCondition};

/// A new seat in a group that you may change.
#[derive(InputObject)]
pub struct AddSeatInput {
    /// The group.
    group_id: GroupId,
    /// Whose seat it is; that organisation, and nobody else, says who sits there.
    organisation_id: OrganisationId,
    /// Which of its units the seat belongs to; null: the organisation as such.
    unit_id: Option<UnitId>,
    /// Ordinary, substitute, co-opted or observer.
    #[graphql(default_with = "SeatCapacity::Ordinary")]
    capacity: SeatCapacity,
    /// What its holder does in the group.
    #[graphql(default_with = "GroupRole::Member")]
    role: GroupRole,
    /// The function that sits here, up to 200 characters.
    function_name: Option<String>,
    /// Whose substitute it is, where substitutes are personal: an ordinary seat of the same group.
    substitute_for_id: Option<SeatId>,
    /// In which order substitutes are called, where the group has a list: 1 to 1000.
    list_position: Option<i32>,
    /// Since when there is the seat, as precisely as it is known.
    valid_from: Option<PartialDate>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of a seat. What is left out stays as it is; null empties, where there may be nothing.
#[derive(InputObject)]
pub struct UpdateSeatInput {
    /// The seat.
    seat_id: SeatId,
    /// Which of its organisation's units the seat belongs to.
    unit_id: MaybeUndefined<UnitId>,
    /// Ordinary, substitute, co-opted or observer; null is `INVALID_VALUE`.
    capacity: MaybeUndefined<SeatCapacity>,
    /// What its holder does in the group; null is `INVALID_VALUE`.
    role: MaybeUndefined<GroupRole>,
    /// The function that sits here, up to 200 characters.
    function_name: MaybeUndefined<String>,
    /// Whose substitute it is, where substitutes are personal: an ordinary seat of the same group.
    substitute_for_id: MaybeUndefined<SeatId>,
    /// In which order substitutes are called, where the group has a list: 1 to 1000.
    list_position: MaybeUndefined<i32>,
    /// Since when there is the seat, as precisely as it is known.
    valid_from: MaybeUndefined<PartialDate>,
}

/// The seat to end.
#[derive(InputObject)]
pub struct EndSeatInput {
    /// The seat.
    seat_id: SeatId,
    /// The first day on which it is no more: today or later; today if nothing is said.
    ends_on: Option<NaiveDate>,
}

/// What came of a mutation on a seat.
pub(super) struct SeatOutcome {
    pub(super) seat: Option<Seat>,
    pub(super) user_errors: Vec<UserError>,
}

payloads! {
    SeatOutcome {
        /// The seat; null when nothing was changed.
        seat: Seat
    }:
    /// The seat that was made.
    AddSeatPayload,
    /// The seat as it was changed.
    UpdateSeatPayload,
    /// The seat that was ended.
    EndSeatPayload,
}

impl SeatOutcome {
    /// The seat as it is now, or what is wrong.
    pub(super) async fn of(
        ctx: &Context<'_>,
        outcome: Result<SeatId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                seat: loaders(ctx).load_one(SeatById(id)).await?.map(Seat::alone),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                seat: None,
                user_errors,
            }),
        }
    }
}

/// What a seat is to be, whether new or changed.
struct Wanted {
    organisation_id: OrganisationId,
    unit_id: Option<UnitId>,
    capacity: SeatCapacity,
    role: GroupRole,
    function_name: Option<String>,
    substitute_for_id: Option<SeatId>,
    list_position: Option<i32>,
    valid_from: Option<PartialDate>,
}

/// What can be done with seats by those who keep the group.
#[derive(Default)]
pub struct SeatMutation;

#[Object]
impl SeatMutation {
    /// Makes a seat, vacant at first. For whoever may change the group; `FORBIDDEN` for others who see it. User errors:
    /// `NOT_FOUND` for the group, the organisation, the unit or the seat that is substituted, `GROUP_CLOSED`,
    /// `GROUP_WITHOUT_SEATS`, `UNIT_HAS_SEAT`, `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`.
    async fn add_seat(&self, ctx: &Context<'_>, input: AddSeatInput) -> Result<AddSeatPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let once = &Once::new("addSeat", input.idempotency_key.as_ref(), input);
        let mut errors = Vec::new();
        once.check(&mut errors);
        if !errors.is_empty() {
            return Ok(SeatOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(|viewer| async move { once.make(&viewer, add(&viewer, input)).await })
            .await?;
        Ok(SeatOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes a seat; who sits on it stays. For whoever may change the group; `FORBIDDEN` for others who see it. User
    /// errors: `NOT_FOUND`, `GROUP_CLOSED`, `SEAT_ENDED`, `UNIT_HAS_SEAT`, `INVALID_VALUE`,
    /// `PERSONAL_ID_NOT_ALLOWED`.
    async fn update_seat(
        &self,
        ctx: &Context<'_>,
        input: UpdateSeatInput,
    ) -> Result<UpdateSeatPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        Ok(SeatOutcome::of(ctx, outcome).await?.into())
    }

    /// Ends a seat from a day on, and with it the time of whoever holds it: from that day the person no longer reads
    /// the group's papers by it. It stays in the group's history. For whoever may change the group; `FORBIDDEN` for
    /// others who see it. Written to the audit log. User errors: `NOT_FOUND`, `GROUP_CLOSED`, `SEAT_ENDED` if it has an
    /// earlier end, `INVALID_TIMES` for a day before today.
    async fn end_seat(&self, ctx: &Context<'_>, input: EndSeatInput) -> Result<EndSeatPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { end(&viewer, input).await })
            .await?;
        Ok(SeatOutcome::of(ctx, outcome).await?.into())
    }
}

fn error(code: UserErrorCode, field: &str) -> UserError {
    UserError::new(code, &[field])
}

/// Whether a seat's own words and numbers will do.
fn check_words(wanted: &Wanted, errors: &mut Vec<UserError>) {
    if let Some(function) = &wanted.function_name {
        check_text(Checked::Line, function, &["functionName"], errors);
    }
    let substitute = wanted.capacity == SeatCapacity::Substitute;
    if wanted
        .list_position
        .is_some_and(|position| !substitute || !(1..=1000).contains(&position))
    {
        errors.push(error(UserErrorCode::InvalidValue, "listPosition"));
    }
    if wanted.substitute_for_id.is_some() && !substitute {
        errors.push(error(UserErrorCode::InvalidValue, "substituteForId"));
    }
}

/// Whether a seat fits among the group's other seats, given as they stand today.
fn check_among(
    group: &group::Model,
    others: &[group_seat::Model],
    wanted: &Wanted,
    errors: &mut Vec<UserError>,
) {
    let ordinary = |seat: &&group_seat::Model| seat.capacity == SeatCapacity::Ordinary;
    let same_unit =
        |seat: &group_seat::Model| wanted.unit_id.is_some() && seat.unit_id == wanted.unit_id;
    if wanted.capacity == SeatCapacity::Ordinary
        && !group.several_seats_a_unit
        && others.iter().filter(ordinary).any(same_unit)
    {
        errors.push(error(UserErrorCode::UnitHasSeat, "unitId"));
    }
    if let Some(substituted) = wanted.substitute_for_id
        && !others
            .iter()
            .filter(ordinary)
            .any(|seat| seat.id == substituted)
    {
        errors.push(error(UserErrorCode::NotFound, "substituteForId"));
    }
}

async fn check_owner(viewer: &Viewer, wanted: &Wanted, errors: &mut Vec<UserError>) -> Result<()> {
    let organisation = organisation::Entity::find_by_id(wanted.organisation_id);
    if viewer.one(organisation).await?.is_none() {
        errors.push(error(UserErrorCode::NotFound, "organisationId"));
    }
    if let Some(unit) = wanted.unit_id {
        let query = organisation_unit::Entity::find_by_id(unit)
            .filter(organisation_unit::Column::OrganisationId.eq(wanted.organisation_id));
        if viewer.one(query).await?.is_none() {
            errors.push(error(UserErrorCode::NotFound, "unitId"));
        }
    }
    Ok(())
}

/// All seats of a group, ended ones too.
async fn seats_of(
    viewer: &Viewer,
    group: &Permitted<group::Model>,
    which: Condition,
) -> Result<Vec<group_seat::Model>> {
    viewer.parts::<group_seat::Entity>(group, which).await
}

async fn add(viewer: &Viewer, input: &AddSeatInput) -> Result<Result<SeatId, Vec<UserError>>> {
    let group = match editable_and_open(viewer, input.group_id).await? {
        Ok(group) => group,
        Err(errors) => return Ok(Err(errors)),
    };
    if group.kind == GroupKind::Informal || group.role_type_id.is_some() {
        let code = UserErrorCode::GroupWithoutSeats;
        return Ok(Err(vec![error(code, "groupId")]));
    }
    let wanted = Wanted {
        organisation_id: input.organisation_id,
        unit_id: input.unit_id,
        capacity: input.capacity,
        role: input.role,
        function_name: trimmed(input.function_name.as_deref()),
        substitute_for_id: input.substitute_for_id,
        list_position: input.list_position,
        valid_from: input.valid_from,
    };
    let mut errors = Vec::new();
    check_words(&wanted, &mut errors);
    check_owner(viewer, &wanted, &mut errors).await?;
    let all = seats_of(viewer, &group, Condition::all()).await?;
    let stands = |seat: &group_seat::Model| seat.ends_on.is_none_or(|day| day > viewer.today());
    let standing: Vec<_> = all.iter().filter(|seat| stands(seat)).cloned().collect();
    check_among(&group, &standing, &wanted, &mut errors);
    if all.len() >= 1000 {
        errors.push(error(UserErrorCode::InvalidValue, "groupId"));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let position = all.iter().map(|seat| seat.position + 1).max().unwrap_or(0);
    let seat = viewer
        .make_part::<group_seat::Entity>(
            &group,
            group_seat::ActiveModel {
                id: Set(SeatId::new()),
                group_id: Set(group.id),
                organisation_id: Set(wanted.organisation_id),
                unit_id: Set(wanted.unit_id),
                capacity: Set(wanted.capacity),
                role: Set(wanted.role),
                function_name: Set(wanted.function_name),
                substitute_for_id: Set(wanted.substitute_for_id),
                list_position: Set(wanted.list_position),
                valid_from: Set(wanted.valid_from),
                ends_on: Set(None),
                position: Set(position),
                sort_key: Set(group_seat::Model::sort_key(wanted.capacity, position)),
            },
        )
        .await?;
    Ok(Ok(seat.id))
}

fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
}

/// The group of a seat that the viewer may change, with the seat, if both still stand.
async fn kept(
    viewer: &Viewer,
    id: SeatId,
) -> Result<Result<(Permitted<group::Model>, group_seat::Model), Vec<UserError>>> {
    let Some(seat) = viewer.one(group_seat::Entity::find_by_id(id)).await? else {
        return Ok(Err(vec![error(UserErrorCode::NotFound, "seatId")]));
    };
    let group = match editable_and_open(viewer, seat.group_id).await? {
        Ok(group) => group,
        Err(errors) => return Ok(Err(errors)),
    };
    // Read again now that the group is held: somebody else may have been first.
    let seats = seats_of(
        viewer,
        &group,
        group_seat::Column::Id.eq(id).into_condition(),
    )
    .await?;
    let Some(seat) = seats.into_iter().next() else {
        return Ok(Err(vec![error(UserErrorCode::NotFound, "seatId")]));
    };
    Ok(Ok((group, seat)))
}

async fn update(
    viewer: &Viewer,
    input: &UpdateSeatInput,
) -> Result<Result<SeatId, Vec<UserError>>> {
    let (group, seat) = match kept(viewer, input.seat_id).await? {
        Ok(kept) => kept,
        Err(errors) => return Ok(Err(errors)),
    };
    if seat.ends_on.is_some_and(|day| day <= viewer.today()) {
        return Ok(Err(vec![error(UserErrorCode::SeatEnded, "seatId")]));
    }
    let wanted = Wanted {
        organisation_id: seat.organisation_id,
        unit_id: changed(&input.unit_id, seat.unit_id.as_ref()),
        capacity: *input.capacity.value().unwrap_or(&seat.capacity),
        role: *input.role.value().unwrap_or(&seat.role),
        function_name: trimmed(
            changed(&input.function_name, seat.function_name.as_ref()).as_deref(),
        ),
        substitute_for_id: changed(&input.substitute_for_id, seat.substitute_for_id.as_ref()),
        list_position: changed(&input.list_position, seat.list_position.as_ref()),
        valid_from: changed(&input.valid_from, seat.valid_from.as_ref()),
    };
    let mut errors = Vec::new();
    refuse_null(input.capacity.is_null(), "capacity", &mut errors);
    refuse_null(input.role.is_null(), "role", &mut errors);
    check_words(&wanted, &mut errors);
    check_owner(viewer, &wanted, &mut errors).await?;
    let others = Condition::all()
        .add(standing(viewer))
        .add(group_seat::Column::Id.ne(seat.id));
    let others = seats_of(viewer, &group, others).await?;
    check_among(&group, &others, &wanted, &mut errors);
    let substituted = |other: &group_seat::Model| other.substitute_for_id == Some(seat.id);
    if wanted.capacity != SeatCapacity::Ordinary && others.iter().any(substituted) {
        errors.push(error(UserErrorCode::InvalidValue, "capacity"));
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let change = group_seat::ActiveModel {
        unit_id: Set(wanted.unit_id),
        capacity: Set(wanted.capacity),
        role: Set(wanted.role),
        function_name: Set(wanted.function_name),
        substitute_for_id: Set(wanted.substitute_for_id),
        list_position: Set(wanted.list_position),
        valid_from: Set(wanted.valid_from),
        sort_key: Set(group_seat::Model::sort_key(wanted.capacity, seat.position)),
        ..Default::default()
    };
    put(viewer, &group, seat.id, change).await?;
    Ok(Ok(seat.id))
}

async fn put(
    viewer: &Viewer,
    group: &Permitted<group::Model>,
    seat: SeatId,
    change: group_seat::ActiveModel,
) -> Result<()> {
    let this = group_seat::Column::Id.eq(seat).into_condition();
    let changed = viewer
        .update_parts::<group_seat::Entity>(group, this, change)
        .await?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::internal("a seat of a group that was held is gone"))
    }
}

async fn end(viewer: &Viewer, input: &EndSeatInput) -> Result<Result<SeatId, Vec<UserError>>> {
    let (group, seat) = match kept(viewer, input.seat_id).await? {
        Ok(kept) => kept,
        Err(errors) => return Ok(Err(errors)),
    };
    let day = input.ends_on.unwrap_or_else(|| viewer.today());
    if day < viewer.today() || !is_possible_day(day) {
        return Ok(Err(vec![error(UserErrorCode::InvalidTimes, "endsOn")]));
    }
    if seat.ends_on.is_some_and(|end| end <= day) {
        return Ok(Err(vec![error(UserErrorCode::SeatEnded, "seatId")]));
    }
    let change = group_seat::ActiveModel {
        ends_on: Set(Some(day)),
        ..Default::default()
    };
    put(viewer, &group, seat.id, change).await?;
    let ended = viewer.end_holders_with_seat(&group, &seat, day).await?;
    let own = viewer.signed_in()?.organisation;
    let mut concerns = Vec::new();
    for person in &ended {
        let concern = Concern {
            organisation: seat.organisation_id,
            person: *person,
            subject: Some(seat.id.to_string()),
        };
        concerns.extend(concern.also_for(own));
        concerns.push(concern);
    }
    viewer.audit(AuditAction::EndSeatHolder, concerns).await?;
    let people = ended.iter();
    let people = people.map(|person| Recipient::person(seat.organisation_id, *person));
    let told = people.chain([Recipient::coordinators(seat.organisation_id)]);
    let told: Vec<Recipient> = told.collect();
    let about = Some(seat.id.to_string());
    viewer
        .tell_group(GroupNoticeKind::SeatEnded, group.id, about, told)
        .await?;
    Ok(Ok(seat.id))
}
