//! Why a request of a person is not carried out.

use crate::{cartum::HookError, check::Faults, clients::ClientError, db::DbError, http, secrets::SecretsError};

/// It is not done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// What a person wrote is wrong.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// There is nothing of that name, or more than one; the text says what there is.
    #[error("{0}")]
    NotFound(String),
    /// It cannot be done as things stand; the text says why, and the fix.
    #[error("{0}")]
    Refused(String),
    /// The database failed, or a name is taken.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A secret could not be sealed or opened.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// A client could not be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A subscription of a store could not be ended.
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
