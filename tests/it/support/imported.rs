//! Worlds whose first import is finished. For each sandbox and settings that are asked for it is made once; tests get copies of the
//! database and of what both halves of the sandbox held.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use cartum_roapp::{
    domain::store::Settings,
    sandbox::world::{Sandbox, SandboxOptions, Snapshot},
};
use tokio::sync::OnceCell;

use super::{
    Asked, Checked, TestDatabase,
    world::{World, settings},
};

/// By the options of the sandbox and the settings of the store.
type Made = HashMap<String, Arc<OnceCell<Imported>>>;
static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);

/// See the module.
pub(super) struct Imported {
    world: World,
    held: Snapshot,
}

impl Imported {
    /// A copy for one test.
    pub(super) async fn with(options: SandboxOptions, change: impl FnOnce(&mut Settings)) -> World {
        let mut settings = settings("");
        change(&mut settings);
        let made = Arc::clone(MADE.lock().unwrap().entry(format!("{options:?} {settings:?}")).or_default());
        made.get_or_init(|| Self::make(options.clone(), settings)).await.copy(options).await
    }

    async fn make(options: SandboxOptions, settings: Settings) -> Self {
        let change = |own: &mut Settings| *own = Settings { site_url: own.site_url.clone(), ..settings };
        let world = World::with(options, change).await;
        world.import_whole().await;
        assert_eq!(world.sandbox.complaints(), [""; 0], "nobody else looks at the calls of this import");
        world.database.seal().await;
        Self { held: world.sandbox.snapshot(), world }
    }

    async fn copy(&self, options: SandboxOptions) -> World {
        let database = self.world.database.another().await;
        let sandbox = Checked::new(Sandbox::resume(options, self.held.clone()).await.unwrap());
        move_to(&database, &self.world.sandbox, &sandbox).await;
        let (keyring, folder) = (self.world.keyring.clone(), Arc::clone(&self.world.folder));
        World { sandbox, database: Arc::new(database), store: self.world.store, keyring, folder }
    }
}

/// Both sides answer at other addresses.
async fn move_to(database: &TestDatabase, from: &Sandbox, to: &Sandbox) {
    let host = |sandbox: &Sandbox| sandbox.shop.site_url().split("://").nth(1).unwrap().to_owned();
    let mut tx = database.begin().await;
    sqlx::query("UPDATE account SET base_url = $1").bind(to.roapp.base_url()).execute(&mut *tx).await.unwrap();
    let settings = "UPDATE store SET settings = jsonb_set(settings, '{site_url}', to_jsonb($1::text))";
    sqlx::query(settings).bind(to.shop.site_url()).execute(&mut *tx).await.unwrap();
    let hosts = "UPDATE store_host SET host = $2 WHERE host = $1";
    sqlx::query(hosts).bind(host(from)).bind(host(to)).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}
