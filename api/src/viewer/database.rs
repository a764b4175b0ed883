//! The pools, and the one place where the two databases need different words.

#![expect(
    clippy::disallowed_types,
    reason = "this file and `door` own the connections; nothing outside `viewer` can reach them"
)]

mod pictures;

use crate::{
    config,
    error::{Error, Result, sql_state},
    metrics::Metrics,
};
use pictures::{Picture, Pictures, begun};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database as Connector, DatabaseConnection, DatabaseExecutor,
    DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::Mutex;

/// Pools over one database: reads never queue behind a write that waits for a lock, nor single ones behind requests that
/// hold a connection for as long as they read.
#[derive(Clone)]
pub struct Database {
    pub(super) read: DatabaseConnection,
    pub(super) write: DatabaseConnection,
    /// None in the embedded database, and where there are too few connections: pictures are then read on `read`.
    pictures: Option<Pictures>,
}

impl Database {
    /// Connects to the configured database.
    pub async fn connect(config: &config::Database, metrics: &Arc<Metrics>) -> Result<Self> {
        let sqlite = config.url.expose().starts_with("sqlite:");
        // SQLite has one writer; a pool of one makes the others wait in line instead of failing.
        let writers = if sqlite {
            1
        } else {
            (config.max_connections / 2).max(1)
        };
        let readers = config.max_connections.saturating_sub(writers).max(1);
        let write = connect(config, writers, &[], metrics).await?;
        if config.max_connections <= 1 {
            // One connection in all: reads and writes take turns.
            return Ok(Self {
                read: write.clone(),
                write,
                pictures: None,
            });
        }
        if sqlite || readers == 1 {
            return Ok(Self {
                read: connect(config, readers, &READING, metrics).await?,
                write,
                pictures: None,
            });
        }
        let alone = readers / 2;
        let together = readers - alone;
        let pool = connect(config, together, &READING, metrics).await?;
        Ok(Self {
            read: connect(config, alone, &READING, metrics).await?,
            write,
            pictures: Some(Pictures::new(pool, together, config.acquire_timeout)),
        })
    }

    /// Whether the database answers and every migration has been applied.
    pub async fn ready(&self) -> bool {
        use migration::MigratorTrait;
        migration::Migrator::get_pending_migrations_read_only(&self.read)
            .await
            .is_ok_and(|pending| pending.is_empty())
    }

    /// A secret of this installation, made at its first migration.
    pub async fn installation_secret(&self, name: &str) -> Result<String> {
        use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
        let query = Query::select()
            .column("value")
            .from("installation_secret")
            .and_where(Expr::col(Alias::new("name")).eq(name))
            .to_owned();
        let row = self.reader().query_one(&query).await?;
        let row = row.ok_or_else(|| Error::internal(format!("no installation secret {name}")))?;
        Ok(row.try_get("", "value")?)
    }

    /// For statements that read, each by itself.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader::Pool(self)
    }

    /// One picture of all tables, for whoever compares them: what is written meanwhile must not show in one and not yet
    /// in another.
    pub(super) async fn snapshot(&self) -> Result<DatabaseTransaction> {
        // SQLite's transactions always read one picture, and know no levels.
        let is_postgresql = self.read.get_database_backend() == DbBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: is_postgresql.then_some(IsolationLevel::RepeatableRead),
            ..TransactionOptions::default()
        };
        Ok(self.read.begin_with_options(options).await?)
    }

    /// Closes the pools; statements under way end first.
    pub async fn close(self) {
        let pictures = self.pictures.into_iter().map(Pictures::into_pool);
        for pool in [self.read, self.write].into_iter().chain(pictures) {
            if let Err(error) = pool.close().await {
                tracing::warn!(%error, "a pool did not close cleanly");
            }
        }
    }
}

/// What the server is told of connections that only read: a transaction sees one picture, and nothing is written. Transactions
/// of the embedded database see one picture as they are.
const READING: [(&str, &str); 2] = [
    ("default_transaction_isolation", "repeatable read"),
    ("default_transaction_read_only", "on"),
];

