//! The whole window, read again and compared.

use std::collections::{BTreeMap, BTreeSet};

use cartum_roapp::{
    clock::Clock,
    db::orders::OrderState,
    domain::proof::{Column, Figures},
    sandbox::{cartum::CartumQuirks, faults::Fault, seed::ShopOrder, world::SandboxOptions},
};
use chrono::{NaiveDate, TimeDelta, Timelike};
use rust_decimal::Decimal;

use super::{count, few, imported, in_state, last, order, prove, unbalanced};
use crate::{
    store_side::{polls, sql, topics},
    support::{
        Words, eventually,
        oracle::{self, Terms},
        world::World,
    },
};

/// Number and sum of the shop's own orders since `from`, by day.
fn truth(world: &World, from: chrono::NaiveDateTime) -> BTreeMap<NaiveDate, Figures> {
    let mut days: BTreeMap<_, (i64, Decimal)> = BTreeMap::new();
    for order in world.sandbox.shop.data().orders.values().filter(|order| order.placed_at >= from) {
        let day = days.entry(order.placed_at.date()).or_default();
        *day = (day.0 + 1, day.1 + order.total_sum(false));
    }
    days.into_iter().map(|(day, (orders, sum))| (day, Figures { orders, sum: Some(sum) })).collect()
}

