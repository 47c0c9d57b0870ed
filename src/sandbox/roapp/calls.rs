//! The record of every call.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;

/// One call, refused and faulted ones too, in the order they came.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Since the start of the sandbox.
    pub at: Duration,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path with ids as `{id}` and `{item_id}`; the path itself where it is unknown.
    pub template: String,
    /// The path as asked for.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The body, when it is JSON.
    pub body: Option<Value>,
    /// The status answered; 0 while there is no answer and when the connection was cut.
    pub status: u16,
}

impl Call {
    /// Method and template, as faults name it: `POST /v2/orders/{id}/items`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }
}

#[derive(Debug, Default)]
pub(super) struct Calls(Mutex<Vec<Call>>);

impl Calls {
    /// Notes a call that came in; returns its place.
    pub(super) fn begin(&self, call: Call) -> usize {
        let mut calls = self.lock();
        calls.push(call);
        calls.len() - 1
    }

    pub(super) fn finish(&self, place: usize, status: u16) {
        if let Some(call) = self.lock().get_mut(place) {
            call.status = status;
        }
    }

    pub(super) fn all(&self) -> Vec<Call> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Call>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
