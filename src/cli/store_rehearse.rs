//! `store rehearse`: what the import would do. `store doubles`: orders that RO App may have already, and what a person decides about
//! them.

use std::io::{self, Write as _};

use anyhow::bail;
use clap::Args;
use serde::Serialize;
use sqlx::PgPool;

use super::{Context, Output, Told, when};
use crate::{
    admin::{
        self, By, DoubleDecision, DoubleRow, DoublesDecided, KeyView, RehearsalReport, RehearsalView, StatusCount,
        Store, called, decide_doubles, find_store, plan_import, possible_doubles,
    },
    domain::{
        ids::{OrderNumber, WorkOrderId},
        rehearsal::{Progress, Stage},
    },
};

/// What is printed for programs.
#[derive(Debug, Serialize)]
struct Rehearsed {
    rehearsal: RehearsalView,
    doubles: Vec<DoubleRow>,
}

/// `store rehearse`.
pub(super) async fn rehearse(context: &Context, pool: &PgPool, name: &str, json: bool) -> anyhow::Result<()> {
    let store = find_store(pool, name).await?;
    let import = plan_import(&store, context.clock.now())?;
    let begun = context.access.admin(pool).await?.begin_rehearsal(&store, import).await?;
    let mut progress = begun.progress();
    let told = async {
        while progress.changed().await.is_ok() {
            let now = *progress.borrow_and_update();
            if now.done.is_multiple_of(TOLD_EVERY) && context.output.is_terminal() {
                // That nobody sees how far it is stops nothing.
                let _ = writeln!(io::stderr(), "{}", progress_text(now));
            }
        }
    };
    // What tells ends with what it tells of.
    tokio::join!(begun.carry_out(), told);
    let (rehearsal, doubles) = (admin::rehearsal(pool, &store).await?, possible_doubles(pool, &store).await?);
    if json {
        context.output.json(&Rehearsed { rehearsal: rehearsal.clone(), doubles })?;
        return match rehearsal {
            RehearsalView::Failed(why) => bail!("the rehearsal failed: {why}"),
            _ => Ok(()),
        };
    }
    match rehearsal {
        RehearsalView::Ended(report) => tell(context, pool, &store, &report, &doubles).await,
        RehearsalView::Failed(why) => bail!("the rehearsal failed: {why}"),
        RehearsalView::None | RehearsalView::GoesOn(_) | RehearsalView::Interrupted => {
            bail!("the rehearsal did not finish; run it again")
        }
    }
}

/// How often the progress is told, in orders and pages.
const TOLD_EVERY: u64 = 10;

fn progress_text(Progress { stage, done, of }: Progress) -> String {
    let what = match stage {
        Stage::Orders => "reading the store's orders",
        Stage::People => "comparing clients",
        Stage::Products => "comparing products",
        Stage::WorkOrders => "looking for orders that RO App has already",
    };
    match (done, of) {
        (0, _) => what.to_owned(),
        (done, None) => format!("{what}: {done}"),
        (done, Some(of)) => format!("{what}: {done} of {of}"),
    }
}

async fn tell(
    context: &Context,
    pool: &PgPool,
    store: &Store,
    report: &RehearsalReport,
    doubles: &[DoubleRow],
) -> anyhow::Result<()> {
    let output = &context.output;
    output.line(format_args!(
        "{:?} of the account {:?}; nothing was written:",
        store.settings.name, store.account_name
    ))?;
    output.entries(&entries(report))?;
    for held in &report.held_for {
        output.line(format_args!("  order {}: {}", held.number, held.reason))?;
    }
    let keys: Vec<_> = report.keys.iter().map(key_row).collect();
    if report.products > 0 {
        output.table(["key", "match rate", "matched", "not found", "several", "no such key"], &keys)?;
    }
    let called = called(pool, store).await?;
    let waiting = doubles.iter().filter(|double| double.decision.is_none() && !double.is_settled).count();
    match waiting {
        0 => {}
        1 => output.line("1 order may be in RO App already; it is held until you decide:")?,
        _ => output.line(format_args!("{waiting} orders may be in RO App already; they are held until you decide:"))?,
    }
    if !doubles.is_empty() {
        tell_doubles(output, doubles)?;
    }
    if waiting > 0 {
        output.line(format_args!(
            "decide with: cartum-roapp store doubles {called} --all --link (or --skip, --create)"
        ))?;
    }
    output.line(format_args!("next: cartum-roapp store import {called}"))?;
    Ok(())
}

