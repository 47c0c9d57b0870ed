//! Texts that RO App refuses, and texts of which it makes something else.

use cartum_roapp::{
    db::orders::OrderState,
    domain::{marker::Marker, store::FieldText},
    sandbox::{
        roapp::{RoAppQuirks, TextForm},
        world::SandboxOptions,
    },
};

use crate::support::{
    Words, eventually,
    followed::{Followed, follow_in, line},
    world::{World, small},
};

fn sandbox(roapp_quirks: RoAppQuirks) -> SandboxOptions {
    SandboxOptions { roapp_quirks, ..small(4) }
}

const FORMS: [TextForm; 7] = [
    TextForm::Trimmed,
    TextForm::Escaped,
    TextForm::Entities,
    TextForm::Collapsed,
    TextForm::Basic,
    TextForm::Lettered,
    TextForm::All,
];

/// A comment with something for each form to change.
const COMMENT: &str = "Ring  twice & <wait>, \"please\" 😀";

async fn told_as_staffs(followed: &Followed) -> Vec<String> {
    followed.history().await.into_iter().filter(|told| told.contains("a person changed")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ro_app_makes_of_our_texts_is_nobodys_change() {
    for texts in FORMS {
        let options = sandbox(RoAppQuirks { texts, ..RoAppQuirks::default() });
        let followed = follow_in(options, &[line(1, "A-1", 100, 1)], |settings| {
            settings.custom_fields.insert(601, FieldText::Delivery);
        })
        .await;
        for comment in [COMMENT, "Now & then 😀  \"no\""] {
            followed
                .edit(|order| {
                    order.comment = comment.into();
                    order.address = format!("{comment} street");
                })
                .await;
            let made = followed.made();
            assert_eq!(made.malfunction.matches("Cartum order").count(), 1);
            let word = if comment == COMMENT { "twice" } else { "then" };
            for text in [&made.malfunction, &made.manager_notes, &made.custom_fields["f601"].to_string()] {
                assert!(text.contains(word), "{texts:?}: {text}");
            }
            assert_eq!(Marker::find_all(&made.manager_notes).len(), 1, "{texts:?}: {}", made.manager_notes);
        }
        // Nothing but what is new is written, and what staff add is kept.
        followed.staff().edit(|data, now| {
            let order = data.orders.get_mut(&followed.work_order).unwrap();
            (order.manager_notes, order.modified_at) = (format!("{}\nStaff: A & B", order.manager_notes), now);
        });
        followed.edit(|order| order.comment = "Third & last 😀".into()).await;
        let notes = followed.made().manager_notes;
        assert!(
            notes.contains("Third") && notes.contains("Staff") && !notes.contains("&amp;amp;"),
            "{texts:?}: {notes}"
        );
        assert_eq!(followed.conflicts().await, [], "{texts:?}");
        assert_eq!(told_as_staffs(&followed).await, Vec::<String>::new(), "{texts:?}");
        // What a person does is a person's.
        followed.staff().edit(|data, now| {
            let order = data.orders.get_mut(&followed.work_order).unwrap();
            (order.malfunction, order.modified_at) = ("Staff's title".into(), now + chrono::Duration::seconds(2));
        });
        followed.tells("a person changed notes or fields").await;
        followed.edit(|order| order.comment = "Fourth".into()).await;
        assert_eq!(followed.made().malfunction, "Staff's title", "{texts:?}");
        assert_eq!(followed.conflicts().await.len(), 1, "{texts:?}");
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_ro_app_refuses_are_made_plainer_or_left_out_and_fail_no_order() {
    for refused_text in ["☠", "forbidden"] {
        let options = sandbox(RoAppQuirks { refused_text, ..RoAppQuirks::default() });
        let followed = follow_in(options, &[line(1, "A-1", 100, 1)], |settings| {
            settings.custom_fields.insert(601, FieldText::Delivery);
        })
        .await;
        let world = &followed.world;
        let refused = format!("{refused_text} words");
        let number = world.sandbox.shop.place_order();
        world.sandbox.shop.edit(|shop| {
            let first = shop.orders[&followed.number].clone();
            let order = shop.orders.get_mut(&number).unwrap();
            (order.lines, order.discounts, order.status) = (first.lines.clone(), first.discounts, 2);
            (order.comment, order.address) = (refused.clone(), refused.clone());
            // Two titles of one article: each stands in its line's comment.
            order.lines = vec![line(31, "A-1", 100, 1), line(32, "A-1", 50, 1), line(33, "NEW-3", 5, 1)];
            order.lines[1].title.clone_from(&refused);
        });
        let row = eventually("the order in step", || async {
            let rows = world.orders().await;
            rows.into_iter().find(|row| row.number.get() == number && row.state == OrderState::Synced)
        })
        .await;
        let made = world.sandbox.roapp.data().orders[&row.work_order.unwrap()].clone();
        assert_eq!((made.items.len(), made.status_id), (3, 502));
        assert!(made.manager_notes.contains("[cartum:") && made.malfunction.contains(&number.to_string()));
        assert!(made.manager_notes.contains("Store: ") || refused_text == "forbidden", "{}", made.manager_notes);
        assert_eq!(world.store().await.reason, None);

        // The same in an edit.
        let row = followed.edit(|order| (order.comment, order.status) = (refused.clone(), 2)).await;
        assert_eq!(row.reason, None);
        followed.tells("RO App refused the originals").await;
        assert_eq!(followed.conflicts().await, []);
        followed.edit(|order| order.comment = "plain again".into()).await;
        assert!(followed.made().manager_notes.contains("plain again"));
        assert!(followed.made().malfunction.contains("plain again"));
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_longer_than_ro_app_takes_are_cut_and_the_marker_stays() {
    let world = World::new(SandboxOptions {
        roapp_quirks: RoAppQuirks { text_limit: 120, ..RoAppQuirks::default() },
        ..small(20)
    })
    .await;
    world.import_whole().await;
    let (counts, rows) = (world.counts().await, world.orders().await);
    assert_eq!((counts.failed, counts.held), (0, 0), "{:?}", rows.iter().find(|row| !row.reason.is_empty()));
    let data = world.sandbox.roapp.data();
    let ours = data.orders.values().filter(|order| order.made_by_api);
    assert!(ours.clone().count() > 0 && ours.clone().all(|order| order.manager_notes.contains("[cartum:")));
}
