//! SQL statements per operation: so many, however many rows there are.

use crate::{
    harness::{Answer, Caller, Server, on_both_databases},
    seats::world::{
        COORDINATORS, ORGANISER, SIGN_UPS, block, colleagues, day, input, occasion, occasion_of,
        quotas_input, set_quotas, share, sign_up, training,
    },
};
use chrono::TimeDelta;
use entity::{
    id::{OccasionId, OrganisationId, TrainingId},
    kind::{OccasionStatus, OrganisationKind},
    organisation, time_block, training as training_row, training_occasion, training_organiser,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder, QuerySelect, Set};
use serde_json::{Value, json};

/// How many statements each operation takes at most: one for who is asking, one for each kind of thing that is
/// read or written, and one for the audit log. Beginning and ending a transaction are not counted. Raise a number
/// only for a further kind of thing, never for further rows.
const MOST: [(&str, u32); 13] = [
    ("catalogue page", 5),
    ("catalogue page, anonymous", 3),
    ("entities of 100 organisations, anonymous", 1),
    ("entities of 100 organisations, with a token", 2),
    ("county with its municipalities and organisations", 5),
    ("organisation page", 7),
    ("occasion with sign-ups and participants", 10),
    ("whether I can sign up, for a page of occasions", 9),
    ("signUp", 25),
    ("withdraw", 20),
    ("updateOccasion", 16),
    ("setSeatQuotas", 17),
    ("cancelOccasion", 18),
];

/// Fails unless an operation took as many statements for many rows as for few, and no more than it may.
fn assert_statements(operation: &str, few: f64, many: f64) {
    let row = MOST.iter().find(|(name, _)| *name == operation);
    let (_, most) = row.unwrap_or_else(|| panic!("give {operation} a row in the table"));
    println!("{operation}: {few} for few rows, {many} for many, at most {most}");
    assert!(
        (few - many).abs() < 0.5,
        "{operation} took {few} statements for few rows and {many} for many: load each level at once"
    );
    assert!(
        many <= f64::from(*most),
        "{operation} took {many} statements, at most {most} are allowed: load each level at once"
    );
}

/// How many statements a query takes, and its answer, which must be without errors.
async fn asked(
    server: &Server,
    caller: &Caller<'_>,
    query: &str,
    variables: Value,
) -> (f64, Answer) {
    let (statements, answer) = server.statements(caller.ask(query, variables)).await;
    answer.data();
    (statements, answer)
}

/// How many statements a mutation takes that must be carried out.
async fn done(
    server: &Server,
    caller: &Caller<'_>,
    mutation: &str,
    input: Value,
    selection: &str,
) -> f64 {
    let request = caller.mutate(mutation, input, selection);
    let (statements, answer) = server.statements(request).await;
    assert_eq!(answer.user_errors(mutation), [""; 0], "{}", answer.text);
    statements
}

/// So many trainings of two organisers, each with four occasions to come, beside those of the demonstration.
async fn fill_catalogue(server: &Server, number: usize) {
    let changes = json!({ "sharing": "PUBLIC", "title": "Aktuell utbildning" });
    let model: TrainingId = training(server, &changes).await.parse().expect("an id");
    let pattern = training_row::Entity::find_by_id(model)
        .one(&server.database)
        .await;
    let pattern = pattern
        .expect("trainings can be read")
        .expect("it was made");
    let organisations = some_organisations(server, 2).await;
    for _ in 0..number {
        let new = training_row::Model {
            id: TrainingId::new(),
            ..pattern.clone()
        };
        let id = new.id;
        insert(server, new.into_active_model()).await;
        for organisation in &organisations {
            let organiser = training_organiser::Model {
                training_id: id,
                organisation_id: *organisation,
                confirmed_at: Some(day(0)),
                sees_participants: false,
            };
            insert(server, organiser.into_active_model()).await;
        }
        for week in 1..=4 {
            fill_occasion(server, id, week).await;
        }
    }
}

async fn fill_occasion(server: &Server, training: TrainingId, week: i64) {
    let (starts_at, ends_at) = (day(7 * week), day(7 * week) + TimeDelta::hours(2));
    let occasion = training_occasion::ActiveModel {
        id: Set(OccasionId::new()),
        training_id: Set(training),
        status: Set(OccasionStatus::Scheduled),
        time_zone: Set("Europe/Stockholm".to_owned()),
        starts_at: Set(starts_at),
        ends_at: Set(ends_at),
        capacity: Set(10),
        version: Set(1),
        ..Default::default()
    };
    let occasion = occasion
        .insert(&server.database)
        .await
        .expect("an occasion can be entered");
    let block = time_block::Model {
        occasion_id: occasion.id,
        position: 0,
        starts_at,
        ends_at,
    };
    insert(server, block.into_active_model()).await;
}

async fn insert<A>(server: &Server, row: A)
where
    A: ActiveModelTrait + Send,
{
    let rows = [row.reset_all()];
    <A::Entity as EntityTrait>::insert_many(rows)
        .exec_without_returning(&server.database)
        .await
        .expect("a row can be entered behind the door");
}

