//! Signing in, and what guards it.

use cartum_roapp::{
    admin,
    domain::user::{Reach, Role},
};

use super::site::{Answer, PASSWORD, Site, token};
use crate::support::{
    TestDatabase, eventually,
    world::{World, small},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_user_sets_a_password_with_a_link_that_works_once() {
    let world = World::new(small(1)).await;
    let site = Site::open(&world).await;
    let pool = world.database.pool();
    let invitation = admin::first_invitation(pool).await.unwrap().unwrap();
    let link = invitation.url("").expose().to_owned();
    let mut visitor = site.visitor();
    assert!(visitor.get("/").await.location().starts_with("/stores"));
    assert!(visitor.get("/stores").await.location().starts_with("/sign-in?next=%2Fstores"));

    let weak = visitor.post(&link, &link, &[("name", "olena"), ("password", "short")]).await;
    assert_eq!(weak.status, 422);
    assert!(weak.text.contains("fewer than 10 characters") && weak.text.contains("value=\"olena\""), "{}", weak.text);
    let nameless = visitor.post(&link, &link, &[("name", " "), ("password", PASSWORD)]).await;
    assert!(nameless.status == 422 && nameless.text.contains("enter a name"), "{}", nameless.text);

    let done = visitor.post(&link, &link, &[("name", "olena"), ("password", PASSWORD)]).await;
    assert_eq!((done.status, done.location()), (303, "/stores?told=welcome"));
    assert!(done.set_cookies.iter().all(|cookie| cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax")));
    assert_eq!(visitor.get("/stores").await.status, 200);

    let mut other = site.visitor();
    let again = other.get(&link).await;
    assert!(again.status == 410 && again.text.contains("no longer works"), "{}", again.text);
    assert!(admin::first_invitation(pool).await.unwrap().is_none(), "there is a user now");
    let wrong = other.sign_in("olena", "correct horse").await;
    assert!(wrong.status == 422 && wrong.text.contains("name or the password is wrong"), "{}", wrong.text);
    assert!(!wrong.text.contains("correct horse"), "a password is never shown again");
    assert_eq!(other.sign_in("Olena", PASSWORD).await.status, 303, "a name is the same in any case");

    // Signing out ends the session itself, not only the cookie.
    let kept = other.clone();
    assert_eq!(other.post("/stores", "/sign-out", &[]).await.status, 303);
    assert_eq!(kept.clone().get("/stores").await.status, 303);
    assert_eq!(visitor.get("/stores").await.status, 200, "the other browser stays signed in");
    visitor.post("/me", "/me/sessions", &[]).await;
    assert_eq!(visitor.get("/stores").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_only_from_a_page_of_the_same_session() {
    let world = World::imported_already(small(1)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let pause = format!("/stores/{}/pause", world.store);
    let page = owner.get(&format!("/stores/{}", world.store)).await;
    let right = token(&page.text);
    for (fields, headers) in [
        (vec![], vec![]),
        (vec![("form_token", "0123")], vec![]),
        (vec![("form_token", right.as_str())], vec![("sec-fetch-site", "cross-site")]),
        (vec![("form_token", right.as_str())], vec![("sec-fetch-site", "same-site")]),
        (vec![("form_token", right.as_str())], vec![("origin", "https://evil.example")]),
    ] {
        let mut forged = owner.clone();
        forged.headers = headers.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        assert_eq!(forged.post_raw(&pause, &fields).await.status, 403, "{fields:?} {:?}", forged.headers);
    }
    let other = site.signed_in(&world, "other", Role::Admin, &Reach::Every).await;
    assert_eq!(other.clone().post_raw(&pause, &[("form_token", &right)]).await.status, 403, "of another session");
    assert_eq!(world.store().await.state.word(), "active");
    owner.headers = vec![("sec-fetch-site", "same-origin".to_owned())];
    assert_eq!(owner.post_raw(&pause, &[("form_token", &right)]).await.status, 303);
    assert_eq!(world.store().await.state.word(), "paused");
    // Signing in is no less guarded: somebody could be signed in as somebody else without knowing.
    let mut stranger = site.visitor();
    let forged = stranger.post_raw("/sign-in", &[("name", "owner"), ("password", PASSWORD)]).await;
    assert_eq!(forged.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_forbids_what_it_does_not_need() {
    let world = World::new(small(1)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let found = owner.get("/assets/x/none.js").await;
    assert_eq!(found.status, 404);
    for path in ["/stores", "/sign-in", "/nothing", "/welcome/none"] {
        let headers = owner.get(path).await.headers;
        let header = |name: &str| headers.get(name).cloned().unwrap_or_default();
        assert!(header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("cache-control"), "no-store");
    }
    let page = owner.get("/stores").await.text;
    assert!(!page.contains("style=") && !page.contains("onclick") && !page.contains("<script>"), "{page}");
    let style = page.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let style = owner.get(&style).await;
    assert!(style.status == 200 && style.headers["cache-control"].contains("immutable"), "{:?}", style.headers);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_go_no_way_that_is_not_encrypted() {
    let world = World::new(small(1)).await;
    let site = Site::with(&world, &[("HTTP__TRUSTED_PROXY", "127.0.0.1")]).await;
    let mut visitor = site.visitor();
    visitor.headers = vec![("host", "shop.example.com".to_owned())];
    let plain = visitor.get("/sign-in").await;
    assert!(plain.status == 403 && plain.text.contains("http.trusted_proxy"), "{}", plain.text);
    visitor.headers.push(("x-forwarded-proto", "https".to_owned()));
    let encrypted = visitor.get("/sign-in").await;
    assert_eq!(encrypted.status, 200);
    assert!(encrypted.set_cookies.iter().all(|cookie| cookie.contains("Secure")), "{:?}", encrypted.set_cookies);
    // Health stays what it was.
    visitor.headers.clear();
    assert_eq!(visitor.get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_tries_passwords_keeps_the_owner_out_for_no_moment() {
    let world = World::new(small(1)).await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    owner.post("/stores", "/sign-out", &[]).await;
    let strangers: Vec<_> = (0..20)
        .map(|_| {
            let mut stranger = site.visitor();
            tokio::spawn(async move {
                let mut answers = Vec::new();
                for _ in 0..10 {
                    answers.push(stranger.sign_in("owner", "a guess of mine").await.status);
                }
                answers
            })
        })
        .collect();
    // Until they wait for each other.
    eventually("a stranger who waits", async || {
        let answer = site.visitor().sign_in("owner", "another guess").await;
        (answer.status == 429).then_some(())
    })
    .await;
    // While they wait for each other, the owner's own browser is answered.
    let begun = tokio::time::Instant::now();
    assert_eq!(owner.sign_in("owner", PASSWORD).await.status, 303);
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    assert!(strangers.iter().any(|stranger| !stranger.is_finished()), "strangers are slowed down");
    for stranger in strangers {
        stranger.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_is_for_users_within_their_reach_and_for_monitoring() {
    const TOKEN: &str = "a token of monitoring";
    let first = World::on(TestDatabase::new().await, small(1), |_| {}).await;
    let _second = first.beside("other", small(1)).await;
    let site = Site::with(&first, &[("HTTP__STATUS_TOKEN", TOKEN)]).await;
    let mut stranger = site.visitor();
    assert_eq!(stranger.get("/status").await.status, 200, "there is no user yet");
    let own = Reach::Accounts([first.store().await.account].into());
    let mut viewer = site.signed_in(&first, "looker", Role::Viewer, &own).await;
    let refused = eventually("the status knows of users", async || {
        Some(stranger.clone().get("/status").await).filter(|answer| answer.status == 401)
    })
    .await;
    assert!(refused.text.contains("http.status_token") && !refused.text.contains("accounts"), "{}", refused.text);
    let accounts = |answer: &Answer| {
        let status: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        let names =
            status["accounts"].as_array().unwrap().iter().map(|account| account["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(accounts(&viewer.get("/status").await), ["main"]);
    for (sent, status) in
        [(format!("Bearer {TOKEN}"), 200), ("Bearer another token".to_owned(), 401), (TOKEN.to_owned(), 401)]
    {
        stranger.headers = vec![("authorization", sent.clone())];
        assert_eq!(stranger.get("/status").await.status, status, "{sent}");
    }
    stranger.headers = vec![("authorization", format!("Bearer {TOKEN}"))];
    assert_eq!(accounts(&stranger.get("/status").await), ["main", "other"]);
}
