//! Reads single fields by the decoding rules of contract cartum 0: a missing field, `null`, `""`, `[]` and `{}` all mean
//! nothing.
//!
//! This is the one place that cleans a store's text: HTML and invisible characters are removed here, once.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{error::DecodeError, number};
use crate::domain::{moment, text as texts};

/// Date layouts; a time may follow.
const DATES: [&str; 2] = ["%Y-%m-%d", "%d.%m.%Y"];
/// Time layouts after a date.
const TIMES: [&str; 2] = ["%H:%M:%S%.f", "%H:%M"];

/// Whether the value means nothing, in any form that the contract tolerates.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The field, unless it means nothing.
pub(super) fn get<'a>(object: &'a Value, key: &str) -> Option<&'a Value> {
    object.get(key).filter(|value| !is_nothing(value))
}

/// A text that somebody typed. A number becomes its text, a title by language its `en` or first text; anything else is empty.
pub(super) fn text(object: &Value, key: &str) -> String {
    texts::plain(&raw(object, key))
}

/// A title: one line, without tags.
pub(super) fn title(object: &Value, key: &str) -> String {
    texts::title(&raw(object, key))
}

/// An article, phone or e-mail address: one line.
pub(super) fn word(object: &Value, key: &str) -> String {
    texts::word(&raw(object, key))
}

fn raw(object: &Value, key: &str) -> String {
    match get(object, key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(value @ Value::Object(_)) => pick(&raw_texts(value), "").unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// A word, but only if the store sent it as a text.
pub(super) fn only_text(object: &Value, key: &str) -> Option<String> {
    get(object, key)?.as_str().map(texts::word)
}

/// An amount or quantity.
pub(super) fn decimal(object: &Value, key: &str) -> Result<Option<Decimal>, DecodeError> {
    read(object, key, "a number", number::decimal)
}

/// An id, as integer or numeric text.
pub(super) fn id(object: &Value, key: &str) -> Result<Option<i64>, DecodeError> {
    read(object, key, "an id", number::integer)
}

/// A flag: `true`/`false`, `0`/`1`, `"0"`/`"1"`; nothing means `false`.
pub(super) fn flag(object: &Value, key: &str) -> Result<bool, DecodeError> {
    let as_flag = |value: &Value| match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        other => number::decimal(other).map(|number| !number.is_zero()),
    };
    Ok(read(object, key, "a flag", as_flag)?.unwrap_or(false))
}

/// A time in the store's zone, in any layout of contract cartum 4.1, also with `T` between date and time. A time with an offset
/// from UTC is converted to the store's zone.
pub(super) fn date(object: &Value, key: &str, zone: Tz) -> Result<Option<NaiveDateTime>, DecodeError> {
    read(object, key, "a date", |value| parse_date(value.as_str()?, zone))
}

/// A value that must be there.
pub(super) fn required<T>(value: Option<T>, key: &str, wanted: &'static str) -> Result<T, DecodeError> {
    value.ok_or_else(|| DecodeError::new(key, wanted, "nothing"))
}

/// The entries of a list with their keys: of an array, or of the object that PHP makes of an array with gaps, in the order of
/// its numeric keys. `None` for anything else.
pub(super) fn entries(value: &Value) -> Option<Vec<(String, &Value)>> {
    match value {
        Value::Array(list) => Some(list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()),
        Value::Object(map) => {
            let mut all: Vec<_> = map.iter().map(|(key, value)| (key.clone(), value)).collect();
            all.sort_by_key(|(key, _)| key.parse::<u64>().unwrap_or(u64::MAX));
            Some(all)
        }
        _ => None,
    }
}

/// Titles by language key; a language that is not filled in has an empty text.
pub(super) fn titles(value: &Value) -> BTreeMap<String, String> {
    raw_texts(value).into_iter().map(|(language, title)| (language, texts::title(&title))).collect()
}

/// Texts by language key, as the store sent them.
pub(super) fn raw_texts(value: &Value) -> BTreeMap<String, String> {
    let Value::Object(map) = value else { return BTreeMap::new() };
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Null => Some(String::new()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    map.iter().filter_map(|(language, value)| Some((language.clone(), text(value)?))).collect()
}

/// The title in a language, else in `en`, else the first that is not empty.
pub(super) fn pick<'a>(titles: &'a BTreeMap<String, String>, language: &str) -> Option<&'a str> {
    let filled = |language: &str| titles.get(language).filter(|title| !title.is_empty());
    filled(language)
        .or_else(|| filled("en"))
        .or_else(|| titles.values().find(|title| !title.is_empty()))
        .map(String::as_str)
}

/// The type of a value, for messages, which never show the value.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a flag",
        Value::Number(_) => "another number",
        Value::String(text) if text.parse::<f64>().is_ok() => "a number beyond all measure",
        Value::String(_) => "another text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn read<T>(
    object: &Value,
    key: &str,
    wanted: &'static str,
    convert: impl Fn(&Value) -> Option<T>,
) -> Result<Option<T>, DecodeError> {
    let Some(value) = get(object, key) else { return Ok(None) };
    match convert(value) {
        Some(converted) => Ok(Some(converted)),
        None => Err(DecodeError::new(key, wanted, kind(value))),
    }
}

