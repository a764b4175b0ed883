//! The generator and the benchmark: what is generated is what real use would have left, and the hand-written limit
//! answers what the product answers. How fast they are is for `bench/run` to say, not for a test.

use crate::harness::{Backend, empty_database, new_folder, on_both_databases, openly};
use api::{metrics::Metrics, viewer::Database};
use bench::{
    database,
    fill::{Filled, Plan, fill},
    instant,
    load::equal_for_all,
    operation::{Asks, OPERATIONS},
    process::cpu,
    side::{self, Side},
    size::{COUNTY, NATION, Size, TINY},
};
use entity::{
    kind::SignUpStatus, membership, organisation, organisation_unit, person, seat_movement,
    sign_up, training, training_occasion,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};
use tokio::{net::TcpListener, task::JoinHandle};
use uuid::Uuid;

fn plan(seed: u64) -> Plan {
    Plan {
        size: TINY,
        seed,
        now: instant(),
    }
}

async fn filled(backend: Backend, folder: &Path, seed: u64) -> (String, Filled) {
    let url = empty_database(backend, folder).await;
    let filled = fill(&url, plan(seed)).await.expect("a filled database");
    (url, filled)
}

on_both_databases! {
    async fn a_filled_database_has_what_was_planned_and_agrees_with_its_ledger(backend: Backend) {
        let folder = new_folder();

        let (url, filled) = filled(backend, &folder, 1).await;

        let rows = openly(&url).await;
        let counts = [
            organisation::Entity::find().count(&rows).await,
            organisation_unit::Entity::find().count(&rows).await,
            person::Entity::find().count(&rows).await,
            membership::Entity::find().count(&rows).await,
            training::Entity::find().count(&rows).await,
            training_occasion::Entity::find().count(&rows).await,
            sign_up::Entity::find().count(&rows).await,
        ];
        let counts = counts.map(|count| usize::try_from(count.expect("a count")).expect("few"));
        let Size { organisations, workplaces, people, trainings, occasions, sign_ups, region_units, .. } = TINY;
        assert_eq!(counts, [organisations, workplaces + region_units, people, people, trainings, occasions, sign_ups]);
        let movements = seat_movement::Entity::find().count(&rows).await.expect("a count");
        assert_eq!(filled, Filled { sign_ups, movements: usize::try_from(movements).expect("few") });
        for (status, least) in [
            (SignUpStatus::Confirmed, 1_000),
            (SignUpStatus::Waitlisted, 1),
            (SignUpStatus::Withdrawn, 10),
        ] {
            let some = sign_up::Entity::find().filter(sign_up::Column::Status.eq(status));
            let found = some.count(&rows).await.expect("a count");
            assert!(found >= least, "hardly any {status:?}: {found}");
        }
        let config = database(&url).expect("settings");
        let database = Database::connect(&config, &Arc::new(Metrics::default())).await.expect("a connection");
        let findings = database.check().await.expect("a check");
        assert_eq!((findings.occasions, findings.disagreements), (occasions, vec![]));
    }
}

/// The ids of all sign-ups, in order.
async fn sign_ups(url: &str) -> Vec<Uuid> {
    sign_up::Entity::find()
        .select_only()
        .column(sign_up::Column::Id)
        .order_by_asc(sign_up::Column::Id)
        .into_tuple()
        .all(&openly(url).await)
        .await
        .expect("the sign-ups")
}

#[tokio::test]
async fn the_same_seed_fills_both_databases_with_the_same_and_another_seed_with_something_else() {
    let folders = [new_folder(), new_folder(), new_folder()];

    let (sqlite, _) = filled(Backend::Sqlite, &folders[0], 1).await;
    let (postgresql, _) = filled(Backend::Postgresql, &folders[1], 1).await;
    let (other, _) = filled(Backend::Sqlite, &folders[2], 2).await;

    assert_eq!(sign_ups(&sqlite).await, sign_ups(&postgresql).await);
    assert_ne!(sign_ups(&sqlite).await, sign_ups(&other).await);
}

