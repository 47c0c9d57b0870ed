//! All data of one sandbox account.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{order::Order, reference, seed::RoAppSeed};

/// A location; an archived one accepts no new work orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// No longer in use.
    pub is_archived: bool,
}

/// An employee; an inactive one is refused as manager and executor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employee {
    /// Its id.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What they do.
    pub position: String,
    /// They still work here.
    pub is_active: bool,
}

/// A phone, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phone {
    /// The number, in any spelling.
    pub phone: String,
    /// Its label.
    pub title: String,
    /// Messages are sent to it.
    pub notify: bool,
    /// Has Viber.
    pub has_viber: bool,
    /// Has `WhatsApp`.
    pub has_whatsapp: bool,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Person {
    /// Its id.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// Phones, as typed.
    pub phones: Vec<Phone>,
    /// Internal notes.
    pub notes: String,
    /// Address.
    pub address: String,
    /// Discount code.
    pub discount_code: String,
    /// Tax number.
    pub tax_identification_number: String,
    /// They are also a supplier.
    pub supplier: bool,
    /// Their manager.
    pub manager_id: Option<i64>,
    /// Where they came from.
    pub ad_campaign_id: Option<i64>,
    /// As sent, with keys `f<ID>`.
    pub custom_fields: Map<String, Value>,
    /// `{day, month, year?}` as sent.
    pub birthday: Option<Value>,
    /// Labels.
    pub tags: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub modified_at: DateTime<Utc>,
    /// A call made it, not staff or the seed.
    pub made_by_api: bool,
}

/// A catalogue entry.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Product {
    /// Its id.
    pub id: i64,
    /// Its category.
    pub category_id: i64,
    /// Title.
    pub title: String,
    /// `article` in un-versioned calls, `sku` in v2.
    pub article: String,
    /// Not unique.
    pub code: String,
    /// Description.
    pub description: String,
    /// Barcodes as text.
    pub barcodes: Vec<String>,
    /// Purchase cost.
    pub cost: Decimal,
    /// Prices by price list.
    pub prices: BTreeMap<i64, Decimal>,
    /// Unit of measure.
    pub uom_id: i64,
    /// It is tracked by serial number.
    pub is_serial: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// A call made it, not staff or the seed.
    pub made_by_api: bool,
}

/// Rules that the account's people set up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// The form of new work orders requires a due date.
    pub due_date_required: bool,
    /// Custom fields of work orders that the form requires.
    pub required_fields: BTreeSet<i64>,
    /// Custom fields of people that a new person must have; they may be empty.
    pub required_people_fields: BTreeSet<i64>,
    /// Statuses that a call may not set.
    pub refused_statuses: BTreeSet<i64>,
    /// The initial status by order type; 501 for a type that is missing here.
    pub initial_statuses: BTreeMap<i64, i64>,
    /// Products that no new line may use.
    pub archived_products: BTreeSet<i64>,
    /// The status that un-versioned paths answer with because the older API ended; `None` = they work.
    pub older_api_ended: Option<u16>,
    /// Articles that no new product may have.
    pub refused_articles: BTreeSet<String>,
    /// Locations that are closed to the key's employee.
    pub closed_locations: BTreeSet<i64>,
}

/// All data of an account.
#[derive(Debug, Clone)]
pub struct Data {
    /// When the company was made; tells companies apart.
    pub company_created_at: DateTime<Utc>,
    /// Locations.
    pub locations: Vec<Location>,
    /// Employees.
    pub employees: Vec<Employee>,
    /// Rules.
    pub rules: Rules,
    /// People by id.
    pub people: BTreeMap<i64, Person>,
    /// Products by id.
    pub products: BTreeMap<i64, Product>,
    /// Work orders by id.
    pub orders: BTreeMap<i64, Order>,
    /// Deleted people, by id.
    pub deleted_people: BTreeMap<i64, Person>,
    /// Deleted products, by id.
    pub deleted_products: BTreeMap<i64, Product>,
    /// Deleted work orders, by id.
    pub deleted_orders: BTreeMap<i64, Order>,
    last: Last,
}

/// The last id given out, by kind.
#[derive(Debug, Clone)]
struct Last {
    person: i64,
    product: i64,
    order: i64,
    item: i64,
}

const FIRST_ORDER: i64 = 700_001;

impl Data {
    pub(super) fn new(company_created_at: DateTime<Utc>, seed: RoAppSeed, now: DateTime<Utc>) -> Self {
        let mut data = Self {
            company_created_at,
            locations: reference::locations(),
            employees: reference::employees(),
            rules: Rules::default(),
            people: BTreeMap::new(),
            products: BTreeMap::new(),
            orders: BTreeMap::new(),
            deleted_people: BTreeMap::new(),
            deleted_products: BTreeMap::new(),
            deleted_orders: BTreeMap::new(),
            last: Last { person: 300_000, product: 900_000, order: FIRST_ORDER - 1, item: 78_870_000 },
        };
        for person in seed.people {
            data.add_person(person.into_person(), now);
        }
        for product in seed.products {
            data.add_product(product.into_product(), now);
        }
        data
    }

    pub(super) fn add_person(&mut self, person: Person, now: DateTime<Utc>) -> i64 {
        self.last.person += 1;
        let id = self.last.person;
        self.people.insert(id, Person { id, created_at: now, modified_at: now, ..person });
        id
    }

    pub(super) fn add_product(&mut self, product: Product, now: DateTime<Utc>) -> i64 {
        self.last.product += 1;
        let id = self.last.product;
        self.products.insert(id, Product { id, created_at: now, ..product });
        id
    }

    pub(super) fn add_order(&mut self, order: Order, now: DateTime<Utc>, lag: TimeDelta) -> i64 {
        self.last.order += 1;
        let id = self.last.order;
        let number = format!("A{:03}", id - FIRST_ORDER + 1);
        let mut order = Order { id, number, created_at: now, listed_at: now + lag, ..order };
        let initial = self.rules.initial_statuses.get(&order.order_type_id).copied();
        order.move_to(initial.unwrap_or(reference::INITIAL_STATUS), now, order.made_by_api);
        self.orders.insert(id, order);
        id
    }

    /// The id of the next line.
    pub(super) fn next_item(&mut self) -> i64 {
        self.last.item += 1;
        self.last.item
    }

    /// A person, deleted or not.
    pub(super) fn any_person(&self, id: i64) -> Option<&Person> {
        self.people.get(&id).or_else(|| self.deleted_people.get(&id))
    }

    /// A product, deleted or not.
    pub(super) fn any_product(&self, id: i64) -> Option<&Product> {
        self.products.get(&id).or_else(|| self.deleted_products.get(&id))
    }

    pub(super) fn is_active_employee(&self, id: i64) -> bool {
        self.employees.iter().any(|employee| employee.id == id && employee.is_active)
    }
}
