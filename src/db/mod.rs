//! The database, one file per subject; rows stay private to their file.
//!
//! `connect.rs` opens and migrates, `leases.rs` says which process works an account, `accounts.rs` and `stores.rs` hold what
//! was set up, `polls.rs` what polling notes about a store, `hosts.rs` the addresses of stores, `orders.rs` the store orders and their versions, `rereads.rs` which of them are read again and which are missing, `work.rs` what the
//! executor does with them, `links.rs` and `journal.rs` what keeps anything from being made twice.

pub mod accounts;
pub mod catalogue;
mod connect;
mod error;
pub mod hosts;
pub mod journal;
pub mod leases;
pub mod links;
pub mod notices;
pub mod orders;
pub mod polls;
mod refusal;
pub mod rereads;
mod settings;
pub mod stores;
pub mod work;
pub mod work_orders;

use self::error::seconds;
pub use self::{
    connect::{Database, connect, migrate},
    error::DbError,
    refusal::DatabaseError,
};
