//! The database, one file per subject; rows stay private to their file.
//!
//! `connect.rs` opens and migrates, `presence.rs` ends a command whose database went away, `transaction.rs` begins, `leases.rs` says which process works an account, `due.rs` hears that one became due, `processes.rs`
//! how many each works, `clock_back.rs` fixes what a clock that was set back put off, `accounts.rs` and `stores.rs` hold what
//! was set up, `polls.rs` what polling notes about a store, `hosts.rs` the addresses of stores, `orders.rs` the store orders
//! and their versions, `order_list` lists of them, `rereads.rs` which of them are read again and which are missing, `asks.rs` and `resolve.rs` what a
//! person asked for, `mapping.rs` how settings fit, `dictionary.rs` what people call
//! what ids stand for, `audits.rs` the nightly proof, `removals.rs` what was deleted in RO App,
//! `growth.rs` how much is kept, and for how long, `work.rs`, `applied.rs` and `sent.rs` what the executor does with orders,
//! `watch.rs` what was seen in RO App, `write_backs.rs` statuses on their way to the store, `links.rs`, `claims.rs`,
//! `identities.rs` and `journal.rs` what keeps anything from being made twice, `sealed.rs` which key sealed what,
//! `subscriptions.rs`, `order_hints.rs` and `hooks.rs` the webhooks of stores and of RO App.

pub mod accounts;
pub mod applied;
pub mod asks;
pub mod audits;
pub mod catalogue;
pub mod claims;
pub mod clock_back;
mod conflicts;
mod connect;
pub mod dictionary;
pub mod due;
mod error;
pub mod growth;
pub mod hooks;
pub mod hosts;
pub mod identities;
pub mod journal;
pub mod leases;
pub mod links;
pub mod mapping;
pub mod names;
pub mod notices;
pub mod order_hints;
pub mod order_list;
pub mod orders;
pub mod polls;
mod presence;
pub mod processes;
mod refusal;
pub mod removals;
pub mod rereads;
pub mod resolve;
pub mod sealed;
mod sent;
mod settings;
pub mod status;
pub mod stores;
pub mod subscriptions;
mod transaction;
pub mod watch;
pub mod work;
pub mod work_orders;
pub mod write_backs;

use self::error::{seconds, to_json, unknown_word};
pub use self::{
    connect::{Database, connect, connect_briefly, connect_to_existing, connect_to_look, glance, migrate},
    error::DbError,
    presence::Presence,
    refusal::DatabaseError,
    transaction::begin,
};
