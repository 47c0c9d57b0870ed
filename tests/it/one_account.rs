//! Two stores in one account: what they share is made once, and what stops one does not stop the other.

use cartum_roapp::{
    admin,
    clock::Clock,
    db::{accounts, orders::OrderState},
    domain::store::StoreState,
    sandbox::{
        cartum::Shop,
        faults::Fault,
        seed::{Discounts, ShopData},
    },
};

use crate::{
    store_side::{few, in_state, sql},
    support::{
        Words, eventually,
        followed::line,
        neighbour::Neighbour,
        world::{Daemon, World},
    },
};

/// A second store in the account, and the daemon that has imported both.
async fn imported(world: &World) -> (Neighbour<'_>, Daemon) {
    let second = world.neighbour(8).await;
    let daemon = second.both_imported().await;
    (second, daemon)
}

/// A new order of a buyer and a product that RO App may not know; its number.
fn buy(shop: &Shop, phone: &str, article: &str) -> i64 {
    let mut number = 0;
    shop.edit(|shop: &mut ShopData| {
        number = shop.place(Clock::System.now());
        let order = shop.orders.get_mut(&number).unwrap();
        (order.lines, order.discounts) = (vec![line(1, article, 100, 1)], Discounts::default());
        (order.status, order.paid) = (1, false);
        (order.name, order.email, order.phone) = ("Zoryana Novenko".into(), String::new(), phone.into());
    });
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_buyer_and_a_new_product_of_two_stores_are_made_once() {
    let world = World::new(few(8)).await;
    let (second, daemon) = imported(&world).await;
    for round in 0..3 {
        let (phone, article) = (format!("+38067123450{round}"), format!("BOTH-{round}"));
        let numbers = (buy(&world.sandbox.shop, &phone, &article), buy(&second.shop, &phone, &article));
        let one = in_state(&world, numbers.0, OrderState::Synced).await.work_order.unwrap();
        let other = second.synced(numbers.1).await.work_order.unwrap();
        let data = world.sandbox.roapp.data();
        let buyers = data.people.values().filter(|person| person.phones.iter().any(|typed| typed.phone == phone));
        let products = data.products.values().filter(|product| product.article == article);
        assert_eq!((buyers.count(), products.count()), (1, 1), "{phone} {article}");
        assert_eq!(data.orders[&one].client_id, data.orders[&other].client_id);
        assert_eq!((data.orders[&one].branch_id, data.orders[&other].branch_id), (11, 12));
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_store_in_trouble_does_not_hold_up_the_other_of_its_account() {
    let world = World::new(few(8)).await;
    let (second, daemon) = imported(&world).await;

    // It does not answer.
    world.sandbox.shop.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
    eventually("the trouble", || async { world.store().await.failing_since }).await;
    second.synced(buy(&second.shop, "+380671234501", "ONE-1")).await;
    assert!(world.store().await.failing_since.is_some() && second.store().await.failing_since.is_none());
    world.sandbox.shop.faults().clear();

    // Its location is closed to the key's employee.
    eventually("the end of the trouble", || async { world.store().await.failing_since.is_none().then_some(()) }).await;
    world.sandbox.roapp.staff().close_location(11);
    let refused = buy(&world.sandbox.shop, "+380671234502", "ONE-2");
    in_state(&world, refused, OrderState::Failed).await;
    let paused = eventually("the pause", || async {
        Some(world.store().await).filter(|store| store.state == StoreState::Paused)
    })
    .await;
    second.synced(buy(&second.shop, "+380671234502", "ONE-2")).await;
    let account = accounts::get(world.database.pool(), paused.account).await.unwrap().unwrap();
    assert!(!account.needs_key && account.failing_since.is_none());
    assert_eq!(second.store().await.state, StoreState::Active);

    world.sandbox.roapp.staff().open_location(11);
    admin::resume(world.database.pool(), &paused, &cartum_roapp::admin::By::CommandLine).await.unwrap();
    in_state(&world, refused, OrderState::Synced).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_the_database_cannot_read_holds_up_no_other() {
    let world = World::new(few(4)).await;
    let other = world.beside("other", few(4)).await;
    let broken = world.store().await.account;
    // A rate without an end: the database divides by it.
    let sql = "UPDATE pace SET gap = '0', is_auto = false WHERE account_id = $1";
    sqlx::query(sql).bind(broken.get()).execute(world.database.pool()).await.unwrap();
    let read = "SELECT round(1 / extract(epoch FROM present_gap(p)), 3) FROM pace p WHERE account_id = $1";
    sqlx::query(read).bind(broken.get()).execute(world.database.pool()).await.unwrap_err();
    world.import().await;
    other.import().await;
    let daemon = world.daemon();
    other.imported().await;
    assert_eq!(world.counts().await.found, 0, "nothing of the one that cannot be read");
    sqlx::query("UPDATE pace SET gap = '1 ms'").execute(world.database.pool()).await.unwrap();
    world.imported().await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_has_all_stores_of_the_account_wait_and_is_told_once() {
    let world = World::new(few(8)).await;
    let (second, daemon) = imported(&world).await;
    world.sandbox.roapp.set_key("another-key");
    let numbers = (buy(&world.sandbox.shop, "+380671234509", "BOTH-9"), buy(&second.shop, "+380671234508", "BOTH-8"));
    let pool = world.database.pool();
    let account = world.store().await.account;
    eventually("the account's state", || async {
        accounts::get(pool, account).await.unwrap().filter(|account| account.needs_key)
    })
    .await;
    in_state(&world, numbers.0, OrderState::Waiting).await;
    let notices: i64 = sqlx::query_scalar("SELECT count(*) FROM notice").fetch_one(pool).await.unwrap();
    assert_eq!(notices, 1, "for the account, and for neither store");
    for store in [world.store().await, second.store().await] {
        assert_eq!((store.state, store.failing_since), (StoreState::Active, None), "its shop is read");
    }
    world.sandbox.roapp.set_key("sandbox-key");
    sql(&world, "UPDATE account SET retry_at = now(), due_at = now()").await;
    in_state(&world, numbers.0, OrderState::Synced).await;
    second.synced(numbers.1).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_that_lost_the_api_is_told_as_that_and_nothing_is_lost_until_it_is_back() {
    let world = World::new(few(8)).await;
    world.import().await;
    world.sandbox.roapp.faults().add("*", Fault::Refuse(402), 0, u32::MAX);
    let daemon = world.daemon();
    let (pool, account) = (world.database.pool(), world.store().await.account);
    let refused = eventually("the account's state", || async {
        accounts::get(pool, account).await.unwrap().filter(|account| account.needs_key)
    })
    .await;
    assert!(refused.last_error.contains("402") && refused.last_error.contains("tariff"), "{:?}", refused.last_error);
    world.sandbox.roapp.faults().clear();
    sql(&world, "UPDATE account SET retry_at = now(), due_at = now()").await;
    world.imported().await;
    daemon.stop().await;
    assert!(!accounts::get(pool, account).await.unwrap().unwrap().needs_key);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_second_program_makes_stops_creating_for_its_store_alone_with_its_second_order() {
    let world = World::new(few(8)).await;
    let excluded: Vec<_> = world.sandbox.shop.data().orders.keys().copied().take(2).collect();
    world.sandbox.shop.edit(|shop| {
        for number in &excluded {
            shop.orders.get_mut(number).unwrap().status = 3;
        }
    });
    let (second, daemon) = imported(&world).await;
    let (pool, roapp) = (world.database.pool(), &world.sandbox.roapp);
    let client = *roapp.data().people.first_key_value().unwrap().0;
    let host = world.store().await.marker_host;
    // Nobody but a program knows the markers of orders that have no work orders.
    let theirs = |number: i64| roapp.staff().add_order(client, &format!("Made by a copy\n[cartum:{host}/{number}]"));
    in_state(&world, excluded[1], OrderState::Excluded).await;
    theirs(excluded[0]);
    let first = buy(&world.sandbox.shop, "+380671234510", "COPY-0");
    in_state(&world, first, OrderState::Synced).await;
    assert_eq!(world.store().await.state, StoreState::Active, "one is no proof");

    let last = theirs(excluded[1]);
    let paused = eventually("the pause", || async {
        Some(world.store().await).filter(|store| store.state == StoreState::Paused)
    })
    .await;
    assert!(paused.reason.contains(&last.to_string()) && paused.reason.contains("second copy"), "{:?}", paused.reason);
    // A poll that began before ends meanwhile.
    second.synced(buy(&second.shop, "+380671234512", "COPY-2")).await;
    let mine = buy(&world.sandbox.shop, "+380671234511", "COPY-1");
    second.synced(buy(&second.shop, "+380671234513", "COPY-3")).await;
    assert_eq!(second.store().await.state, StoreState::Active);
    assert!(world.orders().await.iter().all(|order| order.number.get() != mine), "a paused store is not read");

    admin::resume(pool, &paused, &cartum_roapp::admin::By::CommandLine).await.unwrap();
    in_state(&world, mine, OrderState::Synced).await;
    assert_eq!(world.store().await.state, StoreState::Active);
    daemon.stop().await;
}
