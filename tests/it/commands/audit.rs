//! `store audit`, and what `store show` says of it.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    ask::{imported, imported_with},
    store::is_moment,
};
use crate::support::eventually;

fn sum(rows: &[Value], key: &str) -> Decimal {
    rows.iter().map(|row| row[key].as_str().unwrap().parse::<Decimal>().unwrap()).sum()
}

fn number(rows: &[Value], key: &str) -> i64 {
    rows.iter().map(|row| row[key].as_i64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn store_audit_prints_a_table_that_can_be_checked_by_hand_and_fails_when_it_does_not_balance() {
    let (world, daemon) = imported().await;
    let shown = world.json(&["store", "show", "My shop"]).await;
    assert_eq!(shown["last_audit_at"], Value::Null);

    let rows = world.json(&["store", "audit", "My shop"]).await;
    let rows = rows.as_array().unwrap();
    let shop: Vec<_> = world.shop.data().orders.into_values().collect();
    let truth: Decimal = shop.iter().map(|order| order.total_sum(false)).sum();
    assert_eq!(number(rows, "store_orders"), i64::try_from(shop.len()).unwrap());
    assert_eq!(sum(rows, "store_sum"), truth);
    let columns = ["linked", "excluded", "held", "failed", "waiting", "gone"];
    assert_eq!(columns.map(|column| number(rows, column)).iter().sum::<i64>(), number(rows, "store_orders"));
    assert_eq!(columns.map(|column| sum(rows, &format!("{column}_sum"))).iter().sum::<Decimal>(), truth);
    assert!(rows.iter().all(|row| row["balances"] == json!(true) && row["why"].is_null()), "{rows:?}");
    let days: Vec<_> = rows.iter().map(|row| row["day"].as_str().unwrap()).collect();
    assert!(days.is_sorted() && days.iter().all(|day| day.len() == 10), "{days:?}");

    let text = world.ok(&["store", "audit", "My shop"]).await;
    let heading = text.lines().next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(heading, "day store orders store sum linked excluded held failed waiting gone balance");
    assert_eq!(text.lines().filter(|line| line.ends_with("yes")).count(), rows.len(), "{text}");
    assert!(text.trim().ends_with(&format!("balances: 5 orders on {} days, to the cent", rows.len())), "{text}");
    let shown = world.json(&["store", "show", "My shop"]).await;
    assert!(is_moment(&shown["last_audit_at"]), "{shown}");
    assert!(world.ok(&["store", "show", "My shop"]).await.contains("last audit"));

    // One order is deleted in the store and not believed yet.
    let lost = shop.iter().find(|order| order.status != 3).unwrap();
    world.shop.edit(|shop| drop(shop.orders.remove(&lost.id)));
    let done = world.run(&["store", "audit", "My shop"]).await;
    assert!(!done.success && done.stdout.contains("no: +1 orders, sum "), "{done:?}");
    let what = format!("on record but not in the store: {}", lost.id);
    assert!(done.stderr.contains("does not balance on 1 of") && done.stderr.contains(&what), "{done:?}");
    let done = world.run(&["store", "audit", "My shop", "--json"]).await;
    let rows: Vec<Value> = serde_json::from_str(&done.stdout).unwrap();
    assert!(!done.success && rows.iter().filter(|row| row["balances"] == json!(false)).count() == 1, "{done:?}");
    drop(daemon);
}

#[tokio::test(flavor = "multi_thread")]
async fn store_audit_says_why_a_store_cannot_be_read_or_is_not_worked() {
    let (world, daemon) = imported().await;
    world.shop.set_password("another-password");
    world.shop.kill_tokens();
    let refused = world.refused(&["store", "audit", "My shop"]).await;
    assert!(refused.contains("could not be read") && refused.contains("login"), "{refused}");
    world.ok(&["store", "pause", "My shop"]).await;
    let paused = world.refused(&["store", "audit", "My shop", "--json"]).await;
    assert!(paused.contains("paused by hand"), "{paused}");
    drop(daemon);
}

#[tokio::test(flavor = "multi_thread")]
async fn resync_with_recreate_makes_a_deleted_work_order_again_and_leaves_others() {
    let (world, daemon) = imported_with(&[("ROAPP__RECOVERY_WAIT", "300ms"), ("SYNC__POLL_INTERVAL", "1s")]).await;
    let order = |rows: &Value, state: &str| {
        rows.as_array().unwrap().iter().find(|row| row["state"] == state).map(|row| row["number"].to_string())
    };
    let rows = world.json(&["order", "list"]).await;
    let number = order(&rows, "synced").unwrap();
    let left = world.ok(&["order", "resync", "My shop", &number, "--recreate"]).await;
    assert!(left.contains("stays synced: its work order was not deleted in RO App"), "{left}");
    let orders = world.roapp.data().orders;
    let ours = orders.values().find(|order| order.manager_notes.contains(&format!("/{number}]"))).unwrap();
    world.roapp.staff().delete_order(ours.id).unwrap();
    world.ok(&["store", "audit", "My shop"]).await;
    eventually("the deletion", || async {
        let rows = world.json(&["order", "list", "--state", "removed"]).await;
        (order(&rows, "removed")? == number).then_some(())
    })
    .await;
    let plain = world.ok(&["order", "resync", "My shop", "--state", "removed"]).await;
    assert!(plain.contains("`order resync --recreate` recreates it"), "{plain}");
    let both = world.run(&["order", "resync", "My shop", &number, "--recreate", "--fetch"]).await;
    assert!(!both.success && both.stderr.contains("--fetch"), "{both:?}");
    let made = world.ok(&["order", "resync", "My shop", "--state", "removed", "--recreate", "--wait"]).await;
    assert!(made.contains(": removed (") && made.contains("work order created"), "{made}");
    let orders = world.roapp.data().orders;
    assert_eq!(orders.values().filter(|order| order.manager_notes.contains(&format!("/{number}]"))).count(), 1);
    drop(daemon);
}
