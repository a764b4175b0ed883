//! The door itself: every statement that a resolver can run, with the policy added.

#![expect(
    clippy::disallowed_types,
    reason = "this file and `database` own the connections; nothing outside `viewer` can reach them"
)]

use super::{
    Viewer,
    database::{Db, came_second, is_transient},
};
use crate::{
    error::{Error, Result},
    policy::{Part, Policy, group::Paper},
};
use entity::{id::GroupId, placed::Placed};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition, DatabaseTransaction, DbErr,
    EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect,
    Select,
};
use std::{
    collections::BTreeSet,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, Instant},
};

/// A row that the viewer has been permitted to edit. Only the door makes it.
#[derive(Clone, Debug)]
pub struct Permitted<M> {
    row: M,
}

impl<M> std::ops::Deref for Permitted<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.row
    }
}

impl<M> Permitted<M> {
    /// The row, without the permission.
    pub fn into_row(self) -> M {
        self.row
    }
}

/// Which rows of a table the viewer may see. Only the door makes it.
pub(crate) struct Rule<E: Policy> {
    condition: Condition,
    of: PhantomData<E>,
}

impl<E: Policy> Rule<E> {
    fn new(condition: Condition) -> Self {
        Self {
            condition,
            of: PhantomData,
        }
    }

    /// The query with the rule added.
    pub(super) fn on(self, query: Select<E>) -> Select<E> {
        query.filter(self.condition)
    }

    /// As a condition, for a statement that is written otherwise.
    pub(super) fn into_condition(self) -> Condition {
        self.condition
    }
}

/// The answer to "may I edit that?".
#[derive(Debug)]
pub enum Access<M> {
    /// The viewer may not see such a row, or there is none: the two cannot be told apart.
    Missing,
    /// The viewer may see it and may not edit it.
    Refused,
    /// The viewer may edit it.
    Granted(Permitted<M>),
}

/// How many times a transaction is tried before its conflict is reported.
const ATTEMPTS: u32 = 5;

/// For how long it is tried: each attempt may itself have waited for a lock, and the caller waits too.
const PATIENCE: Duration = Duration::from_secs(3);

impl Viewer {
    /// Which rows of a table the viewer may see.
    pub(crate) fn rule<E: Policy>(&self) -> Rule<E> {
        Rule::new(E::visible(self))
    }

    /// Which rows of these groups the viewer may see: by the shorter rule where this request has found that it reads the
    /// papers of all of them.
    pub(crate) fn rule_in<E: Paper>(&self, groups: impl IntoIterator<Item = GroupId>) -> Rule<E> {
        // Each once: many rows of a list are of the same group.
        let groups: BTreeSet<GroupId> = groups.into_iter().collect();
        let groups: Vec<GroupId> = groups.into_iter().collect();
        match self.standing() {
            Some(known) if known.reads_all(&groups) => Rule::new(E::in_groups_read(&groups, self)),
            _ => self.rule(),
        }
    }

    /// The rows of the query that the viewer may see.
    pub async fn all<E: Policy>(&self, query: Select<E>) -> Result<Vec<E::Model>> {
        Ok(query
            .filter(E::visible(self))
            .all(&self.db.reader())
            .await?)
    }

    /// The rows of the query that the viewer may see, with further columns that the query selects.
    pub async fn all_as<E: Policy, T: FromQueryResult>(&self, query: Select<E>) -> Result<Vec<T>> {
        Ok(query
            .filter(E::visible(self))
            .into_model::<T>()
            .all(&self.db.reader())
            .await?)
    }

    /// The first row of the query that the viewer may see.
    pub async fn one<E: Policy>(&self, query: Select<E>) -> Result<Option<E::Model>> {
        Ok(query
            .filter(E::visible(self))
            .one(&self.db.reader())
            .await?)
    }

    /// How many rows of the query the viewer may see.
    pub async fn count<E>(&self, query: Select<E>) -> Result<u64>
    where
        E: Policy,
        E::Model: Send + Sync,
    {
        Ok(query
            .filter(E::visible(self))
            .count(&self.db.reader())
            .await?)
    }

    /// The row of the query with the permission to edit it; held until the transaction ends.
    pub async fn edit<E: Policy>(&self, query: Select<E>) -> Result<Access<E::Model>> {
        let granted = query
            .clone()
            .filter(E::visible(self))
            .filter(E::editable(self))
            .lock_exclusive()
            .one(&self.db.writer())
            .await?;
        Ok(match granted {
            Some(row) => Access::Granted(Permitted { row }),
            None if self.one(query).await?.is_some() => Access::Refused,
            None => Access::Missing,
        })
    }

