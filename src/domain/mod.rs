//! The pure part: no async, no clock, no I/O. Every decision is made here.

pub mod buyer;
pub mod claim;
pub mod dictionary;
pub mod directory;
pub mod discount;
pub mod discreet;
#[cfg(test)]
pub(crate) mod effort;
pub mod fingerprint;
pub mod host;
pub mod identity;
pub mod ids;
pub mod likeness;
pub mod managers;
pub mod marker;
pub mod matching;
pub mod missing;
pub mod moment;
pub mod money;
pub mod name;
pub mod night;
pub mod notes;
pub mod notice;
pub mod order;
pub mod order_state;
pub mod person;
pub mod phone;
pub mod phone_field;
pub mod plain;
pub mod plainer;
pub mod plan;
pub mod product;
pub mod proof;
pub mod recovery;
pub mod remote;
pub mod retry;
pub mod said;
#[cfg(test)]
pub(crate) mod samples;
pub mod scope;
pub mod status;
pub mod store;
pub mod text;
pub mod watch;
pub mod words;
pub mod zone;
