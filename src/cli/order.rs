//! `order`: store orders, and what became of them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    Context,
    ask::{self, Which as WhichOrders},
    filled, moment, order_find, order_resolve, order_show,
};
use crate::{
    admin::{Ask, find_store},
    db::{
        Database, dictionary,
        order_list::{self, About, Choice, Listed, Page},
        orders::OrderState,
        resolve, stores,
    },
    domain::{
        dictionary::{Kind, Names},
        ids::{Id, OrderId},
        plan::STATUS,
        scope,
    },
};

const MINUTE: &str = "%Y-%m-%d %H:%M";
const MINUTE_AND_ZONE: &str = "%Y-%m-%d %H:%M %Z";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List store orders, newest first
    List(List),
    /// Find an order, even one never seen, by asking the store: whether it exists, whether it is in scope and why, and what
    /// happens next. An order found neither here nor in the store is an answer too (`found` is false), not a failure
    Find {
        /// The store
        store: String,
        /// The store's order number
        number: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Decide what differs between store and RO App (conflicts, a pending change), or which order a number stands for
    Resolve(order_resolve::Resolve),
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
    /// Show a store order: lines, person, what waits and what happened
    Show {
        /// The store
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
    /// Only orders in this state
    #[arg(long, value_name = "STATE", value_parser = read_state)]
    state: Option<OrderState>,
    /// Only orders with a conflict or a pending change, and show those; settle them with `order resolve`
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
    /// Show at most this many, 1 to 10000
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Continue after this order, as the last line of the previous list says; with --json the `id` of its last order
    #[arg(long, value_name = "ID")]
    after: Option<i64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    fn about(&self) -> About {
        match (self.conflicts, self.review) {
            (true, _) => About::Conflicts,
            (_, true) => About::Reviews,
            _ => About::All,
        }
    }
}

pub(super) async fn run(command: Command, context: &Context) -> anyhow::Result<()> {
    let database = context.existing_database().await?;
    let done = match command {
        Command::List(which) => list(context, &database, &which).await,
        Command::Find { store, number, json } => order_find::find(context, &database, &store, number, json).await,
        Command::Resolve(command) => order_resolve::resolve(&command, context, &database).await,
        Command::Retry(which) => ask::orders(&which, Ask::Retry, context, &database).await,
        Command::Resync { which, fetch, recreate } => {
            let what = match (fetch, recreate) {
                (true, _) => Ask::Fetch,
                (_, true) => Ask::Recreate,
                _ => Ask::Resync,
            };
            ask::orders(&which, what, context, &database).await
        }
        Command::Show { store, number, json } => order_show::show(context, &database, &store, number, json).await,
    };
    database.close().await;
    done
}

pub(super) fn read_state(word: &str) -> Result<OrderState, String> {
    let words = OrderState::ALL.map(OrderState::word).join(", ");
    OrderState::read(word).ok_or_else(|| format!("there are the states {words}"))
}

async fn list(context: &Context, database: &Database, which: &List) -> anyhow::Result<()> {
    let pool = &database.pool;
    let store = match &which.store {
        Some(name) => Some(find_store(pool, name).await?.id),
        None => None,
    };
    let choice = Choice {
        store,
        state: which.state,
        about: which.about(),
        from: which.from.map(order_list::start_of),
        until: which.to.and_then(order_list::end_of),
        after: which.after.map(OrderId::new),
    };
    let Page { orders: rows, next } = order_list::page(pool, &choice, which.limit).await?;
    let told = Told::of(database, &rows).await?;
    if which.json {
        context.output.json(&rows.iter().map(|order| row_json(order, &told)).collect())?;
        return Ok(());
    }
    if rows.is_empty() {
        context.output.line("no matching orders")?;
        return Ok(());
    }
    let output = &context.output;
    match choice.about {
        About::All => {
            let rows: Vec<_> = rows.iter().map(|order| row(order, &told)).collect();
            output.table(["account", "store", "number", "placed", "state", "work order", "total", "reason"], &rows)?;
        }
        About::Conflicts => {
            let heading = ["account", "store", "number", "state", "work order", "what", "store has", "RO App has"];
            let rows: Vec<_> = rows.iter().flat_map(|order| conflict_rows(order, &told)).collect();
            output.table(heading, &rows)?;
        }
        About::Reviews => {
            let rows: Vec<_> = rows.iter().map(|order| review_row(order, &told)).collect();
            output.table(["account", "store", "number", "state", "work order", "to review"], &rows)?;
        }
    }
    if let Some(next) = next {
        let shown = rows.len();
        output.line(format_args!(
            "{shown} are shown and more fit; the next ones: the same with --after {next}, or more at once with --limit"
        ))?;
    }
    Ok(())
}

/// What is told of listed orders beside themselves.
pub(super) struct Told {
    /// Zone and names of each store, by account and name.
    stores: HashMap<(String, String), (Tz, Names)>,
}

impl Told {
    async fn of(database: &Database, orders: &[Listed]) -> anyhow::Result<Self> {
        let pool = &database.pool;
        let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
        let numbers = dictionary::numbers(pool, &ids).await?;
        let listed: HashSet<_> = orders.iter().map(|order| (&order.account, &order.store)).collect();
        let mut told = Self { stores: HashMap::new() };
        for store in stores::each(pool, None).await?.0 {
            if listed.contains(&(&store.account_name, &store.settings.name)) {
                let mut names = dictionary::names(pool, store.account, store.id).await?;
                names.extend(numbers.clone());
                told.stores.insert((store.account_name, store.settings.name), (store.settings.time_zone, names));
            }
        }
        Ok(told)
    }

    /// Of one order, whose names are known.
    pub(super) fn of_one(order: &Listed, zone: Tz, names: Names) -> Self {
        Self { stores: [((order.account.clone(), order.store.clone()), (zone, names))].into() }
    }

    fn store(&self, order: &Listed) -> Option<&(Tz, Names)> {
        self.stores.get(&(order.account.clone(), order.store.clone()))
    }

    /// Where the store is.
    pub(super) fn zone(&self, order: &Listed) -> Tz {
        self.store(order).map_or(Tz::UTC, |(zone, _)| *zone)
    }

    /// The name with the id beside it.
    pub(super) fn name(&self, order: &Listed, kind: Kind, id: i64) -> String {
        self.store(order).map_or_else(|| id.to_string(), |(_, names)| names.told(kind, id))
    }

    /// The name alone.
    fn known(&self, order: &Listed, kind: Kind, id: i64) -> Option<&str> {
        self.store(order)?.1.get(kind, id)
    }

    /// A sentence of ours, with names beside ids.
    pub(super) fn in_words(&self, order: &Listed, text: &str) -> String {
        self.store(order).map_or_else(|| text.to_owned(), |(_, names)| names.in_words(text))
    }

    /// One side of a conflict.
    pub(super) fn value(&self, order: &Listed, what: &str, kind: Kind, value: &str) -> String {
        match value.parse() {
            Ok(id) if what == STATUS => self.name(order, kind, id),
            _ => self.in_words(order, value),
        }
    }
}

/// A time of a store, with the zone's name there and then.
pub(super) fn placed(at: NaiveDateTime, zone: Tz) -> String {
    let known = zone.from_local_datetime(&at).earliest();
    known.map_or_else(|| format!("{} {zone}", at.format(MINUTE)), |at| at.format(MINUTE_AND_ZONE).to_string())
}

fn row(order: &Listed, told: &Told) -> [String; 8] {
    [
        order.account.clone(),
        order.store.clone(),
        order.number.to_string(),
        order.placed_at.map_or_else(String::new, |at| placed(at, told.zone(order))),
        order.state.word().to_owned(),
        order.work_order.map_or_else(String::new, |id| told.name(order, Kind::WorkOrder, id)),
        order.total.map_or_else(String::new, |total| total.to_string()),
        told.in_words(order, &order.reason),
    ]
}

fn review_row(order: &Listed, told: &Told) -> [String; 6] {
    let [account, name, number, _, state, work_order, ..] = row(order, told);
    [account, name, number, state, work_order, order.review.clone()]
}

/// One row for each conflict, and one for the pending change.
fn conflict_rows(order: &Listed, told: &Told) -> Vec<[String; 8]> {
    let row = |what: String, store: String, roapp: String| {
        let [account, name, number, _, state, work_order, ..] = row(order, told);
        [account, name, number, state, work_order, what, store, roapp]
    };
    let text = |conflict: &Value, key: &str| conflict[key].as_str().unwrap_or_default().to_owned();
    let conflicts = order.conflicts.as_array().into_iter().flatten();
    let mut rows: Vec<_> = conflicts
        .map(|conflict| {
            let what = text(conflict, "what");
            let store = told.value(order, &what, Kind::StoreStatus, &text(conflict, "store"));
            let roapp = told.value(order, &what, Kind::Status, &text(conflict, "roapp"));
            row(what, store, roapp)
        })
        .collect();
    if !order.pending_change.is_empty() {
        rows.push(row("pending change".to_owned(), order.pending_change.clone(), String::new()));
    }
    rows
}

pub(super) fn row_json(order: &Listed, told: &Told) -> Value {
    let utc = |at: NaiveDateTime| -> DateTime<Utc> { scope::to_utc(at, told.zone(order)) };
    let status = order.status.map(Id::get);
    let work_order = order.work_order;
    json!({
        "id": order.id.get(),
        "account": order.account,
        "store": order.store,
        "number": order.number.get(),
        "state": order.state.word(),
        "reason": filled(&order.reason),
        "placed_at": order.placed_at.map(|at| moment(utc(at))),
        "store_status": status,
        "store_status_name": status.and_then(|id| told.known(order, Kind::StoreStatus, id)),
        "work_order_id": work_order,
        "work_order_number": work_order.and_then(|id| told.known(order, Kind::WorkOrder, id)),
        "total": order.total.map(|total| total.to_string()),
        "pending_change": filled(&order.pending_change),
        "conflicts": order.conflicts,
        "resolve": order.resolve.map(resolve::word),
        "review": filled(&order.review),
    })
}
