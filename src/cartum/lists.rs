//! The short lists: order statuses and currencies (contract cartum 5 and 8), and how to take any list out of an answer.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    client::{Cartum, TooMuch},
    envelope::{AnswerPrint, Reply, word},
    error::{CartumError, DecodeError},
    fields,
};
use crate::{domain::ids::StoreStatusId, json};

pub(super) const STATUSES: &str = "orders/get_available_statuses";
const CURRENCIES: &str = "currency/export";

/// A store's order statuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusList {
    /// The store's list.
    Listed(Vec<StoreStatus>),
    /// The store is too old to list them (`UNDEFINED_FUNCTION` after a successful login): use the default ids.
    TooOld,
}

/// An order status of a store. Only the id has a fixed meaning; the admin chooses the titles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreStatus {
    /// Its id.
    pub id: StoreStatusId,
    /// Titles by language key; a language that is not filled in has an empty text.
    pub titles: BTreeMap<String, String>,
    /// It counts as a completed sale, as set by the admin.
    pub is_successful: bool,
}

/// A currency that a store has switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// ISO code, upper case.
    pub iso: String,
    /// The title as the store shows it; may be empty.
    pub title: String,
}

impl StoreStatus {
    /// The title in a language, else in English, else in any.
    #[must_use]
    pub fn title(&self, language: &str) -> Option<&str> {
        fields::pick(&self.titles, language)
    }

    /// `key` is the entry's key in an object; a position in an array is not an id.
    fn decode(key: Option<&str>, entry: &Value) -> Result<Self, DecodeError> {
        let own = fields::id(entry, "id")?;
        let id = fields::required(own.or_else(|| key?.parse().ok()), "id", "an id")?;
        Ok(Self {
            id: StoreStatusId::new(id),
            titles: fields::titles(&entry["title"]),
            is_successful: fields::flag(entry, "is_successful")?,
        })
    }
}

impl Cartum {
    /// The store's order statuses.
    ///
    /// # Errors
    /// As [`CartumError`]; a store without this function is not an error but [`StatusList::TooOld`].
    pub async fn statuses(&self) -> Result<StatusList, CartumError> {
        let reply = self.call(STATUSES, &json!({}), TooMuch::Again).await?;
        if reply.word == word::UNDEFINED_FUNCTION {
            return Ok(StatusList::TooOld);
        }
        let keyed = reply.value().get("statuses").is_some_and(Value::is_object);
        let mut statuses = Vec::new();
        for (key, entry) in self.take_list(STATUSES, reply, "statuses", whole).await? {
            let status =
                StoreStatus::decode(keyed.then_some(&key), &entry).map_err(|source| CartumError::Contract {
                    host: self.host.clone(),
                    function: STATUSES,
                    place: "response.statuses",
                    source: source.within(&key),
                })?;
            statuses.push(status);
        }
        Ok(StatusList::Listed(statuses))
    }

    /// The currencies that the store has switched on. Entries without a code are left out.
    ///
    /// # Errors
    /// As [`CartumError`].
    pub async fn currencies(&self) -> Result<Vec<Currency>, CartumError> {
        let entries = self.list(CURRENCIES, &json!({}), "currency", TooMuch::Again, whole).await?;
        let decode = |entry: &Value| Currency {
            iso: fields::text(entry, "iso").to_uppercase(),
            title: fields::text(entry, "title"),
        };
        Ok(entries.iter().map(|(_, entry)| decode(entry)).filter(|currency| !currency.iso.is_empty()).collect())
    }

    /// Calls a function and takes out its list; each entry is read on its own, with its key.
    pub(super) async fn list<T: Send + 'static>(
        &self,
        function: &'static str,
        params: &Value,
        key: &'static str,
        too_much: TooMuch,
        read: impl Fn(&str, &[u8]) -> T + Send + 'static,
    ) -> Result<Vec<T>, CartumError> {
        let list = self.list_unless((function, params, key), too_much, None, read).await?;
        Ok(list.map(|(list, _)| list).unwrap_or_default())
    }

    /// The same; `None` if it is the answer that is known. With what the answer is recognized by the next time.
    pub(super) async fn list_unless<T: Send + 'static>(
        &self,
        (function, params, key): (&'static str, &Value, &'static str),
        too_much: TooMuch,
        known: Option<AnswerPrint>,
        read: impl Fn(&str, &[u8]) -> T + Send + 'static,
    ) -> Result<Option<(Vec<T>, AnswerPrint)>, CartumError> {
        let reply = self.call_unless(function, params, too_much, known).await?;
        if reply.is_known {
            return Ok(None);
        }
        let print = reply.print;
        Ok(Some((self.take_list(function, reply, key, read).await?, print)))
    }

    /// Takes out a list. `EMPTY` and an empty body are an empty list; a body with other content and no list is an error.
    async fn take_list<T: Send + 'static>(
        &self,
        function: &'static str,
        reply: Reply,
        key: &'static str,
        read: impl Fn(&str, &[u8]) -> T + Send + 'static,
    ) -> Result<Vec<T>, CartumError> {
        let Some(body) = reply.data()? else { return Ok(Vec::new()) };
        let (host, size) = (self.host.clone(), body.size());
        let take = move || match body.entries(key) {
            Ok(Ok(entries)) => Ok(entries.into_iter().map(|(key, text)| read(&key, text)).collect()),
            Ok(Err(source)) => Err(CartumError::Contract { host, function, place: "response", source }),
            Err(fault) => Err(body.broken(host, function, fault)),
        };
        json::off_runtime(size, take).await
    }
}

/// An entry of a short list as a value; `null` if it cannot be read.
fn whole(key: &str, text: &[u8]) -> (String, Value) {
    (key.to_owned(), json::read(text).unwrap_or_default())
}
