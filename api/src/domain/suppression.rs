//! Which counts of a table must not be told, so that the small ones cannot be worked out from the others.
//!
//! The table counts people in the branches of a tree (kinds of organisations, organisations, units) and in columns
//! (audiences), with all its totals. A count of 1 to 4 is small and is not told: *primary* suppression. Alone that is
//! worthless, since the others and the total give it away; so further counts are taken out: *secondary* suppression.
//!
//! How it is known to be enough: for every count that is not told there is another table, as possible as the true
//! one, that agrees with everything that is told and in which that count differs. Together these tables leave each
//! such count a range at least [`WIDTH`] wide. The search below finds them by moving people: whoever moves out of one
//! cell moves into another, and every sum that is told stays. In a table of a tree by columns the possible moves
//! are the cycles of a network (each sum a node, each count an edge between the two sums that it stands in), so a
//! shortest path finds the move that takes the fewest further counts out. `docs/decisions/0017` has the sources.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap, VecDeque},
};

/// A count below this, and above nought, is small.
pub const THRESHOLD: u32 = 5;

/// The range in which a count that is not told can lie is at least so wide: highest less lowest.
pub const WIDTH: u32 = 5;

/// A branch of the tree, by its place; 0 is the whole.
pub type Branch = usize;

/// A column, by its place; the last is their total.
pub type Column = usize;

/// A count, by where it stands.
pub type Cell = (Branch, Column);

/// Counts in the branches of a tree and in columns, with all totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    parents: Vec<Option<Branch>>,
    is_leaf: Vec<bool>,
    columns: usize,
    counts: Vec<u32>,
}

impl Table {
    /// A table whose tree is told by the parent of each branch but the first, which is the whole. A parent stands
    /// before its children.
    #[must_use]
    pub fn new(parents: &[Branch], columns: usize) -> Self {
        let mut is_leaf = vec![true; parents.len() + 1];
        for parent in parents {
            is_leaf[*parent] = false;
        }
        let parents: Vec<_> = std::iter::once(None)
            .chain(parents.iter().copied().map(Some))
            .collect();
        let counts = vec![0; parents.len() * (columns + 1)];
        Self {
            parents,
            is_leaf,
            columns,
            counts,
        }
    }

    /// Counts so many people in a branch without branches of its own, and with it in all totals.
    pub fn add(&mut self, leaf: Branch, column: Column, people: u32) {
        let mut branch = Some(leaf);
        while let Some(place) = branch {
            for column in [column, self.total()] {
                let place = self.place((place, column));
                self.counts[place] += people;
            }
            branch = self.parents[place];
        }
    }

    /// The column of totals.
    #[must_use]
    pub const fn total(&self) -> Column {
        self.columns
    }

    /// A count.
    #[must_use]
    pub fn count(&self, cell: Cell) -> u32 {
        self.counts[self.place(cell)]
    }

    /// How far below the whole a branch stands.
    #[must_use]
    pub fn depth(&self, branch: Branch) -> usize {
        std::iter::successors(self.parents[branch], |branch| self.parents[*branch]).count()
    }

    /// All counts that are not nought, the wide ones before the narrow ones.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        let columns = self.columns + 1;
        let all = (0..self.counts.len()).filter(|place| self.counts[*place] > 0);
        all.map(move |place| (place / columns, place % columns))
    }

    fn place(&self, (branch, column): Cell) -> usize {
        branch * (self.columns + 1) + column
    }

    fn is_small(&self, cell: Cell) -> bool {
        (1..THRESHOLD).contains(&self.count(cell))
    }
}

/// What may be told of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Everything but these counts.
    Without(BTreeSet<Cell>),
    /// Nothing but how many there are in all.
    TotalOnly,
    /// Nothing: there are so few.
    Nothing,
}

impl Told {
    /// Whether a count may be told, also that it is nought.
    #[must_use]
    pub fn tells(&self, table: &Table, cell: Cell) -> bool {
        match self {
            Self::Without(cells) => !cells.contains(&cell),
            Self::TotalOnly => cell == (0, table.total()),
            Self::Nothing => false,
        }
    }
}

/// What may be told of a table, to readers of whom some know more than others: `unknown` counts the people whom the
/// best informed of them do not know already, one table of the same shape for each degree of knowledge. Each is
/// protected; what is taken out for one is out for all.
#[must_use]
pub fn suppress(unknown: &[&Table]) -> Told {
    let mut hidden = BTreeSet::new();
    for table in unknown {
        if table.is_small((0, table.total())) {
            return Told::Nothing;
        }
    }
    // What is taken out for one must be protected from the others too, so they take turns until nothing changes.
    let mut tables = unknown.to_vec();
    tables.dedup();
    loop {
        let before = hidden.len();
        for table in &tables {
            if Protection::of(table, &mut hidden).is_err() {
                return Told::TotalOnly;
            }
        }
        if tables.len() == 1 || hidden.len() == before {
            return Told::Without(hidden);
        }
    }
}

/// The counts that are small by themselves.
#[must_use]
pub fn primary(table: &Table) -> BTreeSet<Cell> {
    table.cells().filter(|cell| table.is_small(*cell)).collect()
}

/// A count cannot be protected while anything but the total is told.
struct Unprotectable;

/// Whether a count goes up or down in the other table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// One possible step: into another sum, by changing a count.
#[derive(Clone, Copy)]
struct Step {
    to: usize,
    cell: usize,
    way: Way,
}

