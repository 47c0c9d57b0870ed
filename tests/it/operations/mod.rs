//! How daemons are run: several at once, stopped and killed, without their database, only to look.

mod audit;
mod container;
pub(crate) mod database;
mod embedded;
mod logs;
mod processes;
mod read_only;
pub(crate) mod status;
mod stores;
mod strangers;
mod write_back;
