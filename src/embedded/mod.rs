//! The embedded Postgres.

use std::{fs, io, os::unix::fs::DirBuilderExt, path::Path};

mod user;

pub use user::is_root;

/// Makes the data folder where it is missing; entered by its owner only, but for root, who lets Postgres's user through.
///
/// # Errors
///
/// When the system refuses.
pub fn make_data_dir(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mode = if is_root() { 0o711 } else { 0o700 };
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(mode).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}
