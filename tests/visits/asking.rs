//! The rules of visits, on both sides of each boundary.

use crate::{
    groups::world::organisation_of,
    harness::{Answer, Caller, Server, on_both_databases},
    initiatives::world::with,
    seats::world::id,
};
use serde_json::{Value, json};

/// Makes visits in these tests, and a member of it.
const VISITOR: &str = "region-kronoberg-coordinator";
const VISITORS_MEMBER: &str = "region-kronoberg-member";
/// Asks for them, and a member of it.
const ASKER: &str = "alvesta-coordinator";
const ASKERS_MEMBER: &str = "alvesta-member";
const STRANGER: &str = "lansstyrelsen-kronoberg-coordinator";

const VISIT: &str = "visit { id status purposes agreedDay startsAt place heldOn reason cancelledBy { name } viewerCanAnswer viewerCanWithdraw viewerCanReport viewerCanCancel }";

/// Offers visits for the caller's organisation, with some things said otherwise.
async fn offer(caller: &Caller<'_>, otherwise: Value) -> Answer {
    let input = with(json!({ "purposes": ["INFORM", "INSPIRE"] }), &otherwise);
    let selection =
        "offer { purposes isOpen visitsMade visitsNote version viewerCanEdit viewerCanRequest }";
    caller.mutate("setOutreachOffer", input, selection).await
}

/// Asks the visitor for a visit, with some things said otherwise.
async fn ask(server: &Server, who: &str, otherwise: Value) -> Answer {
    let visitor = organisation_of(&server.by(VISITOR)).await;
    let input = with(
        json!({ "organisationId": visitor, "purposes": ["INFORM"] }),
        &otherwise,
    );
    server.by(who).mutate("requestVisit", input, VISIT).await
}

/// A visit that was asked for.
async fn asked(server: &Server) -> String {
    let answer = ask(server, ASKER, json!({ "wishes": "För nämnden" })).await;
    id(&answer, "requestVisit/visit/id")
}

/// Does something with a visit.
async fn act(server: &Server, who: &str, mutation: &str, visit: &str, otherwise: Value) -> Answer {
    let input = with(json!({ "visitId": visit }), &otherwise);
    server.by(who).mutate(mutation, input, VISIT).await
}

/// An accepted visit.
async fn agreed(server: &Server) -> String {
    let visit = asked(server).await;
    let when = json!({ "day": "2026-03-02", "place": "Alvesta" });
    act(server, VISITOR, "acceptVisit", &visit, when)
        .await
        .data();
    visit
}

