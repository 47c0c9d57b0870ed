//! A restored backup that does not know what people set since, and what of it went to the store (invariant 3, design section 8).

use std::sync::Arc;

use cartum_roapp::{db::orders::OrderState, sandbox::faults::Fault};

use super::followed;
use crate::{
    copies::LISTED,
    support::{eventually, followed::Followed},
};

impl Followed {
    async fn has_the_stores_status(&self, status: i64) {
        eventually("the version with it", || async {
            let row = self.row().await?;
            (row.state == OrderState::Synced && row.status.is_some_and(|id| id.get() == status)).then_some(())
        })
        .await;
    }
}

/// The backup is from before a person's status went to the store. Where the store is away at first, the status that it still
/// had then is all that the daemon knows when it meets the person's.
async fn is_not_sent_again(store_is_away: bool) {
    let mut followed = followed().await;
    followed.daemon.stop().await;
    let backup = followed.world.database.copy().await;
    followed.daemon = followed.world.daemon();
    let posts = followed.status_posts();
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("the store now has status 5").await;
    followed.has_the_stores_status(5).await;
    assert_eq!(followed.updates(), 1);
    followed.daemon.stop().await;
    tokio::time::sleep(LISTED).await;

    followed.world.database = Arc::new(backup);
    if store_is_away {
        followed.world.sandbox.shop.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
    }
    followed.daemon = followed.world.daemon();
    if store_is_away {
        followed.tells("a person changed the status in RO App from 501 to 503").await;
        followed.world.sandbox.shop.faults().clear();
    }
    followed.has_the_stores_status(5).await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.made().status_id), (5, 503));
    assert_eq!((followed.updates(), followed.status_posts()), (1, posts));
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_went_to_the_store_after_the_backup_stays_on_both_sides_and_is_not_sent_again() {
    is_not_sent_again(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_went_to_a_store_that_is_away_at_first_stays_and_is_not_sent_again() {
    is_not_sent_again(true).await;
}
