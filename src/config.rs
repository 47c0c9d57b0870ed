//! The settings: defaults (`config/default.toml`), overridden by a file, overridden by environment variables.
//!
//! Everything is checked at once, so that one run shows every mistake with its layer, its key and the fix.

use std::{
    ffi::OsString,
    fmt, io,
    net::SocketAddr,
    path::{self, Path, PathBuf},
    time::Duration,
};

use ipnet::IpNet;
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use tracing_subscriber::EnvFilter;

use crate::data_dir;

mod exposure;
mod layers;
mod public_url;
mod retention;
#[cfg(test)]
mod tests;
pub mod usual_file;

use layers::Layers;
pub use layers::{Effective, Fault, Origin};
pub use retention::RetentionSettings;

/// Every setting with its default and a description, as TOML.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// Set in the container image, and nowhere else.
const IN_CONTAINER: &str = "CARTUM_ROAPP_CONTAINER";

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// A shorter wait for an answer over the network is a mistake.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);
/// A lease is at least so many times as long as a request may take.
const LEASE_PER_TIMEOUT: f64 = 1.5;
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// The settings of one process. `config/default.toml` says what each is for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `[database]`
    pub database: DatabaseSettings,
    /// `[http]`
    pub http: HttpSettings,
    /// `[sync]`
    pub sync: SyncSettings,
    /// `[cartum]`
    pub cartum: CartumSettings,
    /// `[roapp]`
    pub roapp: RoappSettings,
    /// `[retention]`
    pub retention: RetentionSettings,
    /// `[secrets]`
    pub secrets: SecretsSettings,
    /// `[security]`
    pub security: SecuritySettings,
    /// `[log]`
    pub log: LogSettings,
    /// The file that was read.
    pub file: Option<PathBuf>,
    /// Every setting as it is used and where it comes from, secrets hidden.
    pub effective: Vec<Effective>,
}

/// Where the data is.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// Which Postgres.
    pub url: DatabaseUrl,
    /// The folder of the embedded Postgres; an absolute path.
    pub data_dir: PathBuf,
    /// Where the embedded Postgres is downloaded from if none is installed; empty: it is not downloaded.
    pub archive_url: String,
    /// Maximum connections that one process opens.
    pub max_connections: u32,
    /// Whether this is the container image, which has no embedded Postgres.
    pub in_container: bool,
}

/// Which Postgres to use.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// A private one, run by us.
    Embedded,
    /// A server, by its URL, which may hold a password.
    Server(SecretString),
}

/// What is served over HTTP.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The address and port.
    pub listen: SocketAddr,
    /// The URL under which browsers and stores reach it, without a trailing slash; empty: no webhooks are subscribed.
    pub public_url: String,
    /// Whether the pages for people are served.
    pub pages: bool,
    /// The networks of the proxies with TLS in front of it.
    pub trusted_proxy: Vec<IpNet>,
    /// What monitoring shows to read the status; `None` = only users read it.
    pub status_token: Option<SecretString>,
}

impl HttpSettings {
    /// Where a person opens the pages, when the server listens on this address: a browser does not know an address that stands for all.
    #[must_use]
    pub fn pages_url(&self, listen: SocketAddr) -> String {
        match (self.public_url.as_str(), listen.ip().is_unspecified()) {
            ("", true) => format!("http://localhost:{}", listen.port()),
            ("", false) => format!("http://{listen}"),
            (url, _) => url.to_owned(),
        }
    }
}

/// How stores are polled.
#[derive(Clone, Debug)]
pub struct SyncSettings {
    /// How often each store is polled, 1 s to 1 day.
    pub poll_interval: Duration,
    /// How long a silent process keeps its accounts; longer than every request timeout.
    pub lease_time: Duration,
    /// Maximum accounts that one process works on at once.
    pub max_accounts: u32,
    /// Maximum orders of one account being sent to RO App at once, 1 to 16; live orders may double that while an import runs.
    pub orders_at_once: u32,
}

