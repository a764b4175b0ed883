//! The outbox of groups: what members are to be told, written in the transaction that does it.
//!
//! A notice concerns people whom the one who acts may not see, so it is written by narrow doors of its own, which
//! write and tell nothing. It holds ids only; whoever delivers it looks up what the recipient may know at that moment.

use super::Viewer;
use crate::{
    error::Result,
    policy::{
        appointment::active_on,
        group::{in_it_today, without_seats},
        select,
    },
};
use entity::{
    appointment, group, group_convener, group_notice, group_person, group_responsible_role,
    group_seat,
    id::{GroupId, GroupNoticeId, OrganisationId, PersonId},
    kind::{GroupNoticeKind, GroupRole},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Set};
use std::collections::BTreeSet;

/// How many notices one statement writes: a statement of `SQLite` holds 32,766 values.
const AT_ONCE: usize = 2_000;

/// For whom a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Recipient {
    /// The organisation that it is for.
    pub(crate) organisation: OrganisationId,
    /// The person; none: the organisation's coordinators.
    pub(crate) person: Option<PersonId>,
}

impl Recipient {
    /// A person, as somebody of an organisation.
    pub(crate) const fn person(organisation: OrganisationId, person: PersonId) -> Self {
        Self {
            organisation,
            person: Some(person),
        }
    }

    /// The coordinators of an organisation.
    pub(crate) const fn coordinators(organisation: OrganisationId) -> Self {
        Self {
            organisation,
            person: None,
        }
    }
}

impl Viewer {
    /// Writes one notice for each recipient into the outbox, in one statement: `kind` says what happened, `subject`
    /// is the global id of what it is about (a seat, a meeting, an item …), none for the group as such. Who is named
    /// twice is told once; whoever acts is not told what the own hand has done.
    ///
    /// Call it on the viewer of the transaction that does what it tells of: they share one fate.
    pub(crate) async fn tell_group(
        &self,
        kind: GroupNoticeKind,
        group: GroupId,
        subject: Option<String>,
        recipients: impl IntoIterator<Item = Recipient> + Send,
    ) -> Result<()> {
        let recipients: BTreeSet<Recipient> = recipients
            .into_iter()
            .filter(|recipient| recipient.person.is_none() || recipient.person != self.person())
            .collect();
        let recipients: Vec<Recipient> = recipients.into_iter().collect();
        for chunk in recipients.chunks(AT_ONCE) {
            let rows = chunk.iter().map(|recipient| group_notice::ActiveModel {
                id: Set(GroupNoticeId::new()),
                kind: Set(kind),
                organisation_id: Set(recipient.organisation),
                person_id: Set(recipient.person),
                group_id: Set(group),
                subject: Set(subject.clone()),
                created_at: Set(self.now()),
                delivered_at: Set(None),
            });
            group_notice::Entity::insert_many(rows)
                .exec_without_returning(&self.db.writer())
                .await?;
        }
        Ok(())
    }

    /// The same for everybody who is in some groups today, by whatever: a seat, having joined, a role. Who they are
    /// is written and not told.
    pub(crate) async fn tell_members(
        &self,
        kind: GroupNoticeKind,
        groups: &[GroupId],
        subject: &str,
    ) -> Result<()> {
        use group_person::Column as P;
        for group in groups {
            let people: Vec<(OrganisationId, PersonId)> = group_person::Entity::find()
                .select_only()
                .columns([P::OrganisationId, P::PersonId])
                .filter(P::GroupId.eq(*group))
                .filter(in_it_today(self))
                .into_tuple()
                .all(&self.db.writer())
                .await?;
            let recipients = people
                .into_iter()
                .map(|(organisation, person)| Recipient::person(organisation, person));
            self.tell_group(kind, *group, Some(subject.to_owned()), recipients)
                .await?;
        }
        Ok(())
    }

    /// The same for those who keep a group's papers: officers on their seats, holders of a role that is responsible for
    /// it, and, where it has no seats, the coordinators of the organisations that convene it.
    pub(crate) async fn tell_officers(
        &self,
        kind: GroupNoticeKind,
        group: GroupId,
        subject: &str,
    ) -> Result<()> {
        let mut people = self.seated_officers(group).await?;
        people.extend(self.responsible_people(group).await?);
        let mut recipients: Vec<Recipient> = people
            .into_iter()
            .map(|(organisation, person)| Recipient::person(organisation, person))
            .collect();
        let without_seats = Condition::all()
            .add(group::Column::Id.eq(group))
            .add(without_seats());
        let conveners: Vec<OrganisationId> = group_convener::Entity::find()
            .select_only()
            .column(group_convener::Column::OrganisationId)
            .filter(
                group_convener::Column::GroupId
                    .in_subquery(select::<group::Entity>(group::Column::Id, without_seats)),
            )
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        recipients.extend(conveners.into_iter().map(Recipient::coordinators));
        self.tell_group(kind, group, Some(subject.to_owned()), recipients)
            .await
    }

    /// Who keeps a group's papers by a seat that is held today, as somebody of which organisation.
    async fn seated_officers(&self, group: GroupId) -> Result<Vec<(OrganisationId, PersonId)>> {
        use group_person::Column as P;
        let seats = Condition::all()
            .add(group_seat::Column::GroupId.eq(group))
            .add(group_seat::Column::Role.is_in(GroupRole::OFFICERS));
        let seats = select::<group_seat::Entity>(group_seat::Column::Id, seats);
        let found = group_person::Entity::find()
            .select_only()
            .columns([P::OrganisationId, P::PersonId])
            .filter(P::GroupId.eq(group))
            .filter(in_it_today(self))
            .filter(P::SeatId.in_subquery(seats))
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        Ok(found)
    }

    /// Who keeps a group's papers by a role that is responsible for it, in an organisation that convenes it.
    async fn responsible_people(&self, group: GroupId) -> Result<Vec<(OrganisationId, PersonId)>> {
        use appointment::Column as A;
        let roles = select::<group_responsible_role::Entity>(
            group_responsible_role::Column::RoleTypeId,
            Condition::all().add(group_responsible_role::Column::GroupId.eq(group)),
        );
        let conveners = select::<group_convener::Entity>(
            group_convener::Column::OrganisationId,
            Condition::all().add(group_convener::Column::GroupId.eq(group)),
        );
        let found = appointment::Entity::find()
            .select_only()
            .columns([A::OrganisationId, A::PersonId])
            .filter(active_on(self.today()))
            .filter(A::PersonId.is_not_null())
            .filter(A::RoleTypeId.in_subquery(roles))
            .filter(A::OrganisationId.in_subquery(conveners))
            .into_tuple()
            .all(&self.db.writer())
            .await?;
        Ok(found)
    }
}
