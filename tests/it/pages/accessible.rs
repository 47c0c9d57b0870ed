//! Every page with a keyboard, with a screen reader, and within its limits of size and time: what axe-core finds, and no more than that.

use std::time::Duration;

use cartum_roapp::domain::user::{Reach, Role};
use tokio::time::Instant;

use super::{
    browser::{Browser, View, is_there},
    rehearsal::draft_beside,
    site::{Site, every_page, pages_of_draft},
};
use crate::support::world::{World, small};

/// axe-core 4.14.1 (MPL 2.0, see its head).
const AXE: &str = include_str!("../../fixtures/axe.min.js");
/// The largest page, in bytes.
const LARGEST: usize = 50 << 10;

#[tokio::test(flavor = "multi_thread")]
async fn no_page_has_a_serious_fault_for_those_who_cannot_see_or_point() {
    if !is_there() {
        return;
    }
    let world = World::imported_already(small(12)).await;
    let site = Site::open(&world).await;
    site.add_user(&world, "owner", Role::Admin, &Reach::Every).await;
    let mut pages = every_page(&world).await;
    let draft = draft_beside(&world, &site).await;
    pages.extend(pages_of_draft(&draft));
    for view in [View::default(), View { width: 360, is_dark: true, ..View::default() }] {
        let browser = Browser::start(view).await;
        let mut found = check(&browser, &format!("{}/sign-in", site.url)).await;
        browser.sign_in(&site.url, "owner").await;
        for (_, path) in &pages {
            found.extend(check(&browser, &format!("{}{path}", site.url)).await);
            let wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth").await;
            assert!(wide.as_i64().unwrap() <= 0, "{path} is wider than the window ({view:?})");
        }
        browser.close().await;
        assert!(found.is_empty(), "{view:?}: {found:#?}");
    }
}

/// The serious faults of a page.
async fn check(browser: &Browser, url: &str) -> Vec<String> {
    const RUN: &str = "const done = arguments[arguments.length - 1]; axe.run(document).then(r => done(r.violations \
        .filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' '))))";
    browser.goto(url).await;
    browser.page.execute(AXE, vec![]).await.unwrap();
    let found = browser.page.execute_async(RUN, vec![]).await.unwrap();
    let found: Vec<String> = serde_json::from_value(found).unwrap();
    found.into_iter().map(|fault| format!("{url}: {fault}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_small_and_needs_nothing_from_elsewhere() {
    let world = World::imported_already(small(60)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    for (name, path) in every_page(&world).await {
        let page = owner.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text.len() < LARGEST, "{name}: {} bytes", page.text.len());
        let outside = ["src=\"http", "href=\"http", "url(http", "//cdn"].iter().find(|part| {
            // A link that a person follows is no request.
            page.text.split(**part).skip(1).any(|_| !page.text.contains("rel=\"noreferrer\""))
        });
        assert!(outside.is_none(), "{name} asks for {outside:?}");
    }
    // The best of some, since others work on this machine, too.
    let mut quickest = Duration::MAX;
    for _ in 0..20 {
        let begun = Instant::now();
        owner.get("/stores").await;
        quickest = quickest.min(begun.elapsed());
    }
    assert!(quickest < Duration::from_millis(50), "{quickest:?}");
}
