//! Store orders. `orders.rs` saves what the store says about them, `transitions.rs` alone changes their state, `asks.rs` holds
//! what a person asked for them, `history.rs` what happened to them. The executor reads and writes `work.rs`, `applied.rs`,
//! `sent.rs` and `conflicts.rs`. `list/` lists orders, `rereads.rs` says which are read again by number, `removals.rs` holds
//! work orders deleted in RO App, `identities.rs` numbers that came back as other orders, `doubles.rs` orders that RO App may have without our marker.

pub mod applied;
pub mod asks;
mod conflicts;
pub mod doubles;
pub mod history;
pub mod identities;
pub mod list;
pub mod orders;
pub mod removals;
pub mod rereads;
mod sent;
pub mod transitions;
pub mod work;
