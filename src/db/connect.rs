//! The connection at start and the migrations. A database that is away is waited for; one that refuses us is not, since
//! waiting fixes nothing.
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

/// How the program names itself to the server.
const APPLICATION: &str = "cartum-roapp";
/// No statement of ours takes this long; one that does is stuck.
const STATEMENT_TIMEOUT: &str = "30s";
/// No transaction of ours waits for anything but the database.
const LONGEST_IDLE: Duration = Duration::from_secs(10);
/// What was applied, in the order of versions; the table is the migrator's.
const APPLIED: &str = "/* connect.applied */ SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
const UNDEFINED_TABLE: &str = "42P01";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that ending the connections may take, 1.5 s: `run` ends within 10 s.
const GOODBYE: Duration = Duration::from_millis(1500);
/// How long a command waits for a database that is away: a person sits before it.
pub(super) const BRIEF: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How long a database that is away is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// Until it answers: a daemon has nothing else to do.
    Endless,
    /// What is left of 10 s: a person waits.
    Brief(Duration),
}

/// A migrated database, and the embedded server if that is where it lives.
#[derive(Debug)]
pub struct Database {
    /// The connections.
    pub pool: PgPool,
    /// For a process that only looks: the one connection that may write, for the pace of calls to RO App and nothing else.
    /// `None` where the database takes no writes from us.
    pub pace: Option<PgPool>,
    embedded: Option<Embedded>,
}

impl Database {
    /// The embedded server that this database lives in.
    #[must_use]
    pub fn embedded(&self) -> Option<&Embedded> {
        self.embedded.as_ref()
    }

    /// Ends every connection and lets go of the embedded server.
    pub async fn close(self) {
        self.disconnect().await;
        if let Some(embedded) = self.embedded {
            embedded.close().await;
        }
    }

    /// The same, and waits until the embedded server has stopped, at most 5 s: for a folder that is removed afterwards.
    pub async fn close_and_wait(self) {
        self.disconnect().await;
        if let Some(embedded) = self.embedded {
            embedded.close_and_wait().await;
        }
    }

    /// Says goodbye to the server; one that hangs is not waited for.
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

/// Connects to the database that the settings name, waits for it as long as it is away, and migrates it.
///
/// # Errors
///
/// When the embedded Postgres does not start, the server refuses us, or the migrations do not fit.
pub async fn connect(settings: &Settings) -> Result<Database, DatabaseError> {
    let (options, embedded) = server(settings).await?;
    migrate(&options).await?;
    Ok(Database { pool: pool(settings, options), pace: None, embedded })
}

/// The same for a command: a database that is away is waited for for 10 s, and has to answer from then on.
///
/// # Errors
///
/// As [`connect`], and when the server is away for too long.
pub async fn connect_briefly(settings: &Settings, presence: &Presence) -> Result<Database, DatabaseError> {
    let (options, embedded) = server(settings).await?;
    let connection = connection(&options, Patience::Brief(BRIEF)).await?;
    presence.expect(&options);
    migrate_on(connection).await?;
    Ok(Database { pool: pool(settings, options), pace: None, embedded })
}

/// The same, but where there is no embedded database yet, none is made.
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

/// Which keys sealed what a server of one's own holds, if it answers soon and has our tables; nothing is changed there.
pub async fn glance(settings: &Settings) -> Option<SealedBy> {
    let DatabaseUrl::Server(_) = &settings.database.url else { return None };
    let (options, _) = server(settings).await.ok()?;
    let pool = one_connection(options);
    let sealed = timeout(CONNECT_TIMEOUT, sealed::sealed_by(&pool)).await;
    drop(timeout(GOODBYE, pool.close()).await);
    sealed.ok()?.ok()
}

/// The same for a process that writes nothing: the server refuses every statement that would, and nothing is migrated. A
/// daemon may work beside it, so its calls to RO App take their turn in the accounts' rows of `pace`, see [`Database::pace`].
///
/// # Errors
///
/// As [`connect`], and when the database has not just the schema of this program.
pub async fn connect_to_look(settings: &Settings) -> Result<Database, DatabaseError> {
    expect_existing(settings)?;
    let (options, embedded) = server(settings).await?;
    let reading = options.clone().options([("default_transaction_read_only", "on")]);
    check_schema(&reading).await?;
    let pace = one_connection(options);
    let pace = pace::can_be_taken(&pace).await.then_some(pace);
    Ok(Database { pool: pool(settings, reading), pace, embedded })
}

/// No more than one: calls to RO App are few.
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
    // A name of one's own tells processes apart in the server's list of connections.
    let named = options.get_application_name().is_some();
    let options = if named { options } else { options.application_name(APPLICATION) };
    Ok((options.disable_statement_logging(), embedded))
}

fn pool(settings: &Settings, options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(settings.database.max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_lazy_with(options.options([
            ("statement_timeout", STATEMENT_TIMEOUT.to_owned()),
            ("idle_in_transaction_session_timeout", idle_limit(settings.sync.lease_time)),
        ]))
}

/// The database has been migrated by this program or its equal.
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

/// A process that stands still within a transaction holds a lock on its account: the server lets go of it before the lease
/// expires, so that another process can take over. In milliseconds, as Postgres wants it.
fn idle_limit(lease_time: Duration) -> String {
    (lease_time / 2).min(LONGEST_IDLE).as_millis().to_string()
}

/// Brings a database to the schema of this program, waiting for the server if it is away. Several processes may do so
/// at once: one migrates, the others wait for it.
///
/// # Errors
///
/// When the server refuses us, or the migrations do not fit what was applied.
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

/// A connection, as long as the server may be away. Said once when it is missed, and once when it is there.
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
