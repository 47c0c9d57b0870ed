//! `sync`, `order retry` and `order resync`: the command queues a request, the daemon carries it out, and `--wait` prints the
//! outcome.

use anyhow::bail;
use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use sqlx::PgPool;

use super::{Context, waiting::wait};
use crate::{
    admin::{Ask, Selection, Store, ask_each, find_store, framed, progress, read_now},
    domain::{ids::OrderNumber, order_state::OrderState},
};

/// Read a store now
#[derive(Debug, Args)]
pub(super) struct Sync {
    /// Name of the store
    name: String,
    /// Wait until the store was read and its orders were written, then print what changed
    #[arg(long)]
    wait: bool,
}

/// Which orders
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Name of the store
    store: String,
    /// The store's order numbers
    #[arg(value_name = "NUMBER", conflicts_with_all = ["state", "from", "to"])]
    numbers: Vec<i64>,
    /// Orders in this state
    #[arg(long, value_name = "STATE", value_parser = super::order::read_state)]
    state: Option<OrderState>,
    /// Orders placed on or after this day, in the store's time zone
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// Orders placed on or before this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<NaiveDate>,
    /// Wait until the daemon is done with them, then print what changed
    #[arg(long)]
    wait: bool,
}

impl Which {
    fn selection(&self) -> Selection {
        Selection {
            numbers: self.numbers.iter().copied().map(OrderNumber::new).collect(),
            state: self.state,
            from: self.from,
            to: self.to,
        }
    }
}

/// `sync`: a store is read now.
pub(super) async fn sync(command: &Sync, context: &Context) -> anyhow::Result<()> {
    let database = context.access.existing_database().await?;
    let done = sync_store(command, context, &database.pool).await;
    database.close().await;
    done
}

async fn sync_store(command: &Sync, context: &Context, pool: &PgPool) -> anyhow::Result<()> {
    let store = find_store(pool, &command.name).await?;
    let at = read_now(pool, &store).await?;
    if !command.wait {
        let name = &store.settings.name;
        context.output.line(format_args!("queued: the daemon will read {name:?} next"))?;
        return context.tell_without_daemon(pool).await;
    }
    context.tell_without_daemon(pool).await?;
    wait(async |waited| progress::reading(pool, &store, at, waited).await).await?;
    tell_what_happened(context, pool, &store, at).await
}

/// `order retry` and `order resync`.
pub(super) async fn orders(which: &Which, what: Ask, context: &Context, pool: &PgPool) -> anyhow::Result<()> {
    let selection = which.selection();
    if what != Ask::Retry && selection.is_empty() {
        bail!("select orders: give their numbers, --state, --from or --to");
    }
    let store = find_store(pool, &which.store).await?;
    let asked = ask_each(pool, &store, selection, what).await?;
    let (queued, left) = (&asked.queued, &asked.left);
    if queued.is_empty() && left.is_empty() {
        context.output.line("no matching orders; nothing changed")?;
        return Ok(());
    }
    for order in queued {
        let was = framed(" (", order.reason.as_ref(), ")");
        context.output.line(format_args!("order {}: {}{was} -> queued", order.number, order.state.word()))?;
    }
    for (order, why) in left {
        let asked = if what == Ask::Fetch { "; the daemon will fetch it from the store" } else { "" };
        context.output.line(format_args!("order {}: stays {}: {why}{asked}", order.number, order.state.word()))?;
    }
    if what != Ask::Fetch && queued.is_empty() {
        return Ok(());
    }
    context.tell_without_daemon(pool).await?;
    if which.wait {
        let orders = queued.iter().chain(left.iter().map(|(order, _)| order));
        let orders: Vec<_> = orders.map(|order| order.number).collect();
        wait(async |waited| progress::fetching(pool, &store, &orders, waited).await).await?;
        tell_what_happened(context, pool, &store, asked.at).await?;
    }
    Ok(())
}

/// Waits until nothing waits of what happened since, and tells it, order by order.
pub(super) async fn tell_what_happened(
    context: &Context,
    pool: &PgPool,
    store: &Store,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    wait(async |waited| progress::settling(pool, store, at, waited).await).await?;
    let happened = progress::happened(pool, store, at).await?;
    if happened.is_empty() {
        context.output.line("nothing changed")?;
        return Ok(());
    }
    let rows: Vec<_> = happened.iter().map(row).collect();
    context.output.table(["order", "now", "what happened"], &rows)?;
    Ok(())
}

fn row(order: &progress::Happened) -> [String; 3] {
    let now = format!("{}{}", order.state.word(), framed(": ", order.reason.as_ref(), ""));
    let what: Vec<_> = order.what.iter().map(ToString::to_string).collect();
    [order.number.to_string(), now, what.join("; ")]
}
