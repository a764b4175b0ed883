//! Numbers of participants by kind of organisation, organisation, unit and audience, with what may be told of them.
//!
//! The own organisation's people are counted exactly. Of everybody else there is one table, the same whatever is
//! asked: each question shows a part of it, and what one question keeps back no other gives away.

use super::suppression::{Branch, Cell, Column, THRESHOLD, Table, Told, suppress};
use entity::{
    id::{OrganisationId, UnitId},
    kind::{OrganisationKind, TargetAudience},
};
use sea_orm::Iterable;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// People who are alike in all that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct People {
    /// The kind of their organisation.
    pub kind: OrganisationKind,
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Their unit; none where none is registered.
    pub unit: Option<UnitId>,
    /// The audience that they belong to; none if they belong to none.
    pub audience: Option<TargetAudience>,
    /// Whether they are on a list that the reader's organisation keeps as an organiser.
    pub listed: bool,
    /// How many they are.
    pub number: u32,
    /// What became of them.
    pub outcome: Outcome,
}

impl People {
    /// Counts others who are alike with them.
    pub const fn add(&mut self, others: &Self) {
        self.number += others.number;
        self.outcome.attended += others.outcome.attended;
        self.outcome.completed += others.outcome.completed;
    }
}

/// How many of some people came and completed what they came to. Whoever completed it has attended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many were there for a part at least.
    pub attended: u32,
    /// How many of those completed it.
    pub completed: u32,
}

/// What numbers can be split by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// The kind of organisation.
    OrganisationKind,
    /// The organisation; with it its kind.
    Organisation,
    /// The unit; with it its organisation and kind.
    Unit,
    /// The audience.
    Audience,
}

/// What a row is about; none where the question does not split by it, or where somebody has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Group {
    /// The kind of organisation.
    pub kind: Option<OrganisationKind>,
    /// The organisation.
    pub organisation: Option<OrganisationId>,
    /// The unit.
    pub unit: Option<UnitId>,
    /// The audience.
    pub audience: Option<TargetAudience>,
}

impl Group {
    /// The group that the people belong to when they are split so.
    fn of(people: &People, by: &BTreeSet<Dimension>) -> Self {
        let depth = depth(by);
        Self {
            kind: (depth >= 1).then_some(people.kind),
            organisation: (depth >= 2).then_some(people.organisation),
            unit: people.unit.filter(|_| depth >= 3),
            audience: people
                .audience
                .filter(|_| by.contains(&Dimension::Audience)),
        }
    }
}

/// How many people a row counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Of the own organisation.
    pub own: u32,
    /// Of all organisations; none where that is not told.
    pub all: Option<u32>,
    /// What became of the own organisation's.
    pub outcome: Outcome,
}

/// The numbers of the own organisation and, as far as they may be told, of all.
#[derive(Clone, Debug)]
pub struct Numbers {
    own: Vec<People>,
    others: Option<Others>,
}

/// The table of everybody else.
#[derive(Clone, Debug)]
struct Others {
    table: Table,
    told: Told,
    outcome: Option<Outcome>,
    branches: Vec<Group>,
}

impl Numbers {
    /// The own organisation's numbers only.
    #[must_use]
    pub const fn own(own: Vec<People>) -> Self {
        Self { own, others: None }
    }

    /// The numbers of the own organisation and of the others.
    #[must_use]
    pub fn with_others(own: Vec<People>, others: &[People]) -> Self {
        let others = Others::of(others);
        Self {
            own,
            others: Some(others),
        }
    }

    /// How much is told of the others; none if they were not asked for.
    #[must_use]
    pub fn told(&self) -> Option<&Told> {
        self.others.as_ref().map(|others| &others.told)
    }

    /// All participants.
    #[must_use]
    pub fn total(&self) -> Count {
        let (own, outcome) = sum(&self.own);
        let all = self.others.as_ref().and_then(|others| {
            let cell = (0, others.table.total());
            others.tell(cell)
        });
        Count {
            own,
            all: all.map(|others| own + others),
            outcome,
        }
    }

    /// What became of all participants; none where that is not told. Told of all of them together only: of a group it
    /// would tell who did not come.
    #[must_use]
    pub fn outcome_of_all(&self) -> Option<Outcome> {
        let (_, own) = sum(&self.own);
        let others = self.others.as_ref()?.outcome?;
        Some(Outcome {
            attended: own.attended + others.attended,
            completed: own.completed + others.completed,
        })
    }

    /// The groups with anybody in them, by kind, organisation, unit and audience.
    #[must_use]
    pub fn rows(&self, by: &BTreeSet<Dimension>) -> Vec<(Group, Count)> {
        let mut rows: HashMap<Group, Count> = HashMap::new();
        let nobody_else = match self.told() {
            Some(Told::Without(_)) => Some(0),
            _ => None,
        };
        for people in &self.own {
            let row = rows.entry(Group::of(people, by)).or_insert(Count {
                all: nobody_else,
                ..Count::default()
            });
            row.own += people.number;
            row.outcome.attended += people.outcome.attended;
            row.outcome.completed += people.outcome.completed;
        }
        for (group, others) in self.others.iter().flat_map(|others| others.rows(by)) {
            rows.entry(group).or_default().all = others;
        }
        let mut rows: Vec<_> = rows.into_iter().collect();
        for (_, count) in &mut rows {
            count.all = count.all.map(|others| others + count.own);
        }
        rows.sort_by_key(|(group, _)| order(group));
        rows
    }
}

