//! What Region Blekinge's page names: national support, and the question at its foot.

use super::look_up::{organisation, text};
use crate::harness::{Server, Setup, on_both_databases};
use api::http::Rate;
use serde_json::{Value, json};

async fn support(server: &Server, organisation: &str) -> Value {
    let query = "{ supportResources { name url note lastCheckedOn organisation { name kind } } }";
    let answer = server.anonymous().query(query).await;
    let rows = answer
        .at("supportResources")
        .as_array()
        .expect("a list")
        .clone();
    let found = rows
        .into_iter()
        .find(|row| row["organisation"]["name"] == organisation);
    found.unwrap_or_else(|| panic!("{organisation} should stand among the national support"))
}

fn is_day(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|day| day.parse::<chrono::NaiveDate>().is_ok())
}

on_both_databases! {
    async fn bl_23_skr_stands_as_national_support_with_its_address(backend: Backend) {
        let server = Server::start(backend).await;

        let skr = support(&server, "Sveriges Kommuner och Regioner").await;

        assert_eq!(skr["organisation"]["kind"], "NATIONAL_ASSOCIATION");
        assert_eq!(skr["url"], "https://skr.se");
        assert!(is_day(&skr["lastCheckedOn"]), "it shows when the address was seen to answer");
        server.stop().await;
    }
}

on_both_databases! {
    async fn bl_24_the_ombudsman_stands_as_national_support_with_its_address(backend: Backend) {
        let server = Server::start(backend).await;

        let ombudsman = support(&server, "Barnombudsmannen").await;

        assert_eq!(ombudsman["organisation"]["kind"], "STATE_AUTHORITY");
        assert_eq!(ombudsman["url"], "https://www.barnombudsmannen.se");
        assert!(is_day(&ombudsman["lastCheckedOn"]));
        assert!(text(&ombudsman["note"]).contains("äldre adress"), "the source's address is old");
        server.stop().await;
    }
}

const COUNTS: &str = "{ pageFeedback { page helpful notHelpful } }";

on_both_databases! {
    async fn bl_25_anybody_can_answer_about_a_page_and_its_owner_sees_the_counts(backend: Backend) {
        let server = Server::start(backend).await;
        let visitor = server.anonymous();
        let owner = text(&organisation(&visitor, "2321000081", "id").await["id"]);
        let answer = async |helpful: bool, language: &'static str| {
            let input = json!({ "organisationId": owner, "page": "/stodstruktur", "helpful": helpful });
            visitor.clone().reading(language).mutate("sendPageFeedback", input, "message").await
        };

        let swedish = answer(true, "sv").await;
        let english = answer(true, "en").await;
        answer(false, "sv").await;

        assert_eq!(swedish.at("sendPageFeedback/message"), "Tack för att du hjälper oss!");
        assert_eq!(english.at("sendPageFeedback/message"), "Thank you for helping us!");
        let counts = server.by("region-blekinge-member").query(COUNTS).await;
        let expected = json!([{ "page": "/stodstruktur", "helpful": 2, "notHelpful": 1 }]);
        assert_eq!(counts.at("pageFeedback"), &expected);
        for stranger in [server.anonymous(), server.by("vaxjo-administrator")] {
            assert_eq!(stranger.query(COUNTS).await.at("pageFeedback"), &json!([]));
        }
        refuse_what_must_not_be_kept(&server, &owner).await;
        expect_a_limit_by_rate(backend).await;
        server.stop().await;
    }
}

async fn refuse_what_must_not_be_kept(server: &Server, owner: &str) {
    let input = json!({
        "organisationId": owner, "page": "/stodstruktur", "helpful": false,
        "comment": "Jag heter Tolvan och har 19121212-1212.",
    });
    let refused = server
        .anonymous()
        .mutate("sendPageFeedback", input, "message")
        .await;

    assert_eq!(
        refused.user_errors("sendPageFeedback"),
        ["PERSONAL_ID_NOT_ALLOWED"]
    );
    assert!(
        refused.at("sendPageFeedback/message").is_null(),
        "nothing kept, no thanks"
    );
}

async fn expect_a_limit_by_rate(backend: crate::harness::Backend) {
    let rate = Rate {
        burst: 200,
        per_second: 1,
        ..Rate::default()
    };
    let setup = Setup {
        rate,
        ..Setup::default()
    };
    let server = Server::start_with(backend, setup).await;
    let owner = organisation(&server.by("vaxjo-member"), "2321000081", "id").await;
    let input = json!({ "organisationId": owner["id"], "page": "/stodstruktur", "helpful": true });

    let mut answers = Vec::new();
    for _ in 0..60 {
        let visitor = server.anonymous();
        answers.push(
            visitor
                .mutate("sendPageFeedback", input.clone(), "message")
                .await,
        );
    }

    assert_eq!(answers[0].status, 200);
    let last = &answers[answers.len() - 1];
    assert_eq!(
        (last.status, last.codes()),
        (429, vec!["RATE_LIMITED".to_owned()])
    );
    assert!(
        last.headers.contains_key("retry-after"),
        "it should say when to come back"
    );
    let kept = answers.iter().filter(|answer| answer.status == 200).count();
    let counts = server.by("region-blekinge-member").query(COUNTS).await;
    assert_eq!(
        counts.at("pageFeedback/0/helpful"),
        kept,
        "what is refused is not kept"
    );
    server.stop().await;
}
