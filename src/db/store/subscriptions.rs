//! The single webhook subscription of each store. `order_hints.rs` has the hints that come in through it.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, said},
    domain::{
        ids::{HookId, StoreId},
        said::Said,
    },
    secrets::{Place, Sealed},
};

/// The state of a store's subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookState {
    /// There is none, and the store may be asked for one. If it could not be asked last time, the reason says why.
    Idle,
    /// The store was asked; the outcome is not known (yet).
    Asked,
    /// The subscription exists.
    Subscribed,
    /// The store refuses.
    Refused,
    /// It was removed in the store.
    Ended,
}

impl HookState {
    /// The word in the database, which is also shown to people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Asked => "asked",
            Self::Subscribed => "subscribed",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }

    fn read(store: i64, word: &str) -> Result<Self, DbError> {
        let all = [Self::Idle, Self::Asked, Self::Subscribed, Self::Refused, Self::Ended];
        all.into_iter().find(|state| state.word() == word).ok_or_else(|| DbError::Row {
            table: "store_hook",
            row: store.to_string(),
            column: "state",
            detail: format!("{word:?} is no state"),
        })
    }
}

/// A store's subscription, its URL still sealed.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// Its state.
    pub state: HookState,
    /// When it entered the state.
    pub since: DateTime<Utc>,
    /// Why it does not exist, where that is known.
    pub reason: Option<Said>,
    /// The `http.public_url` that was used when the store was asked.
    pub public_url: String,
    /// The event.
    pub event: String,
    /// Exactly the URL that the store got, with the secret.
    pub target_url: Option<Sealed>,
    /// The store's id of the subscription; `None` if its answer was lost, though an event may have shown since that the
    /// subscription exists.
    pub hook: Option<HookId>,
    /// Tries to subscribe since the last fresh start, or to unsubscribe.
    pub tries: i32,
    /// When the last try was.
    pub tried_at: Option<DateTime<Utc>>,
}

/// The place that the URL is sealed for.
#[must_use]
pub fn url_place(store: StoreId) -> Place {
    Place { table: "store_hook", row: store.to_string(), column: "target_url" }
}

/// The subscription of a store; `None` = it was never asked for one.
pub async fn of_store(pool: &PgPool, store: StoreId) -> Result<Option<Subscription>, DbError> {
    let row = sqlx::query!(
        "/* subscriptions.of_store */ SELECT state, state_since, reason, public_url, event, target_url, hook_id, tries, tried_at
         FROM store_hook WHERE store_id = $1",
        store.get()
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Subscription {
        state: HookState::read(store.get(), &row.state)?,
        since: row.state_since,
        reason: said::read_any("store_hook", store.get(), "reason", row.reason)?,
        public_url: row.public_url,
        event: row.event,
        target_url: row.target_url.map(Sealed),
        hook: row.hook_id.map(HookId::new),
        tries: row.tries,
        tried_at: row.tried_at,
    }))
}

/// What a store is about to be asked for.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// `http.public_url`.
    pub public_url: &'a str,
    /// The event.
    pub event: &'a str,
    /// The whole URL.
    pub target_url: &'a Sealed,
    /// The hash of the secret in the URL.
    pub secret_hash: [u8; 32],
}

/// Records that a store is about to be asked for a subscription. Saved before the call, so that an attempt without an outcome
/// is known.
pub async fn ask(tx: &mut PgTransaction<'_>, store: StoreId, attempt: &Attempt<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "/* subscriptions.ask */ INSERT INTO store_hook AS h
             (store_id, state, public_url, event, target_url, secret_hash, tries, tried_at)
         VALUES ($1, 'asked', $2, $3, $4, $5, 1, clock_timestamp())
         ON CONFLICT (store_id) DO UPDATE SET state = 'asked', reason = NULL, public_url = $2, event = $3, target_url = $4,
             secret_hash = $5, hook_id = NULL, tried_at = clock_timestamp(),
             tries = CASE WHEN h.public_url = $2 THEN h.tries + 1 ELSE 1 END,
             state_since = CASE WHEN h.state = 'asked' THEN h.state_since ELSE now() END",
        store.get(),
        attempt.public_url,
        attempt.event,
        attempt.target_url.0,
        &attempt.secret_hash[..]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that the store made the subscription; false when nobody needs it any more because the store was removed meanwhile.
pub async fn subscribed(tx: &mut PgTransaction<'_>, store: StoreId, hook: HookId) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* subscriptions.subscribed */ UPDATE store_hook SET state = 'subscribed', reason = NULL, state_since = now(), hook_id = $2,
             tries = 0, tried_at = NULL WHERE store_id = $1 AND secret_hash IS NOT NULL",
        store.get(),
        hook.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Records a failed attempt to subscribe. `state` is the state from now on; an attempt on which the store surely did not act
/// does not count.
pub async fn failed(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    (state, counts): (HookState, bool),
    reason: &Said,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* subscriptions.failed */ UPDATE store_hook SET state = $2, reason = $3, state_since = now(),
             tries = CASE WHEN $4 THEN tries ELSE greatest(tries - 1, 0) END
         WHERE store_id = $1 AND state = 'asked'",
        store.get(),
        state.word(),
        said::to_json(reason),
        counts
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records a failed attempt to unsubscribe, which is repeated later.
pub async fn unsubscribe_failed(tx: &mut PgTransaction<'_>, store: StoreId, reason: &Said) -> Result<(), DbError> {
    sqlx::query!(
        "/* subscriptions.unsubscribe_failed */ UPDATE store_hook SET reason = $2, tries = tries + 1, tried_at = clock_timestamp()
         WHERE store_id = $1",
        store.get(),
        said::to_json(reason)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends the subscription: the store may be asked for another one, and the old URL no longer belongs to anyone.
pub async fn ended(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* subscriptions.ended */ UPDATE store_hook SET state = 'idle', reason = NULL, state_since = now(), target_url = NULL,
             secret_hash = NULL, hook_id = NULL, tries = 0, tried_at = NULL WHERE store_id = $1",
        store.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that the store has removed its subscription; returns the store's name, or `None` when the URL belongs to no store.
pub async fn removed_in_store(pool: &PgPool, secret_hash: [u8; 32]) -> Result<Option<String>, DbError> {
    let name = sqlx::query_scalar!(
        "/* subscriptions.removed_in_store */ UPDATE store_hook h SET state = 'ended', state_since = now(), hook_id = NULL,
             target_url = NULL, secret_hash = NULL, tries = 0, tried_at = NULL, reason = $2
         FROM store s WHERE h.secret_hash = $1 AND s.id = h.store_id AND s.removed_at IS NULL RETURNING s.name",
        &secret_hash[..],
        said::to_json(&Said::new("webhook-removed"))
    )
    .fetch_optional(pool)
    .await?;
    Ok(name)
}

/// Lets the store be asked again for a subscription that it refused or removed, because a person changed something about the
/// store. An unanswered attempt is not repeated this way: each may have made a subscription, which takes up a place in the
/// store.
pub async fn try_again(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* subscriptions.try_again */ UPDATE store_hook SET state = 'idle', reason = NULL, state_since = now(), tries = 0,
             tried_at = NULL WHERE store_id = $1 AND state IN ('refused', 'ended')",
        store.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Deletes everything about the webhooks of a store that is removed.
pub async fn forget(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* subscriptions.forget */ DELETE FROM store_hook WHERE store_id = $1", store.get())
        .execute(&mut **tx)
        .await?;
    sqlx::query!("/* subscriptions.forget_hints */ DELETE FROM order_hint WHERE store_id = $1", store.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
