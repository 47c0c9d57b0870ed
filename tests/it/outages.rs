//! RO App away for an hour: orders wait, use up no try, and go on by themselves; it is told once.

use std::time::Duration;

use cartum_roapp::{
    db::{accounts, orders::OrderState},
    sandbox::faults::Fault,
};

use crate::support::{
    eventually,
    oracle::{self, Terms},
    world::{World, small},
};

/// An hour of it: whenever the account would be tried again later, that moment is moved to now.
async fn an_hour_of(fault: Fault) {
    let world = World::new(small(20)).await;
    let pool = world.database.pool();
    world.sandbox.roapp.faults().add("*", fault, 20, u32::MAX);
    world.import().await;
    let daemon = world.daemon();
    let account = world.store().await.account;
    let failing = || async {
        let found = accounts::get(pool, account).await.unwrap().unwrap();
        found.failing_since.map(|since| (since, found.last_error))
    };
    let (since, error) = eventually("the outage", failing).await;
    assert!(!error.is_empty());
    for failures in 2..8 {
        sqlx::raw_sql(
            "UPDATE account SET retry_at = now() WHERE failing_since IS NOT NULL; UPDATE account SET due_at = now()",
        )
        .execute(pool)
        .await
        .unwrap();
        eventually("another failed try", || async {
            let count: i32 = sqlx::query_scalar("SELECT failures FROM account").fetch_one(pool).await.unwrap();
            (count >= failures).then_some(())
        })
        .await;
    }
    assert_eq!(failing().await.map(|(since, _)| since), Some(since), "since when it is away stays");
    let used: i64 =
        sqlx::query_scalar("SELECT coalesce(sum(tries), 0) FROM store_order").fetch_one(pool).await.unwrap();
    assert_eq!(used, 0, "an outage uses up no try");
    let states = world.orders().await;
    let resting = |order: &&cartum_roapp::db::orders::Listed| {
        !matches!(order.state, OrderState::Waiting | OrderState::Synced | OrderState::Excluded)
    };
    assert_eq!(states.iter().filter(resting).count(), 0);
    // The store is read all the while.
    let before = world.store().await.last_success_at;
    eventually("a poll", || async { (world.store().await.last_success_at > before).then_some(()) }).await;

    world.sandbox.roapp.faults().clear();
    sqlx::raw_sql("UPDATE account SET retry_at = now(), due_at = now()").execute(pool).await.unwrap();
    world.imported().await;
    daemon.stop().await;
    assert!(failing().await.is_none());
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_of_503_costs_no_order_a_try() {
    an_hour_of(Fault::Refuse(503)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_of_429_costs_no_order_a_try() {
    an_hour_of(Fault::Refuse(429)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_of_cut_connections_costs_no_order_a_try() {
    an_hour_of(Fault::CutBefore).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_of_html_pages_costs_no_order_a_try() {
    an_hour_of(Fault::Html).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_without_any_answer_costs_no_order_a_try() {
    an_hour_of(Fault::Slow(Duration::from_secs(5))).await;
}
