//! Plays a history on a world of its own.

use std::time::Duration;

use cartum_roapp::{
    admin::{self, Ask, Selection},
    db::{self, accounts},
    domain::{ids::Id, plan::Keep},
    sandbox::{
        cartum::{EventBody, EventMethod},
        faults::Fault,
        world::SandboxOptions,
    },
    secrets::Secret,
};
use chrono::{DateTime, Utc};
use sqlx::{PgPool, raw_sql};
use tokio::time::{Instant, sleep};

use super::{
    action::{Action, History, ShopEdit, StaffEdit},
    decision::Decision,
    door::Door,
    journal::Journal,
    oracle, shop, staff,
};
use crate::support::{
    Running,
    world::{Daemon, World, small},
};

/// Shorter than in other tests: a history is to take seconds.
const TIMES: [(&str, &str); 3] =
    [("ROAPP__REQUEST_TIMEOUT", "1s"), ("CARTUM__REQUEST_TIMEOUT", "1s"), ("SYNC__LEASE_TIME", "2500ms")];

/// Everything must have come to rest by then, also on a busy machine.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// A daemon of a history.
enum Process {
    Own(Running),
    Within(Daemon),
}

/// A world in which a history happens.
struct Play {
    world: World,
    journal: Journal,
    running: Vec<Process>,
    as_processes: bool,
    /// Where webhooks come in, over the real router.
    door: Door,
    /// Writes to RO App up to the last rest, when nothing was done since but that time passed and daemons came and went.
    writes_at_rest: Option<usize>,
}

/// Plays a history; what is wrong at one of its rests, if anything.
pub(super) async fn play(history: &History) -> Vec<String> {
    let options = SandboxOptions { days: 1, seed: history.seed, ..small(history.orders) };
    let world = World::with(options, |settings| history.maps.set(settings)).await;
    let mut journal = Journal::default();
    journal.maps = history.maps;
    for order in world.sandbox.shop.data().orders.values() {
        journal.placed(order, true);
    }
    journal.people = world.sandbox.roapp.data().people;
    world.import().await;
    let door = Door::open(&world).await;
    let (as_processes, running) = (history.processes, Vec::new());
    let mut play = Play { world, journal, running, as_processes, door, writes_at_rest: None };
    for action in &history.actions {
        if let Err(faults) = play.act(action).await {
            return faults;
        }
    }
    play.end();
    Vec::new()
}

impl Play {
    async fn act(&mut self, action: &Action) -> Result<(), Vec<String>> {
        let roapp = &self.world.sandbox.roapp;
        if !action.leaves_orders_alone() {
            self.writes_at_rest = None;
        }
        match action {
            Action::Place(kind) => self.place(*kind, None),
            Action::PlaceAgain(of, kind) => self.place(*kind, self.journal.order(*of)),
            Action::Shop(order, edit) => self.edit_shop(*order, edit),
            Action::Staff(order, edit) => {
                if let Some(number) = self.journal.order(*order) {
                    let done = staff::edit(&self.world, &mut self.journal, number, edit).await;
                    // RO App tells of every other deletion; the rest is for the proof.
                    if done.is_some() && *edit == StaffEdit::DeleteOrder && order % 2 == 0 {
                        self.webhook(*order).await;
                        self.journal.orders.entry(number).and_modify(|known| known.deletion_told = true);
                    }
                }
            }
            Action::Elsewhere(what) => {
                staff::elsewhere(&self.world, &mut self.journal, what).await;
            }
            Action::RoAppFault(call, fault, skip, times) => {
                (self.journal.was_rough, self.journal.is_rough) = (true, true);
                roapp.faults().add(call, fault.clone(), *skip, *times);
            }
            Action::ShopFault(call, fault, skip, times) => {
                (self.journal.shop_was_rough, self.journal.is_rough) = (true, true);
                self.world.sandbox.shop.faults().add(call, fault.clone(), *skip, *times);
            }
            Action::Start => self.start(),
            Action::Stop => self.stop().await,
            Action::Kill => self.kill(),
            Action::KillAtCall(skip, executed) => self.kill_at(*skip, *executed).await,
            Action::Webhook(order) => self.webhook(*order).await,
            Action::ShopWebhook(order) => self.shop_webhook(*order).await,
            Action::Proof => {
                // A store that is paused or away proves nothing; that is no fault.
                let asked = admin::audit_now(self.world.database.pool(), &self.world.store().await).await;
                drop(asked);
            }
            Action::Resync(order) => self.resync(*order).await,
            Action::Decide(order, keep) => return self.decide(*order, *keep).await,
            Action::Pause(milliseconds) => sleep(Duration::from_millis(*milliseconds)).await,
            Action::AnHourPasses => an_hour_passes(self.world.database.pool()).await,
            Action::Rest => return self.rest().await,
        }
        Ok(())
    }

