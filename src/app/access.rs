//! What a command can use: the database, the key that decrypts its secrets, and with both the functions of `admin`.

use std::sync::Arc;

use sqlx::PgPool;

use crate::{
    admin::Admin,
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
    /// There is no key, or not the one that sealed them.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] SetupError),
}

/// The way of a command to its database and its secrets.
#[derive(Debug)]
pub struct Access {
    /// The settings.
    pub settings: Settings,
    presence: Presence,
}

impl Access {
    /// By these settings; nothing is reached yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, presence: Presence::default() }
    }

    /// The database, migrated; the embedded one is made where there is none. One that is away is waited for for 10 s.
    ///
    /// # Errors
    /// When it cannot be used.
    pub async fn database(&self) -> Result<Database, DatabaseError> {
        db::connect_briefly(&self.settings, &self.presence).await
    }

    /// The same for a command that has nothing to do where there is none.
    ///
    /// # Errors
    /// When it cannot be used, or there is none yet.
    pub async fn existing_database(&self) -> Result<Database, DatabaseError> {
        db::connect_to_existing(&self.settings, &self.presence).await
    }

    /// Ends when the database has not answered for 10 s, with the error that says so.
    pub async fn lost(&self) -> DatabaseError {
        self.presence.lost().await
    }

    /// An error of a command, told by that the database is away where it comes from that.
    pub async fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        self.presence.explained(error).await
    }

    /// Refuses a key that is missing, before a database that is away is waited for. What is sealed in the database decides whether
    /// a key is to be brought back or to be made.
    ///
    /// # Errors
    /// When somebody has to make a key first, or bring one.
    pub async fn expect_key(&self) -> Result<(), SecretsError> {
        let Err(refusal) = Keyring::expect(&self.settings) else { return Ok(()) };
        match db::glance(&self.settings).await.filter(|sealed| sealed.count() > 0) {
            Some(sealed) => Err(lost(&self.settings, sealed)),
            None => Err(refusal),
        }
    }

    /// The key that seals secrets, which must be the one that sealed what the database holds. One is made only for a database that
    /// holds none.
    ///
    /// # Errors
    /// When there is none, or it is not the database's; nothing is written then.
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

    /// What works on both sides.
    ///
    /// # Errors
    /// When there is no key, or TLS cannot be set up.
    pub async fn admin(&self, pool: &PgPool) -> Result<Admin, AccessError> {
        let clients = Clients::new(&self.settings)?;
        Ok(Admin { pool: pool.clone(), keyring: Arc::new(self.keyring(pool).await?), clients })
    }
}

/// The key that the database's secrets were sealed with is not here.
fn lost(settings: &Settings, sealed: SealedBy) -> SecretsError {
    let file = Keyring::path(settings).map_or_else(
        || "secrets.key_file is not set".to_owned(),
        |path| format!("there is no key file {}", path.display()),
    );
    SecretsError::Lost { file, sealed }
}
