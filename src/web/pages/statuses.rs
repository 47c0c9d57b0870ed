//! The second step of a store's set-up: every status of the store beside one of RO App, and the way back.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
    routing::get,
};

use super::{
    FieldFaults, Page, Pages,
    error::PageError,
    form::{Change, Fields},
    render,
    visit::{SignedIn, Visit},
};
use crate::{
    admin::{self, AdminError, Choices, Faults, Store, as_pairs, settings_json},
    domain::{
        dictionary::{Kind, Names},
        status::CANCELLED,
        store::StoreState,
    },
};

const SETTINGS: [&str; 4] = ["status_map", "write_back", "excluded_statuses", "allow_store_status_4"];

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
    faults: FieldFaults,
    others: Vec<String>,
}

impl StatusesPage {
    fn is_mapped(&self, status: i64, to: i64) -> bool {
        self.fields.get(&format!("status_map.{status}")) == to.to_string()
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
        let (choices, unread) = match self.choices(&account).await {
            Ok(choices) => (Some(choices), Vec::new()),
            Err(error @ AdminError::Faults(_)) => (None, super::error::sentences(&error, visit.locale)),
            Err(error) => return Err(error.into()),
        };
        let names = admin::names_of(self.pool(), store).await?;
        let faults = faults.map(|faults| FieldFaults::new(&faults, visit.locale)).unwrap_or_default();
        let others = faults.beyond(|key| SETTINGS.iter().any(|own| key.starts_with(own)));
        Ok(StatusesPage {
            id: store.id.get(),
            name: store.settings.name.clone(),
            is_draft: store.state == StoreState::Draft,
            statuses: statuses(store, &names),
            v: visit,
            choices,
            unread,
            fields,
            faults,
            others,
        })
    }
}

/// Every status that the store is known to have.
fn statuses(store: &Store, names: &Names) -> Vec<(i64, String)> {
    let mapped = store.settings.status_map.keys().map(|id| id.get());
    let mut ids: Vec<_> = mapped.chain(names.ids(Kind::StoreStatus)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(|id| (id, names.get(Kind::StoreStatus, id).unwrap_or_default().to_owned())).collect()
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

async fn save(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let Change { visit, user, fields } = change;
    let store = pages.store(&user, id).await?;
    let mut pairs: Vec<_> = fields.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if !fields.has("excluded_statuses") {
        pairs.push(("excluded_statuses".to_owned(), "[]".to_owned()));
    }
    match pages.admin_by(&user).edit_store_by_form(&store, &SETTINGS, &pairs).await {
        Ok(_) if store.state == StoreState::Draft && store.settings.enabled => {
            Ok(Redirect::to(&format!("/stores/{id}/import")).into_response())
        }
        Ok(_) => Ok(Redirect::to(&format!("/stores/{id}?told=saved")).into_response()),
        Err(AdminError::Faults(faults)) => {
            let page = pages.statuses(visit, &store, fields, Some(faults)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
