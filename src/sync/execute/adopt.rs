//! Our markers in RO App (invariant 3). A process that takes an account over first adopts unknown work orders that carry one:
//! after a crash, a restored backup, or time under another process. Later it looks again before anything is made: a marker
//! that this database did not write means that a second copy of the program is at work, and creating stops.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use tracing::Instrument;

use super::{Writer, observe::Source, rest::Halt, searched_from, single::Shown};
use crate::{
    db::{
        DbError, hosts, journal, names, notices, rereads,
        stores::{self, Which},
        watch, work_orders,
    },
    domain::{
        ids::{OrderNumber, StoreId, WorkOrderId},
        marker::Marker,
        remote::Head,
        store::StoreState,
    },
};

/// RO App is looked at again before a batch once this has passed.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How far a later look reaches back: lists lag, and have whole seconds (contract roapp 11).
pub(super) const OVERLAP: chrono::Duration = chrono::Duration::minutes(2);
/// Rows at the begin of a list that changes while it is read: half a page of RO App's.
const SURELY_SEEN: usize = 25;
/// Work orders that RO App did not have and that one look asks for again.
const REMOVED_AT_ONCE: i64 = 5;
/// How the topic of a notice about two work orders with one marker begins; the id of the second follows.
const DOUBLE: &str = "double ";

