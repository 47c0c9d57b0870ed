//! Faults on demand: which call goes wrong, how, and how often.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// What goes wrong with one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not executed; HTTP 200 with an HTML page.
    Html,
    /// Not executed; this HTTP status.
    Refuse(u16),
    /// Not executed; this HTTP status with this body.
    RefuseWith(u16, String),
    /// Executed, then answered with this HTTP status.
    FailAfter(u16),
    /// Executed, then answered 200 with an empty body.
    EmptyAfter,
    /// Not executed; the connection is cut without an answer.
    CutBefore,
    /// Executed, then the connection is cut without an answer.
    CutAfter,
    /// Executed, then the connection is cut in the middle of the answer; of RO App: without an answer.
    CutWithin,
    /// Executed after this delay.
    Slow(Duration),
    /// Not executed and never answered, with the connection left open: the moment to kill whoever waits for it.
    HangBefore,
    /// Executed and never answered, with the connection left open.
    HangAfter,
}

/// One rule: calls named `call`, after the first `skip` of them, `times` times.
#[derive(Debug, Clone)]
struct Rule {
    call: String,
    fault: Fault,
    skip: u32,
    times: u32,
}

/// The rules of one server. A call takes the first rule that still applies.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<Rule>>,
}

impl Faults {
    /// Adds a rule. `call` is `POST /v2/orders/{id}/items` for RO App (ids written `{id}`, `{item_id}`) or the function's
    /// name (`orders/get`) for Cartum; `*` is any call. One record alone goes wrong with `GET /v2/orders/7` and with
    /// `orders/get 7`, a question for that order by its number; a line of one product with `POST /v2/orders/{id}/items 7`, and a new
    /// product with its article, `POST /products/ A-1`; `order 7` is any answer of a shop that would show it. `times` of
    /// `u32::MAX` is for ever.
    pub fn add(&self, call: &str, fault: Fault, skip: u32, times: u32) {
        self.lock().push(Rule { call: call.into(), fault, skip, times });
    }

    /// Drops every rule.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Every rule has come true as often as it was meant to.
    #[must_use]
    pub fn are_spent(&self) -> bool {
        self.lock().iter().all(|rule| rule.times == 0)
    }

    /// The fault of a call that goes by these names, if any; counts it.
    pub fn take(&self, names: &[String]) -> Option<Fault> {
        self.take_of(|call| call == "*" || names.iter().any(|name| name == call))
    }

    /// The fault of an answer that shows these orders, if any; counts it.
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
