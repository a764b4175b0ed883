//! Who is in a group, whichever way, and joining and leaving those that people join.

use super::{Group, editing::GroupOutcome};
use crate::{
    error::{Error, Result},
    graphql::{
        context::{loaders, viewer},
        loader::{Loaders, load_pages},
        organisation::{Organisation, OrganisationById, OrganisationUnit, UnitById},
        payload::payloads,
        person::{Person, PersonById},
        seat::{Seat, SeatById},
        user_error::{UserError, UserErrorCode},
    },
    policy::group::in_it_today,
    viewer::{
        Access, Viewer,
        audit::Concern,
        page::{KeyKind, Ordering},
        rounded,
    },
};
use async_graphql::{Context, InputObject, Object, dataloader::Loader};
use chrono::NaiveDate;
use entity::{
    group, group_member, group_person,
    id::{GroupId, GroupMemberId, PersonId},
    kind::{AuditAction, GroupKind, MembershipSource, SeatCapacity},
    organisation,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, Set, Unchanged,
    sea_query::{Expr, ExprTrait, Query},
};
use std::collections::HashMap;

/// Which of a group's members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct WantedMembers {
    /// Only those who hold a seat in one of these capacities.
    pub(crate) capacities: Option<Vec<SeatCapacity>>,
    /// Only those who are in it by one of these.
    pub(crate) sources: Option<Vec<MembershipSource>>,
}

/// The name of the organisation that somebody is in the group for: people are not sorted by their own names, which not
/// everybody may know.
fn name_of_organisation() -> Expr {
    let name = Query::select()
        .column((organisation::Entity, organisation::Column::SortName))
        .from(organisation::Entity)
        .and_where(
            Expr::col((organisation::Entity, organisation::Column::Id))
                .equals((group_person::Entity, group_person::Column::OrganisationId)),
        )
        .to_owned();
    Expr::from(name)
}

load_pages!(
    /// A page of those who are in a group today.
    MembersOf(GroupId) => group_person.GroupId (group_id),
    order Ordering {
        name: "member of group",
        key: name_of_organisation(),
        kind: KeyKind::Text,
        id: group_person::Column::Id,
        descending: false,
    },
    filter |viewer, query, wanted: WantedMembers| {
        use group_person::Column as P;
        query
            .filter(in_it_today(viewer))
            .filter(
                Condition::all()
                    .add_option(wanted.capacities.map(|list| P::Capacity.is_in(list)))
                    .add_option(wanted.sources.map(|list| P::Source.is_in(list))),
            )
    }
);

/// Who of the viewer's own organisation is in a group today.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct ColleaguesIn(pub GroupId);

impl Loader<ColleaguesIn> for Loaders {
    type Value = Vec<PersonId>;
    type Error = Error;

    async fn load(&self, keys: &[ColleaguesIn]) -> Result<HashMap<ColleaguesIn, Vec<PersonId>>> {
        use group_person::Column as P;
        let Some(acting) = self.viewer.acting() else {
            return Ok(HashMap::new());
        };
        let query = group_person::Entity::find()
            .filter(P::GroupId.is_in(rounded(keys.iter().map(|key| key.0))))
            .filter(P::OrganisationId.eq(acting.organisation))
            .filter(in_it_today(&self.viewer));
        let mut lists: HashMap<ColleaguesIn, Vec<PersonId>> = HashMap::new();
        for row in self.viewer.all(query).await? {
            let list = lists.entry(ColleaguesIn(row.group_id)).or_default();
            list.push(row.person_id);
        }
        Ok(lists)
    }
}

/// That somebody is in a group today.
pub struct GroupMembership(pub group_person::Model);

/// That somebody is in a group today: by a seat, by having joined, or by a role. Whoever holds two seats is there twice.
/// Seen as the person's seat, joining or role is: by the group's members and by the person's own organisation; seat holders
/// also by the coordinators of those who convene the group, and by everybody where the name is published.
#[Object]
impl GroupMembership {
    /// By what the person is in the group.
    async fn source(&self) -> MembershipSource {
        self.0.source
    }