fn entries(report: &RehearsalReport) -> Vec<(&'static str, String)> {
    let RehearsalReport { people, products, .. } = report;
    let more = if report.is_whole { "" } else { "more than " };
    let compared = if report.products_compared < *products {
        format!(" ({} compared, those ordered most)", report.products_compared)
    } else {
        String::new()
    };
    let mut entries = vec![
        ("orders found", format!("{more}{}", report.found)),
        ("to create", format!("{}, {} {} in all", report.orders, report.total, report.currency)),
    ];
    let others = [
        ("in RO App", report.in_roapp, "already there"),
        ("perhaps there", report.possible_doubles, "held until you decide"),
        ("unreadable", report.unreadable, "kept and shown, not created"),
        ("held", report.held, "held until a person has decided"),
    ];
    entries.extend(
        others
            .into_iter()
            .filter(|(_, count, _)| *count > 0)
            .map(|(what, count, why)| (what, format!("{count}, {why}"))),
    );
    if !report.excluded.is_empty() {
        entries.push(("excluded", statuses(&report.excluded)));
    }
    if !report.initial.is_empty() {
        entries.push(("default status", statuses(&report.initial)));
    }
    entries.push((
        "clients",
        format!(
            "{} matched, {} doubtful, {} new, {} without contact{}",
            people.matched,
            people.doubtful,
            people.new,
            people.without_contact,
            if people.not_compared > 0 { format!(", {} not compared", people.not_compared) } else { String::new() }
        ),
    ));
    entries.push(("products", format!("{products}{compared}")));
    let minutes = if report.minutes == 1 { "1 minute".to_owned() } else { format!("{} minutes", report.minutes) };
    entries.push(("calls", format!("about {}: {minutes} at {} a second", report.calls, report.calls_per_second)));
    let searched = if report.is_searched { "" } else { ", only the newest were compared" };
    entries.push(("other work orders", format!("{} since the window began{searched}", report.other_work_orders)));
    entries
}

fn statuses(counts: &[StatusCount]) -> String {
    let count = |count: &StatusCount| match &count.name {
        Some(name) => format!("{} {name}", count.orders),
        None => format!("{} with status {}", count.orders, count.status),
    };
    counts.iter().map(count).collect::<Vec<_>>().join(", ")
}

fn key_row(key: &KeyView) -> [String; 6] {
    let name = if key.is_chosen { format!("{} (set)", key.key) } else { key.key.to_owned() };
    let counts = [key.matched, key.new, key.ambiguous, key.blank].map(|count| count.to_string());
    let [matched, new, ambiguous, blank] = counts;
    [name, format!("{} %", key.percent()), matched, new, ambiguous, blank]
}

fn tell_doubles(output: &Output, doubles: &[DoubleRow]) -> anyhow::Result<()> {
    let rows: Vec<_> = doubles.iter().flat_map(double_rows).collect();
    Ok(output.table(["order", "placed", "total", "work order", "created", "total there", "why", "decision"], &rows)?)
}

