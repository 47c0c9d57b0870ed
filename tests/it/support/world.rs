//! A sandbox, a database and a store that is set up in it: what the sync works on.

use std::{ffi::OsString, sync::Arc, time::Duration};

use cartum_roapp::{
    clients::Clients,
    clock::Clock,
    config::Settings as Config,
    db::{
        accounts,
        orders::{Listed, OrderState},
        polls::{self, ImportCounts},
        stores,
    },
    domain::{
        ids::{Id, StoreId},
        rate::Rate,
        scope,
        store::{
            DiscountSponsor, FieldText, LineExecutor, Managers, MappedStatus, NameOrder, ProductKeyKind, Settings,
            UnknownProducts,
        },
    },
    http::Http,
    lifecycle::Stop,
    roapp::{self, RoApp},
    sandbox::{
        roapp::Call,
        world::{Sandbox, SandboxOptions},
    },
    secrets::{Keyring, Secret},
    sync::Engine,
};
use chrono::{DateTime, Utc};
use tempfile::TempDir;
use tokio::time::Instant;
use url::Url;

pub(crate) use super::daemon::Daemon;
use super::{Checked, Leaps, Program, Running, TestDatabase, eventually, every_order, folder, imported::Imported, log};

/// Calls a second that the sandbox's RO App allows, and what the account uses of them.
pub(crate) const ALLOWED: u32 = 500;
const USED: f64 = 400.0;

/// One of 300 orders under a RO App that answers each ninth call with 429 takes minutes on a busy machine.
const LONGEST_IMPORT: Duration = Duration::from_mins(10);

/// Settings that make waits short; everything else as it comes.
const QUICK: [(&str, &str); 7] = [
    ("SYNC__POLL_INTERVAL", "1s"),
    ("SYNC__LEASE_TIME", "6s"),
    ("CARTUM__MIN_GAP", "0s"),
    ("CARTUM__REQUEST_TIMEOUT", "3s"),
    ("ROAPP__REQUEST_TIMEOUT", "2s"),
    ("ROAPP__RECOVERY_WAIT", "300ms"),
    ("SECURITY__ALLOW_PRIVATE_HOSTS", "true"),
];

pub(crate) struct World {
    pub(crate) sandbox: Checked<Sandbox>,
    pub(crate) database: Arc<TestDatabase>,
    pub(crate) store: StoreId,
    pub(crate) keyring: Keyring,
    /// Where the key file lies.
    pub(super) folder: Arc<TempDir>,
}

/// A sandbox as the tests want it: a small shop, quick lists, a high limit.
pub(crate) fn small(orders: u32) -> SandboxOptions {
    SandboxOptions {
        orders,
        rate_per_second: ALLOWED,
        list_lag: Duration::from_millis(100),
        ..SandboxOptions::default()
    }
}

/// Calls a second of an account whose limit is near: fewer than two processes would make that do not share it.
pub(crate) const CALLS_PER_SECOND: f64 = 25.0;

/// A RO App whose limit is not far above that.
pub(crate) fn near_the_limit(orders: u32) -> SandboxOptions {
    SandboxOptions { days: 20, rate_per_second: 40, ..small(orders) }
}

impl World {
    /// An account and a store, not imported yet.
    pub(crate) async fn new(options: SandboxOptions) -> Self {
        Self::with(options, |_| {}).await
    }

    /// The same, and its import is finished: that is done once for all tests with these options.
    pub(crate) async fn imported_already(options: SandboxOptions) -> Self {
        Self::imported_with(options, |_| {}).await
    }

    /// The same with other settings of the store.
    pub(crate) async fn imported_with(options: SandboxOptions, change: impl FnOnce(&mut Settings)) -> Self {
        Imported::with(options, change).await
    }

    /// The same as [`World::new`] with other settings of the store.
    pub(crate) async fn with(options: SandboxOptions, change: impl FnOnce(&mut Settings)) -> Self {
        log();
        Self::on(TestDatabase::new().await, options, change).await
    }

