//! Tables, typed ids and the values in them. No queries, no rules.

pub mod confidential;
pub mod id;
pub mod kind;
pub mod organisation_number;
pub mod partial_date;
pub mod search_text;

pub mod audit_entry;
pub mod contact_point;
pub mod county;
pub mod idempotency_key;
pub mod membership;
pub mod municipality;
pub mod organisation;
pub mod organisation_name;
pub mod organisation_unit;
pub mod page_feedback;
pub mod participant_need;
pub mod person;
pub mod programme_organiser;
pub mod reported_completion;
pub mod seat_movement;
pub mod seat_quota;
pub mod sign_up;
pub mod support_resource;
pub mod time_block;
pub mod training;
pub mod training_audience;
pub mod training_occasion;
pub mod training_organiser;
pub mod training_participant_organisation;
pub mod training_programme;
pub mod training_share;
pub mod training_subject;
