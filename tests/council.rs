//! Issues that people with a role raise to a council: who may, who reads them, and what becomes of them.

mod issues;
