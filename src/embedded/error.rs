//! What can go wrong with the embedded Postgres, and the fix.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Duration,
};

use rand::rngs::SysError;

use super::FetchError;

/// Why the embedded Postgres is not there.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No binaries on this machine.
    #[error("Postgres is not installed; install it with `{install}`, or set database.url to a server of your own")]
    NoPostgres {
        /// The line that installs it here.
        install: String,
    },
    /// No binaries on this machine, and none to be had.
    #[error(
        "Postgres is not installed, and cannot be downloaded from {url}; install it with `{install}`, set database.archive_url to \
         an address that has it, or database.url to a server of your own"
    )]
    NotFetched {
        /// Where it was looked for.
        url: String,
        /// The line that installs it here.
        install: String,
        /// Why not.
        source: FetchError,
    },
    /// The data was made by a version that is not installed.
    #[error(
        "the data in {} was made by Postgres {made_by}, but only {found} is installed; install it with `{install}`",
        .data.display()
    )]
    OtherVersion {
        /// Postgres's folder.
        data: PathBuf,
        /// The major version that made it.
        made_by: String,
        /// The major versions at hand.
        found: String,
        /// The line that installs the right one.
        install: String,
    },
    /// Postgres refuses root, and the user it runs as instead cannot reach its folder.
    #[error(
        "Postgres does not run as root, and the user it runs as cannot enter {}; allow that with `chmod o+x {}`, \
         or choose another database.data_dir",
        .folder.display(), .folder.display()
    )]
    Barred {
        /// The folder that bars the way.
        folder: PathBuf,
    },
    /// A file or folder of ours cannot be used.
    #[error("cannot use {}; choose a database.data_dir that this user may write to", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `initdb` failed.
    #[error("Postgres cannot create its data folder in {}: {said}", .folder.display())]
    NotMade {
        /// The data folder.
        folder: PathBuf,
        /// What `initdb` said.
        said: String,
    },
    /// The keeper process ended before the server was ready.
    #[error("the embedded Postgres does not start; {} ends with:\n{said}", .log.display())]
    NotStarted {
        /// The log.
        log: PathBuf,
        /// Its end.
        said: String,
    },
    /// The server ended by itself.
    #[error("the embedded Postgres stopped unexpectedly ({status}); see {}", .log.display())]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// The log.
        log: PathBuf,
    },
    /// The server is not ready in time.
    #[error("the embedded Postgres is not ready after {} s; see {}", .waited.as_secs(), .log.display())]
    TooSlow {
        /// How long it was waited for.
        waited: Duration,
        /// The log.
        log: PathBuf,
    },
    /// The server runs, and does not answer.
    #[error(
        "the Postgres at 127.0.0.1:{port} has not answered for {} s; it is the embedded one, which is running but hangs: see {}",
        .waited.as_secs(),
        .log.display()
    )]
    Silent {
        /// Its port.
        port: u16,
        /// How long it was waited for.
        waited: Duration,
        /// The log.
        log: PathBuf,
    },
    /// The server does not stop.
    #[error("the embedded Postgres does not stop")]
    NotStopped,
    /// The server runs but refuses us.
    #[error("the embedded Postgres refuses the connection; if {} was changed, restore it", .password.display())]
    Refused {
        /// The file with the password.
        password: PathBuf,
        /// What the server said.
        source: sqlx::Error,
    },
    /// The keeper process cannot do its work.
    #[error("the process that runs the embedded Postgres failed")]
    Keeper(#[source] io::Error),
    /// The system gave no random bytes.
    #[error("the system provides no random bytes")]
    NoRandom(#[source] SysError),
}

impl EmbeddedError {
    /// Names the file or folder that an I/O error is about.
    pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }
}
