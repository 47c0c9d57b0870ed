//! Hashes of the passwords of users (argon2id).

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{Secret, SecretsError, random};

/// Hashes at once: each takes 20 MiB.
const AT_ONCE: usize = 2;
static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// The hash of a password, in its text form (PHC). It takes 20 MiB and some 20 ms, in a thread of its own.
///
/// # Errors
/// When the system gives no random bytes.
pub async fn hash_password(password: &Secret) -> Result<String, SecretsError> {
    let (salt, password) = (random::<16>().map_err(SecretsError::NoRandom)?, password.clone());
    let turn = TURNS.acquire().await;
    let hashed = spawn_blocking(move || {
        // It is given back when the work is done, also where nobody waits for it any more.
        let _turn = turn;
        let hash: Result<PasswordHash, _> =
            Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt);
        hash.map(|hash| hash.to_string())
    });
    hashed.await.ok().and_then(Result::ok).ok_or(SecretsError::Password)
}

/// Whether this is the password of the hash. Without a hash, it takes as long and is not.
pub async fn is_password(password: &Secret, hash: Option<&str>) -> bool {
    let Some(hash) = hash.map(str::to_owned) else {
        let _ = hash_password(password).await;
        return false;
    };
    let password = password.clone();
    let turn = TURNS.acquire().await;
    let verified = spawn_blocking(move || {
        let _turn = turn;
        let hash = PasswordHash::new(&hash).ok()?;
        Argon2::default().verify_password(password.expose().as_bytes(), &hash).ok()
    });
    verified.await.ok().flatten().is_some()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;

    #[tokio::test]
    async fn a_hash_knows_its_password_and_no_other() {
        let secret = |text: &str| Secret::new(text.to_owned());
        let hash = hash_password(&secret("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$") && !hash.contains("correct"), "{hash}");
        assert!(is_password(&secret("correct horse"), Some(&hash)).await);
        assert!(!is_password(&secret("correct horse "), Some(&hash)).await);
        assert!(!is_password(&secret("correct horse"), None).await);
        assert!(!is_password(&secret("correct horse"), Some("no hash")).await);
        assert_ne!(hash_password(&secret("correct horse")).await.unwrap(), hash, "each has a salt of its own");
    }
}
