//! An organiser cancels an occasion and names another: places move there, or are released, nothing silently.

use super::world::{myself, of_organisation, outbox, own, strangers};
use crate::{
    harness::{Answer, Caller, Server, on_both_databases},
    seats::world::{
        ORGANISER, assert_consistent, block, colleagues, day, id, occasion_of, place, places,
        seats, set_quotas, share, sign_up, training, withdraw,
    },
};
use entity::{
    kind::{AuditAction, MovementCause},
    participant_need, seat_movement,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

const ALVESTA: &str = "alvesta-coordinator";
const MEMBER: &str = "alvesta-member";
const VAXJO: &str = "vaxjo-coordinator";
const NOTHING: [&str; 0] = [];

/// Two occasions of one training, ten days apart, with so many seats.
async fn two(server: &Server, seats: [i32; 2]) -> (String, String) {
    let training = training(server, &json!({})).await;
    let at = |days, seats| json!({ "timeBlocks": [block(day(days), 3)], "capacity": seats });
    (
        occasion_of(server, &training, &at(30, seats[0])).await,
        occasion_of(server, &training, &at(40, seats[1])).await,
    )
}

fn input(from: &str, to: &str) -> Value {
    json!({ "occasionId": from, "reason": "Sjukdom", "moveToOccasionId": to })
}

const OUTCOME: &str = "moved released occasion { status seats { taken waiting } } movedTo { id seats { taken waiting } }";

async fn cancel(caller: &Caller<'_>, from: &str, to: &str) -> Answer {
    caller
        .mutate("cancelOccasion", input(from, to), OUTCOME)
        .await
}

/// What somebody was told: kind, reason, and the place at the other occasion.
async fn outcome(caller: &Caller<'_>) -> (String, Option<String>, Option<String>) {
    let query = "{ viewer { notices(first: 1) { nodes {
        kind reason otherOccasion { id } signUp { id status }
    } } } }";
    let answer = caller.query(query).await;
    let node = answer.at("viewer/notices/nodes/0");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    (
        text(&node["kind"]).expect("a kind"),
        text(&node["reason"]),
        text(&node["signUp"]["status"]),
    )
}

/// An occasion of a draft of Växjö's, which the organiser of these tests does not see.
async fn hidden_occasion(server: &Server) -> String {
    let vaxjo = server.by(VAXJO);
    let draft = json!({ "title": "Utkast", "format": "HALF_DAY", "sharing": "PUBLIC" });
    let answer = vaxjo
        .mutate("createTraining", draft, "training { id }")
        .await;
    let training = id(&answer, "createTraining/training/id");
    let input = json!({ "trainingId": training, "capacity": 9, "timeBlocks": [block(day(40), 3)] });
    let answer = vaxjo
        .mutate("createOccasion", input, "occasion { id }")
        .await;
    id(&answer, "createOccasion/occasion/id")
}

/// The ledger of an occasion: causes, in order.
async fn ledger(server: &Server, occasion: &str) -> Vec<MovementCause> {
    let occasion: entity::id::OccasionId = occasion.parse().expect("an id");
    let rows = seat_movement::Entity::find()
        .filter(seat_movement::Column::OccasionId.eq(occasion))
        .order_by_asc(seat_movement::Column::Number)
        .all(&server.database)
        .await;
    let rows = rows.expect("the ledger can be read");
    rows.into_iter().map(|row| row.cause).collect()
}

