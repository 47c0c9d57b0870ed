//! `order resolve`: a person's decisions about orders, one by one; the daemon carries them out.

use anyhow::bail;
use clap::Args;
use sqlx::PgPool;

use super::{Context, Told, ask::tell_what_happened, confirm};
use crate::{
    admin::{AdminError, Decided, Decision, Identity, Store, decide, find_store, undecided},
    domain::{ids::OrderNumber, plan::Keep, said::Said},
};

/// How many numbers a question lists.
const LISTED: usize = 50;

/// What a person decides about orders
#[derive(Debug, Args)]
pub(super) struct Resolve {
    /// Name of the store
    store: String,
    #[command(flatten)]
    which: Which,
    /// Which side wins: `store` writes the listed differences to RO App, except for closed work orders and written-off goods;
    /// `roapp` keeps RO App as it is, and restores the status that staff had set if the store had won
    #[arg(long, value_name = "store|roapp", value_parser = read_keep, required_unless_present_any = ["same", "new"])]
    keep: Option<Keep>,
    /// The order is the same as before, or the work order with its marker belongs to it: link it
    #[arg(long, conflicts_with_all = ["keep", "new"])]
    same: bool,
    /// The order is another one: leave the old work order alone and create a new one
    #[arg(long, conflicts_with = "keep")]
    new: bool,
    /// Wait until the daemon has carried out the decision, then print what it did
    #[arg(long)]
    wait: bool,
}

/// About which orders
#[derive(Debug, Args)]
struct Which {
    /// The store's order numbers
    #[arg(value_name = "NUMBER", required_unless_present = "all")]
    numbers: Vec<i64>,
    /// With --same or --new: every order of the store that waits for this decision
    #[arg(long, conflicts_with_all = ["numbers", "keep"])]
    all: bool,
    /// Skip the confirmation prompt
    #[arg(long, requires = "all")]
    yes: bool,
}

impl Resolve {
    fn decision(&self) -> Decision {
        match self.keep {
            Some(keep) => Decision::Keep(keep),
            None if self.same => Decision::Identity(Identity::Same),
            None => Decision::Identity(Identity::New),
        }
    }
}

fn read_keep(word: &str) -> Result<Keep, String> {
    Keep::read(word).ok_or_else(|| "write store or roapp".to_owned())
}

/// `order resolve`: each order by itself.
pub(super) async fn resolve(command: &Resolve, context: &Context, pool: &PgPool) -> anyhow::Result<()> {
    let store = find_store(pool, &command.store).await?;
    let numbers = if command.which.all {
        every_undecided(command, pool, &store).await?
    } else {
        command.which.numbers.iter().copied().map(OrderNumber::new).collect()
    };
    if numbers.is_empty() {
        context.output.line("no order waits for this decision; nothing changed")?;
        return Ok(());
    }
    let decided = decide(pool, &store, &numbers, command.decision()).await?;
    if !decided.settled.is_empty() {
        tell_decided(command, context, pool, &store, &decided).await?;
    }
    not_decided(decided.left, numbers.len())
}

/// Every order that waits for a person to say which it is, once a person agreed.
async fn every_undecided(command: &Resolve, pool: &PgPool, store: &Store) -> anyhow::Result<Vec<OrderNumber>> {
    let numbers = undecided(pool, store).await?;
    let listed = numbers.iter().take(LISTED).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let more = numbers.len().checked_sub(LISTED).filter(|more| *more > 0);
    let listed = listed + &more.map_or_else(String::new, |more| format!(" and {more} more"));
    let (count, what) = (
        numbers.len(),
        if command.same {
            "the same as before, and update their work orders"
        } else {
            "new ones, and create new work orders"
        },
    );
    let question = format!("{count} orders wait for this decision: {listed}. Treat them all as {what}?");
    if !numbers.is_empty() && !confirm(&question, command.which.yes)? {
        bail!("nothing changed");
    }
    Ok(numbers)
}

/// What is settled now; with `--wait` what came of it.
async fn tell_decided(
    command: &Resolve,
    context: &Context,
    pool: &PgPool,
    store: &Store,
    decided: &Decided,
) -> anyhow::Result<()> {
    if command.wait {
        context.tell_without_daemon(pool).await?;
        return tell_what_happened(context, pool, store, decided.at).await;
    }
    let asked = |number| format!("queued: the daemon will settle order {number} next");
    context.output.lines(decided.settled.iter().map(asked))?;
    context.tell_without_daemon(pool).await
}

/// The orders that stay as they are, where there are some.
fn not_decided(mut left: Vec<(OrderNumber, Said)>, of: usize) -> anyhow::Result<()> {
    if of == 1 {
        return left.pop().map_or(Ok(()), |(_, why)| Err(AdminError::Refused(why).into()));
    }
    if left.is_empty() {
        return Ok(());
    }
    let head = format!("{} of {of} orders were left undecided:", left.len());
    Err(Told { head, rows: left.iter().map(|(_, why)| why.to_string()).collect() }.into())
}
