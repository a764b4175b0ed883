//! Transactions that only read, on connections of their own.

#![expect(
    clippy::disallowed_types,
    reason = "this is a pool of connections; nothing outside `database` can reach them"
)]

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr,
    TransactionTrait,
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Ends a transaction that has only read, and begins one that has no picture yet: its first statement takes it.
pub(super) const NEXT_PICTURE: &str = "ROLLBACK AND CHAIN";

/// For how long a transaction is kept that nobody uses. After it, its connection goes back to the pool.
const KEPT_FOR: Duration = Duration::from_secs(1);

/// For how long a connection is kept from its pool, which is the one to end it when it has become old.
const LENT_FOR: Duration = Duration::from_mins(1);

/// A pool of connections that do nothing but read pictures.
///
/// To give a connection back to a pool and to begin a transaction on it again takes three messages there and back, each of
/// which costs as much as a small statement; to begin the next transaction where the last one ended takes one. So one that
/// has read is kept for the request that comes next. It holds no picture, and nothing in the database waits for it.
///
/// Nobody else uses these connections: whoever read by itself on one of them would wait for it until everybody is tired of
/// pictures, and would read an old one where a request was cut while it began its transaction.
#[derive(Clone)]
pub(super) struct Pictures(Arc<Inner>);

struct Inner {
    pool: DatabaseConnection,
    /// As many as the pool has connections; who comes first is served first.
    places: Arc<Semaphore>,
    acquire_timeout: Duration,
    /// None once the pool is being closed.
    kept: Mutex<Option<Vec<Kept>>>,
}

struct Kept {
    transaction: DatabaseTransaction,
    lent: Instant,
    since: Instant,
}

/// A transaction in which one picture is read.
pub(super) struct Picture {
    transaction: DatabaseTransaction,
    lent: Instant,
    /// Given up after the transaction, so that whoever has the next place finds its connection. None where pictures have
    /// no connections of their own.
    place: Option<OwnedSemaphorePermit>,
}

impl Picture {
    /// In a transaction on a connection that others use too.
    pub(super) fn on(transaction: DatabaseTransaction) -> Self {
        Self {
            transaction,
            lent: Instant::now(),
            place: None,
        }
    }

    pub(super) fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

impl Pictures {
    /// Over a pool of so many connections that nobody else uses.
    pub(super) fn new(
        pool: DatabaseConnection,
        connections: u32,
        acquire_timeout: Duration,
    ) -> Self {
        let inner = Arc::new(Inner {
            pool,
            places: Arc::new(Semaphore::new(connections as usize)),
            acquire_timeout,
            kept: Mutex::new(Some(Vec::new())),
        });
        let weak = Arc::downgrade(&inner);
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(KEPT_FOR);
            loop {
                ticks.tick().await;
                let Some(inner) = weak.upgrade() else { return };
                inner.let_go();
            }
        });
        Self(inner)
    }

    /// A transaction that has read nothing yet.
    pub(super) async fn begin(&self) -> Result<Picture, DbErr> {
        let inner = &self.0;
        let place = Arc::clone(&inner.places).acquire_owned();
        let place = match timeout(inner.acquire_timeout, place).await {
            Ok(Ok(place)) => place,
            Ok(Err(_)) => return Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
            Err(_) => return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        };
        // The one that was kept last is the likeliest to be still good.
        let kept = inner.kept().as_mut().and_then(Vec::pop);
        let (transaction, lent) = match kept {
            Some(kept) => (kept.transaction, kept.lent),
            None => (inner.pool.begin().await?, Instant::now()),
        };
        Ok(Picture {
            transaction,
            lent,
            place: Some(place),
        })
    }

    /// Keeps the connection of a picture that has been read for the next one.
    pub(super) fn keep(&self, read: Picture) {
        if read.lent.elapsed() >= LENT_FOR {
            return;
        }
        let pictures = self.clone();
        // Whoever has read what it wanted does not wait for it.
        tokio::spawn(async move {
            let next = read.transaction.execute_unprepared(NEXT_PICTURE).await;
            // One that fails is dropped: the pool finds out what is wrong with its connection.
            if next.is_ok()
                && let Some(kept) = pictures.0.kept().as_mut()
            {
                kept.push(Kept {
                    transaction: read.transaction,
                    lent: read.lent,
                    since: Instant::now(),
                });
            }
            drop(read.place);
        });
    }

    /// The pool, to be closed: from now on, nothing is kept.
    pub(super) fn into_pool(self) -> DatabaseConnection {
        let kept = self.0.kept().take();
        drop(kept);
        self.0.places.close();
        self.0.pool.clone()
    }
}

impl Inner {
    /// Gives those back to the pool that nobody has used for a while.
    fn let_go(&self) {
        let old: Vec<_> = match self.kept().as_mut() {
            Some(kept) => kept
                .extract_if(.., |one| one.since.elapsed() >= KEPT_FOR)
                .collect(),
            None => return,
        };
        drop(old);
    }

    fn kept(&self) -> MutexGuard<'_, Option<Vec<Kept>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
