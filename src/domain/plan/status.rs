//! What is recorded about a status that has been handled.

use std::collections::BTreeMap;

use crate::domain::{
    ids::{StatusId, StoreStatusId},
    status,
    store::MappedStatus,
};

/// Which store status was dealt with, and what was written for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppliedStatus {
    /// The store's status.
    pub store: StoreStatusId,
    /// The RO App status that was written; `None` = the current one was kept.
    pub written: Option<StatusId>,
    /// The RO App status that was kept; `None` = the one that the work order was made with, where none was written. What
    /// differs from it later was set by staff.
    pub kept: Option<StatusId>,
    /// Where the status map led from the store's status; `None` = nowhere, or to the status that the work order was made with.
    /// Only where it leads elsewhere by now is there something to bring in step.
    pub led_to: Option<StatusId>,
}

impl AppliedStatus {
    /// Written as the map has it.
    #[must_use]
    pub fn by_the_map(store: StoreStatusId, target: StatusId) -> Self {
        Self { store, written: Some(target), kept: None, led_to: Some(target) }
    }

    /// The store took it from RO App: where the map leads from the store's status, as `initial` is for the work order.
    #[must_use]
    pub fn arrived(self, map: &BTreeMap<StoreStatusId, MappedStatus>, initial: Option<StatusId>) -> Self {
        Self { led_to: status::target(map, self.store).status(initial), ..self }
    }

    /// The RO App status that the work order had then; `None` = the one that it was made with.
    #[must_use]
    pub fn left(&self) -> Option<StatusId> {
        self.written.or(self.kept)
    }

    /// Staff set it in RO App and the store has it from there, whatever the map makes of the store's status.
    #[must_use]
    pub fn is_staffs(&self) -> bool {
        self.written.is_some() && self.written != self.led_to
    }
}
