//! RO App away for an hour: orders wait, use up no try, and go on by themselves; it is told once.

use std::time::Duration;

use cartum_roapp::{
    clock::Clock,
    db::{accounts, notices, orders::OrderState},
    sandbox::{faults::Fault, world::SandboxOptions},
};

use crate::support::{
    Words, eventually, eventually_within,
    followed::{follow, line},
    oracle::{self, Terms},
    world::{World, small},
};

/// A call is tried some times, with pauses, before RO App counts as away.
const PATIENCE: Duration = Duration::from_mins(2);

/// An hour of it, so many failed tries long: whenever the account would be tried again later, that moment is moved to now.
async fn an_hour_of(fault: Fault, tries: i32) {
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
    let (since, error) = eventually_within(PATIENCE, "the outage", failing).await;
    assert!(!error.is_empty());
    for failures in 2..=tries {
        sqlx::raw_sql(
            "UPDATE account SET retry_at = now() WHERE failing_since IS NOT NULL; UPDATE account SET due_at = now()",
        )
        .execute(pool)
        .await
        .unwrap();
        eventually_within(PATIENCE, "another failed try", || async {
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
#[ignore = "chaos; .ci/run runs it"]
async fn an_hour_of_503_of_429_of_cut_connections_of_html_or_of_no_answer_costs_no_order_a_try() {
    let slow = Fault::Slow(Duration::from_secs(5));
    // Most of the time is waiting: all at once.
    tokio::join!(
        an_hour_of(Fault::Refuse(503), 4),
        // It is waited for longer and longer within one try.
        an_hour_of(Fault::Refuse(429), 1),
        an_hour_of(Fault::CutBefore, 4),
        an_hour_of(Fault::Html, 4),
        an_hour_of(slow, 2),
    );
}

/// Calls that make something.
const WRITES: [&str; 4] =
    ["POST /v2/contacts/people", "POST /products/", "POST /v2/orders", "POST /v2/orders/{id}/items"];

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_writes_alone_fails_no_order_and_each_is_tried_ever_more_rarely() {
    let world = World::new(SandboxOptions { days: 20, ..small(6) }).await;
    let (pool, faults) = (world.database.pool(), world.sandbox.roapp.faults());
    for call in WRITES {
        faults.add(call, Fault::Refuse(503), 0, u32::MAX);
    }
    world.import().await;
    let daemon = world.daemon();
    // More tries than an order may use up by itself.
    eventually_within(PATIENCE, "the ninth try", || async {
        sqlx::raw_sql(
            "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting' AND unanswered < 9;
             UPDATE journal SET look_from = now() WHERE state = 'sent'; UPDATE account SET due_at = now()",
        )
        .execute(pool)
        .await
        .unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let least: Option<i32> =
            sqlx::query_scalar("SELECT min(unanswered) FROM store_order WHERE state <> 'excluded'")
                .fetch_one(pool)
                .await
                .unwrap();
        least.filter(|calls| *calls >= 9)
    })
    .await;
    let orders = world.orders().await;
    let wanted: Vec<_> = orders.iter().filter(|order| order.state != OrderState::Excluded).collect();
    assert!(!wanted.is_empty());
    for order in wanted {
        assert_eq!(order.state, OrderState::Waiting, "{:?}", order.reason);
        assert!(order.reason.contains("503") && order.reason.contains("retried automatically"), "{:?}", order.reason);
        // Rarely enough, and soon after RO App takes writes again.
        let pause = order.next_try_at - Clock::System.now();
        assert!(pause > chrono::Duration::minutes(3) && pause <= chrono::Duration::minutes(5), "{pause}");
    }
    let tries = "SELECT sum(tries) FROM store_order";
    let tries: Option<i64> = sqlx::query_scalar(tries).fetch_one(pool).await.unwrap();
    assert_eq!(tries, Some(0), "what else goes wrong has all of them");
    faults.clear();
    let due = "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting';
        UPDATE journal SET look_from = now() WHERE state = 'sent'; UPDATE account SET due_at = now()";
    sqlx::raw_sql(due).execute(pool).await.unwrap();
    world.imported().await;
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_place_of_the_answer_to_a_change_is_no_yes() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let faults = followed.world.sandbox.roapp.faults();
    for call in ["PATCH /v2/orders/{id}", "PATCH /v2/orders/{id}/items/{item_id}", "POST /v2/orders/{id}/status"] {
        faults.add(call, Fault::Html, 0, 1);
    }
    followed.world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&followed.number).unwrap();
        order.comment = "as it is now".into();
        order.lines[0].quantity = 2.into();
        order.status = 8;
    });
    let made = || followed.made();
    let are_there = || made().malfunction.contains("as it is now") && made().status_id == 504;
    let (pool, due) =
        (followed.world.database.pool(), "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting'");
    eventually("the changes", || async {
        sqlx::raw_sql(due).execute(pool).await.unwrap();
        (are_there() && faults.are_spent()).then_some(())
    })
    .await;
    eventually("the order in step", || async {
        followed.row().await.filter(|row| row.state == OrderState::Synced && row.reason.is_empty())
    })
    .await;
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_in_the_middle_of_a_repair_uses_up_no_repair() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let (faults, calls) = (followed.world.sandbox.roapp.faults(), || followed.world.sandbox.roapp.calls());
    faults.add("POST /v2/orders/{id}/status", Fault::Slow(Duration::from_millis(1500)), 0, 1);
    faults.add("PATCH /v2/orders/{id}/items/{item_id}", Fault::Refuse(503), 0, 1);
    let moves = || calls().iter().filter(|call| call.name() == "POST /v2/orders/{id}/status").count();
    let (before, version) = (moves(), followed.row().await);
    followed.world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&followed.number).unwrap();
        order.lines.push(line(2, "B-2", 50, 1));
        order.status = 2;
    });
    eventually("the status on its way", || async { (moves() > before).then_some(()) }).await;
    // RO App shows something else than was just written.
    let item = followed.made().items.iter().find(|item| item.price == 50.into()).unwrap().id;
    followed.staff().change_item(followed.work_order, item, 3.into(), 50.into()).unwrap();
    followed.rests(OrderState::Synced, version).await;
    assert!(faults.are_spent());
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_never_left_because_the_database_failed_is_sent_afterwards() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let pool = followed.world.database.pool();
    // Once a comment is journalled the database takes nothing more of the account's writing, for a while.
    let fail = "CREATE SEQUENCE failures;
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT 1 FROM journal WHERE kind = 'comment' AND state = 'sent') THEN
                PERFORM nextval('failures'); RAISE EXCEPTION 'out of order';
            END IF; RETURN NEW; END $$;
        CREATE TRIGGER fail BEFORE UPDATE ON pace FOR EACH ROW EXECUTE FUNCTION fail();
        CREATE TRIGGER fail BEFORE UPDATE ON journal FOR EACH ROW EXECUTE FUNCTION fail()";
    sqlx::raw_sql(fail).execute(pool).await.unwrap();
    followed.world.sandbox.shop.edit(|shop| {
        shop.orders.get_mut(&followed.number).unwrap().address = "Other street 9".into();
    });
    eventually("the failures", || async {
        let failed: i64 = sqlx::query_scalar("SELECT last_value FROM failures").fetch_one(pool).await.unwrap();
        (failed >= 2).then_some(())
    })
    .await;
    sqlx::raw_sql("DROP TRIGGER fail ON pace; DROP TRIGGER fail ON journal").execute(pool).await.unwrap();
    let told = || followed.made().comments.iter().filter(|comment| comment.text.contains("Other street 9")).count();
    eventually("the comment", || async { (told() > 0).then_some(()) }).await;
    eventually("the order at rest", || async { followed.row().await.filter(|row| row.state == OrderState::Synced) })
        .await;
    assert_eq!(told(), 1);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_several_rounds_is_told_once_when_it_begins_and_once_when_it_is_over() {
    let world = World::imported_already(small(4)).await;
    let (pool, account) = (world.database.pool(), world.store().await.account);
    let open = || async { notices::open(pool, account, None).await.unwrap() };
    let succeeded = || async {
        accounts::get(pool, account).await.unwrap().unwrap().last_success_at.map(|at| at.timestamp_micros())
    };
    let daemon = world.process(&[]);
    let before = succeeded().await;
    eventually("a look at RO App", || async { (succeeded().await > before).then_some(()) }).await;
    world.sandbox.roapp.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
    for failures in 1..=3 {
        eventually_within(PATIENCE, "a failed try", || async {
            let count: i32 = sqlx::query_scalar("SELECT failures FROM account").fetch_one(pool).await.unwrap();
            (count >= failures).then_some(())
        })
        .await;
        assert!(open().await.len() <= 1, "{:?}", open().await);
        sqlx::raw_sql("UPDATE account SET retry_at = now(), due_at = now()").execute(pool).await.unwrap();
    }
    assert!(!daemon.stdout().contains("RO App answers again"));

    world.sandbox.roapp.faults().clear();
    sqlx::raw_sql("UPDATE account SET retry_at = now(), due_at = now()").execute(pool).await.unwrap();
    daemon.prints("RO App answers again").await;
    for _ in 0..2 {
        let before = succeeded().await;
        eventually("a look at RO App", || async { (succeeded().await > before).then_some(()) }).await;
    }
    let log = daemon.stdout();
    for told in ["RO App is unavailable; its orders wait", "RO App answers again"] {
        assert_eq!(log.matches(told).count(), 1, "{told}: {log}");
    }
    let warnings = log.lines().filter(|line| line.contains("\"WARN\"") || line.contains("\"ERROR\""));
    assert_eq!(warnings.count(), 1, "{log}");
    assert!(open().await.is_empty(), "{:?}", open().await);
}
