//! A store's integration settings (design section 5) and the states of a store.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use super::{
    ids::{CampaignId, CategoryId, EmployeeId, LocationId, OrderTypeId, StatusId, StoreStatusId},
    words::Language,
};

/// All settings that a shop owner chose, validated. The password is stored separately, encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Off = no calls at all.
    pub enabled: bool,
    /// 1 to 64 characters, unique per account.
    pub name: String,
    /// Scheme and host, normalised, without a trailing slash: `https://shop.example.com`.
    pub site_url: String,
    /// Cartum user name.
    pub login: String,
    /// Where work orders are created.
    pub location_id: LocationId,
    /// Type of the work orders.
    pub order_type_id: OrderTypeId,
    /// Language key of product titles, as the store spells it; also the language of our own texts, see [`Settings::words`].
    pub language: String,
    /// The key by which products are found.
    pub identify_products_by: ProductKeyKind,
    /// Who gets new orders.
    pub managers: Managers,
    /// The employee on each line.
    pub line_executor: LineExecutor,
    /// Category of products that we create.
    pub product_category_id: CategoryId,
    /// What to do with a product that RO App does not have.
    pub unknown_products: UnknownProducts,
    /// Store status to RO App status.
    pub status_map: BTreeMap<StoreStatusId, MappedStatus>,
    /// RO App status to store status.
    pub write_back: BTreeMap<StatusId, StoreStatusId>,
    /// Statuses that the first import leaves out; default: Delivered (3).
    pub excluded_statuses: BTreeSet<StoreStatusId>,
    /// Calendar months back from the moment of connecting, 1 to 24.
    pub import_months: u32,
    /// The store's zone.
    pub time_zone: Tz,
    /// ISO country code for phone numbers without a country code.
    pub phone_region: String,
    /// ISO code, upper case; the store's own must equal it.
    pub currency: String,
    /// Which word of a buyer's name is the first name.
    pub name_order: NameOrder,
    /// Due date of a work order, in days after its creation; `None` = none is sent.
    pub due_in_days: Option<u32>,
    /// Custom fields by id.
    pub custom_fields: BTreeMap<i64, FieldText>,
    /// Whether staff's pay follows the discounted sum.
    pub discount_sponsor: DiscountSponsor,
    /// Marketing campaign of the work orders.
    pub ad_campaign_id: Option<CampaignId>,
}

impl Settings {
    /// The language of our own texts that staff read.
    #[must_use]
    pub fn words(&self) -> Language {
        Language::of(&self.language)
    }
}

/// The key by which products are found (design section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProductKeyKind {
    /// RO App's article.
    Sku,
    /// RO App's code.
    Code,
    /// The catalogue's gtin against RO App's barcodes.
    Barcode,
    /// The title in the chosen language.
    Title,
}

impl ProductKeyKind {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Sku, Self::Code, Self::Barcode, Self::Title];

    /// Its word in settings and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sku => "sku",
            Self::Code => "code",
            Self::Barcode => "barcode",
            Self::Title => "title",
        }
    }
}

/// Who gets new orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Managers {
    /// No manager is set; every manager sees the order.
    All,
    /// They take turns; at least one.
    Selected(Vec<EmployeeId>),
}

/// The employee that RO App requires on each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineExecutor {
    /// Always this one.
    Employee(EmployeeId),
    /// The order's own manager; only with selected managers.
    Manager,
}

/// What to do with a product that RO App does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownProducts {
    /// Create it.
    Create,
    /// One stand-in product per store.
    Placeholder,
    /// Hold the order for a person.
    Hold,
}

/// What a store status is mapped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappedStatus {
    /// The initial status of the order type.
    Initial,
    /// This RO App status.
    Status(StatusId),
}

/// Which word of a buyer's name is the first name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameOrder {
    /// "John Doe".
    FirstLast,
    /// "Doe John".
    LastFirst,
}

/// Who bears a discount in RO App's pay rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountSponsor {
    /// Pay follows the discounted sum.
    Staff,
    /// Pay follows the full sum.
    Company,
}

/// The content of a custom field: a constant, or a value of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldText {
    /// Always this text.
    Constant(String),
    /// The order's number.
    OrderNumber,
    /// When it was placed, RFC 3339 UTC.
    PlacedAt,
    /// Payment method.
    Payment,
    /// `yes` or `no`.
    Paid,
    /// Delivery method, city and address.
    Delivery,
    /// Carrier's number.
    TrackingNumber,
    /// The store's name.
    StoreName,
}

/// The state of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreState {
    /// Saved, never imported.
    Draft,
    /// The first import is running.
    Importing,
    /// Polled regularly.
    Active,
    /// The login was refused twice.
    NeedsCredentials,
    /// Stopped by a person, or for a reason that a person must fix.
    Paused,
}

impl StoreState {
    /// Whether the daemon works on the store: its import was requested, and it is not stopped.
    #[must_use]
    pub fn is_worked(self) -> bool {
        !matches!(self, Self::Draft | Self::Paused)
    }

    /// The word in the database and in output for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Importing => "importing",
            Self::Active => "active",
            Self::NeedsCredentials => "needs_credentials",
            Self::Paused => "paused",
        }
    }

    /// The state with this word; `None` for one that this release does not know.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let all = [Self::Draft, Self::Importing, Self::Active, Self::NeedsCredentials, Self::Paused];
        all.into_iter().find(|state| state.word() == word)
    }
}
