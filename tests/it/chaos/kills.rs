//! SIGKILL of a daemon at chosen calls to RO App; the call hangs while it is killed, executed or not.

use std::time::Duration;

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{faults::Fault, seed::ShopOrder, world::SandboxOptions},
};
use tokio::time::Instant;

use crate::support::{
    Running, at_once, eventually,
    followed::{Followed, follow, line},
    oracle::{self, Terms},
    world::{CALLS_PER_SECOND, World, near_the_limit, small},
};

/// A process that was killed is succeeded after this.
const LEASE: (&str, &str) = ("SYNC__LEASE_TIME", "4500ms");
/// Imports that run at once.
const AT_ONCE: usize = 6;

/// The calls of an import at which the daemon is killed: which, and after how many of them; 25 in all.
const POINTS: [(&str, &[u32]); 8] = [
    ("GET /v2/contacts/people", &[0]),
    ("POST /v2/contacts/people", &[0, 1]),
    ("POST /products/", &[0, 1, 3, 6]),
    ("POST /v2/orders", &[0, 1, 3, 5, 7]),
    ("POST /v2/orders/{id}/items", &[0, 1, 2, 5, 9]),
    ("POST /v2/orders/{id}/status", &[0, 1, 2]),
    ("POST /v2/orders/{id}/comments", &[0, 1, 4]),
    ("GET /v2/orders", &[0, 1]),
];

/// One shop for all points: every order in the window, and few of them known to RO App.
fn shop() -> SandboxOptions {
    SandboxOptions { days: 5, ..small(9) }
}

async fn killed_at(call: &'static str, skip: u32, fault: Fault) {
    let world = World::new(shop()).await;
    let faults = world.sandbox.roapp.faults();
    faults.add(call, fault, skip, 1);
    world.import().await;
    let first = world.process(&[LEASE]);
    eventually("the call to be killed at", || async { faults.are_spent().then_some(()) }).await;
    first.kill_9();
    let second = world.process(&[LEASE]);
    world.imported().await;
    second.kill_9();
    oracle::check_import(&world, Terms::default()).await;
}

#[test]
#[ignore = "chaos; .ci/run runs it"]
fn a_daemon_killed_at_any_of_25_calls_comes_to_the_same_end_when_started_again() {
    let points = POINTS.into_iter().flat_map(|(call, skips)| skips.iter().map(move |skip| (call, *skip)));
    let jobs = points.enumerate().map(|(index, (call, skip))| {
        let (word, fault) = if index % 2 == 0 { ("before", Fault::HangBefore) } else { ("after", Fault::HangAfter) };
        (format!("killed {word} {call} was executed, {skip} of them earlier"), async move || {
            killed_at(call, skip, fault).await;
        })
    });
    let jobs: Vec<_> = jobs.collect();
    assert_eq!(jobs.len(), 25);
    at_once(AT_ONCE, jobs);
}

/// One after the other: what the one before left unclear is being settled when the next is killed.
const AGAIN_AND_AGAIN: [(&str, Fault); 6] = [
    ("POST /v2/orders", Fault::HangAfter),
    ("GET /v2/orders", Fault::HangBefore),
    ("GET /v2/orders", Fault::HangAfter),
    ("POST /v2/orders/{id}/items", Fault::HangAfter),
    ("GET /v2/orders/{id}/items", Fault::HangBefore),
    ("POST /v2/orders/{id}/items", Fault::HangBefore),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "chaos; .ci/run runs it"]
async fn a_daemon_killed_again_and_again_while_it_settles_what_is_unclear_doubles_and_loses_nothing() {
    let world = World::new(shop()).await;
    world.import().await;
    let faults = world.sandbox.roapp.faults();
    for (call, fault) in AGAIN_AND_AGAIN {
        faults.add(call, fault, 0, 1);
        let killed = world.process(&[LEASE]);
        eventually(call, || async { faults.are_spent().then_some(()) }).await;
        killed.kill_9();
    }
    let last = world.process(&[LEASE]);
    world.imported().await;
    last.kill_9();
    oracle::check_import(&world, Terms::default()).await;
}

/// The calls of an edit at which the daemon is killed.
const OF_AN_EDIT: [&str; 8] = [
    "POST /products/",
    "GET /v2/orders/{id}",
    "PATCH /v2/orders/{id}/items/{item_id}",
    "DELETE /v2/orders/{id}/items/{item_id}",
    "POST /v2/orders/{id}/items",
    "PATCH /v2/orders/{id}",
    "POST /v2/orders/{id}/status",
    "POST /v2/orders/{id}/comments",
];

