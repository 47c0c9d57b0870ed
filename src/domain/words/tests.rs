use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// The messages of a language, each with its parameters.
fn messages(language: Language) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let lines = language.messages().lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let message = |line: &'static str| {
        let (key, text) = line.split_once(" = ").unwrap_or_else(|| panic!("{language:?}: {line}"));
        let parameters = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::trim);
        (key, parameters.collect())
    };
    let read: Vec<_> = lines.map(message).collect();
    let messages: BTreeMap<_, _> = read.iter().cloned().collect();
    assert_eq!(messages.len(), read.len(), "{language:?} has a message twice");
    messages
}

const WORDS: [Word; 25] = [
    Word::Store,
    Word::PlacedAt,
    Word::Payment,
    Word::Paid,
    Word::PaymentSurcharge,
    Word::Delivery,
    Word::DeliveryPrice,
    Word::Recipient,
    Word::Address,
    Word::TrackingNumber,
    Word::Contact,
    Word::Coupon,
    Word::ManagersDiscount,
    Word::BuyersComment,
    Word::StoresComment,
    Word::LeftOut,
    Word::Yes,
    Word::No,
    Word::ByCarriersTariff,
    Word::NoCallback,
    Word::StandInDescription,
    Word::Buyer,
    Word::NameAsTyped,
    Word::PhoneAsTyped,
    Word::EmailAsTyped,
];

/// Every sentence with parameters, by its key.
fn sentences(language: Language, value: &str) -> [(&'static str, String); 8] {
    let number = OrderNumber::new(1042);
    [
        ("order-title", language.order_title(number)),
        ("order-paid", language.order_paid(number, value)),
        ("order-canceled", language.order_canceled(number)),
        ("order-deleted", language.order_deleted(number, value)),
        ("changed-in-store", language.changed_in_store(value)),
        ("no-longer", language.no_longer(value)),
        ("stand-in-title", language.stand_in_title(value)),
        ("buyer-of-order", language.buyer_of_order(number)),
    ]
}

#[test]
fn every_file_is_read_to_its_end() {
    for language in Language::ALL {
        if let Err((_, faults)) = FluentResource::try_new(language.messages().to_owned()) {
            panic!("{language:?}: {faults:?}");
        }
    }
}

#[test]
fn every_language_has_every_message_with_the_same_parameters_and_no_other() {
    let used: BTreeSet<_> =
        WORDS.iter().map(|word| word.key()).chain(sentences(Language::En, "").map(|(key, _)| key)).collect();
    for language in Language::ALL {
        assert_eq!(messages(language), messages(Language::En), "{language:?}");
        assert_eq!(messages(language).into_keys().collect::<BTreeSet<_>>(), used, "{language:?}");
    }
}

#[test]
fn every_message_is_said_in_its_own_language_with_what_is_put_into_it() {
    for language in Language::ALL {
        for word in WORDS {
            assert!(language.find(word.key(), &[]).is_some_and(|text| !text.is_empty()), "{language:?} {word:?}");
        }
        for (key, text) in sentences(language, "that is new") {
            let parameters = &messages(language)[key];
            assert_eq!(text.contains("1042"), parameters.contains("$number"), "{language:?}: {text}");
            assert_eq!(
                text.contains("that is new"),
                parameters.iter().any(|name| *name != "$number"),
                "{language:?}: {text}"
            );
            assert!(
                language == Language::En || sentences(Language::En, "that is new").iter().all(|(_, en)| *en != text)
            );
        }
    }
}

#[test]
fn what_is_put_in_stays_as_it_is_and_nothing_surrounds_it() {
    let hostile = "{ $number } { order-title } \u{7b}\"x\"\u{7d} a = b";
    for language in Language::ALL {
        for (key, text) in sentences(language, hostile) {
            let is_put_in = messages(language)[key].iter().any(|name| *name != "$number");
            assert_eq!(text.contains(hostile), is_put_in, "{language:?}: {text}");
            assert!(!text.contains(['\u{2068}', '\u{2069}']), "{language:?}: {text:?}");
        }
    }
}

#[test]
fn a_label_is_one_line_without_a_colon_of_its_own() {
    for language in Language::ALL {
        for word in WORDS {
            let text = language.word(word);
            assert!(!text.contains([':', '\n']) && text.trim() == text, "{language:?}: {text:?}");
        }
    }
}

#[test]
fn a_setting_means_a_language_however_the_store_spells_it() {
    for (setting, language) in [
        ("en", Language::En),
        ("ua", Language::Uk),
        ("uk", Language::Uk),
        ("UK", Language::Uk),
        (" uk-UA ", Language::Uk),
        ("pt_BR", Language::Pt),
        ("ro", Language::Ro),
        ("pl", Language::Pl),
        ("ru", Language::Ru),
        ("de", Language::En),
        ("", Language::En),
        ("українська", Language::En),
    ] {
        assert_eq!(Language::of(setting), language, "{setting}");
    }
}
