//! What the sync is put through: processes killed anywhere, and random histories of everything that can happen.
//!
//! `kills.rs`: SIGKILL at fixed calls of an import, and one of two daemons. `histories.rs` plays and shrinks histories;
//! `action.rs` is what can happen, `draw.rs` draws it, `play.rs` does it, with `shop.rs` and `staff.rs` for edits; `door.rs` is where webhooks
//! come in, `decision.rs` what a person decides, `maps.rs` where statuses lead; `journal.rs` knows what was done, `oracle.rs`, `lines.rs` and `statuses.rs` what must come of it.

mod action;
mod decision;
mod door;
mod draw;
mod found;
mod histories;
mod journal;
mod kills;
mod lines;
mod maps;
mod oracle;
mod play;
mod shop;
mod staff;
mod statuses;
