//! The set-up in a real browser: account, store in two steps, import to its end, and what happens where something is wrong.

use cartum_roapp::{
    domain::user::{Reach, Role},
    sandbox::world::SandboxOptions,
};

use super::{
    browser::{Browser, View, is_there},
    site::Site,
};
use crate::support::{
    eventually,
    world::{World, small},
};

/// The account and the store are removed: a person sets everything up.
async fn bare(options: SandboxOptions) -> (World, Site) {
    let world = World::new(options).await;
    let (store, pool) = (world.store().await, world.database.pool());
    cartum_roapp::admin::remove_store(pool, &store, &cartum_roapp::admin::By::CommandLine).await.unwrap();
    let account = cartum_roapp::admin::find_account(pool, "main").await.unwrap();
    cartum_roapp::admin::remove_account(pool, &account, &cartum_roapp::admin::By::CommandLine).await.unwrap();
    let site = Site::open(&world).await;
    site.add_user(&world, "owner", Role::Admin, &Reach::Every).await;
    (world, site)
}

async fn choose(browser: &Browser, select: &str, value: &str) {
    browser.press(&format!("#{select} option[value='{value}']")).await;
}

/// Account, store, statuses, import: with JavaScript and without.
async fn set_up(has_script: bool) {
    let (world, site) = bare(small(12)).await;
    let daemon = world.daemon();
    let browser = Browser::start(View { has_script, ..View::default() }).await;
    browser.sign_in(&site.url, "owner").await;
    browser.shows("First connect a RO App account").await;

    // A wrong key is told at its field; what was typed stays.
    browser.press("main a.button").await;
    browser.fill("name", "workshop").await;
    browser.fill("api_key", "no such key").await;
    browser.press("details summary").await;
    browser.fill("base_url", &world.sandbox.roapp.base_url()).await;
    browser.press("main form button").await;
    browser.shows("check the API key").await;
    assert_eq!(browser.value("name").await, "workshop");
    browser.fill("api_key", "sandbox-key").await;
    browser.press("main form button").await;
    browser.shows("The account is connected").await;

    // The first step: each error stands at its field, nothing typed is lost but the password.
    browser.press("main .card a.button").await;
    browser.fill("name", "My shop").await;
    browser.fill("site_url", &world.sandbox.shop.site_url()).await;
    browser.fill("login", "sync-manager").await;
    browser.fill("password", "not this one").await;
    choose(&browser, "location_id", "11").await;
    choose(&browser, "order_type_id", "71").await;
    choose(&browser, "line_executor_id", "24").await;
    choose(&browser, "product_category_id", "5").await;
    browser.press("main form .row button").await;
    browser.shows("refused the login").await;
    assert_eq!(browser.value("site_url").await, world.sandbox.shop.site_url());
    assert_eq!(browser.value("password").await, "");
    assert_eq!(browser.wrong_fields().await, ["login"]);
    browser.fill("password", "sandbox-password").await;
    browser.press("main form .row button").await;

    // The second step: what means the same is chosen already.
    browser.shows("Step 2 of 2").await;
    let chosen = browser.value_of("select[name='status_map.4']").await;
    assert_eq!(chosen, "507", "canceled");
    browser.press("select[name='status_map.5'] option[value='503']").await;
    browser.press("main form .row button").await;
    browser.shows("Left out").await;
    browser.shows("No order of the import waits for your decision").await;
    assert_eq!(world.sandbox.roapp.data().orders.len(), 0, "nothing is written before that");
    browser.press("form[action$='/import'] button").await;
    browser.shows("The import is finished").await;
    browser.shows("The newest in RO App").await;
    let made = world.sandbox.roapp.data().orders.len();
    assert!(made > 2, "{made}");
    browser.press("main a.button").await;
    browser.shows("In RO App").await;
    daemon.stop().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_set_up_and_imported_in_a_browser() {
    if is_there() {
        set_up(true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_set_up_and_imported_in_a_browser_without_javascript() {
    if is_there() {
        set_up(false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_edited_statuses_changed_and_a_store_is_deleted_by_its_name() {
    let world = World::imported_already(small(6)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let store = format!("/stores/{}", world.store);
    let form = owner.get(&format!("{store}/edit")).await;
    let mut fields = fields_of(&form.text);
    assert!(fields.contains(&("login".to_owned(), "sync-manager".to_owned())), "{fields:?}");
    set(&mut fields, "name", "Renamed shop");
    set(&mut fields, "due_in_days", "400");
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let wrong = owner.post_raw(&format!("{store}/edit"), &pairs).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("0 to 365") && wrong.text.contains("value=\"Renamed shop\""), "{}", wrong.text);
    assert_eq!(world.store().await.settings.name, "Sandbox shop", "nothing was saved");
    set(&mut fields, "due_in_days", "4");
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = owner.post_raw(&format!("{store}/edit"), &pairs).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let before = world.store().await.settings;
    assert_eq!((before.name.as_str(), before.due_in_days), ("Renamed shop", Some(4)));
    assert_eq!(before.managers, super::set_up::managers(), "what the form shows is what it saves");

    // Statuses: all that the form shows comes back as it was, but for what is changed.
    let form = owner.get(&format!("{store}/statuses")).await;
    let mut fields = fields_of(&form.text);
    set(&mut fields, "write_back.504", "4");
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let refused = owner.post_raw(&format!("{store}/statuses"), &pairs).await;
    assert!(refused.status == 422 && refused.text.contains("goods"), "{}", refused.text);
    set(&mut fields, "allow_store_status_4", "true");
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = owner.post_raw(&format!("{store}/statuses"), &pairs).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let after = world.store().await.settings;
    assert_eq!((&after.status_map, &after.excluded_statuses), (&before.status_map, &before.excluded_statuses));
    assert_eq!(after.write_back.len(), before.write_back.len() + 1);

    let delete = format!("{store}/delete");
    let other = owner.post(&delete, &delete, &[("name", "Another shop")]).await;
    assert!(other.status == 422 && other.text.contains("not the store"), "{}", other.text);
    let deleted = owner.post(&delete, &delete, &[("name", "Renamed shop")]).await;
    assert_eq!(deleted.status, 303);
    assert_eq!(owner.get(&store).await.status, 404);
    let pool = world.database.pool();
    eventually("the end of the store", async || {
        cartum_roapp::admin::store_by_id(pool, world.store).await.unwrap().is_none().then_some(())
    })
    .await;
}

/// A store is renamed and deleted in a browser.
async fn edit_and_delete(has_script: bool) {
    let world = World::imported_already(small(2)).await;
    let site = Site::open(&world).await;
    site.add_user(&world, "owner", Role::Admin, &Reach::Every).await;
    let browser = Browser::start(View { has_script, ..View::default() }).await;
    browser.sign_in(&site.url, "owner").await;
    browser.goto(&format!("{}/stores/{}", site.url, world.store)).await;
    browser.press("a[href$='/edit']").await;
    assert_eq!(browser.value("name").await, "Sandbox shop");
    browser.fill("name", "Renamed shop").await;
    browser.fill("login", "somebody").await;
    browser.fill("password", "sandbox-password").await;
    browser.press("main form .row button").await;
    browser.shows("refused the login").await;
    assert_eq!(browser.value("name").await, "Renamed shop");
    browser.fill("login", "sync-manager").await;
    browser.fill("password", "sandbox-password").await;
    browser.press("main form .row button").await;
    browser.shows("Saved").await;
    browser.press("a[href$='/delete']").await;
    browser.fill("name", "Another shop").await;
    browser.press("button.danger").await;
    browser.shows("not the store").await;
    browser.fill("name", "Renamed shop").await;
    browser.press("button.danger").await;
    browser.shows("The store is deleted").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_edited_and_deleted_in_a_browser() {
    if is_there() {
        edit_and_delete(true).await;
        edit_and_delete(false).await;
    }
}

/// The managers of the tests' store.
pub(super) fn managers() -> cartum_roapp::domain::store::Managers {
    use cartum_roapp::domain::{ids::Id, store::Managers};
    Managers::Selected(vec![Id::new(21), Id::new(22)])
}

/// Fills in a field.
pub(super) fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}

/// What a browser would send of the last form of a page.
pub(super) fn fields_of(page: &str) -> Vec<(String, String)> {
    let form = page.rsplit("<form ").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let found = tag.split(&format!("{name}=\"")).nth(1).map(|rest| rest.split('"').next().unwrap());
        found.map(|value| value.replace("&#34;", "\"").replace("&#39;", "'").replace("&amp;", "&"))
    };
    let (mut fields, mut is_first) = (Vec::new(), false);
    for tag in form.split('<').skip(1) {
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        let name = attribute(tag, " name");
        match (tag.split([' ', '>']).next().unwrap(), name) {
            ("input", Some(name)) => {
                let is_choice = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
                if !is_choice || tag.contains(" checked") {
                    fields.push((name, attribute(tag, " value").unwrap_or_default()));
                }
            }
            ("select", Some(name)) => {
                is_first = true;
                fields.push((name, String::new()));
            }
            ("option", _) => {
                if is_first || tag.contains(" selected") {
                    fields.last_mut().unwrap().1 = attribute(tag, "value").unwrap();
                }
                is_first = false;
            }
            _ => {}
        }
    }
    fields
}
