//! Faults on demand: which call fails, how, and how often.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, futures::Notified};

/// How a call fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not executed; answered with HTTP 200 and an HTML page.
    Html,
    /// Not executed; answered with this HTTP status.
    Refuse(u16),
    /// Not executed; answered with this HTTP status and this body.
    RefuseWith(u16, String),
    /// Executed, then answered with this HTTP status.
    FailAfter(u16),
    /// Executed, then answered with 200 and an empty body.
    EmptyAfter,
    /// Not executed; the connection is cut without an answer.
    CutBefore,
    /// Executed, then the connection is cut without an answer.
    CutAfter,
    /// Executed, then the connection is cut in the middle of the answer; by RO App, without an answer.
    CutWithin,
    /// Executed after this delay.
    Slow(Duration),
    /// Executed once the rules are dropped.
    Held,
    /// Not executed and never answered, with the connection left open: the moment to kill the process that waits for it.
    HangBefore,
    /// Executed and never answered, with the connection left open.
    HangAfter,
}

/// A rule: calls named `call` fail `times` times, after the first `skip` of them.
#[derive(Debug, Clone)]
struct Rule {
    call: String,
    fault: Fault,
    skip: u32,
    times: u32,
}

/// The rules of one server. A call uses the first rule that still applies.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<Rule>>,
    dropped: Notify,
}

impl Faults {
    /// Adds a rule. `call` names the calls that fail:
    ///
    /// - `*`: any call
    /// - `orders/get`: a function of Cartum
    /// - `orders/get 7`: a request for the order with this number
    /// - `order 7`: any answer of a shop that would show this order
    /// - `POST /v2/orders/{id}/items`: a call of RO App, with ids written as `{id}` and `{item_id}`
    /// - `GET /v2/orders/7`: a call about one record
    /// - `POST /v2/orders/{id}/items 7`: a line of the product with this id
    /// - `POST /products/ A-1`: a new product with this article
    ///
    /// `times` of `u32::MAX` means forever.
    pub fn add(&self, call: &str, fault: Fault, skip: u32, times: u32) {
        self.lock().push(Rule { call: call.into(), fault, skip, times });
    }

    /// Drops every rule.
    pub fn clear(&self) {
        self.lock().clear();
        self.dropped.notify_waiters();
    }

    /// Ends when the rules are dropped after this was called.
    pub fn until_dropped(&self) -> Notified<'_> {
        self.dropped.notified()
    }

    /// Whether every rule has been used up.
    #[must_use]
    pub fn are_spent(&self) -> bool {
        self.lock().iter().all(|rule| rule.times == 0)
    }

    /// The fault of a call with these names, if any; uses up one time of the rule.
    pub fn take(&self, names: &[String]) -> Option<Fault> {
        self.take_of(|call| call == "*" || names.iter().any(|name| name == call))
    }

    /// The fault of an answer that shows these orders, if any; uses up one time of the rule.
    pub fn take_shown(&self, orders: &[i64]) -> Option<Fault> {
        self.take_of(|call| {
            let number = call.strip_prefix("order ").and_then(|number| number.parse().ok());
            number.is_some_and(|number| orders.contains(&number))
        })
    }

    fn take_of(&self, is_meant: impl Fn(&str) -> bool) -> Option<Fault> {
        let mut rules = self.lock();
        for rule in rules.iter_mut().filter(|rule| is_meant(&rule.call)) {
            if rule.skip > 0 {
                rule.skip -= 1;
            } else if rule.times > 0 {
                rule.times = if rule.times == u32::MAX { u32::MAX } else { rule.times - 1 };
                return Some(rule.fault.clone());
            }
        }
        None
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
