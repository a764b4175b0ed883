//! Every refusal of a sign-up has its own code, and each begins exactly where it should.

use super::world::{
    ORGANISER, assert_consistent, block, colleagues, colleagues_who_are, day, draft, id, input,
    instant, moment, occasion, occasion_of, refusals, seats, sign_up, training, withdraw,
};
use crate::harness::{Caller, Server, on_both_databases};
use chrono::TimeDelta;
use entity::{id::PersonId, kind::StaffCategory, membership};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

const ACCEPTED: [&str; 0] = [];

/// Refused or accepted at an instant, by its code.
async fn at(
    server: &Server,
    instant: chrono::DateTime<chrono::Utc>,
    occasion: &str,
    person: &str,
) -> Vec<String> {
    server.travel_to(instant);
    refusals(&server.by(ORGANISER), occasion, &[person]).await
}

/// Who asks, as a person of the API.
async fn oneself(caller: &Caller<'_>) -> String {
    id(
        &caller.query("{ viewer { person { id } } }").await,
        "viewer/person/id",
    )
}

on_both_databases! {
    async fn sign_up_opens_and_closes_to_the_microsecond(backend: Backend) {
        let server = Server::start(backend).await;
        let people = colleagues(&server, ORGANISER, 4).await;
        let training = training(&server, &json!({})).await;
        let window = json!({ "signUpOpensAt": instant(day(1)), "signUpClosesAt": instant(day(2)) });
        let occasion = occasion_of(&server, &training, &window).await;

        let before = at(&server, day(1) - moment(), &occasion, &people[0]).await;
        let opened = at(&server, day(1), &occasion, &people[0]).await;
        let last = at(&server, day(2) - moment(), &occasion, &people[1]).await;
        let closed = at(&server, day(2), &occasion, &people[2]).await;

        assert_eq!(before, ["SIGN_UP_NOT_OPEN"]);
        assert_eq!(opened, ACCEPTED);
        assert_eq!(last, ACCEPTED);
        assert_eq!(closed, ["SIGN_UP_CLOSED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_has_begun_takes_no_sign_ups_and_no_withdrawals(backend: Backend) {
        let server = Server::start(backend).await;
        let people = colleagues(&server, ORGANISER, 3).await;
        let occasion = occasion(&server, 9).await;
        let organiser = server.by(ORGANISER);
        let early = sign_up(&organiser, &occasion, &people[..2]).await;

        server.travel_to(day(30) - moment());
        let last = withdraw(&organiser, &early[0].id).await;
        let before = refusals(&organiser, &occasion, &people[2..]).await;
        server.travel_to(day(30));
        let late = withdraw(&organiser, &early[1].id).await;
        let begun = refusals(&organiser, &occasion, &people[..1]).await;

        assert_eq!((last, before), (vec![], vec![]));
        assert_eq!(late, ["OCCASION_PAST"]);
        assert_eq!(begun, ["OCCASION_PAST"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_a_published_training_takes_sign_ups(backend: Backend) {
        let server = Server::start(backend).await;
        let people = colleagues(&server, ORGANISER, 3).await;
        let training = draft(&server, &json!({})).await;
        let occasion = occasion_of(&server, &training, &json!({})).await;
        let organiser = server.by(ORGANISER);
        let input = json!({ "trainingId": training });

        let drafted = refusals(&organiser, &occasion, &people[..1]).await;
        organiser.mutate("publishTraining", input.clone(), "training { id }").await.data();
        let published = refusals(&organiser, &occasion, &people[..1]).await;
        organiser.mutate("archiveTraining", input, "training { id }").await.data();
        let archived = refusals(&organiser, &occasion, &people[1..2]).await;

        assert_eq!(drafted, ["TRAINING_NOT_PUBLISHED"]);
        assert_eq!(published, ACCEPTED);
        assert_eq!(archived, ["TRAINING_NOT_PUBLISHED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_cancelled_occasion_takes_no_sign_ups(backend: Backend) {
        let server = Server::start(backend).await;
        let people = colleagues(&server, ORGANISER, 2).await;
        let occasion = occasion(&server, 9).await;
        let organiser = server.by(ORGANISER);

        let before = refusals(&organiser, &occasion, &people[..1]).await;
        let cancel = json!({ "occasionId": occasion, "reason": "Sjukdom" });
        organiser.mutate("cancelOccasion", cancel, "occasion { status }").await.data();
        let after = refusals(&organiser, &occasion, &people[1..]).await;

        assert_eq!(before, ACCEPTED);
        assert_eq!(after, ["OCCASION_CANCELLED"]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_has_two_places_at_one_occasion(backend: Backend) {
        let server = Server::start(backend).await;
        let people = colleagues(&server, ORGANISER, 3).await;
        let occasion = occasion(&server, 1).await;
        let organiser = server.by(ORGANISER);
        let places = sign_up(&organiser, &occasion, &people[..2]).await;
        assert_eq!([&places[0].status, &places[1].status], ["CONFIRMED", "WAITLISTED"]);

        for person in &people[..2] {
            let again = refusals(&organiser, &occasion, &[person]).await;
            assert_eq!(again, ["ALREADY_SIGNED_UP"]);
        }
        assert_eq!(withdraw(&organiser, &places[1].id).await, ACCEPTED);
        assert_eq!(refusals(&organiser, &occasion, &people[1..2]).await, ACCEPTED);

        let last = &people[2];
        assert_eq!(refusals(&organiser, &occasion, &[last, last]).await, ["DUPLICATE_PARTICIPANT"]);
        assert_eq!(refusals(&organiser, &occasion, &[last]).await, ACCEPTED);
        server.stop().await;
    }
}

on_both_databases! {
    async fn one_person_at_once_for_one_occasion_gets_one_place(backend: Backend) {
        let server = Server::start(backend).await;
        let people = colleagues(&server, ORGANISER, 1).await;
        let occasion = occasion(&server, 9).await;
        let organiser = server.by(ORGANISER);

        let attempts = (0..20).map(|_| refusals(&organiser, &occasion, &people));
        let answers = join_all(attempts).await;

        let accepted = answers.iter().filter(|codes| codes.is_empty()).count();
        assert_eq!(accepted, 1, "{answers:?}");
        assert!(answers.iter().all(|codes| codes.is_empty() || *codes == ["ALREADY_SIGNED_UP"]));
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn nobody_can_be_in_two_places_at_once(backend: Backend) {
        let server = Server::start(backend).await;
        let people = colleagues(&server, ORGANISER, 1).await;
        let training = training(&server, &json!({})).await;
        let organiser = server.by(ORGANISER);
        let (starts, ends) = (day(30), day(30) + TimeDelta::hours(3));
        let make = |blocks: Value| {
            let changes = json!({ "timeBlocks": blocks });
            let (server, training) = (&server, &training);
            async move { occasion_of(server, training, &changes).await }
        };
        let two_days = make(json!([block(day(29), 1), block(starts, 3)])).await;
        let places = sign_up(&organiser, &two_days, &people).await;

        for (blocks, refusal) in [
            (json!([block(ends - moment(), 1)]), &["OVERLAPPING_OCCASION"][..]),
            (json!([block(starts - TimeDelta::hours(1) + moment(), 1)]), &["OVERLAPPING_OCCASION"]),
            (json!([block(day(20), 1), block(starts, 3)]), &["OVERLAPPING_OCCASION"]),
            (json!([block(ends, 1)]), &[]),
            (json!([block(starts - TimeDelta::hours(1), 1)]), &[]),
            (json!([block(day(29) + TimeDelta::hours(1), 23)]), &["OVERLAPPING_OCCASION"]),
        ] {
            let other = make(blocks.clone()).await;
            assert_eq!(refusals(&organiser, &other, &people).await, refusal, "{blocks}");
        }

        // Who gives the first place back is free for another.
        let other = make(json!([block(starts, 3)])).await;
        assert_eq!(withdraw(&organiser, &places[0].id).await, ACCEPTED);
        assert_eq!(refusals(&organiser, &other, &people).await, ACCEPTED);
        server.stop().await;
    }
}

on_both_databases! {
    async fn of_two_overlapping_occasions_at_once_one_is_confirmed(backend: Backend) {
        let server = Server::start(backend).await;
        let people = colleagues(&server, ORGANISER, 20).await;
        let occasions = [occasion(&server, 99).await, occasion(&server, 99).await];
        let organiser = server.by(ORGANISER);

        let both = people.chunks(1).map(|person| {
            let each = occasions.iter().map(|occasion| refusals(&organiser, occasion, person));
            join_all(each)
        });
        let answers = join_all(both).await;

        for answer in answers {
            let refused: Vec<String> = answer.into_iter().flatten().collect();
            assert_eq!(refused, ["OVERLAPPING_OCCASION"], "exactly one of the two is refused");
        }
        assert_consistent(&server).await;
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_training_takes_those_it_is_meant_for(backend: Backend) {
        let server = Server::start(backend).await;
        let categories = [StaffCategory::Employee, StaffCategory::SchoolStaff];
        let people = colleagues_who_are(&server, "vaxjo-coordinator", &categories).await;
        let training = training(&server, &json!({ "targetAudiences": ["SCHOOL_STAFF"] })).await;
        let occasion = occasion_of(&server, &training, &json!({})).await;
        let coordinator = server.by("vaxjo-coordinator");

        let employee = refusals(&coordinator, &occasion, &people[..1]).await;
        let teacher = refusals(&coordinator, &occasion, &people[1..]).await;

        assert_eq!(employee, ["TARGET_AUDIENCE_MISMATCH"]);
        assert_eq!(teacher, ACCEPTED);
        server.stop().await;
    }
}

on_both_databases! {
    async fn another_organisations_person_is_as_unknown_as_nobody(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 9).await;
        let strangers = colleagues(&server, "vaxjo-coordinator", 1).await;
        let nobody = PersonId::new().to_string();
        let organiser = server.by(ORGANISER);

        let stranger = organiser.mutate("signUp", input(&occasion, &strangers), "signUps { id }").await;
        let nobody = organiser.mutate("signUp", input(&occasion, &[nobody]), "signUps { id }").await;

        assert_eq!(stranger.user_errors("signUp"), ["NOT_FOUND"]);
        assert_eq!(stranger.text, nobody.text, "the two answers must not differ in a byte");
        assert_eq!(refusals(&server.by("vaxjo-coordinator"), &occasion, &strangers).await, ACCEPTED);
        server.stop().await;
    }
}

on_both_databases! {
    async fn somebody_whose_membership_has_ended_is_unknown(backend: Backend) {
        use membership::Column as M;
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 9).await;
        let people = colleagues(&server, ORGANISER, 2).await;
        for person in &people {
            let person: PersonId = person.parse().expect("an id");
            membership::Entity::update_many()
                .col_expr(M::ActiveFrom, Expr::value(day(1)))
                .col_expr(M::ActiveUntil, Expr::value(day(2)))
                .filter(M::PersonId.eq(person))
                .exec(&server.database)
                .await
                .expect("a membership can be changed behind the door");
        }

        assert_eq!(at(&server, day(1) - moment(), &occasion, &people[0]).await, ["NOT_FOUND"]);
        assert_eq!(at(&server, day(1), &occasion, &people[0]).await, ACCEPTED);
        assert_eq!(at(&server, day(2), &occasion, &people[1]).await, ["NOT_FOUND"]);
        assert_eq!(at(&server, day(2) - moment(), &occasion, &people[1]).await, ACCEPTED);
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_member_signs_up_only_oneself(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 9).await;
        let colleague = colleagues(&server, "vaxjo-member", 1).await.remove(0);
        let member = server.by("vaxjo-member");
        let own = oneself(&member).await;

        for people in [vec![&colleague], vec![&own, &colleague]] {
            let answer = member.mutate("signUp", input(&occasion, &people), "signUps { id }").await;
            assert_eq!(answer.codes(), ["FORBIDDEN"], "{}", answer.text);
        }
        assert_eq!(seats(&member, &occasion).await[1], Some(0), "a refused write changes nothing");
        assert_eq!(refusals(&member, &occasion, &[own]).await, ACCEPTED);
        assert_eq!(refusals(&server.by("vaxjo-coordinator"), &occasion, &[colleague]).await, ACCEPTED);
        server.stop().await;
    }
}

on_both_databases! {
    async fn somebody_without_a_token_signs_nobody_up(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 9).await;
        let people = colleagues(&server, ORGANISER, 1).await;

        let answer = server.anonymous().mutate("signUp", input(&occasion, &people), "signUps { id }").await;

        assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(seats(&server.by(ORGANISER), &occasion).await[1], Some(0));
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_occasion_that_one_may_not_see_is_not_found(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({ "sharing": "ORGANISATION" })).await;
        let occasion = occasion_of(&server, &training, &json!({})).await;

        for (persona, expected) in [("vaxjo-coordinator", &["NOT_FOUND"][..]), (ORGANISER, &[])] {
            let people = colleagues(&server, persona, 1).await;
            let found = refusals(&server.by(persona), &occasion, &people).await;
            assert_eq!(found, expected, "{persona}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_need_holds_no_personal_number_and_is_not_too_long(backend: Backend) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 9).await;
        let people = colleagues(&server, ORGANISER, 4).await;
        let organiser = server.by(ORGANISER);

        for (person, need, expected) in [
            (0, "Ledsagare 811218-9876".to_owned(), &["PERSONAL_ID_NOT_ALLOWED"][..]),
            (0, "Ledsagare 811218-9875".to_owned(), &[]),
            (1, "å".repeat(501), &["INVALID_VALUE"]),
            (1, "å".repeat(500), &[]),
        ] {
            let mut input = input(&occasion, &people[person..=person]);
            input["participants"][0]["need"] = json!(need);
            let answer = organiser.mutate("signUp", input, "signUps { id }").await;
            assert_eq!(answer.user_errors("signUp"), expected, "{need}");
            if !expected.is_empty() {
                let field = answer.at("signUp/userErrors/0/field");
                assert_eq!(*field, json!(["participants", "0", "need"]));
            }
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_request_has_one_to_a_hundred_people_and_a_key_of_one_to_a_hundred_characters(
        backend: Backend
    ) {
        let server = Server::start(backend).await;
        let occasion = occasion(&server, 300).await;
        let people = colleagues(&server, ORGANISER, 103).await;
        let organiser = server.by(ORGANISER);

        for (people, expected) in [
            (&people[..0], &["INVALID_VALUE"][..]),
            (&people[..101], &["INVALID_VALUE"]),
            (&people[..100], &[]),
            (&people[100..101], &[]),
        ] {
            let answer = refusals(&organiser, &occasion, people).await;
            assert_eq!(answer, expected, "{} people", people.len());
        }
        for (person, length, expected) in [
            (101, 0, &["INVALID_VALUE"][..]),
            (101, 101, &["INVALID_VALUE"]),
            (101, 100, &[]),
            (102, 1, &[]),
        ] {
            let mut input = input(&occasion, &people[person..=person]);
            input["idempotencyKey"] = json!("å".repeat(length));
            let answer = organiser.mutate("signUp", input, "signUps { id }").await;
            assert_eq!(answer.user_errors("signUp"), expected, "{length} characters");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn one_refusal_refuses_all(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, &json!({ "targetAudiences": ["SCHOOL_STAFF"] })).await;
        let occasion = occasion_of(&server, &training, &json!({})).await;
        let categories = [StaffCategory::SchoolStaff, StaffCategory::Employee, StaffCategory::SchoolStaff];
        let people = colleagues_who_are(&server, "vaxjo-coordinator", &categories).await;
        let coordinator = server.by("vaxjo-coordinator");

        let answer = coordinator.mutate("signUp", input(&occasion, &people), "signUps { id } occasion { id }").await;

        assert_eq!(answer.user_errors("signUp"), ["TARGET_AUDIENCE_MISMATCH"]);
        assert_eq!(*answer.at("signUp/userErrors/0/field"), json!(["participants", "1", "personId"]));
        assert_eq!(*answer.at("signUp/signUps"), json!([]));
        assert_eq!(*answer.at("signUp/occasion"), Value::Null);
        assert_eq!(seats(&coordinator, &occasion).await[1..3], [Some(0), Some(0)]);
        let fitting = [&people[0], &people[2]];
        assert_eq!(refusals(&coordinator, &occasion, &fitting).await, ACCEPTED);
        server.stop().await;
    }
}
