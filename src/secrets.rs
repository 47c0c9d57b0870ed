//! Secrets in memory and at rest: a type that never shows its value, and the keyring that encrypts it for the database.
//!
//! A sealed (encrypted) value is bound to its place (table, row, column): copied elsewhere, it cannot be decrypted. The bytes are
//! `1 | length of the key id | key id | nonce (24) | XChaCha20-Poly1305 of the text`.

use std::{fmt, path::PathBuf};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use rand::{
    TryRng,
    rngs::{SysError, SysRng},
};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroize};

mod key_file;
mod password;
mod sealed_by;

pub(crate) use self::key_file::looks_like_key;
pub use self::{
    password::{hash_password, is_password},
    sealed_by::SealedBy,
};

/// The version of the sealed bytes.
const FORMAT: u8 = 1;
const NONCE_LENGTH: usize = 24;

/// A text that nobody may see: a password, an API key. It has no `Display`, and `Debug` hides the text.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps a text unchanged.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    /// Takes a secret from a file or from standard input, without the one line end that editors and `echo`
    /// add. Everything else, including blanks, is part of the secret.
    #[must_use]
    pub fn from_file_text(text: String) -> Self {
        let bare = text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).map(str::to_owned);
        Self::new(bare.unwrap_or(text))
    }

    /// The text itself, to send it where it belongs.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// Where a sealed value is stored. It cannot be decrypted anywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The row's key, as text.
    pub row: String,
    /// The column.
    pub column: &'static str,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} of row {}", self.table, self.column, self.row)
    }
}

/// A secret as the database keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl Sealed {
    /// The id of the key that encrypted it; `None` if the bytes are not ours.
    #[must_use]
    pub fn key_id(&self) -> Option<String> {
        let [FORMAT, length, rest @ ..] = self.0.as_slice() else { return None };
        let (key_id, _) = rest.split_at_checked(usize::from(*length))?;
        Some(String::from_utf8_lossy(key_id).into_owned())
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Why a secret could not be encrypted or decrypted, or a key could not be obtained.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// There is no key file.
    #[error(
        "there is no key file {}; if the database already holds data (for example a restored one), put the key file that belongs \
         to it there; for a new database, create a key with: cartum-roapp secrets new-key {}",
        .0.display(), .0.display()
    )]
    Missing(PathBuf),
    /// A database server of one's own needs a key file, and none is named.
    #[error(
        "secrets.key_file is not set; create a key with `cartum-roapp secrets new-key /etc/cartum-roapp/secrets.key` \
         and name that file in secrets.key_file or in CARTUM_ROAPP__SECRETS__KEY_FILE"
    )]
    NotNamed,
    /// The database holds secrets encrypted with a key that is missing.
    #[error(
        "the database holds secrets encrypted with {sealed}, but {file}: put the file of that key back, or the copy of it that \
         was kept apart from the backups. Nothing was changed. Only if the key is lost for good: `{}`, then enter every API key \
         and password again",
        sealed.give_up()
    )]
    Lost {
        /// What is wrong with the key file.
        file: String,
        /// What the database holds.
        sealed: SealedBy,
    },
    /// The available key does not match the database.
    #[error(
        "{} holds key {holds}, which does not decrypt what the database holds, encrypted with {sealed}: name the file of that key \
         in secrets.key_file. Nothing was changed. Only if that key is lost for good: `{}`, then enter every API key and password \
         again",
        .file.display(), sealed.give_up()
    )]
    WrongKey {
        /// The key file.
        file: PathBuf,
        /// The id of the key in it.
        holds: String,
        /// What it does not decrypt.
        sealed: SealedBy,
    },
    /// The secret here was encrypted with a key that was lost.
    #[error("the secret in {0} was erased when its key was given up; enter it again")]
    GivenUp(Place),
    /// A password could not be hashed.
    #[error("the password could not be hashed")]
    Password,
    /// The key file cannot be read.
    #[error("cannot read the key file {}", .path.display())]
    Unreadable {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The key file holds something else.
    #[error(
        "{} is not a key file: {what}; it should hold one line, cartum-roapp-key-1:<key id>:<64 hexadecimal digits>",
        .path.display()
    )]
    Malformed {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it; never its content.
        what: &'static str,
    },
    /// A new key never overwrites a file.
    #[error(
        "{} exists and is not overwritten: without the key in it, the secrets encrypted with that key are lost; name a new file",
        .0.display()
    )]
    Exists(PathBuf),
    /// The key file cannot be written.
    #[error("cannot write the key file {}", .path.display())]
    Unwritable {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bytes are not ours.
    #[error("the value in {0} is not an encrypted secret; enter the secret again")]
    NotSealed(Place),
    /// The value was encrypted with a key that is not in the key file.
    #[error(
        "{place} was encrypted with key {sealed_with}, but the key file holds {holds}; name the right file in secrets.key_file"
    )]
    OtherKey {
        /// The place of the value.
        place: Place,
        /// The id of the key that sealed it.
        sealed_with: String,
        /// The id of the available key.
        holds: String,
    },
    /// The value cannot be decrypted here.
    #[error(
        "the secret in {0} cannot be decrypted: it was changed, or moved from another place; enter the secret again"
    )]
    Refused(Place),
    /// The system gave no random bytes.
    #[error("the system provides no random bytes")]
    NoRandom(#[from] SysError),
}

