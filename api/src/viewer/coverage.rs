//! The narrow door of coverage: counters kept in the transaction that changes what they count.
//!
//! It counts appointments that the viewer may not read, and gives numbers only; how much of them the viewer is told says
//! `policy::coverage`. Whatever changes a unit, an appointment or who is trained does it inside [`Viewer::counted`].

mod facts;

use super::{Database, Viewer, rounded};
use crate::{domain::coverage::reading, error::Result};
use chrono::NaiveDate;
use entity::{
    coverage_step,
    id::{OrganisationId, RoleTypeId, UnitId},
    organisation, unit_step,
};
use facts::Facts;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseExecutor, EntityTrait, FromQueryResult,
    QueryFilter, QuerySelect, Set,
    sea_query::{Expr, ExprTrait, LockType, OnConflict},
};
use std::collections::BTreeMap;

use facts::Steps;
pub(crate) use facts::{MUNICIPALITY, Scope};

/// What a change may touch: the places whose counters are looked at before and after it.
#[derive(Clone, Debug)]
pub(crate) struct Touched {
    /// Whose.
    pub(crate) organisation: OrganisationId,
    /// Which roles; none of these: all.
    pub(crate) roles: Vec<RoleTypeId>,
    /// Which units, those to come included.
    pub(crate) units: Vec<UnitId>,
}

/// How many places of one sort have somebody in a role.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct CoveredPlaces {
    /// Where.
    pub(crate) scope: String,
    /// What sort of places.
    pub(crate) place: String,
    /// With somebody.
    pub(crate) covered: i64,
    /// With somebody who has the trainings that the role needs.
    pub(crate) trained: i64,
}

/// How many units there are of one kind.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Counted {
    /// Where.
    pub(crate) scope: String,
    /// Of which kind.
    pub(crate) place: String,
    /// How many.
    pub(crate) units: i64,
}

impl Viewer {
    /// Does work that changes what is counted, and brings the counters along. Call it inside a transaction.
    pub(crate) fn counted<T>(
        &self,
        touched: &Touched,
        work: impl Future<Output = Result<T>>,
    ) -> impl Future<Output = Result<T>> {
        // On the heap: the work's own state would lie in the caller's frame twice.
        let work = Box::pin(work);
        self.counting(touched, work)
    }

    async fn counting<T>(
        &self,
        touched: &Touched,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        // Held until the transaction ends: of two changes to one unit the second sees what the first did.
        organisation::Entity::find_by_id(touched.organisation)
            .lock(LockType::NoKeyUpdate)
            .one(&self.db.writer())
            .await?;
        let before = Facts::touched(&self.db.writer(), touched).await?.steps();
        let done = work.await?;
        let after = Facts::touched(&self.db.writer(), touched).await?.steps();
        write(&self.db.writer(), &after.minus(&before)).await?;
        Ok(done)
    }

    /// How many places have somebody in a role on a day, by scope and sort of place.
    pub(crate) async fn covered_on(
        &self,
        role: RoleTypeId,
        scopes: &[Scope],
        day: NaiveDate,
    ) -> Result<Vec<CoveredPlaces>> {
        use coverage_step::Column as C;
        let mut entries = Condition::any();
        for (grain, from, before) in reading(day) {
            entries = entries.add(
                Condition::all()
                    .add(C::Grain.eq(grain))
                    .add(C::Day.gte(from))
                    .add(C::Day.lt(before)),
            );
        }
        Ok(coverage_step::Entity::find()
            .select_only()
            .columns([C::Scope, C::Place])
            .expr_as(total_of(C::Covered), "covered")
            .expr_as(total_of(C::Trained), "trained")
            .filter(C::RoleTypeId.eq(role))
            .filter(C::Scope.is_in(rounded(scopes.iter().map(Scope::key))))
            .filter(entries)
            .group_by(C::Scope)
            .group_by(C::Place)
            .into_model()
            .all(&self.db.reader())
            .await?)
    }

    /// How many units there are on a day, by scope and kind.
    pub(crate) async fn units_on(&self, scopes: &[Scope], day: NaiveDate) -> Result<Vec<Counted>> {
        use unit_step::Column as U;
        let mut entries = Condition::any();
        for (grain, from, before) in reading(day) {
            entries = entries.add(
                Condition::all()
                    .add(U::Grain.eq(grain))
                    .add(U::Day.gte(from))
                    .add(U::Day.lt(before)),
            );
        }
        Ok(unit_step::Entity::find()
            .select_only()
            .columns([U::Scope, U::Place])
            .expr_as(total_of(U::Units), "units")
            .filter(U::Scope.is_in(rounded(scopes.iter().map(Scope::key))))
            .filter(entries)
            .group_by(U::Scope)
            .group_by(U::Place)
            .into_model()
            .all(&self.db.reader())
            .await?)
    }
}

