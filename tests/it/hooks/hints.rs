//! What comes in from a store brings orders forward, and nothing else.

use std::time::Duration;

use cartum_roapp::{
    db::{
        notices,
        order_hints::{HINT_GAP, OPEN_HINTS},
        orders::OrderState,
    },
    sandbox::{
        cartum::{EventBody, EventMethod},
        faults::Fault,
        roapp::Signed,
    },
};
use reqwest::Method;
use serde_json::json;
use tokio::time::Instant;

use super::{
    Front,
    accounts::{event, hook_url},
    at_rest, calls, client, count, few, imported, send, send_by, start, state, subscribed, synced,
};
use crate::{
    store_side::order,
    support::{Words, eventually, world::World},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_order_arrives_at_once_by_put_and_by_post_whatever_the_body_holds_though_the_next_poll_is_an_hour_away() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let daemon = start(&world, &front, &[]).await;
    let secret = subscribed(&world).await.target_url.rsplit('/').next().unwrap().to_owned();
    for (method, body) in [
        (EventMethod::Put, EventBody::Top),
        (EventMethod::Post, EventBody::Nested),
        (EventMethod::Put, EventBody::NoId),
        (EventMethod::Post, EventBody::Nothing),
    ] {
        at_rest(&world).await;
        let number = world.sandbox.shop.place_order();
        assert_eq!(world.sandbox.shop.send_order_created(number, method, body).await, [200], "{method:?} {body:?}");
        synced(&world, number).await;
    }
    eventually("the end of all hints", || async { (count(&world, "order_hint").await == 0).then_some(()) }).await;
    let log = daemon.stdout();
    assert!(log.contains("received a webhook from a store"), "the log is that of debug");
    assert!(secret.len() == 64 && !log.contains(&secret), "the secret is in no log");
}

