//! What an order of the shop holds, typed; the server renders it as its quirks say.

use chrono::NaiveDateTime;
use rust_decimal::{Decimal, RoundingStrategy};

use super::buyers::Buyer;

/// One order (contract cartum 4.4). Texts are as the buyer typed them; empty means not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopOrder {
    /// `order_id`.
    pub id: i64,
    /// `user`: nearly unique per order, as most buy as guests.
    pub user: i64,
    /// Who is behind the order; not on the wire, for oracles.
    pub buyer: Buyer,
    /// Local time in the shop's zone, whole seconds.
    pub placed_at: NaiveDateTime,
    /// When anything about it changed last, as `placed_at`; not on the wire.
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
    /// Language key of the site version the buyer used; titles follow it.
    pub language: String,
    /// Id and title of the way of delivery.
    pub delivery: (i64, String),
    /// −1 = the carrier's tariff; not in the totals.
    pub delivery_price: Decimal,
    /// Carrier's number, once there is a waybill.
    pub tracking_number: Option<String>,
    /// Nova Poshta's branch, told with `additionalData`.
    pub warehouse_ref: Option<String>,
    /// Goes by a carrier that fills `delivery_data`.
    pub by_carrier: bool,
    /// The buyer's comment.
    pub comment: String,
    /// Id and title of the way of payment.
    pub payment: (i64, String),
    /// Surcharge of the way of payment; not in the totals.
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
    /// The employee of the shop, 0 = nobody.
    pub manager_id: i64,
    /// The employee's note.
    pub manager_comment: String,
    /// `utm_campaign`; some are numbers beyond 32 bits.
    pub campaign: String,
    /// `utm_source` and `utm_medium`.
    pub source: (String, String),
}

/// What is taken off the whole order; none of it is on the lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discounts {
    /// `""` = no coupon.
    pub coupon_code: String,
    /// Percent of a percent coupon, else 0.
    pub coupon_percent: Decimal,
    /// Amount taken off by the coupon.
    pub coupon_value: Decimal,
    /// Percent of a regular buyer's discount, else 0.
    pub order_percent: Decimal,
    /// Amount of a regular buyer's discount.
    pub order_value: Decimal,
    /// Amount that the shop's manager took off.
    pub manager_value: Decimal,
    /// The manager's words for it.
    pub manager_title: String,
}

impl Discounts {
    /// All that is taken off.
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
    /// From a gift or set item to its parent's `storage_id`.
    pub parent: Option<i64>,
    /// What the line is.
    pub kind: LineKind,
    /// May be empty; for a variant its own.
    pub article: String,
    /// In the buyer's language.
    pub title: String,
    /// Unit price after product-level discount.
    pub price: Decimal,
    /// Whole and above 0 in what is generated.
    pub quantity: Decimal,
    /// The product itself was marked down (`PRICE_OLD`).
    pub marked_down: bool,
}

impl Line {
    /// `total_price`: price times quantity, in whole cents.
    #[must_use]
    pub fn total(&self) -> Decimal {
        (self.price * self.quantity).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
    }
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineKind {
    /// An ordinary line.
    Product,
    /// Free, with its parent.
    Gift,
    /// What the gift came with.
    GiftParent,
    /// A set, with the price of the whole.
    SetMain,
    /// A part of a set, not counted next to it.
    SetItem,
}

impl LineKind {
    /// The word on the wire.
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

    /// What delivery and the way of payment cost on top.
    #[must_use]
    pub fn extras(&self) -> Decimal {
        self.delivery_price.max(Decimal::ZERO) + self.payment_price
    }

    /// Pieces, over the same lines as the totals.
    #[must_use]
    pub fn total_quantity(&self, sets_counted: bool) -> Decimal {
        counted(&self.lines, sets_counted).map(|line| line.quantity).sum()
    }
}

/// The lines that the totals count.
pub(super) fn counted(lines: &[Line], sets_counted: bool) -> impl Iterator<Item = &Line> {
    lines.iter().filter(move |line| sets_counted || line.kind != LineKind::SetItem)
}
