//! The main story, played to its end: three colleagues of Växjö and a withdrawal by Alvesta.

use super::Demo;
use crate::domain::seats::{Capacity, Occasion, Quota, Refusal, Waiting};
use entity::{
    kind::{SeatReason, SharingLevel, SignUpStatus},
    training_occasion,
};
use uuid::Uuid;

const TITLE: &str = "Barnets rättigheter i vardagen";

fn main_occasion(demo: &Demo) -> &training_occasion::Model {
    demo.occasions_of(demo.training(TITLE).id)[0]
}

/// The seats of an occasion, as the rules of the house see them.
pub(super) fn seats(demo: &Demo, occasion: &training_occasion::Model) -> Occasion {
    let quotas = demo
        .quotas
        .iter()
        .filter(|row| row.occasion_id == occasion.id);
    Occasion {
        capacity: Capacity::try_from(occasion.capacity).unwrap(),
        quotas: quotas
            .map(|row| Quota {
                organisation: row.organisation_id.uuid(),
                guaranteed: row.guaranteed.try_into().unwrap(),
                maximum: row.maximum.map(|maximum| maximum.try_into().unwrap()),
                release_at: row.release_at,
                taken: row.taken.try_into().unwrap(),
            })
            .collect(),
        ..Occasion::default()
    }
}

#[tokio::test]
async fn the_training_is_joint_and_shared_with_the_county() {
    let demo = Demo::new().await;

    let training = demo.training(TITLE);
    assert_eq!(demo.organisers_of(training.id).len(), 2);
    assert_eq!(
        training.accountable_organisation_id,
        demo.organisation("Region Kronoberg").id
    );
    assert_eq!(training.sharing, SharingLevel::County);
    assert_eq!(training.county_code.as_deref(), Some("07"));
}

#[tokio::test]
async fn ten_of_twelve_seats_are_taken_and_the_last_two_are_kept_for_vaxjo() {
    let demo = Demo::new().await;
    let occasion = main_occasion(&demo);

    let left = seats(&demo, occasion).breakdown(demo.now);

    assert_eq!(
        (occasion.capacity, occasion.taken, occasion.waiting),
        (12, 10, 1)
    );
    assert_eq!((left.guaranteed_unused, left.shared_free), (2, 0));
    let waiting: Vec<_> = demo
        .sign_ups
        .iter()
        .filter(|row| row.occasion_id == occasion.id && row.status == SignUpStatus::Waitlisted)
        .map(|row| {
            (
                demo.organisation_of(row.organisation_id).name.as_str(),
                row.reason,
            )
        })
        .collect();
    assert_eq!(
        waiting,
        [("Ljungby kommun", Some(SeatReason::QuotaOfOrganisationFull))]
    );
}

#[tokio::test]
async fn two_of_three_from_vaxjo_get_seats_and_a_withdrawal_by_alvesta_moves_the_third_up() {
    let demo = Demo::new().await;
    let occasion = main_occasion(&demo);
    let mut seats = seats(&demo, occasion);
    let vaxjo = demo.organisation("Växjö kommun").id.uuid();
    let alvesta = demo.organisation("Alvesta kommun").id.uuid();
    let ljungby = demo.organisation("Ljungby kommun").id.uuid();

    let outcomes = [(); 3].map(|()| seats.take(vaxjo, 1, demo.now));
    seats.give_back(alvesta, 1).unwrap();
    let (from_ljungby, from_vaxjo) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let line =
        [(from_ljungby, ljungby), (from_vaxjo, vaxjo)].map(|(party, organisation)| Waiting {
            party,
            seats: 1,
            organisation,
        });
    let promotion = seats.promote(&line, demo.now);

    assert_eq!(outcomes, [Ok(()), Ok(()), Err(Refusal::OccasionFull)]);
    assert_eq!(promotion.promoted, [from_vaxjo]);
    assert_eq!(
        promotion.passed_over,
        [(from_ljungby, Refusal::QuotaOfOrganisationFull)]
    );
    assert_eq!(seats.taken(), 12);
}

#[tokio::test]
async fn the_three_colleagues_are_free_on_that_day() {
    let demo = Demo::new().await;
    let vaxjo = demo.organisation("Växjö kommun").id;

    for email in ["elin.aberg", "yusuf.karimi", "sanna.dahlberg"] {
        let email = entity::confidential::Confidential::new(format!("{email}@vaxjo.example"));
        let person = demo.persons.iter().find(|row| row.email == email).unwrap();
        assert!(
            demo.memberships_of(person.id)
                .iter()
                .any(|row| row.organisation_id == vaxjo)
        );
        assert!(
            demo.sign_ups
                .iter()
                .all(|row| row.person_id != Some(person.id))
        );
    }
}
