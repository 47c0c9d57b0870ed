//! Turns the orders of Cartum online stores into RO App work orders and keeps both in step.

pub mod clock;
pub mod domain;
pub mod sandbox;
pub mod secrets;
