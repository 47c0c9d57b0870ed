//! Prepares a text on its way from a store to RO App: removes invisible characters and HTML, makes it one line, defuses markers,
//! and limits its length. `html.rs` knows tags and entities, `visible.rs` characters, `quoted.rs` what a message quotes; each reads
//! a text once, from beginning to end.
//!
//! Defuse markers after everything else but before shortening: removing HTML may join the parts of a marker that was not there
//! before.

mod html;
mod quoted;
mod visible;

use sha2::{Digest, Sha256};

pub(super) use self::html::entities as with_entities_read;
pub use self::{
    html::without_html,
    quoted::{is_short_word, is_technical, length_of, short_word, without_quoted},
    visible::visible,
};

/// Longest text sent to RO App, in characters (contract roapp unknown 11).
pub const MAX_TEXT: usize = 4000;

/// Longest name or title sent to RO App, in characters (contract roapp unknown 11).
pub const MAX_NAME: usize = 255;

/// Longest text that stands in a key whole, in bytes: a database index takes no row of more than some 2,700.
const MAX_KEY: usize = 500;

/// How much of a text from outside is looked at, in bytes: several times what RO App takes.
pub const MAX_READ: usize = 32 << 10;

/// How every marker and token of ours begins.
const OPENING: &str = "[cartum:";

/// The text as one trimmed line: control characters and line breaks, with the blanks around them, become one space.
///
/// Blanks between words stay as they are, since titles are compared exactly.
#[must_use]
pub fn one_line(text: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.split(is_break).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// At most `max_chars` characters of the text; what is cut off leaves a visible "…", which counts.
#[must_use]
pub fn shorten(text: &str, max_chars: usize) -> String {
    if text.chars().nth(max_chars).is_none() {
        return text.to_owned();
    }
    let Some(room) = max_chars.checked_sub(1) else {
        return String::new();
    };
    let kept: String = text.chars().take(room).collect();
    format!("{}…", kept.trim_end())
}

/// The text as a part of a key: one that is too long for an index is cut, and its hash keeps it apart from others.
#[must_use]
pub fn key(text: &str) -> String {
    if text.len() <= MAX_KEY {
        return text.to_owned();
    }
    let hash = Sha256::digest(text).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
    format!("{}#{hash}", &text[..text.floor_char_boundary(MAX_KEY / 2)])
}

/// Makes every `[cartum:` harmless, in any case, so that a store's text can never be taken for a marker of ours.
#[must_use]
pub fn defuse_markers(text: &str) -> String {
    let opens = |at: usize| text.get(at..at + OPENING.len()).is_some_and(|part| part.eq_ignore_ascii_case(OPENING));
    text.char_indices().map(|(at, c)| if c == '[' && opens(at) { '(' } else { c }).collect()
}

/// What of a text is looked at: its first 32 KiB.
#[must_use]
pub fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_READ)]
}

/// A text as the one who typed it meant it: line breaks and entities of HTML read once, without what nobody sees, trimmed.
#[must_use]
pub fn plain(text: &str) -> String {
    visible(&html::entities(&html::with_breaks(cut(text)))).trim().to_owned()
}

/// A title: the same on one line and without the tags that shops put into it.
#[must_use]
pub fn title(text: &str) -> String {
    one_line(&visible(&html::entities(&html::without_known_tags(cut(text)))))
}

/// An article, a phone, an e-mail address: the same as [`plain`], on one line.
#[must_use]
pub fn word(text: &str) -> String {
    one_line(&plain(text))
}

/// Digits that may be a phone: a number of an order has fewer.
const PHONE_DIGITS: usize = 9;

/// What a peer says, for messages: without e-mail addresses and phones, and without `told`, which it was told and may quote.
#[must_use]
pub fn discreet(text: &str, told: &[&str]) -> String {
    let mut text = text.to_owned();
    for told in told.iter().map(|told| told.trim()).filter(|told| told.chars().count() > 2) {
        text = text.replace(told, "…");
    }
    let mut shown = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        shown.push_str(if bare.contains('@') { "…" } else { bare });
        shown.push_str(&word[bare.len()..]);
    }
    without_phones(&shown)
}

