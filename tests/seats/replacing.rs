//! Somebody else in a place, without losing it.

use super::world::{
    ORGANISER, assert_consistent, colleagues, colleagues_who_are, input, occasion, occasion_of,
    place, seats, sign_up, training, withdraw,
};
use crate::harness::{Answer, Caller, Server, on_both_databases};
use entity::{
    audit_entry,
    id::SignUpId,
    kind::{AuditAction, StaffCategory},
    participant_need, sign_up as sign_up_row,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use std::collections::BTreeSet;

const ALVESTA: &str = "alvesta-coordinator";
const ACCEPTED: [&str; 0] = [];

async fn replace(caller: &Caller<'_>, sign_up: &str, person: &str) -> Answer {
    let input = json!({ "signUpId": sign_up, "personId": person });
    let selection = "signUp { id status position reason participant { id } }";
    caller.mutate("replaceParticipant", input, selection).await
}

async fn codes(caller: &Caller<'_>, sign_up: &str, person: &str) -> Vec<String> {
    let answer = replace(caller, sign_up, person).await;
    answer.user_errors("replaceParticipant")
}

async fn stored(server: &Server, sign_up: &str) -> sign_up_row::Model {
    let id: SignUpId = sign_up.parse().expect("an id");
    let found = sign_up_row::Entity::find_by_id(id).one(&server.database);
    found
        .await
        .expect("sign-ups can be read")
        .expect("it is there")
}

async fn need(server: &Server, sign_up: &str) -> Option<String> {
    let id: SignUpId = sign_up.parse().expect("an id");
    let found = participant_need::Entity::find_by_id(id).one(&server.database);
    let found = found.await.expect("needs can be read");
    found.map(|row| row.need.disclose().clone())
}

/// The people about whom the log says that they were put in a place or taken out of it.
async fn audited(server: &Server, sign_up: &str) -> BTreeSet<String> {
    use audit_entry::Column as A;
    let found = audit_entry::Entity::find()
        .filter(A::Action.eq(AuditAction::Replace))
        .filter(A::Subject.eq(sign_up))
        .all(&server.database)
        .await;
    let found = found.expect("the audit log can be read");
    found.iter().map(|row| row.person_id.to_string()).collect()
}

on_both_databases! {
    async fn a_colleague_takes_the_place_as_it_stands(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 1).await;
        let alvesta = server.by(ALVESTA);
        let people = colleagues(&server, ALVESTA, 5).await;
        let mut input = input(&key, &people[..3]);
        input["participants"][0]["need"] = json!("Ramp");
        let answer = alvesta.mutate("signUp", input, "signUps { id }").await;
        let id = |row: usize| answer.at("signUp/signUps")[row]["id"].as_str().expect("an id").to_owned();
        let (seat, waits) = (id(0), id(1));
        let before = [stored(&server, &seat).await, stored(&server, &waits).await];
        assert_eq!(need(&server, &seat).await.as_deref(), Some("Ramp"));

        let seated = replace(&alvesta, &seat, &people[3]).await;
        let waiting = replace(&alvesta, &waits, &people[4]).await;

        assert_eq!(*seated.at("replaceParticipant/signUp"), json!({
            "id": seat, "status": "CONFIRMED", "position": null, "reason": null, "participant": { "id": people[3] },
        }));
        assert_eq!(*waiting.at("replaceParticipant/signUp"), json!({
            "id": waits, "status": "WAITLISTED", "position": 1, "reason": "OCCASION_FULL", "participant": { "id": people[4] },
        }));
        for (before, replaced) in before.into_iter().zip([&people[3], &people[4]]) {
            let person_id = Some(replaced.parse().expect("an id"));
            let expected = sign_up_row::Model { person_id, ..before };
            let now = stored(&server, &expected.id.to_string()).await;
            assert_eq!(now, expected, "only the person changes, the number stays");
        }
        assert_eq!(need(&server, &seat).await, None, "what the one before needed is erased");
        assert_eq!(audited(&server, &seat).await, BTreeSet::from([people[0].clone(), people[3].clone()]));
        assert_eq!(audited(&server, &waits).await, BTreeSet::from([people[1].clone(), people[4].clone()]));
        assert_eq!(sign_up(&alvesta, &key, &people[..1]).await[0].position, Some(3), "who was replaced may come again");
        assert_eq!(seats(&alvesta, &key).await[1..3], [Some(1), Some(3)]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_takes_the_place_must_be_able_to_sign_up(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({ "targetAudiences": ["EMPLOYEES"] })).await;
        let key = occasion_of(&server, &training, &json!({})).await;
        let same_time = occasion(&server, 5).await;
        let alvesta = server.by(ALVESTA);
        let people = colleagues(&server, ALVESTA, 4).await;
        let elected = colleagues_who_are(&server, ALVESTA, &[StaffCategory::ElectedRepresentative]).await;
        let stranger = colleagues(&server, "ljungby-coordinator", 1).await;
        let places = sign_up(&alvesta, &key, &people[..2]).await;
        sign_up(&alvesta, &same_time, &people[2..3]).await;
        let seat = &places[0].id;

        for (person, code) in [
            (&stranger[0], "NOT_FOUND"),
            (&people[1], "ALREADY_SIGNED_UP"),
            (&people[0], "ALREADY_SIGNED_UP"),
            (&people[2], "OVERLAPPING_OCCASION"),
            (&elected[0], "TARGET_AUDIENCE_MISMATCH"),
        ] {
            assert_eq!(codes(&alvesta, seat, person).await, [code]);
        }
        for caller in [server.by("alvesta-member"), server.by(ORGANISER)] {
            assert_eq!(replace(&caller, seat, &people[3]).await.codes(), ["FORBIDDEN"]);
        }
        let elsewhere = server.by("ljungby-coordinator");
        assert_eq!(codes(&elsewhere, seat, &stranger[0]).await, ["NOT_FOUND"], "others do not know the place");
        assert_eq!(place(&alvesta, seat).await.status, "CONFIRMED");
        assert_eq!(audited(&server, seat).await, BTreeSet::new(), "what is refused changes nothing");

        assert_eq!(withdraw(&alvesta, seat).await, ACCEPTED);
        assert_eq!(codes(&alvesta, seat, &people[3]).await, ["SIGN_UP_ENDED"]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}
