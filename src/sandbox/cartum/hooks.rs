//! `hooks/subscribe` and `hooks/unSubscribe`: answers without an envelope (contract cartum 10.1).

use serde_json::{Map, Value, json};

use super::reply::Reply;

/// Most subscriptions for one event.
const MOST: usize = 5;
const EVENTS: [&str; 7] = [
    "order_created",
    "user_signup",
    "request_call_me",
    "order_paid",
    "order_update",
    "user_update",
    "comments_created",
];

/// One subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Counts from 1.
    pub id: i64,
    /// The name of the event.
    pub event: String,
    /// The URL that gets the event.
    pub target_url: String,
}

/// The subscriptions of a shop.
#[derive(Debug, Default)]
pub(super) struct Hooks {
    pub(super) live: Vec<Hook>,
    given: i64,
}

impl Hooks {
    /// Answers 201 with a bare id.
    pub(super) fn subscribe(&mut self, body: &Map<String, Value>) -> Reply {
        let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
        let (event, target_url) = (text("event"), text("target_url"));
        if !EVENTS.contains(&event) {
            return Reply::error("event is not defined or defined incorrectly");
        }
        if !target_url.starts_with("http") {
            return Reply::error("target_url is not defined or defined incorrectly");
        }
        if self.live.iter().filter(|hook| hook.event == event).count() >= MOST {
            return Reply::error("Subscriptions limit for current event has been reached");
        }
        Reply::new(201, json!({ "id": self.add(event, target_url) }))
    }

    /// Adds a subscription even if there is an equal one.
    pub(super) fn add(&mut self, event: &str, target_url: &str) -> i64 {
        self.given += 1;
        self.live.push(Hook { id: self.given, event: event.into(), target_url: target_url.into() });
        self.given
    }

    /// Answers 410 on success.
    pub(super) fn unsubscribe(&mut self, body: &Map<String, Value>) -> Reply {
        let id = body.get("id").and_then(Value::as_i64);
        let target_url = body.get("target_url").and_then(Value::as_str);
        let before = self.live.len();
        self.live.retain(|hook| Some(hook.id) != id || Some(hook.target_url.as_str()) != target_url);
        if self.live.len() == before {
            return Reply::error("Subscription not found");
        }
        Reply::new(410, json!({ "status": "OK" }))
    }
}
