//! Connects at start and migrates. Waits for a database that is unavailable, but not for one that refuses us: waiting would not
//! fix that.
use std::time::Duration;

use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{Instant, sleep, timeout};

use super::{
    pace,
    presence::Presence,
    refusal::{self, DatabaseError},
    sealed,
};
use crate::{
    config::{DatabaseSettings, DatabaseUrl, Settings},
    embedded::{self, Embedded, EmbeddedError, EmbeddedOptions},
    secrets::SealedBy,
};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The name that the program gives itself on the server.
const APPLICATION: &str = "cartum-roapp";
/// None of our statements takes this long; one that does is stuck.
const STATEMENT_TIMEOUT: &str = "30s";
/// None of our transactions waits for anything but the database.
const LONGEST_IDLE: Duration = Duration::from_secs(10);
/// The versions of the applied migrations, in order. The table belongs to the migrator.
const APPLIED: &str = "/* connect.applied */ SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
/// The same with the digest of each, as the migrator compares them.
const APPLIED_AS: &str =
    "/* connect.applied_as */ SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
const UNDEFINED_TABLE: &str = "42P01";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that closing the connections may take, 1.5 s: `run` has to end within 10 s.
const GOODBYE: Duration = Duration::from_millis(1500);
/// How long a command waits for an unavailable database: a person is waiting for the command.
pub(super) const BRIEF: Duration = Duration::from_secs(10);
/// How long to wait for a first connection before falling back to the patient way, which reports an unavailable database.
const SOON: Duration = Duration::from_millis(500);
/// A connection that was used less long ago than this is used again untested: within a row of statements, that spares each a round
/// trip.
const FRESH: Duration = Duration::from_millis(100);
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How long to wait for an unavailable database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// Until it answers: a daemon has nothing else to do.
    Endless,
    /// What is left of 10 s: a person is waiting.
    Brief(Duration),
}

/// A migrated database, and the embedded server if the database runs in one.
#[derive(Debug)]
pub struct Database {
    /// The connections.
    pub pool: PgPool,
    /// For a process that only reads: the one connection that may write, used for nothing but pacing calls to RO App. `None`
    /// when the database accepts no writes from us.
    pub pace: Option<PgPool>,
    embedded: Option<Embedded>,
}

impl Database {
    /// The embedded server that runs this database.
    #[must_use]
    pub fn embedded(&self) -> Option<&Embedded> {
        self.embedded.as_ref()
    }

    /// Closes every connection and releases the embedded server.
    pub async fn close(self) {
        self.disconnect().await;
        if let Some(embedded) = self.embedded {
            embedded.close().await;
        }
    }

    /// Like [`Self::close`], but waits until the embedded server has stopped, at most 5 s: for a folder that is removed
    /// afterwards.
    pub async fn close_and_wait(self) {
        self.disconnect().await;
        if let Some(embedded) = self.embedded {
            embedded.close_and_wait().await;
        }
    }

    /// Closes the connections; does not wait for a server that hangs.
    async fn disconnect(&self) {
        let goodbye = async {
            self.pool.close().await;
            if let Some(pace) = &self.pace {
                pace.close().await;
            }
        };
        if timeout(GOODBYE, goodbye).await.is_err() {
            tracing::debug!("the database does not answer; abandoning its connections");
        }
    }
}

/// Connects to the database that the settings name, waits as long as it is unavailable, and migrates it.
///
/// # Errors
///
/// When the embedded Postgres does not start, the server refuses us, or the migrations do not match.
pub async fn connect(settings: &Settings) -> Result<Database, DatabaseError> {
    let (options, embedded) = server(settings).await?;
    let pool = pool(settings, options.clone());
    if !is_migrated(&pool).await {
        migrate(&options).await?;
    }
    Ok(Database { pool, pace: None, embedded })
}

