//! Invisible characters: they come along when somebody pastes a text, and make texts differ that look the same.

/// Joins letters of some scripts and parts of some pictures, or keeps them apart.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// The text without characters that nobody sees, with a common space for every kind of blank. Joiners stay where they stand
/// between two characters, since they mean something there; so do line breaks and tabs.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut joiner = None;
    for c in text.chars() {
        if JOINERS.contains(&c) {
            joiner = Some(c);
            continue;
        }
        let Some(c) = seen(c, shown.chars().next_back()) else { continue };
        let joins = !c.is_whitespace() && shown.chars().next_back().is_some_and(|last| !last.is_whitespace());
        shown.extend(joiner.take().filter(|_| joins));
        shown.push(c);
    }
    shown
}

/// The character as it is seen after another one; `None` = not at all.
fn seen(c: char, last: Option<char>) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' => Some(c),
        '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // Blanks that count as letters or as signs.
        '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' => Some(' '),
        _ if c.is_whitespace() => Some(' '),
        // The shape of a picture; behind a letter it shows nothing.
        '\u{fe00}'..='\u{fe0f}' => last.filter(|last| !last.is_alphanumeric() && !last.is_whitespace()).map(|_| c),
        _ if c.is_control() || is_format(c) => None,
        _ => Some(c),
    }
}

/// Marks of direction, order and breaking; soft hyphens.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_gone() {
        for unseen in [
            '\u{200b}', '\u{feff}', '\u{200e}', '\u{202e}', '\u{ad}', '\u{2060}', '\u{0}', '\u{1b}', '\u{9d}',
            '\u{fe0f}',
        ] {
            assert_eq!(visible(&format!("{unseen}SK{unseen}U-1{unseen}")), "SKU-1", "{unseen:?}");
        }
        assert_eq!(visible("\u{3164}10\u{a0}000\u{2009}\u{202f}x\u{85}y\tz"), " 10 000  x\ny\tz");
    }

    #[test]
    fn joiners_stay_inside_words_and_pictures() {
        assert_eq!(
            visible("\u{200d}\u{645}\u{6cc}\u{200c}\u{62e}\u{200c} \u{200d}x"),
            "\u{645}\u{6cc}\u{200c}\u{62e} x"
        );
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{2764}\u{fe0f}";
        assert_eq!(visible(family), family);
    }
}
