//! A group together with how the viewer stands to groups.

use super::{Viewer, database::Db};
use crate::{
    error::{Error, Result},
    policy::group::{By, Standing, seen_if},
};
use entity::{group, group_seat, id::GroupId, kind::GroupRole, placed::Placed};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryTrait,
    sea_query::{
        CaseStatement, CommonTableExpression, Expr, ExprTrait, JoinType, Query, SelectStatement,
        UnionType, WithClause,
    },
};

/// What the viewer stands to, as a table of the statement.
const STANDING: &str = "standing";
/// Its columns: a group, and by what, as a place in [`By::ALL`].
const GROUP: &str = "group_id";
const BY: &str = "standing_by";

/// The place of something in [`By::ALL`].
fn place(by: By) -> i32 {
    let before = By::ALL.iter().take_while(|one| **one != by);
    before.fold(0, |place, _| place + 1)
}

/// All groups that the viewer stands to, with a row for each thing by which it does. Seats are read once: a row says
/// whether the seat is one that keeps the papers.
fn standings(viewer: &Viewer) -> SelectStatement {
    let officer = group_seat::Column::Role.is_in(GroupRole::OFFICERS);
    let by_seat = CaseStatement::new()
        .case(officer, place(By::Office))
        .finally(place(By::Seat));
    let mut all = By::Seat.groups(viewer);
    all.expr_as(by_seat, BY);
    for by in [By::Joining, By::Role, By::Responsibility, By::Convening] {
        let mut one = by.groups(viewer);
        one.expr_as(Expr::value(place(by)), BY);
        all.union(UnionType::All, one);
    }
    all
}

/// The groups that the viewer is a member of, as that table has them.
fn member_here() -> Condition {
    let by_member = By::ALL.into_iter().filter(|by| {
        let mut implied = by.implied().iter();
        implied.any(|one| By::MEMBER.contains(one))
    });
    let groups = Query::select()
        .column((STANDING, GROUP))
        .from(STANDING)
        .and_where(Expr::col((STANDING, BY)).is_in(by_member.map(place)))
        .to_owned();
    Condition::all().add(group::Column::Id.in_subquery(groups))
}

impl Viewer {
    /// The group, if the viewer may see it; in the same statement, the groups that the viewer is in or keeps, for the
    /// statements of this request that ask for papers. A transaction learns nothing: it must see what it changes.
    pub(crate) async fn group_with_standing(&self, id: GroupId) -> Result<Option<group::Model>> {
        let query = group::Entity::find().filter(group::Column::Id.eq(id));
        let outside = !matches!(self.db, Db::Transaction(_)) && self.acting().is_some();
        if !outside || self.standing().is_some() {
            return self.one(query).await;
        }
        let mut statement = query.filter(seen_if(member_here(), self)).into_query();
        statement
            .column((STANDING, GROUP))
            .column((STANDING, BY))
            .join(JoinType::LeftJoin, STANDING, Expr::cust("1 = 1"));
        let standing = CommonTableExpression::new()
            .table_name(STANDING)
            .columns([GROUP, BY])
            .query(standings(self))
            .to_owned();
        let statement = statement.with(WithClause::new().cte(standing).to_owned());
        let rows = self.db.reader().query_all(&statement).await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let beside = group::Model::COLUMNS.len();
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let group: Option<GroupId> = row.try_get_by_index(beside)?;
            let Some(group) = group else {
                continue;
            };
            let place: i32 = row.try_get_by_index(beside + 1)?;
            let by = usize::try_from(place)
                .ok()
                .and_then(|place| By::ALL.get(place))
                .ok_or_else(|| Error::internal("a group is stood to by nothing known"))?;
            found.extend(by.implied().iter().map(|by| (group, *by)));
        }
        self.set_standing(Some(Standing::new(found)));
        Ok(Some(group::Model::placed(first, 0)?))
    }
}
