//! A single work order, fetched by id. If RO App refuses to show it, or fails for it alone, that says nothing about the account: a
//! webhook may name a work order in a location that the key's employee cannot see (invariant 7).

use crate::{
    domain::{ids::WorkOrderId, remote::Head},
    http::Verdict,
    roapp::RoAppError,
    sync::{account::Account, outcome::Halt},
};

/// What RO App shows of a work order.
#[derive(Debug)]
pub(in crate::sync) enum Shown {
    /// This.
    Head(Box<Head>),
    /// There is none with this id.
    Nothing,
    /// It cannot be had, though RO App answers: whether it is there is not known.
    Unreadable,
}

impl Account<'_> {
    /// Asks for a work order.
    pub(in crate::sync) async fn show(&self, id: WorkOrderId) -> Result<Shown, Halt> {
        match self.roapp()?.order(id).await {
            Ok(Some(head)) => Ok(Shown::Head(Box::new(head))),
            Ok(None) => Ok(Shown::Nothing),
            Err(error) => {
                let text = error.to_string();
                self.concerns_it_alone(error).await?;
                tracing::debug!(work_order = id.get(), error = text, "RO App does not show a work order; skipping it");
                Ok(Shown::Unreadable)
            }
        }
    }

    /// A read of one record failed: fine as long as RO App answers others.
    pub(in crate::sync) async fn concerns_it_alone(&self, error: RoAppError) -> Result<(), Halt> {
        match error.verdict() {
            Verdict::Never => Ok(()),
            // The employee's rights on this record, or the key is no good at all; a fault of RO App's at it, or an outage.
            Verdict::Stop if error.is_no_right() => self.probe().await,
            Verdict::Again(None) | Verdict::Unclear
                if !matches!(error, RoAppError::FenceClosed(_) | RoAppError::Pace(_)) =>
            {
                self.probe().await
            }
            _ => Err(Halt::of(error)),
        }
    }
}
