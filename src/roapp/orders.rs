//! Work orders and their lines (contract roapp 4).

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    Created, ItemChange, MadeOrder, NewItem, NewOrder, OrderChange, RoApp, RoAppError,
    call::{Call, is_page},
    row::Row,
    wire,
};
use crate::domain::{
    ids::{ItemId, LocationId, OrderTypeId, PersonId, ProductId, StatusId, WorkOrderId},
    remote::{Head, Item, PersonCard},
};

const ORDERS: &str = "/v2/orders";
const ORDER: &str = "/v2/orders/{id}";
const ITEMS: &str = "/v2/orders/{id}/items";
const ITEM: &str = "/v2/orders/{id}/items/{item_id}";

impl RoApp {
    /// Work orders of one client made at this time or later, newest first. A row with another client or an earlier time is left
    /// out; a row that shows neither is kept.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn orders_of_client(&self, client: PersonId, from: DateTime<Utc>) -> Result<Vec<Head>, RoAppError> {
        let from = wire::whole_seconds(from);
        let all = || Call::get(ORDERS).with("created_at", &wire::instant_text(from)).with("sort", "-id");
        let is_others = |head: &Head| head.client.is_some_and(|shown| shown != client);
        let is_early = |head: &Head| head.created_at.is_some_and(|at| at < from);
        let mut heads = None;
        for filter in self.0.options.dialect.client_filters() {
            let call = all().with(filter, &client.to_string());
            match self.pages_until(call, head, |found| found.iter().any(is_others)).await {
                Ok(found) if !found.iter().any(is_others) => {
                    self.0.options.dialect.note_client_filter(filter);
                    heads = Some(found);
                    break;
                }
                // The filter has no effect, or RO App does not know its name.
                Ok(_) | Err(RoAppError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let mut heads = match heads {
            Some(heads) => heads,
            // Newest first: whatever follows an early one is early, too.
            None => self.pages_until(all(), head, |found| found.last().is_some_and(is_early)).await?,
        };
        heads.retain(|head| !is_others(head) && !is_early(head));
        Ok(heads)
    }

    /// One page, counted from 1, of the work orders made at this time or later, in the order of their ids, and how many pages
    /// there are, if RO App says so. A row with an earlier time is left out. Deleted work orders disappear from the list
    /// (contract roapp 11).
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn orders_made_since(
        &self,
        from: DateTime<Utc>,
        page: u64,
    ) -> Result<(Vec<Head>, Option<u64>), RoAppError> {
        let from = wire::whole_seconds(from);
        let call = Call::get(ORDERS).with("created_at", &wire::instant_text(from)).with("sort", "id");
        let (mut heads, pages) = self.one_page(&call, page, head).await?;
        heads.retain(|head| head.created_at.is_none_or(|at| at >= from));
        Ok((heads, pages))
    }

    /// One page, counted from 1, of the work orders made at this time or later, newest first, and how many pages there are, if RO
    /// App says so. Rows with an earlier time may be among them: the filter may be ignored.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn orders_made_lately(
        &self,
        from: DateTime<Utc>,
        page: u64,
    ) -> Result<(Vec<Head>, Option<u64>), RoAppError> {
        let from = wire::instant_text(wire::whole_seconds(from));
        let call = Call::get(ORDERS).with("created_at", &from).with("sort", "-id");
        self.one_page(&call, page, head).await
    }

    /// Work orders changed at this time or later, earliest change first. A row with an earlier change is left out.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn orders_modified_since(&self, from: DateTime<Utc>) -> Result<Vec<Head>, RoAppError> {
        Ok(self.changes_since(from).await?.0)
    }

