//! The pages of a world, and a visitor who keeps cookies and fills in forms.

use std::{collections::BTreeMap, ffi::OsString, sync::Arc};

use cartum_roapp::{
    admin::{self, Admin, By},
    clients::Clients,
    clock::Clock,
    config::Settings,
    domain::user::{Reach, Role},
    lifecycle::{Heartbeat, Stop},
    secrets::Secret,
    web::{self, Pages, Ready, Served},
};
use reqwest::{Client, Method, redirect::Policy};

use crate::support::world::World;

/// The password of every user here.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The pages of a world.
pub(crate) struct Site {
    pub(crate) url: String,
    stop: Stop,
}

impl Site {
    pub(crate) async fn open(world: &World) -> Self {
        Self::with(world, &[]).await
    }

    /// With these settings, without their prefix.
    pub(crate) async fn with(world: &World, settings: &[(&str, &str)]) -> Self {
        let usual =
            [("HTTP__LISTEN", "127.0.0.1:0"), ("SECURITY__ALLOW_PRIVATE_HOSTS", "true"), ("CARTUM__MIN_GAP", "0s")];
        let variables = usual.iter().chain(settings);
        let variables =
            variables.map(|(name, value)| (OsString::from(format!("CARTUM_ROAPP__{name}")), OsString::from(value)));
        let settings = Settings::from_layers(None, variables).unwrap();
        let listener = web::listen(&settings).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (pool, stop) = (world.database.pool().clone(), Stop::new());
        let ready =
            Ready::new(&pool, Heartbeat::new(Clock::System)).with_status_token(settings.http.status_token.clone());
        let clients = Clients::new(&settings).unwrap();
        let admin = Admin { pool, keyring: Arc::new(world.keyring.clone()), clients, by: By::default() };
        let pages = Some(Pages::new(admin, settings.http.clone(), Clock::System));
        tokio::spawn(web::serve(listener, Served { ready, hooks: None, pages }, stop.clone()));
        Self { url, stop }
    }

    /// Somebody who has not signed in.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::at(&self.url)
    }

    /// Adds a user with [`PASSWORD`].
    pub(crate) async fn add_user(&self, world: &World, name: &str, role: Role, reach: &Reach) {
        let pool = world.database.pool();
        let invitation = admin::add_user(pool, name, role, reach).await.unwrap();
        let url = invitation.url("");
        let token = url.expose().strip_prefix("/welcome/").unwrap();
        let link = admin::invitation(pool, token).await.unwrap().unwrap();
        admin::accept(pool, (token, &link), "", &Secret::new(PASSWORD.into())).await.unwrap().unwrap();
    }

    /// A new user, signed in.
    pub(crate) async fn signed_in(&self, world: &World, name: &str, role: Role, reach: &Reach) -> Visitor {
        self.add_user(world, name, role, reach).await;
        let mut visitor = self.visitor();
        let answer = visitor.sign_in(name, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        visitor
    }

    /// An admin of everything, signed in.
    pub(crate) async fn owner(&self, world: &World) -> Visitor {
        self.signed_in(world, "owner", Role::Admin, &Reach::Every).await
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.request();
    }
}

/// A browser without JavaScript.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) url: String,
    client: Client,
    pub(crate) cookies: BTreeMap<String, String>,
    /// What it sends with each request.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// As they were set, with their attributes.
    pub(crate) set_cookies: Vec<String>,
}

impl Answer {
    /// Where it leads to.
    pub(crate) fn location(&self) -> &str {
        self.headers.get("location").map_or("", String::as_str)
    }
}

impl Visitor {
    /// Somebody who has not signed in at this server.
    pub(crate) fn at(url: &str) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a browser of the tests")]
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { url: url.to_owned(), client, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Sends a form of the page at `page`, with the token that stands there.
    pub(crate) async fn post(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.text);
        let token = token(&shown.text);
        let fields: Vec<_> = [("form_token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post_raw(path, &fields).await
    }

    /// Sends these fields and no others.
    pub(crate) async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.post("/sign-in", "/sign-in", &[("name", name), ("password", password)]).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<String>) -> Answer {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut request = self.client.request(method, format!("{}{path}", self.url)).header("cookie", cookies);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        #[expect(clippy::disallowed_methods, reason = "a browser of the tests")]
        let response = request.send().await.unwrap();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = response.headers();
        let set_cookies: Vec<_> = headers.get_all("set-cookie").iter().map(text).collect();
        let headers = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        for cookie in &set_cookies {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let status = response.status().as_u16();
        Answer { status, text: response.text().await.unwrap(), headers, set_cookies }
    }
}

/// The token of the forms of a page.
pub(crate) fn token(page: &str) -> String {
    let after = page.split("name=\"form_token\" value=\"").nth(1).unwrap_or_else(|| panic!("no form: {page}"));
    after.split('"').next().unwrap().to_owned()
}

/// The pages of a store whose import is rehearsed and not begun.
pub(crate) fn pages_of_draft(draft: &World) -> [(&'static str, String); 2] {
    let store = draft.store;
    [("rehearsal", format!("/stores/{store}/import")), ("doubles", format!("/stores/{store}/doubles"))]
}

/// Every page that somebody can open who is signed in, with a word for it.
pub(crate) async fn every_page(world: &World) -> Vec<(&'static str, String)> {
    let (store, order) = (world.store, world.orders().await[0].number);
    let account = world.store().await.account;
    let user: i64 = sqlx::query_scalar("SELECT id FROM app_user ORDER BY id LIMIT 1")
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    vec![
        ("stores", "/stores".to_owned()),
        ("store", format!("/stores/{store}")),
        ("store-new", "/stores/new".to_owned()),
        ("store-edit", format!("/stores/{store}/edit")),
        ("statuses", format!("/stores/{store}/statuses")),
        ("import", format!("/stores/{store}/import")),
        ("audit", format!("/stores/{store}/audit")),
        ("delete", format!("/stores/{store}/delete")),
        ("orders", "/orders".to_owned()),
        ("order", format!("/stores/{store}/orders/{order}")),
        ("client", format!("/stores/{store}/orders/{order}/client")),
        ("find", "/orders/find?number=99999".to_owned()),
        ("accounts", "/accounts".to_owned()),
        ("account-new", "/accounts/new".to_owned()),
        ("account", format!("/accounts/{account}")),
        ("users", "/users".to_owned()),
        ("user", format!("/users/{user}")),
        ("me", "/me".to_owned()),
    ]
}
