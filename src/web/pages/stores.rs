//! The stores: a list with a state that anyone understands, one page for each, and what can be done with it.

use std::borrow::{Borrow, Cow};

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::{
    FieldFaults, Page, Pages,
    changes::ChangeRow,
    error::PageError,
    form::Change,
    render, render_faults,
    visit::{SignedIn, Visit},
};
use crate::{
    admin::{self, AuditDay, Health, Store, StoreGlance, StoreView, User},
    domain::{freshness::Freshness, ids::StoreId, money, order_state::OrderState, proof::Figures, said::Said},
};

/// Stores on one page of the list.
const AT_ONCE: usize = 50;

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/stores", get(list))
        .route("/stores/{id}", get(show))
        .route("/stores/{id}/sync", post(sync))
        .route("/stores/{id}/pause", post(pause))
        .route("/stores/{id}/resume", post(resume))
        .route("/stores/{id}/audit", get(show_audit).post(audit))
        .route("/stores/{id}/delete", get(ask_delete).post(delete))
}

impl Pages {
    /// The store, if this user reaches its account.
    pub(super) async fn store(&self, user: &User, id: i64) -> Result<Store, PageError> {
        let store = admin::store_by_id(self.pool(), StoreId::new(id)).await?;
        store.filter(|store| user.reach.holds(store.account)).ok_or(PageError::NotFound)
    }
}

impl Visit {
    /// How a store is, in words.
    pub(super) fn health(&self, health: &Health, zone: impl Borrow<Tz>) -> Cow<'static, str> {
        let since = |key, at: DateTime<Utc>| self.with(key, "since", self.at(at, zone.borrow()));
        match health {
            Health::Unreadable(_) => self.say("health-unreadable"),
            Health::NeedsKey(at) => since("health-needs-key", *at),
            Health::LoginRefused(at) => since("health-login-refused", *at),
            Health::Paused(Some(why)) => self.with("health-stopped", "why", why.on_page(self.locale)),
            Health::Paused(None) => self.say("health-paused"),
            Health::RoAppSilent(at) => since("health-roapp-silent", *at),
            Health::StoreSilent(at) => since("health-store-silent", *at),
            Health::Overdue(Some(at)) => since("health-overdue", *at),
            Health::Behind(at) => since("health-behind", *at),
            Health::Waiting(count) => self.count("health-waiting", count),
            Health::Importing(done, found) => {
                let (done, found) = (self.locale.number(*done), self.locale.number(*found));
                self.with_all("health-importing", &[("done", &done), ("found", &found)])
            }
            Health::Fine(Some(at)) => self.with("health-fine", "ago", self.ago(*at)),
            Health::Overdue(None) | Health::Fine(None) => self.say("health-not-read-yet"),
            Health::Draft => self.say("health-draft"),
            Health::Off => self.say("health-off"),
        }
    }
}

#[derive(Template)]
#[template(path = "stores.html")]
struct ListPage {
    v: Visit,
    search: String,
    shown: Vec<StoreGlance>,
    found: usize,
    /// Whether there is any account to add a store to.
    has_account: bool,
    /// Page numbers before and after this one.
    before: Option<usize>,
    after: Option<usize>,
}

impl ListPage {
    fn next_poll(&self, store: &StoreGlance) -> Option<DateTime<Utc>> {
        let next = store.row.as_ref()?.next_poll_at?;
        // What is due already is done in a moment.
        Some(next.0).filter(|at| *at > self.v.now)
    }
}

#[derive(Deserialize)]
struct Listing {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: usize,
}

