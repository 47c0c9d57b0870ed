//! A person decides who wins a listed conflict, or both sides come to agree.

use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use super::{
    super::{Conflict, Keep, Plan, Remote},
    draft::draft,
    model::World,
    properties::{Staff, act, by_id, can_be_priced, staff},
};
use crate::domain::{
    discount::PerWhat,
    ids::{StatusId, StoreStatusId},
    notes,
    plan::Part,
    samples,
};

/// Lists what the plans found, as the executor does.
fn list(world: &mut World, plans: &[Plan]) {
    for conflict in plans.iter().flat_map(|plan| &plan.conflicts) {
        world.listed.retain(|old: &Conflict| old.part != conflict.part);
        world.listed.push(conflict.clone());
    }
}

/// A person decides, and it is done; the last plan that was carried out.
fn decide(world: &mut World, keep: Keep) -> Plan {
    world.keep = Some(keep);
    let plan = world.bring().pop().unwrap();
    world.verify();
    plan
}

fn agreed(world: &mut World) -> Vec<Part> {
    world.keep = None;
    let head = world.head.clone().unwrap();
    world.plan_with(Remote::Lines(&head, &world.items)).agreed
}

/// One line of which staff, then the store, changed the quantity.
fn both_changed() -> World {
    let mut world = World::brought(samples::order(), PerWhat::Line);
    world.items[0].quantity = Some(Decimal::from(5));
    world.order.lines[0].quantity = Decimal::TWO;
    world.order.lines[0].total = None;
    world.order.total_default = Decimal::from(1598);
    world.order.total_sum = Decimal::from(1598);
    let plans = world.bring();
    list(&mut world, &plans);
    assert_eq!(world.listed.len(), 1, "{:?}", world.listed);
    world
}

#[test]
fn a_line_is_written_as_the_store_has_it_and_nothing_else_is() {
    let mut world = both_changed();
    world.head().malfunction = "Staff's title".into();
    decide(&mut world, Keep::Store);
    assert_eq!(world.items[0].quantity, Some(Decimal::TWO));
    assert_eq!(world.head().malfunction, "Staff's title", "that was not listed");
    assert_eq!(agreed(&mut world), [Part::Line("Thing".into())]);
}

#[test]
fn a_line_that_staff_deleted_is_added_again() {
    let mut world = both_changed();
    world.items.clear();
    world.sum_up();
    decide(&mut world, Keep::Store);
    assert_eq!(world.items.len(), 1);
    world.assert_no_doubles();
}

#[test]
fn a_line_that_the_store_removed_and_staff_kept_is_removed() {
    let mut world = both_changed();
    world.listed.clear();
    world.items[0].price = Some(Decimal::ONE);
    world.order.lines.clear();
    world.order.total_default = Decimal::ZERO;
    world.order.total_sum = Decimal::ZERO;
    let plans = world.bring();
    list(&mut world, &plans);
    world.staff_add();
    decide(&mut world, Keep::Store);
    assert_eq!(world.items.len(), 1, "staff's own line stays");
    assert!(matches!(agreed(&mut world)[0], Part::Item(..)));
}

#[test]
fn nothing_is_written_to_what_is_closed_or_written_off_and_the_reason_is_told() {
    for (closed, told) in [(true, "closed"), (false, "written off")] {
        let mut world = both_changed();
        if closed {
            world.head().group = Some(6);
        } else {
            world.items[0].written_off = true;
        }
        let before = world.items.clone();
        let plan = decide(&mut world, Keep::Store);
        assert_eq!(world.items, before);
        let [(part, reason)] = &plan.refused[..] else { panic!("{plan:?}") };
        assert!(*part == Part::Line("Thing".into()) && reason.to_string().contains(told), "{plan:?}");
    }
}

#[test]
fn the_status_of_the_map_is_set_and_never_out_of_a_closed_group() {
    for closed in [false, true] {
        let mut order = samples::order();
        order.status = StoreStatusId::new(2);
        let mut world = World::brought(order, PerWhat::Line);
        world.head().status = Some(StatusId::new(60));
        world.head().group = Some(6);
        world.order.status = StoreStatusId::new(3);
        let plans = world.bring();
        list(&mut world, &plans);
        assert_eq!(world.listed[0].part, Part::Status);
        if !closed {
            world.head().group = Some(2);
        }
        let plan = decide(&mut world, Keep::Store);
        let status = world.head().status.map(StatusId::get);
        assert_eq!((status, plan.refused.len()), if closed { (Some(60), 1) } else { (Some(30), 0) });
    }
}

#[test]
fn a_title_that_both_sides_changed_is_written() {
    let mut world = World::brought(samples::order(), PerWhat::Line);
    world.head().malfunction = "Staff's title".into();
    world.order.comment = "Ring three times".into();
    let plans = world.bring();
    list(&mut world, &plans);
    decide(&mut world, Keep::Store);
    assert!(world.head().malfunction.contains("Ring three times"));
    world.listed.clear();
    world.keep = None;
    world.assert_at_rest();
}

#[test]
fn a_block_of_notes_is_put_in_place_of_what_staff_made_of_it() {
    let new = "Cartum order 7 \u{2014} Shop\nPaid: yes\n[cartum:shop.example.com/7]";
    let edited = "Before\nCartum order 7 \u{2014} Shop\nPaid: perhaps\n[cartum:shop.example.com/7]\nAfter";
    assert_eq!(notes::put_block(edited, new), Some(format!("Before\n{new}\nAfter")));
    assert_eq!(notes::put_block("Before", new), Some(format!("Before\n\n{new}")));
    assert_eq!(notes::put_block("", new).as_deref(), Some(new));
    assert_eq!(notes::put_block(&"x".repeat(crate::domain::text::MAX_TEXT), new), None);
}

