//! Reads the settings one by one.

use std::collections::BTreeSet;

use chrono_tz::{TZ_VARIANTS, Tz};

use super::{maps, reader::Reader, site::read_site};
use crate::{
    check::meant,
    domain::{
        ids::{CampaignId, Id, StoreStatusId},
        said::Said,
        store::{DiscountSponsor, LineExecutor, Managers, NameOrder, ProductKeyKind, Settings, UnknownProducts},
    },
};

/// Delivered: left out of a first import unless the owner says otherwise.
const DELIVERED: i64 = 3;
/// Calendar months that a first import goes back unless the owner says otherwise.
const IMPORT_MONTHS: u32 = 2;

/// All settings. Where a fault was noted, something stands in for the value.
pub(super) fn settings(reader: &mut Reader<'_>) -> Settings {
    let name = reader.text("name", 64, "My shop");
    let site_url = site_url(reader);
    let login = login(reader);
    let location_id = reader.id("location_id", "11");
    let order_type_id = reader.id("order_type_id", "71");
    let language = reader.text("language", 32, "en");
    let identify_products_by = reader.choice("identify_products_by", &KEYS, None);
    let managers = managers(reader);
    let line_executor = line_executor(reader, managers.as_ref());
    let product_category_id = reader.id("product_category_id", "5");
    let unknown_products = reader.choice("unknown_products", &UNKNOWN, Some(UnknownProducts::Create));
    let time_zone = time_zone(reader);
    let phone_region = phone_region(reader);
    let currency = currency(reader);
    let name_order = reader.choice("name_order", &NAME_ORDERS, Some(NameOrder::FirstLast));
    let enabled = reader.switch("enabled", true);
    platform(reader);
    let import_months = reader.number("import_months", 1..=24, IMPORT_MONTHS);
    let excluded_statuses = excluded_statuses(reader);
    let due_in_days = due_in_days(reader);
    let discount_sponsor = reader.choice("discount_sponsor", &SPONSORS, Some(DiscountSponsor::Staff));
    let ad_campaign_id = ad_campaign_id(reader);
    let custom_fields = maps::custom_fields(reader);
    let status_map = maps::status_map(reader);
    let write_back = maps::write_back(reader);
    Settings {
        enabled: enabled.unwrap_or_default(),
        name: name.unwrap_or_default(),
        site_url: site_url.unwrap_or_default(),
        login: login.unwrap_or_default(),
        location_id: location_id.unwrap_or(Id::new(0)),
        order_type_id: order_type_id.unwrap_or(Id::new(0)),
        language: language.unwrap_or_default(),
        identify_products_by: identify_products_by.unwrap_or(ProductKeyKind::Sku),
        managers: managers.unwrap_or(Managers::All),
        line_executor: line_executor.unwrap_or(LineExecutor::Employee(Id::new(0))),
        product_category_id: product_category_id.unwrap_or(Id::new(0)),
        unknown_products: unknown_products.unwrap_or(UnknownProducts::Create),
        status_map: status_map.unwrap_or_default(),
        write_back: write_back.unwrap_or_default(),
        excluded_statuses: excluded_statuses.unwrap_or_default(),
        import_months: import_months.unwrap_or(IMPORT_MONTHS),
        time_zone: time_zone.unwrap_or(Tz::UTC),
        phone_region: phone_region.unwrap_or_default(),
        currency: currency.unwrap_or_default(),
        name_order: name_order.unwrap_or(NameOrder::FirstLast),
        due_in_days,
        custom_fields: custom_fields.unwrap_or_default(),
        discount_sponsor: discount_sponsor.unwrap_or(DiscountSponsor::Staff),
        ad_campaign_id,
    }
}

const KEYS: [(&str, ProductKeyKind); 4] = [
    (ProductKeyKind::Sku.word(), ProductKeyKind::Sku),
    (ProductKeyKind::Code.word(), ProductKeyKind::Code),
    (ProductKeyKind::Barcode.word(), ProductKeyKind::Barcode),
    (ProductKeyKind::Title.word(), ProductKeyKind::Title),
];
const UNKNOWN: [(&str, UnknownProducts); 3] = [
    ("create", UnknownProducts::Create),
    ("placeholder", UnknownProducts::Placeholder),
    ("hold", UnknownProducts::Hold),
];
const NAME_ORDERS: [(&str, NameOrder); 2] =
    [("first_last", NameOrder::FirstLast), ("last_first", NameOrder::LastFirst)];
const SPONSORS: [(&str, DiscountSponsor); 2] =
    [("staff", DiscountSponsor::Staff), ("company", DiscountSponsor::Company)];

fn site_url(reader: &mut Reader<'_>) -> Option<String> {
    const KEY: &str = "site_url";
    let value = reader.required(KEY, "\"https://shop.example.com\"")?;
    let text = reader.as_text(KEY, value)?;
    match read_site(text) {
        Ok(site) => {
            for warning in site.warnings {
                reader.warn(KEY, warning);
            }
            Some(site.url)
        }
        Err(problem) => {
            reader.refuse(KEY, problem);
            None
        }
    }
}

