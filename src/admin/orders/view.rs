//! A store order as shown to a person: its lines and their items, its person, what is pending, and its history.

use std::sync::Arc;

use serde::Serialize;
use sqlx::PgPool;

use super::{
    decide::never_seen,
    row::{Difference, OrderRow, Placed},
};
use crate::{
    admin::{AdminError, Moment, Told, json::filled},
    cartum::decode_order,
    db::{
        catalogue, dictionary, history,
        identities::{self, Earlier},
        links::{self, Explained, LinkKind},
        order_list,
        stores::Store,
        watch,
        work::{self, Work},
        write_backs,
    },
    domain::{
        buyer,
        dictionary::Kind,
        ids::{Id, OrderNumber},
        marker::Marker,
        order::{Buyer, Line, StoreOrder},
        phone_field,
        product::ProductWant,
        scope,
    },
};

/// Everything that is known about a store order.
#[derive(Debug, Clone, Serialize)]
pub struct OrderView {
    /// Number, state, reason, work order.
    #[serde(flatten)]
    pub row: OrderRow,
    /// The buyer in the newest version; `None` if it cannot be read.
    pub buyer: Option<BuyerView>,
    /// The lines of the newest version; none if it cannot be read.
    pub lines: Vec<LineView>,
    /// Why the newest version cannot be read.
    #[serde(flatten)]
    pub unreadable: Option<Unreadable>,
    /// The person it is linked to.
    pub person: Option<PersonView>,
    /// RO App's status of the work order, as it was last seen.
    pub work_order_status: Option<i64>,
    /// What RO App calls it.
    pub work_order_status_name: Option<String>,
    /// What happens in the store to a status that a person set in RO App, where one is to be written there.
    pub write_back: Option<Told>,
    /// Orders that had the number before, oldest first.
    pub earlier: Vec<EarlierView>,
    /// The history, oldest first.
    pub history: Vec<HistoryRow>,
    /// What was changed on both sides, in words.
    #[serde(skip)]
    pub differences: Vec<Conflicting>,
    /// The store's address.
    #[serde(skip)]
    pub site_url: String,
    /// The store's currency.
    #[serde(skip)]
    pub currency: String,
}

/// What was changed on both sides.
#[derive(Debug, Clone)]
pub struct Conflicting {
    /// What each side has, or had.
    pub difference: Difference,
    /// RO App had it until the store won.
    pub is_overruled: bool,
}

/// Who ordered.
#[derive(Debug, Clone, Serialize)]
pub struct BuyerView {
    /// As in the store.
    #[serde(serialize_with = "filled")]
    pub name: String,
    /// As in the store.
    #[serde(serialize_with = "filled")]
    pub phone: String,
    /// As in the store.
    #[serde(serialize_with = "filled")]
    pub email: String,
}

/// The newest version cannot be read.
#[derive(Debug, Clone, Serialize)]
pub struct Unreadable {
    /// Which field, and what it holds.
    pub decode_error: String,
    /// The JSON as the store sent it.
    pub raw: serde_json::Value,
}

/// A line, and what it became in RO App.
#[derive(Debug, Clone, Serialize)]
pub struct LineView {
    /// Title in the buyer's language.
    pub title: String,
    /// The store's article.
    pub article: String,
    /// Units.
    pub quantity: String,
    /// Unit price.
    pub price: String,
    /// The discount that RO App accepted; `None` before.
    pub discount: Option<String>,
    /// RO App's line, once there is one.
    pub item_id: Option<i64>,
    /// RO App's product, once there is one.
    pub product_id: Option<i64>,
    /// Why it is that product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_reason: Option<Told>,
}

/// A person in RO App.
#[derive(Debug, Clone, Serialize)]
pub struct PersonView {
    /// RO App's id.
    pub id: i64,
    /// Why this person was chosen.
    pub reason: Option<Told>,
    /// Why a person should review it, if so.
    pub review: Option<Told>,
}

