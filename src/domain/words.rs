//! Our own words in what staff read in RO App, in the language of the store's settings (design section 6): one file of messages for
//! each language in `words/`, all with the same messages.
//!
//! What is put into a message stays as it is: it is never read as a message itself.

#[cfg(test)]
pub(crate) mod messages;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use super::ids::OrderNumber;

/// A language that we have words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English; also where a store's language is none of these.
    En,
    /// Ukrainian, which Horoshop calls `ua`.
    Uk,
    /// Portuguese.
    Pt,
    /// Romanian.
    Ro,
    /// Polish.
    Pl,
    /// Russian.
    Ru,
}

/// A label, or a few words that stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is what `words/en.ftl` says under its key")]
pub enum Word {
    Store,
    PlacedAt,
    Payment,
    Paid,
    PaymentSurcharge,
    Delivery,
    DeliveryPrice,
    Recipient,
    Address,
    TrackingNumber,
    Contact,
    Coupon,
    ManagersDiscount,
    BuyersComment,
    StoresComment,
    LeftOut,
    Yes,
    No,
    ByCarriersTariff,
    NoCallback,
    StandInDescription,
    Buyer,
    NameAsTyped,
    PhoneAsTyped,
    EmailAsTyped,
}

impl Word {
    fn key(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::PlacedAt => "placed-at",
            Self::Payment => "payment",
            Self::Paid => "paid",
            Self::PaymentSurcharge => "payment-surcharge",
            Self::Delivery => "delivery",
            Self::DeliveryPrice => "delivery-price",
            Self::Recipient => "recipient",
            Self::Address => "address",
            Self::TrackingNumber => "tracking-number",
            Self::Contact => "contact",
            Self::Coupon => "coupon",
            Self::ManagersDiscount => "managers-discount",
            Self::BuyersComment => "buyers-comment",
            Self::StoresComment => "stores-comment",
            Self::LeftOut => "left-out",
            Self::Yes => "yes",
            Self::No => "no",
            Self::ByCarriersTariff => "by-carriers-tariff",
            Self::NoCallback => "no-callback",
            Self::StandInDescription => "stand-in-description",
            Self::Buyer => "buyer",
            Self::NameAsTyped => "name-as-typed",
            Self::PhoneAsTyped => "phone-as-typed",
            Self::EmailAsTyped => "email-as-typed",
        }
    }
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::En, Self::Uk, Self::Pt, Self::Ro, Self::Pl, Self::Ru];

    /// The language of a store's `language` setting, as the store spells it: a region (`pt-BR`) says nothing more.
    #[must_use]
    pub fn of(setting: &str) -> Self {
        let language = setting.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        match language.as_str() {
            "uk" | "ua" => Self::Uk,
            "pt" => Self::Pt,
            "ro" => Self::Ro,
            "pl" => Self::Pl,
            "ru" => Self::Ru,
            _ => Self::En,
        }
    }

    /// The words.
    #[must_use]
    pub fn word(self, word: Word) -> String {
        self.say(word.key(), &[])
    }

    /// What a store order is called: the title of its work order, and the first words of our block of the notes.
    #[must_use]
    pub fn order_title(self, number: OrderNumber) -> String {
        self.say("order-title", &[("number", &number.to_string())])
    }

    /// The store says that the order is paid; `sum` with its currency.
    #[must_use]
    pub fn order_paid(self, number: OrderNumber, sum: &str) -> String {
        self.say("order-paid", &[("number", &number.to_string()), ("sum", sum)])
    }

    /// The store canceled the order after its goods were written off.
    #[must_use]
    pub fn order_canceled(self, number: OrderNumber) -> String {
        self.say("order-canceled", &[("number", &number.to_string())])
    }

    /// The order is deleted in the store; `moment` is when that was noticed.
    #[must_use]
    pub fn order_deleted(self, number: OrderNumber, moment: &str) -> String {
        self.say("order-deleted", &[("number", &number.to_string()), ("moment", moment)])
    }

    /// What changed in the store.
    #[must_use]
    pub fn changed_in_store(self, changes: &str) -> String {
        self.say("changed-in-store", &[("changes", changes)])
    }

    /// A line of the notes that the newer ones do not have.
    #[must_use]
    pub fn no_longer(self, line: &str) -> String {
        self.say("no-longer", &[("line", line)])
    }

    /// The title of the product that stands in for those that RO App does not have.
    #[must_use]
    pub fn stand_in_title(self, store: &str) -> String {
        self.say("stand-in-title", &[("store", store)])
    }

    /// The name of a person whose buyer gave none.
    #[must_use]
    pub fn buyer_of_order(self, number: OrderNumber) -> String {
        self.say("buyer-of-order", &[("number", &number.to_string())])
    }

    /// The message, in English where this language does not have it.
    fn say(self, key: &str, values: &[(&str, &str)]) -> String {
        [self, Self::En].into_iter().find_map(|language| language.find(key, values)).unwrap_or_else(|| key.to_owned())
    }

    fn find(self, key: &str, values: &[(&str, &str)]) -> Option<String> {
        let (_, bundle) = BUNDLES.iter().find(|(language, _)| *language == self)?;
        let pattern = bundle.get_message(key)?.value()?;
        let values: FluentArgs<'_> = values.iter().copied().collect();
        let mut faults = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut faults).into_owned();
        faults.is_empty().then_some(text)
    }

    fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Uk => "uk",
            Self::Pt => "pt",
            Self::Ro => "ro",
            Self::Pl => "pl",
            Self::Ru => "ru",
        }
    }

    fn messages(self) -> &'static str {
        match self {
            Self::En => include_str!("words/en.ftl"),
            Self::Uk => include_str!("words/uk.ftl"),
            Self::Pt => include_str!("words/pt.ftl"),
            Self::Ro => include_str!("words/ro.ftl"),
            Self::Pl => include_str!("words/pl.ftl"),
            Self::Ru => include_str!("words/ru.ftl"),
        }
    }
}

static BUNDLES: LazyLock<Vec<(Language, FluentBundle<FluentResource>)>> = LazyLock::new(|| {
    let of = |language: Language| (language, bundle(language.code(), language.messages()));
    Language::ALL.into_iter().map(of).collect()
});

/// The messages of a language. A file with a mistake in it gives what can be read of it; a test sees to it that none has one.
pub(crate) fn bundle(language: &str, messages: &str) -> FluentBundle<FluentResource> {
    let languages: Vec<LanguageIdentifier> = language.parse().into_iter().collect();
    let mut bundle = FluentBundle::new_concurrent(languages);
    // Staff would see the marks that else surround what is put in, and our own comparisons too.
    bundle.set_use_isolating(false);
    let messages = FluentResource::try_new(messages.to_owned()).unwrap_or_else(|(readable, _)| readable);
    bundle.add_resource_overriding(messages);
    bundle
}
