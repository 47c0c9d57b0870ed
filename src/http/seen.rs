//! What may be reported of an unexpected answer.

use crate::domain::text;

/// How much of the text before the first bracket of an answer is shown, in characters.
const SHOWN: usize = 100;

/// An answer as a message may describe it: never the text from the first bracket on, which may be a buyer's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The size of the body in bytes.
    pub size: usize,
    /// As the peer declares it; may be empty.
    pub content_type: String,
    /// The text before the first `{` or `[`, in one line.
    pub stray: String,
    /// It begins like an HTML page.
    pub is_page: bool,
}

impl Seen {
    /// `mask` removes from the stray text what must never be shown.
    #[must_use]
    pub fn of(body: &[u8], content_type: &str, mask: impl Fn(&str) -> String) -> Self {
        let before = body.iter().position(|byte| b"{[".contains(byte)).unwrap_or(body.len());
        let before = String::from_utf8_lossy(&body[..before.min(SHOWN * 8)]);
        let before = text::plain(before.trim_start_matches('\u{feff}'));
        let is_page = before.starts_with('<') && (content_type.contains("html") || is_document(&before));
        let stray = text::shorten(&text::one_line(&mask(&before)), SHOWN);
        Self { size: body.len(), content_type: content_type.to_owned(), stray, is_page }
    }

    /// `3161 bytes of text/html, beginning "…"`.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { size, content_type, stray, .. } = self;
        let of = if content_type.is_empty() { String::new() } else { format!(" of {content_type}") };
        let beginning = if stray.is_empty() { String::new() } else { format!(", beginning {stray:?}") };
        format!("{size} bytes{of}{beginning}")
    }
}

fn is_document(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["<!doctype html", "<html"].iter().any(|beginning| text.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(body: &str, content_type: &str) -> String {
        Seen::of(body.as_bytes(), content_type, str::to_owned).words()
    }

    #[test]
    fn nothing_is_told_from_the_first_bracket_on() {
        let stray = "<br />\n{\"delivery_name\": \"Secret Person\"}";
        assert_eq!(words(stray, "text/html"), "41 bytes of text/html");
        let notice = "<b>Notice</b>: Undefined\u{1b} index [\"Secret\"]";
        assert_eq!(words(notice, ""), format!("{} bytes, beginning \"<b>Notice</b>: Undefined index\"", notice.len()));
        assert_eq!(words("{\"a\": \"Secret\"", "application/json"), "14 bytes of application/json");
        assert_eq!(words("", ""), "0 bytes");
        assert!(words(&"я".repeat(1_000_000), "").chars().count() < 150);
    }

    #[test]
    fn only_a_page_is_taken_for_a_page() {
        let is_page = |body: &str, kind| Seen::of(body.as_bytes(), kind, str::to_owned).is_page;
        assert!(is_page("<!doctype html>", "") && is_page(" <div>", "text/html"));
        assert!(
            !is_page("<br />{}", "application/json") && !is_page("{}", "text/html") && !is_page("down", "text/html")
        );
    }
}
