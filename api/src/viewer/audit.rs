//! The audit log: who read or changed whose personal data, written in the same request.

use super::Viewer;
use crate::error::Result;
use entity::{
    audit_entry,
    id::{AuditEntryId, PersonId},
    kind::AuditAction,
};
use sea_orm::{EntityTrait, Set};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// What the request has disclosed so far: one entry a person and an action, however often a name is read.
#[derive(Default)]
pub(super) struct Trail {
    read: Mutex<BTreeSet<PersonId>>,
}

impl Viewer {
    /// Notes that a person's data is about to be read. Reading one's own leaves no trace.
    pub(crate) fn note_read(&self, person: PersonId) {
        if self.acting().is_some() && self.person() != Some(person) {
            let mut read = self
                .trail
                .read
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            read.insert(person);
        }
    }

    /// Writes what the request has disclosed. The answer may only leave when this has succeeded.
    pub(crate) async fn write_trail(&self) -> Result<()> {
        let read = {
            let mut read = self
                .trail
                .read
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *read)
        };
        let people: Vec<_> = read.into_iter().map(|person| (person, None)).collect();
        self.audit(AuditAction::Read, people).await
    }

    /// Writes that the viewer did something about some people, each with the object that it concerned.
    pub(crate) async fn audit(
        &self,
        action: AuditAction,
        people: Vec<(PersonId, Option<String>)>,
    ) -> Result<()> {
        let Some(acting) = self.acting() else {
            return Ok(());
        };
        if people.is_empty() {
            return Ok(());
        }
        let rows = people
            .into_iter()
            .map(|(person, subject)| audit_entry::ActiveModel {
                id: Set(AuditEntryId::new()),
                at: Set(self.now()),
                request_id: Set(self.context.request_id.clone()),
                organisation_id: Set(acting.organisation),
                actor_id: Set(acting.person),
                actor_client: Set(acting.client.clone()),
                action: Set(action),
                person_id: Set(person),
                subject: Set(subject),
            });
        audit_entry::Entity::insert_many(rows)
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(())
    }
}
