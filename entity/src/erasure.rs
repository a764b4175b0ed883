//! That an organisation has erased somebody: what must be done again after a restore from an older backup.
//!
//! It holds no personal data: ids, an instant, counts, and the number of a decision.

use crate::id::{ErasureId, OrganisationId, PersonId};
use crate::kind::ErasureCause;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ErasureId,
    /// The organisation that erased what was its own.
    pub organisation_id: OrganisationId,
    /// The person, by the id that stood for the person until then.
    pub person_id: PersonId,
    /// On whose decision.
    pub cause: ErasureCause,
    /// The number of the decision that it rests on.
    pub decision: Option<String>,
    /// The request, as in the audit log, which tells who asked.
    pub request_id: String,
    /// When.
    pub at: DateTimeUtc,
    /// How many sign-ups for occasions to come were withdrawn by it.
    pub sign_ups_withdrawn: i32,
    /// How many needs were erased by it.
    pub needs_erased: i32,
}

crate::placed::placed!(
    id,
    organisation_id,
    person_id,
    cause,
    decision,
    request_id,
    at,
    sign_ups_withdrawn,
    needs_erased,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
