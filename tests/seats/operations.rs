//! What an operator runs: the comparison of counters with ledgers, and the housekeeping.

use super::world::{
    ORGANISER, Share, colleagues, day, input, moment, occasion, place, set_quotas, share, sign_up,
};
use crate::harness::{Server, on_both_databases};
use api::{
    config::Config,
    error::Result,
    language::Language,
    metrics::Metrics,
    viewer::{Database, RequestContext, Viewer, job::Round},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    audit_entry, id::OccasionId, idempotency_key, kind::AuditAction, participant_need, seat_quota,
    sign_up as sign_up_row, training_occasion,
};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use std::sync::Arc;

/// What those entries of the audit log concern that say that somebody moved up although nobody acted.
async fn entries_by_the_clock(server: &Server) -> Vec<Option<String>> {
    use entity::audit_entry::Column;
    let found = audit_entry::Entity::find()
        .filter(Column::Action.eq(AuditAction::Promote))
        .filter(Column::ActorOrganisationId.is_null())
        .filter(Column::ActorId.is_null())
        .all(&server.database)
        .await;
    let found = found.expect("the audit log can be read");
    found.into_iter().map(|entry| entry.subject).collect()
}

/// One round of the housekeeping at the server's present instant, over connections of its own.
pub async fn housekeeping(server: &Server) -> Round {
    let round = try_housekeeping(server).await;
    round.expect("the housekeeping succeeds")
}

