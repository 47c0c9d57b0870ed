//! The orders of the store: which are wanted, and what would be done for each.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDateTime;

use super::{ImportError, Sides};
use crate::{
    cartum::{OrderFilter, OrderRow},
    db::{
        self,
        catalogue::{self, ToAsk},
        rereads::{self, Known},
        work::Work,
    },
    domain::{
        discount::PerWhat,
        double::{Choice, PossibleDouble, Sought},
        ids::{OrderNumber, PersonId},
        money,
        order::{Buyer, StoreOrder},
        order_state::OrderState,
        phone::Phone,
        phone_field,
        plan::{self, Plan, Step},
        rehearsal::{Rehearsal, Shelf},
        said::Said,
        scope,
        store::{MappedStatus, ProductKeyKind},
    },
    sync::{order::Order, store::articles},
};

/// Orders that are rehearsed at most.
const MOST: u64 = 20_000;
/// Orders that would be held and are named.
const MOST_NAMED: usize = 50;

/// An order of the window that has no work order of ours.
pub(super) struct OrderMet {
    pub(super) sought: Sought,
    /// In the store's zone.
    pub(super) placed_at: NaiveDateTime,
    /// Whose it is, by place, where the import brings it.
    pub(super) buyer: Option<usize>,
    /// The import brings it.
    pub(super) is_wanted: bool,
}

/// A buyer, and the person whom RO App has for them.
pub(super) struct BuyerMet {
    pub(super) buyer: Buyer,
    pub(super) phones: Vec<Phone>,
    /// Linked by an earlier order, or found.
    pub(super) person: Option<PersonId>,
    /// RO App was asked for them, or would have been.
    pub(super) is_compared: bool,
}

/// What the store's orders came to.
pub(super) struct Met {
    pub(super) rehearsal: Rehearsal,
    pub(super) orders: Vec<OrderMet>,
    pub(super) buyers: Vec<BuyerMet>,
    pub(super) shelf: Shelf,
    /// Calls for work orders.
    pub(super) calls: u64,
}

/// Reads the window of the import and plans its orders.
///
/// What a person said of `known` orders holds.
pub(super) async fn read(sides: &Sides<'_>, known: &[PossibleDouble]) -> Result<Met, ImportError> {
    let is_there = |double: &&PossibleDouble| matches!(double.choice, Some(Choice::Link(_) | Choice::Skip));
    let mut reading = Reading {
        sides,
        in_roapp: known.iter().filter(is_there).map(|double| double.number).collect(),
        seen: BTreeSet::new(),
        places: HashMap::new(),
        met: Met {
            rehearsal: Rehearsal { is_whole: true, ..Rehearsal::default() },
            orders: Vec::new(),
            buyers: Vec::new(),
            shelf: Shelf::new(&sides.store.settings),
            calls: 0,
        },
    };
    let filter = OrderFilter { from: Some(sides.window.from), to: None, statuses: Vec::new() };
    let mut walk = sides.shop.walk(filter);
    loop {
        let rows = match walk.next().await {
            Ok(Some(rows)) => rows,
            Ok(None) => break,
            Err(error) => return Err(ImportError::Unread(error.with_causes())),
        };
        reading.page(&rows).await?;
        let found = reading.met.rehearsal.found();
        sides.did(found, None);
        if found >= MOST {
            reading.met.rehearsal.is_whole = false;
            break;
        }
    }
    Ok(reading.met)
}

struct Reading<'a> {
    sides: &'a Sides<'a>,
    seen: BTreeSet<OrderNumber>,
    /// Orders that a person said are in RO App.
    in_roapp: BTreeSet<OrderNumber>,
    /// Buyers by link key.
    places: HashMap<String, usize>,
    met: Met,
}

