//! The ways in over HTTP, and the program around them: the protocol to the letter, what an operator's machinery
//! asks for, and what is left when a process is stopped or killed.

pub mod audit;
mod commands;
mod cors;
mod crash;
mod demonstration;
mod operation;
pub mod process;
mod requests;
