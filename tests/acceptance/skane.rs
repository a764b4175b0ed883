//! What the model description of Kommunförbundet Skåne names.

use super::look_up::{found_by_name, sign_oneself_up, text, texts, training, trainings};
use crate::harness::{Server, on_both_databases};
use serde_json::{Value, json};

/// The four programmes, by number.
async fn programmes(server: &Server, selection: &str) -> Vec<Value> {
    let query =
        format!("{{ trainingProgrammes(county: \"12\") {{ nodes {{ number {selection} }} }} }}");
    let answer = server.anonymous().query(&query).await;
    let rows = answer
        .at("trainingProgrammes/nodes")
        .as_array()
        .expect("a list")
        .clone();
    let numbers: Vec<_> = rows.iter().map(|row| row["number"].clone()).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    rows
}

on_both_databases! {
    async fn sk_02_kommunforbundet_skane_is_found_by_its_later_name_too(backend: Backend) {
        let server = Server::start(backend).await;

        for written in ["Kommunförbundet Skåne", "kommunforbundet skane", "Skånes Kommuner", "skanes kommuner"] {
            let found = found_by_name(&server, written, "name kind county { code } names { name }").await;

            assert_eq!(found["name"], "Kommunförbundet Skåne", "{written}");
            assert_eq!(found["kind"], "MUNICIPAL_ASSOCIATION");
            assert_eq!(found["county"]["code"], "12");
            let names = texts(&found["names"], "name");
            assert!(names.iter().any(|name| name == "Skånes Kommuner"), "{names:?}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn sk_05_an_association_sees_what_is_shared_with_it(backend: Backend) {
        let server = Server::start(backend).await;
        let association = server.by("barnens-rost-skane-coordinator");
        let selection = "title sharing status county { code } viewerCanEdit organisers { name }";

        let own = association.query("{ viewer { organisation { kind isPartner name } } }").await;
        let seen = trainings(&association, &json!({}), selection).await;
        let public = trainings(&server.anonymous(), &json!({}), selection).await;

        assert_eq!(own.at("viewer/organisation/kind"), "NGO");
        assert_eq!(own.at("viewer/organisation/isPartner"), true);
        assert!(seen.len() > public.len(), "a partner sees more than the public");
        let name = text(own.at("viewer/organisation/name"));
        for row in &seen {
            let is_organiser = texts(&row["organisers"], "name").contains(&name);
            let is_shared = match text(&row["sharing"]).as_str() {
                "PUBLIC" | "PARTNERS" => true,
                "COUNTY" => row["county"]["code"] == "12",
                _ => false,
            };
            assert!(is_shared || is_organiser, "{} is not shared with it", row["title"]);
            assert_ne!(row["status"], "DRAFT", "{}", row["title"]);
            assert_eq!(row["viewerCanEdit"], is_organiser, "{}", row["title"]);
        }
        for sharing in ["PUBLIC", "PARTNERS", "COUNTY"] {
            assert!(seen.iter().any(|row| row["sharing"] == sharing), "something with {sharing}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn sk_17_a_conference_was_held_in_2012_on_no_invented_day(backend: Backend) {
        let server = Server::start(backend).await;
        let selection = "format period organisers { name }
          occasions(first: 5) { nodes { period startsAt timeBlocks { startsAt } } }";
        let undated = |period: &str| json!([{ "period": period, "startsAt": null, "timeBlocks": [] }]);

        for (title, period) in [
            ("Regional konferens om barnets rättigheter 2012", "2012"),
            ("Regional konferens om barnets rättigheter, januari 2011", "2011-01"),
        ] {
            let conference = training(&server.anonymous(), title, selection).await;

            assert_eq!(conference["format"], "CONFERENCE");
            assert_eq!(conference["period"], period);
            assert_eq!(conference["occasions"]["nodes"], undated(period));
            assert_eq!(texts(&conference["organisers"], "name"), ["Kommunförbundet Skåne"]);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn sk_18_three_programmes_were_given_with_skl(backend: Backend) {
        let server = Server::start(backend).await;

        let programmes = programmes(&server, "title period organisers { name names { name } }").await;

        for programme in &programmes[..3] {
            let organisers = programme["organisers"].as_array().expect("a list");
            let names: Vec<_> = organisers.iter().flat_map(|row| texts(&row["names"], "name")).collect();
            assert_eq!(organisers.len(), 2, "{}", programme["title"]);
            for name in ["Kommunförbundet Skåne", "SKL"] {
                assert!(names.iter().any(|known| known == name), "{name} gave {}", programme["title"]);
            }
            assert_eq!(programme["period"], Value::Null, "the source gives no time");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn sk_19_the_fourth_programme_ran_in_the_spring_term_of_2014(backend: Backend) {
        let server = Server::start(backend).await;

        let programmes = programmes(&server, "period trainings { title period status }").await;

        assert_eq!(programmes[3]["period"], "VT 2014");
        let trainings = programmes[3]["trainings"].as_array().expect("a list");
        let original = trainings.iter().find(|row| row["status"] == "ARCHIVED");
        assert_eq!(original.expect("the historic training")["period"], "VT 2014");
        server.stop().await;
    }
}

on_both_databases! {
    async fn sk_20_associations_are_refused_in_programmes_1_to_3_and_accepted_in_4(backend: Backend) {
        let server = Server::start(backend).await;
        let association = server.by("barnens-rost-skane-coordinator");
        let employee = server.by("region-jonkoping-member");
        let selection = "trainings { status targetAudiences occasions(upcoming: true, first: 1) { nodes { id } } }";

        for programme in programmes(&server, selection).await {
            let trainings = programme["trainings"].as_array().expect("a list");
            let open = trainings.iter().find(|row| row["status"] == "PUBLISHED").expect("an open one");
            let occasion = text(&open["occasions"]["nodes"][0]["id"]);
            let invited = programme["number"] == 4;

            let answer = sign_oneself_up(&association, &occasion).await;
            let of_a_region = sign_oneself_up(&employee, &occasion).await;

            let expected: &[&str] = if invited { &[] } else { &["TARGET_AUDIENCE_MISMATCH"] };
            assert_eq!(answer.user_errors("signUp"), expected, "programme {}", programme["number"]);
            assert_eq!(of_a_region.user_errors("signUp"), [""; 0]);
            for row in trainings {
                let audiences = row["targetAudiences"].as_array().expect("a list");
                assert_eq!(audiences.contains(&json!("CIVIL_SOCIETY")), invited, "historic and new alike");
            }
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn sk_08_a_strategist_is_trained_by_a_valid_completion_of_a_qualifying_training(backend: Backend) {
        let server = Server::start(backend).await;
        let coordinator = server.by("region-skane-coordinator");
        let member = server.by("region-skane-member");
        let own = "{ viewer { person { id } membership { id }
          qualified: person { completions(valid: true, qualifying: true) { nodes { training { qualifiesFor } } } }
        } }";
        let qualified = async || {
            let answer = member.query(own).await;
            let rows = answer.at("viewer/qualified/completions/nodes").as_array().expect("a list");
            rows.iter().map(|row| text(&row["training"]["qualifiesFor"])).collect::<Vec<_>>()
        };
        let membership = text(member.query(own).await.at("viewer/membership/id"));
        let enter = async |title: &str| {
            let csv = format!("medlem;utbildning;genomförd\n{membership};{title};2014-05-28\n");
            let input = json!({ "csv": csv });
            let answer = coordinator.mutate("importCompletions", input, "rows { completion { id } }").await;
            assert_eq!(answer.user_errors("importCompletions"), [""; 0], "{}", answer.text);
            answer.at("importCompletions/rows/0/completion/id").clone()
        };

        assert_eq!(qualified().await, [""; 0], "nobody is trained without a completion");
        enter("Fortbildning för barnrättsstrateger").await;
        assert_eq!(qualified().await, [""; 0], "a training that qualifies for nothing makes nobody trained");
        let completion = enter("Utbildning till barnrättsstrateg i Skåne, satsning 4").await;
        assert_eq!(qualified().await, ["Barnrättsstrateg"]);
        let input = json!({ "completionId": completion });
        let withdrawn = coordinator.mutate("withdrawCompletion", input, "completion { isValid }").await;
        assert_eq!(withdrawn.at("withdrawCompletion/completion/isValid"), false);
        assert_eq!(qualified().await, [""; 0], "what was taken back makes nobody trained");
        server.stop().await;
    }
}
