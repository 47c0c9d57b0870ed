//! Records why a store could not be read, and when it is retried (invariant 8).

use std::time::Duration;

use chrono::TimeDelta;

use super::{Due, PullError};
use crate::{
    cartum::CartumError,
    db::{
        DbError,
        leases::{Lease, Tx},
        names, notices, order_hints, polls, stores,
    },
    domain::{
        ids::StoreId,
        moment::{self, milliseconds},
        notice::Plain,
        retry::{self, ReadFailure},
        said::Said,
        store::StoreState,
    },
    http::Verdict,
    lifecycle::Panicked,
    sync::Engine,
};

/// How often a store that needs credentials is tried.
pub(in crate::sync) const PROBE: Duration = Duration::from_hours(6);

/// Notes a failure. A command that changed the store since the poll was due has the last word.
pub(super) async fn note(
    engine: &Engine,
    lease: &Lease,
    store: &stores::Store,
    due: Due,
    error: PullError,
) -> Result<(), DbError> {
    let interval = engine.settings.sync.poll_interval;
    if let PullError::Shop(error) = &error
        && error.is_of_this_process()
    {
        // What this process lacks is no fault of the store: nothing is noted there.
        tracing::warn!(error = error as &dyn std::error::Error, "this process skips the store");
        let put_off = |mut tx: Tx| async move { polls::put_off(&mut tx, store.id, (due.at, interval)).await };
        return lease.commit(&engine.pool, "trouble.put_off", put_off).await;
    }
    let why = Said::from(&error);
    let failure = kind(&error);
    let (pause, lasting) = (failure.pause(store.failures, interval), failure.is_lasting());
    let login_refused = failure == ReadFailure::Login;
    if due.has_answered && !login_refused && !lasting {
        return note_unfinished(engine, lease, store, due, &why).await;
    }
    let error = &why;
    let note = |mut tx: Tx| async move {
        let failure = polls::failed(&mut tx, store.id, error, (due.at, pause)).await?;
        if login_refused && !failure.outdated {
            note_refusal(&mut tx, store).await?;
        }
        if lasting && !failure.outdated {
            notices::raise(&mut tx, store.account, Some(store.id), &Plain::Api.into(), error).await?;
        }
        Ok(failure)
    };
    let failure = lease.commit(&engine.pool, "trouble.note", note).await?;
    if failure.outdated {
        tracing::debug!(%error, "the store could not be read, but its settings were changed meanwhile");
    } else if failure.first {
        tracing::warn!(%error, again_in_ms = milliseconds(pause), "the store cannot be read");
    } else {
        tracing::debug!(%error, again_in_ms = milliseconds(pause), "the store still cannot be read");
    }
    Ok(())
}

fn kind(error: &PullError) -> ReadFailure {
    match error {
        PullError::Cartum(CartumError::LoginRefused { .. }) => ReadFailure::Login,
        PullError::Cartum(error) => match error.verdict() {
            Verdict::Again(after) => ReadFailure::Passing(after),
            Verdict::Unclear => ReadFailure::Passing(None),
            Verdict::Never | Verdict::Stop => ReadFailure::Lasting,
        },
        PullError::TooDense | PullError::Full | PullError::Shop(_) => ReadFailure::Lasting,
        PullError::Db(_) => ReadFailure::Unkept,
    }
}

/// The store is not away, and new orders come; what is missing is asked for again soon, and from then on with each poll.
async fn note_unfinished(
    engine: &Engine,
    lease: &Lease,
    store: &stores::Store,
    due: Due,
    error: &Said,
) -> Result<(), DbError> {
    let what = &Said::new("store-unfinished").with("error", error.clone());
    let note = |mut tx: Tx| async move {
        let is_news = notices::raise(&mut tx, store.account, Some(store.id), &Plain::Unfinished.into(), what).await?;
        polls::ended(&mut tx, store.id, Some(error)).await?;
        order_hints::wake_for_later(&mut tx, store.id).await?;
        if is_news {
            polls::hasten(&mut tx, store.id, (due.at, retry::POLL)).await?;
        }
        Ok(is_news)
    };
    if lease.commit(&engine.pool, "trouble.note_unfinished", note).await? {
        tracing::warn!(
            %error,
            again_in_ms = milliseconds(retry::POLL),
            "the store answers, but could not be read to the end"
        );
    } else {
        tracing::debug!(%error, "the store still cannot be read to the end");
    }
    Ok(())
}

