//! What an organisation has said of how an action goes.

use crate::id::{ActionId, ActionReportId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_report")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionReportId,
    /// The action.
    pub action_id: ActionId,
    /// For which organisation it was said.
    pub organisation_id: OrganisationId,
    /// By whom; none: a service.
    pub author_id: Option<PersonId>,
    /// The text.
    pub body: String,
    /// When.
    pub reported_at: DateTimeUtc,
}

crate::placed::placed!(id, action_id, organisation_id, author_id, body, reported_at,);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
