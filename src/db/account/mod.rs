//! RO App accounts. `accounts.rs` holds how an account was set up and how well RO App is reached, `leases.rs` which process
//! works on an account, `agenda.rs` what there is to do on one, `look.rs` leases those that are due, `due.rs` listens for accounts
//! that become due, `pace.rs` hands out the slots for calls, `hooks.rs` holds RO App's webhooks.

pub mod accounts;
pub mod agenda;
pub mod due;
pub mod hooks;
pub mod leases;
pub mod look;
pub mod pace;
