//! Whom a member asks, where the own organisation approves its members' sign-ups.

use entity::{
    id::{SignUpApproverId, UnitId},
    sign_up_approver,
};
use std::collections::BTreeMap;

/// The row that a person of that unit asks: the one of the nearest unit above, or the whole organisation's. None where
/// nobody approves.
#[must_use]
pub fn responsible(
    approvers: &[sign_up_approver::Model],
    unit: Option<UnitId>,
    parents: &BTreeMap<UnitId, UnitId>,
) -> Option<SignUpApproverId> {
    let mut unit = unit;
    // One step for each unit at most, so that units that are wrongly above one another end, too.
    for _ in 0..=parents.len() {
        let Some(here) = unit else {
            break;
        };
        if let Some(row) = approvers.iter().find(|row| row.unit_id == Some(here)) {
            return Some(row.id);
        }
        unit = parents.get(&here).copied();
    }
    let whole = approvers.iter().find(|row| row.unit_id.is_none());
    whole.map(|row| row.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::id::{OrganisationId, PersonId};
    use uuid::Uuid;

    fn unit(number: u128) -> UnitId {
        UnitId::from_uuid(Uuid::from_u128(number))
    }

    fn approver(number: u128, of: Option<u128>) -> sign_up_approver::Model {
        let person = |number| PersonId::from_uuid(Uuid::from_u128(number));
        sign_up_approver::Model {
            id: SignUpApproverId::from_uuid(Uuid::from_u128(number)),
            organisation_id: OrganisationId::from_uuid(Uuid::from_u128(1)),
            unit_id: of.map(unit),
            approver_id: person(1),
            deputy_id: person(2),
        }
    }

    fn asked(
        approvers: &[sign_up_approver::Model],
        of: Option<u128>,
        parents: &[(u128, u128)],
    ) -> Option<u128> {
        let parents = parents
            .iter()
            .map(|(below, above)| (unit(*below), unit(*above)));
        let found = responsible(approvers, of.map(unit), &parents.collect());
        found.map(|id| id.uuid().as_u128())
    }

    #[test]
    fn the_nearest_unit_with_an_approver_is_asked_and_else_the_organisation() {
        let tree = [(12, 11), (11, 10), (21, 20)];
        let approvers = [
            approver(1, None),
            approver(2, Some(10)),
            approver(3, Some(12)),
        ];

        assert_eq!(asked(&approvers, Some(12), &tree), Some(3));
        assert_eq!(asked(&approvers, Some(11), &tree), Some(2));
        assert_eq!(asked(&approvers, Some(21), &tree), Some(1));
        assert_eq!(asked(&approvers, None, &tree), Some(1));
        assert_eq!(asked(&[], Some(12), &tree), None);
    }

    #[test]
    fn units_above_one_another_end_at_the_organisation() {
        let circle = [(12, 11), (11, 12)];

        assert_eq!(asked(&[approver(1, None)], Some(12), &circle), Some(1));
    }
}
