//! Lists and single records in all their envelopes (contract roapp 2), and paging through lists (contract roapp 2.1).

use std::collections::{HashMap, HashSet, hash_map::Entry};

use super::{
    RoApp,
    call::Call,
    error::RoAppError,
    page::{self, Odd, Page, Read},
    row::Row,
};
use crate::json;

/// Most pages of a list: 50,000 rows at RO App's 50 a page.
const MAX_PAGES: u64 = 1_000;
/// Most passes over the pages of a list that changes meanwhile.
const MAX_PASSES: u32 = 3;

/// The rows of a list while its pages are read. If a row comes twice, the later reading counts.
///
/// Rows shift while pages are read (contract roapp 2.1). A row that moves to the end because somebody changed it, or that
/// disappears, pulls the first row of the next page onto a page that was read already. For example, with 50 rows a page, if row
/// 3 disappears after page 1 was read, row 51 moves to page 1 and page 2 begins with row 52. So a pass is repeated if it saw
/// fewer rows than the list has, or saw the list shrink.
#[derive(Debug)]
struct Gathered<T> {
    found: Vec<T>,
    places: HashMap<i64, usize>,
    pass: Pass,
    passes: u32,
    /// The page to read next, from 1; `None` at the end.
    next: Option<u64>,
    /// Even the last pass may have missed rows.
    unsettled: bool,
}

/// One pass over the pages.
#[derive(Debug, Default)]
struct Pass {
    seen: HashSet<i64>,
    /// How many rows were found before this pass.
    began_with: usize,
    /// How many rows the whole list has, once it says so.
    total: Option<u64>,
    shrank: bool,
    /// Rows that cannot be read.
    passed_over: u64,
}

impl Pass {
    /// Notes the count that came with a page. A count that equals the page's own rows says nothing about the whole list.
    fn note_count(&mut self, received: u64, count: Option<u64>) {
        let Some(count) = count.filter(|count| *count > received || self.total.is_some()) else { return };
        self.shrank |= self.total.is_some_and(|before| count < before);
        self.total = Some(count);
    }

    fn saw_all(&self) -> bool {
        let seen = u64::try_from(self.seen.len()).unwrap_or(u64::MAX);
        !self.shrank && self.total.is_none_or(|total| seen.saturating_add(self.passed_over) >= total)
    }
}

impl<T> Gathered<T> {
    fn new() -> Self {
        let (found, places) = (Vec::new(), HashMap::new());
        Self { found, places, pass: Pass::default(), passes: 1, next: Some(1), unsettled: false }
    }

    /// Takes in the rows of page `page` and decides which page is next. If the list does not say how many pages it has, a page
    /// with nothing new is the last.
    fn take(&mut self, page: u64, shown: Page<(i64, T)>) {
        let Page { rows, total_pages, count, passed_over } = shown;
        self.pass.passed_over += passed_over;
        let (received, known) = (u64::try_from(rows.len()).unwrap_or(u64::MAX), self.pass.seen.len());
        let received = received.saturating_add(passed_over);
        for (id, value) in rows {
            self.pass.seen.insert(id);
            match self.places.entry(id) {
                Entry::Occupied(place) => self.found[*place.get()] = value,
                Entry::Vacant(place) => {
                    place.insert(self.found.len());
                    self.found.push(value);
                }
            }
        }
        self.pass.note_count(received, count);
        let is_last = total_pages.map_or(self.pass.seen.len() == known, |total| page >= total);
        let settled = page == 1 || self.pass.saw_all();
        self.next = match (is_last, settled) {
            (false, _) => Some(page + 1),
            // A repeated pass with nothing new is the last one: the count may mean something else.
            (true, false)
                if self.passes == 1 || (self.passes < MAX_PASSES && self.found.len() > self.pass.began_with) =>
            {
                self.passes += 1;
                self.pass = Pass { began_with: self.found.len(), ..Pass::default() };
                Some(1)
            }
            (true, settled) => {
                self.unsettled = !settled;
                None
            }
        };
    }
}

