//! The status that an order type gives a new work order. RO App need not say so in its answer (contract roapp 3): then one work order is
//! read back, and those that follow are taken to be made with the same status.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    domain::ids::{OrderTypeId, StatusId},
    sync::account::Account,
};

/// How long the status of a type counts as known: staff may change it.
const KNOWN_FOR: Duration = Duration::from_hours(1);

impl Account<'_> {
    /// The status of a new work order of this type, where one was read back lately.
    pub(in crate::sync) fn initial_status_of(&self, order_type: OrderTypeId) -> Option<StatusId> {
        let known = self.seen(|seen| seen.initial_statuses.get(&order_type).copied());
        known.filter(|(_, since)| since.elapsed() < KNOWN_FOR).map(|(status, _)| status)
    }

    /// A new work order of this type was read back.
    pub(in crate::sync) fn learn_initial_status(&self, order_type: OrderTypeId, status: StatusId) {
        self.seen(|seen| seen.initial_statuses.insert(order_type, (status, Instant::now())));
    }

    /// A new work order of this type shows a status that nobody of us gave it: the next one is read back.
    pub(in crate::sync) fn doubt_initial_status(&self, order_type: OrderTypeId) {
        self.seen(|seen| seen.initial_statuses.remove(&order_type));
    }
}
