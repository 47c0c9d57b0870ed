//! The one place that sends requests: timeouts, size limits, no redirects, no private addresses, and transport errors
//! classified by whether the peer may have seen the request.
//!
//! `pace.rs` spaces the calls of an account, `fence.rs` stops a process whose lease is about to expire, `address.rs` knows
//! private addresses, `download.rs` downloads a file, `clocks.rs` compares the peers' clocks with ours, `seen.rs` says what may
//! be reported of an answer, `verdict.rs` what the caller of a failed call can do.

mod address;
mod clocks;
mod download;
mod fence;
mod pace;
mod seen;
mod verdict;

use std::{error::Error as _, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, header};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use self::clocks::Clocks;
pub use self::{
    address::{GuardedResolver, PrivateAddress, is_private, is_private_host},
    download::{DownloadError, download},
    fence::{Fence, FenceClosed, FenceKeeper},
    pace::{Gap, Pace, PaceError, Slots, Urgency},
    seen::Seen,
    verdict::Verdict,
};
use crate::{clock::Clock, json::Excerpt, open_files};

/// Looks like a browser, because bot filters serve a challenge page to library agents (contract cartum 2.4).
const USER_AGENT: &str = concat!(
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) cartum-roapp/",
    env!("CARGO_PKG_VERSION")
);
/// The longest answer that is read: 8 MiB after decompression. 100 orders of a store take 0.4 MB.
pub const MAX_BODY: usize = 8 << 20;
/// How much of a content type is kept, in characters.
const LONGEST_TYPE: usize = 60;
/// The longest that resolving a name may take.
const NAME_LIMIT: Duration = Duration::from_secs(10);
/// A longer `Retry-After` counts as ten minutes.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(10);

/// Sends requests and reads answers as bytes.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    allow_private_hosts: bool,
    /// Everything goes through a proxy, which resolves names itself.
    is_proxied: bool,
    /// Only requests that change nothing on the peer are sent.
    read_only: bool,
    clocks: Arc<Clocks>,
}

/// A request, as the clients build it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The request changes nothing on the peer, whatever its method.
    pub reads: bool,
    /// The URL with its query.
    pub url: Url,
    /// The bearer key, if the peer needs one.
    pub bearer: Option<crate::secrets::Secret>,
    /// The JSON body.
    pub body: Option<serde_json::Value>,
    /// The longest time from the first byte sent to the last byte read.
    pub timeout: Duration,
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// From `Retry-After` in seconds or as a date, at most ten minutes.
    pub retry_after: Option<Duration>,
    /// The peer's clock, from `Date`.
    pub date: Option<DateTime<Utc>>,
    /// Where a redirect points.
    pub location: Option<String>,
    /// From `Content-Type`, without its parameters; empty if there is none.
    pub content_type: String,
    /// The whole body.
    pub body: Vec<u8>,
}

