//! Rows read together with the rows that they point to: one statement, each table of it under its own rule.

use super::{Viewer, door::Rule, rounded};
use crate::{
    disclosure::Relation,
    error::Result,
    policy::{Policy, ShowsPerson, group::held_today},
};
use entity::{
    id::{GroupId, PersonId, SeatId},
    membership, person,
    placed::Placed,
    seat_holder,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Iterable, QueryResult, QueryTrait,
    Select,
    sea_query::{Expr, ExprTrait, IntoCondition, JoinType, Query, SelectStatement},
};
use std::collections::HashMap;

/// A person, and how the viewer stands to that one.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) row: person::Model,
    pub(crate) relation: Relation,
}

impl std::ops::Deref for Known {
    type Target = person::Model;

    fn deref(&self) -> &person::Model {
        &self.row
    }
}

/// A statement that reads a table, and beside its rows those of others.
struct Reading<'v> {
    viewer: &'v Viewer,
    statement: SelectStatement,
    /// How many columns it has so far.
    columns: usize,
}

impl<'v> Reading<'v> {
    /// The rows of a table that a condition picks, as far as a rule lets the viewer see them.
    fn of<E: Policy>(viewer: &'v Viewer, which: impl IntoCondition, rule: Rule<E>) -> Self {
        let mut reading = Self {
            viewer,
            statement: Query::select(),
            columns: 0,
        };
        reading.take::<E>();
        reading
            .statement
            .from(E::default())
            .cond_where(Condition::all().add(which.into_condition()))
            .cond_where(rule.into_condition());
        reading
    }

    /// Reads a table's columns next; says at which place they begin.
    fn take<E: EntityTrait>(&mut self) -> usize {
        let first = self.columns;
        for column in E::Column::iter() {
            self.statement.column((E::default(), column));
            self.columns += 1;
        }
        first
    }

    /// Beside each row, the row of another table that a condition picks, where the viewer may see that one too.
    fn beside<E: Policy>(&mut self, on: impl IntoCondition) -> usize {
        let on = Condition::all()
            .add(on.into_condition())
            .add(E::visible(self.viewer));
        self.statement.join(JoinType::LeftJoin, E::default(), on);
        self.take::<E>()
    }

    /// Beside each row that shows a person, that person, and the membership that says who it is to the viewer. The person's
    /// own rule is not asked for: it is the longest of all, and the row has passed what it says of such rows.
    fn beside_shown_person<E: ShowsPerson>(&mut self, points: E::Column) -> PersonAt {
        let on = Expr::col((person::Entity, person::Column::Id)).equals((E::default(), points));
        self.statement.join(JoinType::LeftJoin, person::Entity, on);
        PersonAt {
            person: self.take::<person::Entity>(),
            membership: self.beside_membership(),
        }
    }

    fn beside_membership(&mut self) -> usize {
        let on = Expr::col((membership::Entity, membership::Column::PersonId))
            .equals((person::Entity, person::Column::Id));
        self.beside::<membership::Entity>(on)
    }

    async fn rows(self) -> Result<Vec<QueryResult>> {
        Ok(self.viewer.db.reader().query_all(&self.statement).await?)
    }
}

/// Joins a table to the query of a page, as far as the viewer may see its rows, and reads its columns next.
pub(crate) fn with_joined<E: EntityTrait, F: Policy>(
    viewer: &Viewer,
    mut query: Select<E>,
    on: impl IntoCondition,
) -> Select<E> {
    let on = Condition::all()
        .add(on.into_condition())
        .add(F::visible(viewer));
    QueryTrait::query(&mut query)
        .columns(F::Column::iter().map(|column| (F::default(), column)))
        .join(JoinType::LeftJoin, F::default(), on);
    query
}

/// Reads what was joined so; none where nothing was.
pub(crate) fn read_joined<M: Placed>(
    row: &QueryResult,
    place: &mut usize,
) -> Result<Option<M>, DbErr> {
    let first = *place;
    *place += M::COLUMNS.len();
    M::placed_if_there(row, first)
}

/// At which places the columns of a person and of the membership begin.
#[derive(Clone, Copy)]
struct PersonAt {
    person: usize,
    membership: usize,
}

impl PersonAt {
    fn read(self, viewer: &Viewer, row: &QueryResult) -> Result<Option<Known>> {
        let Some(person) = person::Model::placed_if_there(row, self.person)? else {
            return Ok(None);
        };
        let membership = membership::Model::placed_if_there(row, self.membership)?;
        let relation = Relation::of(viewer, person.id, membership.as_ref());
        Ok(Some(Known {
            row: person,
            relation,
        }))
    }
}

/// Keeps one row a key. Who has come back has two memberships, of which one makes a colleague.
fn keep(found: &mut Option<Known>, known: Option<Known>) {
    if found.is_none()
        || known
            .as_ref()
            .is_some_and(|one| one.relation == Relation::Colleague)
    {
        *found = known;
    }
}

impl Viewer {
    /// People by their ids, as far as the viewer may see them.
    pub(crate) async fn people_known(
        &self,
        ids: impl IntoIterator<Item = PersonId> + Send,
    ) -> Result<HashMap<PersonId, Known>> {
        let which = person::Column::Id.is_in(rounded(ids));
        let mut reading = Reading::of(self, which, self.rule::<person::Entity>());
        let at = PersonAt {
            person: 0,
            membership: reading.beside_membership(),
        };
        let mut people: HashMap<PersonId, Option<Known>> = HashMap::new();
        for row in reading.rows().await? {
            if let Some(known) = at.read(self, &row)? {
                keep(people.entry(known.id).or_default(), Some(known));
            }
        }
        let known = people.into_iter().filter_map(|(id, one)| Some((id, one?)));
        Ok(known.collect())
    }

    /// Who holds each of some seats today, with the person, as far as the viewer may see both. The seats come with their
    /// groups, as their own rows have them.
    pub(crate) async fn holders_today(
        &self,
        seats: &[(SeatId, GroupId)],
    ) -> Result<HashMap<SeatId, (seat_holder::Model, Option<Known>)>> {
        use seat_holder::Column as H;
        let groups = seats.iter().map(|(_, group)| *group);
        let rule = self.rule_in::<seat_holder::Entity>(groups);
        let seats = seats.iter().map(|(seat, _)| *seat);
        let which = held_today(self).add(H::SeatId.is_in(rounded(seats)));
        let mut reading = Reading::of(self, which, rule);
        let at = reading.beside_shown_person::<seat_holder::Entity>(H::PersonId);
        let mut holders: HashMap<SeatId, (seat_holder::Model, Option<Known>)> = HashMap::new();
        for row in reading.rows().await? {
            let holder = seat_holder::Model::placed(&row, 0)?;
            let known = at.read(self, &row)?;
            let (_, kept) = holders.entry(holder.seat_id).or_insert((holder, None));
            keep(kept, known);
        }
        Ok(holders)
    }
}