/// Each run of digits and of what people write between them goes if it is long enough for a phone.
fn without_phones(text: &str) -> String {
    let is_of_phone = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '+' | '.' | '\u{a0}');
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(from) = rest.find(|c: char| c.is_ascii_digit() || c == '+') {
        let run = &rest[from..];
        let run = &run[..run.find(|c| !is_of_phone(c)).unwrap_or(run.len())];
        let run = run.trim_end_matches(|c: char| !c.is_ascii_digit() && c != '+');
        let is_phone = run.bytes().filter(u8::is_ascii_digit).count() >= PHONE_DIGITS;
        shown.push_str(&rest[..from]);
        shown.push_str(if is_phone { "…" } else { run });
        rest = &rest[from + run.len()..];
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::effort::assert_linear;

    #[test]
    fn line_breaks_and_control_characters_become_one_space() {
        assert_eq!(one_line("  Ring \r\n\r\n the\tbell\u{0}\u{2028}twice \n"), "Ring the bell twice");
    }

    #[test]
    fn blanks_between_words_of_a_line_stay() {
        assert_eq!(one_line("Cable  2 m"), "Cable  2 m");
    }

    #[test]
    fn a_text_that_fits_is_not_touched() {
        assert_eq!(shorten("їжак", 4), "їжак");
    }

    #[test]
    fn what_is_cut_off_leaves_a_visible_sign() {
        assert_eq!(shorten("їжаки біжать", 7), "їжаки…");
        assert_eq!(shorten("їжаки", 1), "…");
        assert_eq!(shorten("їжаки", 0), "");
    }

    #[test]
    fn a_marker_in_a_text_of_the_store_is_harmless_in_any_case() {
        assert_eq!(defuse_markers("[cartum:a/1] [[CarTum:b/2] [cart]"), "(cartum:a/1] [(CarTum:b/2] [cart]");
    }

    #[test]
    fn a_text_is_what_the_one_who_typed_it_meant() {
        assert_eq!(plain("O&#039;Brien Anna"), "O'Brien Anna");
        assert_eq!(plain("5&quot; &lt; 6&quot;"), "5\" < 6\"");
        assert_eq!(plain("call me<br />\nafter <b>six</b>, a<b and c>d"), "call me\n\nafter <b>six</b>, a<b and c>d");
        assert_eq!(word("SKU-001\u{200b}\u{feff} "), "SKU-001");
        assert_eq!(title("<b>Brush</b> &amp; Roller 5&quot; &#8211; Pro<br/>x"), "Brush & Roller 5\" – Pro x");
        assert_eq!(title("Adapter <Type-C> &lt;b&gt; <SPAN class='x>y'>new</SPAN>"), "Adapter <Type-C> <b> new");
        assert_eq!(plain(&"я".repeat(MAX_READ)).chars().count(), MAX_READ / 2);
    }

    #[test]
    fn what_a_peer_quotes_is_left_out() {
        let said =
            "phone \u{ab}+38 (067) 123-45-67\u{bb} of Ivan Petrenko <i.p@example.com> is taken, order 10423, field 12";
        let shown = discreet(said, &["Ivan Petrenko", "+3", ""]);
        assert_eq!(shown, "phone \u{ab}…\u{bb} of … … is taken, order 10423, field 12");
        assert_eq!(discreet("380671234567", &[]), "…");
        assert_eq!(discreet("without a reason", &[]), "without a reason");
    }

    #[test]
    fn work_grows_with_the_length_alone() {
        for piece in [
            "<a",
            "<",
            "&",
            "&amp",
            "<!--",
            "<script>",
            "<a =\"x>\" ",
            "<a ='",
            "[cartum:",
            "\u{200d}",
            "1 ",
            "@",
            "\n",
            "+ ",
        ] {
            assert_linear(piece, |text| {
                drop((without_html(text), visible(text), one_line(text), defuse_markers(text)));
                drop((discreet(text, &["ab"]), plain(text), title(text), key(text), shorten(text, MAX_TEXT)));
            });
        }
    }

    proptest! {
        #[test]
        fn a_shortened_text_never_exceeds_its_limit(text in "\\PC{0,80}", limit in 0_usize..90) {
            let short = shorten(&text, limit);
            prop_assert!(short.chars().count() <= limit);
            prop_assert_eq!(short == text, text.chars().count() <= limit);
        }

        #[test]
        fn one_line_is_one_line(text in any::<String>()) {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert_eq!(line.trim(), line.as_str());
            prop_assert_eq!(one_line(&line), line);
        }

        #[test]
        fn nothing_defused_opens_a_marker(text in "(\\[|[cC][aA]rtum:|[a-zї/0-9\\]]){0,12}") {
            let harmless = defuse_markers(&text);
            prop_assert!(!harmless.to_lowercase().contains(OPENING));
            prop_assert_eq!(harmless.chars().count(), text.chars().count());
        }
    }
}
