//! What the demonstration invents obeys the rules of the house.

use super::{Demo, PERSONAS, empty_database, fill, main_story::seats};
use crate::domain::{
    audience::{Participant, fits},
    occasion::{SignUpState, overlaps, sign_up_state, validate_time_blocks},
};
use chrono::{Datelike, Weekday};
use chrono_tz::Europe::Stockholm;
use entity::{
    kind::{
        OccasionStatus, OrganisationKind, Role, SeatReason, SharingLevel, SignUpStatus,
        TrainingFormat, TrainingStatus,
    },
    sign_up, training,
};
use sea_orm::Iterable;
use std::collections::BTreeSet;

#[tokio::test]
async fn the_counters_are_what_the_ledger_says() {
    let demo = Demo::new().await;

    for occasion in &demo.occasions {
        let of: Vec<_> = demo
            .movements
            .iter()
            .filter(|row| row.occasion_id == occasion.id)
            .collect();
        let mut numbers: Vec<_> = of.iter().map(|row| row.number).collect();
        numbers.sort_unstable();
        assert_eq!(
            numbers,
            (1..=occasion.movements).collect::<Vec<_>>(),
            "no gaps"
        );
        assert_eq!(occasion.taken, of.iter().map(|row| row.seats).sum::<i32>());
        assert_eq!(
            occasion.waiting,
            of.iter().map(|row| row.waiting).sum::<i32>()
        );
        let sign_ups = |status| {
            let rows = demo
                .sign_ups
                .iter()
                .filter(|row| row.occasion_id == occasion.id);
            i32::try_from(rows.filter(|row| row.status == status).count()).unwrap()
        };
        assert_eq!(occasion.taken, sign_ups(SignUpStatus::Confirmed));
        assert_eq!(occasion.waiting, sign_ups(SignUpStatus::Waitlisted));
        for organisation in of.iter().map(|row| row.organisation_id) {
            let own = of.iter().filter(|row| row.organisation_id == organisation);
            let quota = demo
                .quotas
                .iter()
                .find(|row| row.occasion_id == occasion.id && row.organisation_id == organisation);
            let taken = quota.map_or(0, |row| row.taken);
            assert_eq!(taken, own.map(|row| row.seats).sum::<i32>());
        }
    }
    let in_quotas: i32 = demo.quotas.iter().map(|row| row.taken).sum();
    assert_eq!(
        in_quotas,
        demo.occasions.iter().map(|row| row.taken).sum::<i32>()
    );
}

#[tokio::test]
async fn the_ledger_is_in_the_order_of_time_and_points_at_its_sign_ups() {
    let demo = Demo::new().await;

    for occasion in &demo.occasions {
        let mut of: Vec<_> = demo
            .movements
            .iter()
            .filter(|row| row.occasion_id == occasion.id)
            .collect();
        of.sort_by_key(|row| row.number);
        assert!(of.is_sorted_by_key(|row| row.at));
        assert!(of.iter().all(|row| row.at < demo.now));
    }
    for sign_up in &demo.sign_ups {
        let first = demo
            .movements
            .iter()
            .find(|row| row.occasion_id == sign_up.occasion_id && row.number == sign_up.number);
        assert!(first.is_some_and(|row| row.sign_up_id == sign_up.id));
    }
}

#[tokio::test]
async fn every_quota_is_possible() {
    let demo = Demo::new().await;

    for occasion in &demo.occasions {
        let seats = seats(&demo, occasion);
        assert_eq!(seats.validate(demo.now), Ok(()));
    }
}

#[tokio::test]
async fn everybody_who_signed_up_belongs_to_the_audience_and_could_see_the_training() {
    let demo = Demo::new().await;

    for sign_up in &demo.sign_ups {
        let training = training_of(&demo, sign_up);
        let organisation = demo.organisation_of(sign_up.organisation_id);
        let membership = demo
            .memberships_of(sign_up.person_id.unwrap())
            .into_iter()
            .find(|row| row.organisation_id == organisation.id)
            .expect("people sign up for an organisation that they belong to");
        let participant = Participant {
            organisation_kind: organisation.kind,
            same_county: organisation.county_code == training.county_code,
            category: membership.staff_category,
        };
        let who = format!("{} at {}", organisation.name, training.title);
        assert!(fits(&demo.audiences_of(training.id), &participant), "{who}");
        let is_shared = match training.sharing {
            SharingLevel::Public | SharingLevel::Partners => true,
            SharingLevel::County => organisation.county_code == training.county_code,
            SharingLevel::Selected => demo.shares.iter().any(|row| {
                row.training_id == training.id && row.organisation_id == organisation.id
            }),
            SharingLevel::Organisation => false,
        };
        let is_organiser = demo
            .organisers_of(training.id)
            .contains(&organisation.name.as_str());
        assert!(is_shared || is_organiser, "{who}");
        assert!(training.status == TrainingStatus::Published, "{who}");
    }
}

