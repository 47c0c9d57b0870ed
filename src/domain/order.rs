//! The normalised store order: what every shape of Cartum's JSON is reduced to before anything looks at it.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;

use super::ids::{OrderNumber, StoreStatusId};

/// One normalised state of a store order (contract cartum 4.4 to 4.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreOrder {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// When the buyer placed it, in the store's own zone, which the store does not name.
    pub placed_at: NaiveDateTime,
    /// The store's status.
    pub status: StoreStatusId,
    /// ISO code, upper case; empty when the store left it out.
    pub currency: String,
    /// Who ordered.
    pub buyer: Buyer,
    /// What was ordered, in the store's order.
    pub lines: Vec<Line>,
    /// Sum before order-level discounts, after product discounts.
    pub total_default: Decimal,
    /// Sum after order-level discounts, without delivery: the total that the work order must have.
    pub total_sum: Decimal,
    /// The coupon's code, empty when there was none.
    pub coupon: String,
    /// Name of the manager's own discount, empty when there was none.
    pub manager_discount_title: String,
    /// The delivery.
    pub delivery: Delivery,
    /// The payment.
    pub payment: Payment,
    /// The buyer's comment.
    pub comment: String,
    /// The shop staff's comment.
    pub manager_comment: String,
    /// The buyer asked not to be called.
    pub no_callback: bool,
}

/// Who ordered, exactly as typed (trimmed).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Buyer {
    /// One string, no split into first and last.
    pub name: String,
    /// In any format; may be empty.
    pub phone: String,
    /// Any text; may be empty.
    pub email: String,
}

/// What tells one line of an order from another: its cart-line id, else article, title and ordinal; the second
/// part of a parted line has a key of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineKey(pub String);

impl LineKey {
    /// The key of a line without an id in the store: article, title, and its ordinal among such lines, from 1.
    #[must_use]
    pub fn ordinal(article_and_title: &str, ordinal: u32) -> Self {
        Self(format!("a{article_and_title}#{ordinal}"))
    }

    /// The key of a part of a line that had to be split; the first part, 0, has the line's own key.
    #[must_use]
    pub fn of_part(self, part: u8) -> Self {
        if part == 0 { self } else { Self(format!("p{part}:{}", self.0)) }
    }

    /// Whether the key contains an ordinal instead of an id.
    #[must_use]
    pub fn is_ordinal(&self) -> bool {
        self.0.starts_with('a')
    }
}

/// One line of a store order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `s<storage_id>`, else `a<article>|<title>#<ordinal from 1>`.
    pub key: LineKey,
    /// The store's article (SKU); may be empty.
    pub article: String,
    /// Title in the buyer's language.
    pub title: String,
    /// Units; fractions are possible.
    pub quantity: Decimal,
    /// Unit price after the product's own discount.
    pub price: Decimal,
    /// Line total before coupon and manager discount, where the store sent it.
    pub total: Option<Decimal>,
    /// What kind of line it is.
    pub kind: LineKind,
}

impl Line {
    /// Nothing was ordered of it, and it costs nothing: RO App has no such lines, and it is only named in the notes.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        self.quantity.is_zero() && self.total.is_none_or(|total| total.is_zero())
    }
}

/// Kinds of lines (contract cartum 4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// An ordinary line, also any kind that the contract does not know.
    Product,
    /// A gift.
    Gift,
    /// The line that a gift belongs to.
    GiftParent,
    /// A set, sold at one price.
    SetMain,
    /// A part of a set, not to be counted in addition to it.
    SetItem,
}

/// How the order is delivered. Texts are in the buyer's language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    /// Method as shown to the buyer.
    pub method: String,
    /// Cost; `None` = not calculated, by the carrier's tariff (the store's `-1`).
    pub price: Option<Decimal>,
    /// Who receives it, as typed.
    pub recipient: String,
    /// City.
    pub city: String,
    /// Address, one line.
    pub address: String,
    /// The carrier's tracking number, empty until there is one.
    pub tracking: String,
}

/// How the order is paid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payment {
    /// Method as shown to the buyer.
    pub method: String,
    /// Surcharge of the method; not part of `total_sum`.
    pub surcharge: Decimal,
    /// The store's `payed` flag.
    pub paid: bool,
}
