//! Makes text from outside harmless for a terminal. Titles, names, reasons and errors hold text from a shop, a buyer or RO App, and
//! a terminal obeys control sequences in it: it moves the cursor, hides, recolours, retitles, or types.

use std::{borrow::Cow, fmt::Write as _};

/// The text in one line, with nothing that a terminal would obey: line breaks and tabs become a blank, other control characters
/// (C0, DEL, C1) and those that turn the direction of writing or hide what stands there are spelled out as `\u{1b}`.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| is_break(c) || is_obeyed(c)) {
        return Cow::Borrowed(text);
    }
    let mut told = String::with_capacity(text.len());
    let mut after_break = false;
    for c in text.chars() {
        if is_break(c) {
            if !after_break {
                told.push(' ');
            }
        } else if is_obeyed(c) {
            let _ = write!(told, "{}", c.escape_unicode());
        } else {
            told.push(c);
        }
        after_break = is_break(c);
    }
    Cow::Owned(told)
}

/// JSON text with the same value, in which a terminal finds nothing to obey: JSON itself escapes C0 alone.
#[must_use]
pub fn escaped_json(json: &str) -> Cow<'_, str> {
    // Outside of its strings JSON is ASCII, and its own line breaks are wanted.
    let is_escaped = |c: char| c != '\n' && (is_break(c) || is_obeyed(c));
    if !json.contains(is_escaped) {
        return Cow::Borrowed(json);
    }
    let mut told = String::with_capacity(json.len());
    for c in json.chars() {
        if is_escaped(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(told, "\\u{unit:04x}");
            }
        } else {
            told.push(c);
        }
    }
    Cow::Owned(told)
}

/// Ends a line, or moves along it.
fn is_break(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Control characters, marks and overrides of direction, and what is there without being seen. The joiners of scripts and emoji
/// (U+200C, U+200D) stay.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        for (from, to) in [
            ("plain Київ 日本", "plain Київ 日本"),
            ("a\x1b[2Jb", "a\\u{1b}[2Jb"),
            ("\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}"),
            ("a\u{9b}31mb\u{9d}x\u{9c}", "a\\u{9b}31mb\\u{9d}x\\u{9c}"),
            ("a\x08\x7fb\0", "a\\u{8}\\u{7f}b\\u{0}"),
            ("one\r\ntwo\tthree\u{2028}four", "one two three four"),
            ("a\u{202e}b\u{2066}c\u{200f}d\u{61c}", "a\\u{202e}b\\u{2066}c\\u{200f}d\\u{61c}"),
            ("a\u{200b}b\u{feff}c\u{e0041}", "a\\u{200b}b\\u{feff}c\\u{e0041}"),
            ("👩\u{200d}🔧", "👩\u{200d}🔧"),
        ] {
            assert_eq!(plain(from), to);
        }
    }

    #[test]
    fn json_says_the_same_with_nothing_to_obey() {
        let value = serde_json::json!({"a": "x\u{1b}\u{9b}\u{7f}\u{202e}\u{2028}\u{e0041}\n", "b": ["Київ"]});
        let text = format!("{value:#}");
        let escaped = escaped_json(&text);
        assert!(!escaped.contains(|c| c != '\n' && (is_break(c) || is_obeyed(c))), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
        assert_eq!(escaped.lines().count(), text.lines().count());
    }
}
