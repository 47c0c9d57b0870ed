//! Our markers in RO App (invariant 3). A process that takes over an account first adopts unknown work orders that carry our
//! marker: after a crash, after a restored backup, or after another process worked on the account. Later it checks again before
//! anything is created. A marker is a claim that is examined together with its order: one copied work order casts doubt only on
//! itself, while several that a second program must have created stop creating for their store.

use std::collections::BTreeMap;

use tracing::Instrument;

use crate::{
    db::{
        DbError,
        claims::{self, Claim},
        hosts, journal,
        leases::Tx,
        names, notices, rereads, stores, work, work_orders,
    },
    domain::{
        ids::{OrderId, StoreId, WorkOrderId},
        marker::Marker,
        notice::{Plain, Topic},
        remote::Head,
        said::{Said, Value},
        store::StoreState,
    },
    sync::account::Account,
};

/// So many orders must show a second program before creating stops.
const SIGNS: usize = 2;
/// Work orders that a text names at most.
const MAX_NAMED: usize = 5;

/// Why work orders came into sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum Sight {
    /// They changed lately.
    Change,
    /// This process did not know the account before, or this database the store: they may have been made in its past.
    Past,
}

/// The markers that work orders carry.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::sync) struct Marks {
    /// Some carry one of ours and are not linked with its order, or claimed to be one's.
    pub(in crate::sync) any: bool,
    /// That stopped creating for a store.
    pub(in crate::sync) stopped: bool,
}

impl Account<'_> {
    /// Keeps which work orders carry a marker of ours and are not linked with its order; what becomes of them is judged when
    /// the order is worked.
    pub(in crate::sync) async fn note_markers(&self, heads: &[Head], sight: Sight) -> Result<Marks, DbError> {
        if heads.is_empty() {
            return Ok(Marks::default());
        }
        let ids: Vec<_> = heads.iter().map(|head| head.id).collect();
        let are_claimed = self.end_claims(heads, &ids).await?;
        let known = work_orders::linked_of(&self.engine.pool, self.id, &ids).await?;
        let unknown: Vec<_> = heads.iter().filter(|head| !known.contains(&head.id)).collect();
        let marked: Vec<_> = unknown.into_iter().filter_map(|head| Some((head, ours(head)?))).collect();
        if marked.is_empty() {
            return Ok(Marks { any: are_claimed, stopped: false });
        }
        let of_hosts: BTreeMap<_, _> = hosts::of_markers(&self.engine.pool, self.id).await?.into_iter().collect();
        let mut stopped = false;
        for (head, marker) in marked {
            if let Some(store) = of_hosts.get(&marker.host).copied() {
                if self.is_being_made((store, marker.number)) {
                    continue;
                }
                let (name, number, id) = (names::store(&self.engine.pool, store).await?, marker.number, head.id);
                let span = tracing::error_span!("order", store = name, order = %number, work_order = id.get());
                let note = |tx| self.note_marker(tx, head, (store, &marker), sight == Sight::Past);
                stopped |= self.commit("marks.note_marker", note).instrument(span).await?;
            }
        }
        Ok(Marks { any: true, stopped })
    }

    /// Ends the claims of work orders that claimed to be an order's and carry its marker no more; whether any claim to be one's.
    async fn end_claims(&self, heads: &[Head], ids: &[WorkOrderId]) -> Result<bool, DbError> {
        let claims = claims::among(&self.engine.pool, self.id, ids).await?;
        for claim in &claims {
            let Some(head) = heads.iter().find(|head| head.id == claim.work_order) else { continue };
            let is_it = |marker: &Marker| marker.number == claim.number && marker.generation == claim.generation;
            if !Marker::find_all(&head.manager_notes).iter().any(is_it) {
                self.claim_is_over(claim).await?;
            }
        }
        Ok(!claims.is_empty())
    }

    async fn note_marker(
        &self,
        mut tx: Tx,
        head: &Head,
        (store, &Marker { number, generation, .. }): (StoreId, &Marker),
        is_expected: bool,
    ) -> Result<bool, DbError> {
        let id = head.id;
        let known = rereads::known(&mut tx, store, &[number]).await?.remove(&number);
        let current = known.as_ref().map_or(1, |known| known.generation);
        if generation < current {
            // Of an order that had the number before: its work orders are left alone, and so are their copies.
            return Ok(false);
        }
        let linked = work_orders::linked(&mut tx, store, number).await?.filter(|_| generation == current);
        if linked == Some(id) {
            // Linked since it was looked up.
            return Ok(false);
        }
        let order = known.filter(|_| generation == current).map(|known| known.id);
        // A copy that staff make is younger than what it is a copy of, and nobody but a program knows the marker of an order
        // that has no work order yet.
        let strange = match (linked, order) {
            _ if is_expected => false,
            (Some(linked), Some(order)) => id < linked && self.is_written_by_us(&mut tx, order, head).await?,
            (None, Some(_)) => !journal::was_sent(&mut tx, store, number).await?,
            (_, None) => false,
        };
        let claim = Claim { work_order: id, store, number, generation, expected: is_expected };
        let is_new = claims::note(&mut tx, self.id, &claim, strange).await?;
        if let Some(linked) = linked {
            let what = Said::new("double").with("work_order", head.number.as_str()).with("id", id.get());
            let what = what.with("number", number.get()).with("linked", linked);
            if notices::raise(&mut tx, self.id, Some(store), &Topic::Double(id), &what).await? {
                tracing::warn!(%linked, "a work order carries the marker of an order that is linked to another work order");
            }
        } else if is_new {
            tracing::info!(
                "a work order carries the marker of an order that has no work order; it is examined with the order"
            );
            if is_expected {
                claims::work_again(&mut tx, &claim).await?;
            }
        }
        Ok(is_new && strange && self.stop_creating(&mut tx, store).await?)
    }

    /// The work order has the very texts that we wrote for the order.
    async fn is_written_by_us(
        &self,
        tx: &mut sqlx::PgTransaction<'_>,
        order: OrderId,
        head: &Head,
    ) -> Result<bool, DbError> {
        let applied = work::load_in(tx, order).await?.applied;
        Ok(applied.head.is_some_and(|ours| {
            ours.malfunction.trim() == head.malfunction.trim() && ours.manager_notes.trim() == head.manager_notes.trim()
        }))
    }

    /// Pauses a store for which a second program makes work orders, as several of them show: true when it does.
    pub(in crate::sync) async fn stop_creating(
        &self,
        tx: &mut sqlx::PgTransaction<'_>,
        store: StoreId,
    ) -> Result<bool, DbError> {
        let signs = claims::strange(tx, store).await?;
        if signs.len() < SIGNS {
            return Ok(false);
        }
        let told = signs.iter().take(MAX_NAMED).map(|(work_order, number)| {
            Said::new("work-order-of").with("work_order", work_order.get()).with("number", number.get())
        });
        let what = Said::new("stranger").with("count", signs.len()).with("ids", told.collect::<Value>());
        let Some(paused) = stores::get(&self.engine.pool, store).await? else { return Ok(false) };
        if !paused.state.is_worked() {
            return Ok(false);
        }
        stores::set_state(tx, store, StoreState::Paused, &what).await?;
        notices::raise(tx, self.id, Some(store), &Plain::Stranger.into(), &what).await?;
        tracing::error!("another program creates work orders for the store; the daemon stopped creating them");
        Ok(true)
    }
}

/// The marker of a work order. A text of ours ends with it; staff's may quote others.
fn ours(head: &Head) -> Option<Marker> {
    match Marker::find_all(&head.manager_notes).as_slice() {
        [marker] => Some(marker.clone()),
        _ => None,
    }
}
