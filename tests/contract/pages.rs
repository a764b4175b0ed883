//! Pages: put together they are the list, whichever way and in whichever size one reads them.

use super::asking::List;
use crate::harness::{Caller, Server, on_both_databases};
use serde_json::Value;

const FIELDS: &str = "id title publishedAt status
  occasions(upcoming: true, first: 5) { nodes { status startsAt } }";

fn trainings<'c>(caller: &'c Caller<'c>, order: &str) -> List<'c> {
    let field = format!("trainings(orderBy: {order}");
    List {
        caller,
        field,
        selection: FIELDS,
    }
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().filter_map(|row| row["id"].as_str()).collect()
}

/// Reads the list in every size both ways, and gives it.
async fn whole(list: &List<'_>, sizes: impl IntoIterator<Item = usize>) -> Vec<Value> {
    let all = list.forwards(40).await;
    let mut different = ids(&all);
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), all.len(), "{} has a row twice", list.field);
    for size in sizes {
        let forwards = list.forwards(size).await;
        assert_eq!(
            ids(&forwards),
            ids(&all),
            "{}: {size} at a time, forwards",
            list.field
        );
        let backwards = list.backwards(size).await;
        assert_eq!(
            ids(&backwards),
            ids(&all),
            "{}: {size} at a time, backwards",
            list.field
        );
    }
    all
}

/// The start of the next occasion, as the order means it.
fn next(row: &Value) -> Option<&str> {
    let occasions = row["occasions"]["nodes"].as_array().expect("a list");
    let scheduled = occasions.iter().filter(|row| row["status"] == "SCHEDULED");
    scheduled.filter_map(|row| row["startsAt"].as_str()).min()
}

on_both_databases! {
    async fn pages_of_trainings_put_together_are_the_list_in_every_order(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");

        for field in ["TITLE", "NEXT_OCCASION", "PUBLISHED_AT"] {
            let up = trainings(&caller, &format!("{{ field: {field} }}"));
            let down = trainings(&caller, &format!("{{ field: {field}, direction: DESC }}"));
            let ascending = whole(&up, 1..=7).await;
            let descending = whole(&down, [1, 3, 7]).await;

            assert!(ascending.len() > 30, "the catalogue should need several pages");
            let (mut one, mut other) = (ids(&ascending), ids(&descending));
            if field != "NEXT_OCCASION" {
                other.reverse();
                assert_eq!(one, other, "{field}: latest first is the other way round");
            }
            one.sort_unstable();
            other.sort_unstable();
            assert_eq!(one, other, "{field}: both directions hold the same rows");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn trainings_stand_in_the_order_that_was_asked_for(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");

        let by_next = trainings(&caller, "{ field: NEXT_OCCASION }").forwards(40).await;
        let latest = trainings(&caller, "{ field: NEXT_OCCASION, direction: DESC }").forwards(40).await;
        let by_publication = trainings(&caller, "{ field: PUBLISHED_AT }").forwards(40).await;
        let by_title = trainings(&caller, "{ field: TITLE }").forwards(40).await;

        let dated = by_next.iter().map_while(next).collect::<Vec<_>>();
        assert!(dated.len() > 5 && dated.is_sorted(), "{dated:?}");
        assert!(by_next[dated.len()..].iter().all(|row| next(row).is_none()), "without one: last");
        let mut reversed = latest.iter().map_while(next).collect::<Vec<_>>();
        reversed.reverse();
        assert_eq!(reversed, dated, "also when the latest comes first, those without one are last");
        let published: Vec<_> = by_publication
            .iter()
            .filter(|row| row["status"] != "DRAFT")
            .map(|row| row["publishedAt"].as_str().expect("an instant"))
            .collect();
        assert!(published.is_sorted());
        let titles: Vec<_> = by_title.iter().map(|row| row["title"].as_str().expect("a text")).collect();
        let place = |beginning: &str| titles.iter().position(|title| title.starts_with(beginning));
        assert!(place("Barn som") < place("Barnets"), "a word that ends comes first: {titles:?}");
        assert!(place("Våga") < place("Våld"), "g before l: {titles:?}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn pages_of_organisations_put_together_are_the_list(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.anonymous();
        let list = |filter: &str| List {
            caller: &caller,
            field: format!("organisations(filter: {filter}"),
            selection: "id name",
        };

        let kronoberg = whole(&list("{ county: \"07\" }"), 1..=7).await;
        let all = whole(&list("{}"), [50, 100]).await;

        let names: Vec<_> = kronoberg.iter().map(|row| row["name"].as_str().expect("a text")).collect();
        assert!(names.len() > 12, "{names:?}");
        let place = |name: &str| names.iter().position(|known| *known == name).expect(name);
        assert!(place("Alvesta kommun") < place("Växjö kommun"));
        assert!(place("Växjö kommun") < place("Älmhults kommun"), "Swedish order: ä after z");
        assert!(all.len() > 70);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_total_is_the_whole_lists_on_every_page(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("vaxjo-coordinator");
        let list = trainings(&caller, "{ field: TITLE }");
        let number = list.forwards(40).await.len();

        let query = "query($after: String) {
          trainings(first: 3, after: $after) { totalCount pageInfo { endCursor } }
        }";
        let first = caller.query(query).await;
        let after = first.at("trainings/pageInfo/endCursor").clone();
        let second = caller.ask(query, serde_json::json!({ "after": after })).await;

        assert_eq!(first.at("trainings/totalCount"), number);
        assert_eq!(second.at("trainings/totalCount"), number);
        server.stop().await;
    }
}
