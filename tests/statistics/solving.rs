//! The solver that tries: what follows from all answers together, by linear programming.

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};
use std::collections::{BTreeMap, BTreeSet};

/// The dimensions of a group: kind, organisation, unit, audience.
pub const DIMENSIONS: [&str; 4] = ["ORGANISATION_KIND", "ORGANISATION", "UNIT", "AUDIENCE"];

/// Somebody's place in all four dimensions; "-" for none.
pub type Place = [String; 4];

/// One published number: of the people who agree with the place in these dimensions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Which dimensions the place is told of.
    pub by: BTreeSet<usize>,
    /// The place; what it is not told of is empty.
    pub place: Place,
    /// How many of other organisations; none where that is not told.
    pub others: Option<u32>,
}

impl Row {
    /// Whether people of that place are counted in this row.
    pub fn counts(&self, place: &Place) -> bool {
        self.by.iter().all(|at| self.place[*at] == place[*at])
    }
}

/// A number that is not told, and the range that the solver finds for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub row: Row,
    pub low: u32,
    pub high: u32,
}

/// The range of every number that is not told, for somebody who has all answers and knows some of the people.
///
/// `places` are those that the finest answer lists: elsewhere is nobody. A listed number is at least one.
pub fn attack(rows: &[Row], places: &[Place], known: &BTreeMap<Place, u32>) -> Vec<Found> {
    let untold = rows.iter().filter(|row| row.others.is_none());
    untold
        .map(|row| {
            let bound = |direction| bound(row, rows, places, known, direction);
            Found {
                row: row.clone(),
                low: bound(OptimizationDirection::Minimize),
                high: bound(OptimizationDirection::Maximize),
            }
        })
        .collect()
}

fn bound(
    wanted: &Row,
    rows: &[Row],
    places: &[Place],
    known: &BTreeMap<Place, u32>,
    direction: OptimizationDirection,
) -> u32 {
    let mut problem = Problem::new(direction);
    let people: Vec<(&Place, Variable)> = places
        .iter()
        .map(|place| {
            let weight = if wanted.counts(place) { 1.0 } else { 0.0 };
            let least = f64::from(known.get(place).copied().unwrap_or(0));
            (place, problem.add_var(weight, (least, 100_000.0)))
        })
        .collect();
    for row in rows {
        let counted = people.iter().filter(|(place, _)| row.counts(place));
        let sum = counted.fold(LinearExpr::empty(), |mut sum, (_, people)| {
            sum.add(*people, 1.0);
            sum
        });
        match row.others {
            Some(number) => problem.add_constraint(sum, ComparisonOp::Eq, f64::from(number)),
            None => problem.add_constraint(sum, ComparisonOp::Ge, 1.0),
        }
    }
    let solution = problem.solve().expect("the truth is a solution");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounds of counts are small whole numbers"
    )]
    let whole = solution.objective().round() as u32;
    whole
}
