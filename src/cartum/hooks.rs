//! Webhook subscriptions: `hooks/subscribe` and `hooks/unSubscribe`, which change the store and answer without the envelope
//! (contract cartum 10.1). Neither is repeated here, except after the re-login of contract cartum 2.5.

use serde_json::json;

use super::{
    client::Cartum,
    envelope::word,
    error::{CartumError, DecodeError, Trouble},
    fields,
};
use crate::{domain::ids::HookId, http::Fence, secrets::Secret};

pub(super) const SUBSCRIBE: &str = "hooks/subscribe";
pub(super) const UNSUBSCRIBE: &str = "hooks/unSubscribe";

/// A subscription was not made, or not ended; by what became of the request.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The store refused it: its plan or version has no webhooks, all five places are taken, there is no such subscription.
    #[error(transparent)]
    Refused(CartumError),
    /// The store did not act on it, and may do so another time.
    #[error(transparent)]
    NotDone(CartumError),
    /// The store may have acted on it.
    #[error(transparent)]
    Unclear(CartumError),
    /// The store's answer was lost, and with it the id: the subscription cannot be named.
    #[error("the id of the subscription is not known, as the store's answer was lost")]
    Unknown,
}

impl Cartum {
    /// Has the store send an event to this URL; the id of the subscription. A store takes five for each event.
    ///
    /// # Errors
    /// As [`HookError`]; after [`HookError::Unclear`] the subscription may stand, and its id is not known.
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

    /// Has the store send nothing more to this URL. Doing so twice does no harm: the second time is refused.
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

/// Whether the store may have acted on a call of `wanted`: one that failed at the login before was never sent.
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
