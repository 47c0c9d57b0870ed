//! Several daemons on one database: they share the accounts, never work one together, and stand in for each other.

use std::{collections::BTreeMap, time::Duration};

use cartum_roapp::sandbox::{faults::Fault, world::SandboxOptions};
use tokio::time::Instant;

use super::audit;
use crate::support::{
    Running, eventually,
    oracle::{self, Terms},
    world::{World, small},
};

/// How long a process may be silent in these tests.
const LEASE: Duration = Duration::from_secs(4);

/// A few orders, all in the window.
fn few(orders: u32) -> SandboxOptions {
    SandboxOptions { days: 20, ..small(orders) }
}

fn daemon(world: &World, name: &str) -> Running {
    let lease = format!("{}s", LEASE.as_secs());
    world
        .program(name)
        .env("CARTUM_ROAPP__SYNC__LEASE_TIME", lease)
        .env("CARTUM_ROAPP__CARTUM__REQUEST_TIMEOUT", "2s")
        // An account is handed over once those that are on their way have come to their end.
        .env("CARTUM_ROAPP__SYNC__ORDERS_AT_ONCE", "4")
        .start(&["run"])
}

/// How many accounts each process holds, by its name.
async fn held(world: &World) -> BTreeMap<String, usize> {
    let notes = audit::notes(world.database.pool()).await;
    let mut holders = BTreeMap::new();
    for note in &notes {
        match note.what.as_str() {
            "lease" => drop(holders.insert(note.account, note.process.clone())),
            "release" => drop(holders.remove(&note.account)),
            _ => {}
        }
    }
    let mut held = BTreeMap::new();
    for process in holders.into_values() {
        *held.entry(process).or_default() += 1;
    }
    held
}

