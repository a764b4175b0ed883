//! The rules of the field as pure functions: no I/O, no clock, no randomness.

pub mod appointment_file;
pub mod approval;
pub mod attendance;
pub mod audience;
pub mod book;
pub mod certificate;
pub mod completion;
pub mod completion_file;
pub mod coverage;
pub mod document;
pub mod hexadecimal;
pub mod minutes;
pub mod needs;
pub mod occasion;
pub mod personal_id;
pub mod replay;
pub mod retention;
pub mod seats;
pub mod series;
pub mod statistics;
pub mod substitution;
pub mod suppression;
pub mod table_file;
pub mod transfer;
pub mod validity;
pub mod working_hours;
