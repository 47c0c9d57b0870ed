//! The places in which orders are on their way at the same time: as one becomes free the next order is begun, and what is written is
//! verified beside the others.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use futures_util::{
    StreamExt,
    future::{BoxFuture, FutureExt},
    stream::FuturesUnordered,
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use super::{
    one::one_contained,
    written::{self, PATIENCE, Waiting, Written},
};
use crate::{
    db::{
        DbError,
        work::{self, Due},
    },
    domain::ids::{OrderId, StoreId},
    http::Urgency,
    sync::{
        account::{Account, CALLS_IN_A_TURN},
        outcome::Halt,
    },
};

/// How often to look for more orders while others are on their way: for any while there is a free place, else for live ones.
const LOOK_FOR_MORE: Duration = Duration::from_secs(1);
/// How long a batch draws more orders at most, however rarely RO App is to be looked at: that is done between two batches. At the end
/// of a batch places stay free, so that short ones would leave slots unused.
const LONGEST_TURN: Duration = Duration::from_mins(5);
/// How long after that live orders are still begun, while others are on their way.
const LONGEST_END: Duration = Duration::from_mins(1);
/// However often RO App is to be looked at, a batch goes on until it made so many calls or began so many orders.
const LEAST_CALLS: u64 = 240;
const LEAST_ORDERS: usize = 64;
/// Orders that are drawn at once, or as many as there are places.
const DRAWN: usize = 8;

/// A batch. It comes to an end although more is due: between two batches RO App is looked at.
pub(super) struct Batch<'a, 'e> {
    account: &'a Account<'e>,
    /// A store that is being read brings orders.
    orders_came: Arc<Notify>,
    is_read: bool,
    places: usize,
    /// Calls that the account had made before.
    before: u64,
    since: Instant,
    /// When it was time to look at RO App.
    over_since: Option<Instant>,
    drawn: Drawn,
    /// Orders that are on their way, or written and not verified: in the database they are due.
    taken: BTreeSet<OrderId>,
    begun: usize,
    running: FuturesUnordered<BoxFuture<'a, Event>>,
    /// Live orders that are on their way.
    live: usize,
    /// The others that are.
    back_fill: usize,
    is_drawing: bool,
    /// Orders that may be drawn again, but not in the draw that is under way: it may show them as they were.
    released: Vec<OrderId>,
    is_verifying: bool,
    written: Waiting,
    halt: Option<Halt>,
    done: Done,
}

/// Orders that were drawn and not begun yet.
struct Drawn {
    orders: VecDeque<Due>,
    /// Calls that the account had made before.
    before: u64,
    /// When they were drawn.
    at: Instant,
    /// When more are drawn if there is a place for them.
    next: Instant,
}

/// What a batch came to.
#[derive(Default)]
pub(super) struct Done {
    /// Something was compared with what RO App shows.
    pub(super) has_verified: bool,
    /// Stores whose orders were drawn.
    pub(super) stores: BTreeSet<StoreId>,
}

enum Event {
    /// An order came as far as it goes now; where everything is written it is to be verified.
    Brought(Due, Result<Option<Box<Written>>, Halt>),
    /// So many orders were asked for.
    Drawn(i64, Result<Vec<Due>, DbError>),
    Verified(Vec<OrderId>, Result<(), Halt>),
}

fn places(account: &Account<'_>) -> usize {
    usize::try_from(account.engine.settings.sync.orders_at_once).unwrap_or(1)
}

fn urgency(is_live: bool) -> Urgency {
    if is_live { Urgency::Live } else { Urgency::BackFill }
}

/// How many orders are drawn at once.
pub(super) fn most_drawn(account: &Account<'_>) -> i64 {
    i64::try_from(places(account).max(DRAWN)).unwrap_or(i64::MAX)
}

impl<'a, 'e> Batch<'a, 'e> {
    pub(super) fn of(account: &'a Account<'e>, due: Vec<Due>, is_read: bool) -> Self {
        account.set_ended(false);
        let (before, now) = (account.calls(), Instant::now());
        let mut batch = Self {
            account,
            orders_came: account.seen(|seen| Arc::clone(&seen.orders_came)),
            is_read,
            places: places(account),
            before,
            since: now,
            over_since: None,
            drawn: Drawn { orders: VecDeque::new(), before, at: now, next: now },
            taken: BTreeSet::new(),
            begun: 0,
            running: FuturesUnordered::new(),
            live: 0,
            back_fill: 0,
            is_drawing: false,
            released: Vec::new(),
            is_verifying: false,
            written: Waiting::default(),
            halt: None,
            done: Done::default(),
        };
        batch.add(most_drawn(account), due);
        batch
    }

