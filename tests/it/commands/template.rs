//! From nothing to a store without writing TOML by guessing: lists, a template, single changes.

use serde_json::{Value, json};

use super::world::{PASSWORD, World};

async fn template(world: &World) -> String {
    let url = world.shop.site_url();
    let arguments = ["store", "template", "main", &url, "--login", "sync-manager", "--password-file", "shop.password"];
    world.ok(&arguments).await
}

async fn settings(world: &World, name: &str) -> Value {
    world.json(&["store", "show", name]).await["settings"].clone()
}

#[tokio::test]
async fn account_lists_shows_everything_that_there_is_to_choose_from() {
    let world = World::with_account().await;
    let told = world.ok(&["account", "lists", "main"]).await;
    for text in [
        "locations (location_id)",
        "11 ",
        "Workshop on Market Street",
        "order_type_id",
        "status_map",
        "employees",
        "custom_fields",
        "f601",
        "campaigns",
    ] {
        assert!(told.contains(text), "{text}: {told}");
    }
    let lists = world.json(&["account", "lists", "main"]).await;
    for key in ["locations", "order_types", "statuses", "employees", "categories", "custom_fields", "campaigns"] {
        assert!(lists[key].as_array().is_some_and(|rows| !rows.is_empty()), "{key}: {lists}");
    }
    assert!(lists["locations"].as_array().unwrap().iter().any(|row| row["id"] == 11));
    assert!(world.refused(&["account", "lists", "nobody"]).await.contains("there is no account"));
}

#[tokio::test]
async fn a_template_is_a_store_file_that_works_as_it_is() {
    let world = World::with_account().await;
    let text = template(&world).await;
    assert!(text.contains("location_id = ") && text.contains("Workshop on Market Street"), "{text}");
    assert!(!text.contains(PASSWORD), "{text}");
    for line in text.lines() {
        assert!(!line.ends_with(' '), "{line:?}");
    }
    world.write("template.toml", &text);
    let told = world.ok(&["store", "add", "template.toml"]).await;
    assert!(told.contains("nothing is imported yet"), "{told}");
    let stores = world.json(&["store", "list"]).await;
    let name = stores[0]["name"].as_str().unwrap();
    let saved = settings(&world, name).await;
    assert_eq!(saved["site_url"], world.shop.site_url());
    assert_eq!(
        (&saved["currency"], &saved["time_zone"], &saved["phone_region"]),
        (&json!("UAH"), &json!("Europe/Kyiv"), &json!("UA"))
    );
    // By name or by meaning: New, Delivered, Canceled, Shipping.
    assert_eq!(
        (&saved["status_map"]["3"], &saved["status_map"]["4"], &saved["status_map"]["6"]),
        (&json!(506), &json!(507), &json!(505))
    );
    assert_eq!(saved["excluded_statuses"], json!([3]));
    let written: Vec<_> = world.roapp.calls().into_iter().filter(|call| call.method != "GET").collect();
    assert!(written.is_empty(), "nothing is written to RO App: {written:?}");
}

#[tokio::test]
async fn a_template_says_what_is_wrong_on_both_sides() {
    let world = World::with_account().await;
    let url = world.shop.site_url();
    world.write("wrong.password", "not-the-password");
    for (arguments, told) in [
        (["main", url.as_str(), "sync-manager", "wrong.password"], "login: "),
        (["main", "shop.example.com", "sync-manager", "shop.password"], "does not begin with https://"),
        (["nobody", url.as_str(), "sync-manager", "shop.password"], "there is no account"),
        (["main", url.as_str(), "sync-manager", "missing.password"], "password_file: "),
    ] {
        let [account, url, login, password] = arguments;
        let error =
            world.refused(&["store", "template", account, url, "--login", login, "--password-file", password]).await;
        assert!(error.contains(told), "{arguments:?}: {error}");
    }
}

