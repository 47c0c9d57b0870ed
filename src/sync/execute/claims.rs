//! What becomes of an order whose marker an unlinked work order carries: it is linked where it was expected and fits, else the
//! order is held until a person has said what it is (invariant 3).

use super::{
    Writer, adopt,
    job::Job,
    made_since,
    observe::Source,
    rest::{Halt, Rest, Stop},
    single::Shown,
};
use crate::{
    db::{
        DbError,
        claims::{self, Claim},
        identities, journal, orders, work_orders,
    },
    domain::{
        claim::{Doubt, Own, is_buyer},
        ids::{PersonId, WorkOrderId},
        marker::Marker,
        remote::Head,
    },
    sync::intake::another,
};

impl Writer<'_> {
    /// Links the work order that carries the marker of an order without one, where it surely is its own.
    pub(super) async fn judge_claims(&mut self, job: &mut Job) -> Result<(), Stop> {
        if job.work.work_order.is_some() {
            return Ok(());
        }
        let (mut own, mut doubtful) = (Vec::new(), Vec::new());
        for claim in claims::of(&self.engine.pool, job.store.id, job.work.number).await? {
            let marker = Marker { generation: claim.generation, ..job.marker.clone() };
            let head = match self.show(claim.work_order).await? {
                Shown::Head(head) if marker.is_in(&head.manager_notes) => *head,
                Shown::Head(_) => {
                    self.claim_is_over(&claim).await?;
                    continue;
                }
                Shown::Nothing => {
                    self.await_deletion(&claim).await?;
                    continue;
                }
                Shown::Unreadable => {
                    doubtful.push(about(&claim.work_order.to_string(), &[Doubt::NotShown]));
                    continue;
                }
            };
            let doubts = self.doubts(job, &claim, &head).await?;
            if doubts.is_empty() { own.push((head, claim)) } else { doubtful.push(about(&named(&head), &doubts)) }
        }
        match own.as_slice() {
            [] if doubtful.is_empty() => Ok(()),
            [(head, claim)] if doubtful.is_empty() => self.adopt(job, head, claim).await,
            several => {
                let said = several.iter().map(|(head, _)| about(&named(head), &[])).chain(doubtful);
                Err(Rest::Held(held(job, &said.collect::<Vec<_>>())).into())
            }
        }
    }

    /// What speaks against the work order being the order's own.
    async fn doubts(&mut self, job: &Job, claim: &Claim, head: &Head) -> Result<Vec<Doubt>, Stop> {
        let settings = &job.store.settings;
        let own = Own {
            marker: &job.marker,
            location: Some(settings.location_id),
            order_type: Some(settings.order_type_id),
            not_before: made_since(job.placed_at),
        };
        let mut doubts = own.doubts(head);
        if !self.is_the_buyers(job, head.client).await? {
            doubts.insert(0, Doubt::Client);
        }
        // What was there before this database knew the store, it may have made in a former life.
        let is_older_than_the_store =
            head.created_at.zip(job.store.connected_at).is_some_and(|(made, connected)| made < connected);
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let was_sent = journal::was_sent(&mut tx, job.store.id, job.work.number).await?;
        if !claim.expected && !was_sent && !is_older_than_the_store {
            if doubts.is_empty() {
                claims::is_strange(&mut tx, self.account.id, claim.work_order).await?;
                self.stop_creating(&mut tx, job.store.id).await?;
            }
            doubts.push(Doubt::Unexpected);
        }
        tx.commit().await?;
        Ok(doubts)
    }

    /// Whether a work order of this client is the buyer's. Where no link says who that is, after a backup was restored say, phone,
    /// e-mail and name do.
    async fn is_the_buyers(&mut self, job: &Job, client: Option<PersonId>) -> Result<bool, Stop> {
        let Some(client) = client else { return Ok(true) };
        if let Some(person) = job.person {
            return Ok(person == client);
        }
        let found = self.roapp()?.person(client).await;
        match found {
            Ok(Some(card)) => Ok(is_buyer(&card, &job.order.buyer, &job.phones, &job.store.settings.phone_region)),
            Ok(None) => Ok(false),
            Err(error) => self.concerns_it_alone(error).await.map(|()| false).map_err(Stop::from),
        }
    }

    /// The work order is linked, and read like any that is.
    async fn adopt(&mut self, job: &mut Job, head: &Head, claim: &Claim) -> Result<(), Stop> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let key = (job.store.id, job.work.number);
        if !work_orders::link(&mut tx, self.account.id, key, head.id, "found by its marker").await? {
            let reason = format!("work order {} carries this order's marker, but is linked with another", named(head));
            return Err(Rest::Held(reason).into());
        }
        claims::over(&mut tx, self.account.id, claim).await?;
        if claim.generation != job.work.generation {
            orders::set_generation(&mut tx, job.work.order, claim.generation).await?;
            job.work.generation = claim.generation;
            job.marker.generation = claim.generation;
        }
        orders::tell(&mut tx, job.work.order, &format!("work order found by its marker: {}", head.id)).await?;
        tx.commit().await?;
        job.work.work_order = Some(head.id);
        job.work.applied.adopted |= job.work.applied.head.is_none();
        tracing::Span::current().record("work_order", head.id.get());
        tracing::info!("linked a work order by its marker");
        self.observe(std::slice::from_ref(head), Source::Itself).await?;
        Ok(())
    }

    /// An order whose number came back as another waits for a person, whatever had it worked.
    pub(super) async fn in_doubt(&self, job: &Job) -> Result<Stop, DbError> {
        if job.work.gone_at.is_some() {
            return Ok(Rest::Gone.into());
        }
        let (store, number) = (&job.store, job.work.number);
        let earlier = identities::earlier(&self.engine.pool, store.id, number).await?;
        let was = earlier.last().and_then(|earlier| earlier.placed_at);
        Ok(Rest::Held(another(&store.settings.name, number, was, job.order.placed_at)).into())
    }

    pub(super) async fn claim_is_over(&self, claim: &Claim) -> Result<(), DbError> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        claims::over(&mut tx, self.account.id, claim).await?;
        tx.commit().await?;
        Ok(())
    }

    /// RO App does not have the work order. It counts as deleted after a second look; until then nothing is made for its order.
    async fn await_deletion(&self, claim: &Claim) -> Result<(), Stop> {
        let wait = self.engine.settings.roapp.recovery_wait;
        if self.note_absence(claim).await? { Ok(()) } else { Err(Rest::Wait(wait).into()) }
    }

    /// Notes that RO App does not have the work order; true once it counts as deleted, and its claim is over.
    async fn note_absence(&self, claim: &Claim) -> Result<bool, DbError> {
        let wait = self.engine.settings.roapp.recovery_wait;
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let is_deleted = claims::missing(&mut tx, self.account.id, claim.work_order, wait).await?;
        if is_deleted {
            claims::over(&mut tx, self.account.id, claim).await?;
        }
        tx.commit().await?;
        Ok(is_deleted)
    }

    /// Claims that a notice or a held order tells of are over once their work orders are gone or carry the marker no more. What
    /// was only changed shows in the list; what was deleted does not, and is asked for, a few at a time.
    pub(super) async fn look_at_claims(&self) -> Result<(), Halt> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let due = claims::next_to_look_at(&mut tx, self.account.id, adopt::CLAIMS_AT_ONCE).await?;
        tx.commit().await.map_err(DbError::from)?;
        for claim in due {
            if matches!(self.show(claim.work_order).await?, Shown::Nothing) {
                self.note_absence(&claim).await?;
            }
        }
        Ok(())
    }

    /// Work orders that were found to carry the order's marker right before one is made for it.
    pub(super) async fn note_found(&self, job: &Job, found: &[WorkOrderId]) -> Result<(), DbError> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        for id in found {
            let (store, number, generation) = (job.store.id, job.work.number, job.work.generation);
            let claim = Claim { work_order: *id, store, number, generation, expected: false };
            claims::note(&mut tx, self.account.id, &claim, false).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// A work order as people know it.
fn named(head: &Head) -> String {
    if head.number.is_empty() { head.id.to_string() } else { format!("{} (id {})", head.number, head.id) }
}

fn about(work_order: &str, doubts: &[Doubt]) -> String {
    if doubts.is_empty() {
        return format!("work order {work_order} carries this order's marker");
    }
    let doubts: Vec<_> = doubts.iter().map(ToString::to_string).collect();
    format!("work order {work_order} carries this order's marker, but {}", doubts.join(", "))
}

/// Why the order is held, and what solves it.
fn held(job: &Job, said: &[String]) -> String {
    let (store, number) = (&job.store.settings.name, job.work.number);
    let solved = if said.len() == 1 {
        format!(
            "`order resolve {store:?} {number} --same` links it, `--new` leaves it alone and makes a new one; the order also \
             goes on once the marker is taken out of its notes"
        )
    } else {
        format!(
            "take the marker out of the notes of all but the right one, or leave them all alone and have a new one made with \
             `order resolve {store:?} {number} --new`"
        )
    };
    format!("{}. Nothing is made or linked until a person has said what that is: {solved}", said.join("; "))
}
