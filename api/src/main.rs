//! The `samverkan` program.

fn main() {}
