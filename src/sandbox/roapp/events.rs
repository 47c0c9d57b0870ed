//! Webhooks of RO App (contract roapp 11), sent once, when a test says so.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::RoApp;
use crate::sandbox::send::send;

/// An event about a work order.
#[derive(Debug, Clone)]
pub struct HookEvent {
    /// A UUID, which is the signed part.
    pub id: String,
    /// `Order.Created`, `Order.Status.Changed`, `Order.Deleted`.
    pub name: String,
    /// The work order.
    pub order: i64,
    /// This many more bytes of metadata.
    pub more: usize,
}

/// The signature of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed<'a> {
    /// As measured: HMAC-SHA256 of the id with this secret.
    With(&'a str),
    /// As the reference describes it, but real events are not signed: SHA-256 of id and secret.
    AsReference(&'a str),
    /// No signature.
    Not,
}

impl HookEvent {
    /// All keys that were seen in real events.
    fn body(&self, at: &str) -> Value {
        json!({
            "id": self.id,
            "event_name": self.name,
            "created_at": at,
            "context": { "object_id": self.order, "object_type": "order" },
            "metadata": {
                "order": { "id": self.order, "name": "A002" },
                "new": { "id": 502 },
                "old": { "id": 501 },
                "client": { "id": 7, "fullname": "Olena Koval" },
                "comment": "x".repeat(self.more),
            },
            "employee": { "full_name": "Petro Master" },
        })
    }

    fn signature(&self, signed: Signed<'_>) -> Option<String> {
        let bytes = match signed {
            Signed::With(secret) => {
                let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
                mac.chain_update(&self.id).finalize().into_bytes().to_vec()
            }
            Signed::AsReference(secret) => Sha256::digest(format!("{}{secret}", self.id)).to_vec(),
            Signed::Not => return None,
        };
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Some(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect())
    }
}

impl RoApp {
    /// Sends an event to a URL that somebody entered by hand; returns the HTTP status of the answer, 0 if none came.
    pub async fn send_event(&self, url: &str, event: &HookEvent, signed: Signed<'_>) -> u16 {
        let body = event.body(&self.shared.clock.now().to_rfc3339()).to_string();
        let signature = event.signature(signed);
        send(Method::POST, url, signature.as_deref().map(|text| ("X-Signature", text)), Some(body)).await
    }
}
