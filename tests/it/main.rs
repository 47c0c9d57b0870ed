//! The integration tests: one program, so that they share one Postgres.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod asks;
mod audit;
mod backups;
mod beyond_measure;
mod both_ways;
mod chaos;
mod commands;
mod config;
mod conflicts;
mod copies;
mod database;
mod demo;
mod edits;
mod embedded;
mod execution;
mod find;
mod health;
mod hooks;
mod import;
mod lists;
mod managers;
mod mapping;
mod one_account;
mod operations;
mod outages;
mod people;
mod percentages;
mod refusals;
mod secrets;
mod shared_contact;
mod statuses;
mod store_side;
mod support;
mod telemetry;
mod versions;
