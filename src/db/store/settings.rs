//! The form of a store's settings in the database: the names of design section 5, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    db::{self, DbError},
    domain::{
        ids::Id,
        store::{
            DiscountSponsor, FieldText, LineExecutor, Managers, MappedStatus, NameOrder, ProductKeyKind, Settings,
            UnknownProducts,
        },
    },
};

#[derive(Serialize, Deserialize)]
struct Row {
    enabled: bool,
    name: String,
    site_url: String,
    login: String,
    location_id: i64,
    order_type_id: i64,
    language: String,
    identify_products_by: KeyRow,
    /// Empty = all.
    managers: Vec<i64>,
    /// `None` = the order's own manager.
    line_executor_id: Option<i64>,
    product_category_id: i64,
    unknown_products: UnknownRow,
    /// `None` = the initial status.
    status_map: BTreeMap<i64, Option<i64>>,
    write_back: BTreeMap<i64, i64>,
    excluded_statuses: Vec<i64>,
    import_months: u32,
    time_zone: String,
    phone_region: String,
    currency: String,
    last_name_first: bool,
    due_in_days: Option<u32>,
    custom_fields: BTreeMap<i64, FieldRow>,
    company_bears_discount: bool,
    ad_campaign_id: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KeyRow {
    Sku,
    Code,
    Barcode,
    Title,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum UnknownRow {
    Create,
    Placeholder,
    Hold,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FieldRow {
    Constant(String),
    OrderNumber,
    PlacedAt,
    Payment,
    Paid,
    Delivery,
    TrackingNumber,
    StoreName,
}

/// The settings in the form that is saved.
pub(super) fn to_json(settings: &Settings) -> Result<serde_json::Value, DbError> {
    let row = Row {
        enabled: settings.enabled,
        name: settings.name.clone(),
        site_url: settings.site_url.clone(),
        login: settings.login.clone(),
        location_id: settings.location_id.get(),
        order_type_id: settings.order_type_id.get(),
        language: settings.language.clone(),
        identify_products_by: match settings.identify_products_by {
            ProductKeyKind::Sku => KeyRow::Sku,
            ProductKeyKind::Code => KeyRow::Code,
            ProductKeyKind::Barcode => KeyRow::Barcode,
            ProductKeyKind::Title => KeyRow::Title,
        },
        managers: match &settings.managers {
            Managers::All => Vec::new(),
            Managers::Selected(ids) => ids.iter().map(|id| id.get()).collect(),
        },
        line_executor_id: match settings.line_executor {
            LineExecutor::Employee(id) => Some(id.get()),
            LineExecutor::Manager => None,
        },
        product_category_id: settings.product_category_id.get(),
        unknown_products: match settings.unknown_products {
            UnknownProducts::Create => UnknownRow::Create,
            UnknownProducts::Placeholder => UnknownRow::Placeholder,
            UnknownProducts::Hold => UnknownRow::Hold,
        },
        status_map: settings
            .status_map
            .iter()
            .map(|(store, mapped)| match mapped {
                MappedStatus::Initial => (store.get(), None),
                MappedStatus::Status(id) => (store.get(), Some(id.get())),
            })
            .collect(),
        write_back: settings.write_back.iter().map(|(roapp, store)| (roapp.get(), store.get())).collect(),
        excluded_statuses: settings.excluded_statuses.iter().map(|id| id.get()).collect(),
        import_months: settings.import_months,
        time_zone: settings.time_zone.name().to_owned(),
        phone_region: settings.phone_region.clone(),
        currency: settings.currency.clone(),
        last_name_first: settings.name_order == NameOrder::LastFirst,
        due_in_days: settings.due_in_days,
        custom_fields: settings.custom_fields.iter().map(|(id, text)| (*id, text.into())).collect(),
        company_bears_discount: settings.discount_sponsor == DiscountSponsor::Company,
        ad_campaign_id: settings.ad_campaign_id.map(Id::get),
    };
    db::to_json("store", "settings", &row)
}

/// The settings from their saved form; `store` names the row in the error.
pub(super) fn from_json(store: i64, json: serde_json::Value) -> Result<Settings, DbError> {
    let broken = |detail: String| DbError::Row { table: "store", row: store.to_string(), column: "settings", detail };
    let row: Row = serde_json::from_value(json).map_err(|error| broken(error.to_string()))?;
    let time_zone = row.time_zone.parse().map_err(|_| broken(format!("unknown time zone {}", row.time_zone)))?;
    Ok(Settings {
        enabled: row.enabled,
        name: row.name,
        site_url: row.site_url,
        login: row.login,
        location_id: Id::new(row.location_id),
        order_type_id: Id::new(row.order_type_id),
        language: row.language,
        identify_products_by: match row.identify_products_by {
            KeyRow::Sku => ProductKeyKind::Sku,
            KeyRow::Code => ProductKeyKind::Code,
            KeyRow::Barcode => ProductKeyKind::Barcode,
            KeyRow::Title => ProductKeyKind::Title,
        },
        managers: match row.managers.as_slice() {
            [] => Managers::All,
            ids => Managers::Selected(ids.iter().copied().map(Id::new).collect()),
        },
        line_executor: row.line_executor_id.map_or(LineExecutor::Manager, |id| LineExecutor::Employee(Id::new(id))),
        product_category_id: Id::new(row.product_category_id),
        unknown_products: match row.unknown_products {
            UnknownRow::Create => UnknownProducts::Create,
            UnknownRow::Placeholder => UnknownProducts::Placeholder,
            UnknownRow::Hold => UnknownProducts::Hold,
        },
        status_map: row
            .status_map
            .into_iter()
            .map(|(store, roapp)| {
                (Id::new(store), roapp.map_or(MappedStatus::Initial, |id| MappedStatus::Status(Id::new(id))))
            })
            .collect(),
        write_back: row.write_back.into_iter().map(|(roapp, store)| (Id::new(roapp), Id::new(store))).collect(),
        excluded_statuses: row.excluded_statuses.into_iter().map(Id::new).collect(),
        import_months: row.import_months,
        time_zone,
        phone_region: row.phone_region,
        currency: row.currency,
        name_order: if row.last_name_first { NameOrder::LastFirst } else { NameOrder::FirstLast },
        due_in_days: row.due_in_days,
        custom_fields: row.custom_fields.into_iter().map(|(id, text)| (id, text.into())).collect(),
        discount_sponsor: if row.company_bears_discount { DiscountSponsor::Company } else { DiscountSponsor::Staff },
        ad_campaign_id: row.ad_campaign_id.map(Id::new),
    })
}

impl From<&FieldText> for FieldRow {
    fn from(text: &FieldText) -> Self {
        match text {
            FieldText::Constant(text) => Self::Constant(text.clone()),
            FieldText::OrderNumber => Self::OrderNumber,
            FieldText::PlacedAt => Self::PlacedAt,
            FieldText::Payment => Self::Payment,
            FieldText::Paid => Self::Paid,
            FieldText::Delivery => Self::Delivery,
            FieldText::TrackingNumber => Self::TrackingNumber,
            FieldText::StoreName => Self::StoreName,
        }
    }
}

impl From<FieldRow> for FieldText {
    fn from(row: FieldRow) -> Self {
        match row {
            FieldRow::Constant(text) => Self::Constant(text),
            FieldRow::OrderNumber => Self::OrderNumber,
            FieldRow::PlacedAt => Self::PlacedAt,
            FieldRow::Payment => Self::Payment,
            FieldRow::Paid => Self::Paid,
            FieldRow::Delivery => Self::Delivery,
            FieldRow::TrackingNumber => Self::TrackingNumber,
            FieldRow::StoreName => Self::StoreName,
        }
    }
}
