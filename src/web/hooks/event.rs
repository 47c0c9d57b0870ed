//! An event of RO App (contract roapp 11): its id, which is the only signed part, and the work order that it names.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::id;
use crate::{domain::ids::WorkOrderId, secrets::Secret};

/// Longest id that is accepted; RO App's are UUIDs.
const LONGEST_ID: usize = 128;
/// Bytes in a signature.
const LENGTH: usize = 32;

/// The parts of an event that we read. Any other key may be missing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// Identifies the event.
    pub(super) id: String,
    /// The work order, if the event is about one.
    pub(super) work_order: Option<WorkOrderId>,
}

impl Event {
    /// Reads an event; `None` if it has no id, since then nothing can be signed.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let event = body["id"].as_str().filter(|id| !id.is_empty() && id.len() <= LONGEST_ID && !id.contains('\0'))?;
        let context = &body["context"];
        let work_order = (context["object_type"] == "order").then(|| id(&context["object_id"])).flatten();
        Some(Self { id: event.to_owned(), work_order: work_order.map(WorkOrderId::new) })
    }

    /// Whether `signature` is the HMAC-SHA256 of the id with this key, in hexadecimal digits. Compared in constant time.
    pub(super) fn is_signed(&self, key: &Secret, signature: &str) -> bool {
        let Some(signature) = unhex(signature.trim()) else { return false };
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()) else { return false };
        mac.chain_update(&self.id).verify_slice(&signature).is_ok()
    }
}

fn unhex(text: &str) -> Option<[u8; LENGTH]> {
    let digits = text.as_bytes();
    let mut bytes = [0; LENGTH];
    if digits.len() != 2 * LENGTH {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;

    /// `printf %s 0b6c1b6e-7d1c-4d5a-9a38-1a2b3c4d5e6f | openssl dgst -sha256 -hmac key`
    const ID: &str = "0b6c1b6e-7d1c-4d5a-9a38-1a2b3c4d5e6f";
    const SIGNATURE: &str = "8e59d3f8f6ff0b8df80cde58483e7f88819c6bfd7172227882d935b601350dd6";

    #[test]
    fn only_the_hmac_of_the_id_is_a_signature() {
        let event = Event { id: ID.into(), work_order: None };
        let signed = |key: &str, signature: &str| event.is_signed(&Secret::new(key.into()), signature);
        assert!(signed("key", SIGNATURE) && signed("key", &SIGNATURE.to_uppercase()));
        assert!(!signed("other", SIGNATURE) && !signed("", SIGNATURE));
        for wrong in ["", "00", "é", &SIGNATURE[1..], &SIGNATURE[..62], &format!("{SIGNATURE}00"), &"z".repeat(64)] {
            assert!(!signed("key", wrong), "{wrong}");
        }
        // SHA-256 of id and secret, as in RO App's reference, is not a valid signature either (contract roapp 11).
        assert!(!signed("key", "efeccb4671fca462cf56ca84d7d37b2dac00f4e13fdc1fbc63118fa26eec8fda"));
    }

    #[test]
    fn an_event_needs_an_id_and_nothing_else() {
        let read = |body: &str| Event::read(body.as_bytes());
        let event =
            |id: &str, work_order: Option<i64>| Event { id: id.into(), work_order: work_order.map(WorkOrderId::new) };
        assert_eq!(read(r#"{"id": "a"}"#).unwrap(), event("a", None));
        let body = r#"{"id": "a", "event_name": "Order.Created", "context": {"object_id": 9, "object_type": "order"}}"#;
        assert_eq!(read(body).unwrap(), event("a", Some(9)));
        let text = r#"{"id": "a", "context": {"object_id": "9", "object_type": "order"}, "metadata": null}"#;
        assert_eq!(read(text).unwrap(), event("a", Some(9)));
        for other in [
            r#"{"id": "a", "context": {"object_id": 9}}"#,
            r#"{"id": "a", "context": {"object_id": 9, "object_type": "lead"}}"#,
        ] {
            assert_eq!(read(other).unwrap().work_order, None, "{other}");
        }
        for none in ["", "[]", "{}", r#"{"id": ""}"#, r#"{"id": 7}"#, r#"{"id": "a\u0000"}"#] {
            assert_eq!(read(none), None, "{none}");
        }
        assert_eq!(read(&format!(r#"{{"id": "{}"}}"#, "a".repeat(129))), None);
    }
}
