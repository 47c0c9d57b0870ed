//! Pages through orders although nothing is known about their sort order (contract cartum 4.2, unknowns 3 and 4).
//!
//! A pass continues until the store says `EMPTY`, sends no rows, or sends a page without a row that is new to the pass. It never
//! ends because a page is short, since a store may cap pages. Pages overlap by a few rows, so that a row that moves while orders
//! come and go is not skipped; a page that does not begin within the rows already seen may follow a gap. An answer that is too
//! large to accept, or that cannot be split into rows, is requested again in smaller pieces, down to one order: that order counts
//! as a row that cannot be read, and the walk continues after it. The same goes for a page for which the store fails while it
//! answers for other parts of the list, see `culprit.rs`. A walk of several pages is repeated until a pass without a gap brings
//! nothing new. If a pass saw fewer orders than the positions it went through, the list was reordered meanwhile: only narrower
//! windows bring all orders then.

use std::{collections::HashSet, time::Duration};

use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::{
    client::{Cartum, TooMuch},
    culprit::Place,
    error::CartumError,
    orders::{OrderFilter, OrderRow, PAGE},
};
use crate::domain::ids::OrderNumber;

/// How many rows of a page the next page repeats.
const OVERLAP: usize = 5;
/// Most passes over the pages.
const MAX_PASSES: u32 = 3;
/// Most pages in a pass: half a million orders.
const MAX_PAGES: u32 = 5_000;
/// After an answer that was too much, the next request asks for a quarter of the rows; after one that was not, for four times
/// as many.
const PIECES: usize = 4;
/// Most orders in one pass that are too much on their own; if there are more, the store itself is at fault.
const MOST_ALONE: u32 = 50;
/// Most orders in a row that do not show: before any order showed, and after one did. If there are more, the store itself is at
/// fault.
const MOST_UNSHOWN: [u32; 2] = [3, 20];
/// The longest that calls without an answer may take in one walk; beyond that, the store itself is at fault.
const PATIENCE: Duration = Duration::from_mins(10);
/// Most pieces without a row that is new to the pass: a few are rows that moved, more mean a store that ignores `offset`.
const MOST_IDLE: u32 = 10;

/// A walk over the orders of a filter, page by page.
#[derive(Debug)]
pub struct Walk<'a> {
    cartum: &'a Cartum,
    filter: OrderFilter,
    /// Rows that the caller already has.
    given: HashSet<RowKey>,
    pass: Pass,
    passes: u32,
    filter_ignored: bool,
    paging: Paging,
    largest_page: usize,
    /// How long the calls without an answer took in all.
    pub(super) failed_for: Duration,
    ended: bool,
}

/// How well a store pages through its orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paging {
    Fine,
    OffsetIgnored,
    Unsettled,
}

/// One pass over the pages.
#[derive(Debug, Default)]
struct Pass {
    seen: HashSet<RowKey>,
    offset: usize,
    pages: u32,
    /// Rows to request next.
    piece: Piece,
    /// Orders that were too much on their own; they count once something behind them can be read.
    alone: Vec<OrderRow>,
    /// How many of these there were so far.
    alone_so_far: u32,
    /// How many of these there were since the last row.
    alone_in_a_row: u32,
    /// Number of the order before the next position, if known, and of the last order that did show.
    last: Option<OrderNumber>,
    last_shown: Option<OrderNumber>,
    /// Pieces in a row without a new row.
    idle: u32,
    /// How many positions of the list the pass went through.
    reached: usize,
    /// Rows that were on one page twice.
    twins: usize,
    /// Pages with rows that were new to the pass.
    telling_pages: u32,
    /// The pass gave the caller something.
    gave: bool,
    /// The next page overlaps the rows seen so far.
    reaches_back: bool,
    /// A page did not begin with a row already seen: more rows disappeared than pages overlap, so some may have been skipped.
    torn: bool,
}

/// How many rows are requested at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece(usize);

impl Default for Piece {
    fn default() -> Self {
        Self(PAGE)
    }
}

impl Piece {
    fn is_whole(self) -> bool {
        self.0 >= PAGE
    }
}

/// What identifies a row: the order number, or else the whole row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum RowKey {
    Number(OrderNumber),
    Row([u8; 32]),
}

impl RowKey {
    fn of(row: &OrderRow) -> Self {
        row.number.map_or_else(|| Self::Row(Sha256::digest(&row.raw).into()), Self::Number)
    }
}

impl Pass {
    /// An answer in this pass was too much: its requests no longer overlap.
    fn is_in_pieces(&self) -> bool {
        self.alone_so_far > 0 || !self.piece.is_whole()
    }

