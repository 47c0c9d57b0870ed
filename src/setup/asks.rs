//! What a person asks the daemon to do at once: read a store, try orders again, bring them in step again.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;

use super::{SetupError, called};
use crate::{
    db::{
        self, DbError, asks, audits,
        claims::{self, Claim},
        identities,
        order_list::{self, Choice, Listed},
        orders::{self, OrderState},
        removals, rereads,
        stores::Store,
        work_orders,
    },
    domain::{ids::OrderNumber, plan::Keep, store::StoreState},
};

/// Which orders of a store: those with one of the numbers, or every one that fits the rest.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// By number; no other choice then.
    pub numbers: Vec<OrderNumber>,
    /// In this state.
    pub state: Option<OrderState>,
    /// Placed on this day or later, in the store's zone.
    pub from: Option<NaiveDate>,
    /// Placed on this day or earlier, in the store's zone.
    pub to: Option<NaiveDate>,
}

impl Selection {
    /// Nothing was chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.state.is_none() && self.from.is_none() && self.to.is_none()
    }

    /// The store's orders that fit.
    async fn orders(&self, pool: &PgPool, store: &Store) -> Result<Vec<Listed>, DbError> {
        if !self.numbers.is_empty() {
            return order_list::numbered(pool, store.id, &self.numbers).await;
        }
        let (from, until) = (self.from.map(order_list::start_of), self.to.and_then(order_list::end_of));
        order_list::whole(pool, &Choice { store: Some(store.id), state: self.state, from, until, ..Choice::default() })
            .await
    }
}

/// What a person asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Try again what rests.
    Retry,
    /// Compare RO App with the newest version and the present settings again.
    Resync,
    /// The same, after the store was asked for the newest version, whatever state the order is in.
    Fetch,
    /// Make the work orders again that were deleted in RO App.
    Recreate,
}

/// What was asked for, and what was not possible.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The moment, by the database's clock.
    pub at: DateTime<Utc>,
    /// The daemon works these now.
    pub queued: Vec<Listed>,
    /// These stay as they are, each with the reason.
    pub left: Vec<(Listed, &'static str)>,
}

/// Queues orders for the daemon.
///
/// # Errors
/// [`SetupError::NotFound`] names the numbers that the store does not have, or says that nothing fits; nothing is queued then.
/// [`SetupError::Refused`] when the store is not worked at all.
pub async fn ask(pool: &PgPool, store: &Store, selection: &Selection, ask: Ask) -> Result<Asked, SetupError> {
    is_worked(pool, store).await?;
    let chosen = selection.orders(pool, store).await?;
    let missing = selection.numbers.iter().filter(|number| chosen.iter().all(|order| order.number != **number));
    let missing: Vec<_> = missing.map(ToString::to_string).collect();
    let name = &store.settings.name;
    if !missing.is_empty() {
        let message =
            format!("no order {} of the store {name:?} was ever seen; nothing was changed", missing.join(", "));
        return Err(SetupError::NotFound(message));
    }
    if chosen.is_empty() {
        return Err(SetupError::NotFound(format!("no order of the store {name:?} fits; nothing was changed")));
    }
    let at = asks::now(pool).await?;
    let (mut queued, mut left) = (Vec::new(), Vec::new());
    for order in chosen {
        match refusal(ask, order.state) {
            None => queued.push(order),
            Some(reason) => left.push((order, reason)),
        }
    }
    let ids: Vec<_> = queued.iter().map(|order| order.id).collect();
    let mut tx = db::begin(pool).await?;
    match ask {
        Ask::Recreate => removals::ask_recreate(&mut tx, store, &ids).await?,
        _ => asks::work_now(&mut tx, store, &ids, ask != Ask::Retry).await?,
    }
    if ask == Ask::Fetch {
        let asked_for: Vec<_> =
            queued.iter().chain(left.iter().map(|(order, _)| order)).map(|order| order.id).collect();
        rereads::ask(&mut tx, &asked_for).await?;
    }
    tx.commit().await?;
    Ok(Asked { at, queued, left })
}

