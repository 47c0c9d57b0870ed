//! `store audit`: the daemon audits a store now, and the table is printed.

use sqlx::PgPool;

use super::{Context, Told, waiting::wait, when};
use crate::{
    admin::{Audit, AuditDay, Verdict, audit_now, find_store, progress},
    domain::{money, proof::Figures},
};

/// `store audit`.
pub(super) async fn audit(context: &Context, pool: &PgPool, name: &str, json: bool) -> anyhow::Result<()> {
    let store = find_store(pool, name).await?;
    let at = audit_now(pool, &store).await?;
    if !json {
        context.tell_without_daemon(pool).await?;
    }
    let audit = wait(async |waited| progress::auditing(pool, &store, at, waited).await).await?;
    if json {
        context.output.json(&audit)?;
    } else {
        let rows: Vec<_> = audit.days.iter().map(row).collect();
        context.output.table(HEADING, &rows)?;
    }
    let Verdict { balances, head, rows } = audit.verdict();
    let head = format!("the store {:?} {head}", store.settings.name);
    let told = Told { head, rows: rows.iter().map(ToString::to_string).collect() };
    if !balances {
        return Err(told.into());
    }
    if !json {
        context.output.line(&told.head)?;
        context.output.lines(told.rows.iter().map(|row| format!("  {row}")))?;
    }
    Ok(())
}

const HEADING: [&str; 10] =
    ["day", "store orders", "store sum", "linked", "excluded", "held", "failed", "waiting", "gone", "balance"];

fn row(day: &AuditDay) -> [String; 10] {
    let AuditDay(proof) = day;
    let [linked, excluded, held, failed, waiting, gone] = proof.columns.map(figures);
    let balance = if proof.balances() { "yes".to_owned() } else { difference(day) };
    let (orders, sum) = (proof.store.orders.to_string(), amount(proof.store));
    [day.date().to_string(), orders, sum, linked, excluded, held, failed, waiting, gone, balance]
}

fn figures(figures: Figures) -> String {
    if figures.orders == 0 { "-".to_owned() } else { format!("{}: {}", figures.orders, amount(figures)) }
}

fn amount(figures: Figures) -> String {
    figures.sum.map_or_else(|| "unknown".to_owned(), money::plain)
}

/// By how much the columns are off.
fn difference(AuditDay(day): &AuditDay) -> String {
    let held = day.held();
    let sum = day.store.sum.zip(held.sum).map(|(store, held)| held - store);
    let sum = sum.map_or_else(|| "unknown".to_owned(), money::plain);
    format!("no: {:+} orders, sum {sum}", held.orders - day.store.orders)
}

/// The line of `store show`.
pub(super) fn shown(audit: &Audit) -> String {
    let Verdict { balances, head, rows } = audit.verdict();
    let joint = if balances { "; " } else { " " };
    let rows: Vec<_> = rows.iter().map(ToString::to_string).collect();
    let rows = if rows.is_empty() { String::new() } else { format!("{joint}{}", rows.join("; ")) };
    format!("{}: {head}{rows}", when(audit.at))
}
