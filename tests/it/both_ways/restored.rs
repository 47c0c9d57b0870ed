//! A restored backup that does not know what people set since, and what of it went to the store (invariant 3, design section 8).

use std::sync::Arc;

use cartum_roapp::db::orders::OrderState;

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

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_went_to_the_store_after_the_backup_stays_on_both_sides_and_is_not_sent_again() {
    let mut followed = followed().await;
    followed.daemon.stop().await;
    let backup = followed.world.database.copy().await;
    followed.daemon = followed.world.daemon();
    let posts = followed.status_posts();
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("the store has status 5").await;
    followed.has_the_stores_status(5).await;
    assert_eq!(followed.updates(), 1);
    followed.daemon.stop().await;
    tokio::time::sleep(LISTED).await;

    followed.world.database = Arc::new(backup);
    followed.daemon = followed.world.daemon();
    followed.has_the_stores_status(5).await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.made().status_id), (5, 503));
    assert_eq!((followed.updates(), followed.status_posts()), (1, posts));
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}
