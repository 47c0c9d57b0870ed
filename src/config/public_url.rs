//! `http.public_url`: where webhooks come to.

use url::Url;

use super::layers::Layers;
use crate::domain::host;

/// Webhooks go below it, so that it ends without a slash.
pub(super) fn read(text: &str) -> Result<String, String> {
    const MEND: &str = "write one like https://sync.example.com, or \"\" for no webhooks of stores";
    let text = text.trim().trim_end_matches('/');
    if text.is_empty() {
        return Ok(String::new());
    }
    let url = Url::parse(text).map_err(|error| format!("`{text}` is not a valid URL ({error}); {MEND}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(format!("`{text}` is no http or https address; {MEND}"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user or a password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("`{text}` must not hold a ? or a #; {MEND}"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Over plain http anybody on the way could read the secret that is part of each webhook's address.
pub(super) fn check(layers: &mut Layers, public_url: Option<&str>, allow_private_hosts: Option<bool>) {
    let Some(url) = public_url.and_then(|text| Url::parse(text).ok()) else { return };
    if url.scheme() == "https" || host::is_loopback(&url) || allow_private_hosts == Some(true) {
        return;
    }
    let problem = format!("`{url}` sends secrets unencrypted; write https, as `listen` stands behind a proxy with TLS");
    layers.refuse("http.public_url", problem);
}