    /// Brings orders to RO App and verifies them. Where one ends the work on the account, nothing else is begun, and what is under way
    /// comes to its end.
    pub(super) async fn run(mut self) -> (Done, Option<Halt>) {
        loop {
            if self.halt.is_none() {
                if self.is_over() {
                    self.over_since.get_or_insert_with(Instant::now);
                }
                self.begin_orders();
                self.begin_draw();
                self.begin_verification();
            }
            if self.on_their_way() == 0 && !self.is_drawing && !self.is_verifying {
                return (self.done, self.halt);
            }
            if let Some(event) = self.next_event().await {
                self.note(event);
            }
        }
    }

    /// What came to its end; `None` where something is to be begun before that.
    async fn next_event(&mut self) -> Option<Event> {
        let acts_at = self.acts_at();
        let next = async {
            match acts_at {
                Some(at) => timeout_at(at, self.running.next()).await.ok().flatten(),
                None => self.running.next().await,
            }
        };
        tokio::select! {
            event = next => return event,
            () = self.orders_came.notified() => {}
        }
        // It is looked for live ones at once.
        (self.drawn.next, self.drawn.at) =
            (Instant::now(), self.drawn.at.checked_sub(LOOK_FOR_MORE).unwrap_or(self.drawn.at));
        None
    }

    fn begin_orders(&mut self) {
        while let Some(due) = self.next_due() {
            let Due { turn, is_live, .. } = due;
            let account = self.account.urged_by(urgency(is_live));
            let began = account.engine.clock.now();
            let bring = async move {
                let brought = one_contained(&account, turn).await;
                Event::Brought(due, brought.map(|order| order.map(|order| Box::new(Written { order, is_live, began }))))
            };
            self.running.push(bring.boxed());
            self.taken.insert(turn.order);
            *self.count_of(due) += 1;
            self.begun += 1;
        }
    }

    fn on_their_way(&self) -> usize {
        self.live + self.back_fill
    }

    fn count_of(&mut self, due: Due) -> &mut usize {
        if due.is_live { &mut self.live } else { &mut self.back_fill }
    }

    /// Live orders do not wait until one of an import has left its place: as many again may be on their way.
    fn has_place_for(&self, due: Due) -> bool {
        let others = if due.is_live { self.live } else { self.on_their_way() };
        others < self.places
    }

    /// The next order that has its turn. The one that gave way the longest ago has one in each draw; the others that are left are
    /// among the first of the next one, unless others came that go before them.
    fn next_due(&mut self) -> Option<Due> {
        let is_past = self.calls_since(self.drawn.before) >= CALLS_IN_A_TURN;
        while self.may_begin()
            && let Some(&due) = self.drawn.orders.front()
            && self.has_place_for(due)
        {
            self.drawn.orders.pop_front();
            if due.gave_way || due.is_live || !is_past {
                return Some(due);
            }
            self.drawn.next = Instant::now();
        }
        None
    }

    /// An account that is to go on to another process stays until its stores are read to their end, and is worked meanwhile: one order
    /// at a time.
    fn may_begin(&self) -> bool {
        let is_let_go = self.account.let_go.is_cancelled() && (self.begun > 0 || !self.is_read);
        !is_let_go && !self.account.engine.stop.is_requested()
    }

    /// Draws more orders beside what is under way.
    fn begin_draw(&mut self) {
        if self.draws_at().is_none_or(|at| Instant::now() < at) {
            return;
        }
        let account = self.account;
        // What is taken is still due.
        let most = most_drawn(account).saturating_add(i64::try_from(self.taken.len()).unwrap_or(i64::MAX));
        // Not awaited here: an order that is on its way may hold the connection that this waits for.
        let draw = async move { Event::Drawn(most, work::due(&account.engine.pool, account.id, most).await) };
        self.running.push(draw.boxed());
        self.is_drawing = true;
    }

    /// When more are drawn, while the batch goes on. Where nothing is under way it ends, and the next one draws.
    fn draws_at(&self) -> Option<Instant> {
        let is_alone = self.on_their_way() == 0 && !self.is_verifying;
        let is_over = self.over_since.is_some();
        let has_ended = self.over_since.is_some_and(|since| self.back_fill == 0 || since.elapsed() >= LONGEST_END);
        if is_alone || self.is_drawing || has_ended || !self.may_begin() {
            return None;
        }
        let has_place = !is_over && self.on_their_way() < self.places && self.drawn.orders.is_empty();
        Some(if has_place { self.drawn.next } else { self.drawn.at + LOOK_FOR_MORE })
    }