/// The same; where the database is busy for too long, the next round tries again, as the program's does.
pub async fn try_housekeeping(server: &Server) -> Result<Round> {
    let environment = [
        ("SAMVERKAN_DATABASE_URL", server.database_url.as_str()),
        ("SAMVERKAN_PUBLIC_URL", "https://api.test"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(None, environment).expect("a good configuration");
    let metrics = Arc::new(Metrics::default());
    let database = Database::connect(&config.database, &metrics)
        .await
        .expect("connections");
    let context = RequestContext {
        request_id: "housekeeping-1".to_owned(),
        language: Language::default(),
        now: server.clock.now(),
    };
    let round = Viewer::for_job(&database, context).housekeeping().await;
    database.close().await;
    round
}

/// A corruption, and what the check says of it.
async fn assert_named(server: &Server, occasion: &str, says: &str) {
    let found = server.disagreements().await;
    assert!(
        found.iter().any(|one| one.contains(says))
            && found.iter().all(|one| one.contains(occasion)),
        "the check must name {occasion} and say {says:?}, it says {found:#?}"
    );
}

on_both_databases! {
    async fn the_check_names_the_counter_that_differs_from_its_ledger(backend: Backend) {
        use training_occasion::Column as O;
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        let people = colleagues(&server, ORGANISER, 3).await;
        let places = sign_up(&server.by(ORGANISER), &key, &people).await;
        let id: OccasionId = key.parse().expect("an id");
        assert_eq!(server.disagreements().await, [""; 0]);

        for (column, right, wrong, says) in [
            (O::Taken, 2, 1, "taken is 1 by the counter and 2 by the ledger"),
            (O::Waiting, 1, 4, "waiting is 4 by the counter and 1 by the ledger"),
            (O::Movements, 3, 5, "the ledger has 3 movements"),
        ] {
            for (value, says) in [(wrong, Some(says)), (right, None)] {
                training_occasion::Entity::update_many()
                    .col_expr(column, Expr::value(value))
                    .filter(O::Id.eq(id))
                    .exec(&server.database)
                    .await
                    .expect("a counter can be changed behind the door");
                match says {
                    Some(says) => assert_named(&server, &key, says).await,
                    None => assert_eq!(server.disagreements().await, [""; 0]),
                }
            }
        }
        seat_quota::Entity::update_many()
            .col_expr(seat_quota::Column::Taken, Expr::col(seat_quota::Column::Taken).sub(1))
            .filter(seat_quota::Column::OccasionId.eq(id))
            .exec(&server.database)
            .await
            .expect("a counter can be changed behind the door");
        assert_named(&server, &key, "by the quotas").await;
        let first: entity::id::SignUpId = places[0].id.parse().expect("an id");
        sign_up_row::Entity::update_many()
            .col_expr(sign_up_row::Column::Status, Expr::value("WITHDRAWN"))
            .filter(sign_up_row::Column::Id.eq(first))
            .exec(&server.database)
            .await
            .expect("a sign-up can be changed behind the door");
        assert_named(&server, &key, "by the sign-ups").await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_housekeeping_lets_the_line_move_up_at_the_release_and_not_before(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        let kept = Share { release_at: Some(day(5)), ..share("vaxjo-coordinator", 1, None) };
        set_quotas(&server, &key, &[kept]).await;
        let people = colleagues(&server, ORGANISER, 2).await;
        let organiser = server.by(ORGANISER);
        let places = sign_up(&organiser, &key, &people).await;
        assert_eq!(places[1].outcome(), ("WAITLISTED", Some(1), Some("SEATS_GUARANTEED_TO_OTHERS")));

        server.travel_to(day(5) - moment());
        let before = housekeeping(&server).await;
        server.travel_to(day(5));
        let after = housekeeping(&server).await;

        assert_eq!((before.promoted, after.promoted), (0, 1));
        assert_eq!(place(&organiser, &places[1].id).await.outcome(), ("CONFIRMED", None, None));
        assert_eq!(server.disagreements().await, [""; 0]);
        let told = entries_by_the_clock(&server).await;
        assert_eq!(told, [Some(places[1].id.clone())], "the log says who moved up, and names nobody who acted");
        assert_eq!(housekeeping(&server).await.promoted, 0, "a second round finds nothing to do");
        server.stop().await;
    }
}

on_both_databases! {
    async fn needs_are_erased_when_thirty_days_have_passed(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        let people = colleagues(&server, ORGANISER, 1).await;
        let mut input = input(&key, &people);
        input["participants"][0]["need"] = json!("Ramp");
        let organiser = server.by(ORGANISER);
        let answer = organiser.mutate("signUp", input, "signUps { id need }").await;
        assert_eq!(answer.at("signUp/signUps/0/need"), "Ramp");
        let id = answer.at("signUp/signUps/0/id").clone();
        let need = "query($id: ID!) { node(id: $id) { ... on SignUp { need } } }";
        let ends_at = day(30) + TimeDelta::hours(3);
        let sign_up: entity::id::SignUpId = id.as_str().expect("an id").parse().expect("an id");

        for (at, kept) in [
            (ends_at + TimeDelta::days(30), true),
            (ends_at + TimeDelta::days(30) + moment(), false),
        ] {
            server.travel_to(at);
            housekeeping(&server).await;
            let shown = organiser.ask(need, json!({ "id": id })).await;
            let stored = participant_need::Entity::find_by_id(sign_up).one(&server.database).await;

            assert_eq!(shown.at("node/need").is_string(), kept, "{at}: {}", shown.text);
            assert_eq!(stored.expect("needs can be read").is_some(), kept, "{at}");
        }
        server.stop().await;
    }
}

/// Whether a participant's need is stored, and when housekeeping looks at it next.
async fn need_of(server: &Server, sign_up: entity::id::SignUpId) -> Option<DateTime<Utc>> {
    let stored = participant_need::Entity::find_by_id(sign_up).one(&server.database);
    stored
        .await
        .expect("needs can be read")
        .map(|row| row.look_at)
}

on_both_databases! {
    async fn a_need_is_looked_at_once_a_day_and_erased_to_the_moment(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        let people = colleagues(&server, ORGANISER, 1).await;
        let mut input = input(&key, &people);
        input["participants"][0]["need"] = json!("Ramp");
        let answer = server.by(ORGANISER).mutate("signUp", input, "signUps { id }").await;
        let id = answer.at("signUp/signUps/0/id").as_str().expect("an id").to_owned();
        let sign_up = id.parse().expect("an id");
        let due = day(30) + TimeDelta::hours(3) + TimeDelta::days(30) + moment();
        let next_day = TimeDelta::days(1);

        assert_eq!(need_of(&server, sign_up).await, Some(participant_need::AT_ONCE));
        for (at, looks_next) in [
            (day(20), day(21)),
            // Left alone until then, whatever the number of rounds.
            (day(21) - moment(), day(21)),
            (day(21), day(22)),
            // The last look that leaves it alone is one whole day before it falls due.
            (due - moment() - next_day, due - moment()),
            // From then on it is looked at in each round.
            (due - moment(), due - moment()),
        ] {
            server.travel_to(at);
            housekeeping(&server).await;
            assert_eq!(need_of(&server, sign_up).await, Some(looks_next), "{at}");
        }
        server.travel_to(due);

        assert!(housekeeping(&server).await.needs_erased > 0);
        assert_eq!(need_of(&server, sign_up).await, None);
        server.stop().await;
    }
}

on_both_databases! {
    async fn keys_are_forgotten_after_a_day(backend: Backend) {
        let server = Server::start(backend).await;
        let key = occasion(&server, 2).await;
        let people = colleagues(&server, ORGANISER, 1).await;
        let mut input = input(&key, &people);
        input["idempotencyKey"] = json!("once");
        let answer = server.by(ORGANISER).mutate("signUp", input, "signUps { id }").await;
        assert_eq!(answer.user_errors("signUp"), [""; 0]);

        for (at, kept) in [(day(1), 1), (day(1) + moment(), 0)] {
            server.travel_to(at);
            housekeeping(&server).await;

            let keys = idempotency_key::Entity::find().count(&server.database).await;
            assert_eq!(keys.expect("keys can be counted"), kept, "{at}");
        }
        server.stop().await;
    }
}
