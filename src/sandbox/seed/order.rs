//! The content of an order of the shop, typed; the server renders it as its quirks say.

use chrono::NaiveDateTime;
use rust_decimal::{Decimal, RoundingStrategy};

use super::buyers::Buyer;

/// One order (contract cartum 4.4). Texts are as the buyer typed them; an empty one was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopOrder {
    /// `order_id`.
    pub id: i64,
    /// `user`: almost unique for each order, because most buyers are guests.
    pub user: i64,
    /// The person behind the order; not in answers, for oracles.
    pub buyer: Buyer,
    /// Local time in the shop's zone, in whole seconds.
    pub placed_at: NaiveDateTime,
    /// When anything about it last changed, in the form of `placed_at`; not in answers.
    pub changed_at: NaiveDateTime,
    /// Status id.
    pub status: i64,
    /// `delivery_name`.
    pub name: String,
    /// `delivery_email`.
    pub email: String,
    /// `delivery_phone`.
    pub phone: String,
    /// `delivery_city`.
    pub city: String,
    /// `delivery_address`.
    pub address: String,
    /// Language key of the site version that the buyer used; titles follow it.
    pub language: String,
    /// Id and title of the method of delivery.
    pub delivery: (i64, String),
    /// −1 = the carrier's tariff; not in the totals.
    pub delivery_price: Decimal,
    /// Carrier's number, once there is a waybill.
    pub tracking_number: Option<String>,
    /// Nova Poshta's branch, shown with `additionalData`.
    pub warehouse_ref: Option<String>,
    /// It goes by a carrier that fills `delivery_data`.
    pub by_carrier: bool,
    /// The buyer's comment.
    pub comment: String,
    /// Id and title of the payment method.
    pub payment: (i64, String),
    /// Surcharge of the payment method; not in the totals.
    pub payment_price: Decimal,
    /// `payed`.
    pub paid: bool,
    /// "Do not call me".
    pub no_callback: bool,
    /// ISO code.
    pub currency: String,
    /// The lines, in order.
    pub lines: Vec<Line>,
    /// Order-level discounts.
    pub discounts: Discounts,
    /// The shop's employee; 0 = nobody.
    pub manager_id: i64,
    /// The employee's note.
    pub manager_comment: String,
    /// `utm_campaign`; some are numbers beyond 32 bits.
    pub campaign: String,
    /// `utm_source` and `utm_medium`.
    pub source: (String, String),
}

/// What is taken off the whole order; no line contains any of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discounts {
    /// `""` = no coupon.
    pub coupon_code: String,
    /// Percentage of a percentage coupon, else 0.
    pub coupon_percent: Decimal,
    /// Amount taken off by the coupon.
    pub coupon_value: Decimal,
    /// Percentage of a regular buyer's discount, else 0.
    pub order_percent: Decimal,
    /// Amount of a regular buyer's discount.
    pub order_value: Decimal,
    /// Amount that the shop's manager took off.
    pub manager_value: Decimal,
    /// The manager's words for it.
    pub manager_title: String,
}

impl Discounts {
    /// Everything that is taken off.
    #[must_use]
    pub fn sum(&self) -> Decimal {
        self.coupon_value + self.order_value + self.manager_value
    }
}

/// One line (contract cartum 4.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Unique in the shop.
    pub storage_id: i64,
    /// For a gift or set item, its parent's `storage_id`.
    pub parent: Option<i64>,
    /// The kind of line.
    pub kind: LineKind,
    /// The article; may be empty. A variant has its own.
    pub article: String,
    /// In the buyer's language.
    pub title: String,
    /// Unit price after product-level discount.
    pub price: Decimal,
    /// In generated orders, whole and above 0.
    pub quantity: Decimal,
    /// The product itself is reduced (`PRICE_OLD`).
    pub marked_down: bool,
}

impl Line {
    /// `total_price`: price times quantity, in whole cents.
    #[must_use]
    pub fn total(&self) -> Decimal {
        (self.price * self.quantity).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
    }
}

/// The kind of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineKind {
    /// An ordinary line.
    Product,
    /// Free, comes with its parent.
    Gift,
    /// The line that the gift comes with.
    GiftParent,
    /// A set, with the price of the whole set.
    SetMain,
    /// A part of a set, not counted beside it.
    SetItem,
}

impl LineKind {
    /// The word in answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Gift => "gift",
            Self::GiftParent => "gift_parent",
            Self::SetMain => "set_main",
            Self::SetItem => "set_item",
        }
    }
}

impl ShopOrder {
    /// Sum of the lines before order-level discounts; parts of sets count only if `sets_counted`.
    #[must_use]
    pub fn total_default(&self, sets_counted: bool) -> Decimal {
        counted(&self.lines, sets_counted).map(Line::total).sum()
    }

    /// What the buyer pays for the goods, without delivery and surcharge.
    #[must_use]
    pub fn total_sum(&self, sets_counted: bool) -> Decimal {
        self.total_default(sets_counted) - self.discounts.sum()
    }

    /// What delivery and the payment method cost in addition.
    #[must_use]
    pub fn extras(&self) -> Decimal {
        self.delivery_price.max(Decimal::ZERO) + self.payment_price
    }

    /// The number of pieces, over the same lines as the totals.
    #[must_use]
    pub fn total_quantity(&self, sets_counted: bool) -> Decimal {
        counted(&self.lines, sets_counted).map(|line| line.quantity).sum()
    }
}

/// The lines that the totals count.
pub(super) fn counted(lines: &[Line], sets_counted: bool) -> impl Iterator<Item = &Line> {
    lines.iter().filter(move |line| sets_counted || line.kind != LineKind::SetItem)
}