    /// It is time to look at RO App: no more orders of an import are begun.
    fn is_over(&self) -> bool {
        let took = self.since.elapsed();
        let has_done_much = self.calls_since(self.before) >= LEAST_CALLS || self.begun >= LEAST_ORDERS;
        has_done_much && took >= self.account.engine.settings.sync.poll_interval || took >= LONGEST_TURN
    }

    /// What is written is verified beside the orders that are on their way.
    fn begin_verification(&mut self) {
        let is_time = self.verifies_at().is_some_and(|at| at <= Instant::now());
        if self.is_verifying || !is_time && !self.written.are_enough() {
            return;
        }
        let (account, written) = (self.account, self.written.take());
        let orders = written.iter().map(|written| written.order.work.order).collect();
        let account = account.urged_by(urgency(written.iter().any(|written| written.is_live)));
        let verify = async move { Event::Verified(orders, written::verify(&account, written).await) };
        self.running.push(verify.boxed());
        self.is_verifying = true;
    }

    /// When what is written is verified at the latest, since nothing else can be begun.
    fn verifies_at(&self) -> Option<Instant> {
        if self.is_verifying || self.is_drawing || self.on_their_way() >= self.places {
            return None;
        }
        self.written.since().map(|since| if self.on_their_way() == 0 { since } else { since + PATIENCE })
    }

    /// When something is to be begun though nothing came to its end.
    fn acts_at(&self) -> Option<Instant> {
        if self.halt.is_some() {
            return None;
        }
        [self.draws_at(), self.verifies_at()].into_iter().flatten().min()
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Brought(due, brought) => {
                *self.count_of(due) -= 1;
                match brought {
                    Ok(Some(written)) => self.written.push(*written),
                    Ok(None) => self.release(&[due.turn.order]),
                    Err(halt) => self.end(halt),
                }
            }
            Event::Drawn(most, drawn) => {
                self.is_drawing = false;
                match drawn {
                    Ok(due) => self.add(most, due),
                    Err(error) => self.end(error.into()),
                }
            }
            Event::Verified(orders, verified) => {
                self.is_verifying = false;
                match verified {
                    Ok(()) => {
                        self.done.has_verified = true;
                        self.release(&orders);
                    }
                    Err(halt) => self.end(halt),
                }
            }
        }
    }

    /// The orders may be drawn again, for a newer version, say.
    fn release(&mut self, orders: &[OrderId]) {
        if self.is_drawing {
            self.released.extend(orders);
        } else {
            self.taken.retain(|order| !orders.contains(order));
        }
    }

    /// Takes in what was drawn. Fewer than were asked for are all that are due, and one that gave way may come on top of them. What was
    /// drawn before keeps its turn, behind live orders; at the end of a batch only live ones are begun.
    fn add(&mut self, most: i64, due: Vec<Due>) {
        let (now, is_all) = (Instant::now(), i64::try_from(due.len()).is_ok_and(|drawn| drawn < most));
        self.done.stores.extend(due.iter().map(|due| due.store));
        let mut orders: VecDeque<_> = due.into_iter().filter(|due| !self.taken.contains(&due.turn.order)).collect();
        for order in std::mem::take(&mut self.released) {
            self.taken.remove(&order);
        }
        if self.drawn.orders.is_empty() && self.over_since.is_none() {
            let next = if is_all { now + LOOK_FOR_MORE } else { now };
            self.drawn = Drawn { orders, before: self.account.calls(), at: now, next };
            return;
        }
        orders.retain(|due| due.is_live);
        let before = std::mem::take(&mut self.drawn.orders);
        let is_new = |due: &Due| !orders.iter().any(|live| live.turn.order == due.turn.order);
        let before: Vec<_> = before.into_iter().filter(is_new).collect();
        orders.extend(before);
        (self.drawn.orders, self.drawn.at) = (orders, now);
    }

    fn end(&mut self, halt: Halt) {
        self.account.set_ended(true);
        self.halt = Some(halt.or_worse(self.halt.take()));
    }

    fn calls_since(&self, before: u64) -> u64 {
        self.account.calls().saturating_sub(before)
    }
}
