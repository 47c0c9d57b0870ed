//! `account`.

use cartum_roapp::sandbox::{
    faults::Fault,
    roapp::{RoApp, RoAppOptions},
};
use chrono::{DateTime, TimeDelta};

use super::world::{World, roapp_options};

#[tokio::test]
async fn an_account_is_added_after_its_key_was_tried() {
    let world = World::with_account().await;
    let list = world.json(&["account", "list"]).await;
    let account = &list.as_array().unwrap()[0];
    assert_eq!(account["name"], "main");
    assert_eq!(account["base_url"], world.roapp.base_url());
    assert_eq!(account["state"], "active");
    assert_eq!(account["calls_per_second"], 1000.0);
    assert!(account["company"].as_str().unwrap().starts_with("made "), "{account}");
    assert!(account["reason"].is_null() && account["stores"] == 0, "{account}");
    assert!(world.ok(&["account", "list"]).await.contains("main"));
    assert!(world.ok(&["account", "check", "main"]).await.contains("Sandbox Workshop"));
}

#[tokio::test]
async fn an_empty_list_is_an_empty_array() {
    let world = World::new().await;
    for command in ["account", "store", "order"] {
        assert_eq!(world.json(&[command, "list"]).await, serde_json::json!([]), "{command}");
        assert!(world.ok(&[command, "list"]).await.starts_with("no "), "{command}");
    }
}

#[tokio::test]
async fn a_wrong_account_gets_its_own_message_and_is_not_saved() {
    let world = World::new().await;
    let (roapp, shop) = (world.roapp.base_url(), world.shop.site_url());
    world.write("wrong.key", "nonsense\n");
    world.write("empty.key", "\n");
    // The shop is called as if it were RO App.
    world.shop.excuse();
    let closed = "http://127.0.0.1:1";
    let cases: [(&[&str], &str); 15] = [
        (&["a", "--api-key-file", "wrong.key", "--base-url", &roapp], "api_key: RO App does not allow"),
        (&["a", "--api-key-file", "empty.key", "--base-url", &roapp], "api_key_file: empty.key is empty"),
        (&["a", "--api-key-file", "no.key", "--base-url", &roapp], "api_key_file: cannot read no.key"),
        (&["a", "--api-key-file", "api.key", "--base-url", &shop], "base_url: does not answer like RO App"),
        (&["a", "--api-key-file", "api.key", "--base-url", closed], "base_url: the host cannot be reached"),
        (
            &["a", "--api-key-file", "api.key", "--base-url", "api.roapp.io"],
            "base_url: \"api.roapp.io\" is not a valid URL",
        ),
        (
            &["a", "--api-key-file", "api.key", "--base-url", "https://u:p@x.example"],
            "base_url: must not contain a user",
        ),
        (&["", "--api-key-file", "api.key", "--base-url", &roapp], "name: is empty"),
        (&["a\nb", "--api-key-file", "api.key", "--base-url", &roapp], "name: contains a line break"),
        (&["a", "--api-key-file", "api.key", "--calls-per-second", "-1"], "calls_per_second: -1 is out of range"),
        (&["a", "--api-key-file", "api.key", "--calls-per-second=-0.5"], "calls_per_second: -0.5 is out of range"),
        (&["a", "--api-key-file", "api.key", "--calls-per-second", "0.05"], "calls_per_second: 0.05 is out of range"),
        (&["a", "--api-key-file", "api.key", "--calls-per-second", "0"], "calls_per_second: 0 is out of range"),
        (&["a", "--api-key-file", "api.key", "--calls-per-second", "1001"], "calls_per_second: 1001 is out of range"),
        (&["a", "--api-key-file", "api.key", "--calls-per-second", "NaN"], "calls_per_second: NaN is out of range"),
    ];
    for (arguments, part) in cases {
        let told = world.refused(&[&["account", "add"][..], arguments].concat()).await;
        assert!(told.contains(part) && !told.contains("nonsense"), "{arguments:?}\n  wanted {part}\n  got {told}");
    }
    let long = "ї".repeat(65);
    let told = world.refused(&["account", "add", &long, "--api-key-file", "api.key"]).await;
    assert!(told.contains("name: is longer than 64"), "{told}");
    assert_eq!(world.count("account").await, 0);
}

#[tokio::test]
async fn a_tariff_without_the_api_and_a_key_without_rights_are_told_from_a_wrong_key() {
    let world = World::new().await;
    for (status, part) in [(401, "API key"), (402, "tariff"), (403, "rights")] {
        world.roapp.faults().add("*", Fault::Refuse(status), 0, u32::MAX);
        let url = world.roapp.base_url();
        let told = world.refused(&["account", "add", "a", "--api-key-file", "api.key", "--base-url", &url]).await;
        assert!(told.contains("api_key: ") && told.contains(part) && told.contains(&status.to_string()), "{told}");
        assert_eq!(world.count("account").await, 0);
        world.roapp.faults().clear();
    }
}

