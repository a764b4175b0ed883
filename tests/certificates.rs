//! Certificates: who gets one, what anybody with the code learns, and that the signed file can be checked without us.

mod checking;
mod issuing;
mod keys;
mod naming;
mod offline;
mod revoking;
pub mod world;
