//! What the model description of Jönköping names: trainings that several give together.

use super::look_up::{next_occasion, sign_oneself_up, text, training, trainings};
use crate::harness::{Caller, Server, on_both_databases};
use serde_json::{Value, json};

const JOINT: &str = "Barnets rättigheter för all personal i Jönköpings län";

async fn participants(caller: &Caller<'_>, occasion: &str) -> Value {
    let query = "query($id: ID!) {
      occasion(id: $id) {
        participantsByOrganisationKind { kind confirmed waiting }
        signUps(first: 20) { nodes { participant { name } organisation { name } } }
      }
    }";
    caller
        .ask(query, json!({ "id": occasion }))
        .await
        .at("occasion")
        .clone()
}

on_both_databases! {
    async fn jk_24_participants_are_counted_by_kind_of_organisation_and_not_named(backend: Backend) {
        let server = Server::start(backend).await;
        let teacher = server.by("vaxjo-member");
        let occasion = next_occasion(&teacher, JOINT).await;
        sign_oneself_up(&teacher, &occasion).await.data();

        let organiser = participants(&server.by("region-jonkoping-coordinator"), &occasion).await;
        let partner = participants(&server.by("vaxjo-coordinator"), &occasion).await;
        let stranger = participants(&server.anonymous(), &occasion).await;

        assert_eq!(
            organiser["participantsByOrganisationKind"],
            json!([
                { "kind": "MUNICIPALITY", "confirmed": 1, "waiting": 0 },
                { "kind": "REGION", "confirmed": 2, "waiting": 0 },
            ])
        );
        assert_eq!(partner["participantsByOrganisationKind"], Value::Null);
        let own = json!([{ "participant": { "name": "Oskar Lindgård" }, "organisation": { "name": "Växjö kommun" } }]);
        assert_eq!(partner["signUps"]["nodes"], own, "the region's two are hidden from Växjö");
        assert_eq!(stranger["participantsByOrganisationKind"], Value::Null);
        assert_eq!(stranger["signUps"]["nodes"], json!([]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_28_joint_organisers_edit_alike_and_one_is_accountable(backend: Backend) {
        let server = Server::start(backend).await;
        let organisers = ["region-jonkoping-coordinator", "lansstyrelsen-jonkoping-coordinator"];
        let selection = "id version viewerCanEdit accountableOrganiser { name }
          organiserAgreements { accountable organisation { name } }";

        for persona in organisers {
            let caller = server.by(persona);
            let found = training(&caller, JOINT, selection).await;
            let input = json!({
                "trainingId": found["id"], "expectedVersion": found["version"], "description": persona,
            });
            let changed = caller.mutate("updateTraining", input, "training { description }").await;

            assert_eq!(found["viewerCanEdit"], true, "{persona}");
            assert_eq!(changed.at("updateTraining/training/description"), persona);
            assert_eq!(found["accountableOrganiser"]["name"], "Region Jönköpings län");
            let agreements = found["organiserAgreements"].as_array().expect("a list");
            let accountable = agreements.iter().filter(|row| row["accountable"] == true);
            assert_eq!((agreements.len(), accountable.count()), (2, 1), "exactly one is the controller");
        }
        let joint = trainings(&server.anonymous(), &json!({ "joint": true }), "title organisers { id }").await;
        assert!(joint.iter().any(|row| row["title"] == JOINT));
        let several = |row: &Value| row["organisers"].as_array().is_some_and(|list| list.len() > 1);
        assert!(joint.iter().all(several), "joint trainings have several organisers");
        server.stop().await;
    }
}

on_both_databases! {
    async fn jk_29_all_staff_can_sign_up_and_associations_when_they_are_invited(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by("region-jonkoping-coordinator");
        let association = server.by("barnens-ratt-kronoberg-volunteer");
        let found = training(&organiser, JOINT, "id version occasions { nodes { id } }").await;
        let occasion = text(&found["occasions"]["nodes"][1]["id"]);

        for persona in ["region-jonkoping-member", "vaxjo-member", "region-skane-member"] {
            let accepted = sign_oneself_up(&server.by(persona), &occasion).await;
            assert_eq!(accepted.user_errors("signUp"), [""; 0], "{persona}");
        }
        let elected = sign_oneself_up(&server.by("vaxjo-elected"), &occasion).await;
        let refused = sign_oneself_up(&association, &occasion).await;
        let input = json!({
            "trainingId": found["id"], "expectedVersion": found["version"],
            "targetAudiences": ["ALL_STAFF", "CIVIL_SOCIETY"],
        });
        organiser.mutate("updateTraining", input, "training { version }").await.data();
        let invited = sign_oneself_up(&association, &occasion).await;

        assert_eq!(elected.user_errors("signUp"), ["TARGET_AUDIENCE_MISMATCH"], "not an employee");
        assert_eq!(refused.user_errors("signUp"), ["TARGET_AUDIENCE_MISMATCH"]);
        assert_eq!(invited.user_errors("signUp"), [""; 0], "the audience has been extended");
        server.stop().await;
    }
}
