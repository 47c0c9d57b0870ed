//! Turns the orders of Cartum online stores into RO App work orders and keeps both in step.

pub mod domain;
pub mod http;
pub mod roapp;
pub mod sandbox;
pub mod secrets;
