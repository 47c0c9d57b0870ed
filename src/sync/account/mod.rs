//! One RO App account under its lease: how it is reached, what changed there, which work orders carry our marker. Everything here
//! takes `&self`; what changes while the lease lasts is in one small [`Memory`].
//!
//! `access.rs` creates the client and compares the company, `calls.rs` says what a failed call means, `watch.rs` reads what changed
//! in RO App and `observe.rs` works out what people changed, `marks.rs` records our markers, `look.rs` looks for them before work orders are made, and `claims.rs` ends claims,
//! `absence.rs` looks for deleted work orders, `options.rs` watches what settings name, `initial.rs` knows
//! the status of new work orders, `trace.rs` searches for what an unanswered
//! call created, `directory.rs` knows the people, `people.rs`
//! and `products.rs` fetch single records, `ahead.rs` searches for the products of the next orders, `show.rs` a single work order, `older_api.rs` reports the end
//! of the older API.

pub(super) mod absence;
mod access;
mod ahead;
pub(super) mod alone;
mod calls;
mod claims;
pub(super) mod directory;
mod initial;
mod look;
pub(super) mod marks;
pub(super) mod observe;
pub(super) mod older_api;
pub(super) mod options;
mod people;
mod products;
pub(super) mod show;
pub(super) mod trace;
pub(super) mod watch;

use std::{
    collections::BTreeMap,
    ops::Deref,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::{
    ahead::Ahead,
    alone::{InTheMaking, Turns},
    look::Marked,
};
use crate::{
    db::{
        DbError, accounts,
        leases::{Lease, Tx},
    },
    domain::{
        discount::PerWhat,
        ids::{AccountId, PersonId},
        remote::PersonCard,
    },
    http::{Fence, Urgency},
    roapp::{CallCount, Caller, RoApp},
    sync::{Engine, Seen},
};

/// RO App's clock may be off by so much before something that was made is looked for in vain: a day, as where a zone or a date
/// was set wrong, and a little more. The same as in the migration that begins the look for markers earlier.
const CLOCKS_DIFFER: chrono::Duration = chrono::Duration::hours(25);

/// Calls after which others have a turn: an order that needs more goes on after them, and once a batch made more, it looks
/// what is due before it begins another order, unless that is a live one.
pub(super) const CALLS_IN_A_TURN: u64 = 20;

/// An account while this process has its lease, as the session or one of its orders sees it.
pub(super) struct Account<'a> {
    shared: Arc<Shared<'a>>,
    /// Who calls RO App through this view.
    caller: Caller,
}

/// What all views of an account share.
pub(super) struct Shared<'a> {
    pub(super) engine: &'a Engine,
    pub(super) lease: &'a Lease,
    pub(super) id: AccountId,
    fence: Fence,
    /// Another process should have the account: no further order is begun.
    pub(super) let_go: CancellationToken,
    memory: Mutex<Memory>,
    turns: Turns,
    in_the_making: InTheMaking,
    /// An order ended the work on the account: those that are on their way begin no further step.
    is_ended: AtomicBool,
}

impl<'a> Deref for Account<'a> {
    type Target = Shared<'a>;

    fn deref(&self) -> &Shared<'a> {
        &self.shared
    }
}

/// What changes of an account while its lease lasts.
struct Memory {
    row: accounts::Account,
    roapp: Option<RoApp>,
    /// Whether RO App takes discounts per line or per unit; per line until it is found out.
    per: PerWhat,
    /// Nothing is written until the account is to be tried again.
    halted: bool,
    /// When RO App was last looked at for our markers.
    watched_at: Option<Instant>,
    /// What is still to be saved of that.
    watched: Option<watch::Watched>,
    /// Work orders that carried markers when RO App was last looked at; `None` where that was before this batch.
    marked: Option<Marked>,
    /// What changed in RO App since the window of a store began cannot be read.
    no_look_back: bool,
    /// When the people of the account were walked, or what changed of them was read, since the batch began.
    people_read_at: Option<Instant>,
    /// People as the list showed them.
    cards: BTreeMap<PersonId, PersonCard>,
    /// Products that were searched for ahead since the batch began.
    ahead: Option<Ahead>,
    /// A look for deleted work orders that goes on.
    search: Option<absence::Search>,
}

