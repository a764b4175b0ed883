//! Samverkan: a GraphQL federation API for what partners do together for children's rights.

pub mod app;
pub mod clock;
pub mod guard;
pub mod http;
pub mod language;
pub mod masking;
pub mod metrics;
pub mod telemetry;
