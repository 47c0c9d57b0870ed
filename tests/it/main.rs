//! The integration tests: one program, so that they share one Postgres.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod commands;
mod config;
mod database;
mod demo;
mod embedded;
mod execution;
mod health;
mod import;
mod secrets;
mod store_side;
mod support;
mod telemetry;
