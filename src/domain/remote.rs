//! What RO App has, as far as it was read: the views that planning and matching compare with.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::ids::{ItemId, LocationId, OrderTypeId, PersonId, ProductId, StatusId, WorkOrderId};

/// A work order without its lines (contract roapp 4.4). Fields that the answer left out are `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// RO App's id.
    pub id: WorkOrderId,
    /// The number that people see, such as `A002`.
    pub number: String,
    /// Current status.
    pub status: Option<StatusId>,
    /// The status's group (1 New … 6 Closed, 7 Closed unsuccessfully).
    pub group: Option<i64>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// When it last changed, whole seconds.
    pub modified_at: Option<DateTime<Utc>>,
    /// The client it belongs to.
    pub client: Option<PersonId>,
    /// The client as the work order shows it; an organization has its name as the first name.
    pub client_card: Option<PersonCard>,
    /// Its location.
    pub location: Option<LocationId>,
    /// Its type.
    pub order_type: Option<OrderTypeId>,
    /// Sum of its lines after discounts.
    pub total: Option<Decimal>,
    /// One-line title.
    pub malfunction: String,
    /// Internal notes; our block with the marker is in here.
    pub manager_notes: String,
    /// Estimated price, free text.
    pub estimated_price: String,
    /// Custom fields by id (`f601` is 601), values as text.
    pub custom_fields: BTreeMap<i64, String>,
}

impl Head {
    /// In a closed group (6, 7): nothing of it may be changed any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.group, Some(6 | 7))
    }

    /// The texts that an edit in the store may change are those of `other`.
    #[must_use]
    pub fn has_texts_of(&self, other: &Self) -> bool {
        self.malfunction == other.malfunction
            && self.manager_notes == other.manager_notes
            && self.estimated_price == other.estimated_price
            && self.custom_fields == other.custom_fields
    }
}

/// A line of a work order (contract roapp 4.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// RO App's id.
    pub id: ItemId,
    /// The catalogue entry; `None` if the answer left it out.
    pub product: Option<ProductId>,
    /// Units.
    pub quantity: Option<Decimal>,
    /// Price per unit.
    pub price: Option<Decimal>,
    /// Discount amount of type `value`, as RO App shows it.
    pub discount: Option<Decimal>,
    /// A discount in percent, which we never write; never zero.
    pub percentage: Option<Decimal>,
    /// Goods of this line are written off.
    pub written_off: bool,
}

/// A client as RO App lists it (contract roapp 5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCard {
    /// RO App's id.
    pub id: PersonId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// As stored.
    pub email: String,
    /// As stored, in any spelling.
    pub phones: Vec<String>,
    /// Contains our token if we created the person.
    pub notes: String,
    /// When it was created; the oldest of several wins.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last changed, if that is shown.
    pub modified_at: Option<DateTime<Utc>>,
}

impl PersonCard {
    /// First and last name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// A catalogue entry as RO App lists it (contract roapp 7), either dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductCard {
    /// RO App's id.
    pub id: ProductId,
    /// Title.
    pub title: String,
    /// `article` (un-versioned) or `sku` (v2).
    pub article: String,
    /// Not unique.
    pub code: String,
    /// Texts as stored.
    pub barcodes: Vec<String>,
    /// Ends with our token if we created the product.
    pub description: String,
    /// Purchase cost, if the answer has one.
    pub cost: Option<Decimal>,
}
