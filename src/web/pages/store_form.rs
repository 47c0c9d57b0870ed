//! The first step of a store's set-up, and the same settings later: one form. What was typed is never lost; what is wrong stands at
//! its field.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect},
    routing::get,
};
use serde::Deserialize;

use super::{
    FieldFaults, Page, Pages,
    error::{PageError, faults_of},
    form::{Change, Fields, version},
    render, render_faults,
    visit::{SignedIn, Visit},
};
use crate::{
    admin::{self, Account, Choices, Faults, Store, User, as_pairs, settings_json},
    domain::ids::AccountId,
};

/// The settings that are seen at once.
const FIRST: [&str; 12] = [
    "enabled",
    "platform",
    "name",
    "site_url",
    "login",
    "location_id",
    "order_type_id",
    "language",
    "identify_products_by",
    "managers",
    "line_executor_id",
    "product_category_id",
];
/// Those below *More*.
const MORE: [&str; 10] = [
    "unknown_products",
    "import_months",
    "time_zone",
    "phone_region",
    "currency",
    "name_order",
    "due_in_days",
    "discount_sponsor",
    "ad_campaign_id",
    "custom_fields",
];

/// Fields that are there also where RO App's lists cannot be read.
const ALWAYS_SHOWN: [&str; 6] = ["enabled", "platform", "name", "site_url", "login", "password"];

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/stores/new", get(show_new).post(add)).route("/stores/{id}/edit", get(show_edit).post(edit))
}

#[derive(Template)]
#[template(path = "store_form.html")]
struct FormPage {
    v: Visit,
    /// The store that is edited; none while it is set up.
    id: Option<i64>,
    account: Account,
    accounts: Vec<Account>,
    choices: Option<Arc<Choices>>,
    /// Why RO App's lists could not be read.
    unread: Vec<String>,
    fields: Fields,
    /// Of the store that is edited.
    version: Option<String>,
    faults: FieldFaults,
    /// Faults at no field of this form.
    others: Vec<String>,
    /// Open at once: something in it is wrong.
    is_more_open: bool,
}

impl FormPage {
    /// What a field holds, or the usual value.
    fn value<'a>(&'a self, name: &str, usual: &'a str) -> &'a str {
        let typed = self.fields.get(name);
        if typed.is_empty() { usual } else { typed }
    }

    fn is(&self, name: &str, usual: &str, value: &str) -> bool {
        self.value(name, usual) == value
    }

    fn is_id(&self, name: &str, id: i64) -> bool {
        self.fields.get(name) == id.to_string()
    }

    fn is_manager(&self, id: i64) -> bool {
        self.fields.all("managers").any(|chosen| chosen == id.to_string())
    }

    fn has_selected_managers(&self) -> bool {
        self.fields.get("managers_mode") == "selected"
    }

    /// What is left open is suggested for a new store only.
    fn hint(&self, key: &str) -> Cow<'static, str> {
        if self.id.is_some() { Cow::Borrowed("") } else { self.v.say(key) }
    }

    /// A value that RO App does not list any more, or that could not be listed: it stays until somebody chooses another.
    fn unlisted(&self, name: &str, listed: &[i64]) -> Option<&str> {
        let kept = self.fields.get(name);
        let is_listed = kept.is_empty() || kept == "manager" || listed.iter().any(|id| kept == id.to_string());
        (!is_listed).then_some(kept)
    }

    fn ids(&self, list: &str) -> Vec<i64> {
        let Some(choices) = &self.choices else { return Vec::new() };
        match list {
            "locations" => choices.locations.iter().filter(|it| !it.archived).map(|it| it.id).collect(),
            "order_types" => choices.order_types.iter().map(|it| it.id).collect(),
            "categories" => choices.categories.iter().map(|it| it.id).collect(),
            "employees" => choices.employees.iter().filter(|it| it.active).map(|it| it.id).collect(),
            _ => self.campaigns().iter().map(|it| it.id).collect(),
        }
    }

    /// Managers who were chosen and take no orders any more.
    fn former_managers(&self) -> Vec<&str> {
        let listed = self.ids("employees");
        self.fields.all("managers").filter(|id| !listed.iter().any(|known| *id == known.to_string())).collect()
    }

    /// What the form holds although RO App's lists, and so its fields, are missing.
    fn unshown(&self) -> Vec<(&str, &str)> {
        let is_of_form = |name: &str| {
            let setting = name.split('.').next().unwrap_or_default();
            name == "managers_mode" || FIRST.contains(&setting) || MORE.contains(&setting)
        };
        self.fields.pairs().filter(|(name, _)| is_of_form(name) && !ALWAYS_SHOWN.contains(name)).collect()
    }

    /// Whether there is anything to send.
    fn is_complete(&self) -> bool {
        self.choices.is_some() || !self.fields.get("location_id").is_empty()
    }

    fn campaigns(&self) -> &[admin::NamedRow] {
        let rows = self.choices.as_ref().and_then(|choices| choices.campaigns.as_ref().ok());
        rows.map(Vec::as_slice).unwrap_or_default()
    }

    fn field_value(&self, id: &str) -> &str {
        self.fields.get(&format!("custom_fields.{id}"))
    }

    fn field_fault(&self, id: &str) -> Option<String> {
        self.faults.at(&format!("custom_fields.{id}"))
    }
}

