//! Which addresses are private. A store or account at such an address is refused unless the settings allow it, so that nobody
//! can point the daemon at the network that it runs in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// A name that resolves to private addresses only.
#[derive(Debug, thiserror::Error)]
#[error("{0} resolves to a private or loopback address")]
pub struct PrivateAddress(String);

/// Resolves names and leaves out private addresses.
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

/// Refuses a host if any of its addresses is private. For a proxy that resolves the name itself, this is the only check.
///
/// # Errors
/// [`PrivateAddress`], or the error when the name cannot be resolved here.
pub(super) async fn check_name(host: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    for address in tokio::net::lookup_host((host, 0)).await? {
        if is_private(address.ip()) {
            return Err(PrivateAddress(host.to_owned()).into());
        }
    }
    Ok(())
}

/// Whether the host is private by its address or name alone; any other name also needs [`GuardedResolver`].
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

/// Ranges that are not reached over the internet, from the registries of special-purpose addresses (IANA) and of multicast. A
/// few addresses in them are reachable after all (anycast of protocols), but none of them is a shop's.
const SPECIAL_V4: [Ipv4Net; 19] = [
    v4([0, 0, 0, 0], 8),        // this network
    v4([10, 0, 0, 0], 8),       // private
    v4([100, 64, 0, 0], 10),    // behind a provider's NAT
    v4([127, 0, 0, 0], 8),      // loopback
    v4([168, 63, 129, 16], 32), // Azure's own services, in every virtual machine
    v4([169, 254, 0, 0], 16),   // link-local, and metadata of cloud machines
    v4([172, 16, 0, 0], 12),    // private
    v4([192, 0, 0, 0], 24),     // protocols, and one cloud's metadata
    v4([192, 0, 2, 0], 24),     // documentation
    v4([192, 31, 196, 0], 24),  // sink for reverse lookups (AS112)
    v4([192, 52, 193, 0], 24),  // multicast tunnels (AMT)
    v4([192, 88, 99, 0], 24),   // 6to4 relays
    v4([192, 168, 0, 0], 16),   // private
    v4([192, 175, 48, 0], 24),  // sink for reverse lookups (AS112)
    v4([198, 18, 0, 0], 15),    // benchmarks
    v4([198, 51, 100, 0], 24),  // documentation
    v4([203, 0, 113, 0], 24),   // documentation
    v4([224, 0, 0, 0], 4),      // multicast
    v4([240, 0, 0, 0], 4),      // reserved, and broadcast
];

/// The only IPv6 addresses that are given to hosts of the internet. Everything outside (loopback, unique and link-local,
/// site-local, multicast, IPv4-compatible, local NAT64, discard) is special.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
/// The special ranges inside [`GLOBAL_V6`].
const SPECIAL_V6: [Ipv6Net; 5] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),     // protocols: Teredo, ORCHID, benchmarks
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),     // 6to4: leads to any IPv4 address
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48), // sink for reverse lookups (AS112)
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),     // documentation
];
/// Ranges with an IPv4 address in their last 32 bits: mapped addresses, and those of NAT64, through which an IPv6-only network
/// reaches the many shops with an IPv4 address only.
const EMBEDDING: [Ipv6Net; 2] = [v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96)];

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(at: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7]), length)
}

