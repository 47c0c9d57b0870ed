//! One order on its way to RO App, as a value: what is known of it and what its run has done so far. The account is passed in as
//! [`Account`], which this code changes only through the account's own functions.
//!
//! `load.rs` reads the order from the database, `bring.rs` plans it and carries out the steps in `steps/`, `read.rs` reads its work
//! order from RO App, `unclear.rs` settles calls whose outcome is unknown, `claims.rs` examines work orders that carry its marker,
//! `double.rs` holds orders that RO App may have without it, `recreate.rs` recreates a deleted one, `catalogue.rs` waits for the store's catalogue, `findings.rs` lists and settles
//! conflicts, `refused.rs` continues past lines that RO App refuses, `late.rs` postpones what gets no answer, `turns.rs` gives
//! other orders their turn, `verify.rs` compares what was written with what RO App shows, `rest.rs` decides what becomes of an
//! order that cannot continue.

mod bring;
mod catalogue;
mod claims;
mod double;
mod findings;
mod late;
pub(super) mod load;
mod read;
mod recreate;
mod refused;
mod rest;
mod steps;
pub(super) mod turns;
mod unclear;
mod verify;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::{
    db::{DbError, applied, stores::Store, work::Work},
    domain::{
        buyer,
        claim::Own,
        discount::PerWhat,
        discreet,
        ids::{ItemId, PersonId, ProductId, StatusId, WorkOrderId},
        marker::Marker,
        order::StoreOrder,
        phone::Phone,
        plan::{AppliedHead, Conflict, HeadChange, Part},
        product::Catalogue,
        remote::Head,
        said::Said,
    },
    roapp::CallCount,
    sync::{
        account::{Account, alone::StoreTurn, made_since},
        order::late::Pass,
    },
};

/// An order on its way.
pub(super) struct Order {
    pub(super) work: Work,
    pub(super) store: Arc<Store>,
    /// What the store says.
    pub(super) data: StoreOrder,
    pub(super) marker: Marker,
    pub(super) placed_at: DateTime<Utc>,
    /// The buyer's valid phones, the primary one first.
    pub(super) phones: Vec<Phone>,
    pub(super) catalogue: Catalogue,
    /// The buyer's person, once known.
    pub(super) person: Option<PersonId>,
    /// The client that a person decided against: its phone alone makes it nobody's choice.
    pub(super) decided_against: Option<PersonId>,
    /// Products by link key.
    pub(super) products: BTreeMap<String, ProductId>,
    /// Link keys for which the placeholder stands in.
    pub(super) placeholders: Vec<String>,
    /// What RO App took of a head that it refused as it was.
    pub(super) shown: Option<AppliedHead>,
    /// What was written of the head in this run.
    pub(super) wrote: HeadChange,
    /// The status that the work order had, or was taken to have, before ours was sent in this run.
    pub(super) moved_from: Option<StatusId>,
    /// It was made with fewer texts than it is to have: planned again.
    pub(super) again: bool,
    /// Why products cannot be had now, by link key.
    pub(super) refused_products: BTreeMap<String, Said>,
    /// Which steps have their turn.
    pub(super) pass: Pass,
    /// Costs of products, where RO App showed them.
    pub(super) costs: BTreeMap<ProductId, rust_decimal::Decimal>,
    /// Lines of the work order as last read or made; `None` = not read.
    pub(super) items: Option<Vec<ItemId>>,
    /// The head as it was when the order was planned; `None` when there was none yet.
    pub(super) head: Option<Head>,
    /// When the head was last read, or made.
    pub(super) read_at: Instant,
    /// How discounts were taken to count when the order was planned.
    pub(super) per: PerWhat,
    /// Calls of this run.
    pub(in crate::sync) calls: CallCount,
    /// Held until it is on record what became of the order; `None` before it is worked and once everything is written.
    turn: Option<StoreTurn>,
    /// Conflicts that were listed before this run.
    pub(super) listed: Vec<Conflict>,
    /// What the last plan did not write: the pending change, and listed conflicts that a person wants written.
    pub(super) unwritten: Unwritten,
}

/// What a plan does not write.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unwritten {
    /// The pending change, if any.
    pub(super) pending: Option<Said>,
    /// Listed conflicts that cannot be settled as a person decided, each with the reason.
    pub(super) refused: Vec<(Part, Said)>,
}

impl Order {
    /// What everything that is logged about the order carries; of a level that no filter leaves out. The work order is
    /// added once there is one.
    pub(super) fn span(&self) -> tracing::Span {
        let (store, order) = (&self.store.settings.name, self.work.number);
        tracing::error_span!("order", store, %order, work_order = self.work.work_order.map(WorkOrderId::get))
    }

    /// A reason as it may stand in the log.
    pub(super) fn discreet(&self, reason: &Said) -> String {
        discreet::without_buyer(&reason.to_string(), &self.data)
    }

    /// What stands for the buyer in link keys: contact and name.
    pub(super) fn buyer_key(&self) -> String {
        buyer::link_key(&self.data.buyer, self.phones.first(), &self.marker)
    }

    /// What a new person is claimed under: phone, else e-mail, else the order itself.
    pub(super) fn contact_key(&self) -> String {
        buyer::claim_key(&self.data.buyer, self.phones.first(), &self.marker)
    }

    /// What a person of this buyer is known by: every contact, the one that claims a new person first, or else the order itself.
    pub(super) fn contact_keys(&self) -> Vec<String> {
        let keys = buyer::contact_keys(&self.data.buyer, &self.phones);
        if keys.is_empty() { vec![self.contact_key()] } else { keys }
    }

    /// What the order's own work order has.
    pub(in crate::sync) fn own(&self) -> Own<'_> {
        let settings = &self.store.settings;
        Own {
            marker: &self.marker,
            location: Some(settings.location_id),
            order_type: Some(settings.order_type_id),
            not_before: made_since(self.placed_at),
        }
    }

    /// Keeps what RO App accepted.
    async fn save_applied(&self, account: &Account<'_>) -> Result<(), DbError> {
        let (order, applied) = (self.work.order, &self.work.applied);
        account.commit("applied.save", |mut tx| async move { applied::save(&mut tx, order, applied).await }).await
    }
}
