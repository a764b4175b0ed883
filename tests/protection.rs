//! What the running server withstands: every attack of the limits' table, forged and slow requests,
//! a database that is broken or busy; and that no answer says more than it should.

mod attacks;
mod boundaries;
mod database;
mod forgery;
mod introspection;
mod leaks;
mod picture;
mod rate;
mod sending;
mod slow;
mod tenants;