/// An edit of everything that an edit may change.
fn edit(order: &mut ShopOrder) {
    order.lines[0].quantity = 3.into();
    order.lines.remove(1);
    order.lines.push(line(4, "A-4", 70, 1));
    (order.status, order.paid) = (2, true);
    (order.comment, order.address) = ("please call".into(), "Other street 9".into());
}

async fn edit_killed_at(call: &'static str, fault: Fault) {
    let followed = follow(&[line(1, "A-1", 100, 2), line(2, "A-2", 50, 1), line(3, "A-3", 30, 1)]).await;
    let (before, told) = (followed.row().await, followed.made().comments.len());
    let Followed { world, daemon, number, work_order } = followed;
    daemon.stop().await;
    let faults = world.sandbox.roapp.faults();
    faults.add(call, fault, 0, 1);
    world.sandbox.shop.edit(|shop| edit(shop.orders.get_mut(&number).unwrap()));
    let first = world.process(&[LEASE]);
    eventually("the call to be killed at", || async { faults.are_spent().then_some(()) }).await;
    first.kill_9();
    let daemon = world.daemon();
    let followed = Followed { world, daemon, number, work_order };
    followed.rests(OrderState::Synced, before).await;
    let made = followed.made();
    let lines: Vec<_> =
        followed.lines().into_iter().map(|(article, quantity, ..)| format!("{quantity} {article}")).collect();
    assert_eq!(lines, ["3 A-1", "1 A-3", "1 A-4"]);
    followed.total_is_the_stores();
    assert_eq!(made.status_id, 502);
    assert!(made.manager_notes.contains("please call"), "{}", made.manager_notes);
    assert_eq!(followed.conflicts().await, []);
    // Of delivery and of payment, each once; one whose arrival is unclear is never repeated.
    let comments: Vec<_> = made.comments[told..].iter().map(|comment| comment.text.as_str()).collect();
    let once = |text: &str| comments.iter().filter(|comment| comment.contains(text)).count();
    assert!(once("Other street 9") <= 1 && once("was paid in the store") <= 1, "{comments:?}");
    assert!(comments.len() == 2 || call.ends_with("/comments"), "{comments:?}");
    followed.daemon.stop().await;
}

#[test]
#[ignore = "chaos; .ci/run runs it"]
fn a_daemon_killed_at_any_call_of_an_edit_brings_it_to_its_end_when_started_again() {
    let points = OF_AN_EDIT.into_iter().flat_map(|call| [(call, Fault::HangBefore), (call, Fault::HangAfter)]);
    let jobs = points
        .map(|(call, fault)| (format!("killed at {call}, {fault:?}"), async move || edit_killed_at(call, fault).await));
    at_once(AT_ONCE, jobs.collect::<Vec<_>>());
}

/// The process that holds the lease: it names itself in the log.
async fn holder(world: &World, processes: Vec<Running>) -> (Running, Vec<Running>) {
    let holder = eventually("a holder of the lease", || async {
        let holder = "SELECT lease_holder::text FROM account WHERE lease_token IS NOT NULL";
        sqlx::query_scalar::<_, String>(holder).fetch_optional(world.database.pool()).await.unwrap()
    })
    .await;
    let (mut holds, others): (Vec<_>, Vec<_>) =
        processes.into_iter().partition(|process| process.stdout().contains(&holder));
    (holds.pop().unwrap(), others)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_daemons_one_is_killed_in_the_middle_of_an_import_and_the_other_takes_over_in_time() {
    let world = World::new(near_the_limit(30)).await;
    world.set_rate(CALLS_PER_SECOND).await;
    world.import().await;
    let processes = vec![world.process(&[LEASE]), world.process(&[LEASE])];
    for process in &processes {
        eventually("both to be started", || async { process.stdout().contains("started").then_some(()) }).await;
    }
    let before = world.sandbox.roapp.data().orders.len();
    let ten_more = || world.sandbox.roapp.data().orders.len() >= before + 10;
    eventually("ten work orders", || async { ten_more().then_some(()) }).await;
    world.sandbox.roapp.faults().add("POST /v2/orders/{id}/items", Fault::HangAfter, 3, 1);
    eventually("a call that hangs", || async { world.sandbox.roapp.faults().are_spent().then_some(()) }).await;
    let (holds, others) = holder(&world, processes).await;
    let (calls, killed) = (world.sandbox.roapp.calls().len(), Instant::now());
    holds.kill_9();
    eventually("the other's first call", || async { (world.sandbox.roapp.calls().len() > calls).then_some(()) }).await;
    let took = killed.elapsed();
    world.imported().await;
    drop(others);
    oracle::check_import(&world, Terms::default()).await;
    // The lease, and the look for expired ones every half second or so.
    assert!(took < Duration::from_secs(6), "the other took over after {took:?}");
    assert_eq!(world.sandbox.roapp.too_many(), 0);
}
