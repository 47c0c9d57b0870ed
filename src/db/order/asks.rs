//! What a person asked for an order with a command, for the daemon to do. An ask is kept until it is done. Repeating it makes a
//! newer ask, so that an ask made while the order is being worked on does not count as done when that work ends.

use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, history, leases, reading, removals, stores::Store, transitions, unknown_word, write_backs},
    domain::{
        ids::{Id, OrderId, OrderNumber, StoreId},
        order_state::OrderState,
        plan::Keep,
        said::Said,
    },
};

/// The id of an ask; ids follow the order in which asks came, and 0 is before the first.
pub type AskId = Id<Ask>;

/// What a person can ask for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Read it from its store, whatever its state.
    Fetch,
    /// Try it again.
    Retry,
    /// Compare RO App with the newest version and the present settings, whatever was applied before.
    Resync,
    /// Make the work order again, which was deleted in RO App.
    Recreate,
    /// Settle its conflicts and pending change this way.
    Keep(Keep),
    /// Give its work order to the client that its buyer is linked with.
    Client,
}

impl Ask {
    const ALL: [Self; 7] = [
        Self::Fetch,
        Self::Retry,
        Self::Resync,
        Self::Recreate,
        Self::Keep(Keep::Store),
        Self::Keep(Keep::RoApp),
        Self::Client,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Retry => "retry",
            Self::Resync => "resync",
            Self::Recreate => "recreate",
            Self::Keep(Keep::Store) => "keep_store",
            Self::Keep(Keep::RoApp) => "keep_roapp",
            Self::Client => "client",
        }
    }
}

/// What was asked for an order and is not done yet.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The newest ask.
    pub last: AskId,
    /// Compare everything in RO App.
    pub resync: bool,
    /// Make its work order again, which was deleted in RO App.
    pub recreate: bool,
    /// Settle its conflicts and pending change this way.
    pub keep: Option<Keep>,
    /// Give its work order to the client that its buyer is linked with.
    pub client: bool,
}

impl Asked {
    /// Nothing was asked.
    pub const NOTHING: Self = Self { last: Id::new(0), resync: false, recreate: false, keep: None, client: false };

    /// Reads the asks of an order, given by `kind` and `id`. A `fetch` does not count: it concerns the reading of the store,
    /// not the work on the order.
    pub(super) fn read(order: i64, kinds: &[String], ids: &[i64]) -> Result<Self, DbError> {
        let mut asked = Self::NOTHING;
        for (kind, id) in kinds.iter().zip(ids) {
            let ask = Ask::ALL.into_iter().find(|ask| ask.word() == kind);
            match ask.ok_or_else(|| unknown_word("order_ask", order, "kind", kind))? {
                Ask::Fetch => continue,
                Ask::Retry => {}
                Ask::Resync => asked.resync = true,
                Ask::Recreate => asked.recreate = true,
                Ask::Keep(keep) => asked.keep = Some(keep),
                Ask::Client => asked.client = true,
            }
            asked.last = asked.last.max(Id::new(*id));
        }
        Ok(asked)
    }
}