impl Reading<'_> {
    async fn page(&mut self, rows: &[OrderRow]) -> Result<(), ImportError> {
        let numbers: Vec<_> = rows.iter().filter_map(|row| row.number).collect();
        let mut tx = db::begin(self.sides.pool).await?;
        let known = rereads::known(&mut tx, self.sides.store.id, &numbers).await?;
        drop(tx);
        let wanted: Vec<_> = rows.iter().filter_map(|row| self.wanted(row, &known)).collect();
        self.learn(&wanted).await?;
        for order in wanted {
            Box::pin(self.order(order)).await?;
        }
        Ok(())
    }

    /// The order of a row, if the import would bring it; the others are counted.
    fn wanted<'r>(
        &mut self,
        row: &'r OrderRow,
        known: &std::collections::BTreeMap<OrderNumber, Known>,
    ) -> Option<&'r StoreOrder> {
        let Sides { store, window, .. } = self.sides;
        if row.number.is_some_and(|number| !self.seen.insert(number)) {
            return None;
        }
        let rehearsal = &mut self.met.rehearsal;
        let (Some(number), Ok(order)) = (row.number, &row.order) else {
            rehearsal.unreadable += 1;
            return None;
        };
        let known = known.get(&number);
        let (state, ..) = scope::state(order, &store.settings, *window, known.map(Known::before));
        match state {
            _ if known.is_some_and(|known| known.is_written) => rehearsal.in_roapp += 1,
            OrderState::Waiting if self.in_roapp.contains(&number) => rehearsal.in_roapp += 1,
            OrderState::Waiting => return Some(order),
            OrderState::Excluded if order.placed_at >= window.from => {
                *rehearsal.excluded.entry(order.status).or_default() += 1;
                self.seek(order, None);
            }
            _ => {}
        }
        None
    }

    /// Asks the store's catalogue for the articles of these orders. One that does not answer stops nothing: the titles of the orders'
    /// lines serve then, as in the import.
    async fn learn(&self, orders: &[&StoreOrder]) -> Result<(), ImportError> {
        let Sides { pool, store, shop, .. } = self.sides;
        let named: BTreeSet<_> =
            orders.iter().flat_map(|order| &order.lines).map(|line| line.article.clone()).collect();
        let needs_gtin = store.settings.identify_products_by == ProductKeyKind::Barcode;
        let named: Vec<_> = named.into_iter().collect();
        let ToAsk { new, .. } = catalogue::to_ask(pool, store.id, &named, needs_gtin).await?;
        if new.is_empty() {
            return Ok(());
        }
        match shop.catalogue(&new).await {
            Ok(rows) => {
                let mut tx = db::begin(pool).await?;
                catalogue::save_blank(&mut tx, store.id, &new).await?;
                catalogue::save(&mut tx, store.id, &articles::entries(store, rows)).await?;
                tx.commit().await?;
            }
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "the store's catalogue does not answer");
            }
        }
        Ok(())
    }

    /// Plans an order as the import does.
    async fn order(&mut self, data: &StoreOrder) -> Result<(), ImportError> {
        let Sides { pool, store, account, .. } = self.sides;
        let number = data.number;
        let per = account.discount_per.unwrap_or(PerWhat::Line);
        let work = Work::not_saved(store.id, number);
        let planned = if let Err(hold) = plan::may_be_written(data, &store.settings) {
            Err(hold)
        } else {
            let order = Order::gather((pool, account.id), per, (*store).clone(), data.clone(), work).await?;
            order.plan(per, None, None).map(|plan| (order, plan))
        };
        match planned {
            Ok((order, plan)) => self.count(&order, &plan),
            Err(hold) => {
                let rehearsal = &mut self.met.rehearsal;
                rehearsal.held += 1;
                if rehearsal.held_for.len() < MOST_NAMED {
                    rehearsal.held_for.push((number, Said::from(&hold)));
                }
                self.seek(data, None);
            }
        }
        Ok(())
    }

    /// It is to be compared with RO App's work orders; whose it is is known of one that the import brings.
    fn seek(&mut self, data: &StoreOrder, buyer: Option<usize>) {
        let settings = &self.sides.store.settings;
        let sought = Sought {
            number: data.number,
            placed_at: scope::to_utc(data.placed_at, settings.time_zone),
            total: money::round(data.total_sum),
            phones: phone_field::phones(&data.buyer.phone, &settings.phone_region),
            client: None,
        };
        let is_wanted = buyer.is_some();
        self.met.orders.push(OrderMet { sought, placed_at: data.placed_at, buyer, is_wanted });
    }

    fn count(&mut self, order: &Order, plan: &Plan) {
        let Met { rehearsal, buyers, shelf, calls, .. } = &mut self.met;
        let (data, settings) = (&order.data, &order.store.settings);
        rehearsal.orders += 1;
        rehearsal.total += data.total_sum;
        if !matches!(settings.status_map.get(&data.status), Some(MappedStatus::Status(_))) {
            *rehearsal.initial.entry(data.status).or_default() += 1;
        }
        let own = plan.steps.iter().filter(|step| match step {
            Step::Create(_) | Step::AddLine { .. } | Step::Comment(_) => true,
            Step::Status(status) => status.written.is_some(),
            _ => false,
        });
        *calls += own.map(|_| 1).sum::<u64>();
        let buyer = *self.places.entry(order.buyer_key()).or_insert_with(|| {
            let (buyer, phones) = (data.buyer.clone(), order.phones.clone());
            buyers.push(BuyerMet { buyer, phones, person: order.person, is_compared: true });
            buyers.len() - 1
        });
        for line in data.lines.iter().filter(|line| !line.is_left_out()) {
            shelf.want(line, &order.catalogue);
        }
        self.seek(data, Some(buyer));
    }
}