/// Queues an order for the daemon to settle its conflicts and its pending change as a person decided; the moment of asking, by
/// the database's clock.
///
/// # Errors
/// [`SetupError::NotFound`] when the store has none of that number; [`SetupError::Refused`] when there is nothing to decide,
/// or the daemon would not do it.
pub async fn resolve(
    pool: &PgPool,
    store: &Store,
    number: OrderNumber,
    keep: Keep,
) -> Result<DateTime<Utc>, SetupError> {
    is_worked(pool, store).await?;
    let order = seen(pool, store, number).await?;
    let refused = |why: &str| Err(SetupError::Refused(format!("order {number} stays as it is: {why}")));
    if is_in_doubt(pool, store, number).await? {
        return refused("its number came back as another order; say first whether it is the --same or a --new one");
    }
    if !order.is_in_conflict() {
        return refused("it has no conflict and no pending change, so that there is nothing to decide");
    }
    if let Some(why) = refusal(Ask::Resync, order.state) {
        return refused(why);
    }
    let at = asks::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    db::resolve::ask(&mut tx, store, order.id, keep).await?;
    let winner = if keep == Keep::Store { "the store" } else { "RO App" };
    orders::tell(&mut tx, order.id, &format!("a person decided: what differs is settled as {winner} has it")).await?;
    tx.commit().await?;
    Ok(at)
}

/// What a person says about an order whose number came back as another, or about the work order that carries its marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// It is the order's own.
    Same,
    /// It is another: the order gets a new one.
    New,
}

/// Settles which order a number stands for, or whose a work order is that carries the marker of a held order; the moment of
/// asking, by the database's clock.
///
/// # Errors
/// [`SetupError::NotFound`] when the store has no order of that number; [`SetupError::Refused`] when nothing is in doubt, or the
/// daemon would not go on with it.
pub async fn identify(
    pool: &PgPool,
    store: &Store,
    number: OrderNumber,
    identity: Identity,
) -> Result<DateTime<Utc>, SetupError> {
    is_worked(pool, store).await?;
    let order = seen(pool, store, number).await?;
    let refused = |why: &str| Err(SetupError::Refused(format!("order {number} stays as it is: {why}")));
    if is_in_doubt(pool, store, number).await? {
        return tell_apart(pool, store, &order, identity).await;
    }
    let claims = claims::of(pool, store.id, number).await?;
    if order.work_order.is_some() || claims.is_empty() {
        return refused(
            "it is the order that it always was, and no other work order carries its marker: nothing to decide",
        );
    }
    let at = asks::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    let told = match (identity, claims.as_slice()) {
        (Identity::Same, [claim]) => {
            let id = claim.work_order;
            if !work_orders::link(&mut tx, store.account, (store.id, number), id, "a person said so").await? {
                return refused("that work order is linked with another order");
            }
            format!("a person decided: work order {id} is this order's, linked with it")
        }
        (Identity::Same, _) => {
            let ids = listed(&claims);
            return refused(&format!(
                "several work orders carry its marker (ids {ids}); take it out of the notes of all but one"
            ));
        }
        (Identity::New, _) => {
            removals::leave_alone(&mut tx, order.id, &claims).await?;
            for claim in &claims {
                claims::over(&mut tx, store.account, claim).await?;
            }
            format!("a person decided: work order {} is not this order's; a new one is made", listed(&claims))
        }
    };
    asks::work_now(&mut tx, store, &[order.id], false).await?;
    orders::tell(&mut tx, order.id, &told).await?;
    tx.commit().await?;
    Ok(at)
}

/// The number came back as another order, and nobody has said yet which it is.
async fn is_in_doubt(pool: &PgPool, store: &Store, number: OrderNumber) -> Result<bool, SetupError> {
    let earlier = identities::earlier(pool, store.id, number).await?;
    Ok(earlier.last().is_some_and(|earlier| earlier.ended_at.is_none()))
}

