//! Reads one store: the poll for new orders, and once the whole window for the first import (design section 7).

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, NaiveDateTime, Utc};
use tokio::time::Instant;

use super::{
    Engine,
    intake::{self, Counts, Window},
};
use crate::{
    cartum::{Cartum, CartumError, OrderFilter},
    clients::ClientError,
    db::{DbError, leases::Lease, notices, polls, stores},
    domain::{scope, store::StoreState},
    http::Verdict,
};

/// How far each poll reaches back behind the newest order it saw: the zone may be off by up to a day (contract cartum 4.9).
pub(super) const OVERLAP: chrono::Duration = chrono::Duration::hours(25);
/// Pause between two refusals of a login before it is believed (invariant 8).
const SECOND_REFUSAL: Duration = Duration::from_secs(30);
/// How often a store that needs credentials is tried.
const PROBE: Duration = Duration::from_hours(6);
/// How often a store is tried whose API is not to be had.
const SLOW: Duration = Duration::from_mins(30);
/// First pause after a failed poll; doubled with each further one, up to the poll interval.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
/// No store is known to send fewer rows than this at once when it has more.
const SMALLEST_PAGE: usize = 20;
/// A window is split no finer than this when a store ignores `offset`.
const FINEST: chrono::Duration = chrono::Duration::minutes(2);

/// Why a cycle ended early.
#[derive(Debug, thiserror::Error)]
enum PullError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Cartum(#[from] CartumError),
    #[error(transparent)]
    Shop(#[from] ClientError),
    #[error("the store ignores `offset` and has more orders within two minutes than it sends at once")]
    TooDense,
}

/// Reads the store once: the poll, then whatever the first import still lacks.
///
/// # Errors
/// When the database fails or the lease is lost; what the store does wrong is noted with the store.
pub(super) async fn pull(engine: &Engine, lease: &Lease, store: stores::Store) -> Result<(), DbError> {
    let started = Instant::now();
    let mut counts = Counts::default();
    let outcome = read(engine, lease, &store, &mut counts).await;
    let took = started.elapsed();
    match outcome {
        Ok(()) => {
            let Counts { seen, new, changed, .. } = counts;
            if new + changed > 0 {
                tracing::info!(seen, new, changed, ?took, "read the store");
            } else {
                tracing::debug!(seen, ?took, "read the store, nothing new");
            }
            Ok(())
        }
        Err(PullError::Db(error)) => Err(error),
        Err(error) => note_failure(engine, lease, &store, error).await,
    }
}

async fn read(engine: &Engine, lease: &Lease, store: &stores::Store, counts: &mut Counts) -> Result<(), PullError> {
    let (Some(connected_at), Some(from)) = (store.connected_at, store.window_from) else { return Ok(()) };
    let reader = Reader { engine, lease, store, shop: engine.shop(store)?, window: Window { connected_at, from } };
    reader.poll(counts).await?;
    if store.listed_at.is_none() && reader.is_importing() {
        reader.list_window(counts).await?;
    }
    let mut tx = lease.begin(&engine.pool).await.map_err(PullError::from)?;
    for topic in ["api", "store away"] {
        notices::clear(&mut tx, store.account, Some(store.id), topic).await?;
    }
    tx.commit().await.map_err(DbError::from)?;
    Ok(())
}

struct Reader<'a> {
    engine: &'a Engine,
    lease: &'a Lease,
    store: &'a stores::Store,
    shop: Arc<Cartum>,
    window: Window,
}

