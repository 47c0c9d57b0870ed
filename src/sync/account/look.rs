//! The look at RO App before work orders are made: another copy of this program may have made them, or this one, before its database
//! was set up anew (invariant 1). One look serves all orders of a batch: the watch before it, else the first order that needs one.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{
    db::{
        polls,
        stores::{self, Store},
    },
    domain::{
        ids::{PersonId, StoreId, WorkOrderId},
        marker::Marker,
        remote::Head,
        scope,
    },
    sync::{
        account::{Account, alone::Alone, made_since, marks::Sight, watch::OVERLAP},
        outcome::{Outcome, Run},
    },
};

/// Work orders that carried markers when RO App was looked at.
pub(super) type Marked = Vec<(WorkOrderId, Vec<Marker>)>;

impl Account<'_> {
    /// RO App was looked at since the batch began.
    pub(super) fn keep_look(&self, heads: &[Head]) {
        self.memory(|memory| {
            memory.marked.get_or_insert_default();
        });
        self.add_to_look(heads);
    }

    /// Keeps which of these work orders carry markers, where RO App was looked at before.
    pub(in crate::sync) fn add_to_look(&self, heads: &[Head]) {
        let marked = heads.iter().map(|head| (head.id, Marker::find_all(&head.manager_notes)));
        let marked = marked.filter(|(_, markers)| !markers.is_empty());
        self.memory(|memory| memory.marked.as_mut().map(|known| known.extend(marked)));
    }

    /// The work orders in RO App that carry the marker of an order of this store, which has none yet. `client` is the order's, which
    /// was placed at `placed_at`.
    ///
    /// # Errors
    /// When RO App cannot be asked; [`Outcome::anew`] where the look stopped creating for a store.
    pub(in crate::sync) async fn carriers(
        &self,
        store: &Store,
        marker: &Marker,
        (client, placed_at): (PersonId, DateTime<Utc>),
    ) -> Run<Vec<WorkOrderId>> {
        let _alone = self.alone(Alone::Look).await?;
        if self.memory(|memory| memory.marked.is_none()) {
            let heads = match self.roapp()?.orders_modified_since(self.read_up_to() - OVERLAP).await {
                Ok(heads) => heads,
                Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
            };
            let marks = self.note_markers(&heads, Sight::Change).await?;
            self.keep_look(&heads);
            if marks.stopped {
                return Err(Outcome::anew());
            }
        }
        if !store.looked_back && !self.look_back(store.id).await? {
            // What changed since the window began cannot be read, or is too much: the order's client is looked at alone.
            let made = made_since(placed_at.min(self.engine.clock.now()));
            match self.roapp()?.orders_of_client(client, made).await {
                Ok(heads) => self.add_to_look(&heads),
                Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
            }
        }
        let carry = |(id, markers): &(WorkOrderId, Vec<Marker>)| markers.contains(marker).then_some(*id);
        Ok(self.memory(|memory| memory.marked.iter().flatten().filter_map(carry).collect()))
    }

    /// Reads what changed in RO App since the store's window began, once, before its first work order is made. The store may have been
    /// connected before, and the database lost. False where that cannot be read: it is not tried again in this session.
    async fn look_back(&self, store: StoreId) -> Run<bool> {
        // Another order of the store may have looked meanwhile.
        let now = stores::get(&self.engine.pool, store).await?.filter(|store| !store.looked_back);
        let Some((store, from)) = now.and_then(|store| store.window_from.map(|from| (store, from))) else {
            return Ok(true);
        };
        if self.memory(|memory| memory.no_look_back) {
            return Ok(false);
        }
        let from = made_since(scope::to_utc(from, store.settings.time_zone));
        let Some(mut heads) = self.spared(self.roapp()?.orders_modified_since(from).await).await? else {
            self.memory(|memory| memory.no_look_back = true);
            return Ok(false);
        };
        heads
            .retain(|head| Marker::find_all(&head.manager_notes).iter().any(|marker| marker.host == store.marker_host));
        self.note_markers(&heads, Sight::Past).await?;
        self.add_to_look(&heads);
        self.commit("look.back", |mut tx| async move { polls::looked_back(&mut tx, store.id).await }).await?;
        Ok(true)
    }
}
