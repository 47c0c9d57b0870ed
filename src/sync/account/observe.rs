//! The watch over RO App (design sections 7 and 8): people's changes are told apart from our own writes, a status is written to the
//! store if the settings say so, and changes that could not be written because the work order was closed or goods were written off
//! are planned again once that is over.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    db::{
        DbError, history, hooks,
        orders::OrderState,
        reading,
        stores::{self, Store},
        transitions,
        watch::{self, Linked},
        work, work_orders, write_backs,
    },
    domain::{
        ids::{StoreId, WorkOrderId},
        remote::{Head, Item},
        store::StoreState,
        watch::{Change, Moved, Replan, may_go_on},
    },
    sync::{
        account::{Account, show::Shown},
        outcome::Halt,
    },
};

/// Work orders whose lines are read in one look, to tell what changed in them; of more, only what their heads show is told.
const MAX_LINES_READ: usize = 40;

/// Where heads come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum Source {
    /// The list of what changed: the lines of what changed unexplained are read.
    Watch,
    /// Each was asked for by itself: as the list, but it never lags behind our own writes.
    Itself,
    /// The verification of what we just wrote.
    Verify,
}

/// What became of what RO App showed.
#[derive(Debug, Default)]
pub(in crate::sync) struct Observed {
    /// Something of it was not known.
    pub(in crate::sync) any: bool,
    /// Work orders whose lines are still to be looked at, since ours waits.
    pub(in crate::sync) lines_due: Vec<WorkOrderId>,
}

