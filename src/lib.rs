//! Turns the orders of Cartum online stores into RO App work orders and keeps both in step.

pub mod app;
pub mod cartum;
pub mod check;
pub mod cli;
pub mod clients;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod embedded;
pub mod hook_url;
pub mod http;
pub mod lifecycle;
pub mod roapp;
pub mod sandbox;
pub mod secrets;
pub mod setup;
pub mod sync;
pub mod telemetry;
pub mod web;
