//! A process that takes an account over first reads RO App and adopts unknown work orders that carry our marker, before it
//! creates any (invariant 3): after a crash, a restored backup, or time under another process.

use std::collections::BTreeMap;

use super::{Writer, rest::Halt, searched_from};
use crate::{
    db::{DbError, accounts, hosts, notices, work_orders},
    domain::{marker::Marker, remote::Head},
};

impl Writer<'_> {
    /// Reads what changed in RO App since it was last read, and links what is ours.
    pub(super) async fn adopt(&mut self) -> Result<(), Halt> {
        let from = searched_from(self.account.read_up_to);
        let heads = self.roapp()?.orders_modified_since(from).await.map_err(Halt::of)?;
        let of_hosts = hosts::of_markers(&self.engine.pool, self.account.id).await?;
        let of_hosts: BTreeMap<_, _> = of_hosts.into_iter().collect();
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        for head in &heads {
            let Some(marker) = ours(head) else { continue };
            let Some(store) = of_hosts.get(&marker.host).copied() else { continue };
            let key = (store, marker.number);
            if work_orders::link(&mut tx, self.account.id, key, head.id, "found by its marker").await? {
                tracing::info!(order = %marker.number, work_order = %head.id, "adopted a work order that carries our marker");
            } else if work_orders::linked(&mut tx, store, marker.number).await? != Some(head.id) {
                let text = format!(
                    "work order {} carries the marker of order {}, which is linked to another work order: look at both, \
                     perhaps a second copy of this program runs on an old database",
                    head.number, marker.number
                );
                notices::raise(&mut tx, self.account.id, Some(store), &format!("double {}", marker.number), &text)
                    .await?;
                tracing::warn!(order = %marker.number, work_order = %head.id, "two work orders carry one marker");
            }
        }
        if let Some(newest) = heads.iter().filter_map(|head| head.modified_at).max() {
            accounts::read_up_to(&mut tx, self.account.id, newest).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        tracing::debug!(read = heads.len(), %from, "read RO App for our markers");
        Ok(())
    }
}

/// The marker of a work order. A text of ours ends with it; staff's may quote others.
fn ours(head: &Head) -> Option<Marker> {
    match Marker::find_all(&head.manager_notes).as_slice() {
        [marker] => Some(marker.clone()),
        _ => None,
    }
}
