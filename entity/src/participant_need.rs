//! What a participant needs on the day (diet, access): for the accountable organiser only, until 30 days after.

use crate::confidential::Confidential;
use crate::id::SignUpId;
use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "participant_need")]
pub struct Model {
    /// The sign-up.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sign_up_id: SignUpId,
    /// The need, in the participant's words.
    pub need: Confidential<String>,
    /// When housekeeping looks next whether it is still kept; [`AT_ONCE`] if it has never looked.
    pub look_at: DateTimeUtc,
}

/// For a need that housekeeping has never looked at.
pub const AT_ONCE: DateTimeUtc = DateTimeUtc::UNIX_EPOCH;

/// None: rows are joined by the loaders, through the viewer.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