fn double_rows(double: &DoubleRow) -> impl Iterator<Item = [String; 8]> {
    double.candidates.iter().map(|candidate| {
        let decision = match (double.decision, double.work_order_id) {
            (None, _) => "-",
            (Some("link"), Some(id)) if id != candidate.id => "another",
            (Some(word), _) => word,
        };
        let name = if candidate.number.is_empty() { String::new() } else { format!("{} ", candidate.number) };
        [
            double.number.to_string(),
            double.placed.at.format("%Y-%m-%d %H:%M").to_string(),
            double.total.clone(),
            format!("{name}(id {})", candidate.id),
            candidate.made_at.map_or_else(|| "-".to_owned(), when),
            candidate.total.clone().unwrap_or_else(|| "-".to_owned()),
            candidate.signs_text(),
            decision.to_owned(),
        ]
    })
}

/// Decides about orders that RO App may have already
#[derive(Debug, Args)]
pub(super) struct Doubles {
    /// Name of the store
    name: String,
    /// The store's order numbers
    #[arg(value_name = "NUMBER", conflicts_with = "all")]
    numbers: Vec<i64>,
    /// Every order that waits for this decision
    #[arg(long)]
    all: bool,
    /// It is the work order that looks like it, or the one with this id: keep that as it is, and in sync from then on
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["skip", "create"])]
    link: Option<String>,
    #[command(flatten)]
    others: Others,
    /// Print JSON
    #[arg(long, conflicts_with_all = ["link", "skip", "create"])]
    json: bool,
}

/// Decisions that need no work order
#[derive(Debug, Args)]
struct Others {
    /// It is in RO App already: leave it out
    #[arg(long, conflicts_with = "create")]
    skip: bool,
    /// It is another one: create a work order
    #[arg(long)]
    create: bool,
}

impl Doubles {
    fn decision(&self) -> anyhow::Result<Option<DoubleDecision>> {
        Ok(match self.link.as_deref() {
            Some("") => Some(DoubleDecision::Link(None)),
            Some(_) if self.numbers.len() != 1 => bail!("--link ID decides about one order: name its number"),
            Some(id) => match id.parse() {
                Ok(id) => Some(DoubleDecision::Link(Some(WorkOrderId::new(id)))),
                Err(_) => bail!("--link takes the id of a work order, a number; the list shows it in brackets"),
            },
            None if self.others.skip => Some(DoubleDecision::Skip),
            None if self.others.create => Some(DoubleDecision::Create),
            None => None,
        })
    }
}

/// `store doubles`: lists them, or decides.
pub(super) async fn doubles(context: &Context, pool: &PgPool, command: &Doubles) -> anyhow::Result<()> {
    let store = find_store(pool, &command.name).await?;
    let output = &context.output;
    let Some(decision) = command.decision()? else {
        let doubles = possible_doubles(pool, &store).await?;
        if command.json {
            return Ok(output.json(&doubles)?);
        }
        if doubles.is_empty() {
            let called = called(pool, &store).await?;
            output.line(format_args!(
                "no order is known to be in RO App already; look for them with: cartum-roapp store rehearse {called}"
            ))?;
            return Ok(());
        }
        return tell_doubles(output, &doubles);
    };
    let numbers: Vec<_> = command.numbers.iter().copied().map(OrderNumber::new).collect();
    if numbers.is_empty() && !command.all {
        bail!("name the order numbers, or --all");
    }
    let numbers = (!command.all).then_some(numbers.as_slice());
    let DoublesDecided { decided, left } = decide_doubles(pool, &store, numbers, decision, &By::CommandLine).await?;
    let word = match decision {
        DoubleDecision::Link(_) => "linked with the work order that RO App has already",
        DoubleDecision::Skip => "left out of the import",
        DoubleDecision::Create => "created as a new work order",
    };
    let listed = decided.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match decided.as_slice() {
        [] => output.line("no order waits for this decision; nothing changed")?,
        [_] => output.line(format_args!("1 order will be {word}: {listed}"))?,
        decided => output.line(format_args!("{} orders will be {word}: {listed}", decided.len()))?,
    }
    if left.is_empty() {
        return Ok(());
    }
    let rows = left.iter().map(|(number, why)| format!("order {number}: {why}")).collect();
    Err(Told { head: "some orders were left as they are".to_owned(), rows }.into())
}
