//! What we create and change in RO App, in our terms, and its form in requests (contract roapp 4.2, 4.5, 5.1, 7).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{
    error::{CallName, RoAppError},
    wire,
};
use crate::{
    config::WarrantyKey,
    domain::{
        ids::{CampaignId, CategoryId, EmployeeId, LocationId, OrderTypeId, PersonId, ProductId},
        money,
        store::DiscountSponsor,
    },
};

/// A client to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Required by RO App.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// RO App refuses an invalid address.
    pub email: Option<String>,
    /// In E.164 form, the primary one first.
    pub phones: Vec<String>,
    /// Contains our token.
    pub notes: String,
    /// Custom fields that RO App requires; they are sent empty, which it accepts (contract roapp 5.1).
    pub empty_fields: Vec<i64>,
}

/// A catalogue entry to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProduct {
    /// The category.
    pub category: CategoryId,
    /// Title.
    pub title: String,
    /// The SKU; may be empty.
    pub article: String,
    /// RO App accepts only an integer here.
    pub code: Option<i64>,
    /// Ends with our token.
    pub description: String,
    /// Left out of the call when empty.
    pub barcodes: Vec<String>,
}

/// A work order to create; status, lines and currency cannot be given (contract roapp 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// The location that works on it.
    pub location: LocationId,
    /// Its type, which gives the initial status.
    pub order_type: OrderTypeId,
    /// The client.
    pub client: PersonId,
    /// The responsible manager; `None` = everybody sees it.
    pub manager: Option<EmployeeId>,
    /// Where the client came from.
    pub campaign: Option<CampaignId>,
    /// One-line title.
    pub malfunction: String,
    /// The block for people that ends with the marker.
    pub manager_notes: String,
    /// The total; sent as a string.
    pub estimated_price: Decimal,
    /// Sent in whole seconds.
    pub due_date: Option<DateTime<Utc>>,
    /// Values by the field's id: 601 is sent as `f601`.
    pub custom_fields: BTreeMap<i64, String>,
}

/// A change of a work order; parts that are `None` or empty stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderChange {
    /// The client.
    pub client: Option<PersonId>,
    /// One-line title.
    pub malfunction: Option<String>,
    /// The whole text.
    pub manager_notes: Option<String>,
    /// The total; sent as a string.
    pub estimated_price: Option<Decimal>,
    /// Sent in whole seconds.
    pub due_date: Option<DateTime<Utc>>,
    /// Values by the field's id; only those that change.
    pub custom_fields: BTreeMap<i64, String>,
}

/// A line to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// The catalogue entry.
    pub product: ProductId,
    /// The employee on the line.
    pub executor: EmployeeId,
    /// Units.
    pub quantity: Decimal,
    /// Price per unit.
    pub price: Decimal,
    /// Purchase cost per unit; 0 if unknown.
    pub cost: Decimal,
    /// Discount of the whole line, of type `value`.
    pub discount: Decimal,
    /// Whether staff's pay follows the discounted sum.
    pub sponsor: DiscountSponsor,
    /// May be empty.
    pub comment: String,
}

/// The new values of a line; all of them are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange {
    /// Units.
    pub quantity: Decimal,
    /// Price per unit.
    pub price: Decimal,
    /// Discount of the whole line, of type `value`.
    pub discount: Decimal,
    /// Whether staff's pay follows the discounted sum.
    pub sponsor: DiscountSponsor,
}

impl NewPerson {
    pub(super) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("first_name".to_owned(), json!(self.first_name));
        put_text(&mut body, "last_name", &self.last_name);
        if let Some(email) = &self.email {
            put_text(&mut body, "email", email);
        }
        if !self.phones.is_empty() {
            let phones = self.phones.iter().map(|phone| json!({ "phone": phone, "title": "", "notify": false }));
            body.insert("phones".to_owned(), phones.collect());
        }
        put_text(&mut body, "notes", &self.notes);
        if !self.empty_fields.is_empty() {
            let fields = self.empty_fields.iter().map(|id| (format!("f{id}"), json!("")));
            body.insert("custom_fields".to_owned(), fields.collect::<Map<_, _>>().into());
        }
        body.into()
    }
}

