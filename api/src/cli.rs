//! The commands of `samverkan`.

use crate::{
    clock::Clock,
    config::{self, Config, LogFormat},
    demo::{self, DEFAULT_PORT},
    graphql,
    http::Rate,
    metrics::Metrics,
    migrate::migrate,
    operator::{
        self, NewAdministrator, NewOrganisation,
        fingerprint::fingerprint,
        records::{self, Retention},
    },
    run::{Fault, Server, document_store, serve},
    telemetry::{self, Format},
    viewer::{Database, Disagreement},
};
use axum::Router;
use chrono::SecondsFormat;
use clap::{Parser, Subcommand};
use entity::{id::OccasionId, organisation_number::OrganisationNumber};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};
use tokio::net::TcpListener;

/// Samverkan: what a county's partners do together for children's rights, as a GraphQL federation API.
///
/// Without a command it runs the demonstration: five counties in an embedded database, on this computer only.
#[derive(Parser)]
#[command(name = "samverkan", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The demonstration's data folder.
    #[arg(long, env = "SAMVERKAN_DATA", default_value = "data", global = true)]
    data: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the production server. Configured by environment and file.
    Serve {
        /// The configuration file (TOML); `SAMVERKAN_CONFIG` names it too.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Brings the configured database up to date, under a lock.
    Migrate {
        /// The configuration file (TOML).
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Prints the schema: the federation SDL that schema.graphql must equal.
    Schema,
    /// The demonstration's people, and tokens for them.
    Token {
        /// Lists the people as JSON.
        #[arg(long, conflicts_with = "persona", required_unless_present = "persona")]
        list: bool,
        /// Prints a token for this person.
        #[arg(long = "as", value_name = "PERSONA")]
        persona: Option<String>,
        /// Prints a token of the organisation's own system instead of the person's.
        #[arg(long, requires = "persona")]
        service: bool,
    },
    /// Lets an organisation take part, or ends its agreement.
    Organisation {
        /// The configuration file (TOML).
        #[arg(long, global = true)]
        config: Option<PathBuf>,
        #[command(subcommand)]
        change: OrganisationChange,
    },
    /// Registers the first administrator of an organisation, who registers everybody else through the API.
    Administrator {
        /// The configuration file (TOML).
        #[arg(long)]
        config: Option<PathBuf>,
        #[command(flatten)]
        new: NewAdministrator,
    },
    /// Prints how many notices wait in the outbox for delivery, and since when.
    Notices {
        /// The configuration file (TOML); without it and without `SAMVERKAN_DATABASE_URL`, the demonstration's.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Does what the organisations' retention rules say, as the server does daily.
    Retention {
        /// The configuration file (TOML); without it and without `SAMVERKAN_DATABASE_URL`, the demonstration's.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Only prints what would be done, by organisation and kind.
        #[arg(long)]
        dry_run: bool,
    },
    /// The log of erasures: what must be done again after a restore.
    Erasures {
        /// The configuration file (TOML); without it and without `SAMVERKAN_DATABASE_URL`, the demonstration's.
        #[arg(long, global = true)]
        config: Option<PathBuf>,
        #[command(subcommand)]
        what: Erasures,
    },
    /// Prints a hash of each table: a restored database has those of the one that was dumped.
    Fingerprint {
        /// The configuration file (TOML); without it and without `SAMVERKAN_DATABASE_URL`, the demonstration's.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Tells the ledgers of seats again, by the rules alone, and prints where the order in line or its reasons are
    /// others than stored; the exit status tells. With an occasion, prints that ledger for reading.
    Replay {
        /// The configuration file (TOML); without it and without `SAMVERKAN_DATABASE_URL`, the demonstration's.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Only this occasion, by its global id, movement by movement.
        #[arg(long)]
        occasion: Option<OccasionId>,
    },
    /// Makes keys for certificates, and checks certificates offline.
    Certificate {
        #[command(subcommand)]
        work: CertificateWork,
    },
    /// Compares the seats' counters with the ledger and prints what differs; the exit status tells.
    Check {
        /// The configuration file (TOML); without it and without `SAMVERKAN_DATABASE_URL`, the demonstration's.
        #[arg(long)]
        config: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum CertificateWork {
    /// Makes a new private key to sign certificates with, in a file that its owner alone may read.
    NewKey {
        /// Where to write it; a file that is there already is left alone.
        #[arg(long)]
        out: PathBuf,
    },
    /// Checks a certificate without asking the service; the exit status tells.
    Verify(operator::certificate::Check),
}

#[derive(Subcommand)]
enum Erasures {
    /// Prints the log, a line of JSON each: keep it outside the database and its backups.
    Export,
    /// Does again what a kept log says, after a restore from an older backup.
    Replay {
        /// The kept log.
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum OrganisationChange {
    /// Lets an organisation take part from now on.
    Admit(NewOrganisation),
    /// Ends its agreement now: its tokens stop at once, what it has published stays.
    End {
        /// Its organisation number.
        #[arg(long)]
        number: OrganisationNumber,
    },
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("samverkan: the runtime cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(arguments)) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("samverkan: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode, Fault> {
    match arguments.command {
        None => demonstrate(&arguments.data).await?,
        Some(Command::Serve { config }) => serve_production(config).await?,
        Some(Command::Migrate { config }) => {
            let config = configuration(config.as_deref())?;
            let applied = migrate(&config.database)
                .await
                .map_err(|error| Fault::of_database("the database cannot be migrated", &error))?;
            println!("{applied} migrations applied; the database is up to date");
        }
        Some(Command::Schema) => print!("{}", graphql::sdl()),
        Some(Command::Token { list: true, .. }) => println!("{}", demo::personas_as_json()),
        Some(Command::Token {
            persona, service, ..
        }) => {
            let persona = persona.unwrap_or_default();
            let now = Clock::default().now();
            println!(
                "{}",
                demo::token_for(&arguments.data, &persona, service, now)?
            );
        }
        Some(Command::Organisation { config, change }) => {
            let (database, now) = (
                configuration(config.as_deref())?.database,
                Clock::default().now(),
            );
            let said = match change {
                OrganisationChange::Admit(new) => operator::admit(&database, new, now).await?,
                OrganisationChange::End { number } => {
                    operator::end_agreement(&database, number, now).await?
                }
            };
            println!("{said}");
        }
        Some(Command::Administrator { config, new }) => {
            let database = configuration(config.as_deref())?.database;
            println!(
                "{}",
                operator::appoint(&database, new, Clock::default().now()).await?
            );
        }
        Some(Command::Notices { config }) => notices(config, &arguments.data).await?,
        Some(Command::Replay { config, occasion }) => {
            return replay(config, &arguments.data, occasion).await;
        }
        Some(Command::Certificate {
            work: CertificateWork::NewKey { out },
        }) => println!("{}", operator::certificate::new_key(&out)?),
        Some(Command::Certificate {
            work: CertificateWork::Verify(check),
        }) => return operator::certificate::verify(&check, Clock::default().now()),
        Some(Command::Retention { config, dry_run }) => {
            let database = settings(config.as_deref(), &arguments.data)?;
            let mode = if dry_run {
                Retention::DryRun
            } else {
                Retention::Real
            };
            println!(
                "{}",
                records::retain(&database, mode, Clock::default().now()).await?
            );
        }
        Some(Command::Erasures { config, what }) => {
            let database = settings(config.as_deref(), &arguments.data)?;
            let now = Clock::default().now();
            match what {
                Erasures::Export => print!("{}", records::export_erasures(&database, now).await?),
                Erasures::Replay { file } => {
                    println!("{}", records::replay_erasures(&database, &file, now).await?);
                }
            }
        }
        Some(Command::Fingerprint { config }) => {
            let database = settings(config.as_deref(), &arguments.data)?;
            print!("{}", fingerprint(&database).await?);
        }
        Some(Command::Check { config }) => return check(config, &arguments.data).await,
    }
    Ok(ExitCode::SUCCESS)
}

fn configuration(file: Option<&Path>) -> Result<Config, Fault> {
    Config::from_process(file).map_err(|mistakes| Fault::new(mistakes.to_string()))
}

fn start_log(format: LogFormat) -> Result<(), Fault> {
    let filter = std::env::var("RUST_LOG")
        .unwrap_or_else(|_| "info,sqlx=warn,sea_orm_migration=warn".to_owned());
    let format = match format {
        LogFormat::Text => Format::Text,
        LogFormat::Json => Format::Json,
    };
    telemetry::init(format, &filter)
        .map_err(|error| Fault::while_doing("the log cannot start", &error))
}

async fn serve_production(file: Option<PathBuf>) -> Result<(), Fault> {
    let config = configuration(file.as_deref())?;
    start_log(config.log)?;
    let listener = listen(config.listen).await?;
    tracing::info!(address = %config.listen, "serving");
    let server = Server {
        config,
        clock: Clock::default(),
        rate: Rate::default(),
        open_introspection: false,
        pages: Router::new(),
    };
    serve(server, listener, stop_signal()).await
}

async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(address).await.map_err(|error| {
        Fault::new(format!(
            "cannot listen on {address}: {error}. Is it in use? Choose another with SAMVERKAN_LISTEN."
        ))
    })
}

/// Where the demonstration is to listen; `SAMVERKAN_LISTEN` may move it, but not off this computer.
fn demo_listen() -> Result<std::net::SocketAddr, Fault> {
    let address = match std::env::var("SAMVERKAN_LISTEN") {
        Ok(address) if !address.is_empty() => address,
        _ => format!("127.0.0.1:{DEFAULT_PORT}"),
    };
    let address: std::net::SocketAddr = address.parse().map_err(|_| {
        Fault::new(format!(
            "SAMVERKAN_LISTEN is `{address}`; write an address and a port, such as 127.0.0.1:8000"
        ))
    })?;
    if !address.ip().is_loopback() {
        return Err(Fault::new(format!(
            "the demonstration hands out tokens to anybody who opens it, so it listens on loopback only, not on \
             {}. To serve others, configure `samverkan serve`.",
            address.ip()
        )));
    }
    Ok(address)
}

async fn demonstrate(data: &Path) -> Result<(), Fault> {
    let address = demo_listen()?;
    start_log(LogFormat::Text)?;
    // The port first: nothing is written when it cannot be had.
    let listener = listen(address).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Fault::while_doing("the address", &error))?;
    let server = demo::prepare(data, address, Clock::default()).await?;
    print!("{}", demo::welcome(data, address, Clock::default().now())?);
    serve(server, listener, stop_signal()).await
}

/// Where the configured database is; the demonstration's, where nothing is configured.
fn settings(file: Option<&Path>, data: &Path) -> Result<config::Database, Fault> {
    Ok(whole_configuration(file, data)?.database)
}

/// What is configured; the demonstration's configuration, where nothing is.
fn whole_configuration(file: Option<&Path>, data: &Path) -> Result<Config, Fault> {
    let configured = file.is_some()
        || std::env::var_os("SAMVERKAN_CONFIG").is_some()
        || std::env::var_os("SAMVERKAN_DATABASE_URL").is_some();
    Ok(if configured {
        configuration(file)?
    } else {
        Config::demonstration(data, DEFAULT_PORT)
    })
}

/// The configured database, or the demonstration's where nothing is configured.
async fn database(file: Option<PathBuf>, data: &Path, doing: &str) -> Result<Database, Fault> {
    let database = settings(file.as_deref(), data)?;
    Database::connect(&database, &Arc::new(Metrics::default()))
        .await
        .map_err(|error| Fault::of_database(doing, &error))
}

async fn notices(file: Option<PathBuf>, data: &Path) -> Result<(), Fault> {
    let doing = "the outbox cannot be read";
    let database = database(file, data, doing).await?;
    let waiting = database.waiting_notices().await;
    let waiting = waiting.map_err(|error| Fault::of_database(doing, &error))?;
    match waiting.since {
        None => println!("no notice waits for delivery"),
        Some(since) => println!(
            "{} notices wait for delivery, the oldest since {}",
            waiting.notices,
            since.to_rfc3339_opts(SecondsFormat::Secs, true)
        ),
    }
    database.close().await;
    Ok(())
}

async fn replay(
    file: Option<PathBuf>,
    data: &Path,
    occasion: Option<OccasionId>,
) -> Result<ExitCode, Fault> {
    let doing = "the ledgers cannot be told";
    let of_database = |error| Fault::of_database(doing, &error);
    let database = database(file, data, doing).await?;
    if let Some(occasion) = occasion {
        for line in database.history(occasion).await.map_err(of_database)? {
            println!("{line}");
        }
    }
    let told = database.replay().await.map_err(of_database)?;
    let concerned = |found: &&Disagreement| occasion.is_none_or(|only| only == found.occasion);
    for found in told.disagreements.iter().filter(concerned) {
        println!("{}: {}", found.occasion, found.what);
    }
    println!(
        "{} ledgers with {} movements told again: {} differences; {} begun before terms were noted",
        told.occasions,
        told.movements,
        told.disagreements.len(),
        told.without_terms
    );
    database.close().await;
    Ok(if told.disagreements.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn check(file: Option<PathBuf>, data: &Path) -> Result<ExitCode, Fault> {
    let doing = "the database cannot be checked";
    let of_database = |error| Fault::of_database(doing, &error);
    let config = whole_configuration(file.as_deref(), data)?;
    let database = Database::connect(&config.database, &Arc::new(Metrics::default()))
        .await
        .map_err(of_database)?;
    let findings = database.check().await.map_err(of_database)?;
    // A server that has never had a document may have no place for them yet.
    let documents = if database.has_documents().await.map_err(of_database)? {
        let store = document_store(&config, &database).await?;
        database
            .check_documents(&store)
            .await
            .map_err(of_database)?
    } else {
        Vec::new()
    };
    for found in &findings.disagreements {
        println!("{}: {}", found.occasion, found.what);
    }
    let others = [&findings.coverage, &findings.minutes, &documents];
    for found in others.into_iter().flatten() {
        println!("{found}");
    }
    let differences =
        findings.disagreements.len() + others.iter().map(|found| found.len()).sum::<usize>();
    println!(
        "{} occasions and {} movements and the counters of coverage, the seals of minutes and the files of documents checked: {differences} differences",
        findings.occasions, findings.movements,
    );
    database.close().await;
    Ok(if differences == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Ends when the process is asked to stop.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    let mut terminate = match tokio::signal::unix::signal(
        tokio::signal::unix::SignalKind::terminate(),
    ) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be waited for; only Ctrl-C stops the server in good order");
            let _ = interrupt.await;
            return;
        }
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping: what has begun is finished first");
}
