//! Webhooks of the store that is being read: the orders that they named, and the subscription that makes them arrive (contract
//! cartum 10). Polling alone is always enough, so nothing here makes a read fail.

use chrono::{DateTime, TimeDelta, Utc};

use super::{PullError, Reader};
use crate::{
    cartum::HookError,
    clients::ClientError,
    db::{
        leases::Tx,
        order_hints,
        subscriptions::{self, Attempt, HookState, Subscription, url_place},
    },
    domain::{ids::HookId, said::Said},
    hook_url::{self, Peer},
    secrets::{Sealed, Secret, SecretsError},
};

/// The one event that is subscribed: every other is found by polling as soon (contract cartum 10.2 and 10.3).
const EVENT: &str = "order_created";
/// An attempt whose outcome is not known is repeated after this time, and not more often than [`MOST_TRIES`] in all: each
/// may have taken one of the store's five places.
const TRY_AGAIN: TimeDelta = TimeDelta::days(1);
const MOST_TRIES: i32 = 2;
/// What can do no harm is repeated after this time: an attempt that the store surely did not act on, and unsubscribing; after
/// [`MOST_UNSUBSCRIBES`] the subscription is left to the store.
const HARMLESS_AGAIN: TimeDelta = TimeDelta::hours(1);
const MOST_UNSUBSCRIBES: i32 = 5;

/// What is to be done about a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Nothing,
    Subscribe,
    Unsubscribe,
}

