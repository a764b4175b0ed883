//! What an organisation wants its staff to have: who lacks it, and whose completion runs out.

use super::world::{PARTNER, file, import, membership};
use crate::{
    harness::{Caller, Server, on_both_databases},
    seats::world::{ORGANISER, colleagues, colleagues_who_are, day, draft, training},
};
use chrono::TimeDelta;
use entity::kind::StaffCategory;
use serde_json::{Value, json};

async fn set(caller: &Caller<'_>, training: &str, categories: &[&str]) -> String {
    let input = json!({ "trainingId": training, "staffCategories": categories });
    let selection = "mandatoryTraining { id }";
    let answer = caller
        .mutate("setMandatoryTraining", input, selection)
        .await;
    let id = answer
        .at("setMandatoryTraining/mandatoryTraining/id")
        .as_str();
    id.unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

/// Who of these people lacks it.
async fn lacking(caller: &Caller<'_>, mandatory: &str, of: &[String]) -> Vec<usize> {
    let query = "query($id: ID!) { membersLackingTraining(mandatoryTrainingId: $id, first: 100) {
        totalCount nodes { person { id } }
    } }";
    let answer = caller.ask(query, json!({ "id": mandatory })).await;
    let nodes = answer
        .at("membersLackingTraining/nodes")
        .as_array()
        .expect("a list");
    let listed = |person: &String| {
        nodes
            .iter()
            .any(|node| node["person"]["id"] == json!(person))
    };
    (0..of.len()).filter(|place| listed(&of[*place])).collect()
}

/// The last valid days of the completions that run out within so many days, of these people.
async fn running_out(caller: &Caller<'_>, days: Option<u32>) -> Vec<String> {
    let query = "query($days: Int! = 90) { completionsRunningOut(withinDays: $days, first: 100) { nodes { validUntil } } }";
    let variables = days.map_or_else(|| json!({}), |days| json!({ "days": days }));
    let answer = caller.ask(query, variables).await;
    let nodes = answer
        .at("completionsRunningOut/nodes")
        .as_array()
        .expect("a list");
    nodes
        .iter()
        .map(|node| node["validUntil"].as_str().expect("a day").to_owned())
        .collect()
}

