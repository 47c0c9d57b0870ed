//! What is asked regularly costs the same at any age: nothing walks a table that grows with the orders of years.

use std::{collections::BTreeMap, fs, path::Path};

use cartum_roapp::db::status;
use serde_json::Value;
use sqlx::{Connection, PgConnection, Row};

use crate::{
    store_side::few,
    support::{TestDatabase, every_order, world::World},
};

/// Tables that grow with every order.
const GROWING: [&str; 9] =
    ["store_order", "version", "history", "journal", "link", "line", "work_order", "stray_row", "catalogue"];

/// What is asked regularly, and the indexes of orders by which it is answered, however many orders a store has that are done.
const REGULAR: [(&str, &[&str]); 10] = [
    ("reading.beside", &["store_order_gone", "store_order_pkey", "store_order_read_again"]),
    ("agenda.each_of", &["store_order_next_try", "store_order_number", "store_order_removal"]),
    ("rereads.gone", &["store_order_gone"]),
    ("work.due", &["store_order_gave_way", "store_order_postponed", "store_order_waiting"]),
    ("leases.release", &["store_order_next_try"]),
    ("status.counts", &["store_order_state"]),
    ("polls.import_counts", &[]),
    ("order_list.all", &["store_order_newest"]),
    ("order_list.of_accounts", &["store_order_newest_of_store"]),
    ("order_list.for_you", &["store_order_for_you"]),
];

/// Every statement of the program, by the name in its first line, with the count of its values.
pub(crate) fn statements() -> BTreeMap<String, (String, usize)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let read = |path| serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap();
    let all = files.map(read).map(|statement| {
        let text = statement["query"].as_str().unwrap().to_owned();
        let name = text.trim_start_matches("/* ").split(" */").next().unwrap().to_owned();
        let values = statement["describe"]["parameters"]["Left"].as_array().unwrap().len();
        (name, (text, values))
    });
    all.collect()
}

/// Every node of a plan.
fn nodes<'a>(plan: &'a Value, found: &mut Vec<&'a Value>) {
    found.push(plan);
    for part in plan["Plans"].as_array().into_iter().flatten() {
        nodes(part, found);
    }
}

/// The plans of every statement, whatever its values are, in a database without sequential scans where an index will do.
async fn plans(database: &TestDatabase) -> BTreeMap<String, Value> {
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    let settings = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; SET jit = off";
    sqlx::raw_sql(settings).execute(&mut connection).await.unwrap();
    let mut plans = BTreeMap::new();
    for (nth, (name, (text, values))) in statements().into_iter().enumerate() {
        let nulls = if values == 0 { String::new() } else { format!("({})", vec!["NULL"; values].join(", ")) };
        let prepare = sqlx::AssertSqlSafe(format!("PREPARE s{nth} AS {text}"));
        sqlx::raw_sql(prepare).execute(&mut connection).await.unwrap();
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN (FORMAT JSON) EXECUTE s{nth}{nulls}"));
        let row = sqlx::raw_sql(explain).fetch_one(&mut connection).await.unwrap();
        plans.insert(name, row.get::<Value, _>(0));
    }
    plans
}

/// The plan by which the database carries a statement of the program out with these values; it is printed, too.
#[expect(clippy::print_stdout, reason = "the plans are what those who call it are run for")]
pub(crate) async fn explained(connection: &mut PgConnection, name: &str, values: &str) -> Vec<String> {
    let (text, _) = &statements()[name];
    let prepare = sqlx::AssertSqlSafe(format!("DEALLOCATE ALL; PREPARE statement AS {text}"));
    sqlx::raw_sql(prepare).execute(&mut *connection).await.unwrap();
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN (ANALYZE, COSTS off) EXECUTE statement ({values})"));
    let plan: Vec<String> = sqlx::query_scalar(explain).persistent(false).fetch_all(&mut *connection).await.unwrap();
    println!("{name} ({values})\n  {}", plan.join("\n  "));
    plan
}

