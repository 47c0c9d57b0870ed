//! `order resolve` for several orders: each is answered by itself.

use cartum_roapp::db::orders::OrderState;

use super::{
    order::{raw, save},
    world::World,
};

/// A store with held orders of these numbers.
async fn holding(numbers: &[i64]) -> World {
    let world = World::with_store().await;
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    for number in numbers {
        save(&world, *number, &raw(*number), OrderState::Held, "held for a test").await;
    }
    world
}

/// These numbers came back as other orders.
async fn come_back(world: &World, numbers: &[i64]) {
    let doubt = "INSERT INTO earlier_order (store_id, number, generation, version_id)
                 SELECT o.store_id, o.number, o.generation, v.id FROM store_order o JOIN version v ON v.order_id = o.id
                 WHERE o.number = ANY($1)";
    sqlx::query(doubt).bind(numbers).execute(world.database.pool()).await.unwrap();
}

/// Another work order carries the marker of this order.
async fn is_claimed(world: &World, number: i64) {
    let claim = "INSERT INTO marker_claim (account_id, work_order_id, store_id, number, expected, strange)
                 SELECT account_id, 777, id, $1, false, false FROM store";
    sqlx::query(claim).bind(number).execute(world.database.pool()).await.unwrap();
}

/// Which orders are held.
async fn held(world: &World) -> Vec<i64> {
    let held = sqlx::query_scalar("SELECT number FROM store_order WHERE state = 'held' ORDER BY number");
    held.fetch_all(world.database.pool()).await.unwrap()
}

/// Which of its number each order is.
async fn generations(world: &World) -> Vec<i32> {
    let rows = sqlx::query_scalar("SELECT generation FROM store_order ORDER BY number");
    rows.fetch_all(world.database.pool()).await.unwrap()
}

#[tokio::test]
async fn several_numbers_are_decided_each_by_itself_and_what_cannot_be_is_told() {
    let world = holding(&[1001, 1002, 1003]).await;
    come_back(&world, &[1001, 1002]).await;
    let told = world.run(&["order", "resolve", "My shop", "1001", "1003", "9999", "1002", "1001", "--new"]).await;
    assert!(!told.success, "{told:?}");
    for number in [1001, 1002] {
        assert_eq!(told.stdout.matches(&format!("will settle order {number} next")).count(), 1, "{told:?}");
    }
    assert!(told.stderr.contains("2 of 5 orders were left undecided:"), "{told:?}");
    assert!(told.stderr.contains("order 1003 was not changed") && told.stderr.contains("no order 9999"), "{told:?}");
    assert_eq!((held(&world).await, generations(&world).await), (vec![1003], vec![2, 2, 1]));

    // Of one alone it is said as before, and who wins is decided for several, too.
    let refused = world.refused(&["order", "resolve", "My shop", "1003", "--new"]).await;
    assert!(refused.starts_with("error: order 1003 was not changed"), "{refused}");
    let refused = world.refused(&["order", "resolve", "My shop", "1002", "1003", "--keep", "store"]).await;
    assert!(refused.contains("2 of 2 orders") && refused.matches("nothing to decide").count() == 2, "{refused}");
}

#[tokio::test]
async fn all_that_wait_for_it_are_decided_at_once_when_a_person_agrees() {
    let world = holding(&[1001, 1002, 1003, 1004]).await;
    come_back(&world, &[1001, 1003]).await;
    is_claimed(&world, 1004).await;
    let all = ["order", "resolve", "My shop", "--all", "--new"];
    let refused = world.refused(&all).await;
    assert!(refused.contains("3 orders") && refused.contains("1001, 1003, 1004"), "{refused}");
    assert!(refused.contains("pass --yes"), "{refused}");
    let asked = world.program.answer("n", &all).await;
    assert!(asked.stdout.contains("1001, 1003, 1004") && asked.stdout.contains("nothing changed"), "{asked:?}");
    assert_eq!(held(&world).await, [1001, 1002, 1003, 1004]);
    let told = world.ok(&[&all[..], &["--yes"]].concat()).await;
    assert_eq!(told.matches("queued: the daemon will settle order").count(), 3, "{told}");
    assert_eq!((held(&world).await, generations(&world).await), (vec![1002], vec![2, 1, 2, 1]));
    assert!(world.ok(&all).await.contains("nothing changed"), "nothing waits for it any more");

    for wrong in [&["1002", "--all", "--new"][..], &["--all", "--keep", "store"], &["--all"], &["--new"]] {
        let refused = world.refused(&[&["order", "resolve", "My shop"], wrong].concat()).await;
        assert!(refused.contains("Usage:"), "{wrong:?}: {refused}");
    }
}
