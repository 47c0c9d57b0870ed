//! Thousands of stores in one process.

use std::{net::Ipv4Addr, time::Duration};

use cartum_roapp::{
    db::{accounts, stores},
    domain::rate::Rate,
    sandbox::world::SandboxOptions,
    secrets::Secret,
};
use tokio::time::{Instant, sleep};

use crate::{
    Table, process,
    support::world::{World, settings, small},
};

const STORES_OF_EACH: u32 = 5;
/// How long a fleet is measured.
const MEASURED: Duration = Duration::from_mins(1);

/// Accounts, of five stores each.
struct Fleet {
    accounts: u32,
    /// How often each store is polled.
    poll: Duration,
    /// How long it runs before it is measured.
    warm: Duration,
}

/// A tenth of the stores, polled ten times as often: each was polled before it is measured.
const BUSY: Fleet = Fleet { accounts: 200, poll: Duration::from_secs(30), warm: Duration::from_secs(45) };
const LARGE: Fleet = Fleet { accounts: 2000, poll: Duration::from_mins(5), warm: Duration::from_secs(20) };

/// As if every store had been imported a while ago, and polled at any moment of the last five minutes.
const POLLED: &str = "UPDATE store SET state = 'active', connected_at = now(), window_from = now() AT TIME ZONE 'UTC',
    import_asked_at = now(), import_listed_at = now(), import_finished_at = now(), statuses_read_at = now(), offer_checked_at = now(),
    audited_at = now(), audited_on = current_date + 1, looked_back = true, marker_read_back = true, last_success_at = now(),
    next_poll_at = now() + $1 * (account_id + random() * 0.1 - (SELECT min(id) FROM account)) / (SELECT count(*) FROM account) * interval '1 second'";
const WATCHED: &str = "UPDATE account a SET watch_at = s.due, due_at = s.due, last_success_at = now()
    FROM (SELECT account_id, min(next_poll_at) AS due FROM store GROUP BY account_id) s WHERE s.account_id = a.id";

/// Every account and every store at an address of its own: all of 127.0.0.0/8 is this machine.
fn address(url: &str, number: u32) -> String {
    let port = url.rsplit(':').next().unwrap();
    format!("http://{}:{port}", Ipv4Addr::from(0x7f01_0000 + number))
}

async fn made(fleet: &Fleet) -> World {
    let any = (Ipv4Addr::UNSPECIFIED, 0).into();
    let options = SandboxOptions { cartum: any, roapp: any, rate_per_second: 1_000_000, ..small(0) };
    let world = World::new(options).await;
    let (pool, keyring) = (world.database.pool(), &world.keyring);
    let first = accounts::get(pool, world.store().await.account).await.unwrap().unwrap();
    let (base_url, site_url) = (world.sandbox.roapp.base_url(), world.sandbox.shop.site_url());
    let (key, password) = (Secret::new("sandbox-key".into()), Secret::new("sandbox-password".into()));
    for number in 1..=fleet.accounts {
        let seal = |id| keyring.seal(&accounts::key_place(id), &key);
        let (name, url) = (format!("account {number}"), address(&base_url, number));
        let account = accounts::add(pool, &name, &url, &first.company, Rate::Auto, seal).await.unwrap();
        for store in 0..STORES_OF_EACH {
            let url = address(&site_url, number * STORES_OF_EACH + store);
            let settings = cartum_roapp::domain::store::Settings { name: format!("store {store}"), ..settings(&url) };
            let host = url.split("://").nth(1).unwrap();
            let seal = |id| keyring.seal(&stores::password_place(id), &password);
            stores::add(pool, account, (None, host), &settings, seal).await.unwrap();
        }
    }
    sqlx::query("UPDATE account SET removed_at = now() WHERE id = $1")
        .bind(first.id.get())
        .execute(pool)
        .await
        .unwrap();
    sqlx::query(POLLED).bind(fleet.poll.as_secs_f64()).execute(pool).await.unwrap();
    sqlx::query(WATCHED).execute(pool).await.unwrap();
    for table in ["store", "account"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("ANALYZE {table}"))).execute(pool).await.unwrap();
    }
    world
}

/// Adds the figures of both.
pub(crate) async fn measure(table: &mut Table) {
    for fleet in [BUSY, LARGE] {
        measure_one(&fleet, table).await;
    }
}

async fn measure_one(fleet: &Fleet, table: &mut Table) {
    let world = made(fleet).await;
    let pool = world.database.pool();
    let daemon = world
        .program("bench")
        .env("CARTUM_ROAPP__SYNC__POLL_INTERVAL", format!("{}s", fleet.poll.as_secs()))
        .env("CARTUM_ROAPP__SYNC__LEASE_TIME", "30s")
        .env("CARTUM_ROAPP__CARTUM__MIN_GAP", "1s")
        .env("CARTUM_ROAPP__LOG__LEVEL", "warn")
        .start(&["run"]);
    sleep(fleet.warm).await;
    let polls = || world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/get").count();
    let (began, postgres, cpu, before) =
        (Instant::now(), process::cpu_of_postgres(pool).await, process::cpu(daemon.id()), polls());
    let mut latest = 0.0_f64;
    while began.elapsed() < MEASURED {
        let late = "SELECT coalesce(extract(epoch FROM now() - min(s.next_poll_at)), 0)::float8
            FROM store s JOIN account a ON a.id = s.account_id WHERE a.removed_at IS NULL AND a.lease_token IS NULL";
        latest = latest.max(sqlx::query_scalar::<_, f64>(late).fetch_one(pool).await.unwrap());
        sleep(Duration::from_millis(500)).await;
    }
    let (took, polls) = (began.elapsed(), polls() - before);
    let postgres = process::cpu_of_postgres(pool).await.saturating_sub(postgres);
    let cpu = process::cpu(daemon.id()).saturating_sub(cpu);
    let memory = process::memory(daemon.id());
    drop(daemon);
    let stores = fleet.accounts * STORES_OF_EACH;
    let what = |figure: &str| format!("{figure}, {stores} stores polled every {:?}", fleet.poll);
    let rate = f64::from(u32::try_from(polls).unwrap()) / took.as_secs_f64();
    let due = f64::from(stores) / fleet.poll.as_secs_f64();
    let accounts = format!("{} accounts", fleet.accounts);
    table.add(&what("polls"), format!("{rate:.1} a second"), &format!("{due:.1}"), accounts);
    table.add(&what("latest poll"), format!("{latest:.1} s"), "< 5 s", "");
    table.add(&what("memory"), format!("{memory} MB"), "< 256 MB", "");
    let parts = format!("daemon {}, Postgres {}", process::share(cpu, took), process::share(postgres, took));
    table.add(&what("share of a core"), process::share(cpu + postgres, took), "< 10 %", parts);
}