impl Others {
    fn of(people: &[People]) -> Self {
        let tree = Tree::of(people);
        let audiences: Vec<_> = columns().collect();
        let mut table = Table::new(&tree.parents, audiences.len());
        let mut unlisted = table.clone();
        for people in people {
            let leaf = tree.leaves[&(people.organisation, people.unit)];
            let column = audiences
                .iter()
                .position(|audience| *audience == people.audience);
            let column = column.unwrap_or(audiences.len() - 1);
            table.add(leaf, column, people.number);
            if !people.listed {
                unlisted.add(leaf, column, people.number);
            }
        }
        // First from those who know the people on their own lists, then from everybody.
        let told = suppress(&[&unlisted, &table]);
        let outcome = (told != Told::Nothing).then(|| outcome(people)).flatten();
        Self {
            table,
            told,
            outcome,
            branches: tree.branches,
        }
    }

    fn tell(&self, cell: Cell) -> Option<u32> {
        self.told
            .tells(&self.table, cell)
            .then(|| self.table.count(cell))
    }

    /// The groups with anybody in them, each with its number if that is told. Where only the total is told, not
    /// even which groups there are.
    fn rows(&self, by: &BTreeSet<Dimension>) -> Vec<(Group, Option<u32>)> {
        if !matches!(self.told, Told::Without(_)) {
            return Vec::new();
        }
        let by_audience = by.contains(&Dimension::Audience);
        let depth = depth(by);
        let audiences: Vec<_> = columns().collect();
        let wanted = |(branch, column): &Cell| {
            self.depth(*branch) == depth && (*column == self.table.total()) != by_audience
        };
        let cells = self.table.cells().filter(wanted);
        cells
            .map(|cell| {
                let (branch, column) = cell;
                let audience = audiences.get(column).copied().flatten();
                let group = Group {
                    audience,
                    ..self.branches[branch]
                };
                (group, self.tell(cell))
            })
            .collect()
    }

    fn depth(&self, branch: Branch) -> usize {
        self.table.depth(branch)
    }
}

fn sum(people: &[People]) -> (u32, Outcome) {
    let number = people.iter().map(|people| people.number).sum();
    let outcome = Outcome {
        attended: people.iter().map(|people| people.outcome.attended).sum(),
        completed: people.iter().map(|people| people.outcome.completed).sum(),
    };
    (number, outcome)
}

/// What became of all these people together, unless it would tell of few: who came, who did not, who completed it
/// and who came in vain are counted for everybody and for those who are on no list of the reader's.
fn outcome(people: &[People]) -> Option<Outcome> {
    let unlisted: Vec<People> = people
        .iter()
        .filter(|people| !people.listed)
        .copied()
        .collect();
    for people in [people, &unlisted] {
        let (
            number,
            Outcome {
                attended,
                completed,
            },
        ) = sum(people);
        let parts = [
            attended,
            number.checked_sub(attended)?,
            completed,
            attended.checked_sub(completed)?,
            number.checked_sub(completed)?,
        ];
        if parts.iter().any(|part| (1..THRESHOLD).contains(part)) {
            return None;
        }
    }
    Some(sum(people).1)
}

/// The whole, the kinds, the organisations and the units, each after what it is a part of.
#[derive(Default)]
struct Tree {
    /// What each branch but the whole is a part of.
    parents: Vec<Branch>,
    /// What each branch is.
    branches: Vec<Group>,
    /// Where each unit stands.
    leaves: HashMap<(OrganisationId, Option<UnitId>), Branch>,
}

impl Tree {
    fn of(people: &[People]) -> Self {
        let mut tree = Self {
            branches: vec![Group::default()],
            ..Self::default()
        };
        let mut kinds = BTreeMap::new();
        let mut organisations = BTreeMap::new();
        for people in people {
            let group = Group {
                kind: Some(people.kind),
                ..Group::default()
            };
            let kind = kinds.entry(place_of(people.kind));
            kind.or_insert_with(|| tree.grow(0, group));
        }
        for people in people {
            let group = Group {
                kind: Some(people.kind),
                organisation: Some(people.organisation),
                ..Group::default()
            };
            let organisation = organisations.entry(people.organisation);
            organisation.or_insert_with(|| tree.grow(kinds[&place_of(people.kind)], group));
        }
        for people in people {
            let unit = (people.organisation, people.unit);
            if !tree.leaves.contains_key(&unit) {
                let group = Group {
                    kind: Some(people.kind),
                    organisation: Some(people.organisation),
                    unit: people.unit,
                    audience: None,
                };
                let leaf = tree.grow(organisations[&people.organisation], group);
                tree.leaves.insert(unit, leaf);
            }
        }
        tree
    }

    fn grow(&mut self, parent: Branch, group: Group) -> Branch {
        self.parents.push(parent);
        self.branches.push(group);
        self.branches.len() - 1
    }
}

/// How far down the tree a question goes: 0 for the whole, 3 for units.
fn depth(by: &BTreeSet<Dimension>) -> usize {
    let deep = by.iter().map(|dimension| match dimension {
        Dimension::Audience => 0,
        Dimension::OrganisationKind => 1,
        Dimension::Organisation => 2,
        Dimension::Unit => 3,
    });
    deep.max().unwrap_or(0)
}

/// The audiences as columns; the last is for those who belong to none.
fn columns() -> impl Iterator<Item = Option<TargetAudience>> {
    TargetAudience::iter().map(Some).chain([None])
}

fn place_of(kind: OrganisationKind) -> Column {
    OrganisationKind::iter()
        .position(|one| one == kind)
        .unwrap_or(usize::MAX)
}

fn order(group: &Group) -> (Option<usize>, Option<OrganisationId>, Option<UnitId>, usize) {
    let audience = columns().position(|audience| audience == group.audience);
    (
        group.kind.map(place_of),
        group.organisation,
        group.unit,
        audience.unwrap_or(usize::MAX),
    )
}

#[cfg(test)]
mod tests;
