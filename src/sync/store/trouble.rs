//! Records why a store could not be read, and when it is retried (invariant 8).

use std::time::Duration;

use chrono::TimeDelta;

use super::{Due, PullError};
use crate::{
    cartum::CartumError,
    check,
    db::{
        DbError,
        leases::{Lease, Tx},
        names, notices, polls, stores,
    },
    domain::{
        ids::StoreId,
        moment::{self, milliseconds},
        retry::{self, ReadFailure},
        store::StoreState,
    },
    http::Verdict,
    lifecycle::Panicked,
    sync::Engine,
};

/// How often a store that needs credentials is tried.
pub(in crate::sync) const PROBE: Duration = Duration::from_hours(6);
/// The notice about a store that answers the poll for new orders, but not all that is asked for after it.
pub(super) const UNFINISHED: &str = "unfinished";

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
    let text = match &error {
        PullError::Db(error) => format!("what was read cannot be kept: {}", error.with_cause()),
        PullError::Cartum(error) => check::chain(error),
        error => error.to_string(),
    };
    let failure = kind(&error);
    let (pause, lasting) = (failure.pause(store.failures, interval), failure.is_lasting());
    let login_refused = failure == ReadFailure::Login;
    if due.has_answered && !login_refused && !lasting {
        return note_unfinished(engine, lease, store, due, &text).await;
    }
    let error = &text;
    let note = |mut tx: Tx| async move {
        let failure = polls::failed(&mut tx, store.id, error, (due.at, pause)).await?;
        if login_refused && !failure.outdated {
            note_refusal(&mut tx, store).await?;
        }
        if lasting && !failure.outdated {
            notices::raise(&mut tx, store.account, Some(store.id), "api", error).await?;
        }
        Ok(failure)
    };
    let failure = lease.commit(&engine.pool, "trouble.note", note).await?;
    if failure.outdated {
        tracing::debug!(error = text, "the store could not be read, but its settings were changed meanwhile");
    } else if failure.first {
        tracing::warn!(error = text, again_in_ms = milliseconds(pause), "the store cannot be read");
    } else {
        tracing::debug!(error = text, again_in_ms = milliseconds(pause), "the store still cannot be read");
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
    error: &str,
) -> Result<(), DbError> {
    let text = format!(
        "the store shows new orders, but reading on failed: {error}; until it answers, changes of older orders are not seen"
    );
    let text = &text;
    let note = |mut tx: Tx| async move {
        let is_news = notices::raise(&mut tx, store.account, Some(store.id), UNFINISHED, text).await?;
        polls::ended(&mut tx, store.id, error).await?;
        if is_news {
            polls::hasten(&mut tx, store.id, (due.at, retry::POLL)).await?;
        }
        Ok(is_news)
    };
    if lease.commit(&engine.pool, "trouble.note_unfinished", note).await? {
        tracing::warn!(
            error,
            again_in_ms = milliseconds(retry::POLL),
            "the store answers, but could not be read to the end"
        );
    } else {
        tracing::debug!(error, "the store still cannot be read to the end");
    }
    Ok(())
}

/// Reading the store showed a mistake in the program: the others of the account go on, and this one is tried with each poll.
///
/// # Errors
/// When the database fails or the lease is lost.
pub(in crate::sync) async fn note_panic(engine: &Engine, lease: &Lease, store: &stores::Store) -> Result<(), DbError> {
    let (text, pause) = (&Panicked.to_string(), engine.settings.sync.poll_interval);
    let note = |mut tx: Tx| async move {
        polls::failed(&mut tx, store.id, text, (store.next_poll_at, pause)).await?;
        notices::raise(&mut tx, store.account, Some(store.id), "api", text).await?;
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
        let reason = format!(
            "the store refuses the login {login:?} since {since}; fix it with `store edit`, it goes on where it stopped"
        );
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
        let reason =
            &format!("{error}; a newer release may have set it, which goes on with the store; run that one everywhere");
        let put_off = |mut tx: Tx| async move {
            stores::put_off(&mut tx, store, engine.settings.sync.poll_interval).await?;
            notices::raise(&mut tx, lease.account, Some(store), "settings", reason).await
        };
        if lease.commit(&engine.pool, "trouble.unknown_state", put_off).await? {
            tracing::error!(reason, "this release does not know the state of a store; the store is left alone");
        }
        return Ok(());
    }
    let reason = &format!("{error}; fix the row, then `store resume`");
    let pause = |mut tx: Tx| async move {
        stores::set_state(&mut tx, store, StoreState::Paused, reason).await?;
        notices::raise(&mut tx, lease.account, Some(store), "settings", reason).await
    };
    lease.commit(&engine.pool, "trouble.unreadable", pause).await?;
    let store = names::store(&engine.pool, store).await?;
    tracing::error!(store, reason, "the settings of a store cannot be read; the store is paused");
    Ok(())
}

/// What a notice says about a peer's clock.
pub(in crate::sync) fn clock_text(whose: &str, ahead: TimeDelta) -> String {
    let (minutes, way) = (ahead.num_minutes().abs(), if ahead > TimeDelta::zero() { "ahead of" } else { "behind" });
    format!(
        "the clock of {whose} is {minutes} minutes {way} this machine's; set this machine's clock by NTP, else tell them"
    )
}
