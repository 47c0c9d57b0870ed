//! The nightly audit (design sections 4 and 7): the whole window is read again, including excluded and final orders, and compared
//! day by day with what the database holds. An order that no poll saw is saved like any other, which repairs the gap.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::{PullError, Reader};
use crate::{
    cartum::OrderRow,
    db::{
        DbError,
        audits::{self, Proof},
        leases::Tx,
        notices,
        reading::Beside,
        stores::Store,
    },
    domain::{
        ids::OrderNumber,
        missing::Among,
        night,
        notice::{Plain, Topic},
        proof::{self, Day, Held, Seen, Shown},
        said::{Said, Value},
        scope::{self, Window},
    },
    sync::{
        Engine,
        store::intake::{self, Page},
    },
};

/// The notice about a proof that does not balance, or that found what no poll had seen.
const TOPIC: Topic = Topic::Plain(Plain::Audit);
/// How often a proof is begun on one day when the store fails in the middle of it.
const MOST_TRIES: i32 = 3;
/// Orders that a notice names, at most.
const MOST_NAMED: usize = 20;
/// Days whose reason a notice tells.
const MOST_TOLD: usize = 3;

/// What a cycle with a proof in it has seen; of each order its number, day and total only.
#[derive(Debug)]
pub(super) struct Audit {
    /// The wish that it answers.
    asked_at: Option<DateTime<Utc>>,
    /// Its day, in the store's zone.
    on: NaiveDate,
    window_from: NaiveDateTime,
    /// No poll would have shown a new order that was placed before this.
    polled_from: NaiveDateTime,
    seen: Seen,
    found: BTreeSet<OrderNumber>,
    revived: usize,
}

impl Audit {
    /// Whether this cycle holds a proof: one was asked for, or the night has come. The import's own walk counts as that of its
    /// day.
    pub(super) fn begin(engine: &Engine, store: &Store, window: Window, beside: &Beside) -> Option<Self> {
        let listed_at = store.listed_at?;
        let (asked_at, last) = (beside.audit_asked_at, beside.audited_on);
        let (now, zone) = (engine.clock.now(), store.settings.time_zone);
        let last = last.max(Some(scope::local(listed_at, zone).date()));
        if asked_at.is_none() && !night::is_due(now, zone, store.id, last) {
            return None;
        }
        let newest = store.watermark.unwrap_or_else(|| scope::local(window.connected_at, zone));
        Some(Self {
            asked_at,
            on: scope::local(now, zone).date(),
            window_from: window.from,
            polled_from: newest - scope::OVERLAP,
            seen: Seen::default(),
            found: BTreeSet::new(),
            revived: 0,
        })
    }

    /// Takes in what the store showed and what became of it.
    pub(super) fn note(&mut self, rows: &[OrderRow], page: &Page) {
        self.revived += page.revived;
        for row in rows.iter().filter(|row| row.placed_at.is_none_or(|at| at >= self.window_from)) {
            let day = row.placed_at.map(|at| at.date());
            let Some(number) = row.number else {
                self.seen.strays.insert((day, intake::raw_fingerprint(&row.raw)));
                continue;
            };
            let total = row.order.as_ref().ok().map(|order| order.total_sum);
            self.seen.orders.insert(number, Shown { day, total });
            if page.fresh.contains(&number) && row.placed_at.is_some_and(|at| at < self.polled_from) {
                self.found.insert(number);
            }
        }
    }

    /// What the database holds of what the proof is about.
    fn of_window(&self, mut held: Vec<Held>) -> Vec<Held> {
        held.retain(|order| order.day.is_some() || self.seen.orders.contains_key(&order.number));
        held
    }

    /// What a person should know; `None` when nothing was missed and every day balances.
    fn notice(&self, days: &[&Day]) -> Option<Said> {
        let mut parts = Vec::new();
        if !self.found.is_empty() {
            let numbers = self.found.iter().take(MOST_NAMED).map(|number| Value::from(number.get()));
            let numbers = numbers.chain((self.found.len() > MOST_NAMED).then(|| "…".into()));
            let found = Said::new("audit-found").with("count", self.found.len());
            parts.push(found.with("numbers", numbers.collect::<Value>()));
        }
        if !days.is_empty() {
            let told = days.iter().take(MOST_TOLD).map(|day| Value::from(gap(day)));
            let told = told.chain((days.len() > MOST_TOLD).then(|| "…".into()));
            let gaps = Said::new("audit-unbalanced").with("count", days.len());
            parts.push(gaps.with("days", told.collect::<Value>()));
        }
        match parts.as_slice() {
            [] => None,
            [part] => Some(part.clone()),
            [found, gaps, ..] => {
                Some(Said::new("audit-found-and-unbalanced").with("found", found.clone()).with("gaps", gaps.clone()))
            }
        }
    }
}

