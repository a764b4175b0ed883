//! Who sees and does what, proved from outside: a matrix that a person can read, entry points taken from
//! the schema, canaries in what is hidden, two worlds that must look the same, and less that never shows
//! more.

pub mod behind;
mod canaries;
mod coverage;
mod crawl;
mod doing;
mod facts;
mod fetching;
mod matrix;
mod monotony;
mod policies;
mod reading;
mod relation;
mod schema;
mod worlds;
