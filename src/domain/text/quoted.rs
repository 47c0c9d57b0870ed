//! What a peer quotes in what it says of a fault: the values of a query, a name, a record.

/// The signs that a quoted thing begins with.
const OPENING: [char; 16] = ['"', '\'', '`', '(', '[', '{', '«', '»', '“', '”', '„', '‘', '’', '‚', '‹', '『'];
/// Words in capitals that tell of no person.
const SHORT_FORMS: [&str; 10] = ["API", "HTTP", "HTTPS", "ID", "IP", "JSON", "PHP", "SQL", "URL", "XML"];

/// The text up to the first sign of quotes, brackets or parentheses, whatever closes it: what stands behind may be anybody's. An
/// apostrophe within a word is none, nor is what stands in a tag of HTML.
#[must_use]
pub fn without_quoted(text: &str) -> String {
    let mut before = None;
    let mut in_tag = false;
    let last_end = text.rfind('>').unwrap_or(0);
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        in_tag = (in_tag && c != '>') || (c == '<' && at < last_end && opens_tag(rest));
        if !in_tag && OPENING.contains(&c) && !is_apostrophe(before, c, rest) {
            return format!("{}…", text[..at].trim_end());
        }
        before = Some(c);
    }
    text.to_owned()
}

/// The text, if it is plain words: nothing quoted, no number, and no name, which would begin with a capital behind the first word.
#[must_use]
pub fn is_plain_words(text: &str) -> bool {
    let is_word = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        SHORT_FORMS.contains(&word) || !word.starts_with(char::is_uppercase)
    };
    !text.contains(|c: char| c.is_numeric() || matches!(c, '@' | '<'))
        && without_quoted(text) == text
        && text.split_whitespace().skip(1).all(is_word)
}

/// A word of a peer's, such as a code: shown where it is one of at most `longest` plain letters and digits; else its length.
#[must_use]
pub fn short_word(text: &str, longest: usize) -> String {
    if is_short_word(text, longest) { text.to_owned() } else { length_of(text) }
}

/// Whether a text is one short word, so that it holds nothing of a person that could be recognised.
#[must_use]
pub fn is_short_word(text: &str, longest: usize) -> bool {
    text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Stands for a text that is not shown.
#[must_use]
pub fn length_of(text: &str) -> String {
    format!("a text of {} characters", text.chars().count())
}

fn is_apostrophe(before: Option<char>, c: char, rest: &str) -> bool {
    matches!(c, '\'' | '’')
        && before.is_some_and(char::is_alphabetic)
        && rest.chars().next().is_some_and(char::is_alphabetic)
}

fn opens_tag(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_before_what_it_quotes() {
        for (text, left) in [
            ("Access denied", "Access denied"),
            ("Access denied for user 'Olha'@'localhost'", "Access denied for user…"),
            ("SQLSTATE[23000]: VALUES ('Olha')", "SQLSTATE…"),
            ("the user doesn't exist: \"Olha\"", "the user doesn't exist:…"),
            ("об’єкт «Ольга»", "об’єкт…"),
            ("<a href=\"x\">Just a moment</a> 'Olha'", "<a href=\"x\">Just a moment</a>…"),
            ("a < b 'Olha'", "a < b…"),
            ("<b 'Olha'", "<b…"),
            ("'Olha", "…"),
            ("", ""),
        ] {
            assert_eq!(without_quoted(text), left, "{text}");
        }
    }

    #[test]
    fn plain_words_name_nobody() {
        for text in ["Access denied", "No access to API.", "Доступ заборонено", "the order doesn't exist", "x", ""]
        {
            assert!(is_plain_words(text), "{text}");
        }
        for text in ["Order of Olha", "order 5", "near \"x\"", "to olha@example.com", "Замовлення від -Ольга"]
        {
            assert!(!is_plain_words(text), "{text}");
        }
    }

    #[test]
    fn only_a_short_word_is_shown_as_it_is() {
        assert_eq!(short_word("UAH", 8), "UAH");
        assert_eq!(short_word("", 8), "");
        for text in ["Secret Person", "UAH-UAH-U", "грн"] {
            assert_eq!(short_word(text, 8), format!("a text of {} characters", text.chars().count()));
        }
    }

    #[test]
    fn a_long_text_is_gone_through_once() {
        let text = "<a ".repeat(10_000);
        assert_eq!(without_quoted(&text), text);
    }
}