/// An imported store, and an order that was placed weeks ago, in the window, and that it shows only from now on.
async fn with_a_hidden_order() -> (World, i64) {
    let world = World::new(few()).await;
    let mut hidden = None;
    world.sandbox.shop.edit(|shop| {
        let oldest = *shop.orders.first_key_value().unwrap().0;
        hidden = shop.orders.remove(&oldest);
    });
    world.import_whole().await;
    let mut hidden = hidden.unwrap();
    hidden.status = 2;
    world.sandbox.shop.edit(|shop| drop(shop.orders.insert(hidden.id, hidden.clone())));
    (world, hidden.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_order_that_was_never_seen_is_found_by_its_number_and_only_by_that() {
    let (world, hidden) = with_a_hidden_order().await;
    let front = Front::open().await;
    let _daemon = start(&world, &front, &[]).await;
    subscribed(&world).await;
    assert_eq!(world.sandbox.shop.send_order_created(0, EventMethod::Put, EventBody::NoId).await, [200]);
    eventually("a read", || async { (hints_open(&world).await == 0).then_some(()) }).await;
    at_rest(&world).await;
    assert_eq!(state(&world, hidden).await, None, "a poll does not look back so far");
    assert_eq!(world.sandbox.shop.send_order_created(hidden, EventMethod::Post, EventBody::Nested).await, [200]);
    synced(&world, hidden).await;
}

async fn hints_open(world: &World) -> i64 {
    count(world, "store_hook WHERE hinted_at IS NOT NULL").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_final_order_is_read_again_when_a_webhook_names_it() {
    let world = imported(few()).await;
    let number = world.orders().await.into_iter().find(|o| o.state == OrderState::Excluded).unwrap().number.get();
    let front = Front::open().await;
    let _daemon = start(&world, &front, &[]).await;
    subscribed(&world).await;
    // Delivered orders are left out of polls.
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = 2);
    world.sandbox.shop.send_order_created(number, EventMethod::Put, EventBody::Top).await;
    synced(&world, number).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_is_nobody_s_is_404_without_a_word_and_wakes_nobody() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let _daemon = start(&world, &front, &[]).await;
    let hook = subscribed(&world).await;
    let before = world.sandbox.shop.calls().len();
    let (public, secret) = (front.url(), hook.target_url.rsplit('/').next().unwrap());
    for (method, path) in [
        (Method::PUT, format!("cartum/{}", "0".repeat(64))),
        (Method::POST, format!("cartum/{}", secret.to_uppercase())),
        (Method::POST, "cartum/%FF".to_owned()),
        (Method::POST, format!("cartum/{secret}/")),
        (Method::DELETE, format!("cartum/{}", &secret[1..])),
        (Method::POST, format!("roapp/{secret}")),
        (Method::POST, "roapp/x".to_owned()),
        (Method::POST, "cartum/".to_owned()),
    ] {
        let answer = send(method.clone(), &format!("{public}/hooks/{path}"), r#"{"order_id": 1}"#).await;
        assert_eq!(answer, (404, String::new()), "{method} {path}");
    }
    assert_eq!(send(Method::GET, &hook.target_url, "").await.0, 405);
    let answer = send(Method::PUT, &hook.target_url.replace(secret, "x"), vec![b' '; 65 << 10]).await;
    assert_eq!(answer, (413, String::new()), "a large body says nothing of the secret");
    at_rest(&world).await;
    assert_eq!(world.sandbox.shop.calls().len(), before);
    assert_eq!((count(&world, "order_hint").await, hints_open(&world).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_up_to_64_kib_is_read_and_a_larger_one_refused() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let _daemon = start(&world, &front, &[]).await;
    let hook = subscribed(&world).await;
    let body = |size: usize| {
        let start = br#"{"order_id": 900001}"#;
        [&start[..], &vec![b' '; size - start.len()]].concat()
    };
    let before = world.sandbox.shop.calls().len();
    assert_eq!(send(Method::POST, &hook.target_url, body((64 << 10) + 1)).await.0, 413);
    assert_eq!(hints_open(&world).await, 0);
    assert_eq!(world.sandbox.shop.calls().len(), before);
    assert_eq!(send(Method::POST, &hook.target_url, body(64 << 10)).await, (200, String::new()));
    eventually("a question for it", || async { asked_for(&world, 900_001).then_some(()) }).await;
    // Bytes that are no JSON are as good as none.
    for body in [&b"\xff\xfe\x00"[..], b"order_id=1", b"{", b"[1,"] {
        assert_eq!(send(Method::PUT, &hook.target_url, body).await.0, 200);
    }
}

fn asked_for(world: &World, number: i64) -> bool {
    let calls = world.sandbox.shop.calls();
    calls.iter().any(|call| call.body["ids"].as_array().is_some_and(|ids| ids.contains(&json!(number))))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_hints_makes_few_calls_and_no_notice_and_loses_no_order() {
    const HINTS: i64 = 600;
    let world = imported(few()).await;
    let front = Front::open().await;
    let _daemon = start(&world, &front, &[]).await;
    let hook = subscribed(&world).await;
    // Its calls are counted against the time that they take.
    world.database.in_real_time();
    let (before, began) = (calls(&world, "orders/get"), Instant::now());
    let new = world.sandbox.shop.place_order();
    let senders = (0..8).map(|sender| {
        let (url, client) = (hook.target_url.clone(), client());
        tokio::spawn(async move {
            for number in (0..HINTS).filter(|number| number % 8 == sender) {
                // Each one of many numbers that the store never gave.
                let ids: Vec<_> = (0..5).map(|more| json!({"order_id": 1_000_000 + number * 5 + more})).collect();
                assert_eq!(send_by(&client, Method::POST, &url, json!(ids).to_string()).await.0, 200);
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.unwrap();
        assert!(count(&world, "order_hint").await <= OPEN_HINTS + 8 * 5);
    }
    eventually("the end of all hints", || async {
        (hints_open(&world).await + count(&world, "order_hint").await == 0).then_some(())
    })
    .await;
    at_rest(&world).await;
    synced(&world, new).await;
    // A read is at most five questions for hinted orders, and one or two each for new and for open ones.
    let reads = 2 + usize::try_from(began.elapsed().as_secs() / HINT_GAP.as_secs()).unwrap();
    let made = calls(&world, "orders/get") - before;
    assert!(made <= reads * 9, "{made} calls in {reads} reads");
    let store = world.store().await;
    let open = notices::open(world.database.pool(), store.account, Some(store.id)).await.unwrap();
    assert!(open.is_empty(), "{open:?}");
    assert_eq!(world.orders().await.iter().filter(|order| order.number.get() >= 1_000_000).count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_that_comes_while_the_store_is_read_is_not_lost() {
    let (world, hidden) = with_a_hidden_order().await;
    let front = Front::open().await;
    let _daemon = start(&world, &front, &[]).await;
    subscribed(&world).await;
    let slow = Fault::Slow(Duration::from_millis(2500));
    world.sandbox.shop.faults().add("orders/get", slow, 0, 1);
    world.sandbox.shop.send_order_created(0, EventMethod::Put, EventBody::NoId).await;
    // The read that answers it has taken its hints, and stands at the poll for new orders.
    eventually("a read that has begun", || async { (hints_open(&world).await == 0).then_some(()) }).await;
    world.sandbox.shop.send_order_created(hidden, EventMethod::Put, EventBody::Top).await;
    synced(&world, hidden).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_do_not_hasten_a_store_that_fails_or_is_paused() {
    const WORKS: &str = "UPDATE store SET state = 'active', reason = NULL, failing_since = NULL";
    let world = imported(few()).await;
    let front = Front::open().await;
    let _daemon = start(&world, &front, &[]).await;
    let hook = subscribed(&world).await;
    let pool = world.database.pool();
    for stopped in ["state = 'paused'", "state = 'needs_credentials'", "failing_since = now()"] {
        sqlx::query(WORKS).execute(pool).await.unwrap();
        let statement = sqlx::AssertSqlSafe(format!("UPDATE store SET {stopped}"));
        sqlx::query(statement).execute(pool).await.unwrap();
        let due = world.store().await.next_poll_at;
        assert_eq!(send(Method::PUT, &hook.target_url, "").await.0, 200);
        assert_eq!(world.store().await.next_poll_at, due, "{stopped}");
    }
    sqlx::query(WORKS).execute(pool).await.unwrap();
    assert_eq!(send(Method::PUT, &hook.target_url, "").await.0, 200);
    eventually("a read", || async { (hints_open(&world).await == 0).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_order_that_the_store_answers_with_an_error_fails_no_read_and_hides_no_other() {
    let (world, hidden) = with_a_hidden_order().await;
    let front = Front::open().await;
    let _daemon = start(&world, &front, &[]).await;
    let hook = subscribed(&world).await;
    let faults = world.sandbox.shop.faults();
    for fault in [
        Fault::RefuseWith(200, r#"{"status": "FORBIDDEN", "response": []}"#.into()),
        Fault::RefuseWith(200, r#"{"status": "OK", "response": 7}"#.into()),
        Fault::Refuse(500),
    ] {
        faults.add("orders/get 900001", fault.clone(), 0, u32::MAX);
        let new = world.sandbox.shop.place_order();
        let named = json!([{"order_id": 900_000}, {"order_id": 900_001}, {"order_id": hidden}]);
        assert_eq!(send(Method::POST, &hook.target_url, named.to_string()).await.0, 200);
        synced(&world, new).await;
        synced(&world, hidden).await;
        eventually("the end of all hints", || async {
            (hints_open(&world).await + count(&world, "order_hint").await == 0).then_some(())
        })
        .await;
        at_rest(&world).await;
        let store = world.store().await;
        assert!(store.failing_since.is_none(), "{fault:?}: {}", store.last_error.words());
        faults.clear();
    }
    // A store that does not answer at all is away, and the hint stays.
    faults.add("*", Fault::Refuse(503), 0, u32::MAX);
    assert_eq!(send(Method::POST, &hook.target_url, r#"{"order_id": 900001}"#).await.0, 200);
    eventually("the trouble", || async { world.store().await.failing_since }).await;
    assert_eq!((hints_open(&world).await, count(&world, "order_hint").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_webhook_of_a_store_claims_about_an_order_is_not_taken_for_true() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let _daemon = start(&world, &front, &[]).await;
    let hook = subscribed(&world).await;
    let number = world.orders().await.into_iter().find(|o| o.state == OrderState::Synced).unwrap().number.get();
    let of_order = async || (order(&world, number).await.version, world.sandbox.roapp.data().orders.clone());
    let before = of_order().await;
    let claimed = json!({"event": "order_created", "order_id": number, "status": 4, "stat_status": 4, "total_sum": 1,
        "delivery_name": "Somebody else", "products": []});
    let asked = calls(&world, "orders/get");
    assert_eq!(send(Method::POST, &hook.target_url, claimed.to_string()).await.0, 200);
    eventually("a question for it", || async { asked_for(&world, number).then_some(()) }).await;
    eventually("the end of all hints", || async { (count(&world, "order_hint").await == 0).then_some(()) }).await;
    at_rest(&world).await;
    assert!(calls(&world, "orders/get") > asked);
    assert_eq!(of_order().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_answered_at_once_while_both_sides_hang() {
    let world = imported(few()).await;
    let roapp_url = hook_url(&world, "http://127.0.0.1:1").await;
    let front = Front::open().await;
    let patient = [("CARTUM__REQUEST_TIMEOUT", "20s"), ("ROAPP__REQUEST_TIMEOUT", "20s"), ("SYNC__LEASE_TIME", "60s")];
    let _daemon = start(&world, &front, &patient).await;
    let hook = subscribed(&world).await;
    let (shop, roapp) = (&world.sandbox.shop, &world.sandbox.roapp);
    for faults in [shop.faults(), roapp.faults()] {
        faults.add("*", Fault::HangBefore, 0, u32::MAX);
    }
    let path = roapp_url.split_once("/hooks/").unwrap().1.to_owned();
    let (url, secret) = (format!("{}/hooks/{path}", front.url()), path.rsplit('/').next().unwrap());
    let work_order = *roapp.data().orders.first_key_value().unwrap().0;
    for nth in 0..20 {
        let began = Instant::now();
        assert_eq!(send(Method::PUT, &hook.target_url, format!("{{\"order_id\": {nth}}}")).await.0, 200);
        assert_eq!(roapp.send_event(&url, &event(nth, work_order), Signed::With(secret)).await, 200);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
    eventually("a call that hangs", || async { (calls(&world, "orders/get") > 0).then_some(()) }).await;
}
