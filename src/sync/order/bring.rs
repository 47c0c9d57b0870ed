//! Plans an order and does the steps, until nothing is left to do.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    domain::{
        plan::{self, Facts, Links, Plan, Remote, Step},
        remote::{Head, Item},
    },
    sync::{
        account::Account,
        order::{
            Order,
            late::{self, Pass},
        },
        outcome::{Rest, Stop},
    },
};

/// Plans that depend on the outcome of an earlier one, at most.
const MAX_ROUNDS: u32 = 8;

impl Order {
    /// Settles what is unclear, then plans and does the steps until nothing is left to do.
    pub(in crate::sync) async fn try_bring(&mut self, account: &Account<'_>) -> Result<(), Stop> {
        if self.work.is_in_doubt {
            return Err(self.in_doubt(account).await?);
        }
        if self.work.recreate {
            self.recreate(account).await?;
        }
        match (self.settle_order(account).await, self.work.gone_at) {
            // Nothing more is made for it: what a person would have to clear up first matters only if it comes back.
            (Ok(()) | Err(Stop::Rest(Rest::Held(_))), Some(gone_at)) => return self.tell_gone(account, gone_at).await,
            (done, _) => done?,
        }
        self.judge_claims(account).await?;
        self.await_catalogue(account).await?;
        let mut earlier = self.earlier_turns(account);
        // Of a work order that was found by its marker alone all products must be known, to tell which lines are there.
        self.pass = if self.work.applied.adopted { Pass::All } else { Pass::Others };
        for _ in 0..MAX_ROUNDS {
            let (head, items) = self.read_remote(account).await?;
            if let Some(head) = &head {
                self.settle_sent(account, head, items.as_deref()).await?;
            }
            let mut plan = self.plan(account, head.as_ref(), items.as_deref())?;
            let mut read = items;
            if plan.needs_lines
                && let Some(head) = &head
            {
                let items = self.read_lines(account, head.id).await?;
                plan = self.plan(account, Some(head), Some(&items))?;
                read = Some(items);
            }
            self.items = match (&read, self.work.work_order) {
                (Some(items), _) => Some(items.iter().map(|item| item.id).collect()),
                (None, None) => Some(Vec::new()),
                (None, Some(_)) => None,
            };
            (self.head, self.read_at, self.per) = (head, Instant::now(), account.per());
            self.save_findings(account, &plan).await?;
            late::arrange(self, &mut plan.steps);
            let mut again = plan.again;
            let (mut refused, mut left) = (std::mem::take(&mut earlier.refused), earlier.left.take());
            for (nth, step) in plan.steps.iter().enumerate() {
                if self.is_moved_meanwhile(account, step).await? {
                    again = true;
                    break;
                }
                if late::waits_for_a_line(self, step) {
                    break;
                }
                if self.passes_by(account, step, &mut refused).await? {
                    continue;
                }
                match self.step(account, step).await {
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
                        self.line_stays(account, step, why, &mut refused).await?;
                    }
                    // A line that a person has to remove holds up no other step.
                    Err(Stop::Rest(Rest::Held(reason))) if matches!(step, Step::RemoveLine { .. }) => {
                        self.set_apart(account, step).await?;
                        refused.remember(step);
                        left.get_or_insert(reason);
                    }
                    Err(Stop::Rest(Rest::Unanswered(why, wait))) if step.label().is_some() => {
                        return Err(self.goes_last(account, step, why, wait).await?);
                    }
                    done => done?,
                }
                if nth + 1 < plan.steps.len() && self.has_had_its_turn(account) {
                    (earlier.refused, earlier.left) = (refused, left);
                    return Err(self.gives_way(account, earlier));
                }
            }
            again |= std::mem::take(&mut self.again);
            if !again && self.pass == Pass::SomePutOff {
                self.pass = Pass::All;
                (earlier.refused, earlier.left) = (refused, left);
            } else if !again {
                return match (self.rest_of(account, &refused), left) {
                    (Some(rest), _) => Err(rest.into()),
                    (None, Some(reason)) => Err(Rest::Held(reason).into()),
                    (None, None) => Ok(()),
                };
            }
        }
        Err(Rest::Trouble("the plan does not come to an end".into(), Duration::ZERO).into())
    }

    fn plan(&self, account: &Account<'_>, head: Option<&Head>, items: Option<&[Item]>) -> Result<Plan, Stop> {
        let settings = &self.store.settings;
        let refused = late::not_asked_for(self);
        let links = Links { person: self.person.is_some(), products: self.products.clone(), refused };
        let remote = match (head, items) {
            (None, _) => Remote::Nothing,
            (Some(head), None) => Remote::Head(head),
            (Some(head), Some(items)) => Remote::Lines(head, items),
        };
        let facts = Facts {
            order: &self.data,
            settings,
            marker: &self.marker,
            placed_at: self.placed_at,
            catalogue: &self.catalogue,
            links: &links,
            per: account.per(),
            initial_status: self.work.initial_status.or(self.store.initial_status),
            applied: &self.work.applied,
            remote,
            resync: self.work.resync,
            listed: &self.listed,
            decided: self.work.resolve,
            keep: self.work.keep(),
        };
        plan::plan(&facts).map_err(|hold| Rest::Held(hold.to_string()).into())
    }
}
