//! Store orders. `orders.rs` saves what the store says of them, `transitions.rs` alone changes their state, `asks.rs` holds what a person
//! asked of them, `history.rs` what happened to them. `work.rs`, `applied.rs`, `sent.rs` and `conflicts.rs` are what the executor reads
//! and writes, `list/` how they are listed, `rereads.rs` which are read again by number, `removals.rs` what was deleted in RO App,
//! `identities.rs` numbers that came back as other orders.

pub mod applied;
pub mod asks;
mod conflicts;
pub mod history;
pub mod identities;
pub mod list;
pub mod orders;
pub mod removals;
pub mod rereads;
mod sent;
pub mod transitions;
pub mod work;
