//! Reads an order from the database, with what belongs to it.

use std::{collections::BTreeMap, sync::Arc};

use tokio::time::Instant;

use crate::{
    cartum,
    db::{
        DbError, applied, catalogue,
        links::{self, Link, LinkKind},
        orders::{self, OrderState},
        rereads,
        stores::{self, Store},
        work, write_backs,
    },
    domain::{
        ids::{OrderId, PersonId},
        marker::Marker,
        phone_field,
        plan::{AppliedStatus, HeadChange},
        scope, status,
        store::StoreState,
    },
    sync::{
        account::Account,
        order::{Order, Unwritten, late::Pass},
        outcome::Halt,
    },
};

/// Loads an order; `None` when it cannot be worked, which is noted with it.
pub(in crate::sync) async fn load(account: &Account<'_>, id: OrderId) -> Result<Option<Order>, Halt> {
    let pool = &account.engine.pool;
    let mut work = work::load(pool, id).await?;
    if work.applied.buyer.is_none() && work.applied.head.is_some() {
        // Earlier releases did not note whom the work order was made for.
        let raw = work::applied_version(pool, id).await?;
        let order = raw.and_then(|raw| cartum::decode_order(&raw, chrono_tz::Tz::UTC).ok());
        work.applied.buyer = order.map(|order| order.buyer);
    }
    let store = stores::get(pool, work.store).await?;
    if let Some(arrived) = work.written_back {
        let led_to = store.as_ref().and_then(|store| {
            let target = status::target(&store.settings.status_map, arrived.status.store);
            target.status(work.initial_status.or(store.initial_status))
        });
        work.applied.status = Some(AppliedStatus { led_to, ..arrived.status });
        let mut tx = account.lease.begin(pool).await?;
        applied::save(&mut tx, id, &work.applied).await?;
        write_backs::taken_in(&mut tx, id, arrived).await?;
        tx.commit().await.map_err(DbError::from)?;
    }
    // A pause can come from an order earlier in the same batch.
    let works = |store: &Store| !matches!(store.state, StoreState::Draft | StoreState::Paused);
    let Some(store) = store.filter(works) else { return Ok(None) };
    let decoded = match cartum::decode_order(&work.raw, store.settings.time_zone) {
        Ok(order) => order,
        Err(error) => {
            let mut tx = account.lease.begin(pool).await?;
            let reason = format!("the store's data cannot be read: {error}");
            let gone = format!("deleted in the store; {reason}, so that RO App was not told");
            if work.gone_at.is_none() || !rereads::rest_gone(&mut tx, id, &gone).await? {
                orders::rest(&mut tx, work.turn(), OrderState::Unreadable, &reason).await?;
                let (store, order) = (&store.settings.name, work.number);
                tracing::warn!(store, %order, error = %error, "the order cannot be read; its raw data is kept");
            }
            tx.commit().await.map_err(DbError::from)?;
            return Ok(None);
        }
    };
    let articles: Vec<_> = decoded.lines.iter().map(|line| line.article.clone()).collect();
    let settings = &store.settings;
    let mut loaded = Order {
        marker: Marker { host: store.marker_host.clone(), number: work.number, generation: work.generation },
        placed_at: scope::to_utc(decoded.placed_at, settings.time_zone),
        phones: phone_field::phones(&decoded.buyer.phone, &settings.phone_region),
        catalogue: catalogue::get(pool, work.store, &articles).await?,
        person: None,
        decided_against: None,
        made_person: false,
        products: BTreeMap::new(),
        placeholders: Vec::new(),
        shown: None,
        wrote: HeadChange::default(),
        again: false,
        refused_products: BTreeMap::new(),
        pass: Pass::All,
        costs: BTreeMap::new(),
        items: None,
        head: None,
        read_at: Instant::now(),
        per: account.per(),
        calls_before: account.calls(),
        listed: work.conflicts.clone(),
        unwritten: Unwritten::default(),
        data: decoded,
        store: Arc::new(store),
        work,
    };
    if let Some(Link::Made(id)) = links::find(pool, account.id, LinkKind::Person, &loaded.buyer_key()).await? {
        loaded.person = Some(PersonId::new(id));
    }
    let keys: Vec<_> = loaded.wants().into_iter().map(|want| want.link_key).collect();
    loaded.products = links::products(pool, account.id, &keys).await?;
    Ok(Some(loaded))
}
