//! Reads an order from the database, with everything that belongs to it; nothing is written or decided here. The rehearsal uses it,
//! too.

use std::{collections::BTreeMap, sync::Arc};

use sqlx::PgPool;
use tokio::time::Instant;

use super::{Order, Unwritten, late::Pass};
use crate::{
    cartum::{self, DecodeError},
    db::{
        DbError, catalogue,
        links::{self, LinkKind},
        stores::{self, Store},
        work::{self, Work},
    },
    domain::{
        discount::PerWhat,
        ids::{AccountId, OrderId, PersonId},
        marker::Marker,
        order::StoreOrder,
        phone_field,
        plan::{self, Facts, HeadChange, Hold, Links, Plan, Remote},
        product::ProductWant,
        remote::{Head, Item},
        scope,
    },
    roapp::CallCount,
};

/// What there is of an order.
pub(in crate::sync) enum Loaded {
    /// All that it is worked with.
    Order(Box<Order>),
    /// What the store says of it cannot be read.
    Unreadable(Box<(Work, Store, DecodeError)>),
    /// Its store is not worked.
    NotWorked,
}

/// Loads an order of an account that takes discounts `per` line or unit.
pub(in crate::sync) async fn load(
    pool: &PgPool,
    account: AccountId,
    per: PerWhat,
    id: OrderId,
) -> Result<Loaded, DbError> {
    let mut work = work::load(pool, id).await?;
    if work.applied.buyer.is_none() && work.applied.head.is_some() {
        // Earlier releases did not note whom the work order was made for.
        let raw = work::applied_version(pool, id).await?;
        let order = raw.and_then(|raw| cartum::decode_order(&raw, chrono_tz::Tz::UTC).ok());
        work.applied.buyer = order.map(|order| order.buyer);
    }
    // A pause can come from an order earlier in the same batch.
    let is_worked = |store: &Store| store.state.is_worked();
    let Some(store) = stores::get(pool, work.store).await?.filter(is_worked) else { return Ok(Loaded::NotWorked) };
    match cartum::decode_order(&work.raw, store.settings.time_zone) {
        Err(error) => Ok(Loaded::Unreadable(Box::new((work, store, error)))),
        Ok(data) => Ok(Loaded::Order(Box::new(Order::gather((pool, account), per, store, data, work).await?))),
    }
}

impl Order {
    /// What belongs to an order of this store, which says this of it.
    pub(in crate::sync) async fn gather(
        (pool, account): (&PgPool, AccountId),
        per: PerWhat,
        store: Store,
        data: StoreOrder,
        work: Work,
    ) -> Result<Self, DbError> {
        let settings = &store.settings;
        let articles: Vec<_> = data.lines.iter().map(|line| line.article.clone()).collect();
        let mut order = Self {
            marker: Marker { host: store.marker_host.clone(), number: work.number, generation: work.generation },
            placed_at: scope::to_utc(data.placed_at, settings.time_zone),
            phones: phone_field::phones(&data.buyer.phone, &settings.phone_region),
            catalogue: catalogue::get(pool, store.id, &articles).await?,
            person: None,
            decided_against: None,
            products: BTreeMap::new(),
            placeholders: Vec::new(),
            shown: None,
            wrote: HeadChange::default(),
            moved_from: None,
            again: false,
            refused_products: BTreeMap::new(),
            pass: Pass::All,
            costs: BTreeMap::new(),
            items: None,
            head: None,
            read_at: Instant::now(),
            per,
            calls: CallCount::default(),
            turn: None,
            listed: work.conflicts.clone(),
            unwritten: Unwritten::default(),
            data,
            store: Arc::new(store),
            work,
        };
        order.person = order.linked_person(pool, account).await?;
        let keys: Vec<_> = order.wants().into_iter().map(|want| want.link_key).collect();
        order.products = links::products(pool, account, &keys).await?;
        Ok(order)
    }

    /// The person whom the buyer is linked with.
    pub(super) async fn linked_person(&self, pool: &PgPool, account: AccountId) -> Result<Option<PersonId>, DbError> {
        Ok(links::find(pool, account, LinkKind::Person, &self.buyer_key()).await?.map(PersonId::new))
    }

    fn wants(&self) -> Vec<ProductWant> {
        let want = |line| ProductWant::of(line, &self.store.settings, &self.catalogue);
        self.data.lines.iter().map(want).collect()
    }

    /// The plan, from what is known and what RO App has.
    pub(in crate::sync) fn plan(
        &self,
        per: PerWhat,
        head: Option<&Head>,
        items: Option<&[Item]>,
    ) -> Result<Plan, Hold> {
        let refused = self.products_not_asked_for();
        let links = Links { person: self.person.is_some(), products: self.products.clone(), refused };
        let remote = match (head, items) {
            (None, _) => Remote::Nothing,
            (Some(head), None) => Remote::Head(head),
            (Some(head), Some(items)) => Remote::Lines(head, items),
        };
        plan::plan(&Facts {
            order: &self.data,
            settings: &self.store.settings,
            marker: &self.marker,
            placed_at: self.placed_at,
            catalogue: &self.catalogue,
            links: &links,
            per,
            initial_status: self.initial_status(),
            applied: &self.work.applied,
            remote,
            resync: self.work.asked.resync,
            listed: &self.listed,
            decided: self.work.asked.keep,
            keep: self.work.keep(),
            as_it_is: self.work.is_as_it_is(),
            chosen_client: self.person.filter(|_| self.work.asked.client),
        })
    }
}
