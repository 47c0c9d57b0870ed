//! One example for each sentence on lines, delivery and edits (design section 6).

use rust_decimal::Decimal;

use super::{
    super::{Applied, Comment, Plan, Step},
    model::World,
};
use crate::domain::{
    discount::PerWhat,
    order::{LineKey, StoreOrder},
    plan::Part,
    samples,
};

/// The sample with two equal lines, and nothing off.
fn two_equal() -> StoreOrder {
    let mut order = samples::order();
    let mut line = order.lines[0].clone();
    line.key = LineKey("s2".into());
    order.lines.push(line);
    sum_up(&mut order);
    order
}

fn sum_up(order: &mut StoreOrder) {
    order.lines.iter_mut().for_each(|line| line.total = None);
    order.total_default = order.lines.iter().map(|line| line.price * line.quantity).sum();
    order.total_sum = order.total_default;
}

fn brought(order: StoreOrder) -> World {
    World::brought(order, PerWhat::Line)
}

/// The store's order changes and is brought.
fn edit(world: &mut World, change: impl FnOnce(&mut StoreOrder)) -> Plan {
    change(&mut world.order);
    world.bring().remove(0)
}

fn names(plan: &Plan) -> Vec<&'static str> {
    let name = |step: &Step| match step {
        Step::Person => "person",
        Step::Product(_) => "product",
        Step::Create(_) => "create",
        Step::AddLine { .. } => "add",
        Step::AdoptLine { .. } => "adopt",
        Step::ChangeLine { .. } => "change",
        Step::RemoveLine { .. } => "remove",
        Step::ForgetLine { .. } => "forget",
        Step::WaiveLine { .. } => "waive",
        Step::AcceptLine { .. } => "accept",
        Step::Head { .. } => "head",
        Step::Client(_) => "client",
        Step::AcceptClient(_) => "accept client",
        Step::Status(_) => "status",
        Step::Comment(comment) => comment.kind(),
        Step::Told(_) => "told",
    };
    plan.steps.iter().map(name).collect()
}

#[test]
fn a_new_order_is_brought_in_order() {
    let plan = World::new(samples::order(), PerWhat::Line).plan();
    assert_eq!(names(&plan), ["person", "product", "create", "add", "status", "delivery"]);
}

#[test]
fn linked_people_and_products_are_not_planned_again() {
    let mut world = World::new(samples::order(), PerWhat::Line);
    world.links = brought(samples::order()).links;
    assert_eq!(names(&world.plan()), ["create", "add", "status", "delivery"]);
}

#[test]
fn a_product_of_two_lines_is_planned_once_whatever_their_titles() {
    let mut order = two_equal();
    order.lines[1].title = "The same in other words".into();
    let plan = World::new(order, PerWhat::Line).plan();
    assert_eq!(names(&plan), ["person", "product", "create", "add", "add", "status", "delivery"]);
}

#[test]
fn two_equal_lines_are_two_lines_and_one_of_them_changes() {
    let mut world = brought(two_equal());
    assert_eq!(world.items.len(), 2);
    let plan = edit(&mut world, |order| {
        order.lines[1].quantity = Decimal::TWO;
        sum_up(order);
    });
    assert_eq!(names(&plan), ["change", "head"]);
    assert_eq!([0, 1].map(|at| world.items[at].quantity), [Some(Decimal::ONE), Some(Decimal::TWO)]);
}

#[test]
fn another_article_is_another_line_and_its_product_comes_first() {
    let mut world = brought(samples::order());
    let before = world.items[0].id;
    let plan = edit(&mut world, |order| order.lines[0].article = "A-2".into());
    assert_eq!(names(&plan), ["product", "remove", "add"]);
    assert!(world.items.len() == 1 && world.items[0].id != before);
    world.assert_at_rest();
}

#[test]
fn a_coupon_added_later_patches_each_line_once() {
    let mut world = brought(two_equal());
    let plan = edit(&mut world, |order| order.total_sum -= Decimal::new(333, 2));
    assert_eq!(names(&plan), ["change", "change", "head"]);
    assert_eq!(world.total(), world.order.total_sum);
}

