//! A call in progress: its ids, query and body, and lists split into pages.

use std::cmp::Ordering;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, Refusal, Reply},
    check,
    data::Data,
    quirks::{DateBound, ListShape, PhoneMatch, ProductPaging, RoAppQuirks, Rows},
};

/// The type of a query parameter.
#[derive(Debug)]
pub(super) enum Want {
    Int,
    Text,
    Flag,
    Instant,
    Word(&'static [&'static str]),
    /// `name[]`, may occur several times.
    Ints,
    /// `name[]`, may occur several times.
    Texts,
}

/// A query parameter.
pub(super) type Param = (&'static str, Want);

pub(super) const PAGE: Param = ("page", Want::Int);

/// The kind of a list, which decides its envelope (contract roapp 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    V2,
    /// A list that usually fits one page.
    SmallV2,
    SmallPlain,
    /// `GET /products/`.
    Products,
}

/// A checked query.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Checks a query against the known parameters, and drops those that the quirks ignore.
    pub(super) fn check(pairs: &[(String, String)], params: &[Param], ignored: &[&str]) -> Result<Self, Refusal> {
        for (index, (name, text)) in pairs.iter().enumerate() {
            let Some((_, want)) = params.iter().find(|(known, _)| known == name) else {
                return Err(Refusal::field(name, "unknown parameter"));
            };
            let repeatable = matches!(want, Want::Ints | Want::Texts);
            if !repeatable && pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(Refusal::field(name, "given twice"));
            }
            let right = match want {
                Want::Int | Want::Ints => text.parse::<i64>().is_ok(),
                Want::Text | Want::Texts => !text.is_empty(),
                Want::Flag => matches!(text.as_str(), "true" | "false"),
                Want::Instant => check::instant(text).is_some(),
                Want::Word(words) => words.contains(&text.as_str()),
            };
            if !right {
                return Err(Refusal::field(name, "wrong type or value"));
            }
        }
        Ok(Self(pairs.iter().filter(|(name, _)| !ignored.contains(&name.as_str())).cloned().collect()))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    /// Whether the query wants this id, or does not filter by it.
    pub(super) fn wants_id(&self, name: &str, id: Option<i64>) -> bool {
        let mut asked = self.all(name).peekable();
        asked.peek().is_none() || asked.any(|text| text.parse().ok() == id && id.is_some())
    }

    /// Whether the query wants exactly one of these texts, or does not filter by them.
    pub(super) fn wants_text<'a>(&self, name: &str, mut texts: impl Iterator<Item = &'a str>) -> bool {
        let asked: Vec<&str> = self.all(name).collect();
        asked.is_empty() || texts.any(|text| asked.contains(&text))
    }

    /// Whether the text contains the requested part, ignoring case, or the query does not filter by it.
    pub(super) fn wants_part(&self, name: &str, text: &str) -> bool {
        self.text(name).is_none_or(|part| text.to_lowercase().contains(&part.to_lowercase()))
    }

    /// Whether the query wants one of these phones, or does not filter by them.
    pub(super) fn wants_phone<'a>(
        &self,
        name: &str,
        how: PhoneMatch,
        mut phones: impl Iterator<Item = &'a str>,
    ) -> bool {
        self.text(name).is_none_or(|asked| match how {
            PhoneMatch::Exact => phones.any(|phone| phone == asked),
            PhoneMatch::Substring => phones.any(|phone| phone.contains(asked)),
        })
    }

    /// Whether the time is late enough for the query, or the query does not filter by it.
    pub(super) fn wants_time(&self, name: &str, bound: DateBound, at: Option<DateTime<Utc>>) -> bool {
        let Some(from) = self.text(name).and_then(check::instant) else { return true };
        at.map(|at| at.trunc_subsecs(0)).is_some_and(|at| match bound {
            DateBound::Inclusive => at >= from,
            DateBound::Exclusive => at > from,
        })
    }

    /// Sorts rows by the key that `by` finds for the name after `sort=`; a leading `-` means descending.
    pub(super) fn sort<T>(&self, rows: &mut [T], by: impl Fn(&str, &T, &T) -> Ordering) {
        let Some(sort) = self.text("sort") else { return };
        let name = sort.trim_start_matches('-');
        rows.sort_by(|a, b| if name == sort { by(name, a, b) } else { by(name, b, a) });
    }
}