#[tokio::test]
async fn everybody_signed_up_while_sign_up_was_open() {
    let demo = Demo::new().await;

    for sign_up in &demo.sign_ups {
        let occasion = demo
            .occasions
            .iter()
            .find(|row| row.id == sign_up.occasion_id)
            .unwrap();
        let state = sign_up_state(
            sign_up.created_at,
            occasion.sign_up_opens_at,
            occasion.sign_up_closes_at,
            occasion.starts_at,
            OccasionStatus::Scheduled,
        );
        assert_eq!(state, SignUpState::Open);
    }
}

#[tokio::test]
async fn nobody_has_two_seats_at_the_same_time() {
    let demo = Demo::new().await;

    let confirmed = || {
        demo.sign_ups
            .iter()
            .filter(|row| row.status == SignUpStatus::Confirmed)
    };
    for (a, b) in confirmed().flat_map(|a| confirmed().map(move |b| (a, b))) {
        if a.person_id == b.person_id && a.id < b.id {
            let (mine, other) = (demo.blocks_of(a.occasion_id), demo.blocks_of(b.occasion_id));
            assert!(!overlaps(&mine, &other), "{a:?} and {b:?}");
        }
    }
}

#[tokio::test]
async fn whatever_day_it_is_what_is_to_come_is_on_working_days_ahead() {
    for now in [
        "2026-03-02T08:00:00Z",
        "2026-07-31T21:59:00Z",
        "2026-10-25T00:30:00Z",
    ] {
        let demo = Demo::filled_at(now).await;

        for occasion in demo.occasions.iter().filter(|row| row.period.is_none()) {
            let blocks = demo.blocks_of(occasion.id);
            assert_eq!(validate_time_blocks(&blocks), Ok(()));
            assert_eq!(occasion.starts_at, blocks[0].0);
            assert_eq!(Some(occasion.ends_at), blocks.last().map(|block| block.1));
            for (start, _) in blocks {
                let day = start.with_timezone(&Stockholm).weekday();
                assert!(!matches!(day, Weekday::Sat | Weekday::Sun), "{start}");
            }
        }
        let to_come = demo
            .occasions
            .iter()
            .filter(|row| row.starts_at > demo.now)
            .count();
        assert_eq!(to_come, 34, "the living catalogue lies ahead of {now}");
    }
}

#[tokio::test]
async fn the_catalogue_has_something_of_everything() {
    let demo = Demo::new().await;

    let living = demo.trainings.iter().filter(|row| {
        demo.occasions_of(row.id)
            .iter()
            .any(|occasion| occasion.starts_at > demo.now)
    });
    assert!(living.count() >= 28);
    for format in TrainingFormat::iter() {
        assert!(
            demo.trainings.iter().any(|row| row.format == format),
            "{format:?}"
        );
    }
    for level in SharingLevel::iter() {
        assert!(
            demo.trainings.iter().any(|row| row.sharing == level),
            "{level:?}"
        );
    }
    // Who is busy elsewhere or has left comes about while people act, and kinds have no quotas in what the files tell.
    let played = [
        SeatReason::BusyElsewhere,
        SeatReason::MembershipEnded,
        SeatReason::QuotaOfOrganisationKindFull,
    ];
    let scripted = |reason: &SeatReason| !played.contains(reason);
    for reason in SeatReason::iter().filter(scripted) {
        assert!(
            demo.sign_ups.iter().any(|row| row.reason == Some(reason)),
            "{reason:?}"
        );
    }
    let state = |occasion: &entity::training_occasion::Model| {
        let (opens, closes) = (occasion.sign_up_opens_at, occasion.sign_up_closes_at);
        sign_up_state(demo.now, opens, closes, occasion.starts_at, occasion.status)
    };
    for wanted in [
        SignUpState::NotYetOpen,
        SignUpState::Open,
        SignUpState::Closed,
        SignUpState::Cancelled,
        SignUpState::Past,
    ] {
        assert!(
            demo.occasions.iter().any(|row| state(row) == wanted),
            "{wanted:?}"
        );
    }
    let drafts: Vec<&training::Model> = demo
        .trainings
        .iter()
        .filter(|row| row.status == TrainingStatus::Draft)
        .collect();
    assert!(drafts.len() >= 3 && drafts.iter().all(|row| row.published_at.is_none()));
    let unconfirmed = demo
        .organisers
        .iter()
        .filter(|row| row.confirmed_at.is_none());
    assert_eq!(
        unconfirmed.count(),
        1,
        "one joint draft waits for one organiser"
    );
}

