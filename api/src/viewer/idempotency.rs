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

/// A key that a request of a viewer bears, and what makes another request the same.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Who asks.
    pub viewer: &'a Viewer,
    /// The key.
    pub key: &'a str,
    /// The request.
    pub fingerprint: &'a str,
}

impl Viewer {
    /// What the viewer's organisation has done with this key before. Ask inside the transaction, after
    /// taking the lock that the request needs: a repeated request then waits for the first to end.
    pub async fn earlier(&self, key: &str, fingerprint: &str) -> Result<Earlier> {
        let asked = Asked {
            viewer: self,
            key,
            fingerprint,
        };
        let mut earlier = Self::earlier_of_each(&[asked]).await?;
        Ok(earlier.pop().unwrap_or(Earlier::None))
    }

    /// The same for several requests in one transaction, in one statement.
    pub async fn earlier_of_each(asked: &[Asked<'_>]) -> Result<Vec<Earlier>> {
        use idempotency_key::Column as K;
        let Some(first) = asked.first() else {
            return Ok(Vec::new());
        };
        let mut organisations = Vec::new();
        for ask in asked {
            organisations.push(ask.viewer.signed_in()?.organisation);
        }
        let rows = idempotency_key::Entity::find()
            .filter(K::OrganisationId.is_in(organisations.iter().copied()))
            .filter(K::Key.is_in(asked.iter().map(|ask| ask.key)))
            .all(&first.viewer.db.writer())
            .await?;
        let mut earlier = Vec::new();
        for (ask, organisation) in asked.iter().zip(organisations) {
            let own = |row: &&idempotency_key::Model| {
                row.organisation_id == organisation && row.key == ask.key
            };
            earlier.push(match rows.iter().find(own) {
                Some(row) if row.created_at + KEPT <= ask.viewer.now() => {
                    idempotency_key::Entity::delete_many()
                        .filter(K::OrganisationId.eq(organisation))
                        .filter(K::Key.eq(ask.key))
                        .exec(&ask.viewer.db.writer())
                        .await?;
                    Earlier::None
                }
                Some(row) if row.fingerprint == ask.fingerprint => {
                    Earlier::Same(row.result.clone())
                }
                Some(_) => Earlier::Other,
                None => Earlier::None,
            });
        }
        Ok(earlier)
    }

    /// Keeps what the request did under its key.
    pub async fn keep(&self, key: &str, fingerprint: &str, result: String) -> Result<()> {
        let asked = Asked {
            viewer: self,
            key,
            fingerprint,
        };
        Self::keep_each(&[(asked, result)]).await
    }

    /// The same for several requests in one transaction, in one statement.
    pub async fn keep_each(kept: &[(Asked<'_>, String)]) -> Result<()> {
        let Some((first, _)) = kept.first() else {
            return Ok(());
        };
        let row = |(asked, result): &(Asked<'_>, String)| {
            Ok(idempotency_key::ActiveModel {
                organisation_id: Set(asked.viewer.signed_in()?.organisation),
                key: Set(asked.key.to_owned()),
                fingerprint: Set(asked.fingerprint.to_owned()),
                result: Set(result.clone()),
                created_at: Set(asked.viewer.now()),
            })
        };
        let rows = kept.iter().map(row).collect::<Result<Vec<_>>>()?;
        idempotency_key::Entity::insert_many(rows)
            .exec_without_returning(&first.viewer.db.writer())
            .await?;
        Ok(())
    }
}