    /// The same on this database.
    pub(crate) async fn on(
        database: TestDatabase,
        options: SandboxOptions,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let (database, folder) = (Arc::new(database), Arc::new(folder()));
        Keyring::make(&folder.path().join("secrets.key")).unwrap();
        Self::set_up("main", options, database, folder, change).await
    }

    /// Another account with a shop of its own, in the same database.
    pub(crate) async fn beside(&self, account: &str, options: SandboxOptions) -> Self {
        Self::set_up(account, options, Arc::clone(&self.database), Arc::clone(&self.folder), |_| {}).await
    }

    async fn set_up(
        name: &str,
        options: SandboxOptions,
        database: Arc<TestDatabase>,
        folder: Arc<TempDir>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let sandbox = Checked::new(Sandbox::start(options).await.unwrap());
        Self::connect(name, sandbox, database, folder, change).await
    }

    /// The same shop and the same RO App, connected with a database that knows nothing of them.
    pub(crate) async fn with_its_database_lost(self) -> Self {
        let Self { sandbox, folder, .. } = self;
        Self::connect("main", sandbox, Arc::new(TestDatabase::new().await), folder, |_| {}).await
    }

    async fn connect(
        name: &str,
        sandbox: Checked<Sandbox>,
        database: Arc<TestDatabase>,
        folder: Arc<TempDir>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let keyring = Keyring::read(&folder.path().join("secrets.key")).unwrap();
        let pool = database.pool();
        let base_url = sandbox.roapp.base_url();
        let key = Secret::new("sandbox-key".into());
        let company = {
            let http = Http::new(true).unwrap();
            let pace = cartum_roapp::http::Pace::local(Duration::ZERO);
            let fence = cartum_roapp::http::Fence::open();
            let (url, options) = (Url::parse(&base_url).unwrap(), roapp::Options::default());
            let company = RoApp::new(http, url, key.clone(), pace, fence, options).company().await.unwrap();
            company.fingerprint()
        };
        let seal = |id| keyring.seal(&accounts::key_place(id), &key);
        let account = accounts::add(pool, name, &base_url, &company, Rate::Fixed(USED), seal).await.unwrap();
        let mut settings = settings(&sandbox.shop.site_url());
        change(&mut settings);
        let host = settings.site_url.split("://").nth(1).unwrap().to_owned();
        let password = Secret::new("sandbox-password".into());
        let seal = |id| keyring.seal(&stores::password_place(id), &password);
        let store = stores::add(pool, account, (None, &host), &settings, seal).await.unwrap();
        Self { sandbox, database, store, keyring, folder }
    }

