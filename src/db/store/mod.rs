//! Stores. `stores.rs` and `settings.rs` hold how a store was set up, `hosts.rs` every address that it ever had, `names.rs` the
//! names of rows for logs, `polls.rs` the state of polls and imports, `reading.rs` the reading that a person asked for,
//! `mapping.rs` how well settings match both sides, `catalogue.rs` the store's articles, `audits.rs` the nightly audit, `rehearsals.rs` what an import would do,
//! `subscriptions.rs` and `order_hints.rs` its webhooks.

pub mod audits;
pub mod catalogue;
pub mod hosts;
pub mod mapping;
pub mod names;
pub mod order_hints;
pub mod polls;
pub mod reading;
pub mod rehearsals;
mod settings;
pub mod stores;
pub mod subscriptions;