fn cents(order: &mut ShopOrder, cents: i64) {
    order.lines[0].price += Decimal::new(cents, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_an_import_balances_to_the_cent_with_decimals_held_and_excluded_orders() {
    let world = World::new(few(30)).await;
    world.sandbox.shop.edit(|shop| {
        for (at, order) in shop.orders.values_mut().enumerate() {
            cents(order, i64::try_from(at).unwrap() * 7 + 1);
            match at {
                3 | 4 => order.status = 3,
                5 => (order.status, order.currency) = (2, "EUR".into()),
                _ if order.status == 3 => order.status = 2,
                _ => {}
            }
        }
    });
    world.import_whole().await;
    let daemon = world.daemon();
    let proof = prove(&world).await;
    daemon.stop().await;
    let from = world.store().await.window_from.unwrap();
    let shown: BTreeMap<_, _> = proof.days.iter().map(|day| (day.day.unwrap(), day.store)).collect();
    assert_eq!(shown, truth(&world, from));
    assert!(unbalanced(&proof).is_empty(), "{proof:?}");
    let total = |column: Column| proof.days.iter().map(|day| day.columns[column as usize].orders).sum::<i64>();
    assert_eq!(Column::ALL.map(total), [27, 2, 1, 0, 0, 0]);
    for day in &proof.days {
        let columns = day.columns.iter().map(|column| column.sum.unwrap()).sum::<Decimal>();
        assert_eq!(Some(columns), day.store.sum, "{day:?}");
    }
    assert_eq!((proof.found, proof.revived), (0, 0));
    assert!(topics(&world).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_no_poll_could_have_seen_is_found_imported_and_reported_once() {
    let (world, daemon) = imported(12).await;
    let mut late = 0;
    world.sandbox.shop.edit(|shop| {
        late = shop.place(Clock::System.now() - TimeDelta::days(20));
        shop.orders.get_mut(&late).unwrap().status = 2;
    });
    polls(&world, 3).await;
    assert!(world.orders().await.iter().all(|order| order.number.get() != late), "no poll looks back so far");

    let proof = prove(&world).await;
    assert_eq!((proof.found, unbalanced(&proof).len()), (1, 0), "{proof:?}");
    in_state(&world, late, OrderState::Synced).await;
    let store = world.store().await;
    let open = cartum_roapp::db::notices::open(world.database.pool(), store.account, Some(store.id)).await.unwrap();
    assert_eq!(open.len(), 1);
    assert!(open[0].topic == "audit" && open[0].what.contains(&late.to_string()), "{open:?}");

    // A new order that any poll sees is no repair, and the next proof that balances clears the notice.
    let new = world.sandbox.shop.place_order();
    let proof = prove(&world).await;
    assert_eq!((proof.found, unbalanced(&proof).len()), (0, 0), "{proof:?}");
    assert!(topics(&world).await.is_empty());
    in_state(&world, new, OrderState::Synced).await;
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_excluded_order_that_leaves_its_status_is_imported_inside_the_window_and_not_before_it() {
    let world = World::new(few(12)).await;
    let (mut before, mut inside) = (0, 0);
    world.sandbox.shop.edit(|shop| {
        let mut oldest = shop.orders.values_mut();
        for number in [&mut before, &mut inside] {
            let order = oldest.next().unwrap();
            (order.status, *number) = (3, order.id);
        }
    });
    world.import_whole().await;
    sql(&world, "UPDATE store SET window_from = (SELECT min(placed_at) + interval '1 second' FROM store_order)").await;
    let daemon = world.daemon();
    world.sandbox.shop.edit(|shop| {
        for number in [before, inside] {
            shop.orders.get_mut(&number).unwrap().status = 2;
        }
    });
    polls(&world, 3).await;
    assert_eq!(order(&world, inside).await.state, OrderState::Excluded, "no poll reads what is excluded");
    let proof = prove(&world).await;
    assert_eq!((proof.found, proof.revived, unbalanced(&proof).len()), (0, 1, 0), "{proof:?}");
    in_state(&world, inside, OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!(order(&world, before).await.state, OrderState::Excluded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_suddenly_empty_or_misses_half_makes_no_order_gone_and_the_proof_says_so() {
    let world = World::new(few(24)).await;
    world.sandbox.shop.edit(|shop| {
        for (at, order) in shop.orders.values_mut().enumerate() {
            order.status = if at < 4 { 3 } else { 2 };
        }
    });
    world.import_whole().await;
    let daemon = world.daemon();
    let all = world.sandbox.shop.data().orders;
    for keep in [0, 12] {
        world.sandbox.shop.edit(|shop| {
            let lost: Vec<_> = shop.orders.keys().take(24 - keep).copied().collect();
            shop.orders.retain(|number, _| !lost.contains(number));
        });
        let proof = prove(&world).await;
        let gaps = unbalanced(&proof);
        assert!(!gaps.is_empty() && gaps.iter().all(|day| day.why.contains("but not in the store")), "{proof:?}");
        eventually("both notices", || async {
            let topics = topics(&world).await;
            ["audit", "missing"].iter().all(|topic| topics.iter().any(|open| open == topic)).then_some(())
        })
        .await;
        let marked =
            "SELECT count(*) FROM store_order WHERE missing_times > 0 OR gone_at IS NOT NULL OR state = 'gone'";
        assert_eq!(count(&world, marked).await, 0, "{keep} are left");
        world.sandbox.shop.edit(|shop| shop.orders = all.clone());
        assert!(unbalanced(&prove(&world).await).is_empty());
    }
    eventually("no notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_deleted_in_the_store_is_a_gap_until_it_is_believed_whatever_its_state() {
    let world = World::new(few(12)).await;
    let mut excluded = 0;
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.values_mut().next().unwrap();
        (order.status, excluded) = (3, order.id);
    });
    world.import_whole().await;
    let daemon = world.daemon();
    let wanted = super::oldest(&world).await;
    world.sandbox.shop.edit(|shop| shop.orders.retain(|number, _| ![excluded, wanted].contains(number)));
    let named: BTreeSet<_> = [excluded.to_string(), wanted.to_string()].into();
    for _ in 0..3 {
        let proof = prove(&world).await;
        let told: String = unbalanced(&proof).iter().map(|day| day.why.words()).collect();
        assert!(named.iter().all(|number| told.contains(number)), "{told}");
    }
    sql(&world, "UPDATE store_order SET missing_since = missing_since - interval '1 hour' WHERE missing_times > 0")
        .await;
    in_state(&world, wanted, OrderState::Gone).await;
    let proof = prove(&world).await;
    assert!(unbalanced(&proof).is_empty(), "{proof:?}");
    assert_eq!(order(&world, excluded).await.state, OrderState::Excluded);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_order_counts_and_its_sum_is_unknown_and_never_zero() {
    let quirks = CartumQuirks { broken_order: true, ..CartumQuirks::default() };
    let world = World::new(SandboxOptions { cartum_quirks: quirks, ..few(12) }).await;
    world.import_whole().await;
    let broken = world.sandbox.shop.data().middle_order().unwrap();
    let day = world.sandbox.shop.data().orders[&broken].placed_at.date();
    let daemon = world.daemon();
    let proof = prove(&world).await;
    daemon.stop().await;
    let gaps = unbalanced(&proof);
    assert_eq!(gaps.iter().map(|gap| gap.day).collect::<Vec<_>>(), [Some(day)]);
    let failed = gaps[0].columns[Column::Failed as usize];
    assert_eq!((gaps[0].store.sum, failed), (None, Figures { orders: 1, sum: None }));
    assert_eq!(gaps[0].store.orders, gaps[0].held().orders);
    assert!(gaps[0].why.contains(&broken.to_string()), "{:?}", gaps[0].why);
    assert_eq!(topics(&world).await, ["audit"]);
}

/// The store's clock shows this hour from now on, wherever it is; proofs of the days before are forgotten.
async fn put_into(world: &World, hour: u32) {
    // `Etc/GMT-3` is three hours ahead.
    let ahead = i64::from((hour + 24 - Clock::System.now().hour()) % 24);
    let ahead = if ahead > 12 { ahead - 24 } else { ahead };
    let zone = if ahead < 0 { format!("Etc/GMT+{}", -ahead) } else { format!("Etc/GMT-{ahead}") };
    sqlx::query(
        "UPDATE store SET settings = jsonb_set(settings, '{time_zone}', to_jsonb($1::text)),
             import_listed_at = import_listed_at - interval '3 days', audited_on = audited_on - 3",
    )
    .bind(zone)
    .execute(world.database.pool())
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_night_is_that_of_the_stores_zone_and_happens_once_a_day() {
    let (world, daemon) = imported(8).await;
    polls(&world, 2).await;
    assert_eq!(last(&world).await, None, "the import's own walk counts as that of its day");
    // The turn of the first store is at a quarter past four.
    put_into(&world, 2).await;
    polls(&world, 2).await;
    assert_eq!(last(&world).await, None, "not before its turn");
    put_into(&world, 12).await;
    let first = eventually("the proof of the night that was missed", || last(&world)).await;
    polls(&world, 3).await;
    assert_eq!(last(&world).await.unwrap().at, first.at, "once a day");
    put_into(&world, 12).await;
    eventually("the proof of another day", || async { last(&world).await.filter(|last| last.at > first.at) }).await;
    daemon.stop().await;
}

/// Has the store read once, to the end.
async fn one_cycle(world: &World) {
    sql(world, "UPDATE store SET next_poll_at = now()").await;
    sql(world, "UPDATE account SET due_at = now()").await;
    let done = "SELECT count(*) FROM store s JOIN account a ON a.id = s.account_id
                WHERE s.next_poll_at > now() + interval '10 minutes' AND a.lease_token IS NULL";
    eventually("the end of the cycle", || async { (count(world, done).await == 1).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_in_the_middle_of_the_proof_is_left_in_peace_after_three_tries() {
    let world = World::imported_already(few(8)).await;
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    let reads = || world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/get").count();
    one_cycle(&world).await;
    let before = reads();
    one_cycle(&world).await;
    let of_cycle = u32::try_from(reads() - before).unwrap();
    put_into(&world, 12).await;
    let fault = Fault::RefuseWith(200, r#"{"status": "FORBIDDEN", "response": []}"#.into());
    for _ in 0..3 {
        assert!(!topics(&world).await.contains(&"audit".to_owned()));
        world.sandbox.shop.faults().add("orders/get", fault.clone(), of_cycle, 1);
        one_cycle(&world).await;
        let error = world.store().await.last_error.words();
        assert!(world.sandbox.shop.faults().are_spent(), "{error}");
        assert!(error.contains("FORBIDDEN"), "{error}");
        world.sandbox.shop.faults().clear();
    }
    assert!(topics(&world).await.contains(&"audit".to_owned()), "told once it is given up");
    let before = reads();
    one_cycle(&world).await;
    assert_eq!((u32::try_from(reads() - before).unwrap(), last(&world).await), (of_cycle, None), "only polled");
    // A person may have it made all the same.
    assert!(unbalanced(&prove(&world).await).is_empty());
    assert!(topics(&world).await.is_empty());
    daemon.stop().await;
}
