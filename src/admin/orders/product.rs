//! An order that is held because of a product: the person chooses which product of RO App it is, and the link holds from then on for
//! every order with it.

use serde::Serialize;

use crate::{
    admin::{Admin, AdminError, stores::is_worked},
    check::{Fault, Faults, roapp_reason},
    db::{
        accounts, asks, history,
        links::{self, LinkKind, NewLink},
        order_list::{self, Listed},
        stores::Store,
    },
    domain::{
        ids::{OrderNumber, ProductId},
        order_state::OrderState,
        remote::ProductCard,
        said::{Said, Value},
        store::ProductKeyKind,
    },
    http::Fence,
    roapp::{RoApp, RoAppError},
};

/// Products that are offered at most.
const MOST: usize = 20;

/// Which product is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    kind: ProductKeyKind,
    key: String,
    /// What the store calls it, or the key where that is not known.
    title: String,
    /// Those that RO App has under the key.
    ids: Vec<ProductId>,
}

/// A choice of products for an order that is held.
#[derive(Debug, Clone)]
pub struct ProductChoices {
    /// What the store calls the product, or its key.
    pub title: String,
    /// The products of RO App that it may be.
    pub candidates: Vec<ProductRow>,
}

/// A product of RO App.
#[derive(Debug, Clone, Serialize)]
pub struct ProductRow {
    /// RO App's id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its article.
    pub article: String,
}

impl Admin {
    /// The products that an order may mean which is held because of one; `None` if it is not.
    ///
    /// # Errors
    /// [`AdminError::Faults`] when RO App cannot be asked.
    pub async fn product_choices(
        &self,
        store: &Store,
        number: OrderNumber,
    ) -> Result<Option<ProductChoices>, AdminError> {
        let order = order_list::find(&self.pool, store.id, number).await?;
        let Some(wanted) = order.as_ref().and_then(wanted) else { return Ok(None) };
        let roapp = self.roapp_of(store).await?;
        let mut cards = Vec::new();
        for id in wanted.ids.iter().take(MOST) {
            cards.extend(roapp.product(*id).await.map_err(|error| unreadable(&error))?);
        }
        if wanted.ids.is_empty() {
            cards = roapp.products_by_text(&wanted.title).await.map_err(|error| unreadable(&error))?;
        }
        let row = |card: ProductCard| ProductRow { id: card.id.get(), title: card.title, article: card.article };
        Ok(Some(ProductChoices { title: wanted.title, candidates: cards.into_iter().take(MOST).map(row).collect() }))
    }

    /// Links what an order is held for with the product that a person chose, and has the order tried again.
    ///
    /// # Errors
    /// [`AdminError::Refused`] when the order is not held for a product, or RO App does not have the chosen one.
    pub async fn choose_product(
        &self,
        store: &Store,
        number: OrderNumber,
        product: ProductId,
    ) -> Result<(), AdminError> {
        is_worked(&self.pool, store).await?;
        let order = order_list::find(&self.pool, store.id, number).await?;
        let Some((order, wanted)) = order.and_then(|order| wanted(&order).map(|wanted| (order, wanted))) else {
            return Err(AdminError::Refused(Said::new("no-product-to-choose").with("number", number.get())));
        };
        if self.roapp_of(store).await?.product(product).await.map_err(|error| unreadable(&error))?.is_none() {
            return Err(AdminError::Refused(Said::new("no-such-product").with("product", product)));
        }
        let key = wanted.kind.link_key(&wanted.key);
        let told = Said::new("decided-product").with("product", product).with("title", wanted.title);
        let mut tx = crate::db::begin(&self.pool).await?;
        let link = NewLink {
            account: store.account,
            kind: LinkKind::Product,
            key: &key,
            remote: product.get(),
            reason: &Said::new("chosen-product"),
            review: None,
            order: order.id,
        };
        links::save_newest(&mut tx, &link).await?;
        asks::retry(&mut tx, store, &[order.id], &[OrderState::Held]).await?;
        history::add(&mut tx, order.id, &told).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn roapp_of(&self, store: &Store) -> Result<RoApp, AdminError> {
        let account = accounts::get(&self.pool, store.account).await?;
        let account = account.ok_or_else(|| AdminError::NotFound(Said::new("account-was-removed")))?;
        Ok(self.clients.roapp(&self.pool, &self.keyring, &account, Fence::open())?)
    }
}

pub(super) fn unreadable(error: &RoAppError) -> AdminError {
    Faults::from(Fault::new("", roapp_reason(error))).into()
}

/// What an order is held for, if it is a product.
fn wanted(order: &Listed) -> Option<Wanted> {
    let reason = order.reason.as_ref().filter(|_| order.state == OrderState::Held)?;
    if !["several-products", "no-product"].contains(&reason.code()) {
        return None;
    }
    let value = |name: &str| reason.values().find(|(known, _)| *known == name).map(|(_, value)| value);
    let text = |name: &str| match value(name) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let kind = match value("key")? {
        Value::Said(said) => kind_of(said.code())?,
        _ => return None,
    };
    let key = text("value")?;
    let ids = match value("ids") {
        Some(Value::List(ids)) => ids.iter().filter_map(id).collect(),
        _ => Vec::new(),
    };
    Some(Wanted { kind, title: text("title").unwrap_or_else(|| key.clone()), key, ids })
}

fn id(value: &Value) -> Option<ProductId> {
    match value {
        Value::Number(id) => Some(ProductId::new(*id)),
        _ => None,
    }
}

fn kind_of(code: &str) -> Option<ProductKeyKind> {
    match code {
        "key-article" => Some(ProductKeyKind::Sku),
        "key-code" => Some(ProductKeyKind::Code),
        "key-barcode" => Some(ProductKeyKind::Barcode),
        "key-title" => Some(ProductKeyKind::Title),
        _ => None,
    }
}
