//! The order of lines says nothing.

use cartum_roapp::sandbox::{cartum::CartumQuirks, world::SandboxOptions};

use crate::support::{
    eventually,
    followed::{Followed, follow_in, line},
    world::small,
};

async fn polled_again(followed: &Followed) {
    let reads = || followed.world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/get").count();
    let before = reads();
    eventually("two more polls", || async { (reads() >= before + 4).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_lines_come_in_another_order_is_unchanged() {
    for no_storage_ids in [false, true] {
        let cartum_quirks = CartumQuirks { no_storage_ids, ..CartumQuirks::default() };
        let options = SandboxOptions { cartum_quirks, ..small(4) };
        let lines = [line(1, "A-1", 100, 1), line(2, "A-1", 70, 2), line(3, "A-1", 5, 1), line(4, "B-2", 30, 1)];
        let followed = follow_in(options, &lines, |_| {}).await;
        let (before, rows) = (followed.row().await.unwrap(), followed.made().items);
        followed.world.offer_checked().await;
        let calls = followed.world.calls_but_watch();
        followed.world.sandbox.shop.edit(|shop| shop.orders.get_mut(&followed.number).unwrap().lines.reverse());
        polled_again(&followed).await;
        assert_eq!(followed.row().await.unwrap().version, before.version, "no new version");
        assert_eq!(followed.world.calls_but_watch(), calls);

        // Together with a change, just that one is written.
        let (patches, posts) = (followed.calls("PATCH"), followed.calls("POST"));
        followed
            .edit(|order| {
                order.lines.rotate_left(2);
                let cheap = order.lines.iter_mut().find(|line| line.price == 70.into()).unwrap();
                cheap.quantity = 3.into();
            })
            .await;
        followed.total_is_the_stores();
        // The line, and the estimated price of the head.
        assert_eq!((followed.calls("PATCH") - patches, followed.calls("POST") - posts), (2, 0), "{no_storage_ids}");
        let now = followed.made().items;
        let kept = rows
            .iter()
            .zip(&now)
            .filter(|(was, is)| (was.id, was.price, was.quantity) == (is.id, is.price, is.quantity));
        assert_eq!(kept.count(), 3);
        followed.daemon.stop().await;
    }
}
