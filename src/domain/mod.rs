//! The pure part: no async, no clock, no I/O. Everything that decides is here.

pub mod discount;
pub mod fingerprint;
pub mod ids;
pub mod money;
pub mod notes;
pub mod order;
pub mod remote;
#[cfg(test)]
pub(crate) mod samples;
pub mod scope;
pub mod status;
pub mod store;
