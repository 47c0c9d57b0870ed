//! A secret in a file of its own: a password, an API key.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use crate::secrets::Secret;

/// A secret's file is read up to this size, 64 KiB.
const MAX_FILE: u64 = 64 << 10;

/// Reads a secret from the file that the command line names; `-` is standard input.
///
/// # Errors
/// As [`read_secret`].
pub fn read_secret_given(path: &Path) -> Result<Secret, String> {
    const SHOWN: &str = "standard input";
    if path != Path::new("-") {
        return read_secret(path);
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("cannot read {SHOWN}: {error}"))?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size > MAX_FILE) {
        return Err(format!("{SHOWN} is larger than 64 KiB; it should hold nothing but the secret"));
    }
    secret_of(bytes, SHOWN)
}

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
    secret_of(bytes, &shown.to_string())
}

/// The secret that was read from there.
fn secret_of(bytes: Vec<u8>, shown: &str) -> Result<Secret, String> {
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
