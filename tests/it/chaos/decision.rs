//! What a person decides about an order that is at rest, and what must have come of it.

use cartum_roapp::{
    db::orders::{Listed, OrderState},
    domain::{
        ids::Id,
        plan::{Keep, Part},
    },
};

use super::{journal::Journal, staff::work_order};
use crate::support::world::World;

/// An order about which a decision is asked for.
pub(super) struct Decision {
    pub(super) number: i64,
    /// What is listed with it.
    pub(super) listed: Vec<Part>,
    /// The status of staff's that the store won over.
    pub(super) overruled: Option<i64>,
}

impl Decision {
    /// Only what can be judged: nothing of lines or notes, and nothing in it is for good.
    pub(super) fn about(row: &Listed, journal: &Journal) -> Option<Self> {
        let known = journal.orders.get(&row.number.get())?;
        let listed: Vec<_> = row.conflicts.iter().map(|conflict| conflict.part.clone()).collect();
        let can_be_judged = listed.iter().all(|part| matches!(part, Part::Title | Part::Price | Part::Status));
        let frozen = known.was_closed || known.written_off || known.deleted || known.work_order_deleted;
        if listed.is_empty() || !can_be_judged || frozen || row.state != OrderState::Synced {
            return None;
        }
        let overruled = row.conflicts.iter().find_map(|conflict| conflict.overruled).map(Id::get);
        Some(Self { number: row.number.get(), listed, overruled })
    }

    /// The status is the one that was decided for, and what is listed is settled. The rest is for the oracle.
    pub(super) async fn check(&self, world: &World, journal: &mut Journal, keep: Keep) -> Result<(), Vec<String>> {
        let (shop, roapp) = (world.sandbox.shop.data(), world.sandbox.roapp.data());
        let (Some(order), Some(made)) = (shop.orders.get(&self.number), work_order(&roapp, self.number)) else {
            return Ok(());
        };
        let Some(known) = journal.orders.get(&self.number) else { return Ok(()) };
        let wanted = match keep {
            Keep::RoApp => self.overruled,
            Keep::Store => self.listed.contains(&Part::Status).then(|| known.maps.there(order.status)),
        };
        // The store moved on, or the work order did, since it was listed: that is told.
        let not_set_back = "SELECT count(*) FROM history h JOIN store_order o ON o.id = h.order_id
            WHERE o.number = $1 AND h.id > $2 AND h.what->'reason'->>'code' = 'status-not-set-back'";
        let not_set_back = sqlx::query_scalar::<_, i64>(not_set_back).bind(self.number).bind(journal.told);
        let is_told = not_set_back.fetch_one(world.database.pool()).await.unwrap() > 0;
        if wanted.is_some_and(|wanted| wanted != made.status_id) && !is_told {
            let now = made.status_id;
            return Err(vec![format!("order {}: {keep:?} wins, yet the status is {now}, not {wanted:?}", self.number)]);
        }
        journal.orders.entry(self.number).and_modify(|known| known.rested(Some(made), order.status));
        Ok(())
    }
}