/// Whether an address does not belong to a host of the internet.
#[must_use]
pub fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) if EMBEDDING.iter().any(|range| range.contains(&ip)) => {
            let [.., a, b, c, d] = ip.octets();
            is_private_v4(Ipv4Addr::new(a, b, c, d))
        }
        IpAddr::V6(ip) => !GLOBAL_V6.contains(&ip) || SPECIAL_V6.iter().any(|range| range.contains(&ip)),
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    SPECIAL_V4.iter().any(|range| range.contains(&ip))
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

    #[test]
    fn each_range_is_private_to_its_edges_and_its_neighbours_are_not() {
        for (inside, outside) in [
            (["0.0.0.0", "0.255.255.255"], ["1.0.0.0", "1.0.0.0"]),
            (["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]),
            (["100.64.0.0", "100.127.255.255"], ["100.63.255.255", "100.128.0.0"]),
            (["127.0.0.0", "127.255.255.255"], ["126.255.255.255", "128.0.0.0"]),
            (["168.63.129.16", "168.63.129.16"], ["168.63.129.15", "168.63.129.17"]),
            (["169.254.0.0", "169.254.255.255"], ["169.253.255.255", "169.255.0.0"]),
            (["172.16.0.0", "172.31.255.255"], ["172.15.255.255", "172.32.0.0"]),
            (["192.0.0.0", "192.0.0.255"], ["191.255.255.255", "192.0.1.0"]),
            (["192.0.2.0", "192.0.2.255"], ["192.0.1.255", "192.0.3.0"]),
            (["192.31.196.0", "192.31.196.255"], ["192.31.195.255", "192.31.197.0"]),
            (["192.52.193.0", "192.52.193.255"], ["192.52.192.255", "192.52.194.0"]),
            (["192.88.99.0", "192.88.99.255"], ["192.88.98.255", "192.88.100.0"]),
            (["192.168.0.0", "192.168.255.255"], ["192.167.255.255", "192.169.0.0"]),
            (["192.175.48.0", "192.175.48.255"], ["192.175.47.255", "192.175.49.0"]),
            (["198.18.0.0", "198.19.255.255"], ["198.17.255.255", "198.20.0.0"]),
            (["198.51.100.0", "198.51.100.255"], ["198.51.99.255", "198.51.101.0"]),
            (["203.0.113.0", "203.0.113.255"], ["203.0.112.255", "203.0.114.0"]),
            (["224.0.0.0", "255.255.255.255"], ["223.255.255.255", "223.255.255.255"]),
            (["240.0.0.0", "255.255.255.254"], ["8.8.8.8", "1.1.1.1"]),
            (["::", "::1"], ["2000::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]),
            (["::8.8.8.8", "::127.0.0.1"], ["2606:4700::1111", "2a00::"]),
            (["::ffff:127.0.0.1", "::ffff:198.18.0.1"], ["::ffff:8.8.8.8", "::ffff:1.1.1.1"]),
            (["64:ff9b::127.0.0.1", "64:ff9b::a00:1"], ["64:ff9b::8.8.8.8", "64:ff9b::101:101"]),
            (["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:808:808"], ["2003::", "2003::1"]),
            (["100::", "100:0:0:1::1"], ["2600::", "2600::1"]),
            (["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"], ["2001:200::", "2001:4860:4860::8888"]),
            (["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"], ["2001:db7:ffff::", "2001:db9::"]),
            (["2002::", "2002:7f00:1::"], ["2001:ffff::", "2003::"]),
            (["2002:808:808::1", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], ["2003:808::", "2400::"]),
            (["2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"], ["2620:4f:7fff:ffff::", "2620:4f:8001::"]),
            (["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"], ["3ffe::", "3fff:1000::"]),
            (["5f00::", "4000::"], ["3f00::", "3000::"]),
            (["fc00::", "fdff:ffff::"], ["2a01::", "2b00::"]),
            (["fe80::", "febf:ffff::"], ["2a02::", "2a03::"]),
            (["fec0::", "feff:ffff::"], ["2a04::", "2a05::"]),
            (["ff00::", "ff02::1"], ["2a06::", "2a07::"]),
        ] {
            for ip in inside {
                assert!(is_private(ip.parse().unwrap()), "{ip}");
            }
            for ip in outside {
                assert!(!is_private(ip.parse().unwrap()), "{ip}");
            }
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_refused_before_a_proxy_is_asked() {
        for host in ["localhost", "127.0.0.1", "::1", "10.0.0.1"] {
            let refused = check_name(host).await.unwrap_err();
            assert!(refused.is::<PrivateAddress>(), "{host}: {refused}");
        }
        check_name("8.8.8.8").await.unwrap();
    }
}
