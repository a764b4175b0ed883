//! What stands beside the rows of a page: parts of wholes that the viewer has been given, one statement for all of them.
//!
//! A row of a page has come through the door, so the viewer may see it; what is seen with it, whatever else, needs no
//! second look. The type of the part says whether that is so, and only a page holds rows that count as proof.

use super::{Viewer, page::Page, rounded, seat::Standing};
use crate::{
    error::Result,
    policy::{Policy, SeenWithWhole},
};
use entity::{
    id::{OccasionId, TrainingId},
    kind::Role,
    organisation,
    placed::Placed,
    training, training_occasion, training_organiser,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityName, EntityTrait, FromQueryResult, IdenStatic,
    Iterable, Order, QueryResult,
    sea_query::{
        CommonTableExpression, Expr, ExprTrait, JoinType, Query, SelectStatement, WindowStatement,
        WithClause,
    },
};
use std::collections::HashMap;

/// An occasion of a training, and what its quotas leave to the viewer's organisation.
pub(crate) struct OccasionBeside {
    /// The occasion.
    pub(crate) row: training_occasion::Model,
    /// What the quotas of organisations leave; where kinds of organisations have quotas too, that is not all.
    pub(crate) standing: Standing,
}

/// The occasions that stand beside trainings: for each as many as asked for, and one more where there are more.
pub(crate) type OccasionsBeside = HashMap<TrainingId, Vec<OccasionBeside>>;

/// Which occasions of each training.
#[derive(Clone, Copy)]
pub(crate) struct First {
    /// How many.
    pub(crate) number: u64,
    /// Only those that have not ended.
    pub(crate) upcoming: bool,
    /// Whether anybody asks what the viewer's organisation could take.
    pub(crate) with_standing: bool,
}

/// The condition that picks the parts of the wholes on a page.
fn of_page<E>(column: E::Column, page: &Page<training::Model>) -> Condition
where
    E: SeenWithWhole<Whole = training::Entity>,
{
    let ids = page.rows.iter().map(|(_, training)| training.id);
    Condition::all().add(column.is_in(rounded(ids)))
}

/// The columns of a table, one of them left empty: a text that nobody asks for is not worth sending.
fn columns_without<E: EntityTrait>(statement: &mut SelectStatement, unread: &'static str) {
    for column in E::Column::iter() {
        if column.as_str() == unread {
            statement.expr_as(Expr::val(""), unread);
        } else {
            statement.column((E::default(), column));
        }
    }
}

impl Viewer {
    /// The organisations that give each training of a page, in the order of their ids.
    pub(crate) async fn organisations_beside(
        &self,
        page: &Page<training::Model>,
    ) -> Result<HashMap<TrainingId, Vec<organisation::Model>>> {
        use training_organiser::{Column as G, Entity as Giving};
        let mut statement = Query::select();
        statement
            .column((Giving, G::TrainingId))
            .from(Giving)
            .join(
                JoinType::InnerJoin,
                organisation::Entity,
                Expr::col((organisation::Entity, organisation::Column::Id))
                    .equals((Giving, G::OrganisationId)),
            )
            .cond_where(of_page::<Giving>(G::TrainingId, page))
            .cond_where(organisation::Entity::visible(self))
            .order_by((Giving, G::OrganisationId), Order::Asc);
        columns_without::<organisation::Entity>(&mut statement, "search_text");
        let mut beside: HashMap<_, Vec<_>> = HashMap::with_capacity(page.rows.len());
        for row in self.db.reader().query_all(&statement).await? {
            let training: TrainingId = row.try_get_by_index(0)?;
            let organisation = organisation::Model::placed(&row, 1)?;
            beside.entry(training).or_default().push(organisation);
        }
        Ok(beside)
    }

