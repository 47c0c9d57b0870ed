//! A small RO App: one work order that does what a plan's steps say, and staff who change it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use rust_decimal::Decimal;

use super::super::{Applied, Conflict, Facts, Keep, LineValues, Links, NewItem, Plan, Remote, Sent, Step, plan};
use crate::domain::{
    discount::PerWhat,
    ids::{ItemId, OrderNumber, PersonId, ProductId, StatusId, StoreStatusId, WorkOrderId},
    marker::Marker,
    money,
    order::{Buyer, StoreOrder},
    product::{Catalogue, ProductWant},
    remote::{Head, Item, PersonCard},
    samples,
    store::{FieldText, MappedStatus, Settings},
};

/// The status that the order type gives.
pub(super) const INITIAL: StatusId = StatusId::new(10);

/// Everything about one order: the store's side, what is on record, and RO App.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) order: StoreOrder,
    pub(super) settings: Settings,
    pub(super) links: Links,
    pub(super) applied: Applied,
    pub(super) per: PerWhat,
    pub(super) head: Option<Head>,
    pub(super) items: Vec<Item>,
    pub(super) comments: Vec<String>,
    pub(super) resync: bool,
    pub(super) listed: Vec<Conflict>,
    pub(super) keep: Option<Keep>,
    pub(super) as_it_is: bool,
    pub(super) chosen_client: Option<PersonId>,
    next: i64,
}

/// Store status 1 is the initial one, 2 to 4 lead to 20 to 40, 6 to 20, and 5 is not known.
fn settings() -> Settings {
    let mut settings = samples::settings();
    let mapped = |(store, id)| (StoreStatusId::new(store), MappedStatus::Status(StatusId::new(id)));
    settings.status_map = [(2, 20), (3, 30), (4, 40), (6, 20)].map(mapped).into();
    settings.status_map.insert(StoreStatusId::new(1), MappedStatus::Initial);
    settings.custom_fields = BTreeMap::from([(601, FieldText::Paid), (602, FieldText::OrderNumber)]);
    settings
}

/// The client that stands for this buyer.
pub(super) fn card(id: i64, buyer: &Buyer) -> PersonCard {
    PersonCard {
        id: PersonId::new(id),
        first_name: buyer.name.clone(),
        last_name: String::new(),
        email: buyer.email.clone(),
        phones: vec![buyer.phone.clone()],
        notes: String::new(),
        created_at: None,
        modified_at: None,
    }
}

impl World {
    pub(super) fn new(order: StoreOrder, per: PerWhat) -> Self {
        let (settings, links, applied) = (settings(), Links::default(), Applied::default());
        Self {
            order,
            settings,
            links,
            applied,
            per,
            head: None,
            items: Vec::new(),
            comments: Vec::new(),
            resync: false,
            listed: Vec::new(),
            keep: None,
            as_it_is: false,
            chosen_client: None,
            next: 100,
        }
    }

    /// A world whose order was brought to RO App and found right.
    pub(super) fn brought(order: StoreOrder, per: PerWhat) -> Self {
        let mut world = Self::new(order, per);
        world.bring();
        world.verify();
        world
    }

    pub(super) fn plan_with(&self, remote: Remote<'_>) -> Plan {
        let marker = Marker { host: "shop.example.com".into(), number: OrderNumber::new(1042), generation: 1 };
        let facts = Facts {
            order: &self.order,
            settings: &self.settings,
            marker: &marker,
            placed_at: DateTime::default(),
            catalogue: &Catalogue::default(),
            links: &self.links,
            per: self.per,
            initial_status: Some(INITIAL),
            applied: &self.applied,
            remote,
            resync: self.resync,
            listed: &self.listed,
            decided: self.keep,
            keep: self.keep,
            as_it_is: self.as_it_is,
            chosen_client: self.chosen_client,
        };
        plan(&facts).unwrap()
    }

    /// The plan that would be carried out: with the lines where they are needed.
    pub(super) fn plan(&self) -> Plan {
        let Some(head) = &self.head else { return self.plan_with(Remote::Nothing) };
        let plan = if self.applied.adopted {
            self.plan_with(Remote::Lines(head, &self.items))
        } else {
            self.plan_with(Remote::Head(head))
        };
        if plan.needs_lines { self.plan_with(Remote::Lines(head, &self.items)) } else { plan }
    }

    /// Plans and does the steps until there is nothing left to do.
    pub(super) fn bring(&mut self) -> Vec<Plan> {
        let mut plans = Vec::new();
        loop {
            let plan = self.plan();
            for step in &plan.steps {
                self.step(step);
            }
            let again = plan.again;
            plans.push(plan);
            assert!(plans.len() < 4, "the plan does not come to an end");
            if !again {
                return plans;
            }
        }
    }

    /// What the verification notes when all is right.
    pub(super) fn verify(&mut self) {
        self.applied.verify(&self.order);
    }

    /// Does a step and notes it.
    pub(super) fn step(&mut self, step: &Step) {
        let made = self.send(step);
        self.applied.record(step, made);
        if matches!(step, Step::Create(_)) {
            self.applied.paid = self.order.payment.paid;
        }
    }

    /// Does a change whose answer is lost, and takes in what RO App shows of it, as is done before planning anew.
    pub(super) fn send_unanswered(&mut self, step: &Step) {
        self.applied.sent = Sent::of(step);
        self.send(step);
        if let Some(head) = &self.head {
            self.applied.take_in_sent(head, Some(&self.items));
        }
    }

