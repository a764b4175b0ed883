//! What the audit logs tell of the story, and to whom.

use super::scene::{Scene, find_colleague, list, text};
use crate::harness::{Answer, Caller};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// Each organisation's log tells what its own people did and read, by the ids of the requests.
pub async fn expect_the_audit_logs_to_tell(
    scene: &Scene<'_>,
    request: &Answer,
    withdrawal: &Answer,
) {
    expect_vaxjo_to_have_signed_up(scene, request).await;
    expect_reading_to_be_written(scene).await;
    expect_each_log_to_tell_of_its_own(scene, withdrawal).await;

    let coordinator = scene.server.by("vaxjo-coordinator");
    let refused = coordinator.query("{ auditLog { totalCount } }").await;
    assert_eq!(refused.codes(), ["FORBIDDEN"]);
}

async fn expect_vaxjo_to_have_signed_up(scene: &Scene<'_>, request: &Answer) {
    let entries = log(&scene.server.by("vaxjo-administrator"), "SIGN_UP").await;
    let actor = person_of(&scene.server.by("vaxjo-coordinator")).await;
    let made = list(request.at("signUp/signUps"), |row| text(&row["id"]));

    let told: Vec<_> = entries
        .iter()
        .rev()
        .map(|entry| text(&entry["subjectId"]))
        .collect();
    assert_eq!(told, made, "one entry for each who was signed up");
    for entry in entries {
        assert_eq!(entry["actorId"], actor);
        assert_eq!(entry["requestId"], request_id(request));
    }
}

async fn expect_reading_to_be_written(scene: &Scene<'_>) {
    let vaxjo = log(&scene.server.by("vaxjo-administrator"), "READ").await;
    let elin = find_colleague(scene.server, "vaxjo-coordinator", "aberg", "Elin Åberg").await;
    let organiser = log(&scene.server.by("region-kronoberg-administrator"), "READ").await;

    let about_elin = |entry: &Value| entry["personId"] == elin;
    assert!(
        vaxjo.iter().any(about_elin),
        "finding a colleague by name is reading"
    );
    assert!(
        organiser.iter().any(about_elin),
        "Region Kronoberg read the list with Elin Åberg"
    );
}

/// Alvesta's log tells of Alvesta's person, Växjö's of Växjö's: neither learns about the other's people.
async fn expect_each_log_to_tell_of_its_own(scene: &Scene<'_>, withdrawal: &Answer) {
    // Alvesta has no administrator among the personas: its coordinator becomes one.
    let becomes_administrator =
        "UPDATE membership SET role = 'ADMINISTRATOR' WHERE subject = 'petra-soderlind'";
    let database = &scene.server.database;
    database
        .execute_unprepared(becomes_administrator)
        .await
        .expect("a new role");
    let (alvesta, vaxjo) = (
        scene.server.by("alvesta-coordinator"),
        scene.server.by("vaxjo-administrator"),
    );
    let sanna = find_colleague(
        scene.server,
        "vaxjo-coordinator",
        "dahlberg",
        "Sanna Dahlberg",
    )
    .await;

    let withdrawn = log(&alvesta, "WITHDRAW").await;
    let promoted = log(&vaxjo, "PROMOTE").await;

    assert_eq!(
        (withdrawn.len(), promoted.len()),
        (1, 1),
        "each is written once"
    );
    assert_eq!(withdrawn[0]["requestId"], request_id(withdrawal));
    assert_eq!(withdrawn[0]["actorId"], person_of(&alvesta).await);
    assert_eq!(promoted[0]["requestId"], request_id(withdrawal));
    assert_eq!(
        promoted[0]["personId"], sanna,
        "Sanna moved up by what Alvesta did"
    );
    assert_eq!(promoted[0]["actorOrganisation"]["name"], "Alvesta kommun");
    assert_eq!(
        promoted[0]["actorId"],
        Value::Null,
        "who it was in Alvesta is Alvesta's"
    );
    assert_eq!(
        log(&alvesta, "PROMOTE").await,
        [Value::Null; 0],
        "Alvesta does not learn who moved up"
    );
}

async fn log(caller: &Caller<'_>, action: &str) -> Vec<Value> {
    let query = "query($action: AuditAction!) {
      auditLog(actions: [$action], first: 100) {
        nodes { at requestId actorId actorClient actorOrganisation { name } action personId subjectId }
      }
    }";
    let answer = caller.ask(query, json!({ "action": action })).await;
    list(answer.at("auditLog/nodes"), Value::clone)
}

async fn person_of(caller: &Caller<'_>) -> String {
    text(
        caller
            .query("{ viewer { person { id } } }")
            .await
            .at("viewer/person/id"),
    )
}

fn request_id(answer: &Answer) -> &str {
    answer.headers["x-request-id"]
        .to_str()
        .expect("a header of text")
}
