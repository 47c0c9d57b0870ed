//! Whose client an order's buyer is, and which product its lines are (design section 6).

use std::time::Duration;

use cartum_roapp::{
    clock::Clock,
    db::orders::OrderState,
    sandbox::{
        faults::Fault,
        roapp::{CreatedShape, RoAppQuirks, SeedPerson},
        seed::Discounts,
        world::SandboxOptions,
    },
};

use crate::support::{
    crowd::add_people,
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

/// Calls that list people: whole pages of everybody, what changed, and searches.
fn lists_of_people(world: &World) -> (usize, usize, usize) {
    let calls = world.sandbox.roapp.calls().into_iter().filter(|call| call.name() == "GET /v2/contacts/people");
    let (mut pages, mut changes, mut searches) = (0, 0, 0);
    for call in calls {
        let has = |wanted: &str| call.query.iter().any(|(name, _)| name == wanted);
        *(if has("modified_at") {
            &mut changes
        } else if has("phones") || has("emails") {
            &mut searches
        } else {
            &mut pages
        }) += 1;
    }
    (pages, changes, searches)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_people_is_walked_once_for_an_import_and_never_for_one_order() {
    let world = World::new(small(60)).await;
    add_people(&world, 1_000);
    world.import().await;
    let daemon = world.daemon();
    world.imported().await;
    let (pages, _, searches) = lists_of_people(&world);
    // The first buyers are searched for while it is not known yet how many orders there are.
    assert!((20..30).contains(&pages) && searches < 40, "{pages} pages, {searches} searches");
    oracle::check_import(&world, Terms::default()).await;
    // The next buyer is known by what changed since.
    world.sandbox.roapp.staff().edit(|data, now| {
        let known = data.people.values_mut().next_back().unwrap();
        (known.first_name, known.phones[0].phone, known.modified_at) = ("Anna".into(), "0671110009".into(), now);
    });
    let known = *world.sandbox.roapp.data().people.keys().next_back().unwrap();
    let (client, _) = bought(&world, ("Anna", "+380671110009", ""), "A-1").await;
    assert_eq!(client, known);
    daemon.stop().await;
    assert_eq!((lists_of_people(&world).0, lists_of_people(&world).2), (pages, searches));

    let world = World::imported_already(small(4)).await;
    add_people(&world, 1_000);
    let daemon = world.daemon();
    bought(&world, ("Anna Koval", "+380671110001", ""), "A-1").await;
    bought(&world, ("Petro Koval", "+380671110002", ""), "A-1").await;
    daemon.stop().await;
    let (pages, changes, searches) = lists_of_people(&world);
    assert!(pages == 1 && changes == 0 && searches >= 2, "{pages} pages, {changes} changes, {searches} searches");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_ro_app_does_not_list_who_changed_buyers_are_searched_for() {
    let roapp_quirks = RoAppQuirks { ignored: &["modified_at"], ..RoAppQuirks::default() };
    let world = World::new(SandboxOptions { roapp_quirks, ..small(4) }).await;
    add_people(&world, 60);
    world.import().await;
    let daemon = world.daemon();
    world.imported().await;
    let (first, _) = bought(&world, ("Anna Koval", "+380671110001", ""), "A-1").await;
    // Staff give her another number, which no list of changes tells.
    world.sandbox.roapp.staff().edit(|data, _| {
        data.people.get_mut(&first).unwrap().phones[0].phone = "0671110002".into();
    });
    let (again, _) = bought(&world, ("Anna Koval", "+380671110002", ""), "A-1").await;
    daemon.stop().await;
    assert_eq!(first, again);
    assert!(lists_of_people(&world).2 > 0, "she was searched for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_people_that_fails_holds_up_no_order() {
    let world = World::new(small(4)).await;
    // As often as a call is tried.
    world.sandbox.roapp.faults().add("GET /v2/contacts/people", Fault::Refuse(500), 0, 4);
    world.import_whole().await;
    let orders = world.orders().await;
    assert!(orders.iter().all(|order| matches!(order.state, OrderState::Synced | OrderState::Excluded)), "{orders:?}");
    assert!(lists_of_people(&world).2 > 0, "buyers were searched for");
    let history: i64 = sqlx::query_scalar("SELECT count(*) FROM store_order WHERE unanswered > 0 OR tries > 0")
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    assert_eq!(history, 0);
}
