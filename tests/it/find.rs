//! `order find`: where an order is, also one that was never seen.

use std::time::Duration;

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{faults::Fault, world::SandboxOptions},
};
use serde_json::{Value, json};

use crate::{
    store_side::{in_state, sql},
    support::{
        Program,
        world::{World, small},
    },
};

/// A shop whose few orders are imported, and no daemon.
async fn imported() -> (World, Program) {
    // All of them so young that what is placed days before was not asked for by any poll.
    let world = World::imported_already(SandboxOptions { days: 3, ..small(6) }).await;
    let program = world.program("find");
    (world, program)
}

/// What `order find --json` says; it never fails.
async fn find(program: &Program, number: i64) -> Value {
    let done = program.run(&["order", "find", "Sandbox shop", &number.to_string(), "--json"]).await;
    assert!(done.success, "{done:?}");
    serde_json::from_str(&done.stdout).unwrap()
}

#[track_caller]
fn says(found: &Value, facts: [Value; 4], parts: &[&str]) {
    for (key, fact) in ["found", "known", "in_store", "in_scope"].into_iter().zip(facts) {
        assert_eq!(found[key], fact, "{key}: {found}");
    }
    let sentence = found["sentence"].as_str().unwrap();
    for part in parts {
        assert!(sentence.contains(part), "{part:?} is not in {sentence:?}");
    }
    assert!(sentence.ends_with(found["next"].as_str().unwrap()), "{found}");
}

/// An order that is in RO App.
async fn synced(world: &World) -> i64 {
    let orders = world.orders().await;
    orders.iter().find(|order| order.work_order.is_some() && order.state.word() == "synced").unwrap().number.get()
}

