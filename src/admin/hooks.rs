//! Webhooks as a person sets them up: the URL for RO App, and the end of a store's subscription.

use sqlx::PgPool;

use super::{Admin, error::AdminError, stores::remove_store};
use crate::{
    cartum::HookError,
    db::{
        accounts::Account,
        hooks,
        stores::Store,
        subscriptions::{self, HookState, Subscription, url_place},
    },
    domain::said::Said,
    hook_url::{self, Peer},
    http::Fence,
    secrets::Secret,
};

/// Where the webhooks of an account are sent.
#[derive(Debug, Clone)]
pub struct HookView {
    secret: Secret,
    /// RO App signs with its own secret, which has been set.
    pub has_signing_secret: bool,
}

impl HookView {
    /// The URL that RO App calls, secret included; only its path if `public_url` is not set.
    #[must_use]
    pub fn url(&self, public_url: &str) -> Secret {
        hook_url::hook_url(public_url, Peer::RoApp, &self.secret)
    }
}

/// A store's subscription that exists, or may exist.
///
/// # Errors
/// When the database fails.
pub async fn standing_subscription(pool: &PgPool, store: &Store) -> Result<Option<Subscription>, AdminError> {
    let hook = subscriptions::of_store(pool, store.id).await?;
    Ok(hook.filter(|hook| matches!(hook.state, HookState::Asked | HookState::Subscribed)))
}

fn gone(account: &Account) -> AdminError {
    AdminError::NotFound(Said::new("named-account-was-removed").with("account", account.name.as_str()))
}

impl Admin {
    /// Where RO App sends the webhooks of an account; created on first use, and the same from then on.
    ///
    /// # Errors
    /// When the database fails, or the saved secret cannot be decrypted.
    pub async fn account_hook(&self, account: &Account) -> Result<HookView, AdminError> {
        self.make_hook(account).await?;
        let hook = hooks::of_account(&self.pool, account.id).await?;
        let hook = hook.ok_or_else(|| gone(account))?;
        let secret = self.keyring.open(&hooks::secret_place(account.id), &hook.secret)?;
        Ok(HookView { secret, has_signing_secret: hook.signing_secret.is_some() })
    }

    /// Gives an account a hook, unless it has one.
    pub(super) async fn make_hook(&self, account: &Account) -> Result<(), AdminError> {
        if hooks::of_account(&self.pool, account.id).await?.is_some() {
            return Ok(());
        }
        let secret = hook_url::fresh_secret().map_err(crate::secrets::SecretsError::from)?;
        let sealed = self.keyring.seal(&hooks::secret_place(account.id), &secret)?;
        Ok(hooks::make(&self.pool, account.id, &sealed, hook_url::hash(secret.expose())).await?)
    }

    /// Removes a store for good, and ends its subscription while its password is known. A store that does not answer is removed
    /// nevertheless.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_store_and_webhook(&self, store: &Store) -> Result<(), AdminError> {
        if let Some(standing) = standing_subscription(&self.pool, store).await?
            && let Err(error) = self.unsubscribe(store, &standing).await
        {
            tracing::info!(store = %store.id, error = &error as &dyn std::error::Error, "the store may still have a webhook");
        }
        remove_store(&self.pool, store, &self.by).await
    }

    /// Ends a store's subscription in the store, before its password is erased.
    ///
    /// # Errors
    /// When the store does not answer or refuses; the subscription may then still exist.
    pub async fn unsubscribe(&self, store: &Store, standing: &Subscription) -> Result<(), AdminError> {
        let (Some(hook), Some(sealed)) = (standing.hook, &standing.target_url) else {
            return Err(HookError::Unknown.into());
        };
        let target = self.keyring.open(&url_place(store.id), sealed)?;
        Ok(self.clients.cartum(&self.keyring, store)?.unsubscribe(hook, &target, &Fence::open()).await?)
    }
}
