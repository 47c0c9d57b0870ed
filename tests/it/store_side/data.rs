//! Data that the database does not take, or that cannot be read back: one order's or one store's trouble.

use cartum_roapp::{db::orders::OrderState, domain::store::StoreState};

use super::{few, sql, topics};
use crate::support::{Words, eventually, world::World};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_database_refuses_is_kept_raw_and_its_page_goes_on() {
    let world = World::new(few(10)).await;
    let number = world.sandbox.shop.data().middle_order().unwrap();
    let refuse = format!("ALTER TABLE store_order ADD CONSTRAINT odd CHECK (number <> {number})");
    sqlx::query(sqlx::AssertSqlSafe(refuse)).execute(world.database.pool()).await.unwrap();
    world.import_whole().await;
    assert_eq!(topics(&world).await, ["stray rows"]);
    let kept: String =
        sqlx::query_scalar("SELECT raw->>'order_id' FROM stray_row").fetch_one(world.database.pool()).await.unwrap();
    assert_eq!(kept, number.to_string());
    let orders = world.orders().await;
    assert!(orders.len() == 9 && orders.iter().all(|order| order.state != OrderState::Waiting), "{}", orders.len());

    // Once the database takes it, the next poll that sees it brings it.
    sql(&world, "ALTER TABLE store_order DROP CONSTRAINT odd").await;
    sql(&world, "UPDATE store SET watermark = watermark - interval '60 days'").await;
    let daemon = world.daemon();
    eventually("the order", || async { world.orders().await.into_iter().find(|order| order.number.get() == number) })
        .await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_back_is_noted_with_its_store_and_ends_no_session() {
    let world = World::imported_already(few(6)).await;
    sql(&world, "ALTER TABLE store_order DROP CONSTRAINT store_order_state_check").await;
    let newest = "UPDATE store_order SET state = 'odd', reason = '{\"code\": \"gone\"}' WHERE number = (SELECT max(number) FROM store_order)";
    sql(&world, newest).await;
    let daemon = world.daemon();
    eventually("the failure", || async { world.store().await.failing_since }).await;
    let store = world.store().await;
    assert!(store.last_error.contains("store_order.state"), "{:?}", store.last_error);
    assert_eq!(topics(&world).await, ["api"]);
    sql(&world, "UPDATE store_order SET state = 'waiting', reason = NULL WHERE state = 'odd'").await;
    eventually("the fix", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_read_stop_their_store_alone() {
    let world = World::imported_already(few(10)).await;
    let twin = "INSERT INTO store (account_id, name, marker_host, settings, state, connected_at, window_from)
                SELECT account_id, 'Twin', 'twin', '{\"enabled\": \"perhaps\"}', 'active', connected_at, window_from FROM store";
    sql(&world, twin).await;
    let daemon = world.daemon();
    let number = world.sandbox.shop.place_order();
    eventually("the pause", || async {
        sqlx::query_scalar::<_, String>("SELECT reason::text FROM store WHERE name = 'Twin' AND state = 'paused'")
            .fetch_optional(world.database.pool())
            .await
            .unwrap()
            .filter(|reason| reason.contains("store.settings"))
    })
    .await;
    eventually("the order of the other store", || async {
        world.orders().await.into_iter().find(|order| order.number.get() == number && order.work_order.is_some())
    })
    .await;
    daemon.stop().await;
    assert_eq!(world.store().await.state, StoreState::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_this_release_does_not_know_is_told_and_left_alone_and_the_other_store_goes_on() {
    let world = World::new(few(8)).await;
    let second = world.neighbour(4).await;
    let daemon = second.both_imported().await;
    daemon.stop().await;
    let (account, odd) = (world.store().await.account, world.store);
    sql(&world, "ALTER TABLE store DROP CONSTRAINT store_state_check").await;
    sql(&world, "UPDATE store SET state = 'sleeping', next_poll_at = now() WHERE name = 'Sandbox shop'").await;
    let daemon = world.daemon();
    let notice = eventually("the notice", || async {
        let open = cartum_roapp::db::notices::open(world.database.pool(), account, Some(odd)).await.unwrap();
        open.into_iter().find(|notice| notice.topic == "settings")
    })
    .await;
    let told = notice.what.to_string();
    assert!(told.contains("store.state") && told.contains("sleeping"), "{told}");
    let number = second.shop.place_order();
    second.synced(number).await;
    daemon.stop().await;
    let state = sqlx::query_scalar::<_, String>("SELECT state FROM store WHERE name = 'Sandbox shop'");
    assert_eq!(state.fetch_one(world.database.pool()).await.unwrap(), "sleeping");
    let program = world.program("list");
    let listed = program.run(&["store", "list"]).await;
    assert!(
        !listed.success && listed.stderr.contains("store.state") && listed.stderr.contains("sleeping"),
        "{listed:?}"
    );
    assert!(listed.stdout.contains("Second"), "the others are listed: {listed:?}");
    let listed = program.run(&["order", "list"]).await;
    assert!(listed.success && listed.stdout.contains(&number.to_string()), "{listed:?}");
    let shown = program.run(&["store", "show", "Sandbox shop"]).await;
    assert!(!shown.success && shown.stderr.contains("sleeping"), "{shown:?}");
}
