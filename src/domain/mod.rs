//! The pure part: no async, no clock, no I/O. Everything that decides is here.

pub mod discount;
pub mod ids;
pub mod money;
pub mod order;
pub mod remote;
pub mod store;