    /// Does a step; the answer is lost unless noted.
    pub(super) fn send(&mut self, step: &Step) -> Option<NewItem> {
        let mut made = None;
        match step {
            Step::Person => {
                assert!(!self.links.person, "the person is linked already");
                self.links.person = true;
            }
            Step::Product(want) => {
                let product = ProductId::new(self.id());
                let before = self.links.products.insert(want.link_key.clone(), product);
                assert_eq!(before, None, "the product is linked already");
            }
            Step::Create(head) => {
                assert!(self.links.person && self.head.is_none(), "one work order, for a person");
                self.head = Some(Head {
                    id: WorkOrderId::new(1),
                    number: "A1".into(),
                    status: Some(INITIAL),
                    group: Some(1),
                    created_at: None,
                    modified_at: None,
                    client: None,
                    client_card: None,
                    location: None,
                    order_type: None,
                    total: None,
                    malfunction: head.malfunction.clone(),
                    manager_notes: head.manager_notes.clone(),
                    estimated_price: head.estimated_price.clone(),
                    custom_fields: head.custom_fields.clone(),
                });
            }
            Step::AddLine { want, values, .. } => made = Some(self.add(want, values)),
            Step::ChangeLine { item, values, .. } => {
                let item = self.items.iter_mut().find(|there| there.id == *item).unwrap();
                let (quantity, price, discount) = (values.quantity, values.price, values.discount);
                (item.quantity, item.price, item.discount) = (Some(quantity), Some(price), Some(discount));
            }
            Step::RemoveLine { item, .. } => {
                assert!(self.items.iter().any(|there| there.id == *item), "only what is there is removed");
                self.items.retain(|there| there.id != *item);
            }
            Step::Head { change, .. } => {
                let head = self.head.as_mut().unwrap();
                let change = change.clone();
                head.malfunction = change.malfunction.unwrap_or_else(|| head.malfunction.clone());
                head.manager_notes = change.manager_notes.unwrap_or_else(|| head.manager_notes.clone());
                head.estimated_price = change.estimated_price.unwrap_or_else(|| head.estimated_price.clone());
                head.custom_fields.extend(change.custom_fields);
            }
            Step::Status(status) => {
                let head = self.head.as_mut().unwrap();
                head.status = status.written.or(head.status);
            }
            Step::Comment(comment) => self.comments.push(comment.text().to_owned()),
            Step::AdoptLine { .. }
            | Step::ForgetLine { .. }
            | Step::WaiveLine { .. }
            | Step::AcceptLine { .. }
            | Step::AcceptClient(_)
            | Step::Told(_) => {}
            Step::Client(buyer) => {
                let head = self.head.as_mut().unwrap();
                (head.client, head.client_card) = (Some(PersonId::new(99)), Some(card(99, buyer)));
            }
        }
        self.sum_up();
        made
    }

    fn add(&mut self, want: &ProductWant, values: &LineValues) -> NewItem {
        let (item, product) = (ItemId::new(self.id()), self.links.products[&want.link_key]);
        self.items.push(Item {
            id: item,
            product: Some(product),
            quantity: Some(values.quantity),
            price: Some(values.price),
            discount: Some(values.discount),
            percentage: None,
            written_off: false,
        });
        NewItem { item, product }
    }

    fn id(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    /// RO App's own arithmetic.
    pub(super) fn sum_up(&mut self) {
        let total = self.items.iter().map(|item| {
            let [quantity, price, discount] = [item.quantity, item.price, item.discount].map(Option::unwrap_or_default);
            let times = if self.per == PerWhat::Unit { quantity } else { Decimal::ONE };
            money::round(price * quantity) - discount * times
        });
        let total = total.sum();
        if let Some(head) = &mut self.head {
            head.total = Some(total);
        }
    }

    pub(super) fn head(&mut self) -> &mut Head {
        self.head.as_mut().unwrap()
    }

    pub(super) fn total(&self) -> Decimal {
        self.head.as_ref().unwrap().total.unwrap()
    }

    /// The store has something else than was applied: lines, or what a closed work order does not take any more.
    pub(super) fn differs(&self) -> bool {
        let anew = Self::brought(self.order.clone(), self.per).applied;
        let values = |applied: &Applied| -> Vec<_> {
            applied.lines.iter().map(|(key, line)| (key.clone(), line.values.clone())).collect()
        };
        let closed = self.head.as_ref().is_some_and(Head::is_closed);
        values(&anew) != values(&self.applied) || (closed && anew.head != self.applied.head)
    }

    /// A line that staff add by themselves.
    pub(super) fn staff_add(&mut self) {
        let (id, one) = (ItemId::new(self.id()), Some(Decimal::ONE));
        let product = Some(ProductId::new(7));
        self.items.push(Item {
            id,
            product,
            quantity: one,
            price: one,
            discount: None,
            percentage: None,
            written_off: false,
        });
        self.sum_up();
    }

    /// Nothing is left to do, whatever was read.
    pub(super) fn assert_at_rest(&self) {
        let head = self.head.as_ref().unwrap();
        assert_eq!(self.plan_with(Remote::Head(head)), Plan::default());
        assert_eq!(self.plan_with(Remote::Lines(head, &self.items)), Plan::default());
    }

    /// Every line of the store stands there once, and nothing else.
    pub(super) fn assert_no_doubles(&self) {
        let linked: BTreeSet<_> = self.applied.lines.values().map(|line| line.item).collect();
        let there: BTreeSet<_> = self.items.iter().map(|item| item.id).collect();
        assert_eq!(linked, there);
        assert_eq!(self.total(), self.order.total_sum);
    }
}
