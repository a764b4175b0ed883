//! What is told is attacked by a solver that knows all of it; and the same solver must win where only the small
//! counts are taken out.

use super::*;
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};
use proptest::prelude::*;

/// The lowest and highest value that each count which is not told can have, given all that is told. Linear
/// programming over the reals: for sums of this shape its bounds are whole numbers and the exact ones.
fn attack(table: &Table, told: &Told) -> Vec<(Cell, u32, u32)> {
    let knows_noughts = matches!(told, Told::Without(_));
    let untold = table.cells().filter(|cell| !told.tells(table, *cell));
    let bounds = |cell: Cell| {
        let bound = |direction| {
            let mut problem = Problem::new(direction);
            let leaves = (0..table.parents.len()).filter(|branch| table.is_leaf[*branch]);
            let mut people: Vec<(Cell, Variable)> = Vec::new();
            for leaf in leaves {
                for column in 0..table.columns {
                    let empty = knows_noughts && table.count((leaf, column)) == 0;
                    let most = if empty { 0.0 } else { 10_000.0 };
                    let wanted = contains(table, cell, (leaf, column));
                    let weight = if wanted { 1.0 } else { 0.0 };
                    people.push(((leaf, column), problem.add_var(weight, (0.0, most))));
                }
            }
            // Where only the total is told, nobody knows that these branches and columns are all that there are.
            let unheard_of = (!knows_noughts).then(|| problem.add_var(0.0, (0.0, 10_000.0)));
            let sum = |cell: Cell| {
                let parts = people
                    .iter()
                    .filter(|(part, _)| contains(table, cell, *part));
                let parts = parts.map(|(_, variable)| *variable);
                parts
                    .chain(unheard_of)
                    .fold(LinearExpr::empty(), |mut sum, variable| {
                        sum.add(variable, 1.0);
                        sum
                    })
            };
            for other in table.cells() {
                if told.tells(table, other) {
                    problem.add_constraint(
                        sum(other),
                        ComparisonOp::Eq,
                        f64::from(table.count(other)),
                    );
                } else if knows_noughts {
                    problem.add_constraint(sum(other), ComparisonOp::Ge, 1.0);
                }
            }
            problem
                .solve()
                .expect("the truth is a solution")
                .objective()
        };
        let (low, high) = (
            bound(OptimizationDirection::Minimize),
            bound(OptimizationDirection::Maximize),
        );
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole numbers in a small range"
        )]
        let whole = |bound: f64| bound.round() as u32;
        (cell, whole(low), whole(high))
    };
    untold.map(bounds).collect()
}

/// Whether somebody in the part is also in the cell.
fn contains(table: &Table, (branch, column): Cell, (leaf, own): Cell) -> bool {
    let above = std::iter::successors(Some(leaf), |branch| table.parents[*branch]);
    (column == own || column == table.total()) && above.into_iter().any(|one| one == branch)
}

/// The counts that the solver gets closer to than it may.
fn broken(table: &Table, told: &Told) -> Vec<(Cell, u32, u32)> {
    if *told == Told::Nothing {
        return Vec::new();
    }
    let found = attack(table, told).into_iter();
    found.filter(|(_, low, high)| high - low < WIDTH).collect()
}

/// Two kinds of organisations with two and one organisations; two audiences.
fn example(people: [[u32; 2]; 3]) -> Table {
    let mut table = Table::new(&[0, 0, 1, 1, 2], 2);
    for (leaf, row) in [3, 4, 5].into_iter().zip(people) {
        for (column, people) in row.into_iter().enumerate() {
            table.add(leaf, column, people);
        }
    }
    table
}

#[test]
fn totals_are_those_of_the_parts() {
    let table = example([[3, 10], [20, 0], [6, 7]]);

    assert_eq!(table.count((0, 2)), 46);
    assert_eq!(table.count((1, 0)), 23);
    assert_eq!(table.count((2, 2)), 13);
    assert_eq!(primary(&table), [(3, 0)].into());
}

#[test]
fn a_table_without_small_counts_is_told_whole() {
    let table = example([[5, 10], [20, 0], [6, 7]]);

    assert_eq!(suppress(&[&table]), Told::Without(BTreeSet::new()));
}

#[test]
fn four_is_small_and_five_is_not() {
    assert!(primary(&example([[4, 10], [20, 0], [6, 7]])).contains(&(3, 0)));
    assert_eq!(
        primary(&example([[5, 10], [20, 0], [6, 7]])),
        BTreeSet::new()
    );
}