    /// Makes a row, if the viewer may.
    pub async fn insert<A>(&self, new: A) -> Result<<A::Entity as EntityTrait>::Model>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: Policy + EntityTrait<ActiveModel = A>,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        if !<A::Entity as Policy>::creatable(self, &new) {
            return Err(Error::Forbidden);
        }
        Ok(new.insert(&self.db.writer()).await?)
    }

    /// Makes a row, if the viewer may, with the permission to add its parts.
    pub async fn make<A>(&self, new: A) -> Result<Permitted<<A::Entity as EntityTrait>::Model>>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: Policy + EntityTrait<ActiveModel = A>,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        Ok(Permitted {
            row: self.insert(new).await?,
        })
    }

    /// Adds a part that is itself a whole, such as an occasion of a training.
    pub async fn make_part<E: Part>(
        &self,
        whole: &Permitted<<E::Whole as EntityTrait>::Model>,
        new: E::ActiveModel,
    ) -> Result<Permitted<E::Model>>
    where
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        if !E::is_of(&new, whole) {
            return Err(Error::internal(
                "a part was added to another whole than the permitted one",
            ));
        }
        Ok(Permitted {
            row: new.insert(&self.db.writer()).await?,
        })
    }

    /// Makes several rows in one statement, if the viewer may make each of them.
    pub async fn insert_all<A>(&self, new: Vec<A>) -> Result<()>
    where
        A: ActiveModelTrait + Send,
        A::Entity: Policy + EntityTrait<ActiveModel = A>,
    {
        if !new
            .iter()
            .all(|row| <A::Entity as Policy>::creatable(self, row))
        {
            return Err(Error::Forbidden);
        }
        <A::Entity as EntityTrait>::insert_many(new)
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(())
    }

    /// Changes a row in one statement, `UPDATE … WHERE id AND visible AND editable`: there is no gap between
    /// check and act. None when there is no such row that the viewer may edit.
    pub async fn update<A>(&self, change: A) -> Result<Option<<A::Entity as EntityTrait>::Model>>
    where
        A: ActiveModelTrait + Send,
        A::Entity: Policy + EntityTrait<ActiveModel = A>,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        let done = <A::Entity as EntityTrait>::update(change)
            .validate()?
            .filter(<A::Entity as Policy>::visible(self))
            .filter(<A::Entity as Policy>::editable(self))
            .exec(&self.db.writer())
            .await;
        match done {
            Ok(row) => Ok(Some(row)),
            Err(DbErr::RecordNotUpdated) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the rows that a condition picks, among those that the viewer may see and edit.
    pub async fn remove<E: Policy>(&self, which: Condition) -> Result<u64> {
        let done = E::delete_many()
            .filter(which)
            .filter(E::visible(self))
            .filter(E::editable(self))
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }

    /// Those parts of something that the viewer has been permitted to edit which a further condition picks: who may
    /// replace them may know them.
    pub async fn parts<E: Part>(
        &self,
        whole: &Permitted<<E::Whole as EntityTrait>::Model>,
        which: Condition,
    ) -> Result<Vec<E::Model>> {
        Ok(E::find()
            .filter(E::of(whole))
            .filter(which)
            .all(&self.db.writer())
            .await?)
    }

    /// Replaces the parts of something that the viewer has been permitted to edit.
    pub async fn replace_parts<E: Part>(
        &self,
        whole: &Permitted<<E::Whole as EntityTrait>::Model>,
        parts: Vec<E::ActiveModel>,
    ) -> Result<()>
    where
        E::ActiveModel: Send,
    {
        E::delete_many()
            .filter(E::of(whole))
            .exec(&self.db.writer())
            .await?;
        self.add_parts::<E>(whole, parts).await
    }

    /// Adds parts to something that the viewer has been permitted to edit.
    pub async fn add_parts<E: Part>(
        &self,
        whole: &Permitted<<E::Whole as EntityTrait>::Model>,
        parts: Vec<E::ActiveModel>,
    ) -> Result<()>
    where
        E::ActiveModel: Send,
    {
        if !parts.iter().all(|part| E::is_of(part, whole)) {
            return Err(Error::internal(
                "a part was added to another whole than the permitted one",
            ));
        }
        if parts.is_empty() {
            return Ok(());
        }
        E::insert_many(parts)
            .exec_without_returning(&self.db.writer())
            .await?;
        Ok(())
    }

    /// Removes those parts that a further condition picks.
    pub async fn remove_parts<E: Part>(
        &self,
        whole: &Permitted<<E::Whole as EntityTrait>::Model>,
        which: Condition,
    ) -> Result<u64> {
        let done = E::delete_many()
            .filter(E::of(whole))
            .filter(which)
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }

    /// Changes the columns of those parts that a further condition picks.
    pub async fn update_parts<E: Part>(
        &self,
        whole: &Permitted<<E::Whole as EntityTrait>::Model>,
        which: Condition,
        changes: E::ActiveModel,
    ) -> Result<u64>
    where
        E::ActiveModel: Send,
    {
        let done = E::update_many()
            .set(changes)
            .filter(E::of(whole))
            .filter(which)
            .exec(&self.db.writer())
            .await?;
        Ok(done.rows_affected)
    }

    /// Runs the work for several viewers inside one transaction: each keeps its own policies, and there is one
    /// commit for all.
    ///
    /// A conflict with another transaction runs the whole work again, up to five times.
    pub(super) async fn transaction_of<T, W>(
        viewers: &[Self],
        work: impl Fn(Vec<Self>) -> W,
    ) -> Result<T>
    where
        W: Future<Output = Result<T>> + Send,
    {
        let Some(first) = viewers.first() else {
            return Err(Error::internal("a transaction of nobody"));
        };
        let began = Instant::now();
        let mut attempt = 1;
        loop {
            let done = Self::transaction_once(viewers, first, &work).await;
            for viewer in viewers {
                viewer.set_standing(None);
            }
            let again = attempt < ATTEMPTS && began.elapsed() < PATIENCE;
            match done {
                Err(error) if again && (is_transient(&error) || came_second(&error)) => {
                    // The pause differs between requests, so that two do not meet again and again.
                    let jitter =
                        u64::from(first.context.request_id.bytes().next_back().unwrap_or(0) % 16);
                    let pause = Duration::from_millis(u64::from(attempt) * (4 + jitter));
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                Err(error) if is_transient(&error) => return Err(Error::Unavailable),
                other => return other,
            }
        }
    }

    async fn transaction_once<T, W>(
        viewers: &[Self],
        first: &Self,
        work: &impl Fn(Vec<Self>) -> W,
    ) -> Result<T>
    where
        W: Future<Output = Result<T>> + Send,
    {
        let transaction: Arc<DatabaseTransaction> = Arc::new(first.db.begin().await?);
        let inside = viewers.iter().map(|viewer| Self {
            db: Db::Transaction(Arc::clone(&transaction)),
            standing: Arc::default(),
            ..viewer.clone()
        });
        // The work owns its viewers, which are gone when it ends; on an error, dropping the transaction rolls back.
        // On the heap: every mutation of the schema would otherwise take room for all the others' work on the stack.
        let done = Box::pin(work(inside.collect())).await?;
        Arc::into_inner(transaction)
            .ok_or_else(|| Error::internal("a viewer outlived its transaction"))?
            .commit()
            .await?;
        Ok(done)
    }

    /// The rows whose column holds one of the keys: what every loader asks for.
    pub async fn among<E: Policy, V: Into<sea_orm::Value>>(
        &self,
        column: E::Column,
        keys: impl IntoIterator<Item = V> + Send,
    ) -> Result<Vec<E::Model>> {
        self.all(E::find().filter(column.is_in(rounded(keys))))
            .await
    }

    /// The same of rows that are read by the places of their columns: for what is asked for a hundred at a time.
    pub async fn among_placed<E, V>(
        &self,
        column: E::Column,
        keys: impl IntoIterator<Item = V> + Send,
    ) -> Result<Vec<E::Model>>
    where
        E: Policy,
        E::Model: Placed,
        V: Into<sea_orm::Value>,
    {
        let query = E::find().filter(column.is_in(rounded(keys)));
        self.all_under(self.rule(), query).await
    }

    /// The rows of the query with the row of another table that it joins to each of them, where the viewer may see
    /// both.
    pub async fn all_with<E: Policy, F: Policy>(
        &self,
        query: Select<E>,
        other: F,
    ) -> Result<Vec<(E::Model, F::Model)>> {
        let rows = query
            .filter(E::visible(self))
            .filter(F::visible(self))
            .select_also(other)
            .all(&self.db.reader())
            .await?;
        let both = |(one, other): (E::Model, Option<F::Model>)| Some((one, other?));
        Ok(rows.into_iter().filter_map(both).collect())
    }
}

/// The keys, the last of them repeated until they are a power of two: the database knows a statement by its text, and
/// a list of any length would have a text of its own.
pub(crate) fn rounded<V: Into<sea_orm::Value>>(
    keys: impl IntoIterator<Item = V>,
) -> Vec<sea_orm::Value> {
    let mut keys: Vec<sea_orm::Value> = keys.into_iter().map(Into::into).collect();
    if let Some(last) = keys.last().cloned() {
        keys.resize(keys.len().next_power_of_two(), last);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_keys_have_few_lengths_and_hold_the_same_keys() {
        let lengths: Vec<usize> = (0..=9).map(|number| rounded(0..number).len()).collect();

        assert_eq!(lengths, [0, 1, 2, 4, 4, 8, 8, 8, 8, 16]);
        assert_eq!(
            rounded([7, 8, 9]),
            [7, 8, 9, 9].map(sea_orm::Value::from).to_vec()
        );
    }
}
