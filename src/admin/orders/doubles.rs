//! Orders that RO App may have already without our marker: another connector made their work orders, or a person did. A person decides
//! about each, before the import or later.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::PgPool;

use crate::{
    admin::{AdminError, By, Moment, Placed, Told},
    db::{
        self, asks,
        doubles::{self, Which},
        history,
        stores::Store,
        work_orders,
    },
    domain::{
        dictionary::Names,
        double::{Candidate, Choice, PossibleDouble, Sign},
        ids::{OrderNumber, WorkOrderId},
        money,
        order_state::OrderState,
        said::Said,
        scope,
    },
};

/// Orders that are shown, and decided about at once, at most.
const MOST: i64 = 2_000;

/// States of an order whose decision is carried out at once; one that is being worked takes it up as well.
const OPEN: [OrderState; 4] = [OrderState::Waiting, OrderState::Held, OrderState::Excluded, OrderState::Failed];

/// An order that RO App may have already.
#[derive(Debug, Clone, Serialize)]
pub struct DoubleRow {
    /// Cartum's order number.
    pub number: i64,
    /// When it was placed.
    pub placed_at: Moment,
    /// When it was placed, in the store's zone.
    #[serde(skip)]
    pub placed: Placed,
    /// Its total.
    pub total: String,
    /// Work orders that may be its own.
    pub candidates: Vec<CandidateRow>,
    /// `link`, `skip` or `create`, once somebody has decided.
    pub decision: Option<&'static str>,
    /// The work order that it is linked with.
    pub work_order_id: Option<i64>,
    /// The order has a work order by now: nothing is left to decide.
    pub is_settled: bool,
}

/// A work order that may be an order's.
#[derive(Debug, Clone, Serialize)]
pub struct CandidateRow {
    /// RO App's id.
    pub id: i64,
    /// The number that people see there.
    pub number: String,
    /// When it was made.
    pub made_at: Option<Moment>,
    /// Its total.
    pub total: Option<String>,
    /// What speaks for it.
    pub signs: Vec<Told>,
}

impl CandidateRow {
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> String {
        if self.number.is_empty() { self.id.to_string() } else { self.number.clone() }
    }

