//! A store order in a list, with names beside its ids.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use sqlx::PgPool;

use crate::{
    admin::{AdminError, Moment, Told, Words, orders::view::HistoryRow},
    db::{dictionary, order_list::Listed, said},
    domain::{
        dictionary::{Kind, Names},
        ids::Id,
        order_state::OrderState,
        plan::{Conflict, Keep, Part},
        said::{Said, Value},
        scope,
    },
};

/// A store order in a list.
#[derive(Debug, Clone, Serialize)]
pub struct OrderRow {
    /// Our id; the next page of a list begins after it.
    pub id: i64,
    /// The account's name.
    pub account: String,
    /// The store's name.
    pub store: String,
    /// Our id of the store.
    #[serde(skip)]
    pub store_id: i64,
    /// Cartum's order number.
    pub number: i64,
    /// State.
    pub state: &'static str,
    /// Why.
    pub reason: Option<Told>,
    /// When it was placed.
    pub placed_at: Option<Moment>,
    /// Store status.
    pub store_status: Option<i64>,
    /// What the store calls it.
    pub store_status_name: Option<String>,
    /// RO App's id of the work order, once there is one.
    pub work_order_id: Option<i64>,
    /// RO App's number of it.
    pub work_order_number: Option<String>,
    /// The store's total.
    pub total: Option<String>,
    /// A difference that can no longer be written.
    pub pending_change: Option<Told>,
    /// Changed on both sides.
    pub conflicts: Vec<ConflictRow>,
    /// The same as it lies in the database, where this release cannot read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread_conflicts: Option<serde_json::Value>,
    /// What a person decided about conflicts and pending change, until that is done.
    pub resolve: Option<&'static str>,
    /// Why a person should check whether the client is the right one, if so.
    pub review: Option<Told>,
    /// When it was placed, in the store's zone.
    #[serde(skip)]
    pub placed: Option<Placed>,
    /// When it is tried next, while it waits.
    #[serde(skip)]
    pub next_try_at: Option<DateTime<Utc>>,
    #[serde(skip)]
    names: Arc<Names>,
}

/// A time of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// In the store's zone.
    pub at: NaiveDateTime,
    /// The zone.
    pub zone: Tz,
}

/// A conflict, for programs.
#[derive(Debug, Clone, Serialize)]
pub struct ConflictRow {
    /// Which part of the work order.
    pub part: &'static str,
    /// The custom field's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<i64>,
    /// The title of the store's line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// RO App's id of a line that the store does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<i64>,
    /// The article that this line had while it was the store's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// The part in words.
    pub what: Words,
    /// What the store has, in words.
    pub store: Words,
    /// What RO App has, in words.
    pub roapp: Words,
    /// Both as the database has them.
    pub values: SidesRow,
    /// The RO App status of staff's that the store's took the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overruled: Option<i64>,
}

/// The values of a conflict, for programs: a text, a number, an id with its kind, or a message.
#[derive(Debug, Clone, Serialize)]
pub struct SidesRow {
    /// The store's.
    pub store: serde_json::Value,
    /// RO App's.
    pub roapp: serde_json::Value,
}

impl ConflictRow {
    fn new(of: &Conflict, names: &Names) -> Self {
        let (mut field, mut title, mut item, mut article) = (None, None, None, None);
        match &of.part {
            Part::Field(id) => field = Some(*id),
            Part::Line(of_store) => title = Some(of_store.clone()),
            Part::Item(id, of_store) => {
                (item, article) = (Some(id.get()), Some(of_store.clone()).filter(|article| !article.is_empty()));
            }
            Part::Title | Part::Price | Part::Notes | Part::Status | Part::Client => {}
        }
        Self {
            part: of.part.code(),
            field,
            title,
            item,
            article,
            what: Words::new(Said::from(&of.part), names),
            store: Words::new(of.store.clone(), names),
            roapp: Words::new(of.roapp.clone(), names),
            values: SidesRow { store: said::value_to_json(&of.store), roapp: said::value_to_json(&of.roapp) },
            overruled: of.overruled.map(Id::get),
        }
    }
}

/// A difference between both sides of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which field, in words.
    pub what: Words,
    /// What the store has.
    pub store: Words,
    /// What RO App has.
    pub roapp: Words,
}

impl From<&ConflictRow> for Difference {
    fn from(row: &ConflictRow) -> Self {
        Self { what: row.what.clone(), store: row.store.clone(), roapp: row.roapp.clone() }
    }
}