#[tokio::test]
async fn a_database_that_holds_organisations_is_left_as_it_is() {
    let folder = new_folder();
    let (url, _) = filled(Backend::Sqlite, &folder, 1).await;
    let before = sign_ups(&url).await;

    let fault = fill(&url, plan(2)).await.expect_err("it is full");

    assert!(
        fault.to_string().contains("fills empty ones only"),
        "{fault}"
    );
    assert_eq!(sign_ups(&url).await, before);
}

#[test]
fn a_county_and_a_nation_are_as_large_as_the_measurements_say() {
    assert_eq!(COUNTY.organisations + COUNTY.workplaces, 700);
    assert_eq!(
        (
            COUNTY.groups,
            COUNTY.seats,
            COUNTY.meetings,
            COUNTY.region_units
        ),
        (300, 5_000, 20_000, 20_000)
    );
    assert_eq!(
        (COUNTY.trainings, COUNTY.occasions, COUNTY.sign_ups),
        (500, 3_000, 100_000)
    );
    assert_eq!(NATION.organisations + NATION.workplaces, 14_700);
    assert_eq!(
        (NATION.trainings, NATION.occasions, NATION.sign_ups),
        (10_000, 60_000, 2_000_000)
    );
}

/// A side in this process, and where it listens.
async fn served(side: Side, url: &str, keys: &Path) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let (url, keys) = (url.to_owned(), keys.to_owned());
    let running = tokio::spawn(async move {
        side::serve_on(listener, side, &url, &keys)
            .await
            .expect("a side that serves");
    });
    (address, running)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_answers_every_viewer_what_the_product_answers() {
    let folder = new_folder();
    let (url, _) = filled(Backend::Postgresql, &folder, 1).await;
    let (product, product_runs) = served(Side::Product, &url, &folder).await;
    let (limit, limit_runs) = served(Side::Limit, &url, &folder).await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let asks = Asks::read(&url, &folder).await.expect("viewers");

    for operation in &OPERATIONS {
        let asks = asks.of(operation);
        assert_eq!(
            asks.len(),
            200,
            "two hundred viewers ask for {}",
            operation.name
        );
        let equal = equal_for_all(&client, operation, &product, &limit, &asks).await;
        equal.unwrap_or_else(|fault| panic!("{fault}"));
    }
    product_runs.abort();
    limit_runs.abort();
}

#[tokio::test]
async fn the_benchmark_runs_over_a_small_database_and_prints_its_figures() {
    let folder = new_folder();
    let (url, _) = filled(Backend::Postgresql, &folder, 1).await;
    let suite = std::env::current_exe().expect("the suite");
    let program = suite
        .parent()
        .and_then(Path::parent)
        .expect("the folder of the build")
        .join("bench");
    let picture = folder.join("picture.svg");
    let before = cpu(std::process::id()).expect("a figure");

    let run = Command::new(program)
        .args([
            "run",
            "--rounds",
            "1",
            "--requests",
            "5",
            "--clients",
            "2",
            "--picture",
        ])
        .arg(&picture)
        .arg("--database")
        .arg(format!("tiny={url}"))
        .stdin(Stdio::null())
        .output()
        .expect("`bench` runs: tests/run builds it");

    let (said, complained) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert!(run.status.success(), "{complained}");
    for operation in &OPERATIONS {
        let row = format!("| {} | tiny | **", operation.name);
        assert!(
            said.contains(&row),
            "no figures of {} in {said}",
            operation.name
        );
    }
    assert!(
        said.contains("| product, tiny |") && said.contains(" MB |"),
        "{said}"
    );
    let drawn = std::fs::read_to_string(picture).expect("a picture");
    assert!(
        drawn.starts_with("<svg ") && drawn.contains("catalogue page, tiny"),
        "{drawn}"
    );
    assert!(cpu(std::process::id()).expect("a figure") >= before);
}