/// A call in progress.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    pub(super) data: &'a mut Data,
    pub(super) quirks: &'a RoAppQuirks,
    pub(super) now: DateTime<Utc>,
    /// How long a new work order stays out of lists.
    pub(super) lag: TimeDelta,
    /// The ids of the path, in order.
    pub(super) ids: Vec<i64>,
    pub(super) query: Query,
    /// The checked body; empty if the call has none.
    pub(super) body: Map<String, Value>,
}

impl Ask<'_> {
    /// The first id of the path.
    pub(super) fn id(&self) -> i64 {
        self.ids.first().copied().unwrap_or_default()
    }

    /// The second id of the path.
    pub(super) fn item_id(&self) -> i64 {
        self.ids.get(1).copied().unwrap_or_default()
    }

    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.body.get(name).and_then(Value::as_i64)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.body.get(name).and_then(Value::as_str).map(str::to_owned)
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.body.get(name).and_then(Value::as_bool)
    }

    pub(super) fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        self.body.get(name).and_then(Value::as_str).and_then(check::instant)
    }

    pub(super) fn decimal(&self, name: &str) -> Option<Decimal> {
        self.body.get(name).and_then(decimal)
    }

    /// Refuses an employee who does not work here.
    pub(super) fn check_employee(&self, name: &str) -> Result<(), Refusal> {
        match self.int(name) {
            Some(id) if !self.data.is_active_employee(id) => Err(Refusal::field(name, "no such active employee")),
            _ => Ok(()),
        }
    }

    /// Splits rows into pages and wraps the requested page.
    pub(super) fn list<T>(&self, place: Place, rows: &[T], render: impl Fn(&T) -> Value) -> Answer {
        let page = self.query.text("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1);
        if page == 0 {
            return Err(Refusal::field("page", "pages begin with 1"));
        }
        let cut = self.cut(place, rows.len());
        let page = if cut.page_ignored { 1 } else { page };
        let from = ((page - 1).saturating_mul(cut.step)).min(rows.len());
        let to = (from + cut.size).min(rows.len());
        let past_the_end = page > cut.pages;
        if past_the_end && self.quirks.past_the_end_missing {
            return Err(Refusal::missing());
        }
        let mut shown: Vec<Value> = if past_the_end { Vec::new() } else { rows[from..to].iter().map(render).collect() };
        if self.quirks.rows == Rows::Repeated {
            shown.extend(shown.first().cloned());
        }
        Ok(Reply::json(200, &self.envelope(place, shown, page, &cut, rows.len())))
    }

    fn cut(&self, place: Place, count: usize) -> Cut {
        let small = matches!(place, Place::SmallV2 | Place::SmallPlain);
        let products = place == Place::Products;
        let whole = small && self.quirks.small_lists_whole
            || products && self.quirks.product_paging == ProductPaging::AllAtOnce;
        let same = products && self.quirks.product_paging == ProductPaging::SamePage;
        let size = if whole { count.max(1) } else { self.quirks.page_size.max(1) };
        if self.quirks.rows == Rows::Shifted && !whole && size > 1 {
            let pages = count.saturating_sub(1).div_ceil(size - 1).max(1);
            return Cut { size, step: size - 1, pages, page_ignored: same, whole };
        }
        Cut { size, step: size, pages: count.div_ceil(size).max(1), page_ignored: whole || same, whole }
    }

    fn envelope(&self, place: Place, rows: Vec<Value>, page: usize, cut: &Cut, count: usize) -> Value {
        let v2 = matches!(place, Place::V2 | Place::SmallV2);
        let paging = json!({"limit": cut.size, "page": page, "total_pages": cut.pages, "count": count});
        match self.quirks.lists {
            ListShape::Bare => Value::Array(rows),
            ListShape::DataOnly => json!({"data": rows}),
            ListShape::Contract if cut.whole && v2 => json!({"data": rows}),
            ListShape::Contract if !v2 => json!({"data": rows, "page": page, "count": count, "success": true}),
            ListShape::Contract | ListShape::Paging => json!({"data": rows, "paging": paging}),
            ListShape::TopLevel => json!({
                "data": rows, "page": page, "page_size": cut.size, "total_pages": cut.pages, "count": count,
            }),
        }
    }
}

/// How a list is split.
struct Cut {
    size: usize,
    /// Rows from the start of a page to the start of the next.
    step: usize,
    pages: usize,
    page_ignored: bool,
    whole: bool,
}

/// A JSON number, read from its text.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok()
}
