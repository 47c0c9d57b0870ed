//! What is a private address: a store or account there is refused unless the settings allow it, so that nobody can point
//! the daemon at the network it runs in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// A name that only resolves to private addresses.
#[derive(Debug, thiserror::Error)]
#[error("{0} resolves to a private or loopback address")]
pub struct PrivateAddress(String);

/// Resolves names and leaves private addresses out.
#[derive(Debug, Clone, Copy)]
pub struct GuardedResolver;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let all: Vec<_> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let public: Vec<_> = all.iter().copied().filter(|addr| !is_private(addr.ip())).collect();
            if public.is_empty() && !all.is_empty() {
                return Err(PrivateAddress(host).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// The address itself says that it is private; a name needs [`GuardedResolver`] as well.
#[must_use]
pub fn is_private_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => is_private(ip.into()),
        Some(Host::Ipv6(ip)) => is_private(ip.into()),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost") || name.ends_with(".internal")
        }
        None => false,
    }
}

/// The address itself says that it is of the machine it is asked on.
#[must_use]
pub fn is_loopback_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        host => host == Some(Host::Domain("localhost")),
    }
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or_else(|| is_private_v6(ip), is_private_v4),
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || a == 0
        || (a == 100 && (64..128).contains(&b))
}

fn is_private_v6(ip: Ipv6Addr) -> bool {
    ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_multicast()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;

    #[test]
    fn loopback_and_private_addresses_are_private_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "localhost",
            "LOCALHOST.",
            "10.1.2.3",
            "[::1]",
            "[::ffff:192.168.0.1]",
            "169.254.1.1",
            "0x7f.1",
        ] {
            assert!(is_private_host(&Url::parse(&format!("http://{host}/")).unwrap()), "{host}");
        }
        for host in ["shop.example.com", "93.184.216.34", "[2606:4700::1111]", "localhost.example.com"] {
            assert!(!is_private_host(&Url::parse(&format!("http://{host}/")).unwrap()), "{host}");
        }
    }
}
