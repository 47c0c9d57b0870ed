//! What a person asked of orders with a command, for the daemon to do. An ask stays until it is done; one that is repeated is a newer
//! one, so that what is asked while an order is worked is not taken for done.

use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, history, leases, reading, stores::Store, transitions, unknown_word, write_backs},
    domain::{
        ids::{Id, OrderId, OrderNumber, StoreId},
        order_state::OrderState,
        plan::Keep,
    },
};

/// An ask, in the order in which they came; 0 before the first.
pub type AskId = Id<Ask>;

/// What is asked of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Read it from its store, in whatever state it is.
    Fetch,
    /// Try it again.
    Retry,
    /// Compare RO App with the newest version and the present settings, whatever was applied before.
    Resync,
    /// Make the work order again that was deleted in RO App.
    Recreate,
    /// Settle its conflicts and pending change so.
    Keep(Keep),
}

impl Ask {
    const ALL: [Self; 6] =
        [Self::Fetch, Self::Retry, Self::Resync, Self::Recreate, Self::Keep(Keep::Store), Self::Keep(Keep::RoApp)];

    fn word(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Retry => "retry",
            Self::Resync => "resync",
            Self::Recreate => "recreate",
            Self::Keep(Keep::Store) => "keep_store",
            Self::Keep(Keep::RoApp) => "keep_roapp",
        }
    }
}

/// What is asked of an order and not done yet.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The last ask of all.
    pub last: AskId,
    /// RO App is compared whole.
    pub resync: bool,
    /// Its work order was deleted in RO App and is made again.
    pub recreate: bool,
    /// Conflicts and pending change are settled so.
    pub keep: Option<Keep>,
}

impl Asked {
    /// Nothing.
    pub const NOTHING: Self = Self { last: Id::new(0), resync: false, recreate: false, keep: None };

    /// From the asks of an order, as `kind` and `id`; what was read from the store is no matter of the order's run.
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

/// These orders are worked now and before all others; `resync` compares RO App with the newest version and the present
/// settings, also where nothing changed in the store.
///
/// # Errors
/// When the database fails.
pub async fn work_now(
    tx: &mut PgTransaction<'_>,
    store: &Store,
    orders: &[OrderId],
    resync: bool,
) -> Result<(), DbError> {
    let (ask, what) = if resync {
        (Ask::Resync, "asked to be brought in step again")
    } else {
        (Ask::Retry, "asked to be tried again")
    };
    ask_all(tx, store, orders, ask).await?;
    history::add_to_each(tx, orders, what).await
}

async fn ask_all(tx: &mut PgTransaction<'_>, store: &Store, orders: &[OrderId], ask: Ask) -> Result<(), DbError> {
    add(tx, orders, ask).await?;
    transitions::wake(tx, orders, &OrderState::ALL).await?;
    transitions::put_first(tx, orders).await?;
    leases::wake(tx, store.account).await
}

/// The orders of these whose work order was deleted in RO App have it made again, now and before all others.
///
/// # Errors
/// When the database fails.
pub async fn recreate(tx: &mut PgTransaction<'_>, store: &Store, orders: &[OrderId]) -> Result<(), DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    let removed = sqlx::query_scalar!(
        "/* asks.recreate */ UPDATE store_order SET look_for_removal_at = NULL WHERE id = ANY($1) AND state = 'removed' RETURNING id",
        &orders
    );
    let removed: Vec<_> = removed.fetch_all(&mut **tx).await?.into_iter().map(OrderId::new).collect();
    ask_all(tx, store, &removed, Ask::Recreate).await?;
    history::add_to_each(tx, &removed, "asked to be made again in RO App").await
}

/// What was asked of a deleted work order is done, or it is in RO App after all.
///
/// # Errors
/// When the database fails.
pub async fn recreated(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    drop(tx, order.get(), Ask::Recreate).await
}

/// The order's conflicts and pending change are settled so, now and before all others.
///
/// # Errors
/// When the database fails.
pub async fn resolve(tx: &mut PgTransaction<'_>, store: &Store, order: OrderId, keep: Keep) -> Result<(), DbError> {
    let other = match keep {
        Keep::Store => {
            write_backs::withdraw(tx, order).await?;
            Keep::RoApp
        }
        Keep::RoApp => Keep::Store,
    };
    drop(tx, order.get(), Ask::Keep(other)).await?;
    ask_all(tx, store, &[order], Ask::Keep(keep)).await
}

/// That RO App keeps its own instead of a pending change was decided about the version before, and holds for no other.
pub(super) async fn keep_no_longer(tx: &mut PgTransaction<'_>, order: i64) -> Result<(), DbError> {
    drop(tx, order, Ask::Keep(Keep::RoApp)).await
}

/// The number belongs to another order now, of which nobody asked anything.
pub(super) async fn drop_all(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* asks.drop_all */ DELETE FROM order_ask WHERE order_id = $1 AND kind IN ('resync', 'keep_store', 'keep_roapp')",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// These orders are read from their store now, before anything else.
///
/// # Errors
/// When the database fails.
pub async fn fetch(tx: &mut PgTransaction<'_>, store: &Store, orders: &[OrderId]) -> Result<(), DbError> {
    add(tx, orders, Ask::Fetch).await?;
    transitions::put_first(tx, orders).await?;
    reading::begin_now(tx, store).await
}

/// The orders of a store that a person wants read now, in whatever state, and the last ask of them.
///
/// # Errors
/// When the database fails.
pub async fn to_fetch(pool: &PgPool, store: StoreId) -> Result<Option<(Vec<OrderNumber>, AskId)>, DbError> {
    let rows = sqlx::query!(
        "/* asks.to_fetch */ SELECT o.number, a.id FROM order_ask a JOIN store_order o ON o.id = a.order_id
         WHERE a.store_id = $1 AND a.kind = 'fetch' ORDER BY o.number",
        store.get()
    )
    .fetch_all(pool)
    .await?;
    let last = rows.iter().map(|row| AskId::new(row.id)).max();
    Ok(last.map(|last| (rows.into_iter().map(|row| OrderNumber::new(row.number)).collect(), last)))
}

/// What was asked for until `last` is read; what was asked later stays.
///
/// # Errors
/// When the database fails.
pub async fn fetched(tx: &mut PgTransaction<'_>, store: StoreId, last: AskId) -> Result<(), DbError> {
    sqlx::query!(
        "/* asks.fetched */ DELETE FROM order_ask WHERE store_id = $1 AND kind = 'fetch' AND id <= $2",
        store.get(),
        last.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