fn gap(day: &Day) -> Said {
    let date = day.day.map_or_else(|| Said::new("no-date").into(), |day| Value::from(day.to_string()));
    let said = Said::new("audit-day").with("day", date);
    // What no order explains lies in the totals of the day.
    said.with("why", day.why.clone().unwrap_or(Said::new("audit-totals-differ")))
}

impl Reader<'_> {
    /// The proof, where this cycle holds one.
    pub(super) async fn audit(&mut self) -> Result<(), PullError> {
        let Some(on) = self.audit.as_ref().map(|audit| audit.on) else { return Ok(()) };
        self.save_polled().await?;
        match self.read_window_again().await {
            Ok(()) => Ok(self.conclude_audit().await?),
            Err(PullError::Db(error)) => Err(error.into()),
            Err(error) => {
                self.note_failed_audit(on, &error).await?;
                if matches!(error, PullError::Full) { Ok(()) } else { Err(error) }
            }
        }
    }

    async fn read_window_again(&mut self) -> Result<(), PullError> {
        self.walk(self.window.from, None).await?;
        self.read_unshown().await
    }

    /// It is begun again with the next polls, a few times, so that a store that cannot bear it is left in peace until the next
    /// day.
    async fn note_failed_audit(&self, on: NaiveDate, error: &PullError) -> Result<(), DbError> {
        let store = self.store;
        let what = &Said::new("audit-unfinished").with("error", Said::from(error));
        let note = |mut tx: Tx| async move {
            if audits::failed(&mut tx, store.id, on, MOST_TRIES).await? {
                notices::raise(&mut tx, store.account, Some(store.id), &TOPIC, what).await?;
            }
            Ok(())
        };
        self.commit("audit.note_failed", note).await
    }

    /// Asks by number for what is on record and did not come; what this cycle asked for already was counted there.
    async fn read_unshown(&mut self) -> Result<(), PullError> {
        let held = audits::held(&self.engine.pool, self.store.id, self.window.from).await?;
        let Some(audit) = &self.audit else { return Ok(()) };
        let held = audit.of_window(held);
        let asked = held.len();
        let unshown = held.into_iter().map(|order| order.number);
        let unshown = unshown.filter(|number| !audit.seen.orders.contains_key(number));
        let (absent, unshown): (Vec<_>, Vec<_>) = unshown.partition(|number| self.delivered.contains(number));
        self.read_again(&unshown, Among { asked, absent: absent.len() }).await
    }

    /// Compares, keeps the table, and tells of gaps once.
    async fn conclude_audit(&mut self) -> Result<(), DbError> {
        let Some(audit) = self.audit.take() else { return Ok(()) };
        let (store, pool) = (self.store, &self.engine.pool);
        let held = audit.of_window(audits::held(pool, store.id, self.window.from).await?);
        let days = proof::prove(&audit.seen, &held);
        let gaps: Vec<_> = days.iter().filter(|day| !day.balances()).collect();
        let proof = Proof {
            on: audit.on,
            asked_at: audit.asked_at,
            found: audit.found.len(),
            revived: audit.revived,
            days: &days,
        };
        let notice = audit.notice(&gaps);
        let open = notices::open(pool, store.account, Some(store.id)).await?;
        let open = open.into_iter().find(|open| open.topic == TOPIC.to_string()).map(|open| open.what);
        let (is_news, what) = (notice != open, notice.as_ref());
        let save = |mut tx: Tx| async move {
            audits::save(&mut tx, store.id, proof).await?;
            if is_news {
                // The text of an older notice would tell of an older proof.
                notices::clear(&mut tx, store.account, Some(store.id), &TOPIC).await?;
                if let Some(what) = what {
                    notices::raise(&mut tx, store.account, Some(store.id), &TOPIC, what).await?;
                }
            }
            Ok(())
        };
        self.commit("audit.save", save).await?;
        if let Some(what) = what.filter(|_| is_news) {
            tracing::warn!(text = %what, "store notice raised");
        }
        let (orders, found, revived) = (audit.seen.orders.len(), audit.found.len(), audit.revived);
        tracing::info!(orders, days = days.len(), unbalanced = gaps.len(), found, revived, "store audited");
        Ok(())
    }
}
