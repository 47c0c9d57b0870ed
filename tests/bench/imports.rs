//! First imports: how many calls they take, how many of the allowed calls they use, and what they cost by themselves.

use std::{collections::BTreeSet, time::Duration};

use cartum_roapp::{
    db::accounts,
    domain::rate::{MOST, Rate},
    sandbox::{
        faults::Fault,
        roapp::{Call, Product},
        world::{Sandbox, SandboxOptions},
    },
};
use tokio::time::Instant;

use crate::{
    Table, process,
    support::{
        Running,
        crowd::add_people,
        eventually_within,
        taken::Taken,
        world::{World, small},
    },
};

/// An import takes no longer than this.
const LIMIT: Duration = Duration::from_mins(10);
/// How often the store is polled beside the import whose live orders are timed.
const POLL: Duration = Duration::from_secs(10);
/// Live orders that are timed.
const LIVE: usize = 20;

/// A shop whose orders all lie in the window, and a RO App whose lists show everything at once.
fn shop(orders: u32) -> SandboxOptions {
    SandboxOptions { days: 40, list_lag: Duration::ZERO, ..small(orders) }
}

/// Adds so many products that the shop does not sell.
fn add_products(world: &World, count: i64) {
    world.sandbox.roapp.staff().edit(|data, now| {
        let first = data.products.keys().next_back().copied().unwrap_or(900_000) + 1;
        for id in first..first + count {
            let (title, article) = (format!("WORKSHOP-{id}"), format!("WORKSHOP-{id}"));
            let product =
                Product { id, category_id: 5, title, article, uom_id: 1, created_at: now, ..Product::default() };
            data.products.insert(id, product);
        }
    });
}

/// A daemon with the settings that a user has.
fn daemon(world: &World, poll: Duration) -> Running {
    world
        .program("bench")
        .env("CARTUM_ROAPP__SYNC__POLL_INTERVAL", format!("{}s", poll.as_secs()))
        .env("CARTUM_ROAPP__SYNC__LEASE_TIME", "30s")
        .env("CARTUM_ROAPP__ROAPP__REQUEST_TIMEOUT", "15s")
        .start(&["run"])
}

async fn finished(world: &World) {
    eventually_within(LIMIT, "the import", async || world.store().await.finished_at).await;
}

/// Calls beside those that have to be made.
pub(crate) async fn calls(table: &mut Table) {
    for (people, products) in [(0, 0), (10_000, 5_000)] {
        let world = World::new(shop(560)).await;
        add_people(&world, people);
        add_products(&world, products);
        world.import().await;
        let daemon = daemon(&world, Duration::from_mins(5));
        finished(&world).await;
        drop(daemon);
        let taken = Taken::of(&world);
        let ((all, _), (later, _)) = (Taken::percent(taken.all()), Taken::percent(taken.later()));
        let orders = world.sandbox.roapp.data().orders.len();
        let into = format!("calls for {orders} orders into {people} people and {products} products");
        table.add(&into, format!("{all} %, {later} % after the first hundred"), "110 %, 105 %", "100 % are writes");
    }
}

/// A RO App that takes 3 calls a second and answers after this time, and an account whose rate is found out.
async fn limited(orders: u32, answer: Duration) -> World {
    let world = World::new(SandboxOptions { rate_per_second: 3, days: 40, ..small(orders) }).await;
    let mut tx = world.database.begin().await;
    accounts::set_rate(&mut tx, world.store().await.account, Rate::Auto).await.unwrap();
    tx.commit().await.unwrap();
    world.sandbox.roapp.faults().add("*", Fault::Slow(answer), 0, u32::MAX);
    world.import().await;
    world
}

/// The share of the slots at the rate of the start that these calls used.
fn used(calls: &[Call]) -> f64 {
    let (Some(first), Some(last)) = (calls.first(), calls.last()) else { return 0.0 };
    let time = last.at.saturating_sub(first.at).as_secs_f64();
    f64::from(u32::try_from(calls.len() - 1).unwrap()) / time / MOST * 100.0
}

async fn import_in_slots(answer: Duration) -> [String; 2] {
    let world = limited(170, answer).await;
    let daemon = daemon(&world, Duration::from_mins(5));
    finished(&world).await;
    drop(daemon);
    let calls = world.sandbox.roapp.calls();
    // The first order is worked alone, and at the end there is not enough to do.
    let mut made = calls.iter().enumerate().filter(|(_, call)| call.name() == "POST /v2/orders");
    let second = made.nth(1).map_or(0, |(place, _)| place);
    let while_work_waits = &calls[second..calls.len() * 9 / 10];
    let turned_away = world.sandbox.roapp.too_many();
    [format!("{:.1} %", used(while_work_waits)), format!("{turned_away} of {} calls answered 429", calls.len())]
}