/// The network of one table: its sums, and the counts that tie them.
struct Protection<'t> {
    table: &'t Table,
    /// The steps out of each sum.
    steps: Vec<Vec<Step>>,
    /// The two sums of each count; a count that goes up carries from the first to the second.
    ends: Vec<(usize, usize)>,
    hidden: Vec<bool>,
}

impl<'t> Protection<'t> {
    /// Takes out what must be, beside what is out already.
    fn of(table: &'t Table, hidden: &mut BTreeSet<Cell>) -> Result<(), Unprotectable> {
        let mut protection = Self::network(table);
        let mut waiting: VecDeque<usize> = VecDeque::new();
        let out = hidden.iter().copied().chain(primary(table));
        for cell in out.collect::<BTreeSet<_>>() {
            let place = table.place(cell);
            protection.hidden[place] = true;
            // Who knows that there is nobody in it needs no protection from that.
            if table.count(cell) > 0 {
                waiting.push_back(place);
            }
        }
        while let Some(cell) = waiting.pop_front() {
            waiting.extend(protection.protect(cell)?);
        }
        let columns = table.columns + 1;
        let places = (0..table.counts.len()).filter(|place| protection.hidden[*place]);
        hidden.extend(places.map(|place| (place / columns, place % columns)));
        Ok(())
    }

    /// The sums: for each leaf its columns' sum, for each other branch and column its branches' sum, and the columns'
    /// sum of the whole. Nobody can be moved where nobody is: that a count is nought is told.
    fn network(table: &'t Table) -> Self {
        let columns = table.columns + 1;
        let whole = table.counts.len();
        let sum = |branch: Branch, column: Column| {
            if table.is_leaf[branch] {
                branch * columns
            } else {
                branch * columns + column
            }
        };
        let mut ends = vec![(0, 0); table.counts.len()];
        let mut steps = vec![Vec::new(); whole + 1];
        for cell @ (branch, column) in table.cells() {
            let parent = table.parents[branch].map_or(whole, |parent| sum(parent, column));
            let own = sum(branch, column);
            let place = table.place(cell);
            let (from, to) = if column == table.total() {
                (parent, own)
            } else {
                (own, parent)
            };
            ends[place] = (from, to);
            if cell == (0, table.total()) {
                // How many there are in all is known to everybody.
                continue;
            }
            let step = |to, way| Step {
                to,
                cell: place,
                way,
            };
            steps[from].push(step(to, Way::Up));
            steps[to].push(step(from, Way::Down));
        }
        Self {
            table,
            steps,
            ends,
            hidden: vec![false; table.counts.len()],
        }
    }

    /// Finds other tables until the count's range is wide enough; gives the further counts that are taken out.
    fn protect(&mut self, cell: usize) -> Result<Vec<usize>, Unprotectable> {
        let mut taken_out = Vec::new();
        let mut width = 0;
        // One move of enough people first: it protects every count that it passes.
        for least in [WIDTH, 1] {
            for way in [Way::Up, Way::Down] {
                let mut counts = self.table.counts.clone();
                if least == 1 && way == Way::Up {
                    width = 0;
                }
                while width < WIDTH {
                    let Some((path, people)) = self.path(cell, way, &counts, least) else {
                        break;
                    };
                    let people = people.min(WIDTH - width);
                    for step in path {
                        match step.way {
                            Way::Up => counts[step.cell] += people,
                            Way::Down => counts[step.cell] -= people,
                        }
                        if !std::mem::replace(&mut self.hidden[step.cell], true) {
                            taken_out.push(step.cell);
                        }
                    }
                    width += people;
                }
            }
        }
        if width < WIDTH {
            return Err(Unprotectable);
        }
        Ok(taken_out)
    }

    /// The way round by which at least so many people can move through a count, that takes out the fewest counts;
    /// with how many can move.
    fn path(&self, cell: usize, way: Way, counts: &[u32], least: u32) -> Option<(Vec<Step>, u32)> {
        let (from, to) = self.ends[cell];
        let (start, goal) = match way {
            Way::Up => (to, from),
            Way::Down => (from, to),
        };
        let first = Step {
            to: start,
            cell,
            way,
        };
        let room = |step: &Step| match step.way {
            Way::Up => u32::MAX,
            // That a count is nought would be told, so one stays.
            Way::Down => counts[step.cell] - 1,
        };
        if room(&first) < least {
            return None;
        }
        let mut cost = vec![u64::MAX; self.steps.len()];
        let mut came: Vec<Option<(usize, Step)>> = vec![None; self.steps.len()];
        let mut heap = BinaryHeap::from([(Reverse(0_u64), start)]);
        cost[start] = 0;
        while let Some((Reverse(so_far), sum)) = heap.pop() {
            if sum == goal {
                break;
            }
            if so_far > cost[sum] {
                continue;
            }
            for step in &self.steps[sum] {
                let next = so_far.saturating_add(self.price(step.cell));
                if step.cell != cell && room(step) >= least && next < cost[step.to] {
                    cost[step.to] = next;
                    came[step.to] = Some((sum, *step));
                    heap.push((Reverse(next), step.to));
                }
            }
        }
        let mut path = vec![first];
        let mut sum = goal;
        while sum != start {
            let (before, step) = came[sum]?;
            path.push(step);
            sum = before;
        }
        let people = path.iter().map(room).min().unwrap_or(0);
        Some((path, people))
    }

    /// What it costs to take a count out: more, the more people it tells of.
    fn price(&self, cell: usize) -> u64 {
        if self.hidden[cell] {
            1
        } else {
            1_000 + 1_000 * u64::from(self.table.counts[cell].ilog2())
        }
    }
}

#[cfg(test)]
mod tests;
