//! The pure part: no async, no clock, no I/O. Everything that decides is here.

pub mod ids;
pub mod marker;
pub mod matching;
pub mod name;
pub mod order;
pub mod phone;
pub mod remote;
pub mod store;
pub mod text;