/// No answer arrived.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The host is on a private or loopback address, which the settings forbid.
    #[error("{host} is a private or loopback address; set security.allow_private_hosts = true if that is intended")]
    PrivateHost {
        /// The host of the request.
        host: String,
    },
    /// The name cannot be resolved here, so nobody can say where the proxy would connect to; the request was not sent.
    #[error(
        "{host} cannot be resolved on this machine, as security.proxy requires to detect private addresses; set \
         security.allow_private_hosts = true if the proxy may connect anywhere"
    )]
    Unknown {
        /// The host of the request.
        host: String,
    },
    /// The request may change something, but this process only reads; it was not sent.
    #[error("nothing is written to {host}: this process was started with --read-only")]
    ReadOnly {
        /// The host of the request.
        host: String,
    },
    /// This process can open no more connections; the peer certainly did not see the request.
    #[error("cannot connect to {host}: {}", open_files::told())]
    NoFiles {
        /// The host of the request.
        host: String,
    },
    /// The connection failed; the peer certainly did not see the request.
    #[error("cannot connect to {host}")]
    NotSent {
        /// The host of the request.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// No complete answer arrived in time; the peer may have acted on the request.
    #[error("{host} did not answer within {timeout:?}")]
    Timeout {
        /// The host of the request.
        host: String,
        /// How long we waited.
        timeout: Duration,
    },
    /// The connection broke; the peer may have acted on the request.
    #[error("the connection to {host} was lost")]
    Cut {
        /// The host of the request.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The answer is longer than any in the contracts; the peer may have acted on the request.
    #[error("{host} sent more than {} MiB", MAX_BODY >> 20)]
    TooLarge {
        /// The host of the request.
        host: String,
        /// The beginning of the answer.
        beginning: Excerpt,
    },
}

impl SendError {
    /// Whether the peer certainly did not act on the request, so that a repeat is safe.
    #[must_use]
    pub fn surely_not_executed(&self) -> bool {
        matches!(
            self,
            Self::PrivateHost { .. }
                | Self::Unknown { .. }
                | Self::ReadOnly { .. }
                | Self::NoFiles { .. }
                | Self::NotSent { .. }
        )
    }
}

/// The TLS client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up TLS; is a bundle of CA certificates installed (Debian: apt-get install ca-certificates)?")]
pub struct SetupError(#[from] reqwest::Error);

impl Http {
    /// A client without a proxy. `allow_private_hosts` is `security.allow_private_hosts`.
    ///
    /// # Errors
    /// When TLS cannot be set up, most often because no CA certificates are installed.
    pub fn new(allow_private_hosts: bool) -> Result<Self, SetupError> {
        Self::through(None, allow_private_hosts)
    }

    /// A client that uses the proxy of `security.proxy`, if any. Proxies from the environment are never used: they would
    /// resolve names without our check.
    ///
    /// # Errors
    /// When TLS cannot be set up, or the proxy's address cannot be read.
    #[expect(clippy::disallowed_methods, reason = "the one place that sends")]
    pub fn through(proxy: Option<&SecretString>, allow_private_hosts: bool) -> Result<Self, SetupError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(2);
        builder = builder.no_proxy();
        if let Some(proxy) = proxy {
            // The proxy may itself be in the private network, so its own name is not checked.
            builder = builder.proxy(reqwest::Proxy::all(proxy.expose_secret())?);
        } else if !allow_private_hosts {
            builder = builder.dns_resolver(Arc::new(GuardedResolver));
        }
        let (is_proxied, client) = (proxy.is_some(), builder.build()?);
        Ok(Self { client, allow_private_hosts, is_proxied, read_only: false, clocks: Arc::default() })
    }

    /// The same client, but a request that may change something on the peer is refused with an error.
    #[must_use]
    pub fn reading_only(self) -> Self {
        Self { read_only: true, ..self }
    }

    /// How far the clock of the peer at this address is ahead of ours (negative = behind); `None` unless its last two answers
    /// were both more than two minutes off.
    #[must_use]
    pub fn clock_off(&self, peer: &Url) -> Option<TimeDelta> {
        self.clocks.off(peer.authority())
    }

    /// Sends a request once and reads the whole answer.
    ///
    /// # Errors
    /// A [`SendError`] when no complete answer arrived; an HTTP status is never an error here.
    #[expect(clippy::disallowed_methods, reason = "the one place that sends")]
    pub async fn send(&self, request: Request) -> Result<Answer, SendError> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        if !self.allow_private_hosts && is_private_host(&request.url) {
            return Err(SendError::PrivateHost { host });
        }
        if self.read_only && !request.reads {
            return Err(SendError::ReadOnly { host });
        }
        if self.is_proxied && !self.allow_private_hosts {
            self.check_name(&host).await?;
        }
        let timeout = request.timeout;
        let peer = request.url.authority().to_owned();
        let mut builder = self.client.request(request.method, request.url).timeout(timeout);
        if let Some(bearer) = &request.bearer {
            builder = builder.bearer_auth(bearer.expose());
        }
        if let Some(body) = &request.body {
            builder = builder.json(body);
        }
        let sort = |source| sort_error(source, &host, timeout);
        let mut response = builder.send().await.map_err(sort)?;
        let status = response.status().as_u16();
        let date = http_date(response.headers(), header::DATE.as_str());
        if let Some(date) = date {
            self.clocks.note(peer, date - Clock::System.now());
        }
        let retry_after = retry_after(response.headers(), date);
        let location = response.headers().get(header::LOCATION).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let content_type = content_type(response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(sort)? {
            if body.len() + chunk.len() > MAX_BODY {
                return Err(SendError::TooLarge { host, beginning: Excerpt::of(&body) });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, retry_after, date, location, content_type, body })
    }
}

impl Http {
    /// Checks the name of a host before the proxy gets it. The proxy resolves the name again, so this refuses private addresses
    /// only as far as they show from here.
    async fn check_name(&self, host: &str) -> Result<(), SendError> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let refused = |error: Box<dyn std::error::Error + Send + Sync>| {
            let host = host.to_owned();
            if error.is::<PrivateAddress>() { SendError::PrivateHost { host } } else { SendError::Unknown { host } }
        };
        match tokio::time::timeout(NAME_LIMIT, address::check_name(host)).await {
            Ok(checked) => checked.map_err(refused),
            Err(_) => Err(SendError::Unknown { host: host.to_owned() }),
        }
    }
}

/// The content type, such as `text/html`, cut to a safe length and plain characters.
fn content_type(headers: &header::HeaderMap) -> String {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = text.split(';').next().unwrap_or_default().trim();
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '+' | '-');
    kind.chars().filter(is_plain).take(LONGEST_TYPE).collect()
}

/// Classifies a transport error by whether the peer may have seen the request.
fn sort_error(source: reqwest::Error, host: &str, timeout: Duration) -> SendError {
    let host = host.to_owned();
    let source = source.without_url();
    let mut cause = source.source();
    while let Some(error) = cause {
        if error.is::<PrivateAddress>() {
            return SendError::PrivateHost { host };
        }
        cause = error.source();
    }
    if open_files::are_used_up(&source) {
        return SendError::NoFiles { host };
    }
    if source.is_connect() || source.is_builder() {
        SendError::NotSent { host, source }
    } else if source.is_timeout() {
        SendError::Timeout { host, timeout }
    } else {
        SendError::Cut { host, source }
    }
}

/// `Retry-After` in seconds, or as a date relative to the peer's own `Date`.
fn retry_after(headers: &header::HeaderMap, date: Option<DateTime<Utc>>) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    let wait = match text.trim().parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => (http_date(headers, header::RETRY_AFTER.as_str())? - date?).to_std().unwrap_or_default(),
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

fn http_date(headers: &header::HeaderMap, name: &str) -> Option<DateTime<Utc>> {
    let text = headers.get(name)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text).ok().map(|at| at.to_utc())
}
