//! `store import`: what it will do and how long that takes, then the question; `--wait` shows how it goes.

use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;

use super::{
    Context, Output,
    ask::{BEGINS_WITHIN, LOOK_EVERY, NOBODY},
    confirm,
};
use crate::{
    admin::{self, Import, ImportSize, called, find_store},
    db::{
        Database, accounts, dictionary,
        polls::{self, ImportCounts},
        stores::{self, Store},
    },
    domain::{
        dictionary::{Kind, Names},
        ids::StoreStatusId,
        scope,
        store::StoreState,
    },
};

/// How long a store that does not answer may keep the question waiting.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often a line is printed where there is no terminal.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// What is imported
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The store
    name: String,
    /// Skip the confirmation prompt
    #[arg(long)]
    yes: bool,
    /// Wait for the end and show progress, with the time left
    #[arg(long, visible_alias = "watch")]
    wait: bool,
}

pub(super) async fn import(context: &Context, database: &Database, arguments: &Arguments) -> anyhow::Result<()> {
    let pool = &database.pool;
    let store = find_store(pool, &arguments.name).await?;
    let output = &context.output;
    let running = store.state == StoreState::Importing && arguments.wait;
    if !running {
        let import = admin::plan_import(&store, context.clock.now())?;
        introduce(context, &store, &import, &dictionary::names(pool, store.account, store.id).await?)?;
        output.line(size(context, database, &store, &import).await)?;
        if !confirm("Import these orders?", arguments.yes)? {
            bail!("nothing was imported");
        }
        admin::start_import(pool, &store, import).await?;
    }
    let called = called(pool, &store).await?;
    if arguments.wait {
        context.tell_without_daemon(database).await?;
        return watch(database, &store, &called, output).await;
    }
    output.line(format_args!(
        "queued: the daemon will import the orders; watch with: cartum-roapp store import {called} --wait"
    ))?;
    context.tell_without_daemon(database).await
}

/// What is going to happen.
fn introduce(context: &Context, store: &Store, import: &Import, names: &Names) -> anyhow::Result<()> {
    let (settings, output) = (&store.settings, &context.output);
    let zone = settings.time_zone;
    let now = scope::local(context.clock.now(), zone);
    let stamp = "%Y-%m-%d %H:%M";
    let status = |id: &StoreStatusId| match names.get(Kind::StoreStatus, id.get()) {
        Some(name) => format!("{id} ({name})"),
        None => id.to_string(),
    };
    let excluded = settings.excluded_statuses.iter().map(status).collect::<Vec<_>>().join(", ");
    let excluded = if excluded.is_empty() { "none".to_owned() } else { excluded };
    output.line(format_args!("{:?} of the account {:?}:", settings.name, store.account_name))?;
    output.line(format_args!(
        "  orders placed from {} to {} ({zone}), and every later one",
        import.window_from.format(stamp),
        now.format(stamp)
    ))?;
    output.line(format_args!("  left out while in one of the store's statuses: {excluded}"))?;
    output.line(format_args!(
        "  work orders go to location {} as order type {}",
        names.told(Kind::Location, settings.location_id.get()),
        names.told(Kind::OrderType, settings.order_type_id.get())
    ))?;
    output.line("  RO App's own Cartum integration must be off for this shop: both together double every order")?;
    output.line("  RO App may notify clients and staff of new work orders, as its own settings say")?;
    if store.finished_at.is_some() {
        output.line("  it was imported before: the same window is looked through again, and nothing is made twice")?;
    }
    Ok(())
}

/// How much it is. That it cannot be counted hinders nothing.
async fn size(context: &Context, database: &Database, store: &Store, import: &Import) -> String {
    let counted = async {
        let setup = context.setup(database).await.map_err(|error| format!("{error:#}"))?;
        let account = accounts::get(&database.pool, store.account).await.map_err(|error| error.to_string())?;
        let account = account.ok_or_else(|| "the account is gone".to_owned())?;
        Ok::<_, String>((setup.size_import(store, import).await?, account.calls_per_second))
    };
    let late = || "it did not answer within a minute".to_owned();
    match tokio::time::timeout(PATIENCE, counted).await.unwrap_or_else(|_| Err(late())) {
        Ok((size, rate)) => size_text(&size, rate),
        Err(why) => format!("  how many they are is not known: the store could not be asked ({why})"),
    }
}

