//! Work orders that may stand for one of the orders already.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::TimeDelta;
use rust_decimal::Decimal;

use super::{ImportError, MOST_PAGES, Sides, orders::OrderMet};
use crate::{
    db::work_orders,
    domain::{
        double::{self, Candidate, PossibleDouble},
        marker::Marker,
        remote::Head,
        scope,
    },
};

/// How long before the window a work order may have been made for an order of it: clocks and zones differ.
const BEFORE: TimeDelta = TimeDelta::days(1);

/// What was found.
pub(super) struct Found {
    pub(super) doubles: Vec<PossibleDouble>,
    /// Work orders that are not ours.
    pub(super) strange: u64,
    /// All were looked at.
    pub(super) is_whole: bool,
}

/// Compares the orders with the work orders that were made since the window began.
pub(super) async fn find(sides: &Sides<'_>, orders: &[OrderMet]) -> Result<Found, ImportError> {
    let Sides { store, window, roapp, .. } = sides;
    let from = scope::to_utc(window.from, store.settings.time_zone) - BEFORE;
    let search = Search::of(orders, &store.settings.phone_region);
    let (mut candidates, mut strange) = (BTreeMap::<usize, Vec<Candidate>>::new(), BTreeSet::new());
    let (mut page, mut is_whole) = (1, true);
    while !orders.is_empty() {
        let (heads, pages) = roapp.orders_made_since(from, page).await?;
        sides.did(page, pages);
        let heads = not_ours(sides, heads).await?;
        let is_new = heads.iter().any(|head| !strange.contains(&head.id));
        for head in heads.iter().filter(|head| strange.insert(head.id)) {
            for (nth, candidate) in search.candidates(head) {
                candidates.entry(nth).or_default().push(candidate);
            }
        }
        if pages.map_or(!is_new, |pages| page >= pages) {
            break;
        }
        if page >= MOST_PAGES {
            is_whole = false;
            break;
        }
        page += 1;
    }
    let double = |(nth, candidates): (usize, Vec<Candidate>)| {
        let OrderMet { sought, placed_at, .. } = &orders[nth];
        let (number, placed_at, total) = (sought.number, *placed_at, sought.total);
        PossibleDouble { number, placed_at, total, candidates, choice: None, is_settled: false }
    };
    let doubles = candidates.into_iter().map(double).collect();
    Ok(Found { doubles, strange: u64::try_from(strange.len()).unwrap_or(u64::MAX), is_whole })
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
