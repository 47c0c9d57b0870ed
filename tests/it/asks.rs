//! What a person asks for with a command: a store read now, orders tried again or brought in step again.

use std::time::Duration;

use cartum_roapp::{
    admin::{self, Ask, Selection},
    clock::Clock,
    db::{
        self, history,
        orders::OrderState,
        reading::{self, Reading},
    },
    domain::{
        ids::{Id, OrderNumber},
        plan::{Conflict, Part},
        store::{MappedStatus, UnknownProducts},
    },
    sandbox::{faults::Fault, seed::Discounts},
};

use crate::support::{
    eventually,
    followed::line,
    world::{Daemon, World, small},
};

async fn ask(world: &World, selection: Selection, what: Ask) -> admin::Asked {
    admin::ask(world.database.pool(), &world.store().await, &selection, what).await.unwrap()
}

fn number(number: i64) -> Selection {
    Selection { numbers: vec![OrderNumber::new(number)], ..Selection::default() }
}

async fn state(world: &World, number: i64) -> OrderState {
    world.orders().await.into_iter().find(|order| order.number.get() == number).unwrap().state
}

async fn comes_to(world: &World, number: i64, wanted: OrderState) {
    eventually(wanted.word(), || async { (state(world, number).await == wanted).then_some(()) }).await;
}

