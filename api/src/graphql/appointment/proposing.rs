//! Proposing somebody for a role.

use super::{AppointmentOutcome, ProposeAppointmentPayload};
use crate::{
    domain::validity::in_force,
    error::{Error, Result},
    graphql::{
        context::viewer,
        idempotency::Once,
        text::{Checked, check_text, is_possible_day},
        user_error::{UserError, UserErrorCode},
    },
    language::Text,
    viewer::{Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    appointment,
    confidential::Confidential,
    id::{AppointmentId, PersonId, UnitId},
    kind::{AppointmentStatus, AuditAction, Role, SharingLevel},
    membership, organisation_unit, role_type,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};

/// Whom to propose for which role in your own organisation.
#[derive(InputObject)]
pub struct ProposeAppointmentInput {
    /// The role's code: `CHILD_RIGHTS_REPRESENTATIVE`.
    role_type: String,
    /// The unit; none: the organisation as a whole.
    unit_id: Option<UnitId>,
    /// The person, a member of your organisation; none where only the function is to be known.
    person_id: Option<PersonId>,
    /// The first day.
    from: NaiveDate,
    /// The first day on which the person no longer has the role; none: until further notice.
    until: Option<NaiveDate>,
    /// How far it is shared that your organisation has somebody in this role: `ORGANISATION`, `COUNTY`, `PARTNERS` or
    /// `PUBLIC`.
    #[graphql(default_with = "SharingLevel::County")]
    sharing: SharingLevel,
    /// Whether the name is shown as far as that; otherwise only the function.
    #[graphql(default)]
    name_published: bool,
    /// How to reach the function, up to 200 characters: never a person's own address.
    function_address: Option<String>,
    /// By which decision, as your organisation refers to it, up to 500 characters. Stays within your organisation.
    decision: Option<String>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing.
    idempotency_key: Option<String>,
}

/// What can be proposed.
#[derive(Default)]
pub struct ProposeMutation;

#[Object]
impl ProposeMutation {
    /// Proposes somebody of your own organisation for a role. It counts once the unit's manager has confirmed it. For
    /// coordinators; `FORBIDDEN` for others. Written to the audit log. User errors: `NOT_FOUND` for the role, the unit
    /// or the person, `INVALID_VALUE`, `ALREADY_APPOINTED`, `PERSONAL_ID_NOT_ALLOWED`, `IDEMPOTENCY_KEY_REUSED`.
    async fn propose_appointment(
        &self,
        ctx: &Context<'_>,
        input: ProposeAppointmentInput,
    ) -> Result<ProposeAppointmentPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let once = &Once::new("proposeAppointment", input.idempotency_key.as_ref(), input);
        let outcome = viewer
            .transaction(
                |viewer| async move { once.make(&viewer, propose(&viewer, input, once)).await },
            )
            .await?;
        Ok(AppointmentOutcome::of(ctx, outcome).await?.into())
    }
}

async fn propose(
    viewer: &Viewer,
    input: &ProposeAppointmentInput,
    once: &Once<'_>,
) -> Result<std::result::Result<AppointmentId, Vec<UserError>>> {
    let mut errors = check(input);
    once.check(&mut errors);
    let query = role_type::Entity::find().filter(role_type::Column::Code.eq(&input.role_type));
    let role = viewer.one(query).await?;
    if role.is_none() {
        errors.push(UserError::new(UserErrorCode::NotFound, &["roleType"]));
    }
    errors.extend(check_unit(viewer, input.unit_id, input.from).await?);
    errors.extend(check_person(viewer, input.person_id).await?);
    let (Some(role), true) = (role, errors.is_empty()) else {
        return Ok(Err(errors));
    };
    let new = New {
        role,
        unit: input.unit_id,
        person: input.person_id,
        from: input.from,
        until: input.until,
        sharing: input.sharing,
        name_published: input.name_published,
        function_address: trimmed(input.function_address.as_ref()),
        decision: trimmed(input.decision.as_ref()),
    };
    if viewer.one(same(viewer, &new)?).await?.is_some() {
        let error = UserError::new(UserErrorCode::AlreadyAppointed, &["personId"]);
        return Ok(Err(vec![error]));
    }
    let rows = enter(viewer, vec![new]).await?;
    Ok(rows.into_iter().next().ok_or_else(Vec::new))
}

fn trimmed(text: Option<&String>) -> Option<String> {
    let text = text.map(|text| text.trim().to_owned());
    text.filter(|text| !text.is_empty())
}

/// An appointment that has passed the checks.
pub(super) struct New {
    pub(super) role: role_type::Model,
    pub(super) unit: Option<UnitId>,
    pub(super) person: Option<PersonId>,
    pub(super) from: NaiveDate,
    pub(super) until: Option<NaiveDate>,
    pub(super) sharing: SharingLevel,
    pub(super) name_published: bool,
    pub(super) function_address: Option<String>,
    pub(super) decision: Option<String>,
}

