//! The HTTP side: turns a request into a function call and back, with faults on the way.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, State as Shared},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{Inner, ShopCall, reply::Reply, state::complaints};
use crate::sandbox::{faults::Fault, serve::Wire};

/// Where an answer is cut, in bytes from the start of its head: after the head, which has about 112.
const WITHIN: usize = 130;

/// One handler takes every path, as in the engine itself.
pub(super) fn router(inner: Arc<Inner>) -> Router {
    Router::new().fallback(enter).with_state(inner)
}

async fn enter(
    Shared(inner): Shared<Arc<Inner>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(path) = uri.path().strip_prefix("/api/").filter(|path| !path.is_empty()) else { return page() };
    let Some(function) = path.strip_suffix('/') else {
        inner.record(path, Value::Null, (301, "HTTP 301"), vec!["no slash at the end".into()]);
        return (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, format!("{}/", uri.path()))]).into_response();
    };
    let request = match read(&method, &headers, &body) {
        Ok(request) => request,
        Err(refusal) => {
            let sent = Value::String(String::from_utf8_lossy(&body).into_owned());
            inner.record(
                function,
                sent,
                (refusal.http, &refusal.status_word()),
                vec!["not a JSON object by POST".into()],
            );
            return respond(refusal);
        }
    };
    serve(&inner, &wire, function, request).await
}

async fn serve(inner: &Inner, wire: &Wire, function: &str, request: Map<String, Value>) -> Response {
    let dropped = inner.faults.until_dropped();
    let fault = inner.faults.take(&names(function, &request));
    match &fault {
        Some(Fault::Slow(delay)) => tokio::time::sleep(*delay).await,
        Some(Fault::Held) => dropped.await,
        _ => {}
    }
    let refused = match &fault {
        Some(Fault::Html) => Some((200, page())),
        Some(Fault::Refuse(http)) => Some((*http, respond(Reply::bare(*http)))),
        Some(Fault::RefuseWith(http, text)) => Some((*http, (status(*http), text.clone()).into_response())),
        Some(Fault::CutBefore) => {
            wire.cut();
            Some((0, StatusCode::OK.into_response()))
        }
        Some(Fault::HangBefore) => std::future::pending().await,
        _ => None,
    };
    let complaints = complaints(function, &request);
    if let Some((http, response)) = refused {
        inner.record(function, Value::Object(request), (http, &format!("{fault:?}")), complaints);
        return response;
    }
    let reply = inner.execute(function, &request);
    let spoiled = inner.lock().data.spoiled.clone();
    inner.record(function, Value::Object(request), (reply.http, &reply.status_word()), complaints);
    match fault.or_else(|| inner.faults.take_shown(&shown(&reply))) {
        Some(Fault::FailAfter(http) | Fault::Refuse(http)) => respond(Reply::bare(http)),
        Some(Fault::CutWithin) => {
            wire.cut_after(WITHIN);
            respond(reply)
        }
        Some(Fault::EmptyAfter) => StatusCode::OK.into_response(),
        Some(Fault::Html) => page(),
        Some(Fault::HangAfter) => std::future::pending().await,
        Some(Fault::CutAfter) => {
            wire.cut();
            StatusCode::OK.into_response()
        }
        _ => respond_spoiled(reply, &spoiled),
    }
}

/// The numbers of the orders in an answer.
fn shown(reply: &Reply) -> Vec<i64> {
    let orders = reply.body.as_ref().and_then(|body| body["response"]["orders"].as_array());
    orders.into_iter().flatten().filter_map(|order| order["order_id"].as_i64()).collect()
}

/// The names by which faults can match a call: the function, alone and with each order number that it requests.
fn names(function: &str, request: &Map<String, Value>) -> Vec<String> {
    let ids = request.get("ids").and_then(Value::as_array).into_iter().flatten();
    std::iter::once(function.to_owned()).chain(ids.map(|id| format!("{function} {id}"))).collect()
}

/// Reads the parameters of a call.
///
/// # Errors
/// The refusal of anything but a JSON object sent by POST.
fn read(method: &Method, headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, Reply> {
    if method != Method::POST {
        return Err(Reply { http: 405, ..Reply::http_error(405, "Method not allowed") });
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return Err(Reply::http_error(415, "Content type is not JSON"));
    }
    serde_json::from_slice(body).map_err(|_| Reply::http_error(400, "Payload is not JSON"))
}

/// An HTML page of the shop, as for a wrong address, an outage or a challenge (contract cartum 2.4).
fn page() -> Response {
    const HTML: &str = "<!DOCTYPE html>\n<html lang=\"uk\"><head><title>Крамниця</title></head><body>…</body></html>\n";
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], HTML).into_response()
}

fn respond(reply: Reply) -> Response {
    let Reply { http, body } = reply;
    body.map_or_else(
        || status(http).into_response(),
        |body| (status(http), [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response(),
    )
}

/// Like [`respond`], with some of the text replaced.
fn respond_spoiled(reply: Reply, spoiled: &[(String, Vec<u8>)]) -> Response {
    let Reply { http, body: Some(body) } = &reply else { return respond(reply) };
    let text = body.to_string();
    if !spoiled.iter().any(|(from, _)| text.contains(from)) {
        return respond(reply);
    }
    let replace = |text: Vec<u8>, (from, to): &(String, Vec<u8>)| {
        let (mut replaced, mut rest) = (Vec::with_capacity(text.len()), text.as_slice());
        while let Some(at) = rest.windows(from.len()).position(|window| window == from.as_bytes()) {
            replaced.extend_from_slice(&rest[..at]);
            replaced.extend_from_slice(to);
            rest = &rest[at + from.len()..];
        }
        replaced.extend_from_slice(rest);
        replaced
    };
    let text = spoiled.iter().fold(text.into_bytes(), replace);
    (status(*http), [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn status(http: u16) -> StatusCode {
    StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Inner {
    fn execute(&self, function: &str, request: &Map<String, Value>) -> Reply {
        let mut state = self.lock();
        if state.is_busy() {
            return Reply::new(429, json!({ "status": "ERROR", "response": { "message": "Too many requests" } }));
        }
        state.call(function, request)
    }

    fn record(&self, function: &str, body: Value, (http, status): (u16, &str), complaints: Vec<String>) {
        let mut state = self.lock();
        let call =
            ShopCall { at: state.now(), function: function.into(), body, http, status: status.into(), complaints };
        state.calls.push(call);
    }
}
