//! A second store in the account of a world.

use std::net::{Ipv4Addr, SocketAddr};

use cartum_roapp::{
    clock::Clock,
    db::{
        orders::{Listed, OrderState},
        polls, stores,
    },
    domain::{
        ids::{Id, StoreId},
        scope,
        store::Settings,
    },
    sandbox::{
        cartum::{CartumQuirks, Shop, ShopOptions},
        seed::{SeedOptions, ShopData},
    },
    secrets::Secret,
};

use super::{
    Checked, eventually, every_order,
    world::{Daemon, World, settings},
};

pub(crate) struct Neighbour<'a> {
    world: &'a World,
    pub(crate) shop: Checked<Shop>,
    store: StoreId,
}

impl World {
    /// Another store in the same account: it works in location 12, and its shop of so many orders has the same buyers and goods.
    pub(crate) async fn neighbour(&self, orders: u32) -> Neighbour<'_> {
        let data = ShopData::generate(&SeedOptions { orders, days: 40, ..SeedOptions::default() });
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let shop = Checked::new(Shop::start(ShopOptions::of(data, listen, CartumQuirks::default())).await.unwrap());
        let wanted = Settings { name: "Second shop".into(), location_id: Id::new(12), ..settings(&shop.site_url()) };
        let host = wanted.site_url.split("://").nth(1).unwrap().to_owned();
        let password = Secret::new("sandbox-password".into());
        let seal = |id| self.keyring.seal(&stores::password_place(id), &password);
        let store =
            stores::add(self.database.pool(), self.store().await.account, (None, &host), &wanted, seal).await.unwrap();
        Neighbour { world: self, shop, store }
    }
}

impl Neighbour<'_> {
    pub(crate) async fn store(&self) -> stores::Store {
        stores::get(self.world.database.pool(), self.store).await.unwrap().unwrap()
    }

    /// What `store edit` saves.
    pub(crate) async fn edit(&self, change: impl FnOnce(&mut Settings)) {
        let store = self.store().await;
        let mut settings = store.settings.clone();
        change(&mut settings);
        let mut tx = self.world.database.begin().await;
        stores::set_settings(&mut tx, &store, &settings).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Asks for the first import.
    pub(crate) async fn import(&self) {
        let (store, now) = (self.store().await, Clock::System.now());
        let window = scope::window_start(now, store.settings.import_months, store.settings.time_zone);
        let mut tx = self.world.database.begin().await;
        polls::ask_import(&mut tx, &store, now, window).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Waits until the first import is finished.
    pub(crate) async fn imported(&self) {
        eventually("the second store's import", || async { self.store().await.finished_at }).await;
    }

    /// Both stores' first imports are finished; the daemon that made them.
    pub(crate) async fn both_imported(&self) -> Daemon {
        self.world.import().await;
        self.import().await;
        let daemon = self.world.daemon();
        self.world.imported().await;
        self.imported().await;
        daemon
    }

    pub(crate) async fn synced(&self, number: i64) -> Listed {
        eventually("the second store's order", || async {
            let orders = every_order(self.world.database.pool(), Some(self.store)).await;
            orders.into_iter().find(|order| order.number.get() == number && order.state == OrderState::Synced)
        })
        .await
    }
}
