//! Complete or flagged (invariant 5): one list call compares totals, statuses and markers of a few orders; a work order that
//! differs is read and repaired once, and its order becomes `incomplete` if that does not help.

use crate::{
    db::{DbError, applied, history, hooks, orders::OrderState, transitions, watch},
    domain::{
        ids::WorkOrderId,
        money,
        plan::{self, HeadFrom, Setback, Sight, Step, Verdict, Written},
        remote::{Head, Item},
        said::Said,
        watch::Seen,
    },
    sync::{
        account::{Account, observe::Source},
        order::{Order, refused::RefusedLines, rest, steps},
        outcome::{Again, Counts, Outcome, Run},
    },
};

impl Order {
    /// Lines that were read to verify what was written show what people changed since, and no list may show that any more: the next
    /// watch looks at them.
    pub(super) async fn recheck_lines_later(&self, account: &Account<'_>, items: &[Item]) -> Result<(), DbError> {
        let Some(work_order) = self.work.work_order else { return Ok(()) };
        for linked in watch::linked(&account.engine.pool, account.id, &[work_order]).await? {
            if linked.seen.clone().take_lines(items, &self.work.applied).is_empty() {
                continue;
            }
            let seen = &Seen { lines_due: true, ..linked.seen };
            account
                .commit("verify.recheck_lines_later", |mut tx| async move {
                    watch::save_seen(&mut tx, account.id, work_order, seen).await?;
                    hooks::recheck(&mut tx, account.id, work_order).await
                })
                .await?;
        }
        Ok(())
    }

    /// What a work order that others made shows when it was linked is nobody's change: the next watch compares with that.
    async fn note_as_it_is(&self, account: &Account<'_>, head: &Head) -> Run {
        let items = self.read_lines(account, head.id).await?;
        for linked in watch::linked(&account.engine.pool, account.id, &[head.id]).await? {
            let mut seen = linked.seen;
            seen.take(head, Some(&items), &self.work.applied);
            let seen = &seen;
            account
                .commit("verify.note_as_it_is", |mut tx| async move {
                    watch::save_seen(&mut tx, account.id, head.id, seen).await
                })
                .await?;
        }
        Ok(())
    }

    /// What RO App made of the texts that were just written to it counts as ours.
    pub(in crate::sync) async fn take_shown(&mut self, account: &Account<'_>, head: &Head) -> Result<(), DbError> {
        if self.work.applied.take_shown(head, &self.wrote) {
            self.save_applied(account).await?;
        }
        Ok(())
    }

    /// Compares what was written with what RO App shows, first with the head that a list showed.
    pub(in crate::sync) async fn verify(&mut self, account: &Account<'_>, listed: Option<Head>) -> Run {
        let id = steps::work_order(self)?;
        let (mut head, mut from) = match listed {
            Some(head) => (head, HeadFrom::List),
            None => (self.read_unlisted(account, id).await?, HeadFrom::Itself),
        };
        self.take_initial_status(account, &head).await?;
        let (mut items, mut status_set, mut asked_per) = (None::<Vec<_>>, false, false);
        loop {
            if self.per != account.per() {
                // Found out with another order, perhaps meanwhile: planned anew.
                return Err(Outcome::anew());
            }
            let sight = Sight { head: &head, from, items: items.as_deref(), status_set };
            match plan::verdict(&self.what_was_written(account, asked_per), &sight) {
                Verdict::Complete => {
                    if self.work.is_as_it_is() {
                        self.note_as_it_is(account, &head).await?;
                    } else if let Some(items) = &items {
                        self.recheck_lines_later(account, items).await?;
                    }
                    return self.complete(account).await;
                }
                Verdict::Incomplete(reason) => return self.incomplete(account, &reason).await,
                Verdict::ReadHead => head = self.read_head(account, id).await?,
                Verdict::SetStatus(target) => {
                    self.set_status(account, id, target).await?;
                    (head, status_set) = (self.read_head(account, id).await?, true);
                }
                Verdict::LearnPer => {
                    self.learn_discount(account, &head).await?;
                    asked_per = true;
                    continue;
                }
                Verdict::ReadLines => {
                    items = Some(self.read_lines(account, id).await?);
                    continue;
                }
                Verdict::Repair(steps) => {
                    self.repair(account, steps).await?;
                    items = Some(self.read_lines(account, id).await?);
                    head = self.read_head(account, id).await?;
                }
            }
            from = if items.is_some() { HeadFrom::ItselfAfterLines } else { HeadFrom::Itself };
        }
    }

