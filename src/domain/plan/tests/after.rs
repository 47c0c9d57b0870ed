//! What a refused step means for the others.

use super::{
    super::{AppliedStatus, Comment, LineValues, Next, Setback, Step, after},
    model::World,
};
use crate::domain::{
    discount::PerWhat,
    ids::{Id, ItemId},
    order::LineKey,
    product::{Catalogue, ProductWant},
    remote::Head,
    samples,
};

fn want() -> ProductWant {
    ProductWant::of(&samples::order().lines[0], &samples::settings(), &Catalogue::default())
}

fn head() -> Head {
    World::brought(samples::order(), PerWhat::Line).head().clone()
}

fn remove() -> Step {
    Step::RemoveLine { key: LineKey("s1".into()), item: ItemId::new(7) }
}

fn change() -> Step {
    let values = LineValues { article: "A".into(), quantity: 1.into(), price: 2.into(), discount: 0.into() };
    Step::ChangeLine { key: LineKey("s1".into()), item: ItemId::new(7), values }
}

#[test]
fn a_refused_line_is_planned_anew_once_and_then_left() {
    for step in [change(), remove()] {
        assert_eq!(after(&step, Setback::Refused, false), Next::PlanAnew);
        assert_eq!(after(&step, Setback::Refused, true), Next::LeaveLine);
    }
    let product = Step::Product(want());
    assert_eq!(after(&product, Setback::Refused, false), Next::LeaveLine);
    assert_eq!(after(&Step::Person, Setback::Refused, false), Next::End);
}

#[test]
fn what_a_person_has_to_remove_is_set_apart_and_anything_else_that_is_held_ends_the_run() {
    assert_eq!(after(&remove(), Setback::Held, true), Next::SetApart);
    assert_eq!(after(&change(), Setback::Held, true), Next::End);
    assert_eq!(after(&Step::Person, Setback::Held, false), Next::End);
}

#[test]
fn only_lines_and_products_that_find_no_answer_go_last() {
    assert_eq!(after(&change(), Setback::Unanswered, false), Next::GoLast);
    assert_eq!(after(&Step::Product(want()), Setback::Unanswered, true), Next::GoLast);
    let comment = Step::Comment(Comment::Gone("deleted".into()));
    for step in [Step::Person, comment] {
        assert_eq!(after(&step, Setback::Unanswered, false), Next::End);
    }
}

#[test]
fn a_step_is_overtaken_by_what_staff_changed_of_it() {
    let status = Step::Status(AppliedStatus::by_the_map(Id::new(2), Id::new(502)));
    let before = head();
    assert!(status.needs_a_fresh_head() && !Step::Person.needs_a_fresh_head());
    assert!(!status.is_overtaken(Some(&before), &before, None));
    let texts = Head { malfunction: "staff's".into(), ..before.clone() };
    assert!(!status.is_overtaken(Some(&before), &texts, None), "it writes no texts");
    let moved = Head { status: Some(Id::new(999)), ..before.clone() };
    assert!(status.is_overtaken(Some(&before), &moved, None));
    assert!(!status.is_overtaken(None, &before, before.status));
    assert!(status.is_overtaken(None, &moved, before.status));
}
