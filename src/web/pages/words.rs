//! The words of the pages: a file of messages for each language in `src/web/words/`, all with the same messages.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use crate::domain::{locale::Locale, words};

type Bundle = FluentBundle<FluentResource>;

/// The message of a key.
pub(super) fn say(locale: Locale, key: &str) -> Cow<'static, str> {
    say_with(locale, key, &[])
}

/// The message of a key, with these values in it. A key without a message shows itself: a test sees to it that there is none.
pub(super) fn say_with(locale: Locale, key: &str, values: &[(&str, FluentValue<'_>)]) -> Cow<'static, str> {
    find(locale, key, values).unwrap_or_else(|| Cow::Owned(key.to_owned()))
}

/// The same for a key that may have no message.
pub(super) fn find(locale: Locale, key: &str, values: &[(&str, FluentValue<'_>)]) -> Option<Cow<'static, str>> {
    let bundle = bundle(locale);
    let pattern = bundle.get_message(key)?.value()?;
    let values: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
    let mut faults = Vec::new();
    Some(Cow::Owned(bundle.format_pattern(pattern, Some(&values), &mut faults).into_owned()))
}

fn bundle(locale: Locale) -> &'static Bundle {
    static BUNDLES: LazyLock<[Bundle; Locale::ALL.len()]> =
        LazyLock::new(|| Locale::ALL.map(|locale| words::bundle(locale.code(), messages(locale))));
    &BUNDLES[locale as usize]
}

fn messages(locale: Locale) -> &'static str {
    match locale {
        Locale::En => include_str!("../words/en.ftl"),
        Locale::Pt => include_str!("../words/pt.ftl"),
        Locale::Uk => include_str!("../words/uk.ftl"),
    }
}

#[cfg(test)]
mod tests;
