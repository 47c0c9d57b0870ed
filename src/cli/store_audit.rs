//! `store audit`: the daemon proves a store now, and the table is printed.

use anyhow::bail;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    Context, Told,
    ask::{BEGINS_WITHIN, ENDS_WITHIN, LOOK_EVERY, NOBODY},
    filled,
    waiting::Waiting,
    when,
};
use crate::{
    admin::{audit_now, called, find_store},
    db::{
        Database,
        asks::{self, Reading},
        audits::{self, Last},
        stores::Store,
    },
    domain::{
        money,
        proof::{Column, Day, Figures},
    },
};

/// `store audit`.
pub(super) async fn audit(context: &Context, database: &Database, name: &str, json: bool) -> anyhow::Result<()> {
    let store = find_store(&database.pool, name).await?;
    let at = audit_now(&database.pool, &store).await?;
    if !json {
        context.tell_without_daemon(database).await?;
    }
    let last = wait(database, &store, at).await?;
    if json {
        context.output.json(&last.days.iter().map(row_json).collect())?;
    } else {
        let rows: Vec<_> = last.days.iter().map(row).collect();
        context.output.table(HEADING, &rows)?;
    }
    let (head, rows, balances) = verdict(&last);
    let told = Told { head: format!("the store {:?} {head}", store.settings.name), rows };
    if !balances {
        return Err(told.into());
    }
    if !json {
        context.output.line(&told.head)?;
        context.output.lines(told.rows.iter().map(|row| format!("  {row}")))?;
    }
    Ok(())
}

/// Waits for the end of the proof that was asked for at `at`.
async fn wait(database: &Database, store: &Store, at: DateTime<Utc>) -> anyhow::Result<Last> {
    let mut waiting = Waiting::begin();
    loop {
        if let Some(last) = audits::last(&database.pool, store.id).await?.filter(|last| last.at >= at) {
            return Ok(last);
        }
        let reading = asks::read_since(&database.pool, store.id, at).await?;
        if let Reading::Ended(error) = &reading
            && !error.is_empty()
        {
            bail!("the store {:?} could not be read: {error}; the audit stays queued", store.settings.name);
        }
        if reading == Reading::Waits && waiting.elapsed() > BEGINS_WITHIN {
            bail!(NOBODY);
        }
        if waiting.elapsed() > ENDS_WITHIN {
            let called = called(&database.pool, store).await?;
            bail!("the store is still being read; `store show {called}` says when the audit is done");
        }
        waiting.still("the daemon to read the whole window")?;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What a proof came to, the particulars, and whether it balances.
fn verdict(last: &Last) -> (String, Vec<String>, bool) {
    let gaps: Vec<_> = last.days.iter().filter(|day| !day.balances()).collect();
    let orders: i64 = last.days.iter().map(|day| day.store.orders).sum();
    let head = if gaps.is_empty() {
        format!("balances: {orders} orders on {} days, to the cent", last.days.len())
    } else {
        format!("does not balance on {} of {} days:", gaps.len(), last.days.len())
    };
    let mut rows: Vec<_> = gaps.iter().map(|day| format!("{}: {}", day_text(day), day.why)).collect();
    for (count, what) in
        [(last.found, "no poll had seen; saved now"), (last.revived, "left an excluded status; imported now")]
    {
        if count > 0 {
            rows.push(format!("{count} orders {what}"));
        }
    }
    (head, rows, gaps.is_empty())
}

const HEADING: [&str; 10] =
    ["day", "store orders", "store sum", "linked", "excluded", "held", "failed", "waiting", "gone", "balance"];

fn row(day: &Day) -> [String; 10] {
    let [linked, excluded, held, failed, waiting, gone] = day.columns.map(figures);
    let balance = if day.balances() { "yes".to_owned() } else { difference(day) };
    let (orders, sum) = (day.store.orders.to_string(), amount(day.store));
    [day_text(day), orders, sum, linked, excluded, held, failed, waiting, gone, balance]
}

fn day_text(day: &Day) -> String {
    day.day.map_or_else(|| "no date".to_owned(), |day| day.to_string())
}

fn figures(figures: Figures) -> String {
    if figures.orders == 0 { "-".to_owned() } else { format!("{}: {}", figures.orders, amount(figures)) }
}

fn amount(figures: Figures) -> String {
    figures.sum.map_or_else(|| "unknown".to_owned(), money::plain)
}

/// By how much the columns are off.
fn difference(day: &Day) -> String {
    let held = day.held();
    let sum = day.store.sum.zip(held.sum).map(|(store, held)| held - store);
    let sum = sum.map_or_else(|| "unknown".to_owned(), money::plain);
    format!("no: {:+} orders, sum {sum}", held.orders - day.store.orders)
}

fn row_json(day: &Day) -> Value {
    let sum = |figures: Figures| figures.sum.map(money::plain);
    let mut row = json!({
        "day": day.day.map(|day| day.to_string()),
        "store_orders": day.store.orders,
        "store_sum": sum(day.store),
    });
    for (column, figures) in Column::ALL.into_iter().zip(day.columns) {
        row[column.word()] = json!(figures.orders);
        row[format!("{}_sum", column.word())] = json!(sum(figures));
    }
    row["balances"] = json!(day.balances());
    row["why"] = json!(filled(&day.why));
    row
}

/// The line of `store show`.
pub(super) fn shown(last: &Last) -> String {
    let (head, rows, balances) = verdict(last);
    let joint = if balances { "; " } else { " " };
    let rows = if rows.is_empty() { String::new() } else { format!("{joint}{}", rows.join("; ")) };
    format!("{}: {head}{rows}", when(last.at))
}
