//! Whether a text in RO App is one of ours: RO App may trim it, escape it, and drop characters that it cannot store.

use super::text;

/// Rounds of reading entities: a text of ours may hold some, which RO App escapes once more.
const ROUNDS: usize = 3;

/// Equal as people read it: blanks and line ends, escaped characters, and those outside the basic plane, such as emoji, do not
/// count.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one == other || readable(one).split_whitespace().eq(readable(other).split_whitespace())
}

/// What RO App shows may be made of our text: its letters and digits are among ours, in their order.
#[must_use]
pub fn renders(shown: &str, ours: &str) -> bool {
    let ours = readable(ours);
    let mut letters = ours.chars().filter(|c| c.is_alphanumeric());
    readable(shown).chars().filter(|c| c.is_alphanumeric()).all(|shown| letters.any(|own| own == shown))
}

/// The text with its entities read, as often as it takes.
#[must_use]
pub fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        if !text.contains('&') {
            break;
        }
        text = text::with_entities_read(&text);
    }
    text
}

fn readable(text: &str) -> String {
    let is_unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    unescaped(text).chars().filter(|c| u32::from(*c) < 0x1_0000 && !is_unseen(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ro_app_makes_of_a_text_is_that_text_and_another_word_is_not() {
        for shown in
            ["Ring  twice & \"wait\"", " Ring twice\r\n&amp; &quot;wait&quot; ", "Ring twice &amp;amp; \"wait\""]
        {
            assert!(same(shown, "Ring twice &  \"wait\" 😀"), "{shown}");
        }
        assert!(!same("Ring twice", "Ring thrice") && !same("Ring twice!", "Ring twice"));
    }

    #[test]
    fn a_rendering_has_no_letter_of_its_own() {
        assert!(renders("Ring &lt;b&gt; tw", "Ring <b> twice"));
        assert!(renders("", "x") && renders("ab", "a№b"));
        assert!(!renders("Ring twice now", "Ring twice"));
    }
}
