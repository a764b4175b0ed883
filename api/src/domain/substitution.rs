//! Which substitutes are called for an absent seat, and in which order.

use entity::{
    id::{OrganisationId, PersonId, SeatId},
    kind::SubstitutionRule,
};

/// A substitute's seat with whoever holds it on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitute {
    /// The seat.
    pub seat: SeatId,
    /// Who holds it.
    pub person: PersonId,
    /// Whose seat it is.
    pub organisation: OrganisationId,
    /// Whose substitute it is, where substitutes are personal.
    pub substitute_for: Option<SeatId>,
    /// Its place on the group's list; those without one come last.
    pub list_position: Option<i32>,
    /// The number in which the seat came.
    pub position: i32,
}

/// The substitutes for an absent ordinary seat, in the order in which the rule calls them.
#[must_use]
pub fn in_order(
    rule: SubstitutionRule,
    absent: SeatId,
    organisation: OrganisationId,
    all: &[Substitute],
) -> Vec<&Substitute> {
    let mut found: Vec<&Substitute> = all
        .iter()
        .filter(|one| match rule {
            SubstitutionRule::Personal => one.substitute_for == Some(absent),
            SubstitutionRule::Organisation => one.organisation == organisation,
            SubstitutionRule::List => true,
        })
        .collect();
    found.sort_by_key(|one| {
        let listed = match rule {
            SubstitutionRule::List => one.list_position.unwrap_or(i32::MAX),
            SubstitutionRule::Personal | SubstitutionRule::Organisation => 0,
        };
        (listed, one.position, one.seat.uuid())
    });
    found
}

/// How many ordinary seats must be filled for a decision: as many as the group has decided, else more than half of
/// them.
#[must_use]
pub fn quorum(decided: Option<i32>, ordinary: usize) -> usize {
    decided
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or(ordinary / 2 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn substitute(position: i32, organisation: OrganisationId) -> Substitute {
        Substitute {
            seat: SeatId::new(),
            person: PersonId::new(),
            organisation,
            substitute_for: None,
            list_position: None,
            position,
        }
    }

    #[test]
    fn each_rule_calls_its_own_in_its_own_order() {
        let (here, there, absent) = (OrganisationId::new(), OrganisationId::new(), SeatId::new());
        let mut all = [
            substitute(3, here),
            substitute(2, there),
            substitute(1, here),
            substitute(0, there),
        ];
        all[1].substitute_for = Some(absent);
        all[0].list_position = Some(2);
        all[3].list_position = Some(1);
        let called = |rule| -> Vec<i32> {
            let found = in_order(rule, absent, here, &all);
            found.iter().map(|one| one.position).collect()
        };

        assert_eq!(called(SubstitutionRule::Personal), [2]);
        assert_eq!(called(SubstitutionRule::Organisation), [1, 3]);
        assert_eq!(
            called(SubstitutionRule::List),
            [0, 3, 1, 2],
            "the listed first"
        );
    }

    #[test]
    fn more_than_half_of_the_seats_unless_the_group_has_decided() {
        assert_eq!(quorum(None, 4), 3);
        assert_eq!(quorum(None, 5), 3);
        assert_eq!(quorum(Some(2), 5), 2);
    }
}