#[derive(Deserialize)]
struct Of {
    #[serde(default)]
    account: i64,
}

impl Pages {
    /// The account, if this user reaches it.
    pub(super) async fn account(&self, user: &User, id: i64) -> Result<Account, PageError> {
        let all = admin::accounts_within(self.pool(), &user.reach).await?;
        all.into_iter().find(|account| account.id == AccountId::new(id)).ok_or(PageError::NotFound)
    }

    /// The page of a form, with what RO App offers to choose from.
    async fn form(
        &self,
        visit: Visit,
        (store, account): (Option<&Store>, Account),
        fields: Fields,
        faults: Option<Faults>,
    ) -> Result<FormPage, PageError> {
        let user = visit.user.as_ref().ok_or(PageError::NotFound)?;
        let accounts = admin::accounts_within(self.pool(), &user.reach).await?;
        let (choices, unread) = self.offered(&account, visit.locale).await?;
        let faults = faults.map(|faults| FieldFaults::new(&faults, visit.locale)).unwrap_or_default();
        let shown: BTreeSet<_> = match &choices {
            Some(_) => FIRST.into_iter().chain(MORE).chain(ALWAYS_SHOWN).collect(),
            None => ALWAYS_SHOWN.into(),
        };
        let others = faults.beyond(|key| shown.contains(key.split('.').next().unwrap_or_default()));
        let is_more_open = faults.any(|key| MORE.contains(&key.split('.').next().unwrap_or_default()));
        let (id, version) = (store.map(|store| store.id.get()), store.map(version));
        Ok(FormPage { v: visit, id, version, account, accounts, choices, unread, fields, faults, others, is_more_open })
    }
}

async fn show_new(State(pages): State<Pages>, signed_in: SignedIn, Query(of): Query<Of>) -> Page {
    let SignedIn { visit, user } = signed_in;
    if !visit.is_admin() {
        return Err(PageError::OnlyLook);
    }
    let accounts = admin::accounts_within(pages.pool(), &user.reach).await?;
    let Some(first) = accounts.first() else { return Ok(Redirect::to("/accounts/new").into_response()) };
    let wanted = accounts.iter().find(|account| account.id.get() == of.account).unwrap_or(first).clone();
    let page = pages.form(visit, (None, wanted), Fields::default(), None).await?;
    Ok(render(&page)?.into_response())
}

async fn add(State(pages): State<Pages>, change: Change) -> Page {
    let Change { visit, user, fields } = change;
    let account = pages.account(&user, fields.get("account_id").parse().unwrap_or_default()).await?;
    let mut pairs = pairs(&fields);
    pairs.push(("account".to_owned(), account.name.clone()));
    match pages.admin_by(&user).add_store_by_form(&pairs).await {
        Ok((id, _)) => Ok(Redirect::to(&format!("/stores/{id}/statuses")).into_response()),
        Err(error) => {
            let faults = faults_of(error)?;
            let page = pages.form(visit, (None, account), fields, Some(faults)).await?;
            render_faults(&page)
        }
    }
}

async fn show_edit(State(pages): State<Pages>, signed_in: SignedIn, Path(id): Path<i64>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    if !visit.is_admin() {
        return Err(PageError::OnlyLook);
    }
    let account = pages.account(&user, store.account.get()).await?;
    let mut fields = Fields::default();
    for (name, value) in as_pairs(&settings_json(&store.account_name, &store.settings)) {
        match (name.as_str(), value.as_str()) {
            ("managers", "all") => {}
            ("managers", ids) => {
                fields.put("managers_mode", "selected");
                ids.trim_matches(['[', ']']).split(',').for_each(|id| fields.put("managers", id.trim()));
            }
            (name, value) => fields.put(name, value),
        }
    }
    let page = pages.form(visit, (Some(&store), account), fields, None).await?;
    Ok(render(&page)?.into_response())
}

async fn edit(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let Change { visit, user, fields } = change;
    let store = pages.store(&user, id).await?;
    let account = pages.account(&user, store.account.get()).await?;
    let settings: Vec<_> = FIRST.into_iter().chain(MORE).collect();
    match pages.save_settings(&user, &store, &fields, (&settings, &pairs(&fields))).await {
        Ok(()) => Ok(Redirect::to(&format!("/stores/{id}?told=saved")).into_response()),
        Err(error) => {
            let faults = faults_of(error)?;
            let page = pages.form(visit, (Some(&store), account), fields, Some(faults)).await?;
            render_faults(&page)
        }
    }
}

/// The settings of a form, without what only the form itself knows.
fn pairs(fields: &Fields) -> Vec<(String, String)> {
    let own = ["account_id", "managers_mode"];
    let is_selected = fields.get("managers_mode") == "selected";
    let kept = fields.pairs().filter(|(name, _)| !own.contains(name) && (is_selected || *name != "managers"));
    let mut pairs: Vec<_> = kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if !is_selected {
        pairs.push(("managers".to_owned(), "all".to_owned()));
    } else if !pairs.iter().any(|(name, _)| name == "managers") {
        pairs.push(("managers".to_owned(), "[]".to_owned()));
    }
    pairs
}
