//! Which client the work order belongs to.

use super::{
    super::{Keep, Plan, Remote, Step},
    model::{World, card},
};
use crate::domain::{
    discount::PerWhat,
    ids::PersonId,
    order::Buyer,
    plan::Part,
    said::{Said, Value},
    samples,
};

fn buyer(name: &str, phone: &str) -> Buyer {
    Buyer { name: name.into(), phone: phone.into(), email: String::new() }
}

/// A work order of Anna's, whom the store takes for Bohdan by now.
fn corrected() -> World {
    let mut order = samples::order();
    order.buyer = buyer("Anna Koval", "0671112233");
    let mut world = World::brought(order, PerWhat::Line);
    let anna = card(7, &world.order.buyer);
    let head = world.head();
    (head.client, head.client_card) = (Some(PersonId::new(7)), Some(anna));
    world.order.buyer = buyer("Bohdan Melnyk", "0555550101");
    world
}

fn planned(world: &World) -> Plan {
    world.plan_with(Remote::Lines(world.head.as_ref().unwrap(), &world.items))
}

fn about_the_client(plan: &Plan) -> Vec<(Value, Value)> {
    let rows = plan.conflicts.iter().filter(|row| row.part == Part::Client);
    rows.map(|row| (row.store.to_string().into(), row.roapp.to_string().into())).collect()
}

fn both() -> (Value, Value) {
    (BOTH.0.into(), BOTH.1.into())
}

fn is_client(step: &Step) -> bool {
    matches!(step, Step::Client(_) | Step::AcceptClient(_))
}

const BOTH: (&str, &str) = ("Bohdan Melnyk, 0555550101", "Anna Koval, 0671112233 (client 7)");

#[test]
fn another_buyer_is_listed_with_both_as_long_as_it_is_one() {
    let mut world = corrected();
    let plan = world.plan_with(Remote::Head(world.head.as_ref().unwrap()));
    assert!(plan.needs_lines, "goods may be written off");
    let plans = world.bring();
    assert_eq!(about_the_client(plans.last().unwrap()), [both()]);
    assert!(!plans.iter().flat_map(|plan| &plan.steps).any(is_client));
    world.listed = plans.last().unwrap().conflicts.clone();
    let again = planned(&world);
    assert_eq!((again.steps.as_slice(), about_the_client(&again)), (&[][..], vec![both()]));
    assert_eq!(again.agreed, []);
    world.order.buyer = buyer("Anna Koval", "0671112233");
    assert_eq!(planned(&world).agreed, [Part::Client]);
}

#[test]
fn a_decision_gives_it_away_or_leaves_it_and_nothing_is_listed_any_more() {
    for keep in [Keep::Store, Keep::RoApp] {
        let mut world = corrected();
        world.listed = world.bring().last().unwrap().conflicts.clone();
        world.keep = Some(keep);
        world.bring();
        let client = world.head().client;
        assert_eq!(client, Some(PersonId::new(if keep == Keep::Store { 99 } else { 7 })));
        (world.keep, world.listed) = (None, Vec::new());
        let again = planned(&world);
        assert_eq!((again.steps.as_slice(), about_the_client(&again)), (&[][..], Vec::new()));
    }
}

#[test]
fn a_closed_work_order_is_a_pending_change() {
    let mut world = corrected();
    world.head().group = Some(6);
    let plan = planned(&world);
    let pending = plan.pending.unwrap().to_string();
    assert!(pending.contains("closed") && pending.contains(BOTH.0) && pending.contains(BOTH.1), "{pending}");
    assert!(!plan.steps.iter().any(is_client) && plan.conflicts.iter().all(|row| row.part != Part::Client));
    world.listed = corrected().bring().last().unwrap().conflicts.clone();
    world.keep = Some(Keep::Store);
    assert!(planned(&world).refused.contains(&(Part::Client, Said::new("work-order-closed"))));
}

#[test]
fn what_staff_gave_to_the_right_one_is_agreed() {
    let mut world = corrected();
    world.listed = world.bring().last().unwrap().conflicts.clone();
    let right = card(8, &buyer("MELNYK Bohdan", "+38 (055) 555-01-01"));
    world.head().client_card = Some(right);
    let plan = planned(&world);
    assert_eq!((plan.agreed.as_slice(), about_the_client(&plan)), (&[Part::Client][..], Vec::new()));
}

/// A work order of Anna's, for which a person chose client 8.
fn chosen() -> World {
    let mut world = corrected();
    world.order.buyer = buyer("Anna Koval", "0671112233");
    world.chosen_client = Some(PersonId::new(8));
    world
}

#[test]
fn a_client_that_a_person_chose_gets_the_work_order_once() {
    let mut world = chosen();
    let plan = world.plan_with(Remote::Head(world.head.as_ref().unwrap()));
    assert!(plan.needs_lines, "goods may be written off");
    let given = |plan: &Plan| plan.steps.iter().filter(|step| matches!(step, Step::Client(_))).count();
    assert_eq!(given(&planned(&world)), 1);
    world.head().client = Some(PersonId::new(8));
    assert_eq!(given(&planned(&world)), 0);
}

#[test]
fn a_work_order_that_cannot_be_changed_keeps_its_client_and_that_is_told() {
    let mut closed = chosen();
    closed.head().group = Some(6);
    let mut written_off = chosen();
    written_off.items[0].written_off = true;
    for world in [closed, written_off] {
        let plan = planned(&world);
        assert!(!plan.steps.iter().any(is_client));
        assert!(plan.pending.is_some_and(|why| why.to_string().contains("client 8")));
    }
}
