//! `sync`, `order retry` and `order resync`: the command asks, the daemon does it, and `--wait` tells what came of it.

use std::time::Duration;

use anyhow::bail;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::Args;

use super::{Context, waiting::Waiting};
use crate::{
    admin::{AdminError, Ask, Asked, Selection, ask, called, find_store, read_now},
    db::{
        Database, accounts,
        asks::{self, Reading},
        dictionary,
        orders::OrderState,
        rereads,
        stores::{self, Store},
    },
    domain::ids::OrderNumber,
};

/// How long `--wait` waits for the daemon to begin.
pub(super) const BEGINS_WITHIN: Duration = Duration::from_mins(1);
/// How long `--wait` waits for the end.
pub(super) const ENDS_WITHIN: Duration = Duration::from_mins(30);
/// How long RO App may be away until `--wait` says so and ends.
const AWAY: TimeDelta = TimeDelta::seconds(20);
/// How often `--wait` looks.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);
/// What is said when nobody begins.
pub(super) const NOBODY: &str =
    "the store has not been read yet; is the daemon (cartum-roapp run) running? The request stays queued";

/// Read a store now
#[derive(Debug, Args)]
pub(super) struct Sync {
    /// The store
    name: String,
    /// Wait until the store is read and its orders are written, then print what changed
    #[arg(long)]
    wait: bool,
}

/// Which orders
#[derive(Debug, Args)]
pub(super) struct Which {
    /// The store
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
    let database = context.existing_database().await?;
    let done = sync_store(command, context, &database).await;
    database.close().await;
    done
}

async fn sync_store(command: &Sync, context: &Context, database: &Database) -> anyhow::Result<()> {
    let store = find_store(&database.pool, &command.name).await?;
    let at = read_now(&database.pool, &store).await?;
    let name = &store.settings.name;
    if !command.wait {
        context.output.line(format_args!("queued: the daemon will read {name:?} next"))?;
        return context.tell_without_daemon(database).await;
    }
    context.tell_without_daemon(database).await?;
    let error = wait_for_read(database, &store, at).await?;
    if !error.is_empty() {
        bail!("the store {name:?} could not be read: {error}");
    }
    wait_for_orders(database, &store, at).await?;
    tell(context, database, &store, at, "nothing changed").await
}