impl Reader<'_> {
    /// The orders that webhooks named, known or not. That one is missing means nothing here: whoever knows the URL can name
    /// any number, and what we know is asked for by every poll. A store that answers, but not for these, is left in peace.
    pub(super) async fn fetch_hinted(&mut self) -> Result<(), PullError> {
        let Some(hints) = order_hints::hints(&self.engine.pool, self.store.id).await? else { return Ok(()) };
        let known = (self.silent.len(), self.unanswered.len());
        self.forget_unchanged(hints.numbers.iter().copied());
        match self.read_at_once(&hints.numbers).await {
            Ok(missing) => {
                for number in missing {
                    self.delivered.remove(&number);
                }
            }
            Err(error) if self.due.has_answered && error.is_of_what_was_asked() => {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "the orders named by webhooks cannot be read"
                );
            }
            Err(error) => return Err(error),
        }
        self.silent.truncate(known.0);
        self.unanswered.truncate(known.1);
        let (store, until) = (self.store.id, hints.until);
        let note = |mut tx: Tx| async move { order_hints::answered(&mut tx, store, until).await };
        Ok(self.commit("hooks.fetch_hinted", note).await?)
    }

    /// Brings the store's subscription to what the settings want, and the next read forward for hints that came meanwhile.
    pub(super) async fn tend_hooks(&mut self) -> Result<(), PullError> {
        let wanted = &self.engine.settings.http.public_url;
        if !self.beside.hook && wanted.is_empty() {
            return Ok(());
        }
        let mut known = subscriptions::of_store(&self.engine.pool, self.store.id).await?;
        let mut step = next(known.as_ref(), wanted, self.engine.clock.now());
        if let (Step::Unsubscribe, Some(standing)) = (step, &known) {
            self.end(standing).await?;
            known = subscriptions::of_store(&self.engine.pool, self.store.id).await?;
            step = next(known.as_ref(), wanted, self.engine.clock.now());
        }
        if step == Step::Subscribe {
            self.subscribe(known.as_ref(), wanted).await?;
        }
        if known.is_some() {
            let store = self.store.id;
            let wake = |mut tx: Tx| async move { order_hints::wake_for_later(&mut tx, store).await };
            self.commit("hooks.wake_for_later", wake).await?;
        }
        Ok(())
    }

    async fn subscribe(&mut self, known: Option<&Subscription>, public_url: &str) -> Result<(), PullError> {
        let old = known.filter(|known| known.public_url == public_url).and_then(|known| known.target_url.as_ref());
        let target = self.target(old, public_url).map_err(ClientError::from)?;
        let secret = target.expose().rsplit('/').next().unwrap_or_default();
        let target_url = &self.engine.keyring.seal(&url_place(self.store.id), &target).map_err(ClientError::from)?;
        let attempt = &Attempt { public_url, event: EVENT, target_url, secret_hash: hook_url::hash(secret) };
        let store = self.store.id;
        let ask = |mut tx: Tx| async move { subscriptions::ask(&mut tx, store, attempt).await };
        self.commit("hooks.subscribe", ask).await?;
        match self.shop.subscribe(EVENT, &target, self.fence).await {
            Ok(hook) => self.note_standing(hook, &target).await,
            Err(error) => self.note_failure(&error).await,
        }
    }

    /// The URL of an attempt before, so that an event tells if that one took effect; else one with a secret of its own.
    fn target(&self, old: Option<&Sealed>, public_url: &str) -> Result<Secret, SecretsError> {
        match old {
            Some(sealed) => self.engine.keyring.open(&url_place(self.store.id), sealed),
            None => Ok(hook_url::hook_url(public_url, Peer::Cartum, &hook_url::fresh_secret()?)),
        }
    }

    async fn note_standing(&mut self, hook: HookId, target: &Secret) -> Result<(), PullError> {
        let store = self.store.id;
        let note = |mut tx: Tx| async move { subscriptions::subscribed(&mut tx, store, hook).await };
        if self.commit("hooks.note_standing", note).await? {
            tracing::info!(event = EVENT, id = %hook, "subscribed a webhook of the store");
        } else if let Err(error) = self.shop.unsubscribe(hook, target, self.fence).await {
            // The store was removed at this very moment.
            tracing::warn!(event = EVENT, id = %hook, %error, "a webhook is left in the store; remove it there");
        }
        Ok(())
    }

    async fn note_failure(&mut self, error: &HookError) -> Result<(), PullError> {
        let outcome = match error {
            HookError::Refused(_) => (HookState::Refused, true),
            HookError::Unclear(_) | HookError::Unknown => (HookState::Asked, true),
            HookError::NotDone(_) => (HookState::Idle, false),
        };
        let (store, why) = (self.store.id, &Said::from(error));
        let note = |mut tx: Tx| async move { subscriptions::failed(&mut tx, store, outcome, why).await };
        self.commit("hooks.note_failure", note).await?;
        tracing::info!(event = EVENT, %error, "the store's webhook is not subscribed; polling continues");
        Ok(())
    }

    /// Ends the subscription. The old URL is nobody's afterwards, whatever became of it in the store.
    async fn end(&mut self, standing: &Subscription) -> Result<(), PullError> {
        let left = match (standing.hook, &standing.target_url) {
            (Some(hook), Some(sealed)) => {
                let target = self.engine.keyring.open(&url_place(self.store.id), sealed).map_err(ClientError::from)?;
                self.shop.unsubscribe(hook, &target, self.fence).await.err()
            }
            _ => Some(HookError::Unknown),
        };
        let again = matches!(left, Some(HookError::NotDone(_) | HookError::Unclear(_)));
        let store = self.store.id;
        if let Some(error) = left.as_ref().filter(|_| again && standing.tries + 1 < MOST_UNSUBSCRIBES) {
            let why = &Said::from(error);
            let note = |mut tx: Tx| async move { subscriptions::unsubscribe_failed(&mut tx, store, why).await };
            self.commit("hooks.unsubscribe_failed", note).await?;
            tracing::info!(%error, "the store's old webhook could not be unsubscribed; will retry later");
            return Ok(());
        }
        self.commit("hooks.end", |mut tx| async move { subscriptions::ended(&mut tx, store).await }).await?;
        let (event, id, url) = (&standing.event, standing.hook.map(HookId::get), &standing.public_url);
        match left {
            None => tracing::info!(event, id, url, "unsubscribed the store's old webhook"),
            Some(error) => {
                tracing::warn!(event, id, url, %error, "the store may still have its old webhook; remove it in the store's admin");
            }
        }
        Ok(())
    }
}

