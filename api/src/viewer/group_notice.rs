//! The outbox of groups: what members are to be told, written in the transaction that does it.
//!
//! A notice concerns people whom the one who acts may not see, so it is written by narrow doors of its own, which
//! write and tell nothing. It holds ids only; whoever delivers it looks up what the recipient may know at that moment.

use super::{Viewer, notice::KEPT};
use crate::{error::Result, policy::group::in_it_today};
use entity::{
    group_notice, group_person,
    id::{GroupId, GroupNoticeId, OrganisationId, PersonId},
    kind::GroupNoticeKind,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
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

    /// Forgets notices that were delivered long ago. What has not been delivered is kept.
    pub(super) async fn forget_group_notices(&self) -> Result<u64> {
        let done = group_notice::Entity::delete_many()
            .filter(group_notice::Column::DeliveredAt.lt(self.now() - KEPT))
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }
}
