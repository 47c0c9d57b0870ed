//! Who may use the pages: for admins who reach every account.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect},
    routing::{get, post},
};

use super::{
    FieldFaults, Page, Pages,
    error::PageError,
    form::{Change, Fields},
    render, render_faults,
    visit::{SignedIn, Visit},
};
use crate::{
    admin::{self, Account, AdminError, Fault, Faults, Invitation, User, UserRow},
    domain::{
        ids::{AccountId, UserId},
        said::Said,
        user::{Reach, Role},
    },
};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/users", get(list).post(add))
        .route("/users/{id}", get(show).post(edit))
        .route("/users/{id}/reset", post(reset))
        .route("/users/{id}/remove", post(remove))
}

#[derive(Template)]
#[template(path = "users.html")]
struct ListPage {
    v: Visit,
    users: Vec<UserRow>,
    accounts: Vec<Account>,
    /// What was typed.
    fields: Fields,
    faults: FieldFaults,
    /// The link of a user, shown once.
    link: Option<String>,
}

fn is_over_all(visit: &Visit) -> Result<(), PageError> {
    if visit.is_over_all() { Ok(()) } else { Err(PageError::OnlyLook) }
}

impl ListPage {
    fn is(&self, name: &str, value: &str) -> bool {
        self.fields.all(name).any(|typed| typed == value)
    }

    fn is_account(&self, account: &Account) -> bool {
        self.is("accounts", &account.id.to_string())
    }
}

impl Pages {
    async fn users(&self, visit: Visit, link: Option<&Invitation>) -> Result<ListPage, PageError> {
        let users = admin::user_rows(self.pool()).await?;
        let accounts = admin::accounts_within(self.pool(), &Reach::Every).await?;
        let link = link.map(|link| link.url(&self.url(&visit)).expose().to_owned());
        let (fields, faults) = (Fields::default(), FieldFaults::default());
        Ok(ListPage { v: visit, users, accounts, fields, faults, link })
    }

    /// A user that an admin changes: anybody but the admin.
    async fn other_user(&self, visit: &Visit, id: i64) -> Result<User, PageError> {
        is_over_all(visit)?;
        admin::user_by_id(self.pool(), UserId::new(id)).await?.ok_or(PageError::NotFound)
    }
}

async fn list(State(pages): State<Pages>, signed_in: SignedIn) -> Page {
    is_over_all(&signed_in.visit)?;
    Ok(render(&pages.users(signed_in.visit, None).await?)?.into_response())
}

/// What a form says of a user's rights.
fn rights(fields: &Fields) -> (Role, Reach) {
    let role = Role::read(fields.get("role")).unwrap_or(Role::Viewer);
    let accounts = fields.all("accounts").filter_map(|id| id.parse().ok()).map(AccountId::new);
    let reach = match fields.get("reach") {
        "every" => Reach::Every,
        _ => Reach::Accounts(accounts.collect::<BTreeSet<_>>()),
    };
    (role, reach)
}

async fn add(State(pages): State<Pages>, change: Change) -> Page {
    let Change { visit, fields, .. } = change;
    is_over_all(&visit)?;
    let (role, reach) = rights(&fields);
    let nobody = Reach::Accounts(BTreeSet::new());
    if reach == nobody {
        let faults = Faults::from(Fault::new("accounts", Said::new("user-without-account")));
        let page =
            ListPage { faults: FieldFaults::new(&faults, visit.locale), fields, ..pages.users(visit, None).await? };
        return render_faults(&page);
    }
    match admin::add_user(pages.pool(), fields.get("name"), role, &reach).await {
        Ok(invitation) => Ok(render(&pages.users(visit, Some(&invitation)).await?)?.into_response()),
        Err(AdminError::Faults(faults)) => {
            let faults = FieldFaults::new(&faults, visit.locale);
            let page = ListPage { fields, faults, ..pages.users(visit, None).await? };
            render_faults(&page)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "user.html")]
struct UserPage {
    v: Visit,
    user: User,
    accounts: Vec<Account>,
}

impl UserPage {
    fn reaches(&self, account: &Account) -> bool {
        self.user.reach != Reach::Every && self.user.reach.holds(account.id)
    }

    fn is_self(&self) -> bool {
        self.v.user.as_ref().is_some_and(|user| user.id == self.user.id)
    }
}

async fn show(State(pages): State<Pages>, signed_in: SignedIn, Path(id): Path<i64>) -> Page {
    let user = pages.other_user(&signed_in.visit, id).await?;
    let accounts = admin::accounts_within(pages.pool(), &Reach::Every).await?;
    Ok(render(&UserPage { v: signed_in.visit, user, accounts })?.into_response())
}

/// Nobody takes rights from themselves, so that somebody keeps them.
fn is_other(visit: &Visit, user: &User) -> Result<(), PageError> {
    if visit.user.as_ref().is_some_and(|own| own.id == user.id) { Err(PageError::OnlyLook) } else { Ok(()) }
}

async fn edit(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let user = pages.other_user(&change.visit, id).await?;
    is_other(&change.visit, &user)?;
    let (role, reach) = rights(&change.fields);
    if reach == Reach::Accounts(BTreeSet::new()) {
        return Err(AdminError::Faults(Fault::new("accounts", Said::new("user-without-account")).into()).into());
    }
    admin::edit_user(pages.pool(), user.id, role, &reach).await?;
    Ok(Redirect::to("/users?told=saved").into_response())
}

async fn reset(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let user = pages.other_user(&change.visit, id).await?;
    // One's own password is changed by who knows it.
    is_other(&change.visit, &user)?;
    let invitation = admin::reset_user(pages.pool(), &user).await?;
    Ok(render(&pages.users(change.visit, Some(&invitation)).await?)?.into_response())
}

async fn remove(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let user = pages.other_user(&change.visit, id).await?;
    is_other(&change.visit, &user)?;
    admin::remove_user(pages.pool(), user.id).await?;
    Ok(Redirect::to("/users?told=user-removed").into_response())
}