impl Writer<'_> {
    /// Reads what changed in RO App since it was last read, and links what is ours, before anything is made.
    pub(super) async fn look(&mut self) -> Result<(), Halt> {
        let now = Instant::now();
        if self.looked_at.is_some_and(|at| now - at < LOOK_AGAIN) {
            return Ok(());
        }
        if self.looked_at.is_none() {
            self.look_at_doubles().await?;
        }
        let taken_over = self.engine.seen(self.account.id, |seen| seen.looked_at.is_none());
        let read_up_to = self.account.read_up_to;
        let from = if taken_over { searched_from(read_up_to) } else { read_up_to - OVERLAP };
        let (heads, is_whole) = self.roapp()?.changes_since(from).await.map_err(Halt::of)?;
        self.note_markers(&heads, taken_over).await?;
        self.observe(&heads, Source::Watch).await?;
        self.look_at_hinted().await?;
        self.look_at_removed().await?;
        let mut changed_at: Vec<_> = heads.iter().filter_map(|head| head.modified_at).collect();
        changed_at.sort_unstable();
        if !is_whole {
            // Rows may have slipped from one page to the one before, but not over the first half of the first.
            changed_at.truncate(SURELY_SEEN);
        }
        // A moment that is still to come must not move the watermark: it would hide others.
        let present = self.present()?;
        let newest = changed_at.into_iter().rfind(|at| *at <= present);
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        watch::looked(&mut tx, self.account.id, newest, self.engine.settings.sync.poll_interval).await?;
        tx.commit().await.map_err(DbError::from)?;
        self.account.read_up_to = self.account.read_up_to.max(newest.unwrap_or(read_up_to));
        self.answered(&self.roapp()?).await?;
        self.looked_at = Some(now);
        self.engine.seen(self.account.id, |seen| seen.looked_at = Some(now));
        tracing::debug!(read = heads.len(), %from, taken_over, "looked for our markers in RO App");
        Ok(())
    }

    /// The latest moment that it may be in RO App.
    pub(super) fn present(&self) -> Result<DateTime<Utc>, Halt> {
        Ok(self.engine.clock.now() + self.roapp()?.clock_off().unwrap_or_default() + OVERLAP)
    }

    /// Links work orders that carry a marker of ours and are not linked. What somebody else made with it stops the account,
    /// unless the account was just taken over. True when there was one.
    pub(super) async fn note_markers(&self, heads: &[Head], taken_over: bool) -> Result<bool, DbError> {
        let ids: Vec<_> = heads.iter().map(|head| head.id).collect();
        let known = work_orders::linked_of(&self.engine.pool, self.account.id, &ids).await?;
        let unknown: Vec<_> = heads.iter().filter(|head| !known.contains(&head.id)).collect();
        let marked: Vec<_> = unknown.into_iter().filter_map(|head| Some((head, ours(head)?))).collect();
        if marked.is_empty() {
            return Ok(false);
        }
        let of_hosts: BTreeMap<_, _> =
            hosts::of_markers(&self.engine.pool, self.account.id).await?.into_iter().collect();
        let mut any = false;
        for (head, marker) in marked {
            if let Some(store) = of_hosts.get(&marker.host).copied() {
                let (name, number, id) = (names::store(&self.engine.pool, store).await?, marker.number, head.id);
                let span = tracing::error_span!("order", store = name, order = %number, work_order = id.get());
                self.note_marker(head, (store, number), taken_over).instrument(span).await?;
                any = true;
            }
        }
        Ok(any)
    }

    async fn note_marker(
        &self,
        head: &Head,
        (store, number): (StoreId, OrderNumber),
        taken_over: bool,
    ) -> Result<(), DbError> {
        let (account, id) = (self.account.id, head.id);
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        if let Some(linked) = work_orders::linked(&mut tx, store, number).await? {
            let text = format!(
                "work order {} ({id}) carries the marker of order {number}, which is linked to work order {linked}: perhaps a \
                 second copy of this program runs on a copy of the database, or somebody copied the work order with its notes. \
                 Stop the copy, take the marker out of one of the two or delete it, then `store resume`",
                head.number
            );
            return self.stop_creating(tx, (store, &format!("{DOUBLE}{id}")), &text).await;
        }
        if !work_orders::link(&mut tx, account, (store, number), id, "found by its marker").await? {
            return Ok(());
        }
        tracing::info!("adopted a work order that carries our marker");
        let on_record = rereads::known(&mut tx, store, &[number]).await?.contains_key(&number);
        if taken_over || !on_record || journal::was_sent(&mut tx, store, number).await? {
            return Ok(tx.commit().await?);
        }
        let text = format!(
            "work order {} ({id}) carries the marker of order {number} and was not made by this database: perhaps a second copy of \
             this program runs on a copy of it. Stop the copy, then `store resume`",
            head.number
        );
        self.stop_creating(tx, (store, &format!("{}{id}", notices::STRANGER)), &text).await
    }

    /// Pauses every store of the account, told once for each strange work order.
    async fn stop_creating(
        &self,
        mut tx: sqlx::PgTransaction<'static>,
        (store, topic): (StoreId, &str),
        reason: &str,
    ) -> Result<(), DbError> {
        if notices::raise(&mut tx, self.account.id, Some(store), topic, reason).await? {
            for store in stores::list(&self.engine.pool, Which::Of(self.account.id)).await? {
                if !matches!(store.state, StoreState::Draft | StoreState::Paused) {
                    stores::set_state(&mut tx, store.id, StoreState::Paused, reason).await?;
                }
            }
            tracing::error!(topic, "a marker of ours that we did not write: nothing is made for the account any more");
        }
        Ok(tx.commit().await?)
    }

    /// What RO App did not have, perhaps because it answered wrongly for a while, is looked for each hour, for two days.
    async fn look_at_removed(&self) -> Result<(), Halt> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let removed = work_orders::removed(&mut tx, self.account.id, REMOVED_AT_ONCE).await?;
        tx.commit().await.map_err(DbError::from)?;
        for id in removed {
            if matches!(self.show(id).await?, Shown::Head(_)) {
                let mut tx = self.lease.begin(&self.engine.pool).await?;
                work_orders::found(&mut tx, self.account.id, id).await?;
                tx.commit().await.map_err(DbError::from)?;
            }
        }
        Ok(())
    }

    /// A notice about two work orders with one marker goes by itself once the second is gone or carries none.
    async fn look_at_doubles(&self) -> Result<(), Halt> {
        for (store, topic) in notices::with_topic(&self.engine.pool, self.account.id, DOUBLE).await? {
            let Some(id) = topic.strip_prefix(DOUBLE).and_then(|id| id.parse().ok()) else { continue };
            let is_over = match self.show(WorkOrderId::new(id)).await? {
                Shown::Head(head) => ours(&head).is_none(),
                Shown::Nothing => true,
                Shown::Unreadable => false,
            };
            if is_over {
                let mut tx = self.lease.begin(&self.engine.pool).await?;
                notices::clear(&mut tx, self.account.id, store, &topic).await?;
                tx.commit().await.map_err(DbError::from)?;
            }
        }
        Ok(())
    }
}

/// The marker of a work order. A text of ours ends with it; staff's may quote others.
fn ours(head: &Head) -> Option<Marker> {
    match Marker::find_all(&head.manager_notes).as_slice() {
        [marker] => Some(marker.clone()),
        _ => None,
    }
}
