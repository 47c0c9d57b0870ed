//! Lists of store orders, newest first, page by page.

use chrono::NaiveDate;
use sqlx::PgPool;

use super::row::{OrderRow, rows};
use crate::{
    admin::AdminError,
    db::order_list::{self, About, Choice},
    domain::{
        buyer::search_parts,
        ids::{AccountId, OrderId, OrderNumber, StoreId},
        order_state::OrderState,
    },
};

/// Which orders are listed, of stores that are not removed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this store.
    pub store: Option<StoreId>,
    /// Only of stores of these accounts.
    pub accounts: Option<Vec<AccountId>>,
    /// Only with this number.
    pub number: Option<OrderNumber>,
    /// Only in this state.
    pub state: Option<OrderState>,
    /// Orders with a conflict, clients to review, or all.
    pub about: About,
    /// Placed on this day or later, in the store's zone.
    pub from: Option<NaiveDate>,
    /// Placed on this day or earlier.
    pub to: Option<NaiveDate>,
    /// Only of a buyer with this in name, phone or e-mail; empty: of any.
    pub buyer: String,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct InboxPage {
    /// Newest first.
    pub orders: Vec<OrderRow>,
    /// If more match: the order after which the next page begins.
    pub next: Option<OrderId>,
}

/// At most `limit` matching orders after `after`, the last order of the previous page.
///
/// # Errors
/// When the database fails.
pub async fn inbox(
    pool: &PgPool,
    filter: &Filter,
    after: Option<OrderId>,
    limit: u32,
) -> Result<InboxPage, AdminError> {
    let choice = Choice {
        store: filter.store,
        accounts: filter.accounts.clone(),
        number: filter.number,
        state: filter.state,
        about: filter.about,
        from: filter.from.map(order_list::start_of),
        until: filter.to.and_then(order_list::end_of),
        buyer: search_parts(&filter.buyer),
        after,
    };
    let page = order_list::page(pool, &choice, limit).await?;
    Ok(InboxPage { orders: rows(pool, page.orders).await?, next: page.next })
}
