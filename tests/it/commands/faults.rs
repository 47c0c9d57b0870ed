//! What both sides say against a store file: a clear message that names the key, and nothing saved.

use cartum_roapp::sandbox::{
    cartum::{CartumQuirks, Shop, ShopOptions},
    faults::Fault,
    roapp::{RoAppOptions, RoAppQuirks},
};
use tokio::task::{JoinSet, LocalSet};

use super::world::{World, roapp_options, shop_options};

/// Each wrong in one way: the key whose line is replaced, the line, and what the message says.
const WRONG: &[(&str, &str, &[&str])] = &[
    ("account", "account = \"mian\"", &["account: there is no account \"mian\"; the accounts are \"main\""]),
    ("login", "login = \"somebody\"", &["login: ", "refused the login", "user name, not an e-mail"]),
    ("password_file", "password = \"wrong-one\"", &["login: ", "password"]),
    (
        "location_id",
        "location_id = 99",
        &["location_id: ", "no location 99", "11 Workshop on Market Street, 12 Second shop"],
    ),
    ("location_id", "location_id = 13", &["location_id: location 13 (Old kiosk) is archived", "11 Workshop"]),
    ("order_type_id", "order_type_id = 99", &["order_type_id: ", "no order type 99", "71 Online order, 72 Repair"]),
    (
        "language",
        "language = \"uk\"",
        &["language: ", "no titles in \"uk\"", "\"en\", \"ro\", \"ua\"", "did you mean \"ua\""],
    ),
    ("language", "language = \"de\"", &["language: ", "\"en\", \"ro\", \"ua\""]),
    ("managers", "managers = [21, 99]", &["managers: RO App has no employee 99", "21 Ivan Prykladnyi", "24 "]),
    ("managers", "managers = [23]", &["managers: employee 23 (Petro Kolyshnii) is not active"]),
    ("line_executor_id", "line_executor_id = 99", &["line_executor_id: RO App has no employee 99", "21 Ivan"]),
    ("line_executor_id", "line_executor_id = 23", &["line_executor_id: employee 23", "not active"]),
    ("product_category_id", "product_category_id = 99", &["product_category_id: ", "5 Online goods, 6 "]),
    ("currency", "currency = \"EUR\"", &["currency: the store sells in UAH, not in EUR", "never converted"]),
    (
        "excluded_statuses",
        "excluded_statuses = [3, 7]",
        &["excluded_statuses: the store has no status 7", "3 Delivered"],
    ),
    ("ad_campaign_id", "ad_campaign_id = 99", &["ad_campaign_id: RO App has no campaign 99", "31 Online store"]),
    ("f601", "f699 = \"x\"", &["custom_fields.f699: RO App has no custom field f699", "601 Store order, 602 Parcels"]),
    ("f601", "f602 = \"many\"", &["custom_fields.f602: f602 (Parcels) takes a number"]),
    ("f601", "f603 = \"{payment}\"", &["custom_fields.f603: f603 (Placed at) takes a date and time"]),
    ("f601", "f604 = \"{paid}\"", &["custom_fields.f604: f604 (Paid) is a yes/no field"]),
    ("5", "", &["status_map: the store's status 5 (Awaiting payment) has no RO App status", "5 = \"initial\""]),
    ("5", "5 = 599", &["status_map.5: RO App has no status 599", "501 New, 502 In progress"]),
    ("5", "5 = \"initial\"\n7 = 501", &["status_map.7: the store has no status 7", "1 New, 2 Processing"]),
    ("505", "599 = 6", &["write_back.599: RO App has no status 599"]),
    ("505", "505 = 7", &["write_back.505: the store has no status 7"]),
];