    /// A new work order that got no status of ours shows the one that its type gave it. Another than it was taken to have: somebody
    /// moved it, or the type's changed, and the next one is read back.
    async fn take_initial_status(&mut self, account: &Account<'_>, head: &Head) -> Run {
        let order_type = self.store.settings.order_type_id;
        let written = self.work.applied.status.and_then(|status| status.written);
        let Some(shown) = head.status.filter(|_| self.head.is_none() && self.work.initial_status.is_none()) else {
            return Ok(());
        };
        if written != Some(shown) && account.initial_status_of(order_type) != Some(shown) {
            account.doubt_initial_status(order_type);
        }
        if written.is_none() { self.made_with(account, shown).await } else { Ok(()) }
    }

    fn what_was_written(&self, account: &Account<'_>, asked_per: bool) -> Written<'_> {
        Written {
            applied: &self.work.applied,
            total: money::round(self.data.total_sum),
            marker: &self.marker,
            is_new: self.head.is_none(),
            made_with: self.work.initial_status.or(self.moved_from),
            per: account.per(),
            may_learn_per: !asked_per && account.discount_per().is_none(),
            repaired: self.work.repaired,
        }
    }

    /// A head that no list showed, for lists may lag behind (contract roapp unknown 8).
    async fn read_unlisted(&mut self, account: &Account<'_>, id: WorkOrderId) -> Run<Head> {
        let head = self.read_head(account, id).await?;
        self.take_shown(account, &head).await?;
        account.observe(std::slice::from_ref(&head), Source::Verify).await?;
        Ok(head)
    }

    /// Writes wrong lines once more.
    async fn repair(&mut self, account: &Account<'_>, mut repair: Vec<Step>) -> Run {
        self.work.applied.in_turn(&mut repair, &self.products);
        let mut refused = RefusedLines::default();
        for (nth, step) in repair.iter().enumerate() {
            if let Err(outcome) = self.step(account, step).await {
                match (outcome.setback(), outcome) {
                    (Some(Setback::Refused), Outcome::Parked(parked)) => {
                        self.line_stays(account, step, parked.reason, &mut refused).await?;
                    }
                    (_, Outcome::Again(Again { after, counts: Counts::Silence(reason) })) => {
                        return Err(self.goes_last(account, step, reason, after, &refused).await?);
                    }
                    (_, outcome) => return Err(outcome),
                }
            }
            // What RO App does not keep is not written over and over, turn by turn.
            if self.count_repair(account) >= self.data.lines.len() {
                break;
            }
            if nth + 1 < repair.len() && account.has_had_its_turn() {
                return Err(Outcome::GivesWay);
            }
        }
        if let Some(rest) = self.rest_of(account, &refused) {
            return Err(rest);
        }
        // Only now: an outage in between uses up no repair.
        let order = self.work.order;
        account
            .commit("verify.repaired", |mut tx| async move {
                transitions::use_up_repair(&mut tx, order).await?;
                history::add(&mut tx, order, &Said::new("repaired")).await
            })
            .await?;
        self.work.repaired = true;
        Ok(())
    }

    async fn complete(&mut self, account: &Account<'_>) -> Run {
        self.forget_turns(account);
        self.work.applied.verify(&self.data);
        let order = &*self;
        account
            .commit("verify.complete", |mut tx| async move {
                applied::save_whole(&mut tx, order.work.order, &order.work.applied).await?;
                let synced = transitions::sync(&mut tx, &order.work).await?;
                if synced {
                    history::add(&mut tx, order.work.order, &Said::new("in-step")).await?;
                }
                order.finish_decision(&mut tx).await
            })
            .await?;
        tracing::info!("order synced");
        Ok(())
    }

    async fn incomplete(&self, account: &Account<'_>, reason: &Said) -> Run {
        self.forget_turns(account);
        account
            .commit("verify.incomplete", |mut tx| async move {
                if transitions::park(&mut tx, self.work.turn(), OrderState::Incomplete, reason).await? {
                    let what = rest::parked(OrderState::Incomplete, reason);
                    history::add(&mut tx, self.work.order, &what).await?;
                }
                Ok(())
            })
            .await?;
        tracing::warn!(reason = self.discreet(reason), "the order is incomplete");
        Ok(())
    }
}
