//! Sends events to subscribers (contract cartum 10.3). The store's queue of five minutes is left out: an event is sent once,
//! when a test says so.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Hook, Shop};
use crate::sandbox::send::send;

/// The body of an event; no sample is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventBody {
    /// `order_id` as a number at the top level.
    Top,
    /// `order_id` as a text, some levels deeper.
    Nested,
    /// A body without an id.
    NoId,
    /// No body.
    Nothing,
}

/// The method of an event; the contract knows both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventMethod {
    /// As in the Horoshop edition.
    Put,
    /// As some receivers expect it.
    Post,
}

impl EventBody {
    fn of(self, number: i64) -> Option<Value> {
        match self {
            Self::Top => Some(json!({ "event": "order_created", "order_id": number, "status": 1 })),
            Self::Nested => {
                let order = json!({ "order_id": number.to_string(), "delivery_data": [] });
                Some(json!({ "event": "order_created", "data": { "orders": [order] } }))
            }
            Self::NoId => Some(json!({ "event": "order_created" })),
            Self::Nothing => None,
        }
    }
}

impl Shop {
    /// Sends every subscriber of `order_created` this order; returns the HTTP status of each answer, 0 if none came.
    pub async fn send_order_created(&self, number: i64, method: EventMethod, body: EventBody) -> Vec<u16> {
        let method = match method {
            EventMethod::Put => Method::PUT,
            EventMethod::Post => Method::POST,
        };
        let mut answers = Vec::new();
        for hook in self.hooks().into_iter().filter(|hook| hook.event == "order_created") {
            let body = body.of(number).map(|body| body.to_string());
            answers.push(send(method.clone(), &hook.target_url, None, body).await);
        }
        answers
    }

    /// Removes a subscription, as an admin does, and notifies its URL; returns the HTTP status of the answer, 0 if none came.
    pub async fn remove_hook(&self, hook: &Hook) -> u16 {
        self.inner.lock().hooks.live.retain(|live| live != hook);
        send(Method::DELETE, &hook.target_url, None, None).await
    }

    /// Adds another subscription, as an admin does by hand; returns the id.
    #[expect(clippy::must_use_candidate, reason = "the id is not always wanted")]
    pub fn add_hook(&self, event: &str, target_url: &str) -> i64 {
        self.inner.lock().hooks.add(event, target_url)
    }
}
