//! Products are searched for ahead: those of the next orders in one call (contract roapp 7), when the first of them needs one.

use std::{collections::BTreeMap, slice::from_ref, time::Duration};

use crate::{
    cartum,
    db::{DbError, catalogue, links, stores, work},
    domain::{
        ids::StoreId,
        matching::{ProductChoice, choose_product},
        order::StoreOrder,
        product::ProductWant,
        remote::ProductCard,
        store::ProductKeyKind,
    },
    http::Verdict,
    sync::{
        account::{Account, alone::Alone},
        outcome::Run,
    },
};

/// Orders whose products are searched for together, at most.
const ORDERS_AHEAD: i64 = 50;

/// What a search ahead found, by the link key of the product; what is not in it is searched for by itself.
pub(super) type Ahead = BTreeMap<String, Vec<ProductCard>>;

impl Account<'_> {
    /// What a search ahead found for this product; `None` where it has to be searched for by itself.
    pub(super) async fn found_ahead(&self, want: &ProductWant) -> Run<Option<Vec<ProductCard>>> {
        let _alone = self.alone(Alone::Ahead).await?;
        if self.memory(|memory| memory.ahead.is_none()) {
            let ahead = self.search_ahead().await?;
            self.memory(|memory| memory.ahead = Some(ahead));
        }
        Ok(self.memory(|memory| memory.ahead.as_ref().and_then(|ahead| ahead.get(&want.link_key).cloned())))
    }

    /// A product with this article is about to be made: what was found ahead may be out of date.
    pub(in crate::sync) fn forget_ahead(&self, article: &str) {
        let key = ProductKeyKind::Sku.link_key(article);
        self.memory(|memory| memory.ahead.as_mut().and_then(|ahead| ahead.remove(&key)));
    }

    async fn search_ahead(&self) -> Run<Ahead> {
        let roapp = self.roapp()?;
        let mut ahead = Ahead::new();
        if roapp.older_api() == Some(false) {
            return Ok(ahead);
        }
        let wants = self.wanted_next().await?;
        for kind in [ProductKeyKind::Sku, ProductKeyKind::Barcode] {
            let wants: Vec<_> = wants.values().filter(|want| want.kind == kind).collect();
            if wants.len() < 2 {
                continue;
            }
            let keys: Vec<_> = wants.iter().map(|want| want.key.clone()).collect();
            let found = match kind {
                ProductKeyKind::Barcode => roapp.products_by_barcode(&keys).await,
                _ => roapp.products_by_article(&keys).await,
            };
            let found = match found {
                Ok(found) => found,
                // The search for a single one tells what is wrong.
                Err(error) if error.verdict() == Verdict::Never => continue,
                Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
            };
            for want in wants {
                let is_it =
                    |card: &&ProductCard| choose_product(want.kind, &want.key, from_ref(*card)) != ProductChoice::None;
                ahead.insert(want.link_key.clone(), found.iter().filter(is_it).cloned().collect());
            }
        }
        Ok(ahead)
    }

    /// The products that the next orders need and that are not linked yet, by link key.
    async fn wanted_next(&self) -> Result<BTreeMap<String, ProductWant>, DbError> {
        let pool = &self.engine.pool;
        let due = work::due(pool, self.id, ORDERS_AHEAD).await?;
        let ids: Vec<_> = due.iter().map(|due| due.turn.order).collect();
        let mut of_stores = BTreeMap::<StoreId, Vec<serde_json::Value>>::new();
        for (store, raw) in work::raw_of(pool, &ids).await? {
            of_stores.entry(store).or_default().push(raw);
        }
        let mut wants = BTreeMap::new();
        for (store, raw) in of_stores {
            let Some(store) = stores::get(pool, store).await? else { continue };
            let orders: Vec<StoreOrder> =
                raw.iter().filter_map(|raw| cartum::decode_order(raw, store.settings.time_zone).ok()).collect();
            let lines: Vec<_> = orders.iter().flat_map(|order| &order.lines).collect();
            let articles: Vec<_> = lines.iter().map(|line| line.article.clone()).collect();
            let catalogue = catalogue::get(pool, store.id, &articles).await?;
            let of = |line| ProductWant::of(line, &store.settings, &catalogue);
            wants.extend(lines.into_iter().map(of).map(|want| (want.link_key.clone(), want)));
        }
        let keys: Vec<_> = wants.keys().cloned().collect();
        for linked in links::products(pool, self.id, &keys).await?.keys() {
            wants.remove(linked);
        }
        Ok(wants)
    }
}
