//! `store import`: prints what the import will do and how long it takes, then asks; `--wait` shows the progress.

use std::time::Duration;

use anyhow::bail;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use sqlx::PgPool;
use tokio::time::Instant;

use super::{Context, Output, confirm};
use crate::{
    admin::{
        self, By, Import, ImportCounts, ImportPlace, ImportSize, RehearsalView, Store, called, find_store,
        import_place,
        progress::{self, ImportStep},
    },
    domain::{scope, store::StoreState},
};

/// How long a store that does not answer may keep the question waiting.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often a line is printed where there is no terminal.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// What is imported
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Name of the store
    name: String,
    /// Skip the confirmation prompt
    #[arg(long)]
    yes: bool,
    /// Wait until the import is finished and show progress, with the time left
    #[arg(long, visible_alias = "watch")]
    wait: bool,
}

pub(super) async fn import(context: &Context, pool: &PgPool, arguments: &Arguments) -> anyhow::Result<()> {
    let store = find_store(pool, &arguments.name).await?;
    let output = &context.output;
    let running = store.state == StoreState::Importing && arguments.wait;
    if !running {
        let import = admin::plan_import(&store, context.clock.now())?;
        introduce(context, &store, &import, &import_place(pool, &store).await?)?;
        output.line(size(context, pool, &store, &import).await)?;
        tell_doubles(pool, &store, output).await?;
        if !confirm("Import these orders?", arguments.yes)? {
            bail!("nothing was imported");
        }
        admin::start_import(pool, &store, import, &By::CommandLine).await?;
    }
    let called = called(pool, &store).await?;
    if arguments.wait {
        context.tell_without_daemon(pool).await?;
        return watch(pool, &store, &called, output).await;
    }
    output.line(format_args!(
        "queued: the daemon will import the orders; watch with: cartum-roapp store import {called} --wait"
    ))?;
    context.tell_without_daemon(pool).await
}

/// What is going to happen.
fn introduce(context: &Context, store: &Store, import: &Import, place: &ImportPlace) -> anyhow::Result<()> {
    let (settings, output) = (&store.settings, &context.output);
    let zone = settings.time_zone;
    let now = scope::local(context.clock.now(), zone);
    let stamp = "%Y-%m-%d %H:%M";
    let excluded = if place.excluded.is_empty() { "none".to_owned() } else { place.excluded.join(", ") };
    output.line(format_args!("{:?} of the account {:?}:", settings.name, store.account_name))?;
    output.line(format_args!(
        "  orders placed from {} to {} ({zone}), and every later one",
        import.window_from.format(stamp),
        now.format(stamp)
    ))?;
    output.line(format_args!("  excluded while in one of these store statuses: {excluded}"))?;
    output.line(format_args!("  work orders go to location {} as order type {}", place.location, place.order_type))?;
    output.line(
        "  RO App's own Cartum integration must be off for this shop: with both on, every order is created twice",
    )?;
    output.line("  RO App may notify clients and staff of new work orders, depending on its own settings")?;
    if store.finished_at.is_some() {
        output.line("  the store was imported before: the same window is read again, and nothing is created twice")?;
    }
    Ok(())
}

/// What is known of orders that RO App has already.
async fn tell_doubles(pool: &PgPool, store: &Store, output: &Output) -> anyhow::Result<()> {
    let called = called(pool, store).await?;
    match (admin::rehearsal(pool, store).await?, admin::undecided_doubles(pool, store).await?) {
        (RehearsalView::Ended(_), 0) => {}
        (_, waiting) if waiting > 0 => output.line(format_args!(
            "  orders that may be in RO App already: {waiting}; they are held until you decide: cartum-roapp store doubles {called}"
        ))?,
        _ if store.finished_at.is_some() => {}
        _ => output.line(format_args!(
            "  not rehearsed: orders that RO App has from another program are created once more; to look for them first: \
             cartum-roapp store rehearse {called}"
        ))?,
    }
    Ok(())
}

/// How much it is. That it cannot be counted hinders nothing.
async fn size(context: &Context, pool: &PgPool, store: &Store, import: &Import) -> String {
    let counted = async {
        let admin = context.access.admin(pool).await.map_err(|error| format!("{:#}", anyhow::Error::from(error)))?;
        admin.size_import(store, import).await.map_err(|why| why.to_string())
    };
    let late = || "it did not answer within a minute".to_owned();
    match tokio::time::timeout(PATIENCE, counted).await.unwrap_or_else(|_| Err(late())) {
        Ok(size) => size_text(&size),
        Err(why) => format!("  the number of orders is unknown: the store could not be asked ({why})"),
    }
}

