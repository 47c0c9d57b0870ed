//! Whose client an order's buyer is, and which product its lines are (design section 6).

use std::time::Duration;

use cartum_roapp::{
    clock::Clock,
    db::orders::OrderState,
    sandbox::{
        roapp::{CreatedShape, RoAppQuirks, SeedPerson},
        seed::Discounts,
        world::SandboxOptions,
    },
};

use crate::support::{
    eventually,
    followed::line,
    oracle::{self, Terms},
    world::{World, small},
};

/// This buyer orders one article; the client and the product of the work order.
async fn bought(world: &World, (name, phone, email): (&str, &str, &str), article: &str) -> (i64, i64) {
    let mut number = 0;
    world.sandbox.shop.edit(|shop| {
        number = shop.place(Clock::System.now());
        let order = shop.orders.get_mut(&number).unwrap();
        (order.name, order.phone, order.email) = (name.into(), phone.into(), email.into());
        (order.lines, order.discounts) = (vec![line(1, article, 100, 1)], Discounts::default());
    });
    let made = eventually("the work order", || async {
        let order = world.orders().await.into_iter().find(|order| order.number.get() == number)?;
        assert!(!matches!(order.state, OrderState::Failed | OrderState::Held), "{:?}", order.reason);
        order.work_order.filter(|_| order.state == OrderState::Synced)
    })
    .await;
    let order = world.sandbox.roapp.data().orders[&made].clone();
    (order.client_id, order.items[0].entity_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_who_share_an_e_mail_and_no_name_are_clients_of_their_own() {
    let world = World::imported_already(small(4)).await;
    let daemon = world.daemon();
    let mail = "no@example.com";
    let (first, _) = bought(&world, ("Anna Koval", "", mail), "A-1").await;
    let (other, _) = bought(&world, ("Petro Shevchenko", "", mail), "A-1").await;
    let (again, _) = bought(&world, ("Коваль Анна", "", mail), "A-1").await;
    daemon.stop().await;
    assert_ne!(first, other);
    assert_eq!(first, again, "the same in another spelling");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_staff_took_from_a_client_of_ours_brings_that_client_no_order_of_its_new_owner() {
    let world = World::imported_already(small(4)).await;
    let daemon = world.daemon();
    let (mistyped, _) = bought(&world, ("Anna Koval", "+380671110001", ""), "A-1").await;
    world.sandbox.roapp.staff().edit(|data, _| {
        data.people.get_mut(&mistyped).unwrap().phones[0].phone = "+380671110002".into();
    });
    let (owner, _) = bought(&world, ("Petro Shevchenko", "+380671110001", ""), "A-1").await;
    let (once_more, _) = bought(&world, ("Petro Shevchenko", "+380671110001", ""), "A-1").await;
    daemon.stop().await;
    assert_ne!(owner, mistyped);
    assert_eq!(owner, once_more);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_staffs_is_known_by_the_phone_though_lists_leave_it_out() {
    let roapp_quirks = RoAppQuirks { phones_absent: true, ..RoAppQuirks::default() };
    let world = World::new(SandboxOptions { roapp_quirks, ..small(4) }).await;
    world.import_whole().await;
    let phones = vec!["0671110001".into()];
    let theirs = world.sandbox.roapp.staff().add_person(SeedPerson {
        first_name: "Anna".into(),
        last_name: "Koval".into(),
        phones,
        ..SeedPerson::default()
    });
    let daemon = world.daemon();
    let (client, _) = bought(&world, ("Anna Koval", "+380671110001", ""), "A-1").await;
    daemon.stop().await;
    assert_eq!(client, theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_or_product_that_was_deleted_and_is_listed_still_is_made_anew() {
    let roapp_quirks = RoAppQuirks { deleted_listed: true, ..RoAppQuirks::default() };
    let world = World::new(SandboxOptions { roapp_quirks, ..small(4) }).await;
    world.import_whole().await;
    let daemon = world.daemon();
    let buyer = ("Anna Koval", "+380671110001", "anna@example.com");
    let (client, product) = bought(&world, buyer, "NOT-SEEN-BEFORE").await;
    world.sandbox.roapp.staff().delete_person(client).unwrap();
    world.sandbox.roapp.staff().delete_product(product).unwrap();
    let (anew, made) = bought(&world, buyer, "NOT-SEEN-BEFORE").await;
    daemon.stop().await;
    assert!(anew != client && made != product);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ro_app_takes_without_telling_an_id_is_waited_for_as_long_as_what_is_unclear() {
    // Found by no search before that, and by each one after it.
    let roapp_quirks = RoAppQuirks { created: CreatedShape::Empty, ..RoAppQuirks::default() };
    let list_lag = Duration::from_millis(1_500);
    let world = World::new(SandboxOptions { roapp_quirks, list_lag, ..small(3) }).await;
    world.import_whole().await;
    oracle::check_import(&world, Terms::default()).await;
}
