//! How a joint training comes into the catalogue, is changed, and leaves it.

use super::scene::{list, text};
use crate::harness::{Answer, Caller, Server, on_both_databases};
use serde_json::{Value, json};

const ORGANISER: &str = "region-kronoberg-coordinator";
const JOINT: &str = "lansstyrelsen-kronoberg-coordinator";
const NEIGHBOUR: &str = "vaxjo-coordinator";

on_both_databases! {
    async fn a_joint_training_is_made_confirmed_published_given_and_archived(backend: Backend) {
        let server = Server::start(backend).await;

        let id = create(&server).await;
        expect_a_draft_for_its_organisers_only(&server, &id).await;
        expect_publication_to_wait_for_the_other_organiser(&server, &id).await;
        confirm(&server, &id).await;
        let occasion = create_occasion_with_quotas(&server, &id).await;
        expect_published_to_the_county(&server, &id, &occasion).await;
        expect_one_of_two_editors_to_be_told(&server, &id).await;
        expect_an_archived_training_to_be_readable_and_closed(&server, &id, &occasion).await;

        server.stop().await;
    }
}

async fn create(server: &Server) -> String {
    let board = organisation(server, "2021990706").await;
    let input = json!({
        "title": "Barnets bästa i praktiken",
        "description": "Prövning av barnets bästa, steg för steg.",
        "format": "FULL_DAY",
        "sharing": "COUNTY",
        "county": "07",
        "coOrganiserIds": [board],
        "subjectAreas": ["CHILD_RIGHTS"],
        "targetAudiences": ["ALL_STAFF"],
    });
    let selection = "training {
        id status version publishedAt
        organiserAgreements { organisation { name } confirmedAt accountable seesParticipants }
    }";

    let answer = server
        .by(ORGANISER)
        .mutate("createTraining", input, selection)
        .await;

    assert_eq!(answer.user_errors("createTraining"), [""; 0]);
    let training = answer.at("createTraining/training");
    assert_eq!(training["status"], "DRAFT");
    assert_eq!(training["version"], 1);
    assert_eq!(training["publishedAt"], Value::Null);
    let agreements = list(&training["organiserAgreements"], |row| {
        let organisation = text(&row["organisation"]["name"]);
        let confirmed = if row["confirmedAt"].is_null() {
            "asked"
        } else {
            "confirmed"
        };
        format!("{organisation} {confirmed} {}", row["accountable"])
    });
    assert_eq!(
        agreements,
        [
            "Region Kronoberg confirmed true",
            "Länsstyrelsen i Kronobergs län asked false"
        ]
    );
    text(&training["id"])
}

async fn expect_a_draft_for_its_organisers_only(server: &Server, id: &str) {
    for persona in [ORGANISER, JOINT] {
        assert_eq!(
            read(&server.by(persona), id).await["status"],
            "DRAFT",
            "{persona}"
        );
    }
    for persona in [
        "region-kronoberg-member",
        NEIGHBOUR,
        "region-blekinge-coordinator",
    ] {
        assert!(
            read(&server.by(persona), id).await.is_null(),
            "{persona} should see no draft"
        );
    }
    assert!(read(&server.anonymous(), id).await.is_null());
    let hidden = change(server, NEIGHBOUR, "publishTraining", id).await;
    assert_eq!(hidden.user_errors("publishTraining"), ["NOT_FOUND"]);
}

async fn expect_publication_to_wait_for_the_other_organiser(server: &Server, id: &str) {
    let refused = change(server, ORGANISER, "publishTraining", id).await;

    assert_eq!(
        refused.user_errors("publishTraining"),
        ["ORGANISERS_NOT_CONFIRMED"]
    );
    assert_eq!(read(&server.by(ORGANISER), id).await["status"], "DRAFT");
}

async fn confirm(server: &Server, id: &str) {
    for attempt in ["first", "repeated"] {
        let confirmed = change(server, JOINT, "confirmOrganising", id).await;
        assert_eq!(
            confirmed.user_errors("confirmOrganising"),
            [""; 0],
            "{attempt}"
        );
    }
}

async fn create_occasion_with_quotas(server: &Server, id: &str) -> String {
    // The joint organiser makes the occasion: its right to edit is equal.
    let input = json!({
        "trainingId": id,
        "timeBlocks": [{ "startsAt": "2026-05-05T09:00:00+02:00", "endsAt": "2026-05-05T16:00:00+02:00" }],
        "venue": { "name": "Residenset", "address": "Exempelgatan 2, Växjö" },
        "capacity": 10,
    });
    let selection =
        "occasion { id timeZone startsAt endsAt venue { name url } seats { capacity free } }";
    let made = server
        .by(JOINT)
        .mutate("createOccasion", input, selection)
        .await;
    assert_eq!(made.user_errors("createOccasion"), [""; 0]);
    let occasion = made.at("createOccasion/occasion");
    assert_eq!(occasion["timeZone"], "Europe/Stockholm");
    assert_eq!(occasion["startsAt"], "2026-05-05T07:00:00+00:00");
    assert_eq!(
        occasion["venue"],
        json!({ "name": "Residenset", "url": null })
    );
    let occasion = text(&occasion["id"]);

    let quota = async |guaranteed: i32| {
        let input = json!({ "occasionId": occasion, "quotas": [
            { "organisationId": organisation(server, "2120000662").await, "guaranteed": guaranteed },
            { "organisationId": organisation(server, "2120000639").await, "maximum": 2 },
        ]});
        let selection = "occasion { quotas { guaranteed maximum taken } seats { freeForViewer } }";
        server
            .by(ORGANISER)
            .mutate("setSeatQuotas", input, selection)
            .await
    };
    let refused = quota(11).await;
    assert_eq!(
        refused.user_errors("setSeatQuotas"),
        ["GUARANTEES_EXCEED_CAPACITY"]
    );
    let agreed = quota(4).await;
    assert_eq!(agreed.user_errors("setSeatQuotas"), [""; 0]);
    assert_eq!(agreed.at("setSeatQuotas/occasion/seats/freeForViewer"), 6);
    occasion
}