#[test]
fn so_few_that_even_their_number_is_small_are_not_told_of() {
    assert_eq!(
        suppress(&[&example([[1, 3], [0, 0], [0, 0]])]),
        Told::Nothing
    );
}

#[test]
fn where_nothing_can_hide_only_the_total_is_told() {
    let table = example([[3, 0], [2, 0], [0, 0]]);

    assert_eq!(suppress(&[&table]), Told::TotalOnly);
}

#[test]
fn a_small_count_alone_is_worked_out_and_with_its_helpers_not() {
    let table = example([[3, 10], [20, 9], [6, 7]]);

    let alone = Told::Without(primary(&table));
    let protected = suppress(&[&table]);

    assert_eq!(
        broken(&table, &alone),
        [((3, 0), 3, 3)],
        "the control must be broken"
    );
    assert_eq!(broken(&table, &protected), []);
    assert!(protected.tells(&table, (0, 2)), "{protected:?}");
}

#[test]
fn who_knows_some_of_the_people_learns_no_more_of_the_others() {
    // 2 of the first 12 are strangers to the reader.
    let everybody = example([[12, 10], [20, 9], [6, 7]]);
    let strangers = example([[2, 10], [20, 9], [6, 7]]);

    let for_anybody = suppress(&[&everybody]);
    let for_all = suppress(&[&strangers, &everybody]);

    assert!(for_anybody.tells(&everybody, (3, 0)));
    assert!(!for_all.tells(&everybody, (3, 0)));
    assert_eq!(broken(&strangers, &for_all), []);
}

fn tables() -> impl Strategy<Value = Table> {
    let shape = (
        1..4_usize,
        prop::collection::vec((0..3_usize, 0..3_usize), 1..9),
        1..4_usize,
    );
    shape.prop_flat_map(|(kinds, organisations, columns)| {
        // Kinds, organisations of the kinds, and up to two units of the organisations.
        let mut parents = vec![0; kinds];
        let first = parents.len() + 1;
        parents.extend(organisations.iter().map(|(kind, _)| 1 + kind % kinds));
        for (index, (_, units)) in organisations.iter().enumerate() {
            parents.extend(std::iter::repeat_n(first + index, *units));
        }
        let count = prop_oneof![3 => Just(0_u32), 4 => 1..5_u32, 3 => 5..12_u32, 1 => 12..60_u32];
        let leaves = parents.len() + 1;
        prop::collection::vec(count, leaves * columns).prop_map(move |counts| {
            let mut table = Table::new(&parents, columns);
            for (place, people) in counts.into_iter().enumerate() {
                let (branch, column) = (place / columns, place % columns);
                if table.is_leaf[branch] {
                    table.add(branch, column, people);
                }
            }
            table
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_small_count_is_told_and_none_can_be_worked_out(table in tables()) {
        let told = suppress(&[&table]);

        for cell in primary(&table) {
            prop_assert!(!told.tells(&table, cell), "{cell:?} is told by {told:?}");
        }
        prop_assert_eq!(broken(&table, &told), [], "{:?}", told);
    }

    #[test]
    fn each_degree_of_knowledge_is_kept_from_the_rest(
        table in tables(), known in prop::collection::vec(0..100_u32, 120)
    ) {
        let mut strangers = table.clone();
        strangers.counts.fill(0);
        for cell @ (branch, column) in table.cells() {
            if table.is_leaf[branch] && column != table.total() {
                let share = known[table.place(cell) % known.len()];
                let people = table.count(cell) * (100 - share.min(100)) / 100;
                strangers.add(branch, column, people);
            }
        }

        let told = suppress(&[&strangers, &table]);

        prop_assert_eq!(broken(&table, &told), [], "{:?}", told);
        prop_assert_eq!(broken(&strangers, &told), [], "{:?}", told);
    }

    #[test]
    fn what_is_told_depends_on_the_table_only(table in tables()) {
        prop_assert_eq!(suppress(&[&table]), suppress(&[&table]));
    }
}

#[test]
fn without_helpers_the_solver_breaks_most_tables() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut tried, mut won) = (0, 0);

    while tried < 60 {
        let table = tables().new_tree(&mut runner).expect("a table").current();
        let alone = Told::Without(primary(&table));
        if primary(&table).is_empty() || table.count((0, table.total())) < THRESHOLD {
            continue;
        }
        tried += 1;
        won += usize::from(!broken(&table, &alone).is_empty());
    }

    assert!(
        won * 2 > tried,
        "the solver won {won} of {tried}: it does not try hard enough to prove anything"
    );
}
