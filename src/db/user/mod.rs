//! Who may use the pages.

pub mod sessions;
pub mod users;
