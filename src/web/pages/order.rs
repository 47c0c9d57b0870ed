//! One order: what happened to it, what it waits for, and the button that solves it.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    Page, Pages,
    error::PageError,
    form::Change,
    render,
    visit::{SignedIn, Visit},
};
use crate::{
    admin::{
        self, AdminError, Ask, BuyerView, ClientChoices, DoubleRow, Identity, OrderView, ProductChoices, Selection,
        Store,
    },
    domain::{
        ids::{OrderNumber, PersonId, ProductId},
        order_state::OrderState,
        plan::Keep,
    },
};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/stores/{id}/orders/{number}", get(show))
        .route("/stores/{id}/orders/{number}/product", get(show_products).post(choose_product))
        .route("/stores/{id}/orders/{number}/client", get(show_clients).post(choose_client))
        .route("/stores/{id}/orders/{number}/{action}", post(act))
}

/// What a person can do about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Retry,
    Resync,
    Fetch,
    Recreate,
    KeepStore,
    KeepRoApp,
    Same,
    New,
}

impl Action {
    const ALL: [Self; 8] = [
        Self::Retry,
        Self::KeepStore,
        Self::KeepRoApp,
        Self::Same,
        Self::New,
        Self::Recreate,
        Self::Resync,
        Self::Fetch,
    ];

    /// Its word in addresses and keys.
    fn word(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Resync => "resync",
            Self::Fetch => "fetch",
            Self::Recreate => "recreate",
            Self::KeepStore => "keep-store",
            Self::KeepRoApp => "keep-roapp",
            Self::Same => "same",
            Self::New => "new",
        }
    }

    /// What is not needed, though a person may want it, stands back.
    fn class(self) -> &'static str {
        let is_second = matches!(self, Self::Resync | Self::Fetch | Self::KeepRoApp | Self::New);
        if is_second { "second" } else { "" }
    }
}

/// What makes sense for an order as it is.
fn actions(view: &OrderView, is_undecided: bool) -> Vec<Action> {
    let row = &view.row;
    let is_in_conflict = !row.conflicts.is_empty() || row.pending_change.is_some() || row.unread_conflicts.is_some();
    let state = OrderState::read(row.state);
    let fits = |action: &Action| match action {
        Action::Same | Action::New => is_undecided,
        _ if is_undecided => false,
        Action::KeepStore | Action::KeepRoApp => {
            let is_over = matches!(state, Some(OrderState::Gone | OrderState::Removed | OrderState::Excluded));
            is_in_conflict && row.resolve.is_none() && !is_over
        }
        Action::Retry => matches!(
            state,
            Some(OrderState::Held | OrderState::Failed | OrderState::Incomplete | OrderState::Unreadable)
        ),
        Action::Recreate => state == Some(OrderState::Removed),
        Action::Resync => state == Some(OrderState::Synced),
        Action::Fetch => true,
    };
    Action::ALL.into_iter().filter(fits).collect()
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    v: Visit,
    store: i64,
    store_name: String,
    zone: Tz,
    view: OrderView,
    actions: Vec<Action>,
    /// It is held for a product that a person can choose.
    wants_product: bool,
    /// RO App may have it already.
    double: Option<DoubleRow>,
    /// The store is not worked on, so that nothing can be asked of its orders.
    is_at_rest: bool,
}

impl OrderPage {
    /// When it is tried next, if that is not now.
    fn next_try(&self) -> Option<DateTime<Utc>> {
        self.view.row.next_try_at.filter(|at| *at > self.v.now)
    }
}

async fn show(State(pages): State<Pages>, signed_in: SignedIn, Path((id, number)): Path<(i64, i64)>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    let view = admin::order_view(pages.pool(), &store, OrderNumber::new(number)).await?;
    let is_undecided = admin::is_undecided(pages.pool(), &store, OrderNumber::new(number)).await?;
    let is_at_rest = !store.is_worked();
    let mut actions = if visit.is_admin() && !is_at_rest { actions(&view, is_undecided) } else { Vec::new() };
    let wants_product = !actions.is_empty()
        && view.row.reason.as_ref().is_some_and(|why| ["several-products", "no-product"].contains(&why.code.as_str()));
    let double = admin::possible_double(pages.pool(), &store, OrderNumber::new(number)).await?;
    if double.as_ref().is_some_and(|double| double.decision.is_none()) {
        // Until that is decided, it would be held again.
        actions.retain(|action| *action != Action::Retry);
    }
    let (zone, store_name) = (store.settings.time_zone, store.settings.name);
    let page = OrderPage { v: visit, store: id, store_name, zone, view, actions, wants_product, double, is_at_rest };
    Ok(render(&page)?.into_response())
}

