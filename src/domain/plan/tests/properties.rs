//! Properties that hold for every order, every edit, and whatever staff do in between.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use super::{
    super::{Step, lines::shows},
    draft::{Draft, draft},
    model::World,
};
use crate::domain::{
    discount::{PerWhat, price_lines},
    ids::{ItemId, StatusId},
    remote::Item,
};

/// What a person does in RO App; the number chooses the line.
#[derive(Debug, Clone)]
pub(super) enum Staff {
    Quantity(usize, i64),
    Price(usize, i64),
    Delete(usize),
    Add,
    NotesAround,
    NotesInside,
    Title,
    Status(i64),
    Close(i64),
    WriteOff(usize),
}

pub(super) fn staff() -> impl Strategy<Value = Staff> {
    prop_oneof![
        4 => (0_usize..5, 1_i64..4).prop_map(|(at, n)| Staff::Quantity(at, n)),
        4 => (0_usize..5, 1_i64..2000).prop_map(|(at, n)| Staff::Price(at, n)),
        4 => (0_usize..5).prop_map(Staff::Delete),
        2 => Just(Staff::Add),
        2 => Just(Staff::NotesAround),
        1 => Just(Staff::NotesInside),
        1 => Just(Staff::Title),
        2 => (1_i64..5).prop_map(|n| Staff::Status(n * 10)),
        1 => (6_i64..8).prop_map(Staff::Close),
        1 => (0_usize..5).prop_map(Staff::WriteOff),
    ]
}

pub(super) fn act(world: &mut World, staff: &Staff) {
    let at = |at: usize, world: &World| at.checked_rem(world.items.len());
    match staff {
        Staff::Quantity(line, n) => {
            if let Some(at) = at(*line, world) {
                world.items[at].quantity = Some(Decimal::from(*n));
            }
        }
        Staff::Price(line, n) => {
            if let Some(at) = at(*line, world) {
                world.items[at].price = Some(Decimal::new(*n, 2));
            }
        }
        Staff::Delete(line) => {
            if let Some(at) = at(*line, world) {
                world.items.remove(at);
            }
        }
        Staff::Add => world.staff_add(),
        Staff::NotesAround => {
            let notes = &mut world.head().manager_notes;
            *notes = format!("Staff before\n{notes}\nStaff after");
        }
        Staff::NotesInside => {
            let notes = &mut world.head().manager_notes;
            *notes = notes.replace("Store: ", "Staff inside: ");
        }
        Staff::Title => world.head().malfunction = "Staff's title".into(),
        Staff::Status(id) => world.head().status = Some(StatusId::new(*id)),
        Staff::Close(group) => world.head().group = Some(*group),
        Staff::WriteOff(line) => {
            if let Some(at) = at(*line, world) {
                world.items[at].written_off = true;
            }
        }
    }
    world.sum_up();
}

pub(super) fn per() -> impl Strategy<Value = PerWhat> {
    prop_oneof![3 => Just(PerWhat::Line), 1 => Just(PerWhat::Unit)]
}

pub(super) fn can_be_priced(drafts: &[&Draft], per: PerWhat) -> bool {
    drafts.iter().all(|draft| price_lines(&draft.order(), per).is_ok())
}

pub(super) fn by_id(items: &[Item]) -> BTreeMap<ItemId, Item> {
    items.iter().map(|item| (item.id, item.clone())).collect()
}

/// The place of a step in the order of steps; lines are one place.
fn rank(step: &Step) -> u8 {
    match step {
        Step::Person => 0,
        Step::Product(_) => 1,
        Step::Create(_) => 2,
        Step::Head { .. } | Step::Comment(super::super::Comment::Notes(_)) | Step::Told(_) => 4,
        Step::Status(_) => 5,
        Step::Comment(_) => 6,
        _ => 3,
    }
}