    /// What speaks for it, in one line.
    #[must_use]
    pub fn signs_text(&self) -> String {
        self.signs.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

/// The orders of a store that RO App may have already, those that wait for a decision first.
///
/// # Errors
/// When the database fails.
pub async fn possible_doubles(pool: &PgPool, store: &Store) -> Result<Vec<DoubleRow>, AdminError> {
    let found = doubles::of_store(pool, store.id, Which::Listed, MOST).await?;
    Ok(found.iter().map(|double| row(double, store)).collect())
}

/// The same of one order; `None` where RO App has nothing that looks like it, or it has a work order by now.
///
/// # Errors
/// When the database fails.
pub async fn possible_double(
    pool: &PgPool,
    store: &Store,
    number: OrderNumber,
) -> Result<Option<DoubleRow>, AdminError> {
    let found = doubles::of_store(pool, store.id, Which::These(&[number]), 1).await?;
    Ok(found.first().filter(|double| !double.is_settled).map(|double| row(double, store)))
}

/// How many orders of a store wait for somebody to say whether RO App has them already.
///
/// # Errors
/// When the database fails.
pub async fn undecided_doubles(pool: &PgPool, store: &Store) -> Result<i64, AdminError> {
    Ok(doubles::waiting(pool, store.id).await?)
}

fn row(double: &PossibleDouble, store: &Store) -> DoubleRow {
    let candidate = |candidate: &Candidate| CandidateRow {
        id: candidate.id.get(),
        number: candidate.number.clone(),
        made_at: candidate.made_at.map(Moment),
        total: candidate.total.map(money::plain),
        signs: candidate.signs.iter().map(|sign| Told::new(&Said::from(*sign), &Names::default())).collect(),
    };
    DoubleRow {
        number: double.number.get(),
        placed_at: Moment(scope::to_utc(double.placed_at, store.settings.time_zone)),
        placed: Placed { at: double.placed_at, zone: store.settings.time_zone },
        total: money::plain(double.total),
        candidates: double.candidates.iter().map(candidate).collect(),
        decision: double.choice.map(Choice::word),
        work_order_id: double.choice.and_then(Choice::work_order).map(WorkOrderId::get),
        is_settled: double.is_settled,
    }
}

/// What a person decides about orders that RO App may have already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoubleDecision {
    /// Each is this work order, or the only one that it may be.
    Link(Option<WorkOrderId>),
    /// They are in RO App already and are left out.
    Skip,
    /// They are others: work orders are made.
    Create,
}

/// What was decided, and what was not possible.
#[derive(Debug, Clone, Default)]
pub struct DoublesDecided {
    /// Decided.
    pub decided: Vec<OrderNumber>,
    /// Left as they are, each with the reason.
    pub left: Vec<(OrderNumber, Said)>,
}

/// Decides about these orders, or about all that wait for a decision. Those that were imported already are settled at once.
///
/// # Errors
/// When the database fails.
pub async fn decide_doubles(
    pool: &PgPool,
    store: &Store,
    numbers: Option<&[OrderNumber]>,
    decision: DoubleDecision,
    by: &By,
) -> Result<DoublesDecided, AdminError> {
    let mut meant = doubles::of_store(pool, store.id, numbers.map_or(Which::Listed, Which::These), MOST).await?;
    if numbers.is_none() {
        meant.retain(|double| double.choice.is_none() && !double.is_settled);
    }
    let mut outcome = DoublesDecided::default();
    for number in numbers.into_iter().flatten() {
        if meant.iter().all(|double| double.number != *number) {
            outcome.left.push((*number, Said::new("no-possible-double")));
        }
    }
    let ids: Vec<_> = meant.iter().flat_map(|double| &double.candidates).map(|candidate| candidate.id).collect();
    let own: Vec<_> = meant.iter().map(|double| double.number).collect();
    let mut taken = doubles::chosen_elsewhere(pool, (store.account, store.id), &ids, &own).await?;
    taken.extend(work_orders::linked_of(pool, store.account, &ids).await?);
    let mut choices = Vec::new();
    for double in &meant {
        match choice(double, decision, |id| taken.contains(&id)) {
            Ok(choice) => {
                taken.extend(choice.work_order());
                choices.push((double.number, choice));
            }
            Err(why) => {
                taken.extend(double.choice.and_then(Choice::work_order));
                outcome.left.push((double.number, why));
            }
        }
    }
    let mut tx = db::begin(pool).await?;
    let imported = doubles::decide(&mut tx, store.id, &choices, by.user()).await?;
    let choice_of: BTreeMap<_, _> = choices.iter().copied().collect();
    for (number, order) in &imported {
        if let Some(choice) = choice_of.get(number) {
            history::add(&mut tx, *order, &told(*choice)).await?;
        }
    }
    let imported: Vec<_> = imported.into_iter().map(|(_, order)| order).collect();
    asks::retry(&mut tx, store, &imported, &OPEN).await?;
    tx.commit().await?;
    outcome.decided = choices.into_iter().map(|(number, _)| number).collect();
    Ok(outcome)
}

fn told(choice: Choice) -> Said {
    match choice {
        Choice::Link(id) => Said::new("decided-double-link").with("work_order", id),
        Choice::Skip => Said::new("decided-double-skip"),
        Choice::Create => Said::new("decided-double-create"),
    }
}

/// The decision about one order, or why it cannot be made.
fn choice(
    double: &PossibleDouble,
    decision: DoubleDecision,
    is_taken: impl Fn(WorkOrderId) -> bool,
) -> Result<Choice, Said> {
    if double.is_settled {
        return Err(Said::new("double-settled"));
    }
    let wanted = match decision {
        DoubleDecision::Skip => return Ok(Choice::Skip),
        DoubleDecision::Create => return Ok(Choice::Create),
        DoubleDecision::Link(wanted) => wanted,
    };
    let candidate = match wanted {
        Some(id) => {
            double.candidates.iter().find(|candidate| candidate.id == id).ok_or_else(|| Said::new("no-candidate"))?
        }
        None => only_one(double)?,
    };
    if is_taken(candidate.id) { Err(Said::new("work-order-of-another")) } else { Ok(Choice::Link(candidate.id)) }
}

/// The candidate of an order that has one, where more than a number in a text speaks for it.
fn only_one(double: &PossibleDouble) -> Result<&Candidate, Said> {
    match double.candidates.as_slice() {
        [only] if only.total == Some(double.total) || only.signs.contains(&Sign::ClientAndTotal) => Ok(only),
        [_] => Err(Said::new("double-by-number-alone")),
        _ => Err(Said::new("double-of-several")),
    }
}
