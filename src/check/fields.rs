//! Compares custom fields with those of RO App's work orders (contract roapp 4.8). Values are sent as text.

use chrono::{DateTime, NaiveDateTime};

use super::{Findings, choices};
use crate::{
    domain::{
        said::Said,
        store::{FieldText, Settings},
    },
    roapp::{CustomField, FieldKind},
};

pub(super) fn compare(settings: &Settings, fields: &[CustomField], findings: &mut Findings) {
    for (id, text) in &settings.custom_fields {
        let key = format!("custom_fields.f{id}");
        let Some(field) = fields.iter().find(|field| field.id == *id) else {
            let list = choices(fields.iter().map(|field| (field.id, field.title.as_str())));
            findings.refuse(key, Said::new("no-such-field").with("field", *id).with("choices", list));
            continue;
        };
        if let Some(misfit) = misfit(field.kind, text) {
            findings.refuse(key, misfit.with("field", *id).with("title", field.title.as_str()));
        }
    }
    let demanded =
        |field: &&CustomField| field.required == Some(true) && !settings.custom_fields.contains_key(&field.id);
    for field in fields.iter().filter(demanded) {
        let (id, title) = (field.id, &field.title);
        let said = match field.kind {
            FieldKind::Boolean => Said::new("yes-no-field-required"),
            kind => Said::new("field-required").with("example", example(kind)),
        };
        findings.refuse(format!("custom_fields.f{id}"), said.with("field", id).with("title", title.as_str()));
    }
}

/// Why a field does not take this value.
fn misfit(kind: FieldKind, text: &FieldText) -> Option<Said> {
    match kind {
        FieldKind::Text | FieldKind::Choice | FieldKind::Other => None,
        FieldKind::Number if is_number(text) => None,
        FieldKind::Number => Some(Said::new("field-takes-a-number")),
        FieldKind::Time if is_time(text) => None,
        FieldKind::Time => Some(Said::new("field-takes-a-time")),
        FieldKind::Boolean => Some(Said::new("field-takes-yes-or-no")),
    }
}

fn is_number(text: &FieldText) -> bool {
    match text {
        FieldText::Constant(text) => text.trim().parse::<f64>().is_ok_and(f64::is_finite),
        FieldText::OrderNumber => true,
        _ => false,
    }
}

fn is_time(text: &FieldText) -> bool {
    match text {
        FieldText::Constant(text) => {
            DateTime::parse_from_rfc3339(text).is_ok()
                && NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%SZ").is_ok()
        }
        FieldText::PlacedAt => true,
        _ => false,
    }
}

fn example(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Number => "{order_number}",
        FieldKind::Time => "{placed_at}",
        _ => "…",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_field_wants_a_number_and_a_time_field_a_moment() {
        let constant = |text: &str| FieldText::Constant(text.to_owned());
        for (kind, text, fits) in [
            (FieldKind::Text, constant("any"), true),
            (FieldKind::Number, constant("12.5"), true),
            (FieldKind::Number, constant("twelve"), false),
            (FieldKind::Number, constant("inf"), false),
            (FieldKind::Number, FieldText::OrderNumber, true),
            (FieldKind::Number, FieldText::Payment, false),
            (FieldKind::Time, FieldText::PlacedAt, true),
            (FieldKind::Time, constant("2026-01-31T09:00:00Z"), true),
            (FieldKind::Time, constant("31.01.2026"), false),
            (FieldKind::Boolean, FieldText::Paid, false),
        ] {
            assert_eq!(misfit(kind, &text).is_none(), fits, "{kind:?} {text:?}");
        }
    }
}
