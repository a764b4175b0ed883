//! Everything that one organisation can ask is asked, and a solver tries to work out what is not told.

use super::{
    solving::{DIMENSIONS, Found, Place, Row, attack},
    world::{Attendants, enter, new_year, occasion, spring, training, unit, year},
};
use crate::{
    harness::{Server, on_both_databases},
    seats::world::{COORDINATORS, ORGANISER, organisation},
};
use api::domain::suppression::{THRESHOLD, WIDTH};
use entity::kind::{SignUpStatus, StaffCategory};
use std::collections::{BTreeMap, BTreeSet};

const JOINT: &str = "lansstyrelsen-kronoberg-coordinator";

/// Every way to split the numbers.
const QUESTIONS: [&[usize]; 8] = [&[], &[0], &[1], &[2], &[3], &[0, 3], &[1, 3], &[2, 3]];

/// What the test knows: who took part where, and at whose training.
struct Truth {
    people: Vec<(Place, &'static str, u32)>,
}

impl Truth {
    fn sum(&self, counted: impl Fn(&Place, &str) -> bool) -> u32 {
        let people = self
            .people
            .iter()
            .filter(|(place, at, _)| counted(place, at));
        people.map(|(_, _, number)| number).sum()
    }
}

/// A year in which two organisers give a training each: few here, many there, and some everywhere.
async fn a_year(server: &Server) -> Truth {
    let mut truth = Truth { people: Vec::new() };
    let categories = [
        (StaffCategory::Employee, "EMPLOYEES"),
        (StaffCategory::Manager, "MANAGERS"),
        (StaffCategory::SchoolStaff, "SCHOOL_STAFF"),
    ];
    let sizes = [3, 12, 0, 7, 25, 2, 9, 0, 16, 1, 30, 6, 0, 11, 4, 18];
    let mut groups = Vec::new();
    let mut turn = 0;
    for organiser in [ORGANISER, JOINT] {
        let training = training(server, organiser, "COUNTY").await;
        let occasion = occasion(server, &training, spring()).await;
        for persona in COORDINATORS {
            let of = organisation(server, persona).await;
            let units = [
                unit(server, of, "Ena").await,
                unit(server, of, "Andra").await,
            ];
            for unit in units {
                for (category, audience) in categories {
                    turn += 1;
                    let number = sizes[(turn * 7 + turn / 16) % sizes.len()];
                    let (kind, audience) = match persona {
                        ORGANISER => ("REGION", audience),
                        JOINT => ("COUNTY_ADMINISTRATIVE_BOARD", "OTHER_ACTORS_IN_COUNTY"),
                        "barnens-ratt-kronoberg-coordinator" => ("NGO", "CIVIL_SOCIETY"),
                        _ => ("MUNICIPALITY", audience),
                    };
                    let place = [
                        kind.to_owned(),
                        of.to_string(),
                        unit.to_string(),
                        audience.to_owned(),
                    ];
                    truth.people.push((place, organiser, number));
                    groups.push(Attendants {
                        occasion,
                        organisation: of,
                        unit: Some(unit),
                        category,
                        number,
                    });
                }
            }
        }
    }
    enter(server, &groups, SignUpStatus::Confirmed, 0).await;
    truth
}

/// All that an organisation is told, question by question, without its own people.
async fn all_answers(server: &Server, persona: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for question in QUESTIONS {
        let by: Vec<&str> = question.iter().map(|at| DIMENSIONS[*at]).collect();
        let seen = year(&server.by(persona), &by).await;
        let number = |count: &serde_json::Value| {
            let whole = |value: &serde_json::Value| u32::try_from(value.as_u64()?).ok();
            Some(whole(&count["all"])? - whole(&count["own"])?)
        };
        if question.is_empty() {
            let others = number(&seen["confirmed"]);
            rows.push(Row {
                by: BTreeSet::new(),
                place: Place::default(),
                others,
            });
        }
        for row in seen["rows"].as_array().expect("rows") {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
            let place = [
                text(&row["organisationKind"]),
                text(&row["organisation"]["id"]),
                text(&row["unit"]["id"]),
                text(&row["audience"]),
            ];
            let others = number(&row["confirmed"]);
            rows.push(Row {
                by: question.iter().copied().collect(),
                place,
                others,
            });
        }
    }
    rows
}

/// The places that the finest answer lists.
fn places(rows: &[Row]) -> Vec<Place> {
    let finest = rows.iter().filter(|row| row.by == BTreeSet::from([2, 3]));
    finest.map(|row| row.place.clone()).collect()
}

/// What the persona's organisation knows beforehand: who was at its own training, to the last of them.
fn known(truth: &Truth, persona: &str, own: &str) -> BTreeMap<Place, u32> {
    let mut known = BTreeMap::new();
    for (place, organiser, number) in &truth.people {
        if *organiser == persona && place[1] != own {
            *known.entry(place.clone()).or_default() += number;
        }
    }
    known
}

fn too_close(found: &[Found]) -> Vec<&Found> {
    found
        .iter()
        .filter(|one| one.high - one.low < WIDTH)
        .collect()
}

on_both_databases! {
    async fn no_organisation_works_out_a_number_that_it_is_not_told(backend: Backend) {
        let server = Server::start(backend).await;
        let truth = a_year(&server).await;
        server.travel_to(new_year());

        for persona in ["vaxjo-coordinator", ORGANISER] {
            let own = organisation(&server, persona).await.to_string();
            let rows = all_answers(&server, persona).await;
            for row in &rows {
                let others = truth.sum(|place, _| row.counts(place) && place[1] != own);
                assert!(row.others.is_none_or(|told| told == others), "{row:?} should be {others}");
                let small = (1..THRESHOLD).contains(&others);
                assert!(!(small && row.others.is_some()), "{persona} is told of {others}: {row:?}");
            }
            let known = known(&truth, persona, &own);
            let mut found = attack(&rows, &places(&rows), &known);
            // Where it knew everybody beforehand there is nobody left to learn of.
            found.retain(|one| truth.sum(|place, at| {
                one.row.counts(place) && place[1] != own && at != persona
            }) > 0);
            let told = rows.iter().filter(|row| row.others.is_some()).count();
            println!("{persona}: {told} numbers told, {} not", found.len());
            assert!(found.len() > 10, "there must be something to find: {found:#?}");
            assert!(told * 4 > rows.len(), "most of it is kept back: {told} of {} are told", rows.len());
            assert_eq!(too_close(&found), Vec::<&Found>::new(), "{persona} works out what it is not told");
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_same_solver_works_numbers_out_where_only_the_small_ones_are_left_out(backend: Backend) {
        let server = Server::start(backend).await;
        let truth = a_year(&server).await;
        server.travel_to(new_year());
        let persona = "vaxjo-coordinator";
        let own = organisation(&server, persona).await.to_string();

        let mut rows = all_answers(&server, persona).await;
        for row in &mut rows {
            let others = truth.sum(|place, _| row.counts(place) && place[1] != own);
            row.others = (others == 0 || others >= THRESHOLD).then_some(others);
        }
        let found = attack(&rows, &places(&rows), &BTreeMap::new());

        let worked_out = found.iter().filter(|one| one.low == one.high).count();
        println!("with the small ones left out alone, {worked_out} of {} are worked out exactly", found.len());
        assert!(worked_out > 0, "the control must be broken, or the solver proves nothing: {found:#?}");
        server.stop().await;
    }
}
