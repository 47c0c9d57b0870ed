//! The id of a created record, from every form of answer that RO App gives (contract roapp 3).

use serde_json::Value;

use super::wire;
use crate::{
    domain::ids::{Id, StatusId, WorkOrderId},
    json,
};

/// RO App created it; `None` = the answer (2xx) shows no readable id, so the record has to be searched for before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Created<T>(pub Option<T>);

/// A work order that was just made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeOrder {
    /// RO App's id.
    pub id: WorkOrderId,
    /// Its initial status, if the answer shows it; otherwise, read the order.
    pub status: Option<StatusId>,
}

impl<T> Created<Id<T>> {
    pub(super) fn from_answer(body: &[u8]) -> Self {
        Self(answer(body).as_ref().map(record).and_then(id_of).map(Id::new))
    }
}

impl Created<MadeOrder> {
    pub(super) fn from_answer(body: &[u8]) -> Self {
        let Some(answer) = answer(body) else { return Self(None) };
        let made = record(&answer);
        let status = made.get("status").and_then(wire::reference).map(StatusId::new);
        Self(id_of(made).map(|id| MadeOrder { id: WorkOrderId::new(id), status }))
    }
}

/// The longest answer to a write that is read, in bytes.
const MAX_BODY: usize = 1 << 20;

fn answer(body: &[u8]) -> Option<Value> {
    if body.len() > MAX_BODY { None } else { json::read(&body[json::start(body)..]).ok() }
}

/// Unwraps `{"data": …}` and a list of one.
fn record(answer: &Value) -> &Value {
    let inner = answer.get("data").filter(|_| answer.get("id").is_none()).unwrap_or(answer);
    match inner.as_array().map(Vec::as_slice) {
        Some([only]) => only,
        _ => inner,
    }
}

fn id_of(made: &Value) -> Option<i64> {
    wire::reference(made).filter(|id| *id > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;

    fn person(body: &str) -> Option<PersonId> {
        Created::<PersonId>::from_answer(body.as_bytes()).0
    }

    #[test]
    fn every_answer_that_shows_an_id_is_understood() {
        for body in [
            r#"{"id": 12345}"#,
            r#"{"id": "12345", "name": "John"}"#,
            "12345",
            r#""12345""#,
            r#"{"data": {"id": 12345}}"#,
            r#"{"data": 12345}"#,
            r#"[{"id": 12345}]"#,
            include_str!("../../tests/fixtures/roapp/v1-client-create-response.json"),
        ] {
            assert_eq!(person(body), Some(PersonId::new(12345)), "{body}");
        }
    }

    #[test]
    fn an_answer_without_a_readable_id_is_no_failure_and_no_id() {
        for body in ["", " ", "null", "true", "{}", r#"{"id": null}"#, r#"{"id": 0}"#, r#"{"success": true}"#, "<html>"]
        {
            assert_eq!(person(body), None, "{body}");
        }
        assert_eq!(person(r#"{"data": [{"id": 1}, {"id": 2}]}"#), None, "two ids name neither");
    }

    #[test]
    fn a_made_order_tells_its_status_where_the_answer_shows_it() {
        let made = |body: &str| Created::<MadeOrder>::from_answer(body.as_bytes()).0;
        let id = WorkOrderId::new(7001);
        assert_eq!(
            made(include_str!("../../tests/fixtures/roapp/v2-order-create-response.json")),
            Some(MadeOrder { id, status: None })
        );
        assert_eq!(
            made(include_str!("../../tests/fixtures/roapp/v2-order-get.json")),
            Some(MadeOrder { id, status: Some(StatusId::new(11)) })
        );
    }
}
