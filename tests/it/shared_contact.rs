//! Two buyers with one contact: each is a client of its own, whatever becomes of an answer on the way.

use cartum_roapp::{
    clock::Clock,
    db::orders::{Listed, OrderState},
    sandbox::{
        faults::Fault,
        roapp::{Person, RoAppQuirks, TextForm},
        seed::Discounts,
        world::SandboxOptions,
    },
};

use crate::support::{
    Words, eventually,
    followed::line,
    world::{World, small},
};

const PEOPLE: &str = "POST /v2/contacts/people";
const OFFICE: &str = "office@example.com";
const ANNA: (&str, &str, &str) = ("Anna Koval", "", OFFICE);
const BOHDAN: (&str, &str, &str) = ("Bohdan Melnyk", "", OFFICE);

/// This buyer orders; the number.
fn places(world: &World, (name, phone, email): (&str, &str, &str)) -> i64 {
    let mut number = 0;
    world.sandbox.shop.edit(|shop| {
        number = shop.place(Clock::System.now());
        let order = shop.orders.get_mut(&number).unwrap();
        (order.name, order.phone, order.email) = (name.into(), phone.into(), email.into());
        (order.lines, order.discounts) = (vec![line(1, "A-1", 10, 1)], Discounts::default());
    });
    number
}

async fn row(world: &World, number: i64) -> Option<Listed> {
    world.orders().await.into_iter().find(|order| order.number.get() == number)
}

async fn rests(world: &World, number: i64, state: OrderState) -> Listed {
    eventually(state.word(), || async { row(world, number).await.filter(|row| row.state == state) }).await
}

/// The client of the order's work order, once it is in step.
async fn client(world: &World, number: i64) -> Person {
    let order = eventually("the work order", || async {
        let row = row(world, number).await?;
        assert!(!matches!(row.state, OrderState::Held | OrderState::Failed), "{:?}", row.reason);
        row.work_order.filter(|_| row.state == OrderState::Synced)
    })
    .await;
    let data = world.sandbox.roapp.data();
    data.people[&data.orders[&order].client_id].clone()
}

fn named(world: &World, first_name: &str) -> Vec<Person> {
    let data = world.sandbox.roapp.data();
    data.people.values().filter(|person| person.made_by_api && person.first_name == first_name).cloned().collect()
}

async fn with_a_lost_answer(fault: Fault, phone: &str) {
    with_a_lost_answer_in(TextForm::AsSent, fault, phone).await;
}

