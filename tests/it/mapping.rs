//! Whether a store's settings still fit what it and RO App show.

use cartum_roapp::{
    clock::Clock,
    db::{
        notices,
        stores::{self, Store},
    },
    domain::{
        ids::Id,
        scope,
        store::{MappedStatus, Settings},
    },
    sandbox::{
        cartum::{Shop, ShopOptions},
        faults::Fault,
        seed::{SeedOptions, ShopData, shelf::ShopStatus},
    },
    secrets::Secret,
};
use chrono::TimeDelta;

use crate::support::{
    eventually,
    world::{World, settings, small},
};

/// Topics and texts of the open notices of a store.
async fn open(world: &World, store: &Store) -> Vec<(String, String)> {
    let open = notices::open(world.database.pool(), store.account, Some(store.id)).await.unwrap();
    open.into_iter().map(|notice| (notice.topic, notice.what.to_string())).collect()
}

async fn topics(world: &World) -> Vec<String> {
    let mut topics: Vec<_> = open(world, &world.store().await).await.into_iter().map(|(topic, _)| topic).collect();
    topics.sort();
    topics
}

async fn come_to(world: &World, wanted: &[&str]) {
    eventually(&format!("the notices {wanted:?}"), || async { (topics(world).await == wanted).then_some(()) }).await;
}

/// Lets the hour pass after which it is looked again.
async fn an_hour_later(world: &World) {
    let statement = "UPDATE store SET statuses_read_at = statuses_read_at - interval '2 hours',
                     offer_checked_at = offer_checked_at - interval '2 hours'";
    sqlx::query(statement).execute(world.database.pool()).await.unwrap();
}

/// Waits until both sides of each store were looked at since the last [`an_hour_later`], or the last edit.
async fn both_looked_at(world: &World) {
    eventually("a look at both sides", || async {
        sqlx::query_scalar::<_, i32>(
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM store WHERE NOT coalesce(
             least(statuses_read_at, offer_checked_at) > now() - interval '1 hour'
             AND statuses_read_at IS NOT NULL AND offer_checked_at IS NOT NULL, false))",
        )
        .fetch_optional(world.database.pool())
        .await
        .unwrap()
    })
    .await;
}

