//! What is done to a text on its way from a store to RO App: one line, no HTML, no marker of its own, not too long.
//!
//! Defuse last but before shortening: taking HTML away may bring a marker together that was not there before.

use sha2::{Digest, Sha256};

/// Longest text sent to RO App, in characters (contract roapp unknown 11).
pub const MAX_TEXT: usize = 4000;

/// Longest name or title sent to RO App, in characters (contract roapp unknown 11).
pub const MAX_NAME: usize = 255;

/// Longest text that stands in a key whole, in bytes: a database index takes no row of more than some 2,700.
const MAX_KEY: usize = 500;

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

/// The text that a reader of the HTML would see: tags and comments gone, blocks on lines of their own, entities as
/// characters, no blank lines. A text without HTML keeps its words; a lone `<` stays.
#[must_use]
pub fn without_html(html: &str) -> String {
    let text = with_entities_read(&with_tags_gone(html));
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Tags that begin or end a line for the reader.
const BLOCKS: [&str; 18] = [
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "section",
    "article",
    "blockquote",
];

/// Tags that part two words on the same line.
const CELLS: [&str; 2] = ["td", "th"];

/// Elements whose content is not for readers.
const UNREAD: [&str; 2] = ["script", "style"];

fn with_tags_gone(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(length) = tag_length(rest) else {
            text.push('<');
            rest = &rest[1..];
            continue;
        };
        let name = tag_name(&rest[..length]);
        rest = &rest[length..];
        if BLOCKS.contains(&name.as_str()) {
            text.push('\n');
        } else if CELLS.contains(&name.as_str()) {
            text.push(' ');
        } else if UNREAD.contains(&name.as_str()) {
            rest = after_element(rest, &name);
        }
    }
    text.push_str(rest);
    text
}

/// Bytes of the tag or comment that the text begins with; `None` where its `<` is only a character.
fn tag_length(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return Some(comment.find("-->").map_or(text.len(), |at| at + "<!---->".len()));
    }
    if !text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return None;
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') if text[..at].ends_with('=') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    text.find('>').map(|at| at + 1)
}

/// Lower-case name of an opening or single tag, also of a closing block; other closing tags have none.
fn tag_name(tag: &str) -> String {
    let inner = tag.trim_start_matches('<');
    let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if closing && UNREAD.contains(&name.as_str()) { String::new() } else { name }
}

/// What follows the closing tag of an element that was just opened; nothing when it is never closed.
fn after_element<'a>(text: &'a str, name: &str) -> &'a str {
    let closing = format!("</{name}");
    let lower = text.to_ascii_lowercase();
    lower.find(&closing).map_or("", |at| &text[at..])
}

/// Longest entity looked for between `&` and `;`, in bytes.
const LONGEST_ENTITY: usize = 8;

pub(super) fn with_entities_read(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        read.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let entity = rest.find(';').filter(|end| *end <= LONGEST_ENTITY).map(|end| &rest[..end]);
        match entity.and_then(|entity| Some((entity, entity_text(entity)?))) {
            Some((entity, meaning)) => {
                read.push_str(&meaning);
                rest = &rest[entity.len() + 1..];
            }
            None => read.push('&'),
        }
    }
    read.push_str(rest);
    read
}

/// What an entity's name or number stands for; `None` for one we do not know.
fn entity_text(entity: &str) -> Option<String> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = char::from_u32(code)?;
        return Some(String::from(if c.is_control() { ' ' } else { c }));
    }
    let text = match entity {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" | "ensp" | "emsp" | "thinsp" => " ",
        "shy" | "zwj" | "zwnj" => "",
        "laquo" => "«",
        "raquo" => "»",
        "ldquo" => "“",
        "rdquo" => "”",
        "bdquo" => "„",
        "lsquo" => "‘",
        "rsquo" => "’",
        "ndash" => "–",
        "mdash" => "—",
        "minus" => "−",
        "hellip" => "…",
        "bull" => "•",
        "middot" => "·",
        "times" => "×",
        "plusmn" => "±",
        "deg" => "°",
        "sup2" => "²",
        "sup3" => "³",
        "frac12" => "½",
        "micro" => "µ",
        "copy" => "©",
        "reg" => "®",
        "trade" => "™",
        "euro" => "€",
        _ => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
    fn tags_go_and_blocks_stand_on_lines_of_their_own() {
        let html =
            "<h2 class=\"a>b\">Drill</h2><p>Strong &amp; <b>light</b><br/>18&nbsp;V</p><!-- old > --><ul><li>Bag</ul>";
        assert_eq!(without_html(html), "Drill\nStrong & light\n18 V\nBag");
    }

    #[test]
    fn scripts_and_styles_are_not_read() {
        let html = "a<style>p > b { }</style>b<SCRIPT>if (1 < 2) x();</SCRIPT >c<script>";
        assert_eq!(without_html(html), "abc");
    }

    #[test]
    fn a_lone_angle_bracket_is_only_a_character() {
        assert_eq!(without_html("5 < 6 and 7 > 6 <3 & so on <b"), "5 < 6 and 7 > 6 <3 & so on <b");
    }

    #[test]
    fn an_unclosed_quote_does_not_swallow_the_text() {
        assert_eq!(without_html("<a href=\"x>link</a> text"), "link text");
    }

    #[test]
    fn entities_are_read_once_and_unknown_ones_stay() {
        assert_eq!(
            without_html("&amp;lt; &#39;&#x27; &laquo;&#1111;&raquo; &unknown; &#x110000;"),
            "&lt; '' «ї» &unknown; &#x110000;"
        );
    }

    #[test]
    fn cells_of_a_row_are_kept_apart() {
        assert_eq!(without_html("<table><tr><td>Weight</td><td>2 kg</td></tr></table>"), "Weight 2 kg");
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

        #[test]
        fn any_html_is_survived(html in "(<|>|/|!--|-->|&|;|#|p|script|style|\"|=| |ї|İ){0,24}") {
            let text = without_html(&html);
            prop_assert!(text.chars().count() <= html.chars().count());
        }

        #[test]
        fn words_without_html_stay_as_they_are(words in proptest::collection::vec("[а-яa-z0-9,.!]{1,8}", 0..8)) {
            let text = words.join(" ");
            prop_assert_eq!(without_html(&text), text);
        }
    }
}
