//! What is on record about a status that was dealt with.

use crate::domain::ids::{StatusId, StoreStatusId};

/// Which store status was dealt with, and what was written for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppliedStatus {
    /// The store's status.
    pub store: StoreStatusId,
    /// The RO App status that was written; `None` = the current one was kept.
    pub written: Option<StatusId>,
    /// Where the status map led from the store's status; `None` = nowhere, or to the status that the work order was made with.
    /// Only where it leads elsewhere by now is there something to bring in step.
    pub led_to: Option<StatusId>,
}

impl AppliedStatus {
    /// Written as the map has it.
    #[must_use]
    pub fn by_the_map(store: StoreStatusId, target: StatusId) -> Self {
        Self { store, written: Some(target), led_to: Some(target) }
    }

    /// Staff set it in RO App and the store has it from there, whatever the map makes of the store's status.
    #[must_use]
    pub fn is_staffs(&self) -> bool {
        self.written.is_some() && self.written != self.led_to
    }
}
