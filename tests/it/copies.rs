//! A restored backup, and a second copy of the program on a copy of the database: nothing is made twice (invariant 3).

use std::time::Duration;

use cartum_roapp::{
    db::{notices, order_list::Listed, orders::OrderState, stores},
    domain::store::{ProductKeyKind, Settings, StoreState, UnknownProducts},
    sandbox::{
        faults::Fault,
        roapp::{Data, SeedPerson},
    },
};

use crate::support::{
    TestDatabase, Words, eventually, every_order,
    oracle::{self, Terms},
    world::{Daemon, World, small},
};

pub(crate) async fn order(database: &TestDatabase, number: i64) -> Option<Listed> {
    let all = every_order(database.pool(), None).await;
    all.into_iter().find(|order| order.number.get() == number)
}

async fn written(database: &TestDatabase, number: i64) {
    eventually("the order in RO App", || async {
        order(database, number).await.filter(|order| order.state == OrderState::Synced)
    })
    .await;
}

/// RO App's lists lag by less; a backup is older than that.
pub(crate) const LISTED: Duration = Duration::from_millis(300);

/// Work orders, lines, people and products.
pub(crate) fn made(data: &Data) -> (usize, usize, usize, usize) {
    let lines = data.orders.values().map(|order| order.items.len()).sum();
    (data.orders.len(), lines, data.people.len(), data.products.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_takes_over_what_was_made_since_and_makes_nothing_twice() {
    restored(30, |_| {}).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_lost_is_set_up_anew_and_nothing_is_made_twice() {
    drop(lost(|_| {}).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_twice_where_what_changed_since_the_window_began_cannot_be_read() {
    let world = lost(|world| {
        // The first watch and the look before the first work order; then each try of the look back fails.
        world.sandbox.roapp.faults().add("GET /v2/orders", Fault::Refuse(500), 2, 4);
    })
    .await;
    let calls = world.sandbox.roapp.calls();
    let of_client = |name: &str| name == "clients_ids" || name == "client_ids";
    assert!(calls.iter().any(|call| call.query.iter().any(|(name, _)| of_client(name))), "each client was looked at");
}

/// Imports, loses the database, and imports into another one under these faults.
async fn lost(faults: impl FnOnce(&World)) -> World {
    let world = World::new(small(20)).await;
    world.import_whole().await;
    tokio::time::sleep(LISTED).await;
    // RO App was not touched for weeks: no watch reaches back so far.
    world.sandbox.roapp.staff().edit(|data, now| {
        for order in data.orders.values_mut() {
            order.modified_at = now - chrono::Duration::days(20);
        }
    });
    let before = made(&world.sandbox.roapp.data());
    let anew = world.with_its_database_lost().await;
    faults(&anew);
    anew.import_whole().await;
    assert_eq!(made(&anew.sandbox.roapp.data()), before, "work orders, lines, people, products");
    assert!(anew.orders().await.iter().all(|order| order.state != OrderState::Held));
    assert_eq!(anew.store().await.state, StoreState::Active);
    anew
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_doubles_no_line_where_a_placeholder_stands_in() {
    restored(20, |settings| settings.unknown_products = UnknownProducts::Placeholder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_doubles_no_product_and_no_line_whatever_identifies_products() {
    for kind in [ProductKeyKind::Code, ProductKeyKind::Barcode, ProductKeyKind::Title] {
        restored(20, |settings| settings.identify_products_by = kind).await;
    }
}

/// Imports, restores a backup from the middle of it, and expects what was made to be taken over.
async fn restored(orders: u32, change: impl FnOnce(&mut Settings)) {
    let world = World::with(small(orders), change).await;
    world.import().await;
    let daemon = world.daemon();
    while world.counts().await.done < 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    daemon.kill();
    let backup = world.database.copy().await;
    let daemon = world.daemon();
    world.imported().await;
    let new = world.sandbox.shop.place_order();
    written(&world.database, new).await;
    daemon.stop().await;
    tokio::time::sleep(LISTED).await;
    let before = made(&world.sandbox.roapp.data());

    let mut restored = world;
    restored.database = std::sync::Arc::new(backup);
    let daemon = restored.daemon();
    restored.imported().await;
    written(&restored.database, new).await;
    daemon.stop().await;
    assert_eq!(made(&restored.sandbox.roapp.data()), before, "work orders, lines, people, products");
    let settings = restored.store().await.settings;
    if settings.identify_products_by == ProductKeyKind::Sku && settings.unknown_products == UnknownProducts::Create {
        oracle::check_import(&restored, Terms::default()).await;
    }
    assert_eq!(restored.store().await.state, StoreState::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_the_store_changed_after_the_backup_is_kept_and_listed_not_added_again() {
    let world = World::imported_already(small(20)).await;
    let young = world.sandbox.shop.place_order();
    let daemon = world.daemon();
    written(&world.database, young).await;
    daemon.stop().await;
    tokio::time::sleep(LISTED).await;
    // The backup knows nothing of the work order; meanwhile the buyer wants one more. The store is read before RO App.
    let pool = world.database.pool();
    sqlx::raw_sql(
        "DELETE FROM line; DELETE FROM journal; DELETE FROM work_order; DELETE FROM link;
         UPDATE store_order SET state = 'waiting', applied = '{}', applied_version_id = NULL,
             next_try_at = now() + interval '3 seconds' WHERE state = 'synced';
         UPDATE store SET next_poll_at = now();
         UPDATE account SET lease_holder = NULL, read_up_to = now() - interval '1 hour', due_at = now()",
    )
    .execute(pool)
    .await
    .unwrap();
    world.sandbox.shop.edit(|shop| {
        let line = &mut shop.orders.get_mut(&young).unwrap().lines[0];
        line.quantity += rust_decimal::Decimal::ONE;
    });
    let before = made(&world.sandbox.roapp.data());
    let daemon = world.daemon();
    let row = eventually("the conflict", || async {
        order(&world.database, young).await.filter(|order| !order.conflicts.is_empty())
    })
    .await;
    written(&world.database, young).await;
    daemon.stop().await;
    assert_eq!(made(&world.sandbox.roapp.data()), before, "work orders, lines, people, products");
    assert!(row.conflicts.iter().any(|conflict| conflict.part.is_of_a_line()), "{:?}", row.conflicts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_copy_on_a_copy_of_the_database_stops_creating_with_the_reason_and_doubles_nothing() {
    let world = World::imported_already(small(20)).await;
    let copy = world.database.copy().await;
    // The copy polls so seldom that the first one always is ahead.
    let seldom = [("SYNC__POLL_INTERVAL", "1h")];
    let (one, two) = (world.daemon(), world.daemon_on(&copy, &seldom));
    let pool = copy.pool();
    let polled = || async {
        let seconds: f64 = sqlx::query_scalar(
            "SELECT extract(epoch FROM next_poll_at - clock_timestamp())::float8 FROM store WHERE state = 'active'",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        (seconds > 1000.0).then_some(())
    };
    let read = || async {
        sqlx::raw_sql("UPDATE store SET next_poll_at = now(); UPDATE account SET due_at = now()").execute(pool).await
    };
    eventually("the copy's first poll", polled).await;
    // The copy has taken the account over by now: it finds made by the first one what it has not made itself. The first such
    // order is held, with the second one creating stops.
    let mut numbers = Vec::new();
    for state in [StoreState::Active, StoreState::Paused] {
        let new = world.sandbox.shop.place_order();
        written(&world.database, new).await;
        let before = made(&world.sandbox.roapp.data());
        tokio::time::sleep(Duration::from_secs(6)).await;
        read().await.unwrap();
        let store = eventually("the copy's state", || async {
            let seen = order(&copy, new).await?;
            let rests = seen.state == OrderState::Held || state == StoreState::Paused;
            stores::get(pool, world.store).await.unwrap().filter(|store| rests && store.state == state)
        })
        .await;
        assert_eq!(made(&world.sandbox.roapp.data()), before, "work orders, lines, people, products");
        let is_told = store.reason.contains("second copy") && store.reason.contains("store resume");
        assert_eq!(is_told, state == StoreState::Paused, "{:?}", store.reason);
        assert_eq!(order(&copy, new).await.unwrap().work_order, None);
        numbers.push(new);
    }
    let before = made(&world.sandbox.roapp.data());
    one.stop().await;
    two.stop().await;
    assert_eq!(made(&world.sandbox.roapp.data()), before, "work orders, lines, people, products");
    let store = stores::get(pool, world.store).await.unwrap().unwrap();
    let open = notices::open(pool, store.account, Some(store.id)).await.unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    oracle::check_import(&world, Terms::default()).await;

    // The copy is the only one from now on: what the other made is linked once a person says so.
    cartum_roapp::admin::resume(pool, &store, &cartum_roapp::admin::By::CommandLine).await.unwrap();
    let two = world.daemon_on(&copy, &[]);
    for number in numbers {
        let held = eventually("the order to be held", || async {
            order(&copy, number).await.filter(|row| row.state == OrderState::Held && row.reason.contains("marker"))
        })
        .await;
        let store = stores::get(pool, world.store).await.unwrap().unwrap();
        cartum_roapp::admin::identify(pool, &store, held.number, cartum_roapp::admin::Identity::Same).await.unwrap();
        written(&copy, number).await;
    }
    two.stop().await;
    assert_eq!(made(&world.sandbox.roapp.data()), before, "work orders, lines, people, products");
}

/// The order is held for the other's work order, and has none of its own until a person says that it is that one.
async fn is_held_for_theirs(world: &World, daemon: Daemon, (number, theirs): (i64, i64)) {
    let held = eventually("the order to be held", || async {
        order(&world.database, number).await.filter(|row| row.state == OrderState::Held)
    })
    .await;
    let store = world.store().await;
    assert_eq!((held.work_order, store.state), (None, StoreState::Active));
    assert!(held.reason.contains(&theirs.to_string()) && held.reason.contains("--same"), "{:?}", held.reason);
    let marker = format!("[cartum:{}/{number}]", store.marker_host);
    let carry = |data: &Data| data.orders.values().filter(|order| order.manager_notes.contains(&marker)).count();
    assert_eq!(carry(&world.sandbox.roapp.data()), 1);
    let same = cartum_roapp::admin::Identity::Same;
    cartum_roapp::admin::identify(world.database.pool(), &store, held.number, same).await.unwrap();
    written(&world.database, number).await;
    daemon.stop().await;
    assert_eq!(carry(&world.sandbox.roapp.data()), 1);
    assert_eq!(order(&world.database, number).await.unwrap().work_order, Some(theirs));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_a_second_copy_makes_between_the_look_and_our_own_is_seen() {
    let world = World::imported_already(small(20)).await;
    let known = world.orders().await.into_iter().find(|order| order.work_order.is_some()).unwrap();
    let new = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let buyer = shop.orders[&known.number.get()].clone();
        let order = shop.orders.get_mut(&new).unwrap();
        (order.name, order.email, order.phone) = (buyer.name, buyer.email, buyer.phone);
        order.lines[0].article = "NOT-SEEN-BEFORE".into();
    });
    // The product takes long to make: RO App was looked at before it, the work order comes after it.
    world.sandbox.roapp.faults().add("POST /products/", Fault::Slow(Duration::from_millis(1500)), 0, 1);
    let made = || {
        world
            .sandbox
            .roapp
            .calls()
            .iter()
            .filter(|call| call.method == "POST" && call.path.starts_with("/products"))
            .count()
    };
    let before = made();
    let daemon = world.daemon();
    eventually("the product's call", || async { (made() > before).then_some(()) }).await;
    let data = world.sandbox.roapp.data();
    let client = data.orders[&known.work_order.unwrap()].client_id;
    let marker = format!("[cartum:{}/{new}]", world.store().await.marker_host);
    let theirs = world.sandbox.roapp.staff().add_order(client, &format!("Made by the copy\n{marker}"));
    is_held_for_theirs(&world, daemon, (new, theirs)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_second_copy_makes_for_a_buyer_without_phone_and_e_mail_is_seen_before_our_own() {
    let world = World::imported_already(small(20)).await;
    let new = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&new).unwrap();
        (order.name, order.email, order.phone) = ("A guest".into(), String::new(), String::new());
        order.lines[0].article = "NOT-SEEN-BEFORE".into();
    });
    // Each copy makes a person of its own, and no search finds the other's. RO App was looked at before the product.
    world.sandbox.roapp.faults().add("POST /products/", Fault::Slow(Duration::from_millis(1500)), 0, 1);
    let calls = || {
        let calls = world.sandbox.roapp.calls();
        calls.iter().filter(|call| call.method == "POST" && call.path.starts_with("/products")).count()
    };
    let before = calls();
    let daemon = world.daemon();
    eventually("the product's call", || async { (calls() > before).then_some(()) }).await;
    let staff = world.sandbox.roapp.staff();
    let client = staff.add_person(SeedPerson { first_name: "A guest".into(), ..SeedPerson::default() });
    let marker = format!("[cartum:{}/{new}]", world.store().await.marker_host);
    let theirs = staff.add_order(client, &format!("Made by the copy\n{marker}"));
    is_held_for_theirs(&world, daemon, (new, theirs)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_unclear_call_made_is_found_where_ro_app_s_clock_is_hours_behind() {
    let world = World::new(small(20)).await;
    let faults = world.sandbox.roapp.faults();
    faults.add("POST /v2/orders", Fault::CutAfter, 1, 3);
    faults.add("POST /v2/contacts/people", Fault::CutAfter, 1, 2);
    world.import().await;
    let daemon = world.daemon();
    // As a clock that is three hours behind shows it.
    while world.store().await.finished_at.is_none() {
        let late = world.sandbox.roapp.began() - chrono::Duration::hours(2);
        world.sandbox.roapp.staff().edit(|data, _| {
            for order in data.orders.values_mut().filter(|order| order.created_at > late) {
                order.created_at -= chrono::Duration::hours(3);
                order.modified_at -= chrono::Duration::hours(3);
            }
            for person in data.people.values_mut().filter(|person| person.created_at > late) {
                person.created_at -= chrono::Duration::hours(3);
            }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    daemon.stop().await;
    let data = world.sandbox.roapp.data();
    let with_work_order = world.orders().await.iter().filter(|order| order.work_order.is_some()).count();
    assert_eq!(data.orders.len(), with_work_order);
}