async fn connect(
    config: &config::Database,
    connections: u32,
    further: &'static [(&str, &str)],
    metrics: &Arc<Metrics>,
) -> Result<DatabaseConnection> {
    let mut connection = Connector::connect(options(config, connections, further)).await?;
    let metrics = Arc::clone(metrics);
    connection.set_metric_callback(move |_| metrics.sql_statement());
    Ok(connection)
}

fn options(
    config: &config::Database,
    connections: u32,
    further: &'static [(&str, &str)],
) -> ConnectOptions {
    let mut options = ConnectOptions::new(config.url.expose());
    options
        .min_connections(1)
        .max_connections(connections)
        .acquire_timeout(config.acquire_timeout)
        .sqlx_logging(false)
        // A ping at each acquire would cost as much as a small query.
        .test_before_acquire_if_idle_for(Duration::from_secs(30));
    options.map_sqlx_sqlite_opts(|options| {
        options
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
    });
    let lock_timeout = config.lock_timeout.as_millis().to_string();
    let statement_timeout = config.statement_timeout.as_millis().to_string();
    options.map_sqlx_postgres_opts(move |options| {
        options
            .application_name("samverkan")
            .options([
                ("lock_timeout", lock_timeout.as_str()),
                ("statement_timeout", statement_timeout.as_str()),
                ("idle_in_transaction_session_timeout", "15s"),
                // The statements are few and known; planning each call anew costs half the database's time.
                ("plan_cache_mode", "force_generic_plan"),
                // Pages are looked up by keys, in memory or on disks without heads: as dear as the default has it, the
                // planner would rather read whole tables to check who may see a dozen rows of them.
                ("random_page_cost", "1.1"),
                // No statement of ours runs long enough to be worth compiling.
                ("jit", "off"),
            ])
            .options(further.iter().copied())
    });
    options
}

/// Where a viewer's statements run: on the pools, as those of one request, or inside one transaction.
#[derive(Clone)]
pub(super) enum Db {
    Pools(Database),
    Request(Arc<ForRequest>),
    Transaction(Arc<DatabaseTransaction>),
}

/// The statements of one request.
///
/// One that only reads reads **one picture** of the database, in a transaction on one connection: what it is shown and by
/// what it is permitted belong together. It begins with finding out who asks.
pub(super) struct ForRequest {
    database: Database,
    /// Whether the request is known to do nothing but read.
    only_reads: AtomicBool,
    picture: Mutex<Option<Arc<Picture>>>,
}

impl ForRequest {
    pub(super) fn new(database: &Database) -> Arc<Self> {
        Arc::new(Self {
            database: database.clone(),
            only_reads: AtomicBool::new(false),
            picture: Mutex::default(),
        })
    }

    /// From now on, all statements that read read the same picture: the one that has been begun, if there is one.
    pub(super) fn reads_one_picture(&self) {
        self.only_reads.store(true, Ordering::Relaxed);
    }

    /// Gives the connection back; what is read after this reads by itself.
    pub(super) async fn end_picture(&self) {
        self.only_reads.store(false, Ordering::Relaxed);
        self.picture.lock().await.take();
    }

    /// For statements that read a picture, also when it is not yet known whether the request will only read.
    pub(super) fn in_picture(&self) -> Reader<'_> {
        Reader::InPicture(self)
    }

    /// The picture, which the first statement begins.
    async fn picture(&self) -> Result<Arc<Picture>, DbErr> {
        let mut picture = self.picture.lock().await;
        if let Some(begun) = &*picture {
            return Ok(Arc::clone(begun));
        }
        let begun = match &self.database.pictures {
            Some(pictures) => pictures.begin().await?,
            None => Picture::beside_others(&self.database.read).await?,
        };
        let begun = Arc::new(begun);
        *picture = Some(Arc::clone(&begun));
        Ok(begun)
    }
}

