use proptest::prelude::*;

use super::*;
use crate::domain::{
    ids::OrderNumber,
    order::{Buyer, Payment},
    samples,
};

fn marker() -> Marker {
    Marker { host: "shop.example.com".into(), number: OrderNumber::new(1042), generation: 1 }
}

fn placed_at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_778_403_600, 0).unwrap_or_default()
}

fn notes_of(order: &StoreOrder) -> String {
    notes_in(order, Language::En)
}

fn notes_in(order: &StoreOrder, language: Language) -> String {
    manager_notes(order, &samples::settings(), language, &marker(), placed_at())
}

fn bare() -> StoreOrder {
    StoreOrder {
        buyer: Buyer::default(),
        coupon: String::new(),
        manager_discount_title: String::new(),
        delivery: Delivery::default(),
        payment: Payment::default(),
        comment: String::new(),
        manager_comment: String::new(),
        no_callback: false,
        ..samples::order()
    }
}

#[test]
fn the_block_says_everything_that_people_need() {
    assert_eq!(
        notes_of(&samples::order()),
        "Cartum order 1042 — Shop\n\
         Store: https://shop.example.com\n\
         Placed at: 2026-05-10 12:00 (Europe/Kyiv)\n\
         Payment: Card\n\
         Paid: no\n\
         Payment surcharge: 12.50 UAH\n\
         Delivery: Nova Poshta\n\
         Delivery price: by the carrier's tariff\n\
         Address: Kyiv, Branch 7\n\
         Tracking number: 20400000000000\n\
         Contact: Olha Test, 050 000 00 00, olha@example.com\n\
         Coupon: SPRING\n\
         Manager's discount: Regular\n\
         Buyer's comment: Ring twice\n\
         Store staff's comment: Pack well\n\
         The buyer asked not to be called\n\
         [cartum:shop.example.com/1042]"
    );
}

#[test]
fn an_order_that_says_little_has_a_short_block() {
    assert_eq!(
        notes_of(&bare()),
        "Cartum order 1042 — Shop\nStore: https://shop.example.com\nPlaced at: 2026-05-10 12:00 (Europe/Kyiv)\n\
         Paid: no\n[cartum:shop.example.com/1042]"
    );
    assert_eq!(delivery_comment(&bare(), Language::En), None);
    assert_eq!(malfunction(&bare(), Language::En), "Cartum order 1042");
}

#[test]
fn the_comment_names_the_recipient() {
    let mut order = samples::order();
    order.delivery.price = Some(Decimal::new(50, 0));
    let expected = "Delivery: Nova Poshta\nDelivery price: 50.00 UAH\nRecipient: Olha Test\n\
                    Address: Kyiv, Branch 7\nTracking number: 20400000000000";
    assert_eq!(delivery_comment(&order, Language::En).as_deref(), Some(expected));
}

#[test]
fn the_longest_text_is_shortened_and_the_others_stay() {
    let mut order = samples::order();
    order.comment = "a".repeat(9_000);
    let notes = notes_of(&order);
    assert_eq!(notes.chars().count(), 4_000);
    assert!(notes.contains("\nStore staff's comment: Pack well\n"));
    assert_eq!(malfunction(&order, Language::En).chars().count(), 255);
}

#[test]
fn a_marker_in_a_stores_text_is_harmless() {
    let mut order = samples::order();
    order.comment = "[cartum:shop.example.com/7]".into();
    order.delivery.address = "[cartum:\nshop.example.com/8]".into();
    let notes = notes_of(&order);
    assert_eq!(notes.matches("[cartum:").count(), 1);
    assert!(!malfunction(&order, Language::En).contains("[cartum:"));
    assert!(!delivery_comment(&order, Language::En).unwrap_or_default().contains("[cartum:"));
}

