//! The database, divided by subject. Rows are private to their file, and each table is changed in one place only.
//!
//! `account/`, `store/`, `order/`, `link/` and `user/` each hold a main table and what belongs to it; their files are known by their own
//! names. `journal.rs` holds the calls that create something, `write_backs.rs` the statuses on their way to a store,
//! `notices.rs` what a person should know, `dictionary.rs` the names behind ids, `processes.rs` the daemons on this database,
//! `status.rs` the figures of `/status`. Three files touch the tables of all others: `growth.rs` says how much is kept and for
//! how long, `sealed.rs` which key sealed which value, and `clock_back.rs` repairs what waits too long after a clock was set
//! back.
//!
//! `connect.rs` opens and migrates, `transaction.rs` begins a transaction, `presence.rs` ends a command whose database went
//! away, `refusal.rs` says why a database cannot be used, `error.rs` what can go wrong.
//!
//! # Errors
//!
//! The functions here return [`DbError`] when the database fails, or when a row cannot be read or written. Only functions with
//! further errors have a section about them.
#![expect(clippy::missing_errors_doc, reason = "the module docs say once what the functions fail with")]

mod account;
pub mod clock_back;
mod connect;
pub mod dictionary;
mod error;
pub mod growth;
pub mod journal;
mod link;
pub mod notices;
mod order;
mod presence;
pub mod processes;
mod refusal;
pub mod said;
pub mod sealed;
pub mod status;
mod store;
mod transaction;
mod user;
pub mod write_backs;

use self::error::{seconds, to_json, unknown_word};
pub use self::{
    account::{accounts, agenda, due, hooks, leases, look, pace},
    connect::{Database, connect, connect_briefly, connect_to_existing, connect_to_read, glance, migrate},
    error::DbError,
    link::{claims, links, watch, work_orders},
    order::{
        applied, asks, doubles, history, identities, list as order_list, orders, removals, rereads, transitions, work,
    },
    presence::Presence,
    refusal::DatabaseError,
    store::{audits, catalogue, hosts, mapping, names, order_hints, polls, reading, rehearsals, stores, subscriptions},
    transaction::{begin, now},
    user::{changes, sessions, users},
};
