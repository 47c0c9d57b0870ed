//! The database, cut by what its tables are about; rows stay private to their file, and each table is changed in one place only.
//!
//! `account/`, `store/`, `order/` and `link/` hold a table each and what belongs to it; their files are known by their own names.
//! `journal.rs` has the calls that make something, `write_backs.rs` statuses on their way to a store, `notices.rs` what a person should
//! know, `dictionary.rs` what people call what ids stand for, `processes.rs` who works on this database, `status.rs` how it all is.
//! Three touch the tables of all others: `growth.rs` says how much is kept, and for how long, `sealed.rs` which key sealed what, and
//! `clock_back.rs` fixes what a clock that was set back put off.
//!
//! `connect.rs` opens and migrates, `transaction.rs` begins, `presence.rs` ends a command whose database went away, `refusal.rs` says why
//! a database cannot be used, `error.rs` what can go wrong.

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
pub mod sealed;
pub mod status;
mod store;
mod transaction;
pub mod write_backs;

use self::error::{seconds, to_json, unknown_word};
pub use self::{
    account::{accounts, due, hooks, leases, pace},
    connect::{Database, connect, connect_briefly, connect_to_existing, connect_to_look, glance, migrate},
    error::DbError,
    link::{claims, links, watch, work_orders},
    order::{applied, asks, history, identities, list as order_list, orders, removals, rereads, transitions, work},
    presence::Presence,
    refusal::DatabaseError,
    store::{audits, catalogue, hosts, mapping, names, order_hints, polls, reading, stores, subscriptions},
    transaction::{begin, now},
};
