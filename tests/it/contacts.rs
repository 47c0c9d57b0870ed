//! What buyers type where a name and a phone are asked for, and what RO App does not take of it.

use cartum_roapp::{
    clock::Clock,
    db::orders::OrderState,
    sandbox::{
        faults::Fault,
        roapp::{Person, RoAppQuirks, SeedPerson},
        seed::Discounts,
        world::SandboxOptions,
    },
};

use crate::support::{
    eventually,
    followed::line,
    world::{World, small},
};

/// This buyer orders; the client and the notes of the work order.
async fn bought(world: &World, (name, phone, email): (&str, &str, &str)) -> (Person, String) {
    let mut number = 0;
    world.sandbox.shop.edit(|shop| {
        number = shop.place(Clock::System.now());
        let order = shop.orders.get_mut(&number).unwrap();
        (order.name, order.phone, order.email) = (name.into(), phone.into(), email.into());
        (order.lines, order.discounts) = (vec![line(1, "A-1", 10, 1)], Discounts::default());
    });
    let made = eventually("the work order", || async {
        let order = world.orders().await.into_iter().find(|order| order.number.get() == number)?;
        assert!(!matches!(order.state, OrderState::Failed | OrderState::Held), "{:?}", order.reason);
        order.work_order.filter(|_| order.state == OrderState::Synced)
    })
    .await;
    let data = world.sandbox.roapp.data();
    let order = &data.orders[&made];
    (data.people[&order.client_id].clone(), order.manager_notes.clone())
}

fn phones(person: &Person) -> Vec<&str> {
    person.phones.iter().map(|phone| phone.phone.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_with_several_phones_gives_the_client_all_of_them_and_any_finds_it_again() {
    let world = World::imported_already(small(2)).await;
    let daemon = world.daemon();
    let typed = "+38 055 555-01-01, 067 111 22 33 Viber";
    let (client, notes) = bought(&world, ("Anna Koval", typed, "")).await;
    assert_eq!(phones(&client), ["+380555550101", "+380671112233"]);
    assert!(client.phones.iter().all(|phone| !phone.notify));
    assert!(client.notes.contains(&format!("Phone as typed: {typed}")), "{}", client.notes);
    assert!(notes.contains(typed), "{notes}");
    for again in ["0671112233", "055 555 01 01 дод. 12", "tel: 067-111-22-33 / 0501234567"] {
        assert_eq!(bought(&world, ("Koval Anna", again, "")).await.0.id, client.id, "{again}");
    }
    let theirs = world.sandbox.roapp.staff().add_person(SeedPerson {
        first_name: "Petro".into(),
        last_name: "Melnyk".into(),
        phones: vec!["0671112299".into()],
        ..SeedPerson::default()
    });
    let found = bought(&world, ("Petro Melnyk", "моб. 0555550177; роб. 067 111 22 99", "")).await.0;
    assert_eq!(found.id, theirs, "by the second number");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_beside_a_number_and_numbers_of_nobody_are_told_apart() {
    let world = World::imported_already(small(2)).await;
    let daemon = world.daemon();
    let (client, notes) = bought(&world, ("Anna Koval", "0555550101 дод. 12", "")).await;
    assert_eq!(phones(&client), ["+380555550101"]);
    assert!(notes.contains("дод. 12") && client.notes.contains("дод. 12"));
    let nobodys = ["0000000000", "+380 (99) 999-99-99"];
    for (at, typed) in nobodys.into_iter().enumerate() {
        let (first, _) = bought(&world, (&format!("Guest {at}"), typed, "")).await;
        let (second, _) = bought(&world, (&format!("Visitor {at}"), typed, "")).await;
        assert!(first.id != second.id && first.phones.is_empty(), "{typed}");
    }
    let (client, _) = bought(&world, ("Long Field", &format!("067 111 22 44, {}", "05 x".repeat(20_000)), "")).await;
    assert_eq!(phones(&client), ["+380671112244"]);
    assert!(client.notes.chars().count() < 400);
    daemon.stop().await;
}

/// A buyer whose name RO App does not take all of.
async fn refused(roapp_quirks: RoAppQuirks, name: &str) -> (Person, String) {
    let world = World::new(SandboxOptions { roapp_quirks, ..small(2) }).await;
    // Names of the shop's own orders are as odd.
    world.import_whole().await;
    let daemon = world.daemon();
    let made = bought(&world, (name, "+380671112233", "anna@example.com")).await;
    let again = bought(&world, (name, "+380671112233", "anna@example.com")).await;
    assert_eq!(made.0.id, again.0.id, "made once");
    daemon.stop().await;
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_ro_app_finds_too_long_is_shortened_and_else_replaced() {
    let name = "Maximilian Bartholomew-Featherstonehaugh von und zu Hohenzollern-Sigmaringen the Elder";
    let (client, notes) = refused(RoAppQuirks { name_limit: 52, ..RoAppQuirks::default() }, name).await;
    assert_eq!(client.first_name, "Maximilian");
    assert!(client.last_name.starts_with("Bartholomew-F") && client.notes.contains(name) && notes.contains(name));
    assert_eq!((phones(&client), client.email.as_str()), (vec!["+380671112233"], "anna@example.com"));
    let (client, notes) = refused(RoAppQuirks { name_limit: 25, ..RoAppQuirks::default() }, name).await;
    assert!(client.first_name.starts_with("Buyer of order "), "{}", client.first_name);
    assert!(notes.contains(name));
    assert_eq!((phones(&client), client.email.as_str()), (vec!["+380671112233"], "anna@example.com"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_with_characters_that_ro_app_refuses_loses_them_and_the_notes_keep_them() {
    let quirks = RoAppQuirks { plain_names: true, ..RoAppQuirks::default() };
    let (client, notes) = refused(quirks.clone(), "Анна ★ Коваль №1").await;
    assert_eq!((client.first_name.as_str(), client.last_name.as_str()), ("Анна", "Коваль"));
    let typed = "Name as typed: Анна ★ Коваль №1";
    assert!(client.notes.contains(typed) && notes.contains("Анна ★ Коваль №1"), "{}", client.notes);
    let (client, notes) = refused(quirks, "★ 77").await;
    assert_eq!(client.first_name, "Buyer", "the number of the order is odd, too");
    assert!(notes.contains("★ 77") && phones(&client) == ["+380671112233"], "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ro_app_refuses_of_a_person_the_order_comes_through() {
    let world = World::imported_already(small(2)).await;
    // One after the other, down to the last.
    for left_out in [1, 3, 5, 8, 10] {
        world.sandbox.roapp.faults().clear();
        world.sandbox.roapp.faults().add("POST /v2/contacts/people", Fault::Refuse(400), 0, left_out);
        let daemon = world.daemon();
        let phone = format!("06711133{left_out:02}, 0555550{left_out:03}");
        let (_, notes) =
            bought(&world, (&format!("Odd ★ Name {left_out}"), &phone, &format!("a{left_out}@b.ua"))).await;
        assert!(notes.contains("★") && notes.contains(&phone), "{left_out}: {notes}");
        daemon.stop().await;
    }
}