#[tokio::test]
async fn no_statement_walks_a_table_that_grows_with_the_orders() {
    let database = TestDatabase::new().await;
    let partial: Vec<String> =
        sqlx::query_scalar("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL")
            .fetch_all(database.pool())
            .await
            .unwrap();
    let mut walks = Vec::new();
    for (name, plan) in plans(&database).await {
        let mut all = Vec::new();
        nodes(&plan[0]["Plan"], &mut all);
        for node in all {
            let text = |what: &str| node[what].as_str().unwrap_or_default();
            let (kind, table, index) = (text("Node Type"), text("Relation Name"), text("Index Name"));
            let is_whole = node["Index Cond"].is_null() && !partial.iter().any(|name| name == index);
            if GROWING.contains(&table) && (kind == "Seq Scan" || (kind.starts_with("Index") && is_whole)) {
                walks.push(format!("{name}: {kind} on {table} {index}"));
            }
        }
    }
    assert!(walks.is_empty(), "{walks:#?}");
}

#[tokio::test]
async fn what_is_asked_regularly_reads_no_order_that_is_done() {
    let database = TestDatabase::new().await;
    // Two stores with years of orders, nearly all of them final, some put off, a few to be written.
    let fill = "INSERT INTO account (name, base_url, company) VALUES ('a', 'http://a', 'a');
        INSERT INTO store (account_id, name, marker_host, settings, state)
            SELECT 1, 's' || n, 'h' || n, '{}', 'active' FROM generate_series(1, 2) n;
        INSERT INTO store_order (store_id, number, state, reason, in_import, priority, placed_at, final_at, postponed, next_try_at)
            SELECT 1 + n % 2, n, CASE WHEN n > 19000 THEN 'waiting' WHEN n % 500 = 0 THEN 'gone' ELSE 'synced' END, '{\"code\": \"gone\"}', false, 1,
                now() - (20000 - n) * interval '1 hour', CASE WHEN n > 19900 THEN 'infinity' ELSE now() - interval '1 day' END,
                n BETWEEN 19000 AND 19950, CASE WHEN n BETWEEN 19000 AND 19950 THEN now() + interval '1 hour' ELSE now() END
            FROM generate_series(1, 20000) n;
        UPDATE store_order SET gone_at = now() - interval '1 year' WHERE state = 'gone';
        ANALYZE";
    sqlx::raw_sql(fill).execute(database.pool()).await.unwrap();
    let plans = plans(&database).await;
    for (name, expected) in REGULAR {
        let mut all = Vec::new();
        nodes(&plans[name][0]["Plan"], &mut all);
        let mut used: Vec<_> = all.iter().filter_map(|node| node["Index Name"].as_str()).collect();
        used.retain(|index| index.starts_with("store_order"));
        used.sort_unstable();
        used.dedup();
        assert_eq!(used, expected, "{name}: {}", plans[name]);
    }
}

#[tokio::test]
async fn what_points_to_a_row_is_found_from_there() {
    let database = TestDatabase::new().await;
    let missing: Vec<String> = sqlx::query_scalar(
        "SELECT c.conrelid::regclass || ' ' || c.conname FROM pg_constraint c
         WHERE c.contype = 'f' AND NOT EXISTS (
             SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
               AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    assert!(missing.is_empty(), "foreign keys without an index that begins with them: {missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_of_states_are_those_of_the_orders_also_when_they_are_added_up() {
    let world = World::imported_already(few(80)).await;
    let pool = world.database.pool();
    let counted = || async {
        let mut counts = BTreeMap::new();
        for count in status::counts(pool, None).await.unwrap() {
            counts.insert(count.state.word(), count.orders);
        }
        counts
    };
    let mut expected = BTreeMap::new();
    for order in every_order(pool, None).await {
        *expected.entry(order.state.word()).or_insert(0) += 1;
    }
    assert_eq!(counted().await, expected);
    let rows =
        || async { sqlx::query_scalar::<_, i64>("SELECT count(*) FROM order_count").fetch_one(pool).await.unwrap() };
    let (before, import) = (rows().await, world.counts().await);
    assert!(before > 100, "{before}");
    status::add_up(pool).await.unwrap();
    assert!(rows().await < 10, "{}", rows().await);
    assert_eq!((counted().await, world.counts().await), (expected, import));

    // A state that nothing is in any more is not shown, and what is deleted is not counted.
    sqlx::raw_sql("UPDATE store_order SET state = 'held', reason = '{\"code\": \"gone\"}' WHERE state <> 'held'")
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(counted().await.keys().copied().collect::<Vec<_>>(), ["held"]);
    assert_eq!(world.counts().await.held, import.found);
}
