//! Lists of a million orders: a page of each costs the same as with ten, also where the orders that fit are few, old, or another
//! store's. The times are printed, none is judged; no plan may read all orders.

#![expect(clippy::print_stdout, reason = "the figures and the plans are what it is run for")]

use std::time::Duration;

use cartum_roapp::{
    admin::{About, Filter, inbox},
    db::orders::OrderState,
    domain::ids::{AccountId, Id, StoreId},
};
use chrono::NaiveDate;
use sqlx::{Connection, PgConnection, PgPool, postgres::PgPoolOptions};
use tokio::time::Instant;

use crate::{scale::explained, support::TestDatabase};

/// 20 accounts with 10 stores each; half of all orders are one store's. Some held and failed orders are everywhere, a few excluded ones
/// are old; one in 300 has a conflict, one in 40 of the first half a client to look at.
const FILL: &str = "
    INSERT INTO account (name, base_url, company) SELECT 'a' || n, 'http://a' || n, 'c' || n FROM generate_series(1, 20) n;
    INSERT INTO store (account_id, name, marker_host, settings, state)
        SELECT 1 + n % 20, 's' || n, 'h' || n, '{\"time_zone\": \"Europe/Kyiv\"}', 'active' FROM generate_series(1, 200) n;
    INSERT INTO dictionary (account_id, store_id, kind, id, name)
        SELECT a, s, 'status', n, 'status ' || n FROM generate_series(1, 20) a, generate_series(0, 0) s, generate_series(1, 100) n;
    INSERT INTO store_order (store_id, number, state, reason, in_import, priority, placed_at, store_status, total, conflicts)
        SELECT CASE WHEN n % 2 = 0 THEN 1 ELSE 2 + (n / 2) % 199 END, n,
            CASE WHEN n % 1000 < 3 THEN 'held' WHEN n % 1000 = 3 THEN 'failed' WHEN n < 50 THEN 'excluded'
                WHEN n > 999500 THEN 'waiting' ELSE 'synced' END,
            '{\"code\": \"gone\"}', false, 1, timestamp '2020-01-01' + n * interval '3 minutes', 1 + n % 8, 100 + n % 900,
            CASE WHEN n % 300 = 11 THEN '[{\"part\": \"status\", \"store\": \"1\", \"roapp\": \"2\"}]'::jsonb ELSE '[]' END
        FROM generate_series(1, 1000000) n;
    INSERT INTO work_order (store_id, number, account_id, work_order_id)
        SELECT o.store_id, o.number, s.account_id, o.number FROM store_order o JOIN store s ON s.id = o.store_id
        WHERE o.state = 'synced';
    INSERT INTO link (account_id, kind, key, remote_id, reason, review, order_id)
        SELECT 1, 'person', 'p' || id, id, '{\"code\": \"matched-phone-alone\"}',
            CASE WHEN id % 40 = 0 THEN '{\"code\": \"review-contact-not-taken\"}'::jsonb END, id
        FROM store_order WHERE id < 500000;
    INSERT INTO write_back (order_id, refusal) SELECT id, '{\"code\": \"text\", \"text\": \"no\"}' FROM store_order WHERE id % 2000 = 5;
    DELETE FROM order_count;
    INSERT INTO order_count SELECT store_id, state, in_import, count(*) FROM store_order GROUP BY 1, 2, 3";

