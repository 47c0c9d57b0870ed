//! Every setting by its key, and what kind of value it takes.

use crate::{
    check::{Fault, meant},
    domain::said::Said,
};

/// What a setting takes, so that a form, where all values are texts, is read as the setting wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// A text, whatever it looks like.
    Text,
    /// A number, a switch or a word.
    Value,
    /// Several numbers, or a word.
    List,
    /// Lines of its own, with an example of a line's key.
    Table(&'static str),
}

/// In the order of the design.
const SETTINGS: [(&str, Takes); 29] = [
    ("name", Takes::Text),
    ("account", Takes::Text),
    ("site_url", Takes::Text),
    ("login", Takes::Text),
    ("password_file", Takes::Text),
    ("password", Takes::Text),
    ("location_id", Takes::Value),
    ("order_type_id", Takes::Value),
    ("language", Takes::Text),
    ("identify_products_by", Takes::Text),
    ("managers", Takes::List),
    ("line_executor_id", Takes::Value),
    ("product_category_id", Takes::Value),
    ("unknown_products", Takes::Text),
    ("time_zone", Takes::Text),
    ("phone_region", Takes::Text),
    ("currency", Takes::Text),
    ("name_order", Takes::Text),
    ("enabled", Takes::Value),
    ("platform", Takes::Text),
    ("import_months", Takes::Value),
    ("excluded_statuses", Takes::List),
    ("due_in_days", Takes::Value),
    ("discount_sponsor", Takes::Text),
    ("ad_campaign_id", Takes::Value),
    ("allow_store_status_4", Takes::Value),
    ("custom_fields", Takes::Table("f601")),
    ("status_map", Takes::Table("5")),
    ("write_back", Takes::Table("503")),
];

/// What the setting of this key takes; `None` where there is no such setting.
pub(super) fn takes(key: &str) -> Option<Takes> {
    SETTINGS.iter().find(|(known, _)| *known == key).map(|(_, takes)| *takes)
}

/// Whether a value of this setting, or of a line of it, is a text whatever it looks like.
pub(super) fn takes_text(setting: &str) -> bool {
    takes(setting) == Some(Takes::Text) || setting == "custom_fields"
}

/// That there is no setting of this key, and which may be meant.
pub(super) fn unknown(key: &str) -> Fault {
    let keys = SETTINGS.map(|(key, _)| key);
    let message = match meant(key, keys) {
        Some(known) => Said::new("unknown-setting-but").with("meant", known),
        None => Said::new("unknown-setting").with("known", keys.join(", ")),
    };
    Fault::new(key, message)
}