async fn add(tx: &mut PgTransaction<'_>, orders: &[OrderId], ask: Ask) -> Result<(), DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!(
        "/* asks.add */ INSERT INTO order_ask (order_id, store_id, kind) SELECT id, store_id, $2 FROM store_order WHERE id = ANY($1)
         ON CONFLICT (order_id, kind) DO UPDATE SET id = DEFAULT",
        &orders,
        ask.word()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn drop(tx: &mut PgTransaction<'_>, order: i64, ask: Ask) -> Result<(), DbError> {
    sqlx::query!("/* asks.drop */ DELETE FROM order_ask WHERE order_id = $1 AND kind = $2", order, ask.word())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Records an ask for those of the orders that are in one of these states, has them worked on now, before all others, and
/// returns them. The order's row is locked before the ask gets its id, so that ids follow the order in which asks become
/// visible.
async fn ask_all(
    tx: &mut PgTransaction<'_>,
    store: &Store,
    orders: &[OrderId],
    from: &[OrderState],
    ask: Ask,
) -> Result<Vec<OrderId>, DbError> {
    let woken = transitions::wake(tx, orders, from).await?;
    transitions::put_first(tx, &woken).await?;
    add(tx, &woken, ask).await?;
    leases::wake(tx, store.account).await?;
    Ok(woken)
}

/// Has those of the orders that are in one of these states tried again.
pub async fn retry(
    tx: &mut PgTransaction<'_>,
    store: &Store,
    orders: &[OrderId],
    from: &[OrderState],
) -> Result<(), DbError> {
    let woken = ask_all(tx, store, orders, from, Ask::Retry).await?;
    history::add_to_each(tx, &woken, &Said::new("asked-retry")).await
}

/// Has RO App compared with the newest version of those of the orders that are in one of these states, and with the present
/// settings, even if nothing changed in the store.
pub async fn resync(
    tx: &mut PgTransaction<'_>,
    store: &Store,
    orders: &[OrderId],
    from: &[OrderState],
) -> Result<(), DbError> {
    let woken = ask_all(tx, store, orders, from, Ask::Resync).await?;
    history::add_to_each(tx, &woken, &Said::new("asked-resync")).await
}

/// Has the work orders made again for those of these orders whose work order was deleted in RO App.
pub async fn recreate(tx: &mut PgTransaction<'_>, store: &Store, orders: &[OrderId]) -> Result<(), DbError> {
    let removed = ask_all(tx, store, orders, &[OrderState::Removed], Ask::Recreate).await?;
    removals::forget_absence(tx, &removed).await?;
    history::add_to_each(tx, &removed, &Said::new("asked-recreate")).await
}

/// Drops the ask to make a work order again: that is done, or the work order is in RO App after all.
pub async fn recreated(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    drop(tx, order.get(), Ask::Recreate).await
}

/// Has the work order given to the client that the buyer is linked with, now and before all other orders.
pub async fn give_to_client(tx: &mut PgTransaction<'_>, store: &Store, order: OrderId) -> Result<(), DbError> {
    ask_all(tx, store, &[order], &OrderState::ALL, Ask::Client).await?;
    Ok(())
}

/// Has the order's conflicts and pending change settled this way, now and before all other orders.
pub async fn resolve(tx: &mut PgTransaction<'_>, store: &Store, order: OrderId, keep: Keep) -> Result<(), DbError> {
    ask_all(tx, store, &[order], &OrderState::ALL, Ask::Keep(keep)).await?;
    match keep {
        Keep::Store => {
            drop(tx, order.get(), Ask::Keep(Keep::RoApp)).await?;
            write_backs::withdraw(tx, order).await
        }
        Keep::RoApp => drop(tx, order.get(), Ask::Keep(Keep::Store)).await,
    }
}

/// Drops the decision to keep RO App's values instead of a pending change: it was about the version before, and does not apply
/// to another.
pub(super) async fn keep_no_longer(tx: &mut PgTransaction<'_>, order: i64) -> Result<(), DbError> {
    drop(tx, order, Ask::Keep(Keep::RoApp)).await
}

/// Drops what was asked about the content of the order, because its number belongs to another order now.
pub(super) async fn drop_all(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* asks.drop_all */ DELETE FROM order_ask WHERE order_id = $1 AND kind IN ('resync', 'keep_store', 'keep_roapp', 'client')",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Has these orders read from their store now, before anything else.
pub async fn fetch(tx: &mut PgTransaction<'_>, store: &Store, orders: &[OrderId]) -> Result<(), DbError> {
    transitions::put_first(tx, orders).await?;
    add(tx, orders, Ask::Fetch).await?;
    reading::begin_now(tx, store).await
}

/// The orders of a store that a person wants read now, whatever their state, each with its ask.
pub async fn to_fetch(pool: &PgPool, store: StoreId) -> Result<Vec<(OrderNumber, AskId)>, DbError> {
    let rows = sqlx::query!(
        "/* asks.to_fetch */ SELECT o.number, a.id FROM order_ask a JOIN store_order o ON o.id = a.order_id
         WHERE a.store_id = $1 AND a.kind = 'fetch' ORDER BY o.number",
        store.get()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (OrderNumber::new(row.number), AskId::new(row.id))).collect())
}

/// Drops these asks, because their orders were read. An ask that was repeated meanwhile has another id and is kept.
pub async fn fetched(tx: &mut PgTransaction<'_>, store: StoreId, asks: &[AskId]) -> Result<(), DbError> {
    let asks: Vec<_> = asks.iter().map(|ask| ask.get()).collect();
    sqlx::query!(
        "/* asks.fetched */ DELETE FROM order_ask WHERE store_id = $1 AND kind = 'fetch' AND id = ANY($2)",
        store.get(),
        &asks
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
