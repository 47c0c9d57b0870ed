//! `http.trusted_proxy`, `http.status_token`: who reaches the pages and the status, and how safely.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use secrecy::SecretString;

use super::layers::Layers;

/// A shorter token could be guessed.
const SHORTEST_TOKEN: usize = 16;

/// Addresses and networks, separated by commas.
pub(super) fn trusted_proxy(text: &str) -> Result<Vec<IpNet>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let address = part.parse::<IpAddr>().map(IpNet::from);
            address.or_else(|_| part.parse()).map_err(|_| {
                format!("`{part}` is neither an address nor a network; write them like \"10.0.0.5, 172.17.0.0/16\"")
            })
        })
        .collect()
}

/// The token is a secret: it is never shown.
pub(super) fn status_token(text: &str) -> Result<(Option<SecretString>, String), String> {
    match text.chars().count() {
        0 => Ok((None, String::new())),
        1..SHORTEST_TOKEN => {
            Err(format!("has fewer than {SHORTEST_TOKEN} characters; write a longer one, or \"\" for none"))
        }
        _ => Ok((Some(text.into()), "(hidden)".to_owned())),
    }
}

/// Passwords are sent to the pages: beyond this machine only through a proxy that encrypts.
pub(super) fn check(
    layers: &mut Layers,
    listen: Option<SocketAddr>,
    pages: Option<bool>,
    trusted_proxy: Option<&[IpNet]>,
) {
    let (Some(listen), Some(true), Some([])) = (listen, pages, trusted_proxy) else { return };
    if listen.ip().is_loopback() {
        return;
    }
    let problem = format!(
        "{listen} is reachable from other machines, and the pages would send passwords unencrypted: put a proxy with TLS in front \
         and set http.trusted_proxy to its address, or listen on 127.0.0.1, or set http.pages = false"
    );
    layers.refuse("http.listen", problem);
}
