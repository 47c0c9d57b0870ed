//! Work orders that may stand for one of the orders already.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::{ImportError, MOST_PAGES, Sides, orders::OrderMet};
use crate::{
    db::work_orders,
    domain::{
        double::{self, Candidate, PossibleDouble},
        ids::{OrderNumber, WorkOrderId},
        marker::Marker,
        remote::Head,
        scope,
    },
};

/// How long before the window a work order may have been made for an order of it: clocks and zones differ.
const BEFORE: TimeDelta = TimeDelta::days(1);

/// Work orders of rows that were not found this time, which are read to find out whether they are gone; at most.
const MOST_READ: usize = 200;

/// What was found.
pub(super) struct Found {
    pub(super) doubles: Vec<PossibleDouble>,
    /// Orders whose candidates are all gone in RO App.
    pub(super) gone: Vec<OrderNumber>,
    /// Work orders that are not ours.
    pub(super) strange: u64,
    /// All were looked at.
    pub(super) is_whole: bool,
}

/// Compares the orders with the work orders that were made since the window began; `known` was found before.
pub(super) async fn find(
    sides: &Sides<'_>,
    orders: &[OrderMet],
    known: &[PossibleDouble],
) -> Result<Found, ImportError> {
    let search = Search::of(orders, &sides.store.settings.phone_region);
    let (mut candidates, mut strange) = (BTreeMap::<usize, Vec<Candidate>>::new(), BTreeSet::new());
    let mut walk = Walk::of(sides);
    while let Some(heads) = walk.next().await? {
        let heads = not_ours(sides, heads).await?;
        for head in heads.iter().filter(|head| strange.insert(head.id)) {
            for (nth, candidate) in search.candidates(head) {
                candidates.entry(nth).or_default().push(candidate);
            }
        }
    }
    let double = |(nth, candidates): (usize, Vec<Candidate>)| {
        let OrderMet { sought, placed_at, is_wanted, .. } = &orders[nth];
        PossibleDouble {
            number: sought.number,
            placed_at: *placed_at,
            total: sought.total,
            candidates,
            is_wanted: *is_wanted,
            choice: None,
            is_settled: false,
        }
    };
    let doubles: Vec<_> = candidates.into_iter().map(double).collect();
    let gone = gone(sides, known, &doubles).await?;
    let strange = u64::try_from(strange.len()).unwrap_or(u64::MAX);
    Ok(Found { doubles, gone, strange, is_whole: walk.is_whole })
}

/// Of the orders that were found before and not this time, those whose work orders RO App does not have any more. Staff may have changed
/// what the others were found by: these stay.
async fn gone(
    sides: &Sides<'_>,
    known: &[PossibleDouble],
    found: &[PossibleDouble],
) -> Result<Vec<OrderNumber>, ImportError> {
    let is_found = |number: OrderNumber| found.iter().any(|double| double.number == number);
    let (mut gone, mut reads) = (Vec::new(), 0);
    for double in known.iter().filter(|double| !double.is_settled && !is_found(double.number)) {
        let mut is_gone = true;
        for candidate in &double.candidates {
            reads += 1;
            is_gone = is_gone && reads <= MOST_READ && sides.roapp.order(candidate.id).await?.is_none();
        }
        if is_gone {
            gone.push(double.number);
        }
    }
    Ok(gone)
}

/// Goes through RO App's work orders, newest first, back to those of before the window.
struct Walk<'a> {
    sides: &'a Sides<'a>,
    from: DateTime<Utc>,
    page: u64,
    seen: BTreeSet<WorkOrderId>,
    is_over: bool,
    is_whole: bool,
}

impl<'a> Walk<'a> {
    fn of(sides: &'a Sides<'a>) -> Self {
        let from = scope::to_utc(sides.window.from, sides.store.settings.time_zone) - BEFORE;
        Self { sides, from, page: 0, seen: BTreeSet::new(), is_over: false, is_whole: true }
    }

    /// The next page, without rows that came before or are too early.
    async fn next(&mut self) -> Result<Option<Vec<Head>>, ImportError> {
        if self.is_over {
            return Ok(None);
        }
        self.page += 1;
        let (mut heads, pages) = self.sides.roapp.orders_made_lately(self.from, self.page).await?;
        self.sides.did(self.page, pages);
        let is_early = |head: &Head| head.created_at.is_some_and(|at| at < self.from);
        // Sorted as asked, whatever follows an early one is early, too.
        let is_sorted = heads.is_sorted_by(|one, next| one.id >= next.id);
        let is_behind = is_sorted && heads.last().is_some_and(is_early);
        let before = self.seen.len();
        self.seen.extend(heads.iter().map(|head| head.id));
        let is_last = pages.map_or(self.seen.len() == before, |pages| self.page >= pages);
        self.is_over = is_behind || is_last || heads.is_empty();
        if !self.is_over && self.page >= MOST_PAGES {
            (self.is_over, self.is_whole) = (true, false);
        }
        heads.retain(|head| !is_early(head));
        Ok(Some(heads))
    }
}

/// Those that carry no marker of ours and are not linked.
async fn not_ours(sides: &Sides<'_>, heads: Vec<Head>) -> Result<Vec<Head>, ImportError> {
    let ids: Vec<_> = heads.iter().map(|head| head.id).collect();
    let linked = work_orders::linked_of(sides.pool, sides.account.id, &ids).await?;
    let is_strange = |head: &Head| !linked.contains(&head.id) && Marker::find_all(&head.manager_notes).is_empty();
    Ok(heads.into_iter().filter(is_strange).collect())
}

/// The orders by what a work order may show of them.
struct Search<'a> {
    orders: &'a [OrderMet],
    region: &'a str,
    by_number: HashMap<i64, usize>,
    by_total: HashMap<Decimal, Vec<usize>>,
}

impl<'a> Search<'a> {
    fn of(orders: &'a [OrderMet], region: &'a str) -> Self {
        let by_number = orders.iter().enumerate().map(|(nth, order)| (order.sought.number.get(), nth)).collect();
        let mut by_total: HashMap<_, Vec<_>> = HashMap::new();
        for (nth, order) in orders.iter().enumerate() {
            by_total.entry(order.sought.total.normalize()).or_default().push(nth);
        }
        Self { orders, region, by_number, by_total }
    }

    /// The orders that this work order may stand for.
    fn candidates(&self, head: &Head) -> impl Iterator<Item = (usize, Candidate)> {
        let named = double::numbers_in(head).into_iter().filter_map(|number| self.by_number.get(&number));
        let of_total = head.total.and_then(|total| self.by_total.get(&total.normalize())).into_iter().flatten();
        let orders: BTreeSet<_> = named.chain(of_total).copied().collect();
        let candidate = |nth: usize| {
            let signs = double::signs(&self.orders[nth].sought, head, self.region);
            let Head { id, number, created_at, total, .. } = head;
            let candidate = Candidate { id: *id, number: number.clone(), made_at: *created_at, total: *total, signs };
            (!candidate.signs.is_empty()).then_some((nth, candidate))
        };
        orders.into_iter().filter_map(candidate).collect::<Vec<_>>().into_iter()
    }
}
