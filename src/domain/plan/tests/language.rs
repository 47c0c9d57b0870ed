//! The language of our own texts (design sections 5 and 6): it applies to what is written from then on, and changes nothing already
//! written.

use super::{
    super::{Applied, Comment, Step},
    model::World,
};
use crate::domain::{discount::PerWhat, notes, samples, words::Language};

fn brought_in(language: &str) -> World {
    let mut world = World::new(samples::order(), PerWhat::Line);
    world.settings.language = language.into();
    world.bring();
    world.verify();
    world
}

fn language_of(world: &mut World) -> Option<Language> {
    let number = world.order.number;
    notes::language_of(&world.head().manager_notes, number)
}

#[test]
fn a_changed_language_moves_nothing() {
    for was in Language::ALL {
        for is in ["en", "ua", "pt", "ro", "pl", "ru", "de"] {
            let mut world = brought_in(&format!("{was:?}"));
            assert_eq!(language_of(&mut world), Some(was));
            world.settings.language = is.into();
            world.assert_at_rest();
            world.head().malfunction = "staff's own title".into();
            world.assert_at_rest();
        }
    }
}

#[test]
fn what_changes_in_the_store_is_written_in_the_new_language_and_the_rest_stays() {
    let mut world = brought_in("en");
    world.settings.language = "ua".into();
    world.order.coupon = "AUTUMN".into();
    world.bring();
    assert!(world.head().manager_notes.contains("\nКупон: AUTUMN\n"), "{}", world.head().manager_notes);
    assert!(!world.head().manager_notes.contains("Coupon"));
    assert_eq!(world.head().malfunction, "Cartum order 1042: Ring twice");
    let told = world.comments.len();
    world.order.delivery.address = "Branch 8".into();
    world.order.payment.paid = true;
    world.bring();
    assert_eq!(world.comments.len(), told + 2, "{:?}", world.comments);
    assert!(world.comments[told].contains("Адреса: Kyiv, Branch 8"), "{:?}", world.comments);
    assert!(world.comments[told + 1].contains("оплачено в магазині: 599.00 UAH"), "{:?}", world.comments);
    world.assert_at_rest();
}

#[test]
fn a_title_of_staffs_is_no_conflict_for_the_language_alone() {
    let mut world = brought_in("en");
    world.head().malfunction = "staff's own title".into();
    world.settings.language = "pl".into();
    world.order.coupon = "AUTUMN".into();
    let plans = world.bring();
    assert!(plans.iter().all(|plan| plan.conflicts.is_empty()), "{plans:?}");
    assert_eq!(world.head().malfunction, "staff's own title");
    assert!(world.head().manager_notes.contains("\nKupon: AUTUMN\n"));
}

#[test]
fn a_person_who_asks_gets_the_new_language() {
    let mut world = brought_in("ua");
    world.settings.language = "ro".into();
    world.resync = true;
    world.bring();
    assert_eq!(world.head().malfunction, "Comanda Cartum 1042: Ring twice");
    assert_eq!(language_of(&mut world), Some(Language::Ro));
}

#[test]
fn news_for_notes_that_staff_edited_are_in_the_language_of_those_notes() {
    let mut world = brought_in("pl");
    world.head().manager_notes = "staff wrote this instead".into();
    world.settings.language = "en".into();
    world.order.coupon = "AUTUMN".into();
    let plan = world.plan();
    let expected = "Zmiany w sklepie: Kupon: AUTUMN";
    assert!(matches!(&plan.steps[0], Step::Comment(Comment::Notes(text)) if text == expected), "{plan:?}");
}

#[test]
fn an_adopted_work_order_is_known_in_whatever_language_it_was_written() {
    let mut world = brought_in("ru");
    world.applied = Applied { adopted: true, ..Applied::default() };
    world.settings.language = "en".into();
    let plans = world.bring();
    assert!(plans.iter().all(|plan| plan.conflicts.is_empty()), "{plans:?}");
    assert_eq!(language_of(&mut world), Some(Language::Ru));
}
