//! Functions of the domain, over the orders of a shop.

use std::{collections::BTreeMap, time::Duration};

use cartum_roapp::{
    cartum::decode_order,
    domain::{
        discount::PerWhat,
        fingerprint::fingerprint,
        ids::PersonId,
        marker::Marker,
        matching::choose_person,
        order::StoreOrder,
        phone_field::phones,
        plan::{Applied, Facts, Links, Remote, plan},
        product::Catalogue,
        remote::PersonCard,
        scope,
    },
    sandbox::world::SandboxOptions,
};
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    Table,
    support::world::{World, small},
};

/// How long each function is called.
const LONG: Duration = Duration::from_secs(1);
const ORDERS: usize = 100;
const CANDIDATES: i64 = 20;

/// How long one call takes on average.
fn time<T>(mut call: impl FnMut() -> T) -> Duration {
    // The first calls fill caches.
    let (warm, mut calls) = (Instant::now(), 0_u32);
    while warm.elapsed() < LONG / 10 {
        std::hint::black_box(call());
    }
    let began = Instant::now();
    while began.elapsed() < LONG {
        std::hint::black_box(call());
        calls += 1;
    }
    began.elapsed() / calls
}

/// Adds their figures.
pub(crate) async fn measure(table: &mut Table) {
    let world = World::imported_already(SandboxOptions { days: 40, ..small(200) }).await;
    let store = world.store().await;
    let raw = sqlx::query_scalar::<_, Value>("SELECT raw FROM version ORDER BY id LIMIT $1");
    let raw = raw.bind(i64::try_from(ORDERS).unwrap()).fetch_all(world.database.pool()).await.unwrap();
    let zone = store.settings.time_zone;
    let decode = || raw.iter().map(|raw| decode_order(raw, zone)).collect::<Vec<_>>();
    let orders: Vec<StoreOrder> = decode().into_iter().map(Result::unwrap).collect();
    table.add(&format!("decoding {} orders", raw.len()), format!("{:.2?}", time(decode)), "", "");

    let mut nth = 0;
    let mut next = || {
        nth = (nth + 1) % orders.len();
        &orders[nth]
    };
    table.add("fingerprint of an order", format!("{:.2?}", time(|| fingerprint(next()))), "", "");

    let (catalogue, applied) = (Catalogue::default(), Applied::default());
    let links = Links { person: true, products: BTreeMap::default(), ..Links::default() };
    let plan_next = || {
        let order = next();
        let marker = Marker { host: "shop.example.com".into(), number: order.number, generation: 0 };
        let facts = Facts {
            order,
            settings: &store.settings,
            marker: &marker,
            placed_at: scope::to_utc(order.placed_at, zone),
            catalogue: &catalogue,
            links: &links,
            per: PerWhat::Line,
            initial_status: None,
            applied: &applied,
            remote: Remote::Nothing,
            resync: false,
            listed: &[],
            decided: None,
            keep: None,
            as_it_is: false,
            chosen_client: None,
        };
        plan(&facts)
    };
    table.add("plan of a new order", format!("{:.2?}", time(plan_next)), "", "");

    let region = store.settings.phone_region.clone();
    let candidate = |(id, order): (i64, &StoreOrder)| PersonCard {
        id: PersonId::new(id),
        first_name: order.buyer.name.clone(),
        last_name: String::new(),
        email: order.buyer.email.clone(),
        phones: vec![order.buyer.phone.clone()],
        notes: String::new(),
        created_at: None,
        modified_at: None,
    };
    let candidates: Vec<_> = (1..=CANDIDATES).zip(&orders).map(candidate).collect();
    // The last one has all the others before it.
    let buyer = &orders[usize::try_from(CANDIDATES).unwrap() - 1].buyer;
    let choose = || choose_person(buyer, &phones(&buyer.phone, &region), &candidates, &region);
    table.add(&format!("buyer among {CANDIDATES} people"), format!("{:.2?}", time(choose)), "", "");
}
