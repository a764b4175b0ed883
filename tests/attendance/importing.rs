//! Entering completions from elsewhere: looked at first, then all rows or none, and never twice.

use super::world::{PARTNER, file, import, membership, try_import};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::{ORGANISER, colleagues, draft, training},
};
use entity::completion;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

async fn stored(server: &Server) -> u64 {
    let count = completion::Entity::find().count(&server.database).await;
    count.expect("completions can be counted")
}

fn outcomes(rows: &Value) -> Vec<(i64, String)> {
    let rows = rows.as_array().expect("a list");
    let row = |row: &Value| {
        (
            row["line"].as_i64().expect("a line"),
            row["outcome"].as_str().expect("an outcome").to_owned(),
        )
    };
    rows.iter().map(row).collect()
}

/// What is wrong with a file: the code and the field without `csv`.
async fn wrong(server: &Server, csv: &str) -> Vec<(String, Vec<String>)> {
    let answer = try_import(&server.by(PARTNER), csv, false).await;
    let errors = answer
        .at("importCompletions/userErrors")
        .as_array()
        .expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    errors
        .iter()
        .map(|error| {
            let field = error["field"].as_array().expect("a path");
            assert_eq!(field[0], "csv");
            (text(&error["code"]), field[1..].iter().map(text).collect())
        })
        .collect()
}

on_both_databases! {
    async fn a_file_is_looked_at_then_entered_and_never_twice(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({ "title": "Webbkurs om barnkonventionen", "validMonths": 24 })).await;
        let people = colleagues(&server, PARTNER, 2).await;
        let partner = server.by(PARTNER);
        let csv = format!(
            "\u{feff}E-post;Utbildning;Genomförd\r\nkollega.0@partner.example;{training};2026-02-27\r\n\
             Kollega.1@PARTNER.example;Webbkurs om barnkonventionen;2026-02-28\r\n\
             kollega.1@partner.example;{training};2026-02-28\r\n"
        );
        let before = stored(&server).await;

        let preview = try_import(&partner, &csv, true).await;
        let looked_at = stored(&server).await;
        let entered = import(&partner, &csv).await;
        let after = stored(&server).await;
        let again = import(&partner, &csv).await;

        let told = [(2, "ENTERED".to_owned()), (3, "ENTERED".to_owned()), (4, "ALREADY_THERE".to_owned())];
        assert_eq!(outcomes(preview.at("importCompletions/rows")), told);
        assert_eq!(preview.at("importCompletions/rows/0/completion"), &Value::Null);
        assert_eq!(preview.at("importCompletions/entered"), 2);
        assert_eq!((looked_at, after), (before, before + 2));
        assert_eq!(outcomes(entered.at("importCompletions/rows")), told);
        let row = entered.at("importCompletions/rows/1");
        assert_eq!(row["person"]["id"], json!(people[1]));
        assert_eq!(row["completedOn"], "2026-02-28");
        assert_eq!(row["completion"]["source"], "IMPORT");
        assert_eq!(row["completion"]["validUntil"], "2028-02-28");
        assert_eq!(again.at("importCompletions/entered"), 0);
        assert_eq!(again.at("importCompletions/alreadyThere"), 3);
        assert_eq!(stored(&server).await, after);
        let log = "{ auditLog(actions: [IMPORT_COMPLETION], first: 5) { totalCount } }";
        let log = server.by("vaxjo-administrator").query(log).await;
        assert_eq!(log.at("auditLog/totalCount"), 2);
        server.stop().await;
    }
}