/// How long live orders take beside an import, the median and the longest, and the share of slots that is used.
async fn live_beside_import() -> [String; 2] {
    let world = limited(5000, Duration::from_millis(400)).await;
    let daemon = daemon(&world, POLL);
    let made = async || (world.sandbox.roapp.data().orders.len() > 5).then_some(());
    eventually_within(LIMIT, "some work orders", made).await;
    let since = world.sandbox.roapp.calls().len();
    let mut took = Vec::new();
    for _ in 0..LIVE {
        let (placed, began) = (world.sandbox.shop.place_order(), Instant::now());
        let synced = "SELECT 1 FROM store_order WHERE number = $1 AND state = 'synced'";
        let is_there =
            async || sqlx::query(synced).bind(placed).fetch_optional(world.database.pool()).await.unwrap().map(drop);
        eventually_within(LIMIT, "the live order", is_there).await;
        took.push(began.elapsed().as_secs_f64());
        // The next one is placed at another time between two polls.
        tokio::time::sleep(Duration::from_millis(1700)).await;
    }
    drop(daemon);
    took.sort_unstable_by(f64::total_cmp);
    let beside = format!("{:.1} % of the slots used", used(&world.sandbox.roapp.calls()[since..]));
    [format!("{:.1} s, at worst {:.1} s", took[LIVE / 2], took[LIVE - 1]), beside]
}

/// How many of the allowed calls are made while work waits, with answers as fast as RO App's and slower ones.
pub(crate) async fn slots(table: &mut Table) {
    let (usual, slow) = (Duration::from_millis(400), Duration::from_millis(1500));
    let ([usual, usual_429], [slow, slow_429], [live, live_used]) =
        tokio::join!(import_in_slots(usual), import_in_slots(slow), live_beside_import());
    table.add("slots used, answers after 400 ms", usual, "98 %", usual_429);
    table.add("slots used, answers after 1500 ms", slow, "95 %", slow_429);
    let within = format!("< {} s (a poll and 5 s)", POLL.as_secs() + 5);
    table.add("a live order beside an import of thousands", live, &within, live_used);
}

/// The same calls by a client that makes one after the other, as fast as it can.
async fn replay(options: SandboxOptions, calls: &[Call]) -> (Duration, usize) {
    let sandbox = Sandbox::start(options).await.unwrap();
    let base_url = sandbox.roapp.base_url();
    #[expect(clippy::disallowed_methods, reason = "the plain client that ours is compared with")]
    let client = reqwest::Client::builder().build().unwrap();
    let (began, mut otherwise) = (Instant::now(), 0);
    for call in calls {
        let url = format!("{base_url}{}", call.path);
        let mut request = client.request(call.method.parse().unwrap(), url).query(&call.query);
        request = request.bearer_auth("sandbox-key");
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        #[expect(clippy::disallowed_methods, reason = "the plain client that ours is compared with")]
        let answer = request.send().await.unwrap();
        otherwise += usize::from(answer.status().as_u16() != call.status);
        answer.bytes().await.unwrap();
    }
    (began.elapsed(), otherwise)
}

/// What an import costs where RO App sets no limit.
pub(crate) async fn throughput(table: &mut Table) {
    let options = SandboxOptions { rate_per_second: 1_000_000, ..shop(1000) };
    let world = World::new(options.clone()).await;
    world.set_rate(1_000_000.0).await;
    world.import().await;
    let daemon = daemon(&world, Duration::from_mins(5));
    let calls = || world.sandbox.roapp.calls();
    eventually_within(LIMIT, "the first call", async || (!calls().is_empty()).then_some(())).await;
    let began = Instant::now();
    finished(&world).await;
    let (took, memory, cpu) = (began.elapsed(), process::memory(daemon.id()), process::cpu(daemon.id()));
    drop(daemon);
    let (calls, orders) = (calls(), world.sandbox.roapp.data().orders.len());
    let (plain, otherwise) = replay(options, &calls).await;
    let peer =
        format!("a plain client with the same {} calls: {plain:.1?}, {otherwise} answered otherwise", calls.len());
    table.add(
        &format!("import of {orders} orders without a limit"),
        format!("{took:.1?}, {cpu:.1?} of a core"),
        "not slower",
        peer,
    );
    let kinds = calls.iter().map(Call::name).collect::<BTreeSet<_>>().len();
    table.add("memory after it", format!("{memory} MB"), "< 40 MB", format!("{kinds} kinds of calls"));
}
