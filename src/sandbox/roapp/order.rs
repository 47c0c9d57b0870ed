//! A work order with its lines, comments and history.

use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value};

use super::reference;

/// A line's discount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// `value` or `percentage`.
    pub kind: String,
    /// Percent, for `percentage`.
    pub percentage: Decimal,
    /// Amount, for `value`.
    pub amount: Decimal,
    /// `staff` or `company`.
    pub sponsor: String,
}

impl Default for Discount {
    fn default() -> Self {
        Self { kind: "value".into(), percentage: Decimal::ZERO, amount: Decimal::ZERO, sponsor: "staff".into() }
    }
}

/// A line of a work order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: i64,
    /// The product.
    pub entity_id: i64,
    /// The executor.
    pub assignee_id: i64,
    /// Units, with 3 decimals.
    pub quantity: Decimal,
    /// Price per unit, with 2 decimals.
    pub price: Decimal,
    /// Cost per unit, with 5 decimals.
    pub cost: Decimal,
    /// Discount.
    pub discount: Discount,
    /// Warranty period: a number as text.
    pub warranty_period: String,
    /// `days`, `months` or `years`.
    pub warranty_units: String,
    /// Taxes.
    pub tax_ids: Vec<i64>,
    /// Comment.
    pub comment: String,
    /// Its goods have been written off.
    pub written_off: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// A call made it, not staff.
    pub made_by_api: bool,
}

impl Item {
    /// What the discount takes off the line, with 2 decimals.
    #[must_use]
    pub fn discount_sum(&self, per_unit: bool) -> Decimal {
        let sum = match self.discount.kind.as_str() {
            "percentage" => self.price * self.quantity * self.discount.percentage / Decimal::ONE_HUNDRED,
            _ if per_unit => self.discount.amount * self.quantity,
            _ => self.discount.amount,
        };
        round(sum, 2)
    }

    /// Price times quantity minus the discount, with 2 decimals.
    #[must_use]
    pub fn sum(&self, per_unit: bool) -> Decimal {
        round(self.price * self.quantity, 2) - self.discount_sum(per_unit)
    }
}

/// A comment in an order's feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The text.
    pub text: String,
    /// Visible to staff only.
    pub is_private: bool,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// A status that an order had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The status.
    pub status_id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// A call set it, not staff.
    pub by_api: bool,
}

/// A work order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    /// Its id.
    pub id: i64,
    /// The number that people see: `A001`.
    pub number: String,
    /// Current status.
    pub status_id: i64,
    /// Location.
    pub branch_id: i64,
    /// The order type.
    pub order_type_id: i64,
    /// Person or organization.
    pub client_id: i64,
    /// Who pays, if it is somebody else.
    pub payer_id: Option<i64>,
    /// Manager.
    pub manager_id: Option<i64>,
    /// Executor.
    pub assignee_id: Option<i64>,
    /// Campaign.
    pub ad_campaign_id: Option<i64>,
    /// Calendar slot.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// End of the slot.
    pub scheduled_to: Option<DateTime<Utc>>,
    /// Due date.
    pub due_date: Option<DateTime<Utc>>,
    /// Task.
    pub malfunction: String,
    /// Internal notes.
    pub manager_notes: String,
    /// Executor's notes.
    pub engineer_notes: String,
    /// Conclusion.
    pub resume: String,
    /// Free text.
    pub estimated_price: String,
    /// Urgent.
    pub urgent: bool,
    /// As sent, with keys `f<ID>`.
    pub custom_fields: Map<String, Value>,
    /// Lines, in the order of their ids.
    pub items: Vec<Item>,
    /// The comments of the event feed.
    pub comments: Vec<Comment>,
    /// Every status that it had, including the first.
    pub history: Vec<StatusChange>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub modified_at: DateTime<Utc>,
    /// When it entered a closed group.
    pub closed_at: Option<DateTime<Utc>>,
    /// Since when lists show it.
    pub listed_at: DateTime<Utc>,
    /// A call made it, not staff.
    pub made_by_api: bool,
}

impl Order {
    /// Whether its status is in a closed group (6, 7).
    #[must_use]
    pub fn is_closed(&self) -> bool {
        reference::status(self.status_id).is_some_and(|status| status.group >= 6)
    }

    /// The sum of the lines, with 2 decimals.
    #[must_use]
    pub fn total(&self, discount_per_unit: bool) -> Decimal {
        self.items.iter().map(|item| item.sum(discount_per_unit)).sum()
    }

    /// The line with this id.
    #[must_use]
    pub fn item(&self, id: i64) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    pub(super) fn move_to(&mut self, status_id: i64, at: DateTime<Utc>, by_api: bool) {
        self.status_id = status_id;
        self.closed_at = if self.is_closed() { Some(at) } else { None };
        self.history.push(StatusChange { status_id, at, by_api });
        self.modified_at = at;
    }
}

/// Rounds half away from zero.
pub(super) fn round(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}
