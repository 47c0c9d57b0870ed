//! What can go wrong with the database.

use std::time::Duration;

use serde::Serialize;

use crate::{domain::said::Said, secrets::SecretsError};

/// A statement failed, a row cannot be read, or another process has the right to write.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database refused or did not answer.
    #[error("the database failed")]
    Sql(#[from] sqlx::Error),
    /// A row contains something that this version does not understand.
    #[error("cannot read {table}.{column} of row {row}: {detail}")]
    Row {
        /// The table.
        table: &'static str,
        /// The row.
        row: String,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A value cannot be converted to the form that the database stores; nothing was written.
    #[error("cannot write {table}.{column}: {detail}")]
    Form {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// The lease on the account expired or another process took it; nothing was written.
    #[error("the lease on the account was lost")]
    LeaseLost,
    /// A name or identity is already in use.
    #[error("{}{why}", at(key))]
    Taken {
        /// The key of the setting; empty where it is none.
        key: &'static str,
        /// By what.
        why: Said,
    },
    /// A secret could not be sealed for its row; nothing was written.
    #[error(transparent)]
    Seal(#[from] SecretsError),
}

impl DbError {
    /// The data of a single record causes the error (SQL classes 22, 23 and 54, or a row that cannot be read); other records
    /// are not affected.
    #[must_use]
    pub fn is_about_data(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| ["22", "23", "54"].iter().any(|class| code.starts_with(class)))
            }
            Self::Row { .. } | Self::Form { .. } => true,
            _ => false,
        }
    }

    /// The error and what the database said, in one line.
    #[must_use]
    pub fn with_cause(&self) -> String {
        match self {
            Self::Sql(cause) => format!("{self}: {cause}"),
            _ => self.to_string(),
        }
    }

    /// The database is unavailable for now: the same statement may succeed later.
    #[must_use]
    pub fn is_away(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => {
                // Connection trouble, shutdown, out of resources, serialisation (PostgreSQL, appendix A).
                let code = error.code().unwrap_or_default();
                ["08", "53", "57", "40", "58"].iter().any(|class| code.starts_with(class))
            }
            Self::Sql(error) => matches!(
                error,
                sqlx::Error::Io(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::Protocol(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::WorkerCrashed
            ),
            Self::Row { .. } | Self::Form { .. } | Self::LeaseLost | Self::Taken { .. } | Self::Seal(_) => false,
        }
    }

    /// The database rolled the transaction back in favour of another one (PostgreSQL, appendix A, class 40); it may succeed
    /// when repeated.
    pub(super) fn is_undone(&self) -> bool {
        let Self::Sql(sqlx::Error::Database(error)) = self else { return false };
        error.code().is_some_and(|code| code.starts_with("40") && code != "40003")
    }

    /// [`Self::Taken`] of the name, for this reason, if the error is a conflict with this unique index.
    pub(super) fn name_taken(error: sqlx::Error, index: &str, why: impl FnOnce() -> Said) -> Self {
        let in_the_way = error.as_database_error().is_some_and(|error| error.constraint() == Some(index));
        if in_the_way { Self::Taken { key: "name", why: why() } } else { Self::Sql(error) }
    }
}

/// What stands before the reason.
fn at(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("{key}: ") }
}

/// The error for a word in a column that this release does not know: a newer release may have written it. Nothing is assumed in
/// its place.
pub(super) fn unknown_word(table: &'static str, row: i64, column: &'static str, word: &str) -> DbError {
    DbError::Row { table, row: row.to_string(), column, detail: format!("unknown word {word:?}") }
}

/// A value as JSON for a column.
pub(super) fn to_json<T: Serialize>(
    table: &'static str,
    column: &'static str,
    value: &T,
) -> Result<serde_json::Value, DbError> {
    serde_json::to_value(value).map_err(|error| DbError::Form { table, column, detail: error.to_string() })
}

/// A duration in the form that SQL takes.
pub(super) fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
