//! Edits of older orders, orders that a person asks for, and orders that the store does not show any more.

use cartum_roapp::{
    admin,
    db::{
        asks,
        orders::{self, OrderState},
        stores,
    },
    domain::{ids::OrderId, store::Settings},
    sandbox::{cartum::ShopCall, faults::Fault},
};

use super::{comments, few, history, in_state, is_open, oldest, order, polls, read_once, sql, topics};
use crate::support::{
    Words, eventually,
    oracle::{self, Terms},
    world::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_an_order_of_weeks_ago_follows_by_the_next_poll() {
    let world = World::imported_already(few(12)).await;
    let number = oldest(&world).await;
    let daemon = world.daemon();
    // From the third poll on the store's answer is known as it stands.
    polls(&world, 4).await;
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        order.status = if order.status == 6 { 2 } else { 6 };
        order.comment = "Please wrap it as a gift".into();
    });
    eventually("the change", || async {
        history(&world, number).await.iter().any(|what| what == "changed in the store").then_some(())
    })
    .await;
    in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
    let work_order = order(&world, number).await.work_order.unwrap();
    let told = world.sandbox.roapp.data().orders[&work_order].clone();
    assert!(told.malfunction.contains("wrap it as a gift"), "{}", told.malfunction);
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unchanged_orders_cost_no_write_and_no_call_to_ro_app_but_the_watch() {
    let world = World::imported_already(few(12)).await;
    let daemon = world.daemon();
    world.offer_checked().await;
    polls(&world, 1).await;
    let rows = || async {
        sqlx::query_scalar::<_, String>("SELECT string_agg(id || ':' || xmin, ',' ORDER BY id) FROM store_order")
            .fetch_one(world.database.pool())
            .await
            .unwrap()
    };
    let (before, calls) = (rows().await, world.calls_but_watch());
    let asked = world.sandbox.shop.calls().len();
    polls(&world, 3).await;
    daemon.stop().await;
    assert_eq!(rows().await, before);
    assert_eq!(world.calls_but_watch(), calls);
    let calls = world.sandbox.shop.calls();
    let by_number = calls[asked..].iter().filter(|call| call.body.get("ids").is_some()).count();
    // The last of the three may have been stopped before.
    assert!((2..=8).contains(&by_number), "12 orders are one batch a poll: {by_number}");
    assert!(!calls[asked..].iter().any(|call| call.function == "orders/get_available_statuses"), "read once an hour");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_final_order_is_read_again_only_when_a_person_asks() {
    let world = World::imported_already(few(12)).await;
    let number = oldest(&world).await;
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = 4);
    let daemon = world.daemon();
    eventually("the cancellation", || async { order(&world, number).await.status.filter(|status| status.get() == 4) })
        .await;
    in_state(&world, number, OrderState::Synced).await;
    sql(&world, "UPDATE store_order SET final_at = final_at - interval '15 days'").await;
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment = "Call me instead".into());
    polls(&world, 3).await;
    let versions = history(&world, number).await.len();
    let id = order(&world, number).await.id;
    let mut tx = world.database.begin().await;
    asks::fetch(&mut tx, &world.store().await, &[id]).await.unwrap();
    tx.commit().await.unwrap();
    eventually("the order that was asked for", || async {
        (history(&world, number).await.len() > versions).then_some(())
    })
    .await;
    eventually("the end of the wish", || async { (asked_for(&world).await == 0).then_some(()) }).await;
    daemon.stop().await;
}

