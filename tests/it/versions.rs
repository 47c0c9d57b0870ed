//! Versions that cannot be read, and versions that arrive meanwhile: an order that was wanted stays wanted, and no version is
//! left unworked.

use cartum_roapp::db::orders::OrderState;

use crate::{
    store_side::{in_state, is_open},
    support::{
        eventually,
        followed::{Followed, follow, line},
        world::{World, small},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_the_import_that_could_not_be_read_once_is_followed_into_an_excluded_status() {
    let world = World::imported_already(small(20)).await;
    let order = world.orders().await.into_iter().find(is_open).unwrap();
    let (number, work_order) = (order.number.get(), order.work_order.unwrap());
    let daemon = world.daemon();
    let followed = Followed { world, daemon, number, work_order };
    followed.world.sandbox.shop.edit(|shop| shop.broken.extend([number]));
    followed.rests(OrderState::Unreadable, None).await;
    followed.world.sandbox.shop.edit(|shop| {
        shop.broken.clear();
        shop.orders.get_mut(&number).unwrap().status = 3;
    });
    followed.rests(OrderState::Synced, None).await;
    assert_eq!(followed.made().status_id, 506);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_is_saved_while_an_older_one_is_given_up_is_worked() {
    // The one cannot be decoded any more; of the other the order itself cannot be read.
    for broken in
        ["UPDATE version SET raw = '{}' WHERE id = $1", "UPDATE store_order SET conflicts = '7' WHERE version_id = $1"]
    {
        let Followed { world, daemon, number, .. } = follow(&[line(1, "A-1", 100, 1)]).await;
        daemon.stop().await;
        let pool = world.database.pool();
        let (order, old): (i64, i64) = sqlx::query_as("SELECT id, version_id FROM store_order WHERE number = $1")
            .bind(number)
            .fetch_one(pool)
            .await
            .unwrap();
        let again = "INSERT INTO version (order_id, fingerprint, raw) SELECT order_id, fingerprint, raw FROM version
            WHERE id = $1 RETURNING id";
        let new: i64 = sqlx::query_scalar(again).bind(old).fetch_one(pool).await.unwrap();
        sqlx::query(broken).bind(old).execute(pool).await.unwrap();
        let wait = "UPDATE store_order SET state = 'waiting', next_try_at = now() WHERE id = $1";
        sqlx::query(wait).bind(order).execute(pool).await.unwrap();
        let mut tx = world.database.begin_apart().await;
        let newer = "UPDATE store_order SET version_id = $2, conflicts = '[]' WHERE id = $1";
        sqlx::query(newer).bind(order).bind(new).execute(&mut *tx).await.unwrap();
        let daemon = world.daemon();
        // It read the older one, and is about to say what became of it.
        world.database.waits_for_a_lock("/* transitions.lock */%").await;
        tx.commit().await.unwrap();
        let row = eventually("the newer version", || async {
            let row = world.orders().await.into_iter().find(|order| order.number.get() == number).unwrap();
            (row.state != OrderState::Waiting).then_some(row)
        })
        .await;
        assert_eq!(row.state, OrderState::Synced, "{:?}", row.reason);
        daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_release_before_is_migrated_with_all_that_is_in_it() {
    let world = World::imported_already(small(6)).await;
    // As it was before the newest migration.
    let before = "DROP TABLE intake_day, upkeep; DELETE FROM _sqlx_migrations WHERE version = 20261130000006";
    sqlx::raw_sql(before).execute(world.database.pool()).await.unwrap();
    let made = world.sandbox.roapp.data().orders.len();
    let number = world.sandbox.shop.place_order();
    let daemon = world.process(&[]);
    in_state(&world, number, OrderState::Synced).await;
    daemon.kill_9();
    assert_eq!(world.sandbox.roapp.data().orders.len(), made + 1);
    assert!(world.orders().await.iter().all(|order| order.state != OrderState::Waiting));
}
