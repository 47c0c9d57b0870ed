//! One order on its way: what is known of it, and its plan.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::{
    Writer,
    late::{self, Pass},
    rest::{Halt, Rest, Stop},
};
use crate::{
    cartum,
    db::{
        DbError, applied, catalogue,
        links::{self, Link, LinkKind},
        orders::{self, OrderState},
        rereads,
        stores::{self, Store},
        watch,
        work::{self, Work},
        write_backs,
    },
    domain::{
        buyer,
        discount::PerWhat,
        discreet,
        ids::{ItemId, OrderId, PersonId, ProductId, WorkOrderId},
        marker::Marker,
        order::StoreOrder,
        phone::Phone,
        phone_field,
        plan::{
            self, AppliedHead, AppliedStatus, Arrived, Conflict, Facts, HeadChange, Links, Plan, Remote, Sent, Step,
        },
        product::{Catalogue, ProductWant},
        remote::{Head, Item},
        scope, status,
        store::StoreState,
    },
};

/// Plans that depend on the outcome of an earlier one, at most.
const MAX_ROUNDS: u32 = 8;
/// What was read of a work order longer ago is read again before its status or texts are written.
const FRESH: Duration = Duration::from_secs(5);

/// An order on its way.
pub(super) struct Job {
    pub(super) work: Work,
    pub(super) store: Arc<Store>,
    pub(super) order: StoreOrder,
    pub(super) marker: Marker,
    pub(super) placed_at: DateTime<Utc>,
    /// The buyer's valid phones, the primary one first.
    pub(super) phones: Vec<Phone>,
    pub(super) catalogue: Catalogue,
    /// The buyer's person, once known.
    pub(super) person: Option<PersonId>,
    /// The client that a person decided against: its phone alone makes it nobody's choice.
    pub(super) decided_against: Option<PersonId>,
    /// The person was made for this order, in this run.
    pub(super) made_person: bool,
    /// Products by link key.
    pub(super) products: BTreeMap<String, ProductId>,
    /// Link keys for which the placeholder stands in.
    pub(super) placeholders: Vec<String>,
    /// What RO App took of a head that it refused as it was.
    pub(super) shown: Option<AppliedHead>,
    /// What was written of the head in this run.
    pub(super) wrote: HeadChange,
    /// It was made with fewer texts than it is to have: planned again.
    pub(super) again: bool,
    /// Why products cannot be had now, by link key.
    pub(super) refused_products: BTreeMap<String, String>,
    /// Which steps have their turn.
    pub(super) pass: Pass,
    /// Costs of products, where RO App showed them.
    pub(super) costs: BTreeMap<ProductId, rust_decimal::Decimal>,
    /// Lines of the work order as last read or made; `None` = not read.
    pub(super) items: Option<Vec<ItemId>>,
    /// The head as it was when the order was planned; `None` when there was none yet.
    pub(super) head: Option<Head>,
    /// When the head was last read, or made.
    pub(super) read_at: Instant,
    /// How discounts were taken to count when the order was planned.
    pub(super) per: PerWhat,
    /// Calls that the account's client had sent when this run began.
    pub(super) calls_before: u64,
    /// Conflicts that were listed before this run.
    pub(super) listed: Vec<Conflict>,
    /// What the last plan did not write: the pending change, and listed conflicts that a person wants written.
    pub(super) unwritten: Unwritten,
}

/// What a plan does not write.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unwritten {
    /// The pending change, if any.
    pub(super) pending: String,
    /// Listed conflicts that cannot be settled as a person decided, each with the reason.
    pub(super) refused: Vec<(String, String)>,
}

impl Job {
    /// What everything that is logged about the order carries; of a level that no filter leaves out. The work order is
    /// added once there is one.
    pub(super) fn span(&self) -> tracing::Span {
        let (store, order) = (&self.store.settings.name, self.work.number);
        tracing::error_span!("order", store, %order, work_order = self.work.work_order.map(WorkOrderId::get))
    }

    /// A reason as it may stand in the log.
    pub(super) fn discreet(&self, reason: &str) -> String {
        discreet::without_buyer(reason, &self.order)
    }

