//! What a person decides about orders of a store, several at once: each by itself, so that one that cannot be decided keeps none of the
//! others from it.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{
    SetupError,
    asks::{self, Identity, is_worked},
};
use crate::{
    db::{asks::now, identities, stores::Store},
    domain::{ids::OrderNumber, plan::Keep},
};

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Whose side of what differs holds.
    Keep(Keep),
    /// Which order a number or a work order is of.
    Identity(Identity),
}

/// What the daemon settles now, and what stays.
#[derive(Debug)]
pub struct Decided {
    /// The moment, by the database's clock.
    pub at: DateTime<Utc>,
    /// The daemon works these now.
    pub settled: Vec<OrderNumber>,
    /// These stay as they are, each with the reason.
    pub left: Vec<(OrderNumber, SetupError)>,
}

/// Queues orders for the daemon to settle as a person decided, each number once.
///
/// # Errors
/// When the database fails, or [`SetupError::Refused`] when the store is not worked at all. What concerns one order alone is said of it.
pub async fn decide(
    pool: &PgPool,
    store: &Store,
    numbers: &[OrderNumber],
    decision: Decision,
) -> Result<Decided, SetupError> {
    is_worked(pool, store).await?;
    let mut decided = Decided { at: now(pool).await?, settled: Vec::new(), left: Vec::new() };
    for (index, number) in numbers.iter().enumerate() {
        if numbers[..index].contains(number) {
            continue;
        }
        let asked = match decision {
            Decision::Keep(keep) => asks::resolve(pool, store, *number, keep).await,
            Decision::Identity(identity) => asks::identify(pool, store, *number, identity).await,
        };
        match asked {
            Ok(_) => decided.settled.push(*number),
            Err(why @ (SetupError::NotFound(_) | SetupError::Refused(_))) => decided.left.push((*number, why)),
            Err(error) => return Err(error),
        }
    }
    Ok(decided)
}

/// The orders of a store that wait for a person to say which order they are, by number.
///
/// # Errors
/// When the database fails.
pub async fn undecided(pool: &PgPool, store: &Store) -> Result<Vec<OrderNumber>, SetupError> {
    Ok(identities::undecided(pool, store.id).await?)
}
