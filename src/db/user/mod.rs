//! Who may use the pages.

pub mod changes;
pub mod sessions;
pub mod users;
