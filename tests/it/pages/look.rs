//! Pictures of every page, to be looked at: in each language, narrow and wide, light and dark.

use std::path::PathBuf;

use cartum_roapp::domain::user::{Reach, Role};

use super::{
    browser::{Browser, View, is_there},
    rehearsal::draft_beside,
    site::{Site, every_page, pages_of_draft},
};
use crate::support::world::{World, small};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes pictures, which somebody has to look at"]
async fn pictures() {
    if !is_there() {
        return;
    }
    let world = World::imported_already(small(30)).await;
    let site = Site::open(&world).await;
    site.add_user(&world, "owner", Role::Admin, &Reach::Every).await;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let mut pages = every_page(&world).await;
    let draft = draft_beside(&world, &site).await;
    pages.extend(pages_of_draft(&draft));
    for (width, is_dark) in [(1280, false), (360, true), (360, false), (1280, true)] {
        let browser = Browser::start(View { width, is_dark, ..View::default() }).await;
        browser.goto(&format!("{}/sign-in", site.url)).await;
        let shade = if is_dark { "dark" } else { "light" };
        browser.picture(&folder.join(format!("sign-in-{width}-{shade}.png")), width).await;
        browser.sign_in(&site.url, "owner").await;
        for language in ["en", "pt", "uk"] {
            let select = format!("select[name=language] option[value={language}]");
            browser.press(&select).await;
            for (name, path) in &pages {
                browser.goto(&format!("{}{path}", site.url)).await;
                browser.picture(&folder.join(format!("{name}-{width}-{shade}-{language}.png")), width).await;
            }
        }
        browser.close().await;
    }
}
