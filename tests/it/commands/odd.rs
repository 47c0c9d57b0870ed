//! A store whose row this release cannot read, as a newer one writes it.

use cartum_roapp::sandbox::cartum::Shop;

use super::world::{World, shop_options};

#[tokio::test]
async fn a_store_that_cannot_be_read_keeps_what_it_holds_and_hinders_no_other() {
    let world = World::with_store().await;
    // As a newer release would write it.
    let newer = "ALTER TABLE store DROP CONSTRAINT store_state_check; UPDATE store SET state = 'sleeping'";
    sqlx::raw_sql(newer).execute(world.database.pool()).await.unwrap();
    let other = Shop::start(shop_options()).await.unwrap();
    let elsewhere = format!("site_url = {:?}", other.site_url());
    let own_name = ("name", "name = \"Other shop\"");
    let taken = world.refused(&["store", "add", &world.store_file(&[own_name])]).await;
    assert!(taken.contains("site_url: this shop is already the store \"My shop\""), "{taken}");
    assert!(taken.contains("sleeping"), "{taken}");
    let taken = world.refused(&["store", "add", &world.store_file(&[("site_url", &elsewhere)])]).await;
    assert!(taken.contains("name: the account has a store \"My shop\" already"), "{taken}");
    assert!(taken.contains("sleeping"), "{taken}");

    let added = world.ok(&["store", "add", &world.store_file(&[own_name, ("site_url", &elsewhere)])]).await;
    let unreadable = "note: this release cannot read the store \"main/My shop\": ";
    assert!(added.contains("added the store \"Other shop\"") && added.contains(unreadable), "{added}");
    let edited = world.ok(&["store", "edit", "Other shop", "import_months=3"]).await;
    assert!(edited.contains(unreadable), "{edited}");
    world.refused(&["store", "edit", "Other shop", "name=My shop"]).await;
    let back = format!("site_url={}", world.shop.site_url());
    let taken = world.refused(&["store", "edit", "Other shop", &back]).await;
    assert!(taken.contains("this shop is already the store \"My shop\""), "{taken}");

    world.ok(&["store", "remove", "Other shop", "--yes"]).await;
    let refused = world.refused(&["account", "remove", "main"]).await;
    assert!(refused.contains("main/My shop") && refused.contains("sleeping"), "{refused}");
    assert_eq!(world.json(&["account", "list"]).await[0]["name"], "main");
}
