//! `order`: store orders and their state.

use chrono::{NaiveDate, TimeZone as _};
use clap::{Args, Subcommand};
use sqlx::PgPool;

use super::{
    Context, Output,
    ask::{self, Which as WhichOrders},
    order_client, order_find, order_resolve, order_show,
};
use crate::{
    admin::{About, Ask, Filter, InboxPage, OrderRow, Placed, find_account, find_store, framed, inbox},
    domain::{
        ids::{OrderId, OrderNumber},
        order_state::OrderState,
    },
};

/// How many orders a list shows unless a person wants more.
const SHOWN: u32 = 100;
/// How many are read at once where all are wanted.
const AT_ONCE: u32 = 500;
const MINUTE: &str = "%Y-%m-%d %H:%M";
const MINUTE_AND_ZONE: &str = "%Y-%m-%d %H:%M %Z";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List store orders, newest first
    List(List),
    /// Find an order, even one never seen, by asking the store: whether it exists, whether it is in scope and why, and what
    /// happens next. Succeeds even if the order is found neither here nor in the store (`found` is then false)
    Find {
        /// Name of the store
        store: String,
        /// The store's order number
        number: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Decide about differences between store and RO App (conflicts, a pending change), or which order a number belongs to
    Resolve(order_resolve::Resolve),
    /// Show who the buyer of an order may be in RO App, confirm the client that was found, or choose another
    Client(order_client::Client),
    /// Retry failed and held orders; all of the store's unless you select some
    Retry(WhichOrders),
    /// Compare RO App with the store and current settings again, even if nothing changed; keeps staff edits
    Resync {
        #[command(flatten)]
        which: WhichOrders,
        /// Fetch the orders from the store first, including excluded, gone and final ones
        #[arg(long)]
        fetch: bool,
        /// Recreate work orders that were deleted in RO App (orders in state `removed` only)
        #[arg(long, conflicts_with = "fetch")]
        recreate: bool,
    },
    /// Show a store order: lines, person, pending changes and history
    Show {
        /// Name of the store
        store: String,
        /// The store's order number
        number: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Which orders are listed
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only orders of this store
    #[arg(long, value_name = "NAME")]
    store: Option<String>,
    /// Only orders of this account's stores
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Only orders with this number, from any store
    #[arg(long, value_name = "NUMBER")]
    number: Option<i64>,
    /// Only orders in this state
    #[arg(long, value_name = "STATE", value_parser = read_state)]
    state: Option<OrderState>,
    /// Only orders with a conflict or a pending change, with the values of both sides; settle them with `order resolve`
    #[arg(long)]
    conflicts: bool,
    /// Only orders whose client should be reviewed, with the reason
    #[arg(long, conflicts_with = "conflicts")]
    review: bool,
    /// Only orders placed on or after this day, in the store's time zone
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// Only orders placed on or before this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<NaiveDate>,
    /// Show at most this many, 1 to 10000 [default: 100, or with --json every matching order]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: Option<u32>,
    /// Continue after this order: the ID in the last line of the previous list, or with --json the `id` of its last order
    #[arg(long, value_name = "ID")]
    after: Option<i64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    async fn filter(&self, pool: &PgPool) -> anyhow::Result<Filter> {
        let store = match &self.store {
            Some(name) => Some(find_store(pool, name).await?.id),
            None => None,
        };
        let accounts = match &self.account {
            Some(name) => Some(vec![find_account(pool, name).await?.id]),
            None => None,
        };
        let (number, about) = (self.number.map(OrderNumber::new), self.about());
        let (state, from, to) = (self.state, self.from, self.to);
        Ok(Filter { store, accounts, number, state, about, from, to, buyer: String::new() })
    }

    fn about(&self) -> About {
        match (self.conflicts, self.review) {
            (true, _) => About::Conflicts,
            (_, true) => About::Reviews,
            _ => About::All,
        }
    }
}

pub(super) async fn run(command: Command, context: &Context) -> anyhow::Result<()> {
    let database = context.access.existing_database().await?;
    let pool = &database.pool;
    let done = match command {
        Command::List(which) => list(context, pool, &which).await,
        Command::Find { store, number, json } => order_find::find(context, pool, &store, number, json).await,
        Command::Resolve(command) => order_resolve::resolve(&command, context, pool).await,
        Command::Client(command) => order_client::client(&command, context, pool).await,
        Command::Retry(which) => ask::orders(&which, Ask::Retry, context, pool).await,
        Command::Resync { which, fetch, recreate } => {
            let what = match (fetch, recreate) {
                (true, _) => Ask::Fetch,
                (_, true) => Ask::Recreate,
                _ => Ask::Resync,
            };
            ask::orders(&which, what, context, pool).await
        }
        Command::Show { store, number, json } => order_show::show(context, pool, &store, number, json).await,
    };
    database.close().await;
    done
}

pub(super) fn read_state(word: &str) -> Result<OrderState, String> {
    let words = OrderState::ALL.map(OrderState::word).join(", ");
    OrderState::read(word).ok_or_else(|| format!("the states are {words}"))
}

async fn list(context: &Context, pool: &PgPool, which: &List) -> anyhow::Result<()> {
    let filter = which.filter(pool).await?;
    let after = which.after.map(OrderId::new);
    let output = &context.output;
    if which.json {
        return list_json(pool, &filter, (after, which.limit), output).await;
    }
    let InboxPage { orders, next } = inbox(pool, &filter, after, which.limit.unwrap_or(SHOWN)).await?;
    if orders.is_empty() {
        output.line("no matching orders")?;
        return Ok(());
    }
    match filter.about {
        About::All | About::ForYou => {
            let rows: Vec<_> = orders.iter().map(row).collect();
            output.table(["account", "store", "number", "placed", "state", "work order", "total", "reason"], &rows)?;
        }
        About::Conflicts => {
            let heading = ["account", "store", "number", "state", "work order", "what", "store has", "RO App has"];
            let rows: Vec<_> = orders.iter().flat_map(conflict_rows).collect();
            output.table(heading, &rows)?;
        }
        About::Reviews => {
            let rows: Vec<_> = orders.iter().map(review_row).collect();
            output.table(["account", "store", "number", "state", "work order", "to review"], &rows)?;
        }
    }
    if let Some(next) = next {
        let shown = orders.len();
        output.line(format_args!(
            "showing {shown} orders, more match; for the next ones add --after {next}, or raise --limit"
        ))?;
    }
    Ok(())
}

/// So many orders, or all that fit, a page at a time.
async fn list_json(
    pool: &PgPool,
    filter: &Filter,
    (mut after, limit): (Option<OrderId>, Option<u32>),
    output: &Output,
) -> anyhow::Result<()> {
    let mut list = output.json_list();
    loop {
        let InboxPage { orders, next } = inbox(pool, filter, after, limit.unwrap_or(AT_ONCE)).await?;
        list.add(&orders)?;
        if next.is_none() || limit.is_some() {
            return Ok(list.end()?);
        }
        after = next;
    }
}

/// A time of a store, with the zone's name there and then.
pub(super) fn placed(Placed { at, zone }: Placed) -> String {
    let known = zone.from_local_datetime(&at).earliest();
    known.map_or_else(|| format!("{} {zone}", at.format(MINUTE)), |at| at.format(MINUTE_AND_ZONE).to_string())
}

fn row(order: &OrderRow) -> [String; 8] {
    [
        order.account.clone(),
        order.store.clone(),
        order.number.to_string(),
        order.placed.map_or_else(String::new, placed),
        order.state.to_owned(),
        order.work_order().unwrap_or_default(),
        order.total.clone().unwrap_or_default(),
        framed("", order.reason.as_ref(), ""),
    ]
}

fn review_row(order: &OrderRow) -> [String; 6] {
    let [account, name, number, _, state, work_order, ..] = row(order);
    [account, name, number, state, work_order, framed("", order.review.as_ref(), "")]
}

/// One row for each conflict, and one for the pending change.
fn conflict_rows(order: &OrderRow) -> Vec<[String; 8]> {
    let [account, name, number, _, state, work_order, ..] = row(order);
    let head = [account, name, number, state, work_order];
    let differences = order.differences().into_iter();
    let rows = differences.map(|difference| {
        let [account, name, number, state, work_order] = head.clone();
        let sides = [difference.what, difference.store, difference.roapp].map(|words| words.to_string());
        let [what, store, roapp] = sides;
        [account, name, number, state, work_order, what, store, roapp]
    });
    rows.collect()
}