#[tokio::test]
async fn secrets_are_read_from_standard_input() {
    let world = World::new().await;
    let (roapp, shop) = (world.roapp.base_url(), world.shop.site_url());
    let account = ["account", "add", "main", "--api-key-file", "-", "--base-url", &roapp];
    let told = world.program.run_with_input("sandbox-key\n", &account).await;
    assert!(told.success, "{told:?}");
    let told = world.program.run_with_input("", &["account", "edit", "main", "--api-key-file", "-"]).await;
    assert!(!told.success && told.stderr.contains("standard input is empty"), "{told:?}");
    let template = ["store", "template", "main", &shop, "--login", "sync-manager", "--password-file", "-"];
    let told = world.program.run_with_input(&format!("{PASSWORD}\n"), &template).await;
    assert!(told.success && told.stdout.contains("password_file = \"shop.password\""), "{told:?}");
    world.write("template.toml", &told.stdout);
    world.ok(&["store", "add", "template.toml"]).await;
    let name = world.json(&["store", "list"]).await[0]["name"].as_str().unwrap().to_owned();
    world.shop.set_password("another-password");
    world.shop.kill_tokens();
    let edit = ["store", "edit", &name, "password_file=-"];
    let told = world.program.run_with_input("another-password\n", &edit).await;
    assert!(told.success && !told.stdout.contains("another-password"), "{told:?}");
    world.ok(&["store", "check", &name]).await;
}

#[tokio::test]
async fn what_is_shown_as_toml_can_be_given_back_unchanged() {
    let world = World::with_store().await;
    let strange = r#"name = "quote \" and \\ backslash # \u202e Київ""#;
    world.ok(&["store", "edit", "My shop", &world.store_file(&[("name", strange)])]).await;
    let name = world.json(&["store", "list"]).await[0]["name"].as_str().unwrap().to_owned();
    let before = settings(&world, &name).await;
    let text = world.ok(&["store", "show", &name, "--toml"]).await;
    assert!(text.contains("# Workshop on Market Street"), "{text}");
    world.write("again.toml", &text);
    world.ok(&["store", "edit", &name, "again.toml"]).await;
    assert_eq!(settings(&world, &name).await, before);
}

#[tokio::test]
async fn single_settings_are_changed_by_their_keys() {
    let world = World::with_store().await;
    let before = settings(&world, "My shop").await;
    let changes = [
        "import_months=3",
        "status_map.5=503",
        "managers=all",
        "write_back.505=",
        "due_in_days=4",
        "custom_fields.f601=order {order_number}",
    ];
    let refused = world.refused(&[&["store", "edit", "My shop"][..], &changes].concat()).await;
    assert!(refused.contains("custom_fields.f601") && refused.contains("nothing was saved"), "{refused}");
    assert_eq!(settings(&world, "My shop").await, before);
    world.ok(&[&["store", "edit", "My shop"][..], &changes[..5]].concat()).await;
    let mut expected = before;
    expected["import_months"] = json!(3);
    expected["status_map"]["5"] = json!(503);
    expected["managers"] = json!("all");
    expected["write_back"] = json!({});
    expected["due_in_days"] = json!(4);
    assert_eq!(settings(&world, "My shop").await, expected);
    world.ok(&["store", "edit", "My shop", "due_in_days=", "name=2026"]).await;
    expected["due_in_days"] = Value::Null;
    expected["name"] = json!("2026");
    assert_eq!(settings(&world, "2026").await, expected);
    for (change, told) in [
        (&["locaton_id=12"][..], "did you mean location_id?"),
        (&["status_map=5"], "status_map.5=VALUE"),
        (&["location_id=999"], "Workshop on Market Street"),
        (&["location_id=twelve"], "expected a whole number"),
        (&["name=Other", "import_months"], "is not a change"),
        (&["account=second"], "cannot move"),
    ] {
        let error = world.refused(&[&["store", "edit", "2026"][..], change].concat()).await;
        assert!(error.contains(told), "{change:?}: {error}");
    }
    assert_eq!(settings(&world, "2026").await, expected);
}
