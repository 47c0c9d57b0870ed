//! How daemons are run: several at once, stopped and killed, without their database, only to look.

mod audit;
mod container;
mod database;
mod logs;
mod processes;
mod read_only;
mod status;
