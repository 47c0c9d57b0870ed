//! A person's decisions about several orders of a store. Each order is decided by itself, so one that cannot be decided does not
//! block the others.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::ask::{Ask, refusal};
use crate::{
    admin::{AdminError, stores::is_worked},
    db::{
        self, asks,
        claims::{self, Claim},
        history, identities,
        order_list::{self, Listed},
        removals,
        stores::Store,
        work_orders,
    },
    domain::{
        ids::{OrderNumber, WorkOrderId},
        order_state::OrderState,
        plan::Keep,
        said::{Said, Value},
    },
};

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Which side wins the differences.
    Keep(Keep),
    /// Which order a number or a work order belongs to.
    Identity(Identity),
}

/// What the daemon settles now, and what was refused.
#[derive(Debug)]
pub struct Decided {
    /// The moment, by the database's clock.
    pub at: DateTime<Utc>,
    /// The daemon processes these now.
    pub settled: Vec<OrderNumber>,
    /// These are not changed, each with the reason.
    pub left: Vec<(OrderNumber, Said)>,
}

/// Queues orders for the daemon to settle as a person decided, each number once.
///
/// # Errors
/// When the database fails, or [`AdminError::Refused`] when the store is stopped. What concerns a single order is reported with it.
pub async fn decide(
    pool: &PgPool,
    store: &Store,
    numbers: &[OrderNumber],
    decision: Decision,
) -> Result<Decided, AdminError> {
    is_worked(pool, store).await?;
    let mut decided = Decided { at: db::now(pool).await?, settled: Vec::new(), left: Vec::new() };
    for (index, number) in numbers.iter().enumerate() {
        if numbers[..index].contains(number) {
            continue;
        }
        let asked = match decision {
            Decision::Keep(keep) => resolve(pool, store, *number, keep).await,
            Decision::Identity(identity) => identify(pool, store, *number, identity).await,
        };
        match asked {
            Ok(_) => decided.settled.push(*number),
            Err(AdminError::NotFound(why) | AdminError::Refused(why)) => decided.left.push((*number, why)),
            Err(error) => return Err(error),
        }
    }
    Ok(decided)
}

/// The orders of a store that wait for a person to say which order they are, by number.
///
/// # Errors
/// When the database fails.
pub async fn undecided(pool: &PgPool, store: &Store) -> Result<Vec<OrderNumber>, AdminError> {
    Ok(identities::undecided(pool, store.id).await?)
}

/// Whether the order of this number waits for that.
///
/// # Errors
/// When the database fails.
pub async fn is_undecided(pool: &PgPool, store: &Store, number: OrderNumber) -> Result<bool, AdminError> {
    match order_list::find(pool, store.id, number).await? {
        Some(order) => is_order_undecided(pool, store, &order).await,
        None => Ok(false),
    }
}

/// The same of one order: its number came back as another order, or it is held since an unlinked work order carries its marker.
pub(super) async fn is_order_undecided(pool: &PgPool, store: &Store, order: &Listed) -> Result<bool, AdminError> {
    if is_in_doubt(pool, store, order.number).await? {
        return Ok(true);
    }
    let is_without = order.state == OrderState::Held && order.work_order.is_none();
    Ok(is_without && !claims::of(pool, store.id, order.number).await?.is_empty())
}

/// Queues an order for the daemon to settle its conflicts and its pending change as a person decided; the moment of asking, by
/// the database's clock.
///
/// # Errors
/// [`AdminError::NotFound`] when the store has none of that number; [`AdminError::Refused`] when there is nothing to decide,
/// or the daemon would not carry it out.
pub async fn resolve(
    pool: &PgPool,
    store: &Store,
    number: OrderNumber,
    keep: Keep,
) -> Result<DateTime<Utc>, AdminError> {
    is_worked(pool, store).await?;
    let order = seen(pool, store, number).await?;
    let refused = |why: Said| Err(not_changed(number, why));
    if is_in_doubt(pool, store, number).await? {
        return refused(Said::new("number-undecided"));
    }
    if !order.is_in_conflict() {
        return refused(Said::new("nothing-in-conflict"));
    }
    if let Some(why) = refusal(Ask::Resync, order.state) {
        return refused(why);
    }
    let at = db::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    db::asks::resolve(&mut tx, store, order.id, keep).await?;
    let decided = match keep {
        Keep::Store => Said::new("decided-store"),
        Keep::RoApp => Said::new("decided-roapp"),
    };
    history::add(&mut tx, order.id, &decided).await?;
    tx.commit().await?;
    Ok(at)
}

