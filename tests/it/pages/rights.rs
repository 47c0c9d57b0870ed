//! Who may see and change what: tried on every route that the pages have.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cartum_roapp::domain::{
    ids::AccountId,
    user::{Reach, Role},
};

use super::site::{Site, Visitor, token};
use crate::support::{
    TestDatabase,
    world::{World, small},
};

/// What is open to whoever is there, signed in or not.
const OPEN: [&str; 10] = [
    "/enter/{token}",
    "/",
    "/sign-in",
    "/sign-out",
    "/language",
    "/welcome/{token}",
    "/me",
    "/me/sessions",
    // Lists show what the user reaches, and nothing else: looked at below.
    "/stores",
    "/accounts",
];
/// Lists, and what is asked for with the address.
const LISTS: [&str; 4] = ["/orders", "/orders.csv", "/orders/find", "/stores/new"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Every route of the pages, with whether it can be got and whether it takes forms.
fn routes() -> BTreeMap<String, (bool, bool)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages");
    let mut routes = BTreeMap::new();
    for path in files(&folder) {
        let text = fs::read_to_string(&path).unwrap();
        for route in text.split(".route(\"").skip(1) {
            let (place, rest) = route.split_once('"').unwrap();
            let rest = rest.split(".route(").next().unwrap().split('\n').next().unwrap();
            routes.insert(place.to_owned(), (rest.contains("get("), rest.contains("post(")));
        }
    }
    assert!(routes.len() > 25, "{routes:?}");
    routes
}

/// Two accounts with a store each, the second one's data, and a user of the first.
struct Neighbours {
    site: Site,
    first: World,
    second: World,
}

async fn neighbours() -> Neighbours {
    let first = World::on(TestDatabase::new().await, small(6), |_| {}).await;
    let second = first.beside("other", small(6)).await;
    first.import().await;
    second.import().await;
    let daemon = first.daemon();
    first.imported().await;
    second.imported().await;
    daemon.stop().await;
    Neighbours { site: Site::open(&first).await, first, second }
}

async fn account(world: &World) -> AccountId {
    world.store().await.account
}

/// The place of a route with what belongs to this world.
async fn place(route: &str, world: &World, user: &str) -> String {
    let store = world.store().await;
    let order = world.orders().await[0].number.to_string();
    let id = if route.starts_with("/accounts") {
        store.account.to_string()
    } else if route.starts_with("/users") {
        user.to_owned()
    } else {
        store.id.to_string()
    };
    route.replace("{id}", &id).replace("{number}", &order).replace("{action}", "retry")
}

/// What is held in the database, without what a look at a page changes.
async fn held(world: &World) -> Vec<String> {
    let mut held = Vec::new();
    for table in ["account", "store", "store_order", "order_ask", "history", "app_user", "user_link"] {
        let skipped = if table == "app_user" { "- 'seen_at'" } else { "" };
        let rows = format!(
            "SELECT coalesce(jsonb_agg(to_jsonb(t) {skipped} ORDER BY to_jsonb(t)::text)::text, '') FROM {table} t"
        );
        held.push(sqlx::query_scalar(sqlx::AssertSqlSafe(rows)).fetch_one(world.database.pool()).await.unwrap());
    }
    held
}

