//! Making and changing groups.

mod check;
mod store;

use super::{Group, GroupById};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        idempotency::Once,
        payload::payloads,
        user_error::{UserError, UserErrorCode},
    },
    viewer::{Access, Permitted, Viewer},
};
use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use check::check_new;
pub(in crate::graphql) use check::{
    changed, check_county, check_organisations, check_period, check_sharing, replacement,
};
use entity::{
    group,
    id::{GroupId, OrganisationId, RoleTypeId},
    kind::{
        GroupKind, GroupLevel, GroupPurpose, GroupTaskKind, Role, SharingLevel, SubjectArea,
        SubstitutionRule,
    },
    partial_date::PartialDate,
};
use sea_orm::EntityTrait;
pub(in crate::graphql) use store::each_once;
use store::{create, update};

/// A task, goal or activity of a group.
#[derive(Clone, InputObject)]
pub struct GroupTaskInput {
    /// Whether it is a task, a goal or an activity.
    kind: GroupTaskKind,
    /// What it says, in plain text, 1 to 500 characters.
    description: String,
    /// The law or convention that it rests on, as it is cited, up to 200 characters.
    law_cited_as: Option<String>,
}

/// A new group, which your own organisation convenes.
#[derive(InputObject)]
pub struct CreateGroupInput {
    /// What kind of group it is. It stays: an informal group has members, the others have seats.
    kind: GroupKind,
    /// For how large a part of the country it works.
    level: GroupLevel,
    /// Its name, 1 to 200 characters.
    name: String,
    /// What it is, in plain text, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// The county that it is for: two digits as text.
    county: Option<String>,
    /// The group above it; one that you may see.
    parent_id: Option<GroupId>,
    /// Who convenes it besides your own organisation.
    #[graphql(default)]
    co_convener_ids: Vec<OrganisationId>,
    /// What it is for.
    #[graphql(default)]
    purposes: Vec<GroupPurpose>,
    /// What it is about.
    #[graphql(default)]
    subject_areas: Vec<SubjectArea>,
    /// Its tasks, goals and activities, at most 50.
    #[graphql(default)]
    tasks: Vec<GroupTaskInput>,
    /// How far its name, purposes, organisations and seats are shared. `COUNTY` needs `county`, `SELECTED` needs
    /// `sharedWithIds`.
    sharing: SharingLevel,
    /// How far times and places of its meetings are shared; null: with its members.
    meetings_sharing: Option<SharingLevel>,
    /// How far verified minutes and decisions are shared; null: with its members.
    decisions_sharing: Option<SharingLevel>,
    /// The organisations that it is shared with by name, for `SELECTED`.
    #[graphql(default)]
    shared_with_ids: Vec<OrganisationId>,
    /// For a network that fills itself: everybody with an active appointment to this role is in it. Then it has no
    /// seats. Whose appointments: your own organisation's, or all of your county's, for a region, a county administrative
    /// board or an association of the county's municipalities; else `INVALID_VALUE`.
    role_type_id: Option<RoleTypeId>,
    /// Your own organisation, if only its holders of the role are meant; null: those of `county`.
    role_organisation_id: Option<OrganisationId>,
    /// Roles whose holders, in the organisations that convene the group, may change it and keep its meetings.
    #[graphql(default)]
    responsible_role_type_ids: Vec<RoleTypeId>,
    /// How a substitute steps in.
    substitution: Option<SubstitutionRule>,
    /// How many ordinary seats must be filled for a decision, 1 to 1000; null: more than half of them.
    quorum: Option<i32>,
    /// How many meetings it is to hold a year, 1 to 366; null: nothing is said.
    meetings_a_year: Option<i32>,
    /// Whether a unit may have more than one ordinary seat.
    #[graphql(default)]
    several_seats_a_unit: bool,
    /// Since when it exists, as precisely as it is known; null where it is not.
    valid_from: Option<PartialDate>,
    /// Until when it is to exist; null: until further notice.
    valid_to: Option<PartialDate>,
    /// A key of your choice, 1 to 100 characters, unique within your organisation for 24 hours: sent again with
    /// the same input it changes nothing and gives the same answer.
    idempotency_key: Option<String>,
}

/// Changes of a group. What is left out stays as it is; null empties, where there may be nothing.
#[derive(InputObject)]
pub struct UpdateGroupInput {
    /// The group.
    group_id: GroupId,
    /// The version that you read: if it has changed since, you get `CONFLICT` and nothing is lost.
    expected_version: i32,
    /// For how large a part of the country it works; null is `INVALID_VALUE`.
    level: MaybeUndefined<GroupLevel>,
    /// Its name, 1 to 200 characters; null is `INVALID_VALUE`.
    name: MaybeUndefined<String>,
    /// What it is, in plain text, up to 10,000 characters.
    description: MaybeUndefined<String>,
    /// The county that it is for: two digits as text.
    county: MaybeUndefined<String>,
    /// The group above it; one that you may see, and not one below it.
    parent_id: MaybeUndefined<GroupId>,
    /// Who convenes it: replaces all. Your own organisation may leave, and then no longer changes the group; one
    /// must remain.
    convener_ids: MaybeUndefined<Vec<OrganisationId>>,
    /// What it is for: replaces all.
    purposes: MaybeUndefined<Vec<GroupPurpose>>,
    /// What it is about: replaces all.
    subject_areas: MaybeUndefined<Vec<SubjectArea>>,
    /// Its tasks, goals and activities, at most 50: replaces all.
    tasks: MaybeUndefined<Vec<GroupTaskInput>>,
    /// How far its name, purposes, organisations and seats are shared; null is `INVALID_VALUE`.
    sharing: MaybeUndefined<SharingLevel>,
    /// How far times and places of its meetings are shared; null: with its members.
    meetings_sharing: MaybeUndefined<SharingLevel>,
    /// How far verified minutes and decisions are shared; null: with its members.
    decisions_sharing: MaybeUndefined<SharingLevel>,
    /// The organisations that it is shared with by name: replaces all.
    shared_with_ids: MaybeUndefined<Vec<OrganisationId>>,
    /// Roles whose holders may change it and keep its meetings: replaces all.
    responsible_role_type_ids: MaybeUndefined<Vec<RoleTypeId>>,
    /// How a substitute steps in.
    substitution: MaybeUndefined<SubstitutionRule>,
    /// How many ordinary seats must be filled for a decision, 1 to 1000; null: more than half of them.
    quorum: MaybeUndefined<i32>,
    /// How many meetings it is to hold a year, 1 to 366; null: nothing is said.
    meetings_a_year: MaybeUndefined<i32>,
    /// Whether a unit may have more than one ordinary seat; null is `INVALID_VALUE`. Seats that there are stay.
    several_seats_a_unit: MaybeUndefined<bool>,
    /// Since when it exists, as precisely as it is known; null where it is not.
    valid_from: MaybeUndefined<PartialDate>,
    /// Until when it is to exist; null: until further notice.
    valid_to: MaybeUndefined<PartialDate>,
}

