//! A request that only reads reads one picture of the database: what it is permitted by, what it is shown and how many there
//! are belong together, whatever is written meanwhile.

use crate::{
    access::behind::query,
    harness::{Backend, Server, on_both_databases},
    personal_data::world::{connections, connections_of},
};
use api::{
    language::Language,
    viewer::{Database, RequestContext, Viewer},
};
use entity::organisation;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait, sea_query::Expr,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::time::timeout;

const WEBSITE: &str = "https://meanwhile.example";

async fn with_website(viewer: &Viewer) -> u64 {
    let query = organisation::Entity::find().filter(organisation::Column::Website.eq(WEBSITE));
    viewer.count(query).await.expect("organisations are public")
}

async fn set_website(server: &Server, website: Option<&str>) {
    let changed = organisation::Entity::update_many()
        .col_expr(organisation::Column::Website, Expr::value(website))
        .filter(organisation::Column::Name.eq("Växjö kommun"))
        .exec(&server.database)
        .await
        .expect("an organisation can be changed behind the door");
    assert_eq!(changed.rows_affected, 1);
}

fn somebody(server: &Server, database: &Database) -> Viewer {
    let context = RequestContext {
        request_id: "picture-1".to_owned(),
        language: Language::default(),
        now: server.clock.now(),
    };
    Viewer::anonymous(database, context)
}

on_both_databases! {
    async fn what_is_written_meanwhile_shows_in_the_next_picture_only(backend: Backend) {
        let server = Server::start(backend).await;
        set_website(&server, None).await;
        let database = connections(&server).await;
        let reads = somebody(&server, &database);
        let writes_too = somebody(&server, &database);
        reads.reads_one_picture();
        let before = [with_website(&reads).await, with_website(&writes_too).await];

        set_website(&server, Some(WEBSITE)).await;
        let meanwhile = [with_website(&reads).await, with_website(&writes_too).await];
        reads.end_picture().await;
        let after = with_website(&reads).await;

        assert_eq!(before, [0, 0]);
        assert_eq!(meanwhile, [0, 1], "who may write sees what is written, the other one picture");
        assert_eq!(after, 1);
        database.close().await;
        server.stop().await;
    }
}

/// How many transactions have begun on connections that read, and of them, how many hold a picture.
async fn begun(server: &Server) -> (i64, i64) {
    let rows = query(
        server,
        "SELECT count(*) AS begun, count(backend_xmin) AS pictures FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'samverkan' AND state = 'idle in transaction'",
    )
    .await;
    let row = &rows[0];
    let count = |name| row.try_get("", name).expect("a number");
    (count("begun"), count("pictures"))
}

/// Waits until as many as that have begun; the answer says how many hold a picture.
async fn until_begun(server: &Server, wanted: i64) -> i64 {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let (found, pictures) = begun(server).await;
        if found == wanted {
            return pictures;
        }
        assert!(
            Instant::now() < end,
            "{found} transactions have begun, not {wanted}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn read_one_picture(viewer: &Viewer) -> u64 {
    viewer.reads_one_picture();
    let found = with_website(viewer).await;
    viewer.end_picture().await;
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_kept_for_the_next_request_without_a_picture_and_goes_back_after_a_moment()
{
    let server = Server::start(Backend::Postgresql).await;
    set_website(&server, None).await;
    let database = connections(&server).await;
    let before = read_one_picture(&somebody(&server, &database)).await;
    let pictures = until_begun(&server, 1).await;

    set_website(&server, Some(WEBSITE)).await;
    let after = read_one_picture(&somebody(&server, &database)).await;

    assert_eq!(
        (before, after),
        (0, 1),
        "the next request has a picture of its own"
    );
    assert_eq!(pictures, 0, "what is kept holds none");
    until_begun(&server, 0).await;
    database.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_by_itself_gets_a_connection_however_many_read_pictures() {
    let server = Server::start(Backend::Postgresql).await;
    // Three that write, two for pictures, and one for whoever reads by itself.
    let database = connections_of(&server, 6).await;
    let stop = Arc::new(AtomicBool::new(false));
    let pictures: Vec<_> = (0..4)
        .map(|_| {
            let (viewer, stop) = (somebody(&server, &database), Arc::clone(&stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    read_one_picture(&viewer).await;
                }
            })
        })
        .collect();

    for _ in 0..20 {
        let alone = somebody(&server, &database);
        let read = timeout(Duration::from_secs(5), with_website(&alone)).await;
        assert!(
            read.is_ok(),
            "who reads by itself waits for a connection that never comes"
        );
        assert!(database.ready().await);
    }
    stop.store(true, Ordering::Relaxed);
    for picture in pictures {
        picture.await.expect("pictures are read meanwhile");
    }
    database.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_connection_of_a_request_that_is_cut_serves_the_next_one() {
    let server = Server::start(Backend::Postgresql).await;
    set_website(&server, None).await;
    // Two that write, one for pictures, and one for whoever reads by itself.
    let database = connections_of(&server, 4).await;
    let lock = server.database.begin().await.expect("a transaction");
    lock.execute_unprepared("LOCK TABLE organisation IN ACCESS EXCLUSIVE MODE")
        .await
        .expect("the table is locked");

    let cut = somebody(&server, &database);
    cut.reads_one_picture();
    let read = timeout(Duration::from_millis(300), with_website(&cut)).await;
    assert!(read.is_err(), "the table is locked");
    drop(cut);
    lock.rollback().await.expect("the table is free");

    let before = read_one_picture(&somebody(&server, &database)).await;
    set_website(&server, Some(WEBSITE)).await;
    let after = read_one_picture(&somebody(&server, &database)).await;
    assert_eq!((before, after), (0, 1));
    database.close().await;
    server.stop().await;
}
