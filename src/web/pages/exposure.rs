//! From where a page is requested, and whether passwords are safe on the way: only from this machine, or through a proxy with TLS.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use ipnet::IpNet;

use super::{Pages, error::PageError};
use crate::web::connections::Peer;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    /// The browser's address.
    pub(super) client: IpAddr,
    /// Whether it came encrypted as far as the proxy.
    pub(super) is_encrypted: bool,
}

impl Default for Origin {
    fn default() -> Self {
        Self { client: Ipv6Addr::LOCALHOST.into(), is_encrypted: false }
    }
}

impl Origin {
    /// The addresses that belong to one who tries passwords: an IPv6 network counts as one.
    pub(super) fn neighbourhood(self) -> IpAddr {
        match self.client {
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
            ip @ IpAddr::V4(_) => ip,
        }
    }
}

/// What proxies add; a browser sends none of them. Those that add none speak HTTP/1.0, as nginx does unless it is told otherwise.
const FORWARDED: [&str; 5] = ["forwarded", "via", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"];

/// Refuses what would send passwords unencrypted, and notes where the rest comes from.
pub(super) async fn check(State(pages): State<Pages>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map(|Peer(peer)| *peer);
    if request.version() < Version::HTTP_11 && pages.trusted_proxy().is_empty() {
        return PageError::Unencrypted.into_response();
    }
    let found = peer.and_then(|peer| origin(peer, request.headers(), pages.trusted_proxy()));
    let Some(origin) = found else { return PageError::Unencrypted.into_response() };
    request.extensions_mut().insert(origin);
    next.run(request).await
}

/// `None` where the request comes neither from this machine nor encrypted through a trusted proxy.
fn origin(peer: SocketAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Option<Origin> {
    // A proxy adds what it knows after what it was told.
    let text =
        |name: &str| headers.get_all(name).iter().next_back().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let peer = peer.ip().to_canonical();
    let is_local = is_this_machine(text(header::HOST.as_str()));
    if !is_trusted(&peer) {
        // A proxy that is not named sends on what others ask, whatever host it calls this.
        let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
        let is_direct = peer.is_loopback() && is_local && !is_forwarded;
        return is_direct.then_some(Origin { client: peer, is_encrypted: false });
    }
    // Each proxy adds the address that it saw: the last one that is no proxy is the browser's. What stands before one that cannot be read
    // may be anybody's invention.
    let forwarded = text("x-forwarded-for");
    let mut client = peer;
    for hop in forwarded.rsplit(',') {
        let Some(ip) = address(hop.trim()) else { break };
        client = ip;
        if !is_trusted(&ip) {
            break;
        }
    }
    let is_encrypted = text("x-forwarded-proto").trim().eq_ignore_ascii_case("https");
    (is_encrypted || is_local).then_some(Origin { client, is_encrypted })
}

/// An address that may have a port.
fn address(text: &str) -> Option<IpAddr> {
    let ip = text.parse().or_else(|_| text.parse::<SocketAddr>().map(|it| it.ip()));
    ip.or_else(|_| text.trim_matches(['[', ']']).parse()).ok().map(|ip: IpAddr| ip.to_canonical())
}

/// A browser keeps what it sends to these names on its own machine: a container's port that is published there.
fn is_this_machine(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|c| c.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;

    fn asked(peer: &str, headers: &[(&'static str, &str)]) -> Option<(String, bool)> {
        let mut sent = HeaderMap::new();
        for (name, value) in headers {
            sent.append(*name, value.parse().unwrap());
        }
        let trusted = ["10.0.0.0/24".parse().unwrap(), "::1/128".parse().unwrap()];
        let found = origin(SocketAddr::new(peer.parse().unwrap(), 1), &sent, &trusted)?;
        Some((found.client.to_string(), found.is_encrypted))
    }

    #[test]
    fn pages_are_for_this_machine_and_for_those_behind_a_proxy_with_tls() {
        let https = ("x-forwarded-proto", "https");
        let is = |client: &str, is_encrypted| Some((client.to_owned(), is_encrypted));
        assert_eq!(asked("127.0.0.1", &[("host", "127.0.0.1:8080")]), is("127.0.0.1", false));
        assert_eq!(
            asked("127.0.0.1", &[("host", "shop.example.com")]),
            None,
            "a proxy on this machine that is not named"
        );
        let local = ("host", "127.0.0.1:8080");
        assert_eq!(asked("127.0.0.1", &[local, ("x-forwarded-for", "203.0.113.7")]), None, "nor one that calls it so");
        assert_eq!(asked("192.168.1.5", &[https]), None, "anybody may say so");
        assert_eq!(asked("10.0.0.9", &[]), None);
        assert_eq!(asked("10.0.0.9", &[https]), is("10.0.0.9", true));
        assert_eq!(asked("::ffff:10.0.0.9", &[https, ("x-forwarded-for", "203.0.113.7")]), is("203.0.113.7", true));
        let forged = ("x-forwarded-for", "198.51.100.1, 203.0.113.7, 10.0.0.3");
        assert_eq!(
            asked("10.0.0.9", &[https, forged]),
            is("203.0.113.7", true),
            "what the browser says does not count"
        );
        let with_port = ("x-forwarded-for", "203.0.113.7, 198.51.100.1:4711");
        assert_eq!(asked("10.0.0.9", &[https, with_port]), is("198.51.100.1", true));
        let unknown = ("x-forwarded-for", "203.0.113.7, unknown");
        assert_eq!(
            asked("10.0.0.9", &[https, unknown]),
            is("10.0.0.9", true),
            "what stands before it counts for nothing"
        );
        let twice = [https, ("x-forwarded-for", "203.0.113.7"), ("x-forwarded-for", "198.51.100.1")];
        assert_eq!(asked("10.0.0.9", &twice), is("198.51.100.1", true), "the proxy's own line is the last");
        assert_eq!(asked("10.0.0.1", &[("host", "localhost:8080")]), is("10.0.0.1", false));
        assert_eq!(asked("10.0.0.1", &[("host", "[::1]:8080")]), is("10.0.0.1", false));
        assert_eq!(asked("10.0.0.1", &[("host", "localhost.example.com:80")]), None);
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let of =
            |client: &str| Origin { client: client.parse().unwrap(), is_encrypted: true }.neighbourhood().to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
    }
}
