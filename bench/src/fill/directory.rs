//! Organisations, their workplaces and their people.

use super::{PIECE, Plan, World};
use crate::{
    Result,
    bulk::{Bulk, openly},
    progress::Progress,
    side::subject,
    while_doing,
    words::{ASSOCIATIONS, FAMILY_NAMES, GIVEN_NAMES},
};
use api::{demo::issuer::DEMO_ISSUER_URL, run::Fault};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    confidential::Confidential,
    county,
    id::{MembershipId, OrganisationId, PersonId, UnitId},
    kind::{OrganisationKind, Role, StaffCategory, UnitKind},
    membership, municipality, organisation,
    organisation_number::{OrganisationNumber, luhn_holds},
    organisation_unit, person,
    search_text::{fold, swedish_sort_key},
};
use sea_orm::{EntityTrait, QueryOrder};

/// How many of the people can sign in: the viewers of the benchmark.
pub const VIEWERS: usize = 200;

/// A county and its municipalities.
pub(super) struct CountyOf {
    pub row: county::Model,
    municipalities: Vec<municipality::Model>,
}

/// Writes everybody who can take part.
pub(super) async fn fill(url: &str, bulk: &mut Bulk, plan: Plan) -> Result<World> {
    let mut world = World {
        plan,
        counties: counties(url, plan.size.counties).await?,
        organisations: Vec::new(),
        kinds: Vec::new(),
        people: Vec::new(),
        trainings: Vec::new(),
    };
    let mut progress = Progress::of("organisations", plan.size.organisations);
    let rows = (0..plan.size.organisations)
        .map(|number| organisation(&world, number))
        .collect::<Result<Vec<_>>>()?;
    world.organisations = rows.iter().map(|row| row.id).collect();
    world.kinds = rows.iter().map(|row| row.kind).collect();
    bulk.write::<organisation::Entity>(rows).await?;
    progress.add(plan.size.organisations);
    progress.end();

    let mut progress = Progress::of("workplaces", plan.size.workplaces);
    let workplaces = (0..plan.size.workplaces).map(|number| workplace(&world, number));
    bulk.write::<organisation_unit::Entity>(workplaces).await?;
    progress.add(plan.size.workplaces);
    progress.end();

    let mut progress = Progress::of("people", plan.size.people);
    for first in (0..plan.size.people).step_by(PIECE * 10) {
        let piece = first..plan.size.people.min(first + PIECE * 10);
        let people: Vec<_> = piece.clone().map(|number| someone(plan, number)).collect();
        world.people.extend(people.iter().map(|row| row.id));
        let memberships: Vec<_> = piece.clone().map(|number| member(&world, number)).collect();
        bulk.write::<person::Entity>(people).await?;
        bulk.write::<membership::Entity>(memberships).await?;
        progress.add(piece.len());
    }
    progress.end();
    Ok(world)
}

