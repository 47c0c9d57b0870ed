//! Turns the orders of Cartum online stores into RO App work orders and keeps both in step.

pub mod cartum;
pub mod domain;
pub mod http;
pub mod sandbox;
pub mod secrets;
