//! `run --read-only`: says what the daemon would do, and does none of it.

use std::{sync::Arc, time::Duration};

use cartum_roapp::{
    clock::{Clock, ManualClock},
    http::{Http, Request, SendError},
    sandbox::{faults::Fault, world::SandboxOptions},
    sync,
    web::Ready,
};
use serde_json::Value;
use tokio::time::sleep;

use crate::support::{
    Running, TestDatabase, eventually,
    oracle::{self, Terms},
    world::{World, small},
};

/// Everything in the database, row by row, but the turns of the calls to RO App.
async fn content(world: &World) -> String {
    let pool = world.database.pool();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'pace' ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut content = String::new();
    for table in tables {
        let rows = format!("SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {table} t");
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(rows)).fetch_one(pool).await.unwrap();
        content = format!("{content}{table}\n{rows}\n");
    }
    content
}

/// The figures of the last look.
async fn looked(running: &Running) -> Value {
    let line = eventually("a look", async || {
        let log = running.stdout();
        log.lines().rfind(|line| line.contains("compared the store")).map(str::to_owned)
    })
    .await;
    serde_json::from_str(&line).unwrap()
}

fn writes(world: &World) -> usize {
    world.sandbox.roapp.calls().iter().filter(|call| call.method != "GET").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_run_says_what_an_import_would_do_and_changes_nothing_anywhere() {
    let world = World::new(SandboxOptions { days: 80, ..small(60) }).await;
    world.import().await;
    let before = content(&world).await;
    let looking = world.program("look").start(&["run", "--read-only"]);
    let figures = looked(&looking).await;
    looking.signal("TERM");
    assert_eq!(content(&world).await, before);
    assert_eq!(writes(&world), 0);
    let log = looking.stdout();
    let makes = figures["would_make"].as_u64().unwrap();
    assert!(makes > 10, "{figures}");
    assert_eq!(u64::try_from(log.matches("would make a work order").count()).unwrap(), makes);
    assert!(figures["steps"].as_str().unwrap().contains("line added: "), "{figures}");

    // The daemon then does just that.
    world.import_whole().await;
    oracle::check_import(&world, Terms::default()).await;
    assert_eq!(u64::try_from(world.sandbox.roapp.data().orders.len()).unwrap(), makes);
    assert_eq!(u64::try_from(world.counts().await.excluded).unwrap(), figures["would_exclude"].as_u64().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_run_beside_a_backup_says_what_is_new_changed_and_known_to_ro_app_alone() {
    let world = World::new(SandboxOptions { days: 3, ..small(12) }).await;
    world.import_whole().await;
    let new = world.sandbox.shop.place_order();
    let mut changed = 0;
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.values_mut().rfind(|order| order.id != new && order.status == 1).unwrap();
        order.status = 2;
        changed = order.id;
    });
    // As a backup would, the database misses one of the work orders.
    let pool = world.database.pool();
    let lost: i64 = sqlx::query_scalar(
        "SELECT number FROM store_order WHERE state = 'synced' AND number <> $1 ORDER BY 1 DESC LIMIT 1",
    )
    .bind(changed)
    .fetch_one(pool)
    .await
    .unwrap();
    for statement in [
        "DELETE FROM line WHERE order_id = (SELECT id FROM store_order WHERE number = $1)",
        "DELETE FROM work_order WHERE number = $1",
        "UPDATE store_order SET state = 'waiting', applied = '{}', applied_version_id = NULL WHERE number = $1",
    ] {
        sqlx::query(statement).bind(lost).execute(pool).await.unwrap();
    }
    sqlx::raw_sql("UPDATE account SET read_up_to = now() - interval '1 hour'").execute(pool).await.unwrap();
    let (before, written) = (content(&world).await, writes(&world));
    let looking = world.program("look").start(&["run", "--read-only"]);
    let figures = looked(&looking).await;
    drop(looking);
    let count = |name: &str| figures[name].as_u64().unwrap();
    assert_eq!((count("would_make"), count("would_change"), count("would_link")), (1, 1, 1), "{figures}");
    assert_eq!((content(&world).await, writes(&world)), (before, written));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_run_beside_a_daemon_keeps_within_the_accounts_limit() {
    // RO App allows more than the account uses, and less than that and a fifth.
    let world = World::new(SandboxOptions { days: 50, rate_per_second: 23, ..small(40) }).await;
    world.set_rate(20.0).await;
    world.import().await;
    let looking = world.program("look").start(&["run", "--read-only"]);
    looked(&looking).await;
    let daemon = world.daemon();
    world.imported().await;
    daemon.stop().await;
    assert!(looking.stdout().matches("compared the store").count() > 1, "it looked while the daemon worked");
    assert_eq!(world.sandbox.roapp.too_many(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_run_under_a_role_that_may_not_write_paces_itself() {
    let world = World::new(small(5)).await;
    world.import().await;
    let pool = world.database.pool();
    let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(pool).await.unwrap();
    let only_reads = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    sqlx::raw_sql(sqlx::AssertSqlSafe(only_reads)).execute(pool).await.unwrap();
    let looking = world.program("look").start(&["run", "--read-only"]);
    assert!(looked(&looking).await["would_make"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn a_client_that_only_reads_sends_nothing_that_may_change_something() {
    let world = World::new(small(5)).await;
    let calls = world.sandbox.roapp.calls().len();
    let request = Request {
        method: "POST".parse().unwrap(),
        reads: false,
        url: world.sandbox.roapp.base_url().parse().unwrap(),
        bearer: None,
        body: None,
        timeout: Duration::from_secs(1),
    };
    let refused = Http::new(true).unwrap().reading_only().send(request).await.unwrap_err();
    assert!(matches!(refused, SendError::ReadOnly { .. }) && refused.surely_not_executed(), "{refused}");
    assert_eq!(world.sandbox.roapp.calls().len(), calls);
}

#[tokio::test]
async fn a_read_only_run_leaves_an_older_and_a_newer_schema_alone_with_the_fix() {
    for (change, fix) in [
        ("DELETE FROM _sqlx_migrations WHERE version = 20261130000006", "cartum-roapp migrate"),
        (
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (99990101000000, 'newer', true, '', 0)",
            "migrated by a newer cartum-roapp",
        ),
    ] {
        let database = TestDatabase::new().await;
        sqlx::raw_sql(change).execute(database.pool()).await.unwrap();
        let program = crate::support::Program::new().env("CARTUM_ROAPP__DATABASE__URL", database.url());
        let program = program.env("CARTUM_ROAPP__SECRETS__KEY_FILE", "secrets.key");
        assert!(program.run(&["secrets", "new-key", "secrets.key"]).await.success);
        let refused = program.run(&["run", "--read-only"]).await;
        assert!(!refused.success && refused.stderr.contains(fix), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_run_is_ready_also_while_a_store_does_not_answer() {
    let world = World::new(small(3)).await;
    world.import().await;
    world.sandbox.shop.faults().add("orders/get", Fault::HangBefore, 0, 1);
    let clock = ManualClock::at(Clock::System.now());
    let patient = [("CARTUM__REQUEST_TIMEOUT", "30s"), ("SYNC__LEASE_TIME", "60s")];
    let engine = Arc::new(world.engine_by(clock.clone().into(), &world.database, &patient));
    let looking = tokio::spawn(sync::rehearse(Arc::clone(&engine), None));
    eventually("a call that hangs", async || world.sandbox.shop.faults().are_spent().then_some(())).await;
    clock.advance(Duration::from_mins(2));
    sleep(Duration::from_secs(2)).await;
    assert_eq!(Ready::new(&engine.pool, engine.heartbeat.clone()).obstacle().await, None);
    engine.stop.request();
    looking.await.unwrap();
}