/// How Cartum is called.
#[derive(Clone, Debug)]
pub struct CartumSettings {
    /// Minimum time between two calls to a store; may be zero.
    pub min_gap: Duration,
    /// The longest wait for an answer.
    pub request_timeout: Duration,
}

/// How RO App is called.
#[derive(Clone, Debug)]
pub struct RoappSettings {
    /// The longest wait for an answer.
    pub request_timeout: Duration,
    /// The wait before the effect of an unclear call is searched for, and between two searches.
    pub recovery_wait: Duration,
    /// The key for the unit of a line's warranty.
    pub warranty_key: WarrantyKey,
}

/// What encrypts secrets.
#[derive(Clone, Debug)]
pub struct SecretsSettings {
    /// The key file; `None` means `secrets.key` in the data folder, with the embedded database only.
    pub key_file: Option<PathBuf>,
}

/// What is allowed.
#[derive(Clone, Debug)]
pub struct SecuritySettings {
    /// Whether stores and RO App may be in a private network.
    pub allow_private_hosts: bool,
    /// The proxy that stores and RO App are called through; it may hold a password.
    pub proxy: Option<SecretString>,
}

/// What is logged and how.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// The shape of a line.
    pub format: LogFormat,
    /// A filter in the syntax of `tracing_subscriber`.
    pub level: String,
}

/// The key for the unit of an item's warranty: the reference and newer clients differ (contract roapp 4.5, unknown 12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WarrantyKey {
    /// `periodUnits`, as the reference says.
    #[default]
    PeriodUnits,
    /// `unit`, as a newer client sends.
    Unit,
}

impl WarrantyKey {
    /// The key as it is sent, and as it is written in the settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PeriodUnits => "periodUnits",
            Self::Unit => "unit",
        }
    }
}

/// The shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// One JSON object per line.
    Json,
    /// Text for people.
    Text,
}

/// Why the settings cannot be used: every fault found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl std::error::Error for Faults {}

