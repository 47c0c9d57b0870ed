//! The list of orders: search and filters, orders that wait grouped by reason, solved in bulk, and as a CSV file.

use std::{borrow::Cow, collections::BTreeSet};

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    Page, Pages,
    csv::Csv,
    error::PageError,
    form::Change,
    render,
    visit::{SignedIn, Visit, capitalised},
};
use crate::{
    admin::{self, About, Ask, Filter, OrderRow, Selection, User},
    domain::{
        ids::{Id, OrderId, OrderNumber},
        order_state::OrderState,
        user::Reach,
    },
};

/// Orders on one page.
const AT_ONCE: u32 = 50;
/// Orders in a file: more than anybody reads, and not more than a machine takes.
const MOST_IN_FILE: usize = 20_000;

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/orders", get(list))
        .route("/orders.csv", get(file))
        .route("/orders/find", get(find))
        .route("/orders/retry", post(retry))
}

/// What is listed, as the address has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Listing {
    /// A number, or what a buyer's name, phone or e-mail contains.
    q: String,
    store: String,
    /// A state, `you`, `conflicts` or `review`.
    state: String,
    from: String,
    to: String,
    after: String,
}

impl Listing {
    /// The orders that match, among those that the user reaches.
    async fn filter(&self, pages: &Pages, user: &User) -> Result<Filter, PageError> {
        let store = match self.store.parse::<i64>() {
            Ok(id) => Some(pages.store(user, id).await?.id),
            Err(_) => None,
        };
        let accounts = match &user.reach {
            Reach::Every => None,
            Reach::Accounts(accounts) => Some(accounts.iter().copied().collect()),
        };
        let query = self.q.trim().trim_start_matches(['#', '№']).trim();
        let number = query.parse().ok().filter(|number: &i64| *number > 0 && query.len() <= LONGEST_NUMBER);
        let about = match self.state.as_str() {
            "you" => About::ForYou,
            "conflicts" => About::Conflicts,
            "review" => About::Reviews,
            _ => About::All,
        };
        Ok(Filter {
            store,
            accounts,
            number: number.map(OrderNumber::new),
            state: OrderState::read(&self.state),
            about,
            from: day(&self.from),
            to: day(&self.to),
            buyer: if number.is_some() { String::new() } else { query.to_owned() },
        })
    }

    fn after(&self) -> Option<OrderId> {
        self.after.parse().ok().map(OrderId::new)
    }

    /// The address of the same list, without where its page begins.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let values =
            [("q", &self.q), ("store", &self.store), ("state", &self.state), ("from", &self.from), ("to", &self.to)];
        for (name, value) in values.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.finish()
    }
}

/// A longer number is somebody's phone.
const LONGEST_NUMBER: usize = 8;

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

/// A reason that orders of the page wait for, and how many do.
struct Group {
    reason: String,
    /// The store whose orders can be tried again at once.
    store: i64,
    numbers: Vec<i64>,
    /// The store is not worked on, so that nothing can be asked of its orders.
    is_at_rest: bool,
}

#[derive(Template)]
#[template(path = "orders.html")]
struct ListPage {
    v: Visit,
    listing: Listing,
    query: String,
    stores: Vec<(i64, String)>,
    orders: Vec<OrderRow>,
    next: Option<OrderId>,
    groups: Vec<Group>,
    /// Where an order of this number may be that is not here: the store can be asked.
    unknown_number: Option<i64>,
}

impl ListPage {
    /// The choices of what is listed.
    const STATES: [&'static str; 12] = [
        "you",
        "waiting",
        "synced",
        "held",
        "failed",
        "incomplete",
        "unreadable",
        "excluded",
        "gone",
        "removed",
        "conflicts",
        "review",
    ];

    fn state_label(&self, state: &str) -> Cow<'static, str> {
        match state {
            "you" => self.v.say("waits-for-you"),
            "conflicts" => self.v.say("conflicts"),
            "review" => self.v.say("to-review"),
            state => self.v.say(format!("state-{state}")),
        }
    }
}

impl Visit {
    /// When an order was placed, in the store's zone.
    pub(super) fn placed(&self, order: &OrderRow) -> String {
        order.placed.map_or_else(String::new, |placed| self.locale.moment(placed.at))
    }

    /// How much an order needs a person: a word for style sheets.
    pub(super) fn level(state: &str) -> &'static str {
        match OrderState::read(state) {
            Some(OrderState::Held | OrderState::Incomplete) => "wait",
            Some(OrderState::Failed | OrderState::Unreadable) => "bad",
            Some(OrderState::Synced) => "good",
            _ => "off",
        }
    }
}

