//! A database that is away is told of once, and once when it answers again, however many parts notice it.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::db::DbError;

/// Whether the database is known to be away.
#[derive(Debug, Default)]
pub(super) struct Outage {
    told: AtomicBool,
}

impl Outage {
    /// A statement failed.
    pub(super) fn missed(&self, error: &DbError) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(error = error as &dyn std::error::Error, "the database is away; trying until it answers");
        }
    }

    /// A statement succeeded.
    pub(super) fn answered(&self) {
        if self.told.load(Ordering::Relaxed) && self.told.swap(false, Ordering::Relaxed) {
            tracing::info!("the database answers again");
        }
    }
}