async fn expect_published_to_the_county(server: &Server, id: &str, occasion: &str) {
    let published = change(server, JOINT, "publishTraining", id).await;
    assert_eq!(published.user_errors("publishTraining"), [""; 0]);
    let again = change(server, JOINT, "publishTraining", id).await;
    assert_eq!(again.user_errors("publishTraining"), ["INVALID_STATUS"]);

    for (persona, free) in [
        (NEIGHBOUR, 10),
        ("alvesta-coordinator", 2),
        ("ljungby-coordinator", 6),
        ("barnens-ratt-kronoberg-coordinator", 6),
    ] {
        assert_eq!(
            read(&server.by(persona), id).await["status"],
            "PUBLISHED",
            "{persona}"
        );
        let query =
            "query($id: ID!) { occasion(id: $id) { seats { freeForViewer } quotas { taken } } }";
        let seen = server
            .by(persona)
            .ask(query, json!({ "id": occasion }))
            .await;
        assert_eq!(seen.at("occasion/seats/freeForViewer"), free, "{persona}");
    }
    assert!(
        read(&server.by("region-blekinge-coordinator"), id)
            .await
            .is_null()
    );
    assert!(read(&server.anonymous(), id).await.is_null());
    let forbidden = change(server, NEIGHBOUR, "archiveTraining", id).await;
    assert_eq!(
        forbidden.codes(),
        ["FORBIDDEN"],
        "who sees it may not archive it"
    );
}

async fn expect_one_of_two_editors_to_be_told(server: &Server, id: &str) {
    let version = read(&server.by(ORGANISER), id).await["version"].clone();
    let edit = async |persona: &str, title: &str| {
        let input = json!({ "trainingId": id, "expectedVersion": version, "title": title });
        server
            .by(persona)
            .mutate("updateTraining", input, "training { title version }")
            .await
    };

    let first = edit(JOINT, "Barnets bästa – så gör vi").await;
    let second = edit(ORGANISER, "En annan rubrik").await;

    assert_eq!(
        first.at("updateTraining/training/title"),
        "Barnets bästa – så gör vi"
    );
    assert_eq!(second.user_errors("updateTraining"), ["CONFLICT"]);
    assert!(second.at("updateTraining/training").is_null());
    let now = read(&server.by(NEIGHBOUR), id).await;
    assert_eq!(now["title"], "Barnets bästa – så gör vi", "nothing is lost");
}

async fn expect_an_archived_training_to_be_readable_and_closed(
    server: &Server,
    id: &str,
    occasion: &str,
) {
    let archived = change(server, ORGANISER, "archiveTraining", id).await;
    assert_eq!(archived.user_errors("archiveTraining"), [""; 0]);

    assert_eq!(read(&server.by(NEIGHBOUR), id).await["status"], "ARCHIVED");
    let member = server.by("vaxjo-member");
    let own = member.query("{ viewer { person { id } } }").await;
    let participants = json!([{ "personId": own.at("viewer/person/id") }]);
    let input = json!({ "occasionId": occasion, "participants": participants });
    let closed = member.mutate("signUp", input, "signUps { id }").await;
    assert_eq!(closed.user_errors("signUp"), ["TRAINING_NOT_PUBLISHED"]);
    let query =
        "query($id: ID!) { occasion(id: $id) { viewerCanSignUp viewerCannotSignUpReason } }";
    let seen = member.ask(query, json!({ "id": occasion })).await;
    assert_eq!(
        seen.at("occasion"),
        &json!({ "viewerCanSignUp": false, "viewerCannotSignUpReason": "TRAINING_NOT_PUBLISHED" })
    );
}

/// One step in the training's life.
async fn change(server: &Server, persona: &str, mutation: &str, id: &str) -> Answer {
    server
        .by(persona)
        .mutate(mutation, json!({ "trainingId": id }), "training { status }")
        .await
}

/// The training as somebody reads it; null if there is none for them.
async fn read(caller: &Caller<'_>, id: &str) -> Value {
    let query = "query($id: ID!) { training(id: $id) { title status version } }";
    caller
        .ask(query, json!({ "id": id }))
        .await
        .at("training")
        .clone()
}

async fn organisation(server: &Server, number: &str) -> String {
    let query =
        "query($number: OrganisationNumber!) { organisation(organisationNumber: $number) { id } }";
    let answer = server
        .anonymous()
        .ask(query, json!({ "number": number }))
        .await;
    text(answer.at("organisation/id"))
}