on_both_databases! {
    async fn an_offer_is_public_and_never_guesses_how_many(backend: Backend) {
        let server = Server::start(backend).await;
        let visitor = server.by(VISITOR);

        let made = offer(&visitor, json!({ "visitsNote": "ett flertal" })).await;
        assert_eq!(made.at("setOutreachOffer/offer"), &json!({
            "purposes": ["INFORM", "INSPIRE"], "isOpen": true, "visitsMade": null, "visitsNote": "ett flertal", "version": 1,
            "viewerCanEdit": true, "viewerCanRequest": false,
        }), "{}", made.text);
        assert_eq!(offer(&visitor, json!({})).await.user_errors("setOutreachOffer"), ["CONFLICT"], "there is one");
        let changed = offer(&visitor, json!({ "expectedVersion": 1, "visitsMade": 4, "purposes": ["CHALLENGE", "CHALLENGE"] })).await;
        assert_eq!((changed.at("setOutreachOffer/offer/visitsMade"), changed.at("setOutreachOffer/offer/purposes")), (&json!(4), &json!(["CHALLENGE"])));
        for (otherwise, code) in [
            (json!({ "expectedVersion": 1 }), "CONFLICT"),
            (json!({ "expectedVersion": 2, "purposes": [] }), "INVALID_VALUE"),
            (json!({ "expectedVersion": 2, "visitsMade": -1 }), "INVALID_VALUE"),
            (json!({ "expectedVersion": 2, "description": "19121212-1212" }), "PERSONAL_ID_NOT_ALLOWED"),
        ] {
            assert_eq!(offer(&visitor, otherwise.clone()).await.user_errors("setOutreachOffer"), [code], "{otherwise}");
        }
        assert_eq!(offer(&server.by(VISITORS_MEMBER), json!({})).await.codes(), ["FORBIDDEN"]);
        let query = "query($id: ID!) { organisation(id: $id) { outreachOffer { visitsMade viewerCanRequest } } }";
        let variables = json!({ "id": organisation_of(&visitor).await });
        let anybody = server.anonymous().ask(query, variables.clone()).await;
        assert_eq!(anybody.at("organisation/outreachOffer"), &json!({ "visitsMade": 4, "viewerCanRequest": false }));
        let asker = server.by(ASKER).ask(query, variables).await;
        assert_eq!(asker.at("organisation/outreachOffer/viewerCanRequest"), true);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_visit_is_asked_for_within_what_is_offered_and_once(backend: Backend) {
        let server = Server::start(backend).await;
        let visitor = server.by(VISITOR);
        let refused = async |otherwise: Value| ask(&server, ASKER, otherwise).await.user_errors("requestVisit");
        assert_eq!(refused(json!({})).await, ["VISIT_NOT_OFFERED"], "nothing is offered");
        offer(&visitor, json!({})).await.data();

        let own = organisation_of(&server.by(ASKER)).await;
        for (otherwise, code) in [
            (json!({ "purposes": ["INFORM", "CHALLENGE"] }), "VISIT_NOT_OFFERED"),
            (json!({ "purposes": [] }), "INVALID_VALUE"),
            (json!({ "organisationId": own }), "INVALID_VALUE"),
            (json!({ "wishes": "19121212-1212" }), "PERSONAL_ID_NOT_ALLOWED"),
            (json!({ "preferredFrom": "HT 2026", "preferredTo": "VT 2026" }), "INVALID_TIMES"),
        ] {
            assert_eq!(refused(otherwise.clone()).await, [code], "{otherwise}");
        }
        let no_partner = server.anonymous().query("{ organisations(filter: { text: \"Barnombudsmannen\" }) { nodes { id } } }").await;
        let no_partner = no_partner.at("organisations/nodes/0/id").clone();
        assert_eq!(refused(json!({ "organisationId": no_partner })).await, ["NOT_A_PARTNER"]);
        assert_eq!(ask(&server, ASKERS_MEMBER, json!({})).await.codes(), ["FORBIDDEN"]);

        let keyed = json!({ "idempotencyKey": "en", "purposes": ["INSPIRE", "INFORM"] });
        let first = ask(&server, ASKER, keyed.clone()).await;
        let again = ask(&server, ASKER, keyed).await;
        assert_eq!(first.at("requestVisit"), again.at("requestVisit"));
        assert_eq!((first.at("requestVisit/visit/status"), first.at("requestVisit/visit/purposes")), (&json!("REQUESTED"), &json!(["INFORM", "INSPIRE"])));
        offer(&visitor, json!({ "expectedVersion": 1, "isOpen": false })).await.data();
        assert_eq!(refused(json!({})).await, ["VISIT_NOT_OFFERED"], "closed");
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_visit_is_seen_by_the_two_organisations_and_by_nobody_else(backend: Backend) {
        let server = Server::start(backend).await;
        offer(&server.by(VISITOR), json!({})).await.data();
        let visit = asked(&server).await;
        let (visitor, asker) = (organisation_of(&server.by(VISITOR)).await, organisation_of(&server.by(ASKER)).await);
        let query = "query($id: ID!, $visitor: ID!, $asker: ID!) { node(id: $id) { ... on OutreachVisit { wishes } }
            visitor: organisation(id: $visitor) { outreachVisits { totalCount } visitsRequested { totalCount } }
            asker: organisation(id: $asker) { outreachVisits(statuses: [REQUESTED]) { totalCount } visitsRequested(statuses: [REQUESTED]) { totalCount } } }";
        let variables = json!({ "id": visit, "visitor": visitor, "asker": asker });

        for (who, seen) in [(VISITOR, true), (VISITORS_MEMBER, true), (ASKER, true), (ASKERS_MEMBER, true), (STRANGER, false)] {
            let answer = server.by(who).ask(query, variables.clone()).await;
            assert_eq!(!answer.at("node").is_null(), seen, "{who}");
            let number = u64::from(seen);
            assert_eq!((answer.at("visitor/outreachVisits/totalCount"), answer.at("visitor/visitsRequested/totalCount")), (&json!(number), &json!(0)), "{who}");
            assert_eq!((answer.at("asker/outreachVisits/totalCount"), answer.at("asker/visitsRequested/totalCount")), (&json!(0), &json!(number)), "{who}");
        }
        assert_eq!(server.anonymous().ask(query, variables).await.at("node"), &Value::Null);
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_comes_answers_once_and_whoever_asked_takes_back_before_that(backend: Backend) {
        let server = Server::start(backend).await;
        offer(&server.by(VISITOR), json!({})).await.data();
        let (first, second, third) = (asked(&server).await, asked(&server).await, asked(&server).await);
        let when = json!({ "day": "2026-03-20", "startsAt": "2026-03-20T08:00:00Z", "place": "Alvesta" });
        let errors = async |who: &str, mutation: &str, visit: &str, otherwise: Value| {
            let answer = act(&server, who, mutation, visit, otherwise).await;
            [answer.codes(), if answer.codes().is_empty() { answer.user_errors(mutation) } else { Vec::new() }].concat()
        };

        // It is the second of March 2026.
        for (otherwise, code) in [
            (json!({ "day": "2026-03-01", "place": "Alvesta" }), "INVALID_TIMES"),
            (json!({ "day": "2026-03-20", "startsAt": "2026-03-20T23:30:00Z", "place": "Alvesta" }), "INVALID_TIMES"),
            (json!({ "day": "2026-03-20", "place": " " }), "INVALID_VALUE"),
        ] {
            assert_eq!(errors(VISITOR, "acceptVisit", &first, otherwise.clone()).await, [code], "{otherwise}");
        }
        for who in [ASKER, VISITORS_MEMBER] {
            assert_eq!(errors(who, "acceptVisit", &first, when.clone()).await, ["FORBIDDEN"], "{who}");
        }
        assert_eq!(errors(STRANGER, "acceptVisit", &first, when.clone()).await, ["NOT_FOUND"]);
        assert_eq!(errors(VISITOR, "reportVisit", &first, json!({ "day": "2026-03-01" })).await, ["VISIT_ANSWERED"], "not agreed");
        let accepted = act(&server, VISITOR, "acceptVisit", &first, when.clone()).await;
        let accepted = accepted.at("acceptVisit/visit").clone();
        assert_eq!((&accepted["status"], &accepted["agreedDay"], &accepted["place"]), (&json!("ACCEPTED"), &json!("2026-03-20"), &json!("Alvesta")));
        assert_eq!((&accepted["viewerCanAnswer"], &accepted["viewerCanReport"], &accepted["viewerCanCancel"]), (&json!(false), &json!(true), &json!(true)));
        assert_eq!(errors(VISITOR, "acceptVisit", &first, when).await, ["VISIT_ANSWERED"], "once");
        assert_eq!(errors(ASKER, "withdrawVisit", &first, json!({})).await, ["VISIT_ANSWERED"], "it is agreed");

        assert_eq!(errors(VISITOR, "declineVisit", &second, json!({ "reason": " " })).await, ["INVALID_VALUE"]);
        let declined = act(&server, VISITOR, "declineVisit", &second, json!({ "reason": "Ingen har tid" })).await;
        assert_eq!(declined.at("declineVisit/visit/reason"), "Ingen har tid");
        assert_eq!(errors(VISITOR, "withdrawVisit", &third, json!({})).await, ["FORBIDDEN"], "whoever comes takes nothing back");
        let withdrawn = act(&server, ASKER, "withdrawVisit", &third, json!({})).await;
        assert_eq!(withdrawn.at("withdrawVisit/visit/status"), "WITHDRAWN", "{}", withdrawn.text);
        assert_eq!(errors(VISITOR, "declineVisit", &third, json!({ "reason": "Nej" })).await, ["VISIT_ANSWERED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_was_agreed_is_made_or_cancelled_by_either_with_a_reason(backend: Backend) {
        let server = Server::start(backend).await;
        offer(&server.by(VISITOR), json!({})).await.data();
        let (held, by_visitor, by_asker) = (agreed(&server).await, agreed(&server).await, agreed(&server).await);

        let early = act(&server, VISITOR, "reportVisit", &held, json!({ "day": "2026-03-03" })).await;
        assert_eq!(early.user_errors("reportVisit"), ["INVALID_TIMES"], "a day to come");
        assert_eq!(act(&server, ASKER, "reportVisit", &held, json!({ "day": "2026-03-02" })).await.codes(), ["FORBIDDEN"]);
        let made = act(&server, VISITOR, "reportVisit", &held, json!({ "day": "2026-03-02" })).await;
        assert_eq!((made.at("reportVisit/visit/status"), made.at("reportVisit/visit/heldOn")), (&json!("HELD"), &json!("2026-03-02")));
        for (who, visit, name) in [(VISITOR, &by_visitor, "Region Kronoberg"), (ASKER, &by_asker, "Alvesta kommun")] {
            let late = act(&server, who, "cancelVisit", &held, json!({ "reason": "Sjuk" })).await;
            assert_eq!(late.user_errors("cancelVisit"), ["VISIT_ANSWERED"], "{who}: it was made");
            let empty = act(&server, who, "cancelVisit", visit, json!({ "reason": "" })).await;
            assert_eq!(empty.user_errors("cancelVisit"), ["INVALID_VALUE"]);
            let cancelled = act(&server, who, "cancelVisit", visit, json!({ "reason": "Sjuk" })).await;
            let cancelled = cancelled.at("cancelVisit/visit");
            assert_eq!((&cancelled["status"], &cancelled["reason"], &cancelled["cancelledBy"]["name"]), (&json!("CANCELLED"), &json!("Sjuk"), &json!(name)));
        }
        for who in [VISITORS_MEMBER, ASKERS_MEMBER] {
            assert_eq!(act(&server, who, "cancelVisit", &held, json!({ "reason": "Sjuk" })).await.codes(), ["FORBIDDEN"], "{who}");
        }
        let elsewhere = act(&server, STRANGER, "cancelVisit", &held, json!({ "reason": "Sjuk" })).await;
        assert_eq!(elsewhere.user_errors("cancelVisit"), ["NOT_FOUND"]);
        server.stop().await;
    }
}

/// What an organisation's coordinators are told of visits, latest first: the kind, and the visit that it is about.
async fn told(caller: &Caller<'_>) -> Value {
    let query = "query($id: ID!) { organisation(id: $id) { visitNotices { nodes { kind visit { id } } } } }";
    let own = organisation_of(caller).await;
    let answer = caller.ask(query, json!({ "id": own })).await;
    answer.at("organisation/visitNotices").clone()
}

on_both_databases! {
    async fn the_other_organisation_is_told_and_nobody_else(backend: Backend) {
        let server = Server::start(backend).await;
        offer(&server.by(VISITOR), json!({})).await.data();
        let notices = |told: Vec<(&str, &str)>| {
            let nodes: Vec<_> = told.into_iter().map(|(kind, visit)| json!({ "kind": kind, "visit": { "id": visit } })).collect();
            json!({ "nodes": nodes })
        };
        let visit = asked(&server).await;
        assert_eq!(told(&server.by(VISITOR)).await, notices(vec![("VISIT_REQUESTED", &visit)]));
        assert_eq!(told(&server.by(ASKER)).await, notices(vec![]), "who has asked knows it");
        for who in [VISITORS_MEMBER, ASKERS_MEMBER] {
            assert_eq!(told(&server.by(who)).await, Value::Null, "{who}: for coordinators");
        }
        let foreign = organisation_of(&server.by(VISITOR)).await;
        let query = "query($id: ID!) { organisation(id: $id) { visitNotices { totalCount } } }";
        let stranger = server.by(ASKER).ask(query, json!({ "id": foreign })).await;
        assert_eq!(stranger.at("organisation/visitNotices"), &Value::Null, "another organisation's");

        // What is refused tells nobody.
        let early = act(&server, VISITOR, "acceptVisit", &visit, json!({ "day": "2026-03-01", "place": "Alvesta" })).await;
        assert_eq!(early.user_errors("acceptVisit"), ["INVALID_TIMES"]);
        assert_eq!(told(&server.by(ASKER)).await, notices(vec![]));
        let when = json!({ "day": "2026-03-02", "place": "Alvesta" });
        act(&server, VISITOR, "acceptVisit", &visit, when.clone()).await.data();
        assert_eq!(told(&server.by(ASKER)).await, notices(vec![("VISIT_ACCEPTED", &visit)]));
        act(&server, VISITOR, "reportVisit", &visit, json!({ "day": "2026-03-02" })).await.data();
        assert_eq!(told(&server.by(ASKER)).await, notices(vec![("VISIT_ACCEPTED", &visit)]), "whoever was visited knows it");

        let reason = json!({ "reason": "Sjukdom" });
        let [declined, taken_back, called_off, taken_off] = [asked(&server).await, asked(&server).await, asked(&server).await, asked(&server).await];
        for (who, mutation, visit, otherwise) in [
            (VISITOR, "declineVisit", &declined, &reason),
            (ASKER, "withdrawVisit", &taken_back, &json!({})),
            (VISITOR, "acceptVisit", &called_off, &when),
            (VISITOR, "cancelVisit", &called_off, &reason),
            (VISITOR, "acceptVisit", &taken_off, &when),
            (ASKER, "cancelVisit", &taken_off, &reason),
        ] {
            let done = act(&server, who, mutation, visit, otherwise.clone()).await;
            assert_eq!(done.user_errors(mutation), [""; 0], "{mutation}: {}", done.text);
        }
        assert_eq!(told(&server.by(ASKER)).await, notices(vec![
            ("VISIT_ACCEPTED", &taken_off), ("VISIT_CANCELLED", &called_off), ("VISIT_ACCEPTED", &called_off),
            ("VISIT_DECLINED", &declined), ("VISIT_ACCEPTED", &visit),
        ]));
        assert_eq!(told(&server.by(VISITOR)).await, notices(vec![
            ("VISIT_CANCELLED", &taken_off), ("VISIT_WITHDRAWN", &taken_back), ("VISIT_REQUESTED", &taken_off),
            ("VISIT_REQUESTED", &called_off), ("VISIT_REQUESTED", &taken_back), ("VISIT_REQUESTED", &declined), ("VISIT_REQUESTED", &visit),
        ]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn lists_of_visits_take_no_more_statements_for_more_visits(backend: Backend) {
        let server = Server::start(backend).await;
        offer(&server.by(VISITOR), json!({})).await.data();
        let visitor = organisation_of(&server.by(VISITOR)).await;
        let asker = organisation_of(&server.by(ASKER)).await;
        let visit = "id purposes organisation { name } requestedBy { name } viewerCanAnswer";
        let lists = [
            (VISITOR, &visitor, format!("list: outreachVisits {{ nodes {{ {visit} }} }}")),
            (ASKER, &asker, format!("list: visitsRequested {{ nodes {{ {visit} }} }}")),
            (VISITOR, &visitor, format!("list: visitNotices {{ nodes {{ kind organisation {{ name }} visit {{ {visit} }} }} }}")),
        ];
        let statements = async |rows: usize| {
            let mut taken = Vec::new();
            for (who, whose, list) in &lists {
                let query = format!("query($id: ID!) {{ organisation(id: $id) {{ {list} }} }}");
                let (statements, answer) = server.statements(server.by(who).ask(&query, json!({ "id": whose }))).await;
                assert_eq!(answer.at("organisation/list/nodes").as_array().map(Vec::len), Some(rows), "{}", answer.text);
                taken.push(statements.to_string());
            }
            taken
        };
        asked(&server).await;
        let few = statements(1).await;
        for _ in 0..11 {
            asked(&server).await;
        }
        assert_eq!(few, statements(12).await);
        server.stop().await;
    }
}