impl Faults {
    /// The line before them.
    pub const HEAD: &str = "the settings cannot be used:";
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::HEAD)?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl Settings {
    /// Reads the defaults, the named file or else the usual one, and this process's environment variables.
    ///
    /// # Errors
    ///
    /// With every fault found.
    pub fn load(file: Option<&Path>) -> Result<Self, Faults> {
        let usual = match file {
            Some(_) => None,
            None => usual_file::find(Path::new(""), Path::new("/")).map_err(|fault| Faults(vec![fault]))?,
        };
        match usual {
            Some((path, bytes)) => Self::from_read(Some((&path, bytes)), std::env::vars_os()),
            None => Self::from_layers(file, std::env::vars_os()),
        }
    }

    /// Reads the defaults, the file and the given variables.
    ///
    /// # Errors
    ///
    /// With every fault found.
    pub fn from_layers(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Faults> {
        Self::from_read(file.map(|path| (path, std::fs::read(path))), variables)
    }

    fn from_read(
        file: Option<(&Path, io::Result<Vec<u8>>)>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Faults> {
        let path = file.as_ref().map(|(path, _)| (*path).to_owned());
        let variables: Vec<_> = variables.into_iter().collect();
        let in_container = variables.iter().any(|(name, value)| name == IN_CONTAINER && value == "1");
        let mut layers = Layers::gather(DEFAULTS, file, variables);
        match read(&mut layers) {
            Some(mut settings) if layers.faults.is_empty() => {
                settings.database.in_container = in_container;
                Ok(Self { file: path, effective: layers.effective, ..settings })
            }
            _ => Err(Faults(layers.faults)),
        }
    }
}

/// Reads every setting and collects the faults; `None` if a value is missing because of one.
fn read(layers: &mut Layers) -> Option<Settings> {
    let url = layers.text("database.url", database_url);
    let data_dir = layers.text("database.data_dir", data_dir);
    let archive_url = layers.parsed("database.archive_url", archive_url);
    let max_connections = layers.number("database.max_connections", 2..=1_000);
    let listen = layers.parsed("http.listen", listen);
    let public_url = layers.parsed("http.public_url", public_url::read);
    let pages = layers.switch("http.pages");
    let trusted_proxy = layers.parsed("http.trusted_proxy", exposure::trusted_proxy);
    let status_token = layers.text("http.status_token", exposure::status_token);
    let poll_interval = layers.duration("sync.poll_interval", SECOND..=DAY);
    let lease_time = layers.duration("sync.lease_time", SECOND..=HOUR);
    let max_accounts = layers.number("sync.max_accounts", 1..=10_000);
    let orders_at_once = layers.number("sync.orders_at_once", 1..=16);
    let min_gap = layers.duration("cartum.min_gap", Duration::ZERO..=MINUTE);
    let cartum_timeout = layers.duration("cartum.request_timeout", SHORTEST_WAIT..=LONGEST_WAIT);
    let roapp_timeout = layers.duration("roapp.request_timeout", SHORTEST_WAIT..=LONGEST_WAIT);
    let recovery_wait = layers.duration("roapp.recovery_wait", SHORTEST_WAIT..=LONGEST_WAIT);
    let warranty_key = layers.parsed("roapp.warranty_key", warranty_key);
    let retention = retention::read(layers);
    let key_file = layers.parsed("secrets.key_file", |text| Ok((!text.is_empty()).then(|| PathBuf::from(text))));
    let allow_private_hosts = layers.switch("security.allow_private_hosts");
    let proxy = layers.text("security.proxy", proxy);
    let format = layers.parsed("log.format", log_format);
    let level = layers.parsed("log.level", log_level);
    lease_outlives(layers, lease_time, "cartum.request_timeout", cartum_timeout);
    exposure::check(layers, listen, pages, trusted_proxy.as_deref());
    public_url::check(layers, public_url.as_deref(), allow_private_hosts);
    lease_outlives(layers, lease_time, "roapp.request_timeout", roapp_timeout);
    Some(Settings {
        database: DatabaseSettings {
            url: url?,
            data_dir: data_dir?,
            archive_url: archive_url?,
            max_connections: max_connections?,
            in_container: false,
        },
        http: HttpSettings {
            listen: listen?,
            public_url: public_url?,
            pages: pages?,
            trusted_proxy: trusted_proxy?,
            status_token: status_token?,
        },
        sync: SyncSettings {
            poll_interval: poll_interval?,
            lease_time: lease_time?,
            max_accounts: max_accounts?,
            orders_at_once: orders_at_once?,
        },
        cartum: CartumSettings { min_gap: min_gap?, request_timeout: cartum_timeout? },
        roapp: RoappSettings {
            request_timeout: roapp_timeout?,
            recovery_wait: recovery_wait?,
            warranty_key: warranty_key?,
        },
        retention: retention?,
        secrets: SecretsSettings { key_file: key_file? },
        security: SecuritySettings { allow_private_hosts: allow_private_hosts?, proxy: proxy? },
        log: LogSettings { format: format?, level: level? },
        file: None,
        effective: Vec::new(),
    })
}

/// The URL may contain a password: messages repeat only its host.
fn database_url(text: &str) -> Result<(DatabaseUrl, String), String> {
    if text == "embedded" {
        return Ok((DatabaseUrl::Embedded, text.to_owned()));
    }
    let fix = "write \"embedded\" or postgres://user:password@host:5432/name";
    match url::Url::parse(text) {
        Err(error) => {
            Err(format!("is not a valid URL ({error}); {fix}; percent-encode special characters in the password"))
        }
        Ok(url) if !matches!(url.scheme(), "postgres" | "postgresql") => Err(format!("is not a Postgres URL; {fix}")),
        Ok(_) if text.parse::<PgConnectOptions>().is_err() => {
            Err(format!("has a part that Postgres does not accept; {fix}"))
        }
        Ok(url) => {
            let shown = format!("a server at {} (the rest is hidden)", url.host_str().unwrap_or("a socket"));
            Ok((DatabaseUrl::Server(text.into()), shown))
        }
    }
}

fn archive_url(text: &str) -> Result<String, String> {
    match url::Url::parse(text) {
        _ if text.is_empty() => Ok(String::new()),
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is not an http or https URL; write one, or \"\" to download nothing")),
    }
}

