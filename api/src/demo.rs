//! The demonstration: everything that only the demonstration may use.

pub mod issuer;
