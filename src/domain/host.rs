//! What can be told about a URL's host without resolving it.

use url::{Host, Url};

/// The address itself says that it is of the machine it is asked on.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        host => host == Some(Host::Domain("localhost")),
    }
}