impl Account<'_> {
    /// Takes in what RO App shows of linked work orders.
    pub(in crate::sync) async fn observe(&self, heads: &[Head], source: Source) -> Result<Observed, Halt> {
        if heads.is_empty() {
            return Ok(Observed::default());
        }
        let shown = heads.iter().map(|head| (head.id, head.number.as_str()));
        work_orders::keep_numbers(&self.engine.pool, self.id, shown).await?;
        let ids: Vec<_> = heads.iter().map(|head| head.id).collect();
        let linked = watch::linked(&self.engine.pool, self.id, &ids).await?;
        let present = self.present()?;
        let by_id: BTreeMap<_, _> = heads.iter().map(|head| (head.id, head)).collect();
        let (unsettled, moved): (Vec<_>, Vec<_>) = linked
            .into_iter()
            .filter_map(|linked| Some((by_id.get(&linked.work_order).copied()?, linked)))
            .filter(|(head, linked)| !linked.seen.is_known(head, present))
            .partition(|(_, linked)| linked.is_unsettled);
        if source != Source::Verify {
            self.hint_later(&unsettled).await?;
        }
        if moved.is_empty() {
            return Ok(Observed { any: !unsettled.is_empty(), lines_due: Vec::new() });
        }
        let stores = self.stores_of(&moved).await?;
        let (mut lines_read, mut lines_due) = (0, Vec::new());
        for (head, mut linked) in moved {
            let Some(store) = stores.get(&linked.store) else { continue };
            let is_moved = linked.seen.is_moved(head);
            if source == Source::Verify {
                // What differs now may be repaired in a moment; the next look judges it.
                if !is_moved {
                    self.note(store, &linked, head, None).await?;
                }
                continue;
            }
            let fresh;
            let head = if is_moved && source == Source::Watch {
                // Lists may lag behind our own write: only the work order itself tells whether somebody moved it. Deleted, and
                // listed still (contract roapp unknown 29): nobody did that any more.
                match self.show(head.id).await? {
                    Shown::Head(shown) => fresh = *shown,
                    Shown::Nothing => continue,
                    Shown::Unreadable => {
                        self.commit("observe.recheck", |mut tx| async move {
                            hooks::recheck(&mut tx, self.id, head.id).await
                        })
                        .await?;
                        continue;
                    }
                }
                &fresh
            } else {
                head
            };
            let items = if linked.seen.is_known(head, present) || lines_read >= MAX_LINES_READ {
                None
            } else if linked.state == OrderState::Waiting {
                linked.seen.lines_due = true;
                lines_due.push(head.id);
                None
            } else {
                lines_read += 1;
                self.items_of(head.id).await?
            };
            self.agree(&linked, is_moved).await?;
            self.note(store, &linked, head, items.as_deref()).await?;
        }
        Ok(Observed { any: true, lines_due })
    }

    /// What people did may have brought both sides to agree on what is listed as a conflict, or be what the order is held for,
    /// such as a status that RO App refuses to the key: planning again finds out.
    async fn agree(&self, linked: &Linked, is_moved: bool) -> Result<(), DbError> {
        let Some(replan) = Replan::after(linked.state, linked.is_in_conflict, is_moved) else { return Ok(()) };
        self.commit("observe.agree", |mut tx| async move {
            match replan {
                Replan::Held => transitions::wake(&mut tx, &[linked.order], &[OrderState::Held]).await.map(drop),
                Replan::Conflict => transitions::plan_again(&mut tx, linked.order).await,
            }
        })
        .await
    }

    /// What is under way shows itself with its verification. The list is not read so far back again: what people changed
    /// meanwhile is looked at by id, once ours is settled.
    async fn hint_later(&self, unsettled: &[(&Head, Linked)]) -> Result<(), DbError> {
        if unsettled.is_empty() {
            return Ok(());
        }
        self.commit("observe.hint_later", |mut tx| async move {
            for (_, linked) in unsettled {
                hooks::hint(&mut tx, self.id, linked.work_order).await?;
            }
            Ok(())
        })
        .await
    }

    async fn stores_of(&self, moved: &[(&Head, Linked)]) -> Result<BTreeMap<StoreId, Store>, DbError> {
        let wanted: BTreeSet<_> = moved.iter().map(|(_, linked)| linked.store).collect();
        let (all, _) = stores::each(&self.engine.pool, Some(self.id)).await?;
        Ok(all.into_iter().filter(|store| wanted.contains(&store.id)).map(|store| (store.id, store)).collect())
    }

    /// The lines, where they can be read.
    async fn items_of(&self, id: WorkOrderId) -> Result<Option<Vec<Item>>, Halt> {
        match self.roapp()?.items(id).await {
            Ok(items) => Ok(Some(items)),
            Err(error) => self.concerns_it_alone(error).await.map(|()| None),
        }
    }

    /// Notes what people changed, takes a status to the store where the settings say so, and plans again what may go on now.
    async fn note(&self, store: &Store, linked: &Linked, head: &Head, items: Option<&[Item]>) -> Result<(), DbError> {
        self.commit("observe.note", |mut tx| async move {
            // Calls went by since `linked` was read: what was under way then may have arrived. Nothing moves on from here.
            let under_way = write_backs::under_way(&mut tx, linked.order).await?;
            let work = work::load_in(&mut tx, linked.order).await?;
            let mut seen = linked.seen.clone();
            if work.is_as_it_is() {
                // What was there before is nobody's change; its verification notes it.
                return Ok(());
            }
            let changes = seen.take(head, items, &work.applied);
            watch::save_seen(&mut tx, self.id, head.id, &seen).await?;
            if seen.lines_due {
                hooks::recheck(&mut tx, self.id, head.id).await?;
            }
            for change in &changes {
                tracing::info!(store = store.settings.name, order = %linked.number, work_order = %head.id, ?change, "changed in RO App");
                history::add(&mut tx, linked.order, &change.said(head)).await?;
                if let Change::Status { to, .. } = change {
                    let moved = Moved {
                        store: work.store_status,
                        dealt_with: work
                            .written_back
                            .map(|arrived| arrived.status)
                            .or(work.applied.status)
                            .map(|status| status.store),
                        target: store.settings.write_back.get(to).copied(),
                        under_way,
                        is_worked: !work.is_in_doubt
                            && !matches!(work.state, OrderState::Gone | OrderState::Removed | OrderState::Excluded),
                    };
                    match moved.goes_back_from() {
                        Some(from) => {
                            write_backs::want(&mut tx, linked.order, *to, from).await?;
                            if store.failures == 0 && store.state != StoreState::NeedsCredentials {
                                reading::begin_now(&mut tx, store).await?;
                            }
                        }
                        None => write_backs::forget(&mut tx, linked.order).await?,
                    }
                }
            }
            if linked.is_pending && may_go_on(&changes, head, items) {
                transitions::plan_again(&mut tx, linked.order).await?;
            }
            Ok(())
        })
        .await
    }
}
