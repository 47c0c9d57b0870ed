//! `check` and `repair`: complete or flagged (invariant 5).

use rust_decimal::Decimal;

use super::{
    super::{Shortfall, Step, check, repair},
    model::World,
};
use crate::domain::{discount::PerWhat, samples};

/// Three units of 10.00, 3.00 off; one of 799.00. The lines are fresh: not verified yet.
fn fresh(per: PerWhat) -> World {
    let mut order = samples::order();
    let mut line = order.lines[0].clone();
    line.key.0 = "s2".into();
    line.article = "A-2".into();
    (line.quantity, line.price, line.total) = (Decimal::from(3), Decimal::TEN, Some(Decimal::from(27)));
    order.lines.push(line);
    order.total_default = Decimal::from(826);
    order.total_sum = order.total_default;
    let mut world = World::new(order, per);
    world.bring();
    world
}

fn checked(world: &World) -> Result<(), Shortfall> {
    let head = world.head.as_ref().unwrap_or_else(|| panic!("no work order"));
    let without = check(head, None, &world.applied, world.order.total_sum, world.per);
    match without {
        Err(Shortfall::ReadLines) => check(head, Some(&world.items), &world.applied, world.order.total_sum, world.per),
        done => done,
    }
}

#[test]
fn an_equal_total_is_enough() {
    for per in [PerWhat::Line, PerWhat::Unit] {
        let world = fresh(per);
        assert_eq!(world.total(), Decimal::from(826));
        assert_eq!(checked(&world), Ok(()));
        assert_eq!(repair(&world.items, &world.applied), []);
    }
}

#[test]
fn a_discount_per_unit_is_sent_as_such() {
    let discount = |per| fresh(per).items[1].discount;
    assert_eq!(discount(PerWhat::Line), Some(Decimal::from(3)));
    assert_eq!(discount(PerWhat::Unit), Some(Decimal::ONE));
}

#[test]
fn the_total_shows_how_discounts_count_where_a_line_with_one_has_several_units() {
    for per in [PerWhat::Line, PerWhat::Unit] {
        let mut world = fresh(per);
        // Three units, 3.00 off as RO App was told.
        for line in world.applied.lines.values_mut() {
            if line.values.quantity > Decimal::ONE {
                line.values.discount = Decimal::from(3);
            }
        }
        let total = |per| if per == PerWhat::Line { Decimal::from(826) } else { Decimal::from(820) };
        assert_eq!(world.applied.discount_per(Some(total(per))), Some(per));
        assert_eq!(world.applied.discount_per(Some(Decimal::ONE)), None);
        assert_eq!(world.applied.discount_per(None), None);
    }
    let mut single = World::new(samples::order(), PerWhat::Line);
    single.bring();
    assert_eq!(single.applied.discount_per(Some(single.total())), None, "one unit tells nothing");
}

#[test]
fn a_total_that_is_not_shown_wants_the_lines() {
    let mut world = fresh(PerWhat::Line);
    world.head().total = None;
    assert_eq!(
        check(&world.head().clone(), None, &world.applied, Decimal::from(826), PerWhat::Line),
        Err(Shortfall::ReadLines)
    );
    assert_eq!(checked(&world), Ok(()));
}

#[test]
fn staffs_own_lines_and_changes_do_not_count_against_us() {
    for per in [PerWhat::Line, PerWhat::Unit] {
        let mut world = fresh(per);
        world.verify();
        world.staff_add();
        world.items[1].price = Some(Decimal::from(9));
        world.items.remove(0);
        world.sum_up();
        assert_eq!(checked(&world), Ok(()));
        assert_eq!(repair(&world.items, &world.applied), []);
    }
}

#[test]
fn staffs_lines_are_added_up_line_by_line_to_the_cent() {
    let mut world = fresh(PerWhat::Line);
    for _ in 0..2 {
        world.staff_add();
        let item = world.items.len() - 1;
        (world.items[item].quantity, world.items[item].price) = (Some(Decimal::new(5, 1)), Some(Decimal::new(333, 2)));
    }
    world.sum_up();
    assert_eq!(world.total(), Decimal::new(82_934, 2));
    assert_eq!(checked(&world), Ok(()));
}

#[test]
fn a_fresh_line_that_is_missing_falls_short_and_is_not_added_again() {
    let mut world = fresh(PerWhat::Line);
    world.items.remove(0);
    world.sum_up();
    let Err(Shortfall::Lines { lines, total, expected }) = checked(&world) else { panic!("not noticed") };
    assert_eq!((lines, total.as_str(), expected.as_str()), (1, "27.00", "826.00"));
    assert_eq!(repair(&world.items, &world.applied), []);
}

#[test]
fn a_fresh_line_that_shows_something_else_is_repaired() {
    for per in [PerWhat::Line, PerWhat::Unit] {
        let mut world = fresh(per);
        world.items[1].discount = Some(Decimal::ZERO);
        world.sum_up();
        assert!(matches!(checked(&world), Err(Shortfall::Lines { lines: 1, .. })));
        let steps = repair(&world.items, &world.applied);
        let [step @ Step::ChangeLine { item, .. }] = &steps[..] else { panic!("{steps:?}") };
        assert_eq!(*item, world.items[1].id);
        world.step(step);
        assert_eq!(checked(&world), Ok(()));
        assert_eq!(world.total(), Decimal::from(826));
    }
}

#[test]
fn only_fresh_lines_are_repaired() {
    let mut world = fresh(PerWhat::Line);
    world.verify();
    let fresh = world.applied.lines.values_mut().find(|line| line.values.article == "A-2");
    fresh.unwrap_or_else(|| panic!("no such line")).verified = false;
    world.items.iter_mut().for_each(|item| item.price = Some(Decimal::ONE));
    world.sum_up();
    assert!(matches!(checked(&world), Err(Shortfall::Lines { lines: 1, .. })));
    let steps = repair(&world.items, &world.applied);
    assert!(matches!(&steps[..], [Step::ChangeLine { item, .. }] if *item == world.items[1].id), "{steps:?}");
}

#[test]
fn right_lines_with_another_total_are_flagged() {
    let mut world = fresh(PerWhat::Line);
    world.head().total = Some(Decimal::from(990));
    let wrong = Shortfall::Total { total: "990.00".into(), expected: "826.00".into() };
    assert_eq!(checked(&world), Err(wrong));
}
