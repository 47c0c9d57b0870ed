//! Requests to the daemon about several orders at once: retry them, or compare them again.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;

use crate::{
    admin::{AdminError, stores::is_worked},
    db::{
        self, DbError, asks,
        order_list::{self, Choice, Listed},
        stores::Store,
    },
    domain::{ids::OrderNumber, order_state::OrderState, said::Said},
};

/// Which orders of a store: those with one of the numbers, or every order that matches the other criteria.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// By number; the other criteria are not used then.
    pub numbers: Vec<OrderNumber>,
    /// In this state.
    pub state: Option<OrderState>,
    /// Placed on this day or later, in the store's zone.
    pub from: Option<NaiveDate>,
    /// Placed on this day or earlier, in the store's zone.
    pub to: Option<NaiveDate>,
}

impl Selection {
    /// Nothing was selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.state.is_none() && self.from.is_none() && self.to.is_none()
    }

    /// The store's orders that match.
    async fn orders(&self, pool: &PgPool, store: &Store) -> Result<Vec<Listed>, DbError> {
        if !self.numbers.is_empty() {
            return order_list::numbered(pool, store.id, &self.numbers).await;
        }
        let (from, until) = (self.from.map(order_list::start_of), self.to.and_then(order_list::end_of));
        order_list::whole(pool, &Choice { store: Some(store.id), state: self.state, from, until, ..Choice::default() })
            .await
    }
}

/// What a person requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Retry failed and held orders.
    Retry,
    /// Compare RO App with the newest version and the current settings again.
    Resync,
    /// The same, after fetching the newest version from the store, whatever state the order is in.
    Fetch,
    /// Recreate work orders that were deleted in RO App.
    Recreate,
}

/// What was queued, and what was not possible.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The moment, by the database's clock.
    pub at: DateTime<Utc>,
    /// The daemon processes these now.
    pub queued: Vec<Listed>,
    /// These are not changed, each with the reason.
    pub left: Vec<(Listed, Said)>,
}

/// Queues orders for the daemon.
///
/// # Errors
/// [`AdminError::NotFound`] names the numbers that the store does not have, or says that nothing matches; nothing is queued then.
/// [`AdminError::Refused`] when the store is stopped.
pub async fn ask(pool: &PgPool, store: &Store, selection: &Selection, ask: Ask) -> Result<Asked, AdminError> {
    is_worked(pool, store).await?;
    let chosen = selection.orders(pool, store).await?;
    let missing = selection.numbers.iter().filter(|number| chosen.iter().all(|order| order.number != **number));
    let missing: Vec<_> = missing.map(ToString::to_string).collect();
    let not_found = |said: Said| Err(AdminError::NotFound(said.with("store", store.settings.name.as_str())));
    if !missing.is_empty() {
        return not_found(Said::new("orders-never-seen").with("numbers", missing.join(", ")));
    }
    if chosen.is_empty() {
        return not_found(Said::new("no-matching-order"));
    }
    let at = db::now(pool).await?;
    let (mut queued, mut left) = (Vec::new(), Vec::new());
    for order in chosen {
        match refusal(ask, order.state) {
            None => queued.push(order),
            Some(reason) => left.push((order, reason)),
        }
    }
    let ids: Vec<_> = queued.iter().map(|order| order.id).collect();
    let mut tx = db::begin(pool).await?;
    // One whose state changed since it was looked up is left as it is.
    let from: Vec<_> = OrderState::ALL.into_iter().filter(|state| refusal(ask, *state).is_none()).collect();
    match ask {
        Ask::Recreate => asks::recreate(&mut tx, store, &ids).await?,
        Ask::Retry => asks::retry(&mut tx, store, &ids, &from).await?,
        Ask::Resync | Ask::Fetch => asks::resync(&mut tx, store, &ids, &from).await?,
    }
    if ask == Ask::Fetch {
        let asked_for: Vec<_> =
            queued.iter().chain(left.iter().map(|(order, _)| order)).map(|order| order.id).collect();
        asks::fetch(&mut tx, store, &asked_for).await?;
    }
    tx.commit().await?;
    Ok(Asked { at, queued, left })
}

/// The same for orders that need not be selected by number: no match is an answer, too. Without a selection, every order of the store
/// that failed, is held, incomplete or unreadable.
///
/// # Errors
/// As [`ask`].
pub async fn ask_each(pool: &PgPool, store: &Store, selection: Selection, what: Ask) -> Result<Asked, AdminError> {
    const AT_REST: [OrderState; 4] =
        [OrderState::Failed, OrderState::Held, OrderState::Incomplete, OrderState::Unreadable];
    let selections = if selection.is_empty() {
        AT_REST.map(|state| Selection { state: Some(state), ..Selection::default() }).into()
    } else {
        vec![selection]
    };
    let mut all = Asked { at: db::now(pool).await?, queued: Vec::new(), left: Vec::new() };
    for selection in selections {
        match ask(pool, store, &selection, what).await {
            Ok(asked) => {
                all.queued.extend(asked.queued);
                all.left.extend(asked.left);
            }
            Err(AdminError::NotFound(_)) if selection.numbers.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// Why an order in this state is not changed.
pub(super) fn refusal(ask: Ask, state: OrderState) -> Option<Said> {
    match (ask, state) {
        (Ask::Recreate, OrderState::Removed) => None,
        (Ask::Recreate, _) => Some(Said::new("left-not-deleted")),
        (Ask::Retry, OrderState::Synced) => Some(Said::new("left-synced")),
        (_, OrderState::Excluded) => Some(Said::new("left-excluded")),
        (_, OrderState::Gone) => Some(Said::new("left-gone")),
        (_, OrderState::Removed) => Some(Said::new("left-removed")),
        _ => None,
    }
}