#[derive(Template)]
#[template(path = "order_product.html")]
struct ProductPage {
    v: Visit,
    store: i64,
    number: i64,
    choices: ProductChoices,
}

/// The products that the order may mean, as RO App has them now.
async fn show_products(State(pages): State<Pages>, signed_in: SignedIn, Path((id, number)): Path<(i64, i64)>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    if !visit.is_admin() {
        return Err(PageError::OnlyLook);
    }
    let choices = pages.admin().product_choices(&store, OrderNumber::new(number)).await?;
    let Some(choices) = choices else {
        return Ok(Redirect::to(&format!("/stores/{id}/orders/{number}")).into_response());
    };
    Ok(render(&ProductPage { v: visit, store: id, number, choices })?.into_response())
}

async fn choose_product(State(pages): State<Pages>, Path((id, number)): Path<(i64, i64)>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    let product = change.fields.get("product").parse().map_err(|_| PageError::NotFound)?;
    pages.admin().choose_product(&store, OrderNumber::new(number), ProductId::new(product)).await?;
    Ok(Redirect::to(&format!("/stores/{id}/orders/{number}?told=order-decided")).into_response())
}

#[derive(Template)]
#[template(path = "order_client.html")]
struct ClientPage {
    v: Visit,
    store: i64,
    number: i64,
    /// Why somebody should look, if so.
    review: Option<String>,
    buyer: Option<BuyerView>,
    choices: ClientChoices,
}

/// The clients whom the buyer may be, as RO App has them now.
async fn show_clients(State(pages): State<Pages>, signed_in: SignedIn, Path((id, number)): Path<(i64, i64)>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    if !visit.is_admin() {
        return Err(PageError::OnlyLook);
    }
    let view = admin::order_view(pages.pool(), &store, OrderNumber::new(number)).await?;
    let choices = pages.admin().client_choices(&store, OrderNumber::new(number)).await?;
    let review = view.person.and_then(|person| person.review).map(|review| visit.sentence(&review));
    Ok(render(&ClientPage { v: visit, store: id, number, review, buyer: view.buyer, choices })?.into_response())
}

async fn choose_client(State(pages): State<Pages>, Path((id, number)): Path<(i64, i64)>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    let (number, admin) = (OrderNumber::new(number), pages.admin());
    let told = match change.fields.get("client") {
        "confirmed" => admin.confirm_client(&store, number).await.map(|()| "client-confirmed")?,
        client => {
            let client = client.trim().parse().map_err(|_| PageError::NotFound)?;
            admin.choose_client(&store, number, PersonId::new(client)).await.map(|()| "order-decided")?
        }
    };
    Ok(Redirect::to(&format!("/stores/{id}/orders/{number}?told={told}")).into_response())
}

async fn act(State(pages): State<Pages>, Path((id, number, action)): Path<(i64, i64, String)>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    let action = Action::ALL.into_iter().find(|it| it.word() == action).ok_or(PageError::NotFound)?;
    carry_out(&pages, &store, OrderNumber::new(number), action).await?;
    Ok(Redirect::to(&format!("/stores/{id}/orders/{number}?told={}", told(action))).into_response())
}

fn told(action: Action) -> &'static str {
    match action {
        Action::Retry | Action::Resync | Action::Recreate => "order-queued",
        Action::Fetch => "order-fetched",
        Action::KeepStore | Action::KeepRoApp | Action::Same | Action::New => "order-decided",
    }
}

async fn carry_out(pages: &Pages, store: &Store, number: OrderNumber, action: Action) -> Result<(), PageError> {
    let pool = pages.pool();
    let ask = async |ask| {
        let selection = Selection { numbers: vec![number], ..Selection::default() };
        let asked = admin::ask(pool, store, &selection, ask).await?;
        match asked.left.into_iter().next() {
            // The order changed since the page was made.
            Some((_, why)) if asked.queued.is_empty() && ask != Ask::Fetch => Err(AdminError::Refused(why)),
            _ => Ok(()),
        }
    };
    match action {
        Action::Retry => ask(Ask::Retry).await?,
        Action::Resync => ask(Ask::Resync).await?,
        Action::Fetch => ask(Ask::Fetch).await?,
        Action::Recreate => ask(Ask::Recreate).await?,
        Action::KeepStore => admin::resolve(pool, store, number, Keep::Store).await.map(drop)?,
        Action::KeepRoApp => admin::resolve(pool, store, number, Keep::RoApp).await.map(drop)?,
        Action::Same => admin::identify(pool, store, number, Identity::Same).await.map(drop)?,
        Action::New => admin::identify(pool, store, number, Identity::New).await.map(drop)?,
    }
    Ok(())
}