#[tokio::test]
async fn the_slowest_and_the_quickest_rate_are_taken() {
    let world = World::with_account().await;
    for (given, saved) in [("0.1", 0.1), ("1000", 1000.0)] {
        world.ok(&["account", "edit", "main", "--calls-per-second", given]).await;
        assert_eq!(world.json(&["account", "list"]).await[0]["calls_per_second"], saved);
    }
    let told = world.refused(&["account", "edit", "main", "--calls-per-second", "-1"]).await;
    assert!(told.contains("calls_per_second: -1 is out of range"), "{told}");
}

#[tokio::test]
async fn a_rate_is_found_out_unless_a_number_is_given() {
    let world = World::with_account().await;
    assert_eq!(world.json(&["account", "list"]).await[0]["is_auto"], false);
    world.ok(&["account", "edit", "main", "--calls-per-second", "auto"]).await;
    let account = world.json(&["account", "list"]).await[0].clone();
    assert_eq!((&account["calls_per_second"], &account["is_auto"]), (&2.9.into(), &true.into()));
    assert!(world.ok(&["account", "list"]).await.contains("2.9 (auto)"));
    let told = world.refused(&["account", "edit", "main", "--calls-per-second", "fast"]).await;
    assert!(told.contains("neither a number nor auto"), "{told}");
}

#[tokio::test]
async fn name_and_company_are_each_one_account_s() {
    let world = World::with_account().await;
    let url = world.roapp.base_url();
    let add = async |name: &str| {
        world.refused(&["account", "add", name, "--api-key-file", "api.key", "--base-url", &url]).await
    };
    assert!(add(" main ").await.contains("name: there is an account \"main\" already"));
    assert!(add("other").await.contains("already the account \"main\""));
    assert_eq!(world.count("account").await, 1);
}

#[tokio::test]
async fn a_key_of_another_company_is_refused_and_both_are_shown() {
    let world = World::with_account().await;
    let before: Vec<u8> = key(&world).await;
    // The same address, but another company answers to the new key from now on.
    let made = DateTime::UNIX_EPOCH + TimeDelta::days(10_000);
    world.roapp.staff().edit(|data, _| data.company_created_at = made);
    world.write("other.key", "sandbox-key");
    let told = world.refused(&["account", "edit", "main", "--api-key-file", "other.key"]).await;
    assert!(told.contains("api_key: the key belongs to another company \"Sandbox Workshop\""), "{told}");
    assert!(told.contains("1997-05-19") && told.contains("2020-01-01"), "{told}");
    let told = world.refused(&["account", "check", "main"]).await;
    assert!(told.contains("another company"), "{told}");
    assert_eq!(key(&world).await, before);
}

#[tokio::test]
async fn a_new_key_of_the_same_company_is_saved_after_it_was_tried() {
    let world = World::with_account().await;
    world.roapp.set_key("second-key");
    assert!(world.refused(&["account", "check", "main"]).await.contains("api_key: RO App does not allow"));
    world.write("second.key", "second-key\n");
    let told = world.refused(&["account", "edit", "main", "--api-key-file", "api.key"]).await;
    assert!(told.contains("api_key: RO App does not allow"), "{told}");
    world.ok(&["account", "edit", "main", "--api-key-file", "second.key", "--calls-per-second", "0.5"]).await;
    assert_eq!(world.json(&["account", "list"]).await[0]["calls_per_second"], 0.5);
    world.ok(&["account", "edit", "main", "--calls-per-second", "1000"]).await;
    world.ok(&["account", "check", "main"]).await;
    assert!(!world.run(&["account", "edit", "main"]).await.success, "there is nothing to change");
    assert!(
        world
            .refused(&["account", "edit", "nobody", "--calls-per-second", "1"])
            .await
            .contains("the accounts are \"main\"")
    );
}

#[tokio::test]
async fn an_account_with_stores_is_not_removed_and_one_without_comes_back_with_its_id() {
    let world = World::with_store().await;
    let id: i64 = id(&world).await;
    let told = world.refused(&["account", "remove", "main"]).await;
    assert!(told.contains("has stores: \"My shop\""), "{told}");
    world.ok(&["store", "remove", "My shop", "--yes"]).await;
    world.ok(&["account", "remove", "main"]).await;
    assert_eq!(world.json(&["account", "list"]).await, serde_json::json!([]));
    let erased: bool =
        sqlx::query_scalar("SELECT api_key IS NULL FROM account").fetch_one(world.database.pool()).await.unwrap();
    assert!(erased);
    world.add_account("again").await;
    assert_eq!(self::id(&world).await, id);
}

#[tokio::test]
async fn a_second_company_is_a_second_account() {
    let world = World::with_account().await;
    let made = DateTime::UNIX_EPOCH + TimeDelta::days(10_000);
    let other = RoApp::start(RoAppOptions { company_created_at: made, ..roapp_options() }).await.unwrap();
    world.ok(&["account", "add", "other", "--api-key-file", "api.key", "--base-url", &other.base_url()]).await;
    let list = world.json(&["account", "list"]).await;
    let names: Vec<_> = list.as_array().unwrap().iter().map(|account| account["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["main", "other"]);
}

async fn key(world: &World) -> Vec<u8> {
    sqlx::query_scalar("SELECT api_key FROM account").fetch_one(world.database.pool()).await.unwrap()
}

async fn id(world: &World) -> i64 {
    sqlx::query_scalar("SELECT id FROM account").fetch_one(world.database.pool()).await.unwrap()
}
