//! Groups: seats that belong to organisations, those who hold them for a time, and what that opens and closes.

mod page;
mod seats;
mod standing;
pub mod world;
