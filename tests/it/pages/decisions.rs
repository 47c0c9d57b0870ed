//! What a person decides in a browser: an order that is held, values that changed on both sides, settings that others can look up.

use cartum_roapp::{
    db::orders::OrderState,
    domain::user::{Reach, Role},
    sandbox::roapp::SeedProduct,
};

use super::{
    browser::{Browser, View, is_there},
    set_up::{fields_of, set},
    site::Site,
    slips::pairs,
};
use crate::support::{
    eventually,
    followed::{follow, follow_of, line},
    world::{World, small},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_held_is_found_and_solved_in_a_browser() {
    if !is_there() {
        return;
    }
    for has_script in [true, false] {
        let followed = follow(&[line(1, "A-1", 100, 1)]).await;
        let world = &followed.world;
        // Somebody adds a product twice in RO App; then the store sells it.
        let staff = followed.staff();
        let product = || SeedProduct { article: "TWICE".into(), title: "Twice".into(), ..SeedProduct::default() };
        let (_, double) = (staff.add_product(product()), staff.add_product(product()));
        followed.edit_to(OrderState::Held, |order| order.lines.push(line(2, "TWICE", 30, 1))).await;
        let site = Site::open(world).await;
        site.add_user(world, "owner", Role::Admin, &Reach::Every).await;
        let browser = Browser::start(View { has_script, ..View::default() }).await;
        browser.sign_in(&site.url, "owner").await;
        browser.shows("1 order waits for you").await;
        browser.press("article p a").await;
        browser.shows("several products").await;
        browser.press("tbody a").await;
        browser.shows("Needs you").await;
        if has_script {
            browser.press("a[href$='/product']").await;
            browser.shows("Which product of RO App is").await;
            browser.press(&format!("input[value='{double}'] ~ button")).await;
            browser.shows("Your decision is being carried out").await;
        } else {
            followed.staff().delete_product(double).unwrap();
            browser.press("form[action$='/retry'] button").await;
            browser.shows("The order is on its way").await;
        }
        followed.rests(OrderState::Synced, None).await;
        let products: Vec<_> = followed.made().items.iter().map(|item| item.entity_id).collect();
        assert_eq!(products.contains(&double), has_script, "{products:?}");
        browser.goto(&format!("{}/stores/{}/orders/{}", site.url, world.store, followed.number)).await;
        browser.shows("In RO App").await;
        browser.shows(if has_script { "A person chose product" } else { "Retry requested" }).await;
        browser.close().await;
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_shown_with_both_values_and_decided_in_a_browser() {
    if !is_there() {
        return;
    }
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let world = &followed.world;
    followed.staff().edit_malfunction(followed.work_order, "Called the buyer").unwrap();
    followed.edit(|order| order.comment = "please call".into()).await;
    let site = Site::open(world).await;
    site.add_user(world, "owner", Role::Admin, &Reach::Every).await;
    let browser = Browser::start(View::default()).await;
    browser.sign_in(&site.url, "owner").await;
    browser.goto(&format!("{}/orders?state=conflicts", site.url)).await;
    browser.press("tbody a").await;
    browser.shows("Called the buyer").await;
    browser.shows("please call").await;
    browser.press("form[action$='/keep-store'] button").await;
    browser.shows("Your decision is being carried out").await;
    eventually("the store's value", async || followed.made().malfunction.contains("please call").then_some(())).await;
    eventually("the end of the conflict", async || followed.conflicts().await.is_empty().then_some(())).await;
    browser.goto(&format!("{}/orders?state=conflicts", site.url)).await;
    browser.shows("Nothing found").await;
    browser.close().await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changed_a_setting_stands_beside_it() {
    let world = World::imported_already(small(2)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let store = format!("/stores/{}", world.store);
    let mut fields = fields_of(&owner.get(&format!("{store}/edit")).await.text);
    set(&mut fields, "location_id", "12");
    set(&mut fields, "password", "sandbox-password");
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(owner.post_raw(&format!("{store}/edit"), &pairs).await.status, 303);
    owner.post(&store, &format!("{store}/pause"), &[]).await;
    let page = owner.get(&store).await.text;
    let changes = page.split("Changes of settings").nth(1).unwrap();
    assert!(changes.contains("owner") && changes.contains("Password: changed"), "{changes}");
    assert!(changes.contains("State: active → paused"), "{changes}");
    let moved = changes.split("Location: ").nth(1).unwrap().split('<').next().unwrap();
    assert!(moved.contains(" → ") && !moved.contains("12"), "names, not ids: {moved}");
    assert!(!page.contains("sandbox-password"));
    let kept: String = sqlx::query_scalar("SELECT jsonb_agg(c)::text FROM setting_change c")
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    assert!(!kept.contains("sandbox-password"), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_shows_how_fresh_its_work_orders_are() {
    let world = World::imported_already(small(4)).await;
    // An order of the second in which the store was connected counts as one of the import.
    let earlier = "UPDATE store SET connected_at = connected_at - interval '2 seconds'";
    sqlx::query(earlier).execute(world.database.pool()).await.unwrap();
    let followed = follow_of(world, &[line(1, "A-1", 100, 1)]).await;
    let site = Site::open(&followed.world).await;
    let mut owner = site.owner(&followed.world).await;
    let page = owner.get(&format!("/stores/{}", followed.world.store)).await.text;
    assert!(page.contains("half of the 1 new orders") && page.contains("<rect "), "{page}");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_mapping_names_the_open_orders_that_differ_and_moves_them_only_if_asked() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.edit(|order| order.status = 2).await;
    let world = &followed.world;
    let site = Site::open(world).await;
    let mut owner = site.owner(world).await;
    let page = format!("/stores/{}/statuses", world.store);
    let mut change = async |to: &str, remapped: &str| {
        let mut fields = fields_of(&owner.get(&page).await.text);
        set(&mut fields, "status_map.2", to);
        let before = world.store().await.settings;
        let asked = owner.post_raw(&page, &pairs(&fields)).await;
        assert_eq!(asked.status, 200, "{}", asked.text);
        assert!(asked.text.contains("in RO App than the new mapping gives"), "{}", asked.text);
        assert!(asked.text.contains(&format!("/orders/{}\"", followed.number)), "{}", asked.text);
        assert_eq!(world.store().await.settings, before, "nothing is saved yet");
        let mut fields = fields_of(&asked.text);
        set(&mut fields, "remapped", remapped);
        let saved = owner.post_raw(&page, &pairs(&fields)).await;
        assert_eq!(saved.status, 303, "{}", saved.text);
        saved.location().to_owned()
    };
    let status = || followed.made().status_id;
    let made = status();
    assert!(change("505", "leave").await.ends_with("told=saved"));
    assert_eq!(status(), made);
    assert!(change("504", "resync").await.contains("told=saved-and-compared&n="));
    eventually("the new status", || async { (status() == 504).then_some(()) }).await;
    assert!(followed.conflicts().await.is_empty());

    // What staff moved on is not among them.
    followed.staff().set_status(followed.work_order, 505).unwrap();
    followed.tells("to 505").await;
    let mut fields = fields_of(&owner.get(&page).await.text);
    set(&mut fields, "status_map.2", "503");
    let other = owner.post_raw(&page, &pairs(&fields)).await;
    assert!(!other.text.contains(&format!("/orders/{}\"", followed.number)), "{}", other.text);
    followed.staff().set_status(followed.work_order, 504).unwrap();
    followed.tells("from 505").await;

    // The command says the same, and what to do.
    let told = world.program("command").run(&["store", "edit", "Sandbox shop", "status_map.2=503"]).await;
    let next = "to compare again: cartum-roapp order resync \"Sandbox shop\" ";
    let numbers = told.stdout.split(next).nth(1).unwrap_or_else(|| panic!("{told:?}"));
    assert!(numbers.split_whitespace().any(|number| number == followed.number.to_string()), "{told:?}");
    followed.daemon.stop().await;
}
