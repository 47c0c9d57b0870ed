//! Names, not ids, in what people read; and nobody is asked for them.

use super::ask::imported;

#[tokio::test(flavor = "multi_thread")]
async fn people_read_names_and_numbers_beside_ids() {
    let (world, daemon) = imported().await;
    let rows = world.json(&["order", "list", "--state", "synced"]).await;
    let row = &rows[0];
    let (number, id) = (row["number"].to_string(), row["work_order_id"].to_string());
    let shown = row["work_order_number"].as_str().unwrap_or_else(|| panic!("no number: {row}")).to_owned();
    let order = world.shop.data().orders[&row["number"].as_i64().unwrap()].clone();
    drop(daemon);
    let calls = (world.shop.calls().len(), world.roapp.calls().len());

    let listed = world.ok(&["order", "list"]).await;
    assert!(listed.contains(&format!("{shown} ({id})")), "{listed}");
    let text = world.ok(&["order", "show", "My shop", &number]).await;
    let line = |label: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(label));
        line.unwrap_or_else(|| panic!("no {label}: {text}")).to_owned()
    };
    assert!(line("work order").contains(&format!("{shown} ({id})")), "{text}");
    assert!(line("placed").contains(" EE"), "the zone is named: {text}");
    assert!(line("store status").contains(&format!("({})", order.status)), "{text}");
    assert!(line("buyer").contains(&order.phone), "{text}");
    assert!(line("store  ").contains(&world.shop.site_url()), "{text}");
    assert!(text.contains(&format!("work order created: {shown} ({id})")), "{text}");
    let json = world.json(&["order", "show", "My shop", &number]).await;
    assert_eq!(json["buyer"]["phone"], order.phone);
    assert!(json["store_status_name"].is_string(), "{json}");

    let settings = world.ok(&["store", "show", "My shop"]).await;
    for name in ["# Workshop on Market Street", "# Online order", "502                  # "] {
        assert!(settings.contains(name), "{name}: {settings}");
    }
    assert_eq!((world.shop.calls().len(), world.roapp.calls().len()), calls, "nobody is asked");
}
