//! What happens to an order that RO App may have already without our marker: it is held until a person has decided, and nothing is
//! made for it before.

use crate::{
    db::{doubles::Double, history, leases::Tx, work_orders},
    domain::{
        double::{Candidate, Choice},
        ids::WorkOrderId,
        order_state::OrderState,
        said::{Said, Value},
    },
    sync::{
        account::Account,
        order::{Order, claims::numbered},
        outcome::{Outcome, Run},
    },
};

impl Order {
    /// Does what a person decided, or holds the order until then.
    pub(super) async fn settle_double(&mut self, account: &Account<'_>) -> Run {
        if self.work.work_order.is_some() {
            return Ok(());
        }
        let Some(Double { candidates, choice }) = &self.work.double else { return Ok(()) };
        match *choice {
            None => Err(Outcome::held(self.may_be(candidates))),
            Some(Choice::Skip) => {
                let reason = Said::new("double-skipped").with("work_orders", named(candidates));
                Err(Outcome::parked(OrderState::Excluded, reason))
            }
            Some(Choice::Create) => Ok(()),
            Some(Choice::Link(id)) => {
                let candidate = candidates.iter().find(|candidate| candidate.id == id);
                let name = candidate.map_or_else(|| id.into(), name_of);
                self.link_as_it_is(account, id, name).await
            }
        }
    }

    async fn link_as_it_is(&mut self, account: &Account<'_>, id: WorkOrderId, name: Value) -> Run {
        let (order, key) = (self.work.order, (self.store.id, self.work.number));
        let told = &Said::new("double-linked").with("work_order", name.clone());
        let link = |mut tx: Tx| async move {
            let is_linked = work_orders::link(&mut tx, account.id, key, id).await?;
            if is_linked {
                history::add(&mut tx, order, told).await?;
            }
            Ok(is_linked)
        };
        if !account.commit("double.link", link).await? {
            return Err(Outcome::held(Said::new("double-of-another").with("work_order", name)));
        }
        self.work.work_order = Some(id);
        self.work.applied.adopted = true;
        tracing::Span::current().record("work_order", id.get());
        tracing::info!("linked a work order that a person chose");
        Ok(())
    }

    /// Why it is held, and what solves it.
    fn may_be(&self, candidates: &[Candidate]) -> Said {
        let candidate = |candidate: &Candidate| {
            let signs: Value = candidate.signs.iter().map(|sign| Said::from(*sign)).collect();
            Said::new("double-candidate").with("work_order", name_of(candidate)).with("signs", signs)
        };
        let (store, number) = (format!("{:?}", self.store.settings.name), self.work.number.get());
        let solved = Said::new("double-solved").with("store", store).with("number", number);
        Said::new("possible-double")
            .with("candidates", candidates.iter().map(candidate).collect::<Value>())
            .with("solved", solved)
    }
}

fn named(candidates: &[Candidate]) -> Value {
    candidates.iter().map(name_of).collect()
}

/// A work order as people know it.
fn name_of(candidate: &Candidate) -> Value {
    numbered(candidate.id, &candidate.number)
}