fn size_text(size: &ImportSize, rate: f64) -> String {
    let ImportSize { orders, left_out, calls, is_whole } = size;
    let more = if *is_whole { "" } else { "more than " };
    let left_out = if *left_out == 0 { String::new() } else { format!(" ({left_out} left out)") };
    let time = about(size.time(rate));
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
async fn watch(database: &Database, store: &Store, called: &str, output: &Output) -> anyhow::Result<()> {
    let mut progress = Progress::begin(output);
    loop {
        let now = stores::get(&database.pool, store.id).await?.context("the store was removed")?;
        let counts = polls::import_counts(&database.pool, store.id).await?;
        if now.finished_at.is_some() && now.state != StoreState::Importing {
            progress.end();
            output.line(format_args!("import finished: {}", figures(&counts)))?;
            if counts.held + counts.failed > 0 {
                output
                    .line(format_args!("what waits for you: cartum-roapp order list --store {called} --state held"))?;
            }
            return Ok(());
        }
        if let Some(why) = stopped(database, &now).await? {
            progress.end();
            bail!("the import of {:?} does not go on: {why}", now.settings.name);
        }
        if counts.found == 0 && now.last_success_at <= store.last_success_at && progress.begun.elapsed() > BEGINS_WITHIN
        {
            progress.end();
            bail!(NOBODY);
        }
        progress.show(&counts, now.listed_at.is_some(), output)?;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Why nothing goes on until somebody does something.
async fn stopped(database: &Database, store: &Store) -> anyhow::Result<Option<String>> {
    if matches!(store.state, StoreState::Paused | StoreState::NeedsCredentials) {
        return Ok(Some(store.reason.clone()));
    }
    let account = accounts::get(&database.pool, store.account).await?.context("the account is gone")?;
    Ok(account.needs_key.then_some(account.reason))
}

fn figures(counts: &ImportCounts) -> String {
    let ImportCounts { found, done, excluded, held, failed, waiting } = counts;
    format!("{found} found, {done} done, {excluded} left out, {held} held, {failed} failed, {waiting} waiting")
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

    fn show(&mut self, counts: &ImportCounts, is_listed: bool, output: &Output) -> anyhow::Result<()> {
        let settled = counts.found - counts.waiting;
        let left = self.left(settled, counts.waiting);
        let trouble = if counts.held + counts.failed == 0 {
            String::new()
        } else {
            format!(", {} held, {} failed", counts.held, counts.failed)
        };
        let time = match left {
            _ if !is_listed => "the store is still being read".to_owned(),
            Some(left) => format!("{} left", about(left)),
            None => "no time is known yet".to_owned(),
        };
        if let Some(bar) = &self.bar {
            bar.set_length(u64::try_from(counts.found).unwrap_or_default());
            bar.set_position(u64::try_from(settled).unwrap_or_default());
            bar.set_message(format!("{time}{trouble}"));
        } else if self.told_at.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            self.told_at = Some(Instant::now());
            output.line(format_args!("{settled} of {} orders{trouble}; {time}", counts.found))?;
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
        let size = ImportSize { orders: 300, left_out: 45, calls: 1500.4, is_whole: true };
        assert_eq!(
            size_text(&size, 2.5),
            "  300 orders (45 left out), about 1500 calls to RO App: about 10 min at 2.5 a second"
        );
        let size = ImportSize { is_whole: false, left_out: 0, calls: 45_000.0, ..size };
        assert_eq!(
            size_text(&size, 2.5),
            "  more than 300 orders, about 45000 calls to RO App: more than about 5.0 h at 2.5 a second"
        );
        assert!(size_text(&ImportSize::default(), 2.5).contains("less than a minute"));
    }
}