on_both_databases! {
    async fn seats_move_before_the_line_by_the_quotas_there_and_both_ledgers_say_so(backend: Backend) {
        let server = Server::start(backend).await;
        let (from, to) = two(&server, [2, 3]).await;
        // Waits first, because its organisation may have none, and later comes after those with seats.
        set_quotas(&server, &from, &[share(VAXJO, 0, Some(0))]).await;
        let vaxjo = server.by(VAXJO);
        let early = sign_up(&vaxjo, &from, &colleagues(&server, VAXJO, 1).await).await;
        let alvesta = server.by(ALVESTA);
        let seated = sign_up(&alvesta, &from, &colleagues(&server, ALVESTA, 2).await).await;
        let late = sign_up(&alvesta, &from, &colleagues(&server, ALVESTA, 1).await).await;
        set_quotas(&server, &to, &[share(ALVESTA, 0, Some(1))]).await;
        let organiser = server.by(ORGANISER);

        let answer = cancel(&organiser, &from, &to).await;

        assert_eq!(answer.user_errors("cancelOccasion"), NOTHING);
        assert_eq!(answer.at("cancelOccasion/moved"), 4);
        assert_eq!(answer.at("cancelOccasion/released"), 0);
        assert_eq!(answer.at("cancelOccasion/movedTo/seats"), &json!({ "taken": 2, "waiting": 2 }));
        let ended = json!({ "status": "CANCELLED", "seats": { "taken": 0, "waiting": 0 } });
        assert_eq!(answer.at("cancelOccasion/occasion"), &ended);
        let query = "query($id: ID!) { occasion(id: $id) { signUps(first: 100) { nodes {
            status reason position organisation { name } } } } }";
        let answer = organiser.ask(query, json!({ "id": to })).await;
        let there: Vec<Value> = answer.at("occasion/signUps/nodes").as_array().expect("a list").clone();
        let row = |status: &str, reason: Option<&str>, position: Option<i32>, organisation: &str| json!({
            "status": status, "reason": reason, "position": position, "organisation": { "name": organisation },
        });
        let full = Some("QUOTA_OF_ORGANISATION_FULL");
        let mut expected = vec![
            row("CONFIRMED", None, None, "Alvesta kommun"),
            row("WAITLISTED", full, Some(1), "Alvesta kommun"),
            row("CONFIRMED", None, None, "Växjö kommun"),
            row("WAITLISTED", full, Some(2), "Alvesta kommun"),
        ];
        // All came in the same moment; those who wait have their positions.
        let text = |row: &Value| row.to_string();
        let mut there = there;
        there.sort_by_key(text);
        expected.sort_by_key(text);
        assert_eq!(there, expected);
        for old in early.iter().chain(&seated).chain(&late) {
            assert_eq!(place(&organiser, &old.id).await.status, "CANCELLED");
        }
        let away = ledger(&server, &from).await;
        assert_eq!(away[away.len() - 4..], [MovementCause::MovedAway; 4]);
        assert_eq!(ledger(&server, &to).await, [MovementCause::MovedHere; 4]);
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn whoever_has_a_place_there_or_is_busy_then_is_released_and_told_why(backend: Backend) {
        let server = Server::start(backend).await;
        let (from, to) = two(&server, [9, 9]).await;
        let elsewhere = training(&server, &json!({ "title": "En annan" })).await;
        let busy_at = json!({ "timeBlocks": [block(day(40), 1)] });
        let elsewhere = occasion_of(&server, &elsewhere, &busy_at).await;
        let callers = [MEMBER, VAXJO, "ljungby-coordinator"].map(|name| server.by(name));
        for caller in &callers {
            sign_up(caller, &from, &[myself(caller).await]).await;
        }
        sign_up(&callers[0], &to, &[myself(&callers[0]).await]).await;
        sign_up(&callers[1], &elsewhere, &[myself(&callers[1]).await]).await;

        let answer = cancel(&server.by(ORGANISER), &from, &to).await;

        assert_eq!((answer.at("cancelOccasion/moved"), answer.at("cancelOccasion/released")), (&json!(1), &json!(2)));
        let released = |reason: &str| ("RELEASED".to_owned(), Some(reason.to_owned()), Some("CANCELLED".to_owned()));
        assert_eq!(outcome(&callers[0]).await, released("ALREADY_SIGNED_UP"));
        assert_eq!(outcome(&callers[1]).await, released("OVERLAPPING_OCCASION"));
        assert_eq!(outcome(&callers[2]).await, ("MOVED_TO".to_owned(), None, Some("CONFIRMED".to_owned())));
        assert_eq!(outbox(&server).await, 3, "each is told once, and nobody that the occasion is cancelled besides");
        assert_eq!(seats(&server.by(ORGANISER), &to).await[1..3], [Some(2), Some(0)]);
        for stranger in strangers(&server, &[MEMBER, VAXJO, "ljungby-coordinator"]) {
            assert!(of_organisation(&stranger).await.is_none_or(|told| told.is_empty()));
        }
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn every_standing_place_moves_or_is_released_and_each_is_told(backend: Backend) {
        let server = Server::start(backend).await;
        let (from, to) = two(&server, [5, 4]).await;
        let mut standing = 0;
        for persona in [VAXJO, ALVESTA, "ljungby-coordinator"] {
            let caller = server.by(persona);
            let people = colleagues(&server, persona, 3).await;
            let party = json!({
                "occasionId": from, "mode": "ALL_OR_NOTHING", "heldSeats": 1,
                "participants": people.iter().map(|person| json!({ "personId": person })).collect::<Vec<_>>(),
            });
            let answer = caller.mutate("signUp", party, "signUps { id status position reason }").await;
            standing += places(&answer).len();
            sign_up(&caller, &to, &people[..1]).await;
        }
        let gone = sign_up(&server.by(ALVESTA), &from, &colleagues(&server, ALVESTA, 1).await).await;
        assert_eq!(withdraw(&server.by(ALVESTA), &gone[0].id).await, NOTHING);
        let before = outbox(&server).await;

        let answer = cancel(&server.by(ORGANISER), &from, &to).await;

        let count = |field: &str| answer.at(&format!("cancelOccasion/{field}")).as_u64().expect("a number");
        assert_eq!((count("moved"), count("released")), (9, 3));
        assert_eq!(count("moved") + count("released"), standing as u64);
        assert_eq!(outbox(&server).await - before, standing as u64);
        let [_, taken, waiting, _] = seats(&server.by(ORGANISER), &to).await;
        assert_eq!(taken.zip(waiting).map(|(taken, waiting)| taken + waiting), Some(3 + 9));
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_somebody_needs_follows_and_is_forgotten_where_it_was(backend: Backend) {
        let server = Server::start(backend).await;
        let (from, to) = two(&server, [9, 9]).await;
        let (alvesta, organiser) = (server.by(ALVESTA), server.by(ORGANISER));
        let people = colleagues(&server, ALVESTA, 2).await;
        sign_up(&alvesta, &to, &people[1..]).await;
        for (person, need) in people.iter().zip(["Ramp", "Teckentolk"]) {
            let participants = json!([{ "personId": person, "need": need }]);
            let input = json!({ "occasionId": from, "participants": participants });
            alvesta.mutate("signUp", input, "signUps { id }").await.data();
        }
        let needs = async || participant_need::Entity::find().all(&server.database).await.expect("needs");
        let before = needs().await.len();

        cancel(&organiser, &from, &to).await.data();

        assert_eq!(needs().await.len(), before - 1, "whoever is released needs nothing any more");
        let query = "query($id: ID!) { occasion(id: $id) { signUps { nodes { need } } } }";
        let answer = organiser.ask(query, json!({ "id": to })).await;
        assert_eq!(answer.at("occasion/signUps/nodes"), &json!([{ "need": null }, { "need": "Ramp" }]));
        server.stop().await;
    }
}

on_both_databases! {
    async fn places_move_to_another_occasion_of_the_same_training_that_lies_ahead_only(backend: Backend) {
        let server = Server::start(backend).await;
        let (from, to) = two(&server, [9, 9]).await;
        let (stranger, _) = two(&server, [9, 9]).await;
        let hidden = hidden_occasion(&server).await;
        let organiser = server.by(ORGANISER);
        let member = server.by(MEMBER);
        let own_place = sign_up(&member, &from, &[myself(&member).await]).await;
        let errors = async |to: &str| cancel(&organiser, &from, to).await.user_errors("cancelOccasion");

        assert_eq!(errors(&stranger).await, ["INVALID_VALUE"]);
        assert_eq!(errors(&from).await, ["INVALID_VALUE"]);
        assert_eq!(errors(&hidden).await, ["NOT_FOUND"]);
        assert_eq!(cancel(&server.by(ALVESTA), &from, &to).await.codes(), ["FORBIDDEN"]);
        let input = json!({ "occasionId": to, "reason": "Sjukdom" });
        organiser.mutate("cancelOccasion", input, "occasion { id }").await.data();
        assert_eq!(errors(&to).await, ["OCCASION_CANCELLED"]);

        assert_eq!(outbox(&server).await, 0);
        assert_eq!(place(&member, &own_place[0].id).await.status, "CONFIRMED", "nothing was changed");
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_moves_to_what_has_begun(backend: Backend) {
        let server = Server::start(backend).await;
        let (later, sooner) = {
            let training = training(&server, &json!({})).await;
            let at = |days| json!({ "timeBlocks": [block(day(days), 3)] });
            (occasion_of(&server, &training, &at(30)).await, occasion_of(&server, &training, &at(10)).await)
        };
        let member = server.by(MEMBER);
        sign_up(&member, &later, &[myself(&member).await]).await;

        server.travel_to(day(10));
        let answer = cancel(&server.by(ORGANISER), &later, &sooner).await;

        assert_eq!(answer.user_errors("cancelOccasion"), ["OCCASION_PAST"]);
        assert_eq!(own(&member).await, []);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_move_stands_in_the_audit_logs_of_whom_it_concerns(backend: Backend) {
        use entity::audit_entry::{Column, Entity};
        let server = Server::start(backend).await;
        let (from, to) = two(&server, [9, 9]).await;
        let member = server.by(MEMBER);
        let old = sign_up(&member, &from, &[myself(&member).await]).await;

        cancel(&server.by(ORGANISER), &from, &to).await.data();

        let told = own(&member).await;
        let new = told[0].1.clone().expect("the place at the other occasion");
        assert_eq!(told[0].0, "MOVED_TO");
        assert_ne!(new, old[0].id);
        for (action, sign_up) in [(AuditAction::Withdraw, &old[0].id), (AuditAction::SignUp, &new)] {
            let entries = Entity::find()
                .filter(Column::Subject.eq(sign_up.as_str()))
                .filter(Column::Action.eq(action))
                .filter(Column::ActorOrganisationId.is_not_null())
                .order_by_asc(Column::Id)
                .all(&server.database)
                .await
                .expect("the audit log can be read");
            assert_eq!(entries.len(), 2, "in the participant's log and in the organiser's: {entries:#?}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn two_that_swap_places_at_once_neither_wait_for_each_other_nor_lose_anybody(backend: Backend) {
        let server = Server::start(backend).await;
        for _ in 0..5 {
            let (one, other) = two(&server, [3, 3]).await;
            let people = colleagues(&server, ALVESTA, 4).await;
            let alvesta = server.by(ALVESTA);
            sign_up(&alvesta, &one, &people[..2]).await;
            sign_up(&alvesta, &other, &people[2..]).await;
            let organiser = server.by(ORGANISER);

            let (here, there) = tokio::join!(cancel(&organiser, &one, &other), cancel(&organiser, &other, &one));

            let mut errors = [here.user_errors("cancelOccasion"), there.user_errors("cancelOccasion")];
            errors.sort();
            // Whoever comes second finds its occasion full of those who moved, and no other to send them to.
            assert_eq!(errors, [vec![], vec!["OCCASION_CANCELLED".to_owned()]]);
            let (_, [_, taken, waiting, _]) = if here.user_errors("cancelOccasion").is_empty() {
                (one, seats(&organiser, &other).await)
            } else {
                (other, seats(&organiser, &one).await)
            };
            assert_eq!((taken, waiting), (Some(3), Some(1)));
        }
        assert_consistent(&server).await;
        server.stop().await;
    }
}
