//! Reads the tables: custom fields, status map, write-back.

use std::collections::BTreeMap;

use super::{field::Field, keys::takes, reader::Reader};
use crate::domain::{
    ids::{Id, StatusId, StoreStatusId},
    said::Said,
    store::{FieldText, MappedStatus},
};

/// Canceled: setting it by API does not return goods to stock (contract cartum 6).
const CANCELED: i64 = 4;
/// The longest constant text of a custom field, in characters.
const LONGEST_TEXT: usize = 1_000;

/// What a custom field can hold, by the name that stands in braces.
const PLACEHOLDERS: [(&str, FieldText); 7] = [
    ("order_number", FieldText::OrderNumber),
    ("placed_at", FieldText::PlacedAt),
    ("payment", FieldText::Payment),
    ("paid", FieldText::Paid),
    ("delivery", FieldText::Delivery),
    ("tracking_number", FieldText::TrackingNumber),
    ("store_name", FieldText::StoreName),
];

/// The name that stands in braces; `None` for a constant text.
pub(in crate::admin) fn placeholder(text: &FieldText) -> Option<&'static str> {
    PLACEHOLDERS.iter().find(|(_, known)| known == text).map(|(name, _)| *name)
}

pub(super) fn custom_fields(reader: &mut Reader<'_>) -> Option<BTreeMap<i64, FieldText>> {
    const TABLE: &str = "custom_fields";
    let faults = reader.faults.len();
    let mut fields = BTreeMap::new();
    for (key, value) in reader.table(TABLE).into_iter().flatten() {
        let place = format!("{TABLE}.{key}");
        let id = key.strip_prefix('f').and_then(|id| id.parse::<i64>().ok()).filter(|id| *id > 0);
        let Some(id) = id else {
            reader.refuse(&place, misplaced(key).unwrap_or(Said::new("field-misnamed")));
            continue;
        };
        let Some(text) = field_text(reader, &place, value) else { continue };
        if fields.insert(id, text).is_some() {
            reader.refuse(&place, Said::new("field-twice"));
        }
    }
    (reader.faults.len() == faults).then_some(fields)
}

fn field_text(reader: &mut Reader<'_>, place: &str, value: &Field) -> Option<FieldText> {
    let text = reader.as_text(place, value)?;
    if text.trim().is_empty() {
        reader.refuse(place, Said::new("field-empty"));
        return None;
    }
    let name = text.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}')).map(str::trim);
    if let Some((_, known)) = name.and_then(|name| PLACEHOLDERS.iter().find(|(known, _)| *known == name)) {
        return Some(known.clone());
    }
    if text.contains(['{', '}']) {
        let names = PLACEHOLDERS.map(|(name, _)| format!("{{{name}}}")).join(", ");
        reader.refuse(place, Said::new("field-with-braces").with("text", text).with("names", names));
        return None;
    }
    if text.chars().count() > LONGEST_TEXT {
        reader.refuse(place, Said::new("longer-than").with("most", LONGEST_TEXT));
        return None;
    }
    Some(FieldText::Constant(text.to_owned()))
}

pub(super) fn status_map(reader: &mut Reader<'_>) -> Option<BTreeMap<StoreStatusId, MappedStatus>> {
    const TABLE: &str = "status_map";
    if reader.optional(TABLE).is_none() {
        reader.refuse(TABLE, Said::new("status-map-missing"));
        return None;
    }
    let table = reader.table(TABLE)?;
    let faults = reader.faults.len();
    let mut map = BTreeMap::new();
    for (key, value) in table {
        let place = format!("{TABLE}.{key}");
        let store = status_key(reader, &place, key, "store_status");
        let Some((store, status)) = store.zip(mapped(reader, &place, value)) else { continue };
        if map.insert(store, status).is_some() {
            reader.refuse(&place, Said::new("status-twice"));
        }
    }
    (reader.faults.len() == faults).then_some(map)
}

fn mapped(reader: &mut Reader<'_>, place: &str, value: &Field) -> Option<MappedStatus> {
    let problem = match value {
        Field::Text(text) if text.trim().eq_ignore_ascii_case("initial") => return Some(MappedStatus::Initial),
        Field::Whole(_) => return reader.as_id(place, value).map(MappedStatus::Status),
        Field::Text(text) if text.trim().parse::<i64>().is_ok() => {
            Said::new("status-in-quotes").with("text", text.as_str()).with("id", text.trim())
        }
        Field::Text(text) => Said::new("not-a-status").with("text", text.as_str()),
        other => Said::new("wants-status").with("found", other.kind()),
    };
    reader.refuse(place, problem);
    None
}

pub(super) fn write_back(reader: &mut Reader<'_>) -> Option<BTreeMap<StatusId, StoreStatusId>> {
    const TABLE: &str = "write_back";
    let allowed = reader.switch("allow_store_status_4", false);
    let faults = reader.faults.len();
    let mut map: BTreeMap<StatusId, StoreStatusId> = BTreeMap::new();
    for (key, value) in reader.table(TABLE).into_iter().flatten() {
        let place = format!("{TABLE}.{key}");
        let status = status_key(reader, &place, key, "status");
        let Some((status, store)) = status.zip(reader.as_id(&place, value)) else { continue };
        if store.get() == CANCELED && allowed == Some(false) {
            reader.refuse(&place, Said::new("store-status-4"));
        }
        if map.insert(status, store).is_some() {
            reader.refuse(&place, Said::new("status-twice"));
        }
    }
    (reader.faults.len() == faults && allowed.is_some()).then_some(map)
}

/// The id on the left side of a line; `what` is the word for it that the message chooses by.
fn status_key<T>(reader: &mut Reader<'_>, place: &str, key: &str, what: &str) -> Option<Id<T>> {
    let id = key.trim().parse::<i64>().ok().filter(|id| *id > 0);
    if id.is_none() {
        let wrong = || Said::new("not-a-status-id").with("key", key).with("what", what);
        reader.refuse(place, misplaced(key).unwrap_or_else(wrong));
    }
    id.map(Id::new)
}

/// A setting that stands below a table's heading belongs to that table: the usual slip with TOML.
fn misplaced(key: &str) -> Option<Said> {
    takes(key).is_some().then(|| Said::new("misplaced").with("key", key))
}
