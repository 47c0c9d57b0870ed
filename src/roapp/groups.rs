//! The group of each status. Rows of work orders may leave it out (contract roapp 4.4), and a closed work order cannot be
//! recognised without it: then the account's list of statuses is used (contract roapp 4.6).

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::Instant};

use super::{RoApp, RoAppError};
use crate::{
    domain::{ids::StatusId, remote::Head},
    http::Verdict,
};

/// The groups of closed work orders (contract roapp 4.6).
const CLOSED: [i64; 2] = [6, 7];
/// The list of statuses is read again after this time.
const KEPT: Duration = Duration::from_hours(1);
/// For a status that the list does not have, it is read again after this shorter time.
const LOOK_AGAIN: Duration = Duration::from_mins(5);

/// What is known of an account's statuses; clones share it.
#[derive(Debug, Clone, Default)]
pub struct StatusGroups(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    read_at: Option<Instant>,
    groups: BTreeMap<StatusId, i64>,
}

impl Known {
    fn is_older_than(&self, age: Duration) -> bool {
        self.read_at.is_none_or(|at| at.elapsed() >= age)
    }
}

impl RoApp {
    /// Adds the group of the status to heads whose rows leave it out.
    pub(super) async fn with_groups(&self, mut heads: Vec<Head>) -> Result<Vec<Head>, RoAppError> {
        let bare = |head: &Head| head.status.filter(|_| head.group.is_none());
        let wanted: Vec<_> = heads.iter().filter_map(bare).collect();
        if wanted.is_empty() {
            return Ok(heads);
        }
        let mut known = self.0.options.groups.0.lock().await;
        let lacks_one = wanted.iter().any(|status| !known.groups.contains_key(status));
        if known.is_older_than(KEPT) || (lacks_one && known.is_older_than(LOOK_AGAIN)) {
            self.read_groups(&mut known).await?;
        }
        for head in &mut heads {
            if let Some(status) = bare(head) {
                head.group = known.groups.get(&status).copied();
            }
        }
        Ok(heads)
    }

    /// Whether a status closes a work order; false if RO App does not say.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn closes(&self, status: StatusId) -> Result<bool, RoAppError> {
        let mut known = self.0.options.groups.0.lock().await;
        if known.is_older_than(KEPT) || (!known.groups.contains_key(&status) && known.is_older_than(LOOK_AGAIN)) {
            self.read_groups(&mut known).await?;
        }
        Ok(known.groups.get(&status).is_some_and(|group| CLOSED.contains(group)))
    }

    /// Reads the groups of all statuses. If RO App does not let us read them, the known ones are kept.
    async fn read_groups(&self, known: &mut Known) -> Result<(), RoAppError> {
        match self.order_statuses().await {
            Ok(statuses) => {
                let grouped = statuses.into_iter().filter_map(|status| Some((status.id, status.group?)));
                known.groups = grouped.collect();
            }
            Err(error) if error.verdict() == Verdict::Never || error.is_no_right() => {
                tracing::debug!(error = &error as &dyn std::error::Error, "the status groups cannot be read");
            }
            Err(error) => return Err(error),
        }
        known.read_at = Some(Instant::now());
        Ok(())
    }
}
