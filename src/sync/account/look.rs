//! The look at RO App before work orders are made: another copy of this program may have made them, or this one, before its database
//! was set up anew (invariant 1). One look serves all orders of a batch: the watch before it, else the first order that needs one.

use std::time::Duration;

use crate::{
    db::{polls, stores::Store},
    domain::{ids::WorkOrderId, marker::Marker, remote::Head, scope},
    roapp::RoAppError,
    sync::{
        account::{Account, alone::Alone, made_since, marks::Sight, watch::OVERLAP},
        outcome::{Outcome, Run},
    },
};

/// Work orders that carried a marker when RO App was looked at, with their notes.
pub(super) type Marked = Vec<(WorkOrderId, String)>;

impl Account<'_> {
    /// A batch begins: what was seen before is too old to go by.
    pub(in crate::sync) fn forget_look(&self) {
        self.memory(|memory| {
            (memory.marked, memory.people_read, memory.ahead) = (None, false, None);
        });
    }

    /// Keeps which of these work orders carry markers.
    pub(super) fn keep_look(&self, heads: &[Head]) {
        let marked = heads.iter().filter(|head| !Marker::find_all(&head.manager_notes).is_empty());
        let marked = marked.map(|head| (head.id, head.manager_notes.clone()));
        self.memory(|memory| memory.marked.get_or_insert_default().extend(marked));
    }

    /// The work orders in RO App that carry the marker of an order of this store, which has none yet.
    ///
    /// # Errors
    /// When RO App cannot be asked; [`Outcome::anew`] where the look stopped creating for a store.
    pub(in crate::sync) async fn carriers(&self, store: &Store, marker: &Marker) -> Run<Vec<WorkOrderId>> {
        let _alone = self.alone(Alone::Look).await?;
        if self.memory(|memory| memory.marked.is_none()) {
            let heads = match self.roapp()?.orders_modified_since(self.read_up_to() - OVERLAP).await {
                Ok(heads) => heads,
                Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
            };
            let stopped = self.note_markers(&heads, Sight::Change).await?;
            self.keep_look(&heads);
            if stopped {
                return Err(Outcome::anew());
            }
        }
        if !store.looked_back {
            self.look_back(store).await?;
        }
        let carry = |(id, notes): &(WorkOrderId, String)| marker.is_in(notes).then_some(*id);
        Ok(self.memory(|memory| memory.marked.iter().flatten().filter_map(carry).collect()))
    }

    /// Reads what changed in RO App since the store's window began, once, before its first work order is made. The store may have been
    /// connected before, and the database lost.
    async fn look_back(&self, store: &Store) -> Run {
        let Some(from) = store.window_from else { return Ok(()) };
        let from = made_since(scope::to_utc(from, store.settings.time_zone));
        let mut heads = match self.roapp()?.orders_modified_since(from).await {
            Ok(heads) => heads,
            Err(error @ RoAppError::Endless { .. }) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "too many work orders to search them for those of an earlier database");
                Vec::new()
            }
            Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
        };
        heads
            .retain(|head| Marker::find_all(&head.manager_notes).iter().any(|marker| marker.host == store.marker_host));
        self.note_markers(&heads, Sight::Past).await?;
        self.keep_look(&heads);
        self.commit("look.back", |mut tx| async move { polls::looked_back(&mut tx, store.id).await }).await?;
        Ok(())
    }
}
