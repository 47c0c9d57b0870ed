//! Who changed what, in words: labels of fields in place of keys, names in place of ids.

use chrono::{DateTime, Utc};

use super::{
    visit::Visit,
    words::{find, say},
};
use crate::{
    admin::{ChangeMade, Changed},
    domain::dictionary::{Kind, Names},
};

/// A change on a page.
pub(super) struct ChangeRow {
    pub(super) at: DateTime<Utc>,
    pub(super) by: String,
    pub(super) what: String,
}

impl ChangeRow {
    pub(super) fn new(visit: &Visit, change: ChangeMade, names: &Names) -> Self {
        let by = change.by.unwrap_or_else(|| visit.say("by-command-line").into_owned());
        Self { at: change.at, by, what: what(visit, &change.changed, names) }
    }
}

fn what(visit: &Visit, changed: &Changed, names: &Names) -> String {
    let (setting, line) = changed.setting.split_once('.').unwrap_or((&changed.setting, ""));
    let label = find(visit.locale, &format!("field-{setting}"), &[]).unwrap_or_else(|| setting.to_owned().into());
    let label = match line_kind(setting).and_then(|kind| names.get(kind, id(line)?)) {
        Some(name) => format!("{label}: {name}"),
        None if line.is_empty() => label.into_owned(),
        None => format!("{label}: {line}"),
    };
    if changed.before.is_empty() && changed.after.is_empty() {
        return visit.with("change-secret", "what", label).into_owned();
    }
    let shown = |value: &str| value_name(visit, setting, value, names);
    let (before, after) = (shown(&changed.before), shown(&changed.after));
    visit.with_all("change-value", &[("what", &label), ("before", &before), ("after", &after)]).into_owned()
}

fn id(text: &str) -> Option<i64> {
    text.trim_start_matches('f').parse().ok()
}

/// What a line of a table is named by.
fn line_kind(setting: &str) -> Option<Kind> {
    match setting {
        "status_map" => Some(Kind::StoreStatus),
        "write_back" => Some(Kind::Status),
        "custom_fields" => Some(Kind::Field),
        _ => None,
    }
}

/// The name of a value that is an id.
fn value_name(visit: &Visit, setting: &str, value: &str, names: &Names) -> String {
    let kind = match setting {
        "location_id" => Kind::Location,
        "order_type_id" => Kind::OrderType,
        "line_executor_id" | "managers" => Kind::Employee,
        "product_category_id" => Kind::Category,
        "ad_campaign_id" => Kind::Campaign,
        "status_map" => Kind::Status,
        "write_back" | "excluded_statuses" => Kind::StoreStatus,
        _ if value.is_empty() => return say(visit.locale, "none").into_owned(),
        _ => return value.to_owned(),
    };
    let name = |id: &str| names.get(kind, self::id(id)?).map(str::to_owned);
    let ids = value.trim_matches(['[', ']']).split(',').map(|part| name(part).unwrap_or_else(|| part.to_owned()));
    let told = ids.collect::<Vec<_>>().join(", ");
    if told.is_empty() { say(visit.locale, "none").into_owned() } else { told }
}
