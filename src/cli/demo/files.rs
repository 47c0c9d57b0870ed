//! The files of the demo: settings and a store, as a person would write them.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use toml::Value;

/// The name of the store.
pub(super) const STORE: &str = "Demo shop";
/// What the sandbox's RO App takes.
pub(super) const API_KEY: &str = "sandbox-key";
/// What the sandbox's store takes.
const PASSWORD: &str = "sandbox-password";

/// A folder and what lies in it.
pub(super) struct Files(PathBuf);

impl Files {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// The file of settings.
    pub(super) fn config(&self) -> PathBuf {
        self.0.join("cartum-roapp.toml")
    }

    /// The store file.
    pub(super) fn store(&self) -> PathBuf {
        self.0.join("demo-shop.toml")
    }

    pub(super) fn write_config(&self, listen: SocketAddr, log_level: &str) -> io::Result<()> {
        let data_dir = text(&self.0.join("data").to_string_lossy());
        let level = text(log_level);
        let config = format!(
            r#"# The settings of the demo, which removes this file when it stops.
[database]
url = "embedded"
data_dir = {data_dir}
[http]
listen = "{listen}"
[sync]
poll_interval = "5s"
[cartum]
min_gap = "100ms"
[security]
allow_private_hosts = true
[log]
level = {level}
"#
        );
        fs::write(self.config(), config)
    }

    /// Writes the store file and the password beside it.
    pub(super) fn write_store(&self, site_url: &str) -> io::Result<()> {
        fs::write(self.0.join("demo-shop.password"), PASSWORD)?;
        let (name, site_url) = (text(STORE), text(site_url));
        let store = format!(
            r#"name = {name}
account = "demo"
site_url = {site_url}
login = "sync-manager"
password_file = "demo-shop.password"
location_id = 11
order_type_id = 71
managers = [21, 22]
line_executor_id = 24
language = "en"
identify_products_by = "sku"
product_category_id = 5
time_zone = "Europe/Kyiv"
phone_region = "UA"
currency = "UAH"
due_in_days = 3
[status_map]
1 = "initial"
2 = 502
3 = 506
4 = 507
5 = 503
6 = 505
8 = 504
[custom_fields]
f601 = "{{order_number}}"
"#
        );
        fs::write(self.store(), store)
    }
}

/// A text as TOML has it.
fn text(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}
