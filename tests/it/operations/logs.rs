//! What the log says of an import: whose order each line is about, and nothing that is nobody's business.

use std::collections::BTreeMap;

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{
        cartum::CartumQuirks,
        faults::Fault,
        seed::{Discounts, ShopOrder},
        world::SandboxOptions,
    },
};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::support::{
    Running, eventually,
    world::{World, small},
};

/// Fields of a line.
fn fields(line: &str) -> Map<String, Value> {
    let Value::Object(fields) = serde_json::from_str(line).unwrap() else { panic!("no object: {line}") };
    fields
}

fn text(fields: &Map<String, Value>, name: &str) -> String {
    match fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

/// As collectors want it: nothing nested, numbers as numbers, moments in RFC 3339 and UTC, the process in each line.
fn is_flat(line: &str, process: &str) {
    let fields = fields(line);
    assert!(fields.values().all(|value| !value.is_object() && !value.is_array()), "{line}");
    assert!(!fields.contains_key("span") && !fields.contains_key("spans"), "{line}");
    let moment = text(&fields, "timestamp");
    assert!(moment.ends_with('Z') && moment.parse::<chrono::DateTime<chrono::Utc>>().is_ok(), "{line}");
    assert_eq!(text(&fields, "process"), process, "{line}");
    for (name, value) in &fields {
        let is_number = matches!(name.as_str(), "order" | "work_order" | "status" | "tries") || name.ends_with("_ms");
        assert_eq!(is_number, value.is_number() && is_number, "{name} in {line}");
        let is_moment = matches!(name.as_str(), "since" | "from");
        assert!(!is_moment || value.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().is_ok(), "{line}");
        let shown = value.to_string();
        assert!(!shown.contains("Some(") && !shown.contains("None"), "{name} in {line}");
    }
}

/// What identifies a buyer; too short a text could stand anywhere.
fn personal(order: &ShopOrder) -> Vec<&str> {
    let buyer = &order.buyer;
    let of_buyer = [Some(&buyer.last_name), buyer.phone.as_ref(), buyer.email.as_ref()].into_iter().flatten();
    let of_order = [&order.name, &order.phone, &order.email, &order.address, &order.comment];
    of_buyer.chain(of_order).map(String::as_str).filter(|text| text.chars().count() > 5).collect()
}

fn has_token(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() >= 32)
}