async fn asked_for(world: &World) -> i64 {
    let count = "SELECT count(*) FROM order_ask WHERE kind = 'fetch'";
    sqlx::query_scalar(count).fetch_one(world.database.pool()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_excluded_order_is_fetched_when_asked_and_imported_once_it_left_its_status() {
    let world = World::imported_already(few(16)).await;
    let excluded: Vec<_> = world.orders().await.into_iter().filter(|o| o.state == OrderState::Excluded).collect();
    let (number, id): (i64, OrderId) = (excluded[0].number.get(), excluded[0].id);
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = 2);
    let mut tx = world.database.begin().await;
    asks::fetch(&mut tx, &world.store().await, &[id]).await.unwrap();
    tx.commit().await.unwrap();
    let daemon = world.daemon();
    in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn excluded_orders_that_changed_settings_want_come_when_asked_for_and_with_the_next_proof() {
    let world = World::imported_already(few(30)).await;
    let excluded: Vec<_> = world.orders().await.into_iter().filter(|o| o.state == OrderState::Excluded).collect();
    let [one, other] = [0, 1].map(|at| excluded[at].number.get());
    let store = world.store().await;
    let settings = Settings { excluded_statuses: [].into(), ..store.settings.clone() };
    let mut tx = world.database.begin().await;
    stores::set_settings(&mut tx, &store, &settings).await.unwrap();
    asks::fetch(&mut tx, &world.store().await, &[excluded[0].id]).await.unwrap();
    tx.commit().await.unwrap();
    let daemon = world.daemon();
    in_state(&world, one, OrderState::Synced).await;
    admin::audit_now(world.database.pool(), &world.store().await).await.unwrap();
    in_state(&world, other, OrderState::Synced).await;
    eventually("all of them", || async {
        world.orders().await.iter().all(|order| order.state == OrderState::Synced).then_some(())
    })
    .await;
    daemon.stop().await;
    assert!(history(&world, other).await.iter().any(|line| line.contains("no longer excluded")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_for_a_poll_is_not_lost_under_the_poll_that_runs() {
    let world = World::imported_already(few(10)).await;
    let number = oldest(&world).await;
    let id = order(&world, number).await.id;
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    polls(&world, 1).await;
    let slow = cartum_roapp::sandbox::faults::Fault::Slow(std::time::Duration::from_millis(1500));
    world.sandbox.shop.faults().add("orders/get", slow, 0, 1);
    sql(&world, "UPDATE store SET next_poll_at = now()").await;
    sql(&world, "UPDATE account SET due_at = now()").await;
    let before = world.sandbox.shop.calls().len();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let mut tx = world.database.begin().await;
    asks::fetch(&mut tx, &world.store().await, &[id]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.sandbox.shop.calls().len(), before, "the poll was still running");
    eventually("the wish", || async { (asked_for(&world).await == 0).then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_missing_three_times_over_an_hour_is_gone_told_once_and_goes_on_when_it_shows_up_again() {
    let world = World::imported_already(few(12)).await;
    let number = oldest(&world).await;
    let work_order = order(&world, number).await.work_order.unwrap();
    let before = comments(&world, work_order).len();
    let mut kept = None;
    world.sandbox.shop.edit(|shop| kept = shop.orders.remove(&number));
    let daemon = world.daemon();
    polls(&world, 5).await;
    assert_eq!(order(&world, number).await.state, OrderState::Synced, "an hour has not passed");
    sql(&world, "UPDATE store_order SET missing_since = missing_since - interval '1 hour' WHERE missing_times > 0")
        .await;
    let gone = in_state(&world, number, OrderState::Gone).await;
    assert!(gone.reason.contains("deleted in the store"), "{:?}", gone.reason);
    polls(&world, 2).await;
    let told = comments(&world, work_order);
    assert_eq!(told.len(), before + 1, "{told:?}");
    assert!(told[before].contains("deleted in the store"), "{told:?}");
    assert!(world.sandbox.roapp.data().orders.contains_key(&work_order));

    world.sandbox.shop.edit(|shop| drop(shop.orders.insert(number, kept.clone().unwrap())));
    in_state(&world, number, OrderState::Synced).await;
    assert!(history(&world, number).await.iter().any(|what| what.contains("back in the store")));
    daemon.stop().await;
    assert_eq!(comments(&world, work_order).len(), before + 1);
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_missing_for_hours_is_gone_only_once_three_readings_missed_it() {
    let world = World::imported_already(few(12)).await;
    let number = oldest(&world).await;
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    read_once(&world).await;
    world.sandbox.shop.edit(|shop| drop(shop.orders.remove(&number)));
    let misses = || async {
        let most = "SELECT max(missing_times) FROM store_order";
        sqlx::query_scalar::<_, i32>(most).fetch_one(world.database.pool()).await.unwrap()
    };
    for times in [1, 2] {
        read_once(&world).await;
        assert_eq!((misses().await, order(&world, number).await.state), (times, OrderState::Synced));
        sql(&world, "UPDATE store_order SET missing_since = missing_since - interval '2 hours'").await;
    }
    read_once(&world).await;
    in_state(&world, number, OrderState::Gone).await;
    daemon.stop().await;
    assert_eq!(misses().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_missing_for_one_poll_stays_as_it_is() {
    let world = World::imported_already(few(8)).await;
    let number = oldest(&world).await;
    let daemon = world.daemon();
    let mut kept = None;
    world.sandbox.shop.edit(|shop| kept = shop.orders.remove(&number));
    polls(&world, 2).await;
    world.sandbox.shop.edit(|shop| drop(shop.orders.insert(number, kept.clone().unwrap())));
    polls(&world, 2).await;
    sql(&world, "UPDATE store_order SET missing_since = missing_since - interval '2 hours'").await;
    polls(&world, 1).await;
    daemon.stop().await;
    assert_eq!(order(&world, number).await.state, OrderState::Synced);
    let count = "SELECT count(*) FROM store_order WHERE missing_times > 0 OR missing_since IS NOT NULL";
    let missing: i64 = sqlx::query_scalar(count).fetch_one(world.database.pool()).await.unwrap();
    assert_eq!(missing, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_orders_missing_at_once_are_one_notice_and_none_of_them_is_marked() {
    let world = World::imported_already(few(24)).await;
    let all = world.sandbox.shop.data().orders;
    world.sandbox.shop.edit(|shop| {
        let wanted = shop.orders.values().filter(|order| order.status != 3).map(|order| order.id);
        for number in wanted.take(8).collect::<Vec<_>>() {
            shop.orders.remove(&number);
        }
    });
    let daemon = world.daemon();
    eventually("the notice", || async { topics(&world).await.contains(&"missing".to_owned()).then_some(()) }).await;
    polls(&world, 3).await;
    assert_eq!(topics(&world).await, ["missing"]);
    let count = "SELECT count(*) FROM store_order WHERE missing_times > 0 OR gone_at IS NOT NULL";
    let marked: i64 = sqlx::query_scalar(count).fetch_one(world.database.pool()).await.unwrap();
    assert_eq!(marked, 0);
    world.sandbox.shop.edit(|shop| shop.orders = all);
    eventually("the end of the notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_order_for_which_the_store_does_not_answer_blocks_no_other_and_is_a_notice_until_it_does() {
    let world = World::imported_already(few(16)).await;
    let [bad, edited]: [orders::Listed; 2] =
        world.orders().await.into_iter().filter(is_open).take(2).collect::<Vec<_>>().try_into().unwrap();
    let (bad, edited) = ((bad.number.get(), bad.id), edited.number.get());
    world.sandbox.shop.faults().add(&format!("orders/get {}", bad.0), Fault::Refuse(500), 0, u32::MAX);
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&edited).unwrap().comment = "please hurry".into());
    let new = world.sandbox.shop.place_order();
    // A person asks for it, too.
    let mut tx = world.database.begin().await;
    asks::fetch(&mut tx, &world.store().await, &[bad.1]).await.unwrap();
    tx.commit().await.unwrap();
    let daemon = world.daemon();
    in_state(&world, new, OrderState::Synced).await;
    let says = |text: &str| world.sandbox.roapp.data().orders.values().any(|order| order.manager_notes.contains(text));
    eventually("the edit", || async { says("please hurry").then_some(()) }).await;
    eventually("the notice", || async { (topics(&world).await == ["unanswered"]).then_some(()) }).await;
    eventually("the end of the wish", || async { (asked_for(&world).await == 0).then_some(()) }).await;
    assert_eq!(world.store().await.failing_since, None, "the store is not away");
    world.sandbox.shop.faults().clear();
    eventually("the end of the notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
    assert_eq!(order(&world, bad.0).await.state, OrderState::Synced);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_waits_for_a_person_and_is_deleted_in_the_store_comes_to_rest() {
    let world = World::imported_already(few(8)).await;
    let roapp = &world.sandbox.roapp;
    roapp.faults().add("POST /v2/contacts/people", Fault::CutAfter, 0, 1);
    let daemon = world.daemon_with(&[("ROAPP__RECOVERY_WAIT", "2s")]);
    let before = roapp.data().people.len();
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.name, order.phone, order.email) = ("New Buyer".into(), "+380671112233".into(), String::new());
    });
    eventually("the person", || async { (roapp.data().people.len() > before).then_some(()) }).await;
    roapp.staff().edit(|data, _| {
        let (id, person) = data.people.last_key_value().map(|(id, person)| (*id, person.clone())).unwrap();
        data.people.insert(id + 1, cartum_roapp::sandbox::roapp::Person { id: id + 1, ..person });
    });
    let held = in_state(&world, number, OrderState::Held).await;
    assert!(held.reason.contains("several records"), "{:?}", held.reason);
    world.sandbox.shop.edit(|shop| drop(shop.orders.remove(&number)));
    polls(&world, 4).await;
    sql(&world, "UPDATE store_order SET missing_since = missing_since - interval '1 hour' WHERE missing_times > 0")
        .await;
    in_state(&world, number, OrderState::Gone).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_orders_are_polled_for_while_many_open_ones_are_read_again() {
    let world = World::imported_already(few(400)).await;
    let is_reread = |call: &ShopCall| call.body.get("ids").is_some();
    let orders = || {
        let calls = world.sandbox.shop.calls().into_iter();
        calls.filter(|call| call.function == "orders/get").collect::<Vec<_>>()
    };
    // Between two calls a poll becomes due.
    let daemon = world.daemon_with(&[("CARTUM__MIN_GAP", "1100ms")]);
    let calls = eventually("four questions for open orders", async || {
        Some(orders()).filter(|calls| calls.iter().filter(|call| is_reread(call)).count() >= 4)
    })
    .await;
    daemon.stop().await;
    let row = calls.chunk_by(|one, other| is_reread(one) && is_reread(other)).map(<[_]>::len).max();
    assert!(row <= Some(2), "so many questions for open orders in a row: {row:?}");
}
