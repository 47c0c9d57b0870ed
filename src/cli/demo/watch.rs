//! Reports the progress of the import, and each new order.

use std::{collections::BTreeSet, time::Duration};

use sqlx::PgPool;
use tokio::time::Instant;

use crate::{
    admin::{Filter, ImportCounts, InboxPage, OrderRow, Store, framed, get_store, inbox, progress::import_counts},
    cli::Output,
    domain::{ids::StoreId, order_state::OrderState, scope},
    lifecycle::Stop,
};

const LOOK_EVERY: Duration = Duration::from_millis(500);
const TELL_EVERY: Duration = Duration::from_secs(2);
/// So many of the newest orders are looked at: more than are unsettled at a time.
const NEWEST: u32 = 500;

/// Prints the import's figures until it is finished, and every order placed since, until asked to stop.
pub(super) async fn watch(pool: &PgPool, id: StoreId, output: &Output, stop: &Stop) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut told_at = started;
    let mut finished = false;
    let mut told = BTreeSet::new();
    while stop.sleep(LOOK_EVERY).await {
        let store = get_store(pool, id).await?;
        if !finished && store.finished_at.is_some() {
            finished = true;
            let figures = figures(&import_counts(pool, id).await?, true);
            output.line(format_args!("import finished in {} s: {figures}", started.elapsed().as_secs()))?;
            output.line("New orders follow as buyers place them; Ctrl-C stops.")?;
        } else if !finished && told_at.elapsed() >= TELL_EVERY {
            told_at = Instant::now();
            let figures = figures(&import_counts(pool, id).await?, false);
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
    framed(" (", store.reason.as_ref().or(store.last_error.as_ref()), ")")
}

/// Tells each order placed since the connection once, as soon as it is settled what became of it.
async fn tell_new_orders(
    pool: &PgPool,
    store: &Store,
    output: &Output,
    told: &mut BTreeSet<i64>,
) -> anyhow::Result<()> {
    let Some(connected_at) = store.connected_at else { return Ok(()) };
    let connected_at = scope::local(connected_at, store.settings.time_zone);
    let filter = Filter { store: Some(store.id), from: Some(connected_at.date()), ..Filter::default() };
    let InboxPage { orders, .. } = inbox(pool, &filter, None, NEWEST).await?;
    let is_new = |order: &&OrderRow| order.placed.is_some_and(|placed| placed.at >= connected_at);
    let is_settled = |order: &&OrderRow| order.state != OrderState::Waiting.word();
    for order in orders.iter().rev().filter(is_new).filter(is_settled) {
        if told.insert(order.number) {
            output.line(became(order, &store.settings.currency))?;
        }
    }
    Ok(())
}

/// What became of an order, with names beside ids.
fn became(order: &OrderRow, currency: &str) -> String {
    let total = order.total.as_ref().map_or_else(String::new, |total| format!(" ({total} {currency})"));
    let became = match order.work_order() {
        Some(work_order) if order.state == OrderState::Synced.word() => {
            format!("is in RO App as work order {work_order}")
        }
        _ => format!("is {}{}", order.state, framed(": ", order.reason.as_ref(), "")),
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
