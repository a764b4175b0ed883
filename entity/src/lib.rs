//! Tables, typed ids and the values in them. No queries, no rules.
