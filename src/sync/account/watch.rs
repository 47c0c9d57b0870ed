//! Reads what changed in RO App since the last time: our markers, people's changes, what webhooks named (invariant 3).

use std::{collections::BTreeSet, time::Duration};

use chrono::{DateTime, Utc};
use sqlx::PgTransaction;
use tokio::time::Instant;

use crate::{
    db::{DbError, accounts, agenda::Agenda, hooks, removals, transitions, watch, work_orders},
    domain::{
        ids::{StatusId, WorkOrderId},
        moment,
    },
    roapp::RoApp,
    sync::{
        account::{Account, marks::Sight, observe::Source, searched_from, show::Shown},
        outcome::Halt,
    },
};

/// RO App is looked at again before a batch once this has passed.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How far a later look reaches back: lists lag, and have whole seconds (contract roapp 11).
pub(in crate::sync) const OVERLAP: chrono::Duration = chrono::Duration::minutes(2);
/// Rows at the begin of a list that changes while it is read: half a page of RO App's.
const SURELY_SEEN: usize = 25;
/// Work orders that RO App did not have and that one look asks for again.
const REMOVED_AT_ONCE: i64 = 5;
/// Work orders named by webhooks that are looked at at once; the rest is looked at next time.
const MAX_HINTS: usize = 20;

/// Work orders as a watch showed them: each change of one shows in when it was changed.
pub(in crate::sync) type Heads = BTreeSet<(WorkOrderId, Option<DateTime<Utc>>, Option<StatusId>)>;

/// Up to when RO App was read, where it showed anything, and who answered.
pub(super) type Watched = (Option<DateTime<Utc>>, RoApp);

