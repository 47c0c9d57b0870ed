//! How large an import is, before anybody confirms it: asks the store for the orders of the window, and counts the calls to RO App
//! that they take.

use std::{collections::HashSet, time::Duration};

use tokio::time::Instant;

use super::Import;
use crate::{
    admin::Admin,
    cartum::OrderFilter,
    causes::internal,
    db::{self, accounts, rereads, stores::Store},
    domain::{
        ids::OrderNumber,
        order::StoreOrder,
        said::Said,
        scope::{self, Scope},
        store::MappedStatus,
    },
};

/// How long the store is read; what is counted until then is reported as "more than".
const LONGEST: Duration = Duration::from_secs(30);
/// Calls that each order takes whatever it contains: its work order is created; the look before that and the verification are shared
/// by many orders.
const PER_ORDER: f64 = 1.1;
/// Calls that each buyer takes: created, or found and read; the people of the account are listed once.
const PER_BUYER: f64 = 1.1;
/// Calls that each article takes: created; the search before that is shared by many articles.
const PER_ARTICLE: f64 = 1.1;

/// What an import would bring.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ImportSize {
    /// Orders that go to RO App.
    pub orders: u64,
    /// Orders of the window that are excluded.
    pub left_out: u64,
    /// Calls to RO App, roughly.
    pub calls: f64,
    /// How many calls the account may make per second.
    pub calls_per_second: f64,
    /// The store was read to the end.
    pub is_whole: bool,
}

impl ImportSize {
    /// How long the calls take.
    #[must_use]
    pub fn time(&self) -> Duration {
        Duration::try_from_secs_f64(self.calls / self.calls_per_second.max(f64::MIN_POSITIVE)).unwrap_or(Duration::MAX)
    }
}

/// What was counted so far.
#[derive(Debug, Default)]
struct Count {
    size: ImportSize,
    buyers: HashSet<String>,
    articles: HashSet<String>,
}

impl Admin {
    /// Counts what an import started now would bring. Orders already in the database take no calls.
    ///
    /// # Errors
    /// Why the store cannot be asked.
    pub async fn size_import(&self, store: &Store, import: &Import) -> Result<ImportSize, Said> {
        let cartum = self.clients.cartum(&self.keyring, store).map_err(|error| internal(&error))?;
        let mut walk = cartum.walk(OrderFilter { from: Some(import.window_from), to: None, statuses: Vec::new() });
        let account = accounts::get(&self.pool, store.account).await.map_err(|error| internal(&error))?;
        let (mut count, begun) = (Count::default(), Instant::now());
        count.size.calls_per_second = account.ok_or(Said::new("account-was-removed"))?.calls_per_second;
        count.size.is_whole = true;
        while let Some(rows) = walk.next().await.map_err(|error| error.with_causes())? {
            let numbers: Vec<_> = rows.iter().filter_map(|row| row.number).collect();
            let known = self.here(store, &numbers).await.map_err(|error| internal(&error))?;
            for row in rows.iter().filter(|row| row.number.is_none_or(|number| !known.contains(&number))) {
                if let Ok(order) = &row.order {
                    count.add(store, import, order);
                }
            }
            if begun.elapsed() > LONGEST {
                count.size.is_whole = false;
                break;
            }
        }
        Ok(count.size())
    }

    async fn here(&self, store: &Store, numbers: &[OrderNumber]) -> Result<HashSet<OrderNumber>, db::DbError> {
        let mut tx = db::begin(&self.pool).await?;
        Ok(rereads::known(&mut tx, store.id, numbers).await?.into_keys().collect())
    }
}

impl Count {
    fn add(&mut self, store: &Store, import: &Import, order: &StoreOrder) {
        let settings = &store.settings;
        match scope::decide(order.placed_at, order.status, settings, import.connected_at, import.window_from) {
            Scope::Import | Scope::Live => {}
            Scope::ExcludedStatus => {
                self.size.left_out += 1;
                return;
            }
            Scope::BeforeWindow => return,
        }
        self.size.orders += 1;
        let buyer = &order.buyer;
        self.buyers.insert(if buyer.phone.is_empty() { buyer.email.clone() } else { buyer.phone.clone() });
        self.articles.extend(order.lines.iter().map(|line| line.article.clone()));
        let is_moved = matches!(settings.status_map.get(&order.status), Some(MappedStatus::Status(_)));
        let is_delivered = !order.delivery.method.is_empty();
        let calls = order.lines.len() + usize::from(is_moved) + usize::from(is_delivered);
        self.size.calls += PER_ORDER + f64::from(u32::try_from(calls).unwrap_or(u32::MAX));
    }

    fn size(&self) -> ImportSize {
        let many = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let calls = self.size.calls + PER_BUYER * many(self.buyers.len()) + PER_ARTICLE * many(self.articles.len());
        ImportSize { calls, ..self.size }
    }
}