async fn list(State(pages): State<Pages>, signed_in: SignedIn, Query(listing): Query<Listing>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let mut all = admin::glances(pages.pool(), &user.reach).await?;
    let wanted = listing.q.trim().to_lowercase();
    let is_meant = |it: &StoreGlance| {
        let site = it.row.as_ref().map_or("", |row| row.site_url.as_str());
        [it.name.as_str(), it.account_name.as_str(), site].iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    all.retain(is_meant);
    let found = all.len();
    let page = listing.page.min(found / AT_ONCE);
    let shown: Vec<_> = all.into_iter().skip(page * AT_ONCE).take(AT_ONCE).collect();
    let after = ((page + 1) * AT_ONCE < found).then_some(page + 1);
    let has_account = !admin::accounts_within(pages.pool(), &user.reach).await?.is_empty();
    let page = ListPage { v: visit, search: listing.q, shown, found, has_account, before: page.checked_sub(1), after };
    Ok(render(&page)?.into_response())
}

#[derive(Template)]
#[template(path = "store.html")]
struct StorePage {
    v: Visit,
    id: i64,
    zone: Tz,
    glance: StoreGlance,
    view: StoreView,
    /// Every state with orders, with how many.
    states: Vec<(&'static str, i64)>,
    can_resume: bool,
    can_run: bool,
    freshness: Option<Fresh>,
    /// Orders that RO App may have already, without a decision.
    doubles: i64,
    /// What to know about the settings.
    warnings: FieldFaults,
    /// Who changed what, newest first.
    changes: Vec<ChangeRow>,
}

/// How fresh a store's work orders are, in words and as a chart.
struct Fresh {
    text: String,
    bars: Vec<Bar>,
}

/// The slowest order of an hour: as high as it took long, of 50.
struct Bar {
    x: usize,
    y: i64,
    height: i64,
}

/// The height of the chart.
const CHART: i64 = 50;

impl Fresh {
    fn new(visit: &Visit, freshness: &Freshness) -> Self {
        let (median, worst) = (visit.span(freshness.median), visit.span(freshness.worst));
        let orders = visit.locale.number(i64::try_from(freshness.orders).unwrap_or(i64::MAX));
        let values = [("median", median.as_str()), ("worst", worst.as_str()), ("orders", orders.as_str())];
        let scale = freshness.worst.num_seconds().max(1);
        let bars = freshness.hours.iter().enumerate().filter_map(|(hour, time)| {
            let height = (time.as_ref()?.num_seconds() * CHART / scale).max(2);
            Some(Bar { x: hour * 10, y: CHART - height, height })
        });
        Self { text: visit.with_all("freshness-text", &values).into_owned(), bars: bars.collect() }
    }
}

async fn show(State(pages): State<Pages>, signed_in: SignedIn, Path(id): Path<i64>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    let glance = admin::glance(pages.pool(), &store).await?;
    let view = admin::store_view(pages.pool(), &store).await?;
    let freshness = admin::store_freshness(pages.pool(), &store).await?;
    let changes = admin::changes(pages.pool(), store.account, Some(&store)).await?;
    let names = admin::names_of(pages.pool(), &store).await?;
    let states = OrderState::ALL.into_iter().map(|state| (state.word(), glance.in_state(state.word())));
    let states = states.filter(|(_, count)| *count > 0).collect();
    let state = view.row.state;
    let page = StorePage {
        freshness: freshness.map(|freshness| Fresh::new(&visit, &freshness)),
        changes: changes.into_iter().map(|change| ChangeRow::new(&visit, change, &names)).collect(),
        doubles: admin::undecided_doubles(pages.pool(), &store).await?,
        warnings: FieldFaults::new(&admin::settings_warnings(&store), visit.locale),
        v: visit,
        id,
        zone: store.settings.time_zone,
        states,
        can_resume: matches!(state, "paused" | "needs_credentials"),
        can_run: view.row.enabled && matches!(state, "importing" | "active" | "needs_credentials"),
        glance,
        view,
    };
    Ok(render(&page)?.into_response())
}

/// Back to the store's page, which says what was done.
fn done(id: i64, what: &str) -> Response {
    Redirect::to(&format!("/stores/{id}?told={what}")).into_response()
}

async fn sync(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    admin::read_now(pages.pool(), &store).await?;
    Ok(done(id, "sync-queued"))
}

async fn pause(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    admin::pause(pages.pool(), &store, &change.by()).await?;
    Ok(done(id, "paused"))
}

async fn resume(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    admin::resume(pages.pool(), &store, &change.by()).await?;
    Ok(done(id, "resumed"))
}

async fn audit(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    admin::audit_now(pages.pool(), &store).await?;
    Ok(done(id, "audit-queued"))
}

/// A day of the audit, in words.
struct DayRow {
    day: String,
    orders: String,
    sum: String,
    columns: Vec<String>,
    /// Why it does not balance.
    why: Option<String>,
    balances: bool,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    v: Visit,
    id: i64,
    name: String,
    at: Option<String>,
    days: Vec<DayRow>,
    gaps: usize,
}

async fn show_audit(State(pages): State<Pages>, signed_in: SignedIn, Path(id): Path<i64>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    let view = admin::store_view(pages.pool(), &store).await?;
    let currency = &store.settings.currency;
    let days: Vec<_> =
        view.audit.iter().flat_map(|audit| audit.days.iter().rev()).map(|day| day_row(&visit, day, currency)).collect();
    let page = AuditPage {
        id,
        name: store.settings.name.clone(),
        at: view.last_audit_at.map(|at| visit.at(at.0, store.settings.time_zone)),
        gaps: days.iter().filter(|day| !day.balances).count(),
        days,
        v: visit,
    };
    Ok(render(&page)?.into_response())
}

fn day_row(visit: &Visit, AuditDay(day): &AuditDay, currency: &str) -> DayRow {
    let sum = |figures: Figures| match figures.sum {
        Some(sum) => visit.locale.money(money::round(sum), currency),
        None => visit.say("amount-unknown").into_owned(),
    };
    let column = |figures: &Figures| match figures.orders {
        0 => String::new(),
        orders => visit.locale.number(orders),
    };
    DayRow {
        day: day.day.map_or_else(|| visit.say("audit-no-date").into_owned(), |day| visit.locale.day(day)),
        orders: visit.locale.number(day.store.orders),
        sum: sum(day.store),
        columns: day.columns.iter().map(column).collect(),
        why: day
            .why
            .as_ref()
            .map(|why: &Said| visit.sentence(&admin::Told::new(why, &crate::domain::dictionary::Names::default()))),
        balances: day.balances(),
    }
}

#[derive(Template)]
#[template(path = "store_delete.html")]
struct DeletePage {
    v: Visit,
    id: i64,
    name: String,
    is_wrong: bool,
}

async fn ask_delete(State(pages): State<Pages>, signed_in: SignedIn, Path(id): Path<i64>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    if !visit.is_admin() {
        return Err(PageError::OnlyLook);
    }
    let page = DeletePage { v: visit, id, name: store.settings.name, is_wrong: false };
    Ok(render(&page)?.into_response())
}

async fn delete(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    if change.fields.get("name").trim() != store.settings.name {
        let page = DeletePage { v: change.visit, id, name: store.settings.name, is_wrong: true };
        return render_faults(&page);
    }
    pages.admin_by(&change.user).remove_store_and_webhook(&store).await?;
    Ok(Redirect::to("/stores?told=store-deleted").into_response())
}
