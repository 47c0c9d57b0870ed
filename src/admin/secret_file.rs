//! Reads a secret, such as a password or an API key, from its own file.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use crate::{
    domain::said::{Said, Value},
    plain_file::{self, Refused},
    secrets::{self, Secret},
    text_file,
};

/// A secret's file is read up to this size, 64 KiB.
const MAX_FILE: u64 = 64 << 10;
/// Paths below these look like files, but belong to the system.
const NOT_OURS: [&str; 3] = ["/proc", "/sys", "/dev"];

/// Where a `password_file` may be. Its content is sent to the address in the same store file, so a store file from somebody else
/// must not be able to name a file that this person may not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AllowedPath {
    /// In the folder of the store file, or below it.
    #[default]
    Beside,
    /// Anywhere, by an absolute path.
    Absolute,
}

/// Reads a secret from the file that the command line names; `-` is standard input.
///
/// # Errors
/// As [`read_secret`].
pub fn read_secret_given(path: &Path) -> Result<Secret, Said> {
    if path == Path::new("-") { secret_in(&mut io::stdin().lock(), "standard input") } else { read_secret(path) }
}

/// Reads a secret from a file that a person named on the command line; one line end at its end is not part of it, nor is a byte order
/// mark at its start.
///
/// # Errors
/// Why there is no secret, with the file's name and never its content.
pub fn read_secret(path: &Path) -> Result<Secret, Said> {
    let shown = path.display().to_string();
    let mut file = File::open(path).map_err(|error| cannot_read(&shown, error.to_string()))?;
    secret_in(&mut file, &shown)
}

/// Reads the `password_file` of a store file in `folder`: a regular file in an allowed place.
///
/// # Errors
/// As [`read_secret`], and if the file is elsewhere.
pub(super) fn read_password(folder: &Path, name: &Path, allowed: AllowedPath) -> Result<Secret, Said> {
    let path = folder.join(name);
    let shown = path.display().to_string();
    let unreadable = |error: io::Error| cannot_read(&shown, error.to_string());
    if name.is_absolute() && allowed != AllowedPath::Absolute {
        return Err(Said::new("password-file-absolute").with("file", shown));
    }
    // Links are followed first, so that none leads out of the folder.
    let real = fs::canonicalize(&path).map_err(unreadable)?;
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let here = fs::canonicalize(here).map_err(unreadable)?;
    if !name.is_absolute() && !real.starts_with(&here) {
        return Err(Said::new("password-file-outside").with("file", shown));
    }
    let not_plain = || Said::new("password-file-not-plain").with("file", shown.as_str());
    if NOT_OURS.iter().any(|system| real.starts_with(system)) {
        return Err(not_plain());
    }
    let mut file = open_still_at(&real).map_err(|refused| match refused {
        Some(Refused::NotPlain) => not_plain(),
        Some(Refused::Io(error)) => unreadable(error),
        Some(Refused::Link) | None => Said::new("password-file-replaced").with("file", shown.as_str()),
    })?;
    secret_in(&mut file, &shown)
}

/// Opens the file at `real`, a path without links; the error `None` means that another file was opened, for example because a folder
/// of the path was replaced.
fn open_still_at(real: &Path) -> Result<File, Option<Refused>> {
    let file = plain_file::open(real).map_err(Some)?;
    let is_there = match plain_file::place(&file) {
        Some(place) => place == real,
        None => fs::canonicalize(real).is_ok_and(|now| now == real),
    };
    if is_there { Ok(file) } else { Err(None) }
}

/// What a person is told of a file that cannot be read.
pub(super) fn cannot_read(shown: &str, why: impl Into<Value>) -> Said {
    Said::new("cannot-read").with("file", shown).with("error", why)
}

fn secret_in(file: &mut impl Read, shown: &str) -> Result<Secret, Said> {
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| cannot_read(shown, error.to_string()))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Said::new("secret-too-large").with("file", shown));
    }
    secret_of(bytes).map_err(|what| Said::new("secret-file").with("file", shown).with("what", what))
}