/// Like [`connect`], for a command: waits at most 10 s for an unavailable database, which has to keep answering from then on.
///
/// # Errors
///
/// As [`connect`], and when the server is unavailable for longer than that.
pub async fn connect_briefly(settings: &Settings, presence: &Presence) -> Result<Database, DatabaseError> {
    let (options, embedded) = server(settings).await?;
    let pool = pool(settings, options.clone());
    if is_migrated(&pool).await {
        presence.expect(&options);
    } else {
        let connection = connection(&options, Patience::Brief(BRIEF.saturating_sub(SOON))).await?;
        presence.expect(&options);
        migrate_on(connection).await?;
    }
    Ok(Database { pool, pace: None, embedded })
}

/// Whether the database answers soon and has exactly the migrations of this program, so that the migrator has nothing to do. The
/// connection that was asked stays in the pool: most commands need no other.
async fn is_migrated(pool: &PgPool) -> bool {
    let applied = sqlx::query_as::<_, (i64, Vec<u8>)>(APPLIED_AS).fetch_all(pool);
    let Ok(Ok(applied)) = timeout(SOON, applied).await else { return false };
    applied.into_iter().eq(MIGRATIONS.iter().map(|migration| (migration.version, migration.checksum.to_vec())))
}

/// Like [`connect_briefly`], but does not create an embedded database if there is none yet.
///
/// # Errors
///
/// As [`connect_briefly`], and [`DatabaseError::NoneYet`].
pub async fn connect_to_existing(settings: &Settings, presence: &Presence) -> Result<Database, DatabaseError> {
    expect_existing(settings)?;
    connect_briefly(settings, presence).await
}

fn expect_existing(settings: &Settings) -> Result<(), DatabaseError> {
    let DatabaseSettings { url, data_dir, in_container, .. } = &settings.database;
    let is_missing = matches!(url, DatabaseUrl::Embedded) && !in_container && !embedded::exists(data_dir);
    if is_missing { Err(DatabaseError::NoneYet { folder: data_dir.clone() }) } else { Ok(()) }
}

/// Which keys sealed the values on a separate database server, if it answers soon and has our tables; `None` for the embedded
/// database. Changes nothing there.
pub async fn glance(settings: &Settings) -> Option<SealedBy> {
    let DatabaseUrl::Server(_) = &settings.database.url else { return None };
    let (options, _) = server(settings).await.ok()?;
    let pool = one_connection(options);
    let sealed = timeout(CONNECT_TIMEOUT, sealed::sealed_by(&pool)).await;
    drop(timeout(GOODBYE, pool.close()).await);
    sealed.ok()?.ok()
}

/// Connects for a process that only reads: the server refuses every statement that writes, and nothing is migrated. A daemon
/// may be running beside this process, so its calls to RO App take their slots from the accounts' rows of `pace`, see
/// [`Database::pace`].
///
/// # Errors
///
/// As [`connect`], and when the database does not have exactly the schema of this program.
pub async fn connect_to_read(settings: &Settings) -> Result<Database, DatabaseError> {
    expect_existing(settings)?;
    let (options, embedded) = server(settings).await?;
    let reading = options.clone().options([("default_transaction_read_only", "on")]);
    check_schema(&reading).await?;
    let pace = one_connection(options);
    let pace = pace::can_be_taken(&pace).await.then_some(pace);
    Ok(Database { pool: pool(settings, reading), pace, embedded })
}

/// One connection is enough: calls to RO App are few.
fn one_connection(options: PgConnectOptions) -> PgPool {
    let limits = [("statement_timeout", STATEMENT_TIMEOUT)];
    PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT).connect_lazy_with(options.options(limits))
}

async fn server(settings: &Settings) -> Result<(PgConnectOptions, Option<Embedded>), DatabaseError> {
    let (options, embedded) = match &settings.database.url {
        DatabaseUrl::Embedded if settings.database.in_container => return Err(DatabaseError::InContainer),
        DatabaseUrl::Embedded => {
            let DatabaseSettings { data_dir, archive_url, .. } = settings.database.clone();
            let proxy = settings.security.proxy.clone();
            let embedded = Embedded::start(&EmbeddedOptions::lasting(data_dir, archive_url, proxy)?).await?;
            (embedded.connect_options(embedded::DATABASE), Some(embedded))
        }
        DatabaseUrl::Server(url) => {
            use secrecy::ExposeSecret;
            (url.expose_secret().parse().map_err(DatabaseError::NotUsable)?, None)
        }
    };
    // A user who names the process in the URL can tell it apart in the server's list of connections.
    let named = options.get_application_name().is_some();
    let options = if named { options } else { options.application_name(APPLICATION) };
    Ok((options.disable_statement_logging(), embedded))
}

