//! Products are searched for ahead: those of the next orders in one call (contract roapp 7), when the first of them needs one. Two
//! articles that RO App has are asked for with them: where both come, what does not come is not there.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    slice::from_ref,
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    cartum,
    db::{DbError, catalogue, links, stores, work},
    domain::{
        ids::StoreId,
        matching::{ProductChoice, choose_product},
        order::Line,
        product::ProductWant,
        remote::ProductCard,
        store::ProductKeyKind,
    },
    sync::{
        account::{Account, alone::Alone},
        outcome::Run,
    },
};

/// Orders whose products are searched for together, at most. Those that are on their way, or written and not verified, are among them.
const ORDERS_AHEAD: i64 = 100;
/// Articles in one call, beside the two that are known.
const ARTICLES_AHEAD: usize = 40;
/// An answer with more products may be one page of several, of an RO App that shows the same page again and again.
const SURELY_ALL: usize = 45;

/// How long what was found ahead holds: staff may make a product in the meantime.
const FRESH: Duration = Duration::from_mins(1);

/// A search ahead.
pub(super) struct Ahead {
    at: Instant,
    /// The link keys of the products that were searched for; `None` where RO App does not answer for several at once.
    asked: Option<BTreeSet<String>>,
    /// What was found of each; what is missing here is searched for by itself.
    found: Found,
}

type Found = BTreeMap<String, Vec<ProductCard>>;

impl Ahead {
    fn covers(&self, link_key: &str) -> bool {
        self.asked.as_ref().is_none_or(|asked| asked.contains(link_key))
    }
}

/// What RO App's catalogue is known to hold.
enum Catalogue {
    Nothing,
    /// Products with these articles.
    Both([String; 2]),
    /// Not enough to tell.
    Unknown,
}

