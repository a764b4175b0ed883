//! The commands of the benchmark.

use api::run::Fault;
use bench::{
    Result,
    fill::{Plan, fill},
    instant,
    load::{Load, run},
    operation::{OPERATIONS, Operation},
    report,
    side::{Side, serve},
    size::Size,
};
use clap::{Parser, Subcommand, ValueEnum};
use std::{path::PathBuf, process::ExitCode};

/// The same as the program's, for both sides.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Fills databases with a county's or a nation's worth of data, and measures the product over them.
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fills an empty database.
    Fill {
        /// How much: tiny, county or nation.
        #[arg(long)]
        size: Size,
        /// Where: `postgres://…` or `sqlite://…`.
        #[arg(long, env = "BENCH_DATABASE")]
        database: String,
        /// Another seed gives other data.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Measures the product and the limit over databases that have been filled, in one interleaved run.
    Run {
        /// A name and a `PostgreSQL` database on this machine: `county=postgres://…`. May be given several times.
        #[arg(long = "database", required = true, value_parser = named)]
        databases: Vec<(String, String)>,
        /// Slices of each side, for each operation and database.
        #[arg(long, default_value_t = 10)]
        rounds: usize,
        /// Requests of a slice.
        #[arg(long, default_value_t = 100)]
        requests: usize,
        /// How many ask at the same time.
        #[arg(long, default_value_t = 8)]
        clients: usize,
        /// Only this operation, by its name in the tables. May be given several times; without it, all are measured.
        #[arg(long = "operation", value_parser = operation)]
        operations: Vec<&'static Operation>,
        /// A Markdown file; what stands between its two marks is replaced by the tables.
        #[arg(long)]
        into: Option<PathBuf>,
        /// Where the picture goes, an SVG file.
        #[arg(long)]
        picture: Option<PathBuf>,
    },
    /// Serves one side; `run` starts it.
    #[command(hide = true)]
    Serve {
        side: SideName,
        #[arg(long)]
        keys: PathBuf,
        #[arg(long, env = "BENCH_DATABASE")]
        database: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum SideName {
    Product,
    Limit,
}

fn named(text: &str) -> std::result::Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, url)| (name.to_owned(), url.to_owned()))
        .ok_or_else(|| "write a name, `=` and the address of a database".to_owned())
}

fn operation(text: &str) -> std::result::Result<&'static Operation, String> {
    let found = OPERATIONS.iter().find(|operation| operation.name == text);
    found.ok_or_else(|| {
        let names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
        format!("there are: {}", names.join(", "))
    })
}

#[tokio::main]
async fn main() -> ExitCode {
    match act(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("bench: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn act(command: Command) -> Result<()> {
    match command {
        Command::Fill {
            size,
            database,
            seed,
        } => {
            let now = instant();
            let filled = fill(&database, Plan { size, seed, now }).await?;
            println!(
                "{}: {} sign-ups, {} movements of seats",
                size.name, filled.sign_ups, filled.movements
            );
            Ok(())
        }
        Command::Run {
            databases,
            rounds,
            requests,
            clients,
            operations,
            into,
            picture,
        } => {
            let load = Load {
                rounds,
                requests,
                clients,
            };
            let keys = std::env::temp_dir().join(format!("samverkan-bench-{}", std::process::id()));
            let operations = if operations.is_empty() {
                OPERATIONS.iter().collect()
            } else {
                operations
            };
            let measured = run(&databases, &keys, load, &operations).await;
            std::fs::remove_dir_all(&keys)
                .map_err(|error| Fault::while_doing("the folder of the keys", &error))?;
            let (lines, memory) = measured?;
            let tables = report::tables(&lines, &memory);
            println!("{tables}");
            if let Some(file) = into {
                report::put_into(&file, &tables)?;
            }
            if let Some(file) = picture {
                std::fs::write(&file, report::picture(&lines))
                    .map_err(|error| Fault::while_doing("the picture", &error))?;
            }
            Ok(())
        }
        Command::Serve {
            side,
            keys,
            database,
        } => {
            let side = match side {
                SideName::Product => Side::Product,
                SideName::Limit => Side::Limit,
            };
            serve(side, &database, &keys).await
        }
    }
}
