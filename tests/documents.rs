//! Documents of groups: what is taken, who may send and fetch it, what becomes of the files.

mod bucket;
mod files;
mod limits;
mod reading;
pub mod world;