/// The address may contain a password: only its host is shown.
fn proxy(text: &str) -> Result<(Option<SecretString>, String), String> {
    let fix =
        "write http://proxy.example:3128, with user:password@ before the host if it requires them, or \"\" for none";
    match url::Url::parse(text) {
        _ if text.is_empty() => Ok((None, String::new())),
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
            let shown = format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default());
            Ok((Some(text.into()), shown))
        }
        Ok(_) => Err(format!("is not an http or https URL; {fix}")),
        Err(error) => Err(format!("is not a valid URL ({error}); {fix}")),
    }
}

fn data_dir(text: &str) -> Result<(PathBuf, String), String> {
    let folder = match text {
        "" => return Err("is empty; name a folder, or write \"auto\"".to_owned()),
        "auto" => data_dir::usual(
            data_dir::is_root(),
            std::env::var_os("XDG_DATA_HOME").map(PathBuf::from),
            std::env::var_os("HOME").map(PathBuf::from),
        ),
        named => PathBuf::from(named),
    };
    let folder = path::absolute(&folder).map_err(|error| format!("is not a valid path: {error}"))?;
    let shown = folder.display().to_string();
    Ok((folder, shown))
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("`{text}` is not an address; write an IP address and a port, like 127.0.0.1:8080 or [::]:8080")
    })
}

fn warranty_key(text: &str) -> Result<WarrantyKey, String> {
    match text {
        _ if text == WarrantyKey::PeriodUnits.name() => Ok(WarrantyKey::PeriodUnits),
        _ if text == WarrantyKey::Unit.name() => Ok(WarrantyKey::Unit),
        _ => Err(format!("`{text}` is not a known key; write \"periodUnits\" or \"unit\"")),
    }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "auto" => Ok(LogFormat::Auto),
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => Err(format!("`{text}` is not a log format; write \"auto\", \"json\" or \"text\"")),
    }
}

/// A bare word that is no level would silently be taken for the name of a part of the program. What only libraries log, at the level
/// `trace`, is not compiled in.
fn log_level(text: &str) -> Result<String, String> {
    let levels = ["off", "error", "warn", "info", "debug"];
    let plain = |part: &str| part.contains(['=', '[', ']', '{', '}']) || levels.contains(&part);
    let is_known = |part: &str| plain(part) && !part.ends_with("=trace");
    let known = text.split(',').all(|part| is_known(part.trim().to_lowercase().as_str()));
    if known && EnvFilter::try_new(text).is_ok() {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{text}` is not a log filter; write one of {}, or \"info,cartum_roapp::sync=debug\"",
        levels.join(", ")
    ))
}

/// A call is sent only while the lease outlives its timeout, and a lease is renewed when a third of it is over: with a lease of less than
/// 1.5 times the timeout, calls could often not be sent.
fn lease_outlives(layers: &mut Layers, lease: Option<Duration>, key: &'static str, timeout: Option<Duration>) {
    let (Some(lease), Some(timeout)) = (lease, timeout) else { return };
    if lease >= timeout.mul_f64(LEASE_PER_TIMEOUT) {
        return;
    }
    let enough = humantime::format_duration(timeout.mul_f64(LEASE_PER_TIMEOUT));
    let most = humantime::format_duration(lease.div_f64(LEASE_PER_TIMEOUT));
    let (lease, timeout) = (humantime::format_duration(lease), humantime::format_duration(timeout));
    // The fault is where somebody wrote something: not in a default, if one of both is changed.
    if layers.origin("sync.lease_time") >= layers.origin(key) {
        let origin = layers.origin(key);
        layers.refuse(
            "sync.lease_time",
            format!("{lease} must be at least {enough}: 1.5 times {key}, which is {timeout} ({origin})"),
        );
    } else {
        let origin = layers.origin("sync.lease_time");
        layers.refuse(key, format!("{timeout} must be at most {most}: sync.lease_time, which is {lease} ({origin}), must be at least 1.5 times as long"));
    }
}
