//! A confirmed place as those see it who check in at the door: who is expected, and nothing else. The same table as
//! `sign_up`, under a rule of its own.

use crate::id::{OccasionId, OrganisationId, PersonId, SignUpId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up")]
pub struct Model {
    /// The sign-up.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignUpId,
    /// The occasion.
    pub occasion_id: OccasionId,
    /// The organisation that the person takes part for.
    pub organisation_id: OrganisationId,
    /// Who takes part; none while the seat is held without a name.
    pub person_id: Option<PersonId>,
}

crate::placed::placed!(id, occasion_id, organisation_id, person_id,);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