    /// Like [`Self::orders_modified_since`], and whether these are certainly all: the list may have changed in each pass over
    /// its pages.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn changes_since(&self, from: DateTime<Utc>) -> Result<(Vec<Head>, bool), RoAppError> {
        let from = wire::whole_seconds(from);
        let call = |sort| Call::get(ORDERS).with("modified_at", &wire::instant_text(from)).with("sort", sort);
        let is_early = |head: &Head| head.modified_at.is_some_and(|at| at < from);
        let is_ignored = |found: &[Head]| found.iter().any(is_early);
        let (mut heads, mut is_whole) = self.pages_settled(call("modified_at"), head, is_ignored).await?;
        if is_ignored(&heads) {
            // The filter has no effect. To avoid reading every work order ever made, the list is read from the last change
            // backwards. Rows that move meanwhile come to the front, and are listed next time.
            let is_behind = |found: &[Head]| {
                found.is_sorted_by(|one, next| one.modified_at >= next.modified_at)
                    && found.last().is_some_and(is_early)
            };
            (heads, is_whole) = (self.pages_until(call("-modified_at"), head, is_behind).await?, true);
        }
        heads.retain(|head| !is_early(head));
        Ok((self.with_groups(heads).await?, is_whole))
    }

    /// The work orders changed last, latest change first: as many pages as it takes until all of `wanted` have come, or a work
    /// order that was changed before this time.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn orders_lately_modified(
        &self,
        from: DateTime<Utc>,
        wanted: &[WorkOrderId],
    ) -> Result<Vec<Head>, RoAppError> {
        let from = wire::whole_seconds(from);
        let call = Call::get(ORDERS).with("modified_at", &wire::instant_text(from)).with("sort", "-modified_at");
        let enough = |found: &[Head]| {
            let early = found.last().and_then(|head| head.modified_at).is_some_and(|at| at < from);
            early || wanted.iter().all(|id| found.iter().any(|head| head.id == *id))
        };
        let heads = self.pages_until(call, head, enough).await?;
        self.with_groups(heads).await
    }

    /// One work order; `None` if RO App has none with this id.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn order(&self, id: WorkOrderId) -> Result<Option<Head>, RoAppError> {
        let found = self.maybe(Call::get(ORDER).at(&[id.get()]), head).await?;
        Ok(self.with_groups(found.into_iter().collect()).await?.pop())
    }

    /// The lines of a work order.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn items(&self, order: WorkOrderId) -> Result<Vec<Item>, RoAppError> {
        self.rows(&Call::get(ITEMS).at(&[order.get()]), item).await
    }

    /// Creates a work order.
    ///
    /// # Errors
    /// A [`RoAppError`]; if its verdict is unclear, search for the marker before anything else.
    pub async fn create_order(&self, order: &NewOrder) -> Result<Created<MadeOrder>, RoAppError> {
        let answer = self.send(&Call::create(ORDERS).body(order.body())).await?;
        Ok(Created::<MadeOrder>::from_answer(&answer.body))
    }

    /// Changes a work order; an empty change sends nothing.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn change_order(&self, id: WorkOrderId, change: &OrderChange) -> Result<(), RoAppError> {
        if change.is_empty() {
            return Ok(());
        }
        self.send(&Call::patch(ORDER).at(&[id.get()]).body(change.body())).await.map(drop)
    }

    /// Moves a work order to a status.
    ///
    /// # Errors
    /// A [`RoAppError`]; a refusal may be the account's own rule about this status (contract roapp 4.6).
    pub async fn set_status(&self, id: WorkOrderId, status: StatusId) -> Result<(), RoAppError> {
        let call = Call::post("/v2/orders/{id}/status").at(&[id.get()]);
        self.send(&call.body(json!({ "status_id": status.get() }))).await.map(drop)
    }

    /// Adds a private comment. Comments cannot be listed, so an unclear outcome stays unclear (contract roapp 4.7).
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn add_comment(&self, id: WorkOrderId, text: &str) -> Result<(), RoAppError> {
        let call = Call::create("/v2/orders/{id}/comments").at(&[id.get()]);
        let name = call.name;
        let answer = self.send(&call.body(json!({ "comment": text, "is_private": true }))).await?;
        // RO App cannot be searched for a comment, so after a page in place of the answer, the outcome stays unclear.
        if is_page(&answer) { Err(RoAppError::Unavailable { status: answer.status, call: name }) } else { Ok(()) }
    }

    /// Adds a line.
    ///
    /// # Errors
    /// A [`RoAppError`]; if its verdict is unclear, read the lines before anything else.
    pub async fn create_item(&self, order: WorkOrderId, item: &NewItem) -> Result<Created<ItemId>, RoAppError> {
        let call = Call::create(ITEMS).at(&[order.get()]);
        let body = item.body(call.name, self.0.options.warranty_key)?;
        let answer = self.send(&call.body(body)).await?;
        Ok(Created::<ItemId>::from_answer(&answer.body))
    }

    /// Changes a line.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn change_item(&self, order: WorkOrderId, item: ItemId, change: &ItemChange) -> Result<(), RoAppError> {
        let call = Call::patch(ITEM).at(&[order.get(), item.get()]);
        let body = change.body(call.name)?;
        self.send(&call.body(body)).await.map(drop)
    }

    /// Removes a line.
    ///
    /// # Errors
    /// A [`RoAppError`]; [`RoAppError::Missing`] also if RO App does not know the call (contract roapp unknown 34): read the
    /// lines then.
    pub async fn delete_item(&self, order: WorkOrderId, item: ItemId) -> Result<(), RoAppError> {
        self.send(&Call::delete(ITEM).at(&[order.get(), item.get()])).await.map(drop)
    }
}

