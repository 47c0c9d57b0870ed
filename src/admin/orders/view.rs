//! A store order as people look at it: its lines with what became of them, its person, what waits and what happened.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgPool;

use crate::{
    admin::AdminError,
    cartum::decode_order,
    db::{
        dictionary,
        identities::{self, Earlier},
        links::{self, LinkKind, Told},
        order_list::{self, Listed},
        orders,
        stores::Store,
        work::{self, Work},
        write_backs,
    },
    domain::{
        buyer,
        dictionary::Names,
        ids::{ItemId, OrderNumber, ProductId},
        marker::Marker,
        order::{Buyer, Line, StoreOrder},
        phone_field,
        plan::Conflict,
    },
};

/// Everything that is known of a store order.
#[derive(Debug, Clone)]
pub struct OrderView {
    /// Number, state, reason, work order.
    pub head: Listed,
    /// The newest version, as far as it can be read.
    pub content: Content,
    /// Who ordered, as the newest version has it; `None` where it cannot be read.
    pub buyer: Option<Buyer>,
    /// What people call what ids stand for.
    pub names: Names,
    /// The person it is linked with.
    pub person: Option<Told>,
    /// What was changed on both sides.
    pub conflicts: Vec<Conflict>,
    /// What becomes, in the store, of a status that a person set in RO App; empty when nothing is to be written there.
    pub write_back: String,
    /// Orders that had the number before, oldest first.
    pub earlier: Vec<Earlier>,
    /// What happened, oldest first.
    pub history: Vec<(DateTime<Utc>, String)>,
}

/// The newest version of an order.
#[derive(Debug, Clone)]
pub enum Content {
    /// Its lines.
    Lines(Vec<LineView>),
    /// It cannot be read: why, and the raw JSON.
    Unreadable {
        /// Which field, and what stands there.
        error: String,
        /// As the store sent it.
        raw: serde_json::Value,
    },
}

/// A line, and what it became in RO App.
#[derive(Debug, Clone)]
pub struct LineView {
    /// Title in the buyer's language.
    pub title: String,
    /// The store's article.
    pub article: String,
    /// Units.
    pub quantity: Decimal,
    /// Unit price.
    pub price: Decimal,
    /// The discount that RO App accepted; `None` before.
    pub discount: Option<Decimal>,
    /// RO App's line, once there is one.
    pub item: Option<ItemId>,
    /// RO App's product, once there is one.
    pub product: Option<ProductId>,
}

/// Looks an order up by its number.
///
/// # Errors
/// [`AdminError::NotFound`] when the store has none of that number.
pub async fn look_at_order(pool: &PgPool, store: &Store, number: OrderNumber) -> Result<OrderView, AdminError> {
    let Some(head) = order_list::find(pool, store.id, number).await? else {
        let name = &store.settings.name;
        return Err(AdminError::NotFound(format!("no order {number} of the store {name:?} was ever seen")));
    };
    let work = work::load(pool, head.id).await?;
    let mut names = dictionary::names(pool, store.account, store.id).await?;
    names.extend(dictionary::numbers(pool, &[head.id]).await?);
    let (content, buyer, person) = match decode_order(&work.raw, store.settings.time_zone) {
        Ok(order) => {
            let lines = order.lines.iter().map(|line| line_view(line, &work)).collect();
            let key = buyer_key(&order, store, work.generation);
            let person = links::told(pool, store.account, LinkKind::Person, &key).await?;
            (Content::Lines(lines), Some(order.buyer), person)
        }
        Err(error) => (Content::Unreadable { error: error.to_string(), raw: work.raw }, None, None),
    };
    let history = orders::history(pool, head.id).await?;
    let write_back = write_backs::in_words(pool, head.id).await?;
    let earlier = identities::earlier(pool, store.id, number).await?;
    Ok(OrderView { head, content, buyer, names, person, conflicts: work.conflicts, write_back, earlier, history })
}

fn line_view(line: &Line, work: &Work) -> LineView {
    let applied = work.applied.lines.get(&line.key);
    let in_roapp = applied.filter(|applied| !applied.is_waived());
    LineView {
        title: line.title.clone(),
        article: line.article.clone(),
        quantity: line.quantity.normalize(),
        price: line.price.normalize(),
        discount: applied.map(|applied| applied.values.discount),
        item: in_roapp.map(|applied| applied.item),
        product: in_roapp.map(|applied| applied.product),
    }
}

/// What stands for the buyer in link keys.
fn buyer_key(order: &StoreOrder, store: &Store, generation: i32) -> String {
    let phones = phone_field::phones(&order.buyer.phone, &store.settings.phone_region);
    let marker = Marker { host: store.marker_host.clone(), number: order.number, generation };
    buyer::link_key(&order.buyer, phones.first(), &marker)
}
