//! Ends claims: those of work orders that no longer carry the marker of an order that is not linked to them.

use crate::{
    db::{
        DbError,
        claims::{self, Claim},
    },
    sync::{
        account::{Account, show::Shown},
        outcome::{Halt, Outcome, Run},
    },
};

/// Claims that one look asks RO App for, since what was deleted vanishes from lists.
const CLAIMS_AT_ONCE: i64 = 5;

impl Account<'_> {
    pub(in crate::sync) async fn claim_is_over(&self, claim: &Claim) -> Result<(), DbError> {
        self.commit("claims.claim_is_over", |mut tx| async move { claims::over(&mut tx, self.id, claim).await }).await
    }

    /// RO App does not have the work order. It counts as deleted after a second look; until then nothing is made for its order.
    pub(in crate::sync) async fn await_deletion(&self, claim: &Claim) -> Run {
        let wait = self.engine.settings.roapp.recovery_wait;
        if self.note_absence(claim).await? { Ok(()) } else { Err(Outcome::after(wait)) }
    }

    /// Notes that RO App does not have the work order; true once it counts as deleted, and its claim is over.
    pub(in crate::sync) async fn note_absence(&self, claim: &Claim) -> Result<bool, DbError> {
        let wait = self.engine.settings.roapp.recovery_wait;
        self.commit("claims.note_absence", |mut tx| async move {
            let is_deleted = claims::missing(&mut tx, self.id, claim.work_order, wait).await?;
            if is_deleted {
                claims::over(&mut tx, self.id, claim).await?;
            }
            Ok(is_deleted)
        })
        .await
    }

    /// Claims that a notice or a held order tells of are over once their work orders are gone or carry the marker no more. What
    /// was only changed shows in the list; what was deleted does not, and is asked for, a few at a time.
    pub(in crate::sync) async fn recheck_claims(&self) -> Result<(), Halt> {
        let due = self
            .commit("claims.recheck_claims", |mut tx| async move {
                claims::next_to_examine(&mut tx, self.id, CLAIMS_AT_ONCE).await
            })
            .await?;
        for claim in due {
            if matches!(self.show(claim.work_order).await?, Shown::Nothing) {
                self.note_absence(&claim).await?;
            }
        }
        Ok(())
    }
}
