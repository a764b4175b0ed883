//! The demonstration's start page as a browser gets it, and the documents: what they say must hold.

mod demonstration;
mod documents;
mod examples;