/// The lists, each with a word for what it prints.
fn filters() -> Vec<(&'static str, Filter)> {
    let all = Filter::default;
    let state = |state| Filter { state: Some(state), ..all() };
    let (large, small) = (Some(StoreId::new(1)), Some(StoreId::new(17)));
    let accounts = || Some(vec![AccountId::new(7)]);
    let day = NaiveDate::from_ymd_opt(2020, 3, 1);
    let about = |about| Filter { about, ..all() };
    let (conflicts, reviews) = (|| about(About::Conflicts), || about(About::Reviews));
    vec![
        ("all", all()),
        ("held", state(OrderState::Held)),
        ("synced", state(OrderState::Synced)),
        ("excluded: few, the oldest", state(OrderState::Excluded)),
        ("incomplete: none", state(OrderState::Incomplete)),
        ("large store", Filter { store: large, ..all() }),
        ("small store", Filter { store: small, ..all() }),
        ("held of the large store", Filter { store: large, ..state(OrderState::Held) }),
        ("excluded of the large store", Filter { store: large, ..state(OrderState::Excluded) }),
        ("held of the small store", Filter { store: small, ..state(OrderState::Held) }),
        ("account", Filter { accounts: accounts(), ..all() }),
        ("failed of the account", Filter { accounts: accounts(), ..state(OrderState::Failed) }),
        ("conflicts", conflicts()),
        ("conflicts of the small store", Filter { store: small, ..conflicts() }),
        ("conflicts of the account", Filter { accounts: accounts(), ..conflicts() }),
        ("held conflicts", Filter { about: About::Conflicts, ..state(OrderState::Held) }),
        ("reviews", reviews()),
        ("reviews of the small store", Filter { store: small, ..reviews() }),
        ("reviews of the account", Filter { accounts: accounts(), ..reviews() }),
        ("for you", about(About::ForYou)),
        ("for you of the small store", Filter { store: small, ..about(About::ForYou) }),
        ("for you of the account", Filter { accounts: accounts(), ..about(About::ForYou) }),
        ("buyer of the small store", Filter { store: small, buyer: "buyer 3".into(), ..all() }),
        ("number", Filter { number: Some(Id::new(777)), ..all() }),
        ("number of the account", Filter { number: Some(Id::new(777)), accounts: accounts(), ..all() }),
        ("an old day", Filter { from: day, to: day, ..all() }),
        ("an old day of the large store", Filter { from: day, to: day, store: large, ..all() }),
    ]
}

/// How long the first page takes, and the ninth or the last; the shortest of three looks, since others work on this machine, too.
async fn slowest_page(pool: &PgPool, filter: &Filter) -> (usize, Duration) {
    let (mut shown, mut slowest, mut after) = (0, Duration::ZERO, None);
    for _ in 0..9 {
        let mut took = Duration::MAX;
        let mut page = None;
        for _ in 0..3 {
            let begun = Instant::now();
            page = Some(inbox(pool, filter, after, 100).await.unwrap());
            took = took.min(begun.elapsed());
        }
        let page = page.unwrap();
        (shown, slowest, after) = (shown + page.orders.len(), slowest.max(took), page.next);
        if after.is_none() {
            break;
        }
    }
    (shown, slowest)
}

/// The statements that choose orders, as the database runs them with these values: see `cargo test -- --ignored --nocapture`.
async fn print_plans(connection: &mut PgConnection) {
    let newest = "NULL, NULL, 'infinity', 9223372036854775807, 9223372036854775807, 101";
    for (name, values) in [
        ("order_list.all", format!("NULL, {newest}, NULL, NULL, '{{}}'")),
        ("order_list.all", format!("'excluded', {newest}, NULL, NULL, '{{}}'")),
        ("order_list.all", format!("NULL, {newest}, 17, NULL, '{{}}'")),
        ("order_list.of_accounts", format!("NULL, {newest}, '{{7}}', '{{}}'")),
        ("order_list.conflicts", format!("NULL, {newest}, NULL, NULL, '{{}}'")),
        ("order_list.conflicts", format!("NULL, {newest}, 17, NULL, '{{}}'")),
        ("order_list.for_you", format!("NULL, {newest}, NULL, NULL, '{{}}'")),
        ("order_list.for_you", format!("NULL, {newest}, 17, NULL, '{{}}'")),
        ("order_list.reviews", format!("NULL, {newest}, NULL, NULL, '{{}}'")),
        ("order_list.reviews", format!("NULL, {newest}, 17, NULL, '{{}}'")),
        ("order_list.of_number", format!("NULL, {newest}, NULL, NULL, '{{}}', 777, false, false, false")),
    ] {
        let plan = explained(connection, name, &values).await;
        assert!(!plan.iter().any(|line| line.contains("Seq Scan on store_order")), "{name}: {plan:#?}");
    }
}

#[tokio::test]
#[ignore = "fills a database with a million orders: about two minutes"]
async fn of_a_million_orders_no_list_reads_all() {
    let database = TestDatabase::new().await;
    // As in production: other tests have each statement planned once for all its values.
    let options = database.options().options([("plan_cache_mode", "auto")]);
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    sqlx::raw_sql("SET statement_timeout = 0").execute(&mut connection).await.unwrap();
    sqlx::raw_sql(FILL).execute(&mut connection).await.unwrap();
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await.unwrap();
    for (name, filter) in filters() {
        let (shown, took) = slowest_page(&pool, &filter).await;
        println!("{name}: {shown} orders, slowest page {took:?}");
    }
    print_plans(&mut connection).await;
}
