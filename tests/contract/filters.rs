//! Each filter of the catalogue finds exactly what a slow reading of the whole list finds.

use super::asking::List;
use super::slow_filter::{Catalogue, has_free_seats, holds, occasions, plain};
use crate::harness::{Caller, Server, on_both_databases};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

fn list(row: &Value, field: &str) -> Vec<Value> {
    row[field].as_array().expect("a list").clone()
}

fn organisers(row: &Value) -> Vec<Value> {
    list(row, "organisers")
        .iter()
        .map(|row| row["id"].clone())
        .collect()
}

on_both_databases! {
    async fn filters_by_one_thing_find_what_fits(backend: Backend) {
        let server = Server::start(backend).await;
        for caller in [server.by("region-kronoberg-coordinator"), server.anonymous()] {
            let all = Catalogue::of(&caller).await;
            assert_eq!(all.expect(&json!({}), |_| true).await, all.rows.len());

            for county in all.values(|row| vec![row["county"]["code"].clone()]) {
                let found = all.expect(&json!({ "county": county }), |row| row["county"]["code"] == county).await;
                assert!(found > 0);
            }
            for id in all.values(organisers) {
                all.expect(&json!({ "organiserId": id }), |row| organisers(row).contains(&id)).await;
            }
            for id in all.values(|row| vec![row["programme"]["id"].clone()]) {
                all.expect(&json!({ "programmeId": id }), |row| row["programme"]["id"] == id).await;
            }
            for status in ["DRAFT", "PUBLISHED", "ARCHIVED"] {
                all.expect(&json!({ "statuses": [status] }), |row| row["status"] == status).await;
            }
            for joint in [true, false] {
                let found = all.expect(&json!({ "joint": joint }), |row| (organisers(row).len() > 1) == joint).await;
                assert!(found > 0);
            }
            for free in [true, false] {
                let filter = json!({ "withFreeSeats": free });
                assert!(all.expect(&filter, |row| has_free_seats(row) == free).await > 0);
            }
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn filters_by_several_values_find_what_has_one_of_them(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("vaxjo-coordinator");
        let all = Catalogue::of(&caller).await;

        for (filter, field) in [("subjectAreas", "subjectAreas"), ("targetAudiences", "targetAudiences")] {
            let values = all.values(|row| list(row, field));
            for pair in values.windows(2) {
                for wanted in [&pair[..1], pair] {
                    let fits = |row: &Value| list(row, field).iter().any(|value| wanted.contains(value));
                    assert!(all.expect(&json!({ filter: wanted }), fits).await > 0);
                }
            }
            assert_eq!(all.expect(&json!({ filter: [] }), |_| false).await, 0, "one of none fits nothing");
        }
        for format in all.values(|row| vec![row["format"].clone()]) {
            all.expect(&json!({ "formats": [format] }), |row| row["format"] == format).await;
        }
        let two = json!({ "formats": ["E_LEARNING", "CONFERENCE"], "statuses": ["PUBLISHED"] });
        let fits = |row: &Value| {
            (row["format"] == "E_LEARNING" || row["format"] == "CONFERENCE") && row["status"] == "PUBLISHED"
        };
        assert!(all.expect(&two, fits).await > 0);
        let everything = json!({
            "county": "07", "joint": true, "withFreeSeats": true, "subjectAreas": ["CHILD_RIGHTS"], "text": "län",
        });
        let fits = |row: &Value| {
            row["county"]["code"] == "07"
                && organisers(row).len() > 1
                && has_free_seats(row)
                && list(row, "subjectAreas").contains(&json!("CHILD_RIGHTS"))
                && holds(row, "lan")
        };
        assert!(all.expect(&everything, fits).await > 0);
        server.stop().await;
    }
}

/// A period as it is asked for, and its first moment and the first one after it.
const PERIODS: [(&str, &str, &str, &str); 9] = [
    (
        "2026-03-31",
        "2026-03-31",
        "2026-03-30T22:00:00Z",
        "2026-03-31T22:00:00Z",
    ),
    (
        "2026-04-01",
        "2026-04-01",
        "2026-03-31T22:00:00Z",
        "2026-04-01T22:00:00Z",
    ),
    (
        "2026-06-10",
        "2026-06-10",
        "2026-06-09T22:00:00Z",
        "2026-06-10T22:00:00Z",
    ),
    (
        "2026-06-11",
        "2026-06-11",
        "2026-06-10T22:00:00Z",
        "2026-06-11T22:00:00Z",
    ),
    (
        "2026-06-12",
        "2026-06-12",
        "2026-06-11T22:00:00Z",
        "2026-06-12T22:00:00Z",
    ),
    (
        "2026-03",
        "2026-04",
        "2026-02-28T23:00:00Z",
        "2026-04-30T22:00:00Z",
    ),
    (
        "2012",
        "2012",
        "2011-12-31T23:00:00Z",
        "2012-12-31T23:00:00Z",
    ),
    (
        "VT 2014",
        "VT 2014",
        "2013-12-31T23:00:00Z",
        "2014-06-30T22:00:00Z",
    ),
    (
        "2013",
        "2013",
        "2012-12-31T23:00:00Z",
        "2013-12-31T23:00:00Z",
    ),
];

on_both_databases! {
    async fn a_period_finds_what_touches_it_and_nothing_at_its_edges(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");
        // One ends at midnight before the 11th of June, one begins at midnight after it.
        for (title, from, to) in [
            ("Slutar vid midnatt", "2026-06-10T20:00:00+02:00", "2026-06-11T00:00:00+02:00"),
            ("Börjar vid midnatt", "2026-06-12T00:00:00+02:00", "2026-06-12T02:00:00+02:00"),
        ] {
            let id = create(&caller, title).await;
            let blocks = json!([{ "startsAt": from, "endsAt": to }]);
            let input = json!({ "trainingId": id, "timeBlocks": blocks, "capacity": 5 });
            let made = caller.mutate("createOccasion", input, "occasion { id }").await;
            assert_eq!(made.user_errors("createOccasion"), [""; 0]);
        }
        let all = Catalogue::of(&caller).await;
        let instant = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");

        for (from, to, first, after) in PERIODS {
            let (first, after) = (instant(first), instant(after));
            let touches = |row: &Value, begins: bool, ends: bool| {
                occasions(row).iter().any(|(from, to, _)| (!begins || *to > first) && (!ends || *from < after))
            };
            let both = json!({ "period": { "from": from, "to": to } });
            all.expect(&both, |row| touches(row, true, true)).await;
            all.expect(&json!({ "period": { "from": from } }), |row| touches(row, true, false)).await;
            all.expect(&json!({ "period": { "to": to } }), |row| touches(row, false, true)).await;
        }
        let between = json!({ "period": { "from": "2026-06-11", "to": "2026-06-11" }, "text": "midnatt" });
        assert_eq!(all.expect(&between, |_| false).await, 0, "neither touches the day between them");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_text_finds_itself_and_its_wildcards_only_themselves(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.by("region-kronoberg-coordinator");
        for title in ["100 % barnrätt", "Barn_rätt", r"Barn\rätt", "Idé och 'citat' -- \"här\""] {
            create(&caller, title).await;
        }
        let all = Catalogue::of(&caller).await;

        for text in [
            "barn", "BARNETS", "rattigheter", "Rättigheter i", "%", "0 %", "_", "n_r", r"\", r"\r", "'", "--", "\"",
            "ide", "–", "zzz", "Barnets  rättigheter", " ", "",
        ] {
            all.expect(&json!({ "text": text }), |row| holds(row, text)).await;
        }
        assert_eq!(all.expect(&json!({ "text": "%" }), |row| holds(row, "%")).await, 1);
        assert_eq!(all.expect(&json!({ "text": "_" }), |row| holds(row, "_")).await, 1);
        assert_eq!(all.expect(&json!({ "text": r"\" }), |row| holds(row, r"\")).await, 1);
        server.stop().await;
    }
}

on_both_databases! {
    async fn organisations_are_filtered_by_kind_county_and_name(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.anonymous();
        let selection = "id name kind county { code } names { name }";
        let field = "organisations(filter: {}".to_owned();
        let all = List { caller: &caller, field, selection }.forwards(50).await;

        let expect = async |filter: Value, fits: &dyn Fn(&Value) -> bool| {
            let query = "query($filter: OrganisationFilter) { organisations(filter: $filter, first: 100) { nodes { id } } }";
            let answer = caller.ask(query, json!({ "filter": filter })).await;
            let found: Vec<_> = list(answer.at("organisations"), "nodes").iter().map(|row| row["id"].clone()).collect();
            let fitting: Vec<_> = all.iter().filter(|row| fits(row)).map(|row| row["id"].clone()).collect();
            assert_eq!(found, fitting[..fitting.len().min(100)], "{filter}");
        };
        for kinds in [json!(["REGION"]), json!(["NGO", "NGO_NETWORK"]), json!(["COLLABORATION_BODY"])] {
            let wanted = kinds.as_array().expect("a list").clone();
            expect(json!({ "kinds": kinds }), &|row| wanted.contains(&row["kind"])).await;
        }
        for county in ["07", "23", "99", "7"] {
            expect(json!({ "county": county }), &|row| row["county"]["code"] == county).await;
        }
        for text in ["kommun", "VAXJO", "landsting", "skl", "%", "_", "(demo)"] {
            let holds = |row: &Value| {
                let mut names = list(row, "names").iter().map(|row| plain(row["name"].as_str().unwrap_or_default())).collect::<Vec<_>>();
                names.push(plain(row["name"].as_str().unwrap_or_default()));
                names.iter().any(|name| name.contains(&plain(text)))
            };
            expect(json!({ "text": text }), &holds).await;
        }
        server.stop().await;
    }
}

async fn create(caller: &Caller<'_>, title: &str) -> Value {
    let input =
        json!({ "title": title, "format": "HALF_DAY", "sharing": "COUNTY", "county": "07" });
    let made = caller
        .mutate("createTraining", input, "training { id }")
        .await;
    made.at("createTraining/training/id").clone()
}
