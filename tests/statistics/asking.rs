//! What is counted, for whom, and when nothing is told of others.

use super::world::{Attendants, ask, attend, enter, new_year, occasion, spring, training, year};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::{ORGANISER, organisation},
};
use chrono::TimeDelta;
use entity::kind::{SignUpStatus, StaffCategory};
use sea_orm::{ActiveModelTrait, Set};
use serde_json::{Value, json};

const VAXJO: &str = "vaxjo-coordinator";
const ALVESTA: &str = "alvesta-coordinator";
const ELSEWHERE: &str = "region-blekinge-coordinator";

/// Ten employees of Växjö and twenty of Alvesta at one occasion in spring.
async fn thirty(server: &Server) -> String {
    let training = training(server, ORGANISER, "COUNTY").await;
    let occasion = occasion(server, &training, spring()).await;
    attend(server, VAXJO, occasion, StaffCategory::Employee, 10, 0).await;
    attend(server, ALVESTA, occasion, StaffCategory::Manager, 20, 100).await;
    training
}

on_both_databases! {
    async fn one_counts_ones_own_exactly_and_everybody_when_the_year_is_over(backend: Backend) {
        let server = Server::start(backend).await;
        thirty(&server).await;
        server.travel_to(new_year());

        let seen = year(&server.by(VAXJO), &["ORGANISATION", "AUDIENCE"]).await;

        assert_eq!(seen["confirmed"], json!({ "own": 10, "all": 30 }));
        assert_eq!(seen["withheld"], Value::Null);
        let mut rows: Vec<String> = seen["rows"].as_array().expect("rows").iter().map(|row| {
            let name = row["organisation"]["name"].as_str().expect("a name");
            let (kind, audience) = (&row["organisationKind"], &row["audience"]);
            let (own, all) = (&row["confirmed"]["own"], &row["confirmed"]["all"]);
            format!("{name} {kind} {audience}: {own} of {all}")
        }).collect();
        rows.sort();
        assert_eq!(rows, [
            "Alvesta kommun \"MUNICIPALITY\" \"MANAGERS\": 0 of 20",
            "Växjö kommun \"MUNICIPALITY\" \"EMPLOYEES\": 10 of 10",
        ]);
        server.stop().await;
    }
}

