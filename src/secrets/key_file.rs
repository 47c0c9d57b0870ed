//! The key file: read, created, never overwritten.

use std::{
    fs,
    io::{self, Read, Write},
    os::unix::fs::PermissionsExt,
    path::{self, Path, PathBuf},
};

use secrecy::zeroize::Zeroizing;
use tempfile::NamedTempFile;

use super::{Keyring, SecretsError, hex, random};
use crate::{
    config::{DatabaseUrl, Settings},
    data_dir, text_file,
};

/// What a key line starts with; the number is the version of the line.
const PREFIX: &str = "cartum-roapp-key-1:";
const MAX_KEY_ID: usize = 32;
/// The key file of the embedded database, in its folder.
const DEFAULT_NAME: &str = "secrets.key";
/// A key file is one short line; whatever is longer is not read into memory.
const MAX_SIZE: u64 = 4096;

impl Keyring {
    /// The keyring that the settings name. With the embedded database a key is made where there is none; a database of
    /// one's own may be shared by machines, so there the key is always somebody's decision.
    ///
    /// # Errors
    ///
    /// When there is no key file, or it cannot be read or is not a key file.
    pub fn load(settings: &Settings) -> Result<Self, SecretsError> {
        match (&settings.database.url, &settings.secrets.key_file) {
            (DatabaseUrl::Embedded, Some(path)) => Self::read_or_make(path),
            (DatabaseUrl::Embedded, None) => {
                let folder = &settings.database.data_dir;
                let path = folder.join(DEFAULT_NAME);
                data_dir::make(folder).map_err(|source| SecretsError::Unwritable { path: path.clone(), source })?;
                Self::read_or_make(&path)
            }
            (DatabaseUrl::Server(_), Some(path)) => Self::read(path),
            (DatabaseUrl::Server(_), None) => Err(SecretsError::NotNamed),
        }
    }

    /// Whether the settings name a key file at all, and it is there; with the embedded database it may be made later.
    ///
    /// # Errors
    /// As [`Keyring::load`], for a database of one's own without a key file.
    pub fn expect(settings: &Settings) -> Result<(), SecretsError> {
        match (&settings.database.url, &settings.secrets.key_file) {
            (DatabaseUrl::Embedded, _) => Ok(()),
            (DatabaseUrl::Server(_), None) => Err(SecretsError::NotNamed),
            (DatabaseUrl::Server(_), Some(path)) if path.exists() => Ok(()),
            (DatabaseUrl::Server(_), Some(path)) => Err(SecretsError::Missing(path.clone())),
        }
    }

    /// The key file that the settings name, if only by leaving it out.
    #[must_use]
    pub fn path(settings: &Settings) -> Option<PathBuf> {
        match (&settings.database.url, &settings.secrets.key_file) {
            (_, Some(path)) => Some(path.clone()),
            (DatabaseUrl::Embedded, None) => Some(settings.database.data_dir.join(DEFAULT_NAME)),
            (DatabaseUrl::Server(_), None) => None,
        }
    }

    /// Reads a key file. A file that others can read is used, with a warning.
    ///
    /// # Errors
    ///
    /// When the file is missing, cannot be read, or is not a key file.
    pub fn read(path: &Path) -> Result<Self, SecretsError> {
        let unreadable = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => SecretsError::Missing(path.to_owned()),
            _ => SecretsError::Unreadable { path: path.to_owned(), source },
        };
        let malformed = |what| SecretsError::Malformed { path: path.to_owned(), what };
        let file = fs::File::open(path).map_err(unreadable)?;
        let mode = file.metadata().map_err(unreadable)?.permissions().mode();
        let mut bytes = Vec::new();
        file.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_SIZE {
            return Err(malformed("it is too long"));
        }
        if mode & 0o077 != 0 {
            tracing::warn!(file = %path.display(), "other users can read the key file; fix that with: chmod 600");
        }
        let text = text_file::decode(bytes);
        let text = Zeroizing::new(text.map_err(|_| malformed("it is not UTF-8 text"))?);
        parse(&text).map_err(malformed)
    }

    /// Makes a key file that only its owner can read, and reads it.
    ///
    /// # Errors
    ///
    /// When there is such a file already, or it cannot be written.
    pub fn make(path: &Path) -> Result<Self, SecretsError> {
        let unwritable = |source| SecretsError::Unwritable { path: path.to_owned(), source };
        let key = Zeroizing::new(hex(&random::<32>()?));
        let line = Zeroizing::new(format!("{PREFIX}{}:{}\n", hex(&random::<4>()?), *key));
        let folder = path::absolute(path).map_err(unwritable)?;
        let folder = folder.parent().unwrap_or(Path::new("/"));
        // Written whole under another name first: a crash leaves no half key.
        let mut file = NamedTempFile::new_in(folder).map_err(unwritable)?;
        file.write_all(line.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(unwritable)?;
        file.persist_noclobber(path).map_err(|refused| match refused.error.kind() {
            io::ErrorKind::AlreadyExists => SecretsError::Exists(path.to_owned()),
            _ => unwritable(refused.error),
        })?;
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)?;
        Self::read(path)
    }

    /// Reads the key file, or makes it where there is none. Several processes may do so at once: one key is made.
    ///
    /// # Errors
    ///
    /// As [`Keyring::read`] and [`Keyring::make`].
    pub fn read_or_make(path: &Path) -> Result<Self, SecretsError> {
        match Self::read(path) {
            Err(SecretsError::Missing(_)) => {}
            found => return found,
        }
        match Self::make(path) {
            Err(SecretsError::Exists(_)) => Self::read(path),
            Ok(made) => {
                tracing::info!(file = %path.display(), key_id = made.key_id(), "created a key; keep a copy of it apart from the database's backups");
                Ok(made)
            }
            refused => refused,
        }
    }
}

