//! Idempotency keys: a request that a client repeats has one effect and one answer.

use super::Viewer;
use crate::error::Result;
use chrono::Duration;
use entity::idempotency_key;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

/// For how long a key is kept.
pub(super) const KEPT: Duration = Duration::hours(24);

/// What a key stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Nothing yet: the request is the first with this key.
    None,
    /// The same request was carried out before; this is what it kept.
    Same(String),
    /// Another request was carried out with this key.
    Other,
}

impl Viewer {
    /// What the viewer's organisation has done with this key before. Ask inside the transaction, after
    /// taking the lock that the request needs: a repeated request then waits for the first to end.
    pub async fn earlier(&self, key: &str, fingerprint: &str) -> Result<Earlier> {
        use idempotency_key::Column as K;
        let organisation = self.signed_in()?.organisation;
        let row = idempotency_key::Entity::find()
            .filter(K::OrganisationId.eq(organisation))
            .filter(K::Key.eq(key))
            .one(&self.db.writer())
            .await?;
        Ok(match row {
            Some(row) if row.created_at + KEPT <= self.now() => {
                idempotency_key::Entity::delete_many()
                    .filter(K::OrganisationId.eq(organisation))
                    .filter(K::Key.eq(key))
                    .exec(&self.db.writer())
                    .await?;
                Earlier::None
            }
            Some(row) if row.fingerprint == fingerprint => Earlier::Same(row.result),
            Some(_) => Earlier::Other,
            None => Earlier::None,
        })
    }

    /// Keeps what the request did under its key.
    pub async fn keep(&self, key: &str, fingerprint: &str, result: String) -> Result<()> {
        let row = idempotency_key::ActiveModel {
            organisation_id: Set(self.signed_in()?.organisation),
            key: Set(key.to_owned()),
            fingerprint: Set(fingerprint.to_owned()),
            result: Set(result),
            created_at: Set(self.now()),
        };
        idempotency_key::Entity::insert(row)
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(())
    }
}
