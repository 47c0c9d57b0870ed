//! A Cartum store and a RO App that speak the contract over HTTP, for tests and the demo.

pub mod faults;
pub mod roapp;
pub mod serve;