async fn list(State(pages): State<Pages>, signed_in: SignedIn, Query(listing): Query<Listing>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let mut filter = listing.filter(&pages, &user).await?;
    let mut page = admin::inbox(pages.pool(), &filter, listing.after(), AT_ONCE).await?;
    let unknown_number = filter.number.filter(|_| page.orders.is_empty()).map(Id::get);
    if unknown_number.is_some() {
        // It may be a part of a phone number.
        (filter.number, filter.buyer) = (None, listing.q.clone());
        page = admin::inbox(pages.pool(), &filter, listing.after(), AT_ONCE).await?;
    }
    let stores = admin::store_names(pages.pool(), &user.reach).await?;
    let mut groups = if filter.about == About::ForYou { groups(&visit, &page.orders) } else { Vec::new() };
    let of_groups: BTreeSet<_> = groups.iter().map(|group| group.store).collect();
    for id in of_groups {
        let is_at_rest = !pages.store(&user, id).await.is_ok_and(|store| store.is_worked());
        groups.iter_mut().filter(|group| group.store == id).for_each(|group| group.is_at_rest = is_at_rest);
    }
    let (query, next) = (listing.query(), page.next);
    let page = ListPage { v: visit, query, listing, stores, orders: page.orders, next, groups, unknown_number };
    Ok(render(&page)?.into_response())
}

/// Orders with the same reason, of one store, that can be tried again at once; at least two of them.
fn groups(visit: &Visit, orders: &[OrderRow]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for order in orders {
        let Some(reason) = &order.reason else { continue };
        let reason = visit.sentence(reason);
        let is_same = |group: &&mut Group| group.reason == reason && group.store == order.store_id;
        if let Some(group) = groups.iter_mut().find(is_same) {
            group.numbers.push(order.number);
        } else {
            let (store, numbers) = (order.store_id, vec![order.number]);
            groups.push(Group { reason, store, numbers, is_at_rest: false });
        }
    }
    groups.retain(|group| group.numbers.len() > 1);
    groups
}

/// Tries several orders of a store again.
async fn retry(State(pages): State<Pages>, change: Change) -> Page {
    let id = change.fields.get("store").parse::<i64>().map_err(|_| PageError::NotFound)?;
    let store = pages.store(&change.user, id).await?;
    let numbers: Vec<_> = change.fields.all("number").filter_map(|it| it.parse().ok()).map(OrderNumber::new).collect();
    if numbers.is_empty() {
        return Err(PageError::NotFound);
    }
    let selection = Selection { numbers, ..Selection::default() };
    let asked = admin::ask(pages.pool(), &store, &selection, Ask::Retry).await?;
    let place = format!("/orders?store={}&state=you&told=queued&n={}", store.id, asked.queued.len());
    Ok(Redirect::to(&place).into_response())
}

/// The list as a file, with the words of the page.
async fn file(State(pages): State<Pages>, signed_in: SignedIn, Query(listing): Query<Listing>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let filter = listing.filter(&pages, &user).await?;
    let mut csv = Csv::new(
        ["number", "store", "placed-at", "state", "reason", "work-order", "total"]
            .map(|key| visit.say(format!("column-{key}"))),
    );
    let (mut after, mut rows) = (None, 0);
    loop {
        let page = admin::inbox(pages.pool(), &filter, after, 500).await?;
        for order in &page.orders {
            let reason = order.reason.as_ref().map_or_else(String::new, |reason| visit.sentence(reason));
            csv.row([
                order.number.to_string(),
                order.store.clone(),
                order.placed.map_or_else(String::new, |placed| placed.at.format("%Y-%m-%d %H:%M").to_string()),
                visit.say(format!("state-{}", order.state)).into_owned(),
                reason,
                order.work_order_name().unwrap_or_default(),
                order.total.clone().unwrap_or_default(),
            ]);
        }
        rows += page.orders.len();
        after = page.next;
        if after.is_none() || rows >= MOST_IN_FILE {
            break;
        }
    }
    if after.is_some() {
        let mut more = [const { String::new() }; 7];
        more[1] = visit.say("csv-more").into_owned();
        csv.row(more);
    }
    let mut response: Response = csv.finish().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"orders.csv\""));
    Ok(response)
}

#[derive(Template)]
#[template(path = "order_find.html")]
struct FindPage {
    v: Visit,
    number: i64,
    store: i64,
    stores: Vec<(i64, String)>,
    /// Where it is, in words.
    found: Option<String>,
    /// It has a page of its own.
    is_known: bool,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    store: String,
    number: i64,
}

/// *Where is order N?*, also for orders never seen: the store is asked.
async fn find(State(pages): State<Pages>, signed_in: SignedIn, Query(wanted): Query<Wanted>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let stores = admin::store_names(pages.pool(), &user.reach).await?;
    let chosen = match (stores.as_slice(), wanted.store.parse()) {
        ([(only, _)], Err(_)) => *only,
        (_, store) => store.unwrap_or_default(),
    };
    let (mut found, mut is_known) = (None, false);
    if chosen != 0 {
        let store = pages.store(&user, chosen).await?;
        let answer = pages.admin().find_order(&store, OrderNumber::new(wanted.number), visit.now).await?;
        (found, is_known) = (Some(capitalised(&answer.sentence.on_page(visit.locale))), answer.known);
    }
    let page = FindPage { v: visit, number: wanted.number, store: chosen, stores, found, is_known };
    Ok(render(&page)?.into_response())
}