/// What came of a mutation on a group.
pub(in crate::graphql) struct GroupOutcome {
    pub(in crate::graphql) group: Option<Group>,
    pub(in crate::graphql) user_errors: Vec<UserError>,
}

payloads! {
    GroupOutcome {
        /// The group; null when nothing was changed, or when you no longer see it.
        group: Group
    }:
    /// The group that was made.
    CreateGroupPayload,
    /// The group as it was changed.
    UpdateGroupPayload,
}

impl GroupOutcome {
    /// The group as it is now, or what is wrong.
    pub(in crate::graphql) async fn of(
        ctx: &Context<'_>,
        outcome: Result<GroupId, Vec<UserError>>,
    ) -> Result<Self> {
        match outcome {
            Ok(id) => Ok(Self {
                group: loaders(ctx).load_one(GroupById(id)).await?.map(Group),
                user_errors: Vec::new(),
            }),
            Err(user_errors) => Ok(Self {
                group: None,
                user_errors,
            }),
        }
    }
}

/// The group with the permission to edit it, or what to answer.
pub(in crate::graphql) async fn editable(
    viewer: &Viewer,
    id: GroupId,
) -> Result<Result<Permitted<group::Model>, Vec<UserError>>> {
    match viewer.edit(group::Entity::find_by_id(id)).await? {
        Access::Granted(permitted) => Ok(Ok(permitted)),
        Access::Refused => Err(Error::Forbidden),
        Access::Missing => Ok(Err(vec![UserError::new(
            UserErrorCode::NotFound,
            &["groupId"],
        )])),
    }
}

/// The same of a group that has not been closed.
pub(in crate::graphql) async fn editable_and_open(
    viewer: &Viewer,
    id: GroupId,
) -> Result<Result<Permitted<group::Model>, Vec<UserError>>> {
    Ok(match editable(viewer, id).await? {
        Ok(group) if group.closed_at.is_some() => Err(vec![UserError::new(
            UserErrorCode::GroupClosed,
            &["groupId"],
        )]),
        other => other,
    })
}

/// What can be done with groups.
#[derive(Default)]
pub struct GroupMutation;

#[Object]
impl GroupMutation {
    /// Makes a group that your organisation convenes, alone or with others. For coordinators; `FORBIDDEN` for others.
    /// User errors: `INVALID_VALUE`, `PERSONAL_ID_NOT_ALLOWED`, `INVALID_TIMES` for an end before the beginning,
    /// `NOT_FOUND` for a group, an organisation or a role, `NOT_A_PARTNER` for a convener without an agreement.
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        input: CreateGroupInput,
    ) -> Result<CreateGroupPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        let own = viewer.signed_in()?.organisation;
        if !viewer.has_role(Role::Coordinator, own) {
            return Err(Error::Forbidden);
        }
        let once = &Once::new("createGroup", input.idempotency_key.as_ref(), input);
        let mut errors = check_new(viewer, input).await?;
        once.check(&mut errors);
        if !errors.is_empty() {
            return Ok(GroupOutcome::of(ctx, Err(errors)).await?.into());
        }
        let outcome = viewer
            .transaction(
                |viewer| async move { once.make(&viewer, create(&viewer, own, input)).await },
            )
            .await?;
        Ok(GroupOutcome::of(ctx, outcome).await?.into())
    }

    /// Changes a group. For coordinators of the organisations that convene it and for whoever has a role that is
    /// responsible for it; `FORBIDDEN` for others who see it. User errors: `NOT_FOUND`, `CONFLICT`, `GROUP_CLOSED`,
    /// `INVALID_VALUE`, `INVALID_TIMES`, `PERSONAL_ID_NOT_ALLOWED`, `NOT_A_PARTNER` for a new convener without an
    /// agreement, `GROUP_CYCLE` for a group below it as the one above it.
    async fn update_group(
        &self,
        ctx: &Context<'_>,
        input: UpdateGroupInput,
    ) -> Result<UpdateGroupPayload> {
        let viewer = viewer(ctx);
        let input = &input;
        viewer.signed_in()?;
        let outcome = viewer
            .transaction(|viewer| async move { update(&viewer, input).await })
            .await?;
        Ok(GroupOutcome::of(ctx, outcome).await?.into())
    }
}
