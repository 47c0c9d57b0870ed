//! Turns the orders of Cartum online stores into RO App work orders and keeps both in step.

pub mod clock;
pub mod config;
pub mod domain;
pub mod embedded;
pub mod sandbox;
pub mod secrets;