#[tokio::test]
async fn each_value_that_does_not_fit_is_named_with_what_can_be_chosen_and_nothing_is_saved() {
    let world = World::with_account().await;
    for (key, line, parts) in WRONG {
        let told = world.refused(&["store", "add", &world.store_file(&[(key, line)])]).await;
        for part in *parts {
            assert!(told.contains(part), "{line}\n  wanted {part}\n  got {told}");
        }
        assert_eq!(told.matches("\n  ").count(), 1, "{line} is the only fault: {told}");
        assert!(!told.contains("wrong-one") && !told.contains(super::world::PASSWORD), "{told}");
    }
    assert_eq!(world.count("store").await, 0);
    world.ok(&["store", "add", &world.store_file(&[])]).await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_before_anybody_is_asked() {
    let world = World::with_account().await;
    let before = world.roapp.calls().len();
    let told = world.refused(&["store", "add", &world.store_file(&[("name", "name = My shop")])]).await;
    assert!(told.contains("line 1 is not TOML"), "{told}");
    assert!(world.refused(&["store", "add", "none.toml"]).await.contains("cannot read none.toml"));
    assert_eq!((world.roapp.calls().len(), world.shop.calls().len()), (before, 0));
    assert_eq!(world.count("store").await, 0);
}

#[tokio::test]
async fn faults_of_the_file_and_of_both_sides_come_in_one_answer() {
    let world = World::with_account().await;
    let changes = [
        ("name", ""),
        ("currency", "currency = 5"),
        ("time_zone", "time_zone = \"Kyiv\""),
        ("location_id", "location_id = 99"),
        ("language", "language = \"de\""),
        ("managers", "managers = [21, \"22\"]"),
        ("8", ""),
    ];
    let told = world.refused(&["store", "add", &world.store_file(&changes)]).await;
    let keys =
        ["name: is missing", "currency: expected text", "time_zone: ", "location_id: ", "language: ", "managers: "];
    for part in keys.iter().chain(&["status 8 (Paid)"]) {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(told.matches("\n  ").count(), changes.len(), "each once: {told}");
    // The other side is asked even where one cannot be.
    for (key, line, part) in [
        ("site_url", "site_url = \"shop.example.com\"", "site_url: does not begin with https://"),
        ("password_file", "", "password_file: is missing"),
    ] {
        let file = world.store_file(&[(key, line), ("location_id", "location_id = 99")]);
        let told = world.refused(&["store", "add", &file]).await;
        assert!(told.contains(part) && told.contains("location_id: ") && told.matches("\n  ").count() == 2, "{told}");
    }
    let other = [("account", "account = \"mian\""), ("currency", "currency = \"EUR\"")];
    let told = world.refused(&["store", "add", &world.store_file(&other)]).await;
    assert!(told.contains("account: ") && told.contains("currency: ") && told.matches("\n  ").count() == 2, "{told}");
    assert_eq!(world.count("store").await, 0);
}

#[tokio::test]
async fn faults_of_both_sides_come_in_one_answer() {
    let world = World::with_account().await;
    let changes = [
        ("currency", "currency = \"EUR\""),
        ("location_id", "location_id = 99"),
        ("managers", "managers = [23, 98]"),
        ("8", ""),
        ("505", "599 = 7"),
    ];
    let told = world.refused(&["store", "add", &world.store_file(&changes)]).await;
    for key in [
        "currency: ",
        "location_id: ",
        "employee 23",
        "employee 98",
        "status 8 (Paid)",
        "write_back.599: the store",
        "write_back.599: RO App",
    ] {
        assert!(told.contains(key), "{key}: {told}");
    }
    // A login that is refused says so once, and the other side is still told.
    let changes = [("password_file", "password = \"x\""), ("location_id", "location_id = 99")];
    let told = world.refused(&["store", "add", &world.store_file(&changes)]).await;
    assert!(told.contains("login: ") && told.contains("location_id: ") && told.matches("\n  ").count() == 2, "{told}");
    assert_eq!(world.count("store").await, 0);
}

#[tokio::test]
async fn a_site_that_does_not_serve_gets_its_own_message() {
    let world = World::with_account().await;
    let page = Shop::start(shop_options()).await.unwrap();
    page.faults().add("*", Fault::Html, 0, u32::MAX);
    let moved = Shop::start(shop_options()).await.unwrap();
    moved.faults().add("*", Fault::Refuse(302), 0, u32::MAX);
    let down = Shop::start(shop_options()).await.unwrap();
    down.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
    for (site, part) in [
        (page.site_url(), "does not answer like a Cartum store"),
        (moved.site_url(), "redirects"),
        (down.site_url(), "try again in a minute"),
        ("http://127.0.0.1:1".to_owned(), "the host cannot be reached"),
    ] {
        let line = format!("site_url = \"{site}\"");
        let told = world.refused(&["store", "add", &world.store_file(&[("site_url", &line)])]).await;
        assert!(told.contains("site_url: ") && told.contains(part), "{site}: {part}: {told}");
        assert_eq!(told.matches("\n  ").count(), 1, "{told}");
    }
    assert_eq!(world.count("store").await, 0);
}

#[tokio::test]
async fn an_e_mail_address_as_the_login_is_tried_with_a_hint_and_blamed_when_it_is_refused() {
    let login = "boss@example.com";
    let line = [("login", format!("login = \"{login}\""))];
    let change = [("login", line[0].1.as_str())];
    let strict = World::with_account().await;
    let told = strict.refused(&["store", "add", &strict.store_file(&change)]).await;
    assert!(told.contains("login: ") && told.contains("the login is an e-mail address"), "{told}");
    assert_eq!(strict.count("store").await, 0);
    let lenient = World::with(ShopOptions { login: login.into(), ..shop_options() }, roapp_options()).await;
    lenient.add_account("main").await;
    let added = lenient.run(&["store", "add", &lenient.store_file(&change)]).await;
    assert!(added.success && added.stdout.contains("note: login: looks like an e-mail address"), "{added:?}");
    assert_eq!(lenient.count("store").await, 1);
}

#[tokio::test]
async fn a_private_address_is_refused_unless_it_is_allowed() {
    let world = World::with_account().await;
    let world = World { program: world.program.env("CARTUM_ROAPP__SECURITY__ALLOW_PRIVATE_HOSTS", "false"), ..world };
    let told = world.refused(&["store", "add", &world.store_file(&[])]).await;
    assert!(told.contains("site_url: 127.0.0.1 is a private or loopback address"), "{told}");
    assert!(told.contains("account: RO App cannot be read: 127.0.0.1 is a private"), "{told}");
}

#[tokio::test]
async fn a_plan_without_api_is_told_in_every_shape_that_it_has() {
    for (name, quirks) in CartumQuirks::refusals() {
        let world = World::with(ShopOptions { quirks, ..shop_options() }, roapp_options()).await;
        world.add_account("main").await;
        let told = world.refused(&["store", "add", &world.store_file(&[])]).await;
        assert!(told.contains("site_url: ") && told.contains("plan must include API access"), "{name}: {told}");
        assert_eq!(world.count("store").await, 0);
    }
}

#[tokio::test]
async fn a_roapp_that_does_not_answer_is_told_once_beside_the_store_s_faults() {
    let world = World::with_account().await;
    world.roapp.set_key("another");
    let told = world.refused(&["store", "add", &world.store_file(&[("currency", "currency = \"EUR\"")])]).await;
    assert!(told.contains("account: RO App cannot be read: RO App does not allow"), "{told}");
    assert!(told.contains("currency: ") && told.matches("\n  ").count() == 2, "{told}");
}

#[tokio::test]
async fn what_the_order_form_requires_is_told() {
    let world = World::with_account().await;
    world.roapp.staff().require_custom_field(603);
    let told = world.refused(&["store", "add", &world.store_file(&[])]).await;
    assert!(
        told.contains("custom_fields.f603: RO App requires f603 (Placed at)") && told.contains("{placed_at}"),
        "{told}"
    );
    world.ok(&["store", "add", &world.store_file(&[("f601", "f603 = \"{placed_at}\"")])]).await;
}

#[tokio::test]
async fn a_store_too_old_to_list_its_statuses_is_taken_with_the_stock_ones() {
    let quirks = CartumQuirks { no_status_list: true, ..CartumQuirks::default() };
    let world = World::with(ShopOptions { quirks, ..shop_options() }, roapp_options()).await;
    world.add_account("main").await;
    let told = world.refused(&["store", "add", &world.store_file(&[("6", "")])]).await;
    assert!(told.contains("status_map: the store's status 6 (Shipping)"), "{told}");
    let told = world.ok(&["store", "add", &world.store_file(&[])]).await;
    assert!(told.contains("note: status_map: the store is too old"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_too_old_for_its_currencies_too_is_told_from_one_whose_plan_has_no_api() {
    let undefined = r#"{"status": "UNDEFINED_FUNCTION", "response": {"message": "Undefined function"}}"#;
    for (call, adds) in [("currency/export", true), ("*", false)] {
        let quirks = CartumQuirks { no_status_list: true, ..CartumQuirks::default() };
        let world = World::with(ShopOptions { quirks, ..shop_options() }, roapp_options()).await;
        world.add_account("main").await;
        // The first call signs in.
        world.shop.faults().add(call, Fault::RefuseWith(200, undefined.into()), u32::from(call == "*"), u32::MAX);
        let added = world.run(&["store", "add", &world.store_file(&[])]).await;
        assert_eq!(added.success, adds, "{call}: {added:?}");
        assert!(adds || added.stderr.contains("plan must include API access"), "{added:?}");
    }
}

#[tokio::test]
async fn a_store_fits_whatever_shape_its_answers_have() {
    let mut tasks = JoinSet::new();
    let local = LocalSet::new();
    for (name, quirks) in CartumQuirks::each() {
        tasks.spawn_local_on(fits(name, ShopOptions { quirks, ..shop_options() }, roapp_options()), &local);
    }
    local.run_until(tasks.join_all()).await;
}

#[tokio::test]
async fn an_account_fits_whatever_shape_its_answers_have() {
    let mut tasks = JoinSet::new();
    let local = LocalSet::new();
    for (name, quirks) in RoAppQuirks::each() {
        tasks.spawn_local_on(fits(name, shop_options(), RoAppOptions { quirks, ..roapp_options() }), &local);
    }
    local.run_until(tasks.join_all()).await;
}

/// An account and a store can be added.
async fn fits(name: &'static str, shop: ShopOptions, roapp: RoAppOptions) {
    let world = World::with(shop, roapp).await;
    let url = world.roapp.base_url();
    let key = ["--api-key-file", "api.key", "--base-url", &url, "--calls-per-second", "1000"];
    let added = world.run(&[&["account", "add", "main"][..], &key].concat()).await;
    assert!(added.success, "{name}: {added:?}");
    let added = world.run(&["store", "add", &world.store_file(&[])]).await;
    assert!(added.success, "{name}: {added:?}");
}

#[tokio::test]
async fn a_store_that_does_not_show_its_currencies_is_taken_with_a_warning() {
    let world = World::with_account().await;
    let refusal = r#"{"status": "UNDEFINED_FUNCTION", "response": {"message": "no such function"}}"#;
    world.shop.faults().add("currency/export", Fault::RefuseWith(200, refusal.into()), 0, u32::MAX);
    let told = world.run(&["store", "add", &world.store_file(&[])]).await;
    assert!(told.success && told.stdout.contains("note: currency: the store shows no currency"), "{told:?}");
}