impl<'a> Account<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        lease: &'a Lease,
        row: accounts::Account,
        fence: Fence,
        let_go: CancellationToken,
    ) -> Self {
        let id = row.id;
        if !lease.held_before {
            engine.seen(id, |seen| *seen = Seen::default());
        }
        let per = row.discount_per.unwrap_or(PerWhat::Line);
        let memory = Memory {
            row,
            roapp: None,
            per,
            halted: false,
            watched_at: None,
            watched: None,
            marked: None,
            no_look_back: false,
            people_read_at: None,
            cards: BTreeMap::new(),
            ahead: None,
            search: None,
        };
        let (turns, in_the_making) = (Turns::default(), InTheMaking::default());
        let (memory, is_ended) = (Mutex::new(memory), AtomicBool::new(false));
        let shared = Shared { engine, lease, id, fence, let_go, memory, turns, in_the_making, is_ended };
        Self { shared: Arc::new(shared), caller: Caller::default() }
    }

    /// The account as somebody sees it whose calls are counted here.
    pub(super) fn counted_by(&self, count: &CallCount) -> Self {
        Self { shared: Arc::clone(&self.shared), caller: Caller { count: count.clone(), ..self.caller } }
    }

    /// The account as an order of this urgency sees it.
    pub(super) fn urged_by(&self, urgency: Urgency) -> Self {
        Self { shared: Arc::clone(&self.shared), caller: Caller { urgency, ..self.caller.clone() } }
    }

    /// So many calls were made through this view that others go on now.
    pub(super) fn has_had_its_turn(&self) -> bool {
        self.caller.count.get() >= CALLS_IN_A_TURN
    }

    /// A batch begins: what the one before saw of RO App is too old to go by.
    pub(super) fn begin_batch(&self) {
        self.memory(|memory| (memory.marked, memory.people_read_at, memory.ahead) = (None, None, None));
    }

    /// The work on the account is ended, or goes on.
    pub(super) fn set_ended(&self, is_ended: bool) {
        self.is_ended.store(is_ended, Ordering::Relaxed);
    }

    /// No further step is begun: the program ends, or another order ended the work on the account.
    pub(super) fn is_over(&self) -> bool {
        self.engine.stop.is_requested() || self.is_ended.load(Ordering::Relaxed)
    }

    /// No further work is begun: the program ends, or another process should have the account.
    fn is_given_up(&self) -> bool {
        self.engine.stop.is_requested() || self.let_go.is_cancelled()
    }

    /// What this session knows of the account. No lock is held over a call.
    fn memory<T>(&self, look: impl FnOnce(&mut Memory) -> T) -> T {
        look(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What this process has seen of the account, also in earlier sessions.
    pub(super) fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        self.engine.seen(self.id, look)
    }

    /// Does this in one transaction under the lease: see [`Lease::commit`].
    pub(super) async fn commit<T, F>(&self, name: &'static str, work: impl Fn(Tx) -> F) -> Result<T, DbError>
    where
        F: Future<Output = Result<T, DbError>> + Send,
    {
        self.lease.commit(&self.engine.pool, name, work).await
    }

    /// Goes on after RO App failed, with the account as it is now.
    pub(super) fn go_on(&self, row: accounts::Account) {
        self.memory(|memory| {
            memory.row = row;
            memory.roapp = None;
            memory.halted = false;
        });
    }

    /// Nothing is written until the account's `retry_at`, and [`Account::go_on`].
    pub(super) fn rests(&self) -> bool {
        self.memory(|memory| memory.halted || memory.row.rests)
    }

    pub(super) fn needs_key(&self) -> bool {
        self.memory(|memory| memory.row.needs_key)
    }

    /// Whether RO App takes discounts per line or per unit; `None` until it is found out.
    pub(super) fn discount_per(&self) -> Option<PerWhat> {
        self.memory(|memory| memory.row.discount_per)
    }

    /// The same, per line until it is found out.
    pub(super) fn per(&self) -> PerWhat {
        self.memory(|memory| memory.per)
    }

    /// RO App was asked and showed how it takes discounts; true where it was taken otherwise until now.
    pub(super) fn learned_discount(&self, per: PerWhat) -> bool {
        self.memory(|memory| {
            memory.row.discount_per = Some(per);
            std::mem::replace(&mut memory.per, per) != per
        })
    }

    /// The moment up to which all changes in RO App were read.
    pub(super) fn read_up_to(&self) -> DateTime<Utc> {
        self.memory(|memory| memory.row.read_up_to)
    }

    /// A request's own deadline plus the recovery wait: before that, an unclear call is not looked for.
    pub(super) fn unclear_after(&self) -> Duration {
        self.engine.settings.roapp.request_timeout + self.engine.settings.roapp.recovery_wait
    }
}

/// The moment from which the list of what changed is read for something done at `at`: clocks differ a little.
pub(super) fn searched_from(at: DateTime<Utc>) -> DateTime<Utc> {
    at - chrono::Duration::minutes(5)
}

/// The moment from which RO App is searched for something made at `at` or later, however far its clock is off.
pub(super) fn made_since(at: DateTime<Utc>) -> DateTime<Utc> {
    at - CLOCKS_DIFFER
}
