//! `orders/get`: selects, sorts and pages orders (contract cartum 4.1 to 4.3).

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Map, Value, json};

use super::{
    quirks::{CartumQuirks, Dates, EmptyShape, Sort},
    render,
    reply::Reply,
};
use crate::sandbox::seed::{ShopData, ShopOrder};

/// The limit of a request without `limit` (contract cartum 4.2: unknown, 100 assumed).
const DEFAULT_LIMIT: usize = 100;

/// The parameters of a request.
#[derive(Debug, Default)]
struct Asked {
    from: Option<NaiveDateTime>,
    to: Option<NaiveDateTime>,
    ids: Option<Vec<i64>>,
    statuses: Option<Vec<i64>>,
    additional_data: bool,
    limit: Option<usize>,
    offset: usize,
}

/// Answers `orders/get`. `turn` is different for each call.
pub(super) fn answer(shop: &ShopData, body: &Map<String, Value>, quirks: &CartumQuirks, turn: u64) -> Reply {
    let asked = match Asked::read(body, quirks) {
        Ok(asked) => asked,
        Err(name) => return Reply::error(&format!("{name} is not defined or defined incorrectly")),
    };
    let mut found: Vec<&ShopOrder> = shop.orders.values().filter(|order| asked.wants(order, quirks)).collect();
    match quirks.sort {
        Sort::Ascending => {}
        Sort::Descending => found.reverse(),
        Sort::Unstable => found.shuffle(&mut StdRng::seed_from_u64(turn)),
    }
    let broken = if quirks.broken_order { shop.middle_order() } else { None };
    let page: Vec<Value> = asked
        .page(found, quirks)
        .into_iter()
        .map(|order| {
            let is_broken = broken == Some(order.id) || shop.broken.contains(&order.id);
            render::order(order, quirks, is_broken, asked.additional_data)
        })
        .collect();
    if page.is_empty() { empty(quirks) } else { Reply::ok(&json!({ "orders": page })) }
}

impl Asked {
    /// Reads the parameters.
    ///
    /// # Errors
    /// The name of a parameter that does not match the contract.
    fn read(body: &Map<String, Value>, quirks: &CartumQuirks) -> Result<Self, &'static str> {
        let limit = count(body, "limit")?;
        let offset = count(body, "offset")?;
        Ok(Self {
            from: moment(body, "from", quirks)?.map(|(day, time)| day.and_time(time.unwrap_or(NaiveTime::MIN))),
            to: moment(body, "to", quirks)?.map(|(day, time)| match time {
                Some(time) => day.and_time(time),
                None if quirks.bare_to_is_midnight => day.and_time(NaiveTime::MIN),
                None => day.and_time(NaiveTime::MIN) + TimeDelta::seconds(86_399),
            }),
            ids: numbers(body, "ids")?,
            statuses: numbers(body, "status")?,
            additional_data: body.get("additionalData").is_some_and(truthy),
            limit,
            // Ignored without `limit` (contract cartum 4.1).
            offset: if limit.is_none() || quirks.offset_ignored { 0 } else { offset.unwrap_or(0) },
        })
    }

    fn wants(&self, order: &ShopOrder, quirks: &CartumQuirks) -> bool {
        let at = if quirks.dates_by_change { order.changed_at } else { order.placed_at };
        let dated =
            quirks.dates_ignored || (self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at <= to));
        dated && self.wants_id(order.id, quirks) && self.statuses.as_ref().is_none_or(|ids| ids.contains(&order.status))
    }

    fn wants_id(&self, id: i64, quirks: &CartumQuirks) -> bool {
        let Some(ids) = &self.ids else { return true };
        let Some(place) = ids.iter().position(|asked| *asked == id) else { return false };
        !(quirks.ids_partial && ids.len() > 1 && place % 3 == 1)
    }

    fn page<'a>(&self, found: Vec<&'a ShopOrder>, quirks: &CartumQuirks) -> Vec<&'a ShopOrder> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT).min(quirks.page_cap);
        found.into_iter().skip(self.offset).take(limit).collect()
    }
}

/// The answer when nothing matches.
pub(super) fn empty(quirks: &CartumQuirks) -> Reply {
    match quirks.empty {
        EmptyShape::Array => Reply::word("EMPTY", &json!([])),
        EmptyShape::Object => Reply::word("EMPTY", &json!({})),
        EmptyShape::Message => Reply::refusal("EMPTY", "Orders not found"),
        EmptyShape::Absent => Reply::new(200, json!({ "status": "EMPTY" })),
    }
}

/// A whole number from 0 up; `None` if the parameter is missing.
pub(super) fn count(body: &Map<String, Value>, name: &'static str) -> Result<Option<usize>, &'static str> {
    let Some(value) = body.get(name) else { return Ok(None) };
    value.as_u64().and_then(|number| usize::try_from(number).ok()).map(Some).ok_or(name)
}

/// Ids, as numbers or texts. A single id is accepted in place of a list, except for `ids`.
pub(super) fn numbers(body: &Map<String, Value>, name: &'static str) -> Result<Option<Vec<i64>>, &'static str> {
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok()).ok_or(name);
    match body.get(name) {
        None => Ok(None),
        Some(Value::Array(values)) => values.iter().map(number).collect::<Result<_, _>>().map(Some),
        Some(value) if name == "ids" => number(value).and(Err(name)),
        Some(value) => Ok(Some(vec![number(value)?])),
    }
}

type Moment = (NaiveDate, Option<NaiveTime>);

/// A day in one of the four formats, with the time of day if the value has one.
fn moment(
    body: &Map<String, Value>,
    name: &'static str,
    quirks: &CartumQuirks,
) -> Result<Option<Moment>, &'static str> {
    let Some(value) = body.get(name) else { return Ok(None) };
    let text = value.as_str().ok_or(name)?;
    let (day, time) = text.split_once(' ').map_or((text, None), |(day, time)| (day, Some(time)));
    let day = if day.contains('.') && quirks.dates != Dates::NoDots {
        exactly(day, "%d.%m.%Y", 10)
    } else {
        exactly(day, "%Y-%m-%d", 10)
    };
    let time = match time {
        Some(time) if time.len() == 8 => Some(NaiveTime::parse_from_str(time, "%H:%M:%S").map_err(|_| name)?),
        Some(_) => return Err(name),
        None => None,
    };
    let time = time.filter(|_| quirks.dates != Dates::NoTimes);
    Ok(Some((day.ok_or(name)?, time)))
}

fn exactly(text: &str, format: &str, length: usize) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, format).ok().filter(|_| text.len() == length)
}

/// Whether PHP would take the value as true: `true`, 1, `"1"`.
pub(super) fn truthy(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "0"),
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(_) => true,
    }
}
