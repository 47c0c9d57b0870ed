//! What happens on either side while a status is on its way, and what becomes of a status whose arrival nobody saw.

use std::time::Duration;

use cartum_roapp::{
    domain::{
        ids::{Id, StoreStatusId},
        store::{MappedStatus, Settings},
    },
    sandbox::faults::Fault,
};

use super::{followed, ways_back};
use crate::{
    store_side::sql,
    support::{
        eventually,
        followed::{Followed, follow_in, line},
        world::small,
    },
};

/// Longer than several looks at RO App, and no longer than a call to the store may last.
const SLOW: Fault = Fault::Slow(Duration::from_millis(2_500));
/// After this time nothing that was sent arrives any more: the timeout of a call, and the recovery wait.
const TOO_LATE: Duration = Duration::from_millis(3_600);

impl Followed {
    /// Waits until this is sent to the store, or about to be.
    async fn is_under_way(&self, status: i64) {
        let sent = "SELECT written_store FROM write_back WHERE written_store IS NOT NULL";
        eventually("a status under way", || async {
            let sent: Option<i64> = sqlx::query_scalar(sent).fetch_optional(self.world.database.pool()).await.unwrap();
            sent.filter(|sent| *sent == status)
        })
        .await;
    }

    fn slow_updates(&self, times: u32) {
        self.world.sandbox.shop.faults().add("orders/update", SLOW, 0, times);
    }
}

