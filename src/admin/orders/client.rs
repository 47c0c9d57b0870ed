//! The client of an order: a person says that the one that was found is right, or chooses another. The choice holds for every later
//! order of the same buyer.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{decide::never_seen, product::unreadable, view::buyer_key};
use crate::{
    admin::{Admin, AdminError, stores::is_worked},
    cartum::decode_order,
    db::{
        self, asks, history,
        links::{self, LinkKind, NewLink},
        order_list::{self, Listed},
        stores::Store,
        work::{self, Work},
    },
    domain::{
        ids::{OrderNumber, PersonId},
        order::{Buyer, StoreOrder},
        order_state::OrderState,
        person, phone_field,
        remote::PersonCard,
        said::Said,
    },
};

/// Clients that are offered at most.
const MOST: usize = 20;

/// A choice of clients for an order.
#[derive(Debug, Clone, Serialize)]
pub struct ClientChoices {
    /// The client that it is linked with.
    pub linked: Option<i64>,
    /// Who the buyer may be, the linked one first.
    pub candidates: Vec<ClientRow>,
}

/// A client in RO App.
#[derive(Debug, Clone, Serialize)]
pub struct ClientRow {
    /// RO App's id.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// As stored.
    pub phones: Vec<String>,
    /// As stored.
    pub email: String,
}

impl From<PersonCard> for ClientRow {
    fn from(card: PersonCard) -> Self {
        Self { id: card.id.get(), name: card.full_name(), phones: card.phones, email: card.email }
    }
}

/// An order whose buyer can be read.
struct Ordered {
    listed: Listed,
    work: Work,
    order: StoreOrder,
}

impl Admin {
    /// The clients whom the buyer of an order may be: whom RO App finds by phone and e-mail, and the one that is linked.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when the store has no order of that number; [`AdminError::Faults`] when RO App cannot be asked.
    pub async fn client_choices(&self, store: &Store, number: OrderNumber) -> Result<ClientChoices, AdminError> {
        let Ordered { work, order, .. } = self.ordered(store, number).await?;
        let key = buyer_key(&order, store, work.generation);
        let linked = links::find(&self.pool, store.account, LinkKind::Person, &key).await?;
        let roapp = self.roapp_of(store).await?;
        let Buyer { email, .. } = &order.buyer;
        let phones = phone_field::phones(&order.buyer.phone, &store.settings.phone_region);
        let mut found = BTreeMap::new();
        let mut take = |people: Vec<PersonCard>| found.extend(people.into_iter().map(|card| (card.id, card)));
        for form in person::searched_forms(&order.buyer, &phones) {
            take(roapp.people_by_phone(&form).await.map_err(|error| unreadable(&error))?);
        }
        take(roapp.people_by_email(email).await.map_err(|error| unreadable(&error))?);
        let mut candidates = Vec::new();
        if let Some(id) = linked.map(PersonId::new) {
            found.remove(&id);
            candidates.extend(roapp.person(id).await.map_err(|error| unreadable(&error))?);
        }
        // A filter may be ignored (contract roapp unknown 17): who has neither is not offered.
        let region = &store.settings.phone_region;
        let has_contact = |card: &PersonCard| {
            let has_phone = card.phones.iter().any(|own| phones.iter().any(|phone| phone.is(own, region)));
            has_phone || (!email.is_empty() && card.email.trim().eq_ignore_ascii_case(email.trim()))
        };
        candidates.extend(found.into_values().filter(has_contact));
        Ok(ClientChoices { linked, candidates: candidates.into_iter().take(MOST).map(ClientRow::from).collect() })
    }

    /// Records that the client of an order is the right one: nobody needs to look at it any more.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when the store has no order of that number; [`AdminError::Refused`] when nobody has to look.
    pub async fn confirm_client(&self, store: &Store, number: OrderNumber) -> Result<(), AdminError> {
        let Ordered { listed, work, order } = self.ordered(store, number).await?;
        let key = buyer_key(&order, store, work.generation);
        let mut tx = db::begin(&self.pool).await?;
        let Some(person) = links::confirm(&mut tx, store.account, LinkKind::Person, &key).await? else {
            return Err(AdminError::Refused(Said::new("no-client-to-check").with("number", number.get())));
        };
        history::add(&mut tx, listed.id, &Said::new("client-confirmed").with("client", person)).await?;
        Ok(tx.commit().await?)
    }

    /// Links the buyer of an order with the client that a person chose; the daemon gives the work order to that client.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when the store has no order of that number; [`AdminError::Refused`] when RO App does not have the
    /// client, or the daemon would not carry it out; [`AdminError::Faults`] when RO App cannot be asked.
    pub async fn choose_client(&self, store: &Store, number: OrderNumber, client: PersonId) -> Result<(), AdminError> {
        is_worked(&self.pool, store).await?;
        let Ordered { listed, work, order } = self.ordered(store, number).await?;
        if matches!(listed.state, OrderState::Gone | OrderState::Removed | OrderState::Excluded) {
            return Err(AdminError::Refused(Said::new("order-over").with("number", number.get())));
        }
        let found = self.roapp_of(store).await?.person(client).await.map_err(|error| unreadable(&error))?;
        let Some(card) = found else {
            return Err(AdminError::Refused(Said::new("no-such-client").with("client", client)));
        };
        let link = NewLink {
            account: store.account,
            kind: LinkKind::Person,
            key: &buyer_key(&order, store, work.generation),
            remote: client.get(),
            reason: &Said::new("chosen-client"),
            review: None,
            order: listed.id,
        };
        let told = Said::new("decided-client").with("client", client).with("name", card.full_name());
        let mut tx = db::begin(&self.pool).await?;
        links::save_newest(&mut tx, &link).await?;
        history::add(&mut tx, listed.id, &told).await?;
        asks::give_to_client(&mut tx, store, listed.id).await?;
        Ok(tx.commit().await?)
    }

    async fn ordered(&self, store: &Store, number: OrderNumber) -> Result<Ordered, AdminError> {
        let listed = order_list::find(&self.pool, store.id, number).await?;
        let listed = listed.ok_or_else(|| never_seen(store, number))?;
        let work = work::load(&self.pool, listed.id).await?;
        match decode_order(&work.raw, store.settings.time_zone) {
            Ok(order) => Ok(Ordered { listed, work, order }),
            Err(_) => Err(AdminError::Refused(Said::new("order-unreadable").with("number", number.get()))),
        }
    }
}
