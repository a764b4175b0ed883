//! Several viewers in one transaction: each keeps its own policies, and what all of them ask is asked once.
//!
//! Nobody sees more by it. A statement for several viewers tells, row by row, which of them may see it, and gives each
//! only those.

use super::Viewer;
use crate::{error::Result, policy::Policy};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, FromQueryResult, ModelTrait, QueryFilter, QuerySelect,
    QueryTrait, Select, Value, sea_query::Expr,
};
use std::slice;

impl Viewer {
    /// The rows of one query, for each of the viewers those that it may see: one statement, whatever their number.
    pub(crate) async fn all_for_each<E: Policy>(
        viewers: &[&Self],
        query: Select<E>,
    ) -> Result<Vec<Vec<E::Model>>>
    where
        E::Model: Clone,
    {
        let Some(first) = viewers.first() else {
            return Ok(Vec::new());
        };
        // Viewers of one organisation and rank are asked for by one condition.
        let mut conditions: Vec<Condition> = Vec::new();
        let mut groups = Vec::new();
        for viewer in viewers {
            let condition = E::visible(viewer);
            let known = conditions.iter().position(|known| *known == condition);
            groups.push(known.unwrap_or_else(|| {
                conditions.push(condition);
                conditions.len() - 1
            }));
        }
        let mut query = query;
        for (number, condition) in conditions.iter().enumerate() {
            query = query.expr_as(Expr::from(condition.clone()), column(number));
        }
        let by_anybody = conditions
            .into_iter()
            .fold(Condition::any(), Condition::add);
        let query = query.filter(by_anybody).into_query();
        let mut seen: Vec<Vec<E::Model>> = vec![Vec::new(); viewers.len()];
        for row in first.db.writer().query_all(&query).await? {
            let model = E::Model::from_query_result(&row, "")?;
            for (viewer, group) in groups.iter().enumerate() {
                if row.try_get::<bool>("", &column(*group))? {
                    seen[viewer].push(model.clone());
                }
            }
        }
        Ok(seen)
    }

    /// For each viewer the rows whose column holds one of its own keys, of those that it may see.
    ///
    /// One statement, as long as no two of them ask for the same key: a row then answers one of them, and has been
    /// found by that one's policy. Whoever asks for a key that another has asked for is asked for apart.
    pub(crate) async fn among_each<E, V>(
        column: E::Column,
        query: &Select<E>,
        asks: &[(&Self, Vec<V>)],
    ) -> Result<Vec<Vec<E::Model>>>
    where
        E: Policy,
        V: Into<Value> + Clone,
    {
        let asks: Vec<(&Self, Vec<Value>)> = asks
            .iter()
            .map(|(viewer, keys)| (*viewer, keys.iter().cloned().map(Into::into).collect()))
            .collect();
        let mut found: Vec<Vec<E::Model>> = asks.iter().map(|_| Vec::new()).collect();
        for round in apart(&asks) {
            let own = |ask: &usize| {
                let (viewer, keys) = &asks[*ask];
                Condition::all()
                    .add(column.is_in(keys.iter().cloned()))
                    .add(E::visible(viewer))
            };
            let anybody = round.iter().map(own).fold(Condition::any(), Condition::add);
            let Some(first) = round.first() else {
                continue;
            };
            let rows = query.clone().filter(anybody);
            for row in rows.all(&asks[*first].0.db.writer()).await? {
                let key = row.get(column);
                let asker = round.iter().find(|ask| asks[**ask].1.contains(&key));
                if let Some(asker) = asker {
                    found[*asker].push(row);
                }
            }
        }
        Ok(found)
    }

    /// Runs the work for the same viewer inside one transaction: same policies, one commit.
    ///
    /// A conflict with another transaction runs the whole work again, up to five times.
    pub async fn transaction<T, W>(&self, work: impl Fn(Self) -> W) -> Result<T>
    where
        W: Future<Output = Result<T>> + Send,
    {
        let alone = |mut inside: Vec<Self>| work(inside.remove(0));
        Self::transaction_of(slice::from_ref(self), alone).await
    }
}

impl Viewer {
    /// Runs the work for several viewers inside one transaction: each keeps its own policies, and there is one commit
    /// for all.
    pub(crate) async fn transaction_for_all<T, W>(
        viewers: &[Self],
        work: impl Fn(Vec<Self>) -> W,
    ) -> Result<T>
    where
        W: Future<Output = Result<T>> + Send,
    {
        Self::transaction_of(viewers, work).await
    }
}

/// What the column is called that tells whether a group of viewers may see the row.
fn column(group: usize) -> String {
    format!("seen_by_{group}")
}

/// The askers in rounds, such that no two of a round ask for the same key.
fn apart(asks: &[(&Viewer, Vec<Value>)]) -> Vec<Vec<usize>> {
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for (ask, (_, keys)) in asks.iter().enumerate() {
        let shares = |other: &usize| asks[*other].1.iter().any(|key| keys.contains(key));
        let free = rounds.iter_mut().find(|round| !round.iter().any(shares));
        match free {
            Some(round) => round.push(ask),
            None => rounds.push(vec![ask]),
        }
    }
    rounds
}
