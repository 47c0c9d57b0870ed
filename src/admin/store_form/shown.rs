//! Shows settings as they are written in a store file.

use serde_json::{Map, Value, json};

use super::placeholder;
use crate::domain::{
    status::CANCELLED,
    store::{DiscountSponsor, FieldText, LineExecutor, Managers, MappedStatus, NameOrder, Settings, UnknownProducts},
};

/// The settings by the keys of a store file, without the password.
#[must_use]
pub fn settings_json(account: &str, settings: &Settings) -> Value {
    let status_map = settings.status_map.iter().map(|(store, status)| {
        let value = match status {
            MappedStatus::Initial => json!("initial"),
            MappedStatus::Status(id) => json!(id.get()),
        };
        (store.to_string(), value)
    });
    let write_back = settings.write_back.iter().map(|(status, store)| (status.to_string(), json!(store.get())));
    let custom_fields = settings.custom_fields.iter().map(|(id, text)| (format!("f{id}"), json!(field_text(text))));
    json!({
        "name": settings.name,
        "account": account,
        "platform": "cartum",
        "enabled": settings.enabled,
        "site_url": settings.site_url,
        "login": settings.login,
        "location_id": settings.location_id.get(),
        "order_type_id": settings.order_type_id.get(),
        "language": settings.language,
        "identify_products_by": settings.identify_products_by.word(),
        "managers": match &settings.managers {
            Managers::All => json!("all"),
            Managers::Selected(ids) => ids.iter().map(|id| id.get()).collect(),
        },
        "line_executor_id": match settings.line_executor {
            LineExecutor::Employee(id) => json!(id.get()),
            LineExecutor::Manager => json!("manager"),
        },
        "product_category_id": settings.product_category_id.get(),
        "unknown_products": match settings.unknown_products {
            UnknownProducts::Create => "create",
            UnknownProducts::Placeholder => "placeholder",
            UnknownProducts::Hold => "hold",
        },
        "time_zone": settings.time_zone.name(),
        "phone_region": settings.phone_region,
        "currency": settings.currency,
        "name_order": match settings.name_order {
            NameOrder::FirstLast => "first_last",
            NameOrder::LastFirst => "last_first",
        },
        "import_months": settings.import_months,
        "excluded_statuses": settings.excluded_statuses.iter().map(|id| id.get()).collect::<Vec<_>>(),
        "due_in_days": settings.due_in_days,
        "discount_sponsor": match settings.discount_sponsor {
            DiscountSponsor::Staff => "staff",
            DiscountSponsor::Company => "company",
        },
        "ad_campaign_id": settings.ad_campaign_id.map(crate::domain::ids::Id::get),
        "custom_fields": custom_fields.collect::<Map<_, _>>(),
        "status_map": status_map.collect::<Map<_, _>>(),
        "allow_store_status_4": settings.write_back.values().any(|store| *store == CANCELLED),
        "write_back": write_back.collect::<Map<_, _>>(),
    })
}

fn field_text(text: &FieldText) -> String {
    match text {
        FieldText::Constant(text) => text.clone(),
        _ => placeholder(text).map_or_else(String::new, |name| format!("{{{name}}}")),
    }
}
