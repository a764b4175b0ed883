//! The negative control: what happens to somebody who counts, then inserts.

use crate::harness::{Backend, Server};
use futures_util::future::join_all;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DbErr, TransactionSession, TransactionTrait,
    sea_query::{Asterisk, Expr, ExprTrait, Query},
};
use std::time::Duration;

/// Sells seats by reading the count first, to so many at once, and fails if that goes well: then the
/// test that it stands in proves nothing.
pub async fn assert_fails(server: &Server, buyers: i32, capacity: i64) {
    let create = "CREATE TABLE naive_seat (buyer integer PRIMARY KEY)";
    let made = server.database.execute_unprepared(create).await;
    made.expect("a scratch table can be made");
    let mut options = ConnectOptions::new(&server.database_url);
    options
        // All of them there at the beginning: who has to connect first comes too late to break anything.
        .min_connections(20)
        .max_connections(20)
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_mins(1));
    let pool = Database::connect(options).await.expect("connections");

    let sales = join_all((0..buyers).map(|buyer| sell(&pool, buyer, capacity))).await;

    let sold = i64::try_from(sales.iter().filter(|sale| matches!(sale, Ok(true))).count());
    let sold = sold.expect("a small number");
    let failed = sales.iter().filter(|sale| sale.is_err()).count();
    let bad = match server.backend {
        Backend::Postgresql => sold > capacity,
        Backend::Sqlite => sold > capacity || failed > 0,
    };
    println!("the naive scheme sold {sold} of {capacity} seats and failed {failed} times");
    assert!(
        bad,
        "the naive scheme sold {sold} of {capacity} seats and failed {failed} times: make the load \
         heavier until it breaks, or the real scheme has not been tried"
    );
    pool.close().await.expect("the connections close");
    let dropped = server
        .database
        .execute_unprepared("DROP TABLE naive_seat")
        .await;
    dropped.expect("the scratch table can be dropped");
}

/// One sale, as one would write it without thinking of others.
async fn sell(
    pool: &(impl ConnectionTrait + TransactionTrait),
    buyer: i32,
    capacity: i64,
) -> Result<bool, DbErr> {
    let transaction = pool.begin().await?;
    let count = Query::select()
        .expr_as(Expr::col(Asterisk).count(), "taken")
        .from("naive_seat")
        .to_owned();
    let row = transaction.query_one(&count).await?.expect("a count");
    let taken: i64 = row.try_get("", "taken")?;
    // Whoever checks something else in between takes at least so long.
    tokio::time::sleep(Duration::from_millis(20)).await;
    if taken >= capacity {
        return Ok(false);
    }
    let insert = Query::insert()
        .into_table("naive_seat")
        .columns(["buyer"])
        .values_panic([buyer.into()])
        .to_owned();
    transaction.execute(&insert).await?;
    transaction.commit().await?;
    Ok(true)
}
