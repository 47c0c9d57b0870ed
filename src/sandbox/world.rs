//! The store and RO App together, on one invented shop.
//!
//! - [`Sandbox`]: starts both, on request with the data of earlier ones ([`Snapshot`])
//! - [`roapp_seed`]: what RO App already knows of the shop

mod known;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio_util::task::AbortOnDropHandle;

pub use self::known::{ambiguous_article, ambiguous_roapp_seed, roapp_seed};
use super::{
    cartum::{CartumQuirks, Shop, ShopOptions},
    roapp::{Data, RoApp, RoAppOptions, RoAppQuirks},
    seed::{SeedOptions, ShopData},
};

/// How to start the store and RO App. Everything else has the default of each.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// The store's address; port 0 = any free port.
    pub cartum: SocketAddr,
    /// RO App's address; port 0 = any free port.
    pub roapp: SocketAddr,
    /// Orders in the shop.
    pub orders: u32,
    /// The days over which the orders are spread.
    pub days: u32,
    /// The same seed makes the same people, goods and orders.
    pub seed: u64,
    /// ISO code of the shop's only currency.
    pub currency: String,
    /// Prices with cents instead of whole units.
    pub decimals: bool,
    /// RO App's rate limit.
    pub rate_per_second: u32,
    /// The lag of RO App's lists.
    pub list_lag: Duration,
    /// The store's answers to the open questions.
    pub cartum_quirks: CartumQuirks,
    /// RO App's answers to the open questions.
    pub roapp_quirks: RoAppQuirks,
    /// RO App has one of the shop's articles twice.
    pub ambiguous: bool,
    /// If set, buyers place another order each time this has passed.
    pub new_order_every: Option<Duration>,
}

impl Default for SandboxOptions {
    /// Free loopback ports, the default shop, no new orders.
    fn default() -> Self {
        let (shop, roapp) = (SeedOptions::default(), RoAppOptions::default());
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            cartum: any,
            roapp: any,
            orders: shop.orders,
            days: shop.days,
            seed: shop.seed,
            currency: shop.currency,
            decimals: shop.decimals,
            rate_per_second: roapp.rate_per_second,
            list_lag: roapp.list_lag,
            cartum_quirks: CartumQuirks::default(),
            roapp_quirks: roapp.quirks,
            ambiguous: false,
            new_order_every: None,
        }
    }
}

impl SandboxOptions {
    fn roapp(&self) -> RoAppOptions {
        RoAppOptions {
            listen: self.roapp,
            rate_per_second: self.rate_per_second,
            list_lag: self.list_lag,
            quirks: self.roapp_quirks.clone(),
            ..RoAppOptions::default()
        }
    }
}

/// A running store and a running RO App; both stop when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    /// The store.
    pub shop: Shop,
    /// RO App.
    pub roapp: RoApp,
    /// Lets buyers place more orders.
    _buyers: Option<AbortOnDropHandle<()>>,
}

/// The data of the store and RO App at one moment; see [`Sandbox::resume`].
#[derive(Debug, Clone)]
pub struct Snapshot {
    shop: ShopData,
    roapp: Data,
}

impl Sandbox {
    /// Starts both.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn start(options: SandboxOptions) -> io::Result<Self> {
        let SandboxOptions { orders, days, seed, decimals, .. } = options;
        let currency = options.currency.clone();
        let seed = SeedOptions { orders, days, seed, currency, decimals, ..Default::default() };
        let data = ShopData::generate(&seed);
        let known =
            if options.ambiguous { ambiguous_roapp_seed(&data, seed.seed) } else { roapp_seed(&data, seed.seed) };
        let roapp = RoApp::start(RoAppOptions { seed: known, ..options.roapp() }).await?;
        Self::with(options, data, roapp).await
    }

    /// Starts both with the data of earlier ones; their time continues from now.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn resume(options: SandboxOptions, held: Snapshot) -> io::Result<Self> {
        let Snapshot { mut shop, roapp } = held;
        shop.seed.now = SeedOptions::default().now;
        let roapp = RoApp::resume(options.roapp(), roapp).await?;
        Self::with(options, shop, roapp).await
    }

    /// The present data of both.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { shop: self.shop.data(), roapp: self.roapp.data() }
    }

    async fn with(options: SandboxOptions, shop: ShopData, roapp: RoApp) -> io::Result<Self> {
        let shop = Shop::start(ShopOptions::of(shop, options.cartum, options.cartum_quirks)).await?;
        let buyers = options.new_order_every.map(|every| AbortOnDropHandle::new(shop.let_buyers_buy(every)));
        Ok(Self { shop, roapp, _buyers: buyers })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use super::*;
    use crate::sandbox::seed::phones;

    #[tokio::test]
    async fn both_halves_start_and_buyers_go_on_buying() {
        let every = Duration::from_millis(20);
        let options = SandboxOptions { orders: 10, new_order_every: Some(every), ..SandboxOptions::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        assert_ne!(sandbox.shop.site_url(), sandbox.roapp.base_url());
        assert!(!sandbox.roapp.data().people.is_empty());
        while sandbox.shop.data().orders.len() < 13 {
            tokio::time::sleep(every).await;
        }
    }

    #[test]
    fn ro_app_knows_some_buyers_and_goods_but_not_all() {
        let data = ShopData::generate(&SeedOptions::default());
        let known = roapp_seed(&data, 1);
        assert!((20..data.buyers().len() - 20).contains(&known.people.len()));
        let has = |article: &str| known.products.iter().filter(|product| product.article == article).count();
        let counts: Vec<usize> = data.catalogue.iter().map(|entry| has(&entry.article)).collect();
        assert!(counts.contains(&0) && counts.contains(&1) && counts.iter().all(|count| *count < 2));
        assert!(known.products.iter().any(|product| product.article.is_empty()));
        let typed: Vec<&String> = known.people.iter().flat_map(|person| &person.phones).collect();
        assert!(typed.iter().any(|phone| phone.starts_with('0')) && typed.iter().any(|phone| phone.contains('(')));
        let numbers = data.buyers().into_iter().filter_map(|buyer| buyer.phone).map(|phone| phones::tail(&phone));
        let numbers: Vec<String> = numbers.collect();
        assert!(typed.iter().all(|phone| numbers.contains(&phones::tail(phone))));
    }

    #[test]
    fn an_article_of_the_shop_is_doubled_only_when_asked() {
        let data = ShopData::generate(&SeedOptions::default());
        let article = ambiguous_article(&data).unwrap();
        assert!(data.orders.values().flat_map(|order| &order.lines).any(|line| line.article == article));
        let count = |known: &crate::sandbox::roapp::RoAppSeed| {
            known.products.iter().filter(|product| product.article == article).count()
        };
        assert!(count(&roapp_seed(&data, 1)) < 2);
        assert_eq!(count(&ambiguous_roapp_seed(&data, 1)), 2);
    }
}
