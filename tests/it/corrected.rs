//! The shop corrects who the buyer of an order is: listed with both, and moved when a person says so.

use cartum_roapp::{
    clock::Clock,
    db::orders::OrderState,
    sandbox::{
        faults::Fault,
        roapp::{Person, SeedPerson},
        seed::{Discounts, ShopOrder},
    },
};

use crate::support::{
    Words, eventually,
    followed::{Followed, follow, line},
};

const WRONG: (&str, &str) = ("Wrong Buyer", "+38 (055) 555-01-01");
const RIGHT: (&str, &str) = ("Right Person", "+38 (055) 555-01-80");

fn buyer((name, phone): (&str, &str)) -> impl FnOnce(&mut ShopOrder) {
    move |order| (order.name, order.phone, order.email) = (name.into(), phone.into(), String::new())
}

/// An order of the wrong buyer's.
async fn of_the_wrong_buyer() -> Followed {
    follow(&[line(1, "A-1", 100, 1)]).await.with_order_of(WRONG).await
}

impl Followed {
    /// Another order, of this buyer.
    async fn with_order_of(mut self, who: (&str, &str)) -> Self {
        self.number = self.place(who);
        self.work_order = self.rests(OrderState::Synced, None).await.work_order.unwrap();
        self
    }

    fn place(&self, who: (&str, &str)) -> i64 {
        let mut number = 0;
        self.world.sandbox.shop.edit(|shop| {
            number = shop.place(Clock::System.now());
            let order = shop.orders.get_mut(&number).unwrap();
            order.lines = vec![line(1, "A-1", 100, 1)];
            order.discounts = Discounts::default();
            order.status = 1;
            buyer(who)(order);
        });
        number
    }

    fn client(&self) -> Person {
        let data = self.world.sandbox.roapp.data();
        data.people[&data.orders[&self.work_order].client_id].clone()
    }

    async fn about_the_client(&self) -> Option<(String, String)> {
        let conflicts = self.conflicts().await;
        conflicts.into_iter().find(|(what, ..)| what == "client").map(|(_, store, roapp)| (store, roapp))
    }

    async fn decide(&self, keep: &str) -> String {
        let number = self.number.to_string();
        let program = self.world.program("decide");
        let done = program.run(&["order", "resolve", "Sandbox shop", &number, "--keep", keep, "--wait"]).await;
        assert!(done.success, "{done:?}");
        done.stdout
    }