async fn some_organisations(server: &Server, number: u64) -> Vec<OrganisationId> {
    let rows = organisation::Entity::find()
        .order_by_asc(organisation::Column::Id)
        .limit(number)
        .all(&server.database)
        .await
        .expect("organisations can be read");
    rows.iter().map(|row| row.id).collect()
}

/// So many organisations more than the demonstration has.
async fn register_organisations(server: &Server, number: usize) {
    for number in 0..number {
        let name = format!("Förening {number}");
        let row = organisation::Model {
            id: OrganisationId::new(),
            kind: OrganisationKind::Ngo,
            search_text: name.to_lowercase(),
            sort_name: name.clone(),
            name,
            organisation_number: None,
            county_code: None,
            municipality_code: None,
            website: None,
            partner_from: None,
            partner_until: None,
        };
        insert(server, row.into_active_model()).await;
    }
}

const CATALOGUE: &str = "query($first: Int!) { trainings(first: $first) { nodes {
    id title format status organisers { id name }
    occasions(upcoming: true, first: 3) { nodes {
        id startsAt endsAt venue { name } seats { capacity taken free freeForViewer waiting }
    } }
} pageInfo { endCursor hasNextPage } } }";

on_both_databases! {
    async fn the_catalogue_page_takes_five_statements_whatever_the_rows(backend: Backend) {
        let server = Server::start(backend).await;
        let coordinator = server.by("vaxjo-coordinator");
        let anonymous = server.anonymous();
        fill_catalogue(&server, 60).await;

        for (name, caller) in [("catalogue page", &coordinator), ("catalogue page, anonymous", &anonymous)] {
            let (few, _) = asked(&server, caller, CATALOGUE, json!({ "first": 5 })).await;
            let (many, answer) = asked(&server, caller, CATALOGUE, json!({ "first": 20 })).await;

            let trainings = answer.at("trainings/nodes").as_array().expect("nodes");
            assert_eq!(trainings.len(), 20);
            let full = trainings.iter().filter(|training| {
                training.pointer("/occasions/nodes/2").is_some() && training.pointer("/organisers/1").is_some()
            });
            assert!(full.count() >= 10, "the page must be full of rows to prove anything");
            assert_statements(name, few, many);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_hundred_organisations_for_the_router_take_one_statement(backend: Backend) {
        let server = Server::start(backend).await;
        register_organisations(&server, 30).await;
        let organisations = some_organisations(&server, 100).await;
        assert_eq!(organisations.len(), 100);
        let representations = |number: usize| {
            let one = |id: &OrganisationId| json!({ "__typename": "Organisation", "id": id.to_string() });
            json!({ "r": organisations.iter().take(number).map(one).collect::<Vec<_>>() })
        };
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Organisation { id name kind } } }";

        for (name, caller) in [
            ("entities of 100 organisations, anonymous", server.anonymous()),
            ("entities of 100 organisations, with a token", server.by("vaxjo-coordinator")),
        ] {
            let (few, _) = asked(&server, &caller, query, representations(1)).await;
            let (many, answer) = asked(&server, &caller, query, representations(100)).await;

            let found = answer.at("_entities").as_array().expect("a list");
            assert!(found.len() == 100 && found.iter().all(|one| one["name"].is_string()));
            assert_statements(name, few, many);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_county_with_many_municipalities_takes_as_many_statements_as_one_with_few(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "query($code: String!) { county(code: $code) {
            code name municipalities { code name organisation { id name } } organisations { id name kind }
        } }";
        let member = server.by("vaxjo-member");

        // Gotland is one municipality, Västra Götaland has most of all.
        let (few, _) = asked(&server, &member, query, json!({ "code": "09" })).await;
        let (many, answer) = asked(&server, &member, query, json!({ "code": "14" })).await;

        assert_eq!(answer.at("county/municipalities").as_array().map(Vec::len), Some(49));
        assert_statements("county with its municipalities and organisations", few, many);
        server.stop().await;
    }
}

on_both_databases! {
    async fn an_organisations_page_takes_as_many_statements_with_few_units_as_with_many(backend: Backend) {
        let server = Server::start(backend).await;
        let query = "query($number: OrganisationNumber!) { organisation(organisationNumber: $number) {
            id name names { name } county { name } municipality { name } contactPoints { functionName }
            units(first: 50) { nodes { id name } }
        } }";
        let member = server.by("vaxjo-member");

        let (few, _) = asked(&server, &member, query, json!({ "number": "2120000670" })).await;
        let (many, _) = asked(&server, &member, query, json!({ "number": "2120000662" })).await;

        assert_statements("organisation page", few, many);
        server.stop().await;
    }
}

