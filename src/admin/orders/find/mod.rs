//! Finds an order, even one never seen: what the database knows of it, what the store shows now, and what happens next. The store
//! is asked live and only read. `next.rs` says what happens next.

mod next;

use chrono::{DateTime, Utc};
use serde::Serialize;

use self::next::Prospect;
use super::decide;
use crate::{
    admin::{Admin, AdminError, Told, Words, called, plan_import, told::bracketed},
    causes::internal,
    db::{
        self, accounts, dictionary,
        order_list::{self, Listed},
        orders::OrderState,
        processes,
        rereads::{self, Known},
        stores::Store,
    },
    domain::{
        dictionary::Names,
        fingerprint::fingerprint,
        ids::{OrderNumber, WorkOrderId},
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
    pub next: Words,
    /// All of it in one sentence.
    pub sentence: Words,
}

/// What the store shows of an order now.
#[derive(Debug)]
enum Shown {
    Order(Box<StoreOrder>),
    /// It is there; which field cannot be read.
    Unreadable(String),
    Absent,
    /// Why the answer does not tell.
    Unsure(Said),
    /// Why it could not be asked.
    NotAsked(Said),
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
            Some(order) => decide::is_order_undecided(&self.pool, store, order).await?,
            None => false,
        };
        let names = self.names(store, order.as_ref()).await?;
        let prospect = Prospect {
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
        let sentence = Said::new("found").with("number", number.get()).with("store", name.as_str());
        let sentence = sentence.with("here", here(order)).with("next", next.clone());
        let sentence = sentence.with("there", there(store, &shown, (order.is_some(), changed)));
        let in_store = match shown {
            Shown::Order(_) | Shown::Unreadable(_) => Some(true),
            Shown::Absent => Some(false),
            Shown::Unsure(_) | Shown::NotAsked(_) => None,
        };
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
            sentence: Words::new(sentence, &names),
            next: Words::new(next, &names),
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
            return Shown::NotAsked(Said::new("switched-off"));
        }
        let answer = match self.clients.cartum(&self.keyring, store) {
            Ok(cartum) => cartum.orders_at_once(&[number]).await,
            Err(error) => return Shown::NotAsked(internal(&error)),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Shown::NotAsked(error.with_causes()),
        };
        match answer.rows.into_iter().find(|row| row.number == Some(number)).map(|row| row.order) {
            Some(Ok(order)) => Shown::Order(Box::new(order)),
            Some(Err(error)) => Shown::Unreadable(error.to_string()),
            None if answer.filter_ignored => Shown::Unsure(Said::new("unsure-numbers-ignored")),
            None if answer.has_unreadable_number => Shown::Unsure(Said::new("unsure-number-unreadable")),
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

/// What is known here.
fn here(order: Option<&Listed>) -> Said {
    let Some(order) = order else { return Said::new("here-never") };
    let said = match order.work_order {
        Some(id) => Said::new("here-with-work-order").with("work_order", WorkOrderId::new(id)),
        None => Said::new("here-without-work-order"),
    };
    said.with("state", state_words(order.state)).with("why", bracketed(order.reason.as_ref()))
}

/// A state as people call it.
fn state_words(state: OrderState) -> Said {
    Said::new("order-state").with("state", state.word())
}

/// What the store shows.
fn there(store: &Store, shown: &Shown, (known, changed): (bool, bool)) -> Said {
    match shown {
        Shown::Order(order) => {
            let said = if changed { Said::new("there-changed") } else { Said::new("there") };
            let said = said.with("status", order.status).with("zone", store.settings.time_zone.name());
            said.with("placed", order.placed_at.format("%Y-%m-%d %H:%M").to_string())
        }
        Shown::Unreadable(error) => Said::new("there-unreadable").with("error", error.as_str()),
        Shown::Absent if known => Said::new("there-no-longer"),
        Shown::Absent => Said::new("there-never"),
        Shown::Unsure(why) => Said::new("there-unsure").with("why", why.clone()),
        Shown::NotAsked(why) => Said::new("there-not-asked").with("why", why.clone()),
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