/// What runs statements that only read.
pub(super) enum Reader<'d> {
    /// In the transaction that writes.
    Within(&'d DatabaseTransaction),
    /// In the request's picture.
    InPicture(&'d ForRequest),
    /// Each by itself, in a request that may write.
    Alone(&'d ForRequest),
    /// Each by itself.
    Pool(&'d Database),
}

/// What one statement runs on.
enum On<'d> {
    Within(&'d DatabaseTransaction),
    Picture(Arc<Picture>),
    Pool(&'d DatabaseConnection),
}

impl On<'_> {
    fn executor(&self) -> Result<DatabaseExecutor<'_>, DbErr> {
        Ok(match self {
            Self::Within(transaction) => (*transaction).into(),
            Self::Picture(picture) => picture.executor()?,
            Self::Pool(pool) => (*pool).into(),
        })
    }
}

impl Reader<'_> {
    async fn on(&self) -> Result<On<'_>, DbErr> {
        let database = match self {
            Self::Within(transaction) => return Ok(On::Within(transaction)),
            Self::InPicture(request) => return Ok(On::Picture(request.picture().await?)),
            Self::Alone(request) => {
                // What was read to find out who asks has been read.
                request.end_picture().await;
                &request.database
            }
            Self::Pool(database) => database,
        };
        Ok(On::Pool(&database.read))
    }

    /// Every statement of a transaction in which one has failed is refused: the next one begins anew.
    async fn unless_failed<T>(&self, on: On<'_>, done: Result<T, DbErr>) -> Result<T, DbErr> {
        if let (Self::InPicture(request), On::Picture(failed), Err(_)) = (self, on, &done) {
            let known = Arc::downgrade(&failed);
            // Not held any longer: whoever has the lock may be waiting for its place.
            drop(failed);
            let mut picture = request.picture.lock().await;
            picture.take_if(|now| Arc::as_ptr(now) == known.as_ptr());
        }
        done
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader<'_> {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Within(transaction) => transaction.get_database_backend(),
            Self::InPicture(request) | Self::Alone(request) => {
                request.database.read.get_database_backend()
            }
            Self::Pool(database) => database.read.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let on = self.on().await?;
        let done = on.executor()?.execute_raw(statement).await;
        self.unless_failed(on, done).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let on = self.on().await?;
        let done = on.executor()?.execute_unprepared(sql).await;
        self.unless_failed(on, done).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let on = self.on().await?;
        let done = on.executor()?.query_one_raw(statement).await;
        self.unless_failed(on, done).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let on = self.on().await?;
        let done = on.executor()?.query_all_raw(statement).await;
        self.unless_failed(on, done).await
    }
}

impl Db {
    /// For statements that only read.
    pub(super) fn reader(&self) -> Reader<'_> {
        match self {
            Self::Request(request) if request.only_reads.load(Ordering::Relaxed) => {
                request.in_picture()
            }
            Self::Request(request) => Reader::Alone(request),
            Self::Pools(database) => database.reader(),
            Self::Transaction(transaction) => Reader::Within(transaction),
        }
    }

    /// For statements that write.
    pub(super) fn writer(&self) -> DatabaseExecutor<'_> {
        match self {
            Self::Request(request) => (&request.database.write).into(),
            Self::Pools(database) => (&database.write).into(),
            Self::Transaction(transaction) => transaction.as_ref().into(),
        }
    }

    /// Begins a transaction that will write.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            // A deferred transaction that reads first fails at once when another has written meanwhile.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(match self {
            Self::Request(request) => {
                // Nobody waits for one connection while holding another.
                request.end_picture().await;
                begun(&request.database.write, options).await?
            }
            Self::Pools(database) => begun(&database.write, options).await?,
            Self::Transaction(_) => {
                return Err(Error::internal("a transaction was begun inside another"));
            }
        })
    }
}

/// Whether the same transaction may well go through when it is tried once more.
pub(super) fn is_transient(error: &Error) -> bool {
    // PostgreSQL's serialization failure and deadlock, SQLite's busy and its snapshot variant.
    code_of(error).is_some_and(|code| matches!(&*code, "40001" | "40P01" | "5" | "517"))
}

/// Whether another transaction made the same row first. Tried once more, this one finds it.
pub(super) fn came_second(error: &Error) -> bool {
    // PostgreSQL's only: with one writer at a time nobody comes second.
    code_of(error).is_some_and(|code| code == "23505")
}

fn code_of(error: &Error) -> Option<String> {
    let Error::Internal(source) = error else {
        return None;
    };
    sql_state(source.downcast_ref::<DbErr>()?)
}