/// Where RO App makes this of notes.
async fn with_a_lost_answer_in(texts: TextForm, fault: Fault, phone: &str) {
    let roapp_quirks = RoAppQuirks { texts, ..RoAppQuirks::default() };
    let world = World::new(SandboxOptions { roapp_quirks, ..small(2) }).await;
    world.import_whole().await;
    let daemon = world.daemon();
    let first = places(&world, (ANNA.0, phone, ANNA.2));
    let anna = client(&world, first).await;
    world.sandbox.roapp.faults().add(PEOPLE, fault, 0, 1);
    let second = places(&world, (BOHDAN.0, phone, BOHDAN.2));
    let bohdan = client(&world, second).await;
    assert!(world.sandbox.roapp.faults().are_spent());
    assert_eq!((bohdan.first_name.as_str(), bohdan.last_name.as_str()), ("Bohdan", "Melnyk"));
    assert_ne!(anna.id, bohdan.id);
    assert_eq!((named(&world, "Anna").len(), named(&world, "Bohdan").len()), (1, 1));
    let third = places(&world, (BOHDAN.0, phone, BOHDAN.2));
    assert_eq!(client(&world, third).await.id, bohdan.id, "his later orders, too");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_lost_on_its_way_brings_nobody_to_another_buyers_client() {
    with_a_lost_answer(Fault::CutBefore, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_found_on_the_buyers_own_client() {
    with_a_lost_answer(Fault::CutAfter, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_found_also_where_ro_app_escapes_our_token() {
    with_a_lost_answer_in(TextForm::Entities, Fault::CutAfter, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_phone_is_no_contact_of_anybodys() {
    with_a_lost_answer(Fault::CutAfter, "0000000000").await;
}

/// An order whose client was made without an answer, and renamed by staff before it was looked for.
async fn renamed() -> (World, i64, i64) {
    let world = World::imported_already(small(2)).await;
    world.sandbox.roapp.faults().add(PEOPLE, Fault::CutAfter, 0, 1);
    let number = places(&world, ("Bohdan Melnyk", "+380671110001", ""));
    let daemon = world.daemon();
    let made = eventually("the client", || async { named(&world, "Bohdan").pop() }).await;
    rename(&world, made.id, "Oleh", "Shevchenko");
    let held = rests(&world, number, OrderState::Held).await;
    assert!(
        held.reason.contains(&format!("client {}", made.id)) && held.reason.contains("another name"),
        "{:?}",
        held.reason
    );
    assert!(held.reason.contains("Nobody has to be deleted") && !held.reason.contains("Bohdan"), "{:?}", held.reason);
    daemon.stop().await;
    (world, number, made.id)
}

fn rename(world: &World, id: i64, first_name: &str, last_name: &str) {
    world.sandbox.roapp.staff().edit(|data, _| {
        let person = data.people.get_mut(&id).unwrap();
        (person.first_name, person.last_name) = (first_name.into(), last_name.into());
    });
}

async fn retry(world: &World, number: i64) {
    let done = world.program("retry").run(&["order", "retry", "Sandbox shop", &number.to_string()]).await;
    assert!(done.success, "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_staff_renamed_meanwhile_is_taken_once_it_has_the_buyers_name_again() {
    let (world, number, made) = renamed().await;
    rename(&world, made, "Melnyk", "Bohdan");
    retry(&world, number).await;
    let daemon = world.daemon();
    assert_eq!(client(&world, number).await.id, made);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_somebody_else_is_left_and_the_buyer_is_made() {
    let (world, number, made) = renamed().await;
    world.sandbox.roapp.staff().edit(|data, _| {
        let person = data.people.get_mut(&made).unwrap();
        person.notes.clear();
        person.phones[0].phone = "+380671110009".into();
    });
    // Another order with the same contact does not wait for that one.
    let daemon = world.daemon();
    let other = places(&world, ("Bohdan Melnyk", "+380671110001", ""));
    let client_of_other = client(&world, other).await;
    assert_ne!(client_of_other.id, made);
    retry(&world, number).await;
    assert_eq!(client(&world, number).await.id, client_of_other.id);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_release_left_open_under_a_sign_that_two_buyers_share_is_found_by_its_name() {
    const SHARED: &str = "[cartum:shop.example.com#person-0123456789abcdef]";
    let world = World::imported_already(small(2)).await;
    let daemon = world.daemon();
    let first = places(&world, ANNA);
    let anna = client(&world, first).await;
    world.sandbox.roapp.faults().add(PEOPLE, Fault::HangAfter, 0, 1);
    let second = places(&world, BOHDAN);
    let made = eventually("the client", || async { named(&world, "Bohdan").pop() }).await;
    daemon.kill();
    world.sandbox.roapp.staff().edit(|data, _| {
        for id in [anna.id, made.id] {
            data.people.get_mut(&id).unwrap().notes = SHARED.into();
        }
    });
    let old = "UPDATE journal SET sign = jsonb_build_object('person',
        jsonb_build_object('token', $1::text, 'buyer_key', sign->'person'->'buyer_key')) WHERE state = 'sent' AND kind = 'person'";
    let done = sqlx::query(old).bind(SHARED).execute(world.database.pool()).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    let daemon = world.daemon();
    assert_eq!(client(&world, second).await.id, made.id);
    assert_eq!(named(&world, "Bohdan").len(), 1);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_whose_address_ro_app_refuses_are_clients_of_their_own() {
    let world = World::imported_already(small(2)).await;
    let daemon = world.daemon();
    // RO App refuses it each time, and so it stands in the notes alone.
    let address = "office@example.com";
    world.sandbox.roapp.faults().add(PEOPLE, Fault::Refuse(400), 0, 1);
    let first = client_of(&world, ("Anna Koval", "", address)).await;
    world.sandbox.roapp.faults().add(PEOPLE, Fault::Refuse(400), 0, 1);
    let second = client_of(&world, ("Bohdan Melnyk", "", address)).await;
    let third = client_of(&world, ("Мельник Богдан", "", address)).await;
    daemon.stop().await;
    assert_ne!(first, second);
    assert_eq!(second, third);
}

async fn client_of(world: &World, buyer: (&str, &str, &str)) -> i64 {
    let number = places(world, buyer);
    client(world, number).await.id
}
