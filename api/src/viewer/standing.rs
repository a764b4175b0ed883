//! A group together with how the viewer stands to groups.

use super::{Viewer, database::Db};
use crate::{
    error::{Error, Result},
    policy::{
        Policy,
        group::{By, Standing},
    },
};
use entity::{group, group_seat, id::GroupId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryTrait,
    sea_query::{Alias, Expr, JoinType, SelectStatement, UnionType},
};

/// The columns beside the group's: a group that the viewer stands to, and by what, as a place in [`By::ALL`].
const GROUP: &str = "standing_group";
const BY: &str = "standing_by";

/// All groups that the viewer stands to, with a row for each thing by which it does.
fn standings(viewer: &Viewer) -> Option<SelectStatement> {
    By::ALL
        .iter()
        .zip(0..)
        .map(|(by, place): (&By, i32)| {
            let mut groups = by.groups(viewer);
            groups.expr_as(Expr::value(place), BY);
            groups
        })
        .reduce(|mut all, one| {
            all.union(UnionType::All, one);
            all
        })
}

impl Viewer {
    /// The group, if the viewer may see it; in the same statement, the groups that the viewer is in or keeps, for the
    /// statements of this request that ask for papers. A transaction learns nothing: it must see what it changes.
    pub(crate) async fn group_with_standing(&self, id: GroupId) -> Result<Option<group::Model>> {
        let query = group::Entity::find()
            .filter(group::Column::Id.eq(id))
            .filter(group::Entity::visible(self));
        let outside = matches!(self.db, Db::Pools(_)) && self.acting().is_some();
        let wanted = outside && self.standing().is_none();
        // Not even built where nobody learns from it.
        let Some(standings) = wanted.then(|| standings(self)).flatten() else {
            return Ok(query.one(&self.db.reader()).await?);
        };
        let mut statement = query.into_query();
        let standing = Alias::new("standing");
        statement
            .expr_as(
                Expr::col((standing.clone(), group_seat::Column::GroupId)),
                GROUP,
            )
            .expr_as(Expr::col((standing.clone(), Alias::new(BY))), BY)
            .join_subquery(JoinType::LeftJoin, standings, standing, Expr::cust("1 = 1"));
        let rows = self.db.reader().query_all(&statement).await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let place: Option<i32> = row.try_get("", BY)?;
            if let (Some(group), Some(place)) = (row.try_get("", GROUP)?, place) {
                let by = usize::try_from(place)
                    .ok()
                    .and_then(|place| By::ALL.get(place));
                let by =
                    by.ok_or_else(|| Error::internal("a group is stood to by nothing known"))?;
                found.push((group, *by));
            }
        }
        self.set_standing(Some(Standing::new(found)));
        Ok(Some(group::Model::from_query_result(first, "")?))
    }
}
