//! Secrets, typed so that they cannot be printed.

use secrecy::{ExposeSecret, SecretString};

/// A secret that no `Debug`, `Display` or serialiser shows.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a secret as it is.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The text itself, for the one call that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