fn parse_date(text: &str, zone: Tz) -> Option<NaiveDateTime> {
    let (day, time) = moment::parts(text);
    let (time, offset) = moment::offset(time).map_or((time, None), |(time, offset)| (time, Some(offset)));
    let day =
        DATES.iter().find_map(|layout| NaiveDate::parse_from_str(day, layout).ok().filter(moment::is_believable))?;
    if time.is_empty() {
        return Some(day.and_time(NaiveTime::MIN)).filter(|_| offset.is_none());
    }
    let time = TIMES.iter().find_map(|layout| NaiveTime::parse_from_str(time, layout).ok())?;
    let at = day.and_time(time);
    match offset {
        None => Some(at),
        Some(offset) => Some(offset.from_local_datetime(&at).single()?.with_timezone(&zone).naive_local()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use serde_json::json;

    use super::*;

    fn date(object: &Value, key: &str) -> Result<Option<NaiveDateTime>, DecodeError> {
        super::date(object, key, chrono_tz::Europe::Kyiv)
    }

    #[test]
    fn a_moment_that_names_its_offset_is_that_moment_in_the_store_s_zone() {
        let noon = NaiveDate::from_ymd_opt(2021, 4, 9).unwrap().and_hms_opt(12, 9, 1).unwrap();
        for text in [
            "2021-04-09T09:09:01Z",
            "2021-04-09 09:09:01Z",
            "2021-04-09T12:09:01+03:00",
            "2021-04-09 14:39:01.5+0530",
            "09.04.2021 09:09:01 UTC",
            "2021-04-09T04:09:01-05",
        ] {
            let read = date(&json!({"d": text}), "d").unwrap().unwrap();
            assert_eq!(read.and_utc().timestamp(), noon.and_utc().timestamp(), "{text}");
        }
        assert!(date(&json!({"d": "2021-04-09Z"}), "d").is_err());
    }

    #[test]
    fn a_date_is_read_in_every_layout() {
        let wanted = NaiveDate::from_ymd_opt(2021, 4, 9).unwrap();
        let moment = wanted.and_hms_opt(12, 9, 1).unwrap();
        for text in ["2021-04-09 12:09:01", "2021-04-09T12:09:01", "09.04.2021 12:09:01", "09.04.2021T12:09:01"] {
            assert_eq!(date(&json!({"d": text}), "d"), Ok(Some(moment)), "{text}");
        }
        assert_eq!(date(&json!({"d": " 2021-04-09T12:09:01+03:00 "}), "d"), Ok(Some(moment)));
        assert_eq!(date(&json!({"d": "09.04.2021 12:09"}), "d"), Ok(Some(wanted.and_hms_opt(12, 9, 0).unwrap())));
        for text in ["2021-04-09", "09.04.2021"] {
            assert_eq!(date(&json!({"d": text}), "d"), Ok(Some(wanted.and_time(NaiveTime::MIN))), "{text}");
        }
        for text in ["0000-00-00 00:00:00", "yesterday", "2021-04-09 25:00:00", "2021-04-09 noon"] {
            assert!(date(&json!({"d": text}), "d").is_err(), "{text}");
        }
    }

    #[test]
    fn a_flag_is_the_same_in_every_shape() {
        for yes in [json!(true), json!(1), json!("1"), json!("true")] {
            assert_eq!(flag(&json!({"f": yes}), "f"), Ok(true));
        }
        for no in [json!(false), json!(0), json!("0"), json!(""), json!(null), json!([])] {
            assert_eq!(flag(&json!({"f": no}), "f"), Ok(false));
        }
        assert_eq!(flag(&json!({}), "f"), Ok(false));
        assert!(flag(&json!({"f": "maybe"}), "f").is_err());
    }

    #[test]
    fn nothing_is_nothing_in_every_shape() {
        for nothing in
            [json!({}), json!({"x": null}), json!({"x": ""}), json!({"x": " "}), json!({"x": []}), json!({"x": {}})]
        {
            assert_eq!(text(&nothing, "x"), "");
            assert_eq!(decimal(&nothing, "x"), Ok(None));
            assert_eq!(id(&nothing, "x"), Ok(None));
            assert_eq!(date(&nothing, "x"), Ok(None));
        }
    }

    #[test]
    fn a_list_with_gaps_keeps_the_order_of_its_keys() {
        let value = json!({"10": "c", "2": "b", "1": "a"});
        let keys: Vec<_> = entries(&value).unwrap().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["1", "2", "10"]);
        assert!(entries(&json!("text")).is_none());
    }

    #[test]
    fn an_error_names_the_kind_and_not_the_content() {
        let error = decimal(&json!({"sum": "Jane Roe"}), "sum").unwrap_err().within("0").within("products");
        assert_eq!(error.to_string(), "products.0.sum: expected a number, found another text");
    }
}
