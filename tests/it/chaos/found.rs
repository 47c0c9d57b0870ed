//! Histories that once ended otherwise than the design says, shrunk.

use std::time::Duration;

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{faults::Fault, world::SandboxOptions},
};

use crate::support::{
    Words, eventually,
    world::{World, small},
};

use super::{
    action::{Action, History, ShopEdit},
    maps::Maps,
    play::play,
};

/// A shop of one order, imported and at rest; then these.
async fn after_import(actions: impl IntoIterator<Item = Action>) {
    let actions = [Action::Rest].into_iter().chain(actions).chain([Action::Rest]).collect();
    let history = History { seed: 1, orders: 1, processes: false, maps: Maps::Inverse, actions };
    let faults = play(&history).await;
    assert!(faults.is_empty(), "{history}{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_estimated_price_follows_an_edit_in_the_store() {
    after_import([Action::Shop(0, ShopEdit::AddLine(24))]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_wrote_without_an_answer_is_not_taken_for_staffs_when_the_store_changes_again() {
    for call in ["PATCH /v2/orders/{id}", "PATCH /v2/orders/{id}/items/{item_id}", "POST /v2/orders/{id}/status"] {
        let edit = |quantity, status| {
            [ShopEdit::Quantity(0, quantity), ShopEdit::Comment, ShopEdit::Status(status)]
                .map(|edit| Action::Shop(0, edit))
        };
        let unanswered = [Action::RoAppFault(call, Fault::CutAfter, 0, 1)].into_iter().chain(edit(3, 2));
        // The order rests for ten seconds after the failed call: the next version comes meanwhile.
        let later = [Action::Pause(2500)].into_iter().chain(edit(5, 6));
        after_import(unanswered.chain(later)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_written_off_while_lines_are_added_leave_a_pending_change_and_not_a_failed_order() {
    let world = World::new(SandboxOptions { days: 1, ..small(1) }).await;
    let lines = world.sandbox.shop.data().orders.values().map(|order| order.lines.len()).sum::<usize>();
    assert!(lines > 1, "the first line is written off before the second one is added");
    let slow = Fault::Slow(Duration::from_millis(700));
    world.sandbox.roapp.faults().add("POST /v2/orders/{id}/items", slow, 1, 1);
    world.import().await;
    let daemon = world.daemon();
    let (order, item) = eventually("a work order with a line", || async {
        let data = world.sandbox.roapp.data();
        data.orders.values().find_map(|order| Some((order.id, order.items.first()?.id)))
    })
    .await;
    world.sandbox.roapp.staff().write_off(order, item).unwrap();
    world.imported().await;
    daemon.stop().await;
    let orders = world.orders().await;
    assert_eq!(orders[0].state, OrderState::Synced, "{:?}", orders[0].reason);
    assert!(orders[0].pending_change.contains("written off"), "{:?}", orders[0].pending_change);
    assert_eq!(world.sandbox.roapp.data().orders[&order].items.len(), 1, "nothing was added any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_staff_add_while_we_compare_totals_does_not_make_the_order_incomplete() {
    let world = World::new(SandboxOptions { days: 1, ..small(1) }).await;
    world.import_whole().await;
    let (staff, data) = (world.sandbox.roapp.staff(), world.sandbox.roapp.data());
    let (order, product) = (*data.orders.keys().next().unwrap(), *data.products.keys().next().unwrap());
    let add = || staff.add_item(order, product, 1.into(), 7.into()).unwrap();
    add();
    let reads = || world.sandbox.roapp.calls().into_iter().filter(|call| call.name() == READ_LINES).count();
    let read = reads();
    world.sandbox.roapp.faults().add(READ_LINES, Fault::Slow(Duration::from_millis(700)), 0, 1);
    world.sandbox.shop.edit(|shop| shop.orders.values_mut().for_each(|order| order.comment = "ring twice".into()));
    let daemon = world.daemon();
    eventually("the lines to be read", || async { (reads() > read).then_some(()) }).await;
    add();
    let state = eventually("the end of it", || async {
        let order = world.orders().await.remove(0);
        (order.state != OrderState::Waiting).then_some(order)
    })
    .await;
    daemon.stop().await;
    assert_eq!(state.state, OrderState::Synced, "{:?}", state.reason);
}

const READ_LINES: &str = "GET /v2/orders/{id}/items";
