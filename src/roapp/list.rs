//! Lists and single records in all their envelopes (contract section 2), and the walk over pages (2.1).

use std::collections::{HashMap, hash_map::Entry};

use serde_json::Value;

use super::{
    RoApp,
    call::Call,
    error::{CallName, RoAppError},
    row::Row,
    wire,
};

/// Most pages of one list, 50,000 rows at RO App's 50 a page.
const MAX_PAGES: u64 = 1_000;

/// A list as it was answered.
struct List {
    call: CallName,
    rows: Vec<Value>,
    total_pages: Option<u64>,
}

impl List {
    fn read(call: CallName, body: &str) -> Result<Self, RoAppError> {
        let garbled = || RoAppError::Garbled { call, place: "the list".to_owned() };
        match json(call, body)? {
            Value::Array(rows) => Ok(Self { call, rows, total_pages: None }),
            Value::Object(mut envelope) => {
                let total_pages = envelope.get("paging").and_then(total_pages);
                let total_pages = total_pages.or_else(|| envelope.get("total_pages").and_then(whole));
                match envelope.remove("data") {
                    Some(Value::Array(rows)) => Ok(Self { call, rows, total_pages }),
                    Some(Value::Null) => Ok(Self { call, rows: Vec::new(), total_pages }),
                    _ => Err(garbled()),
                }
            }
            _ => Err(garbled()),
        }
    }

    fn rows(&self) -> impl Iterator<Item = Result<Row<'_>, RoAppError>> {
        self.rows.iter().enumerate().map(|(index, value)| Row::new(self.call, format!("data[{index}]"), value))
    }

    /// Without a number of pages, a page that brings nothing new is the last.
    fn is_last(&self, page: u64, brought_new: bool) -> bool {
        self.total_pages.map_or(!brought_new, |total| page >= total)
    }
}

impl RoApp {
    /// All rows of a list that has no pages.
    pub(super) async fn rows<T>(
        &self,
        call: &Call,
        read: impl Fn(&Row<'_>) -> Result<T, RoAppError>,
    ) -> Result<Vec<T>, RoAppError> {
        let list = List::read(call.name, &self.send(call).await?)?;
        list.rows().map(|row| read(&row?)).collect()
    }

    /// All rows of all pages. Rows shift while pages are read: of a row that comes twice the later one counts.
    pub(super) async fn pages<T>(
        &self,
        call: Call,
        read: impl Fn(&Row<'_>) -> Result<T, RoAppError>,
    ) -> Result<Vec<T>, RoAppError> {
        self.pages_until(call, read, |_| false).await
    }

    /// The rows of as many pages as are needed until `enough` of them are there.
    pub(super) async fn pages_until<T>(
        &self,
        call: Call,
        read: impl Fn(&Row<'_>) -> Result<T, RoAppError>,
        enough: impl Fn(&[T]) -> bool,
    ) -> Result<Vec<T>, RoAppError> {
        let mut found = Vec::new();
        let mut places = HashMap::new();
        for page in 1..=MAX_PAGES {
            let list = List::read(call.name, &self.send(&call.page(page)).await?)?;
            let known = found.len();
            for row in list.rows() {
                let row = row?;
                let value = read(&row)?;
                match places.entry(row.raw_id()?) {
                    Entry::Occupied(place) => found[*place.get()] = value,
                    Entry::Vacant(place) => {
                        place.insert(found.len());
                        found.push(value);
                    }
                }
            }
            if list.is_last(page, found.len() > known) || enough(&found) {
                return Ok(found);
            }
        }
        Err(RoAppError::Endless { call: call.name, pages: MAX_PAGES })
    }

    /// One page of a list, from 1, and how many there are, where RO App says so.
    pub(super) async fn one_page<T>(
        &self,
        call: &Call,
        page: u64,
        read: impl Fn(&Row<'_>) -> Result<T, RoAppError>,
    ) -> Result<(Vec<T>, Option<u64>), RoAppError> {
        let list = List::read(call.name, &self.send(&call.page(page)).await?)?;
        let rows = list.rows().map(|row| read(&row?)).collect::<Result<_, _>>()?;
        Ok((rows, list.total_pages))
    }

    /// One record, bare or under `data`.
    pub(super) async fn one<T>(
        &self,
        call: Call,
        read: impl Fn(&Row<'_>) -> Result<T, RoAppError>,
    ) -> Result<T, RoAppError> {
        let body = json(call.name, &self.send(&call).await?)?;
        let record = body.get("data").filter(|inner| inner.is_object()).unwrap_or(&body);
        read(&Row::new(call.name, "the record".to_owned(), record)?)
    }

    /// One record by its id; `None` when RO App has none.
    pub(super) async fn maybe<T>(
        &self,
        call: Call,
        read: impl Fn(&Row<'_>) -> Result<T, RoAppError>,
    ) -> Result<Option<T>, RoAppError> {
        match self.one(call, read).await {
            Ok(record) => Ok(Some(record)),
            Err(RoAppError::Missing { status: 404 | 410, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn json(call: CallName, body: &str) -> Result<Value, RoAppError> {
    serde_json::from_str(body).map_err(|_| RoAppError::NotJson { call })
}

fn total_pages(paging: &Value) -> Option<u64> {
    whole(paging.get("total_pages")?)
}

fn whole(value: &Value) -> Option<u64> {
    wire::id(value).and_then(|number| number.try_into().ok())
}
