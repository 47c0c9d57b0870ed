//! The URL of a store's site.

use url::{Host, Url};

use crate::domain::said::Said;

/// A site's address, normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Scheme and host, without a slash at the end: `https://shop.example.com`.
    pub url: String,
    /// Host, and the port where it is not the scheme's own: what an order's marker names.
    pub host: String,
    /// What a person should know about it.
    pub warnings: Vec<Said>,
}

/// Reads an address as a person types it: case, IDN, a trailing dot and a path make no difference.
///
/// # Errors
/// What is wrong with it, and the fix.
pub fn read_site(text: &str) -> Result<Site, Said> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Said::new("site-empty"));
    }
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    if !matches!(scheme.as_deref(), Some("http" | "https")) {
        return Err(wrong_scheme(text));
    }
    let mut url = Url::parse(text).map_err(|error| Said::new("site-invalid").with("error", error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Said::new("site-with-user"));
    }
    let mut warnings = Vec::new();
    if let Some(bare) = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned) {
        url.set_host(Some(&bare)).map_err(|_| Said::new("site-without-host"))?;
    }
    let origin = url.origin().ascii_serialization();
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        warnings.push(Said::new("site-shortened").with("url", origin.as_str()));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        warnings.push(Said::new("site-unencrypted"));
    }
    Ok(Site { host: host_of(&url), url: origin, warnings })
}

/// Host, and the port where it is not the scheme's own.
#[must_use]
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn wrong_scheme(text: &str) -> Said {
    match text.split_once("://") {
        Some((scheme, _)) => Said::new("site-scheme").with("scheme", scheme),
        None => Said::new("site-without-scheme"),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;

    #[test]
    fn every_spelling_of_an_address_becomes_one() {
        for text in [
            "https://shop.example.com",
            "https://Shop.Example.COM/",
            " https://shop.example.com. ",
            "HTTPS://shop.example.com:443",
            "https://shop.example.com/uk/?a=1#top",
        ] {
            let site = read_site(text).unwrap();
            assert_eq!(
                (site.url.as_str(), site.host.as_str()),
                ("https://shop.example.com", "shop.example.com"),
                "{text}"
            );
        }
        let idn = read_site("https://Крамниця.укр").unwrap();
        assert_eq!(idn.url, format!("https://{}", idn.host));
        assert!(idn.host.starts_with("xn--") && idn == read_site(&idn.url).unwrap(), "{idn:?}");
        assert_eq!(read_site("http://127.0.0.1:8081").unwrap().host, "127.0.0.1:8081");
        assert_eq!(read_site("https://shop.example.com.:8443/").unwrap().host, "shop.example.com:8443");
    }

    #[test]
    fn plain_http_is_warned_of_unless_it_stays_on_this_machine() {
        for quiet in ["https://shop.example.com", "http://localhost:8080", "http://127.0.0.1", "http://[::1]:80"] {
            assert_eq!(read_site(quiet).unwrap().warnings, [], "{quiet}");
        }
        assert!(read_site("http://shop.example.com").unwrap().warnings[0].to_string().contains("unencrypted"));
    }

    #[test]
    fn what_is_cut_off_is_told() {
        assert!(
            read_site("https://shop.example.com/admin").unwrap().warnings[0]
                .to_string()
                .contains("only https://shop.example.com")
        );
    }

    #[test]
    fn a_wrong_address_gets_its_own_message() {
        for (text, part) in [
            ("", "is empty"),
            ("shop.example.com", "does not begin with https://"),
            ("shop.example.com:8080", "does not begin with https://"),
            ("localhost", "does not begin with https://"),
            ("ftp://shop.example.com", "\"ftp\" is not supported"),
            ("https://", "empty host"),
            ("https://shop example.com", "is not a valid URL"),
            ("https://shop.example.com:99999", "invalid port"),
            ("https://admin:secret@shop.example.com", "must not contain a user"),
        ] {
            let message = read_site(text).unwrap_err().to_string();
            assert!(message.contains(part) && !message.contains("secret"), "{text}: {message}");
        }
    }
}