    fn place(&mut self, kind: u32, like: Option<i64>) {
        let (shop, journal) = (&self.world.sandbox.shop, &mut self.journal);
        let has_rested = journal.orders.values().any(|known| known.rest.is_some());
        shop.edit(|data| data.placed = kind);
        let number = shop.place_order();
        shop.edit(|data| {
            let like = like.and_then(|number| data.orders.get(&number)).cloned();
            let Some(order) = data.orders.get_mut(&number) else { return };
            if let Some(like) = like {
                (order.buyer, order.user) = (like.buyer, like.user);
                (order.name, order.email, order.phone) = (like.name, like.email, like.phone);
            }
            // The store's clock and ours may differ: until the first rest it may have been placed before the connection.
            journal.placed(order, !has_rested);
        });
    }

    fn edit_shop(&mut self, index: usize, edit: &ShopEdit) {
        let Some(number) = self.journal.order(index) else { return };
        let unique = self.journal.next();
        let Some(known) = self.journal.orders.get_mut(&number) else { return };
        self.world.sandbox.shop.edit(|data| {
            let goods = data.catalogue.clone();
            let Some(order) = data.orders.get_mut(&number) else { return };
            shop::edit(order, known, edit, &goods, unique);
            match edit {
                // One that cannot be read stays: what becomes of it in RO App could not be told.
                ShopEdit::Delete if !data.broken.contains(&number) => {
                    data.orders.remove(&number);
                    known.deleted = true;
                }
                ShopEdit::Break if !data.broken.remove(&number) => drop(data.broken.insert(number)),
                _ => {}
            }
        });
    }

    async fn webhook(&mut self, index: usize) {
        let Some(number) = self.journal.order(index) else { return };
        let data = self.world.sandbox.roapp.data();
        let mut all = data.orders.values().chain(data.deleted_orders.values());
        let Some(named) = all.find(|order| staff::is_of(order, number)).map(|order| order.id) else { return };
        let name = if data.orders.contains_key(&named) { "Order.Status.Changed" } else { "Order.Deleted" };
        self.door.tell_of(&self.world, self.journal.next(), name, named).await;
    }

    async fn shop_webhook(&mut self, index: usize) {
        let Some(number) = self.journal.order(index) else { return };
        let kind = self.journal.next();
        let method = if kind.is_multiple_of(2) { EventMethod::Put } else { EventMethod::Post };
        let body = [EventBody::Top, EventBody::Nested, EventBody::NoId][kind as usize % 3];
        self.world.sandbox.shop.send_order_created(number, method, body).await;
    }

    async fn resync(&mut self, index: usize) {
        let Some(number) = self.journal.order(index) else { return };
        let selection = Selection { numbers: vec![Id::new(number)], ..Selection::default() };
        let (pool, store) = (self.world.database.pool(), self.world.store().await);
        // What cannot be asked for is refused.
        drop(admin::ask(pool, &store, &selection, Ask::Resync).await);
    }

    fn start(&mut self) {
        let settings = [&TIMES[..], &[("HTTP__PUBLIC_URL", self.door.url.as_str())]].concat();
        self.running.push(if self.as_processes {
            Process::Own(self.world.process(&settings))
        } else {
            Process::Within(self.world.daemon_with(&settings))
        });
    }

    async fn stop(&mut self) {
        match self.running.pop() {
            Some(Process::Own(mut running)) => {
                running.signal("TERM");
                running.ended().await;
            }
            Some(Process::Within(daemon)) => daemon.stop_in_time().await,
            None => {}
        }
    }

    fn kill(&mut self) {
        (self.journal.was_rough, self.journal.is_rough) = (true, true);
        if self.running.is_empty() {
            return;
        }
        // The oldest most likely has the lease.
        match self.running.remove(0) {
            Process::Own(running) => running.kill_9(),
            Process::Within(daemon) => daemon.kill(),
        }
    }

    async fn kill_at(&mut self, skip: u32, executed: bool) {
        let fault = if executed { Fault::HangAfter } else { Fault::HangBefore };
        self.world.sandbox.roapp.faults().add("*", fault, skip, 1);
        let end = Instant::now() + Duration::from_millis(1500);
        while !self.world.sandbox.roapp.faults().are_spent() && Instant::now() < end {
            sleep(Duration::from_millis(5)).await;
        }
        while !self.running.is_empty() {
            self.kill();
        }
    }

    /// Faults end; everything comes to rest; then checks.
    async fn rest(&mut self) -> Result<(), Vec<String>> {
        self.settle().await?;
        oracle::check(&self.world, &mut self.journal).await?;
        let writes = self.world.sandbox.roapp.calls().iter().filter(|call| call.method != "GET").count()
            + self.world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/update").count();
        match self.writes_at_rest.replace(writes) {
            Some(before) if writes > before => Err(vec![format!("{} writes though nothing changed", writes - before)]),
            _ => Ok(()),
        }
    }