proptest! {
    #[test]
    fn an_order_brought_to_ro_app_is_at_rest_and_complete(draft in draft(), per in per()) {
        prop_assume!(can_be_priced(&[&draft], per));
        let mut world = World::new(draft.order(), per);
        let plans = world.bring();
        prop_assert!(plans[0].steps.is_sorted_by_key(rank), "{:?}", plans[0].steps);
        world.assert_at_rest();
        world.assert_no_doubles();
    }

    #[test]
    fn an_edit_is_brought_once_and_complete(was in draft(), now in draft(), per in per()) {
        prop_assume!(can_be_priced(&[&was, &now], per));
        let mut world = World::brought(was.order(), per);
        world.order = now.order();
        let plans = world.bring();
        prop_assert!(plans[0].steps.is_sorted_by_key(rank), "{:?}", plans[0].steps);
        prop_assert!(plans[0].pending.is_none());
        prop_assert!(plans[0].conflicts.is_empty(), "{:?}", plans[0].conflicts);
        world.assert_at_rest();
        world.assert_no_doubles();
        let anew = World::brought(now.order(), per);
        prop_assert_eq!(&world.applied.head, &anew.applied.head);
        prop_assert_eq!(world.head.map(|head| head.manager_notes), anew.head.map(|head| head.manager_notes));
    }

    #[test]
    fn nothing_that_staff_did_is_undone(
        was in draft(), now in draft(), acts in vec(staff(), 0..5), then in draft(),
    ) {
        let per = PerWhat::Line;
        prop_assume!(can_be_priced(&[&was, &now, &then], per));
        let mut world = World::brought(was.order(), per);
        let ours = by_id(&world.items);
        for staff in &acts {
            act(&mut world, staff);
        }
        let there = by_id(&world.items);
        let mut staffs = there.clone();
        staffs.retain(|id, item| ours.get(id) != Some(item));
        let was_head = world.head().clone();
        let frozen = was_head.is_closed() || world.items.iter().any(|item| item.written_off);
        for draft in [now, then] {
            world.order = draft.order();
            world.bring();
            let after = by_id(&world.items);
            for (id, item) in &staffs {
                prop_assert_eq!(after.get(id), Some(item), "staff's line stays as they have it");
            }
            // Where both sides came to agree, the line follows the store again.
            staffs.retain(|id, item| {
                !world.applied.lines.values().any(|line| line.item == *id && shows(item, &line.values))
            });
            for id in ours.keys().filter(|id| !there.contains_key(id)) {
                prop_assert!(!after.contains_key(id));
            }
            if frozen {
                prop_assert_eq!(&after, &there);
            }
            let head = world.head().clone();
            if was_head.is_closed() {
                prop_assert_eq!(head.status, was_head.status);
                prop_assert_eq!(&head.manager_notes, &was_head.manager_notes);
            }
            for text in ["Staff before", "Staff inside", "Staff after"] {
                prop_assert_eq!(head.manager_notes.contains(text), was_head.manager_notes.contains(text));
            }
            prop_assert_eq!(head.malfunction == "Staff's title", was_head.malfunction == "Staff's title");
            let rest = world.plan();
            prop_assert!(rest.steps.is_empty() && rest.conflicts.is_empty(), "{rest:?}");
            prop_assert_eq!(rest.pending.is_some(), frozen && world.differs());
        }
    }

    #[test]
    fn a_line_that_staff_deleted_is_not_added_again(was in draft(), now in draft(), at in 0_usize..5) {
        let per = PerWhat::Line;
        prop_assume!(can_be_priced(&[&was, &now], per) && !was.lines.is_empty());
        let mut world = World::brought(was.order(), per);
        prop_assume!(!world.items.is_empty());
        let gone = world.items.remove(at % world.items.len()).id;
        world.sum_up();
        let (key, article) = world.applied.lines.iter().find(|(_, line)| line.item == gone)
            .map(|(key, line)| (key.clone(), line.values.article.clone())).unwrap();
        world.order = now.order();
        let adds = |step: &Step| matches!(step, Step::AddLine { key: added, values, .. } if *added == key && values.article == article);
        prop_assert!(!world.bring().iter().flat_map(|plan| &plan.steps).any(adds));
    }

    #[test]
    fn a_crash_after_any_step_is_made_good_without_doubles(was in draft(), now in draft(), new in any::<bool>()) {
        let per = PerWhat::Line;
        prop_assume!(can_be_priced(&[&was, &now], per));
        let mut start = if new { World::new(now.order(), per) } else { World::brought(was.order(), per) };
        start.order = now.order();
        let plan = start.plan();
        let mut whole = start.clone();
        whole.bring();
        for done in 0..plan.steps.len() {
            let mut world = start.clone();
            plan.steps[..done].iter().for_each(|step| world.step(step));
            // What can safely be repeated may also have been sent without being noted.
            if let step @ (Step::ChangeLine { .. } | Step::RemoveLine { .. } | Step::Head { .. } | Step::Status(_)) = &plan.steps[done] {
                let mut unnoted = world.clone();
                unnoted.send_unanswered(step);
                let plans = unnoted.bring();
                prop_assert!(plans[0].conflicts.is_empty(), "{:?}", plans[0].conflicts);
                unnoted.assert_at_rest();
                unnoted.assert_no_doubles();
                prop_assert_eq!(&unnoted.comments, &whole.comments);
            }
            world.bring();
            world.assert_at_rest();
            world.assert_no_doubles();
            prop_assert_eq!(&world.comments, &whole.comments);
        }
    }

    #[test]
    fn an_adopted_work_order_gets_only_what_is_missing(was in draft(), missing in 0_usize..5, late in any::<bool>(), now in draft()) {
        let per = PerWhat::Line;
        prop_assume!(can_be_priced(&[&was, &now], per));
        let mut world = World::brought(was.order(), per);
        let lines = world.items.len();
        world.items.truncate(missing);
        let left = by_id(&world.items);
        world.applied = super::super::Applied { adopted: true, ..Default::default() };
        if late {
            world.links.products.clear();
        }
        world.bring();
        if !late {
            prop_assert!(by_id(&world.items).keys().filter(|id| left.contains_key(id)).count() == left.len());
            prop_assert_eq!(world.items.len(), lines);
            world.assert_no_doubles();
        }
        let rest = world.plan();
        prop_assert!(rest.steps.is_empty() && rest.conflicts.is_empty(), "{rest:?}");
        // An edit before it was verified is brought as well.
        world.order = now.order();
        world.bring();
        if !late {
            world.assert_no_doubles();
        }
    }
}
