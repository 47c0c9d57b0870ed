//! The second step of a store's set-up: every status of the store beside one of RO App, and the way back.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect},
    routing::get,
};

use super::{
    FieldFaults, Page, Pages,
    error::{PageError, faults_of},
    form::{Change, Fields, version},
    render, render_faults,
    visit::{SignedIn, Visit},
};
use crate::{
    admin::{self, Ask, Choices, Faults, RemappedOrder, Selection, StatusRow, Store, as_pairs, settings_json},
    domain::{status::CANCELLED, store::StoreState},
};

const SETTINGS: [&str; 4] = ["status_map", "write_back", "excluded_statuses", "allow_store_status_4"];

/// The field that says what becomes of orders that differ from the new map: `leave` or `resync`.
const REMAPPED: &str = "remapped";

/// The groups of invoices' statuses (contract roapp 4.6).
const OF_INVOICES: std::ops::RangeInclusive<i64> = 8..=11;

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/stores/{id}/statuses", get(show).post(save))
}

#[derive(Template)]
#[template(path = "statuses.html")]
struct StatusesPage {
    v: Visit,
    id: i64,
    name: String,
    is_draft: bool,
    /// The store's statuses, by id.
    statuses: Vec<(i64, String)>,
    choices: Option<Arc<Choices>>,
    unread: Vec<String>,
    fields: Fields,
    version: String,
    faults: FieldFaults,
    others: Vec<String>,
    /// What to know about the settings of the first step.
    warnings: FieldFaults,
}

impl StatusesPage {
    /// What a status of the store leads to, as the form has it.
    fn mapped(&self, status: i64) -> &str {
        self.fields.get(&format!("status_map.{status}"))
    }

    /// The same where RO App does not list it any more.
    fn unlisted(&self, status: i64) -> Option<&str> {
        let kept = self.mapped(status);
        let is_listed = self.work_statuses().iter().any(|it| it.id.to_string() == kept);
        (!kept.is_empty() && kept != "initial" && !is_listed).then_some(kept)
    }

    /// Those of work orders: the others are of invoices.
    fn work_statuses(&self) -> Vec<&StatusRow> {
        of_work_orders(self.choices.as_deref()).collect()
    }

    fn is_excluded(&self, status: i64) -> bool {
        self.fields.all("excluded_statuses").any(|chosen| chosen == status.to_string())
    }

    fn is_written_back(&self, status: i64, to: i64) -> bool {
        self.fields.get(&format!("write_back.{status}")) == to.to_string()
    }

    fn fault(&self, table: &str, status: i64) -> Option<String> {
        self.faults.at(&format!("{table}.{status}"))
    }

    fn allows_canceled(&self) -> bool {
        self.fields.get("allow_store_status_4") == "true"
    }

    fn has_canceled(&self) -> bool {
        self.statuses.iter().any(|(id, _)| *id == CANCELLED.get())
    }
}

/// Statuses of work orders among all that RO App has.
fn of_work_orders(choices: Option<&Choices>) -> impl Iterator<Item = &StatusRow> {
    let all = choices.into_iter().flat_map(|choices| &choices.statuses);
    all.filter(|it| it.group.is_none_or(|group| !OF_INVOICES.contains(&group)))
}

