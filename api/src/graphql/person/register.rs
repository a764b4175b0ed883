//! Entering colleagues, and ending memberships.

use super::{Membership, MembershipById};
use crate::{
    domain::personal_id::contains_personal_id,
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        payload::payloads,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, Object};
use entity::{
    confidential::Confidential,
    id::{MembershipId, PersonId, UnitId},
    kind::{AuditAction, Role, StaffCategory},
    membership, organisation, organisation_unit, person,
    search_text::{fold, swedish_sort_key},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

/// Somebody to register in your own organisation.
#[derive(InputObject)]
pub struct AddMemberInput {
    /// Given name and family name, 1 to 200 characters.
    name: String,
    /// The address at work.
    email: String,
    /// What the person may do. Coordinators may register `MEMBER`; only administrators may give more.
    #[graphql(default_with = "Role::Member")]
    role: Role,
    /// What kind of work the person does.
    #[graphql(default_with = "StaffCategory::Employee")]
    staff_category: StaffCategory,
    /// The unit that the person works in, of your own organisation.
    unit_id: Option<UnitId>,
    /// Whether the person has protected identity (skyddad identitet).
    #[graphql(default)]
    protected_identity: bool,
    /// What your identity provider calls the person: the `sub` of the tokens that it will issue. It is taken
    /// to be the provider that issued your own token. Without it the person can be signed up but not sign in.
    /// Only for administrators.
    subject: Option<String>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// What came of a mutation on a membership.
struct MembershipOutcome {
    membership: Option<Membership>,
    user_errors: Vec<UserError>,
}

impl MembershipOutcome {
    /// The membership as it is now, or what is wrong.
    async fn of(ctx: &Context<'_>, outcome: Result<MembershipId, Vec<UserError>>) -> Result<Self> {
        Ok(match outcome {
            Ok(id) => Self {
                membership: loaders(ctx)
                    .load_one(MembershipById(id))
                    .await?
                    .map(Membership),
                user_errors: Vec::new(),
            },
            Err(user_errors) => Self {
                membership: None,
                user_errors,
            },
        })
    }
}

payloads! {
    MembershipOutcome {
        /// The membership; null when nothing was changed.
        membership: Membership
    }:
    /// The membership that was registered.
    AddMemberPayload,
    /// The membership that was ended.
    EndMembershipPayload,
}

/// The membership to end.
#[derive(InputObject)]
pub struct EndMembershipInput {
    /// The membership, of your own organisation.
    membership_id: MembershipId,
}

/// What can be done with memberships.
#[derive(Default)]
pub struct MemberMutation;

#[Object]
impl MemberMutation {
    /// Registers somebody in your own organisation. For coordinators, and for administrators who may also give
    /// roles and a `subject`; `FORBIDDEN` for others. Written to the audit log. User errors: `INVALID_VALUE`,
    /// `NOT_FOUND` for the unit, `PERSONAL_ID_NOT_ALLOWED`, `CONFLICT` when the subject is registered already.
    async fn add_member(
        &self,
        ctx: &Context<'_>,
        input: AddMemberInput,
    ) -> Result<AddMemberPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let acting = viewer.signed_in()?;
        let enough = if input.role > Role::Member || input.subject.is_some() {
            Role::Administrator
        } else {
            Role::Coordinator
        };
        if !viewer.has_role(enough, acting.organisation) {
            return Err(Error::Forbidden);
        }
        let once = &Once::new("addMember", input.idempotency_key.as_ref(), input);
        let outcome = viewer
            .transaction(|viewer| async move {
                once.make(&viewer, register(&viewer, input, once)).await
            })
            .await?;
        Ok(MembershipOutcome::of(ctx, outcome).await?.into())
    }

    /// Ends a membership of your own organisation: the person can no longer act for it. What the person has
    /// done stays. For administrators; `FORBIDDEN` for others. Written to the audit log. User errors:
    /// `NOT_FOUND`, `LAST_ADMINISTRATOR`.
    async fn end_membership(
        &self,
        ctx: &Context<'_>,
        input: EndMembershipInput,
    ) -> Result<EndMembershipPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { end(&viewer, input.membership_id).await })
            .await?;
        let outcome = outcome
            .map(|()| input.membership_id)
            .map_err(|code| vec![UserError::new(code, &["membershipId"])]);
        Ok(MembershipOutcome::of(ctx, outcome).await?.into())
    }
}

