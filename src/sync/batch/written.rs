//! Orders of which everything is written: up to 40 at a time are compared with what RO App shows, with one list call.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use tracing::Instrument;

use super::one::{end, give_up};
use crate::{
    domain::said::Said,
    lifecycle::{Panicked, contain},
    sync::{
        account::{Account, marks::Sight, observe::Source, searched_from},
        order::Order,
        outcome::Halt,
    },
};

/// Orders that are verified together: with those that are on their way they fill a page of RO App's list.
pub(super) const TOGETHER: usize = 40;
/// How long an order waits to be verified with others while nothing else can be begun: less would mean more list calls for an import.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How long an order waits to be verified at most, whatever else can be begun: who watches an import sees it go on.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// An order of which everything is written.
pub(super) struct Written {
    pub(super) order: Order,
    /// Somebody waits for it: it is no order of a first import.
    pub(super) is_live: bool,
    /// Nothing of it was written before.
    pub(super) began: DateTime<Utc>,
}

/// Orders that wait to be verified, the first written one first.
#[derive(Default)]
pub(super) struct Waiting(Vec<(Written, Instant)>);

impl Waiting {
    pub(super) fn push(&mut self, written: Written) {
        self.0.push((written, Instant::now()));
    }

    /// They are verified without waiting for others.
    pub(super) fn are_enough(&self) -> bool {
        let is_late = self.since().is_some_and(|since| since.elapsed() > LONGEST_WAIT);
        is_late || self.0.len() >= TOGETHER || self.0.iter().any(|(written, _)| written.is_live)
    }

    /// Since when the first one waits; `None` where there is none.
    pub(super) fn since(&self) -> Option<Instant> {
        self.0.first().map(|(_, since)| *since)
    }

    /// Those that are verified now.
    pub(super) fn take(&mut self) -> Vec<Written> {
        let together = self.0.len().min(TOGETHER);
        self.0.drain(..together).map(|(written, _)| written).collect()
    }
}

/// Compares what was written with what RO App shows. A panic over all of them together is narrowed down to the order that causes it.
pub(super) async fn verify(account: &Account<'_>, written: Vec<Written>) -> Result<(), Halt> {
    let Some(began) = written.iter().map(|written| written.began).min() else { return Ok(()) };
    let mut orders: Vec<_> = written.into_iter().map(|written| written.order).collect();
    if let Ok(done) = contain(verify_together(account, &mut orders, began)).await {
        return done;
    }
    for order in orders {
        let turn = order.work.turn();
        match contain(verify_together(account, &mut vec![order], began)).await {
            Ok(done) => done?,
            Err(Panicked) => give_up(account, turn, &Said::from(Panicked)).await?,
        }
    }
    Ok(())
}

/// Compares what was written since `began` with what RO App shows.
async fn verify_together(account: &Account<'_>, orders: &mut Vec<Order>, began: DateTime<Utc>) -> Result<(), Halt> {
    let wanted: Vec<_> = orders.iter().filter_map(|order| order.work.work_order).collect();
    let roapp = account.roapp()?;
    let heads = roapp.orders_lately_modified(searched_from(began), &wanted).await.map_err(Halt::of)?;
    account.note_markers(&heads, Sight::Change).await?;
    account.add_to_look(&heads);
    // Of the others some are on their way: what is on record of them is older than what the list shows.
    let ours: Vec<_> = heads.iter().filter(|head| wanted.contains(&head.id)).cloned().collect();
    for order in &mut *orders {
        if let Some(head) = ours.iter().find(|head| Some(head.id) == order.work.work_order) {
            order.take_shown(account, head).await?;
        }
    }
    account.observe(&ours, Source::Verify).await?;
    let mut heads: BTreeMap<_, _> = heads.into_iter().map(|head| (head.id, head)).collect();
    // What is left when one panics is verified one by one.
    while !orders.is_empty() {
        let mut order = orders.remove(0);
        let span = order.span();
        let head = order.work.work_order.and_then(|id| heads.remove(&id));
        match contain(order.verify(&account.counted_by(&order.calls), head).instrument(span.clone())).await {
            Ok(Ok(())) => {}
            Ok(Err(outcome)) => drop(end(account, &order, outcome).instrument(span).await?),
            Err(Panicked) => give_up(account, order.work.turn(), &Said::from(Panicked)).await?,
        }
    }
    Ok(())
}
