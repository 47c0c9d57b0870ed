//! What people do in RO App's own pages while the daemon works.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    data::{Data, Employee, Product},
    front::Shared,
    order::{Discount, Item, Order, round},
    orders::AT_ONCE,
    seed::{SeedPerson, SeedProduct},
};

/// There is no record with that id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox has no {kind} {id}")]
pub struct Missing {
    kind: &'static str,
    id: i64,
}

/// The account's people at work. No key, limit or rule stops them.
#[derive(Debug, Clone, Copy)]
pub struct Staff<'a>(pub(super) &'a Shared);

type Done<T = ()> = Result<T, Missing>;

#[expect(clippy::missing_errors_doc, reason = "each fails only when nothing has the id")]
#[expect(clippy::must_use_candidate, reason = "the id of what is added is not always wanted")]
impl Staff<'_> {
    /// Moves a work order to a status; also closes and reopens it.
    pub fn set_status(self, order: i64, status: i64) -> Done {
        self.order(order, |order, now| order.move_to(status, now, false))
    }

    /// Replaces the internal notes.
    pub fn edit_notes(self, order: i64, text: &str) -> Done {
        self.order(order, |order, _| order.manager_notes = text.into())
    }

    /// Replaces the task.
    pub fn edit_malfunction(self, order: i64, text: &str) -> Done {
        self.order(order, |order, _| order.malfunction = text.into())
    }

    /// Gives a work order to another manager, or to none.
    pub fn set_manager(self, order: i64, manager: Option<i64>) -> Done {
        self.order(order, |order, _| order.manager_id = manager)
    }

    /// Gives a work order to another client.
    pub fn set_client(self, order: i64, client: i64) -> Done {
        self.order(order, |order, _| order.client_id = client)
    }

    /// Deletes a work order.
    pub fn delete_order(self, order: i64) -> Done {
        let mut data = self.0.data();
        let gone = data.orders.remove(&order).ok_or(Missing { kind: "work order", id: order })?;
        data.deleted_orders.insert(order, gone);
        Ok(())
    }

    /// Takes an order at the counter of location 11; lists show it at once. Returns its id.
    pub fn add_order(self, client: i64, notes: &str) -> i64 {
        let order = Order {
            branch_id: 11,
            order_type_id: 72,
            client_id: client,
            manager_id: Some(21),
            manager_notes: notes.into(),
            ..Order::default()
        };
        self.0.data().add_order(order, self.0.clock.now(), AT_ONCE)
    }

    /// Adds a line. Returns its id.
    pub fn add_item(self, order: i64, product: i64, quantity: Decimal, price: Decimal) -> Done<i64> {
        if !self.0.data().products.contains_key(&product) {
            return Err(Missing { kind: "product", id: product });
        }
        let id = self.0.data().next_item();
        self.order(order, |order, now| {
            order.items.push(Item {
                id,
                entity_id: product,
                assignee_id: 24,
                quantity: round(quantity, 3),
                price: round(price, 2),
                cost: Decimal::ZERO,
                discount: Discount::default(),
                warranty_period: "0".into(),
                warranty_units: "days".into(),
                tax_ids: Vec::new(),
                comment: String::new(),
                written_off: false,
                created_at: now,
                made_by_api: false,
            });
        })?;
        Ok(id)
    }

    /// Changes quantity and price of a line.
    pub fn change_item(self, order: i64, item: i64, quantity: Decimal, price: Decimal) -> Done {
        self.item(order, item, |item| (item.quantity, item.price) = (round(quantity, 3), round(price, 2)))
    }

    /// Takes an amount off a line.
    pub fn discount_item(self, order: i64, item: i64, amount: Decimal) -> Done {
        self.item(order, item, |item| item.discount = Discount { amount: round(amount, 2), ..Discount::default() })
    }

    /// Takes a percentage off a line.
    pub fn discount_item_by(self, order: i64, item: i64, percentage: Decimal) -> Done {
        let kind = "percentage".into();
        self.item(order, item, |item| item.discount = Discount { kind, percentage, ..Discount::default() })
    }

    /// Writes off the goods of a line.
    pub fn write_off(self, order: i64, item: i64) -> Done {
        self.item(order, item, |item| item.written_off = true)
    }

    /// Takes back the write-off of a line's goods.
    pub fn bring_back(self, order: i64, item: i64) -> Done {
        self.item(order, item, |item| item.written_off = false)
    }

    /// Deletes a line.
    pub fn delete_item(self, order: i64, item: i64) -> Done {
        self.item(order, item, |_| {})?;
        self.order(order, |order, _| order.items.retain(|line| line.id != item))
    }

    /// Enters a client. Returns their id.
    pub fn add_person(self, person: SeedPerson) -> i64 {
        self.0.data().add_person(person.into_person(), self.0.clock.now())
    }

    /// Deletes a client.
    pub fn delete_person(self, person: i64) -> Done {
        let mut data = self.0.data();
        let gone = data.people.remove(&person).ok_or(Missing { kind: "person", id: person })?;
        data.deleted_people.insert(person, gone);
        Ok(())
    }

    /// Enters a product. Returns its id.
    pub fn add_product(self, product: SeedProduct) -> i64 {
        self.0.data().add_product(product.into_product(), self.0.clock.now())
    }

    /// Changes a product.
    pub fn edit_product(self, product: i64, edit: impl FnOnce(&mut Product)) -> Done {
        let mut data = self.0.data();
        let found = data.products.get_mut(&product).ok_or(Missing { kind: "product", id: product })?;
        edit(found);
        Ok(())
    }

    /// Deletes a product.
    pub fn delete_product(self, product: i64) -> Done {
        let mut data = self.0.data();
        let gone = data.products.remove(&product).ok_or(Missing { kind: "product", id: product })?;
        data.deleted_products.insert(product, gone);
        Ok(())
    }

    /// Archives a product: from now on, no line may use it.
    pub fn archive_product(self, product: i64) {
        self.0.data().rules.archived_products.insert(product);
    }

    /// Restores an archived product: lines may use it again.
    pub fn bring_product_back(self, product: i64) {
        self.0.data().rules.archived_products.remove(&product);
    }

    /// Ends the older API: un-versioned paths answer with this status, 404 or 410. `None` restores it.
    pub fn end_older_api(self, status: Option<u16>) {
        self.0.data().rules.older_api_ended = status;
    }

    /// From now on, no product may be made with this article; an empty one stands for products without an article.
    pub fn refuse_article(self, article: &str) {
        self.0.data().rules.refused_articles.insert(article.into());
    }

    /// Deactivates an employee: from now on they are refused as manager and executor.
    pub fn deactivate_employee(self, employee: i64) -> Done {
        self.employee(employee, |found| found.is_active = false)
    }

    /// Activates an employee again.
    pub fn activate_employee(self, employee: i64) -> Done {
        self.employee(employee, |found| found.is_active = true)
    }

    /// Archives a location: from now on it accepts no work orders.
    pub fn archive_location(self, location: i64) -> Done {
        let mut data = self.0.data();
        let found = data.locations.iter_mut().find(|found| found.id == location);
        found.ok_or(Missing { kind: "location", id: location })?.is_archived = true;
        Ok(())
    }

    /// Makes the due date required or optional in the form of new work orders.
    pub fn set_required_due_date(self, required: bool) {
        self.0.data().rules.due_date_required = required;
    }

    /// Makes a custom field required in the form of new work orders.
    pub fn require_custom_field(self, field: i64) {
        self.0.data().rules.required_fields.insert(field);
    }

    /// Makes a custom field of people required (contract roapp 5.1).
    pub fn require_people_field(self, field: i64) {
        self.0.data().rules.required_people_fields.insert(field);
    }

    /// Makes a custom field of work orders optional again.
    pub fn free_custom_field(self, field: i64) {
        self.0.data().rules.required_fields.remove(&field);
    }

    /// From now on, no call may set this status.
    pub fn refuse_status(self, status: i64) {
        self.0.data().rules.refused_statuses.insert(status);
    }

    /// Calls may set this status again.
    pub fn allow_status(self, status: i64) {
        self.0.data().rules.refused_statuses.remove(&status);
    }

    /// From now on, the key's employee may not work in this location.
    pub fn close_location(self, location: i64) {
        self.0.data().rules.closed_locations.insert(location);
    }

    /// The key's employee may work in this location again.
    pub fn open_location(self, location: i64) {
        self.0.data().rules.closed_locations.remove(&location);
    }

    /// Makes any other change.
    pub fn edit<T>(self, edit: impl FnOnce(&mut Data, DateTime<Utc>) -> T) -> T {
        edit(&mut self.0.data(), self.0.clock.now())
    }

    fn order<T>(self, id: i64, edit: impl FnOnce(&mut Order, DateTime<Utc>) -> T) -> Done<T> {
        let (mut data, now) = (self.0.data(), self.0.clock.now());
        let order = data.orders.get_mut(&id).ok_or(Missing { kind: "work order", id })?;
        order.modified_at = now;
        Ok(edit(order, now))
    }

    fn item(self, order: i64, id: i64, edit: impl FnOnce(&mut Item)) -> Done {
        self.order(order, |order, _| {
            let item = order.items.iter_mut().find(|item| item.id == id).ok_or(Missing { kind: "line", id })?;
            edit(item);
            Ok(())
        })?
    }

    fn employee(self, id: i64, edit: impl FnOnce(&mut Employee)) -> Done {
        let mut data = self.0.data();
        edit(data.employees.iter_mut().find(|found| found.id == id).ok_or(Missing { kind: "employee", id })?);
        Ok(())
    }
}
