//! `orders/update` sets an order's status, which is all that is ever written to a store (contract cartum 6).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    client::Cartum,
    envelope::{Reply, word},
    error::CartumError,
    fields,
};
use crate::{
    domain::{
        ids::{OrderNumber, StoreStatusId},
        text,
    },
    http::Fence,
};

pub(super) const ORDERS_UPDATE: &str = "orders/update";
/// Characters of a refusal that are kept.
const MOST_SAID: usize = 300;

impl Cartum {
    /// Sets the status of orders; returns the store's own reason for each that it refuses. Whether the others were set is for
    /// the caller to read back. Sent once, and only while the lease outlives the call: without an answer, the outcome is
    /// unknown.
    ///
    /// # Errors
    /// Whatever kept the call from its answer, or a refusal of the whole request.
    pub async fn set_statuses(
        &self,
        statuses: &[(OrderNumber, StoreStatusId)],
        fence: &Fence,
    ) -> Result<BTreeMap<OrderNumber, String>, CartumError> {
        let items: Vec<_> =
            statuses.iter().map(|(number, status)| json!({"order_id": number.get(), "status": status.get()})).collect();
        let reply = self.call_once(ORDERS_UPDATE, &json!({ "orders": items }), fence).await?;
        if reply.word != word::OK && reply.word != word::WARNING {
            return Err(reply.failure());
        }
        Ok(refusals(statuses, &reply))
    }
}

/// Entries name their order, or else follow the order of the request. An order that the log leaves out was not refused.
fn refusals(statuses: &[(OrderNumber, StoreStatusId)], reply: &Reply) -> BTreeMap<OrderNumber, String> {
    let body = reply.value();
    let log = body.get("log").and_then(fields::entries).unwrap_or_default();
    let by_place = log.len() == statuses.len();
    let mut refused = BTreeMap::new();
    for (place, (_, entry)) in log.into_iter().enumerate() {
        let named = fields::id(entry, "order_id").ok().flatten().map(OrderNumber::new);
        let Some(number) = named.or_else(|| statuses.get(place).filter(|_| by_place).map(|(number, _)| *number)) else {
            continue;
        };
        if fields::text(entry, "status") != word::OK {
            refused.insert(number, said(entry));
        }
    }
    refused
}

/// `message`, or the `messages` of the sample, which may be a list; as one line.
fn said(entry: &Value) -> String {
    let texts = match fields::get(entry, "messages") {
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
        _ => fields::text(entry, "messages"),
    };
    let text = if texts.is_empty() { fields::text(entry, "message") } else { texts };
    let text = text::shorten(&text::discreet(&text::one_line(&text), &[]), MOST_SAID);
    if text.is_empty() { "without a reason".to_owned() } else { text }
}
