//! Who approves members' own sign-ups: for a whole organisation, or for one of its units and those below it.

use crate::id::{OrganisationId, PersonId, SignUpApproverId, UnitId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up_approver")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignUpApproverId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The unit; none: everybody for whom no unit's row stands nearer.
    pub unit_id: Option<UnitId>,
    /// Who approves.
    pub approver_id: PersonId,
    /// Who may do so as well: always, and so also when the approver is away.
    pub deputy_id: PersonId,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