impl Account<'_> {
    /// What a search ahead found for this product; `None` where it has to be searched for by itself.
    pub(super) async fn found_ahead(&self, want: &ProductWant) -> Run<Option<Vec<ProductCard>>> {
        let _alone = self.alone(Alone::Ahead).await?;
        let covers = |ahead: &Ahead| ahead.at.elapsed() < FRESH && ahead.covers(&want.link_key);
        if !self.memory(|memory| memory.ahead.as_ref().is_some_and(covers)) {
            let ahead = self.search_ahead(want).await?;
            self.memory(|memory| memory.ahead = Some(ahead));
        }
        Ok(self.memory(|memory| memory.ahead.as_ref().and_then(|ahead| ahead.found.get(&want.link_key).cloned())))
    }

    /// A product with this article is about to be made: what was found ahead may be out of date.
    pub(in crate::sync) fn forget_ahead(&self, article: &str) {
        let key = ProductKeyKind::Sku.link_key(article);
        self.memory(|memory| memory.ahead.as_mut().and_then(|ahead| ahead.found.remove(&key)));
    }

    /// Searches for the product and those of the next orders.
    async fn search_ahead(&self, first: &ProductWant) -> Run<Ahead> {
        let roapp = self.roapp()?;
        let mut wants = if roapp.older_api() == Some(false) { Vec::new() } else { self.wanted_next(first).await? };
        wants.truncate(ARTICLES_AHEAD);
        let (at, asked) = (Instant::now(), wants.iter().chain([first]).map(|want| want.link_key.clone()).collect());
        let (found, is_whole) = self.find_together(wants).await?;
        Ok(Ahead { at, asked: is_whole.then_some(asked), found })
    }

    /// What RO App has of these, and whether all that it has came.
    async fn find_together(&self, wants: Vec<ProductWant>) -> Run<(Found, bool)> {
        if wants.len() < 2 {
            return Ok((Found::new(), true));
        }
        let roapp = self.roapp()?;
        let catalogue = self.catalogue().await?;
        let (before, after) = match &catalogue {
            Catalogue::Nothing => {
                return Ok((wants.into_iter().map(|want| (want.link_key, Vec::new())).collect(), true));
            }
            Catalogue::Both([one, other]) => (Some(one), Some(other)),
            Catalogue::Unknown => (None, None),
        };
        let keys = before.into_iter().chain(wants.iter().map(|want| &want.key)).chain(after);
        let keys: Vec<_> = keys.cloned().collect();
        let Some(found) = self.spared(roapp.products_by_article(&keys).await).await? else {
            return Ok((Found::new(), false));
        };
        let came =
            |article: Option<&String>| article.is_some_and(|article| found.iter().any(|card| card.article == *article));
        let is_whole = came(before) && came(after) && found.len() <= SURELY_ALL;
        if !is_whole {
            self.seen(|seen| seen.known_articles = None);
        }
        let cards = |want: &ProductWant| {
            let is_it =
                |card: &&ProductCard| choose_product(want.kind, &want.key, from_ref(*card)) != ProductChoice::None;
            found.iter().filter(is_it).cloned().collect::<Vec<_>>()
        };
        let ahead = wants.into_iter().map(|want| (want.link_key.clone(), cards(&want)));
        Ok((ahead.filter(|(_, cards)| is_whole || !cards.is_empty()).collect(), is_whole))
    }

    /// Two articles that RO App has.
    async fn catalogue(&self) -> Run<Catalogue> {
        if let Some(known) = self.seen(|seen| seen.known_articles.clone()) {
            return Ok(Catalogue::Both(known));
        }
        let Some((cards, pages)) = self.spared(self.roapp()?.products_page(1).await).await? else {
            return Ok(Catalogue::Unknown);
        };
        if cards.is_empty() && pages.is_none_or(|pages| pages <= 1) {
            return Ok(Catalogue::Nothing);
        }
        let mut articles = cards.into_iter().map(|card| card.article).filter(|article| !article.trim().is_empty());
        let Some(one) = articles.next() else { return Ok(Catalogue::Unknown) };
        let Some(other) = articles.rfind(|other| *other != one) else { return Ok(Catalogue::Unknown) };
        let known = [one, other];
        self.seen(|seen| seen.known_articles = Some(known.clone()));
        Ok(Catalogue::Both(known))
    }

    /// The product, and those that the next orders need by article and that are not linked yet, in the order in which they are needed.
    async fn wanted_next(&self, first: &ProductWant) -> Result<Vec<ProductWant>, DbError> {
        let pool = &self.engine.pool;
        let due = work::due(pool, self.id, ORDERS_AHEAD).await?;
        let ids: Vec<_> = due.iter().map(|due| due.turn.order).collect();
        let (mut stores, mut lines) = (BTreeMap::new(), Vec::new());
        for (id, raw) in work::raw_of(pool, &ids).await? {
            if let Entry::Vacant(place) = stores.entry(id) {
                place.insert(stores::get(pool, id).await?);
            }
            let Some(Some(store)) = stores.get(&id) else { continue };
            let order = cartum::decode_order(&raw, store.settings.time_zone).ok();
            lines.extend(order.into_iter().flat_map(|order| order.lines).map(|line| (id, line)));
        }
        let mut catalogues = BTreeMap::new();
        for store in stores.keys() {
            let articles = lines.iter().filter(|(of, _)| of == store).map(|(_, line)| line.article.clone());
            catalogues.insert(*store, catalogue::get(pool, *store, &articles.collect::<Vec<_>>()).await?);
        }
        let want = |(id, line): &(StoreId, Line)| {
            let store = stores.get(id)?.as_ref()?;
            Some(ProductWant::of(line, &store.settings, catalogues.get(id)?))
        };
        let wants: Vec<_> = lines.iter().filter_map(want).filter(|want| want.kind == ProductKeyKind::Sku).collect();
        let keys: Vec<_> = wants.iter().map(|want| want.link_key.clone()).collect();
        let mut known: BTreeSet<_> = links::products(pool, self.id, &keys).await?.into_keys().collect();
        known.insert(first.link_key.clone());
        let new = wants.into_iter().filter(|want| known.insert(want.link_key.clone()));
        Ok([first.clone()].into_iter().chain(new).collect())
    }
}