async fn end(viewer: &Viewer, id: MembershipId) -> Result<Result<(), UserErrorCode>> {
    let own = viewer.signed_in()?.organisation;
    // The organisation is held first: of two administrators who end each other, the second sees what the first did.
    if !matches!(
        viewer.edit(organisation::Entity::find_by_id(own)).await?,
        Access::Granted(_)
    ) {
        return match viewer.one(membership::Entity::find_by_id(id)).await? {
            Some(_) => Err(Error::Forbidden),
            None => Ok(Err(UserErrorCode::NotFound)),
        };
    }
    let permitted = match viewer.edit(membership::Entity::find_by_id(id)).await? {
        Access::Missing => return Ok(Err(UserErrorCode::NotFound)),
        Access::Refused => return Err(Error::Forbidden),
        Access::Granted(permitted) => permitted,
    };
    let now = viewer.now();
    if permitted.role == Role::Administrator && permitted.active_until.is_none() {
        let others = membership::Entity::find()
            .filter(membership::Column::OrganisationId.eq(own))
            .filter(membership::Column::Role.eq(Role::Administrator))
            .filter(membership::Column::ActiveUntil.is_null())
            .filter(membership::Column::Id.ne(id));
        if viewer.count(others).await? == 0 {
            return Ok(Err(UserErrorCode::LastAdministrator));
        }
    }
    let until = permitted.active_until.map_or(now, |until| until.min(now));
    let change = membership::ActiveModel {
        id: Unchanged(permitted.id),
        active_until: Set(Some(until)),
        ..Default::default()
    };
    viewer.update(change).await?;
    let concern = Concern::person(own, permitted.person_id);
    viewer
        .audit(AuditAction::ChangeMember, vec![concern])
        .await?;
    Ok(Ok(()))
}

async fn check_member(
    viewer: &Viewer,
    input: &AddMemberInput,
    once: &Once<'_>,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    once.check(&mut errors);
    check_text(Checked::Line, &input.name, &["name"], &mut errors);
    check_text(Checked::Line, &input.email, &["email"], &mut errors);
    if !input
        .email
        .split_once('@')
        .is_some_and(|(to, at)| !to.is_empty() && at.contains('.'))
    {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["email"]));
    }
    if input
        .subject
        .as_ref()
        .is_some_and(|subject| subject.is_empty() || subject.len() > 255)
    {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["subject"]));
    }
    // Some identity providers use it as the subject; ask for one that does not.
    if input.subject.as_deref().is_some_and(contains_personal_id) {
        let code = UserErrorCode::PersonalIdNotAllowed;
        errors.push(UserError::new(code, &["subject"]));
    }
    if let Some(unit) = input.unit_id {
        let query = organisation_unit::Entity::find_by_id(unit)
            .filter(organisation_unit::Column::OrganisationId.eq(viewer.signed_in()?.organisation));
        if viewer.one(query).await?.is_none() {
            errors.push(UserError::new(UserErrorCode::NotFound, &["unitId"]));
        }
    }
    if let Some(subject) = &input.subject
        && viewer.is_known_subject(subject).await?
    {
        errors.push(UserError::new(UserErrorCode::Conflict, &["subject"]));
    }
    Ok(errors)
}

async fn register(
    viewer: &Viewer,
    input: &AddMemberInput,
    once: &Once<'_>,
) -> Result<Result<MembershipId, Vec<UserError>>> {
    let errors = check_member(viewer, input, once).await?;
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let acting = viewer.signed_in()?;
    let person = viewer
        .insert(person::ActiveModel {
            id: Set(PersonId::new()),
            name: Set(Confidential::new(input.name.trim().to_owned())),
            email: Set(Confidential::new(input.email.trim().to_owned())),
            protected_identity: Set(input.protected_identity),
            search_name: Set(Confidential::new(fold(&input.name))),
            sort_name: Set(swedish_sort_key(&input.name)),
        })
        .await?;
    viewer
        .audit(
            AuditAction::AddMember,
            vec![Concern::person(acting.organisation, person.id)],
        )
        .await?;
    let membership = viewer
        .insert(membership::ActiveModel {
            id: Set(MembershipId::new()),
            organisation_id: Set(acting.organisation),
            person_id: Set(person.id),
            issuer: Set(input.subject.as_ref().map(|_| acting.issuer.clone())),
            subject: Set(input.subject.clone()),
            unit_id: Set(input.unit_id),
            role: Set(input.role),
            staff_category: Set(input.staff_category),
            active_from: Set(viewer.now()),
            active_until: Set(None),
        })
        .await?;
    Ok(Ok(membership.id))
}
