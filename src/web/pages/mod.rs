//! The pages for people: made here as HTML, without JavaScript usable, with a little of it sharper. Everything that they show and do
//! comes from `admin`.
//!
//! `visit.rs` is what handlers take of a request: language and user; `form.rs` what was sent. `exposure.rs` refuses what would send passwords unencrypted,
//! `guard.rs` slows down those who try passwords, `error.rs` shows errors as pages, `assets.rs` serves style and script, `words.rs` has
//! the words, `live.rs` keeps a part of a page up to date. The rest is one file per group of pages, with templates in `src/web/templates/`.

mod accounts;
mod assets;
mod changes;
mod csv;
mod doubles;
mod error;
mod exposure;
mod form;
mod guard;
mod import;
mod live;
mod order;
mod orders;
mod rehearsal;
mod sign_in;
mod statuses;
mod store_form;
mod stores;
mod users;
mod visit;
mod words;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use askama::Template;
use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use ipnet::IpNet;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::time::Instant;
use tower_http::csrf::CsrfLayer;

pub(super) use self::visit::SESSION;
use self::{error::PageError, form::Fields, guard::Guard, visit::Visit};
use crate::{
    admin::{Account, Admin, AdminError, By, Choices, Faults, Pairs, Store, Told, User},
    clock::Clock,
    config::HttpSettings,
    domain::{dictionary::Names, ids::AccountId, locale::Locale},
};

/// Connections to the database for all pages together: the daemon's work has its own.
const CONNECTIONS: u32 = 4;
const ACQUIRE_LIMIT: Duration = Duration::from_secs(5);
/// How long the lists of an account are shown as they were read.
const CHOICES_FRESH: Duration = Duration::from_mins(1);
/// And how long where they cannot be read anew.
const CHOICES_KEPT: Duration = Duration::from_hours(12);

/// Where a demo's other two pages are.
#[derive(Debug, Clone)]
pub struct DemoPlaces {
    /// The shop, where orders are placed.
    pub shop: String,
    /// RO App's board.
    pub board: String,
}

/// What pages are made with; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pages(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    admin: Admin,
    http: HttpSettings,
    guard: Guard,
    clock: Clock,
    /// Where the shop and the RO App of a demo can be watched.
    demo: Option<DemoPlaces>,
    /// What accounts offer to choose from, as read a moment ago.
    choices: Mutex<HashMap<AccountId, (Instant, Arc<Choices>)>>,
}

impl Pages {
    /// Pages of this database.
    #[must_use]
    pub fn new(admin: Admin, http: HttpSettings, clock: Clock) -> Self {
        let own = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(ACQUIRE_LIMIT);
        let pool = own.connect_lazy_with((*admin.pool.connect_options()).clone());
        Self(Arc::new(Inner {
            admin: Admin { pool, ..admin },
            http,
            guard: Guard::default(),
            clock,
            demo: None,
            choices: Mutex::default(),
        }))
    }

    /// The same, with the shop and the RO App of a demo beside them.
    #[must_use]
    pub fn with_demo(self, demo: Option<DemoPlaces>) -> Self {
        match Arc::try_unwrap(self.0) {
            Ok(inner) => Self(Arc::new(Inner { demo, ..inner })),
            Err(shared) => Self(shared),
        }
    }

    fn demo(&self) -> Option<&DemoPlaces> {
        self.0.demo.as_ref()
    }

    fn pool(&self) -> &PgPool {
        &self.0.admin.pool
    }

    fn admin(&self) -> &Admin {
        &self.0.admin
    }

    /// The same for a user who changes something.
    fn admin_by(&self, user: &User) -> Admin {
        Admin { by: By::User(user.name.clone()), ..self.admin().clone() }
    }

