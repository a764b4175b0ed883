//! Tables, typed ids and the values in them. No queries, no rules.

pub mod kind;
pub mod organisation_number;
pub mod partial_date;
