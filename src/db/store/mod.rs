//! Stores. `stores.rs` and `settings.rs` hold what was set up, `hosts.rs` every address that a store ever had, `names.rs` what rows are
//! called. `polls.rs` has what polling notes, `reading.rs` the reading that a person asked for, `mapping.rs` how settings fit,
//! `catalogue.rs` the store's articles, `audits.rs` the nightly proof, `subscriptions.rs` and `order_hints.rs` its webhooks.

pub mod audits;
pub mod catalogue;
pub mod hosts;
pub mod mapping;
pub mod names;
pub mod order_hints;
pub mod polls;
pub mod reading;
mod settings;
pub mod stores;
pub mod subscriptions;