fn pool(settings: &Settings, options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(settings.database.max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for >= FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options.options([
            ("statement_timeout", STATEMENT_TIMEOUT.to_owned()),
            ("idle_in_transaction_session_timeout", idle_limit(settings.sync.lease_time)),
        ]))
}

/// Checks that the database has exactly the migrations of this program.
async fn check_schema(options: &PgConnectOptions) -> Result<(), DatabaseError> {
    let mut connection = connection(options, Patience::Endless).await?;
    let applied: Vec<i64> = match sqlx::query_scalar(APPLIED).fetch_all(&mut connection).await {
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(UNDEFINED_TABLE) => Vec::new(),
        applied => applied.map_err(DatabaseError::NotUsable)?,
    };
    if let Some(&version) = applied.iter().find(|version| !MIGRATIONS.version_exists(**version)) {
        return Err(DatabaseError::Newer { version });
    }
    if MIGRATIONS.iter().any(|migration| !applied.contains(&migration.version)) {
        return Err(DatabaseError::Older);
    }
    PgConnection::close(connection).await.map_err(DatabaseError::NotUsable)
}

/// In milliseconds, as Postgres wants it. A process that hangs within a transaction holds a lock on its account; the server
/// ends that transaction before the lease expires, so that another process can take over.
fn idle_limit(lease_time: Duration) -> String {
    (lease_time / 2).min(LONGEST_IDLE).as_millis().to_string()
}

/// Migrates a database to the schema of this program; waits while the server is unavailable. Several processes may do so at
/// once: one migrates, the others wait for it.
///
/// # Errors
///
/// When the server refuses us, or the migrations do not match those that were applied.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), DatabaseError> {
    migrate_on(connection(options, Patience::Endless).await?).await
}

async fn migrate_on(mut connection: PgConnection) -> Result<(), DatabaseError> {
    MIGRATIONS.run(&mut connection).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => DatabaseError::Newer { version },
        MigrateError::VersionMismatch(version) => DatabaseError::Changed { version },
        other => DatabaseError::NotMigrated(other),
    })?;
    PgConnection::close(connection).await.map_err(DatabaseError::NotUsable)
}

/// Opens a connection, retrying while the server is unavailable. Logs once that it is missing, and once that it answers.
pub(super) async fn connection(options: &PgConnectOptions, patience: Patience) -> Result<PgConnection, DatabaseError> {
    let mut wait = FIRST_WAIT;
    let mut told = false;
    let end = match patience {
        Patience::Endless => None,
        Patience::Brief(time) => Some(Instant::now() + time),
    };
    loop {
        let left = end.map_or(CONNECT_TIMEOUT, |end| end.saturating_duration_since(Instant::now()));
        let error = match timeout(left, options.connect()).await {
            Ok(Ok(connection)) => {
                if told {
                    tracing::info!("the database answers");
                }
                return Ok(connection);
            }
            Ok(Err(error)) if refusal::is_away(&error) => error.to_string(),
            Ok(Err(error)) => return Err(refusal::refusal(options, error)),
            Err(_) => format!("no answer in {} s", CONNECT_TIMEOUT.as_secs()),
        };
        let (host, port) = (options.get_host(), options.get_port());
        if end.is_some_and(|end| Instant::now() + wait >= end) {
            return Err(DatabaseError::Away { host: host.to_owned(), port, waited: BRIEF, error });
        }
        if !told {
            let until = if end.is_some() { "for 10 s" } else { "until it answers" };
            tracing::warn!(host, port, error, "the database is unavailable; retrying {until}");
            told = true;
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

impl From<EmbeddedError> for DatabaseError {
    fn from(error: EmbeddedError) -> Self {
        Self::Embedded(Box::new(error))
    }
}
