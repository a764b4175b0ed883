//! Entering colleagues, and ending memberships.

use super::{Membership, MembershipById};
use crate::{
    domain::personal_id::contains_personal_id,
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        meeting::locked_away,
        payload::payloads,
        text::{Checked, check_text},
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer, audit::Concern},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use entity::{
    confidential::Confidential,
    id::{MembershipId, PersonId, UnitId},
    kind::{AuditAction, Role, StaffCategory},
    membership, organisation, organisation_unit, person,
    search_text::{fold, swedish_sort_key},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};

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
    /// The membership that was corrected.
    UpdateMemberPayload,
    /// The membership that was ended.
    EndMembershipPayload,
}

/// What is to be said of somebody from now on; what is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateMemberInput {
    /// The membership, of your own organisation.
    membership_id: MembershipId,
    /// Given name and family name, 1 to 200 characters.
    name: Option<String>,
    /// The address at work.
    email: Option<String>,
    /// Whether the person has protected identity (skyddad identitet).
    protected_identity: Option<bool>,
    /// What the person may do.
    role: Option<Role>,
    /// What kind of work the person does.
    staff_category: Option<StaffCategory>,
    /// The unit that the person works in, of your own organisation; null: none.
    unit_id: MaybeUndefined<UnitId>,
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

    /// Corrects what is said of somebody in your own organisation: the name, the address, that the identity is protected
    /// now or no longer, the unit and the kind of work, and what the person may do. Where another organisation has the
    /// person as a member too, neither changes the name or the address, or lifts the protection. Certificates that have
    /// been issued keep the name that they were issued with; of somebody with protected identity they show none. Minutes
    /// that are up for verification and name the person become drafts again. For administrators; `FORBIDDEN` for others.
    /// Written to the audit log. User errors: `NOT_FOUND` for the membership and for the unit, `MEMBERSHIP_ENDED`,
    /// `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`, `LAST_ADMINISTRATOR`, `BELONGS_ELSEWHERE`.
    async fn update_member(
        &self,
        ctx: &Context<'_>,
        input: UpdateMemberInput,
    ) -> Result<UpdateMemberPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { correct(&viewer, input).await })
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

/// A membership of the own organisation, with the permission to change it, or why there is none. The organisation is held
/// first: of two administrators who end each other, the second sees what the first did.
async fn to_change(
    viewer: &Viewer,
    id: MembershipId,
) -> Result<Result<Permitted<membership::Model>, UserErrorCode>> {
    let own = viewer.signed_in()?.organisation;
    if !matches!(
        viewer.edit(organisation::Entity::find_by_id(own)).await?,
        Access::Granted(_)
    ) {
        return match viewer.one(membership::Entity::find_by_id(id)).await? {
            Some(_) => Err(Error::Forbidden),
            None => Ok(Err(UserErrorCode::NotFound)),
        };
    }
    match viewer.edit(membership::Entity::find_by_id(id)).await? {
        Access::Missing => Ok(Err(UserErrorCode::NotFound)),
        Access::Refused => Err(Error::Forbidden),
        Access::Granted(permitted) => Ok(Ok(permitted)),
    }
}

