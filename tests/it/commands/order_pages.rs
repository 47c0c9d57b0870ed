//! `order list`: page by page, by day, and what it says of more.

use cartum_roapp::{
    db::orders::{self, NewVersion, OrderState},
    domain::{
        ids::{OrderNumber, StoreId, StoreStatusId},
        said::Said,
    },
};
use serde_json::Value;

use super::world::World;

/// Orders 1 to `count`, one an hour from the first of July on; the last one shows no date.
async fn orders(world: &World, count: i64) {
    let pool = world.database.pool();
    let store = StoreId::new(sqlx::query_scalar("SELECT id FROM store").fetch_one(pool).await.unwrap());
    let first = chrono::NaiveDate::from_ymd_opt(2026, 7, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    let mut tx = world.database.begin().await;
    for number in 1..=count {
        let new = NewVersion {
            number: OrderNumber::new(number),
            fingerprint: [0; 32],
            raw: "{}",
            placed_at: (number < count).then(|| first + chrono::Duration::hours(number - 1)),
            status: Some(StoreStatusId::new(1)),
            total: None,
            buyer: String::new(),
            state: if number % 10 == 0 { OrderState::Held } else { OrderState::Synced },
            reason: (number % 10 == 0).then(|| Said::from("for a person".to_owned())),
            in_import: true,
            priority: 2,
        };
        orders::save(&mut tx, store, &new).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn numbers(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|order| order["number"].as_i64().unwrap()).collect()
}

async fn listed(world: &World, choice: &[&str]) -> Vec<i64> {
    numbers(&world.json(&[&["order", "list"], choice].concat()).await)
}

#[tokio::test]
async fn orders_are_listed_a_page_at_a_time_and_every_one_once() {
    let world = World::with_store().await;
    orders(&world, 121).await;
    let newest = world.json(&["order", "list", "--limit", "100"]).await;
    assert_eq!(numbers(&newest), (21..=120).rev().collect::<Vec<_>>());
    let text = world.ok(&["order", "list"]).await;
    assert!(text.contains("showing 100 orders, more match"), "a hundred unless asked for more: {text}");
    let last = newest[99]["id"].to_string();
    let mut rest: Vec<_> = (1..=20).rev().collect();
    rest.push(121);
    assert_eq!(listed(&world, &["--after", &last]).await, rest, "without a date: last");
    let undated = world.json(&["order", "list", "--after", &last]).await[20]["id"].to_string();
    assert_eq!(listed(&world, &["--after", &undated]).await, [0_i64; 0]);

    let text = world.ok(&["order", "list", "--limit", "7", "--state", "held"]).await;
    let more = text.lines().last().unwrap();
    assert!(more.contains("showing 7 orders") && more.contains("--after") && more.contains("--limit"), "{text}");
    let after = more.split("--after ").nth(1).unwrap().split(',').next().unwrap();
    assert_eq!(listed(&world, &["--state", "held", "--after", after]).await, [50, 40, 30, 20, 10]);
    let all = world.ok(&["order", "list", "--limit", "1000"]).await;
    assert!(all.lines().count() >= 122 && !all.contains("--after"), "{all}");
    for wrong in [["--limit", "0"], ["--limit", "10001"], ["--from", "yesterday"]] {
        assert!(!world.run(&[&["order", "list"], &wrong[..]].concat()).await.success, "{wrong:?}");
    }
}

#[tokio::test]
async fn orders_are_listed_by_the_days_on_which_they_were_placed() {
    let world = World::with_store().await;
    orders(&world, 100).await;
    assert_eq!(listed(&world, &["--from", "2026-07-05"]).await, [99, 98, 97], "not the one without a date");
    assert_eq!(listed(&world, &["--from", "2026-07-02", "--to", "2026-07-02", "--state", "held"]).await, [40, 30]);
    let first = listed(&world, &["--to", "2026-07-01"]).await;
    assert_eq!((first.len(), first[0], first[24]), (25, 24, 100));
}

#[tokio::test]
async fn a_program_gets_every_order_in_one_list_unless_it_wants_a_page() {
    let world = World::with_store().await;
    assert_eq!(world.ok(&["order", "list", "--json"]).await, "[]\n");
    orders(&world, 1_101).await;
    let mut all: Vec<_> = (1..=1_100).rev().collect();
    all.push(1_101);
    assert_eq!(listed(&world, &[]).await, all);
    assert_eq!(listed(&world, &["--state", "held"]).await.len(), 110);
    assert_eq!(listed(&world, &["--limit", "3"]).await, all[..3]);
    // However long it is, it looks the same.
    let text = world.ok(&["order", "list", "--json"]).await;
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(text, format!("{value:#}\n"));
}

#[tokio::test]
async fn orders_are_listed_by_account_and_by_number() {
    let world = World::with_store().await;
    orders(&world, 20).await;
    let other = "INSERT INTO account (name, base_url, company) VALUES ('other', 'http://other', 'other');
        INSERT INTO pace (account_id, gap) SELECT id, interval '400 ms' FROM account WHERE name = 'other';
        INSERT INTO store (account_id, name, marker_host, settings, state)
            SELECT a.id, 'Elsewhere', 'elsewhere', s.settings || '{\"name\": \"Elsewhere\"}', 'active' FROM account a, store s WHERE a.name = 'other';
        INSERT INTO store_order (store_id, number, state, reason, in_import, priority, placed_at)
            SELECT s.id, n, 'held', '{\"code\": \"gone\"}', false, 1, timestamp '2026-07-01 12:30' + n * interval '1 hour'
            FROM store s, generate_series(5, 7) n WHERE s.name = 'Elsewhere'";
    sqlx::raw_sql(other).execute(world.database.pool()).await.unwrap();
    let name: String =
        sqlx::query_scalar("SELECT a.name FROM account a JOIN store s ON s.account_id = a.id ORDER BY a.id")
            .fetch_one(world.database.pool())
            .await
            .unwrap();
    assert_eq!(listed(&world, &["--account", "other"]).await, [7, 6, 5]);
    assert_eq!(listed(&world, &["--account", &name, "--state", "held"]).await, [10, 20], "without a date: last");
    let pages = world.json(&["order", "list", "--account", "other", "--limit", "2"]).await;
    let last = pages[1]["id"].to_string();
    assert_eq!(listed(&world, &["--account", "other", "--after", &last]).await, [5]);
    assert_eq!(listed(&world, &["--account", "other", "--store", "Elsewhere", "--to", "2026-07-01"]).await, [7, 6, 5]);
    let named = world.json(&["order", "list", "--number", "6"]).await;
    assert_eq!((numbers(&named), named[0]["store"].as_str()), (vec![6, 6], Some("Elsewhere")));
    assert_eq!(listed(&world, &["--number", "6", "--account", &name]).await, [6]);
    assert_eq!(listed(&world, &["--number", "6", "--state", "synced"]).await, [6]);
    assert_eq!(listed(&world, &["--number", "6", "--review"]).await, [0_i64; 0]);
    assert_eq!(listed(&world, &["--number", "99"]).await, [0_i64; 0]);
    let refused = world.run(&["order", "list", "--account", "nobody"]).await;
    assert!(!refused.success && refused.stderr.contains("there is no account \"nobody\""), "{}", refused.stderr);
}