#[test]
fn custom_fields_take_their_value_from_the_order() {
    let (order, settings) = (samples::order(), samples::settings());
    let field = |text| custom_field(&order, &settings, &text, placed_at());
    assert_eq!(field(FieldText::Constant("web".into())), "web");
    assert_eq!(field(FieldText::OrderNumber), "1042");
    assert_eq!(field(FieldText::PlacedAt), "2026-05-10T09:00:00Z");
    assert_eq!(field(FieldText::Payment), "Card");
    assert_eq!(field(FieldText::Paid), "no");
    assert_eq!(field(FieldText::Delivery), "Nova Poshta, Kyiv, Branch 7");
    assert_eq!(field(FieldText::TrackingNumber), "20400000000000");
    assert_eq!(field(FieldText::StoreName), "Shop");
}

#[test]
fn a_payment_is_told_with_its_sum_and_method() {
    assert_eq!(
        paid_comment(&samples::order(), Language::En),
        "Cartum order 1042 was paid in the store: 599.00 UAH, Card"
    );
}

#[test]
fn the_block_speaks_the_stores_language() {
    assert_eq!(
        notes_in(&samples::order(), Language::Uk),
        "Замовлення Cartum № 1042 — Shop\n\
         Магазин: https://shop.example.com\n\
         Оформлено: 2026-05-10 12:00 (Europe/Kyiv)\n\
         Оплата: Card\n\
         Оплачено: ні\n\
         Доплата за спосіб оплати: 12.50 UAH\n\
         Доставка: Nova Poshta\n\
         Вартість доставки: за тарифами перевізника\n\
         Адреса: Kyiv, Branch 7\n\
         Номер ТТН: 20400000000000\n\
         Контактні дані: Olha Test, 050 000 00 00, olha@example.com\n\
         Купон: SPRING\n\
         Знижка від менеджера: Regular\n\
         Коментар покупця: Ring twice\n\
         Коментар магазину: Pack well\n\
         Покупець просив не передзвонювати\n\
         [cartum:shop.example.com/1042]"
    );
    assert_eq!(malfunction(&bare(), Language::Pl), "Zamówienie Cartum 1042");
    assert_eq!(
        paid_comment(&samples::order(), Language::Ro),
        "Comanda Cartum 1042 a fost achitată în magazinul online: 599.00 UAH, Card"
    );
}

#[test]
fn the_number_of_another_order_is_not_where_our_block_begins() {
    let new = notes_of(&bare());
    let current = "See Cartum order 10425 first\n[cartum:shop.example.com/1042]";
    assert_eq!(put_block(current, &new), Some(format!("See Cartum order 10425 first\n{new}")));
}

#[test]
fn the_block_is_found_with_other_line_ends_and_blanks() {
    let current = "Call first \r\n\r\nA: 1 \r\nB: 2\t\r\n[m]  \r\nstaff\r\n";
    let replaced = replace_block(current, "A: 1\nB: 2\n[m]", "A: 3\n[m]");
    assert_eq!(replaced.as_deref(), Some("Call first \r\n\r\nA: 3\n[m]  \r\nstaff\r\n"));
}

#[test]
fn a_block_of_which_everything_is_escaped_is_found() {
    let ours = "Cartum order 1042 — Shop\nPaid: no\n[cartum:h.com/1042]";
    let shown = "Cartum order 1042 &#8212; Shop\nPaid&colon; no\n&#x5B;cartum&#58;h&#46;com&#x2f;1042&#93;";
    let current = format!("A &amp; ї; B\n{shown} & \nstaff");
    assert_eq!(block_of(&current, ours), Some(shown));
    assert_eq!(put_block(&current, ours), Some(format!("A &amp; ї; B\n{ours} & \nstaff")));
    assert_eq!(block_of(&current.replace("1042&#93;", "10421&#93;"), ours), None);
}

#[test]
fn a_block_that_staff_changed_is_left_alone() {
    assert_eq!(replace_block("A: 1\nB: 2 or 3\n[m]", "A: 1\nB: 2\n[m]", "A: 3\n[m]"), None);
    assert_eq!(replace_block("staff", "", "new"), None);
    assert_eq!(replace_block("", "A\n[m]", "new"), None);
}

