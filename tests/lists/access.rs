//! Who gets which list, and that nobody gets more than over GraphQL.

use super::world::{LISTS, fetch, fetch_as, main_occasion, reads};
use crate::{
    harness::{Backend, Server, Setup, on_both_databases},
    seats::world::{COORDINATORS, ORGANISER, colleagues, occasion, sign_up},
};
use api::http::Rate;
use serde_json::json;

/// The status of each list for somebody.
async fn statuses(server: &Server, persona: &str, occasion: &str) -> [u16; 4] {
    let mut statuses = [0; 4];
    for (status, list) in statuses.iter_mut().zip(LISTS) {
        *status = fetch(server, persona, occasion, list).await.status;
    }
    statuses
}

on_both_databases! {
    async fn each_list_goes_to_exactly_those_who_see_what_stands_in_it(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;

        for (persona, expected) in [
            ("region-kronoberg-coordinator", [200, 200, 200, 200]),
            ("region-kronoberg-administrator", [200, 200, 200, 200]),
            ("region-kronoberg-member", [403, 403, 403, 403]),
            // Gives the training too, and is not accountable for it.
            ("lansstyrelsen-kronoberg-coordinator", [200, 200, 200, 403]),
            ("alvesta-coordinator", [200, 200, 200, 403]),
            ("alvesta-member", [403, 403, 403, 403]),
            // The training is for another county.
            ("region-blekinge-coordinator", [404, 404, 404, 404]),
            ("ended-agreement-coordinator", [403, 403, 403, 403]),
        ] {
            assert_eq!(statuses(&server, persona, &occasion).await, expected, "{persona}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_coordinator_gets_the_own_people_and_the_accountable_organiser_all(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;

        let own = fetch(&server, "alvesta-coordinator", &occasion, LISTS[0]).await;
        let joint = fetch(&server, "lansstyrelsen-kronoberg-coordinator", &occasion, LISTS[0]).await;
        let stranger = fetch(&server, "vaxjo-coordinator", &occasion, LISTS[0]).await;
        let all = fetch(&server, ORGANISER, &occasion, LISTS[0]).await;

        let own = own.lines();
        assert_eq!(own.len(), 4, "{own:?}");
        assert!(own[1..].iter().all(|line| line.contains(";Alvesta kommun;")), "{own:?}");
        assert!(own[1..].iter().any(|line| line.starts_with("Vera Lundmalm;")), "{own:?}");
        let joint = joint.lines();
        assert_eq!(joint.len(), 2, "the organisers have not agreed to share the list: {joint:?}");
        assert_eq!(stranger.lines().len(), 1, "only the headings");
        assert_eq!(all.lines().len(), 12);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_protected_person_is_a_line_without_a_name_outside_the_own_organisation(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;

        for list in LISTS {
            let file = fetch(&server, ORGANISER, &occasion, list).await;
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            assert!(!text.contains("Lundmalm"), "{list} names a protected person:\n{text}");
        }

        let file = fetch(&server, ORGANISER, &occasion, LISTS[0]).await.lines();
        let nameless: Vec<_> = file.iter().filter(|line| line.starts_with(';')).collect();
        assert_eq!(nameless.len(), 1, "{file:?}");
        assert!(nameless[0].starts_with(";Alvesta kommun;;Bekräftad;"), "{nameless:?}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_address_at_work_stands_only_beside_the_own_people(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;

        let all = fetch(&server, ORGANISER, &occasion, LISTS[0]).await.lines();

        for line in &all[1..] {
            let own = line.contains(";Region Kronoberg;");
            assert_eq!(line.contains(".example;"), own, "{line}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn without_a_token_or_with_a_bad_one_there_is_no_list(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let path = format!("/occasions/{occasion}/participants.csv");

        let anonymous = fetch_as(&server, &server.anonymous(), &path, "en").await;
        let bad = crate::harness::Caller::with_token(&server, "nonsense");
        let bad = fetch_as(&server, &bad, &path, "en").await;

        for refused in [anonymous, bad] {
            assert_eq!((refused.status, refused.code().as_str()), (401, "UNAUTHENTICATED"));
            assert!(refused.header("www-authenticate").starts_with("Bearer"));
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_does_not_exist_and_what_one_may_not_see_are_the_same(backend: Backend) {
        let server = Server::start(backend).await;
        let main = main_occasion(&server).await;
        let nowhere = format!("occasion_{}", "0".repeat(32));
        let paths = [
            format!("/occasions/{main}/participants.csv"),
            format!("/occasions/{nowhere}/participants.csv"),
            format!("/occasions/{main}/secrets.csv"),
            "/occasions/nonsense/participants.csv".to_owned(),
        ];

        let mut answers = Vec::new();
        for path in &paths {
            let caller = server.by("region-blekinge-coordinator");
            let answer = fetch_as(&server, &caller, path, "en").await;
            answers.push((answer.status, answer.bytes));
        }

        assert_eq!(answers[0].0, 404);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_list_is_fetched_with_get_and_a_known_separator_only(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let path = format!("/occasions/{occasion}/participants.csv");
        let caller = server.by(ORGANISER);

        let token = caller.token().expect("a token");
        let posted = server.http.post(server.at(&path)).bearer_auth(&token).send().await;
        let posted = posted.expect("an answer");
        let odd = fetch_as(&server, &caller, &format!("{path}?separator=%7C"), "en").await;

        assert_eq!(posted.status(), 405);
        assert_eq!(posted.headers()["allow"], "GET");
        assert_eq!((odd.status, odd.code().as_str()), (400, "BAD_REQUEST"));
        server.stop().await;
    }
}

on_both_databases! {
    async fn everybody_whom_a_list_names_stands_in_the_audit_log_before_it_leaves(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let before = reads(&server, ORGANISER).await.len();

        let named = fetch(&server, ORGANISER, &occasion, LISTS[0]).await;
        let id = named.header("x-request-id").to_owned();

        let reads = reads(&server, ORGANISER).await;
        let of_request = reads.iter().filter(|(request, _)| *request == id).count();
        let told = named.lines()[1..].iter().filter(|line| !line.starts_with(';')).count();
        assert_eq!(of_request, told, "one entry for each name");
        assert_eq!(reads.len() - before, told);

        server.sql("ALTER TABLE audit_entry RENAME TO put_aside").await;
        let unwritten = fetch(&server, ORGANISER, &occasion, LISTS[0]).await;
        assert_eq!(unwritten.status, 503, "what cannot be written down does not leave");
        assert!(!String::from_utf8_lossy(&unwritten.bytes).contains("Rosenqvist"));
        server.sql("ALTER TABLE put_aside RENAME TO audit_entry").await;
        server.stop().await;
    }
}

#[tokio::test]
async fn lists_count_against_the_same_limit_as_questions() {
    let rate = Rate {
        burst: 1_200,
        per_second: 1,
        ..Rate::default()
    };
    let setup = Setup {
        rate,
        ..Setup::default()
    };
    let server = Server::start_with(Backend::Sqlite, setup).await;
    let nowhere = format!("occasion_{}", "0".repeat(32));

    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(fetch(&server, ORGANISER, &nowhere, LISTS[0]).await.status);
    }

    assert_eq!(statuses, [404, 404, 429]);
    server.stop().await;
}

on_both_databases! {
    async fn a_front_end_finds_the_lists_that_it_may_fetch(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = main_occasion(&server).await;
        let query = "query($id: ID!) { occasion(id: $id) { downloads { kind path mediaType } } }";

        for persona in COORDINATORS.into_iter().chain(["alvesta-member", "region-kronoberg-member"]) {
            let answer = server.by(persona).ask(query, json!({ "id": occasion })).await;
            let offered = answer.at("occasion/downloads").as_array().expect("a list").clone();
            for list in LISTS {
                let path = format!("/occasions/{occasion}/{list}");
                let link = offered.iter().find(|link| link["path"] == path.as_str());
                let file = fetch_as(&server, &server.by(persona), &path, "sv").await;
                assert_eq!(link.is_some(), file.status == 200, "{persona}: {list}");
                if let Some(link) = link {
                    assert_eq!(link["mediaType"], file.header("content-type"));
                }
            }
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_list_takes_as_many_statements_for_many_as_for_few(backend: Backend) {
        let server = Server::start(backend).await;
        let (small, large) = (occasion(&server, 3).await, occasion(&server, 60).await);
        for (occasion, number) in [(&small, 1), (&large, 20)] {
            for persona in &COORDINATORS[..3] {
                let people = colleagues(&server, persona, number).await;
                sign_up(&server.by(persona), occasion, &people).await;
            }
        }

        for (list, most) in LISTS.into_iter().zip([8.0, 8.0, 9.0, 6.0]) {
            let mut taken = Vec::new();
            for occasion in [&small, &large] {
                let before = server.meter("samverkan_sql_statements_total").await;
                assert_eq!(fetch(&server, ORGANISER, occasion, list).await.status, 200);
                taken.push(server.meter("samverkan_sql_statements_total").await - before);
            }
            assert!((taken[0] - taken[1]).abs() < 0.5, "{list} took {taken:?} statements");
            assert!(taken[1] <= most, "{list} took {} statements, at most {most}", taken[1]);
        }
        server.stop().await;
    }
}