impl RoApp {
    /// All rows of a list without pages; each row counts.
    pub(super) async fn rows<T: Send + 'static>(&self, call: &Call, read: impl Read<T>) -> Result<Vec<T>, RoAppError> {
        Ok(self.page(call, 1, Odd::Refuse, read).await?.rows)
    }

    /// All rows of a list of choices without pages; rows that cannot be read are left out.
    pub(super) async fn choices<T: Send + 'static>(
        &self,
        call: &Call,
        read: impl Read<T>,
    ) -> Result<Vec<T>, RoAppError> {
        Ok(self.page(call, 1, Odd::PassOver, read).await?.rows)
    }

    /// All rows of all pages, see [`Gathered`]. A row that is missing here does not exist, except for rows that cannot be read.
    pub(super) async fn pages<T: Send + 'static>(&self, call: Call, read: impl Read<T>) -> Result<Vec<T>, RoAppError> {
        Ok(self.gather(call, Odd::PassOverUnmarked, read, |_| false).await?.found)
    }

    /// All rows of all pages, or fewer if `enough` accepts what has come; and whether these are certainly all that can be read.
    pub(super) async fn pages_settled<T: Send + 'static>(
        &self,
        call: Call,
        read: impl Read<T>,
        enough: impl Fn(&[T]) -> bool,
    ) -> Result<(Vec<T>, bool), RoAppError> {
        let gathered = self.gather(call, Odd::PassOver, read, enough).await?;
        Ok((gathered.found, !gathered.unsettled))
    }

    /// The rows of as many pages as it takes until `enough` accepts them. When all pages were read, a missing row does not
    /// exist, as in [`Self::pages`].
    pub(super) async fn pages_until<T: Send + 'static>(
        &self,
        call: Call,
        read: impl Read<T>,
        enough: impl Fn(&[T]) -> bool,
    ) -> Result<Vec<T>, RoAppError> {
        Ok(self.gather(call, Odd::PassOverUnmarked, read, enough).await?.found)
    }

    async fn gather<T: Send + 'static>(
        &self,
        call: Call,
        odd: Odd,
        read: impl Read<T>,
        enough: impl Fn(&[T]) -> bool,
    ) -> Result<Gathered<T>, RoAppError> {
        let mut gathered = Gathered::new();
        let with_id = move |row: &Row<'_>| Ok((row.raw_id()?, read(row)?));
        while let Some(number) = gathered.next {
            if number > MAX_PAGES {
                return Err(RoAppError::Endless { call: call.name, pages: MAX_PAGES });
            }
            let page = self.page(&call, number, odd, with_id).await?;
            gathered.take(number, page);
            if enough(&gathered.found) {
                break;
            }
        }
        if gathered.unsettled {
            tracing::debug!(call = %call.name, "the list was still changing in the last pass over its pages");
        }
        Ok(gathered)
    }

    /// One page of a list, counted from 1, and how many pages there are, if RO App says so.
    pub(super) async fn one_page<T: Send + 'static>(
        &self,
        call: &Call,
        number: u64,
        read: impl Read<T>,
    ) -> Result<(Vec<T>, Option<u64>), RoAppError> {
        let page = self.page(call, number, Odd::PassOverUnmarked, read).await?;
        Ok((page.rows, page.total_pages))
    }

    async fn page<T: Send + 'static>(
        &self,
        call: &Call,
        number: u64,
        odd: Odd,
        read: impl Read<T>,
    ) -> Result<Page<T>, RoAppError> {
        let answer = match self.send(&call.page(number)).await {
            // A page after the last may be 404 rather than empty (contract roapp 2.1).
            Err(error) if error.is_past_the_end(number) => return Ok(Page::end(number)),
            answer => answer?,
        };
        let (name, size) = (call.name, answer.body.len());
        json::off_runtime(size, move || page::page(name, &answer, odd, read)).await
    }

    /// One record, bare or under `data`.
    pub(super) async fn one<T: Send + 'static>(&self, call: Call, read: impl Read<T>) -> Result<T, RoAppError> {
        let (name, answer) = (call.name, self.send(&call).await?);
        let size = answer.body.len();
        json::off_runtime(size, move || page::record(name, &answer, read)).await
    }

    /// One record by its id; `None` if RO App has no such record.
    pub(super) async fn maybe<T: Send + 'static>(
        &self,
        call: Call,
        read: impl Read<T>,
    ) -> Result<Option<T>, RoAppError> {
        match self.one(call, read).await {
            Ok(record) => Ok(Some(record)),
            Err(RoAppError::Missing { status: 404 | 410, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What happens to the list between two pages. Inserts and removals do not come together: then neither the count nor the
    /// rows show that rows are gone.
    #[derive(Debug, Clone)]
    enum Change {
        /// A row is inserted.
        Insert(prop::sample::Index),
        /// A row moves, as in a list sorted by the last change.
        Move(prop::sample::Index, prop::sample::Index),
        /// Rows disappear.
        Remove(prop::sample::Index, usize),
    }

    fn changes() -> impl Strategy<Value = Vec<Change>> {
        let place = any::<prop::sample::Index>;
        let moves = prop_oneof![
            place().prop_map(Change::Insert),
            (place(), place()).prop_map(|(from, to)| Change::Move(from, to)),
        ];
        let removes = (place(), 1..9_usize).prop_map(|(from, count)| vec![Change::Remove(from, count)]);
        prop_oneof![3 => prop::collection::vec(moves, 0..4), 1 => removes]
    }

    /// Makes the change, and notes which rows did not keep their place.
    fn apply(change: &Change, list: &mut Vec<i64>, unsteady: &mut HashSet<i64>, next: &mut i64) {
        match change {
            Change::Insert(place) => {
                list.insert(place.index(list.len() + 1), *next);
                unsteady.insert(*next);
                *next += 1;
            }
            Change::Move(from, to) if !list.is_empty() => {
                let row = list.remove(from.index(list.len()));
                list.insert(to.index(list.len() + 1), row);
                unsteady.insert(row);
            }
            Change::Remove(from, count) if !list.is_empty() => {
                let from = from.index(list.len());
                unsteady.extend(list.drain(from..(from + count).min(list.len())));
            }
            Change::Move(..) | Change::Remove(..) => {}
        }
    }

    proptest! {
        #[test]
        fn every_row_that_stays_is_found_once_or_the_list_is_unsettled(
            length in 0..60_i64,
            size in 1..20_usize,
            says_pages: bool,
            between in prop::collection::vec(changes(), 0..120),
        ) {
            let (mut list, mut unsteady, mut next) = ((0..length).collect::<Vec<_>>(), HashSet::new(), length);
            let (mut gathered, mut between) = (Gathered::new(), between.iter());
            while let Some(page) = gathered.next {
                let skipped = usize::try_from(page - 1).unwrap_or_default() * size;
                let rows = list.iter().skip(skipped).take(size).map(|id| (*id, *id)).collect();
                let total_pages = u64::try_from(list.len().div_ceil(size).max(1)).ok().filter(|_| says_pages);
                gathered.take(page, Page { rows, total_pages, count: u64::try_from(list.len()).ok(), passed_over: 0 });
                for change in between.next().into_iter().flatten() {
                    apply(change, &mut list, &mut unsteady, &mut next);
                }
            }
            let found: HashSet<_> = gathered.found.iter().copied().collect();
            prop_assert_eq!(found.len(), gathered.found.len());
            let lost: Vec<_> = (0..length).filter(|row| !unsteady.contains(row) && !found.contains(row)).collect();
            prop_assert!(lost.is_empty() || gathered.unsettled, "lost {:?}", lost);
        }

        #[test]
        fn a_list_that_stands_still_takes_one_pass(length in 0..90_i64, size in 1..20_usize, of_the_page: bool) {
            let mut gathered = Gathered::new();
            while let Some(page) = gathered.next {
                let skipped = usize::try_from(page - 1).unwrap_or_default() * size;
                let rows: Vec<_> = (0..length).skip(skipped).take(size).map(|id| (id, id)).collect();
                let count = if of_the_page { rows.len() } else { usize::try_from(length).unwrap_or_default() };
                gathered.take(page, Page { rows, total_pages: None, count: u64::try_from(count).ok(), passed_over: 0 });
            }
            prop_assert_eq!(gathered.found, (0..length).collect::<Vec<_>>());
            prop_assert!(!gathered.unsettled && gathered.passes == 1);
        }
    }
}
