//! Transactions that only read, on connections of their own.

#![expect(
    clippy::disallowed_types,
    reason = "this is a pool of connections; nothing outside `database` can reach them"
)]

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction,
    DbErr, TransactionOptions, TransactionTrait,
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Ends a transaction that has only read, and begins one that has no picture yet: its first statement takes it.
const NEXT_PICTURE: &str = "ROLLBACK AND CHAIN";

/// For how long a transaction is kept that nobody uses. After it, its connection goes back to the pool, as soon as somebody
/// looks, which is as often.
const KEPT_FOR: Duration = Duration::from_secs(1);

/// For how long a connection is kept from its pool, which is the one to end it when it has become old.
const LENT_FOR: Duration = Duration::from_mins(1);

/// A pool of connections that do nothing but read pictures.
///
/// To give a connection back to a pool and to begin a transaction on it again takes three messages there and back, each of
/// which costs as much as a small statement; to begin the next transaction where the last one ended takes one. So one that
/// has read is kept for the request that comes next. It holds no picture, and nothing in the database waits for it.
///
/// Nobody else uses these connections: the pool is fair among those who wait for it, and knows nothing of what is kept from it.
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

/// A transaction in which one picture is read. When nobody reads it any more, its connection is kept for the next one.
pub(super) struct Picture {
    /// None once it has been dropped.
    transaction: Option<DatabaseTransaction>,
    /// None where pictures have no connections of their own.
    place: Option<Place>,
}

/// One of the connections that pictures have to themselves.
struct Place {
    pictures: Pictures,
    lent: Instant,
    /// Given up when the next one can have the connection, or when it goes back to the pool, which has a line of its own.
    permit: OwnedSemaphorePermit,
}

impl Picture {
    /// In a transaction on a connection that others use too.
    pub(super) async fn beside_others(pool: &DatabaseConnection) -> Result<Self, DbErr> {
        Ok(Self {
            transaction: Some(begun(pool, TransactionOptions::default()).await?),
            place: None,
        })
    }

    pub(super) fn executor(&self) -> Result<DatabaseExecutor<'_>, DbErr> {
        let transaction = self.transaction.as_ref();
        let transaction = transaction.ok_or(DbErr::ConnectionAcquire(CLOSED))?;
        Ok(transaction.into())
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        let (Some(transaction), Some(place)) = (self.transaction.take(), self.place.take()) else {
            return;
        };
        // Without a runtime the program is ending.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        // Whoever has read what it wanted does not wait for it. A statement that was cut is waited for here, with the place.
        runtime.spawn(place.keep(transaction));
    }
}

impl Place {
    async fn keep(self, transaction: DatabaseTransaction) {
        let next = transaction.execute_unprepared(NEXT_PICTURE).await;
        // One that fails is dropped: the pool finds out what is wrong with its connection.
        if next.is_ok()
            && self.lent.elapsed() < LENT_FOR
            && let Some(kept) = self.pictures.0.kept().as_mut()
        {
            kept.push(Kept {
                transaction,
                lent: self.lent,
                since: Instant::now(),
            });
        }
        drop(self.permit);
    }
}

const CLOSED: ConnAcquireErr = ConnAcquireErr::ConnectionClosed;

/// A transaction that has begun. It begins in a task of its own: `SQLx` gives a connection back with a transaction that nobody
/// ends when whoever begins one is cut in the middle.
pub(super) async fn begun(
    pool: &DatabaseConnection,
    options: TransactionOptions,
) -> Result<DatabaseTransaction, DbErr> {
    let pool = pool.clone();
    let begins = tokio::spawn(async move { pool.begin_with_options(options).await });
    // It does not come back when the program is ending.
    begins
        .await
        .unwrap_or(Err(DbErr::ConnectionAcquire(CLOSED)))
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
        timeout(self.0.acquire_timeout, self.next())
            .await
            .unwrap_or(Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)))
    }

    async fn next(&self) -> Result<Picture, DbErr> {
        let permit = Arc::clone(&self.0.places).acquire_owned().await;
        let permit = permit.map_err(|_| DbErr::ConnectionAcquire(CLOSED))?;
        // The one that was kept last is the likeliest to be still good.
        let kept = self.0.kept().as_mut().and_then(Vec::pop);
        let (transaction, lent) = if let Some(kept) = kept {
            (kept.transaction, kept.lent)
        } else {
            let transaction = begun(&self.0.pool, TransactionOptions::default()).await?;
            (transaction, Instant::now())
        };
        Ok(Picture {
            transaction: Some(transaction),
            place: Some(Place {
                pictures: self.clone(),
                lent,
                permit,
            }),
        })
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
