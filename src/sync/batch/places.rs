//! The places in which orders are on their way at the same time: as one becomes free the next order is begun, and what is written is
//! verified beside the others.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use futures_util::{
    StreamExt,
    future::{BoxFuture, FutureExt},
    stream::FuturesUnordered,
};
use tokio::time::{Instant, timeout_at};

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
    sync::{
        account::{Account, CALLS_IN_A_TURN},
        outcome::Halt,
    },
};

/// How often it is looked for more orders while there is a free place beside those that are on their way.
const LOOK_FOR_MORE: Duration = Duration::from_secs(1);
/// How long a batch draws more orders: between two batches RO App is looked at.
const LONGEST_TURN: Duration = Duration::from_mins(1);
/// Orders that a batch begins in each of its places before it draws no more, however few calls they make.
const ORDERS_IN_A_TURN: usize = 16;
/// Turns of so many calls that a batch has in each of its places.
const TURNS: u64 = 3;
/// Orders that are drawn at once, or as many as there are places.
const DRAWN: usize = 8;

/// A batch. It comes to an end although more is due: between two batches RO App is looked at.
pub(super) struct Batch<'a, 'e> {
    account: &'a Account<'e>,
    is_read: bool,
    places: usize,
    /// Calls that the account had made before.
    before: u64,
    since: Instant,
    drawn: Drawn,
    /// Orders that are on their way, or written and not verified: in the database they are due.
    taken: BTreeSet<OrderId>,
    begun: usize,
    running: FuturesUnordered<BoxFuture<'a, Event>>,
    on_their_way: usize,
    is_drawing: bool,
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
    /// When more are drawn.
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
    Brought(OrderId, Result<Option<Box<Written>>, Halt>),
    /// So many orders were asked for.
    Drawn(i64, Result<Vec<Due>, DbError>),
    Verified(Vec<OrderId>, Result<(), Halt>),
}

fn places(account: &Account<'_>) -> usize {
    usize::try_from(account.engine.settings.sync.orders_at_once).unwrap_or(1)
}

/// How many orders are drawn at once.
pub(super) fn most_drawn(account: &Account<'_>) -> i64 {
    i64::try_from(places(account).max(DRAWN)).unwrap_or(i64::MAX)
}

impl<'a, 'e> Batch<'a, 'e> {
    pub(super) fn of(account: &'a Account<'e>, due: Vec<Due>, is_read: bool) -> Self {
        account.set_ended(false);
        let before = account.calls();
        let mut batch = Self {
            account,
            is_read,
            places: places(account),
            before,
            since: Instant::now(),
            drawn: Drawn { orders: VecDeque::new(), before, next: Instant::now() },
            taken: BTreeSet::new(),
            begun: 0,
            running: FuturesUnordered::new(),
            on_their_way: 0,
            is_drawing: false,
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
                self.begin_orders();
                self.begin_draw();
                self.begin_verification();
            }
            if self.on_their_way == 0 && !self.is_drawing && !self.is_verifying {
                return (self.done, self.halt);
            }
            if let Some(event) = self.next_event().await {
                self.note(event);
            }
        }
    }

    /// What came to its end; `None` where something is to be begun before that.
    async fn next_event(&mut self) -> Option<Event> {
        match self.acts_at() {
            Some(at) => timeout_at(at, self.running.next()).await.ok().flatten(),
            None => self.running.next().await,
        }
    }

    fn begin_orders(&mut self) {
        while self.on_their_way < self.places
            && let Some(Due { turn, is_live, .. }) = self.next_due()
        {
            let (account, began) = (self.account, self.account.engine.clock.now());
            let bring = async move {
                let brought = one_contained(account, turn).await;
                Event::Brought(
                    turn.order,
                    brought.map(|order| order.map(|order| Box::new(Written { order, is_live, began }))),
                )
            };
            self.running.push(bring.boxed());
            self.taken.insert(turn.order);
            self.on_their_way += 1;
            self.begun += 1;
        }
    }

    /// The next order that has its turn. The one that gave way the longest ago has one in each draw; the others that are left are
    /// among the first of the next one, unless others came that go before them.
    fn next_due(&mut self) -> Option<Due> {
        let is_past = self.calls_since(self.drawn.before) >= CALLS_IN_A_TURN;
        while self.may_begin()
            && let Some(due) = self.drawn.orders.pop_front()
        {
            if due.gave_way || !is_past {
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
        if !self.may_draw() || Instant::now() < self.drawn.next {
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

    /// There is a place, and the batch goes on. Where nothing is under way it ends, and the next one draws.
    fn may_draw(&self) -> bool {
        let is_alone = self.on_their_way == 0 && !self.is_verifying;
        let calls = (TURNS * CALLS_IN_A_TURN).saturating_mul(self.places.try_into().unwrap_or(u64::MAX));
        let is_over = self.calls_since(self.before) >= calls
            || self.begun >= ORDERS_IN_A_TURN * self.places
            || self.since.elapsed() >= LONGEST_TURN;
        let has_place = self.on_their_way < self.places && self.drawn.orders.is_empty();
        has_place && !is_alone && !is_over && !self.is_drawing && self.may_begin()
    }

    /// What is written is verified beside the orders that are on their way.
    fn begin_verification(&mut self) {
        let is_time = self.verifies_at().is_some_and(|at| at <= Instant::now());
        if self.is_verifying || !is_time && !self.written.are_enough() {
            return;
        }
        let (account, written) = (self.account, self.written.take());
        let orders = written.iter().map(|written| written.order.work.order).collect();
        let verify = async move { Event::Verified(orders, written::verify(account, written).await) };
        self.running.push(verify.boxed());
        self.is_verifying = true;
    }

    /// When what is written is verified at the latest, since nothing else can be begun.
    fn verifies_at(&self) -> Option<Instant> {
        if self.is_verifying || self.is_drawing || self.on_their_way >= self.places {
            return None;
        }
        self.written.since().map(|since| if self.on_their_way == 0 { since } else { since + PATIENCE })
    }

    /// When something is to be begun though nothing came to its end.
    fn acts_at(&self) -> Option<Instant> {
        if self.halt.is_some() {
            return None;
        }
        let draws_at = self.may_draw().then_some(self.drawn.next);
        [draws_at, self.verifies_at()].into_iter().flatten().min()
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Brought(order, brought) => {
                self.on_their_way -= 1;
                match brought {
                    Ok(Some(written)) => self.written.push(*written),
                    Ok(None) => self.release(&[order]),
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

    /// The orders may be drawn again, for a newer version, say. What is being drawn may still show them as they were: then they wait for
    /// the next batch.
    fn release(&mut self, orders: &[OrderId]) {
        if !self.is_drawing {
            self.taken.retain(|order| !orders.contains(order));
        }
    }

    /// Takes in what was drawn. Fewer than were asked for are all that are due, and one that gave way may come on top of them.
    fn add(&mut self, most: i64, due: Vec<Due>) {
        let is_all = i64::try_from(due.len()).is_ok_and(|drawn| drawn < most);
        self.done.stores.extend(due.iter().map(|due| due.store));
        let next = if is_all { Instant::now() + LOOK_FOR_MORE } else { Instant::now() };
        let orders = due.into_iter().filter(|due| !self.taken.contains(&due.turn.order)).collect();
        self.drawn = Drawn { orders, before: self.account.calls(), next };
    }

    fn end(&mut self, halt: Halt) {
        self.account.set_ended(true);
        self.halt = Some(halt.or_worse(self.halt.take()));
    }

    fn calls_since(&self, before: u64) -> u64 {
        self.account.calls().saturating_sub(before)
    }
}
