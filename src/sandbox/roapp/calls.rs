//! The record of every call.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;

/// A call; refused ones and those with a fault are recorded, too, in the order they came.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The time since the start of the sandbox.
    pub at: Duration,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path with ids as `{id}` and `{item_id}`; the path itself if it is unknown.
    pub template: String,
    /// The path of the request.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The body, if it is JSON.
    pub body: Option<Value>,
    /// The status of the answer; 0 before the answer, and if the connection was cut.
    pub status: u16,
}

impl Call {
    /// Method and template, as rules for faults name the call: `POST /v2/orders/{id}/items`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }
}

#[derive(Debug, Default)]
pub(super) struct Calls(Mutex<Vec<Call>>);

impl Calls {
    /// Records a call that came in; returns its index.
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
