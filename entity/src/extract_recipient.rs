//! For whom an extract of minutes is, and the receipt.

use crate::id::{ExtractId, ExtractRecipientId, GroupId, OrganisationId, PersonId};
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "extract_recipient")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExtractRecipientId,
    /// The extract.
    pub extract_id: ExtractId,
    /// The organisation that it is for; none: a group.
    pub organisation_id: Option<OrganisationId>,
    /// The group that it is for; none: an organisation.
    pub group_id: Option<GroupId>,
    /// When it was sent.
    pub sent_at: DateTimeUtc,
    /// When its receipt was confirmed.
    pub received_at: Option<DateTimeUtc>,
    /// By whom; none: a service, or nobody yet.
    pub received_by: Option<PersonId>,
    /// For which organisation it was confirmed.
    pub receiving_organisation_id: Option<OrganisationId>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
