//! What a history did, and so what is to be expected: who changed which part of an order, and what staff left.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use cartum_roapp::{
    domain::plan::{self, Keep},
    sandbox::{
        roapp::{Item, Order, Person},
        seed::ShopOrder,
    },
};

use super::maps::Maps;

/// Everything that was done in a history.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// By store order number.
    pub(super) orders: BTreeMap<i64, Known>,
    /// Work orders of staff's own, as they left them.
    pub(super) walk_ins: Vec<Order>,
    /// People of RO App as staff left them.
    pub(super) people: BTreeMap<i64, Person>,
    /// Original articles of products that staff renamed.
    pub(super) renamed: BTreeMap<i64, String>,
    /// Comments may be lost: calls failed or daemons were killed.
    pub(super) was_rough: bool,
    /// Calls to the store failed.
    pub(super) shop_was_rough: bool,
    /// Any of that since everything last was at rest.
    pub(super) is_rough: bool,
    /// What the histories of orders had told when everything last was at rest.
    pub(super) told: i64,
    /// Where statuses lead.
    pub(super) maps: Maps,
    count: u32,
}

/// The work order's notes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Notes {
    /// Ours alone.
    #[default]
    Ours,
    /// Staff wrote before and after our block.
    Around(String, String),
    /// Staff edited our block: this is all there is.
    Theirs(String),
}

/// A line that staff touched.
#[derive(Debug, Clone)]
pub(super) struct Touched {
    /// Which store line it came from and its article then; none = staff's own.
    pub(super) origin: Option<(String, String)>,
    /// As staff left it; none = deleted.
    pub(super) left: Option<Item>,
}

/// Something that both sides changed: it has to be listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Conflict {
    Title,
    /// The line with this key and article.
    Line((String, String)),
}

/// Something that happened to a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moved {
    /// In the store, to this store status.
    Store(i64),
    /// In RO App, to this RO App status.
    Staff(i64),
}

/// What is known of a store order.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each happened or not, on its own")]
pub(super) struct Known {
    /// Placed before the store was connected.
    pub(super) early: bool,
    /// As it last was in the shop, when it was deleted there.
    pub(super) deleted: bool,
    /// Every store status it ever had.
    pub(super) statuses: BTreeSet<i64>,
    /// RO App's status and the store's when everything last was at rest.
    pub(super) rest: Option<(i64, i64)>,
    /// What happened to the status since.
    pub(super) moves: Vec<Moved>,
    /// Every status that staff ever set, with the number of calls that the store had had by then.
    pub(super) staff_set: Vec<(i64, usize)>,
    /// The work order as it was then, when it was closed.
    pub(super) closed: Option<Order>,
    pub(super) title: Option<String>,
    pub(super) estimate: Option<String>,
    pub(super) notes: Notes,
    /// What the store changed last of what stands in our block, since staff edited that.
    pub(super) news: Option<String>,
    /// By item.
    pub(super) lines: BTreeMap<i64, Touched>,
    /// What changed in the store after staff had changed it.
    pub(super) conflicts: BTreeSet<Conflict>,
    pub(super) moved_by_staff: bool,
    pub(super) was_closed: bool,
    /// Goods are written off, and were at some time.
    pub(super) written_off: bool,
    pub(super) was_written_off: bool,
    pub(super) work_order_deleted: bool,
    /// RO App's webhook told of that.
    pub(super) deletion_told: bool,
    /// How many statuses had been written to the store, and how many set that lead there, when everything last was at rest.
    pub(super) written_back: (usize, usize),
    /// How many calls there were before and after staff last edited the head, the status, the lines.
    pub(super) edited: BTreeMap<Part, Range<usize>>,
    /// How many calls there were after each of their edits of lines.
    pub(super) line_edits: Vec<usize>,
    /// Articles it ever had: none comes back.
    pub(super) articles: BTreeSet<String>,
    /// Where its statuses lead.
    pub(super) maps: Maps,
}

/// Parts of a work order that are read and written by different calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Head,
    Status,
    Lines,
}

impl Journal {
    /// A number that no other text of this history has.
    pub(super) fn next(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    /// The number of the so manieth order, counted round.
    pub(super) fn order(&self, index: usize) -> Option<i64> {
        self.orders.keys().nth(index % self.orders.len().max(1)).copied()
    }

    /// A new order in the shop.
    pub(super) fn placed(&mut self, order: &ShopOrder, early: bool) {
        let known = self.orders.entry(order.id).or_default();
        (known.early, known.maps) = (early, self.maps);
        known.articles = order.lines.iter().map(|line| line.article.clone()).collect();
        known.store_moved(order.status);
    }
}

/// A RO App status in which nothing may change any more.
pub(super) fn is_closed(status: i64) -> bool {
    matches!(status, 506 | 507)
}

impl Known {
    pub(super) fn store_moved(&mut self, status: i64) {
        self.statuses.insert(status);
        self.was_closed |= is_closed(self.maps.there(status));
        self.moves.push(Moved::Store(status));
    }

    pub(super) fn staff_moved(&mut self, status: i64) {
        self.moved_by_staff = true;
        self.was_closed |= is_closed(status);
        self.moves.push(Moved::Staff(status));
    }

    /// Something changed in the store that our block of the notes says.
    pub(super) fn has_news(&mut self, text: &str) {
        if matches!(self.notes, Notes::Theirs(_)) {
            self.news = Some(text.to_owned());
        }
    }