on_both_databases! {
    async fn whoever_has_no_valid_completion_is_listed(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({ "validMonths": 1 })).await;
        let partner = server.by(PARTNER);
        let people = colleagues(&server, PARTNER, 3).await;
        let mandatory = set(&partner, &training, &[]).await;

        let at_first = lacking(&partner, &mandatory, &people).await;
        import(&partner, &file(&server, &people[..2], &training, "2026-03-01").await).await;
        import(&partner, &file(&server, &people[2..], &training, "2026-01-30").await).await;
        let now = lacking(&partner, &mandatory, &people).await;
        server.travel_to(day(30));
        let on_the_last_day = lacking(&partner, &mandatory, &people).await;
        server.travel(TimeDelta::days(1));
        let a_day_later = lacking(&partner, &mandatory, &people).await;

        assert_eq!(at_first, [0, 1, 2]);
        assert_eq!(now, [2], "what ran out before does not count");
        assert_eq!(on_the_last_day, [2], "valid until the first of April, itself included");
        assert_eq!(a_day_later, [0, 1, 2]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn it_may_be_mandatory_for_some_of_the_staff_only(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let partner = server.by(PARTNER);
        let categories = [StaffCategory::SchoolStaff, StaffCategory::Manager, StaffCategory::Employee];
        let people = colleagues_who_are(&server, PARTNER, &categories).await;

        let mandatory = set(&partner, &training, &["SCHOOL_STAFF", "MANAGER", "MANAGER"]).await;
        let two = lacking(&partner, &mandatory, &people).await;
        let same = set(&partner, &training, &["EMPLOYEE"]).await;
        let one = lacking(&partner, &mandatory, &people).await;

        assert_eq!(two, [0, 1]);
        assert_eq!(same, mandatory, "saying it again changes for whom it is");
        assert_eq!(one, [2]);
        let list = server.by("vaxjo-member").query("{ mandatoryTrainings { nodes { staffCategories training { id } } } }").await;
        assert_eq!(
            list.at("mandatoryTrainings/nodes"),
            &json!([{ "staffCategories": ["EMPLOYEE"], "training": { "id": training } }])
        );
        server.stop().await;
    }
}

on_both_databases! {
    async fn who_left_is_neither_listed_as_lacking_nor_as_running_out(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({ "validMonths": 1 })).await;
        let partner = server.by(PARTNER);
        let people = colleagues(&server, PARTNER, 2).await;
        let mandatory = set(&partner, &training, &[]).await;
        import(&partner, &file(&server, &people[1..], &training, "2026-03-01").await).await;
        assert_eq!(running_out(&partner, None).await, ["2026-04-01"]);
        for person in &people {
            let id = membership(&server, person).await;
            let input = json!({ "membershipId": id });
            server.by("vaxjo-administrator").mutate("endMembership", input, "membership { id }").await;
        }

        assert_eq!(lacking(&partner, &mandatory, &people).await, [0; 0]);
        assert_eq!(running_out(&partner, None).await, [""; 0]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn completions_run_out_within_ninety_days_and_not_within_ninety_one(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({ "validMonths": 3 })).await;
        let forever = crate::seats::world::training(&server, &json!({})).await;
        let partner = server.by(PARTNER);
        let people = colleagues(&server, PARTNER, 4).await;
        server.travel_to(day(1));
        for (person, completed) in people.iter().zip(["2026-03-01", "2026-03-02", "2026-03-03"]) {
            import(&partner, &file(&server, std::slice::from_ref(person), &training, completed).await).await;
        }
        import(&partner, &file(&server, &people[3..], &forever, "2026-03-01").await).await;

        // Third of March: ninety days on is the first of June.
        assert_eq!(running_out(&partner, None).await, ["2026-06-01"]);
        assert_eq!(running_out(&partner, Some(91)).await, ["2026-06-01", "2026-06-02"]);
        assert_eq!(running_out(&partner, Some(89)).await, [""; 0]);
        server.travel_to(day(91));
        assert_eq!(running_out(&partner, Some(0)).await, ["2026-06-01"], "the first of June itself");
        server.travel_to(day(92));
        assert_eq!(running_out(&partner, Some(0)).await, ["2026-06-02"], "what has run out is listed as lacking");
        let too_far = partner.query("{ completionsRunningOut(withinDays: 3651) { totalCount } }").await;
        assert_eq!(too_far.codes(), ["BAD_USER_INPUT"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_renewal_takes_the_old_one_off_the_list(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({ "validMonths": 2 })).await;
        let partner = server.by(PARTNER);
        let people = colleagues(&server, PARTNER, 1).await;

        import(&partner, &file(&server, &people, &training, "2026-01-15").await).await;
        let before = running_out(&partner, Some(30)).await;
        import(&partner, &file(&server, &people, &training, "2026-03-01").await).await;

        assert_eq!(before, ["2026-03-15"]);
        assert_eq!(running_out(&partner, Some(30)).await, [""; 0]);
        assert_eq!(running_out(&partner, Some(90)).await, ["2026-05-01"], "the later one alone");
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_lists_are_for_the_own_coordinators(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({})).await;
        let unpublished = draft(&server, &json!({})).await;
        let partner = server.by(PARTNER);
        let mandatory = set(&partner, &training, &[]).await;
        let lists = "query($id: ID!) { membersLackingTraining(mandatoryTrainingId: $id) { totalCount } }";
        let running = "{ completionsRunningOut { totalCount } }";

        let others = server.by("alvesta-coordinator").ask(lists, json!({ "id": mandatory })).await;
        assert_eq!(others.at("membersLackingTraining"), &Value::Null);
        for (who, code) in [(server.by("vaxjo-member"), "FORBIDDEN"), (server.anonymous(), "UNAUTHENTICATED")] {
            assert_eq!(who.ask(lists, json!({ "id": mandatory })).await.codes(), [code]);
            assert_eq!(who.query(running).await.codes(), [code]);
            let input = json!({ "trainingId": training });
            assert_eq!(who.mutate("setMandatoryTraining", input, "mandatoryTraining { id }").await.codes(), [code]);
        }
        let end = json!({ "mandatoryTrainingId": mandatory });
        let selection = "mandatoryTraining { id }";
        assert_eq!(server.by("vaxjo-member").mutate("endMandatoryTraining", end.clone(), selection).await.codes(), ["FORBIDDEN"]);
        let by_others = server.by("alvesta-coordinator").mutate("endMandatoryTraining", end.clone(), selection).await;
        assert_eq!(by_others.user_errors("endMandatoryTraining"), ["NOT_FOUND"]);
        let a_draft = server.by(ORGANISER).mutate("setMandatoryTraining", json!({ "trainingId": unpublished }), selection).await;
        assert_eq!(a_draft.user_errors("setMandatoryTraining"), ["TRAINING_NOT_PUBLISHED"]);
        let ended = partner.mutate("endMandatoryTraining", end.clone(), selection).await;
        assert_eq!(ended.user_errors("endMandatoryTraining"), [""; 0]);
        assert_eq!(partner.mutate("endMandatoryTraining", end, selection).await.user_errors("endMandatoryTraining"), ["NOT_FOUND"]);
        server.stop().await;
    }
}
