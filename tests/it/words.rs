//! What staff read in RO App is in the language of the store's settings (design section 6).

use cartum_roapp::{
    admin::{self, Ask, Selection},
    db::orders::OrderState,
    domain::store::UnknownProducts,
    sandbox::roapp::Order,
};

use crate::support::{
    eventually,
    followed::{Followed, follow, follow_in, line},
    world::{World, small},
};

fn comments(order: &Order) -> String {
    order.comments.iter().map(|comment| comment.text.clone() + "\n").collect()
}

/// Waits until the work order's notes say this, and everything rests.
async fn says(followed: &Followed, text: &str) -> Order {
    let made = eventually(text, || async { Some(followed.made()).filter(|made| made.manager_notes.contains(text)) });
    made.await
}

#[tokio::test(flavor = "multi_thread")]
async fn title_notes_and_comments_of_a_work_order_are_in_the_stores_language() {
    for (language, title, paid, unpaid, delivery, news) in [
        (
            "ua",
            "Замовлення Cartum № ",
            "\nОплачено: так\n",
            "\nОплачено: ні\n",
            "Доставка: ",
            "оплачено в магазині: 100.00",
        ),
        (
            "pl",
            "Zamówienie Cartum ",
            "\nOpłacone: tak\n",
            "\nOpłacone: nie\n",
            "Dostawa: ",
            "opłacone w sklepie: 100.00",
        ),
    ] {
        let followed =
            follow_in(small(4), &[line(1, "A-1", 100, 1)], |settings| settings.language = language.into()).await;
        let (number, made) = (followed.number, followed.made());
        assert_eq!(made.malfunction, format!("{title}{number}: as it was"));
        assert!(made.manager_notes.starts_with(&format!("{title}{number} — Sandbox shop\n")), "{}", made.manager_notes);
        assert!(made.manager_notes.contains(unpaid), "{}", made.manager_notes);
        assert!(made.manager_notes.ends_with(&format!("/{number}]")), "{}", made.manager_notes);
        assert!(comments(&made).contains(delivery), "{}", comments(&made));

        followed.edit(|order| order.paid = true).await;
        let made = followed.made();
        assert!(made.manager_notes.contains(paid) && comments(&made).contains(news), "{made:?}");
        for english in ["Cartum order", "Placed at", "Payment", "Paid", "Contact", "Delivery", "Store:", "was paid"] {
            assert!(!made.manager_notes.contains(english) && !comments(&made).contains(english), "{made:?}");
        }
        assert_eq!(followed.conflicts().await, []);
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_language_holds_for_what_changes_from_then_on_and_a_resync_brings_it_everywhere() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let before = followed.made();
    followed.world.edit(|settings| settings.language = "uk".into()).await;
    let patches = followed.calls("PATCH");
    followed.edit(|order| order.status = 2).await;
    let made = followed.made();
    let texts = |order: &Order| (order.malfunction.clone(), order.manager_notes.clone(), comments(order));
    assert_eq!((texts(&made), followed.calls("PATCH")), (texts(&before), patches), "a setting moves nothing by itself");

    // Staff write around our block, which is found in the language that it was written in.
    let staffs = format!("Call first\n{}\nDone", made.manager_notes);
    followed.staff().edit_notes(followed.work_order, &staffs).unwrap();
    followed.edit(|order| order.discounts.coupon_code = "AUTUMN".into()).await;
    let made = says(&followed, "\nКупон: AUTUMN\n").await;
    let notes = &made.manager_notes;
    assert!(notes.starts_with("Call first\nЗамовлення Cartum № ") && notes.ends_with("]\nDone"), "{notes}");
    assert_eq!(notes.matches("[cartum:").count(), 1, "{notes}");
    assert_eq!(made.malfunction, before.malfunction, "its words did not change in the store");

    let row = followed.row().await.unwrap();
    let selection = Selection { numbers: vec![row.number], ..Selection::default() };
    let pool = followed.world.database.pool();
    admin::ask(pool, &followed.world.store().await, &selection, Ask::Resync).await.unwrap();
    eventually("the title", || async {
        followed.made().malfunction.starts_with("Замовлення Cartum № ").then_some(())
    })
    .await;
    followed.rests(OrderState::Synced, None).await;
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_for_products_is_named_in_the_stores_language_and_found_again_in_another() {
    let world = World::with(small(12), |settings| {
        settings.unknown_products = UnknownProducts::Placeholder;
        settings.language = "ro".into();
    })
    .await;
    world.import_whole().await;
    let made = |world: &World| -> Vec<(String, String)> {
        let data = world.sandbox.roapp.data();
        let made = data.products.values().filter(|product| product.made_by_api);
        made.map(|product| (product.title.clone(), product.description.clone())).collect()
    };
    let first = made(&world);
    assert_eq!(first.len(), 1, "{first:?}");
    let (title, description) = &first[0];
    assert_eq!(title, "Produs din magazinul Sandbox shop");
    assert!(description.starts_with("Înlocuiește produsele magazinului"), "{description}");

    // As after a backup from before: nothing says any more which product stands in.
    sqlx::query("DELETE FROM link WHERE kind = 'product'").execute(world.database.pool()).await.unwrap();
    world.edit(|settings| settings.language = "en".into()).await;
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.lines, order.status) = (vec![line(1, "NOWHERE-1", 100, 1)], 1);
        order.discounts = cartum_roapp::sandbox::seed::Discounts::default();
    });
    let daemon = world.daemon();
    eventually("the order", || async {
        world.orders().await.into_iter().find(|row| row.number.get() == number && row.state == OrderState::Synced)
    })
    .await;
    daemon.stop().await;
    assert_eq!(made(&world), first);
}