    /// What an account offers to choose from; read anew after a minute, since each reading takes several of its calls.
    async fn choices(&self, account: &Account) -> Result<Arc<Choices>, AdminError> {
        let kept = || self.0.choices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, choices)) = kept().get(&account.id)
            && at.elapsed() < CHOICES_FRESH
        {
            return Ok(Arc::clone(choices));
        }
        let choices = match (self.admin().choices(account).await, kept().get(&account.id)) {
            (Ok(choices), _) => Arc::new(choices),
            // What was offered before is better than a form without choices: all of it is tested when it is saved.
            (Err(AdminError::Faults(_)), Some((_, before))) => return Ok(Arc::clone(before)),
            (Err(error), _) => return Err(error),
        };
        let mut kept = kept();
        kept.retain(|_, (at, _)| at.elapsed() < CHOICES_KEPT);
        kept.insert(account.id, (Instant::now(), Arc::clone(&choices)));
        Ok(choices)
    }

    /// The same for a form, which is shown without it as well: then with why it could not be read.
    async fn offered(
        &self,
        account: &Account,
        locale: Locale,
    ) -> Result<(Option<Arc<Choices>>, Vec<String>), AdminError> {
        match self.choices(account).await {
            Ok(choices) => Ok((Some(choices), Vec::new())),
            Err(error @ AdminError::Faults(_)) => Ok((None, error::sentences(&error, locale))),
            Err(error) => Err(error),
        }
    }

    /// Saves the settings of a form, unless somebody else changed some since it was opened.
    async fn save_settings(
        &self,
        user: &User,
        store: &Store,
        form: &Fields,
        (settings, values): (&[&str], &Pairs),
    ) -> Result<(), AdminError> {
        form.check_version(store)?;
        self.admin_by(user).edit_store_by_form(store, settings, values).await?;
        Ok(())
    }

    fn guard(&self) -> &Guard {
        &self.0.guard
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// Where webhooks arrive; empty if that is not known.
    fn public_url(&self) -> &str {
        &self.0.http.public_url
    }

    /// Where the pages are, for a link that is sent to somebody.
    fn url(&self, visit: &Visit) -> String {
        match self.public_url() {
            "" => format!("{}://{}", if visit.origin.is_encrypted { "https" } else { "http" }, visit.host),
            url => url.to_owned(),
        }
    }

    fn trusted_proxy(&self) -> &[IpNet] {
        &self.0.http.trusted_proxy
    }
}

/// What a handler gives.
type Page = Result<Response, PageError>;

fn render(page: &impl Template) -> Result<Html<String>, PageError> {
    Ok(Html(page.render()?))
}

/// A form that was refused, with what is wrong in it.
fn render_faults(page: &impl Template) -> Page {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(page)?).into_response())
}

/// What is wrong with a form, each at its field.
#[derive(Debug, Clone, Default)]
struct FieldFaults(Vec<(String, String)>);

impl FieldFaults {
    fn new(faults: &Faults, locale: Locale) -> Self {
        let told = |said| Told::new(said, &Names::default()).on_page(locale);
        Self(faults.0.iter().map(|fault| (fault.key.clone(), told(&fault.message))).collect())
    }

    /// What is wrong, without where.
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, text)| text.as_str())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong at no field of a form.
    fn beyond(&self, is_shown: impl Fn(&str) -> bool) -> Vec<String> {
        self.0.iter().filter(|(at, _)| !is_shown(at)).map(|(_, text)| text.clone()).collect()
    }

    /// Whether something is wrong at such a field.
    fn any(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|(at, _)| is_meant(at))
    }

    /// What is wrong at a field.
    fn at(&self, key: &str) -> Option<String> {
        let found: Vec<_> = self.0.iter().filter(|(at, _)| at == key).map(|(_, text)| text.as_str()).collect();
        (!found.is_empty()).then(|| found.join("; "))
    }
}

/// Every page below `/`.
pub(super) fn routes(pages: Pages) -> Router {
    Router::new()
        .route("/", get(async || Redirect::to("/stores")))
        .merge(sign_in::routes())
        .merge(stores::routes())
        .merge(store_form::routes())
        .merge(statuses::routes())
        .merge(import::routes())
        .merge(rehearsal::routes())
        .merge(doubles::routes())
        .merge(orders::routes())
        .merge(order::routes())
        .merge(accounts::routes())
        .merge(users::routes())
        .fallback(async || PageError::NotFound)
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(pages.clone(), exposure::check))
        .layer(from_fn(error::show))
        .with_state(pages)
        .merge(assets::routes())
        .layer(from_fn(with_headers))
}

/// What browsers may do with a page: load from here, show it in no frame, and tell other sites nothing.
async fn with_headers(request: Request, next: Next) -> Response {
    const HEADERS: [(HeaderName, &str); 6] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        // What is the same for everybody says itself how long it may be kept.
        if name != header::CACHE_CONTROL || !response.headers().contains_key(&name) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    response
}
