//! The URLs that webhooks are sent to. Whoever knows a URL can trigger reads of orders, so each contains its own secret; it is
//! never stored in clear, but found by its hash.

use rand::rngs::SysError;
use sha2::{Digest, Sha256};

use crate::secrets::{self, Secret};

/// Whose webhooks come to a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// A store.
    Cartum,
    /// A RO App account.
    RoApp,
}

/// A fresh secret of 256 bits, as hexadecimal digits.
///
/// # Errors
/// When the system gives no random bytes.
pub fn fresh_secret() -> Result<Secret, SysError> {
    Ok(Secret::new(secrets::hex(&secrets::random::<32>()?)))
}

/// What a secret is found by.
#[must_use]
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// The whole URL below `public_url`, which has no slash at its end; the path alone where that is empty.
#[must_use]
pub fn hook_url(public_url: &str, peer: Peer, secret: &Secret) -> Secret {
    let peer = match peer {
        Peer::Cartum => "cartum",
        Peer::RoApp => "roapp",
    };
    Secret::new(format!("{public_url}/hooks/{peer}/{}", secret.expose()))
}