    fn has(&self, number: OrderNumber) -> bool {
        self.seen.contains(&RowKey::Number(number)) || self.alone.iter().any(|row| row.number == Some(number))
    }

    fn too_much(&self) -> TooMuch {
        match self.piece.0 {
            1 => TooMuch::Again,
            _ if self.is_in_pieces() => TooMuch::Piece,
            _ => TooMuch::Less,
        }
    }

    /// Requests less from now on, and continues after a single order that was too much on its own. A store that shows the same
    /// order at the next position is itself at fault.
    fn take_less(&mut self, error: CartumError, alone: Option<OrderRow>) -> Result<(), CartumError> {
        if self.piece.0 > 1 {
            if self.piece.is_whole() && self.pages > 0 {
                // The rows that the page would have repeated were seen.
                (self.offset, self.reaches_back) = (self.reached, false);
            }
            self.piece.0 = (self.piece.0 / PIECES).max(1);
            return Ok(());
        }
        let Some(row) = alone else { return Err(error) };
        let is_known = self.alone.iter().any(|other| RowKey::of(other) == RowKey::of(&row));
        if is_known || self.alone_so_far >= MOST_ALONE {
            return Err(error);
        }
        self.last = row.number;
        self.alone.push(row);
        (self.alone_so_far, self.alone_in_a_row) = (self.alone_so_far + 1, self.alone_in_a_row + 1);
        self.offset += 1;
        self.reached = self.reached.max(self.offset);
        Ok(())
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(cartum: &'a Cartum, filter: OrderFilter) -> Self {
        Self {
            cartum,
            filter,
            given: HashSet::new(),
            pass: Pass::default(),
            passes: 1,
            filter_ignored: false,
            paging: Paging::Fine,
            largest_page: 0,
            failed_for: Duration::ZERO,
            ended: false,
        }
    }

    /// The rows of a page that this walk has not returned yet; `None` = the end. They may include rows outside the filter, see
    /// [`Walk::filter_ignored`].
    ///
    /// # Errors
    /// As [`CartumError`]; the next call requests the same page again.
    pub async fn next(&mut self) -> Result<Option<Vec<OrderRow>>, CartumError> {
        while !self.ended {
            let params = self.filter.params(self.pass.piece.0, self.pass.offset);
            let began = Instant::now();
            let rows = match self.cartum.order_rows(&params, self.pass.too_much()).await {
                Ok(rows) => rows,
                Err(error) => {
                    if error.may_be_of_one() {
                        self.failed_for += began.elapsed();
                    }
                    let (error, alone) = self.isolate(error).await?;
                    self.pass.take_less(error, alone)?;
                    continue;
                }
            };
            let mut fresh = self.take_alone();
            fresh.extend(self.take(rows)?);
            if !fresh.is_empty() {
                return Ok(Some(fresh));
            }
        }
        Ok(None)
    }

    /// Whether the store sent rows that the filter excludes: it does not know a parameter, or filters by something else.
    #[must_use]
    pub fn filter_ignored(&self) -> bool {
        self.filter_ignored
    }

    /// Whether the store repeated its first page in place of a later one: it may have more orders than it showed, and only a
    /// narrower filter would bring them.
    #[must_use]
    pub fn offset_ignored(&self) -> bool {
        self.paging == Paging::OffsetIgnored
    }

    /// Whether even the last pass missed some of the store's orders, or brought others: for more than one page of them, only a
    /// narrower filter would bring all.
    #[must_use]
    pub fn unsettled(&self) -> bool {
        self.paging == Paging::Unsettled
    }

    /// The most rows that came in one page.
    #[must_use]
    pub fn largest_page(&self) -> usize {
        self.largest_page
    }

    /// A row in place of the single order for which the call failed; `None` if the call asked for several orders.
    ///
    /// # Errors
    /// The error itself, if the requested orders are not its cause.
    async fn isolate(&self, error: CartumError) -> Result<(CartumError, Option<OrderRow>), CartumError> {
        let is_alone = self.pass.piece.0 == 1;
        let is_too_much = error.too_much().is_some();
        let alone = if is_alone { OrderRow::alone(&error, None) } else { None };
        if is_too_much && (!is_alone || alone.is_some()) {
            return Ok((error, alone));
        }
        // With odd quotes, a single order may show several numbers; or the store sends several orders in place of one.
        if (!error.may_be_of_one() && !is_too_much) || self.failed_for > PATIENCE {
            return Err(error);
        }
        if !is_alone && self.pass.is_in_pieces() {
            return Ok((error, None));
        }
        let Some(next) = self.cartum.beside(&self.filter, self.pass.offset).await else { return Err(error) };
        if !is_alone {
            return Ok((error, None));
        }
        let Pass { last: before, last_shown: shown, alone_in_a_row, .. } = self.pass;
        if next.is_none() && alone_in_a_row >= MOST_UNSHOWN[usize::from(shown.is_some())] {
            return Err(error);
        }
        // If the same request succeeds now, the failure was not about this order.
        if self.cartum.order_rows(&self.filter.params(1, self.pass.offset), TooMuch::Piece).await.is_ok() {
            return Err(error);
        }
        let place = Place { before, behind: next, shown, nth: alone_in_a_row + 1 };
        let taken = |number| self.pass.has(number);
        let row = self.cartum.unshown(place, taken, &error).await;
        Ok((error, Some(row)))
    }

    /// Orders that were too much on their own, as rows that cannot be read.
    fn take_alone(&mut self) -> Vec<OrderRow> {
        let mut fresh = std::mem::take(&mut self.pass.alone);
        fresh.retain(|row| self.pass.seen.insert(RowKey::of(row)) && self.given.insert(RowKey::of(row)));
        self.pass.telling_pages += u32::from(!fresh.is_empty());
        self.pass.gave |= !fresh.is_empty();
        fresh
    }

    /// Takes in a page: returns the rows that the caller has not seen, and moves on.
    fn take(&mut self, rows: Vec<OrderRow>) -> Result<Vec<OrderRow>, CartumError> {
        let received = rows.len();
        if let Some(last) = rows.last() {
            (self.pass.last, self.pass.last_shown) = (last.number, last.number);
            self.pass.alone_in_a_row = 0;
        }
        let continues = rows.first().is_some_and(|row| self.pass.seen.contains(&RowKey::of(row)));
        self.pass.torn |= self.pass.reaches_back && !continues;
        let mut new_to_pass = 0;
        let (mut fresh, mut of_page) = (Vec::new(), HashSet::new());
        for row in rows {
            let key = RowKey::of(&row);
            self.pass.twins += usize::from(!of_page.insert(key.clone()));
            if !self.pass.seen.insert(key.clone()) {
                continue;
            }
            new_to_pass += 1;
            self.filter_ignored |= !self.filter.allows(&row);
            if self.given.insert(key) {
                fresh.push(row);
            }
        }
        self.largest_page = self.largest_page.max(received);
        if received > 0 {
            self.pass.reached = self.pass.reached.max(self.pass.offset + received);
        }
        self.pass.pages += 1;
        self.pass.gave |= !fresh.is_empty();
        let in_pieces = self.pass.is_in_pieces();
        self.pass.idle = if new_to_pass == 0 { self.pass.idle + 1 } else { 0 };
        if new_to_pass == 0 && (received == 0 || !in_pieces || self.pass.idle > MOST_IDLE) {
            let is_same = received == self.pass.seen.len() || (in_pieces && received > 0);
            if self.pass.telling_pages == 1 && is_same {
                self.paging = Paging::OffsetIgnored;
            }
            self.end_pass();
            return Ok(fresh);
        }
        if self.pass.pages >= MAX_PAGES {
            self.ended = true;
            return Err(CartumError::Endless { host: self.cartum.host.clone(), pages: self.pass.pages });
        }
        self.pass.telling_pages += u32::from(new_to_pass > 0);
        // Pieces do not overlap, since a piece of a single row would then never move on.
        let step = if in_pieces { received } else { step(received) };
        self.pass.offset += step;
        self.pass.reaches_back = step < received;
        self.pass.piece.0 = (self.pass.piece.0 * PIECES).min(PAGE);
        Ok(fresh)
    }

    /// Begins another pass, unless this one shows that nothing is left.
    fn end_pass(&mut self) {
        let saw_all = !self.pass.torn && self.pass.seen.len() + self.pass.twins >= self.pass.reached;
        if self.offset_ignored() || (saw_all && (self.pass.telling_pages <= 1 || !self.pass.gave)) {
            self.ended = true;
        } else if self.passes >= MAX_PASSES {
            let host = &self.cartum.host;
            tracing::debug!(
                host,
                passes = self.passes,
                "the list of orders was still changing in the last pass over it"
            );
            (self.ended, self.paging) = (true, Paging::Unsettled);
        } else {
            self.passes += 1;
            self.pass = Pass::default();
        }
    }
}

/// How far ahead the next page starts: always ahead, never by a whole page.
fn step(received: usize) -> usize {
    received - OVERLAP.min(received / 2)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::{
        cartum::{Options, decode_order},
        http::Http,
        secrets::Secret,
    };

    proptest! {
        #[test]
        fn a_step_goes_on_and_reaches_back(received in 1_usize..=1_000) {
            prop_assert!(step(received) > 0);
            prop_assert!(received == 1 || step(received) < received);
        }
    }

    /// What happens to the list between two pages.
    #[derive(Debug, Clone)]
    enum Change {
        /// A row is inserted at this position.
        Insert(prop::sample::Index),
        /// This many rows disappear from this position on.
        Remove(prop::sample::Index, usize),
        /// A row moves to the top, as in a list sorted by the last change.
        Lift(prop::sample::Index),
    }

    fn changes() -> impl Strategy<Value = Vec<Change>> {
        let place = any::<prop::sample::Index>;
        let change = prop_oneof![
            3 => place().prop_map(Change::Insert),
            2 => (place(), 1..15_usize).prop_map(|(place, count)| Change::Remove(place, count)),
            1 => place().prop_map(Change::Lift),
        ];
        prop::collection::vec(change, 0..4)
    }

    /// A list, and those of its rows that kept their order all the time.
    struct Shelf {
        rows: Vec<i64>,
        steady: HashSet<i64>,
        next: i64,
    }

    impl Shelf {
        fn new(length: i64) -> Self {
            Self { rows: (0..length).collect(), steady: (0..length).collect(), next: length }
        }

        fn change(&mut self, change: &Change) {
            match change {
                Change::Insert(place) => {
                    self.rows.insert(place.index(self.rows.len() + 1), self.next);
                    self.next += 1;
                }
                Change::Remove(place, count) if !self.rows.is_empty() => {
                    let from = place.index(self.rows.len());
                    for row in self.rows.drain(from..(from + count).min(self.rows.len())) {
                        self.steady.remove(&row);
                    }
                }
                Change::Lift(place) if !self.rows.is_empty() => {
                    let row = self.rows.remove(place.index(self.rows.len()));
                    self.steady.remove(&row);
                    self.rows.insert(0, row);
                }
                Change::Remove(..) | Change::Lift(_) => {}
            }
        }
    }

    proptest! {
        #[test]
        fn every_row_that_stays_is_given_once_or_the_walk_says_that_it_is_unsettled(
            length in 0..150_i64,
            cap in 2..=100_usize,
            between in prop::collection::vec(changes(), 0..200),
        ) {
            let mut shelf = Shelf::new(length);
            let mut walk = shop().walk(OrderFilter::default());
            let mut given = Vec::new();
            let mut between = between.iter();
            while !walk.ended {
                let page = shelf.rows.iter().skip(walk.pass.offset).take(cap).map(|number| row(*number)).collect();
                given.extend(walk.take(page).unwrap().iter().filter_map(|row| Some(row.number?.get())));
                for change in between.next().into_iter().flatten() {
                    shelf.change(change);
                }
            }
            let distinct: HashSet<_> = given.iter().copied().collect();
            prop_assert_eq!(distinct.len(), given.len());
            let lost: Vec<_> = shelf.steady.difference(&distinct).collect();
            prop_assert!(lost.is_empty() || walk.unsettled() || walk.offset_ignored(), "lost {:?}", lost);
        }

        #[test]
        fn a_list_that_stands_still_is_given_whole_and_settled(length in 0..400_i64, cap in 1..=100_usize) {
            let mut walk = shop().walk(OrderFilter::default());
            let mut given = Vec::new();
            while !walk.ended {
                let offset = i64::try_from(walk.pass.offset).unwrap();
                let page = (offset..length).take(cap).map(row).collect();
                given.extend(walk.take(page).unwrap().iter().filter_map(|row| Some(row.number?.get())));
            }
            prop_assert_eq!(given, (0..length).collect::<Vec<_>>());
            prop_assert!(!walk.unsettled() && !walk.offset_ignored());
        }
    }

    /// One for all cases, because making a client is slow.
    fn shop() -> &'static Cartum {
        static SHOP: LazyLock<Cartum> = LazyLock::new(|| {
            let options = Options { request_timeout: Duration::ZERO, min_gap: Duration::ZERO };
            let (site, password) = ("http://shop.example.com".parse().unwrap(), Secret::new(String::new()));
            Cartum::new(Http::new(true).unwrap(), site, String::new(), password, options)
        });
        &SHOP
    }

    fn row(number: i64) -> OrderRow {
        let (number, order) = (Some(OrderNumber::new(number)), decode_order(&Value::Null, chrono_tz::Tz::UTC));
        OrderRow { number, placed_at: None, status: None, raw: "null".to_owned(), order }
    }

    #[test]
    fn a_list_without_an_end_is_an_error_and_not_the_end() {
        let mut walk = shop().walk(OrderFilter::default());
        let mut row = |number: i64| walk.take(vec![row(number)]);
        for number in 1..i64::from(MAX_PAGES) {
            assert_eq!(row(number).unwrap().len(), 1);
        }
        assert!(matches!(row(0), Err(CartumError::Endless { pages: MAX_PAGES, .. })));
    }
}
