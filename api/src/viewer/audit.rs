//! The audit log: who read or changed whose personal data, written in the same request.

use super::{Acting, Viewer};
use crate::error::{Error, Result};
use entity::{
    audit_entry,
    id::{AuditEntryId, OrganisationId, PersonId},
    kind::AuditAction,
    sign_up,
};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, Set,
    sea_query::{Expr, Query},
};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// What the request has disclosed so far: one entry a person and an action, however often a name is read.
#[derive(Default)]
pub(super) struct Trail {
    read: Mutex<BTreeSet<PersonId>>,
}

/// Somebody whom an action concerned.
pub(crate) struct Concern {
    /// Whose log it goes into: the organisation that acted, or the one that the person takes part for.
    pub(crate) organisation: OrganisationId,
    /// The person.
    pub(crate) person: PersonId,
    /// The object that it concerned, by its global id; none for the person as such.
    pub(crate) subject: Option<String>,
}

impl Concern {
    /// The person as such, for the log of the organisation that acts.
    pub(crate) const fn person(organisation: OrganisationId, person: PersonId) -> Self {
        Self {
            organisation,
            person,
            subject: None,
        }
    }

    /// The person of a sign-up, for the log of the organisation that the person takes part for; none for a seat
    /// held without a name.
    pub(crate) fn sign_up(row: &sign_up::Model) -> Option<Self> {
        Some(Self {
            organisation: row.organisation_id,
            person: row.person_id?,
            subject: Some(row.id.to_string()),
        })
    }

    /// The same for the log of the organisation that acts, besides: for those who see the participants.
    pub(crate) fn also_for(&self, acting: OrganisationId) -> Option<Self> {
        (self.organisation != acting).then(|| Self {
            organisation: acting,
            person: self.person,
            subject: self.subject.clone(),
        })
    }
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
        let Some(acting) = self.acting() else {
            return Ok(());
        };
        if self.db.writer().get_database_backend() == DbBackend::Postgres {
            return self.write_read(acting, &read).await;
        }
        let concern = |person| Concern::person(acting.organisation, person);
        let read = read.into_iter().map(concern).collect();
        self.audit(AuditAction::Read, read).await
    }

    /// The same entries by a statement whose text does not depend on how many they are: one with ten values for each
    /// person would be another statement for each number of people, to be parsed, planned and kept by each connection.
    async fn write_read(&self, acting: &Acting, read: &BTreeSet<PersonId>) -> Result<()> {
        use audit_entry::Column as A;
        if read.is_empty() {
            return Ok(());
        }
        let each = |ids: Vec<Uuid>| {
            let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
            Expr::cust_with_values("unnest(string_to_array($1, ',')::uuid[])", [ids.join(",")])
        };
        let ids = read.iter().map(|_| AuditEntryId::new().uuid()).collect();
        let people = read.iter().map(|person| person.uuid()).collect();
        let entries = Query::select()
            .expr(each(ids))
            .expr(Expr::value(self.now()))
            .expr(Expr::value(self.context.request_id.as_str()))
            .expr(Expr::value(acting.organisation))
            .expr(Expr::value(acting.organisation))
            .expr(Expr::value(acting.person))
            .expr(Expr::value(acting.client.as_deref()))
            .expr(Expr::value(AuditAction::Read))
            .expr(each(people))
            .to_owned();
        let columns = [
            A::Id,
            A::At,
            A::RequestId,
            A::OrganisationId,
            A::ActorOrganisationId,
            A::ActorId,
            A::ActorClient,
            A::Action,
            A::PersonId,
        ];
        let insert = Query::insert()
            .into_table(audit_entry::Entity)
            .columns(columns)
            .select_from(entries)
            .map_err(Error::internal)?
            .to_owned();
        self.db.writer().execute(&insert).await?;
        Ok(())
    }

    /// Writes that something was done about some people, each into the log of the organisation that it concerns.
    pub(crate) async fn audit(&self, action: AuditAction, concerns: Vec<Concern>) -> Result<()> {
        self.audit_all(vec![(action, concerns)]).await
    }

    /// The same for several actions, in one statement.
    pub(crate) async fn audit_all(&self, done: Vec<(AuditAction, Vec<Concern>)>) -> Result<()> {
        self.write_entries(self.entries(done)).await
    }

    /// What several actions leave in the log, not yet written.
    pub(super) fn entries(
        &self,
        done: Vec<(AuditAction, Vec<Concern>)>,
    ) -> Vec<audit_entry::ActiveModel> {
        let acting = self.acting();
        let each = |(action, concerns): (AuditAction, Vec<Concern>)| {
            concerns.into_iter().map(move |concern| (action, concern))
        };
        let entry = |(action, concern): (AuditAction, Concern)| {
            // Who acted is told to the organisation that acted; others are told which organisation it was.
            let own = acting.filter(|acting| acting.organisation == concern.organisation);
            audit_entry::ActiveModel {
                id: Set(AuditEntryId::new()),
                at: Set(self.now()),
                request_id: Set(self.context.request_id.clone()),
                organisation_id: Set(concern.organisation),
                actor_organisation_id: Set(acting.map(|acting| acting.organisation)),
                actor_id: Set(own.and_then(|acting| acting.person)),
                actor_client: Set(own.and_then(|acting| acting.client.clone())),
                action: Set(action),
                person_id: Set(concern.person),
                subject: Set(concern.subject),
            }
        };
        done.into_iter().flat_map(each).map(entry).collect()
    }

    /// Writes entries, perhaps of several viewers, in one statement.
    pub(super) async fn write_entries(&self, entries: Vec<audit_entry::ActiveModel>) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        audit_entry::Entity::insert_many(entries)
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(())
    }
}
