//! Samverkan: a GraphQL federation API for what partners do together for children's rights.
//!
//! One sentence to hold on to: the viewer is the only thing that can run a query, and it always adds the
//! policy; so inside this crate, holding a row proves that the viewer may see it.

pub mod app;
mod calendar;
pub mod certificate;
pub mod cli;
pub mod clock;
mod combining;
pub mod config;
pub mod demo;
mod disclosure;
pub mod document_store;
pub mod domain;
pub mod error;
pub mod graphql;
pub mod guard;
pub mod http;
pub mod identity;
pub mod language;
mod list;
pub mod masking;
pub mod metrics;
pub mod migrate;
pub mod operator;
pub mod outline;
pub mod policy;
pub mod run;
pub mod signing;
pub mod telemetry;
pub mod viewer;
