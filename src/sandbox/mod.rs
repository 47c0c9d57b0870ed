//! A Cartum store and a RO App that speak the contract over HTTP, for tests and the demo.
//!
//! - [`cartum`]: the store's API
//! - [`seed`]: the invented shop behind it
//! - [`faults`], [`serve`]: what both halves share

pub mod cartum;
pub mod faults;
pub mod seed;
pub mod serve;