    /// At rest, a person decides about an order where no lines or notes are listed; what they decided for is there then.
    async fn decide(&mut self, index: usize, keep: Keep) -> Result<(), Vec<String>> {
        self.rest().await?;
        let rows = self.world.orders().await;
        let mut rows = rows.iter().cycle().skip(index).take(rows.len());
        let Some(decision) = rows.find_map(|row| Decision::about(row, &self.journal)) else { return Ok(()) };
        let (pool, store) = (self.world.database.pool(), self.world.store().await);
        if admin::resolve(pool, &store, Id::new(decision.number), keep).await.is_err() {
            return Ok(());
        }
        self.writes_at_rest = None;
        let calls = self.world.sandbox.shop.calls().len();
        if let Some(known) = self.journal.orders.get_mut(&decision.number) {
            known.decided(keep, &decision.listed, decision.overruled, calls);
        }
        self.settle().await?;
        decision.check(&self.world, &mut self.journal, keep).await?;
        oracle::check(&self.world, &mut self.journal).await
    }

    /// Faults end; waits until the store was read once more from the beginning and nothing waits.
    async fn settle(&mut self) -> Result<(), Vec<String>> {
        self.world.sandbox.roapp.faults().clear();
        self.world.sandbox.shop.faults().clear();
        self.world.sandbox.shop.edit(|data| data.broken.clear());
        if self.running.is_empty() {
            self.start();
        }
        let end = Instant::now() + LONGEST_REST;
        let pool = self.world.database.pool();
        let begun: DateTime<Utc> = sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(pool).await.unwrap();
        // The poll that ends first may have begun earlier: the second has seen everything.
        let mut polls = Vec::from([begun]);
        loop {
            an_hour_passes(pool).await;
            self.put_the_key_in_again().await;
            let store = self.world.store().await;
            if let Some(polled) = store.last_success_at.filter(|at| polls.last().is_none_or(|last| at > last)) {
                polls.push(polled);
            }
            let waiting = self.waiting(begun).await;
            if polls.len() > 2 && waiting.is_empty() && store.finished_at.is_some() {
                break;
            }
            if Instant::now() > end {
                let problem =
                    format!("does not come to rest: {:?} {:?} {:?}", store.state, store.reason, store.last_error);
                return Err(std::iter::once(problem).chain(waiting).collect());
            }
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Orders that wait, calls whose outcome is open, statuses on their way to the store, and the look at RO App that has
    /// not begun since.
    async fn waiting(&self, since: DateTime<Utc>) -> Vec<String> {
        let waiting = "SELECT 'order ' || number || ' waits, tries ' || tries FROM store_order WHERE state = 'waiting'
            UNION ALL SELECT 'open: ' || kind || ' ' || key FROM journal WHERE state = 'sent'
            UNION ALL SELECT 'write-back of order ' || o.number FROM write_back b JOIN store_order o ON o.id = b.order_id
                WHERE b.wanted_roapp IS NOT NULL AND o.missing_times = 0 AND o.state NOT IN ('gone', 'removed')
            UNION ALL SELECT 'order ' || number || ' is missing' FROM store_order
                WHERE missing_times BETWEEN 1 AND 2 AND state NOT IN ('gone', 'excluded', 'removed')
            UNION ALL SELECT 'work order ' || work_order_id || ' is to be looked at' FROM work_order_hint
            UNION ALL SELECT 'order ' || number || ' is looked for' FROM store_order WHERE look_for_removal_at IS NOT NULL
            UNION ALL SELECT 'RO App is not looked at' FROM account WHERE watch_at <= $1 + interval '2 seconds'";
        sqlx::query_scalar(waiting).bind(since).fetch_all(self.world.database.pool()).await.unwrap()
    }

    async fn put_the_key_in_again(&self) {
        let (pool, account) = (self.world.database.pool(), self.world.store().await.account);
        if accounts::get(pool, account).await.unwrap().is_some_and(|account| account.needs_key) {
            let key = Secret::new("sandbox-key".into());
            let sealed = self.world.keyring.seal(&accounts::key_place(account), &key).unwrap();
            let mut tx = db::begin(pool).await.unwrap();
            accounts::set_key(&mut tx, account, &sealed).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    fn end(mut self) {
        while let Some(process) = self.running.pop() {
            match process {
                Process::Own(running) => running.kill_9(),
                Process::Within(daemon) => daemon.kill(),
            }
        }
    }
}

/// Whatever waits for its time is due now.
async fn an_hour_passes(pool: &PgPool) {
    let due = "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting' AND next_try_at > now();
        UPDATE store_order SET missing_since = missing_since - interval '1 hour'
            WHERE missing_times > 0 AND missing_since > now() - interval '1 hour';
        UPDATE work_order SET missing_since = missing_since - interval '1 hour' WHERE missing_since > now() - interval '1 hour';
        UPDATE store_order SET look_for_removal_at = now() WHERE look_for_removal_at > now();
        UPDATE store SET next_poll_at = now() WHERE next_poll_at > now();
        UPDATE account SET retry_at = '-infinity' WHERE state = 'active' AND retry_at > now();
        UPDATE account SET due_at = now() WHERE lease_token IS NULL AND due_at > now()";
    raw_sql(due).execute(pool).await.unwrap();
}
