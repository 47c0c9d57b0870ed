//! RO App without its older API (contract roapp 0), and other things that its dialects differ in.

use cartum_roapp::{
    db::{notices, orders::OrderState},
    domain::store::UnknownProducts,
    sandbox::{
        faults::Fault,
        roapp::{RoAppQuirks, SeedProduct},
        seed::{Discounts, Line},
        world::SandboxOptions,
    },
};

use crate::support::{
    Words, eventually,
    followed::{follow_in, line},
    world::{World, small},
};

async fn notices_of(world: &World) -> Vec<String> {
    let account = world.store().await.account;
    let open = notices::open(world.database.pool(), account, None).await.unwrap();
    open.into_iter().filter(|notice| notice.topic == "older-api").map(|notice| notice.what.to_string()).collect()
}

fn place(world: &World, lines: Vec<Line>) -> i64 {
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.lines, order.discounts, order.status) = (lines, Discounts::default(), 1);
    });
    number
}

async fn rests(world: &World, number: i64, state: OrderState) -> cartum_roapp::db::orders::Listed {
    eventually(state.word(), || async {
        let rows = world.orders().await;
        rows.into_iter().find(|row| row.number.get() == number && row.state == state)
    })
    .await
}

fn products_made(world: &World) -> usize {
    world.sandbox.roapp.data().products.values().filter(|product| product.made_by_api).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_older_api_products_are_found_and_unknown_ones_hold_their_orders_until_it_answers_again() {
    for status in [404, 410] {
        let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], |_| {}).await;
        let world = &followed.world;
        let known =
            SeedProduct { title: "Known".into(), article: "KNOWN-1".into(), category_id: 5, ..SeedProduct::default() };
        followed.staff().add_product(known.clone());
        // One that only looks like it: text search finds both.
        followed.staff().add_product(SeedProduct { article: "KNOWN-10".into(), title: "Other".into(), ..known });
        followed.staff().end_older_api(Some(status));
        let made = products_made(world);
        let found = place(world, vec![line(11, "KNOWN-1", 20, 1), line(12, "A-1", 100, 2)]);
        let unknown = place(world, vec![line(21, "NEW-1", 30, 1)]);
        rests(world, found, OrderState::Synced).await;
        let held = rests(world, unknown, OrderState::Held).await;
        for part in ["older API, the only one that creates products, has ended", "(article NEW-1)", "order retry"] {
            assert!(held.reason.contains(part), "{:?}", held.reason);
        }
        assert_eq!(products_made(world), made);
        let told =
            eventually("a notice", || async { Some(notices_of(world).await).filter(|told| !told.is_empty()) }).await;
        assert_eq!(told.len(), 1, "{told:?}");
        let checked = world.program("check").run(&["store", "check", "Sandbox shop"]).await;
        let said = format!("{}{}", checked.stdout, checked.stderr);
        assert!(checked.success && said.contains("older API has ended"), "{said}");

        followed.staff().end_older_api(None);
        // Any order with a new product sees it, and so does the hourly look.
        let other = place(world, vec![line(31, "NEW-2", 30, 1)]);
        rests(world, other, OrderState::Synced).await;
        rests(world, unknown, OrderState::Synced).await;
        assert!(notices_of(world).await.is_empty());
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_older_api_the_placeholder_stands_in_where_there_is_one() {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], |settings| {
        settings.unknown_products = UnknownProducts::Placeholder;
    })
    .await;
    let world = &followed.world;
    followed.staff().end_older_api(Some(410));
    world.edit(|settings| settings.unknown_products = UnknownProducts::Create).await;
    let made = products_made(world);
    let number = place(world, vec![line(11, "NEW-1", 30, 1)]);
    let row = rests(world, number, OrderState::Synced).await;
    let item = world.sandbox.roapp.data().orders[&row.work_order.unwrap()].items[0].clone();
    assert_eq!(item.comment, "Title of NEW-1 (NEW-1)");
    assert_eq!(products_made(world), made);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hourly_look_notices_the_end_of_the_older_api_and_its_return() {
    let world =
        World::with(small(4), |settings| settings.ad_campaign_id = Some(cartum_roapp::domain::ids::Id::new(31))).await;
    world.import_whole().await;
    let an_hour_later = || {
        let statement = "UPDATE store SET offer_checked_at = offer_checked_at - interval '2 hours'";
        sqlx::query(statement).execute(world.database.pool())
    };
    let daemon = world.daemon();
    world.offer_checked().await;
    world.sandbox.roapp.staff().end_older_api(Some(404));
    an_hour_later().await.unwrap();
    eventually("a notice", || async { (notices_of(&world).await.len() == 1).then_some(()) }).await;
    world.offer_checked().await;
    world.sandbox.roapp.staff().end_older_api(None);
    an_hour_later().await.unwrap();
    eventually("no notice", || async { notices_of(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filter_of_clients_that_works_is_remembered() {
    for (ignored, expected) in [(&["clients_ids"] as &'static [&'static str], "client_ids"), (&[], "clients_ids")] {
        let roapp_quirks = RoAppQuirks { ignored, ..RoAppQuirks::default() };
        let followed = follow_in(SandboxOptions { roapp_quirks, ..small(12) }, &[line(1, "A-1", 100, 1)], |_| {}).await;
        let world = &followed.world;
        // The call that makes a work order fails each time: it is looked for among the buyer's.
        let place_again = || {
            let number = world.sandbox.shop.place_order();
            world.sandbox.shop.edit(|shop| {
                let first = shop.orders[&followed.number].clone();
                let order = shop.orders.get_mut(&number).unwrap();
                (order.name, order.phone, order.email, order.status) =
                    (first.name, "0501234567".into(), first.email, 1);
            });
            number
        };
        for _ in 0..3 {
            world.sandbox.roapp.faults().add("POST /v2/orders", Fault::FailAfter(500), 0, 1);
            rests(world, place_again(), OrderState::Synced).await;
        }
        let calls = world.sandbox.roapp.calls();
        let last = calls.iter().rev().find_map(|call| {
            call.query.iter().map(|(name, _)| name.clone()).find(|name| name == "clients_ids" || name == "client_ids")
        });
        assert_eq!(last.as_deref(), Some(expected));
        let with = |wanted: &str| calls.iter().filter(|call| call.query.iter().any(|(name, _)| name == wanted)).count();
        if expected == "client_ids" {
            assert!(with("clients_ids") < with("client_ids"), "it is not tried each time");
        }
        followed.daemon.stop().await;
    }
}