/// The shop gets an order that was placed so long ago, in this status.
fn placed(world: &World, ago: chrono::TimeDelta, status: i64) -> i64 {
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        order.placed_at -= ago;
        order.status = status;
    });
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_here_is_told_with_its_state_its_work_order_and_what_happens_next() {
    let (world, program) = imported().await;
    let number = synced(&world).await;
    let found = find(&program, number).await;
    let yes = || [json!(true), json!(true), json!(true), json!(true)];
    says(&found, yes(), &["is synced, with work order ", "the store has it in status ", "it is compared again"]);
    assert!(found["work_order_id"].is_i64() && found["state"] == "synced", "{found}");
    assert!(found["sentence"].as_str().unwrap().contains("once a daemon runs"), "none runs: {found}");

    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment = "changed".into());
    let found = find(&program, number).await;
    says(&found, yes(), &["changed since it was last read", "the newest version will arrive with the next poll"]);

    sql(&world, "UPDATE store_order SET state = 'held', reason = '{\"code\": \"text\", \"text\": \"two products\"}' WHERE state = 'synced'").await;
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment.clear());
    let found = find(&program, number).await;
    assert_eq!((&found["state"], &found["reason"]["text"]), (&json!("held"), &json!("two products")));
    says(&found, yes(), &["is held (two products)"]);

    let later = "UPDATE store_order SET state = 'waiting', reason = NULL, next_try_at = now() + interval '1 hour'";
    sql(&world, later).await;
    sql(
        &world,
        "UPDATE account SET failing_since = now(), last_error = '{\"code\": \"text\", \"text\": \"HTTP 503\"}', retry_at = now() + interval '9 minutes'",
    )
    .await;
    let waiting = world.orders().await.into_iter().find(|order| order.number.get() != number).unwrap().number.get();
    says(
        &find(&program, waiting).await,
        yes(),
        &["is waiting", "RO App is unavailable (HTTP 503)", "will be retried at 20"],
    );
    sql(&world, "UPDATE account SET failing_since = NULL").await;
    says(&find(&program, waiting).await, yes(), &["it will be tried at 20"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_store_does_not_show_now_counts_as_deleted_only_later() {
    let (world, program) = imported().await;
    let number = synced(&world).await;
    world.sandbox.shop.edit(|shop| drop(shop.orders.remove(&number)));
    let facts = || [json!(true), json!(true), json!(false), json!(true)];
    let found = find(&program, number).await;
    says(&found, facts(), &["the store does not show it now", "three times over an hour"]);
    sql(&world, "UPDATE store_order SET state = 'gone', reason = '{\"code\": \"gone\"}', gone_at = now()").await;
    says(&find(&program, number).await, facts(), &["is gone", "nothing happens"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_never_seen_is_told_with_what_will_bring_it() {
    let (world, program) = imported().await;
    let in_scope = || [json!(true), json!(false), json!(true), json!(true)];
    let not_in_scope = || [json!(true), json!(false), json!(true), json!(false)];
    let days = chrono::TimeDelta::days;

    let new = placed(&world, days(0), 1);
    says(&find(&program, new).await, in_scope(), &["was never seen here", "it will arrive with the next poll, "]);
    let late = placed(&world, days(9), 2);
    says(&find(&program, late).await, in_scope(), &["older than what polls ask for", "nightly audit", "store audit"]);
    let excluded = placed(&world, days(9), 3);
    let found = find(&program, excluded).await;
    says(&found, not_in_scope(), &["is not imported (excluded_statuses)", "when it leaves that status"]);
    assert_eq!(found["reason"]["text"], "store status Delivered (3) is not imported (excluded_statuses)");
    let old = placed(&world, days(200), 1);
    says(&find(&program, old).await, not_in_scope(), &["will not be sent to RO App", "before the import's window"]);
    let foreign = placed(&world, days(0), 1);
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&foreign).unwrap().currency = "EUR".into());
    says(&find(&program, foreign).await, in_scope(), &["with the next poll", "will then be held: the order is in EUR"]);

    // What is known by then is told as such.
    let daemon = world.daemon();
    crate::support::eventually("the new order", || async {
        world.orders().await.into_iter().find(|order| order.number.get() == new && order.state.word() == "synced")
    })
    .await;
    let found = find(&program, new).await;
    assert_eq!((&found["known"], &found["state"]), (&json!(true), &json!("synced")));
    assert!(!found["sentence"].as_str().unwrap().contains("once a daemon runs"), "one runs: {found}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_nobody_has_is_an_answer_and_no_failure() {
    let (_world, program) = imported().await;
    let facts = [json!(false), json!(false), json!(false), Value::Null];
    says(
        &find(&program, 999_999).await,
        facts,
        &["was never seen here", "the store has no such order", "nothing happens"],
    );
    let told = program.run(&["order", "find", "Sandbox shop", "999999"]).await;
    assert!(told.success && told.stdout.starts_with("order 999999 of the store \"Sandbox shop\""), "{told:?}");
    assert!(!program.run(&["order", "find", "No shop", "1"]).await.success);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_not_worked_is_told_with_what_sets_it_going() {
    let world = World::new(small(6)).await;
    let program = world.program("find");
    let new = placed(&world, chrono::TimeDelta::days(1), 1);
    let in_scope = || [json!(true), json!(false), json!(true), json!(true)];
    says(&find(&program, new).await, in_scope(), &["the store is a draft", "store import \"Sandbox shop\""]);
    world.import_whole().await;
    let new = placed(&world, chrono::TimeDelta::zero(), 1);
    assert!(program.run(&["store", "pause", "Sandbox shop"]).await.success);
    says(&find(&program, new).await, in_scope(), &["paused (paused by hand)", "store resume \"Sandbox shop\""]);
    sql(&world, "UPDATE store SET state = 'needs_credentials', reason = '{\"code\": \"text\", \"text\": \"the login is refused\"}'").await;
    says(&find(&program, new).await, in_scope(), &["needs credentials", "store edit"]);
    sql(&world, "UPDATE store SET state = 'active', settings = settings || '{\"enabled\": false}'").await;
    let calls = world.sandbox.shop.calls().len();
    let unknown = [json!(false), json!(false), Value::Null, Value::Null];
    says(
        &find(&program, new).await,
        unknown,
        &["could not be asked: it is switched off", "until the store is switched on"],
    );
    assert_eq!(world.sandbox.shop.calls().len(), calls, "off = no calls at all");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_waits_for_is_told_as_its_store_is_worked() {
    let (world, program) = imported().await;
    let number = synced(&world).await;
    let next = async || find(&program, number).await["next"].as_str().unwrap().to_owned();
    let excluded = placed(&world, chrono::TimeDelta::days(9), 3);
    let not_in_scope = || [json!(true), json!(false), json!(true), json!(false)];
    let says_of = async |parts: &[&str]| {
        let next = next().await;
        assert!(parts.iter().all(|part| next.contains(part)), "{parts:?} {next}");
    };
    let worked = [
        ("UPDATE store SET state = 'paused', reason = '{\"code\": \"paused-by-hand\"}'", "store resume"),
        ("UPDATE store SET state = 'draft'", "store import"),
        ("UPDATE store SET state = 'needs_credentials'", "it is not read until its login works again"),
    ];
    for (stop, until) in worked {
        sql(&world, stop).await;
        let nightly = "when it leaves that status, which is checked nightly once the store is read again";
        says(&find(&program, excluded).await, not_in_scope(), &[nightly, until]);
    }
    // The store is not read, and what was read is brought to RO App.
    sql(&world, "UPDATE store_order SET state = 'waiting', next_try_at = now() + interval '1 hour'").await;
    says_of(&["it will be tried at 20"]).await;
    sql(&world, "UPDATE store_order SET state = 'held', reason = '{\"code\": \"text\", \"text\": \"two products\"}'")
        .await;
    says_of(&["until `order retry`, or until it changes in the store; ", "until its login works again"]).await;
    sql(&world, "UPDATE store SET state = 'paused', reason = '{\"code\": \"paused-by-hand\"}'").await;
    let held = next().await;
    assert!(held.contains("it stays held; the store is paused") && !held.contains("retry"), "{held}");
    sql(&world, "UPDATE store_order SET state = 'waiting'").await;
    says_of(&["nothing happens until", "store resume"]).await;
    sql(&world, "UPDATE store_order SET state = 'excluded', store_status = 3").await;
    world.sandbox.shop.faults().add("orders/get", Fault::Refuse(503), 0, u32::MAX);
    says_of(&["nightly once the store is read again; ", "store resume"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_be_asked_or_cannot_say_is_told_with_the_reason() {
    let (world, program) = imported().await;
    let number = synced(&world).await;
    let known = || [json!(true), json!(true), Value::Null, json!(true)];
    let unknown = || [json!(false), json!(false), Value::Null, Value::Null];
    let faults = world.sandbox.shop.faults();
    let answers = |orders: Value| {
        let body = json!({"status": "OK", "response": {"orders": orders}});
        faults.add("orders/get", Fault::RefuseWith(200, body.to_string()), 0, 1);
    };
    faults.add("orders/get", Fault::Refuse(503), 0, u32::MAX);
    says(&find(&program, number).await, known(), &["is synced", "the store could not be asked", "HTTP 503"]);
    says(&find(&program, 999_999).await, unknown(), &["was never seen here", "could not be asked", "HTTP 503"]);
    faults.clear();
    faults.add("orders/get", Fault::Slow(Duration::from_secs(30)), 0, 3);
    says(&find(&program, number).await, known(), &["the store could not be asked"]);
    faults.clear();
    answers(json!([{"order_id": 1}]));
    says(&find(&program, 999_999).await, unknown(), &["cannot say whether it has it", "`ids` of orders/get"]);
    answers(json!([{"order_id": "?"}]));
    says(&find(&program, 999_999).await, unknown(), &["cannot say whether it has it", "whose number cannot be read"]);
    answers(json!([{"order_id": 999_999, "total_sum": 1, "products": "a text"}]));
    let unreadable = [json!(true), json!(false), json!(true), Value::Null];
    says(
        &find(&program, 999_999).await,
        unreadable,
        &["its data cannot be read", "kept as unreadable with the next poll"],
    );
    world.sandbox.shop.set_password("changed");
    says(&find(&program, number).await, known(), &["the store could not be asked", "refused the login"]);
    let written = world.sandbox.shop.calls().into_iter().filter(|call| call.function.contains("update")).count();
    assert_eq!(written, 0, "finding only reads");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_excluded_order_that_is_new_comes_with_a_poll_once_it_leaves_its_status() {
    let (world, program) = imported().await;
    let number = placed(&world, chrono::TimeDelta::hours(2), 3);
    let excluded = [json!(true), json!(false), json!(true), json!(false)];
    says(&find(&program, number).await, excluded, &["which is checked with each poll while it is new"]);
    let daemon = world.daemon();
    in_state(&world, number, OrderState::Excluded).await;
    daemon.stop().await;
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = 2);
    let in_scope = [json!(true), json!(true), json!(true), json!(true)];
    says(&find(&program, number).await, in_scope, &["it is in scope now: it will arrive with the next poll"]);
    let daemon = world.daemon();
    in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_an_order_that_rests_is_what_happens() {
    let (world, program) = imported().await;
    let number = synced(&world).await;
    let yes = || [json!(true), json!(true), json!(true), json!(true)];
    let set = async |change: &str| {
        let change = format!("UPDATE store_order SET {change} WHERE number = {number}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(change)).execute(world.database.pool()).await.unwrap();
    };
    set("state = 'waiting', next_try_at = now()").await;
    sql(&world, "UPDATE account SET state = 'needs_key', state_since = now()").await;
    says(&find(&program, number).await, yes(), &["another API key: cartum-roapp account edit \"main\""]);
    let daemon = world.daemon();
    sql(&world, "UPDATE account SET state = 'active', retry_at = '-infinity', due_at = now()").await;
    in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;

    set("conflicts = '[{\"part\": \"title\", \"store\": \"a\", \"roapp\": \"b\"}]'").await;
    says(&find(&program, number).await, yes(), &["wait for `order resolve`"]);
    set("conflicts = '[]', state = 'removed', reason = '{\"code\": \"work-order-deleted\"}'").await;
    says(&find(&program, number).await, yes(), &["is removed", "not recreated unless you ask for it"]);
    set("state = 'gone', reason = '{\"code\": \"gone\"}', gone_at = now(), missing_times = 3, missing_since = now()")
        .await;
    says(&find(&program, number).await, yes(), &["is gone", "it will be synced again with the next poll"]);
    let daemon = world.daemon();
    in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
}
