//! Conflicts and pending changes: listed, and settled as a person decides.

use cartum_roapp::{
    db::orders::{Listed, OrderState},
    domain::plan::Part,
    sandbox::{
        roapp::{Order, Staff},
        seed::{Discounts, ShopOrder},
    },
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::support::{
    Finished, Program, Words, eventually,
    followed::line,
    world::{Daemon, World, small},
};

fn is_listed(row: &Listed, part: &Part) -> bool {
    row.conflicts.iter().any(|conflict| conflict.part == *part)
}

/// One young order with two lines in RO App, a daemon that follows it, and the program.
struct Followed {
    world: World,
    daemon: Option<Daemon>,
    program: Program,
    number: i64,
    work_order: i64,
}

async fn follow() -> Followed {
    let world = World::imported_already(small(2)).await;
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        order.lines = vec![line(1, "A-1", 100, 1), line(2, "B-2", 50, 1)];
        order.discounts = Discounts::default();
        (order.status, order.paid) = (2, false);
        order.comment = "as it was".into();
    });
    let (daemon, program) = (Some(world.daemon()), world.program("conflicts"));
    let mut followed = Followed { world, daemon, program, number, work_order: 0 };
    followed.work_order = followed.rests(None).await.work_order.unwrap();
    followed
}

impl Followed {
    async fn row(&self) -> Option<Listed> {
        self.world.orders().await.into_iter().find(|order| order.number.get() == self.number)
    }

    async fn rests(&self, before: Option<Listed>) -> Listed {
        let before = before.and_then(|row| row.version);
        eventually("the order at rest", || async {
            self.row().await.filter(|row| row.version != before && row.state == OrderState::Synced)
        })
        .await
    }

    /// The shop changes the order; it comes to rest.
    async fn edit(&self, change: impl FnOnce(&mut ShopOrder)) -> Listed {
        let before = self.row().await;
        self.world.sandbox.shop.edit(|shop| change(shop.orders.get_mut(&self.number).unwrap()));
        self.rests(before).await
    }

    fn made(&self) -> Order {
        self.world.sandbox.roapp.data().orders[&self.work_order].clone()
    }

    fn staff(&self) -> Staff<'_> {
        self.world.sandbox.roapp.staff()
    }

    async fn run(&self, arguments: &[&str]) -> Finished {
        self.program.run(arguments).await
    }

    async fn json(&self, arguments: &[&str]) -> Value {
        let done = self.run(&[arguments, &["--json"]].concat()).await;
        assert!(done.success, "{done:?}");
        serde_json::from_str(&done.stdout).unwrap()
    }

    /// `order resolve --wait`; what it tells.
    async fn resolve(&self, keep: &str) -> String {
        let number = self.number.to_string();
        let done = self.run(&["order", "resolve", "Sandbox shop", &number, "--keep", keep, "--wait"]).await;
        assert!(done.success, "{done:?}");
        done.stdout
    }

    /// What `order show --json` says.
    async fn shown(&self) -> Value {
        self.json(&["order", "show", "Sandbox shop", &self.number.to_string()]).await
    }

    /// The order has neither a conflict nor a pending change.
    async fn assert_settled(&self) {
        let shown = self.shown().await;
        assert_eq!(
            (&shown["conflicts"], &shown["pending_change"], &shown["resolve"], &shown["state"]),
            (&json!([]), &Value::Null, &Value::Null, &json!("synced")),
            "{shown}"
        );
    }

    async fn assert_told(&self, part: &str) {
        let history = self.shown().await["history"].to_string();
        assert!(history.contains(part), "{part:?} is not in {history}");
    }

    async fn stop(mut self) {
        self.daemon.take().unwrap().stop().await;
    }
}