#[tokio::test]
async fn every_persona_is_a_member_of_the_organisation_with_that_role() {
    let demo = Demo::new().await;

    for persona in PERSONAS {
        let number = persona.organisation_number.parse().unwrap();
        let organisation = demo
            .organisations
            .iter()
            .find(|row| row.organisation_number == Some(number))
            .unwrap_or_else(|| panic!("{}: no organisation has its number", persona.name));
        let roles: Vec<Role> = demo
            .memberships
            .iter()
            .filter(|row| row.subject.as_deref() == Some(persona.subject))
            .filter(|row| row.organisation_id == organisation.id && row.active_from < demo.now)
            .map(|row| row.role)
            .collect();
        assert_eq!(roles, [persona.role], "{}", persona.name);
        let is_partner = organisation
            .partner_until
            .is_none_or(|until| until > demo.now);
        assert_eq!(is_partner, persona.name != "ended-agreement-coordinator");
        assert!(
            organisation
                .partner_from
                .is_some_and(|from| from < demo.now)
        );
    }
    let names: BTreeSet<_> = PERSONAS.iter().map(|persona| persona.name).collect();
    assert_eq!(names.len(), PERSONAS.len(), "no two personas have one name");
}

#[tokio::test]
async fn an_organisation_that_somebody_acts_for_has_an_administrator_and_a_coordinator() {
    let demo = Demo::new().await;

    // Of the other municipalities of Skåne only the strategist is entered.
    let with_people: BTreeSet<_> = demo
        .memberships
        .iter()
        .filter(|row| row.subject.is_some())
        .map(|row| row.organisation_id)
        .collect();
    for organisation in with_people {
        for role in [Role::Administrator, Role::Coordinator] {
            let has = demo
                .memberships
                .iter()
                .any(|row| row.organisation_id == organisation && row.role == role);
            assert!(
                has,
                "{} has no {role:?}",
                demo.organisation_of(organisation).name
            );
        }
    }
}

#[tokio::test]
async fn somebody_with_protected_identity_takes_part() {
    let demo = Demo::new().await;

    let protected: Vec<_> = demo
        .persons
        .iter()
        .filter(|row| row.protected_identity)
        .collect();
    assert_eq!(
        protected.len(),
        2,
        "a participant, and a strategist in Skåne"
    );
    assert!(demo.sign_ups.iter().any(|row| {
        protected
            .iter()
            .any(|person| row.person_id == Some(person.id))
            && row.status == SignUpStatus::Confirmed
    }));
    assert!(demo.needs.len() >= 3);
}

#[tokio::test]
async fn only_partners_give_what_is_to_come() {
    let demo = Demo::new().await;

    for occasion in demo.occasions.iter().filter(|row| row.starts_at > demo.now) {
        for organiser in demo
            .organisers
            .iter()
            .filter(|row| row.training_id == occasion.training_id)
        {
            let organisation = demo.organisation_of(organiser.organisation_id);
            let is_partner = organisation
                .partner_from
                .is_some_and(|from| from < demo.now)
                && organisation.partner_until.is_none();
            assert!(is_partner, "{}", organisation.name);
        }
    }
}

#[tokio::test]
async fn regions_and_county_administrative_boards_are_those_of_the_five_counties() {
    let demo = Demo::new().await;

    for kind in [
        OrganisationKind::Region,
        OrganisationKind::CountyAdministrativeBoard,
    ] {
        let counties: BTreeSet<_> = demo
            .organisations
            .iter()
            .filter(|row| row.kind == kind)
            .filter_map(|row| row.county_code.as_deref())
            .collect();
        assert_eq!(counties, BTreeSet::from(["06", "07", "10", "12", "23"]));
    }
}

#[tokio::test]
async fn filling_twice_is_refused_by_the_database() {
    let connection = empty_database().await;
    let now = "2026-03-02T08:00:00Z".parse().unwrap();
    fill(&connection, now).await.unwrap();

    assert!(fill(&connection, now).await.is_err());
}

fn training_of<'a>(demo: &'a Demo, sign_up: &sign_up::Model) -> &'a training::Model {
    let occasion = demo
        .occasions
        .iter()
        .find(|row| row.id == sign_up.occasion_id)
        .unwrap();
    demo.trainings
        .iter()
        .find(|row| row.id == occasion.training_id)
        .unwrap()
}
