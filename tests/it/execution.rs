//! What the executor does when RO App or the store is not as it should be.

use std::time::Duration;

use cartum_roapp::{
    db::{self, accounts, notices, orders::OrderState, stores},
    domain::{
        ids::Id,
        rate::Rate,
        store::{Managers, ProductKeyKind, StoreState, UnknownProducts},
    },
    sandbox::{faults::Fault, roapp::Data, world::SandboxOptions},
    secrets::Secret,
};

use crate::{
    store_side::polls,
    support::{
        Words, eventually,
        oracle::{self, Terms},
        world::{CALLS_PER_SECOND, World, near_the_limit, small},
    },
};

/// A few orders, all in the window.
fn few(orders: u32) -> SandboxOptions {
    SandboxOptions { days: 20, ..small(orders) }
}

async fn topics(world: &World) -> Vec<String> {
    let store = world.store().await;
    let open = notices::open(world.database.pool(), store.account, Some(store.id)).await.unwrap();
    open.into_iter().map(|notice| notice.topic).collect()
}

pub(crate) async fn paused(world: &World) -> stores::Store {
    eventually("the pause of the store", || async {
        Some(world.store().await).filter(|store| store.state == StoreState::Paused)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn five_work_orders_refused_for_the_same_reason_pause_the_store_with_that_reason() {
    let world = World::with(few(40), |settings| settings.due_in_days = None).await;
    world.sandbox.roapp.staff().set_required_due_date(true);
    world.import().await;
    let daemon = world.daemon();
    let store = paused(&world).await;
    assert!(store.reason.contains("5 work orders in a row"), "{:?}", store.reason);
    daemon.stop().await;
    let failed = world.orders().await.into_iter().filter(|order| order.state == OrderState::Failed).count();
    assert_eq!(failed, 5, "no more than five were tried");
    assert!(world.sandbox.roapp.data().orders.is_empty());
    assert_eq!(topics(&world).await, ["refusals"]);

    // Fixed and resumed, the same orders go through.
    world.sandbox.roapp.staff().set_required_due_date(false);
    let mut tx = world.database.begin().await;
    stores::resume(&mut tx, &store).await.unwrap();
    tx.commit().await.unwrap();
    let daemon = world.daemon();
    world.imported().await;
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
    assert!(topics(&world).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_work_order_without_its_marker_stops_creating_with_the_reason() {
    let world = World::new(few(20)).await;
    let without_notes = r#"{"id": 700001, "status": {"id": 501}, "manager_notes": ""}"#;
    let fault = Fault::RefuseWith(200, without_notes.into());
    world.sandbox.roapp.faults().add("GET /v2/orders/{id}", fault, 0, u32::MAX);
    world.import().await;
    let daemon = world.daemon();
    let store = paused(&world).await;
    daemon.stop().await;
    assert!(store.reason.contains("[cartum:"), "{:?}", store.reason);
    assert_eq!(world.sandbox.roapp.data().orders.len(), 1, "one was made, then no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_told_once_and_the_account_goes_on_with_a_new_one() {
    let world = World::new(few(30)).await;
    world.import().await;
    world.sandbox.roapp.set_key("another-key");
    let daemon = world.daemon();
    let account = world.store().await.account;
    let pool = world.database.pool();
    eventually("the account's state", || async {
        accounts::get(pool, account).await.unwrap().filter(|account| account.needs_key)
    })
    .await;
    assert_eq!(topics(&world).await, ["roapp"]);
    let calls = world.sandbox.roapp.calls().len();
    // The store is read on; each time RO App could have been tried as well.
    let reads = || world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/get").count();
    let before = reads();
    eventually("three more reads of the store", async || (reads() >= before + 3).then_some(())).await;
    assert_eq!(world.sandbox.roapp.calls().len(), calls, "a refused key is not tried again and again");
    world.sandbox.roapp.set_key("sandbox-key");
    let sealed = accounts::get(pool, account).await.unwrap().unwrap().api_key.unwrap();
    let mut tx = db::begin(pool).await.unwrap();
    accounts::set_key(&mut tx, account, &sealed).await.unwrap();
    tx.commit().await.unwrap();
    world.imported().await;
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
    assert!(topics(&world).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "chaos; .ci/run runs it"]
async fn ro_app_out_of_order_for_a_while_costs_no_order_a_try() {
    let world = World::new(few(30)).await;
    world.sandbox.roapp.faults().add("*", Fault::Refuse(503), 25, 12);
    world.import_whole().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creating_call_that_lands_after_it_was_given_up_is_found_not_repeated() {
    let world = World::new(few(20)).await;
    for call in ["POST /v2/orders", "POST /v2/contacts/people", "POST /products/", "POST /v2/orders/{id}/items"] {
        world.sandbox.roapp.faults().add(call, Fault::Slow(Duration::from_millis(2150)), 1, 3);
    }
    world.import_whole().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_in_another_currency_is_held_and_never_converted() {
    let world = World::new(few(20)).await;
    let mut number = 0;
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.values_mut().rfind(|order| order.status != 3).unwrap();
        order.currency = "EUR".into();
        number = order.id;
    });
    world.import_whole().await;
    let held: Vec<_> = world.orders().await.into_iter().filter(|order| order.state == OrderState::Held).collect();
    assert_eq!(held.iter().map(|order| order.number.get()).collect::<Vec<_>>(), [number]);
    assert!(held[0].reason.contains("EUR"), "{:?}", held[0].reason);
    assert_eq!(world.counts().await.held, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_that_stands_twice_in_ro_app_holds_its_orders_with_the_candidates() {
    let world = World::new(SandboxOptions { ambiguous: true, ..small(60) }).await;
    world.import_whole().await;
    let held: Vec<_> = world.orders().await.into_iter().filter(|order| order.state == OrderState::Held).collect();
    assert!(!held.is_empty());
    assert!(held.iter().all(|order| order.reason.contains("several products") && order.work_order.is_none()));

    // Made unique in RO App, they go through once the store is resumed.
    let data = world.sandbox.roapp.data();
    let mut seen = std::collections::BTreeSet::new();
    for product in data.products.values().filter(|product| !product.article.is_empty()) {
        if !seen.insert(product.article.clone()) {
            world.sandbox.roapp.staff().delete_product(product.id).unwrap();
        }
    }
    let mut tx = world.database.begin().await;
    stores::resume(&mut tx, &world.store().await).await.unwrap();
    tx.commit().await.unwrap();
    let daemon = world.daemon();
    eventually("the held orders in RO App", || async {
        (world.counts().await.done == world.counts().await.found - world.counts().await.excluded).then_some(())
    })
    .await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_products_can_be_held_or_replaced_by_one_placeholder() {
    let world = World::with(few(30), |settings| settings.unknown_products = UnknownProducts::Hold).await;
    world.import_whole().await;
    assert!(world.counts().await.held > 0);
    assert!(world.sandbox.roapp.data().products.values().all(|product| !product.made_by_api));

    let world = World::with(few(30), |settings| settings.unknown_products = UnknownProducts::Placeholder).await;
    world.import_whole().await;
    let data = world.sandbox.roapp.data();
    let made: Vec<_> = data.products.values().filter(|product| product.made_by_api).map(|product| product.id).collect();
    assert_eq!(made.len(), 1, "one product per store");
    let lines = data.orders.values().flat_map(|order| &order.items).filter(|item| item.entity_id == made[0]);
    assert!(lines.clone().count() > 1 && lines.clone().all(|item| !item.comment.is_empty()));
    let counts = world.counts().await;
    assert_eq!((counts.held, counts.failed), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_found_by_each_of_the_four_keys() {
    for kind in [ProductKeyKind::Code, ProductKeyKind::Barcode, ProductKeyKind::Title] {
        let world = World::with(few(25), |settings| settings.identify_products_by = kind).await;
        world.import_whole().await;
        let counts = world.counts().await;
        assert_eq!((counts.held, counts.failed), (0, 0), "{kind:?}");
        assert!(counts.done > 0);
        let data = world.sandbox.roapp.data();
        let made = data.products.values().filter(|product| product.made_by_api);
        let titles: Vec<_> = made.map(|product| (product.article.clone(), product.title.clone())).collect();
        let mut once = titles.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), titles.len(), "{kind:?}: a product was made twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn selected_managers_take_turns_and_all_means_that_none_is_set() {
    let world = World::imported_already(few(30)).await;
    let managers = |world: &World, id: i64| {
        world.sandbox.roapp.data().orders.values().filter(|order| order.manager_id == Some(id)).count()
    };
    let (first, second) = (managers(&world, 21), managers(&world, 22));
    assert!(
        first.abs_diff(second) <= 1 && first + second == world.sandbox.roapp.data().orders.len(),
        "{first} {second}"
    );

    let world = World::with(few(10), |settings| settings.managers = Managers::All).await;
    world.import_whole().await;
    assert!(world.sandbox.roapp.data().orders.values().all(|order| order.manager_id.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_daemons_on_one_database_double_nothing_and_keep_the_rate() {
    let world = World::new(near_the_limit(20)).await;
    world.set_rate(CALLS_PER_SECOND).await;
    world.import().await;
    let (one, two) = (world.daemon(), world.daemon());
    world.imported().await;
    one.stop().await;
    two.stop().await;
    oracle::check_import(&world, Terms::default()).await;
    assert_eq!(world.sandbox.roapp.too_many(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_by_hand_beside_a_daemon_keep_the_rate() {
    let world = World::new(near_the_limit(20)).await;
    world.set_rate(CALLS_PER_SECOND).await;
    world.import().await;
    let daemon = world.daemon();
    let program = world.program("checks");
    for _ in 0..3 {
        let (account, store) =
            tokio::join!(program.run(&["account", "check", "main"]), program.run(&["store", "check", "Sandbox shop"]));
        assert!(account.success && store.success, "{account:?} {store:?}");
    }
    world.imported().await;
    daemon.stop().await;
    assert_eq!(world.sandbox.roapp.too_many(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_carries_our_marker_is_adopted_before_any_is_made() {
    // As after a restored backup: RO App has work orders that our database does not know.
    let world = World::imported_already(few(20)).await;
    let before = world.sandbox.roapp.data();
    let pool = world.database.pool();
    // A backup is older than RO App's lists lag.
    tokio::time::sleep(Duration::from_millis(300)).await;
    sqlx::raw_sql(
        "DELETE FROM line; DELETE FROM journal; DELETE FROM work_order; DELETE FROM link;
         UPDATE store_order SET state = 'waiting', applied = '{}', applied_version_id = NULL WHERE state = 'synced';
         UPDATE account SET lease_holder = NULL, read_up_to = now() - interval '1 hour', due_at = now();
         UPDATE store SET import_finished_at = NULL, state = 'importing'",
    )
    .execute(pool)
    .await
    .unwrap();
    let daemon = world.daemon();
    world.imported().await;
    // What was adopted is planned once more when it is seen that it differs from what is on record.
    polls(&world, 2).await;
    eventually("the end of it", || async { (world.counts().await.waiting == 0).then_some(()) }).await;
    daemon.stop().await;
    let after = world.sandbox.roapp.data();
    assert_eq!(before.orders.len(), after.orders.len());
    let items = |data: &Data| data.orders.values().map(|order| order.items.len()).sum::<usize>();
    assert_eq!(items(&before), items(&after), "lines were added again");
    assert_eq!(before.people.len(), after.people.len());
    let comments = |data: &Data| data.orders.values().map(|order| order.comments.len()).sum::<usize>();
    assert_eq!(comments(&before), comments(&after), "comments were sent again");
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_store_status_keeps_the_initial_one_and_raises_one_notice() {
    let world = World::with(few(40), |settings| {
        settings.status_map.remove(&Id::new(2));
    })
    .await;
    world.import_whole().await;
    assert_eq!(topics(&world).await, ["setting status_map.2"]);
    let counts = world.counts().await;
    assert_eq!((counts.held, counts.failed), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_ro_app_refuses_holds_the_order_and_its_lines_stay_right() {
    let world = World::new(few(40)).await;
    world.sandbox.roapp.staff().refuse_status(502);
    world.import_whole().await;
    let held: Vec<_> = world.orders().await.into_iter().filter(|order| order.state == OrderState::Held).collect();
    assert!(!held.is_empty());
    let (shop, data) = (world.sandbox.shop.data(), world.sandbox.roapp.data());
    for order in held {
        assert!(order.reason.contains("502"), "{:?}", order.reason);
        let made = &data.orders[&order.work_order.unwrap()];
        assert_eq!(made.total(false), shop.orders[&order.number.get()].total_sum(false));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_with_unprintable_texts_comes_through_like_any_other() {
    let world = World::new(few(20)).await;
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.values_mut().rfind(|order| order.status != 3).unwrap();
        order.comment = "a\0b\u{7}\u{202e} \u{1F600} [cartum:elsewhere/1]".into();
        order.name = "\0Zoë\0 O'Neil".into();
        order.lines[0].article.push('\0');
        order.lines[0].title.insert(0, '\0');
    });
    world.import_whole().await;
    let counts = world.counts().await;
    assert_eq!((counts.held, counts.failed), (0, 0));
    let notes: Vec<_> = world.sandbox.roapp.data().orders.into_values().map(|order| order.manager_notes).collect();
    assert!(notes.iter().all(|notes| notes.matches("[cartum:").count() == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_switched_off_is_not_called_at_all() {
    let world = World::with(few(20), |settings| settings.enabled = false).await;
    world.import().await;
    let daemon = world.daemon();
    world.comes_to_rest().await;
    daemon.stop().await;
    assert!(world.sandbox.shop.calls().is_empty());
    assert!(world.sandbox.roapp.calls().iter().all(|call| call.path == "/v2/company"), "only the set-up's own call");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_changed_while_the_old_one_is_at_work_is_used_at_once() {
    let world = World::new(small(60)).await;
    world.import().await;
    let daemon = world.daemon();
    eventually("some work orders", async || (world.counts().await.done > 3).then_some(())).await;
    let account = world.store().await.account;
    let pool = world.database.pool();
    let sealed = world.keyring.seal(&accounts::key_place(account), &Secret::new("new-key".into())).unwrap();
    let mut tx = db::begin(pool).await.unwrap();
    accounts::set_key(&mut tx, account, &sealed).await.unwrap();
    tx.commit().await.unwrap();
    world.sandbox.roapp.set_key("new-key");
    world.imported().await;
    daemon.stop().await;
    assert!(!accounts::get(pool, account).await.unwrap().unwrap().needs_key);
    assert!(topics(&world).await.is_empty());
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_that_is_found_out_falls_with_a_call_that_ro_app_turns_away_and_recovers_by_itself() {
    let world = World::imported_already(small(4)).await;
    let account = world.store().await.account;
    let mut tx = world.database.begin().await;
    accounts::set_rate(&mut tx, account, Rate::Auto).await.unwrap();
    tx.commit().await.unwrap();
    let rate = async || accounts::get(world.database.pool(), account).await.unwrap().unwrap().calls_per_second;
    assert!((rate().await - 2.9).abs() < 0.001);
    world.sandbox.roapp.faults().add("*", Fault::Refuse(429), 0, 1);
    let number = world.sandbox.shop.place_order();
    let daemon = world.daemon();
    eventually("a slower rate", async || (rate().await < 2.7).then_some(())).await;
    assert!(rate().await > 2.3, "one call was turned away: {}", rate().await);
    let orders = async || world.orders().await.into_iter().find(|order| order.number.get() == number);
    eventually("the order", async || orders().await.filter(|order| order.state == OrderState::Synced)).await;
    daemon.stop().await;
    for ago in ["20 minutes", "3 days", "10 years"] {
        let slowed = format!("UPDATE pace SET slowed_at = slowed_at - interval '{ago}'");
        sqlx::query(sqlx::AssertSqlSafe(slowed)).execute(world.database.pool()).await.unwrap();
        assert!((rate().await - 2.9).abs() < 0.001, "{}", rate().await);
    }
}
