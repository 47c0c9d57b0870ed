//! Plans an order and carries out the steps, until nothing is left to do.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    db::{DbError, applied, leases::Tx, polls, stores::Store, write_backs},
    domain::{
        ids::StatusId,
        plan::{self, Next, Plan, Step},
        said::Said,
    },
    sync::{
        account::{
            Account,
            alone::{Alone, StoreTurn},
        },
        order::{Order, late::Pass, turns::Earlier},
        outcome::{Again, Counts, Outcome, Run},
    },
};

/// Plans that depend on the outcome of an earlier one, at most.
const MAX_ROUNDS: u32 = 8;

/// What the steps of one plan came to.
enum Round {
    /// All that can be done now is done.
    Done,
    /// Plan again: what comes next depends on what was done, or on what is there now.
    Again,
}

impl Order {
    /// Brings the order to RO App as far as it goes.
    pub(in crate::sync) async fn bring(&mut self, account: &Account<'_>) -> Outcome {
        let outcome = self.run(account).await.unwrap_or_else(|outcome| outcome);
        if matches!(outcome, Outcome::Written) {
            if let Err(error) = self.break_row_of_refusals(account).await {
                return error.into();
            }
            self.turn = None;
        }
        outcome
    }

    /// RO App took the order. That counts now and not when it is verified: others may have been refused by then.
    async fn break_row_of_refusals(&self, account: &Account<'_>) -> Result<(), DbError> {
        let store = self.store.id;
        if self.store.refusals > 0 || account.seen(|seen| seen.refusing.contains(&store)) {
            account.commit("bring.accepted", |mut tx| async move { polls::accepted(&mut tx, store).await }).await?;
        }
        Ok(())
    }

    /// A store whose first work order was not read back yet, or whose last one RO App refused, is worked one order at a time: what is
    /// wrong with all of them is found out once. Those that are on their way come to their end before: RO App may take them.
    async fn go_alone(&mut self, account: &Account<'_>) -> Run {
        // Who waits for a turn must hold none.
        self.turn = None;
        let (what, is_due) =
            (Alone::FirstOf(self.store.id), |store: &Store| !store.marker_read_back || store.refusals > 0);
        if is_due(&self.store) {
            let alone = account.alone(what.clone()).await?;
            let now = self.worked_store(account).await?;
            let store = Arc::make_mut(&mut self.store);
            (store.marker_read_back, store.refusals) = (now.marker_read_back, now.refusals);
            if is_due(&now) {
                self.turn = Some(StoreTurn::Alone(alone));
                return Ok(());
            }
        }
        self.turn = Some(StoreTurn::Beside(account.beside(what).await?));
        Ok(())
    }

    /// Settles what is unclear, then plans and does the steps until nothing is left to do.
    async fn run(&mut self, account: &Account<'_>) -> Run<Outcome> {
        self.go_alone(account).await?;
        self.take_in_written_back(account).await?;
        if self.work.is_in_doubt {
            return Ok(self.in_doubt(account).await?);
        }
        if self.work.asked.recreate
            && let Some(outcome) = self.recreate(account).await?
        {
            return Ok(outcome);
        }
        match (self.settle_unclear(account).await, self.work.gone_at) {
            // Nothing more is made for it: what a person would have to clear up first matters only if it comes back.
            (Ok(()), Some(gone_at)) => return self.comment_gone(account, gone_at).await,
            (Err(outcome), Some(gone_at)) if outcome.is_held() => return self.comment_gone(account, gone_at).await,
            (done, _) => done?,
        }
        self.judge_claims(account).await?;
        self.settle_double(account).await?;
        self.await_catalogue(account).await?;
        let mut earlier = self.earlier_turns(account);
        // Of a work order that was found by its marker alone all products must be known, to tell which lines are there.
        self.pass = if self.work.applied.adopted { Pass::All } else { Pass::Others };
        for _ in 0..MAX_ROUNDS {
            let mut plan = self.plan_from_what_is_there(account).await?;
            self.save_findings(account, &plan).await?;
            self.arrange(&mut plan.steps);
            match self.do_steps(account, &plan, &mut earlier).await? {
                Round::Again => earlier.start_over(),
                Round::Done if self.pass == Pass::SomePutOff => self.pass = Pass::All,
                Round::Done => return Ok(self.come_to(account, earlier)),
            }
        }
        Ok(Outcome::trouble(Said::new("endless-plan"), Duration::ZERO))
    }