/// What a person says about an order whose number came back as another, or about the work order that carries its marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The same order as before, or its own work order.
    Same,
    /// Another order: it gets a new work order.
    New,
}

/// Settles which order a number stands for, or whose a work order is that carries the marker of a held order; the moment of
/// asking, by the database's clock.
///
/// # Errors
/// [`AdminError::NotFound`] when the store has no order of that number; [`AdminError::Refused`] when nothing is in doubt, or the
/// daemon would not carry it out.
pub async fn identify(
    pool: &PgPool,
    store: &Store,
    number: OrderNumber,
    identity: Identity,
) -> Result<DateTime<Utc>, AdminError> {
    is_worked(pool, store).await?;
    let order = seen(pool, store, number).await?;
    let refused = |why: Said| Err(not_changed(number, why));
    if is_in_doubt(pool, store, number).await? {
        return decide_identity(pool, store, &order, identity).await;
    }
    let claims = claims::of(pool, store.id, number).await?;
    if order.work_order.is_some() || claims.is_empty() {
        return refused(Said::new("nothing-in-doubt"));
    }
    let at = db::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    let told = match (identity, claims.as_slice()) {
        (Identity::Same, [claim]) => {
            let id = claim.work_order;
            if !work_orders::link(&mut tx, store.account, (store.id, number), id).await? {
                return refused(Said::new("work-order-of-another"));
            }
            Said::new("decided-own").with("work_order", id)
        }
        (Identity::Same, _) => {
            let ids = listed(&claims);
            return refused(Said::new("several-claims").with("ids", ids));
        }
        (Identity::New, _) => {
            removals::leave_alone(&mut tx, order.id, &claims).await?;
            for claim in &claims {
                claims::over(&mut tx, store.account, claim).await?;
            }
            Said::new("decided-not-own")
                .with("work_orders", claims.iter().map(|claim| claim.work_order).collect::<Value>())
        }
    };
    asks::retry(&mut tx, store, &[order.id], &OrderState::ALL).await?;
    history::add(&mut tx, order.id, &told).await?;
    tx.commit().await?;
    Ok(at)
}

/// The number came back as another order, and nobody has said yet which it is.
async fn is_in_doubt(pool: &PgPool, store: &Store, number: OrderNumber) -> Result<bool, AdminError> {
    let earlier = identities::earlier(pool, store.id, number).await?;
    Ok(earlier.last().is_some_and(|earlier| earlier.ended_at.is_none()))
}

async fn decide_identity(
    pool: &PgPool,
    store: &Store,
    order: &Listed,
    identity: Identity,
) -> Result<DateTime<Utc>, AdminError> {
    let at = db::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    let told = match (identity, order.work_order) {
        (Identity::Same, _) => {
            identities::same(&mut tx, (store.account, store.id), order.id).await?;
            Said::new("decided-same")
        }
        (Identity::New, work_order) => {
            identities::another(&mut tx, (store.account, store.id), order.id).await?;
            match work_order {
                Some(id) => Said::new("decided-another-of").with("work_order", WorkOrderId::new(id)),
                None => Said::new("decided-another"),
            }
        }
    };
    asks::retry(&mut tx, store, &[order.id], &OrderState::ALL).await?;
    history::add(&mut tx, order.id, &told).await?;
    tx.commit().await?;
    Ok(at)
}

fn listed(claims: &[Claim]) -> String {
    claims.iter().map(|claim| claim.work_order.to_string()).collect::<Vec<_>>().join(", ")
}

fn not_changed(number: OrderNumber, why: Said) -> AdminError {
    AdminError::Refused(Said::new("order-not-changed").with("number", number.get()).with("why", why))
}

/// An order that has been seen in the store.
async fn seen(pool: &PgPool, store: &Store, number: OrderNumber) -> Result<Listed, AdminError> {
    order_list::find(pool, store.id, number).await?.ok_or_else(|| never_seen(store, number))
}

/// The store has no order of that number, or it has not shown it yet.
pub(super) fn never_seen(store: &Store, number: OrderNumber) -> AdminError {
    let said = Said::new("order-never-seen").with("number", number.get());
    AdminError::NotFound(said.with("store", store.settings.name.as_str()))
}