on_both_databases! {
    async fn small_numbers_are_told_to_their_owner_only(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, "lansstyrelsen-kronoberg-coordinator", "COUNTY").await;
        let occasion = occasion(&server, &training, spring()).await;
        attend(&server, VAXJO, occasion, StaffCategory::Employee, 4, 0).await;
        attend(&server, ALVESTA, occasion, StaffCategory::Employee, 40, 100).await;
        attend(&server, ORGANISER, occasion, StaffCategory::Employee, 30, 200).await;
        server.travel_to(new_year());

        for (persona, own) in [(VAXJO, 4), ("ljungby-coordinator", 0), ("lansstyrelsen-kronoberg-coordinator", 0)] {
            let seen = year(&server.by(persona), &["ORGANISATION"]).await;
            let of_vaxjo = seen["rows"].as_array().expect("rows").iter().find(|row| {
                row["organisation"]["name"] == "Växjö kommun"
            });
            let expected = if own > 0 { json!(4) } else { Value::Null };
            assert_eq!(of_vaxjo.expect("a row")["confirmed"], json!({ "own": own, "all": expected }), "{persona}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn of_others_nothing_is_told_before_the_year_is_over_in_sweden(backend: Backend) {
        let server = Server::start(backend).await;
        thirty(&server).await;

        server.travel_to(new_year() - TimeDelta::microseconds(1));
        let before = year(&server.by(VAXJO), &["AUDIENCE"]).await;
        server.travel_to(new_year());
        let after = year(&server.by(VAXJO), &["AUDIENCE"]).await;

        assert_eq!(before["withheld"], "YEAR_NOT_OVER");
        assert_eq!(before["confirmed"], json!({ "own": 10, "all": null }));
        assert_eq!(before["rows"].as_array().map(Vec::len), Some(1), "no row of others");
        assert_eq!(after["confirmed"], json!({ "own": 10, "all": 30 }));
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_question_that_could_be_subtracted_from_another_is_answered_for_oneself(backend: Backend) {
        let server = Server::start(backend).await;
        let training = thirty(&server).await;
        server.travel_to(new_year());
        let whole = json!({ "period": "2027", "county": "07" });

        for (persona, change, reason) in [
            (VAXJO, json!({ "period": "VT 2027" }), "NOT_A_WHOLE_YEAR"),
            (VAXJO, json!({ "period": "2027-03" }), "NOT_A_WHOLE_YEAR"),
            (VAXJO, json!({ "trainingId": training }), "ONE_TRAINING"),
            (VAXJO, json!({ "county": null }), "NOT_YOUR_COUNTY"),
            (VAXJO, json!({ "county": "10" }), "NOT_YOUR_COUNTY"),
            (ELSEWHERE, json!({}), "NOT_YOUR_COUNTY"),
        ] {
            let mut arguments = whole.clone();
            for (name, value) in change.as_object().expect("an object") {
                arguments[name] = value.clone();
            }
            let seen = ask(&server.by(persona), arguments.clone()).await;
            assert_eq!(seen["withheld"], reason, "{arguments}");
            assert_eq!(seen["confirmed"]["all"], Value::Null, "{arguments}");
            let own = i32::from(persona == VAXJO && change["county"] != "10") * 10;
            assert_eq!(seen["confirmed"]["own"], own, "{arguments}");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn only_people_with_a_seat_at_what_took_place_in_the_joint_catalogue_are_counted(backend: Backend) {
        let server = Server::start(backend).await;
        let joint = training(&server, ORGANISER, "COUNTY").await;
        let internal = training(&server, ORGANISER, "ORGANISATION").await;
        let (held, inside) = (occasion(&server, &joint, spring()).await, occasion(&server, &internal, spring()).await);
        let last = occasion(&server, &joint, new_year() - TimeDelta::microseconds(1)).await;
        let next_year = occasion(&server, &joint, new_year()).await;
        let cancelled = occasion(&server, &joint, spring()).await;
        let change = entity::training_occasion::ActiveModel {
            id: Set(cancelled),
            status: Set(entity::kind::OccasionStatus::Cancelled),
            ..Default::default()
        };
        change.update(&server.database).await.expect("an occasion can be changed");
        for (index, occasion) in [held, inside, last, next_year, cancelled].into_iter().enumerate() {
            let after = 100 * i32::try_from(index).expect("few");
            attend(&server, VAXJO, occasion, StaffCategory::Employee, 1 << index, after).await;
        }
        let group = Attendants {
            occasion: held,
            organisation: organisation(&server, VAXJO).await,
            unit: None,
            category: StaffCategory::Employee,
            number: 100,
        };
        enter(&server, &[group], SignUpStatus::Waitlisted, 1000).await;
        enter(&server, &[group], SignUpStatus::Withdrawn, 2000).await;
        server.travel_to(new_year() + TimeDelta::days(1));

        let seen = year(&server.by(VAXJO), &[]).await;
        let caller = server.by(VAXJO);
        let next = ask(&caller, json!({ "period": "2028", "county": "07" })).await;

        assert_eq!(seen["confirmed"]["own"], 1 + 4, "at the first occasion, and at the last of the year");
        assert_eq!(next["confirmed"]["own"], 8);
        server.stop().await;
    }
}

on_both_databases! {
    async fn what_became_of_them_is_told_of_ones_own_and_of_all_together(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, "lansstyrelsen-kronoberg-coordinator", "COUNTY").await;
        let occasion = occasion(&server, &training, spring()).await;
        let own = attend(&server, VAXJO, occasion, StaffCategory::Employee, 3, 0).await;
        let others = attend(&server, ALVESTA, occasion, StaffCategory::Employee, 20, 100).await;
        for sign_up in own[..2].iter().chain(&others[..12]) {
            mark(&server, *sign_up, spring()).await;
        }
        server.travel_to(new_year());

        let seen = year(&server.by(VAXJO), &["ORGANISATION_KIND"]).await;

        assert_eq!(seen["attended"], json!({ "own": 2, "all": 14 }));
        assert_eq!(seen["completed"], json!({ "own": 0, "all": 0 }));
        assert_eq!(seen["rows"][0]["attended"], json!({ "own": 2, "all": null }));
        mark(&server, others[12], spring()).await;
        for sign_up in &others[13..16] {
            mark(&server, *sign_up, spring()).await;
        }
        let seen = year(&server.by(VAXJO), &[]).await;
        assert_eq!(seen["attended"], json!({ "own": 2, "all": null }), "four of the others did not come");
        server.stop().await;
    }
}

/// Enters that somebody was there.
async fn mark(
    server: &Server,
    sign_up: entity::id::SignUpId,
    block: chrono::DateTime<chrono::Utc>,
) {
    use entity::{attendance, kind::AttendanceGrade};
    use sea_orm::{EntityTrait, IntoActiveModel};
    let row = entity::sign_up::Entity::find_by_id(sign_up)
        .one(&server.database)
        .await;
    let row = row.expect("sign-ups can be read").expect("it was entered");
    let mark = attendance::Model {
        sign_up_id: row.id,
        block_starts_at: block - TimeDelta::hours(3),
        occasion_id: row.occasion_id,
        person_id: row.person_id.expect("a person"),
        grade: AttendanceGrade::Present,
        recorded_at: block,
        recorded_by: None,
    };
    attendance::Entity::insert_many([mark.into_active_model().reset_all()])
        .exec_without_returning(&server.database)
        .await
        .expect("a mark can be entered");
}

on_both_databases! {
    async fn statistics_take_as_many_statements_for_many_organisations_as_for_few(backend: Backend) {
        let server = Server::start(backend).await;
        let training = training(&server, ORGANISER, "COUNTY").await;
        let occasion = occasion(&server, &training, spring()).await;
        attend(&server, ALVESTA, occasion, StaffCategory::Employee, 5, 0).await;
        server.travel_to(new_year());
        let query = "{ trainingStatistics(period: \"2027\", county: \"07\", by: [UNIT, AUDIENCE]) {
            withheld rows { organisation { name } unit { name } confirmed { own all } }
        } }";

        let (few, _) = server.statements(server.by(VAXJO).query(query)).await;
        for (index, persona) in crate::seats::world::COORDINATORS.into_iter().enumerate() {
            let after = 100 * i32::try_from(index + 1).expect("few");
            let (occasion, number) = (occasion, 30);
            attend(&server, persona, occasion, StaffCategory::SchoolStaff, number, after).await;
        }
        let (many, answer) = server.statements(server.by(VAXJO).query(query)).await;

        assert!(answer.at("trainingStatistics/rows").as_array().is_some_and(|rows| rows.len() > 5));
        assert!((few - many).abs() < 0.5, "{few} statements for few, {many} for many");
        assert!(many <= 3.0, "who is asking, the numbers, the organisations: {many}");
        server.stop().await;
    }
}