fn login(reader: &mut Reader<'_>) -> Option<String> {
    let login = reader.text("login", 255, "sync-manager")?;
    if login.contains('@') {
        reader.warn("login", Said::new("login-like-email"));
    }
    Some(login)
}

fn managers(reader: &mut Reader<'_>) -> Option<Managers> {
    const KEY: &str = "managers";
    let value = reader.required(KEY, "\"all\" or [21, 22]")?;
    match value.as_text() {
        Some(text) if text.trim().eq_ignore_ascii_case("all") => return Some(Managers::All),
        Some(text) => {
            reader.refuse(KEY, Said::new("managers-invalid").with("text", text));
            return None;
        }
        None if value.as_list().is_none() => {
            reader.refuse(KEY, Said::new("managers-expected").with("found", value.kind()));
            return None;
        }
        None => {}
    }
    let ids = reader.ids(KEY, value)?;
    if ids.is_empty() {
        reader.refuse(KEY, Said::new("managers-none"));
        return None;
    }
    Some(Managers::Selected(ids))
}

fn line_executor(reader: &mut Reader<'_>, managers: Option<&Managers>) -> Option<LineExecutor> {
    const KEY: &str = "line_executor_id";
    let value = reader.required(KEY, "21, the employee that RO App shows on each line")?;
    let Some(text) = value.as_text() else { return reader.as_id(KEY, value).map(LineExecutor::Employee) };
    if text.trim().eq_ignore_ascii_case("manager") {
        if managers == Some(&Managers::All) {
            reader.refuse(KEY, Said::new("executor-without-managers"));
            return None;
        }
        return Some(LineExecutor::Manager);
    }
    let said = match text.trim().parse::<i64>() {
        Ok(id) => Said::new("executor-in-quotes").with("id", id),
        Err(_) => Said::new("executor-invalid"),
    };
    reader.refuse(KEY, said.with("text", text));
    None
}

fn time_zone(reader: &mut Reader<'_>) -> Option<Tz> {
    const KEY: &str = "time_zone";
    let text = reader.text(KEY, 64, "Europe/Kyiv")?;
    let found = TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(&text));
    if let Some(zone) = found {
        return Some(*zone);
    }
    let city = text.rsplit('/').next().unwrap_or_default().replace(' ', "_");
    let same_city =
        || TZ_VARIANTS.iter().map(|zone| zone.name()).find(|name| city_of(name).eq_ignore_ascii_case(&city));
    let near = same_city().or_else(|| meant(&text, TZ_VARIANTS.iter().map(|zone| zone.name())));
    let said = match near {
        Some(name) => Said::new("no-time-zone-but").with("meant", name),
        None => Said::new("no-time-zone"),
    };
    reader.refuse(KEY, said.with("text", text));
    None
}

fn city_of(zone: &str) -> &str {
    zone.rsplit('/').next().unwrap_or(zone)
}

fn phone_region(reader: &mut Reader<'_>) -> Option<String> {
    const KEY: &str = "phone_region";
    let text = reader.text(KEY, 64, "UA")?;
    let code = text.to_ascii_uppercase();
    if is_region(&code) {
        return Some(code);
    }
    reader.refuse(KEY, Said::new("no-phone-region").with("text", text).with("code", code));
    None
}

fn is_region(code: &str) -> bool {
    let known =
        code.parse().ok().and_then(|region| rlibphonenumber::PHONE_NUMBER_UTIL.get_country_code_for_region(region));
    code.len() == 2 && known.is_some()
}

fn currency(reader: &mut Reader<'_>) -> Option<String> {
    const KEY: &str = "currency";
    let text = reader.text(KEY, 64, "UAH")?;
    let code = text.to_ascii_uppercase();
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Some(code);
    }
    reader.refuse(KEY, Said::new("no-currency").with("text", text));
    None
}

fn platform(reader: &mut Reader<'_>) {
    const KEY: &str = "platform";
    let Some(value) = reader.optional(KEY) else { return };
    let Some(text) = reader.as_text(KEY, value) else { return };
    if !text.trim().eq_ignore_ascii_case("cartum") {
        let known = text.trim().to_ascii_lowercase();
        reader.refuse(KEY, Said::new("no-platform").with("text", text).with("known", known));
    }
}

fn excluded_statuses(reader: &mut Reader<'_>) -> Option<BTreeSet<StoreStatusId>> {
    const KEY: &str = "excluded_statuses";
    let Some(value) = reader.optional(KEY) else { return Some([StoreStatusId::new(DELIVERED)].into()) };
    reader.ids(KEY, value).map(|ids| ids.into_iter().collect())
}

/// `None` where it is left out, or noted as a fault.
fn due_in_days(reader: &mut Reader<'_>) -> Option<u32> {
    const KEY: &str = "due_in_days";
    reader.optional(KEY)?;
    reader.number(KEY, 0..=365, 0)
}

/// `None` where it is left out, or noted as a fault.
fn ad_campaign_id(reader: &mut Reader<'_>) -> Option<CampaignId> {
    const KEY: &str = "ad_campaign_id";
    let value = reader.optional(KEY)?;
    reader.as_id(KEY, value)
}