fn calls(world: &World, path: &str) -> usize {
    world.sandbox.roapp.calls().iter().filter(|call| call.path.starts_with(path)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_and_a_vanished_store_status_and_another_currency_are_told_until_they_are_fixed() {
    let world = World::imported_already(small(4)).await;
    let daemon = world.daemon();
    both_looked_at(&world).await;
    assert!(topics(&world).await.is_empty(), "all fits: {:?}", topics(&world).await);
    let eight = world.sandbox.shop.data().statuses[&8].clone();
    world.sandbox.shop.edit(|shop| {
        shop.statuses.remove(&8);
        shop.statuses.insert(9, ShopStatus { id: 9, ..eight.clone() });
        shop.currency = "EUR".into();
    });
    an_hour_later(&world).await;
    come_to(&world, &["setting currency", "setting status_map.8", "setting status_map.9"]).await;
    for (topic, text) in open(&world, &world.store().await).await {
        let key = topic.strip_prefix("setting ").unwrap();
        assert!(text.starts_with(&format!("{key}: ")) && text.ends_with("fix it with `store edit`"), "{text}");
    }
    // The same live, and in what people look at.
    let program = world.program("mapping");
    let shown = program.run(&["store", "show", "Sandbox shop"]).await;
    assert!(shown.stdout.contains("status_map.9: the store's status 9"), "{shown:?}");
    let checked = program.run(&["store", "check", "Sandbox shop"]).await;
    assert!(!checked.success && checked.stderr.contains("the store sells in EUR, not in UAH"), "{checked:?}");
    assert!(checked.stderr.contains("the store has no status 8"), "{checked:?}");

    // Half is fixed in the store, half in the settings; an edit is looked at without waiting for an hour.
    world.sandbox.shop.edit(|shop| {
        shop.currency = "UAH".into();
        shop.statuses.insert(8, eight);
    });
    world
        .edit(|settings| {
            settings.status_map.insert(Id::new(9), MappedStatus::Initial);
        })
        .await;
    come_to(&world, &[]).await;
    daemon.stop().await;
    let raised: i64 =
        sqlx::query_scalar("SELECT count(*) FROM notice WHERE topic = 'setting' AND about = 'status_map.9'")
            .fetch_one(world.database.pool())
            .await
            .unwrap();
    assert_eq!(raised, 1, "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_in_a_status_that_the_map_lacks_makes_no_second_notice() {
    let world = World::with(small(4), |settings| {
        settings.status_map.remove(&Id::new(2));
    })
    .await;
    world.sandbox.shop.edit(|shop| shop.orders.values_mut().for_each(|order| order.status = 2));
    world.import_whole().await;
    let daemon = world.daemon();
    both_looked_at(&world).await;
    come_to(&world, &["setting status_map.2"]).await;
    // The store lists it no more, its orders are still in it.
    world.sandbox.shop.edit(|shop| drop(shop.statuses.remove(&2)));
    an_hour_later(&world).await;
    both_looked_at(&world).await;
    assert_eq!(topics(&world).await, ["setting status_map.2"]);
    world
        .edit(|settings| {
            settings.status_map.insert(Id::new(2), MappedStatus::Status(Id::new(502)));
        })
        .await;
    come_to(&world, &["setting status_map.2"]).await;
    world.sandbox.shop.edit(|shop| {
        let status = ShopStatus { id: 2, ..shop.statuses[&1].clone() };
        shop.statuses.insert(2, status);
    });
    an_hour_later(&world).await;
    come_to(&world, &[]).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_in_ro_app_is_told_to_each_store_and_read_once_for_all_of_them() {
    let world = World::imported_already(small(4)).await;
    let seed = SeedOptions { orders: 2, days: 3, seed: 7, ..SeedOptions::default() };
    let shop = Shop::start(ShopOptions { shop: ShopData::generate(&seed), ..ShopOptions::default() }).await.unwrap();
    let second = Settings { name: "Second shop".into(), ..settings(&shop.site_url()) };
    let host = second.site_url.split("://").nth(1).unwrap().to_owned();
    let (account, password) = (world.store().await.account, Secret::new("sandbox-password".into()));
    let seal = |id| world.keyring.seal(&stores::password_place(id), &password);
    let second = stores::add(world.database.pool(), account, (None, &host), &second, seal).await.unwrap();
    let program = world.program("mapping");
    assert!(program.run(&["store", "import", "Second shop", "--yes"]).await.success);
    let daemon = world.daemon();
    let second = || async { stores::get(world.database.pool(), second).await.unwrap().unwrap() };
    eventually("both imports", || async { second().await.finished_at }).await;
    both_looked_at(&world).await;

    let staff = world.sandbox.roapp.staff();
    staff.deactivate_employee(22).unwrap();
    staff.deactivate_employee(24).unwrap();
    staff.archive_location(11).unwrap();
    staff.require_custom_field(602);
    let before = calls(&world, "/v2/orders/statuses");
    an_hour_later(&world).await;
    let wanted = [
        "roapp-setting custom_fields.f602",
        "roapp-setting line_executor_id",
        "roapp-setting location_id",
        "roapp-setting managers",
    ];
    come_to(&world, &wanted).await;
    eventually("the same of the second store", || async {
        (open(&world, &second().await).await.len() == wanted.len()).then_some(())
    })
    .await;
    assert_eq!(calls(&world, "/v2/orders/statuses"), before + 1, "the lists are read once for both");
    // Polls go on and ask RO App for none of its lists.
    let new = world.sandbox.shop.place_order();
    eventually("a later poll", || async { world.orders().await.into_iter().find(|row| row.number.get() == new) }).await;
    assert_eq!(calls(&world, "/v2/orders/statuses"), before + 1);

    staff.activate_employee(22).unwrap();
    staff.activate_employee(24).unwrap();
    staff.free_custom_field(602);
    world.edit(|settings| settings.location_id = Id::new(12)).await;
    come_to(&world, &[]).await;
    eventually("what the second store still names", || async {
        let left: Vec<_> = open(&world, &second().await).await.into_iter().map(|(topic, _)| topic).collect();
        (left == ["roapp-setting location_id"]).then_some(())
    })
    .await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_types_categories_and_campaigns_that_ro_app_does_not_have_are_told() {
    let world = World::imported_already(small(2)).await;
    world
        .edit(|settings| {
            settings.status_map.insert(Id::new(2), MappedStatus::Status(Id::new(599)));
            settings.write_back.insert(Id::new(598), Id::new(2));
            settings.order_type_id = Id::new(79);
            settings.product_category_id = Id::new(59);
            settings.ad_campaign_id = Some(Id::new(39));
        })
        .await;
    let daemon = world.daemon();
    let wanted = [
        "roapp-setting ad_campaign_id",
        "roapp-setting order_type_id",
        "roapp-setting product_category_id",
        "roapp-setting status_map.2",
        "roapp-setting write_back.598",
    ];
    come_to(&world, &wanted).await;
    // The store's own look leaves them as they are.
    an_hour_later(&world).await;
    both_looked_at(&world).await;
    assert_eq!(topics(&world).await, wanted);
    let good = settings(&world.sandbox.shop.site_url());
    world.edit(|settings| *settings = good).await;
    come_to(&world, &[]).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_cannot_be_read_leaves_the_notices_as_they_are() {
    let world = World::imported_already(small(2)).await;
    let daemon = world.daemon();
    both_looked_at(&world).await;
    world.sandbox.roapp.staff().deactivate_employee(24).unwrap();
    let eight = world.sandbox.shop.data().statuses[&8].clone();
    world.sandbox.shop.edit(|shop| drop(shop.statuses.remove(&8)));
    an_hour_later(&world).await;
    let wanted = ["roapp-setting line_executor_id", "setting status_map.8"];
    come_to(&world, &wanted).await;

    world.sandbox.shop.faults().add("orders/get_available_statuses", Fault::Refuse(503), 0, u32::MAX);
    world.sandbox.roapp.faults().add("GET /v2/company/employees", Fault::Refuse(503), 0, u32::MAX);
    world.sandbox.roapp.staff().activate_employee(24).unwrap();
    world.sandbox.shop.edit(|shop| drop(shop.statuses.insert(8, eight)));
    let asked = calls(&world, "/v2/company/employees");
    let asked_shop =
        || world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/get_available_statuses").count();
    let before = asked_shop();
    an_hour_later(&world).await;
    eventually("both sides to be asked in vain", || async {
        (calls(&world, "/v2/company/employees") > asked && asked_shop() > before + 3).then_some(())
    })
    .await;
    let new = world.sandbox.shop.place_order();
    eventually("orders to go on", || async {
        world.orders().await.into_iter().find(|row| row.number.get() == new && row.state.word() == "synced")
    })
    .await;
    assert_eq!(topics(&world).await, wanted);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_the_plan_does_not_offer_any_more_is_told_while_orders_go_on() {
    let world = World::imported_already(small(2)).await;
    let daemon = world.daemon();
    both_looked_at(&world).await;
    let refusal = r#"{"status": "FORBIDDEN", "response": {"message": "Use of the method is not allowed"}}"#;
    world.sandbox.shop.faults().add("currency/export", Fault::RefuseWith(200, refusal.into()), 0, u32::MAX);
    an_hour_later(&world).await;
    come_to(&world, &["setting api"]).await;
    world.sandbox.shop.faults().clear();
    an_hour_later(&world).await;
    come_to(&world, &[]).await;
    daemon.stop().await;
}

/// A buyer places an order, which the next poll brings.
async fn placed(world: &World, ago: TimeDelta) {
    let (mut number, at) = (0, Clock::System.now() - ago);
    world.sandbox.shop.edit(|shop| number = shop.place(at));
    eventually("the new order", || async { world.orders().await.into_iter().find(|row| row.number.get() == number) })
        .await;
    let before = world.store().await.last_success_at;
    eventually("the end of the poll", || async { (world.store().await.last_success_at > before).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_clock_is_in_another_zone_is_told_by_how_much_until_its_zone_is_set() {
    // The sandbox's shop lives in Kyiv.
    let world = World::with(small(2), |settings| settings.time_zone = chrono_tz::Asia::Tokyo).await;
    world.import_whole().await;
    let daemon = world.daemon();
    for _ in 0..2 {
        placed(&world, TimeDelta::zero()).await;
    }
    assert!(topics(&world).await.is_empty(), "two orders are no proof");
    placed(&world, TimeDelta::zero()).await;
    come_to(&world, &["zone"]).await;
    let (_, text) = open(&world, &world.store().await).await.remove(0);
    assert!(text.contains("h behind Asia/Tokyo") && text.contains("`store edit`"), "{text}");
    let checked = world.program("one").run(&["store", "check", "Sandbox shop"]).await;
    assert!(checked.success && checked.stdout.contains(&format!("notice: {text}")), "{checked:?}");
    // Also where the check itself finds something else.
    world.sandbox.shop.set_password("another");
    let checked = world.program("two").run(&["store", "check", "Sandbox shop"]).await;
    assert!(!checked.success && checked.stdout.contains(&format!("notice: {text}")), "{checked:?}");
    assert!(checked.stderr.contains("refuse"), "{checked:?}");
    world.sandbox.shop.set_password("sandbox-password");
    world.edit(|settings| settings.time_zone = chrono_tz::Europe::Kyiv).await;
    come_to(&world, &[]).await;
    for _ in 0..3 {
        placed(&world, TimeDelta::zero()).await;
    }
    assert!(topics(&world).await.is_empty());
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_fits_again_is_told_no_more_and_orders_listed_late_are_no_sign() {
    let world = World::with(small(2), |settings| settings.time_zone = chrono_tz::UTC).await;
    world.import_whole().await;
    let daemon = world.daemon();
    for _ in 0..3 {
        placed(&world, TimeDelta::zero()).await;
    }
    come_to(&world, &["zone"]).await;
    let (_, text) = open(&world, &world.store().await).await.remove(0);
    assert!(text.contains("h ahead of UTC"), "{text}");
    // The shop moves to the configured zone.
    let now = Clock::System.now();
    let shift = scope::local(now, world.sandbox.shop.data().time_zone) - now.naive_utc();
    for _ in 0..3 {
        placed(&world, shift).await;
    }
    come_to(&world, &[]).await;
    for hours in [2, 7, 20] {
        placed(&world, shift + TimeDelta::hours(hours)).await;
    }
    assert!(topics(&world).await.is_empty(), "they were listed late");
    daemon.stop().await;
}