on_both_databases! {
    async fn the_organisers_list_of_participants_takes_as_many_statements_for_a_hundred_as_for_two(
        backend: Backend
    ) {
        let server = Server::start(backend).await;
        let query = "query($id: ID!) { occasion(id: $id) {
            timeBlocks { startsAt }
            signUps(first: 50) { nodes { id status position need participant { name } organisation { name } } }
        } }";
        let organiser = server.by(ORGANISER);
        let (small, large) = (occasion(&server, 1).await, occasion(&server, 30).await);
        for (occasion, number) in [(&small, 1), (&large, 16)] {
            for persona in &COORDINATORS[..3] {
                let people = colleagues(&server, persona, number).await;
                let mut input = input(occasion, &people);
                input["participants"][0]["need"] = json!("Ramp");
                done(&server, &server.by(persona), "signUp", input, SIGN_UPS).await;
            }
        }

        let (few, _) = asked(&server, &organiser, query, json!({ "id": small })).await;
        let (many, answer) = asked(&server, &organiser, query, json!({ "id": large })).await;

        assert_eq!(answer.at("occasion/signUps/nodes").as_array().map(Vec::len), Some(48));
        assert_statements("occasion with sign-ups and participants", few, many);
        server.stop().await;
    }
}

/// What a front end asks for after a sign-up.
const MADE: &str = "signUps { id status position reason } occasion { seats { taken waiting } }";

on_both_databases! {
    async fn signing_twenty_up_takes_as_many_statements_as_signing_one_up(backend: Backend) {
        let server = Server::start(backend).await;
        let persona = "vaxjo-coordinator";
        let coordinator = server.by(persona);
        let mut taken = Vec::new();

        for number in [1, 20] {
            // Half of them wait, each with a place elsewhere on another day, so that every level has rows.
            let people = colleagues(&server, persona, number * 2).await;
            let training = training(&server, &json!({})).await;
            let other = json!({ "capacity": 99, "timeBlocks": [block(day(20), 1)] });
            let other = occasion_of(&server, &training, &other).await;
            sign_up(&coordinator, &other, &people).await;
            let key = occasion(&server, i32::try_from(number).expect("a small number")).await;
            let mut input = input(&key, &people);
            for participant in input["participants"].as_array_mut().expect("a list") {
                participant["need"] = json!("Ramp");
            }
            input["idempotencyKey"] = json!(format!("{number}"));
            taken.push(done(&server, &coordinator, "signUp", input, MADE).await);
        }

        assert_statements("signUp", taken[0], taken[1]);
        server.stop().await;
    }
}

/// An occasion where so many have a seat, each since another second, and two more than that wait: as many seats
/// are kept for another organisation.
async fn crowded(server: &Server, number: usize) -> (String, Vec<String>) {
    let seats = i32::try_from(number).expect("a small number");
    let occasion = occasion(server, 2 * seats).await;
    set_quotas(
        server,
        &occasion,
        &[share("vaxjo-coordinator", seats, None)],
    )
    .await;
    let people = colleagues(server, ORGANISER, number * 2 + 2).await;
    let mut ids = Vec::new();
    for person in &people {
        server.travel(TimeDelta::seconds(1));
        let places = sign_up(&server.by(ORGANISER), &occasion, &[person]).await;
        ids.push(places[0].id.clone());
    }
    (occasion, ids)
}

on_both_databases! {
    async fn changes_take_as_many_statements_in_a_crowd_as_among_few(backend: Backend) {
        let server = Server::start(backend).await;
        let organiser = server.by(ORGANISER);
        let seats = "occasion { seats { taken waiting } }";
        let mutations = ["withdraw", "updateOccasion", "setSeatQuotas", "cancelOccasion"];
        let mut taken = [const { Vec::new() }; 4];

        for number in [2, 20] {
            let (occasion, ids) = crowded(&server, number).await;
            // Each of the first three lets somebody move up, the third all who still wait.
            let inputs = [
                json!({ "signUpId": ids[0] }),
                json!({ "occasionId": occasion, "expectedVersion": 1, "capacity": 2 * number + 1 }),
                quotas_input(&server, &occasion, &[share(COORDINATORS[1], 0, Some(9))]).await,
                json!({ "occasionId": occasion, "reason": "Sjukdom" }),
            ];
            for ((mutation, input), taken) in mutations.into_iter().zip(inputs).zip(&mut taken) {
                server.travel(TimeDelta::seconds(1));
                taken.push(done(&server, &organiser, mutation, input, seats).await);
            }
        }

        for (mutation, taken) in mutations.into_iter().zip(taken) {
            assert_statements(mutation, taken[0], taken[1]);
        }
        server.stop().await;
    }
}

on_both_databases! {
    async fn a_member_learns_of_a_whole_page_in_the_same_statements(backend: Backend) {
        let server = Server::start(backend).await;
        fill_catalogue(&server, 30).await;
        let query = "query($first: Int!) { trainings(first: $first, filter: { text: \"aktuell\" }) { nodes {
            occasions(upcoming: true, first: 3) { nodes { viewerCanSignUp viewerCannotSignUpReason } }
        } } }";
        let member = server.by("vaxjo-member");

        let (few, _) = asked(&server, &member, query, json!({ "first": 2 })).await;
        let (many, _) = asked(&server, &member, query, json!({ "first": 25 })).await;

        assert_statements("whether I can sign up, for a page of occasions", few, many);
        server.stop().await;
    }
}