    /// Asks for the first import.
    pub(crate) async fn import(&self) {
        let store = self.store().await;
        let now = Clock::System.now();
        let window = scope::window_start(now, store.settings.import_months, store.settings.time_zone);
        let mut tx = self.database.begin().await;
        polls::ask_import(&mut tx, &store, now, window).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// From now on the account makes so many calls a second.
    pub(crate) async fn set_rate(&self, calls_per_second: f64) {
        let account = self.store().await.account;
        let mut tx = self.database.begin().await;
        accounts::set_rate(&mut tx, account, Rate::Fixed(calls_per_second)).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn store(&self) -> stores::Store {
        stores::get(self.database.pool(), self.store).await.unwrap().unwrap()
    }

    pub(crate) async fn orders(&self) -> Vec<Listed> {
        every_order(self.database.pool(), Some(self.store)).await
    }

    pub(crate) async fn counts(&self) -> ImportCounts {
        polls::import_counts(self.database.pool(), self.store).await.unwrap()
    }

    /// What `store edit` saves.
    pub(crate) async fn edit(&self, change: impl FnOnce(&mut Settings)) {
        let store = self.store().await;
        let mut settings = store.settings.clone();
        change(&mut settings);
        let mut tx = self.database.begin().await;
        stores::set_settings(&mut tx, &store, &settings).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Calls to RO App so far, but for the account's one watch.
    pub(crate) fn calls_but_watch(&self) -> usize {
        let is_watch = |call: &Call| call.query.iter().any(|(name, value)| name == "sort" && value == "modified_at");
        self.sandbox.roapp.calls().iter().filter(|call| !is_watch(call)).count()
    }

    /// Starts a daemon in this process.
    pub(crate) fn daemon(&self) -> Daemon {
        self.daemon_with(&[])
    }

    /// Starts a daemon as a process of its own, which can be killed for good.
    pub(crate) fn process(&self, settings: &[(&str, &str)]) -> Running {
        let program = settings
            .iter()
            .fold(self.program("test"), |program, (name, value)| program.env(&format!("CARTUM_ROAPP__{name}"), value));
        program.start(&["run"])
    }

    /// Starts a daemon with other settings.
    pub(crate) fn daemon_with(&self, settings: &[(&str, &str)]) -> Daemon {
        self.daemon_on(&self.database, settings)
    }

    /// Starts a daemon on another database, such as a copy.
    pub(crate) fn daemon_on(&self, database: &TestDatabase, settings: &[(&str, &str)]) -> Daemon {
        self.daemon_by(Clock::System, database, settings)
    }

    /// Starts a daemon that goes by another clock.
    pub(crate) fn daemon_by(&self, clock: Clock, database: &TestDatabase, settings: &[(&str, &str)]) -> Daemon {
        Daemon::of(self.engine_by(clock, database, settings))
    }

    /// What a daemon works with.
    pub(crate) fn engine_by(&self, clock: Clock, database: &TestDatabase, settings: &[(&str, &str)]) -> Engine {
        let variables = QUICK
            .iter()
            .chain(settings)
            .map(|(name, value)| (OsString::from(format!("CARTUM_ROAPP__{name}")), OsString::from(value)));
        let config = Config::from_layers(None, variables).unwrap();
        let clients = Clients::new(&config).unwrap();
        let pool = database.pool().clone();
        Engine::new(pool, self.keyring.clone(), clients, config, clock, Stop::new())
    }

    /// The program with the settings of these tests, for a daemon in a process of its own. `name` is how it names itself to
    /// the database.
    pub(crate) fn program(&self, name: &str) -> Program {
        let program = Program::new()
            .env("CARTUM_ROAPP__DATABASE__URL", format!("{}&application_name={name}", self.database.url()))
            .env("CARTUM_ROAPP__SECRETS__KEY_FILE", self.folder.path().join("secrets.key").display())
            .env("CARTUM_ROAPP__HTTP__LISTEN", "127.0.0.1:0")
            .env("CARTUM_ROAPP__LOG__FORMAT", "json");
        QUICK.iter().fold(program, |program, (name, value)| program.env(&format!("CARTUM_ROAPP__{name}"), value))
    }

    /// As if nothing had happened for an hour: RO App lists what changed in the last two minutes again. Time is not moved from now on,
    /// which takes transactions, and wakes who works.
    pub(crate) fn idle_for_an_hour(&self) {
        self.database.in_real_time();
        let long_ago = chrono::TimeDelta::hours(1);
        self.sandbox.roapp.staff().edit(|data, now| {
            for order in data.orders.values_mut() {
                (order.created_at, order.modified_at) = (now - long_ago, now - long_ago);
            }
        });
    }

    /// Imports with one daemon, from asking to the end.
    pub(crate) async fn import_whole(&self) {
        self.import().await;
        let daemon = self.daemon();
        self.imported().await;
        daemon.stop().await;
        // What was seen while its order was half written would be read once more later: tests begin without that.
        sqlx::query("DELETE FROM work_order_hint").execute(self.database.pool()).await.unwrap();
    }

    /// Waits until the settings were compared with what RO App offers, which is done once an hour, and until no work order is to be read
    /// once more that was seen while its order was on its way.
    pub(crate) async fn offer_checked(&self) {
        let statement = "SELECT 1 FROM store WHERE id = $1 AND offer_checked_at > now() - interval '1 hour'
            AND NOT EXISTS (SELECT 1 FROM work_order_hint)";
        let checked = || sqlx::query_scalar::<_, i32>(statement).bind(self.store.get());
        eventually("a look at what RO App offers", || async {
            checked().fetch_optional(self.database.pool()).await.unwrap()
        })
        .await;
    }

    /// Waits until the daemons have nothing to do, and will have nothing for the next half minute; they look once more and find it so.
    /// What they have not done by then they do not do.
    pub(crate) async fn comes_to_rest(&self) {
        let looked = async || {
            let looks =
                "SELECT max(expires_at) FROM process WHERE NOT EXISTS (SELECT FROM account WHERE removed_at IS NULL
                         AND (lease_token IS NOT NULL OR due_at < now() + interval '30 seconds'))";
            sqlx::query_scalar::<_, Option<DateTime<Utc>>>(looks).fetch_one(self.database.pool()).await.unwrap()
        };
        let mut before = eventually("the end of all work", &looked).await;
        // One look may have begun before that.
        for _ in 0..2 {
            before = eventually("another look", async || looked().await.filter(|look| *look > before)).await;
        }
    }

    /// Waits until the first import is finished.
    pub(crate) async fn imported(&self) {
        let (end, mut leaps) = (Instant::now() + LONGEST_IMPORT, Leaps::new());
        while self.store().await.finished_at.is_none() {
            if Instant::now() > end {
                let (store, mut orders) = (self.store().await, self.orders().await.into_iter());
                let waiting = orders.find(|order| order.state == OrderState::Waiting);
                panic!(
                    "the import does not finish: {:?}, store {:?} {:?} {:?}, first waiting {:?}",
                    self.counts().await,
                    store.state,
                    store.reason,
                    store.last_error,
                    waiting
                );
            }
            leaps.leap().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// A store's settings that fit the sandbox.
pub(crate) fn settings(site_url: &str) -> Settings {
    let status = |id| MappedStatus::Status(Id::new(id));
    Settings {
        enabled: true,
        name: "Sandbox shop".into(),
        site_url: site_url.trim_end_matches('/').into(),
        login: "sync-manager".into(),
        location_id: Id::new(11),
        order_type_id: Id::new(71),
        language: "en".into(),
        identify_products_by: ProductKeyKind::Sku,
        managers: Managers::Selected(vec![Id::new(21), Id::new(22)]),
        line_executor: LineExecutor::Employee(Id::new(24)),
        product_category_id: Id::new(5),
        unknown_products: UnknownProducts::Create,
        status_map: STATUS_MAP
            .iter()
            .map(|(store, roapp)| (Id::new(*store), roapp.map_or(MappedStatus::Initial, status)))
            .collect(),
        write_back: std::collections::BTreeMap::new(),
        excluded_statuses: [Id::new(3)].into(),
        import_months: 2,
        time_zone: chrono_tz::Europe::Kyiv,
        phone_region: "UA".into(),
        currency: "UAH".into(),
        name_order: NameOrder::FirstLast,
        due_in_days: Some(3),
        custom_fields: [(601, FieldText::OrderNumber)].into(),
        discount_sponsor: DiscountSponsor::Staff,
        ad_campaign_id: Some(Id::new(31)),
    }
}

/// Store status to RO App status; `None` = the initial one, which is 501 in the sandbox.
pub(crate) const STATUS_MAP: [(i64, Option<i64>); 7] =
    [(1, None), (2, Some(502)), (3, Some(506)), (4, Some(507)), (5, Some(503)), (6, Some(505)), (8, Some(504))];
