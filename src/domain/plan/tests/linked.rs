//! A work order that others made, linked with the order by a person: it stays as it is, and what changes in the store from then on
//! travels.

use rust_decimal::Decimal;

use super::{
    super::{Applied, Step},
    model::{INITIAL, World},
};
use crate::domain::{
    discount::PerWhat,
    ids::{ProductId, StatusId, StoreStatusId},
    order::{LineKey, StoreOrder},
    samples,
};

/// The order as another connector brought it: with products, texts and a status of its own.
fn made_by_others(order: StoreOrder) -> World {
    let mut world = World::brought(order, PerWhat::Line);
    for (nth, item) in world.items.iter_mut().enumerate() {
        item.product = Some(ProductId::new(9_000 + i64::try_from(nth).unwrap()));
    }
    let head = world.head();
    (head.malfunction, head.manager_notes) = ("Order 1042".into(), "Call before noon".into());
    (head.status, head.estimated_price) = (Some(StatusId::new(77)), String::new());
    head.custom_fields.clear();
    world.links = super::super::Links::default();
    (world.applied, world.as_it_is) = (Applied { adopted: true, ..Applied::default() }, true);
    world.comments.clear();
    world
}

fn two_lines() -> StoreOrder {
    let mut order = samples::order();
    let mut other = order.lines[0].clone();
    (other.key, other.article, other.price) = (LineKey("other".into()), "OTHER".into(), Decimal::from(7));
    (other.quantity, other.total) = (Decimal::ONE, Some(Decimal::from(7)));
    order.total_sum += Decimal::from(7);
    order.total_default += Decimal::from(7);
    order.lines.push(other);
    order
}

#[test]
fn nothing_of_it_changes_but_its_notes_get_our_block() {
    let mut world = made_by_others(two_lines());
    let (items, before) = (world.items.clone(), world.head().clone());
    let plans = world.bring();
    assert!(plans.iter().all(|plan| plan.conflicts.is_empty() && plan.pending.is_none()), "{plans:?}");
    assert_eq!(world.items, items);
    assert!(world.comments.is_empty());
    let head = world.head().clone();
    assert!(head.manager_notes.starts_with("Call before noon\n") && head.manager_notes.contains("/1042]"));
    assert_eq!(head.malfunction, before.malfunction);
    assert_eq!((head.status, head.custom_fields), (before.status, before.custom_fields));
    let linked: Vec<_> = world.applied.lines.values().map(|line| line.product.get()).collect();
    assert_eq!(linked.len(), 2);
    assert!(linked.iter().all(|product| *product >= 9_000), "their products: {linked:?}");
    world.verify();
    assert!(!world.applied.adopted);
    world.assert_at_rest();
}

#[test]
fn a_later_edit_in_the_store_travels() {
    let mut world = made_by_others(two_lines());
    world.bring();
    world.verify();
    world.as_it_is = false;
    world.order.lines[1].quantity = Decimal::from(2);
    world.order.lines[1].total = Some(Decimal::from(14));
    world.order.total_sum += Decimal::from(7);
    world.order.total_default += Decimal::from(7);
    world.order.status = StoreStatusId::new(2);
    world.bring();
    assert_eq!(world.items.len(), 2);
    assert!(world.items.iter().any(|item| item.quantity == Some(Decimal::from(2))));
    assert_eq!(world.head().status, Some(StatusId::new(20)), "the status changed in the store");
}

#[test]
fn the_status_stays_even_if_it_is_the_first_one() {
    let mut world = made_by_others(StoreOrder { status: StoreStatusId::new(2), ..samples::order() });
    world.head().status = Some(INITIAL);
    world.bring();
    assert_eq!(world.head().status, Some(INITIAL));
    world.verify();
    world.assert_at_rest();
}

#[test]
fn lines_that_cannot_be_told_apart_and_lines_that_are_not_there_stay_as_they_are() {
    let mut order = two_lines();
    let twin = order.lines[0].clone();
    (order.lines[1].price, order.lines[1].quantity, order.lines[1].total) = (twin.price, twin.quantity, twin.total);
    order.total_sum = order.lines.iter().filter_map(|line| line.total).sum();
    order.total_default = order.total_sum;
    let mut world = made_by_others(order);
    let plans = world.bring();
    assert_eq!(world.items.len(), 2);
    assert!(plans.iter().flat_map(|plan| &plan.steps).any(|step| matches!(step, Step::WaiveLine { .. })), "{plans:?}");
    world.verify();
    world.assert_at_rest();

    let mut without = made_by_others(two_lines());
    without.items.clear();
    without.bring();
    assert_eq!(without.items, []);
    without.verify();
    without.assert_at_rest();
}

#[test]
fn of_a_closed_work_order_not_even_the_notes_are_written() {
    let mut world = made_by_others(two_lines());
    world.head().group = Some(6);
    let notes = world.head().manager_notes.clone();
    world.bring();
    assert_eq!(world.head().manager_notes, notes);
    world.verify();
    world.assert_at_rest();
}
