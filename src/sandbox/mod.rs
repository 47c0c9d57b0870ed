//! A Cartum store and an RO App that speak the contracts over HTTP, for tests and the demo.
//!
//! - [`world`]: both together, on one invented shop
//! - [`cartum`]: the store's API; [`seed`]: the shop behind it
//! - [`roapp`]: the account's API
//! - [`desk`]: pages of both, for a person who watches
//! - [`faults`], [`serve`], `send`: shared by both

pub mod cartum;
pub mod desk;
pub mod faults;
pub mod roapp;
pub mod seed;
mod send;
pub mod serve;
pub mod world;