/// `order retry` and `order resync`.
pub(super) async fn orders(which: &Which, what: Ask, context: &Context, database: &Database) -> anyhow::Result<()> {
    let selection = which.selection();
    if what != Ask::Retry && selection.is_empty() {
        bail!("say which orders: their numbers, --state, --from or --to");
    }
    let store = find_store(&database.pool, &which.store).await?;
    let selection = if selection.is_empty() { all_at_rest() } else { vec![selection] };
    let mut all = Asked { at: asks::now(&database.pool).await?, queued: Vec::new(), left: Vec::new() };
    for selection in selection {
        match ask(&database.pool, &store, &selection, what).await {
            Ok(asked) => {
                all.queued.extend(asked.queued);
                all.left.extend(asked.left);
            }
            Err(AdminError::NotFound(_)) if selection.numbers.is_empty() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let (queued, left) = (&all.queued, &all.left);
    if queued.is_empty() && left.is_empty() {
        context.output.line("no matching orders; nothing changed")?;
        return Ok(());
    }
    for order in queued {
        let was = if order.reason.is_empty() { String::new() } else { format!(" ({})", order.reason) };
        context.output.line(format_args!("order {}: {}{was} -> queued", order.number, order.state.word()))?;
    }
    for (order, why) in left {
        let asked = if what == Ask::Fetch { "; the store is asked for it" } else { "" };
        context.output.line(format_args!("order {}: stays {}: {why}{asked}", order.number, order.state.word()))?;
    }
    if what == Ask::Fetch || !queued.is_empty() {
        context.tell_without_daemon(database).await?;
    }
    if which.wait && (what == Ask::Fetch || !queued.is_empty()) {
        let asked: Vec<_> =
            queued.iter().chain(left.iter().map(|(order, _)| order)).map(|order| order.number).collect();
        wait_for_fetch(database, &store, &asked).await?;
        wait_for_orders(database, &store, all.at).await?;
        tell(context, database, &store, all.at, "nothing changed").await?;
    }
    Ok(())
}

/// What `order retry` takes without a choice.
fn all_at_rest() -> Vec<Selection> {
    let states = [OrderState::Failed, OrderState::Held, OrderState::Incomplete, OrderState::Unreadable];
    states.map(|state| Selection { state: Some(state), ..Selection::default() }).into()
}

/// The error of the reading; empty when all went well.
async fn wait_for_read(database: &Database, store: &Store, at: DateTime<Utc>) -> anyhow::Result<String> {
    let mut waiting = Waiting::begin();
    loop {
        match asks::read_since(&database.pool, store.id, at).await? {
            Reading::Ended(error) => return Ok(error),
            Reading::Waits if waiting.elapsed() > BEGINS_WITHIN => bail!(NOBODY),
            Reading::Begun if waiting.elapsed() > ENDS_WITHIN => bail!("the store is still being read"),
            Reading::Waits => waiting.still("the daemon to read the store")?,
            Reading::Begun => waiting.still("the end of the reading")?,
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits until none of these orders is still asked for in the store.
async fn wait_for_fetch(database: &Database, store: &Store, orders: &[OrderNumber]) -> anyhow::Result<()> {
    let mut waiting = Waiting::begin();
    loop {
        let asked = rereads::asked(&database.pool, store.id).await?.map(|(asked, _)| asked).unwrap_or_default();
        if !orders.iter().any(|order| asked.contains(order)) {
            return Ok(());
        }
        waiting.still("the store to be asked for the orders")?;
        if waiting.elapsed() > BEGINS_WITHIN {
            bail!(
                "the store has not been read yet; is the daemon (cartum-roapp run) running? The requests stay queued"
            );
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits until none of the orders that something happened to waits any more.
pub(super) async fn wait_for_orders(database: &Database, store: &Store, at: DateTime<Utc>) -> anyhow::Result<()> {
    let mut wait = Waiting::begin();
    loop {
        let happened = asks::happened_since(&database.pool, store.id, at).await?;
        let waiting = happened.iter().filter(|order| order.state == OrderState::Waiting.word()).count();
        if waiting == 0 {
            return Ok(());
        }
        if let Some(now) = stores::get(&database.pool, store.id).await?
            && now.state == crate::domain::store::StoreState::Paused
        {
            bail!("the store is paused, {waiting} orders wait: {}", now.reason);
        }
        if let Some(account) = accounts::get(&database.pool, store.account).await? {
            let now = asks::now(&database.pool).await?;
            if account.needs_key || account.failing_since.is_some_and(|since| now - since > AWAY) {
                let name = &account.name;
                bail!(
                    "{waiting} orders wait for the account {name:?} and go on with it: {}; `account list` shows more",
                    account.last_error
                );
            }
        }
        wait.still(format_args!("{waiting} orders to be written"))?;
        if wait.elapsed() > ENDS_WITHIN {
            let called = called(&database.pool, store).await?;
            bail!("{waiting} orders still wait; `order list --store {called} --state waiting` shows them");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What happened since, order by order.
pub(super) async fn tell(
    context: &Context,
    database: &Database,
    store: &Store,
    at: DateTime<Utc>,
    nothing: &str,
) -> anyhow::Result<()> {
    let happened = asks::happened_since(&database.pool, store.id, at).await?;
    if happened.is_empty() {
        context.output.line(nothing)?;
        return Ok(());
    }
    let mut names = dictionary::names(&database.pool, store.account, store.id).await?;
    let orders: Vec<_> = happened.iter().map(|order| order.order).collect();
    names.extend(dictionary::numbers(&database.pool, &orders).await?);
    let row = |order: &asks::Happened| {
        let reason = if order.reason.is_empty() { String::new() } else { format!(": {}", order.reason) };
        let now = names.in_words(&format!("{}{reason}", order.state));
        [order.number.to_string(), now, names.in_words(&order.what.join("; "))]
    };
    let rows: Vec<_> = happened.iter().map(row).collect();
    context.output.table(["order", "now", "what happened"], &rows)?;
    Ok(())
}
