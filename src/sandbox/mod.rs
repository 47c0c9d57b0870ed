//! A Cartum store and a RO App that speak the contract over HTTP, for tests and the demo.
//!
//! - [`world`]: both halves at once, on one invented shop
//! - [`cartum`]: the store's API; [`seed`]: the shop behind it
//! - [`roapp`]: the account's API
//! - [`faults`], [`serve`], `send`: what both halves share

pub mod cartum;
pub mod faults;
pub mod roapp;
pub mod seed;
mod send;
pub mod serve;
pub mod world;
