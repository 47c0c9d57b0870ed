//! What the scheduler asks a database of 100,000 stores. The times are printed, none is judged; no plan may read all stores or accounts.

#![expect(clippy::print_stdout, reason = "the figures and the plans are what it is run for")]

use std::time::Duration;

use cartum_roapp::{
    db::{
        accounts,
        look::{self, Looking},
        processes::Load,
        stores,
    },
    domain::rate::Rate,
    secrets::Sealed,
};
use sqlx::{Connection, PgConnection, PgPool, postgres::PgPoolOptions};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    scale::explained,
    support::{TestDatabase, world::settings},
};

/// 20,000 accounts with 5 stores each, every one polled at any moment of the next five minutes, with 10 orders, 3 of them open.
const FILL: &str = "
    INSERT INTO account (name, base_url, company, due_at, watch_at)
        SELECT 'a' || n, 'http://a' || n, 'c' || n, now() + n * interval '15 milliseconds', now() + n * interval '15 milliseconds'
        FROM generate_series(1, 20000) n;
    INSERT INTO pace (account_id, gap) SELECT id, interval '400 milliseconds' FROM account WHERE id > 1;
    INSERT INTO store (account_id, name, marker_host, settings, state, next_poll_at)
        SELECT 2 + n / 5, 's' || n, 'h' || n, (SELECT settings FROM store WHERE id = 1), 'active', now() + n * interval '3 milliseconds'
        FROM generate_series(0, 99999) n;
    INSERT INTO store_order (store_id, number, state, in_import, priority, placed_at, final_at)
        SELECT 2 + n % 100000, n, 'synced', false, 1, now(), CASE WHEN n < 300000 THEN 'infinity' ELSE now() - interval '1 day' END
        FROM generate_series(1, 1000000) n;
    INSERT INTO work_order (store_id, number, account_id, work_order_id)
        SELECT o.store_id, o.number, s.account_id, o.number FROM store_order o JOIN store s ON s.id = o.store_id";
const LOOKS: usize = 40;

fn looking(process: Uuid) -> Looking<'static> {
    let (load, lease_time) = (Load { held: 0, free: 1000 }, Duration::from_secs(30));
    Looking {
        process,
        key_id: "any",
        load,
        lease_time,
        slack: Duration::from_secs(30),
        takes_nothing: false,
        is_careful: false,
    }
}

/// Looks and releases: how many accounts each look took, and how long both last.
async fn print_looks(pool: &PgPool) {
    let process = Uuid::new_v4();
    let (mut looks, mut releases, mut taken) = (Vec::new(), Vec::new(), 0);
    for _ in 0..LOOKS {
        // Ten accounts more are due each time.
        sqlx::query("UPDATE account SET due_at = now() WHERE id IN (SELECT id FROM account ORDER BY due_at LIMIT 10)")
            .execute(pool)
            .await
            .unwrap();
        let began = Instant::now();
        let looked = look::look(pool, looking(process)).await.unwrap();
        looks.push(began.elapsed());
        taken += looked.found.len();
        for found in looked.found {
            sqlx::query("UPDATE store SET next_poll_at = now() + interval '5 minutes' WHERE account_id = $1")
                .bind(found.lease.account.get())
                .execute(pool)
                .await
                .unwrap();
            let began = Instant::now();
            found.lease.release(pool, Duration::from_secs(30)).await.unwrap();
            releases.push(began.elapsed());
        }
    }
    looks.sort_unstable();
    releases.sort_unstable();
    let print = |what: &str, took: &[Duration]| {
        println!("{what}: median {:?}, at worst {:?}", took[took.len() / 2], took[took.len() - 1]);
    };
    println!("{taken} accounts taken in {LOOKS} looks");
    print("a look", &looks);
    print("a release", &releases);
}

/// The statements of a look and of a release, as the database runs them with these values.
async fn print_plans(connection: &mut PgConnection) {
    let uuid = Uuid::new_v4();
    let lease =
        format!("UPDATE account SET lease_token = '{uuid}', lease_expires_at = now() + interval '1 hour' WHERE id = 7");
    sqlx::raw_sql(sqlx::AssertSqlSafe(lease)).execute(&mut *connection).await.unwrap();
    for (name, values) in [
        ("processes.beat", format!("'{uuid}', '1', 20, 0, 64")),
        ("leases.acquire", format!("'{uuid}', 10, 30, 0, 'any'")),
        ("accounts.select", "'{7,8,9}'".to_owned()),
        ("agenda.each_of", "'{7,8,9}', 30".to_owned()),
        ("stores.rows", "NULL, '{7,8,9}', true".to_owned()),
        ("reading.beside", "'{31,32,33}'".to_owned()),
        ("leases.release", format!("7, '{uuid}', 30")),
    ] {
        let plan = explained(connection, name, &values).await;
        let growing = ["account ", "store ", "store_order ", "work_order "];
        let walks = |line: &String| growing.iter().any(|table| line.contains(&format!("Seq Scan on {table}")));
        assert!(!plan.iter().any(walks), "{name}: {plan:#?}");
    }
}

#[tokio::test]
#[ignore = "fills a database with 100,000 stores and a million orders: some minutes"]
async fn a_look_for_accounts_that_are_due_among_100_000_stores() {
    let database = TestDatabase::new().await;
    database.in_real_time();
    // As in production: other tests have each statement planned once for all its values.
    let options = database.options().options([("plan_cache_mode", "auto")]);
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let first =
        accounts::add(&pool, "first", "http://first", "0", Rate::Auto, |_| Ok(Sealed(Vec::new()))).await.unwrap();
    let settings = settings("https://shop.example.com");
    stores::add(&pool, first, (None, "shop.example.com"), &settings, |_| Ok(Sealed(Vec::new()))).await.unwrap();
    sqlx::raw_sql("SET statement_timeout = 0").execute(&mut connection).await.unwrap();
    sqlx::raw_sql(FILL).execute(&mut connection).await.unwrap();
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await.unwrap();
    print_looks(&pool).await;
    print_plans(&mut connection).await;
}