#[test]
fn a_line_that_staff_changed_is_a_conflict_with_both_values() {
    let mut world = brought(two_equal());
    world.items[0].price = Some(Decimal::from(700));
    world.sum_up();
    let plan = edit(&mut world, |order| {
        order.lines.iter_mut().for_each(|line| line.quantity = Decimal::TWO);
        sum_up(order);
    });
    assert_eq!(names(&plan), ["accept", "change", "head"]);
    let [conflict] = &plan.conflicts[..] else { panic!("{:?}", plan.conflicts) };
    assert_eq!((&conflict.store, &conflict.roapp), (&"2 × 799".into(), &"1 × 700".into()));
    assert_eq!(conflict.part, Part::Line("Thing".into()));
    world.assert_at_rest();
}

#[test]
fn a_line_that_staff_deleted_is_a_conflict_and_stays_away() {
    let mut world = brought(two_equal());
    world.items.remove(0);
    let plan = edit(&mut world, |order| {
        order.lines[0].quantity = Decimal::TWO;
        sum_up(order);
    });
    assert_eq!(plan.conflicts[0].roapp.to_string(), "deleted");
    assert_eq!(world.items.len(), 1);
    world.assert_at_rest();
}

#[test]
fn a_line_that_staff_changed_stays_when_the_store_removes_it() {
    let mut world = brought(two_equal());
    world.items[0].price = Some(Decimal::from(700));
    let plan = edit(&mut world, |order| {
        order.lines.remove(0);
        sum_up(order);
    });
    let [store, roapp] = [&plan.conflicts[0].store, &plan.conflicts[0].roapp].map(ToString::to_string);
    assert_eq!((store.as_str(), roapp.as_str()), ("removed", "1 × 700"));
    assert_eq!(world.items.len(), 2);
    world.assert_at_rest();
}

#[test]
fn written_off_or_closed_leaves_the_lines_alone_and_says_so() {
    for reason in ["written off", "closed"] {
        let mut world = brought(two_equal());
        match reason {
            "closed" => world.head().group = Some(6),
            _ => world.items[0].written_off = true,
        }
        let before = world.items.clone();
        let change = |order: &mut StoreOrder| {
            order.lines[0].quantity = Decimal::from(5);
            sum_up(order);
        };
        let pending = edit(&mut world, change).pending.unwrap();
        let told = pending.to_string();
        assert!(told.contains(reason) && told.contains("5 × 799"), "{told}");
        assert_eq!(world.items, before);
        assert_eq!(world.plan().pending, Some(pending));
        assert!(world.plan().steps.is_empty());
    }
}

#[test]
fn how_it_is_delivered_is_said_once_and_again_when_it_changes() {
    let mut world = brought(samples::order());
    assert_eq!(world.comments.len(), 1);
    assert!(world.comments[0].contains("Branch 7") && world.comments[0].contains("by the carrier's tariff"));
    edit(&mut world, |order| order.comment.push('!'));
    assert_eq!(world.comments.len(), 1);
    let plan = edit(&mut world, |order| order.delivery.address = "Branch 8".into());
    assert_eq!(names(&plan), ["head", "delivery"]);
    assert!(world.comments[1].contains("Branch 8"));
    world.assert_at_rest();
}

#[test]
fn paid_later_is_a_comment_and_paid_at_creation_is_none() {
    let mut order = samples::order();
    let mut later = brought(order.clone());
    let plan = edit(&mut later, |order| order.payment.paid = true);
    assert_eq!(names(&plan), ["head", "paid"]);
    edit(&mut later, |order| order.payment.paid = false);
    assert_eq!(names(&edit(&mut later, |order| order.payment.paid = true)), ["head"]);

    order.payment.paid = true;
    assert!(!names(&World::new(order.clone(), PerWhat::Line).plan()).contains(&"paid"));
    brought(order).assert_at_rest();
}

#[test]
fn notes_that_staff_wrote_around_our_block_are_kept() {
    let mut world = brought(samples::order());
    let notes = world.head().manager_notes.clone();
    world.head().manager_notes = format!("Call at noon\n{notes}\nPaid in cash");
    edit(&mut world, |order| order.coupon = "AUTUMN".into());
    let notes = &world.head().manager_notes;
    assert!(notes.starts_with("Call at noon\n") && notes.ends_with("\nPaid in cash"));
    assert!(notes.contains("AUTUMN") && !notes.contains("SPRING"));
}

#[test]
fn a_block_that_staff_edited_is_left_and_the_news_is_a_comment() {
    let mut world = brought(samples::order());
    let edited = world.head().manager_notes.replace("SPRING", "spring");
    world.head().manager_notes.clone_from(&edited);
    let plan = edit(&mut world, |order| order.coupon = "AUTUMN".into());
    assert!(
        matches!(&plan.steps[..], [Step::Comment(Comment::Notes(text)), Step::Head { .. }] if text.contains("AUTUMN"))
    );
    assert_eq!(world.head().manager_notes, edited);
    world.assert_at_rest();
}

