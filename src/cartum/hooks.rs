//! Webhook subscriptions: `hooks/subscribe` and `hooks/unSubscribe`, which change the store and answer without the envelope
//! (contract cartum 10.1). Neither is repeated here, except after the new login of contract cartum 2.5.

use serde_json::json;

use super::{
    client::Cartum,
    envelope::word,
    error::{CartumError, DecodeError, Trouble},
    fields,
};
use crate::{
    domain::{ids::HookId, said::Said},
    http::Fence,
    secrets::Secret,
};

pub(super) const SUBSCRIBE: &str = "hooks/subscribe";
pub(super) const UNSUBSCRIBE: &str = "hooks/unSubscribe";

/// A subscription was not made, or not ended. The variants say what may have become of the request.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The store refused it: its plan or version has no webhooks, all five places are taken, or there is no such subscription.
    #[error(transparent)]
    Refused(CartumError),
    /// The store did not act on the request; it may do so another time.
    #[error(transparent)]
    NotDone(CartumError),
    /// The store may have acted on the request.
    #[error(transparent)]
    Unclear(CartumError),
    /// The store's answer was lost, and the id with it, so the subscription cannot be named.
    #[error("{}", Said::from(self))]
    Unknown,
}

/// As a person is told of it.
impl From<&HookError> for Said {
    fn from(error: &HookError) -> Self {
        match error {
            HookError::Refused(error) | HookError::NotDone(error) | HookError::Unclear(error) => Self::from(error),
            HookError::Unknown => Self::new("webhook-unknown"),
        }
    }
}

impl Cartum {
    /// Asks the store to send an event to this URL; returns the id of the subscription. A store accepts five for each event.
    ///
    /// # Errors
    /// As [`HookError`]. After [`HookError::Unclear`], a subscription with an unknown id may exist.
    pub async fn subscribe(&self, event: &str, target_url: &Secret, fence: &Fence) -> Result<HookId, HookError> {
        let params = json!({"event": event, "target_url": target_url.expose()});
        let made = async {
            let reply = self.call_once(SUBSCRIBE, &params, fence).await?;
            let body = reply.data()?.unwrap_or_default().value();
            let id = fields::id(&body, "id").and_then(|id| fields::required(id, "id", "an id"));
            id.map(HookId::new).map_err(|source| self.does_not_fit(source))
        };
        made.await.map_err(|error| sorted(error, SUBSCRIBE))
    }

    /// Asks the store to send nothing more to this URL. Doing so twice is harmless: the store refuses the second request.
    ///
    /// # Errors
    /// As [`HookError`].
    pub async fn unsubscribe(&self, id: HookId, target_url: &Secret, fence: &Fence) -> Result<(), HookError> {
        let params = json!({"id": id.get(), "target_url": target_url.expose()});
        let ended = async {
            let reply = self.call_once(UNSUBSCRIBE, &params, fence).await?;
            if reply.word == word::OK { Ok(()) } else { Err(reply.failure()) }
        };
        ended.await.map_err(|error| sorted(error, UNSUBSCRIBE))
    }

    fn does_not_fit(&self, source: DecodeError) -> CartumError {
        CartumError::Contract { host: self.host.clone(), function: SUBSCRIBE, place: "response", source }
    }
}

/// Classifies an error by whether the store may have acted on the call of `wanted`: after a failed login, the call was never
/// sent.
fn sorted(error: CartumError, wanted: &'static str) -> HookError {
    match &error {
        CartumError::NotJson { function, status: ..400, .. }
        | CartumError::Broken { function, .. }
        | CartumError::Contract { function, .. }
        | CartumError::Temporary { function, trouble: Trouble::Http(500..), .. }
            if *function == wanted =>
        {
            HookError::Unclear(error)
        }
        CartumError::Send { function, source } if *function == wanted => {
            if source.surely_not_executed() {
                HookError::NotDone(error)
            } else {
                HookError::Unclear(error)
            }
        }
        CartumError::Temporary { function, trouble: Trouble::TokenRefused { .. }, .. }
        | CartumError::Failed { function, .. }
        | CartumError::UnknownWord { function, .. }
            if *function == wanted =>
        {
            HookError::Refused(error)
        }
        CartumError::NotOnPlan { what, .. } if what.starts_with(wanted) => HookError::Refused(error),
        _ => HookError::NotDone(error),
    }
}
