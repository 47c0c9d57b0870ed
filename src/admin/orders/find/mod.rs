//! Finds an order, even one never seen: what the database knows of it, what the store shows now, and what happens next. The store
//! is asked live and only read. `next.rs` says what happens next.

mod next;

use chrono::{DateTime, Utc};
use serde::Serialize;

use self::next::Prospect;
use super::decide;
use crate::{
    admin::{Admin, AdminError, Told, called, framed, plan_import},
    causes::chain,
    db::{
        self, accounts, dictionary,
        order_list::{self, Listed},
        orders::OrderState,
        processes,
        rereads::{self, Known},
        stores::Store,
    },
    domain::{
        dictionary::{Kind, Names},
        fingerprint::fingerprint,
        ids::OrderNumber,
        order::StoreOrder,
        said::Said,
        scope::{self, Scope, Window},
    },
};

/// Where an order is.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// Cartum's order number.
    pub number: i64,
    /// The store's name.
    pub store: String,
    /// The order is here or in the store.
    pub found: bool,
    /// It was seen in the store before.
    pub known: bool,
    /// The store has it now; `None` = it could not be asked, or could not say.
    pub in_store: Option<bool>,
    /// It belongs into RO App; `None` = that cannot be told.
    pub in_scope: Option<bool>,
    /// The state it is in here.
    pub state: Option<&'static str>,
    /// Why it is in that state, or why it is not in scope.
    pub reason: Option<Told>,
    /// Its work order.
    pub work_order_id: Option<i64>,
    /// What happens next.
    pub next: String,
    /// All of it in one sentence.
    pub sentence: String,
}

/// What the store shows of an order now.
#[derive(Debug)]
enum Shown {
    Order(Box<StoreOrder>),
    /// It is there; which field cannot be read.
    Unreadable(String),
    Absent,
    /// Why the answer does not tell.
    Unsure(&'static str),
    /// Why it could not be asked.
    NotAsked(String),
}

/// Whether an order belongs into RO App, by the rules that a poll goes by.
#[derive(Debug)]
struct Judged {
    state: OrderState,
    reason: Option<Said>,
    scope: Scope,
}

impl Admin {
    /// Says where an order is. The store is asked unless it is switched off.
    ///
    /// # Errors
    /// When the database fails; a store that does not answer is part of the answer.
    pub async fn find_order(
        &self,
        store: &Store,
        number: OrderNumber,
        now: DateTime<Utc>,
    ) -> Result<Found, AdminError> {
        let shown = self.ask_store(store, number).await;
        // Looked up after the answer: a poll may have brought it meanwhile.
        let order = order_list::find(&self.pool, store.id, number).await?;
        let known = self.known(store, number).await?;
        let judged = match &shown {
            Shown::Order(order) => judge(store, order, known.as_ref(), now),
            _ => None,
        };
        let is_read_again = rereads::is_read_again(&self.pool, store.id, number).await?;
        let changed = match (&shown, &known) {
            (Shown::Order(order), Some(known)) => fingerprint(order)[..] != known.fingerprint[..],
            _ => false,
        };
        let is_undecided = match &order {
            Some(order) => decide::is_undecided(&self.pool, store, order).await?,
            None => false,
        };
        let names = self.names(store, order.as_ref()).await?;
        let prospect = Prospect {
            names: &names,
            store,
            called: called(&self.pool, store).await?,
            account: accounts::get(&self.pool, store.account).await?,
            daemon: !processes::alive(&self.pool).await?.is_empty(),
            now,
            is_read_again,
            changed,
            is_undecided,
        };
        let next = match &order {
            Some(order) => prospect.of_known(order, &shown, judged.as_ref()),
            None => prospect.of_unknown(&shown, judged.as_ref()),
        };
        let (name, order) = (&store.settings.name, order.as_ref());
        let (here, there) = (here(order, &names), there(store, &shown, (order.is_some(), changed), &names));
        let in_store = match shown {
            Shown::Order(_) | Shown::Unreadable(_) => Some(true),
            Shown::Absent => Some(false),
            Shown::Unsure(_) | Shown::NotAsked(_) => None,
        };
        let sentence = format!("order {number} of the store {name:?} {here}; {there}; {next}");
        Ok(Found {
            number: number.get(),
            store: name.clone(),
            found: order.is_some() || in_store == Some(true),
            known: order.is_some(),
            in_store,
            in_scope: in_scope(order, judged.as_ref()),
            state: order.map(|order| order.state.word()),
            reason: match order {
                Some(order) => Told::of(order.reason.as_ref(), &names),
                None => Told::of(judged.and_then(|judged| judged.reason).as_ref(), &names),
            },
            work_order_id: order.and_then(|order| order.work_order),
            sentence,
            next,
        })
    }