fn head(row: &Row<'_>) -> Result<Head, RoAppError> {
    let status = row.get("status");
    Ok(Head {
        id: row.id()?,
        number: row.text("number"),
        status: status.and_then(wire::reference).map(StatusId::new),
        group: status.and_then(|status| wire::group(status.get("group")?)),
        created_at: row.instant("created_at"),
        modified_at: row.instant("modified_at"),
        client: row.reference("client").map(PersonId::new),
        client_card: client_card(row),
        location: row.reference("branch_id").or_else(|| row.reference("branch")).map(LocationId::new),
        order_type: row.reference("order_type").or_else(|| row.reference("order_type_id")).map(OrderTypeId::new),
        total: row.amount("total"),
        malfunction: row.text("malfunction"),
        manager_notes: row.text("manager_notes"),
        estimated_price: row.text("estimated_price"),
        custom_fields: row.custom_fields(),
    })
}

/// The client, if it is shown whole. Parts that cannot be read count as not shown.
fn client_card(row: &Row<'_>) -> Option<PersonCard> {
    let client = row.inner("client")?;
    let first_name = Some(client.text("first_name")).filter(|name| !name.is_empty());
    let last_name = client.text("last_name");
    let card = PersonCard {
        id: client.id().ok()?,
        first_name: first_name
            .unwrap_or_else(|| if last_name.is_empty() { client.text("name") } else { String::new() }),
        last_name,
        email: client.text("email"),
        phones: client.texts("phone", "phone"),
        notes: String::new(),
        created_at: None,
        modified_at: None,
    };
    let is_shown = !card.first_name.is_empty() || !card.last_name.is_empty() || !card.phones.is_empty();
    is_shown.then_some(card)
}

fn item(row: &Row<'_>) -> Result<Item, RoAppError> {
    let discount = row.get("discount");
    let percentage = discount.and_then(percentage);
    Ok(Item {
        id: row.id()?,
        product: row.reference("entity").map(ProductId::new),
        quantity: row.amount("quantity"),
        price: row.amount("price"),
        discount: discount.filter(|_| percentage.is_none()).and_then(|shown| wire::amount(shown.get("amount")?)),
        percentage,
        written_off: row.get("write_offs").and_then(Value::as_array).is_some_and(|list| !list.is_empty()),
    })
}

/// The percentage of a discount in per cent, at most 100. No percentage at all means the amount 0, whatever the type.
fn percentage(shown: &Value) -> Option<Decimal> {
    let is_one = shown.get("type").and_then(Value::as_str) == Some("percentage");
    shown
        .get("percentage")
        .filter(|_| is_one)
        .and_then(wire::amount)
        .filter(|percentage| !percentage.is_zero() && percentage.abs() <= Decimal::ONE_HUNDRED)
}
