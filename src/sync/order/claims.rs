//! What happens to an order whose marker is on an unlinked work order: it is linked if the work order was expected and matches,
//! else the order is held until a person has decided (invariant 3).

use crate::{
    db::{
        DbError,
        claims::{self, Claim},
        history, identities, journal,
        leases::Tx,
        orders, work_orders,
    },
    domain::{
        claim::{Doubt, about, is_buyer},
        ids::{PersonId, WorkOrderId},
        marker::Marker,
        remote::Head,
        said::{Said, Value},
    },
    sync::{
        account::{Account, observe::Source, show::Shown},
        order::Order,
        outcome::{Outcome, Run},
        store::intake::another,
    },
};

impl Order {
    /// Links the work order that carries the marker of an order without one, where it surely is its own.
    pub(super) async fn judge_claims(&mut self, account: &Account<'_>) -> Run {
        if self.work.work_order.is_some() {
            return Ok(());
        }
        let (mut own, mut doubtful) = (Vec::new(), Vec::new());
        for claim in claims::of(&account.engine.pool, self.store.id, self.work.number).await? {
            let marker = Marker { generation: claim.generation, ..self.marker.clone() };
            let head = match account.show(claim.work_order).await? {
                Shown::Head(head) if marker.is_in(&head.manager_notes) => *head,
                Shown::Head(_) => {
                    account.claim_is_over(&claim).await?;
                    continue;
                }
                Shown::Nothing => {
                    account.await_deletion(&claim).await?;
                    continue;
                }
                Shown::Unreadable => {
                    doubtful.push(about(claim.work_order.into(), &[Doubt::NotShown]));
                    continue;
                }
            };
            let doubts = self.doubts(account, &claim, &head).await?;
            if doubts.is_empty() { own.push((head, claim)) } else { doubtful.push(about(named(&head), &doubts)) }
        }
        match own.as_slice() {
            [] if doubtful.is_empty() => Ok(()),
            [(head, claim)] if doubtful.is_empty() => self.adopt(account, head, claim).await,
            several => {
                let claims = several.iter().map(|(head, _)| about(named(head), &[])).chain(doubtful);
                Err(Outcome::held(held(self, claims.collect())))
            }
        }
    }

    /// What speaks against the work order being the order's own.
    async fn doubts(&self, account: &Account<'_>, claim: &Claim, head: &Head) -> Run<Vec<Doubt>> {
        let mut doubts = self.own().doubts(head);
        if !self.is_the_buyers(account, head.client).await? {
            doubts.insert(0, Doubt::Client);
        }
        // What was there before this database knew the store, it may have made in a former life.
        let is_older_than_the_store =
            head.created_at.zip(self.store.connected_at).is_some_and(|(made, connected)| made < connected);
        let is_expected = claim.expected || is_older_than_the_store;
        let (store, fits) = (self.store.id, doubts.is_empty());
        let is_strange = |mut tx: Tx| async move {
            let is_strange = !is_expected && !journal::was_sent(&mut tx, store, self.work.number).await?;
            if is_strange && fits {
                claims::is_strange(&mut tx, account.id, claim.work_order).await?;
                account.stop_creating(&mut tx, store).await?;
            }
            Ok(is_strange)
        };
        if account.commit("claims.doubts", is_strange).await? {
            doubts.push(Doubt::Unexpected);
        }
        Ok(doubts)
    }

    /// Whether a work order of this client is the buyer's. Where no link says who that is, after a backup was restored say, phone,
    /// e-mail and name do.
    async fn is_the_buyers(&self, account: &Account<'_>, client: Option<PersonId>) -> Run<bool> {
        let Some(client) = client else { return Ok(true) };
        if let Some(person) = self.person {
            return Ok(person == client);
        }
        let found = account.roapp()?.person(client).await;
        match found {
            Ok(Some(card)) => Ok(is_buyer(&card, &self.data.buyer, &self.phones, &self.store.settings.phone_region)),
            Ok(None) => Ok(false),
            Err(error) => account.concerns_it_alone(error).await.map(|()| false).map_err(Outcome::from),
        }
    }

    /// The work order is linked, and read like any that is.
    async fn adopt(&mut self, account: &Account<'_>, head: &Head, claim: &Claim) -> Run {
        let (order, key) = (self.work.order, (self.store.id, self.work.number));
        let is_another_generation = claim.generation != self.work.generation;
        let link = |mut tx: Tx| async move {
            if !work_orders::link(&mut tx, account.id, key, head.id).await? {
                return Ok(false);
            }
            claims::over(&mut tx, account.id, claim).await?;
            if is_another_generation {
                orders::set_generation(&mut tx, order, claim.generation).await?;
            }
            history::add(&mut tx, order, &Said::new("work-order-found").with("work_order", head.id)).await?;
            Ok(true)
        };
        if !account.commit("claims.adopt", link).await? {
            let reason = Said::new("claim-linked-elsewhere").with("work_order", named(head));
            return Err(Outcome::held(reason));
        }
        (self.work.generation, self.marker.generation) = (claim.generation, claim.generation);
        self.work.work_order = Some(head.id);
        self.work.applied.adopted |= self.work.applied.head.is_none();
        tracing::Span::current().record("work_order", head.id.get());
        tracing::info!("linked a work order by its marker");
        account.observe(std::slice::from_ref(head), Source::Itself).await?;
        Ok(())
    }

    /// An order whose number came back as another waits for a person, whatever had it worked.
    pub(super) async fn in_doubt(&self, account: &Account<'_>) -> Result<Outcome, DbError> {
        if self.work.gone_at.is_some() {
            return Ok(Outcome::gone());
        }
        let (store, number) = (&self.store, self.work.number);
        let earlier = identities::earlier(&account.engine.pool, store.id, number).await?;
        let was = earlier.last().and_then(|earlier| earlier.placed_at);
        Ok(Outcome::held(another(&store.settings.name, number, was, self.data.placed_at)))
    }

    /// Work orders that were found to carry the order's marker right before one is made for it.
    pub(super) async fn note_found(&self, account: &Account<'_>, found: &[WorkOrderId]) -> Result<(), DbError> {
        account
            .commit("claims.note_found", |mut tx| async move {
                for id in found {
                    let (store, number, generation) = (self.store.id, self.work.number, self.work.generation);
                    let claim = Claim { work_order: *id, store, number, generation, expected: false };
                    claims::note(&mut tx, account.id, &claim, false).await?;
                }
                Ok(())
            })
            .await
    }
}

fn named(head: &Head) -> Value {
    numbered(head.id, &head.number)
}

/// A work order as people know it.
pub(super) fn numbered(id: WorkOrderId, number: &str) -> Value {
    if number.is_empty() {
        return id.into();
    }
    Said::new("work-order-numbered").with("number", number).with("id", id.get()).into()
}

/// Why the order is held, and what solves it.
fn held(order: &Order, claims: Vec<Said>) -> Said {
    let solved = if claims.len() == 1 { Said::new("claim-solved") } else { Said::new("claims-solved") };
    let solved =
        solved.with("store", format!("{:?}", order.store.settings.name)).with("number", order.work.number.get());
    Said::new("claims-held").with("claims", claims.into_iter().collect::<Value>()).with("solved", solved)
}
