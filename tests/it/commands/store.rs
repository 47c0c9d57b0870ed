//! `store`: from adding to removing.

use cartum_roapp::sandbox::{cartum::Shop, roapp::RoApp};
use serde_json::{Value, json};

use super::world::{World, roapp_options, shop_options};

#[tokio::test]
async fn a_store_is_added_as_a_draft_and_nothing_is_imported() {
    let world = World::with_account().await;
    let told = world.ok(&["store", "add", &world.store_file(&[])]).await;
    assert!(told.contains("nothing is imported yet") && told.contains("Workshop on Market Street"), "{told}");
    let shown = world.json(&["store", "show", "My shop"]).await;
    assert_eq!(
        (&shown["name"], &shown["account"], &shown["state"]),
        (&json!("My shop"), &json!("main"), &json!("draft"))
    );
    for key in ["reason", "last_success_at", "next_poll_at", "last_error", "failing_since"] {
        assert!(shown[key].is_null(), "{key} {shown}");
    }
    assert!(is_moment(&shown["since"]), "{shown}");
    assert_eq!(shown["notices"], json!([]));
    for key in ["found", "done", "excluded", "held", "failed", "waiting"] {
        assert_eq!(shown["import"][key], 0, "{key}");
    }
    assert!(shown["import"]["finished_at"].is_null());
    assert_eq!(shown["settings"]["site_url"], world.shop.site_url());
    assert_eq!(shown["settings"]["managers"], json!([21, 22]));
    assert_eq!(shown["settings"]["status_map"]["5"], "initial");
    assert_eq!(shown["settings"]["custom_fields"]["f601"], "{order_number}");
    assert!(world.ok(&["store", "show", "My shop"]).await.contains("not started yet"));
    assert!(world.ok(&["store", "list"]).await.contains("My shop"));
    assert_eq!(world.json(&["store", "list"]).await.as_array().unwrap().len(), 1);
    assert!(world.ok(&["store", "check", "My shop"]).await.contains("is OK"));
    let written: Vec<_> = world.roapp.calls().into_iter().filter(|call| call.method != "GET").collect();
    assert!(written.is_empty(), "nothing is written to RO App: {written:?}");
    assert!(world.shop.calls().iter().all(|call| !call.function.contains("update")));
}