    /// The person. Reading somebody else's name is written to the audit log; a person with protected identity has
    /// none outside the own organisation.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let key = PersonById(self.0.person_id);
        Ok(loaders(ctx).load_one(key).await?.map(Person))
    }

    /// For which organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = OrganisationById(self.0.organisation_id);
        Ok(loaders(ctx).load_one(key).await?.map(Organisation))
    }

    /// For which of its units; null where none is said.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<OrganisationUnit>> {
        let Some(unit) = self.0.unit_id else {
            return Ok(None);
        };
        let row = loaders(ctx).load_one(UnitById(unit)).await?;
        Ok(row.map(OrganisationUnit))
    }

    /// The seat; null unless the person is in the group by one.
    async fn seat(&self, ctx: &Context<'_>) -> Result<Option<Seat>> {
        let Some(seat) = self.0.seat_id else {
            return Ok(None);
        };
        Ok(loaders(ctx)
            .load_one(SeatById(seat))
            .await?
            .map(Seat::alone))
    }

    /// In what capacity; null unless the person is in the group by a seat.
    async fn capacity(&self) -> Option<SeatCapacity> {
        self.0.capacity
    }

    /// The first day on the seat or in the role; null for somebody who has joined.
    async fn from_day(&self) -> Option<NaiveDate> {
        self.0.from_day
    }

    /// What to send to `removeGroupMember`; null unless the person has joined.
    async fn joined_id(&self) -> Option<GroupMemberId> {
        (self.0.source == MembershipSource::Joined).then(|| GroupMemberId::from_uuid(self.0.id))
    }
}

/// The group to join.
#[derive(InputObject)]
pub struct JoinGroupInput {
    /// The group.
    group_id: GroupId,
}

/// The group to leave.
#[derive(InputObject)]
pub struct LeaveGroupInput {
    /// The group.
    group_id: GroupId,
}

/// Who is to be taken out of a group.
#[derive(InputObject)]
pub struct RemoveGroupMemberInput {
    /// That the person has joined: `GroupMembership.joinedId`.
    joined_id: GroupMemberId,
}

payloads! {
    GroupOutcome {
        /// The group; null when nothing was changed, or when you no longer see it.
        group: Group
    }:
    /// The group that you have joined.
    JoinGroupPayload,
    /// What is left to see of the group that you have left.
    LeaveGroupPayload,
    /// The group without that member.
    RemoveGroupMemberPayload,
}

/// What can be done by those who join groups.
#[derive(Default)]
pub struct GroupMemberMutation;

#[Object]
impl GroupMemberMutation {
    /// Joins an informal group that you see, for the organisation that you act for: no seat, no decisions. Every person
    /// joins for oneself; `FORBIDDEN` for a service. Repeating it does no harm. The other members see you. User errors:
    /// `NOT_FOUND`, `GROUP_NOT_INFORMAL`, `GROUP_CLOSED`.
    async fn join_group(
        &self,
        ctx: &Context<'_>,
        input: JoinGroupInput,
    ) -> Result<JoinGroupPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { join(&viewer, input.group_id).await })
            .await?;
        Ok(GroupOutcome::of(ctx, outcome).await?.into())
    }

    /// Leaves an informal group; the others are no longer told that you were there. User errors: `NOT_FOUND` if you have
    /// not joined it.
    async fn leave_group(
        &self,
        ctx: &Context<'_>,
        input: LeaveGroupInput,
    ) -> Result<LeaveGroupPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { leave(&viewer, input.group_id).await })
            .await?;
        Ok(GroupOutcome::of(ctx, outcome).await?.into())
    }

    /// Takes somebody out of an informal group. For coordinators of those who convene it; `FORBIDDEN` for others who see
    /// the member. Written to the audit log. User errors: `NOT_FOUND`.
    async fn remove_group_member(
        &self,
        ctx: &Context<'_>,
        input: RemoveGroupMemberInput,
    ) -> Result<RemoveGroupMemberPayload> {
        let viewer = viewer(ctx);
        viewer.signed_in()?;
        let input = &input;
        let outcome = viewer
            .transaction(|viewer| async move { remove(&viewer, input.joined_id).await })
            .await?;
        Ok(GroupOutcome::of(ctx, outcome).await?.into())
    }
}