    /// Reads what RO App has, as far as a plan needs it, and plans.
    async fn plan_from_what_is_there(&mut self, account: &Account<'_>) -> Run<Plan> {
        let (head, mut items) = self.read_remote(account).await?;
        if let Some(head) = &head {
            self.take_in_sent(account, head, items.as_deref()).await?;
        }
        let hold = |hold: plan::Hold| Outcome::held(&hold);
        let mut plan = self.plan(account.per(), head.as_ref(), items.as_deref()).map_err(hold)?;
        if plan.needs_lines
            && let Some(head) = &head
        {
            items = Some(self.read_lines(account, head.id).await?);
            plan = self.plan(account.per(), Some(head), items.as_deref()).map_err(hold)?;
        }
        self.items = match (&items, self.work.work_order) {
            (Some(items), _) => Some(items.iter().map(|item| item.id).collect()),
            (None, None) => Some(Vec::new()),
            (None, Some(_)) => None,
        };
        (self.head, self.read_at, self.per) = (head, Instant::now(), account.per());
        Ok(plan)
    }

    async fn do_steps(&mut self, account: &Account<'_>, plan: &Plan, earlier: &mut Earlier) -> Run<Round> {
        self.again = plan.again;
        for (nth, step) in plan.steps.iter().enumerate() {
            if self.is_overtaken(account, step).await? {
                return Ok(Round::Again);
            }
            if self.waits_for_a_line(step) {
                break;
            }
            if self.passes_by(account, step, &mut earlier.refused).await? {
                continue;
            }
            if let Err(outcome) = self.step(account, step).await
                && self.goes_on_after(account, step, outcome, earlier).await?
            {
                return Ok(Round::Again);
            }
            if nth + 1 < plan.steps.len() && account.has_had_its_turn() {
                return Err(self.gives_way(account, std::mem::take(earlier)));
            }
        }
        Ok(if self.again { Round::Again } else { Round::Done })
    }

    /// What a step that was not taken means for the others; true where all is planned anew.
    async fn goes_on_after(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        outcome: Outcome,
        earlier: &mut Earlier,
    ) -> Run<bool> {
        let next = outcome.setback().map_or(Next::End, |setback| plan::after(step, setback, earlier.planned_anew));
        match (next, outcome) {
            (Next::PlanAnew, _) => {
                earlier.planned_anew = true;
                return Ok(true);
            }
            (Next::LeaveLine, Outcome::Parked(parked)) => {
                self.line_stays(account, step, parked.reason, &mut earlier.refused).await?;
            }
            (Next::SetApart, Outcome::Parked(parked)) => {
                self.set_apart(account, step).await?;
                earlier.refused.remember(step);
                earlier.left.get_or_insert(parked.reason);
            }
            (Next::GoLast, Outcome::Again(Again { after, counts: Counts::Silence(reason) })) => {
                return Err(self.goes_last(account, step, reason, after, &earlier.refused).await?);
            }
            (_, outcome) => return Err(outcome),
        }
        Ok(false)
    }

    fn come_to(&self, account: &Account<'_>, earlier: Earlier) -> Outcome {
        match (self.rest_of(account, &earlier.refused), earlier.left) {
            (Some(rest), _) => rest,
            (None, Some(reason)) => Outcome::held(reason),
            (None, None) => Outcome::Written,
        }
    }

    /// A status that the store took from RO App counts as dealt with.
    async fn take_in_written_back(&mut self, account: &Account<'_>) -> Run {
        let Some(arrived) = self.work.written_back else { return Ok(()) };
        let status = arrived.status.arrived(&self.store.settings.status_map, self.initial_status());
        self.work.applied.status = Some(status);
        let (order, applied) = (self.work.order, &self.work.applied);
        let take_in = |mut tx: Tx| async move {
            applied::save(&mut tx, order, applied).await?;
            write_backs::taken_in(&mut tx, order, arrived).await
        };
        Ok(account.commit("bring.take_in_written_back", take_in).await?)
    }

    /// The status that the work order was made with; where that was not seen, the last one that the order type gave.
    pub(super) fn initial_status(&self) -> Option<StatusId> {
        self.work.initial_status.or(self.store.initial_status)
    }
}