/// The same person, proposed or confirmed for the same role and place on a day that the new one has too.
fn same(viewer: &Viewer, new: &New) -> Result<sea_orm::Select<appointment::Entity>> {
    use appointment::Column as A;
    let own = viewer.signed_in()?.organisation;
    let unit = match new.unit {
        Some(unit) => A::UnitId.eq(unit),
        None => A::UnitId.is_null(),
    };
    let person = match new.person {
        Some(person) => A::PersonId.eq(person),
        None => A::PersonId.is_null(),
    };
    Ok(appointment::Entity::find()
        .filter(A::OrganisationId.eq(own))
        .filter(A::RoleTypeId.eq(new.role.id))
        .filter(unit)
        .filter(person)
        .filter(A::Status.ne(AppointmentStatus::Declined))
        .filter(overlapping(new.from, new.until)))
}

/// Appointments that have a day in common with these.
pub(super) fn overlapping(from: NaiveDate, until: Option<NaiveDate>) -> Condition {
    use appointment::Column as A;
    Condition::all()
        .add(
            Condition::any()
                .add(A::UntilDay.is_null())
                .add(A::UntilDay.gt(from)),
        )
        .add_option(until.map(|until| A::FromDay.lt(until)))
}

/// Writes proposals down, in one statement.
pub(super) async fn enter(viewer: &Viewer, new: Vec<New>) -> Result<Vec<AppointmentId>> {
    let acting = viewer.signed_in()?;
    let own = acting.organisation;
    let (mut rows, mut concerns, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for one in new {
        let id = AppointmentId::new();
        ids.push(id);
        concerns.extend(one.person.map(|person| Concern {
            subject: Some(id.to_string()),
            ..Concern::person(own, person)
        }));
        rows.push(appointment::ActiveModel {
            id: Set(id),
            role_type_id: Set(one.role.id),
            organisation_id: Set(own),
            county_code: Set(acting.county_code.clone()),
            unit_id: Set(one.unit),
            person_id: Set(Confidential::new(one.person)),
            status: Set(AppointmentStatus::Proposed),
            sharing: Set(one.sharing),
            name_published: Set(one.name_published && one.person.is_some()),
            function_address: Set(one.function_address),
            decision: Set(Confidential::new(one.decision)),
            decline_reason: Set(Confidential::new(None)),
            from_day: Set(one.from),
            until_day: Set(one.until),
            since: Set(None),
            proposed_at: Set(viewer.now()),
            proposed_by: Set(viewer.person()),
            confirmed_at: Set(None),
            confirmed_by: Set(None),
        });
    }
    if rows.is_empty() {
        return Ok(ids);
    }
    viewer.insert_all(rows).await?;
    viewer
        .audit(AuditAction::ProposeAppointment, concerns)
        .await?;
    Ok(ids)
}

fn check(input: &ProposeAppointmentInput) -> Vec<UserError> {
    let mut errors = Vec::new();
    if let Some(address) = &input.function_address {
        check_text(Checked::Line, address, &["functionAddress"], &mut errors);
    }
    if let Some(decision) = &input.decision {
        check_text(Checked::Remark, decision, &["decision"], &mut errors);
    }
    if let Some(error) = check_days(input.from, input.until) {
        errors.push(error);
    }
    if input.sharing == SharingLevel::Selected {
        let text = Text::fixed(
            "Uppdrag delas inte med utvalda organisationer. Välj den egna organisationen, länet, alla parter eller offentligt.",
            "Appointments are not shared with selected organisations. Choose the organisation, the county, all partners or public.",
        );
        let code = UserErrorCode::InvalidValue;
        errors.push(UserError::with_text(code, &["sharing"], text));
    }
    if input.name_published && input.person_id.is_none() {
        let code = UserErrorCode::InvalidValue;
        errors.push(UserError::new(code, &["namePublished"]));
    }
    errors
}

/// Days that are in order, and neither long ago nor far ahead.
pub(super) fn check_days(from: NaiveDate, until: Option<NaiveDate>) -> Option<UserError> {
    let wrong = if !is_possible_day(from) {
        "from"
    } else if until.is_some_and(|until| until <= from || !is_possible_day(until)) {
        "until"
    } else {
        return None;
    };
    Some(UserError::new(UserErrorCode::InvalidValue, &[wrong]))
}

async fn check_unit(
    viewer: &Viewer,
    unit: Option<UnitId>,
    from: NaiveDate,
) -> Result<Option<UserError>> {
    let Some(unit) = unit else { return Ok(None) };
    let query = organisation_unit::Entity::find_by_id(unit)
        .filter(organisation_unit::Column::OrganisationId.eq(viewer.signed_in()?.organisation));
    let code = match viewer.one(query).await? {
        None => UserErrorCode::NotFound,
        Some(row) if row.until_day.is_some_and(|until| until <= from) => {
            UserErrorCode::UnitNotValid
        }
        Some(_) => return Ok(None),
    };
    Ok(Some(UserError::new(code, &["unitId"])))
}

async fn check_person(viewer: &Viewer, person: Option<PersonId>) -> Result<Option<UserError>> {
    let Some(person) = person else {
        return Ok(None);
    };
    let query = membership::Entity::find()
        .filter(membership::Column::OrganisationId.eq(viewer.signed_in()?.organisation))
        .filter(membership::Column::PersonId.eq(person));
    let belongs = viewer
        .one(query)
        .await?
        .is_some_and(|row| in_force(Some(row.active_from), row.active_until, viewer.now()));
    let error = UserError::new(UserErrorCode::NotFound, &["personId"]);
    Ok((!belongs).then_some(error))
}
