//! The rehearsal of an import in a real browser, and what a person decides about orders that RO App has already.

use cartum_roapp::{
    db::orders::OrderState,
    domain::user::{Reach, Role},
    sandbox::world::SandboxOptions,
};

use super::{
    browser::{Browser, View, is_there},
    site::Site,
};
use crate::{
    rehearsal::{brought_by_another, prepared, shop},
    support::{
        eventually,
        world::{World, small},
    },
};

async fn rehearse(has_script: bool) {
    let (world, numbers) = shop(8).await;
    let [link, skip, create, ..] = numbers[..] else { panic!("{numbers:?}") };
    let theirs = [link, skip, create].map(|number| brought_by_another(&world, number, &format!("Order #{number}")));
    let site = Site::open(&world).await;
    site.add_user(&world, "owner", Role::Admin, &Reach::Every).await;
    let browser = Browser::start(View { has_script, ..View::default() }).await;
    browser.sign_in(&site.url, "owner").await;
    let import = format!("{}/stores/{}/import", site.url, world.store);
    browser.goto(&import).await;
    browser.shows("shows what the import would do").await;
    browser.press("form[action$='/rehearsal'] button").await;
    browser.shows("3 orders may already be in RO App").await;
    browser.shows("Article (SKU)").await;
    browser.press("main a.button[href$='/doubles']").await;
    browser.shows("3 orders wait for your decision").await;
    browser.press(&format!("#o{link} button[value^='link-']")).await;
    browser.shows("1 order is decided").await;
    browser.press(&format!("#o{skip} button[value='skip']")).await;
    browser.shows("1 order is decided").await;
    browser.press("main p a.button[href$='/import']").await;
    browser.shows("1 order may already be in RO App").await;
    browser.press("form[action$='/import'] button").await;
    let daemon = world.daemon();
    browser.shows("The import is finished").await;
    assert_eq!(world.rests(link, OrderState::Synced).await.work_order, Some(theirs[0]));
    world.rests(skip, OrderState::Excluded).await;
    world.rests(create, OrderState::Held).await;

    // The third is decided on its own page.
    browser.goto(&format!("{}/stores/{}/orders/{create}", site.url, world.store)).await;
    browser.shows("Already in RO App?").await;
    browser.press("button[value='create']").await;
    browser.shows("Your decision is being carried out").await;
    assert!(world.rests(create, OrderState::Synced).await.work_order.is_some_and(|id| !theirs.contains(&id)));
    daemon.stop().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_rehearsed_and_a_double_linked_in_a_browser() {
    if is_there() {
        rehearse(true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_rehearsed_and_a_double_linked_in_a_browser_without_javascript() {
    if is_there() {
        rehearse(false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_doubles_are_decided_at_once_and_what_cannot_be_is_told() {
    let (world, numbers) = shop(4).await;
    let [first, second, ..] = numbers[..] else { panic!("{numbers:?}") };
    let both = brought_by_another(&world, first, &format!("Orders #{first} #{second}"));
    brought_by_another(&world, second, &format!("Order #{second}"));
    let site = Site::open(&world).await;
    let mut owner = site.signed_in(&world, "owner", Role::Admin, &Reach::Every).await;
    let (import, doubles) = (format!("/stores/{}/import", world.store), format!("/stores/{}/doubles", world.store));
    owner.post(&import, &format!("/stores/{}/rehearsal", world.store), &[]).await;
    rehearsed(&world).await;
    let answer = owner.post(&doubles, &doubles, &[("all", "1"), ("decision", "link")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("one of several work orders"), "{}", answer.text);
    let taken = [("number", second.to_string()), ("decision", format!("link-{both}"))];
    let taken = taken.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert!(owner.post(&doubles, &doubles, &taken).await.text.contains("another order"));
    for wrong in [[("number", "x"), ("decision", "skip")], [("number", "1"), ("decision", "link-x")]] {
        assert_eq!(owner.post(&doubles, &doubles, &wrong).await.status, 404);
    }
    assert_eq!(owner.post(&doubles, &doubles, &[("all", "1"), ("decision", "skip")]).await.status, 303);
    assert!(owner.get(&import).await.text.contains("No order of the import waits"));
}

/// A store beside that of a site's, whose import is rehearsed and not begun.
pub(super) async fn draft_beside(world: &World, site: &Site) -> World {
    let (draft, numbers) = prepared(world.beside("draft", SandboxOptions { days: 20, ..small(12) }).await);
    for number in &numbers[..3] {
        brought_by_another(&draft, *number, &format!("Order #{number}"));
    }
    let mut visitor = site.signed_in(world, "drafter", Role::Admin, &Reach::Every).await;
    visitor.post(&format!("/stores/{}/import", draft.store), &format!("/stores/{}/rehearsal", draft.store), &[]).await;
    rehearsed(&draft).await;
    draft
}

async fn rehearsed(world: &World) {
    eventually("the end of the rehearsal", async || {
        let shown = cartum_roapp::admin::rehearsal(world.database.pool(), &world.store().await).await.unwrap();
        matches!(shown, cartum_roapp::admin::RehearsalView::Ended(_)).then_some(())
    })
    .await;
}