    /// What stands for the buyer in link keys: contact and name.
    pub(super) fn buyer_key(&self) -> String {
        buyer::link_key(&self.order.buyer, self.phones.first(), &self.marker)
    }

    /// What a new person is claimed under: phone, else e-mail, else the order itself.
    pub(super) fn contact_key(&self) -> String {
        buyer::claim_key(&self.order.buyer, self.phones.first(), &self.marker)
    }

    fn wants(&self) -> Vec<ProductWant> {
        let want = |line| ProductWant::of(line, &self.store.settings, &self.catalogue);
        self.order.lines.iter().map(want).collect()
    }
}

impl Writer<'_> {
    /// Loads an order; `None` when it cannot be worked, which is noted with it.
    pub(super) async fn load(&self, order: OrderId) -> Result<Option<Job>, Halt> {
        let pool = &self.engine.pool;
        let mut work = work::load(pool, order).await?;
        if work.applied.buyer.is_none() && work.applied.head.is_some() {
            // Earlier releases did not note whom the work order was made for.
            let raw = work::applied_version(pool, order).await?;
            let order = raw.and_then(|raw| cartum::decode_order(&raw, chrono_tz::Tz::UTC).ok());
            work.applied.buyer = order.map(|order| order.buyer);
        }
        let store = stores::get(pool, work.store).await?;
        if let Some(arrived) = work.written_back {
            let led_to = store.as_ref().and_then(|store| {
                let target = status::target(&store.settings.status_map, arrived.status.store);
                target.status(work.initial_status.or(store.initial_status))
            });
            work.applied.status = Some(AppliedStatus { led_to, ..arrived.status });
            let mut tx = self.lease.begin(pool).await?;
            applied::save(&mut tx, order, &work.applied).await?;
            write_backs::taken_in(&mut tx, order, arrived).await?;
            tx.commit().await.map_err(DbError::from)?;
        }
        // A pause can come from an order earlier in the same batch.
        let works = |store: &Store| !matches!(store.state, StoreState::Draft | StoreState::Paused);
        let Some(store) = store.filter(works) else { return Ok(None) };
        let decoded = match cartum::decode_order(&work.raw, store.settings.time_zone) {
            Ok(order) => order,
            Err(error) => {
                let mut tx = self.lease.begin(pool).await?;
                let reason = format!("the store's data cannot be read: {error}");
                let gone = format!("deleted in the store; {reason}, so that RO App was not told");
                if work.gone_at.is_none() || !rereads::rest_gone(&mut tx, order, &gone).await? {
                    orders::rest(&mut tx, work.turn(), OrderState::Unreadable, &reason).await?;
                    let (store, order) = (&store.settings.name, work.number);
                    tracing::warn!(store, %order, error = %error, "the order cannot be read; its raw data is kept");
                }
                tx.commit().await.map_err(DbError::from)?;
                return Ok(None);
            }
        };
        let articles: Vec<_> = decoded.lines.iter().map(|line| line.article.clone()).collect();
        let settings = &store.settings;
        let mut job = Job {
            marker: Marker { host: store.marker_host.clone(), number: work.number, generation: work.generation },
            placed_at: scope::to_utc(decoded.placed_at, settings.time_zone),
            phones: phone_field::phones(&decoded.buyer.phone, &settings.phone_region),
            catalogue: catalogue::get(pool, work.store, &articles).await?,
            person: None,
            decided_against: None,
            made_person: false,
            products: BTreeMap::new(),
            placeholders: Vec::new(),
            shown: None,
            wrote: HeadChange::default(),
            again: false,
            refused_products: BTreeMap::new(),
            pass: Pass::All,
            costs: BTreeMap::new(),
            items: None,
            head: None,
            read_at: Instant::now(),
            per: self.per,
            calls_before: self.calls(),
            listed: work.conflicts.clone(),
            unwritten: Unwritten::default(),
            order: decoded,
            store: Arc::new(store),
            work,
        };
        if let Some(Link::Made(id)) = links::find(pool, self.account.id, LinkKind::Person, &job.buyer_key()).await? {
            job.person = Some(PersonId::new(id));
        }
        let keys: Vec<_> = job.wants().into_iter().map(|want| want.link_key).collect();
        job.products = links::products(pool, self.account.id, &keys).await?;
        Ok(Some(job))
    }

    /// Settles what is unclear, then plans and does the steps until nothing is left to do.
    pub(super) async fn try_bring(&mut self, job: &mut Job) -> Result<(), Stop> {
        if job.work.is_in_doubt {
            return Err(self.in_doubt(job).await?);
        }
        if job.work.recreate {
            self.recreate(job).await?;
        }
        match (self.settle_order(job).await, job.work.gone_at) {
            // Nothing more is made for it: what a person would have to clear up first matters only if it comes back.
            (Ok(()) | Err(Stop::Rest(Rest::Held(_))), Some(gone_at)) => return self.tell_gone(job, gone_at).await,
            (done, _) => done?,
        }
        self.judge_claims(job).await?;
        self.await_catalogue(job).await?;
        let mut earlier = self.earlier_turns(job);
        // Of a work order that was found by its marker alone all products must be known, to tell which lines are there.
        job.pass = if job.work.applied.adopted { Pass::All } else { Pass::Others };
        for _ in 0..MAX_ROUNDS {
            let (head, items) = self.read_remote(job).await?;
            if let Some(head) = &head {
                self.settle_sent(job, head, items.as_deref()).await?;
            }
            let mut plan = self.plan(job, head.as_ref(), items.as_deref())?;
            let mut read = items;
            if plan.needs_lines
                && let Some(head) = &head
            {
                let items = self.read_items(job, head).await?;
                plan = self.plan(job, Some(head), Some(&items))?;
                read = Some(items);
            }
            job.items = match (&read, job.work.work_order) {
                (Some(items), _) => Some(items.iter().map(|item| item.id).collect()),
                (None, None) => Some(Vec::new()),
                (None, Some(_)) => None,
            };
            (job.head, job.read_at, job.per) = (head, Instant::now(), self.per);
            self.save_findings(job, &plan).await?;
            late::arrange(job, &mut plan.steps);
            let mut again = plan.again;
            let (mut refused, mut left) = (std::mem::take(&mut earlier.refused), earlier.left.take());
            for (nth, step) in plan.steps.iter().enumerate() {
                if self.is_moved_meanwhile(job, step).await? {
                    again = true;
                    break;
                }
                if late::waits_for_a_line(job, step) {
                    break;
                }
                if self.passes_by(job, step, &mut refused).await? {
                    continue;
                }
                match self.step(job, step).await {
                    // Perhaps staff closed it or wrote goods off a moment ago: planned anew, once, from what is there now.
                    Err(Stop::Rest(Rest::Failed(_) | Rest::Refused(_)))
                        if step.writes_a_line() && !earlier.planned_anew =>
                    {
                        (earlier.planned_anew, again) = (true, true);
                        break;
                    }
                    // No other line waits for it.
                    Err(Stop::Rest(Rest::Failed(why) | Rest::Refused(why)))
                        if step.writes_a_line() || matches!(step, Step::Product(_)) =>
                    {
                        self.line_stays(job, step, why, &mut refused).await?;
                    }
                    // A line that a person has to remove holds up no other step.
                    Err(Stop::Rest(Rest::Held(reason))) if matches!(step, Step::RemoveLine { .. }) => {
                        self.set_apart(job, step).await?;
                        refused.remember(step);
                        left.get_or_insert(reason);
                    }
                    Err(Stop::Rest(Rest::Unanswered(why, wait))) if step.label().is_some() => {
                        return Err(self.goes_last(job, step, why, wait).await?);
                    }
                    done => done?,
                }
                if nth + 1 < plan.steps.len() && self.has_had_its_turn(job) {
                    (earlier.refused, earlier.left) = (refused, left);
                    return Err(self.gives_way(job, earlier));
                }
            }
            again |= std::mem::take(&mut job.again);
            if !again && job.pass == Pass::SomePutOff {
                job.pass = Pass::All;
                (earlier.refused, earlier.left) = (refused, left);
            } else if !again {
                return match (self.rest_of(job, &refused), left) {
                    (Some(rest), _) => Err(rest.into()),
                    (None, Some(reason)) => Err(Rest::Held(reason).into()),
                    (None, None) => Ok(()),
                };
            }
        }
        Err(Rest::Trouble("the plan does not come to an end".into(), Duration::ZERO).into())
    }

    /// Whether staff changed what this step is to write: what was read before many lines were written may be out of date.
    async fn is_moved_meanwhile(&mut self, job: &mut Job, step: &Step) -> Result<bool, Stop> {
        let writes = matches!(step, Step::Head { .. } | Step::Status(AppliedStatus { written: Some(_), .. }));
        let Some(id) = job.work.work_order.filter(|_| writes && job.read_at.elapsed() > FRESH) else {
            return Ok(false);
        };
        let now = self.read_head(job, id).await?;
        job.read_at = Instant::now();
        let Some(before) = &job.head else {
            return Ok(now.is_closed() || job.work.initial_status.is_some_and(|made| now.status != Some(made)));
        };
        // The texts of before were written by then.
        let are_texts_moved = matches!(step, Step::Head { .. }) && !now.has_texts_of(before);
        Ok(are_texts_moved || now.status != before.status || now.is_closed() != before.is_closed())
    }

    /// Takes in what RO App shows of a change that was not answered, so that it is on record whatever the plan does next. A
    /// status or a client of ours that arrived is nobody else's change.
    async fn settle_sent(&self, job: &mut Job, head: &Head, items: Option<&[Item]>) -> Result<(), DbError> {
        if job.work.applied.sent.is_none() {
            return Ok(());
        }
        let arrived = job.work.applied.settle(head, items);
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        applied::save(&mut tx, job.work.order, &job.work.applied).await?;
        let order = (job.store.id, job.work.number);
        match arrived {
            Some(Arrived::Status(status)) => watch::wrote_status(&mut tx, order, status).await?,
            Some(Arrived::Client(client)) => watch::wrote_client(&mut tx, order, client).await?,
            None => {}
        }
        tx.commit().await?;
        Ok(())
    }

    /// What RO App has, as far as it must be known before planning. A work order that was found by its marker alone, or a line
    /// whose change was not answered, needs the lines, too; so does what is listed as a conflict, to tell whether it is one still.
    async fn read_remote(&mut self, job: &Job) -> Result<(Option<Head>, Option<Vec<Item>>), Stop> {
        let Some(id) = job.work.work_order else { return Ok((None, None)) };
        let head = self.read_head(job, id).await?;
        let applied = &job.work.applied;
        let needs_lines =
            applied.adopted || applied.sent.as_ref().is_some_and(Sent::is_of_a_line) || !job.work.conflicts.is_empty();
        let items = if needs_lines { Some(self.read_items(job, &head).await?) } else { None };
        Ok((Some(head), items))
    }

    async fn read_items(&mut self, _job: &Job, head: &Head) -> Result<Vec<Item>, Stop> {
        match self.roapp()?.items(head.id).await {
            Ok(items) => Ok(items),
            Err(error) => Err(self.stop_for(error, Duration::ZERO).await),
        }
    }

    fn plan(&self, job: &Job, head: Option<&Head>, items: Option<&[Item]>) -> Result<Plan, Stop> {
        let settings = &job.store.settings;
        let refused = late::not_asked_for(job);
        let links = Links { person: job.person.is_some(), products: job.products.clone(), refused };
        let remote = match (head, items) {
            (None, _) => Remote::Nothing,
            (Some(head), None) => Remote::Head(head),
            (Some(head), Some(items)) => Remote::Lines(head, items),
        };
        let facts = Facts {
            order: &job.order,
            settings,
            marker: &job.marker,
            placed_at: job.placed_at,
            catalogue: &job.catalogue,
            links: &links,
            per: self.per,
            initial_status: job.work.initial_status.or(job.store.initial_status),
            applied: &job.work.applied,
            remote,
            resync: job.work.resync,
            listed: &job.listed,
            decided: job.work.resolve,
            keep: job.work.keep(),
        };
        plan::plan(&facts).map_err(|hold| Rest::Held(hold.to_string()).into())
    }
}
