//! What has been learned about how RO App serves an account: which filter by client it knows, and whether the older,
//! un-versioned paths still answer (contract roapp 0 and unknown 5).

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use super::{RoApp, RoAppError, call::Call};

/// The possible names of the filter by client; [`Memory`] refers to them by index.
pub(super) const CLIENT_FILTERS: [&str; 2] = ["clients_ids", "client_ids"];

const GONE: u8 = 1;
const ANSWERS: u8 = 2;

/// What is known of an account's dialect, as long as the process runs; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Dialect(Arc<Memory>);

#[derive(Debug, Default)]
struct Memory {
    /// 0 = not known yet.
    older: AtomicU8,
    /// The index of the filter to try first.
    client_filter: AtomicU8,
}

impl Dialect {
    pub(super) fn note_older(&self, answers: bool) {
        self.0.older.store(if answers { ANSWERS } else { GONE }, Ordering::Relaxed);
    }

    /// The names of the filter by client, the one that worked last first.
    pub(super) fn client_filters(&self) -> [&'static str; 2] {
        let mut filters = CLIENT_FILTERS;
        filters.rotate_left(usize::from(self.0.client_filter.load(Ordering::Relaxed)) % CLIENT_FILTERS.len());
        filters
    }

    pub(super) fn note_client_filter(&self, filter: &str) {
        let place = CLIENT_FILTERS.iter().position(|known| *known == filter).unwrap_or_default();
        self.0.client_filter.store(u8::try_from(place).unwrap_or_default(), Ordering::Relaxed);
    }
}

impl RoApp {
    /// Whether the un-versioned paths answered when they were last tried; `None` before that.
    #[must_use]
    pub fn older_api(&self) -> Option<bool> {
        match self.0.options.dialect.0.older.load(Ordering::Relaxed) {
            GONE => Some(false),
            ANSWERS => Some(true),
            _ => None,
        }
    }

    /// Tries one read of an un-versioned path; false if RO App no longer has it. A list without rows is still answered, so 404
    /// and 410 are about the path.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn older_api_answers(&self) -> Result<bool, RoAppError> {
        let answers = match self.send(&Call::get("/products/").with("ids[]", "1")).await {
            Ok(_) => true,
            Err(error) if error.is_older_path_gone() => false,
            Err(error) => return Err(error),
        };
        self.0.options.dialect.note_older(answers);
        Ok(answers)
    }
}
