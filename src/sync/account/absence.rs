//! Work orders that were deleted in RO App vanish from its lists without notice (contract roapp 11). After a store's nightly audit,
//! the work orders of its window are compared with RO App's list: one that is not listed is read by id, and read again after a
//! while before its absence counts. One call at a time, and only while no order is due, so that no order is delayed.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    db::{
        DbError, audits, history,
        leases::Tx,
        names, notices,
        removals::{self, Missed},
        stores, work_orders,
    },
    domain::{
        ids::{AccountId, OrderId, StoreId, WorkOrderId},
        missing::{Among, REMOVED},
        notice::{Plain, Topic},
        said::Said,
        scope,
    },
    http::Verdict,
    sync::{
        account::{Account, show::Shown},
        outcome::Halt,
    },
};

/// The notice about many work orders that are missing at once.
pub(in crate::sync) const TOPIC: Topic = Topic::Plain(Plain::Removed);
/// Pages of RO App's list at most: 50,000 work orders. What is not listed by then is read by id.
const MAX_PAGES: u64 = 1_000;
/// So many others are asked for before one that is missing is believed to be deleted; staff may have deleted a few together.
const ASKED_AS_WELL: i64 = 3;
/// A work order whose absence is not believed is looked for again after so many recovery waits: 5 minutes.
pub(in crate::sync) const NOT_BELIEVED: u32 = 10;

/// A look for the deleted work orders of one store.
#[derive(Debug)]
pub(in crate::sync) struct Search {
    account: AccountId,
    store: StoreId,
    asked_at: DateTime<Utc>,
    /// Start of the window.
    from: DateTime<Utc>,
    /// The next page of the list; `None` once it is read.
    page: Option<u64>,
    /// The highest id that was listed.
    newest: Option<WorkOrderId>,
    /// How many there should be.
    linked: usize,
    /// Those that have not been seen yet.
    unseen: BTreeMap<WorkOrderId, OrderId>,
    /// Those that RO App does not have.
    missing: Vec<OrderId>,
}

