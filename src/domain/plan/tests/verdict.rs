//! The verification, step by step.

use super::{
    super::{HeadFrom, Sight, Step, Verdict, Written, verdict},
    model::{INITIAL, World},
};
use crate::domain::{
    discount::PerWhat,
    ids::StatusId,
    marker::Marker,
    remote::{Head, Item},
    samples,
};

/// A work order that was just made, and what is asked of it.
struct Made {
    world: World,
    marker: Marker,
    is_new: bool,
    may_learn_per: bool,
    repaired: bool,
}

impl Made {
    fn new() -> Self {
        let mut order = samples::order();
        order.status = crate::domain::ids::StoreStatusId::new(2);
        let mut world = World::new(order, PerWhat::Line);
        world.bring();
        let notes = world.head().manager_notes.clone();
        let marker = Marker::find_all(&notes).remove(0);
        Self { world, marker, is_new: true, may_learn_per: false, repaired: false }
    }

    fn see(&self, head: &Head, from: HeadFrom, items: Option<&[Item]>, status_set: bool) -> Verdict {
        let written = Written {
            applied: &self.world.applied,
            total: self.world.order.total_sum,
            marker: &self.marker,
            is_new: self.is_new,
            made_with: Some(INITIAL),
            per: PerWhat::Line,
            may_learn_per: self.may_learn_per,
            repaired: self.repaired,
        };
        verdict(&written, &Sight { head, from, items, status_set })
    }

    fn head(&mut self) -> Head {
        self.world.head().clone()
    }
}

#[test]
fn a_listed_head_with_total_status_and_marker_is_enough() {
    let mut made = Made::new();
    let head = made.head();
    assert_eq!(made.see(&head, HeadFrom::List, None, false), Verdict::Complete);
}

#[test]
fn a_status_that_did_not_arrive_is_read_again_and_then_set_once() {
    let mut made = Made::new();
    let head = Head { status: Some(INITIAL), ..made.head() };
    assert_eq!(made.see(&head, HeadFrom::List, None, false), Verdict::ReadHead);
    assert_eq!(made.see(&head, HeadFrom::Itself, None, false), Verdict::SetStatus(StatusId::new(20)));
    assert_eq!(made.see(&head, HeadFrom::Itself, None, true), Verdict::Complete);
    let by_staff = Head { status: Some(StatusId::new(77)), ..head.clone() };
    assert_eq!(made.see(&by_staff, HeadFrom::Itself, None, false), Verdict::Complete);
    made.is_new = false;
    assert_eq!(made.see(&head, HeadFrom::Itself, None, false), Verdict::Complete);
}

#[test]
fn a_new_work_order_without_its_marker_is_incomplete() {
    let mut made = Made::new();
    let head = Head { manager_notes: "empty".into(), ..made.head() };
    assert!(
        matches!(made.see(&head, HeadFrom::List, None, false), Verdict::Incomplete(reason) if reason.to_string().contains("marker"))
    );
    made.is_new = false;
    assert_eq!(made.see(&head, HeadFrom::List, None, false), Verdict::Complete);
}

#[test]
fn a_wrong_total_has_the_lines_read_repaired_once_and_then_told() {
    let mut made = Made::new();
    let head = Head { total: Some(1.into()), ..made.head() };
    made.may_learn_per = true;
    assert_eq!(made.see(&head, HeadFrom::List, None, false), Verdict::LearnPer);
    made.may_learn_per = false;
    assert_eq!(made.see(&head, HeadFrom::List, None, false), Verdict::ReadLines);
    let mut items = made.world.items.clone();
    items[0].price = Some(1.into());
    let Verdict::Repair(steps) = made.see(&head, HeadFrom::List, Some(&items), false) else { panic!("not repaired") };
    assert!(matches!(steps.as_slice(), [Step::ChangeLine { .. }]));
    made.repaired = true;
    let told = made.see(&head, HeadFrom::ItselfAfterLines, Some(&items), false);
    assert!(matches!(told, Verdict::Incomplete(reason) if reason.to_string().contains("1 of the lines")));
}

#[test]
fn a_total_that_no_line_explains_is_read_again_before_it_is_told() {
    let mut made = Made::new();
    let head = Head { total: Some(1.into()), ..made.head() };
    let items = made.world.items.clone();
    assert_eq!(made.see(&head, HeadFrom::List, Some(&items), false), Verdict::ReadHead);
    let told = made.see(&head, HeadFrom::ItselfAfterLines, Some(&items), false);
    assert!(matches!(told, Verdict::Incomplete(reason) if reason.to_string().contains("every line is right")));
}

#[test]
fn a_line_that_is_not_there_is_told_and_not_added_again() {
    let mut made = Made::new();
    let head = Head { total: Some(1.into()), ..made.head() };
    assert!(matches!(made.see(&head, HeadFrom::List, Some(&[]), false), Verdict::Incomplete(_)));
}