#[tokio::test]
async fn an_import_is_asked_for_once_it_is_agreed_to() {
    let world = World::with_store().await;
    let told = world.run(&["store", "import", "My shop"]).await;
    assert!(!told.success && told.stderr.contains("pass --yes"), "{told:?}");
    assert!(told.stdout.contains("Cartum integration must be off") && told.stdout.contains("may notify"), "{told:?}");
    assert!(told.stdout.contains("(Europe/Kyiv)") && told.stdout.contains("statuses: 3"), "{told:?}");
    assert_eq!(world.json(&["store", "show", "My shop"]).await["state"], "draft");

    world.ok(&["store", "import", "My shop", "--yes"]).await;
    let shown = world.json(&["store", "show", "My shop"]).await;
    assert_eq!(shown["state"], "importing");
    assert!(is_moment(&shown["next_poll_at"]) && is_moment(&shown["import"]["connected_at"]), "{shown}");
    let due: bool =
        sqlx::query_scalar("SELECT due_at <= now() FROM account").fetch_one(world.database.pool()).await.unwrap();
    assert!(due, "the daemon is woken");
    let told = world.refused(&["store", "import", "My shop", "--yes"]).await;
    assert!(told.contains("already being imported"), "{told}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_a_terminal_a_person_is_asked_and_only_a_yes_counts() {
    let world = World::with_store().await;
    let state = async || world.json(&["store", "show", "My shop"]).await["state"].clone();
    let told = world.program.answer("n", &["store", "import", "My shop"]).await;
    assert!(!told.success && told.stdout.contains("nothing"), "{told:?}");
    assert_eq!(state().await, "draft");
    let told = world.program.answer("y", &["store", "import", "My shop"]).await;
    assert!(told.success, "{told:?}");
    assert_eq!(state().await, "importing");
    let told = world.program.answer("no", &["store", "remove", "My shop"]).await;
    assert!(!told.success && told.stdout.contains("nothing was removed"), "{told:?}");
    assert!(world.program.answer("yes", &["store", "remove", "My shop"]).await.success);
    assert_eq!(world.json(&["store", "list"]).await, json!([]));
}

#[tokio::test]
async fn a_second_import_keeps_the_window_where_it_was() {
    let world = World::with_store().await;
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    let window = world.json(&["store", "show", "My shop"]).await["import"]["window_from"].clone();
    let done = "UPDATE store SET state = 'active', import_listed_at = now(), import_finished_at = now(),
                connected_at = connected_at - interval '40 days'";
    sqlx::query(done).execute(world.database.pool()).await.unwrap();
    let told = world.ok(&["store", "import", "My shop", "--yes"]).await;
    assert!(told.contains("imported before"), "{told}");
    assert_eq!(world.json(&["store", "show", "My shop"]).await["import"]["window_from"], window);
}

#[tokio::test]
async fn a_store_is_paused_and_goes_on_where_it_was() {
    let world = World::with_store().await;
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    world.ok(&["store", "pause", "My shop"]).await;
    let shown = world.json(&["store", "show", "My shop"]).await;
    assert_eq!((&shown["state"], &shown["reason"]["text"]), (&json!("paused"), &json!("paused by hand")));
    assert!(shown["next_poll_at"].is_null());
    assert!(world.ok(&["store", "pause", "My shop"]).await.contains("already paused"));
    assert!(world.refused(&["store", "import", "My shop", "--yes"]).await.contains("resume it first"));
    world.ok(&["store", "resume", "My shop"]).await;
    let shown = world.json(&["store", "show", "My shop"]).await;
    assert_eq!((&shown["state"], &shown["reason"]), (&json!("importing"), &Value::Null));
    assert!(world.ok(&["store", "resume", "My shop"]).await.contains("is not paused"));
}

#[tokio::test]
async fn a_store_that_is_switched_off_is_not_imported() {
    let world = World::with_account().await;
    world.ok(&["store", "add", &world.store_file(&[("account", "account = \"main\"\nenabled = false")])]).await;
    assert!(world.refused(&["store", "import", "My shop", "--yes"]).await.contains("switched off"));
}

#[tokio::test]
async fn a_removed_store_comes_back_as_the_same_store() {
    let world = World::with_store().await;
    let id: i64 = id(&world).await;
    let told = world.run(&["store", "remove", "My shop"]).await;
    assert!(!told.success && told.stderr.contains("pass --yes"), "{told:?}");
    let told = world.ok(&["store", "remove", "My shop", "--yes"]).await;
    assert!(told.contains("stay in RO App"), "{told}");
    assert_eq!(world.json(&["store", "list"]).await, json!([]));
    let erased: bool =
        sqlx::query_scalar("SELECT password IS NULL FROM store").fetch_one(world.database.pool()).await.unwrap();
    assert!(erased);
    world.ok(&["store", "add", &world.store_file(&[("name", "name = \"New name\"")])]).await;
    assert_eq!(self::id(&world).await, id);
    assert_eq!(world.json(&["store", "show", "New name"]).await["state"], "draft");
}

#[tokio::test]
async fn name_and_shop_are_each_one_store_s() {
    let world = World::with_store().await;
    let told = world.refused(&["store", "add", &world.store_file(&[])]).await;
    assert!(told.contains("name: the account has a store \"My shop\" already"), "{told}");
    assert!(told.contains("site_url: this shop is already the store \"My shop\""), "{told}");
    let other = Shop::start(shop_options()).await.unwrap();
    let site = format!("site_url = \"{}\"", other.site_url());
    let told = world.refused(&["store", "add", &world.store_file(&[("site_url", &site)])]).await;
    assert!(told.contains("name: ") && !told.contains("site_url: "), "{told}");
    assert_eq!(world.count("store").await, 1);
}

#[tokio::test]
async fn a_store_whose_name_is_another_s_whole_name_hides_it_not() {
    let world = World::with_store().await;
    let made = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(10_000);
    let options = cartum_roapp::sandbox::roapp::RoAppOptions { company_created_at: made, ..roapp_options() };
    let other = RoApp::start(options).await.unwrap();
    world.ok(&["account", "add", "second", "--api-key-file", "api.key", "--base-url", &other.base_url()]).await;
    let changes = [("account", "account = \"second\""), ("name", "name = \"main/My shop\"")];
    world.ok(&["store", "add", &world.store_file(&changes)]).await;
    let told = world.refused(&["store", "pause", "main/My shop"]).await;
    assert!(told.contains("\"second/main/My shop\"") && told.contains("rename"), "{told}");
    assert_eq!(world.json(&["store", "show", "My shop"]).await["account"], "main");
    let renamed = world.store_file(&[changes[0], ("name", "name = \"Other\"")]);
    world.ok(&["store", "edit", "second/main/My shop", &renamed]).await;
    assert_eq!(world.json(&["store", "show", "main/My shop"]).await["account"], "main");
}

#[tokio::test]
async fn a_store_is_named_by_its_account_where_its_name_is_not_enough() {
    let world = World::with_store().await;
    let made = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(10_000);
    let options = cartum_roapp::sandbox::roapp::RoAppOptions { company_created_at: made, ..roapp_options() };
    let other = RoApp::start(options).await.unwrap();
    let url = other.base_url();
    world.ok(&["account", "add", "second", "--api-key-file", "api.key", "--base-url", &url]).await;
    world.ok(&["store", "add", &world.store_file(&[("account", "account = \"second\"")])]).await;
    let told = world.refused(&["store", "show", "My shop"]).await;
    assert!(told.contains("\"main/My shop\", \"second/My shop\""), "{told}");
    assert_eq!(world.json(&["store", "show", "second/My shop"]).await["account"], "second");
    world.ok(&["store", "pause", "second/My shop"]).await;
    assert_eq!(world.json(&["store", "show", "main/My shop"]).await["state"], "draft");
    let told = world.refused(&["store", "show", "No shop"]).await;
    assert!(told.contains("there is no store \"No shop\"; the stores are \"main/My shop\""), "{told}");
}

#[tokio::test]
async fn edited_settings_are_tried_and_saved_and_the_password_may_stay() {
    let world = World::with_store().await;
    let sealed = password(&world).await;
    let changes = [("password_file", ""), ("name", "name = \"Renamed\""), ("location_id", "location_id = 12")];
    let told = world.ok(&["store", "edit", "My shop", &world.store_file(&changes)]).await;
    assert!(told.contains("Second shop"), "{told}");
    let shown = world.json(&["store", "show", "Renamed"]).await;
    assert_eq!(shown["settings"]["location_id"], 12);
    assert_eq!(password(&world).await, sealed);

    let wrong = [("password_file", "password = \"wrong\""), ("location_id", "location_id = 99")];
    let told = world.refused(&["store", "edit", "Renamed", &world.store_file(&wrong)]).await;
    assert!(told.contains("login: ") && told.contains("location_id: ") && !told.contains("wrong\""), "{told}");
    assert_eq!(world.json(&["store", "show", "Renamed"]).await["settings"]["location_id"], 12);
    assert_eq!(password(&world).await, sealed);
}

#[tokio::test]
async fn a_changed_password_is_fixed_by_an_edit() {
    let world = World::with_store().await;
    world.shop.set_password("changed");
    let told = world.refused(&["store", "check", "My shop"]).await;
    assert!(told.contains("login: "), "{told}");
    let refused = "UPDATE store SET state = 'needs_credentials', reason = '{\"code\": \"text\", \"text\": \"the login was refused\"}', resume_state = 'active'";
    sqlx::query(refused).execute(world.database.pool()).await.unwrap();
    world.ok(&["store", "edit", "My shop", &world.store_file(&[("password_file", "password = \"changed\"")])]).await;
    let shown = world.json(&["store", "show", "My shop"]).await;
    assert_eq!((&shown["state"], &shown["reason"]), (&json!("active"), &Value::Null));
    world.ok(&["store", "check", "My shop"]).await;
}

#[tokio::test]
async fn a_store_stays_in_its_account() {
    let world = World::with_store().await;
    let file = world.store_file(&[("account", "account = \"second\"")]);
    let told = world.refused(&["store", "edit", "My shop", &file]).await;
    assert!(told.contains("account: \"My shop\" belongs to the account \"main\" and cannot move"), "{told}");
}

#[tokio::test]
async fn a_new_address_of_the_same_shop_becomes_an_alias() {
    let world = World::with_store().await;
    let moved = Shop::start(shop_options()).await.unwrap();
    let data = world.shop.data();
    moved.edit(|shop| *shop = data);
    remember_orders(&world).await;
    let site = format!("site_url = \"{}\"", moved.site_url());
    world.ok(&["store", "edit", "My shop", &world.store_file(&[("site_url", &site)])]).await;
    assert_eq!(world.json(&["store", "show", "My shop"]).await["settings"]["site_url"], moved.site_url());
    assert_eq!(world.count("store_host").await, 2);
    let told = world.refused(&["store", "add", &world.store_file(&[("name", "name = \"Old address\"")])]).await;
    assert!(told.contains("site_url: this shop is already the store \"My shop\""), "{told}");
}

#[tokio::test]
async fn a_shop_that_is_added_under_another_address_is_the_store_that_it_was() {
    let world = World::with_store().await;
    remember_orders(&world).await;
    let moved = Shop::start(shop_options()).await.unwrap();
    let data = world.shop.data();
    moved.edit(|shop| *shop = data);
    let site = format!("site_url = \"{}\"", moved.site_url());
    let twin = world.store_file(&[("site_url", &site), ("name", "name = \"Twin\"")]);
    let told = world.refused(&["store", "add", &twin]).await;
    assert!(told.contains("already the store \"My shop\"") && told.contains("store edit"), "{told}");

    let before = id(&world).await;
    world.ok(&["store", "remove", "My shop", "--yes"]).await;
    world.ok(&["store", "add", &twin]).await;
    assert_eq!((world.count("store").await, id(&world).await), (1, before));
    assert_eq!(world.count("store_host").await, 2);
    assert_eq!(world.json(&["store", "show", "Twin"]).await["settings"]["site_url"], moved.site_url());

    // Another shop has the same numbers.
    let other = Shop::start(shop_options()).await.unwrap();
    other.edit(|shop| shop.orders.values_mut().for_each(|order| order.placed_at -= chrono::TimeDelta::hours(5)));
    let site = format!("site_url = \"{}\"", other.site_url());
    world.ok(&["store", "add", &world.store_file(&[("site_url", &site), ("name", "name = \"Other\"")])]).await;
    assert_eq!(world.count("store").await, 2);
}

#[tokio::test]
async fn a_store_without_orders_does_not_get_another_stores_shop_by_an_edit() {
    let world = World::with_store().await;
    remember_orders(&world).await;
    let [other, moved] = [Shop::start(shop_options()).await.unwrap(), Shop::start(shop_options()).await.unwrap()];
    other.edit(|shop| shop.orders.values_mut().for_each(|order| order.placed_at -= chrono::TimeDelta::hours(5)));
    let data = world.shop.data();
    moved.edit(|shop| *shop = data);
    let file = |site: String| {
        world.store_file(&[("site_url", &format!("site_url = \"{site}\"")), ("name", "name = \"Other\"")])
    };
    world.ok(&["store", "add", &file(other.site_url())]).await;
    let told = world.refused(&["store", "edit", "Other", &file(moved.site_url())]).await;
    assert!(told.contains("site_url: this shop is already the store \"My shop\""), "{told}");
    assert_eq!(world.json(&["store", "show", "Other"]).await["settings"]["site_url"], other.site_url());
}

#[tokio::test]
async fn what_is_shown_can_be_given_back_as_a_file_also_where_status_4_was_agreed_to() {
    let world = World::with_account().await;
    let map = "505 = 4";
    let file = world.store_toml(&[("505", map)]).replace("name = ", "allow_store_status_4 = true\nname = ");
    world.write("four.toml", &file);
    world.ok(&["store", "add", "four.toml"]).await;
    let shown = world.json(&["store", "show", "My shop"]).await;
    assert_eq!(shown["settings"]["allow_store_status_4"], true);
}

#[tokio::test]
async fn another_shop_is_not_taken_for_the_same_one_at_a_new_address() {
    let world = World::with_store().await;
    remember_orders(&world).await;
    let other = Shop::start(shop_options()).await.unwrap();
    other.edit(|shop| {
        for order in shop.orders.values_mut() {
            order.placed_at -= chrono::TimeDelta::hours(5);
        }
    });
    let site = format!("site_url = \"{}\"", other.site_url());
    let told = world.refused(&["store", "edit", "My shop", &world.store_file(&[("site_url", &site)])]).await;
    assert!(told.contains("site_url: another shop answers there"), "{told}");
    other.edit(|shop| shop.orders.clear());
    let told = world.refused(&["store", "edit", "My shop", &world.store_file(&[("site_url", &site)])]).await;
    assert!(told.contains("none of the newest orders"), "{told}");
    assert_eq!(world.json(&["store", "show", "My shop"]).await["settings"]["site_url"], world.shop.site_url());
    assert_eq!(world.count("store_host").await, 1);
}

/// As if the shop's orders had been imported.
async fn remember_orders(world: &World) {
    let store = id(world).await;
    for (number, order) in world.shop.data().orders {
        let row = "INSERT INTO store_order (store_id, number, state, in_import, priority, placed_at)
                   VALUES ($1, $2, 'synced', true, 2, $3)";
        sqlx::query(row).bind(store).bind(number).bind(order.placed_at).execute(world.database.pool()).await.unwrap();
    }
}

async fn id(world: &World) -> i64 {
    sqlx::query_scalar("SELECT id FROM store").fetch_one(world.database.pool()).await.unwrap()
}

async fn password(world: &World) -> Vec<u8> {
    sqlx::query_scalar("SELECT password FROM store").fetch_one(world.database.pool()).await.unwrap()
}

/// RFC 3339 in UTC.
pub(super) fn is_moment(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(text).is_ok())
}