/// What is to be done, by what is known and what the settings want; `wanted` is empty where no webhooks are.
fn next(known: Option<&Subscription>, wanted: &str, now: DateTime<Utc>) -> Step {
    let Some(known) = known else { return if wanted.is_empty() { Step::Nothing } else { Step::Subscribe } };
    let rested = |pause| known.tried_at.is_none_or(|at| at + pause <= now);
    let same = known.public_url == wanted;
    match known.state {
        HookState::Subscribed if !same && rested(HARMLESS_AGAIN) => Step::Unsubscribe,
        HookState::Subscribed => Step::Nothing,
        _ if wanted.is_empty() => Step::Nothing,
        _ if !same => Step::Subscribe,
        HookState::Idle if rested(HARMLESS_AGAIN) => Step::Subscribe,
        HookState::Asked if known.tries < MOST_TRIES && rested(TRY_AGAIN) => Step::Subscribe,
        HookState::Idle | HookState::Asked | HookState::Refused | HookState::Ended => Step::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://sync.example.com";

    fn known(state: HookState, tries: i32, tried_at: Option<DateTime<Utc>>) -> Subscription {
        Subscription {
            state,
            since: DateTime::UNIX_EPOCH,
            reason: None,
            public_url: URL.into(),
            event: EVENT.into(),
            target_url: None,
            hook: None,
            tries,
            tried_at,
        }
    }

    #[test]
    fn a_store_is_asked_once_and_after_an_unclear_outcome_once_more_a_day_later() {
        let start = DateTime::UNIX_EPOCH;
        let step = |known: &Subscription, at: TimeDelta| next(Some(known), URL, start + at);
        assert_eq!(next(None, URL, start), Step::Subscribe);
        assert_eq!(next(None, "", start), Step::Nothing);
        let asked = known(HookState::Asked, 1, Some(start));
        assert_eq!(step(&asked, TimeDelta::hours(23)), Step::Nothing);
        assert_eq!(step(&asked, TimeDelta::hours(24)), Step::Subscribe);
        let twice = known(HookState::Asked, 2, Some(start));
        assert_eq!(step(&twice, TimeDelta::days(1_000)), Step::Nothing);
        for state in [HookState::Subscribed, HookState::Refused, HookState::Ended] {
            assert_eq!(step(&known(state, 1, None), TimeDelta::days(1_000)), Step::Nothing, "{state:?}");
        }
        assert_eq!(step(&known(HookState::Idle, 0, None), TimeDelta::zero()), Step::Subscribe);
        let not_done = known(HookState::Idle, 0, Some(start));
        assert_eq!(step(&not_done, TimeDelta::minutes(59)), Step::Nothing);
        assert_eq!(step(&not_done, TimeDelta::hours(1)), Step::Subscribe);
    }

    #[test]
    fn another_public_url_ends_what_stands_and_begins_anew() {
        let start = DateTime::UNIX_EPOCH;
        let standing = known(HookState::Subscribed, 0, None);
        for wanted in ["https://elsewhere.example.com", ""] {
            assert_eq!(next(Some(&standing), wanted, start), Step::Unsubscribe);
            // The store did not answer.
            let tried = known(HookState::Subscribed, 1, Some(start));
            assert_eq!(next(Some(&tried), wanted, start + TimeDelta::minutes(59)), Step::Nothing);
            assert_eq!(next(Some(&tried), wanted, start + TimeDelta::hours(1)), Step::Unsubscribe);
        }
        for state in [HookState::Asked, HookState::Refused, HookState::Ended] {
            assert_eq!(
                next(Some(&known(state, 2, Some(start))), "https://elsewhere", start),
                Step::Subscribe,
                "{state:?}"
            );
            assert_eq!(next(Some(&known(state, 2, Some(start))), "", start), Step::Nothing, "{state:?}");
        }
    }
}