async fn tell_apart(
    pool: &PgPool,
    store: &Store,
    order: &Listed,
    identity: Identity,
) -> Result<DateTime<Utc>, SetupError> {
    let at = asks::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    let told = match (identity, order.work_order) {
        (Identity::Same, _) => {
            identities::same(&mut tx, (store.account, store.id), order.id).await?;
            "a person decided: the order is the same as before; its work order is brought up to date".to_owned()
        }
        (Identity::New, work_order) => {
            identities::another(&mut tx, (store.account, store.id), order.id).await?;
            let left = work_order.map_or_else(String::new, |id| format!("; work order {id} stays with the one before"));
            format!("a person decided: another order has the number now{left}")
        }
    };
    asks::work_now(&mut tx, store, &[order.id], false).await?;
    orders::tell(&mut tx, order.id, &told).await?;
    tx.commit().await?;
    Ok(at)
}

fn listed(claims: &[Claim]) -> String {
    claims.iter().map(|claim| claim.work_order.to_string()).collect::<Vec<_>>().join(", ")
}

/// An order that was seen in the store.
async fn seen(pool: &PgPool, store: &Store, number: OrderNumber) -> Result<Listed, SetupError> {
    let name = &store.settings.name;
    let unknown = || SetupError::NotFound(format!("no order {number} of the store {name:?} was ever seen"));
    order_list::find(pool, store.id, number).await?.ok_or_else(unknown)
}

/// Asks for the store to be read now; the moment of asking, by the database's clock.
///
/// # Errors
/// [`SetupError::Refused`] when the store is not worked at all.
pub async fn read_now(pool: &PgPool, store: &Store) -> Result<DateTime<Utc>, SetupError> {
    is_worked(pool, store).await?;
    let at = asks::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    asks::read_now(&mut tx, store).await?;
    tx.commit().await?;
    Ok(at)
}

/// Asks for a proof of the store now; the moment of asking, by the database's clock.
///
/// # Errors
/// [`SetupError::Refused`] when the store is not worked at all.
pub async fn audit_now(pool: &PgPool, store: &Store) -> Result<DateTime<Utc>, SetupError> {
    is_worked(pool, store).await?;
    let at = asks::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    audits::ask(&mut tx, store).await?;
    tx.commit().await?;
    Ok(at)
}

/// Why the daemon would not do what is asked.
pub(super) async fn is_worked(pool: &PgPool, store: &Store) -> Result<(), SetupError> {
    let name = &store.settings.name;
    let why = match store.state {
        StoreState::Draft => {
            format!("it is a draft; import it first: cartum-roapp store import {}", called(pool, store).await?)
        }
        StoreState::Paused => {
            let called = called(pool, store).await?;
            format!("it is paused ({}); go on with: cartum-roapp store resume {called}", store.reason)
        }
        _ if !store.settings.enabled => "it is switched off; set enabled = true with `store edit`".to_owned(),
        StoreState::Importing | StoreState::Active | StoreState::NeedsCredentials => return Ok(()),
    };
    Err(SetupError::Refused(format!("the store {name:?} is not worked: {why}")))
}

/// Why an order in this state stays as it is.
fn refusal(ask: Ask, state: OrderState) -> Option<&'static str> {
    match (ask, state) {
        (Ask::Recreate, OrderState::Removed) => None,
        (Ask::Recreate, _) => Some("its work order was not deleted in RO App"),
        (Ask::Retry, OrderState::Synced) => Some("nothing to try again; `order resync` compares it again"),
        (_, OrderState::Excluded) => Some("it is not wanted"),
        (_, OrderState::Gone) => Some("it was deleted in the store"),
        (_, OrderState::Removed) => Some("it was deleted in RO App; `order resync --recreate` makes it again"),
        _ => None,
    }
}
