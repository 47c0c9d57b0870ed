//! Why a request of a person is not carried out.

use crate::{
    cartum::HookError, check::Faults, clients::ClientError, db::DbError, domain::said::Said, http,
    secrets::SecretsError,
};

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The input is wrong.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// Nothing has that name, or more than one thing has; the message names what exists.
    #[error("{0}")]
    NotFound(Said),
    /// It cannot be done in the current state; the message gives the reason and the fix.
    #[error("{0}")]
    Refused(Said),
    /// The database failed, or a name is taken.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A secret could not be encrypted or decrypted.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// A client could not be created.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The subscription of a store could not be ended.
    #[error(transparent)]
    Hook(#[from] HookError),
    /// TLS could not be set up.
    #[error(transparent)]
    Tls(#[from] http::SetupError),
}

impl From<sqlx::Error> for AdminError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}