impl Account<'_> {
    /// Reads what changed in RO App since it was last read, and links what is ours, before anything is made; false where there was nothing new.
    pub(in crate::sync) async fn watch(&self, agenda: Agenda) -> Result<bool, Halt> {
        let now = Instant::now();
        let watched_at = self.memory(|memory| memory.watched_at);
        if watched_at.is_some_and(|at| now - at < LOOK_AGAIN) {
            return Ok(false);
        }
        if watched_at.is_none() && agenda.doubts {
            self.recheck_claims().await?;
        }
        let taken_over = self.seen(|seen| seen.looked_at.is_none());
        let read_up_to = self.read_up_to();
        let from = if taken_over { searched_from(read_up_to) } else { read_up_to - OVERLAP };
        let (heads, is_whole) = self.roapp()?.changes_since(from).await.map_err(Halt::of)?;
        let shown: Heads = heads.iter().map(|head| (head.id, head.modified_at, head.status)).collect();
        let is_known = !taken_over && self.seen(|seen| seen.known_heads.as_ref() == Some(&shown));
        let mut has_news = false;
        if !is_known {
            let marks = self.note_markers(&heads, if taken_over { Sight::Past } else { Sight::Change }).await?;
            let observed = self.observe(&heads, Source::Watch).await?;
            has_news = marks.any || observed.any;
            // Where RO App does not show when one was changed, it may change on without another sign.
            let shows_changes = heads.iter().all(|head| head.modified_at.is_some());
            self.seen(|seen| seen.known_heads = Some(shown).filter(|_| !has_news && shows_changes));
        }
        if is_whole {
            self.keep_look(&heads);
        }
        if agenda.hints {
            self.read_hinted().await?;
        }
        if agenda.doubts {
            self.recheck_removed().await?;
        }
        let mut changed_at: Vec<_> = heads.iter().filter_map(|head| head.modified_at).collect();
        changed_at.sort_unstable();
        if !is_whole {
            // Rows may have slipped from one page to the one before, but not over the first half of the first.
            changed_at.truncate(SURELY_SEEN);
        }
        // A moment that is still to come must not move the watermark: it would hide others.
        let present = self.present()?;
        let newest = changed_at.into_iter().rfind(|at| *at <= present);
        let roapp = self.roapp()?;
        let older_api = roapp.older_api();
        self.memory(|memory| {
            memory.watched = Some((newest, roapp));
            memory.row.read_up_to = memory.row.read_up_to.max(newest.unwrap_or(read_up_to));
            memory.watched_at = Some(now);
        });
        self.note_older_api(older_api).await?;
        self.seen(|seen| seen.looked_at = Some(now));
        tracing::debug!(read = heads.len(), from = moment::text(from), taken_over, "looked for our markers in RO App");
        Ok(has_news || agenda.hints || agenda.doubts)
    }

    /// Saves up to when RO App was read. Until that, another process would read it once more.
    pub(in crate::sync) async fn note_watched(&self) -> Result<(), DbError> {
        let Some(watched) = self.memory(|memory| memory.watched.take()) else { return Ok(()) };
        let watched = &watched;
        self.commit("watch.watched", |mut tx| async move { self.save_watched(&mut tx, watched).await }).await
    }

    /// Gives the account back, with what is still to be saved of the watch over RO App: see [`Lease::release`].
    pub(in crate::sync) async fn release(&self) -> Result<Option<Duration>, DbError> {
        let Some(watched) = self.memory(|memory| memory.watched.take()) else {
            return self.lease.release(&self.engine.pool, self.engine.slack()).await;
        };
        let watched = &watched;
        self.commit("watch.release", |mut tx| async move {
            self.save_watched(&mut tx, watched).await?;
            self.lease.release(&mut **tx, self.engine.slack()).await
        })
        .await
    }

    async fn save_watched(&self, tx: &mut PgTransaction<'_>, (newest, roapp): &Watched) -> Result<(), DbError> {
        accounts::watched(tx, self.id, *newest, self.engine.settings.sync.poll_interval).await?;
        self.note_answered(tx, roapp).await
    }

    /// The latest moment that it may be in RO App.
    pub(super) fn present(&self) -> Result<DateTime<Utc>, Halt> {
        Ok(self.engine.clock.now() + self.roapp()?.clock_off().unwrap_or_default() + OVERLAP)
    }

    /// What RO App did not have, perhaps because it answered wrongly for a while, is looked for each hour, for two days.
    async fn recheck_removed(&self) -> Result<(), Halt> {
        let removed =
            self.commit("watch.recheck_removed", |mut tx| async move {
                removals::due(&mut tx, self.id, REMOVED_AT_ONCE).await
            })
            .await?;
        for id in removed {
            if matches!(self.show(id).await?, Shown::Head(_)) {
                self.commit(
                    "watch.found_again",
                    |mut tx| async move { work_orders::found(&mut tx, self.id, id).await },
                )
                .await?;
            }
        }
        Ok(())
    }

    /// Looks at the work orders that RO App's webhooks named, or that it did not show before. One that is not there is worked
    /// again: that it was deleted counts only once it was missed twice.
    pub(super) async fn read_hinted(&self) -> Result<(), Halt> {
        let interval = self.engine.settings.sync.poll_interval;
        let mut hints = hooks::hinted_work_orders(&self.engine.pool, self.id, (interval, self.engine.slack())).await?;
        hints.truncate(MAX_HINTS);
        let Some(until) = hints.iter().map(|(_, hinted_at)| *hinted_at).max() else { return Ok(()) };
        let hinted: Vec<_> = hints.into_iter().map(|(id, _)| id).collect();
        let (mut heads, mut missing, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
        for id in &hinted {
            match self.show(*id).await? {
                Shown::Head(head) => heads.push(*head),
                Shown::Nothing => missing.push(*id),
                Shown::Unreadable => unreadable.push(*id),
            }
        }
        unreadable.extend(self.observe(&heads, Source::Itself).await?.lines_due);
        let missing = watch::linked(&self.engine.pool, self.id, &missing).await?;
        let (heads, missing, hinted, unreadable) = (&heads, &missing, &hinted, &unreadable);
        self.commit("watch.read_hinted", |mut tx| async move {
            for head in heads {
                work_orders::found(&mut tx, self.id, head.id).await?;
            }
            for linked in missing {
                transitions::plan_again(&mut tx, linked.order).await?;
            }
            hooks::drop_hints(&mut tx, self.id, hinted, until).await?;
            for id in unreadable {
                hooks::recheck(&mut tx, self.id, *id).await?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// RO App is looked at before the next batch, whatever was seen a moment ago.
    pub(in crate::sync) fn watch_soon(&self) {
        self.memory(|memory| memory.watched_at = None);
    }
}
