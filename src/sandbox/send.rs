//! Sends a webhook, which is the only request that a sandbox makes itself.

use std::time::Duration;

use reqwest::{Client, Method, header};

/// How long a receiver may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Sends JSON, or no body, with one more header; returns the HTTP status of the answer, 0 if none came.
#[expect(clippy::disallowed_methods, reason = "the sandbox is a peer with a client of its own")]
pub(super) async fn send(method: Method, url: &str, more: Option<(&str, &str)>, body: Option<String>) -> u16 {
    let Ok(client) = Client::builder().no_proxy().timeout(LIMIT).build() else { return 0 };
    let mut request = client.request(method, url);
    if let Some((name, value)) = more {
        request = request.header(name, value);
    }
    if let Some(body) = body {
        request = request.header(header::CONTENT_TYPE, "application/json").body(body);
    }
    request.send().await.map_or(0, |answer| answer.status().as_u16())
}