impl OrderRow {
    pub(super) fn new(order: Listed, names: Arc<Names>) -> Self {
        let zone = order.zone;
        let name = |kind, id| names.get(kind, id).map(str::to_owned);
        let status = order.status.map(Id::get);
        Self {
            id: order.id.get(),
            account: order.account,
            store: order.store,
            store_id: order.store_id.get(),
            number: order.number.get(),
            state: order.state.word(),
            reason: Told::of(order.reason.as_ref(), &names),
            placed_at: order.placed_at.map(|at| Moment(scope::to_utc(at, zone))),
            store_status: status,
            store_status_name: status.and_then(|id| name(Kind::StoreStatus, id)),
            work_order_id: order.work_order,
            work_order_number: order.work_order.and_then(|id| name(Kind::WorkOrder, id)),
            total: order.total.map(|total| total.to_string()),
            pending_change: Told::of(order.pending_change.as_ref(), &names),
            conflicts: order.conflicts.iter().map(|conflict| ConflictRow::new(conflict, &names)).collect(),
            unread_conflicts: order.unread_conflicts,
            resolve: order.asked.keep.map(Keep::word),
            review: Told::of(order.review.as_ref(), &names),
            placed: order.placed_at.map(|at| Placed { at, zone }),
            next_try_at: Some(order.next_try_at).filter(|_| order.state == OrderState::Waiting),
            names,
        }
    }

    /// The work order by RO App's number, with its id beside it.
    #[must_use]
    pub fn work_order(&self) -> Option<String> {
        self.work_order_id.map(|id| self.names.told(Kind::WorkOrder, id))
    }

    /// The store's status by its name, with its id beside it.
    #[must_use]
    pub fn status(&self) -> Option<String> {
        self.store_status.map(|id| self.names.told(Kind::StoreStatus, id))
    }

    /// The work order by RO App's number, else by its id.
    #[must_use]
    pub fn work_order_name(&self) -> Option<String> {
        self.work_order_number.clone().or_else(|| self.work_order_id.map(|id| id.to_string()))
    }

    /// The store's status by its name, else by its id.
    #[must_use]
    pub fn status_name(&self) -> Option<String> {
        self.store_status_name.clone().or_else(|| self.store_status.map(|id| id.to_string()))
    }

    /// A message about this order, with names beside ids.
    pub(super) fn told(&self, said: &Said) -> Told {
        Told::new(said, &self.names)
    }

    /// What RO App or the store calls it.
    pub(super) fn name(&self, kind: Kind, id: i64) -> Option<String> {
        self.names.get(kind, id).map(str::to_owned)
    }

    /// What happened, in words and for programs.
    pub(super) fn history(&self, at: DateTime<Utc>, what: &Said) -> HistoryRow {
        HistoryRow { at: Moment(at), what: self.told(what) }
    }

    /// The differences between both sides, in words; a change that can no longer be written comes last.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        let conflicts = self.conflicts.iter().map(Difference::from);
        let only = |what: Said, store: Value| Difference {
            what: Words::new(what, &self.names),
            store: Words::new(store, &self.names),
            roapp: Words::new("", &self.names),
        };
        let pending = self.pending_change.as_ref();
        let pending = pending.map(|change| only(Said::new("pending-change"), change.said().clone().into()));
        let unread = self.unread_conflicts.as_ref();
        let unread = unread.map(|unread| only(Said::new("conflicts-unread"), unread.to_string().into()));
        conflicts.chain(unread).chain(pending).collect()
    }

    /// A conflict, with names beside ids.
    pub(super) fn difference(&self, conflict: &Conflict) -> Difference {
        Difference::from(&ConflictRow::new(conflict, &self.names))
    }
}

/// The rows of these orders.
pub(super) async fn rows(pool: &PgPool, orders: Vec<Listed>) -> Result<Vec<OrderRow>, AdminError> {
    let stores: BTreeSet<_> = orders.iter().map(|order| (order.account_id, order.store_id)).collect();
    let mut names = dictionary::names_of(pool, &stores).await?;
    // Work orders of two accounts may have the same id.
    for account in stores.iter().map(|(account, _)| *account).collect::<BTreeSet<_>>() {
        let ids: Vec<_> = orders.iter().filter(|order| order.account_id == account).map(|order| order.id).collect();
        let numbers = dictionary::numbers(pool, &ids).await?;
        for (_, store) in stores.iter().filter(|(of, _)| *of == account) {
            names.entry(*store).or_default().extend(numbers.clone());
        }
    }
    let by_store: BTreeMap<_, _> = names.into_iter().map(|(store, names)| (store, Arc::new(names))).collect();
    let row = |order: Listed| {
        let names = by_store.get(&order.store_id).cloned().unwrap_or_default();
        OrderRow::new(order, names)
    };
    Ok(orders.into_iter().map(row).collect())
}
