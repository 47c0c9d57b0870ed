//! Events on their way to whoever subscribed them (contract cartum 10.3). The store's queue of five minutes is left out: an event is
//! sent once, when a test says so.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Hook, Shop};
use crate::sandbox::send::send;

/// What an event's body holds; no sample is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventBody {
    /// `order_id` as a number at the top.
    Top,
    /// `order_id` as a text, some levels down.
    Nested,
    /// No id at all.
    NoId,
    /// No body at all.
    Nothing,
}

/// The method of an event; the contract knows of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventMethod {
    /// As the Horoshop edition does.
    Put,
    /// As some receivers want it.
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
    /// Tells every subscriber of `order_created` of this order; the HTTP status of each answer, 0 where none came.
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

    /// An admin removes a subscription, and its URL is told; the HTTP status of the answer, 0 where none came.
    pub async fn remove_hook(&self, hook: &Hook) -> u16 {
        self.inner.lock().hooks.live.retain(|live| live != hook);
        send(Method::DELETE, &hook.target_url, None, None).await
    }

    /// An admin subscribes something else by hand; the id.
    #[expect(clippy::must_use_candidate, reason = "the id is not always wanted")]
    pub fn add_hook(&self, event: &str, target_url: &str) -> i64 {
        self.inner.lock().hooks.add(event, target_url)
    }
}