/// The secret in the bytes that were read; else what is wrong with them, to follow the file's name, and never the content.
fn secret_of(bytes: Vec<u8>) -> Result<Secret, Said> {
    let secret = Secret::from_file_text(text_file::decode(bytes)?);
    if secret.is_empty() {
        return Err(Said::new("is-empty"));
    }
    if secrets::looks_like_key(secret.expose()) {
        return Err(Said::new("is-key-file"));
    }
    if secret.expose().contains(['\n', '\r']) {
        return Err(Said::new("has-several-lines"));
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use std::{os::unix::fs::symlink, process::Command};

    use super::*;

    #[test]
    fn a_secret_is_read_as_editors_of_every_system_save_it() {
        for bytes in [&b"s3cret"[..], b"s3cret\n", b"s3cret\r\n", b"\xef\xbb\xbfs3cret\r\n", b"\xef\xbb\xbfs3cret"] {
            assert_eq!(secret_of(bytes.to_vec()).unwrap().expose(), "s3cret", "{bytes:?}");
        }
        assert_eq!(secret_of(b" a b \n".to_vec()).unwrap().expose(), " a b ");
        for (bytes, told) in [
            (&b""[..], "empty"),
            (b"\n", "empty"),
            (b"\xef\xbb\xbf\r\n", "empty"),
            (b"one\ntwo\n", "several lines"),
            (b"\xff\xfes\0", "UTF-16"),
            (b"\xe9", "UTF-8"),
            (b"\xef\xbb\xbf cartum-roapp-key-1:ab:00\n", "key file"),
            (b"# ours\ncartum-roapp-key-2:ab:00\n", "key file"),
        ] {
            let refused = secret_of(bytes.to_vec()).unwrap_err().to_string();
            assert!(refused.contains(told), "{bytes:?}: {refused}");
        }
    }

    #[test]
    fn what_is_put_in_the_place_of_a_password_file_is_not_read() {
        let outer = tempfile::tempdir().unwrap();
        let outer = fs::canonicalize(outer.path()).unwrap();
        for folder in ["shop", "elsewhere"] {
            fs::create_dir(outer.join(folder)).unwrap();
            fs::write(outer.join(folder).join("password"), folder).unwrap();
        }
        let real = outer.join("shop/password");
        assert!(open_still_at(&real).is_ok());
        // Somebody replaces the file or its folder once the name was looked at.
        fs::rename(&real, outer.join("shop/before")).unwrap();
        symlink(outer.join("elsewhere/password"), &real).unwrap();
        assert!(matches!(open_still_at(&real), Err(Some(Refused::Link))));
        fs::rename(outer.join("shop"), outer.join("before")).unwrap();
        symlink(outer.join("elsewhere"), outer.join("shop")).unwrap();
        assert!(matches!(open_still_at(&real), Err(None)));
        fs::remove_file(outer.join("elsewhere/password")).unwrap();
        assert!(Command::new("mkfifo").arg(outer.join("elsewhere/password")).status().unwrap().success());
        assert!(matches!(open_still_at(&real), Err(Some(Refused::NotPlain))));
    }

    #[test]
    fn a_password_file_is_a_plain_one_beside_the_store_file() {
        let (outer, key) = (tempfile::tempdir().unwrap(), "cartum-roapp-key-1:ab:00");
        let folder = outer.path().join("shop");
        fs::create_dir_all(folder.join("inner")).unwrap();
        for file in [outer.path().join("outside"), folder.join("beside"), folder.join("inner/below")] {
            fs::write(file, "s3cret\n").unwrap();
        }
        fs::write(folder.join("our.key"), key).unwrap();
        fs::write(folder.join("large"), "x".repeat((64 << 10) + 1)).unwrap();
        symlink("beside", folder.join("link")).unwrap();
        symlink("../outside", folder.join("link-out")).unwrap();
        symlink("/proc/self/environ", folder.join("link-proc")).unwrap();
        assert!(Command::new("mkfifo").arg(folder.join("fifo")).status().unwrap().success());
        let read = |name: &str, allowed| read_password(&folder, Path::new(name), allowed);
        for name in ["beside", "./beside", "inner/below", "inner/../beside", "link"] {
            assert_eq!(read(name, AllowedPath::Beside).unwrap().expose(), "s3cret", "{name}");
        }
        for (name, told) in [
            ("../outside", "is outside"),
            ("link-out", "is outside"),
            ("link-proc", "is outside"),
            ("fifo", "not a regular file"),
            ("inner", "not a regular file"),
            ("our.key", "key file"),
            ("large", "64 KiB"),
            ("none", "cannot read"),
            (outer.path().join("outside").to_str().unwrap(), "--allow-path"),
        ] {
            let refused = read(name, AllowedPath::Beside).unwrap_err().to_string();
            assert!(refused.contains(told) && !refused.contains(key), "{name}: {refused}");
        }
        let outside = outer.path().join("outside");
        assert_eq!(read(outside.to_str().unwrap(), AllowedPath::Absolute).unwrap().expose(), "s3cret");
        for (name, told) in [
            ("../outside", "is outside"),
            ("/proc/self/environ", "not a regular file"),
            ("/dev/zero", "not a regular file"),
            (folder.join("our.key").to_str().unwrap(), "key file"),
        ] {
            let refused = read(name, AllowedPath::Absolute).unwrap_err().to_string();
            assert!(refused.contains(told), "{name}: {refused}");
        }
    }
}
