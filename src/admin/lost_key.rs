//! Erases the secrets whose key is lost for good.

use sqlx::PgPool;

use super::AdminError;
use crate::{db::sealed, secrets::SealedBy};

/// Which keys encrypted the secrets in the database.
///
/// # Errors
/// When the database fails.
pub async fn sealed_by(pool: &PgPool) -> Result<SealedBy, AdminError> {
    Ok(sealed::sealed_by(pool).await?)
}

/// Erases the secrets encrypted with a key; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn give_up_key(pool: &PgPool, key_id: &str) -> Result<i64, AdminError> {
    Ok(sealed::give_up(pool, key_id).await?)
}
