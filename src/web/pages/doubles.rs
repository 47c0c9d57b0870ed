//! Orders that RO App may have already: a person decides about one, or about all.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect},
    routing::get,
};

use super::{
    Page, Pages,
    error::PageError,
    form::{Change, Fields},
    render, render_faults,
    visit::{SignedIn, Visit, capitalised},
};
use crate::{
    admin::{self, CandidateRow, DoubleDecision, DoubleRow, DoublesDecided, Store, Told},
    domain::{
        dictionary::Names,
        ids::{OrderNumber, WorkOrderId},
        store::StoreState,
    },
};

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/stores/{id}/doubles", get(show).post(decide))
}

#[derive(Template)]
#[template(path = "doubles.html")]
struct DoublesPage {
    v: Visit,
    id: i64,
    name: String,
    is_draft: bool,
    doubles: Vec<DoubleRow>,
    waiting: usize,
    /// What could not be decided, each with the reason.
    left: Vec<(OrderNumber, String)>,
}

impl Visit {
    /// What speaks for a work order being an order's.
    pub(super) fn signs(&self, candidate: &CandidateRow) -> String {
        let signs: Vec<_> = candidate.signs.iter().map(|sign| sign.on_page(self.locale)).collect();
        capitalised(&signs.join("; "))
    }
}

impl Pages {
    async fn doubles(
        &self,
        visit: Visit,
        store: &Store,
        left: Vec<(OrderNumber, String)>,
    ) -> Result<DoublesPage, PageError> {
        let doubles = admin::possible_doubles(self.pool(), store).await?;
        Ok(DoublesPage {
            v: visit,
            id: store.id.get(),
            name: store.settings.name.clone(),
            is_draft: store.state == StoreState::Draft,
            waiting: doubles.iter().filter(|double| double.decision.is_none() && !double.is_settled).count(),
            doubles,
            left,
        })
    }
}

async fn show(State(pages): State<Pages>, signed_in: SignedIn, Path(id): Path<i64>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    let page = pages.doubles(visit, &store, Vec::new()).await?;
    Ok(render(&page)?.into_response())
}

async fn decide(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    let decision = decision(&change.fields).ok_or(PageError::NotFound)?;
    let number = change.fields.get("number").parse().map(OrderNumber::new);
    let numbers = match (&number, change.fields.has("all")) {
        (Ok(number), false) => Some(std::slice::from_ref(number)),
        (Err(_), true) => None,
        _ => return Err(PageError::NotFound),
    };
    let DoublesDecided { decided, left } =
        admin::decide_doubles(pages.pool(), &store, numbers, decision, &change.by()).await?;
    if !left.is_empty() {
        let why = |(number, why)| (number, change.visit.sentence(&Told::new(&why, &Names::default())));
        let left = left.into_iter().map(why).collect();
        return render_faults(&pages.doubles(change.visit, &store, left).await?);
    }
    let place = match (number, change.fields.get("from")) {
        (Ok(number), "order") => format!("/stores/{id}/orders/{number}?told=order-decided"),
        (_, "import") => format!("/stores/{id}/import?told=doubles-decided&n={}", decided.len()),
        _ => format!("/stores/{id}/doubles?told=doubles-decided&n={}", decided.len()),
    };
    Ok(Redirect::to(&place).into_response())
}

/// `link`, `link-` with the id of a work order, `skip` or `create`.
fn decision(fields: &Fields) -> Option<DoubleDecision> {
    let word = fields.get("decision");
    match (word, word.strip_prefix("link-")) {
        (_, Some(id)) => Some(DoubleDecision::Link(Some(WorkOrderId::new(id.parse().ok()?)))),
        ("link", _) => Some(DoubleDecision::Link(None)),
        ("skip", _) => Some(DoubleDecision::Skip),
        ("create", _) => Some(DoubleDecision::Create),
        _ => None,
    }
}