/// Whether a text holds a line of a key file, of any version: it is never taken for a password.
pub(crate) fn looks_like_key(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("cartum-roapp-key-"))
}

fn parse(text: &str) -> Result<Keyring, &'static str> {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err("it is empty");
    }
    let rest = line.strip_prefix(PREFIX).ok_or("it does not start with cartum-roapp-key-1:")?;
    let (key_id, digits) = rest.split_once(':').ok_or("it has no colon after the key id")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if key_id.is_empty() || key_id.len() > MAX_KEY_ID || !key_id.chars().all(plain) {
        return Err("the key id is not 1 to 32 letters, digits, - or _");
    }
    let key = unhex(digits).ok_or("the key is not 64 hexadecimal digits")?;
    Ok(Keyring::new(key_id.to_owned(), key))
}

fn unhex(digits: &str) -> Option<[u8; 32]> {
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 32];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use crate::secrets::{Place, Secret};

    use super::*;

    #[test]
    fn a_made_key_is_private_and_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.key");
        let made = Keyring::make(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let place = Place { table: "store", row: "1".to_owned(), column: "password" };
        let sealed = made.seal(&place, &Secret::new("x".to_owned())).unwrap();
        assert_eq!(Keyring::read(&path).unwrap().open(&place, &sealed).unwrap().expose(), "x");
    }

    #[test]
    fn a_key_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.key");
        fs::write(&path, "precious").unwrap();
        assert!(matches!(Keyring::make(&path), Err(SecretsError::Exists(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left behind");
    }

    #[test]
    fn processes_that_start_at_once_make_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.key");
        let ids = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..8).map(|_| scope.spawn(|| Keyring::read_or_make(&path).unwrap())).collect();
            makers.into_iter().map(|maker| maker.join().unwrap().key_id().to_owned()).collect::<Vec<_>>()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }

    #[test]
    fn a_file_that_is_no_key_file_is_refused_with_the_reason() {
        let good = "0".repeat(64);
        for (text, reason) in [
            (String::new(), "empty"),
            ("password".to_owned(), "does not start"),
            (format!("cartum-roapp-key-1:{good}"), "no colon"),
            (format!("cartum-roapp-key-1::{good}"), "key id"),
            ("cartum-roapp-key-1:a:1234".to_owned(), "64 hexadecimal"),
            (format!("cartum-roapp-key-1:a:{}", "é".repeat(32)), "64 hexadecimal"),
            (format!("cartum-roapp-key-1:a:{good}\n\n"), "64 hexadecimal"),
        ] {
            let refused = parse(&text).unwrap_err();
            assert!(refused.contains(reason), "{text:?} is refused with {refused:?}");
        }
        assert_eq!(parse(&format!("cartum-roapp-key-1:a:{good}\r\n")).unwrap().key_id(), "a");
    }

    #[test]
    fn a_missing_key_file_names_the_command_that_makes_it() {
        let message = Keyring::read(Path::new("/nowhere/secrets.key")).unwrap_err().to_string();
        assert!(message.contains("cartum-roapp secrets new-key /nowhere/secrets.key"), "{message}");
    }
}
