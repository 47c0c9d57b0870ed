//! RO App accounts: connected with a tested key, checked, and given a new one.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect},
    routing::{get, post},
};

use super::{
    FieldFaults, Page, Pages,
    changes::ChangeRow,
    error::{PageError, faults_of, sentences},
    form::Change,
    render, render_faults,
    visit::{SignedIn, Visit},
};
use crate::{
    admin::{self, Account, AccountChange, AdminError, NewAccount, StoreGlance, Told},
    domain::{dictionary::Names, rate::Rate},
};

/// Where RO App's API is.
const API: &str = "https://api.roapp.io";

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/accounts", get(list))
        .route("/accounts/new", get(show_new).post(add))
        .route("/accounts/{id}", get(show))
        .route("/accounts/{id}/settings", post(edit))
        .route("/accounts/{id}/key", post(new_key))
        .route("/accounts/{id}/check", post(check))
        .route("/accounts/{id}/webhook", post(webhook))
        .route("/accounts/{id}/delete", post(delete))
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct ListPage {
    v: Visit,
    accounts: Vec<Account>,
}

async fn list(State(pages): State<Pages>, signed_in: SignedIn) -> Page {
    let SignedIn { visit, user } = signed_in;
    let accounts = admin::accounts_within(pages.pool(), &user.reach).await?;
    Ok(render(&ListPage { v: visit, accounts })?.into_response())
}

#[derive(Template)]
#[template(path = "account_new.html")]
struct NewPage {
    v: Visit,
    name: String,
    base_url: String,
    faults: FieldFaults,
    others: Vec<String>,
}

/// An account belongs to everybody who reaches all of them: who reaches only some cannot add one.
fn is_over_all(visit: &Visit) -> Result<(), PageError> {
    if visit.is_over_all() { Ok(()) } else { Err(PageError::OnlyLook) }
}

async fn show_new(signed_in: SignedIn) -> Page {
    let visit = signed_in.visit;
    is_over_all(&visit)?;
    let page = NewPage {
        v: visit,
        name: String::new(),
        base_url: API.to_owned(),
        faults: FieldFaults::default(),
        others: Vec::new(),
    };
    Ok(render(&page)?.into_response())
}

async fn add(State(pages): State<Pages>, change: Change) -> Page {
    let Change { visit, user, fields } = change;
    is_over_all(&visit)?;
    let (name, base_url) = (fields.get("name").to_owned(), fields.get("base_url").to_owned());
    let new = NewAccount {
        name: name.clone(),
        base_url: base_url.clone(),
        api_key: fields.trimmed_secret("api_key"),
        rate: Rate::Auto,
    };
    let faults = match pages.admin_by(&user).add_account(new).await {
        Ok(report) => return Ok(Redirect::to(&format!("/accounts/{}?told=account-added", report.id)).into_response()),
        Err(error) => faults_of(error)?,
    };
    let faults = FieldFaults::new(&faults, visit.locale);
    let others = faults.beyond(|key| ["name", "base_url", "api_key"].contains(&key));
    let page = NewPage { v: visit, name, base_url, faults, others };
    render_faults(&page)
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    v: Visit,
    account: Account,
    stores: Vec<StoreGlance>,
    /// What went wrong just now.
    faults: Vec<String>,
    /// The settings as they were entered, with what is wrong with them.
    entered: Option<Entered>,
    /// Who changed what, newest first.
    changes: Vec<ChangeRow>,
    /// The address for RO App's webhooks, where it was asked for: it works like a password.
    webhook: Option<String>,
}

/// Settings of an account as somebody entered them.
struct Entered {
    name: String,
    rate: String,
    faults: FieldFaults,
}

impl AccountPage {
    fn name(&self) -> &str {
        self.entered.as_ref().map_or(&self.account.name, |entered| &entered.name)
    }

    fn rate(&self) -> String {
        self.entered.as_ref().map_or_else(|| self.account.rate.to_string(), |entered| entered.rate.clone())
    }

    fn wrong(&self) -> FieldFaults {
        self.entered.as_ref().map(|entered| entered.faults.clone()).unwrap_or_default()
    }

