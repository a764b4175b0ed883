//! Samverkan: a GraphQL federation API for what partners do together for children's rights.

pub mod app;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod identity;