/// Both sides change the title and a line: both stand as RO App has them and are listed.
async fn in_conflict() -> Followed {
    let followed = follow().await;
    let item = followed.made().items[0].clone();
    followed.staff().change_item(followed.work_order, item.id, 7.into(), item.price).unwrap();
    followed.staff().edit_malfunction(followed.work_order, "Staff's title").unwrap();
    let row = followed
        .edit(|order| {
            order.lines[0].quantity = Decimal::TWO;
            order.comment = "the store's".into();
        })
        .await;
    assert_eq!(row.conflicts.len(), 2, "{:?}", row.conflicts);
    followed
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_are_listed_alone_by_store_and_state_and_with_both_values() {
    let followed = in_conflict().await;
    let listed = followed.json(&["order", "list", "--conflicts"]).await;
    let [row] = listed.as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!(row["number"], followed.number);
    let title = row["conflicts"].as_array().unwrap().iter().find(|row| row["what"] == "title").unwrap();
    assert_eq!(title["roapp"], "Staff's title");
    assert!(title["store"].as_str().unwrap().contains("the store's"), "{title}");
    let text = followed.run(&["order", "list", "--conflicts", "--store", "Sandbox shop", "--state", "synced"]).await;
    assert!(text.stdout.contains("line Title of A-1") && text.stdout.contains("7 \u{d7} 100"), "{text:?}");
    let none = followed.json(&["order", "list", "--conflicts", "--state", "held"]).await;
    assert_eq!(none, json!([]));
    let all = followed.json(&["order", "list"]).await;
    assert!(all.as_array().unwrap().len() > 1 && all[0]["conflicts"].is_array(), "{all}");
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_wins_is_written_to_ro_app() {
    let followed = in_conflict().await;
    let told = followed.resolve("store").await;
    assert!(told.contains("resolved with the store's values"), "{told}");
    let made = followed.made();
    assert!(made.malfunction.contains("the store's"), "{}", made.malfunction);
    assert_eq!(made.items[0].quantity, Decimal::TWO);
    followed.assert_settled().await;
    followed.assert_told("a person decided: the store's values win").await;
    // Decided once, not for ever.
    followed.staff().edit_malfunction(followed.work_order, "Staff's again").unwrap();
    followed.edit(|order| order.lines[1].quantity = Decimal::TWO).await;
    assert_eq!(followed.made().malfunction, "Staff's again");
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ro_app_keeps_stays_and_is_listed_no_more() {
    let followed = in_conflict().await;
    let before = followed.made();
    followed.resolve("roapp").await;
    let after = followed.made();
    assert_eq!((&after.malfunction, &after.items), (&before.malfunction, &before.items));
    followed.assert_settled().await;
    followed.assert_told("resolved with RO App's values: ").await;
    // A later real change in the store is compared as usual.
    let row = followed.edit(|order| order.comment = "once more".into()).await;
    assert!(row.conflicts.iter().any(|conflict| conflict.store.contains("once more")), "{:?}", row.conflicts);
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_staff_deleted_is_added_again_and_one_that_the_store_removed_goes() {
    let followed = follow().await;
    let (first, second) = (followed.made().items[0].clone(), followed.made().items[1].clone());
    followed.staff().delete_item(followed.work_order, first.id).unwrap();
    followed.staff().change_item(followed.work_order, second.id, 3.into(), second.price).unwrap();
    followed
        .edit(|order| {
            order.lines[0].quantity = 4.into();
            order.lines.remove(1);
        })
        .await;
    assert_eq!(followed.made().items.len(), 1, "staff's work stands");
    followed.resolve("store").await;
    let made = followed.made();
    assert_eq!(made.items.iter().map(|item| (item.quantity, item.price)).collect::<Vec<_>>(), [(4.into(), 100.into())]);
    followed.assert_settled().await;
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_that_are_written_off_are_left_with_the_reason_and_ro_app_may_keep_them() {
    let followed = follow().await;
    let item = followed.made().items[0].id;
    followed.staff().write_off(followed.work_order, item).unwrap();
    let row = followed.edit(|order| order.lines[0].quantity = 5.into()).await;
    assert!(row.pending_change.contains("written off"), "{:?}", row.pending_change);
    let before = followed.made().items;
    let told = followed.resolve("store").await;
    assert!(
        told.contains("the pending change still cannot be written: goods of the work order are written off"),
        "{told}"
    );
    assert_eq!(followed.made().items, before);
    assert!(!followed.row().await.unwrap().pending_change.is_empty());

    followed.resolve("roapp").await;
    assert_eq!(followed.made().items, before);
    followed.assert_settled().await;
    followed.assert_told("resolved with RO App's values: pending change").await;
    // It does not come back with the next unchanged read, nor with a resync of nothing new.
    followed.edit(|order| order.paid = true).await;
    followed.assert_settled().await;
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_work_order_is_not_moved_and_says_so_and_an_open_one_is() {
    let followed = follow().await;
    followed.staff().set_status(followed.work_order, 506).unwrap();
    let row = followed.edit(|order| order.status = 6).await;
    assert!(is_listed(&row, &Part::Status), "{:?}", row.conflicts);
    let told = followed.resolve("store").await;
    assert!(told.contains("status is not written to RO App: the work order is closed"), "{told}");
    assert_eq!(followed.made().status_id, 506);
    assert!(followed.row().await.unwrap().is_in_conflict(), "it stays listed");
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.resolve("store").await;
    assert_eq!(followed.made().status_id, 505, "as the map has it");
    followed.assert_settled().await;

    followed.staff().set_status(followed.work_order, 507).unwrap();
    followed.edit(|order| order.status = 2).await;
    followed.resolve("roapp").await;
    assert_eq!(followed.made().status_id, 507);
    followed.assert_settled().await;
    followed.edit(|order| order.comment = "nothing of the status".into()).await;
    assert_eq!(followed.made().status_id, 507, "it counts as dealt with");
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_that_both_sides_agree_on_goes_by_itself() {
    let followed = in_conflict().await;
    let title = format!("Cartum order {}: the store's", followed.number);
    followed.staff().edit_malfunction(followed.work_order, &title).unwrap();
    let row = followed.edit(|order| order.paid = true).await;
    assert!(!is_listed(&row, &Part::Title), "{:?}", row.conflicts);
    assert!(
        row.conflicts.iter().any(|conflict| matches!(conflict.part, Part::Line(_))),
        "the other stays: {:?}",
        row.conflicts
    );
    followed.assert_told("conflict resolved: title is now the same on both sides").await;
    followed.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_waits_for_the_daemon_and_nothing_to_decide_is_refused() {
    let mut followed = in_conflict().await;
    followed.daemon.take().unwrap().stop().await;
    let number = followed.number.to_string();
    let asked = followed.run(&["order", "resolve", "Sandbox shop", &number, "--keep", "store"]).await;
    assert!(asked.success && asked.stdout.contains("queued"), "{asked:?}");
    let shown = followed.shown().await;
    assert_eq!((&shown["resolve"], &shown["state"]), (&json!("store"), &json!("waiting")));
    let text = followed.run(&["order", "show", "Sandbox shop", &number]).await;
    assert!(text.stdout.contains("keep store"), "{text:?}");
    assert_eq!(followed.made().malfunction, "Staff's title", "commands write nothing");

    // A daemon that dies in the middle of it leaves the rest to the next one.
    let slow = cartum_roapp::sandbox::faults::Fault::HangAfter;
    followed.world.sandbox.roapp.faults().add("PATCH /v2/orders/{id}", slow, 0, 1);
    let daemon = followed.world.daemon();
    eventually("the title to be sent", || async { followed.made().malfunction.contains("the store's").then_some(()) })
        .await;
    daemon.kill();
    assert_eq!(followed.shown().await["resolve"], "store");
    followed.daemon = Some(followed.world.daemon());
    eventually("it to be settled", || async {
        followed.row().await.filter(|row| row.state == OrderState::Synced && row.asked.keep.is_none())
    })
    .await;
    assert_eq!(followed.made().items[0].quantity, Decimal::TWO);
    followed.assert_settled().await;

    for arguments in [
        &["order", "resolve", "Sandbox shop", &number, "--keep", "roapp"][..],
        &["order", "resolve", "Sandbox shop", "999999", "--keep", "roapp"],
        &["order", "resolve", "Sandbox shop", &number, "--keep", "both"],
        &["order", "resolve", "Sandbox shop", &number],
    ] {
        assert!(!followed.run(arguments).await.success, "{arguments:?}");
    }
    let refused = followed.run(&["order", "resolve", "Sandbox shop", &number, "--keep", "store"]).await;
    assert!(refused.stderr.contains("no conflict and no pending change"), "{refused:?}");
    followed.stop().await;
}