impl NewProduct {
    pub(super) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("category_id".to_owned(), self.category.get().into());
        body.insert("title".to_owned(), json!(self.title));
        put_text(&mut body, "article", &self.article);
        put_text(&mut body, "description", &self.description);
        if let Some(code) = self.code {
            body.insert("code".to_owned(), code.into());
        }
        if !self.barcodes.is_empty() {
            body.insert("barcodes".to_owned(), json!(self.barcodes));
        }
        body.into()
    }
}

impl NewOrder {
    pub(super) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("branch_id".to_owned(), self.location.get().into());
        body.insert("order_type_id".to_owned(), self.order_type.get().into());
        body.insert("client_id".to_owned(), self.client.get().into());
        if let Some(manager) = self.manager {
            body.insert("manager_id".to_owned(), manager.get().into());
        }
        if let Some(campaign) = self.campaign {
            body.insert("ad_campaign_id".to_owned(), campaign.get().into());
        }
        body.insert("malfunction".to_owned(), json!(self.malfunction));
        body.insert("manager_notes".to_owned(), json!(self.manager_notes));
        body.insert("estimated_price".to_owned(), json!(money::plain(self.estimated_price)));
        put_due_date(&mut body, self.due_date);
        put_custom_fields(&mut body, &self.custom_fields);
        body.into()
    }
}

impl OrderChange {
    /// Whether nothing changes, so that there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn body(&self) -> Value {
        let mut body = Map::new();
        if let Some(client) = self.client {
            body.insert("client_id".to_owned(), client.get().into());
        }
        if let Some(text) = &self.malfunction {
            body.insert("malfunction".to_owned(), json!(text));
        }
        if let Some(text) = &self.manager_notes {
            body.insert("manager_notes".to_owned(), json!(text));
        }
        if let Some(price) = self.estimated_price {
            body.insert("estimated_price".to_owned(), json!(money::plain(price)));
        }
        put_due_date(&mut body, self.due_date);
        put_custom_fields(&mut body, &self.custom_fields);
        body.into()
    }
}

impl NewItem {
    pub(super) fn body(&self, call: CallName, warranty_key: WarrantyKey) -> Result<Value, RoAppError> {
        Ok(json!({
            "entity_id": self.product.get(),
            "assignee_id": self.executor.get(),
            "quantity": number(call, "quantity", self.quantity)?,
            "price": number(call, "price", self.price)?,
            "cost": number(call, "cost", self.cost)?,
            "discount": discount(call, self.discount, self.sponsor)?,
            "warranty": { "period": "0", (warranty_key.name()): "days" },
            "comment": self.comment,
        }))
    }
}

impl ItemChange {
    pub(super) fn body(&self, call: CallName) -> Result<Value, RoAppError> {
        Ok(json!({
            "quantity": number(call, "quantity", self.quantity)?,
            "price": number(call, "price", self.price)?,
            "discount": discount(call, self.discount, self.sponsor)?,
        }))
    }
}

fn number(call: CallName, field: &'static str, amount: Decimal) -> Result<Value, RoAppError> {
    wire::number(amount).map(Value::Number).ok_or(RoAppError::Inexact { call, field })
}

/// The discount; a sub-object is always sent whole (contract roapp 4.5).
fn discount(call: CallName, amount: Decimal, sponsor: DiscountSponsor) -> Result<Value, RoAppError> {
    let sponsor = match sponsor {
        DiscountSponsor::Staff => "staff",
        DiscountSponsor::Company => "company",
    };
    let amount = number(call, "discount.amount", amount)?;
    Ok(json!({ "type": "value", "percentage": 0, "amount": amount, "sponsor": sponsor }))
}

fn put_text(body: &mut Map<String, Value>, name: &str, text: &str) {
    if !text.is_empty() {
        body.insert(name.to_owned(), json!(text));
    }
}

fn put_due_date(body: &mut Map<String, Value>, due_date: Option<DateTime<Utc>>) {
    if let Some(at) = due_date {
        body.insert("due_date".to_owned(), json!(wire::instant_text(at)));
    }
}

fn put_custom_fields(body: &mut Map<String, Value>, fields: &BTreeMap<i64, String>) {
    if !fields.is_empty() {
        let fields: Map<_, _> = fields.iter().map(|(id, text)| (format!("f{id}"), json!(text))).collect();
        body.insert("custom_fields".to_owned(), fields.into());
    }
}
