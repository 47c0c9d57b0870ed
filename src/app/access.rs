//! What a command can use: the database, the key that decrypts its secrets, and with both the functions of `admin`.

use std::sync::Arc;

use sqlx::PgPool;

use crate::{
    admin::{Admin, By},
    clients::Clients,
    config::Settings,
    db::{self, Database, DatabaseError, DbError, Presence, sealed},
    http::SetupError,
    secrets::{Keyring, SealedBy, SecretsError},
};

/// The secrets of the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// There is no key, or it is not the one that encrypted them.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] SetupError),
}

/// Gives a command access to the database and its secrets.
#[derive(Debug)]
pub struct Access {
    /// The settings.
    pub settings: Settings,
    presence: Presence,
}

impl Access {
    /// Access by these settings; nothing is opened yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, presence: Presence::default() }
    }

    /// Opens the database and migrates it; creates the embedded one if there is none. Waits up to 10 s for a database that is unavailable.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn database(&self) -> Result<Database, DatabaseError> {
        db::connect_briefly(&self.settings, &self.presence).await
    }

    /// Like [`Access::database`], for a command that has nothing to do if there is no database yet.
    ///
    /// # Errors
    /// When the database cannot be used, or does not exist yet.
    pub async fn existing_database(&self) -> Result<Database, DatabaseError> {
        db::connect_to_existing(&self.settings, &self.presence).await
    }

    /// Resolves when the database has not answered for 10 s, with the error that says so.
    pub async fn lost(&self) -> DatabaseError {
        self.presence.lost().await
    }

    /// Replaces an error of a command by the error that the database is unavailable, if that caused it.
    pub async fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        self.presence.explained(error).await
    }

    /// Refuses a missing key before anything waits for an unavailable database. Whether the database holds encrypted secrets decides
    /// whether the error asks for the old key or for a new one.
    ///
    /// # Errors
    /// When a key has to be created, or brought back, first.
    pub async fn expect_key(&self) -> Result<(), SecretsError> {
        let Err(refusal) = Keyring::expect(&self.settings) else { return Ok(()) };
        match db::glance(&self.settings).await.filter(|sealed| sealed.count() > 0) {
            Some(sealed) => Err(lost(&self.settings, sealed)),
            None => Err(refusal),
        }
    }

    /// The key that encrypts secrets, which must be the one that encrypted the secrets in the database. A key is created only for a database
    /// that holds none.
    ///
    /// # Errors
    /// When there is no key, or it does not match the database; nothing is written then.
    pub async fn keyring(&self, pool: &PgPool) -> Result<Keyring, AccessError> {
        let file = Keyring::path(&self.settings).unwrap_or_default();
        if !file.exists() {
            let sealed = sealed::sealed_by(pool).await?;
            if sealed.count() > 0 {
                return Err(lost(&self.settings, sealed).into());
            }
        }
        let keyring = Keyring::load(&self.settings)?;
        let fit = sealed::fit(pool, &keyring).await?;
        if fit.is_wrong() {
            let holds = keyring.key_id().to_owned();
            return Err(SecretsError::WrongKey { file, holds, sealed: fit.unopened }.into());
        }
        if fit.unopened.count() > 0 {
            tracing::warn!(
                key = keyring.key_id(),
                sealed_with = %fit.unopened,
                "the key file does not decrypt some of the secrets; the accounts and stores that need them are skipped: enter those \
                 secrets again with `account edit` and `store edit`"
            );
        }
        Ok(keyring)
    }

    /// The functions of `admin` that need secrets and clients.
    ///
    /// # Errors
    /// When there is no key, or TLS cannot be set up.
    pub async fn admin(&self, pool: &PgPool) -> Result<Admin, AccessError> {
        let clients = Clients::new(&self.settings)?;
        Ok(Admin { pool: pool.clone(), keyring: Arc::new(self.keyring(pool).await?), clients, by: By::CommandLine })
    }
}

/// The key that encrypted the database's secrets is missing.
fn lost(settings: &Settings, sealed: SealedBy) -> SecretsError {
    let file = Keyring::path(settings).map_or_else(
        || "secrets.key_file is not set".to_owned(),
        |path| format!("there is no key file {}", path.display()),
    );
    SecretsError::Lost { file, sealed }
}
