//! What can go wrong on the way to a usable database, and the fix.

use std::{path::PathBuf, time::Duration};

use sqlx::{migrate::MigrateError, postgres::PgConnectOptions};

use crate::embedded::EmbeddedError;

/// Why there is no usable database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The embedded Postgres is not there.
    #[error(transparent)]
    Embedded(Box<EmbeddedError>),
    /// There is no embedded database yet, and what was asked only reads.
    #[error(
        "there is no database yet in {}; begin with `cartum-roapp account add NAME --api-key-file FILE`, or set database.data_dir or \
         database.url to the folder or the Postgres that has one",
        .folder.display()
    )]
    NoneYet {
        /// The data folder.
        folder: PathBuf,
    },
    /// The image has no Postgres, and its disk goes with the container.
    #[error(
        "this container runs no Postgres of its own: set CARTUM_ROAPP__DATABASE__URL to postgres://user:password@host:5432/name, and \
         CARTUM_ROAPP__SECRETS__KEY_FILE to a mounted key file"
    )]
    InContainer,
    /// The server does not answer.
    #[error(
        "the Postgres at {host}:{port} has not answered for {} s ({error}); is it running, and is database.url right?",
        .waited.as_secs()
    )]
    Away {
        /// The server.
        host: String,
        /// Its port.
        port: u16,
        /// How long it was waited for.
        waited: Duration,
        /// What the last try brought.
        error: String,
    },
    /// The server does not take name and password.
    #[error("the Postgres at {host} refuses the user {user}; fix the name or the password in database.url")]
    Login {
        /// The server.
        host: String,
        /// The role.
        user: String,
        /// What the server said.
        source: sqlx::Error,
    },
    /// The server has no such database.
    #[error("the Postgres at {host} has no database {database}; create it, or name another one in database.url")]
    NoDatabase {
        /// The server.
        host: String,
        /// The missing database.
        database: String,
        /// What the server said.
        source: sqlx::Error,
    },
    /// Anything else that waiting does not fix.
    #[error("the database that database.url names cannot be used")]
    NotUsable(#[source] sqlx::Error),
    /// A newer program has migrated the database.
    #[error(
        "the database was migrated by a newer cartum-roapp (migration {version} is unknown here); \
         run that release or a later one"
    )]
    Newer {
        /// The unknown migration.
        version: i64,
    },
    /// The database lacks migrations of this program, and is only to be looked at.
    #[error(
        "the database has the schema of an older cartum-roapp, and --read-only does not migrate it; on a copy, run \
         `cartum-roapp migrate` first"
    )]
    Older,
    /// The migration that was applied is not the one of this program.
    #[error(
        "migration {version} of the database differs from the one in this program; run the release that migrated it, \
         or restore a backup"
    )]
    Changed {
        /// The migration.
        version: i64,
    },
    /// A migration failed; what it did is undone.
    #[error("the database could not be migrated")]
    NotMigrated(#[source] MigrateError),
}

/// Whether the server may be there later without anybody's doing.
pub(super) fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // Class 57 is a server that starts or stops, 53 one that is out of connections or memory.
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("53"))
        }
        _ => false,
    }
}

/// A refusal in words.
pub(super) fn refusal(options: &PgConnectOptions, error: sqlx::Error) -> DatabaseError {
    let host = options.get_host().to_owned();
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default().into_owned();
    match code.as_str() {
        "28P01" | "28000" => DatabaseError::Login { host, user: options.get_username().to_owned(), source: error },
        "3D000" => DatabaseError::NoDatabase {
            host,
            database: options.get_database().unwrap_or(options.get_username()).to_owned(),
            source: error,
        },
        _ => DatabaseError::NotUsable(error),
    }
}