    /// Staff moved it to this status, and the store moved it on although nothing of the store's leads there.
    pub(super) fn overruled(&self, now: i64) -> Option<i64> {
        let staff = self.moves.iter().rev().find_map(|moved| moved.staff()).filter(|status| *status != now)?;
        let (base, store) = self.rest.unwrap_or((501, 1));
        let led =
            self.moves.iter().filter_map(|moved| moved.store()).chain([store]).map(|status| self.maps.there(status));
        let is_known = led.chain([base]).any(|status| status == staff);
        (!is_known && !self.was_closed && !self.was_written_off).then_some(staff)
    }

    /// Nobody in RO App did anything to it, and nothing in it is for good.
    pub(super) fn is_untouched(&self) -> bool {
        let frozen = self.was_closed || self.was_written_off;
        !frozen && !self.moved_by_staff && self.edited.is_empty()
    }

    /// The statuses that the work order may have now.
    pub(super) fn allowed(&self) -> BTreeSet<i64> {
        let store: Vec<_> = self.moves.iter().filter_map(|moved| moved.store()).collect();
        let staff: Vec<_> = self.moves.iter().filter_map(|moved| moved.staff()).collect();
        let base = self.rest.map(|(status, _)| status);
        // Once it is closed, nobody but staff moves it.
        let left = staff.last().copied().or(base);
        let Some(newest) = store.last().copied().filter(|_| !left.is_some_and(is_closed)) else {
            return left.into_iter().collect();
        };
        let mut allowed = BTreeSet::from([self.maps.there(newest)]);
        // A status of the store may have closed it in between.
        let all = store.iter().map(|status| self.maps.there(*status)).chain(staff.iter().copied()).chain(base);
        allowed.extend(all.clone().filter(|status| is_closed(*status)));
        if self.was_written_off && store.contains(&4) {
            allowed.extend(all);
        }
        // Changed and changed back: perhaps nobody saw it.
        let before = if store.len() > 1 { self.rest.map(|(_, store)| store) } else { None };
        let unseen = self.rest.is_some_and(|(_, store)| store == newest) || before.is_some_and(|store| store == newest);
        let last_is_staff = matches!(self.moves.last(), Some(Moved::Staff(_)));
        // A work order that was just made is looked at once more, so that a move in between may be undone.
        if unseen {
            allowed.extend(base);
        }
        if last_is_staff || unseen || self.repeats() {
            allowed.extend(staff.last());
        }
        // What staff set stands for the very status that the store came to by itself: both sides agree.
        allowed.extend(staff.last().filter(|status| self.maps.back(**status) == Some(newest)));
        allowed
    }

    /// The statuses that the order may have in the store now.
    pub(super) fn allowed_in_store(&self) -> Option<BTreeSet<i64>> {
        let staff: Vec<_> = self.moves.iter().filter_map(|moved| moved.staff()).collect();
        let set_there = self.moves.iter().rev().find_map(|moved| moved.store());
        let (was_roapp, was_there) = self.rest?;
        let left = set_there.unwrap_or(was_there);
        let Some(last) = staff.last().copied() else { return Some([left].into()) };
        // Moved and moved back: perhaps nobody saw it, or it was seen in between.
        let returned = last == was_roapp;
        if set_there.is_none() && !returned {
            return Some([self.maps.back(last).unwrap_or(left)].into_iter().chain(self.passing(&staff)).collect());
        }
        Some(staff.iter().filter_map(|status| self.maps.back(*status)).chain([left]).collect())
    }

    /// What was written on the way to a status that leads nowhere stays in the store.
    fn passing(&self, staff: &[i64]) -> Vec<i64> {
        let leads_nowhere = staff.last().is_some_and(|last| self.maps.back(*last).is_none());
        let all = staff.iter().filter_map(|status| self.maps.back(*status));
        if leads_nowhere { all.chain(self.rest.map(|(_, store)| store)).collect() } else { Vec::new() }
    }

    /// The store's newest status is one that it had before since the last rest.
    fn repeats(&self) -> bool {
        let store: Vec<_> = self.moves.iter().filter_map(|moved| moved.store()).collect();
        store.split_last().is_some_and(|(last, earlier)| earlier.contains(last))
    }

    /// A person decided for one side in what was listed under these names: staff's title or price is the store's, or the conflict
    /// counts as settled. A status comes back that the store had overruled.
    pub(super) fn decided(&mut self, keep: Keep, listed: &[plan::Part], overruled: Option<i64>, shop_calls: usize) {
        if keep == Keep::RoApp {
            self.conflicts.clear();
            self.staff_set.extend(overruled.map(|status| (status, shop_calls)));
            return;
        }
        if listed.contains(&plan::Part::Title) {
            self.title = None;
            self.conflicts.remove(&Conflict::Title);
        }
        if listed.contains(&plan::Part::Price) {
            self.estimate = None;
        }
    }

    /// Everything is at rest, and the work order is as shown.
    pub(super) fn rested(&mut self, order: Option<&Order>, store: i64) {
        self.rest = order.map(|order| (order.status_id, store));
        self.closed = order.filter(|order| is_closed(order.status_id)).cloned();
        // Whatever waited until it is open again is written by now.
        self.was_closed &= self.closed.is_some() || is_closed(self.maps.there(store));
        if order.is_some() {
            self.moves.clear();
        }
    }
}

impl Moved {
    fn store(self) -> Option<i64> {
        if let Self::Store(status) = self { Some(status) } else { None }
    }

    fn staff(self) -> Option<i64> {
        if let Self::Staff(status) = self { Some(status) } else { None }
    }
}
