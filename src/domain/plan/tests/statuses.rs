//! The status of a work order (design sections 6 and 8).

use super::{
    super::{AppliedStatus, Plan, Step},
    model::World,
};
use crate::domain::{
    discount::PerWhat,
    ids::{StatusId, StoreStatusId},
    plan::Part,
    samples,
};

/// A work order whose store status was `was` when it was brought.
fn brought(was: i64) -> World {
    let mut order = samples::order();
    order.status = StoreStatusId::new(was);
    World::brought(order, PerWhat::Line)
}

fn moves(world: &mut World, status: i64) -> Plan {
    world.order.status = StoreStatusId::new(status);
    world.bring().remove(0)
}

fn status(world: &World) -> Option<i64> {
    world.head.as_ref().and_then(|head| head.status).map(StatusId::get)
}

fn staff_move(world: &mut World, status: i64) {
    world.head().status = Some(StatusId::new(status));
}

fn written(plan: &Plan) -> Option<i64> {
    let status = |step: &Step| match step {
        Step::Status(AppliedStatus { written, .. }) => *written,
        _ => None,
    };
    plan.steps.iter().find_map(status).map(StatusId::get)
}

#[test]
fn the_initial_status_writes_nothing() {
    let plan = World::new(samples::order(), PerWhat::Line).plan();
    let status = AppliedStatus { store: StoreStatusId::new(1), written: None, kept: None, led_to: None };
    assert!(plan.steps.contains(&Step::Status(status)));
    assert!(!plan.unknown_status);
}

#[test]
fn a_mapped_status_is_written_once() {
    let mut world = brought(2);
    assert_eq!(status(&world), Some(20));
    world.assert_at_rest();
    assert_eq!(written(&moves(&mut world, 3)), Some(30));
    assert_eq!(status(&world), Some(30));
}

#[test]
fn an_unknown_status_of_a_new_order_leaves_the_initial_one_and_is_flagged() {
    let mut order = samples::order();
    order.status = StoreStatusId::new(5);
    let mut world = World::new(order, PerWhat::Line);
    assert!(world.bring()[0].unknown_status);
    assert_eq!(status(&world), Some(10));
    world.assert_at_rest();
}

#[test]
fn an_unknown_status_keeps_the_current_one_and_is_flagged_once() {
    let mut world = brought(2);
    let plan = moves(&mut world, 5);
    assert!(plan.unknown_status && plan.conflicts.is_empty());
    assert_eq!(status(&world), Some(20));
    world.assert_at_rest();
}

#[test]
fn a_status_mapped_to_initial_goes_back_to_it() {
    let mut world = brought(2);
    moves(&mut world, 1);
    assert_eq!(status(&world), Some(10));
}

#[test]
fn what_staff_set_after_a_status_that_was_kept_is_a_conflict_with_the_stores_next_one() {
    // Kept: in a closed group, for goods written off, and one that the map does not know, of an old and of a new order.
    let (mut closed, mut late, mut unknown) = (brought(2), brought(2), brought(2));
    staff_move(&mut closed, 60);
    closed.head().group = Some(6);
    moves(&mut closed, 4);
    closed.head().group = Some(2);
    late.items[0].written_off = true;
    moves(&mut late, 4);
    moves(&mut unknown, 5);
    for mut world in [closed, late, unknown, brought(5)] {
        let mut untouched = world.clone();
        assert!(moves(&mut untouched, 3).conflicts.is_empty());
        staff_move(&mut world, 90);
        let plan = moves(&mut world, 3);
        assert_eq!((status(&world), plan.conflicts.len()), (Some(30), 1));
    }
    // Set before the status that the map does not know, which lists nothing.
    let mut world = brought(2);
    staff_move(&mut world, 90);
    assert!(moves(&mut world, 5).conflicts.is_empty());
    assert_eq!(moves(&mut world, 3).conflicts.len(), 1);
}

#[test]
fn two_store_statuses_that_map_to_one_move_nothing() {
    let mut world = brought(2);
    let plan = moves(&mut world, 6);
    assert_eq!((status(&world), plan.conflicts), (Some(20), Vec::new()));
    world.assert_at_rest();
}

#[test]
fn staff_keep_their_status_while_the_store_has_no_new_one() {
    let mut world = brought(2);
    staff_move(&mut world, 90);
    world.order.comment.push('!');
    world.bring();
    assert_eq!(status(&world), Some(90));
}

#[test]
fn the_store_wins_over_staffs_status_and_the_conflict_is_listed() {
    // Before: written by us, the initial one that nobody wrote, and one that both sides chose.
    let mut agreed = brought(2);
    staff_move(&mut agreed, 40);
    moves(&mut agreed, 4);
    for mut world in [brought(2), brought(1), agreed] {
        staff_move(&mut world, 90);
        let plan = moves(&mut world, 3);
        assert_eq!(status(&world), Some(30));
        let [conflict] = &plan.conflicts[..] else { panic!("{:?}", plan.conflicts) };
        assert_eq!((&conflict.part, conflict.roapp.to_string().as_str()), (&Part::Status, "90"));
        assert!(conflict.store.to_string().contains("30"), "{}", conflict.store);
        world.assert_at_rest();
    }
}

#[test]
fn staff_who_chose_the_stores_status_are_no_conflict() {
    let mut world = brought(2);
    staff_move(&mut world, 30);
    assert!(moves(&mut world, 3).conflicts.is_empty());
    world.assert_at_rest();
}

#[test]
fn a_closed_work_order_is_never_moved() {
    for group in [6, 7] {
        let mut world = brought(2);
        staff_move(&mut world, 60);
        world.head().group = Some(group);
        let plan = moves(&mut world, 3);
        assert_eq!((status(&world), plan.conflicts.len()), (Some(60), 1));
        world.assert_at_rest();
    }
}

#[test]
fn a_cancellation_follows_the_map_unless_goods_are_written_off() {
    let mut world = brought(2);
    let mut written_off = world.clone();
    assert!(moves(&mut world, 4).conflicts.is_empty());
    assert_eq!(status(&world), Some(40));

    written_off.items[0].written_off = true;
    let plan = moves(&mut written_off, 4);
    assert_eq!((status(&written_off), plan.conflicts.len()), (Some(20), 1));
    assert_eq!(plan.conflicts[0].roapp.to_string(), "20");
    written_off.assert_at_rest();
    // Any other status still follows the store.
    moves(&mut written_off, 3);
    assert_eq!(status(&written_off), Some(30));
}
