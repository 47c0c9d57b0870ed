//! Tells how an import goes, and which orders come in.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Context as _;
use sqlx::PgPool;
use tokio::time::Instant;

use crate::{
    cli::Output,
    db::{
        dictionary,
        order_list::{self, Choice, Listed},
        orders::OrderState,
        polls::{self, ImportCounts},
        stores::{self, Store},
    },
    domain::{
        dictionary::{Kind, Names},
        ids::{OrderNumber, StoreId},
        scope,
    },
    lifecycle::Stop,
};

const LOOK_EVERY: Duration = Duration::from_millis(500);
const TELL_EVERY: Duration = Duration::from_secs(2);

/// Prints the import's figures until it is finished, and every order placed since, until asked to stop.
pub(super) async fn watch(pool: &PgPool, id: StoreId, output: &Output, stop: &Stop) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut told_at = started;
    let mut finished = false;
    let mut told = BTreeSet::new();
    while stop.sleep(LOOK_EVERY).await {
        let store = stores::get(pool, id).await?.context("the store was removed")?;
        if !finished && store.finished_at.is_some() {
            finished = true;
            let figures = figures(&polls::import_counts(pool, id).await?, true);
            output.line(format_args!("import finished in {} s: {figures}", started.elapsed().as_secs()))?;
            output.line("New orders follow as buyers place them; Ctrl-C stops.")?;
        } else if !finished && told_at.elapsed() >= TELL_EVERY {
            told_at = Instant::now();
            let figures = figures(&polls::import_counts(pool, id).await?, false);
            output.line(format_args!("{figures}{}", trouble(&store)))?;
        }
        tell_new_orders(pool, &store, output, &mut told).await?;
    }
    Ok(())
}

/// Figures in one line; while it goes on, without those of orders that do not go well as long as there are none.
fn figures(counts: &ImportCounts, all: bool) -> String {
    let ImportCounts { found, done, excluded, held, failed, waiting } = *counts;
    let figures = [
        ("found", found, true),
        ("done", done, true),
        ("excluded", excluded, true),
        ("held", held, all),
        ("failed", failed, all),
        ("waiting", waiting, true),
    ];
    let shown = figures.iter().filter(|(_, count, always)| *always || *count > 0);
    shown.map(|(word, count, _)| format!("{word} {count}")).collect::<Vec<_>>().join(" · ")
}

fn trouble(store: &Store) -> String {
    let reason = if store.reason.is_empty() { &store.last_error } else { &store.reason };
    if reason.is_empty() { String::new() } else { format!(" ({reason})") }
}

/// Tells each order placed since the connection once, as soon as it is settled what became of it.
async fn tell_new_orders(
    pool: &PgPool,
    store: &Store,
    output: &Output,
    told: &mut BTreeSet<OrderNumber>,
) -> anyhow::Result<()> {
    let Some(connected_at) = store.connected_at else { return Ok(()) };
    let connected_at = scope::local(connected_at, store.settings.time_zone);
    let choice = Choice { store: Some(store.id), from: Some(connected_at), ..Choice::default() };
    let new = order_list::whole(pool, &choice).await?;
    let news: Vec<_> =
        new.iter().rev().filter(|order| order.state != OrderState::Waiting && told.insert(order.number)).collect();
    if news.is_empty() {
        return Ok(());
    }
    let mut names = dictionary::names(pool, store.account, store.id).await?;
    names.extend(dictionary::numbers(pool, &news.iter().map(|order| order.id).collect::<Vec<_>>()).await?);
    news.into_iter().try_for_each(|order| output.line(became(order, &store.settings.currency, &names)))?;
    Ok(())
}

/// What became of an order, with names beside ids.
fn became(order: &Listed, currency: &str, names: &Names) -> String {
    let total = order.total.map_or_else(String::new, |total| format!(" ({total} {currency})"));
    let became = match (order.state, order.work_order) {
        (OrderState::Synced, Some(id)) => format!("is in RO App as work order {}", names.told(Kind::WorkOrder, id)),
        (state, _) => format!("is {}: {}", state.word(), names.in_words(&order.reason)),
    };
    format!("new order {}{total} {became}", order.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_trouble_are_shown_when_there_is_some_and_in_the_end() {
        let mut counts = ImportCounts { found: 10, done: 3, excluded: 2, held: 0, failed: 0, waiting: 5 };
        assert_eq!(figures(&counts, false), "found 10 · done 3 · excluded 2 · waiting 5");
        assert_eq!(figures(&counts, true), "found 10 · done 3 · excluded 2 · held 0 · failed 0 · waiting 5");
        counts.held = 1;
        counts.waiting = 4;
        assert_eq!(figures(&counts, false), "found 10 · done 3 · excluded 2 · held 1 · waiting 4");
    }
}
