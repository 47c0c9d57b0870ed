//! The folder that holds an embedded Postgres and its key.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    process::Command,
};

/// Where the data goes when nobody says: a user without a home is a system user.
#[must_use]
pub fn usual(root: bool, data_home: Option<PathBuf>, home: Option<PathBuf>) -> PathBuf {
    let own = || {
        // A relative path there is to be ignored, says the XDG specification.
        let data_home = data_home.filter(|path| path.is_absolute());
        let home = home.filter(|path| path.is_absolute()).map(|home| home.join(".local/share"));
        data_home.or(home).map(|folder| folder.join("cartum-roapp"))
    };
    if root { None } else { own() }.unwrap_or_else(|| PathBuf::from("/var/lib/cartum-roapp"))
}

/// Makes the data folder where it is missing; entered by its owner only, but for root, who lets Postgres's user through.
///
/// # Errors
///
/// When the system refuses.
pub fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mode = if is_root() { 0o711 } else { 0o700 };
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(mode).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Whether this process is run by root.
#[must_use]
pub fn is_root() -> bool {
    // Linux shows it without a call that Rust's standard library lacks; elsewhere `id` knows.
    if let Ok(about) = fs::metadata("/proc/self") {
        return about.uid() == 0;
    }
    Command::new("id").arg("-u").output().is_ok_and(|answer| answer.stdout.trim_ascii() == b"0")
}