fn size_text(size: &ImportSize) -> String {
    let ImportSize { orders, left_out, calls, calls_per_second: rate, is_whole } = size;
    let more = if *is_whole { "" } else { "more than " };
    let left_out = if *left_out == 0 { String::new() } else { format!(" ({left_out} excluded)") };
    let time = about(size.time());
    format!("  {more}{orders} orders{left_out}, about {calls:.0} calls to RO App: {more}{time} at {rate} a second")
}

/// A time for people.
fn about(time: Duration) -> String {
    match time.as_secs() {
        0..60 => "less than a minute".to_owned(),
        60..5400 => format!("about {} min", (time.as_secs() + 30) / 60),
        _ => format!("about {:.1} h", time.as_secs_f64() / 3600.0),
    }
}

/// Shows how the import goes until its end.
async fn watch(pool: &PgPool, store: &Store, called: &str, output: &Output) -> anyhow::Result<()> {
    let mut shown = Progress::begin(output);
    let look = async |waited| progress::import(pool, store, waited).await;
    let counts = progress::follow(look, |step| shown.show(&step, output)).await;
    shown.end();
    let counts = counts?;
    output.line(format_args!("import finished: {}", figures(&counts)))?;
    if counts.held + counts.failed > 0 {
        output.line(format_args!("see what waits for you: cartum-roapp order list --store {called} --state held"))?;
    }
    Ok(())
}

fn figures(counts: &ImportCounts) -> String {
    let ImportCounts { found, done, excluded, held, failed, waiting } = counts;
    format!("{found} found, {done} done, {excluded} excluded, {held} held, {failed} failed, {waiting} waiting")
}

/// A bar on a terminal, else a line now and then.
struct Progress {
    bar: Option<ProgressBar>,
    begun: Instant,
    told_at: Option<Instant>,
    /// Orders that were done when it began.
    before: Option<i64>,
}

impl Progress {
    fn begin(output: &Output) -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{bar:28} {pos}/{len} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        // It is hidden where standard error is no terminal, or one that cannot draw (TERM is `dumb` or not set).
        let bar = Some(bar).filter(|bar| output.is_terminal() && !bar.is_hidden());
        Self { bar, begun: Instant::now(), told_at: None, before: None }
    }

    fn show(&mut self, ImportStep { counts, is_listed, newest }: &ImportStep, output: &Output) -> anyhow::Result<()> {
        let settled = counts.found - counts.waiting;
        let left = self.left(settled, counts.waiting);
        let trouble = format!(", {} held, {} failed", counts.held, counts.failed);
        let aside = [
            Some(trouble).filter(|_| counts.held + counts.failed > 0),
            Some(format!(", {} excluded", counts.excluded)).filter(|_| counts.excluded > 0),
            newest.as_ref().map(|newest| format!(", newest {} as {}", newest.number, newest.work_order)),
        ];
        let aside: String = aside.into_iter().flatten().collect();
        let time = match left {
            _ if !*is_listed => "the store is still being read".to_owned(),
            Some(left) => format!("{} left", about(left)),
            None => "time left not known yet".to_owned(),
        };
        if let Some(bar) = &self.bar {
            bar.set_length(u64::try_from(counts.found).unwrap_or_default());
            bar.set_position(u64::try_from(settled).unwrap_or_default());
            bar.set_message(format!("{time}{aside}"));
        } else if self.told_at.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            self.told_at = Some(Instant::now());
            output.line(format_args!("{settled} of {} orders{aside}; {time}", counts.found))?;
        }
        Ok(())
    }

    /// How long it takes to the end, at the pace so far.
    fn left(&mut self, settled: i64, waiting: i64) -> Option<Duration> {
        let done = settled - *self.before.get_or_insert(settled);
        let (done, waiting) = (u32::try_from(done).ok().filter(|done| *done > 0)?, u32::try_from(waiting).ok()?);
        self.begun.elapsed().checked_mul(waiting)?.checked_div(done)
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_calls_and_time_are_told() {
        let size = ImportSize { orders: 300, left_out: 45, calls: 1500.4, calls_per_second: 2.5, is_whole: true };
        assert_eq!(
            size_text(&size),
            "  300 orders (45 excluded), about 1500 calls to RO App: about 10 min at 2.5 a second"
        );
        let size = ImportSize { is_whole: false, left_out: 0, calls: 45_000.0, ..size };
        assert_eq!(
            size_text(&size),
            "  more than 300 orders, about 45000 calls to RO App: more than about 5.0 h at 2.5 a second"
        );
        assert!(
            size_text(&ImportSize { calls_per_second: 2.5, ..ImportSize::default() }).contains("less than a minute")
        );
    }
}