on_both_databases! {
    async fn one_wrong_row_stops_all_and_every_wrong_row_is_told_with_its_line(backend: Backend) {
        let server = Server::start(backend).await;
        let ours = training(&server, &json!({ "title": "Webbkursen" })).await;
        for _ in 0..2 {
            training(&server, &json!({ "title": "Två heter så" })).await;
        }
        let unpublished = draft(&server, &json!({})).await;
        let people = colleagues(&server, PARTNER, 1).await;
        let stranger = colleagues(&server, "alvesta-coordinator", 1).await;
        let (member, other) = (membership(&server, &people[0]).await, membership(&server, &stranger[0]).await);
        let before = stored(&server).await;
        let row = |text: &str| format!("member,training,completed_on\n{member},{ours},2026-02-27\n{text}\n");
        let told = |code: &str, line: &str, column: &str| {
            vec![(code.to_owned(), vec![line.to_owned(), column.to_owned()])]
        };

        for (csv, errors) in [
            (row(&format!("{other},{ours},2026-02-27")), told("NOT_FOUND", "3", "member")),
            (row(&format!("{member},Ingen heter så,2026-02-27")), told("NOT_FOUND", "3", "training")),
            (row(&format!("{member},{unpublished},2026-02-27")), told("NOT_FOUND", "3", "training")),
            (row(&format!("{member},Två heter så,2026-02-27")), told("INVALID_VALUE", "3", "training")),
            (row(&format!("{member},{ours},2026-03-03")), told("INVALID_VALUE", "3", "completed_on")),
            (row(&format!("{member},{ours},i går")), told("INVALID_VALUE", "3", "completed_on")),
        ] {
            assert_eq!(wrong(&server, &csv).await, errors, "{csv}");
        }
        let both = wrong(&server, &row("x,y,z\nnobody,y,2026-02-27")).await;
        assert_eq!(both.len(), 2);
        assert_eq!(stored(&server).await, before, "the good row was not entered alone");
        let today = import(&server.by(PARTNER), &row(&format!("{member},{ours},2026-03-02"))).await;
        assert_eq!(today.at("importCompletions/entered"), 2);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_refused_row_is_shown_beside_the_others(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let people = colleagues(&server, PARTNER, 1).await;
        let mut csv = file(&server, &people, &training, "2026-02-27").await;
        csv.extend([format!("membership_{},{training},2026-02-27\n", "0".repeat(32))]);

        let answer = try_import(&server.by(PARTNER), &csv, true).await;

        let told = [(2, "ENTERED".to_owned()), (3, "REFUSED".to_owned())];
        assert_eq!(outcomes(answer.at("importCompletions/rows")), told);
        assert_eq!(answer.at("importCompletions/entered"), 0);
        let message = "Line 3, column member: Nobody who belongs to your organisation now. Register the person first.";
        assert_eq!(answer.at("importCompletions/rows/1/error/message"), message);
        assert_eq!(answer.at("importCompletions/userErrors/0/message"), message);
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_address_that_two_colleagues_have_names_neither(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        colleagues(&server, PARTNER, 1).await;
        colleagues(&server, PARTNER, 1).await;

        let csv = format!("email,training,datum\nkollega.0@partner.example,{training},2026-02-27\n");

        assert_eq!(
            wrong(&server, &csv).await,
            [("INVALID_VALUE".to_owned(), vec!["2".to_owned(), "email".to_owned()])]
        );
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_was_entered_by_mistake_is_taken_back_and_can_be_entered_anew(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let people = colleagues(&server, PARTNER, 1).await;
        let partner = server.by(PARTNER);
        let csv = file(&server, &people, &training, "2026-02-27").await;
        let entered = import(&partner, &csv).await;
        let id = entered.at("importCompletions/rows/0/completion/id").clone();
        let withdraw = json!({ "completionId": id });
        let selection = "completion { withdrawnAt isValid }";

        let by_others = server.by(ORGANISER).mutate("withdrawCompletion", withdraw.clone(), selection).await;
        let by_a_member = server.by("vaxjo-member").mutate("withdrawCompletion", withdraw.clone(), selection).await;
        let withdrawn = partner.mutate("withdrawCompletion", withdraw.clone(), selection).await;
        let again = partner.mutate("withdrawCompletion", withdraw, selection).await;
        let anew = import(&partner, &csv).await;

        assert_eq!(by_others.user_errors("withdrawCompletion"), ["NOT_FOUND"], "the organiser does not see it");
        assert_eq!(by_a_member.user_errors("withdrawCompletion"), ["NOT_FOUND"]);
        assert_eq!(withdrawn.at("withdrawCompletion/completion/isValid"), false);
        assert_eq!(again.codes(), ["FORBIDDEN"]);
        assert_eq!(anew.at("importCompletions/entered"), 1);
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_coordinators_enter_completions(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let people = colleagues(&server, PARTNER, 1).await;
        let csv = file(&server, &people, &training, "2026-02-27").await;

        let member = try_import(&server.by("vaxjo-member"), &csv, false).await;
        let anonymous = try_import(&server.anonymous(), &csv, false).await;
        let system = try_import(&server.service("2120000662", &["samverkan:coordinate"]), &csv, false).await;

        assert_eq!(member.codes(), ["FORBIDDEN"]);
        assert_eq!(anonymous.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(system.at("importCompletions/entered"), 1);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_same_file_twenty_times_at_once_is_entered_once(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let people = colleagues(&server, PARTNER, 5).await;
        let csv = file(&server, &people, &training, "2026-02-27").await;
        let partner = server.by(PARTNER);
        let before = stored(&server).await;

        let at_once = (0..20).map(|_| try_import(&partner, &csv, false));
        let answers = futures_util::future::join_all(at_once).await;

        for answer in answers {
            assert_eq!(answer.user_errors("importCompletions"), [""; 0], "{}", answer.text);
        }
        assert_eq!(stored(&server).await, before + 5);
        server.stop().await;
    }
}

on_both_databases! {
    async fn five_hundred_rows_fit_into_a_request(backend: Backend) {
        let server = Server::start(backend).await;
        training(&server, &json!({ "title": "Kursen" })).await;
        colleagues(&server, PARTNER, 500).await;
        let mut csv = "epost;utbildning;datum\n".to_owned();
        for number in 0..500 {
            csv.extend([format!("kollega.{number}@partner.example;Kursen;2026-02-27\n")]);
        }

        let entered = import(&server.by(PARTNER), &csv).await;
        let one_more = wrong(&server, &format!("{csv}kollega.1@partner.example;Kursen;2026-02-28\n")).await;

        assert_eq!(entered.at("importCompletions/entered"), 500);
        assert_eq!(one_more, [("INVALID_VALUE".to_owned(), vec!["502".to_owned()])]);
        server.stop().await;
    }
}
