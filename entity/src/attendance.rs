//! Whether a participant was there for a time block, as it is known now.

use crate::id::{OccasionId, PersonId, SignUpId};
use crate::kind::AttendanceGrade;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance")]
pub struct Model {
    /// The sign-up.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sign_up_id: SignUpId,
    /// The time block, by its start.
    #[sea_orm(primary_key, auto_increment = false)]
    pub block_starts_at: DateTimeUtc,
    /// The occasion.
    pub occasion_id: OccasionId,
    /// Whom the mark is about: the place may have been a colleague's before.
    pub person_id: PersonId,
    /// The mark.
    pub grade: AttendanceGrade,
    /// When it was recorded.
    pub recorded_at: DateTimeUtc,
    /// Who recorded it; null for a service.
    pub recorded_by: Option<PersonId>,
}

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
