//! RO App accounts. `accounts.rs` holds what was set up and how RO App is reached, `leases.rs` says which process works an account,
//! `due.rs` hears that one became due, `pace.rs` hands out the slots for calls, `hooks.rs` is where RO App's webhooks come in.

pub mod accounts;
pub mod due;
pub mod hooks;
pub mod leases;
pub mod pace;
