//! Tables, typed ids and the values in them. No queries, no rules.

pub mod organisation_number;
pub mod partial_date;