/// The key that encrypts secrets.
#[derive(Clone)]
pub struct Keyring {
    key_id: String,
    cipher: XChaCha20Poly1305,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Keyring {
    /// A keyring with a new key that is stored nowhere, for tests and temporary databases.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn ephemeral() -> Result<Self, SecretsError> {
        Ok(Self::new(hex(&random::<4>()?), random()?))
    }

    fn new(key_id: String, mut key: [u8; 32]) -> Self {
        let cipher = XChaCha20Poly1305::new(&key.into());
        key.zeroize();
        Self { key_id, cipher }
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Encrypts a secret for its place.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn seal(&self, place: &Place, plain: &Secret) -> Result<Sealed, SecretsError> {
        let nonce: [u8; NONCE_LENGTH] = random()?;
        let mut bytes = self.header();
        let bound = bound(place, &bytes);
        let payload = Payload { msg: plain.expose().as_bytes(), aad: &bound };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        // Only a text of 256 GiB is refused.
        let sealed = sealed.map_err(|_| SecretsError::Refused(place.clone()))?;
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(Sealed(bytes))
    }

    /// Decrypts a secret that was encrypted for this place.
    ///
    /// # Errors
    ///
    /// When the value was encrypted with another key or for another place, or was changed since.
    pub fn open(&self, place: &Place, sealed: &Sealed) -> Result<Secret, SecretsError> {
        let not_sealed = || SecretsError::NotSealed(place.clone());
        if sealed.0.is_empty() {
            return Err(SecretsError::GivenUp(place.clone()));
        }
        let [FORMAT, length, rest @ ..] = sealed.0.as_slice() else { return Err(not_sealed()) };
        let (key_id, rest) = rest.split_at_checked(usize::from(*length)).ok_or_else(not_sealed)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or_else(not_sealed)?;
        if key_id != self.key_id.as_bytes() {
            return Err(SecretsError::OtherKey {
                place: place.clone(),
                sealed_with: String::from_utf8_lossy(key_id).into_owned(),
                holds: self.key_id.clone(),
            });
        }
        let bound = bound(place, &self.header());
        let opened = self.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: &bound });
        let text = opened.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        text.map(Secret::new).ok_or_else(|| SecretsError::Refused(place.clone()))
    }

    fn header(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT, u8::try_from(self.key_id.len()).unwrap_or(u8::MAX)];
        bytes.extend_from_slice(self.key_id.as_bytes());
        bytes
    }
}

/// What the seal is bound to: header and place, each part with its length, so that no two places look alike.
fn bound(place: &Place, header: &[u8]) -> Vec<u8> {
    let parts = [header, place.table.as_bytes(), place.row.as_bytes(), place.column.as_bytes()];
    parts.iter().flat_map(|part| [&(part.len() as u64).to_be_bytes()[..], part].concat()).collect()
}

/// Random bytes from the system, for keys, nonces and passwords: never from a seeded generator.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], SysError> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes)?;
    Ok(bytes)
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])));
        text
    })
}

#[cfg(test)]
mod tests;
