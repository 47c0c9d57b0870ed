//! A Cartum store and an RO App that speak the contracts over HTTP, for tests and the demo.
//!
//! - [`world`]: both together, on one invented shop
//! - [`cartum`]: the store's API; [`seed`]: the shop behind it
//! - [`roapp`]: the account's API
//! - [`faults`], [`serve`], `send`: shared by both

pub mod cartum;
pub mod faults;
pub mod roapp;
pub mod seed;
mod send;
pub mod serve;
pub mod world;