    /// The first occasions of each training of a page, soonest first.
    pub(crate) async fn occasions_beside(
        &self,
        page: &Page<training::Model>,
        first: First,
    ) -> Result<OccasionsBeside> {
        let rows = if first.with_standing && self.acting().is_some() {
            let statement = self.first_occasions_with_standing(page, first);
            self.db.reader().query_all(&statement).await?
        } else {
            let statement = self.first_occasions(page, first);
            self.db.reader().query_all(&statement).await?
        };
        let mut beside: OccasionsBeside = HashMap::with_capacity(page.rows.len());
        for row in rows {
            let occasion = OccasionBeside::of(&row)?;
            let list = beside.entry(occasion.row.training_id);
            list.or_default().push(occasion);
        }
        Ok(beside)
    }

    /// The occasions by themselves, numbered within their trainings and cut.
    fn first_occasions(&self, page: &Page<training::Model>, first: First) -> SelectStatement {
        use training_occasion::{Column as O, Entity as Occasion};
        let in_order = WindowStatement::partition_by((Occasion, O::TrainingId))
            .order_by((Occasion, O::StartsAt), Order::Asc)
            .order_by((Occasion, O::Id), Order::Asc)
            .to_owned();
        let to_come = first.upcoming.then(|| O::EndsAt.gt(self.now()));
        let mut numbered = Query::select();
        numbered
            .columns(O::iter().map(|column| (Occasion, column)))
            .expr_window_as(Expr::cust("ROW_NUMBER()"), in_order, "place")
            .from(Occasion)
            .cond_where(of_page::<Occasion>(O::TrainingId, page).add_option(to_come));
        // Under the table's own name, so that its columns are read as always.
        Query::select()
            .columns(O::iter().map(|column| (Occasion, column)))
            .from_subquery(numbered, Occasion.table_name())
            .and_where(Expr::col("place").lte(first.number + 1))
            .order_by((Occasion, O::StartsAt), Order::Asc)
            .order_by((Occasion, O::Id), Order::Asc)
            .to_owned()
    }

    /// The same, and what the quotas of those occasions leave.
    fn first_occasions_with_standing(
        &self,
        page: &Page<training::Model>,
        first: First,
    ) -> sea_orm::sea_query::WithQuery {
        use training_occasion::{Column as O, Entity as Occasion};
        let occasions = CommonTableExpression::new()
            .table_name("first_occasion")
            .query(self.first_occasions(page, first))
            .to_owned();
        let ids = Query::select()
            .column("id")
            .from("first_occasion")
            .to_owned();
        let standings = self.standings_of(ids);
        let read = Query::select()
            .columns(O::iter().map(|column| (Occasion, column)))
            .columns([
                ("standing", "kept_for_others"),
                ("standing", "left_of_maximum"),
            ])
            // Under the table's own name, so that its columns are read as always.
            .from_as("first_occasion", Occasion.table_name())
            .join_subquery(
                JoinType::LeftJoin,
                standings,
                "standing",
                Expr::col(("standing", "occasion_id")).equals((Occasion, O::Id)),
            )
            .order_by((Occasion, O::StartsAt), Order::Asc)
            .order_by((Occasion, O::Id), Order::Asc)
            .to_owned();
        read.with(WithClause::new().cte(occasions).to_owned())
    }

    /// The kinds' quotas besides, where an occasion has some: by the same rule as one at a time.
    pub(crate) async fn standings_by_kind_beside(
        &self,
        beside: &OccasionsBeside,
    ) -> Result<HashMap<OccasionId, Standing>> {
        let occasions = beside.values().flatten().map(|occasion| &occasion.row);
        let by_kind: Vec<OccasionId> = occasions
            .filter(|row| row.shares_by_kind)
            .map(|row| row.id)
            .collect();
        if by_kind.is_empty() || self.organisation(Role::Member).is_none() {
            return Ok(HashMap::new());
        }
        self.standings_by_kind(&by_kind).await
    }
}

impl OccasionBeside {
    fn of(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            row: training_occasion::Model::placed(row, 0)?,
            standing: Standing::from_query_result_optional(row, "")?.unwrap_or_default(),
        })
    }
}
