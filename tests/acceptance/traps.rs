//! What the sources tempt one to do, and the API must not do.

use super::look_up::found_by_name;
use crate::{
    contract::sdl::Sdl,
    harness::{Server, on_both_databases},
};
use serde_json::json;

#[test]
fn no_field_adds_completions_up_across_trainings() {
    let sdl = Sdl::of_the_api();
    let mut numbers = Vec::new();
    let mut leading_there = Vec::new();

    for (object, field) in sdl.output_fields() {
        let place = format!("{object}.{}", field.name);
        if field.base_type() == "ReportedCompletion" {
            leading_there.push(place.clone());
        }
        let is_number = matches!(field.base_type().as_str(), "Int" | "Float");
        let described = format!("{} {}", field.name, field.description).to_lowercase();
        let about_completions = ["complet", "genomgå", "taken the", "have taken"]
            .iter()
            .any(|word| described.contains(word));
        if is_number && (object == "ReportedCompletion" || about_completions) {
            numbers.push(place);
        }
    }

    assert_eq!(
        leading_there,
        ["Training.reportedCompletions"],
        "306 and 196 may be the same people: completions are read one training at a time"
    );
    // A share and a time: by which rule one training is completed, and for how long that is valid.
    let of_the_rule = ["Training.completionShare", "Training.validMonths"];
    numbers.retain(|place| !of_the_rule.contains(&place.as_str()));
    assert_eq!(
        numbers,
        ["ReportedCompletion.count"],
        "a number of completions belongs to one organisation and one training; do not add them up"
    );
}

on_both_databases! {
    async fn codes_are_texts_and_never_numbers(backend: Backend) {
        let server = Server::start(backend).await;
        let caller = server.anonymous();

        for query in [
            "{ county(code: 7) { name } }",
            "{ county(code: 07) { name } }",
            "{ municipality(code: 780) { name } }",
            "{ trainings(filter: { county: 7 }) { totalCount } }",
        ] {
            let answer = caller.query(query).await;
            assert_eq!(answer.body.get("data"), None, "{query} is refused before it runs");
            let expected = if query.contains("07") { "GRAPHQL_PARSE_FAILED" } else { "BAD_USER_INPUT" };
            assert_eq!(answer.codes(), [expected], "{query}: {}", answer.text);
        }
        let as_variable = caller
            .ask("query($code: String!) { county(code: $code) { name } }", json!({ "code": 7 }))
            .await;
        assert_eq!(as_variable.codes(), ["BAD_USER_INPUT"], "{}", as_variable.text);
        let shortened = caller.query(r#"{ county(code: "7") { name } }"#).await;
        assert!(shortened.at("county").is_null(), "7 is not 07");
        let right = caller.query(r#"{ county(code: "07") { code } }"#).await;
        assert_eq!(right.at("county/code"), "07");
        server.stop().await;
    }
}

on_both_databases! {
    async fn organisations_are_found_by_old_names_and_without_accents(backend: Backend) {
        let server = Server::start(backend).await;

        for (written, name) in [
            ("kommunforbundet skane", "Kommunförbundet Skåne"),
            ("KOMMUNFÖRBUNDET SKÅNE", "Kommunförbundet Skåne"),
            ("Landstinget i Jönköpings län", "Region Jönköpings län"),
            ("landstinget blekinge", "Region Blekinge"),
            ("Jamtlands lans landsting", "Region Jämtland Härjedalen"),
            ("SKL", "Sveriges Kommuner och Regioner"),
            ("sveriges kommuner och landsting", "Sveriges Kommuner och Regioner"),
            ("radda barnen", "Rädda Barnen"),
        ] {
            let found = found_by_name(&server, written, "name").await;
            assert_eq!(found["name"], name, "{written}");
        }
        server.stop().await;
    }
}
