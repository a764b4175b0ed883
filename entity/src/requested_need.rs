//! What somebody will need on the day (diet, access) if the place is approved: shown to nobody, gone when the
//! request is decided.

use crate::confidential::Confidential;
use crate::id::SignUpRequestId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "requested_need")]
pub struct Model {
    /// The request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: SignUpRequestId,
    /// The need, in the person's words.
    pub need: Confidential<String>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