async fn correct(
    viewer: &Viewer,
    input: &UpdateMemberInput,
) -> Result<Result<MembershipId, Vec<UserError>>> {
    let refused = |code| Ok(Err(vec![UserError::new(code, &["membershipId"])]));
    let member = match to_change(viewer, input.membership_id).await? {
        Ok(member) => member,
        Err(code) => return refused(code),
    };
    if member
        .active_until
        .is_some_and(|until| until <= viewer.now())
    {
        return refused(UserErrorCode::MembershipEnded);
    }
    let mut errors = Vec::new();
    check_name_and_address(input.name.as_deref(), input.email.as_deref(), &mut errors);
    let unit = match input.unit_id {
        MaybeUndefined::Undefined => member.unit_id,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(unit) => {
            check_unit(viewer, unit, &mut errors).await?;
            Some(unit)
        }
    };
    let role = input.role.unwrap_or(member.role);
    if role < Role::Administrator && viewer.is_last_administrator(&member).await? {
        errors.push(UserError::new(UserErrorCode::LastAdministrator, &["role"]));
    }
    let elsewhere = viewer.belongs_elsewhere(member.person_id).await?;
    if !elsewhere.is_empty() {
        for (said, field) in [
            (input.name.is_some(), "name"),
            (input.email.is_some(), "email"),
            (input.protected_identity == Some(false), "protectedIdentity"),
        ] {
            if said {
                errors.push(UserError::new(UserErrorCode::BelongsElsewhere, &[field]));
            }
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let change = membership::ActiveModel {
        id: Unchanged(member.id),
        unit_id: Set(unit),
        role: Set(role),
        staff_category: Set(input.staff_category.unwrap_or(member.staff_category)),
        ..Default::default()
    };
    viewer.update(change).await?.ok_or_else(locked_away)?;
    let name = input.name.as_deref().map(str::trim);
    let email = input.email.as_deref().map(str::trim);
    let mut change = person::ActiveModel {
        id: Unchanged(member.person_id),
        ..Default::default()
    };
    if let Some(name) = name {
        change.name = Set(Confidential::new(name.to_owned()));
        change.search_name = Set(Confidential::new(fold(name)));
        change.sort_name = Set(swedish_sort_key(name));
    }
    if let Some(email) = email {
        change.email = Set(Confidential::new(email.to_owned()));
    }
    if let Some(protected) = input.protected_identity {
        change.protected_identity = Set(protected);
    }
    let own = Concern::person(member.organisation_id, member.person_id);
    let mut concerns = vec![own];
    if change.is_changed() {
        viewer.update(change).await?.ok_or_else(locked_away)?;
        // They name the person by texts of their own, which are read anew.
        viewer.reopen_minutes_that_name(member.person_id).await?;
        let others = elsewhere.into_iter();
        concerns.extend(others.map(|other| Concern::person(other, member.person_id)));
    }
    viewer.audit(AuditAction::ChangeMember, concerns).await?;
    Ok(Ok(member.id))
}

async fn end(viewer: &Viewer, id: MembershipId) -> Result<Result<(), UserErrorCode>> {
    let own = viewer.signed_in()?.organisation;
    let permitted = match to_change(viewer, id).await? {
        Ok(permitted) => permitted,
        Err(code) => return Ok(Err(code)),
    };
    let now = viewer.now();
    if viewer.is_last_administrator(&permitted).await? {
        return Ok(Err(UserErrorCode::LastAdministrator));
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

fn check_name_and_address(name: Option<&str>, email: Option<&str>, errors: &mut Vec<UserError>) {
    if let Some(name) = name {
        check_text(Checked::Line, name, &["name"], errors);
    }
    let Some(email) = email else {
        return;
    };
    check_text(Checked::Line, email, &["email"], errors);
    if !email
        .split_once('@')
        .is_some_and(|(to, at)| !to.is_empty() && at.contains('.'))
    {
        errors.push(UserError::new(UserErrorCode::InvalidValue, &["email"]));
    }
}

async fn check_unit(viewer: &Viewer, unit: UnitId, errors: &mut Vec<UserError>) -> Result<()> {
    let query = organisation_unit::Entity::find_by_id(unit)
        .filter(organisation_unit::Column::OrganisationId.eq(viewer.signed_in()?.organisation));
    if viewer.one(query).await?.is_none() {
        errors.push(UserError::new(UserErrorCode::NotFound, &["unitId"]));
    }
    Ok(())
}

async fn check_member(
    viewer: &Viewer,
    input: &AddMemberInput,
    once: &Once<'_>,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    once.check(&mut errors);
    check_name_and_address(Some(&input.name), Some(&input.email), &mut errors);
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
        check_unit(viewer, unit, &mut errors).await?;
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
