//! When an occasion is cancelled and another takes its place: who moves there in which order, and who cannot.

use entity::{
    id::{OrganisationId, PartyId, PersonId},
    kind::{ReleaseReason, SignUpStatus},
    sign_up,
};
use std::collections::BTreeMap;

/// Those who move as one: a sign-up of its own, or a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The organisation that they take part for.
    pub organisation: OrganisationId,
    /// Their places at the cancelled occasion.
    pub members: Vec<sign_up::Model>,
}

/// What becomes of every place at a cancelled occasion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Who moves, in the order in which they take seats at the other occasion.
    pub moving: Vec<Group>,
    /// Who cannot, and why.
    pub released: Vec<(sign_up::Model, ReleaseReason)>,
}

/// Decides it: whoever had a seat comes before whoever was offered one or waited, and among them who came first. A party moves as one,
/// as it took its seats or waited; of a party only those move who can.
#[must_use]
pub fn plan(
    mut standing: Vec<sign_up::Model>,
    hindered: &BTreeMap<PersonId, ReleaseReason>,
) -> Plan {
    standing.sort_by_key(|row| (rank(row), row.number));
    let mut plan = Plan::default();
    let mut places = BTreeMap::new();
    for row in standing {
        let hindrance = row.person_id.and_then(|person| hindered.get(&person));
        if let Some(reason) = hindrance {
            plan.released.push((row, *reason));
            continue;
        }
        let party = row.party_id.map_or(row.id.uuid(), PartyId::uuid);
        let place = places.entry((rank(&row), party));
        let place = *place.or_insert(plan.moving.len());
        match plan.moving.get_mut(place) {
            Some(group) => group.members.push(row),
            None => plan.moving.push(Group {
                organisation: row.organisation_id,
                members: vec![row],
            }),
        }
    }
    plan
}

/// Who comes first. An offer that has not been accepted is not a seat yet.
const fn rank(row: &sign_up::Model) -> u8 {
    match row.status {
        SignUpStatus::Confirmed => 0,
        SignUpStatus::Offered => 1,
        SignUpStatus::Waitlisted
        | SignUpStatus::Withdrawn
        | SignUpStatus::Cancelled
        | SignUpStatus::Expired => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use entity::id::{OccasionId, SignUpId};
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    fn person(number: u128) -> PersonId {
        PersonId::from_uuid(Uuid::from_u128(number))
    }

    fn place(
        number: i32,
        status: SignUpStatus,
        who: Option<u128>,
        party: Option<u128>,
    ) -> sign_up::Model {
        sign_up::Model {
            id: SignUpId::from_uuid(Uuid::from_u128(1000 + u128::from(number.unsigned_abs()))),
            occasion_id: OccasionId::from_uuid(Uuid::from_u128(1)),
            organisation_id: OrganisationId::from_uuid(Uuid::from_u128(party.unwrap_or(2))),
            person_id: who.map(person),
            party_id: party.map(|party| PartyId::from_uuid(Uuid::from_u128(party))),
            status,
            number,
            reason: None,
            created_at: DateTime::<Utc>::UNIX_EPOCH,
            created_by: None,
            confirmed_at: None,
            ended_at: None,
            offer_expires_at: None,
        }
    }

    fn numbers(plan: &Plan) -> Vec<Vec<i32>> {
        let of = |group: &Group| group.members.iter().map(|row| row.number).collect();
        plan.moving.iter().map(of).collect()
    }

    #[test]
    fn who_had_a_seat_comes_before_who_waited_and_then_who_came_first() {
        use SignUpStatus::{Confirmed, Offered, Waitlisted};
        let standing = vec![
            place(4, Confirmed, Some(4), None),
            place(1, Waitlisted, Some(1), None),
            place(2, Confirmed, None, None),
            place(3, Waitlisted, Some(3), None),
            place(5, Offered, Some(5), None),
        ];

        let plan = plan(standing, &BTreeMap::new());

        assert_eq!(
            numbers(&plan),
            [vec![2], vec![4], vec![5], vec![1], vec![3]]
        );
        assert_eq!(plan.released, []);
    }

    #[test]
    fn a_party_moves_as_one_from_where_its_first_member_stands_without_those_who_cannot() {
        use SignUpStatus::Confirmed;
        let standing = vec![
            place(1, Confirmed, Some(1), Some(50)),
            place(2, Confirmed, Some(2), None),
            place(3, Confirmed, Some(3), Some(50)),
            place(4, Confirmed, Some(4), Some(50)),
        ];
        let hindered = BTreeMap::from([(person(1), ReleaseReason::AlreadySignedUp)]);

        let plan = plan(standing, &hindered);

        assert_eq!(numbers(&plan), [vec![2], vec![3, 4]]);
        let released: Vec<_> = plan
            .released
            .iter()
            .map(|(row, reason)| (row.number, *reason))
            .collect();
        assert_eq!(released, [(1, ReleaseReason::AlreadySignedUp)]);
    }

    fn any_place() -> impl Strategy<Value = (bool, Option<u128>, Option<u128>, bool)> {
        let party = prop::option::of(50..53_u128);
        (
            any::<bool>(),
            prop::option::of(0..40_u128),
            party,
            any::<bool>(),
        )
    }

    proptest! {
        #[test]
        fn every_place_moves_or_is_released_and_none_does_both(
            places in prop::collection::vec(any_place(), 0..30)
        ) {
            let mut hindered = BTreeMap::new();
            let mut standing = Vec::new();
            for (number, (waits, who, party, out)) in (1..).zip(&places) {
                let status = if *waits { SignUpStatus::Waitlisted } else { SignUpStatus::Confirmed };
                standing.push(place(number, status, *who, *party));
                if let (Some(who), true) = (who, out) {
                    hindered.insert(person(*who), ReleaseReason::OverlappingOccasion);
                }
            }

            let plan = plan(standing.clone(), &hindered);

            let moving: Vec<&sign_up::Model> = plan.moving.iter().flat_map(|group| &group.members).collect();
            let all: BTreeSet<i32> = moving.iter().map(|row| row.number)
                .chain(plan.released.iter().map(|(row, _)| row.number))
                .collect();
            prop_assert_eq!(moving.len() + plan.released.len(), standing.len());
            prop_assert_eq!(all.len(), standing.len());
            for (row, _) in &plan.released {
                prop_assert!(row.person_id.is_some_and(|who| hindered.contains_key(&who)));
            }
            let order: Vec<_> = plan.moving.iter().map(|group| {
                let first = &group.members[0];
                (first.status == SignUpStatus::Waitlisted, first.number)
            }).collect();
            prop_assert!(order.is_sorted());
            for group in &plan.moving {
                let first = &group.members[0];
                prop_assert!(group.members.iter().all(|row| row.party_id == first.party_id && row.status == first.status));
            }
        }
    }
}