/// A sum as the databases both give it: `PostgreSQL` would answer with a type of its own.
fn total_of<C: ColumnTrait>(column: C) -> Expr {
    Expr::expr(column.sum()).cast_as("bigint")
}

/// Adds changes to the counters, in the order of their keys, so that two transactions never wait for each other.
async fn write(connection: &impl ConnectionTrait, changes: &Steps) -> Result<()> {
    use coverage_step::Column as C;
    use unit_step::Column as U;
    let covered: Vec<_> = changes
        .covered
        .iter()
        .map(|(key, (covered, trained))| coverage_step::ActiveModel {
            role_type_id: Set(key.role),
            scope: Set(key.at.scope.clone()),
            place: Set(key.at.place.clone()),
            grain: Set(key.at.grain),
            day: Set(key.at.day),
            covered: Set(*covered),
            trained: Set(*trained),
        })
        .collect();
    for rows in covered.chunks(ROWS_A_STATEMENT) {
        let more = |column: C| {
            Expr::col((coverage_step::Entity, column)).add(Expr::col(("excluded", column)))
        };
        let conflict = OnConflict::columns([C::RoleTypeId, C::Scope, C::Grain, C::Day, C::Place])
            .values([
                (C::Covered, more(C::Covered)),
                (C::Trained, more(C::Trained)),
            ])
            .to_owned();
        coverage_step::Entity::insert_many(rows.to_vec())
            .on_conflict(conflict)
            .exec_without_returning(connection)
            .await?;
    }
    let units: Vec<_> = changes
        .units
        .iter()
        .map(|(at, units)| unit_step::ActiveModel {
            scope: Set(at.scope.clone()),
            place: Set(at.place.clone()),
            grain: Set(at.grain),
            day: Set(at.day),
            units: Set(*units),
        })
        .collect();
    for rows in units.chunks(ROWS_A_STATEMENT) {
        let more = Expr::col((unit_step::Entity, U::Units)).add(Expr::col(("excluded", U::Units)));
        let conflict = OnConflict::columns([U::Scope, U::Grain, U::Day, U::Place])
            .value(U::Units, more)
            .to_owned();
        unit_step::Entity::insert_many(rows.to_vec())
            .on_conflict(conflict)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

/// A statement of `SQLite` takes at most 32,766 values.
const ROWS_A_STATEMENT: usize = 4_000;

/// Counts everything anew: after a filling that went past the viewer, and at the first start of this version.
pub(crate) async fn count_anew(connection: &impl ConnectionTrait) -> Result<()> {
    coverage_step::Entity::delete_many()
        .exec(connection)
        .await?;
    unit_step::Entity::delete_many().exec(connection).await?;
    let all = Facts::all(connection).await?.steps();
    write(connection, &all).await
}

/// Whether units were there before there were counters of them.
pub(crate) async fn is_uncounted(connection: &impl ConnectionTrait) -> Result<bool> {
    let counted = unit_step::Entity::find().limit(1).one(connection).await?;
    let unit = entity::organisation_unit::Entity::find()
        .limit(1)
        .one(connection)
        .await?;
    Ok(counted.is_none() && unit.is_some())
}

impl Database {
    /// What the counters of coverage say otherwise than the appointments and units themselves, for the operator.
    pub(super) async fn check_coverage(connection: &DatabaseExecutor<'_>) -> Result<Vec<String>> {
        let should = Facts::all(connection).await?.steps();
        let stored = stored(connection).await?;
        Ok(should.minus(&stored).told())
    }
}

/// The counters as they are stored.
async fn stored(connection: &impl ConnectionTrait) -> Result<Steps> {
    let mut steps = Steps::default();
    for row in coverage_step::Entity::find().all(connection).await? {
        steps.keep_covered(&row);
    }
    for row in unit_step::Entity::find().all(connection).await? {
        steps.keep_units(&row);
    }
    Ok(steps)
}

/// Sums by key, without those that come to nothing.
fn add<K: Ord + Clone, V: Copy>(
    into: &mut BTreeMap<K, V>,
    key: K,
    value: V,
    sum: impl Fn(V, V) -> V,
    is_nothing: impl Fn(V) -> bool,
) {
    let now = match into.get(&key) {
        Some(before) => sum(*before, value),
        None => value,
    };
    if is_nothing(now) {
        into.remove(&key);
    } else {
        into.insert(key, now);
    }
}
