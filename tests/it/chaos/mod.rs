//! What the sync is put through: processes killed anywhere, and random histories of everything that can happen.
//!
//! `kills.rs`: SIGKILL at fixed calls of an import, and one of two daemons.

mod kills;
