//! Two stores in one account: what they share is made once, and what stops one does not stop the other, but for a second copy
//! of the program.

use std::time::Duration;

use cartum_roapp::{
    clock::Clock,
    db::{accounts, orders::OrderState},
    domain::store::StoreState,
    sandbox::{
        cartum::Shop,
        faults::Fault,
        seed::{Discounts, ShopData},
    },
    setup,
};

use crate::{
    store_side::{few, in_state, sql},
    support::{
        eventually,
        followed::line,
        neighbour::Neighbour,
        world::{Daemon, World},
    },
};

/// A second store in the account, and the daemon that has imported both.
async fn imported(world: &World) -> (Neighbour<'_>, Daemon) {
    let second = world.neighbour(8).await;
    world.import().await;
    second.import().await;
    let daemon = world.daemon();
    world.imported().await;
    second.imported().await;
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
    setup::resume(world.database.pool(), &paused).await.unwrap();
    in_state(&world, refused, OrderState::Synced).await;
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
    assert!(refused.last_error.contains("402") && refused.last_error.contains("tariff"), "{}", refused.last_error);
    world.sandbox.roapp.faults().clear();
    sql(&world, "UPDATE account SET retry_at = now(), due_at = now()").await;
    world.imported().await;
    daemon.stop().await;
    assert!(!accounts::get(pool, account).await.unwrap().unwrap().needs_key);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marker_that_we_did_not_write_stops_creating_for_every_store_of_the_account_until_it_is_resumed() {
    let world = World::new(few(8)).await;
    let excluded = *world.sandbox.shop.data().orders.first_key_value().unwrap().0;
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&excluded).unwrap().status = 3);
    let (second, daemon) = imported(&world).await;
    in_state(&world, excluded, OrderState::Excluded).await;
    let (pool, roapp) = (world.database.pool(), &world.sandbox.roapp);
    let client = *roapp.data().people.first_key_value().unwrap().0;
    let marker = format!("[cartum:{}/{excluded}]", world.store().await.marker_host);
    let theirs = roapp.staff().add_order(client, &format!("Made by a copy\n{marker}"));
    let (one, other) = eventually("both pauses", || async {
        let stores = (world.store().await, second.store().await);
        (stores.0.state == StoreState::Paused && stores.1.state == StoreState::Paused).then_some(stores)
    })
    .await;
    for store in [&one, &other] {
        assert!(store.reason.contains(&theirs.to_string()) && store.reason.contains("second copy"), "{}", store.reason);
    }

    let made = || roapp.calls().iter().filter(|call| call.name() == "POST /v2/orders").count();
    let before = made();
    let mine = buy(&world.sandbox.shop, "+380671234511", "COPY-1");
    let number = buy(&second.shop, "+380671234512", "COPY-2");
    // Several polls would have seen it.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(made(), before);
    setup::resume(pool, &other).await.unwrap();
    second.synced(number).await;
    assert_eq!((world.store().await.state, made()), (StoreState::Paused, before + 1));
    setup::resume(pool, &one).await.unwrap();
    in_state(&world, mine, OrderState::Synced).await;
    assert_eq!(second.store().await.state, StoreState::Active);
    daemon.stop().await;
}