/// The counties in the order of their codes, beginning with the one of the demonstration's main story.
async fn counties(url: &str, number: usize) -> Result<Vec<CountyOf>> {
    let failed = while_doing("the counties cannot be read");
    let database = openly(url).await?;
    let mut rows = county::Entity::find()
        .order_by_asc(county::Column::Code)
        .all(&database)
        .await
        .map_err(&failed)?;
    let municipalities = municipality::Entity::find()
        .order_by_asc(municipality::Column::Code)
        .all(&database)
        .await
        .map_err(&failed)?;
    database.close().await.map_err(&failed)?;
    rows.sort_by_key(|row| row.code != "07");
    rows.truncate(number);
    let of = |row: county::Model| CountyOf {
        municipalities: municipalities
            .iter()
            .filter(|municipality| municipality.county_code == row.code)
            .cloned()
            .collect(),
        row,
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Long before anything else.
fn long_ago(plan: Plan) -> DateTime<Utc> {
    plan.now - TimeDelta::days(1000)
}

/// In each county a region, the state's county board, its municipalities, and then associations.
fn organisation(world: &World, number: usize) -> Result<organisation::Model> {
    let plan = world.plan;
    let mut dice = plan.dice("organisation", number);
    let county = &world.counties[world.county_of(number)];
    let place = number / plan.size.counties;
    let municipality = place
        .checked_sub(2)
        .and_then(|index| county.municipalities.get(index));
    let (kind, name) = match (place, municipality) {
        (0, _) => (
            OrganisationKind::Region,
            format!("Region {}", county.row.short_name),
        ),
        (1, _) => (
            OrganisationKind::CountyAdministrativeBoard,
            format!("Länsstyrelsen i {}", county.row.name),
        ),
        (_, Some(municipality)) => (OrganisationKind::Municipality, municipality.name.clone()),
        (_, None) => {
            let association = dice.pick(&ASSOCIATIONS);
            let name = format!("{association} {place} i {}", county.row.name);
            (OrganisationKind::Ngo, name)
        }
    };
    Ok(organisation::Model {
        id: OrganisationId::from_uuid(dice.id(long_ago(plan))),
        kind,
        search_text: fold(&name),
        sort_name: swedish_sort_key(&name),
        name,
        organisation_number: Some(organisation_number(number)?),
        county_code: Some(county.row.code.clone()),
        municipality_code: municipality.map(|row| row.code.clone()),
        website: None,
        partner_from: Some(long_ago(plan)),
        partner_until: None,
    })
}

/// An invented number with a good check digit; of a kind that is given to nobody.
fn organisation_number(number: usize) -> Result<OrganisationNumber> {
    let digits = format!("992{number:06}");
    (0..10)
        .map(|check| format!("{digits}{check}"))
        .find(|digits| luhn_holds(digits))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| Fault::new(format!("{digits} cannot begin an organisation number")))
}

fn workplace(world: &World, number: usize) -> organisation_unit::Model {
    let plan = world.plan;
    let mut dice = plan.dice("workplace", number);
    let name = format!("Arbetsplats {}", number / plan.size.organisations + 1);
    organisation_unit::Model {
        id: UnitId::from_uuid(dice.id(long_ago(plan))),
        organisation_id: world.organisations[number % plan.size.organisations],
        parent_id: None,
        kind: UnitKind::Workplace,
        sort_name: swedish_sort_key(&name),
        name,
        valid_from: None,
        valid_to: None,
        municipality_code: None,
        from_day: None,
        until_day: None,
    }
}

fn someone(plan: Plan, number: usize) -> person::Model {
    let mut dice = plan.dice("person", number);
    let name = format!("{} {}", dice.pick(&GIVEN_NAMES), dice.pick(&FAMILY_NAMES));
    let email = format!("person{number}@{}.invalid", plan.size.name);
    person::Model {
        id: PersonId::from_uuid(dice.id(long_ago(plan))),
        search_name: Confidential::new(fold(&name)),
        sort_name: swedish_sort_key(&name),
        name: Confidential::new(name),
        email: Confidential::new(email),
        protected_identity: dice.percent(1),
    }
}

/// People are dealt out to the organisations in turn; of an organisation's first two, one is its coordinator.
fn member(world: &World, number: usize) -> membership::Model {
    let plan = world.plan;
    let mut dice = plan.dice("membership", number);
    let (round, organisation) = (
        number / plan.size.organisations,
        number % plan.size.organisations,
    );
    let is_viewer = number < VIEWERS;
    membership::Model {
        id: MembershipId::from_uuid(dice.id(long_ago(plan))),
        organisation_id: world.organisations[organisation],
        person_id: world.people[number],
        issuer: is_viewer.then(|| DEMO_ISSUER_URL.to_owned()),
        subject: is_viewer.then(|| subject(number)),
        unit_id: None,
        role: if round < 2 && round == organisation % 2 {
            Role::Coordinator
        } else {
            Role::Member
        },
        staff_category: *dice.pick(&[
            StaffCategory::Employee,
            StaffCategory::HealthCareStaff,
            StaffCategory::SchoolStaff,
            StaffCategory::SocialServicesStaff,
        ]),
        active_from: long_ago(plan),
        active_until: None,
    }
}