    fn called(&self, first_name: &str) -> usize {
        self.world.sandbox.roapp.data().people.values().filter(|person| person.first_name == first_name).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_buyer_is_listed_with_both_and_the_store_s_is_found_or_made() {
    let followed = of_the_wrong_buyer().await;
    let wrong = followed.client();
    followed.edit(buyer(RIGHT)).await;
    assert_eq!(followed.client().id, wrong.id, "nothing moves by itself");
    let (store, roapp) = followed.about_the_client().await.unwrap();
    assert!(store.contains("Right Person") && store.contains("555-01-80"), "{store}");
    assert!(roapp.contains("Wrong Buyer") && roapp.contains(&format!("client {}", wrong.id)), "{roapp}");
    let listed = followed.world.program("list").run(&["order", "list", "--conflicts"]).await;
    assert!(listed.stdout.contains("Right Person") && listed.stdout.contains("Wrong Buyer"), "{listed:?}");
    let told = followed.decide("store").await;
    assert!(told.contains("resolved with the store's values: client"), "{told}");
    let right = followed.client();
    assert_eq!((right.first_name.as_str(), right.phones[0].phone.as_str()), ("Right", "+380555550180"));
    assert_eq!(followed.about_the_client().await, None);
    assert_eq!(
        followed.world.sandbox.roapp.data().people[&wrong.id].first_name,
        "Wrong",
        "nobody is changed or deleted"
    );
    // Later orders go to whom they are of.
    let followed = followed.with_order_of(RIGHT).await;
    assert_eq!(followed.client().id, right.id);
    let followed = followed.with_order_of(WRONG).await;
    assert_eq!(followed.client().id, wrong.id);
    assert_eq!((followed.called("Right"), followed.called("Wrong")), (1, 1));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_of_staffs_is_found_and_a_lost_answer_makes_nobody_twice() {
    let followed = of_the_wrong_buyer().await;
    let theirs = followed.staff().add_person(SeedPerson {
        first_name: "Right".into(),
        last_name: "Person".into(),
        phones: vec!["0555550180".into()],
        ..SeedPerson::default()
    });
    followed.edit(buyer(RIGHT)).await;
    followed.world.sandbox.roapp.faults().add("PATCH /v2/orders/{id}", Fault::CutAfter, 0, 1);
    followed.decide("store").await;
    assert_eq!(followed.client().id, theirs);
    followed.edit(buyer(("Third Man", "0555550199"))).await;
    followed.world.sandbox.roapp.faults().add("POST /v2/contacts/people", Fault::CutAfter, 0, 1);
    followed.decide("store").await;
    assert_eq!((followed.client().first_name.as_str(), followed.called("Third")), ("Third", 1));
    assert_eq!(followed.about_the_client().await, None);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ro_app_keeps_is_left_and_counted_as_done() {
    let followed = of_the_wrong_buyer().await;
    let wrong = followed.client();
    followed.edit(buyer(RIGHT)).await;
    let told = followed.decide("roapp").await;
    assert!(told.contains("resolved with RO App's values: client"), "{told}");
    assert_eq!((followed.client().id, followed.about_the_client().await), (wrong.id, None));
    followed.edit(|order| order.comment = "something else".into()).await;
    assert_eq!(followed.about_the_client().await, None, "it does not come back");
    assert_eq!(followed.called("Right"), 0);
    followed.edit(buyer(("Third Man", "0555550199"))).await;
    assert!(followed.about_the_client().await.unwrap().0.contains("Third Man"));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spelling_or_another_e_mail_is_nobody_else() {
    let followed = of_the_wrong_buyer().await;
    followed.edit(|order| order.email = "wrong@example.com".into()).await;
    followed.edit(|order| order.email = "right@example.com".into()).await;
    followed.edit(|order| order.name = "BUYER Wrong".into()).await;
    followed.edit(|order| order.name = "Wrogn Buyer".into()).await;
    followed.edit(|order| order.phone = "0555550101 Viber, 0671112233".into()).await;
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_alone_that_is_another_s_goes_to_a_client_of_that_name() {
    let followed = of_the_wrong_buyer().await;
    let wrong = followed.client();
    followed.edit(|order| order.name = RIGHT.0.into()).await;
    assert!(followed.about_the_client().await.is_some());
    // Another order of the same buyer went by the phone alone meanwhile.
    let number = followed.number;
    let mut followed = followed.with_order_of((RIGHT.0, WRONG.1)).await;
    assert_eq!(followed.client().id, wrong.id);
    followed.number = number;
    followed.work_order = followed.row().await.unwrap().work_order.unwrap();
    followed.decide("store").await;
    let right = followed.client();
    assert_eq!((right.first_name.as_str(), right.id == wrong.id), ("Right", false));
    let followed = followed.with_order_of((RIGHT.0, WRONG.1)).await;
    assert_eq!(followed.client().id, right.id, "later orders do not follow the wrong link");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_work_order_or_one_with_goods_written_off_is_left() {
    let followed = of_the_wrong_buyer().await;
    let wrong = followed.client();
    let item = followed.made().items[0].id;
    followed.staff().write_off(followed.work_order, item).unwrap();
    let row = followed.edit(buyer(RIGHT)).await;
    let both =
        "the store's buyer is now Right Person, +38 (055) 555-01-80, the work order's client is still Wrong Buyer";
    assert!(
        row.pending_change.contains("written off") && row.pending_change.contains(both),
        "{:?}",
        row.pending_change
    );
    let told = followed.decide("store").await;
    assert!(told.contains("still cannot be written"), "{told}");
    assert_eq!(followed.client().id, wrong.id);
    followed.decide("roapp").await;
    assert_eq!(followed.row().await.unwrap().pending_change, None);
    followed.staff().set_status(followed.work_order, 506).unwrap();
    let row = followed.edit(buyer(("Third Man", "0555550199"))).await;
    assert!(
        row.pending_change.contains("closed") && row.pending_change.contains("Third Man"),
        "{:?}",
        row.pending_change
    );
    assert_eq!(followed.client().id, wrong.id);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_did_themselves_is_kept_and_agreed_on_where_it_is_right() {
    let followed = of_the_wrong_buyer().await;
    let somebody = |first_name: &str, phone: &str| {
        followed.staff().add_person(SeedPerson {
            first_name: first_name.into(),
            last_name: "Person".into(),
            phones: vec![phone.into()],
            ..SeedPerson::default()
        })
    };
    let (right, other) = (somebody("Right", "0555550180"), somebody("Other", "0555550170"));
    let give = |client| {
        followed.staff().edit(|data, now| {
            let order = data.orders.get_mut(&followed.work_order).unwrap();
            (order.client_id, order.modified_at) = (client, now);
        });
    };
    give(other);
    followed.edit(buyer(RIGHT)).await;
    let (_, roapp) = followed.about_the_client().await.unwrap();
    assert!(roapp.contains("Other Person") && followed.client().id == other, "{roapp}");
    // RO App has whole seconds.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    give(right);
    eventually("both to agree", || async { followed.about_the_client().await.is_none().then_some(()) }).await;
    followed.tells("conflict resolved: client").await;
    assert_eq!(followed.client().id, right);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_an_earlier_release_is_compared_with_the_version_that_ro_app_has() {
    let followed = of_the_wrong_buyer().await;
    sqlx::query("UPDATE store_order SET applied = applied - 'buyer'")
        .execute(followed.world.database.pool())
        .await
        .unwrap();
    followed.edit(buyer(RIGHT)).await;
    assert!(followed.about_the_client().await.unwrap().1.contains("Wrong Buyer"));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_staff_give_the_work_order_to_is_told_once_and_ours_is_not_theirs() {
    let followed = of_the_wrong_buyer().await;
    let theirs = followed.staff().add_person(SeedPerson {
        first_name: "Third".into(),
        last_name: "Man".into(),
        phones: vec!["0555550199".into()],
        ..SeedPerson::default()
    });
    // Ours, with an answer and without one.
    followed.edit(buyer(RIGHT)).await;
    followed.decide("store").await;
    followed.edit(buyer(WRONG)).await;
    followed.world.sandbox.roapp.faults().add("PATCH /v2/orders/{id}", Fault::CutAfter, 0, 1);
    followed.decide("store").await;
    assert_eq!(followed.client().first_name, "Wrong");
    followed.staff().set_client(followed.work_order, theirs).unwrap();
    let told = format!("a person assigned the work order to client {theirs} (Third Man) in RO App");
    followed.tells(&told).await;
    // Later changes of staff's do not tell it again.
    followed.staff().set_status(followed.work_order, 502).unwrap();
    followed.tells("to 502").await;
    let history = followed.history().await;
    assert_eq!(history.iter().filter(|line| line.contains("a person assigned")).collect::<Vec<_>>(), [&told]);
    assert_eq!(followed.client().id, theirs, "staff win");
    followed.daemon.stop().await;
}
