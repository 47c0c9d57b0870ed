//! The company and the lists that settings are chosen from (contract roapp 4.6, 4.8, 6, 7 and 9).

use super::{RoApp, RoAppError, call::Call, row::Row, wire};
use crate::domain::ids::{CampaignId, CategoryId, EmployeeId, LocationId, OrderTypeId, StatusId};

/// The company that the key belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// RO App's id, if shown.
    pub id: Option<i64>,
    /// Empty if not shown.
    pub name: String,
    /// When the company was made, as RO App shows it.
    pub created_at: Option<String>,
}

/// A location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// RO App's id.
    pub id: LocationId,
    /// Name.
    pub name: String,
    /// It no longer accepts work orders; `false` if not shown.
    pub is_archived: bool,
}

/// An employee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employee {
    /// RO App's id.
    pub id: EmployeeId,
    /// First and last name.
    pub name: String,
    /// They still work there; `true` if not shown.
    pub is_active: bool,
}

/// A type of work orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderType {
    /// RO App's id.
    pub id: OrderTypeId,
    /// Name.
    pub name: String,
}

/// A status of work orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderStatus {
    /// RO App's id.
    pub id: StatusId,
    /// Name, in the account's language.
    pub name: String,
    /// 1 New … 6 Closed, 7 Closed unsuccessfully (contract roapp 4.6); `None` if not shown.
    pub group: Option<i64>,
}

/// A custom field of work orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// The number in the field's name: 601 is `f601` on an order.
    pub id: i64,
    /// Title.
    pub title: String,
    /// The type of its values.
    pub kind: FieldKind,
    /// Whether it must be filled in; `None` if not shown.
    pub required: Option<bool>,
}

/// The type of a custom field's values (contract roapp 4.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Type 0.
    Boolean,
    /// Types 1 and 2.
    Text,
    /// Type 3; RO App does not show the choices.
    Choice,
    /// Types 4 and 5: a date or a time.
    Time,
    /// Type 6.
    Number,
    /// Not shown, or unknown to us.
    Other,
}

/// A category of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// RO App's id.
    pub id: CategoryId,
    /// Title.
    pub title: String,
    /// The category that contains it.
    pub parent: Option<CategoryId>,
}

/// A marketing campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// RO App's id.
    pub id: CampaignId,
    /// Name.
    pub name: String,
}

impl Company {
    /// What stays the same for a company and differs between companies: its id and the time it was made, as far as RO App shows
    /// them. Empty when RO App shows neither, so that nothing can be compared.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let id = self.id.map(|id| format!("id {id}"));
        let made = self.created_at.as_deref().map(|text| {
            let at = wire::instant(&text.into()).map(wire::instant_text);
            format!("made {}", at.as_deref().unwrap_or(text))
        });
        [id, made].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl RoApp {
    /// The company that the key belongs to; also used to test a new key.
    ///
    /// # Errors
    /// A [`RoAppError`]; [`RoAppError::Access`] for a bad key.
    pub async fn company(&self) -> Result<Company, RoAppError> {
        self.one(Call::get("/v2/company"), |row| {
            let created_at = Some(row.text("created_at")).filter(|text| !text.is_empty());
            Ok(Company { id: row.reference("id"), name: row.title(), created_at })
        })
        .await
    }

    /// The locations that the key's employee can see, including archived ones.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn locations(&self) -> Result<Vec<Location>, RoAppError> {
        let call = Call::get("/v2/company/locations").with("sort", "id");
        self.pages(call, |row| {
            let is_archived = row.flag("is_archived").unwrap_or(false);
            Ok(Location { id: row.id()?, name: row.title(), is_archived })
        })
        .await
    }

    /// All employees, including inactive ones.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn employees(&self) -> Result<Vec<Employee>, RoAppError> {
        let call = Call::get("/v2/company/employees").with("sort", "id");
        self.pages(call, |row| {
            let name = format!("{} {}", row.text("first_name"), row.text("last_name")).trim().to_owned();
            Ok(Employee { id: row.id()?, name, is_active: row.flag("is_active").unwrap_or(true) })
        })
        .await
    }

    /// The types of work orders.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn order_types(&self) -> Result<Vec<OrderType>, RoAppError> {
        let call = Call::get("/v2/orders/types");
        self.choices(&call, |row| Ok(OrderType { id: row.id()?, name: row.title() })).await
    }

    /// The statuses of work orders.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn order_statuses(&self) -> Result<Vec<OrderStatus>, RoAppError> {
        let call = Call::get("/v2/orders/statuses");
        self.choices(&call, |row| Ok(OrderStatus { id: row.id()?, name: row.title(), group: row.group() })).await
    }

    /// The custom fields of work orders of any type.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn order_custom_fields(&self) -> Result<Vec<CustomField>, RoAppError> {
        self.custom_fields("/v2/orders/custom-fields").await
    }

    /// The custom fields of people.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn people_custom_fields(&self) -> Result<Vec<CustomField>, RoAppError> {
        self.custom_fields("/v2/contacts/people/custom-fields").await
    }

    async fn custom_fields(&self, path: &'static str) -> Result<Vec<CustomField>, RoAppError> {
        self.choices(&Call::get(path), |row| {
            let (kind, required) = (field_kind(row), row.flag("required"));
            Ok(CustomField { id: row.raw_id()?, title: row.title(), kind, required })
        })
        .await
    }

    /// The categories of products.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn categories(&self) -> Result<Vec<Category>, RoAppError> {
        let call = Call::get("/v2/catalog/products/categories");
        self.pages(call, |row| {
            let parent = row.reference("parent_id").map(CategoryId::new);
            Ok(Category { id: row.id()?, title: row.title(), parent })
        })
        .await
    }

    /// The marketing campaigns.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn campaigns(&self) -> Result<Vec<Campaign>, RoAppError> {
        let call = Call::get("/marketing/campaigns/");
        self.pages(call, |row| Ok(Campaign { id: row.id()?, name: row.title() })).await
    }
}

fn field_kind(row: &Row<'_>) -> FieldKind {
    match row.reference("type") {
        Some(0) => FieldKind::Boolean,
        Some(1 | 2) => FieldKind::Text,
        Some(3) => FieldKind::Choice,
        Some(4 | 5) => FieldKind::Time,
        Some(6) => FieldKind::Number,
        _ => FieldKind::Other,
    }
}
