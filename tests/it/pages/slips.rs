//! What people stumble over: forms that are sent while a side is away, addresses that lead elsewhere, lists that say too little.

use cartum_roapp::{
    domain::{
        ids::Id,
        store::{Managers, UnknownProducts},
        user::{Reach, Role},
    },
    sandbox::{faults::Fault, seed::order::ShopOrder},
};

use super::{
    set_up::{fields_of, set},
    site::{PASSWORD, Site},
};
use crate::support::world::{World, small};

pub(super) fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_leads_to_no_other_site() {
    let world = World::new(small(1)).await;
    let site = Site::open(&world).await;
    site.add_user(&world, "owner", Role::Admin, &Reach::Every).await;
    for next in ["//evil.example", "/\t/evil.example", "https://evil.example", "/\\evil.example", "\u{1}/x"] {
        let mut visitor = site.visitor();
        let fields = [("name", "owner"), ("password", PASSWORD), ("next", next)];
        let answer = visitor.post("/sign-in", "/sign-in", &fields).await;
        assert_eq!((answer.status, answer.location()), (303, "/"), "{next:?}");
    }
    let mut visitor = site.visitor();
    let fields = [("name", "owner"), ("password", PASSWORD), ("next", "/orders?state=held")];
    assert_eq!(visitor.post("/sign-in", "/sign-in", &fields).await.location(), "/orders?state=held");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_keeps_what_ro_app_does_not_list_any_more_and_what_is_not_changed() {
    let world = World::imported_with(small(4), |settings| {
        settings.unknown_products = UnknownProducts::Hold;
        settings.ad_campaign_id = Some(Id::new(31));
    })
    .await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let edit = format!("/stores/{}/edit", world.store);
    // An employee leaves, who is one of the managers.
    world.sandbox.roapp.staff().deactivate_employee(22).unwrap();
    let before = world.store().await.settings;
    let fields = fields_of(&owner.get(&edit).await.text);
    let kept = owner.post_raw(&edit, &pairs(&fields)).await;
    assert!(kept.status == 422 && kept.text.contains("not active"), "{}", kept.text);
    assert_eq!(world.store().await.settings, before, "nothing was saved, and nothing was dropped");
    world.sandbox.roapp.staff().activate_employee(22).unwrap();
    let saved = owner.post_raw(&edit, &pairs(&fields)).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    assert_eq!(world.store().await.settings, before, "an edit that changes nothing changes nothing");
    assert_eq!(before.managers, Managers::Selected(vec![Id::new(21), Id::new(22)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_saved_meanwhile_is_not_overwritten_unseen() {
    let world = World::imported_already(small(2)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    for (page, setting, own, other) in [
        ("edit", "due_in_days", "3", "8"),
        ("edit", "name", "Mine", "Theirs"),
        ("statuses", "status_map.5", "initial", "506"),
    ] {
        let page = format!("/stores/{}/{page}", world.store);
        let opened = fields_of(&owner.get(&page).await.text);
        let with = |fields: &[(String, String)], value: &str| {
            let mut fields = fields.to_vec();
            set(&mut fields, setting, value);
            fields
        };
        let theirs = owner.post_raw(&page, &pairs(&with(&opened, other))).await;
        assert_eq!(theirs.status, 303, "{}", theirs.text);
        let saved = world.store().await.settings;
        let mine = owner.post_raw(&page, &pairs(&with(&opened, own))).await;
        assert!(mine.status == 422 && mine.text.contains("omebody else changed the settings"), "{}", mine.text);
        assert_eq!(world.store().await.settings, saved, "{setting}: nothing was overwritten");
        let entered = fields_of(&mine.text);
        assert!(pairs(&entered).contains(&(setting, own)), "{setting}: nothing that was entered is lost");
        assert_eq!(owner.post_raw(&page, &pairs(&entered)).await.status, 303);
        assert_ne!(world.store().await.settings, saved, "{setting}: whoever was told may overwrite");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_while_ro_app_is_away_loses_nothing() {
    let world = World::imported_with(small(4), |settings| settings.due_in_days = Some(9)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let edit = format!("/stores/{}/edit", world.store);
    let mut fields = fields_of(&owner.get(&edit).await.text);
    set(&mut fields, "name", "Renamed");
    // The lists were read a moment ago; they are asked for again where settings are tested.
    world.sandbox.roapp.faults().add("GET /v2/company/locations", Fault::Refuse(500), 0, 1_000);
    let failed = owner.post_raw(&edit, &pairs(&fields)).await;
    assert_eq!(failed.status, 422, "{}", failed.text);
    world.sandbox.roapp.faults().clear();
    let mut again = fields_of(&failed.text);
    again.retain(|(name, _)| name != "password");
    let saved = owner.post_raw(&edit, &pairs(&again)).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let settings = world.store().await.settings;
    assert_eq!((settings.name.as_str(), settings.due_in_days), ("Renamed", Some(9)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_not_sent_to_an_address_that_somebody_only_typed() {
    let world = World::imported_already(small(2)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let edit = format!("/stores/{}/edit", world.store);
    let mut fields = fields_of(&owner.get(&edit).await.text);
    let trap = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    set(&mut fields, "site_url", &format!("http://{}", trap.local_addr().unwrap()));
    let refused = owner.post_raw(&edit, &pairs(&fields)).await;
    assert!(refused.status == 422 && refused.text.contains("enter the password again"), "{}", refused.text);
    let nobody = tokio::time::timeout(std::time::Duration::from_millis(1), trap.accept()).await;
    assert!(nobody.is_err(), "somebody called");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_searched_by_number_name_and_phone_and_asked_of_the_store_where_it_is_not_here() {
    let world = World::imported_already(small(12)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let here: Vec<_> = world.orders().await.iter().map(|order| order.number.get()).collect();
    let has_contact =
        |order: &&ShopOrder| here.contains(&order.id) && !order.phone.is_empty() && !order.email.is_empty();
    let order = world.sandbox.shop.data().orders.values().find(has_contact).unwrap().clone();
    let digits: String = order.phone.chars().filter(char::is_ascii_digit).collect();
    let last = &digits[digits.len() - 7..];
    let first = order.name.split_whitespace().next().unwrap();
    for query in [order.id.to_string(), last.to_owned(), order.phone.clone(), first.to_uppercase(), order.email.clone()]
    {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let found = owner.get(&format!("/orders?q={query}")).await;
        assert!(found.text.contains(&format!("/orders/{}\"", order.id)), "{query}: {}", found.text);
    }
    let none = owner.get("/orders?q=99999999").await;
    let link = none.text.split("href=\"/orders/find").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let asked = owner.get(&format!("/orders/find{link}")).await;
    assert!(asked.status == 200 && asked.text.contains("the store has no such order"), "{}", asked.text);
    for odd in ["/stores/none", "/orders/find?number=x", "/stores/1/orders/x"] {
        let answer = owner.get(odd).await;
        assert!((400..500).contains(&answer.status) && answer.text.contains("no such page"), "{odd}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_reaches_what_was_chosen_also_after_a_slip() {
    let world = World::new(small(1)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let account = world.store().await.account.to_string();
    let slip = [("name", "OWNER"), ("role", "viewer"), ("reach", "some"), ("accounts", account.as_str())];
    let taken = owner.post("/users", "/users", &slip).await;
    assert!(taken.status == 422 && taken.text.contains("already"), "{}", taken.text);
    let fields = fields_of(&taken.text);
    assert!(
        fields.contains(&("reach".into(), "some".into())) && fields.contains(&("accounts".into(), account.clone()))
    );
    let none = owner.post("/users", "/users", &[("name", "nobody"), ("reach", "some")]).await;
    assert!(none.status == 422 && none.text.contains("at least one account"), "{}", none.text);
    let mut fields = fields;
    set(&mut fields, "name", "Олена");
    let added = owner.post_raw("/users", &pairs(&fields)).await;
    assert!(added.status == 200 && added.text.contains("/welcome/"), "{}", added.text);
    let again = owner.post("/users", "/users", &[("name", "олена"), ("reach", "every")]).await;
    assert_eq!(again.status, 422, "the same name in any case, in any script");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_gets_another_name_and_rate_and_refuses_what_is_wrong_at_its_field() {
    let world = World::imported_already(small(2)).await;
    world.beside("taken", small(1)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let page = format!("/accounts/{}", world.store().await.account);
    let settings = format!("{page}/settings");
    for (name, rate, why) in [
        ("", "auto", "is empty"),
        ("taken", "auto", "taken"),
        ("Workshop", "fast", "out of range"),
        ("Workshop", "0", "out of range"),
    ] {
        let fields = [("name", name), ("calls_per_second", rate), ("webhook_secret", "")];
        let refused = owner.post(&page, &settings, &fields).await;
        assert_eq!(refused.status, 422, "{name} {rate}");
        let wrong = refused.text.split("class=\"wrong\"").nth(1).unwrap_or_else(|| panic!("{why}: {}", refused.text));
        assert!(wrong.split("</p>").next().unwrap().to_lowercase().contains(why), "{why}: {wrong}");
        assert!(refused.text.contains(&format!("value=\"{name}\"")), "what was typed stays");
    }
    let fields = [("name", "Workshop"), ("calls_per_second", "2.5"), ("webhook_secret", "sandbox-signs")];
    assert_eq!(owner.post(&page, &settings, &fields).await.status, 303);
    let shown = owner.get(&page).await.text;
    assert!(shown.contains("<h1>Workshop</h1>") && shown.contains("value=\"2.5\""), "{shown}");
    assert!(shown.contains("Webhook secret: changed") && !shown.contains("sandbox-signs"), "{shown}");
    // The command line does the same.
    let done = world.program("command").run(&["account", "edit", "Workshop", "--rename", "Main"]).await;
    assert!(done.success && done.stdout.contains("saved the account \"Main\""), "{done:?}");
}