/// 2 and 8 lead to 502, which goes back as 2 alone.
fn not_the_inverse(settings: &mut Settings) {
    ways_back(settings);
    settings.status_map.insert(StoreStatusId::new(8), MappedStatus::Status(Id::new(502)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_a_person_sets_while_the_one_before_is_on_its_way_reaches_the_store_after_it() {
    let followed = followed().await;
    followed.slow_updates(1);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.is_under_way(5).await;
    followed.staff().set_status(followed.work_order, 505).unwrap();
    followed.tells("from 503 to 505").await;
    assert_eq!(followed.shop_status(), 1, "still on its way");
    followed.tells("the store now has status 5").await;
    followed.shop_gets(6).await;
    followed.tells("the store now has status 6").await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.updates(), followed.made().status_id), (6, 2, 505));
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_a_person_takes_back_while_it_is_on_its_way_is_taken_back_in_the_store_too() {
    // 505 first, for 501 leads nowhere.
    let followed = followed().await;
    followed.staff().set_status(followed.work_order, 505).unwrap();
    followed.tells("the store now has status 6").await;
    followed.a_second_passes().await;
    followed.slow_updates(1);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.is_under_way(5).await;
    followed.staff().set_status(followed.work_order, 505).unwrap();
    followed.tells("from 503 to 505").await;
    followed.tells("the store now has status 5").await;
    followed.shop_gets(6).await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.updates(), followed.made().status_id), (6, 3, 505));
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_status_whose_answer_was_lost_is_nobodys_change_and_brings_nothing_to_the_store() {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], not_the_inverse).await;
    followed.world.sandbox.roapp.faults().add("POST /v2/orders/{id}/status", Fault::CutAfter, 0, 1);
    followed.edit(|order| order.status = 8).await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.made().status_id, followed.updates()), (8, 502, 0));
    let history = followed.history().await;
    assert!(!history.iter().any(|line| line.contains("a person changed the status")), "{history:?}");
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_status_of_a_new_work_order_whose_answer_was_lost_is_ours_when_the_store_moves_on_meanwhile() {
    let mut followed = followed().await;
    followed.world.sandbox.roapp.faults().add("POST /v2/orders/{id}/status", Fault::CutAfter, 0, 1);
    followed.number = followed.world.sandbox.shop.place_order();
    followed.world.sandbox.shop.edit(|shop| shop.orders.get_mut(&followed.number).unwrap().status = 2);
    followed.work_order = eventually("a cut status", || async {
        let made = followed.row().await?.work_order?;
        (followed.world.sandbox.roapp.data().orders[&made].status_id == 502).then_some(made)
    })
    .await;
    // 1 leads to the initial status.
    followed.edit(|order| order.status = 1).await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.made().status_id, followed.updates()), (1, 501, 0));
    let history = followed.history().await;
    assert!(!history.iter().any(|line| line.contains("a person changed the status")), "{history:?}");
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_status_that_a_killed_process_posted_is_nobodys_change() {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], not_the_inverse).await;
    let Followed { world, daemon, number, work_order } = followed;
    daemon.stop().await;
    let faults = world.sandbox.roapp.faults();
    faults.add("POST /v2/orders/{id}/status", Fault::HangAfter, 0, 1);
    let first = world.process(&[("SYNC__LEASE_TIME", "4500ms")]);
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = 8);
    eventually("the call", || async { faults.are_spent().then_some(()) }).await;
    first.kill_9();
    let daemon = world.daemon();
    let followed = Followed { world, daemon, number, work_order };
    followed.tells("synced").await;
    let synced = "SELECT count(*) FROM store_order WHERE state = 'waiting'";
    eventually("rest", || async {
        let waiting: i64 = sqlx::query_scalar(synced).fetch_one(followed.world.database.pool()).await.unwrap();
        (waiting == 0).then_some(())
    })
    .await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.made().status_id, followed.updates()), (8, 502, 0));
    let history = followed.history().await;
    assert!(!history.iter().any(|line| line.contains("a person changed the status")), "{history:?}");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_never_arrived_is_the_stores_own_when_the_store_comes_to_it_later() {
    let followed = followed().await;
    let faults = followed.world.sandbox.shop.faults();
    faults.add("orders/update", Fault::Refuse(503), 0, u32::MAX);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.is_under_way(5).await;
    // 504 leads nowhere.
    followed.staff().set_status(followed.work_order, 504).unwrap();
    followed.tells("from 503 to 504").await;
    // The last try may have begun before.
    followed.time_passes().await;
    faults.clear();
    tokio::time::sleep(TOO_LATE).await;
    followed.time_passes().await;
    followed.edit(|order| order.status = 5).await;
    assert_eq!((followed.made().status_id, followed.shop_status()), (503, 5));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_arrived_stays_ours_while_the_next_one_is_on_its_way_before_the_order_is_worked_again() {
    let followed = followed().await;
    let pool = followed.world.database.pool();
    followed.slow_updates(2);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.is_under_way(5).await;
    followed.staff().set_status(followed.work_order, 505).unwrap();
    followed.tells("from 503 to 505").await;
    let posts = followed.status_posts();
    // The order waits after a failed call, say.
    let rests = "UPDATE store_order SET state = 'waiting', next_try_at = now() + interval '10 minutes'
        WHERE id = (SELECT order_id FROM write_back)";
    sqlx::query(rests).execute(pool).await.unwrap();
    followed.tells("the store now has status 5").await;
    followed.is_under_way(6).await;
    sqlx::query("UPDATE store_order SET next_try_at = now() WHERE state = 'waiting'").execute(pool).await.unwrap();
    followed.tells("the store now has status 6").await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.updates(), followed.made().status_id), (6, 2, 505));
    assert_eq!(followed.status_posts(), posts, "none came back to RO App");
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_arrived_unseen_is_known_for_ours_when_the_next_one_is_sent() {
    let followed = followed().await;
    // No poll for new orders shows it.
    sql(&followed.world, "UPDATE store SET watermark = watermark + interval '3 days'").await;
    let faults = followed.world.sandbox.shop.faults();
    faults.add("orders/update", Fault::HangAfter, 0, 1);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.shop_gets(5).await;
    // The store is away before anything is read back.
    faults.add("orders/get", Fault::Refuse(503), 0, u32::MAX);
    followed.staff().set_status(followed.work_order, 505).unwrap();
    followed.tells("from 503 to 505").await;
    let posts = followed.status_posts();
    eventually("a failed reading", || async { (followed.world.store().await.failures > 0).then_some(()) }).await;
    faults.clear();
    followed.slow_updates(1);
    followed.shop_gets(6).await;
    followed.tells("the store now has status 6").await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.updates(), followed.made().status_id), (6, 2, 505));
    assert_eq!(followed.status_posts(), posts, "none came back to RO App");
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_a_person_sets_while_the_one_before_arrives_in_the_middle_of_a_look_reaches_the_store() {
    let followed = followed().await;
    // The look begins before the store has 5, and ends after that.
    followed.world.sandbox.shop.faults().add("orders/update", Fault::Slow(Duration::from_millis(1_200)), 0, 1);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.is_under_way(5).await;
    let slow = Fault::Slow(Duration::from_millis(1_800));
    followed.world.sandbox.roapp.faults().add("GET /v2/orders/{id}", slow, 0, 1);
    followed.staff().set_status(followed.work_order, 505).unwrap();
    followed.tells("the store now has status 5").await;
    followed.tells("from 503 to 505").await;
    followed.shop_gets(6).await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.made().status_id), (6, 505));
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}