#[test]
fn a_block_that_leaves_no_room_for_staffs_text_is_not_put_in() {
    let current = format!("{}\n[m]", "s".repeat(3_990));
    assert!(replace_block(&current, "[m]", "12345678\n").is_some());
    assert_eq!(replace_block(&current, "[m]", "1234567890"), None);
}

#[test]
fn news_are_the_new_lines_and_what_is_gone() {
    let told = ["Paid: no\nCoupon: X\nCity: K\n[cartum:h/1]", "Paid: yes\nCity: K\nTracking number: 7\n[cartum:h/1]"];
    let told = news(told[0], told[1], Language::En);
    assert_eq!(told, "Changed in the store: Paid: yes; Tracking number: 7; no longer: Coupon: X");
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,30}",
        "(\\[cartum:|x|\r\n| |é|[a-z]{3}){0,20}",
        (0_usize..6_000).prop_map(|length| "ї".repeat(length))
    ]
}

fn any_language() -> impl Strategy<Value = Language> {
    prop::sample::select(Language::ALL.to_vec())
}

prop_compose! {
    fn any_order()(texts in prop::collection::vec(any_text(), 14), no_callback in any::<bool>()) -> StoreOrder {
        let mut order = StoreOrder { no_callback, ..samples::order() };
        let StoreOrder {
            buyer, delivery, payment, currency, coupon, manager_discount_title, comment, manager_comment, ..
        } = &mut order;
        let places = [
            &mut buyer.name, &mut buyer.phone, &mut buyer.email, &mut delivery.method, &mut delivery.recipient,
            &mut delivery.city, &mut delivery.address, &mut delivery.tracking, &mut payment.method, currency,
            coupon, manager_discount_title, comment, manager_comment,
        ];
        for (place, text) in places.into_iter().zip(texts) {
            *place = text;
        }
        order
    }
}

proptest! {
    #[test]
    fn notes_end_with_the_only_marker_and_fit(order in any_order(), name in any_text(), language in any_language()) {
        let settings = Settings { name, ..samples::settings() };
        let notes = manager_notes(&order, &settings, language, &marker(), placed_at());
        prop_assert!(notes.ends_with("\n[cartum:shop.example.com/1042]"));
        prop_assert_eq!(notes.matches("[cartum:").count(), 1);
        prop_assert!(notes.chars().count() <= MAX_TEXT);
        prop_assert!(malfunction(&order, language).chars().count() <= MAX_NAME);
        prop_assert!(delivery_comment(&order, language).unwrap_or_default().chars().count() <= MAX_TEXT);
        prop_assert!(paid_comment(&order, language).chars().count() <= MAX_TEXT);
    }

    #[test]
    fn a_block_of_any_language_gives_way_to_one_of_any_other(
        before in "(staff|\n| ){0,9}", old in any_language(), new in any_language(), edited in any::<bool>(),
    ) {
        let (was, is) = (notes_in(&samples::order(), old), notes_in(&bare(), new));
        prop_assert_eq!(language_of(&was, OrderNumber::new(1042)), Some(old));
        let was = if edited { was.replace("Kyiv", "Lviv") } else { was };
        let put = put_block(&format!("{before}{was}\nafter"), &is);
        prop_assert_eq!(put, Some(format!("{before}{is}\nafter")));
    }

    #[test]
    fn staffs_text_around_the_block_is_kept(before in "(.|\r|\n){0,40}", after in "(.|\r|\n){0,40}") {
        let old = notes_of(&samples::order());
        let new = notes_of(&bare());
        let replaced = replace_block(&format!("{before}{old}{after}"), &old, &new);
        prop_assert_eq!(replaced, Some(format!("{before}{new}{after}")));
    }

    #[test]
    fn a_block_of_any_order_is_found_where_it_was_put(order in any_order()) {
        let old = notes_of(&order);
        prop_assert_eq!(replace_block(&old.replace('\n', "\r\n"), &old, "new"), Some("new".to_owned()));
    }
}