#[test]
fn a_pending_change_that_ro_app_keeps_is_settled_and_the_next_one_is_told_again() {
    let mut world = World::brought(samples::order(), PerWhat::Line);
    world.head().group = Some(6);
    world.order.lines.push(world.order.lines[0].clone());
    world.order.lines[1].key = crate::domain::order::LineKey("s2".into());
    world.order.total_default = Decimal::from(1598);
    world.order.total_sum = Decimal::from(1598);
    assert!(world.bring()[0].pending.is_some());
    let before = (world.items.clone(), world.head().clone());
    let plan = decide(&mut world, Keep::RoApp);
    assert!(plan.pending.is_none(), "{plan:?}");
    assert_eq!((world.items.clone(), world.head().clone()), before);
    world.keep = None;
    world.assert_at_rest();
    world.order.lines[1].quantity = Decimal::TWO;
    world.order.lines[1].total = None;
    world.order.total_default = Decimal::from(2397);
    world.order.total_sum = Decimal::from(2397);
    assert!(world.plan().pending.is_some());
    // Opened again: the new line is not there, which staff are taken to have wanted.
    world.head().group = Some(2);
    let plans = world.bring();
    let parts: Vec<_> = plans[0].conflicts.iter().map(|conflict| conflict.part.clone()).collect();
    assert_eq!(parts, [Part::Line("Thing".into()), Part::Price]);
    assert_eq!(world.items.len(), 1);
}

#[test]
fn what_both_sides_agree_on_is_no_conflict_any_more() {
    let mut world = both_changed();
    assert!(agreed(&mut world).is_empty());
    (world.items[0].quantity, world.items[0].discount) = (Some(Decimal::TWO), None);
    assert_eq!(agreed(&mut world), [Part::Line("Thing".into())]);
    let head = world.head.clone().unwrap();
    assert!(world.plan_with(Remote::Head(&head)).agreed.is_empty(), "without its lines nobody can tell");
}

proptest! {
    #[test]
    fn what_the_store_wins_is_written_once(
        was in draft(), acts in vec(staff(), 0..5), now in draft(), more in vec(staff(), 0..3), then in draft(),
    ) {
        let per = PerWhat::Line;
        prop_assume!(can_be_priced(&[&was, &now, &then], per));
        let mut world = World::brought(was.order(), per);
        for staff in &acts {
            act(&mut world, staff);
        }
        world.order = now.order();
        let plans = world.bring();
        list(&mut world, &plans);
        for staff in &more {
            act(&mut world, staff);
        }
        world.order = then.order();
        let frozen = world.head().is_closed() || world.items.iter().any(|item| item.written_off);
        let (items, head) = (by_id(&world.items), world.head().clone());
        let done = decide(&mut world, Keep::Store);
        let again = world.plan();
        prop_assert!(again.steps.is_empty() && again.conflicts.is_empty(), "{again:?}");
        prop_assert_eq!(&again.refused, &done.refused);
        prop_assert!(frozen || again.refused.iter().all(|(part, _)| *part == Part::Status), "{again:?}");
        if frozen {
            prop_assert_eq!(by_id(&world.items), items);
        }
        if head.is_closed() {
            prop_assert_eq!(world.head().clone(), head);
        }
        // What was listed and not refused is the same on both sides.
        let agreed = agreed(&mut world);
        for conflict in world.listed.iter().filter(|conflict| !matches!(conflict.part, Part::Line(_))) {
            let refused = again.refused.iter().any(|(part, _)| *part == conflict.part);
            let told = agreed.contains(&conflict.part);
            let kept = conflict.part == Part::Status && !told;
            prop_assert!(told || refused || kept || frozen, "{conflict:?} {again:?}");
        }
    }

    #[test]
    fn what_ro_app_keeps_is_not_told_again(
        was in draft(), acts in vec(staff(), 0..5), close in any::<bool>(), now in draft(), then in draft(),
    ) {
        let per = PerWhat::Line;
        prop_assume!(can_be_priced(&[&was, &now, &then], per));
        let mut world = World::brought(was.order(), per);
        for staff in &acts {
            act(&mut world, staff);
        }
        act(&mut world, &if close { Staff::Close(6) } else { Staff::WriteOff(0) });
        world.order = now.order();
        if world.bring().iter().all(|plan| plan.pending.is_none()) {
            return Ok(());
        }
        let (items, head) = (by_id(&world.items), world.head().clone());
        let done = decide(&mut world, Keep::RoApp);
        prop_assert!(done.pending.is_none() && done.refused.is_empty(), "{done:?}");
        prop_assert_eq!(by_id(&world.items), items);
        prop_assert_eq!(&world.head().manager_notes, &head.manager_notes);
        prop_assert_eq!(&world.head().malfunction, &head.malfunction);
        world.keep = None;
        let rest = world.plan();
        prop_assert!(rest.steps.is_empty() && rest.conflicts.is_empty() && rest.pending.is_none(), "{rest:?}");
        // A later real change is compared as usual.
        world.order = then.order();
        world.bring();
        let rest = world.plan();
        prop_assert!(rest.steps.is_empty() && rest.conflicts.is_empty(), "{rest:?}");
    }
}
