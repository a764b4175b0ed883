//! A collaborating organisation, or one that the sources name.

use crate::id::OrganisationId;
use crate::kind::OrganisationKind;
use crate::organisation_number::OrganisationNumber;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationId,
    /// What kind of organisation it is.
    pub kind: OrganisationKind,
    /// The name that it has now.
    pub name: String,
    /// Ten digits; null where it has none (a collaboration body is not a legal person) or where no verified source gives it.
    pub organisation_number: Option<OrganisationNumber>,
    /// The county that it belongs to; null for a national organisation.
    pub county_code: Option<String>,
    /// The municipality that it is, for a municipality.
    pub municipality_code: Option<String>,
    /// Its public address on the web.
    pub website: Option<String>,
    /// All its names, present and former, folded for search.
    pub search_text: String,
    /// The present name as a key for Swedish order.
    pub sort_name: String,
    /// From when it has an agreement to take part; null for an organisation that is only named.
    pub partner_from: Option<DateTimeUtc>,
    /// When its agreement ended or ends; null while it is open-ended.
    pub partner_until: Option<DateTimeUtc>,
}

crate::placed::placed!(
    id,
    kind,
    name,
    organisation_number,
    county_code,
    municipality_code,
    website,
    search_text,
    sort_name,
    partner_from,
    partner_until,
);

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