    fn told(&self, said: &crate::domain::said::Said) -> String {
        self.v.sentence(&Told::new(said, &Names::default()))
    }
}

impl Pages {
    async fn account_page(&self, visit: Visit, id: i64, faults: Vec<String>) -> Result<AccountPage, PageError> {
        let user = visit.user.as_ref().ok_or(PageError::NotFound)?;
        let account = self.account(user, id).await?;
        let mut stores = admin::glances(self.pool(), &user.reach).await?;
        stores.retain(|store| store.account == account.id);
        let changes = admin::changes(self.pool(), account.id, None).await?;
        let changes = changes.into_iter().map(|change| ChangeRow::new(&visit, change, &Names::default())).collect();
        Ok(AccountPage { v: visit, account, stores, faults, entered: None, changes, webhook: None })
    }
}

async fn show(State(pages): State<Pages>, signed_in: SignedIn, Path(id): Path<i64>) -> Page {
    let page = pages.account_page(signed_in.visit, id, Vec::new()).await?;
    Ok(render(&page)?.into_response())
}

/// Back to the account's page, with what went wrong if something did.
async fn answer(pages: &Pages, visit: Visit, id: i64, done: Result<(), AdminError>, told: &str) -> Page {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/accounts/{id}?told={told}")).into_response()),
        Err(error @ (AdminError::Faults(_) | AdminError::Refused(_))) => {
            let faults = sentences(&error, visit.locale);
            let page = pages.account_page(visit, id, faults).await?;
            render_faults(&page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Saves name, rate and the secret of webhooks; what is left blank of these stays.
async fn edit(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let Change { visit, user, fields } = change;
    let account = pages.account(&user, id).await?;
    let (name, rate) = (fields.get("name").to_owned(), fields.get("calls_per_second").trim().to_owned());
    let secret = fields.trimmed_secret("webhook_secret");
    let faults = match admin::read_rate(&rate) {
        Err(faults) => faults,
        Ok(rate) => {
            let change = AccountChange {
                name: Some(name.clone()),
                rate: Some(rate).filter(|rate| *rate != account.rate),
                webhook_secret: Some(secret).filter(|secret| !secret.is_empty()),
                api_key: None,
            };
            match pages.admin_by(&user).edit_account(&account, change).await {
                Ok(()) => return Ok(Redirect::to(&format!("/accounts/{id}?told=saved")).into_response()),
                Err(error) => faults_of(error)?,
            }
        }
    };
    let faults = FieldFaults::new(&faults, visit.locale);
    let others = faults.beyond(|key| ["name", "calls_per_second"].contains(&key));
    let mut page = pages.account_page(visit, id, others).await?;
    page.entered = Some(Entered { name, rate, faults });
    render_faults(&page)
}

async fn new_key(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let Change { visit, user, fields } = change;
    let account = pages.account(&user, id).await?;
    let api_key = Some(fields.trimmed_secret("api_key"));
    let done =
        pages.admin_by(&user).edit_account(&account, AccountChange { api_key, ..AccountChange::default() }).await;
    answer(&pages, visit, id, done, "key-saved").await
}

async fn check(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let account = pages.account(&change.user, id).await?;
    let done = pages.admin().check_account(&account).await.map(drop);
    answer(&pages, change.visit, id, done, "account-checked").await
}

async fn webhook(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let account = pages.account(&change.user, id).await?;
    let hook = pages.admin().account_hook(&account).await?;
    let mut page = pages.account_page(change.visit, id, Vec::new()).await?;
    page.webhook = Some(hook.url(pages.public_url()).expose().to_owned());
    Ok(render(&page)?.into_response())
}

async fn delete(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    is_over_all(&change.visit)?;
    let account = pages.account(&change.user, id).await?;
    match admin::remove_account(pages.pool(), &account, &change.by()).await {
        Ok(()) => Ok(Redirect::to("/accounts?told=account-deleted").into_response()),
        done => answer(&pages, change.visit, id, done, "").await,
    }
}
