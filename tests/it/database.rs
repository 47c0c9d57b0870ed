//! The start of a command that uses a database: away, refusing, too new.

use std::{collections::BTreeSet, time::Duration};

use cartum_roapp::{
    db::{accounts, leases, look, stores},
    domain::{rate::Rate, store::Settings},
    secrets::Sealed,
};
use sqlx::{Row, postgres::PgPoolOptions};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use crate::support::{Program, TestDatabase, world::settings};

fn with_url(url: &str) -> Program {
    Program::new().env("CARTUM_ROAPP__DATABASE__URL", url)
}

#[tokio::test]
async fn a_database_that_is_away_is_waited_for() {
    let database = TestDatabase::new().await;
    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = door.local_addr().unwrap();
    drop(door);
    let port = database.options().get_port();
    let program = with_url(&database.url().replace(&format!(":{port}/"), &format!(":{}/", address.port())));
    let mut running = program.start(&["migrate"]);
    running.logs("the database is unavailable").await;

    let door = TcpListener::bind(address).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut outside, _)) = door.accept().await {
            let mut inside = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut outside, &mut inside).await });
        }
    });
    assert!(running.ended().await.success());
    assert_eq!(running.stderr().matches("the database is unavailable").count(), 1, "{}", running.stderr());
    assert_eq!(running.stderr().matches("the database answers").count(), 1, "{}", running.stderr());
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_tried_again() {
    let database = TestDatabase::new().await;
    let (before, after) = database.url().split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let user = before.rsplit_once(':').unwrap().0;
    let refused = with_url(&format!("{user}:hunter2@{after}")).run(&["migrate"]).await;
    assert!(!refused.success && refused.stderr.contains("refuses the user cartum_roapp"), "{refused:?}");
    assert!(!format!("{refused:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_named() {
    let database = TestDatabase::new().await;
    let name = database.options().get_database().unwrap().to_owned();
    let refused = with_url(&database.url().replace(&format!("/{name}?"), "/shop?")).run(&["migrate"]).await;
    assert!(!refused.success && refused.stderr.contains("has no database shop"), "{refused:?}");
}

#[tokio::test]
async fn an_older_program_leaves_a_newer_schema_alone() {
    let database = TestDatabase::new().await;
    let program = with_url(&database.url());
    assert!(program.run(&["migrate"]).await.success);
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (99990101000000, 'newer', true, '', 0)";
    sqlx::query(newer).execute(database.pool()).await.unwrap();
    let refused = program.run(&["migrate"]).await;
    assert!(!refused.success && refused.stderr.contains("migrated by a newer cartum-roapp"), "{refused:?}");
}

#[tokio::test]
async fn programs_that_migrate_at_once_all_succeed() {
    let database = TestDatabase::new().await;
    let program = with_url(&database.url());
    let runs = tokio::join!(program.run(&["migrate"]), program.run(&["migrate"]), program.run(&["migrate"]));
    assert!(runs.0.success && runs.1.success && runs.2.success, "{runs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_given_up_while_it_begins_leaves_its_connection_clean() {
    let database = TestDatabase::new().await;
    let pool = PgPoolOptions::new().max_connections(1).connect_with(database.options()).await.unwrap();
    accounts::add(&pool, "main", "http://localhost", "1", Rate::Fixed(1.0), |_| Ok(Sealed(Vec::new()))).await.unwrap();
    let process = Uuid::new_v4();
    let lease =
        leases::acquire(&pool, (process, "any"), 1, Duration::ZERO, Duration::from_mins(1)).await.unwrap().remove(0);
    for turns in 0..400 {
        tokio::select! {
            biased;
            done = lease.commit(&pool, "test", |_| async { Ok(()) }) => drop(done),
            () = yield_often(turns) => {}
        }
        // As one simple query: outside a transaction both are the moment at which it arrived.
        let row = sqlx::raw_sql("SELECT now() <> statement_timestamp()").fetch_one(&pool).await.unwrap();
        let within_a_transaction: bool = row.get(0);
        assert!(!within_a_transaction, "given up after {turns} turns");
    }
}

#[tokio::test]
async fn an_account_of_a_process_that_was_killed_is_taken_before_those_that_are_due_since_later() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    for name in ["one", "two"] {
        accounts::add(pool, name, "http://localhost", name, Rate::Fixed(1.0), |_| Ok(Sealed(Vec::new())))
            .await
            .unwrap();
    }
    let take = || async {
        let taken =
            leases::acquire(pool, (Uuid::new_v4(), "any"), 1, Duration::ZERO, Duration::from_mins(1)).await.unwrap();
        taken.into_iter().map(|lease| lease.account).collect::<Vec<_>>()
    };
    let killed = take().await;
    sqlx::raw_sql(
        "UPDATE account SET lease_expires_at = now() - interval '1 minute' WHERE lease_token IS NOT NULL;
         UPDATE account SET due_at = now() - interval '10 seconds' WHERE lease_token IS NULL",
    )
    .execute(pool)
    .await
    .unwrap();
    assert_eq!(take().await, killed);
}

#[tokio::test]
async fn of_many_due_stores_of_an_account_as_many_are_shown_as_may_be_read_at_once() {
    let database = TestDatabase::new().await;
    let pool = database.pool();
    let account =
        accounts::add(pool, "main", "http://localhost", "1", Rate::Auto, |_| Ok(Sealed(Vec::new()))).await.unwrap();
    let mut all = BTreeSet::new();
    for number in 0..20 {
        let host = format!("shop{number}.example.com");
        let settings = Settings { name: host.clone(), ..settings(&format!("https://{host}")) };
        let id = stores::add(pool, account, (None, &host), &settings, |_| Ok(Sealed(Vec::new()))).await.unwrap();
        all.insert(id);
    }
    sqlx::query("UPDATE store SET state = 'active', next_poll_at = now()").execute(pool).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    let mut due = async |running: BTreeSet<_>| {
        let mut due = look::due(&mut connection, &[account], &running).await.unwrap();
        let due = due.remove(&account).unwrap();
        let shown = due.stores.into_iter().map(|store| store.unwrap().0.id).collect::<BTreeSet<_>>();
        assert!(shown.is_disjoint(&running));
        (shown.len(), due.are_more)
    };
    assert_eq!(due(BTreeSet::new()).await, (16, true));
    assert_eq!(due(all.iter().copied().take(3).collect()).await, (13, true));
    assert_eq!(due(all.iter().copied().take(16).collect()).await, (0, true));
    assert_eq!(due(all.iter().copied().take(19).collect()).await, (0, true));
    assert_eq!(due(all).await, (0, false));
}

async fn yield_often(turns: u32) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}
