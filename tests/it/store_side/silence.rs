//! A store that answers, but not for all that it is asked for.

use std::collections::BTreeSet;

use cartum_roapp::{
    db::{notices, orders::OrderState},
    sandbox::faults::Fault,
};

use super::{few, history, in_state, is_open, order, polls, topics};
use crate::support::{Words, eventually, world::World};

/// The oldest open orders of the store that are in RO App: no poll for new orders shows them.
async fn oldest(world: &World, count: usize) -> BTreeSet<i64> {
    let mut numbers: Vec<_> =
        world.orders().await.into_iter().filter(is_open).map(|order| order.number.get()).collect();
    numbers.sort_unstable();
    numbers.into_iter().take(count).collect()
}

/// The text of the one notice that is open.
async fn notice(world: &World) -> Option<String> {
    let store = world.store().await;
    let mut open = notices::open(world.database.pool(), store.account, Some(store.id)).await.unwrap();
    (open.len() == 1).then(|| open.remove(0).what.to_string())
}

/// Questions for orders by number that were asked since there were so many calls.
fn questions(world: &World, since: usize) -> Vec<BTreeSet<i64>> {
    let ids = |ids: &serde_json::Value| ids.as_array().unwrap().iter().filter_map(serde_json::Value::as_i64).collect();
    world.sandbox.shop.calls()[since..].iter().filter_map(|call| call.body.get("ids").map(ids)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_for_which_the_store_did_not_answer_are_asked_for_alone_and_few_at_a_time() {
    let world = World::imported_already(few(24)).await;
    let silent = oldest(&world, 5).await;
    for number in &silent {
        world.sandbox.shop.faults().add(&format!("orders/get {number}"), Fault::Refuse(500), 0, u32::MAX);
    }
    // A lease that is lost takes with it what was seen.
    let daemon = world.daemon_with(&[("SYNC__LEASE_TIME", "30s")]);
    eventually("the notice about all of them", || async {
        notice(&world).await.filter(|text| text.contains("not for 5 of its orders"))
    })
    .await;
    polls(&world, 1).await;
    let since = world.sandbox.shop.calls().len();
    let polled = || {
        let calls = world.sandbox.shop.calls();
        calls[since..].iter().filter(|call| call.function == "orders/get" && call.body.get("from").is_some()).count()
    };
    polls(&world, 6).await;
    let (asked, polled) = (questions(&world, since), polled());
    assert!(asked.iter().all(|numbers| numbers.len() == 1 || numbers.is_disjoint(&silent)), "{asked:?}");
    // A question that fails is tried again within the call.
    let mut asked = asked;
    asked.dedup();
    let alone: Vec<_> = asked.iter().filter(|numbers| !numbers.is_disjoint(&silent)).collect();
    // Each poll, and what was left of the one before them.
    assert!(alone.len() <= 3 * (polled + 1), "{} in {polled} polls", alone.len());
    assert_eq!(alone.into_iter().flatten().copied().collect::<BTreeSet<_>>(), silent, "each has its turn");

    let changed = *silent.first().unwrap();
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&changed).unwrap().comment = "please hurry".into());
    world.sandbox.shop.faults().clear();
    eventually("the edit", || async {
        history(&world, changed).await.iter().any(|what| what == "changed in the store").then_some(())
    })
    .await;
    eventually("the end of the notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_shows_new_orders_and_none_by_number_is_not_away_and_a_notice_says_what_is_missing() {
    let world = World::imported_already(few(60)).await;
    for order in world.orders().await {
        world.sandbox.shop.faults().add(&format!("orders/get {}", order.number), Fault::Refuse(503), 0, u32::MAX);
    }
    let daemon = world.daemon();
    eventually("the notice", || async { (topics(&world).await == ["unfinished"]).then_some(()) }).await;
    let text = notice(&world).await.unwrap();
    assert!(
        text.starts_with("the store shows new orders, but reading the rest failed: ") && text.contains("503"),
        "{text}"
    );
    let new = world.sandbox.shop.place_order();
    in_state(&world, new, OrderState::Synced).await;
    polls(&world, 2).await;
    let store = world.store().await;
    assert!(store.failing_since.is_none() && store.failures == 0 && store.last_error.is_empty(), "{store:?}");
    assert_eq!(topics(&world).await, ["unfinished"]);
    world.sandbox.shop.faults().clear();
    eventually("the end of the notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    assert_eq!(order(&world, new).await.state, OrderState::Synced);
    daemon.stop().await;
}