/// A token that is taken, whatever page the form is said to be from.
async fn form_token(visitor: &mut Visitor) -> String {
    token(&visitor.get("/me").await.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reaches_one_account_sees_and_changes_nothing_of_another() {
    let Neighbours { site, first, second } = neighbours().await;
    let own = Reach::Accounts([account(&first).await].into());
    let users = [
        site.signed_in(&first, "looker", Role::Viewer, &own).await,
        site.signed_in(&first, "manager", Role::Admin, &own).await,
    ];
    site.add_user(&first, "boss", Role::Admin, &Reach::Every).await;
    let boss: i64 = sqlx::query_scalar("SELECT id FROM app_user WHERE name = 'boss'")
        .fetch_one(first.database.pool())
        .await
        .unwrap();
    let before = held(&first).await;
    for mut user in users {
        let token = form_token(&mut user).await;
        for (route, (gets, posts)) in routes() {
            if OPEN.contains(&route.as_str()) || LISTS.contains(&route.as_str()) {
                continue;
            }
            let place = place(&route, &second, &boss.to_string()).await;
            if gets {
                let answer = user.get(&place).await;
                assert!(matches!(answer.status, 403 | 404), "GET {place}: {} {}", answer.status, answer.text);
                assert!(!answer.text.contains("other"), "{place}");
            }
            if posts {
                let answer = user.post_raw(&place, &[("form_token", &token), ("name", "x"), ("api_key", "x")]).await;
                assert!(matches!(answer.status, 403 | 404), "POST {place}: {} {}", answer.status, answer.text);
            }
        }
        // Lists, and what they can be asked for.
        let store = second.store().await;
        let order = second.orders().await[0].number;
        for place in
            ["/stores".to_owned(), "/accounts".into(), "/orders".into(), "/orders.csv".into(), "/stores/new".into()]
        {
            let answer = user.get(&place).await;
            let text = answer.text.replace(&user.url, "");
            assert!(!text.contains(&store.settings.site_url) && !text.contains("other"), "{place}: {text}");
        }
        for place in [format!("/orders?store={}", store.id), format!("/orders.csv?store={}", store.id)] {
            assert_eq!(user.get(&place).await.status, 404, "{place}");
        }
        let sought = user.get(&format!("/orders/find?store={}&number={order}", store.id)).await;
        assert_eq!(sought.status, 404);
        let of_others =
            [("form_token", token.as_str()), ("store", &store.id.to_string()), ("number", &order.to_string())];
        assert!(matches!(user.post_raw("/orders/retry", &of_others).await.status, 403 | 404));
        let account = store.account.to_string();
        let added = [("form_token", token.as_str()), ("account_id", &account), ("name", "Stolen")];
        assert!(matches!(user.post_raw("/stores/new", &added).await.status, 403 | 404));
    }
    assert_eq!(held(&first).await, before, "nothing changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_sees_everything_within_reach_and_changes_nothing() {
    let world = World::imported_already(small(6)).await;
    let site = Site::open(&world).await;
    let mut viewer = site.signed_in(&world, "looker", Role::Viewer, &Reach::Every).await;
    let id: i64 = sqlx::query_scalar("SELECT id FROM app_user").fetch_one(world.database.pool()).await.unwrap();
    let token = form_token(&mut viewer).await;
    let before = held(&world).await;
    let own: BTreeSet<_> = OPEN.into_iter().filter(|place| *place != "/stores" && *place != "/accounts").collect();
    let mut refused = 0;
    for (route, (gets, posts)) in routes() {
        if own.contains(route.as_str()) {
            continue;
        }
        let place = place(&route, &world, &id.to_string()).await;
        if gets && !route.contains("/events") {
            let asked = if route == "/orders/find" { format!("{place}?number=1") } else { place.clone() };
            let answer = viewer.get(&asked).await;
            assert!(matches!(answer.status, 200 | 403), "GET {asked}: {}", answer.status);
            if answer.status == 200 && !route.contains("csv") {
                let forms = answer.text.split("method=\"post\" action=\"").skip(1);
                let forms: BTreeSet<_> = forms.map(|rest| rest.split('"').next().unwrap()).collect();
                assert_eq!(forms, BTreeSet::from(["/language", "/sign-out"]), "{place} offers what a viewer cannot do");
            }
        }
        if posts {
            let answer = viewer.post_raw(&place, &[("form_token", &token), ("name", "x")]).await;
            assert_eq!(answer.status, 403, "POST {place}: {}", answer.text);
            refused += 1;
        }
    }
    assert!(refused > 12, "{refused}");
    assert_eq!(held(&world).await, before, "nothing changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_every_page_leads_to_the_sign_in() {
    let world = World::imported_already(small(1)).await;
    let site = Site::open(&world).await;
    let mut stranger = site.visitor();
    for (route, (gets, _)) in routes() {
        let place = place(&route, &world, "1").await;
        if gets && !["/", "/sign-in", "/welcome/{token}", "/enter/{token}"].contains(&route.as_str()) {
            let asked = if route == "/orders/find" { format!("{place}?number=1") } else { place };
            let answer = stranger.get(&asked).await;
            assert_eq!(answer.status, 303, "GET {asked}: {}", answer.text);
            assert!(answer.location().starts_with("/sign-in?next="), "{asked}");
        }
    }
}
