//! One order that is looked at: the plan for it, and what the plan comes to in words.

use std::{collections::BTreeMap, fmt};

use super::{Look, LookError};
use crate::{
    db::{
        catalogue,
        links::{self, Link, LinkKind},
        work::Work,
    },
    domain::{
        buyer,
        claim::{Doubt, Own},
        discount::PerWhat,
        ids::WorkOrderId,
        marker::Marker,
        order::StoreOrder,
        phone_field,
        plan::{self, Applied, Facts, Links, Plan, Remote, Step},
        product::ProductWant,
        remote::{Head, Item},
        scope,
    },
    sync::account::made_since,
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
    Hold(String),
}

impl Subject {
    /// Plans as the daemon does. RO App is read where the order has a work order.
    pub(super) async fn plan(&self, look: &Look<'_>) -> Result<Would, LookError> {
        if let Err(hold) = plan::may_be_written(&self.order, &look.store.settings) {
            return Ok(Would::Hold(hold.to_string()));
        }
        let linked = self.work.as_ref().and_then(|work| work.work_order);
        let found = look.marked.get(&(look.store.id, self.order.number)).copied();
        let Some(id) = linked.or(found) else {
            return Ok(match self.plan_with(look, None).await? {
                Ok(plan) => Would::Make(steps(&plan)),
                Err(reason) => Would::Hold(reason),
            });
        };
        let Some((head, items)) = read(look, id).await? else {
            return Ok(Would::Hold("the work order was deleted in RO App".into()));
        };
        if linked.is_none()
            && let [doubt, ..] = self.doubts(look, &head).as_slice()
        {
            return Ok(Would::Hold(format!("work order {id} carries the order's marker, but {doubt}")));
        }
        Ok(match (self.plan_with(look, Some((&head, &items))).await?, linked) {
            (Err(reason), _) => Would::Hold(reason),
            (Ok(plan), None) => Would::Adopt(steps(&plan)),
            (Ok(plan), Some(_)) if steps(&plan).is_empty() => Would::Nothing,
            (Ok(plan), Some(_)) => Would::Change(steps(&plan)),
        })
    }

    /// What speaks against a work order that carries the marker, as far as it shows without its client.
    fn doubts(&self, look: &Look<'_>, head: &Head) -> Vec<Doubt> {
        let settings = &look.store.settings;
        let own = Own {
            marker: &self.marker(look),
            location: Some(settings.location_id),
            order_type: Some(settings.order_type_id),
            not_before: made_since(scope::to_utc(self.order.placed_at, settings.time_zone)),
        };
        own.doubts(head)
    }

    fn marker(&self, look: &Look<'_>) -> Marker {
        let generation = self.work.as_ref().map_or(1, |work| work.generation);
        Marker { host: look.store.marker_host.clone(), number: self.order.number, generation }
    }

    async fn plan_with(
        &self,
        look: &Look<'_>,
        remote: Option<(&Head, &[Item])>,
    ) -> Result<Result<Plan, String>, LookError> {
        let (pool, store, account) = (&look.engine.pool, &look.store, look.account.id);
        let settings = &store.settings;
        let marker = self.marker(look);
        let articles: Vec<_> = self.order.lines.iter().map(|line| line.article.clone()).collect();
        let catalogue = catalogue::get(pool, store.id, &articles).await?;
        let wants = self.order.lines.iter().map(|line| ProductWant::of(line, settings, &catalogue).link_key);
        let phones = phone_field::phones(&self.order.buyer.phone, &settings.phone_region);
        let buyer = buyer::link_key(&self.order.buyer, phones.first(), &marker);
        let person = links::find(pool, account, LinkKind::Person, &buyer).await?;
        let links = Links {
            person: matches!(person, Some(Link::Made(_))),
            products: links::products(pool, account, &wants.collect::<Vec<_>>()).await?,
            ..Links::default()
        };
        let mut applied = self.work.as_ref().map_or_else(Applied::default, |work| work.applied.clone());
        applied.adopted |= remote.is_some() && applied.head.is_none();
        let facts = Facts {
            order: &self.order,
            settings,
            marker: &marker,
            placed_at: scope::to_utc(self.order.placed_at, settings.time_zone),
            catalogue: &catalogue,
            links: &links,
            per: look.account.discount_per.unwrap_or(PerWhat::Line),
            initial_status: self.work.as_ref().and_then(|work| work.initial_status).or(store.initial_status),
            applied: &applied,
            remote: remote.map_or(Remote::Nothing, |(head, items)| Remote::Lines(head, items)),
            resync: self.work.as_ref().is_some_and(|work| work.resync),
            listed: self.work.as_ref().map_or(&[], |work| &work.conflicts),
            decided: self.work.as_ref().and_then(|work| work.resolve),
            keep: self.work.as_ref().and_then(Work::keep),
        };
        Ok(plan::plan(&facts).map_err(|fault| fault.to_string()))
    }
}

/// The work order with its lines; `None` when it is gone.
async fn read(look: &Look<'_>, id: WorkOrderId) -> Result<Option<(Head, Vec<Item>)>, LookError> {
    let Some(head) = look.roapp.order(id).await? else { return Ok(None) };
    let items = look.roapp.items(id).await?;
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
            return f.write_str(reason);
        }
        let mut counts = BTreeMap::new();
        for step in self.steps() {
            *counts.entry(*step).or_default() += 1;
        }
        f.write_str(&listed(&counts))
    }
}