fn refusal(code: UserErrorCode, field: &str) -> Vec<UserError> {
    vec![UserError::new(code, &[field])]
}

/// That the viewer has joined the group and not left it.
async fn own_joining(viewer: &Viewer, group: GroupId) -> Result<Option<group_member::Model>> {
    use group_member::Column as M;
    let acting = viewer.signed_in()?;
    let Some(person) = viewer.person() else {
        return Ok(None);
    };
    let query = group_member::Entity::find()
        .filter(M::GroupId.eq(group))
        .filter(M::PersonId.eq(person))
        .filter(M::OrganisationId.eq(acting.organisation))
        .filter(M::LeftAt.is_null());
    viewer.one(query).await
}

async fn join(viewer: &Viewer, id: GroupId) -> Result<Result<GroupId, Vec<UserError>>> {
    let own = viewer.signed_in()?.organisation;
    let person = viewer.person().ok_or(Error::Forbidden)?;
    let Some(group) = viewer.one(group::Entity::find_by_id(id)).await? else {
        return Ok(Err(refusal(UserErrorCode::NotFound, "groupId")));
    };
    if group.kind != GroupKind::Informal {
        return Ok(Err(refusal(UserErrorCode::GroupNotInformal, "groupId")));
    }
    if group.closed_at.is_some() {
        return Ok(Err(refusal(UserErrorCode::GroupClosed, "groupId")));
    }
    if own_joining(viewer, id).await?.is_some() {
        return Ok(Ok(id));
    }
    viewer
        .insert(group_member::ActiveModel {
            id: Set(GroupMemberId::new()),
            group_id: Set(id),
            person_id: Set(person),
            organisation_id: Set(own),
            joined_at: Set(viewer.now()),
            left_at: Set(None),
        })
        .await?;
    let concern = Concern {
        organisation: own,
        person,
        subject: Some(id.to_string()),
    };
    viewer.audit(AuditAction::JoinGroup, vec![concern]).await?;
    Ok(Ok(id))
}

async fn leave(viewer: &Viewer, id: GroupId) -> Result<Result<GroupId, Vec<UserError>>> {
    match own_joining(viewer, id).await? {
        Some(row) => end(viewer, row.id, "groupId").await,
        None => Ok(Err(refusal(UserErrorCode::NotFound, "groupId"))),
    }
}

async fn remove(viewer: &Viewer, id: GroupMemberId) -> Result<Result<GroupId, Vec<UserError>>> {
    end(viewer, id, "joinedId").await
}

/// Ends that somebody has joined a group.
async fn end(
    viewer: &Viewer,
    id: GroupMemberId,
    field: &str,
) -> Result<Result<GroupId, Vec<UserError>>> {
    let row = match viewer.edit(group_member::Entity::find_by_id(id)).await? {
        Access::Granted(permitted) => permitted,
        Access::Refused => return Err(Error::Forbidden),
        Access::Missing => return Ok(Err(refusal(UserErrorCode::NotFound, field))),
    };
    let change = group_member::ActiveModel {
        id: Unchanged(row.id),
        left_at: Set(Some(viewer.now())),
        ..Default::default()
    };
    // Whoever has left is hidden from the others, so the row that comes back may be none.
    viewer.update(change).await?;
    let concern = Concern {
        organisation: row.organisation_id,
        person: row.person_id,
        subject: Some(row.group_id.to_string()),
    };
    let also = concern.also_for(viewer.signed_in()?.organisation);
    let concerns = also.into_iter().chain([concern]).collect();
    viewer.audit(AuditAction::LeaveGroup, concerns).await?;
    Ok(Ok(row.group_id))
}
