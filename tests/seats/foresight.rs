//! What an occasion says in advance (`viewerCanSignUp`) is what the mutation then answers: for every
//! persona and every occasion of the demonstration.

use super::world::{
    ORGANISER, block, colleagues_who_are, day, occasion, occasion_of, refusals, sign_up, training,
    try_sign_up, withdraw,
};
use crate::harness::{Answer, Caller, Server, on_both_databases};
use api::demo::data::PERSONAS;
use chrono::TimeDelta;
use entity::{
    id::OccasionId,
    kind::{Role, StaffCategory},
    training_occasion,
};
use sea_orm::{EntityTrait, Iterable, QueryOrder};
use serde_json::json;

/// What the occasion says.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    /// It is not there for this viewer.
    Nothing,
    /// One can.
    Yes,
    /// One cannot, and why.
    No(String),
}

async fn occasions(server: &Server) -> Vec<String> {
    let rows = training_occasion::Entity::find()
        .order_by_asc(training_occasion::Column::Id)
        .all(&server.database)
        .await
        .expect("occasions can be read");
    rows.iter()
        .map(|row| OccasionId::to_string(&row.id))
        .collect()
}

async fn said(caller: &Caller<'_>, occasion: &str) -> Said {
    let query =
        "query($id: ID!) { occasion(id: $id) { viewerCanSignUp viewerCannotSignUpReason } }";
    let answer = caller.ask(query, json!({ "id": occasion })).await;
    let found = answer.at("occasion");
    if found.is_null() {
        return Said::Nothing;
    }
    let reason = found["viewerCannotSignUpReason"].as_str();
    assert_eq!(
        found["viewerCanSignUp"],
        json!(reason.is_none()),
        "there is a reason exactly where one cannot"
    );
    reason.map_or(Said::Yes, |reason| Said::No(reason.to_owned()))
}

/// Fails unless a refused attempt was refused as foretold.
fn assert_foretold(said: &Said, codes: &[String], what: &str) {
    let foretold = match said {
        Said::Nothing => codes.iter().all(|code| code == "NOT_FOUND") && !codes.is_empty(),
        Said::Yes => codes.is_empty(),
        // The mutation tells everything that is wrong; the occasion foretells the first.
        Said::No(reason) => codes.first() == Some(reason),
    };
    assert!(
        foretold,
        "{what}: foretold {said:?}, the mutation answers {codes:?}"
    );
}

/// Somebody who signs oneself up.
async fn try_oneself(caller: &Caller<'_>, occasion: &str, person: &str, what: &str) {
    let said = said(caller, occasion).await;
    let answer = try_sign_up(caller, occasion, &[person]).await;
    assert_foretold(&said, &answer.user_errors("signUp"), what);
    leave_again(caller, &answer).await;
}

/// Somebody who signs colleagues up: one of every kind.
async fn try_colleagues(caller: &Caller<'_>, occasion: &str, colleagues: &[String], what: &str) {
    let said = said(caller, occasion).await;
    if said != Said::Yes {
        for code in refusals(caller, occasion, colleagues).await {
            assert_foretold(&said, &[code], what);
        }
        return;
    }
    for colleague in colleagues {
        let answer = try_sign_up(caller, occasion, &[colleague]).await;
        if answer.user_errors("signUp").is_empty() {
            leave_again(caller, &answer).await;
            return;
        }
    }
    panic!("{what}: foretold that some colleague can be signed up, and none of any kind can");
}

async fn leave_again(caller: &Caller<'_>, answer: &Answer) {
    if let Some(id) = answer.at("signUp/signUps").pointer("/0/id") {
        let refused = withdraw(caller, id.as_str().expect("an id")).await;
        assert_eq!(refused, [""; 0], "what was tried is undone");
    }
}

on_both_databases! {
    async fn every_persona_can_at_every_occasion_what_it_says(backend: Backend) {
        let server = Server::start(backend).await;
        let occasions = occasions(&server).await;
        let kinds: Vec<StaffCategory> = StaffCategory::iter().collect();
        let mut tried = 0;

        for persona in PERSONAS {
            let caller = server.by(persona.name);
            let viewer = caller.query("{ viewer { person { id } } }").await;
            if persona.name == "ended-agreement-coordinator" {
                assert_eq!(viewer.status, 403, "whose agreement has ended asks nothing at all");
                continue;
            }
            let person = viewer.at("viewer/person/id").as_str().expect("an id").to_owned();
            let colleagues = colleagues_who_are(&server, persona.name, &kinds).await;
            for occasion in &occasions {
                let what = format!("{} at {occasion}", persona.name);
                if persona.role >= Role::Coordinator {
                    try_colleagues(&caller, occasion, &colleagues, &what).await;
                } else {
                    try_oneself(&caller, occasion, &person, &what).await;
                }
                tried += 1;
            }
        }

        assert!(tried > 1000, "all personas meet all occasions, only {tried} met");
        assert_eq!(server.disagreements().await, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_member_is_told_of_an_overlap_before_trying(backend: Backend) {
        let server = Server::start(backend).await;
        let member = server.by("vaxjo-member");
        let viewer = member.query("{ viewer { person { id } } }").await;
        let person = viewer.at("viewer/person/id").as_str().expect("an id").to_owned();
        let training = training(&server, &json!({})).await;
        let first = occasion(&server, 5).await;
        let second = occasion(&server, 5).await;
        let before = json!({ "timeBlocks": [block(day(30) - TimeDelta::hours(2), 2)] });
        let touching = occasion_of(&server, &training, &before).await;
        let full = occasion(&server, 0).await;

        let waits = sign_up(&member, &full, &[&person]).await;
        assert_eq!(said(&member, &first).await, Said::Yes, "who only waits elsewhere is free");
        let places = sign_up(&member, &first, &[&person]).await;

        assert_eq!(waits[0].status, "WAITLISTED");
        for (occasion, expected) in [
            (&first, Said::No("ALREADY_SIGNED_UP".to_owned())),
            (&full, Said::No("ALREADY_SIGNED_UP".to_owned())),
            (&second, Said::No("OVERLAPPING_OCCASION".to_owned())),
            (&touching, Said::Yes),
        ] {
            assert_eq!(said(&member, occasion).await, expected);
        }
        assert_eq!(withdraw(&member, &places[0].id).await, [""; 0]);
        try_oneself(&member, &second, &person, "after the withdrawal").await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_is_nobody_in_particular_is_told_so(backend: Backend) {
        let server = Server::start(backend).await;
        let open = training(&server, &json!({ "sharing": "PUBLIC" })).await;
        let public = occasion_of(&server, &open, &json!({})).await;
        let partners = occasion(&server, 5).await;
        let region = "2321000065";
        let colleague = colleagues_who_are(&server, ORGANISER, &[StaffCategory::Employee]).await;
        let not_signed_in = || Said::No("NOT_SIGNED_IN".to_owned());

        assert_eq!(said(&server.anonymous(), &public).await, not_signed_in());
        assert_eq!(said(&server.anonymous(), &partners).await, Said::Nothing);
        let answer = try_sign_up(&server.anonymous(), &public, &colleague).await;
        assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);

        let lowest = server.service(region, &[]);
        assert_eq!(said(&lowest, &partners).await, not_signed_in());
        assert_eq!(try_sign_up(&lowest, &partners, &colleague).await.codes(), ["FORBIDDEN"]);

        let coordinating = server.service(region, &[api::app::COORDINATE]);
        try_colleagues(&coordinating, &partners, &colleague, "a system that coordinates").await;
        server.stop().await;
    }
}
