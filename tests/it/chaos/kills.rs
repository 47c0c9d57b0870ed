//! SIGKILL of a daemon at chosen calls to RO App; the call hangs while it is killed, executed or not.

use std::time::Duration;

use cartum_roapp::sandbox::{faults::Fault, world::SandboxOptions};
use tokio::time::Instant;

use crate::support::{
    Running, at_once, eventually,
    oracle::{self, Terms},
    world::{CALLS_PER_SECOND, World, near_the_limit, small},
};

/// A process that was killed is succeeded after this.
const LEASE: (&str, &str) = ("SYNC__LEASE_TIME", "4500ms");
/// Imports that run at once.
const AT_ONCE: usize = 6;

/// The calls of an import at which the daemon is killed: which, and after how many of them; 25 in all.
const POINTS: [(&str, &[u32]); 7] = [
    ("POST /v2/contacts/people", &[0, 1, 2, 3]),
    ("POST /products/", &[0, 1, 3, 6]),
    ("POST /v2/orders", &[0, 1, 3, 5]),
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
