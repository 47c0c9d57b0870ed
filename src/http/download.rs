//! Downloads a file: follows redirects, limits size and time, and hashes the content while it is read.

use std::{
    fs::File,
    io::{self, Write},
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::SetupError;

/// A peer that sends no byte for this long is gone.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A release page leads to its storage in one or two redirects.
const MAX_REDIRECTS: usize = 5;

/// A file could not be downloaded.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// TLS could not be set up.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The network failed, or the peer stopped in the middle.
    #[error("the download failed")]
    Transfer(#[from] reqwest::Error),
    /// The file does not exist, or we have no access.
    #[error("the answer was HTTP {0}")]
    Status(u16),
    /// The file is larger than expected.
    #[error("it is longer than {0} bytes")]
    TooLarge(u64),
    /// The file cannot be written.
    #[error("it cannot be written")]
    File(#[from] io::Error),
}

/// Downloads at most `limit` bytes from `url` into `file`, through the proxy of the settings, never through one from the
/// environment. Returns the SHA-256.
///
/// # Errors
/// A [`DownloadError`]; the file then contains a part of the download.
#[expect(clippy::disallowed_methods, reason = "the one place that sends")]
pub async fn download(
    url: &str,
    proxy: Option<&SecretString>,
    file: &mut File,
    limit: u64,
) -> Result<[u8; 32], DownloadError> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("cartum-roapp/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::limited(MAX_REDIRECTS))
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .no_proxy();
    let builder = match proxy {
        Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.expose_secret()).map_err(SetupError::from)?),
        None => builder,
    };
    let client = builder.build().map_err(SetupError::from)?;
    let mut response = client.get(url).send().await?;
    if !response.status().is_success() {
        return Err(DownloadError::Status(response.status().as_u16()));
    }
    let (mut hash, mut length) = (Sha256::new(), 0);
    while let Some(chunk) = response.chunk().await? {
        length += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if length > limit {
            return Err(DownloadError::TooLarge(limit));
        }
        hash.update(&chunk);
        file.write_all(&chunk)?;
    }
    file.flush()?;
    Ok(hash.finalize().into())
}
