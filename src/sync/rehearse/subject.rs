//! One order in a rehearsal: the plan for it, and a description of the plan. It is read and planned as the daemon does it.

use std::{collections::BTreeMap, fmt};

use super::{Rehearsal, RehearsalError};
use crate::{
    db::work::Work,
    domain::{
        claim::about,
        discount::PerWhat,
        ids::WorkOrderId,
        missing::REMOVED,
        order::StoreOrder,
        plan::{self, Plan, Step},
        remote::{Head, Item},
        said::Said,
    },
    sync::order::Order,
};

/// An order as the store has it now, and what the database knows of it.
pub(super) struct Subject {
    pub(super) order: StoreOrder,
    pub(super) work: Option<Work>,
}

/// What the daemon would do with an order.
#[derive(Debug)]
pub(super) enum Would {
    Nothing,
    Make(Vec<&'static str>),
    Adopt(Vec<&'static str>),
    Change(Vec<&'static str>),
    /// With the reason.
    Hold(Said),
}

impl Subject {
    /// Plans as the daemon does. RO App is read where the order has a work order.
    pub(super) async fn plan(self, rehearsal: &Rehearsal<'_>) -> Result<Would, RehearsalError> {
        if let Err(hold) = plan::may_be_written(&self.order, &rehearsal.store.settings) {
            return Ok(Would::Hold(Said::from(&hold)));
        }
        let found = rehearsal.marked.get(&(rehearsal.store.id, self.order.number)).copied();
        let work = self.work.unwrap_or_else(|| Work::not_saved(rehearsal.store.id, self.order.number));
        let linked = work.work_order;
        let per = rehearsal.account.discount_per.unwrap_or(PerWhat::Line);
        let known = (&rehearsal.engine.pool, rehearsal.account.id);
        let gather = Order::gather(known, per, rehearsal.store.clone(), self.order, work);
        let mut order = Box::pin(gather).await?;
        let Some(id) = linked.or(found) else {
            return Ok(match order.plan(per, None, None) {
                Ok(plan) => Would::Make(steps(&plan)),
                Err(hold) => Would::Hold(Said::from(&hold)),
            });
        };
        let Some((head, items)) = read(rehearsal, id).await? else {
            return Ok(Would::Hold(REMOVED));
        };
        if linked.is_none()
            // What speaks against it, as far as that shows without its client.
            && let [doubt, ..] = order.own().doubts(&head).as_slice()
        {
            return Ok(Would::Hold(about(id.into(), std::slice::from_ref(doubt))));
        }
        order.work.applied.adopted |= order.work.applied.head.is_none();
        Ok(match (order.plan(per, Some(&head), Some(&items)), linked) {
            (Err(hold), _) => Would::Hold(Said::from(&hold)),
            (Ok(plan), None) => Would::Adopt(steps(&plan)),
            (Ok(plan), Some(_)) if steps(&plan).is_empty() => Would::Nothing,
            (Ok(plan), Some(_)) => Would::Change(steps(&plan)),
        })
    }
}

/// The work order with its lines; `None` when it is gone.
async fn read(rehearsal: &Rehearsal<'_>, id: WorkOrderId) -> Result<Option<(Head, Vec<Item>)>, RehearsalError> {
    let Some(head) = rehearsal.roapp.order(id).await? else { return Ok(None) };
    let items = rehearsal.roapp.items(id).await?;
    Ok(Some((head, items)))
}

/// The steps that change something in RO App, in words.
fn steps(plan: &Plan) -> Vec<&'static str> {
    let word = |step: &Step| match step {
        Step::Person => Some("client found or made"),
        Step::Product(_) => Some("product found or made"),
        Step::Create(_) => Some("work order made"),
        Step::AddLine { .. } => Some("line added"),
        Step::ChangeLine { .. } => Some("line changed"),
        Step::RemoveLine { .. } => Some("line removed"),
        Step::Head { change, .. } => (!change.is_empty()).then_some("notes or fields changed"),
        Step::Client(_) => Some("client changed"),
        Step::Status(status) => status.written.map(|_| "status set"),
        Step::Comment(_) => Some("comment added"),
        Step::AdoptLine { .. }
        | Step::ForgetLine { .. }
        | Step::WaiveLine { .. }
        | Step::AcceptLine { .. }
        | Step::AcceptClient(_)
        | Step::Told(_) => None,
    };
    plan.steps.iter().filter_map(word).collect()
}

/// Counts of steps as a person reads them.
pub(super) fn listed(steps: &BTreeMap<&'static str, usize>) -> String {
    let parts: Vec<_> = steps.iter().map(|(step, count)| format!("{step}: {count}")).collect();
    parts.join(", ")
}

impl Would {
    pub(super) fn steps(&self) -> &[&'static str] {
        match self {
            Self::Nothing | Self::Hold(_) => &[],
            Self::Make(steps) | Self::Adopt(steps) | Self::Change(steps) => steps,
        }
    }
}

impl fmt::Display for Would {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Hold(reason) = self {
            return reason.fmt(f);
        }
        let mut counts = BTreeMap::new();
        for step in self.steps() {
            *counts.entry(*step).or_default() += 1;
        }
        f.write_str(&listed(&counts))
    }
}
