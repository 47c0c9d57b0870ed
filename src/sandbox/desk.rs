//! Two small pages for a person who watches an order travel: the shop, where orders are placed, edited and canceled, and RO App's board,
//! where staff move work orders and write goods off.

use std::{io, net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use rust_decimal::Decimal;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use super::{roapp, world::Sandbox};

/// Rows on a page: the newest.
const SHOWN: usize = 15;
/// Canceled (contract cartum 5).
const CANCELED: i64 = 4;

/// The pages, for as long as this lives.
#[derive(Debug)]
pub struct Desk {
    /// `http://127.0.0.1:12345`, without a trailing slash.
    pub url: String,
    _serving: AbortOnDropHandle<()>,
}

impl Desk {
    /// Serves the pages of a sandbox on a free port of this machine.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open(sandbox: Arc<Sandbox>) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new()
            .route("/", get(async || Redirect::to("/shop")))
            .route("/shop", get(shop))
            .route("/shop/place", post(place))
            .route("/shop/{id}/{what}", post(change_order))
            .route("/board", get(board))
            .route("/board/{id}/{what}", post(change_work_order))
            .with_state(sandbox);
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the pages of the sandbox stopped");
            }
        });
        Ok(Self { url, _serving: AbortOnDropHandle::new(serving) })
    }
}

struct OrderRow {
    id: i64,
    placed: String,
    buyer: String,
    lines: Vec<String>,
    total: Decimal,
    status: i64,
}

#[derive(Template)]
#[template(path = "shop.html")]
struct ShopPage {
    orders: Vec<OrderRow>,
    statuses: Vec<(i64, String)>,
}

async fn shop(State(sandbox): State<Arc<Sandbox>>) -> Response {
    let data = sandbox.shop.data();
    let row = |order: &super::seed::order::ShopOrder| OrderRow {
        id: order.id,
        placed: order.placed_at.format("%d.%m. %H:%M").to_string(),
        buyer: order.name.clone(),
        lines: order.lines.iter().map(|line| format!("{} × {}", line.quantity.normalize(), line.title)).collect(),
        total: order.total_sum(false),
        status: order.status,
    };
    let mut newest: Vec<_> = data.orders.values().collect();
    newest.sort_by_key(|order| std::cmp::Reverse(order.id));
    let title = |titles| super::seed::ShopData::title(titles, "en").to_owned();
    page(&ShopPage {
        orders: newest.into_iter().take(SHOWN).map(row).collect(),
        statuses: data.statuses.values().map(|status| (status.id, title(&status.titles))).collect(),
    })
}

async fn place(State(sandbox): State<Arc<Sandbox>>) -> Redirect {
    sandbox.shop.place_order();
    Redirect::to("/shop")
}

#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    status: i64,
}

async fn change_order(
    State(sandbox): State<Arc<Sandbox>>,
    Path((id, what)): Path<(i64, String)>,
    Form(chosen): Form<Chosen>,
) -> Redirect {
    sandbox.shop.edit(|data| {
        let Some(order) = data.orders.get_mut(&id) else { return };
        match what.as_str() {
            "status" => order.status = chosen.status,
            "cancel" => order.status = CANCELED,
            "more" => {
                if let Some(line) = order.lines.first_mut() {
                    line.quantity += Decimal::ONE;
                }
            }
            _ => {}
        }
    });
    Redirect::to("/shop")
}

struct WorkOrderRow {
    id: i64,
    number: String,
    client: String,
    title: String,
    lines: Vec<String>,
    total: Decimal,
    status: i64,
    is_written_off: bool,
}

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    orders: Vec<WorkOrderRow>,
    statuses: Vec<(i64, &'static str)>,
}

async fn board(State(sandbox): State<Arc<Sandbox>>) -> Response {
    let data = sandbox.roapp.data();
    let row = |order: &roapp::Order| {
        let client = data.people.get(&order.client_id);
        let product = |id| data.products.get(&id).map_or("", |product| product.title.as_str());
        let line = |item: &roapp::Item| format!("{} × {}", item.quantity.normalize(), product(item.entity_id));
        WorkOrderRow {
            id: order.id,
            number: order.number.clone(),
            client: client.map_or_else(String::new, |it| format!("{} {}", it.first_name, it.last_name)),
            title: order.malfunction.clone(),
            lines: order.items.iter().map(line).collect(),
            total: order.total(false),
            status: order.status_id,
            is_written_off: order.items.iter().any(|item| item.written_off),
        }
    };
    let orders = data.orders.values().rev().take(SHOWN).map(row).collect();
    page(&BoardPage { orders, statuses: roapp::status_names() })
}

async fn change_work_order(
    State(sandbox): State<Arc<Sandbox>>,
    Path((id, what)): Path<(i64, String)>,
    Form(chosen): Form<Chosen>,
) -> Redirect {
    let staff = sandbox.roapp.staff();
    // What is gone meanwhile is not changed: the page shows it.
    let _ = match what.as_str() {
        "status" => staff.set_status(id, chosen.status),
        "delete" => staff.delete_order(id),
        "write-off" => {
            let items = sandbox.roapp.data().orders.get(&id).map(|order| order.items.clone());
            items.into_iter().flatten().try_for_each(|item| staff.write_off(id, item.id))
        }
        _ => Ok(()),
    };
    Redirect::to("/board")
}

fn page(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