/// Waits until as many processes hold so many accounts each, whoever holds how many.
async fn holds(world: &World, expected: &[usize]) -> BTreeMap<String, usize> {
    let spread = |held: &BTreeMap<String, usize>| {
        let mut counts: Vec<_> = held.values().copied().collect();
        counts.sort_unstable();
        counts
    };
    eventually(&format!("{expected:?}"), async || {
        let held = held(world).await;
        (spread(&held) == expected).then_some(held)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn daemons_share_the_accounts_evenly_and_take_over_those_of_a_killed_one() {
    let mut worlds = vec![World::new(few(60)).await];
    for number in 2..=8 {
        let beside = worlds[0].beside(&format!("account {number}"), few(60)).await;
        worlds.push(beside);
    }
    let first = &worlds[0];
    audit::begin(first.database.pool()).await;
    // Slow enough to last until all have come and gone.
    for world in &worlds {
        world.set_rate(10.0).await;
        world.import().await;
    }
    let one = daemon(first, "one");
    holds(first, &[8]).await;
    let two = daemon(first, "two");
    holds(first, &[4, 4]).await;
    let three = daemon(first, "three");
    holds(first, &[2, 3, 3]).await;
    let four = daemon(first, "four");
    holds(first, &[2, 2, 2, 2]).await;
    two.kill_9();
    let killed = Instant::now();
    // An account may change hands in between.
    eventually("the three others to hold all", async || {
        let held = held(first).await;
        (held.values().sum::<usize>() == 8 && !held.contains_key("two")).then_some(())
    })
    .await;
    let took = killed.elapsed();
    tracing::info!(?took, "taken over");
    assert!(took < LEASE + Duration::from_secs(3), "{took:?}");
    holds(first, &[2, 3, 3]).await;

    for world in &worlds {
        world.set_rate(400.0).await;
    }
    for world in &worlds {
        world.imported().await;
        oracle::check_import(world, Terms::default()).await;
        assert_eq!(world.sandbox.roapp.too_many(), 0);
    }
    drop((one, three, four));
    let written = audit::check(&audit::notes(first.database.pool()).await);
    assert_eq!(written.len(), 4, "each wrote something: {written:?}");
}

/// Every work order was posted by the process that held the account when the call arrived.
async fn check_posts(world: &World) {
    let notes = audit::notes(world.database.pool()).await;
    let account = world.store().await.account.get();
    let calls = world.sandbox.roapp.calls();
    let posts = calls.iter().filter(|call| call.name() == "POST /v2/orders");
    for post in posts {
        let at = world.sandbox.roapp.began() + post.at;
        let text = post.body.as_ref().unwrap()["manager_notes"].as_str().unwrap();
        let number: i64 = text.rsplit(['/', ']']).nth(1).unwrap().parse().unwrap();
        let mut entries = notes.iter().filter(|note| note.what == "work_order" && note.number == Some(number));
        let author = &entries.rfind(|note| note.at <= at).unwrap().process;
        assert_eq!(audit::holder(&notes, account, at), Some(author.as_str()), "order {number} posted at {at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_paused_before_a_call_until_its_lease_is_gone_never_sends_it() {
    let world = World::new(few(20)).await;
    audit::begin(world.database.pool()).await;
    world.set_rate(4.0).await;
    world.import().await;
    let mut one = daemon(&world, "one");
    // A work order is journalled; its call waits a quarter of a second for its turn.
    let pool = world.database.pool();
    let journalled = async |least| {
        let notes = audit::notes(pool).await;
        let count = notes.iter().filter(|note| note.what == "work_order").count();
        (count >= least).then_some(count)
    };
    let mut nth = 2;
    loop {
        let count = eventually("the next work order", async || journalled(nth).await).await;
        one.signal("STOP");
        // Stopped before the call of the last one at least.
        if posts(&world) < count {
            break;
        }
        one.signal("CONT");
        nth = count + 1;
    }
    let nth = posts(&world) + 1;
    world.set_rate(400.0).await;
    let two = daemon(&world, "two");
    eventually("the other's work order in its place", async || (posts(&world) > nth + 1).then_some(())).await;
    one.signal("CONT");
    world.imported().await;
    // Time for whatever it still had in mind.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(one.is_running() && one.stdout().contains("the lease was lost"), "{}", one.stdout());
    oracle::check_import(&world, Terms::default()).await;
    audit::check(&audit::notes(pool).await);
    check_posts(&world).await;
    drop(two);
}

fn posts(world: &World) -> usize {
    world.sandbox.roapp.calls().iter().filter(|call| call.name() == "POST /v2/orders").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_call_of_a_killed_process_is_found_by_the_one_that_takes_over() {
    let world = World::new(few(12)).await;
    audit::begin(world.database.pool()).await;
    // Executed well after its sender has died, and after it would have given up.
    world.sandbox.roapp.faults().add("POST /v2/orders", Fault::Slow(Duration::from_secs(2)), 2, 1);
    world.import().await;
    let one = daemon(&world, "one");
    eventually("the slow call", async || (posts(&world) >= 3).then_some(())).await;
    one.kill_9();
    let two = daemon(&world, "two");
    world.imported().await;
    oracle::check_import(&world, Terms::default()).await;
    let written = audit::check(&audit::notes(world.database.pool()).await);
    assert!(written.len() == 2, "{written:?}");
    drop(two);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_account_is_left_alone_until_its_next_poll() {
    let world = World::imported_already(small(3)).await;
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    let idle = "SELECT 1 FROM account WHERE lease_token IS NULL AND due_at > now() + interval '5 minutes'";
    eventually("an account that is due much later", || async {
        sqlx::query_scalar::<_, i32>(idle).fetch_optional(world.database.pool()).await.unwrap()
    })
    .await;
    let taken = "SELECT xmin::text FROM account";
    let row = async || sqlx::query_scalar::<_, String>(taken).fetch_one(world.database.pool()).await.unwrap();
    let before = row().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(row().await, before, "nobody takes it meanwhile");
    daemon.stop().await;
}