/// An order that had the number before.
#[derive(Debug, Clone, Serialize)]
pub struct EarlierView {
    /// When it was placed.
    pub placed_at: Option<Moment>,
    /// Its total.
    pub total: Option<String>,
    /// Its work order, left unchanged.
    pub work_order_id: Option<i64>,
    /// When a person decided that it is another order; `None` until then.
    pub ended_at: Option<Moment>,
    /// When it was placed, in the store's zone.
    #[serde(skip)]
    pub placed: Option<Placed>,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryRow {
    /// When.
    pub at: Moment,
    /// What.
    #[serde(flatten)]
    pub what: Told,
}

/// Looks up an order by its number.
///
/// # Errors
/// [`AdminError::NotFound`] when the store has none of that number.
pub async fn order_view(pool: &PgPool, store: &Store, number: OrderNumber) -> Result<OrderView, AdminError> {
    let Some(head) = order_list::find(pool, store.id, number).await? else {
        return Err(never_seen(store, number));
    };
    let (id, zone) = (head.id, store.settings.time_zone);
    let work = work::load(pool, id).await?;
    let mut names = dictionary::names(pool, store.account, store.id).await?;
    names.extend(dictionary::numbers(pool, &[id]).await?);
    let row = OrderRow::new(head, Arc::new(names));
    let decoded = decode_order(&work.raw, zone);
    let person = match &decoded {
        Ok(order) => {
            let key = buyer_key(order, store, work.generation);
            links::explain(pool, store.account, LinkKind::Person, &key).await?
        }
        Err(_) => None,
    };
    let conflicting = |conflict: &crate::domain::plan::Conflict| Conflicting {
        difference: row.difference(conflict),
        is_overruled: conflict.overruled.is_some(),
    };
    let lines = match &decoded {
        Ok(order) => line_views(pool, store, order, (&work, &row)).await?,
        Err(_) => Vec::new(),
    };
    let status = watch::status_of(pool, store.id, number).await?;
    let unreadable = decoded.as_ref().err();
    let earlier = identities::earlier(pool, store.id, number).await?;
    let history = history::of(pool, id).await?;
    Ok(OrderView {
        differences: work.conflicts.iter().map(conflicting).collect(),
        lines,
        unreadable: unreadable.map(|error| Unreadable { decode_error: error.to_string(), raw: work.raw.clone() }),
        buyer: decoded.ok().map(|order| buyer_view(order.buyer)),
        person: person.map(|person| PersonView {
            id: person.remote,
            reason: person.reason.map(|reason| row.told(&reason)),
            review: person.review.map(|review| row.told(&review)),
        }),
        work_order_status: status.map(Id::get),
        work_order_status_name: status.and_then(|status| row.name(Kind::Status, status.get())),
        write_back: write_backs::outlook(pool, id).await?.map(|what| row.told(&what)),
        earlier: earlier.into_iter().map(|earlier| earlier_view(&earlier, store)).collect(),
        history: history.into_iter().map(|(at, what)| row.history(at, &what)).collect(),
        site_url: store.settings.site_url.clone(),
        currency: store.settings.currency.clone(),
        row,
    })
}

fn buyer_view(buyer: Buyer) -> BuyerView {
    BuyerView { name: buyer.name, phone: buyer.phone, email: buyer.email }
}

fn earlier_view(earlier: &Earlier, store: &Store) -> EarlierView {
    let zone = store.settings.time_zone;
    EarlierView {
        placed_at: earlier.placed_at.map(|at| Moment(scope::to_utc(at, zone))),
        total: earlier.total.map(|total| total.to_string()),
        work_order_id: earlier.work_order.map(Id::get),
        ended_at: earlier.ended_at.map(Moment),
        placed: earlier.placed_at.map(|at| Placed { at, zone }),
    }
}

async fn line_views(
    pool: &PgPool,
    store: &Store,
    order: &StoreOrder,
    (work, row): (&Work, &OrderRow),
) -> Result<Vec<LineView>, AdminError> {
    let articles: Vec<_> = order.lines.iter().map(|line| line.article.clone()).collect();
    let catalogue = catalogue::get(pool, store.id, &articles).await?;
    let key = |line: &Line| ProductWant::of(line, &store.settings, &catalogue).link_key;
    let keys: Vec<_> = order.lines.iter().map(key).collect();
    let links = links::product_reasons(pool, store.account, &keys).await?;
    let view = |(line, key): (&Line, &String)| line_view(line, work, (links.get(key), row));
    Ok(order.lines.iter().zip(&keys).map(view).collect())
}

fn line_view(line: &Line, work: &Work, (product, row): (Option<&Explained>, &OrderRow)) -> LineView {
    let applied = work.applied.lines.get(&line.key);
    let in_roapp = applied.filter(|applied| !applied.is_waived());
    // Of a line that was linked with another product in the meantime, the reason says nothing.
    let product = product.filter(|linked| in_roapp.is_none_or(|applied| applied.product.get() == linked.remote));
    LineView {
        product_reason: product.and_then(|linked| linked.reason.as_ref()).map(|reason| row.told(reason)),
        title: line.title.clone(),
        article: line.article.clone(),
        quantity: line.quantity.normalize().to_string(),
        price: line.price.normalize().to_string(),
        discount: applied.map(|applied| applied.values.discount.to_string()),
        item_id: in_roapp.map(|applied| applied.item.get()),
        product_id: in_roapp.map(|applied| applied.product.get()),
    }
}

/// What identifies the buyer in link keys.
pub(super) fn buyer_key(order: &StoreOrder, store: &Store, generation: i32) -> String {
    let phones = phone_field::phones(&order.buyer.phone, &store.settings.phone_region);
    let marker = Marker { host: store.marker_host.clone(), number: order.number, generation };
    buyer::link_key(&order.buyer, phones.first(), &marker)
}
