//! The program with a database, a shop and a RO App account.

use std::fs;

use cartum_roapp::{
    sandbox::{
        cartum::{Shop, ShopOptions},
        roapp::{RoApp, RoAppOptions},
        seed::{SeedOptions, ShopData},
    },
    secrets::Keyring,
};
use serde_json::Value;

use crate::support::{Checked, Finished, Program, TestDatabase};

/// The sandbox's own credentials.
pub(super) const PASSWORD: &str = "sandbox-password";
pub(super) const API_KEY: &str = "sandbox-key";

/// One shop and one RO App, and the program that knows neither yet.
pub(super) struct World {
    pub(super) program: Program,
    pub(super) database: TestDatabase,
    pub(super) shop: Checked<Shop>,
    pub(super) roapp: Checked<RoApp>,
}

/// A shop with few orders: setting up reads none of them.
pub(super) fn shop_options() -> ShopOptions {
    let seed = SeedOptions { orders: 5, days: 10, ..SeedOptions::default() };
    ShopOptions { shop: ShopData::generate(&seed), ..ShopOptions::default() }
}

/// A RO App that nobody has to wait for.
pub(super) fn roapp_options() -> RoAppOptions {
    RoAppOptions { rate_per_second: 10_000, ..RoAppOptions::default() }
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(shop_options(), roapp_options()).await
    }

    pub(super) async fn with(shop: ShopOptions, roapp: RoAppOptions) -> Self {
        let database = TestDatabase::new().await;
        let program = Program::new()
            .env("CARTUM_ROAPP__DATABASE__URL", database.url())
            .env("CARTUM_ROAPP__SECRETS__KEY_FILE", "secrets.key")
            .env("CARTUM_ROAPP__SECURITY__ALLOW_PRIVATE_HOSTS", "true")
            .env("CARTUM_ROAPP__CARTUM__MIN_GAP", "0s")
            .env("CARTUM_ROAPP__HTTP__LISTEN", "127.0.0.1:0");
        Keyring::make(&program.path("secrets.key")).unwrap();
        let shop = Checked::new(Shop::start(shop).await.unwrap());
        let roapp = Checked::new(RoApp::start(roapp).await.unwrap());
        let world = Self { program, database, shop, roapp };
        world.write("api.key", &format!("{API_KEY}\n"));
        world.write("shop.password", &format!("{PASSWORD}\n"));
        world
    }

    /// With the account `main`.
    pub(super) async fn with_account() -> Self {
        let world = Self::new().await;
        world.add_account("main").await;
        world
    }

    /// With the account `main` and the store `My shop`.
    pub(super) async fn with_store() -> Self {
        let world = Self::with_account().await;
        world.ok(&["store", "add", &world.store_file(&[])]).await;
        world
    }

    pub(super) async fn add_account(&self, name: &str) {
        let url = self.roapp.base_url();
        let key = ["--api-key-file", "api.key", "--base-url", &url, "--calls-per-second", "1000"];
        self.ok(&[&["account", "add", name][..], &key].concat()).await;
    }

    /// Writes a file into the folder where the program runs.
    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.program.path(name), text).unwrap();
    }

    /// Writes a store file that fits both sides but for these changes, and names it.
    pub(super) fn store_file(&self, changes: &[(&str, &str)]) -> String {
        self.write("my-shop.toml", &self.store_toml(changes));
        "my-shop.toml".to_owned()
    }

    /// The store file: each change replaces the line of a key; an empty line takes it out.
    pub(super) fn store_toml(&self, changes: &[(&str, &str)]) -> String {
        let site_url = self.shop.site_url();
        let text = format!(
            r#"name = "My shop"
account = "main"
site_url = "{site_url}"
login = "sync-manager"
password_file = "shop.password"
location_id = 11
order_type_id = 71
language = "en"
identify_products_by = "sku"
managers = [21, 22]
line_executor_id = 24
product_category_id = 5
time_zone = "Europe/Kyiv"
phone_region = "UA"
currency = "UAH"
excluded_statuses = [3]
ad_campaign_id = 31
[custom_fields]
f601 = "{{order_number}}"
[status_map]
1 = 501
2 = 502
3 = 506
4 = 507
5 = "initial"
6 = 505
8 = 504
[write_back]
505 = 6
"#
        );
        changes.iter().fold(text, |text, (key, line)| {
            let is_key = |text: &str| text.split(" = ").next() == Some(key);
            assert!(text.lines().any(is_key), "the file has no {key}");
            text.lines().map(|text| if is_key(text) { line } else { text }).collect::<Vec<_>>().join("\n")
        })
    }

    /// Runs a command.
    pub(super) async fn run(&self, arguments: &[&str]) -> Finished {
        self.program.run(arguments).await
    }

    /// Runs a command that must succeed; what it prints.
    pub(super) async fn ok(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments).await;
        assert!(done.success, "{arguments:?}: {done:?}");
        done.stdout
    }

    /// Runs a command that must fail and print nothing but the error; the error.
    pub(super) async fn refused(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments).await;
        assert!(!done.success && done.stderr.contains("error: "), "{arguments:?}: {done:?}");
        done.stderr
    }

    /// Runs a command with `--json`; what it prints.
    pub(super) async fn json(&self, arguments: &[&str]) -> Value {
        let text = self.ok(&[arguments, &["--json"]].concat()).await;
        serde_json::from_str(&text).unwrap()
    }

    /// How many rows a table has.
    pub(super) async fn count(&self, table: &str) -> i64 {
        let text = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(text).fetch_one(self.database.pool()).await.unwrap()
    }
}