/// Reading the store showed a mistake in the program: the others of the account go on, and this one is tried with each poll.
///
/// # Errors
/// When the database fails or the lease is lost.
pub(in crate::sync) async fn note_panic(engine: &Engine, lease: &Lease, store: &stores::Store) -> Result<(), DbError> {
    let (what, pause) = (&Said::from(Panicked), engine.settings.sync.poll_interval);
    let note = |mut tx: Tx| async move {
        polls::failed(&mut tx, store.id, what, (store.next_poll_at, pause)).await?;
        notices::raise(&mut tx, store.account, Some(store.id), &Plain::Api.into(), what).await?;
        Ok(())
    };
    lease.commit(&engine.pool, "trouble.note_panic", note).await
}

/// The second refusal is believed, and told once; from then on the store is only probed.
async fn note_refusal(tx: &mut sqlx::PgTransaction<'_>, store: &stores::Store) -> Result<(), DbError> {
    let refusal = polls::login_refused(tx, store.id, retry::SECOND_REFUSAL).await?;
    if !refusal.believed {
        return Ok(());
    }
    polls::postpone(tx, store.id, PROBE).await?;
    if refusal.is_news {
        let (login, since) = (&store.settings.login, refusal.since.format("%Y-%m-%d %H:%M UTC"));
        let reason = Said::new("login-refused").with("login", login.as_str()).with("since", since.to_string());
        stores::set_state(tx, store.id, StoreState::NeedsCredentials, &reason).await?;
        tracing::warn!(login, since = moment::text(refusal.since), "the store refuses the login; it needs credentials");
    }
    Ok(())
}

/// The settings of a store cannot be read: it stops, with the reason, and the others of the account go on.
///
/// # Errors
/// When the database fails or the lease is lost.
pub(in crate::sync) async fn note_unreadable(
    engine: &Engine,
    lease: &Lease,
    store: StoreId,
    error: &DbError,
) -> Result<(), DbError> {
    if matches!(error, DbError::Row { table: "store", column: "state", .. }) {
        // Perhaps a newer release works it, in a state of its own: that is not overwritten.
        let reason = &Said::new("store-of-newer-release").with("error", error.to_string());
        let put_off = |mut tx: Tx| async move {
            stores::put_off(&mut tx, store, engine.settings.sync.poll_interval).await?;
            notices::raise(&mut tx, lease.account, Some(store), &Plain::Settings.into(), reason).await
        };
        if lease.commit(&engine.pool, "trouble.unknown_state", put_off).await? {
            tracing::error!(%reason, "this release does not know the state of a store; the store is left alone");
        }
        return Ok(());
    }
    let reason = &Said::new("store-row-unreadable").with("error", error.to_string());
    let pause = |mut tx: Tx| async move {
        stores::set_state(&mut tx, store, StoreState::Paused, reason).await?;
        notices::raise(&mut tx, lease.account, Some(store), &Plain::Settings.into(), reason).await
    };
    lease.commit(&engine.pool, "trouble.unreadable", pause).await?;
    let store = names::store(&engine.pool, store).await?;
    tracing::error!(store, %reason, "the settings of a store cannot be read; the store is paused");
    Ok(())
}

/// What a notice says about a peer's clock.
pub(in crate::sync) fn clock_off(whose: &'static str, ahead: TimeDelta) -> Said {
    let way = if ahead > TimeDelta::zero() { "ahead" } else { "behind" };
    Said::new("clock-off").with("whose", whose).with("way", way).with("minutes", ahead.num_minutes().abs())
}
