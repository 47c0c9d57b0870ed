//! RO App's lists, where a filter does nothing.

use cartum_roapp::{
    domain::store::ProductKeyKind,
    sandbox::{roapp::RoAppQuirks, world::SandboxOptions},
};

use crate::{
    copies::made,
    store_side::{few, polls},
    support::{eventually, world::World},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_ro_app_that_ignores_dates_is_not_read_whole_with_each_look() {
    let roapp_quirks = RoAppQuirks { ignored: &["modified_at"], page_size: 2, ..RoAppQuirks::default() };
    let world = World::new(SandboxOptions { roapp_quirks, ..few(24) }).await;
    world.import_whole().await;
    // All but the last are older than any look reaches back.
    let orders = world.sandbox.roapp.data().orders.len();
    assert!(orders > 12);
    world.sandbox.roapp.staff().edit(|data, now| {
        for order in data.orders.values_mut() {
            order.modified_at = now - chrono::TimeDelta::days(1);
        }
    });
    let daemon = world.daemon();
    polls(&world, 2).await;
    let pages = || world.sandbox.roapp.calls().iter().filter(|call| call.path == "/v2/orders").count();
    let moved = *world.sandbox.roapp.data().orders.first_key_value().unwrap().0;
    world.sandbox.roapp.staff().set_status(moved, 503).unwrap();
    eventually("the change", || async {
        let count = "SELECT count(*) FROM history WHERE what->>'code' = 'moved'";
        let told: i64 = sqlx::query_scalar(count).fetch_one(world.database.pool()).await.unwrap();
        (told == 1).then_some(())
    })
    .await;
    let looks = || {
        world
            .sandbox
            .roapp
            .calls()
            .iter()
            .filter(|call| {
                call.path == "/v2/orders"
                    && call.query.iter().any(|(name, value)| name == "sort" && value == "modified_at")
            })
            .count()
    };
    let (began, polled) = (looks(), pages());
    polls(&world, 4).await;
    daemon.stop().await;
    let (looks, pages) = (looks() - began, pages() - polled);
    assert!(looks > 0 && pages <= 3 * looks, "{pages} pages in {looks} looks");
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_found_and_made_the_same_where_ro_app_ignores_what_is_searched_for() {
    let kinds = [
        (ProductKeyKind::Code, &["q"]),
        (ProductKeyKind::Barcode, &["barcodes[]"]),
        (ProductKeyKind::Title, &["title"]),
    ];
    for (kind, ignored) in kinds {
        let mut outcomes = Vec::new();
        for ignored in [&[][..], ignored] {
            let roapp_quirks = RoAppQuirks { ignored, ..RoAppQuirks::default() };
            let options = SandboxOptions { roapp_quirks, ..few(16) };
            let world = World::with(options, |settings| settings.identify_products_by = kind).await;
            world.import_whole().await;
            let asks =
                |name: &str| world.sandbox.roapp.calls().iter().any(|call| call.query.iter().any(|(n, _)| n == name));
            assert!(ignored.iter().all(|name| asks(name)), "{ignored:?} was not asked for");
            outcomes.push((made(&world.sandbox.roapp.data()), world.counts().await.done));
        }
        assert!(outcomes[0] == outcomes[1] && outcomes[0].1 > 5, "{kind:?}: {outcomes:?}");
    }
}
