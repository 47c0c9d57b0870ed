//! `http.public_url`: where webhooks arrive.

use url::Url;

use super::layers::Layers;
use crate::domain::host;

/// Webhooks go below it, so that it ends without a slash.
pub(super) fn read(text: &str) -> Result<String, String> {
    const FIX: &str = "write it like https://sync.example.com, or \"\" for no webhooks from stores";
    let text = text.trim().trim_end_matches('/');
    if text.is_empty() {
        return Ok(String::new());
    }
    let url = Url::parse(text).map_err(|error| format!("`{text}` is not a valid URL ({error}); {FIX}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(format!("`{text}` is not an http or https URL; {FIX}"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user or a password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("`{text}` must not contain ? or #; {FIX}"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Over plain http anybody on the way could read the secret that is part of each webhook's address.
pub(super) fn check(layers: &mut Layers, public_url: Option<&str>, allow_private_hosts: Option<bool>) {
    let Some(url) = public_url.and_then(|text| Url::parse(text).ok()) else { return };
    if url.scheme() == "https" || host::is_loopback(&url) || allow_private_hosts == Some(true) {
        return;
    }
    let problem =
        format!("`{url}` would send secrets unencrypted; write https, and put a proxy with TLS in front of `listen`");
    layers.refuse("http.public_url", problem);
}
