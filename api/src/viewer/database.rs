//! The pools, and the one place where the two databases need different words.

#![expect(
    clippy::disallowed_types,
    reason = "this file and `door` own the connections; nothing outside `viewer` can reach them"
)]

use crate::{
    config,
    error::{Error, Result, sql_state},
    metrics::Metrics,
};
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

/// Two pools over one database: reads never queue behind a write that waits for a lock.
#[derive(Clone)]
pub struct Database {
    pub(super) read: DatabaseConnection,
    pub(super) write: DatabaseConnection,
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
        let read = if config.max_connections <= 1 {
            // One connection in all: reads and writes take turns.
            write.clone()
        } else {
            connect(config, readers, &READING, metrics).await?
        };
        Ok(Self { read, write })
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
        let row = self.read.query_one(&query).await?;
        let row = row.ok_or_else(|| Error::internal(format!("no installation secret {name}")))?;
        Ok(row.try_get("", "value")?)
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
        for pool in [self.read, self.write] {
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
/// what it is permitted belong together. And it is cheaper: a connection that goes back to the pool is asked whether it
/// still answers, which costs as much as a small statement, after each of them.
pub(super) struct ForRequest {
    database: Database,
    /// Whether the request is known to do nothing but read.
    only_reads: AtomicBool,
    picture: Mutex<Option<Arc<DatabaseTransaction>>>,
}

impl ForRequest {
    pub(super) fn new(database: &Database) -> Arc<Self> {
        Arc::new(Self {
            database: database.clone(),
            only_reads: AtomicBool::new(false),
            picture: Mutex::default(),
        })
    }

    /// From now on, all statements that read read the same picture.
    pub(super) fn reads_one_picture(&self) {
        self.only_reads.store(true, Ordering::Relaxed);
    }

    /// Gives the connection back; what is read after this reads by itself.
    pub(super) async fn end_picture(&self) {
        self.only_reads.store(false, Ordering::Relaxed);
        self.picture.lock().await.take();
    }

    /// The picture, which the first statement begins.
    async fn picture(&self) -> Result<Arc<DatabaseTransaction>, DbErr> {
        let mut picture = self.picture.lock().await;
        if let Some(begun) = &*picture {
            return Ok(Arc::clone(begun));
        }
        let begun = Arc::new(self.database.read.begin().await?);
        *picture = Some(Arc::clone(&begun));
        Ok(begun)
    }

    /// Every statement of a transaction in which one has failed is refused: the next one begins anew.
    async fn unless_failed<T>(&self, done: Result<T, DbErr>) -> Result<T, DbErr> {
        if done.is_err() {
            self.picture.lock().await.take();
        }
        done
    }
}

/// What runs statements that only read.
pub(super) enum Reader<'d> {
    On(DatabaseExecutor<'d>),
    InPicture(&'d ForRequest),
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader<'_> {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::On(executor) => executor.get_database_backend(),
            Self::InPicture(request) => request.database.read.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::On(executor) => executor.execute_raw(statement).await,
            Self::InPicture(request) => {
                let done = request.picture().await?.execute_raw(statement).await;
                request.unless_failed(done).await
            }
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::On(executor) => executor.execute_unprepared(sql).await,
            Self::InPicture(request) => {
                let done = request.picture().await?.execute_unprepared(sql).await;
                request.unless_failed(done).await
            }
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::On(executor) => executor.query_one_raw(statement).await,
            Self::InPicture(request) => {
                let done = request.picture().await?.query_one_raw(statement).await;
                request.unless_failed(done).await
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::On(executor) => executor.query_all_raw(statement).await,
            Self::InPicture(request) => {
                let done = request.picture().await?.query_all_raw(statement).await;
                request.unless_failed(done).await
            }
        }
    }
}

impl Db {
    /// For statements that only read.
    pub(super) fn reader(&self) -> Reader<'_> {
        match self {
            Self::Request(request) if request.only_reads.load(Ordering::Relaxed) => {
                Reader::InPicture(request)
            }
            Self::Request(request) => Reader::On((&request.database.read).into()),
            Self::Pools(database) => Reader::On((&database.read).into()),
            Self::Transaction(transaction) => Reader::On(transaction.as_ref().into()),
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
            Self::Request(request) => request.database.write.begin_with_options(options).await?,
            Self::Pools(database) => database.write.begin_with_options(options).await?,
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
