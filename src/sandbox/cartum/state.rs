//! The state of a running shop, and the table of its functions.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{
    ShopCall, ShopOptions, catalog,
    hooks::Hooks,
    lists, orders_get, orders_update,
    quirks::{CartumQuirks, NoApi, NoHooks},
    reply::Reply,
    tokens::Tokens,
};
use crate::sandbox::seed::ShopData;

/// Everything behind the single lock.
#[derive(Debug)]
pub(super) struct State {
    pub(super) data: ShopData,
    pub(super) calls: Vec<ShopCall>,
    pub(super) tokens: Tokens,
    pub(super) hooks: Hooks,
    pub(super) password: String,
    login: String,
    quirks: CartumQuirks,
    started: Instant,
    turn: u64,
}

impl State {
    pub(super) fn new(options: ShopOptions) -> Self {
        let ShopOptions { login, password, token_life, quirks, shop, .. } = options;
        Self {
            tokens: Tokens::new(shop.seed.seed, token_life),
            data: shop,
            calls: Vec::new(),
            hooks: Hooks::default(),
            password,
            login,
            quirks,
            started: Instant::now(),
            turn: 0,
        }
    }

    /// The shop's present time: that of its data, plus the time since it was started.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.data.seed.now + TimeDelta::from_std(self.started.elapsed()).unwrap_or_default()
    }

    /// Changes the data, as buyers and staff do; orders that differ afterwards count as changed now.
    pub(super) fn edit<T>(&mut self, change: impl FnOnce(&mut ShopData) -> T) -> T {
        let (before, now) = (self.data.orders.clone(), self.data.local(self.now()));
        let done = change(&mut self.data);
        for (id, order) in &mut self.data.orders {
            if before.get(id).is_some_and(|old| old != order) {
                order.changed_at = now;
            }
        }
        done
    }

    /// Counts a call; true if the shop is too busy for it.
    pub(super) fn is_busy(&mut self) -> bool {
        self.turn += 1;
        self.quirks.busy_every.is_some_and(|every| self.turn.is_multiple_of(every.max(1)))
    }

    /// Executes a function.
    pub(super) fn call(&mut self, function: &str, body: &Map<String, Value>) -> Reply {
        if let Some(refusal) = self.no_api(function) {
            return refusal;
        }
        if function == "auth" {
            return self.auth(body);
        }
        if !KNOWN.iter().any(|(known, _)| *known == function) {
            return Reply::undefined();
        }
        if let Err(refusal) = self.tokens.check(body.get("token").and_then(Value::as_str), &self.quirks) {
            return refusal;
        }
        if let (true, Some(refusal)) = (function.starts_with("hooks/"), self.quirks.no_hooks) {
            return match refusal {
                NoHooks::Undefined => Reply::undefined(),
                NoHooks::Forbidden => Reply::forbidden(),
                NoHooks::Error => Reply::error("Webhooks are a part of the Pro plan"),
            };
        }
        match function {
            "orders/get" => orders_get::answer(&self.data, body, &self.quirks, self.turn),
            "orders/get_available_statuses" => lists::statuses(&self.data, &self.quirks),
            "orders/update" => {
                let quirks = self.quirks.clone();
                self.edit(|data| orders_update::answer(data, body, &quirks))
            }
            "catalog/export" => catalog::answer(&self.data, body, &self.quirks),
            "currency/export" => lists::currency(&self.data, body),
            "delivery/export" => lists::delivery(&self.data, &self.quirks),
            "payment/export" => lists::payment(&self.data, &self.quirks),
            "users/export" => lists::users(&self.data, body, &self.quirks),
            "hooks/subscribe" => self.hooks.subscribe(body),
            "hooks/unSubscribe" => self.hooks.unsubscribe(body),
            _ => Reply::undefined(),
        }
    }

    fn auth(&mut self, body: &Map<String, Value>) -> Reply {
        let text = |key: &str| body.get(key).and_then(Value::as_str);
        if text("login") != Some(self.login.as_str()) || text("password") != Some(self.password.as_str()) {
            return Reply::error("User with such username/password not found");
        }
        Reply::ok(&json!({ "token": self.tokens.give(&self.quirks) }))
    }

    fn no_api(&self, function: &str) -> Option<Reply> {
        let auth = function == "auth";
        match self.quirks.no_api? {
            NoApi::AuthNotFound => Some(Reply::bare(404)),
            NoApi::Undefined => Some(Reply::undefined()),
            NoApi::Forbidden => Some(Reply::forbidden()),
            NoApi::FunctionsUndefined => (!auth).then(Reply::undefined),
            NoApi::FunctionsForbidden => (!auth).then(Reply::forbidden),
        }
    }
}

/// Every function with its parameters, except `token`.
const KNOWN: [(&str, &[&str]); 11] = [
    ("auth", &["login", "password"]),
    ("orders/get", &["from", "to", "ids", "status", "additionalData", "limit", "offset"]),
    ("orders/get_available_statuses", &[]),
    ("orders/update", &["orders"]),
    ("catalog/export", &["expr", "offset", "limit", "includedParams", "excludedParams"]),
    ("currency/export", &["iso", "id", "enabledOnly"]),
    ("delivery/export", &[]),
    ("payment/export", &[]),
    ("users/export", &["from", "to", "offset", "limit"]),
    ("hooks/subscribe", &["event", "target_url"]),
    ("hooks/unSubscribe", &["id", "target_url"]),
];

/// What a client should not do by the contract, although the store silently accepts it (contract cartum 1, 4.1, 13).
pub(super) fn complaints(function: &str, body: &Map<String, Value>) -> Vec<String> {
    let Some((_, parameters)) = KNOWN.iter().find(|(known, _)| *known == function) else {
        return vec![format!("no function is called {function}")];
    };
    let mut complaints: Vec<String> = body
        .keys()
        .filter(|key| !(parameters.contains(&key.as_str()) || (*key == "token" && function != "auth")))
        .map(|key| format!("{key} is not a parameter of {function}"))
        .collect();
    if function == "orders/get" && body.contains_key("offset") && !body.contains_key("limit") {
        complaints.push("offset without limit is ignored".into());
    }
    if function == "currency/export" && body.contains_key("iso") && body.get("enabledOnly") != Some(&Value::Bool(false))
    {
        complaints.push("iso without enabledOnly false is ignored".into());
    }
    complaints.extend(complaints_of_items(function, body));
    complaints
}

fn complaints_of_items(function: &str, body: &Map<String, Value>) -> Vec<String> {
    const WRITABLE: [&str; 5] = ["order_id", "status", "payed", "tracking_code", "own_tracking_code"];
    let items = body.get("orders").and_then(Value::as_array).filter(|_| function == "orders/update");
    items
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
        .filter(|key| !WRITABLE.contains(&key.as_str()))
        .map(|key| format!("{key} of an order cannot be written"))
        .collect()
}