/// The settings as they lie in the database, changed.
async fn change_status_map(world: &World, store_status: i64, roapp: i64) {
    let target = MappedStatus::Status(Id::new(roapp));
    world.edit(|settings| settings.status_map.extend([(Id::new(store_status), target)])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_order_is_tried_again_when_asked_and_others_are_left() {
    let world = World::new(small(20)).await;
    world.sandbox.roapp.staff().refuse_status(502);
    world.import_whole().await;
    let held: Vec<_> = world.orders().await.into_iter().filter(|order| order.state == OrderState::Held).collect();
    let synced = world.orders().await.into_iter().find(|order| order.state == OrderState::Synced).unwrap();
    world.sandbox.roapp.staff().allow_status(502);
    let daemon = world.daemon();
    let one = held[0].number.get();
    let asked = ask(&world, number(one), Ask::Retry).await;
    assert_eq!(asked.queued.iter().map(|order| order.number.get()).collect::<Vec<_>>(), [one]);
    comes_to(&world, one, OrderState::Synced).await;
    for other in &held[1..] {
        assert_eq!(state(&world, other.number.get()).await, OrderState::Held);
    }
    let left = ask(&world, number(synced.number.get()), Ask::Retry).await;
    assert!(left.queued.is_empty() && left.left.len() == 1);

    // All in a state at once.
    let all = Selection { state: Some(OrderState::Held), ..Selection::default() };
    if held.len() > 1 {
        ask(&world, all, Ask::Retry).await;
        for other in &held {
            comes_to(&world, other.number.get(), OrderState::Synced).await;
        }
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_setting_moves_nothing_until_a_resync_is_asked_for_and_then_keeps_what_staff_did() {
    let world = World::new(small(30)).await;
    world.sandbox.shop.edit(|shop| {
        let in_import = shop.orders.values_mut().rev().filter(|order| order.status != 3);
        in_import.take(2).for_each(|order| order.status = 2);
    });
    world.import_whole().await;
    let shop = world.sandbox.shop.data();
    let in_two = |order: &&cartum_roapp::db::orders::Listed| {
        order.state == OrderState::Synced && shop.orders[&order.number.get()].status == 2
    };
    let rows = world.orders().await;
    let mut rows = rows.iter().filter(in_two);
    let (plain, touched) = (rows.next().unwrap(), rows.next().unwrap());
    let status = |order: &cartum_roapp::db::orders::Listed| {
        world.sandbox.roapp.data().orders[&order.work_order.unwrap()].status_id
    };
    let staff = world.sandbox.roapp.staff();
    let item = world.sandbox.roapp.data().orders[&touched.work_order.unwrap()].items[0].clone();
    staff
        .change_item(touched.work_order.unwrap(), item.id, item.quantity + rust_decimal::Decimal::ONE, item.price)
        .unwrap();
    change_status_map(&world, 2, 503).await;
    let daemon = world.daemon();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!((status(plain), status(touched)), (502, 502), "a setting moves nothing by itself");

    for order in [plain, touched] {
        ask(&world, number(order.number.get()), Ask::Resync).await;
    }
    eventually("both statuses", || async { (status(plain) == 503 && status(touched) == 503).then_some(()) }).await;
    comes_to(&world, touched.number.get(), OrderState::Synced).await;
    daemon.stop().await;
    let after = world.orders().await.into_iter().find(|order| order.number == touched.number).unwrap();
    assert!(
        matches!(after.conflicts[..], [Conflict { part: Part::Line(_), .. }]),
        "staff's change is listed: {:?}",
        after.conflicts
    );
    let kept = &world.sandbox.roapp.data().orders[&touched.work_order.unwrap()].items[0];
    assert_eq!(kept.quantity, item.quantity + rust_decimal::Decimal::ONE, "and kept");
}

/// A daemon that looks by itself for accounts that are due only after hours.
fn daemon_that_listens(world: &World) -> Daemon {
    let mut engine = world.engine_by(Clock::System, &world.database, &[("SYNC__POLL_INTERVAL", "1day")]);
    engine.look_every = Duration::from_hours(5);
    Daemon::of(engine)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_asks_for_is_done_at_once_also_after_the_connection_that_told_of_it_was_cut() {
    let world = World::imported_already(small(4)).await;
    // Whoever leaps while nobody listens is heard by nobody.
    world.database.in_real_time();
    // As the import left it, RO App may be looked at in a moment, which nobody tells.
    sqlx::query("UPDATE account SET watch_at = now()").execute(world.database.pool()).await.unwrap();
    let daemon = daemon_that_listens(&world);
    have_it_read(&world).await;
    for _ in 0..3 {
        eventually("an account that is not due", async || goes_idle(&world).await.then_some(())).await;
        let polls = world.sandbox.shop.calls().len();
        have_it_read(&world).await;
        eventually("a poll", async || (world.sandbox.shop.calls().len() > polls).then_some(())).await;
        eventually("an account that is not due", async || goes_idle(&world).await.then_some(())).await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        // It may have come through another look while the connection is still being made.
        eventually("a connection to cut", async || {
            let cut = sqlx::query(cut).execute(world.database.pool()).await.unwrap();
            (cut.rows_affected() > 0).then_some(())
        })
        .await;
    }
    daemon.stop().await;
}

/// Nobody works the account, and it is due only after long. What is due sooner is due now: this daemon does not look by itself.
async fn goes_idle(world: &World) -> bool {
    let soon = "UPDATE account SET due_at = now()
                WHERE lease_token IS NULL AND due_at > now() AND due_at < now() + interval '1 minute'";
    sqlx::query(soon).execute(world.database.pool()).await.unwrap();
    let statement = "SELECT lease_token IS NULL AND due_at > now() + interval '1 minute' FROM account";
    sqlx::query_scalar(statement).fetch_one(world.database.pool()).await.unwrap()
}

async fn have_it_read(world: &World) {
    let mut tx = world.database.begin().await;
    reading::begin_now(&mut tx, &world.store().await).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_read_at_once_when_asked_also_while_it_is_not_due_for_long() {
    let world = World::imported_already(small(20)).await;
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    let pool = world.database.pool();
    let half_an_hour = chrono::Duration::minutes(30);
    eventually("a poll that is far away", || async {
        (world.store().await.next_poll_at > db::now(pool).await.unwrap() + half_an_hour).then_some(())
    })
    .await;
    let new = world.sandbox.shop.place_order();
    let at = admin::read_now(pool, &world.store().await).await.unwrap();
    eventually("the new order", || async {
        world.orders().await.into_iter().find(|order| order.number.get() == new && order.state == OrderState::Synced)
    })
    .await;
    daemon.stop().await;
    assert_eq!(reading::since(pool, world.store, at).await.unwrap(), Reading::Ended(None));
    let happened = history::since(pool, world.store, at).await.unwrap();
    assert_eq!(happened.iter().map(|order| order.number.get()).collect::<Vec<_>>(), [new]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_asked_for_while_it_is_worked_is_worked_again_though_that_run_ends_held() {
    let world = World::with(small(4), |settings| settings.unknown_products = UnknownProducts::Hold).await;
    world.import_whole().await;
    let placed = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&placed).unwrap();
        (order.lines, order.discounts) = (vec![line(1, "Z-9", 100, 1)], Discounts::default());
    });
    let daemon = world.daemon();
    eventually("the order", || async { world.orders().await.into_iter().find(|order| order.number.get() == placed) })
        .await;
    comes_to(&world, placed, OrderState::Held).await;
    let slow = Fault::Slow(Duration::from_millis(1_500));
    world.sandbox.roapp.faults().add("GET /products/", slow, 0, 1);
    let searches = || world.sandbox.roapp.calls().iter().filter(|call| call.name() == "GET /products/").count();
    let before = searches();
    ask(&world, number(placed), Ask::Retry).await;
    eventually("the search", || async { (searches() > before).then_some(()) }).await;
    ask(&world, number(placed), Ask::Retry).await;
    eventually("another search", || async { (searches() > before + 1).then_some(()) }).await;
    comes_to(&world, placed, OrderState::Held).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ask_that_is_repeated_while_the_daemon_finishes_the_order_is_done_afterwards() {
    let world = World::imported_already(small(4)).await;
    let pool = world.database.pool();
    let order = world.orders().await.into_iter().find(|order| order.work_order.is_some()).unwrap();
    ask(&world, number(order.number.get()), Ask::Resync).await;
    // The daemon is about to say that the order is synced, and what was asked is done.
    let mut done = world.database.begin_apart().await;
    let lock = "SELECT id FROM store_order WHERE id = $1 FOR NO KEY UPDATE";
    sqlx::query(lock).bind(order.id.get()).execute(&mut *done).await.unwrap();
    let again = {
        let (pool, store) = (pool.clone(), world.store().await);
        let selection = number(order.number.get());
        tokio::spawn(async move { admin::ask(&pool, &store, &selection, Ask::Resync).await })
    };
    world.database.waits_for_a_lock("/* transitions.wake */%").await;
    for statement in
        ["DELETE FROM order_ask WHERE order_id = $1", "UPDATE store_order SET state = 'synced' WHERE id = $1"]
    {
        sqlx::query(statement).bind(order.id.get()).execute(&mut *done).await.unwrap();
    }
    done.commit().await.unwrap();
    again.await.unwrap().unwrap();
    assert_eq!(state(&world, order.number.get()).await, OrderState::Waiting);
    let asked =
        || async { sqlx::query_scalar::<_, String>("SELECT kind FROM order_ask").fetch_all(pool).await.unwrap() };
    assert_eq!(asked().await, ["resync"]);
    let daemon = world.daemon();
    comes_to(&world, order.number.get(), OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!(asked().await, [""; 0]);
}