impl Pages {
    async fn statuses(
        &self,
        visit: Visit,
        store: &Store,
        fields: Fields,
        faults: Option<Faults>,
    ) -> Result<StatusesPage, PageError> {
        let user = visit.user.as_ref().ok_or(PageError::NotFound)?;
        let account = self.account(user, store.account.get()).await?;
        let (choices, unread) = self.offered(&account, visit.locale).await?;
        let faults = faults.map(|faults| FieldFaults::new(&faults, visit.locale)).unwrap_or_default();
        let statuses = admin::store_statuses(self.pool(), store).await?;
        let is_listed = |key: &str| match key.split_once('.') {
            Some(("status_map", id)) => statuses.iter().any(|(status, _)| status.to_string() == id),
            Some(("write_back", id)) => of_work_orders(choices.as_deref()).any(|status| status.id.to_string() == id),
            _ => SETTINGS.contains(&key),
        };
        let others = faults.beyond(is_listed);
        let warnings = FieldFaults::new(&admin::settings_warnings(store), visit.locale);
        Ok(StatusesPage {
            warnings,
            id: store.id.get(),
            version: version(store),
            name: store.settings.name.clone(),
            is_draft: store.state == StoreState::Draft,
            statuses,
            v: visit,
            choices,
            unread,
            fields,
            faults,
            others,
        })
    }
}

async fn show(State(pages): State<Pages>, signed_in: SignedIn, Path(id): Path<i64>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    if !visit.is_admin() {
        return Err(PageError::OnlyLook);
    }
    let mut fields = Fields::default();
    for (name, value) in as_pairs(&settings_json(&store.account_name, &store.settings)) {
        match name.as_str() {
            "excluded_statuses" => {
                value.trim_matches(['[', ']']).split(',').for_each(|id| fields.put(&name, id.trim()));
            }
            _ => fields.put(&name, &value),
        }
    }
    let page = pages.statuses(visit, &store, fields, None).await?;
    Ok(render(&page)?.into_response())
}

/// Orders that differ from a new map are named before it is saved.
#[derive(Template)]
#[template(path = "remapped.html")]
struct RemappedPage {
    v: Visit,
    id: i64,
    name: String,
    orders: Vec<RemappedOrder>,
    /// Something can be asked of its orders.
    is_worked: bool,
    /// The form, as it was sent.
    fields: Fields,
}

impl RemappedPage {
    /// Orders that are shown.
    const SHOWN: usize = 50;

    fn shown(&self) -> &[RemappedOrder] {
        &self.orders[..self.orders.len().min(Self::SHOWN)]
    }
}

async fn save(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let Change { visit, user, fields } = change;
    let store = pages.store(&user, id).await?;
    let pairs = fields.pairs().filter(|(name, _)| *name != REMAPPED);
    let mut pairs: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if !fields.has("excluded_statuses") {
        pairs.push(("excluded_statuses".to_owned(), "[]".to_owned()));
    }
    let orders = pages.admin().remapped_by_form(&store, &SETTINGS, &pairs).await?;
    if !orders.is_empty() && !fields.has(REMAPPED) && fields.check_version(&store).is_ok() {
        let is_worked = store.is_worked();
        let page = RemappedPage { v: visit, id, name: store.settings.name, orders, is_worked, fields };
        return Ok(render(&page)?.into_response());
    }
    match pages.save_settings(&user, &store, &fields, (&SETTINGS, &pairs)).await {
        Ok(()) if store.state == StoreState::Draft && store.settings.enabled => {
            // As it was saved.
            let store = pages.store(&user, id).await?;
            pages.rehearse(&user, &store, &visit).await?;
            Ok(Redirect::to(&format!("/stores/{id}/import")).into_response())
        }
        Ok(()) if fields.get(REMAPPED) == "resync" && !orders.is_empty() && store.is_worked() => {
            let store = pages.store(&user, id).await?;
            let numbers = orders.into_iter().map(|order| order.number).collect();
            let selection = Selection { numbers, ..Selection::default() };
            let asked = admin::ask(pages.pool(), &store, &selection, Ask::Resync).await?;
            Ok(Redirect::to(&format!("/stores/{id}?told=saved-and-compared&n={}", asked.queued.len())).into_response())
        }
        Ok(()) => Ok(Redirect::to(&format!("/stores/{id}?told=saved")).into_response()),
        Err(error) => {
            let faults = faults_of(error)?;
            let page = pages.statuses(visit, &store, fields, Some(faults)).await?;
            render_faults(&page)
        }
    }
}