#[test]
fn news_for_edited_notes_are_told_once_and_not_lost_when_the_comment_or_the_head_is_refused() {
    let mut world = brought(samples::order());
    world.head().manager_notes = "staff wrote this instead".into();
    world.order.coupon = "AUTUMN".into();
    let news = |plan: &Plan| plan.steps.iter().filter(|step| matches!(step, Step::Comment(Comment::Notes(_)))).count();
    let plan = world.plan();
    assert_eq!((names(&plan).first().copied(), news(&plan)), (Some("notes"), 1), "before the head");
    assert_eq!(news(&world.plan()), 1, "refused, it is planned again");
    world.applied.record(&plan.steps[0], None);
    let plan = world.plan();
    assert!(news(&plan) == 0 && matches!(plan.steps[..], [Step::Head { .. }]), "told, only the head is left");
    world.applied.record(&plan.steps[0], None);
    world.assert_at_rest();
    world.order.coupon = "WINTER".into();
    assert_eq!(news(&world.plan()), 1, "the next news");
}

#[test]
fn a_delivery_is_told_again_where_it_comes_back_to_what_the_notes_say_that_were_left_meanwhile() {
    let mut world = brought(samples::order());
    let first = world.order.delivery.address.clone();
    world.head().group = Some(6);
    edit(&mut world, |order| order.delivery.address = "Other street 9".into());
    world.keep = Some(super::super::Keep::RoApp);
    world.bring();
    world.keep = None;
    world.head().group = Some(1);
    let told = world.comments.len();
    assert_eq!(names(&edit(&mut world, |order| order.delivery.address = first)), ["head", "delivery"]);
    assert_eq!(world.comments.len(), told + 1);
}

#[test]
fn a_title_and_a_field_that_staff_changed_are_conflicts_with_both_values() {
    let mut world = brought(samples::order());
    world.head().malfunction = "Ours".into();
    world.head().custom_fields.insert(601, "maybe".into());
    let plan = edit(&mut world, |order| {
        order.comment = "Ring thrice".into();
        order.payment.paid = true;
    });
    let told: Vec<_> = plan.conflicts.iter().map(|conflict| [&conflict.store, &conflict.roapp]).collect();
    assert_eq!(told, [[&"Cartum order 1042: Ring thrice".into(), &"Ours".into()], [&"yes".into(), &"maybe".into()]]);
    assert_eq!(world.head().malfunction, "Ours");
    world.assert_at_rest();
}

#[test]
fn an_adopted_work_order_matches_its_lines_lowest_id_first() {
    let mut world = brought(two_equal());
    world.items.reverse();
    world.applied = Applied { adopted: true, ..Applied::default() };
    let plan = world.bring().remove(0);
    assert_eq!(names(&plan), ["adopt", "adopt", "head", "status"]);
    let items: Vec<_> = world.applied.lines.values().map(|line| line.item).collect();
    assert!(items.is_sorted() && items.len() == 2);
}

#[test]
fn of_an_adopted_work_order_the_discount_only_chooses() {
    let mut world = brought(two_equal());
    world.items[0].discount = Some(Decimal::ONE);
    world.applied = Applied { adopted: true, ..Applied::default() };
    world.bring();
    let (first, second) = (world.items[0].id, world.items[1].id);
    let items: Vec<_> = world.applied.lines.values().map(|line| line.item).collect();
    assert_eq!(items, [second, first]);
    assert_eq!(world.items.len(), 2);
}

#[test]
fn an_adopted_work_order_gets_an_edit_made_before_it_was_verified() {
    let mut world = brought(two_equal());
    world.applied = Applied { adopted: true, ..Applied::default() };
    world.bring();
    let plan = edit(&mut world, |order| {
        order.lines.remove(1);
        order.lines[0].quantity = Decimal::from(3);
        sum_up(order);
    });
    assert_eq!(names(&plan), ["change", "remove", "head"]);
    world.assert_no_doubles();
}

#[test]
fn an_adopted_work_order_that_was_paid_is_not_told_again() {
    let mut order = samples::order();
    order.payment.paid = true;
    let mut world = brought(order);
    world.applied = Applied { adopted: true, ..Applied::default() };
    world.bring();
    world.verify();
    world.assert_at_rest();
    assert!(!world.comments.iter().any(|text| text.contains("was paid")));
}
