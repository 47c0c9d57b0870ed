//! A secret in a file of its own: a password, an API key.

use std::{fs, path::Path};

use crate::secrets::Secret;

/// A secret's file is read up to this size, 64 KiB.
const MAX_FILE: u64 = 64 << 10;

/// Reads a secret from a file of its own; one line end at its end is not part of it.
///
/// # Errors
/// Why there is no secret, with the file's name and never its content.
pub fn read_secret(path: &Path) -> Result<Secret, String> {
    let shown = path.display();
    let size = fs::metadata(path).map_err(|error| format!("cannot read {shown}: {error}"))?.len();
    if size > MAX_FILE {
        return Err(format!("{shown} is larger than 64 KiB; it should hold nothing but the secret"));
    }
    let bytes = fs::read(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{shown} is not UTF-8 text"))?;
    let secret = Secret::from_file_text(text);
    if secret.is_empty() {
        return Err(format!("{shown} is empty"));
    }
    if secret.expose().contains(['\n', '\r']) {
        return Err(format!("{shown} holds several lines; it should hold nothing but the secret"));
    }
    Ok(secret)
}