impl Reader<'_> {
    fn is_importing(&self) -> bool {
        matches!(self.store.state, StoreState::Importing | StoreState::NeedsCredentials)
    }

    /// New orders: everything created since shortly before the newest order that was saved.
    async fn poll(&self, counts: &mut Counts) -> Result<(), PullError> {
        let zone = self.store.settings.time_zone;
        let newest = self.store.watermark.unwrap_or_else(|| scope::local(self.window.connected_at, zone));
        let mut polled = Counts::default();
        self.walk(newest - OVERLAP, None, &mut polled).await?;
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let next = self.engine.settings.sync.poll_interval;
        polls::succeeded(&mut tx, self.store.id, polled.newest, next).await?;
        tx.commit().await.map_err(DbError::from)?;
        if self.store.failing_since.is_some() || self.store.state == StoreState::NeedsCredentials {
            tracing::info!(since = ?self.store.failing_since, "the store answers again");
        }
        *counts = polled;
        Ok(())
    }

    /// The whole window, for the first import. New orders are polled for in between.
    async fn list_window(&self, counts: &mut Counts) -> Result<(), PullError> {
        tracing::info!(from = %self.window.from, "listing the orders of the import's window");
        self.walk(self.window.from, None, counts).await?;
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        polls::listed(&mut tx, self.store.id).await?;
        let finished = polls::finish_import(&mut tx, self.store.id).await?;
        tx.commit().await.map_err(DbError::from)?;
        let found = polls::import_counts(&self.engine.pool, self.store.id).await?.found;
        tracing::info!(found, finished, "every order of the window is saved");
        Ok(())
    }

    /// Walks the orders between two moments and saves them page by page. A store that ignores `offset` is asked for ever
    /// narrower windows.
    async fn walk(&self, from: NaiveDateTime, to: Option<NaiveDateTime>, counts: &mut Counts) -> Result<(), PullError> {
        let mut windows = vec![(from, to)];
        let mut most_at_once = SMALLEST_PAGE;
        while let Some((from, to)) = windows.pop() {
            let mut walk = self.shop.walk(OrderFilter { from: Some(from), to, statuses: Vec::new() });
            let mut rows_of_window = 0;
            let mut next_poll = Instant::now() + self.engine.settings.sync.poll_interval;
            while let Some(rows) = walk.next().await? {
                rows_of_window += rows.len();
                intake::learn_articles(self.engine, self.lease, self.store, &self.shop, &rows).await??;
                intake::save_page(self.engine, self.lease, self.store, self.window, &rows, counts).await?;
                if self.polls_between(from) && Instant::now() >= next_poll {
                    next_poll = Instant::now() + self.engine.settings.sync.poll_interval;
                    Box::pin(self.poll(&mut Counts::default())).await?;
                }
            }
            // Fewer rows than the store sends at once are all there are.
            if walk.offset_ignored() && rows_of_window >= most_at_once {
                most_at_once = rows_of_window;
                let end = to.unwrap_or_else(|| self.tomorrow());
                let middle = from + (end - from) / 2;
                if end - from <= FINEST {
                    return Err(PullError::TooDense);
                }
                windows.extend([(from, Some(middle)), (middle, Some(end))]);
            }
        }
        Ok(())
    }

    /// Only the long walk over the whole window is interrupted for new orders, never a poll by another.
    fn polls_between(&self, from: NaiveDateTime) -> bool {
        from <= self.window.from
    }

    fn tomorrow(&self) -> NaiveDateTime {
        let now: DateTime<Utc> = self.engine.clock.now();
        scope::local(now, self.store.settings.time_zone) + chrono::Duration::days(1)
    }
}

/// Notes with the store why it could not be read, and when it is tried again (invariant 8).
async fn note_failure(engine: &Engine, lease: &Lease, store: &stores::Store, error: PullError) -> Result<(), DbError> {
    let interval = engine.settings.sync.poll_interval;
    let text = error.to_string();
    let login_refused = matches!(error, PullError::Cartum(CartumError::LoginRefused { .. }));
    let pause = match &error {
        _ if login_refused => SECOND_REFUSAL,
        PullError::Cartum(error) => match error.verdict() {
            Verdict::Again(after) => backoff(store.failures, interval).max(after.unwrap_or_default()),
            Verdict::Unclear => backoff(store.failures, interval),
            Verdict::Never | Verdict::Stop => SLOW.max(interval),
        },
        PullError::TooDense | PullError::Shop(_) => SLOW.max(interval),
        PullError::Db(_) => interval,
    };
    let mut tx = lease.begin(&engine.pool).await?;
    let believed = login_refused
        && store
            .login_refused_at
            .is_some_and(|at| (engine.clock.now() - at).to_std().is_ok_and(|d| d >= SECOND_REFUSAL));
    let next = if believed { PROBE } else { pause };
    let first = polls::failed(&mut tx, store.id, &text, next).await?;
    if login_refused {
        polls::login_refused(&mut tx, store.id).await?;
    }
    if believed && store.state != StoreState::NeedsCredentials {
        let login = &store.settings.login;
        let reason = format!(
            "the store refuses the login {login:?} since {}; mend it with `store edit`, it goes on where it stopped",
            store.login_refused_at.unwrap_or_default().format("%Y-%m-%d %H:%M UTC")
        );
        stores::set_state(&mut tx, store.id, StoreState::NeedsCredentials, &reason).await?;
        tracing::warn!(login, "the store needs credentials");
    }
    if matches!(error, PullError::Cartum(ref error) if !login_refused && matches!(error.verdict(), Verdict::Stop | Verdict::Never))
    {
        notices::raise(&mut tx, store.account, Some(store.id), "api", &text).await?;
    }
    tx.commit().await?;
    if first {
        tracing::warn!(error = text, again_in = ?next, "the store cannot be read");
    } else {
        tracing::debug!(error = text, again_in = ?next, "the store still cannot be read");
    }
    Ok(())
}

fn backoff(failures: i32, interval: Duration) -> Duration {
    let doublings = u32::try_from(failures.clamp(0, 10)).unwrap_or_default();
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(interval)
}