async fn line_about(running: &Running, number: i64, what: &str) -> Map<String, Value> {
    let is_it =
        |line: &Map<String, Value>| text(line, "order") == number.to_string() && text(line, "message").contains(what);
    eventually(what, async || running.stdout().lines().map(fields).find(is_it)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_about_an_order_says_which_and_none_says_whose() {
    let quirks = CartumQuirks { broken_order: true, ..CartumQuirks::default() };
    let options = SandboxOptions { days: 50, cartum_quirks: quirks, ..small(40) };
    let world = World::new(options).await;
    let broken = world.sandbox.shop.data().middle_order().unwrap();
    // One order is held: it is in another currency.
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.values_mut().find(|order| order.id != broken && order.status != 3).unwrap();
        order.currency = "EUR".into();
    });
    world.import().await;
    let running = world.process(&[]);
    world.imported().await;

    // Both sides change one order, and goods of another are written off before the store changes it.
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.status, order.comment, order.discounts) = (1, "as it was".into(), Discounts::default());
        order.lines.truncate(1);
        order.lines[0].article.clear();
    });
    let synced = async |number: i64| {
        let rests = async || world.orders().await.into_iter().find(|row| row.number.get() == number)?.work_order;
        let id = eventually("the order", rests).await;
        eventually("synced", async || {
            let row = world.orders().await.into_iter().find(|row| row.number.get() == number)?;
            (row.state == OrderState::Synced).then_some(())
        })
        .await;
        id
    };
    let id = synced(number).await;
    let staff = world.sandbox.roapp.staff();
    staff.edit_malfunction(id, "staff write something else").unwrap();
    staff.write_off(id, world.sandbox.roapp.data().orders[&id].items[0].id).unwrap();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        order.comment = "the buyer writes something else".into();
        order.lines[0].quantity += Decimal::ONE;
    });
    line_about(&running, number, "both sides differ").await;
    line_about(&running, number, "can no longer be written").await;
    let unreadable = line_about(&running, broken, "cannot be read").await;
    assert!(text(&unreadable, "error").contains("products"), "{unreadable:?}");
    running.signal("TERM");

    let log = running.stdout();
    let started = log.lines().find(|line| line.contains("\"started\"")).unwrap_or_else(|| panic!("{log}"));
    let process = text(&fields(started), "process");
    let lines = log.lines().skip_while(|line| !line.contains("\"started\""));
    lines.for_each(|line| is_flat(line, &process));
    assert!(log.lines().any(|line| line.contains("took_ms")), "{log}");
    let rows: BTreeMap<_, _> = world.orders().await.into_iter().map(|row| (row.number.to_string(), row)).collect();
    let mut seen = BTreeMap::<&str, usize>::new();
    for line in log.lines().map(fields) {
        let message = text(&line, "message");
        let Some(what) =
            ["work order created", "order synced", "order parked", "both sides differ", "can no longer be written"]
                .into_iter()
                .find(|what| message.contains(what))
        else {
            continue;
        };
        *seen.entry(what).or_default() += 1;
        if what == "order parked" || what == "can no longer be written" {
            assert!(text(&line, "reason").len() > 10, "{line:?}");
        }
        assert_eq!((text(&line, "account"), text(&line, "store")), ("main".into(), "Sandbox shop".into()), "{line:?}");
        let row = rows.get(&text(&line, "order")).unwrap_or_else(|| panic!("no such order: {line:?}"));
        let work_order = row.work_order.map(|id| id.to_string()).unwrap_or_default();
        assert_eq!(text(&line, "work_order"), work_order, "{line:?}");
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
    let finished = log.lines().map(fields).find(|line| text(line, "message") == "import finished").unwrap();
    assert_eq!((text(&finished, "account"), text(&finished, "store")), ("main".into(), "Sandbox shop".into()));

    let data = world.sandbox.shop.data();
    for line in log.lines() {
        assert!(!["DEBUG", "TRACE"].contains(&text(&fields(line), "level").as_str()), "{line}");
        assert!(!line.contains("sandbox-password") && !line.contains("sandbox-key") && !has_token(line), "{line}");
        for order in data.orders.values() {
            for text in personal(order) {
                assert!(!line.contains(text), "{text:?} of order {} stands in {line}", order.id);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_of_lines_for_people_on_a_terminal_and_where_that_is_asked_for_and_json_else() {
    let world = World::new(small(4)).await;
    world.import().await;
    let on_terminal = ["sh", "-c", "exec script -qec \"exec $*\" /dev/null", "sh"];
    for (starter, format, is_for_people) in
        [(&on_terminal[..], "auto", true), (&[], "text", true), (&[], "auto", false), (&on_terminal, "json", false)]
    {
        let program = world.program("test").started_by(starter).env("CARTUM_ROAPP__LOG__FORMAT", format);
        let mut running = program.start(&["run"]);
        running.prints("started").await;
        // Killing the terminal would leave the daemon running where hang-ups are ignored.
        running.signal("TERM");
        running.ended().await;
        let log = running.stdout();
        let line = log.lines().find(|line| line.contains("started")).unwrap();
        assert_eq!((line.contains(" INFO"), line.starts_with('{')), (is_for_people, !is_for_people), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reason_of_what_ro_app_refuses_is_in_the_log_without_what_it_quotes_of_the_buyer() {
    let world = World::imported_already(small(4)).await;
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.status, order.discounts) = (1, Discounts::default());
        order.name = "Zoriana Overcautious".into();
        order.comment = "the gate code is 4711".into();
    });
    let quoted = format!("Cartum order {number}: the gate code is 4711 by Zoriana OVERCAUTIOUS <zo@example.com>");
    let body = serde_json::json!({"message": {"validation": {"malfunction": [format!("{quoted} is too long")]}}});
    world.sandbox.roapp.faults().add("POST /v2/orders", Fault::RefuseWith(400, body.to_string()), 0, 9);
    let running = world.process(&[]);
    let line = line_about(&running, number, "order parked").await;
    let reason = text(&line, "reason");
    assert!(reason.contains("400") && reason.contains("malfunction") && reason.contains("is too long"), "{reason}");
    running.signal("TERM");
    let log = running.stdout();
    for quoted in ["4711", "Zoriana", "OVERCAUTIOUS", "zo@example.com"] {
        assert!(!log.contains(quoted), "{quoted} stands in {log}");
    }
}
