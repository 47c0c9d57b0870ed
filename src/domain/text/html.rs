//! HTML tags and entities, in one pass over the text.

use super::visible;

/// How much of a description is looked at, in bytes: some pages come with all their styles.
const MAX_HTML: usize = 256 << 10;

/// The text that a reader of the HTML would see: tags and comments gone, blocks on lines of their own, entities as
/// characters, no blank lines. A text without HTML keeps its words; a lone `<` stays. Of a long text the beginning.
#[must_use]
pub fn without_html(html: &str) -> String {
    let html = &html[..html.floor_char_boundary(MAX_HTML)];
    let text = visible(&entities(&without_tags(html, |_| true)));
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Without comments and the tags that HTML knows: a title may hold other words between angle brackets.
pub(super) fn without_known_tags(text: &str) -> String {
    without_tags(text, |name| name.is_empty() || KNOWN.contains(&name))
}

/// With line breaks in place of `<br>`, and every other tag as it is.
pub(super) fn with_breaks(text: &str) -> String {
    without_tags(text, |name| name == "br")
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

/// Elements that are met in titles.
const KNOWN: [&str; 55] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "cite",
    "code",
    "del",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "link",
    "mark",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "script",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "svg",
    "table",
    "td",
    "th",
    "tr",
    "u",
    "ul",
    "wbr",
];

/// Without the tags that `goes` names, by their names in lower case; that of a comment is empty.
fn without_tags(html: &str, goes: impl Fn(&str) -> bool) -> String {
    let mut text = String::with_capacity(html.len());
    let mut tags = Tags { html, last_end: html.rfind('>').unwrap_or_default(), has_quotes: true };
    let mut at = 0;
    while let Some(before) = html[at..].find('<') {
        text.push_str(&html[at..at + before]);
        at += before;
        let name = name(&html[at..]);
        let Some(end) = Some(at).filter(|_| goes(&name)).and_then(|at| tags.end(at)) else {
            text.push('<');
            at += 1;
            continue;
        };
        let is_opening = !html[at..].starts_with("</");
        at = end;
        if BLOCKS.contains(&name.as_str()) {
            text.push('\n');
        } else if CELLS.contains(&name.as_str()) {
            text.push(' ');
        } else if is_opening && UNREAD.contains(&name.as_str()) {
            at = closing(html, at, &name);
        }
    }
    text.push_str(&html[at..]);
    text
}

/// Finds the ends of tags without ever going over the same text often.
struct Tags<'a> {
    html: &'a str,
    /// Where the last `>` stands.
    last_end: usize,
    /// So far no quote of an attribute was left open.
    has_quotes: bool,
}

impl Tags<'_> {
    /// The end of the tag or comment that begins at `at`; `None` where its `<` is only a character.
    fn end(&mut self, at: usize) -> Option<usize> {
        let tag = &self.html[at..];
        if let Some(comment) = tag.strip_prefix("<!--") {
            return Some(comment.find("-->").map_or(self.html.len(), |length| at + length + "<!---->".len()));
        }
        let begins = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !begins || at > self.last_end {
            return None;
        }
        let (mut quote, mut before) = (None, b'<');
        for (length, byte) in tag.bytes().enumerate().take_while(|_| self.has_quotes) {
            match (quote, byte) {
                (None, b'>') => return Some(at + length + 1),
                (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
            before = byte;
        }
        self.has_quotes = false;
        tag.find('>').map(|length| at + length + 1)
    }
}

/// The name in lower case of the tag that the text begins with.
fn name(text: &str) -> String {
    let inner = text.strip_prefix("</").unwrap_or(text.strip_prefix('<').unwrap_or(text));
    inner.chars().take_while(char::is_ascii_alphanumeric).take(20).collect::<String>().to_ascii_lowercase()
}

/// Where the closing tag begins of an element that was opened before `at`; the end when it is never closed.
fn closing(html: &str, at: usize, name: &str) -> usize {
    let is_closing = |from: &usize| {
        html.get(from + 2..from + 2 + name.len()).is_some_and(|closed| closed.eq_ignore_ascii_case(name))
    };
    html[at..].match_indices("</").map(|(from, _)| at + from).find(is_closing).unwrap_or(html.len())
}

/// Longest entity that is looked for between `&` and `;`, in bytes.
const LONGEST_ENTITY: usize = 32;

/// With well-formed entities of HTML as the characters that they stand for, each read once.
pub(in crate::domain) fn entities(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        read.push_str(&rest[..at]);
        rest = &rest[at..];
        let near = &rest[..rest.floor_char_boundary(LONGEST_ENTITY)];
        if let Some((end, meaning)) = near.find(';').and_then(|end| Some((end, meaning(&near[1..end])?))) {
            read.push_str(&meaning);
            rest = &rest[end + 1..];
        } else {
            read.push('&');
            rest = &rest[1..];
        }
    }
    read.push_str(rest);
    read
}

/// What an entity's name or number stands for; `None` for what is none.
fn meaning(entity: &str) -> Option<String> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = char::from_u32(code)?;
        return Some(String::from(if c.is_control() { ' ' } else { c }));
    }
    if entity.is_empty() || !entity.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let written = format!("&{entity};");
    let read = html_escape::decode_html_entities(&written);
    (read != written).then(|| read.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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

    #[test]
    fn letters_of_every_alphabet_are_read() {
        assert_eq!(
            without_html("Jos&eacute; M&uuml;ller &Icirc;&scedil; &hearts; &apos;&rsquo;"),
            "José Müller Îş ♥ '’"
        );
        assert_eq!(entities("AT&T; Q&A; &; &#; &#x; &amp &nosuch;"), "AT&T; Q&A; &; &#; &#x; &amp &nosuch;");
    }

    proptest! {
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