    async fn names(&self, store: &Store, order: Option<&Listed>) -> Result<Names, AdminError> {
        let mut names = dictionary::names(&self.pool, store.account, store.id).await?;
        if let Some(order) = order {
            names.extend(dictionary::numbers(&self.pool, &[order.id]).await?);
        }
        Ok(names)
    }

    async fn ask_store(&self, store: &Store, number: OrderNumber) -> Shown {
        if !store.settings.enabled {
            return Shown::NotAsked("it is switched off".to_owned());
        }
        let answer = match self.clients.cartum(&self.keyring, store) {
            Ok(cartum) => cartum.orders_at_once(&[number]).await,
            Err(error) => return Shown::NotAsked(chain(&error)),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Shown::NotAsked(chain(&error)),
        };
        match answer.rows.into_iter().find(|row| row.number == Some(number)).map(|row| row.order) {
            Some(Ok(order)) => Shown::Order(Box::new(order)),
            Some(Err(error)) => Shown::Unreadable(error.to_string()),
            None if answer.filter_ignored => {
                Shown::Unsure("it ignores the numbers that it is asked for (`ids` of orders/get) and sent other orders")
            }
            None if answer.has_unreadable_number => Shown::Unsure("it sent an order whose number cannot be read"),
            None => Shown::Absent,
        }
    }

    async fn known(&self, store: &Store, number: OrderNumber) -> Result<Option<Known>, AdminError> {
        let mut tx = db::begin(&self.pool).await?;
        Ok(rereads::known(&mut tx, store.id, &[number]).await?.remove(&number))
    }
}

/// By the window that holds; for a store that was never imported by that of an import asked for now.
fn judge(store: &Store, order: &StoreOrder, known: Option<&Known>, now: DateTime<Utc>) -> Option<Judged> {
    let window = if let (Some(connected_at), Some(from)) = (store.connected_at, store.window_from) {
        Window { connected_at, from }
    } else {
        let import = plan_import(store, now).ok()?;
        Window { connected_at: import.connected_at, from: import.window_from }
    };
    let (state, reason, scope) = scope::state(order, &store.settings, window, known.map(Known::before));
    Some(Judged { state, reason, scope })
}

/// What is known here, in words.
fn here(order: Option<&Listed>, names: &Names) -> String {
    let Some(order) = order else { return "was never seen here".to_owned() };
    let reason = framed(" (", Told::of(order.reason.as_ref(), names).as_ref(), ")");
    let work_order = order.work_order.map(|id| format!("work order {}", names.told(Kind::WorkOrder, id)));
    let work_order = work_order.unwrap_or_else(|| "no work order".to_owned());
    format!("is {}{reason}, with {work_order}", order.state.word())
}

/// What the store shows, in words.
fn there(store: &Store, shown: &Shown, (known, changed): (bool, bool), names: &Names) -> String {
    match shown {
        Shown::Order(order) => {
            let (at, zone) = (order.placed_at.format("%Y-%m-%d %H:%M"), store.settings.time_zone.name());
            let changed = if changed { ", changed since it was last read" } else { "" };
            let status = names.told(Kind::StoreStatus, order.status.get());
            format!("the store has it in status {status}, placed {at} ({zone}){changed}")
        }
        Shown::Unreadable(error) => format!("the store has it, but its data cannot be read ({error})"),
        Shown::Absent if known => "the store does not show it now".to_owned(),
        Shown::Absent => "the store has no such order".to_owned(),
        Shown::Unsure(why) => format!("the store cannot say whether it has it: {why}"),
        Shown::NotAsked(why) => format!("the store could not be asked: {why}"),
    }
}

/// Whether the order belongs into RO App. One that was wanted once stays wanted.
fn in_scope(order: Option<&Listed>, judged: Option<&Judged>) -> Option<bool> {
    match (order.map(|order| order.state), judged) {
        (Some(OrderState::Excluded), None) => Some(false),
        (Some(OrderState::Unreadable) | None, None) => None,
        (Some(OrderState::Excluded | OrderState::Unreadable) | None, Some(judged)) => {
            Some(judged.state == OrderState::Waiting)
        }
        (Some(_), _) => Some(true),
    }
}