impl Account<'_> {
    /// Makes the next call of a look for deleted work orders; false when there is none to make.
    pub(in crate::sync) async fn search_for_removed(&self) -> Result<bool, Halt> {
        if self.is_given_up() {
            return Ok(false);
        }
        if let Some(missed) = removals::to_confirm(&self.engine.pool, self.id).await? {
            self.prepare().await?;
            self.confirm_removed(missed).await?;
            return Ok(true);
        }
        let search = match self.memory(|memory| memory.search.take()) {
            Some(search) => Some(search),
            None => self.begin_search().await?,
        };
        let Some(mut search) = search else { return Ok(false) };
        self.prepare().await?;
        if let Some(page) = search.page {
            self.list_page(&mut search, page).await?;
        } else if let Some((id, order)) = search.unseen.pop_first() {
            if !self.has(id).await? {
                search.missing.push(order);
            }
            if Among::of(search.linked).is_sudden(search.missing.len()) {
                search.unseen.clear();
            }
        } else {
            self.conclude_search(search).await?;
            return Ok(true);
        }
        self.memory(|memory| memory.search = Some(search));
        Ok(true)
    }

    /// A look for deleted work orders goes on.
    pub(in crate::sync) fn is_searching(&self) -> bool {
        self.memory(|memory| memory.search.is_some())
    }

    async fn begin_search(&self) -> Result<Option<Search>, DbError> {
        let pool = &self.engine.pool;
        let Some((store, asked_at)) = audits::to_search(pool, self.id).await? else { return Ok(None) };
        let Some(store) = stores::get(pool, store).await? else { return Ok(None) };
        let Some(from) = store.window_from else { return Ok(None) };
        let unseen = removals::linked(pool, store.id, from).await?;
        Ok(Some(Search {
            account: store.account,
            store: store.id,
            asked_at,
            from: scope::to_utc(from, store.settings.time_zone),
            page: (!unseen.is_empty()).then_some(1),
            newest: None,
            linked: unseen.len(),
            unseen,
            missing: Vec::new(),
        }))
    }

    /// Takes a page of the list in. Rows shift while pages are read; what slips through is read by id.
    async fn list_page(&self, search: &mut Search, page: u64) -> Result<(), Halt> {
        let (heads, pages) = match self.roapp()?.orders_made_since(search.from, page).await {
            Ok(answer) => answer,
            // RO App does not take the question: each work order is read by itself.
            Err(error) if error.verdict() == Verdict::Never => (Vec::new(), Some(0)),
            Err(error) => return Err(Halt::of(error)),
        };
        let newest = heads.iter().map(|head| head.id).max();
        let brought_new = newest > search.newest;
        search.newest = search.newest.max(newest);
        for head in &heads {
            search.unseen.remove(&head.id);
        }
        let is_last = pages.map_or(!brought_new, |pages| page >= pages) || page >= MAX_PAGES;
        search.page = (!is_last && !search.unseen.is_empty()).then_some(page + 1);
        Ok(())
    }

    /// Whether RO App has a work order; also where it does not say so of this one alone.
    async fn has(&self, id: WorkOrderId) -> Result<bool, Halt> {
        Ok(!matches!(self.show(id).await?, Shown::Nothing))
    }

    /// Whether a work order counts as deleted that was missed twice. An RO App that answers wrongly for a while misses many at
    /// once, or each that it is asked for (invariant 9): then it is one notice, and what is still missing after an hour counts.
    pub(in crate::sync) async fn is_removal_believed(&self, store: StoreId, missed: WorkOrderId) -> Result<bool, Halt> {
        let lost = removals::lost_lately(&self.engine.pool, self.id).await?;
        let what = if Among::of(lost.linked).is_sudden(lost.missing) {
            Said::new("many-lost-lately").with("missing", lost.missing).with("linked", lost.linked)
        } else if !self.shows_another(missed).await? {
            Said::new("all-lost")
        } else {
            return Ok(true);
        };
        let (what, name) = (&what, &names::store(&self.engine.pool, store).await?);
        self.commit("absence.is_removal_believed", |mut tx| async move {
            if notices::raise(&mut tx, self.id, Some(store), &TOPIC, what).await? {
                tracing::warn!(store = name, text = %what, "store notice raised");
            }
            Ok(())
        })
        .await?;
        Ok(false)
    }

    /// RO App shows one of the work orders that it had last; true where there is none to ask for.
    async fn shows_another(&self, missed: WorkOrderId) -> Result<bool, Halt> {
        let others = removals::last_seen(&self.engine.pool, self.id, missed, ASKED_AS_WELL).await?;
        for id in &others {
            if self.has(*id).await? {
                return Ok(true);
            }
        }
        Ok(others.is_empty())
    }

    /// What is missing is looked for again later; many at once are one notice, and none of them is believed (invariant 9).
    async fn conclude_search(&self, search: Search) -> Result<(), Halt> {
        let (name, wait) =
            (names::store(&self.engine.pool, search.store).await?, self.engine.settings.roapp.recovery_wait);
        self.commit("absence.conclude_search", |tx| search.conclude(tx, &name, wait)).await?;
        let Search { linked, missing, .. } = &search;
        tracing::debug!(store = name, linked, missing = missing.len(), "looked for deleted work orders");
        Ok(())
    }

    /// The second look at a work order that was missing.
    async fn confirm_removed(&self, missed: Missed) -> Result<(), Halt> {
        let is_there = self.has(missed.work_order).await?;
        let wait = self.engine.settings.roapp.recovery_wait;
        if !is_there {
            self.commit("absence.missed_twice", |mut tx| async move {
                work_orders::missing(&mut tx, self.id, missed.work_order, wait).await
            })
            .await?;
        }
        let is_believed = is_there || self.is_removal_believed(missed.store, missed.work_order).await?;
        let missed = &missed;
        self.commit("absence.confirm_removed", |mut tx| async move {
            if is_there {
                work_orders::found(&mut tx, self.id, missed.work_order).await?;
                removals::found(&mut tx, missed.order).await
            } else if is_believed {
                park_removed(tx, missed).await
            } else {
                removals::missed(&mut tx, &[missed.order], wait * NOT_BELIEVED).await
            }
        })
        .await?;
        Ok(())
    }
}

impl Search {
    async fn conclude(&self, mut tx: Tx, store_name: &str, wait: Duration) -> Result<(), DbError> {
        audits::searched_for_removed(&mut tx, self.store, self.asked_at).await?;
        if !Among::of(self.linked).is_sudden(self.missing.len()) {
            notices::clear(&mut tx, self.account, Some(self.store), &TOPIC).await?;
            return removals::missed(&mut tx, &self.missing, wait).await;
        }
        let what = Said::new("many-lost").with("missing", self.missing.len()).with("linked", self.linked);
        if notices::raise(&mut tx, self.account, Some(self.store), &TOPIC, &what).await? {
            tracing::warn!(store = store_name, text = %what, "store notice raised");
        }
        Ok(())
    }
}

/// An order whose work order was deleted comes to rest.
async fn park_removed(mut tx: Tx, missed: &Missed) -> Result<(), DbError> {
    if removals::removed(&mut tx, missed, &REMOVED).await? {
        let what = Said::new("removed").with("work_order", missed.work_order);
        history::add(&mut tx, missed.order, &what).await?;
        tracing::info!(order = %missed.number, work_order = %missed.work_order, "deleted in RO App; order parked");
    }
    Ok(())
}
